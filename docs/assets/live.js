// "mkdocs serve" only: puts outputs into the open page when they are computed, without moving what
// the reader sees, and says how far the course is. Requests are short, and end with the tab in the
// background: browsers allow six at a time for all tabs together.
"use strict";

{
  const status = new URL("../.lessons", document.currentScript.src);
  const bar = document.createElement("div");
  bar.className = "lessons-left";
  bar.setAttribute("role", "status");

  function put(parts) {
    const places = [...document.querySelectorAll("[data-part]")];
    const seen = places.find((place) => place.getBoundingClientRect().bottom > 0);
    const before = seen?.getBoundingClientRect().top;
    for (const place of places) {
      const html = parts[place.dataset.part];
      // What is as it was stays: a reader may have opened its data.
      if (html !== undefined && html !== place.shown) place.innerHTML = place.shown = html;
    }
    // Where the browser has kept the place by itself, there is nothing to add.
    if (before < 0) scrollBy(0, seen.getBoundingClientRect().top - before);
  }

  async function ask() {
    const page = document.querySelector("[data-lesson]");
    if (page) {
      status.searchParams.set("page", page.dataset.lesson);
      status.searchParams.set("version", page.dataset.version);
    } else {
      status.search = "";
    }
    const { done, total, left, version, parts } = await (await fetch(status)).json();
    if (page?.isConnected) {
      put(parts);
      page.dataset.version = version;
    }
    bar.textContent = `${done} of ${total} lessons computed, ${left}`;
    bar.style.setProperty("--share", done / total);
    if (done < total) document.body.append(bar);
    else bar.remove();
    return done < total;
  }

  let timer;
  async function watch() {
    clearTimeout(timer);
    if (document.hidden) return;
    const more = await ask().catch(() => true); // The server may be starting again.
    if (more) timer = setTimeout(watch, 1000);
  }

  document.addEventListener("visibilitychange", watch);
  document$.subscribe(watch); // Material's: fires when a page is shown, also without loading one.
}
