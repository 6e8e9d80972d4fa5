// How far a reader has come, kept in the browser alone: a lesson is read when its end has been on
// the screen. The menu shows it, and the front page, which also counts solved exercises.
{
  const READ = "jaxdigits read ";
  const SOLVED = (key) => `jaxdigits exercise ${key} solved`;

  // A browser may refuse to keep anything; then nothing is marked.
  const kept = (name) => {
    try {
      return localStorage.getItem(name) !== null;
    } catch {
      return false;
    }
  };

  // "gradients" for ".../lessons/05_gradients/", so that marks outlive a new order of the lessons.
  const nameOf = (address) => address.match(/\/lessons\/\d+_(\w+)\/(?:#.*)?$/)?.[1];
  const isRead = (link) => kept(READ + nameOf(link.href));

  function mark() {
    for (const link of document.querySelectorAll(".md-sidebar--primary a.md-nav__link")) {
      if (!nameOf(link.href) || !isRead(link) || link.querySelector(".read")) continue;
      const sign = document.createElement("span");
      Object.assign(sign, { className: "read", role: "img", textContent: "✓" });
      sign.setAttribute("aria-label", "read");
      link.append(sign);
    }
  }

  function markStops() {
    const stops = [...document.querySelectorAll(".stop")];
    for (const stop of stops) {
      const keys = stop.dataset.exercises.split("|").filter(Boolean);
      const solved = keys.filter((key) => kept(SOLVED(key))).length;
      const words = isRead(stop) ? ["✓ Read"] : [];
      if (solved) words.push(`${solved} of ${keys.length} exercises solved`);
      stop.querySelector(".done").textContent = words.join(", ");
    }
    const next = stops.find((stop) => !isRead(stop));
    const start = document.querySelector(".start a");
    if (start && next && next !== stops[0] && stops.some(isRead)) {
      start.href = next.href;
      start.textContent = `Go on with ${next.querySelector("b").textContent}`;
    }
  }

  let watching;
  document$.subscribe(() => {
    watching?.disconnect();
    mark();
    markStops();
    const [name, end] = [nameOf(location.href), document.querySelector(".between")];
    if (!name || !end) return;
    watching = new IntersectionObserver((seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      try {
        localStorage.setItem(READ + name, "yes");
      } catch {}
      mark();
    });
    watching.observe(end);
  });
}
