// A text field for Python: Control and Enter run its code. A library colors the code and indents its
// lines; it is loaded when the field comes near the screen. Until then the field is plain.

export function edit(box, { code, changed, run }) {
  let field = box.querySelector("textarea");
  const set = (text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  box.addEventListener("input", () => {
    field.rows = Math.max(4, field.value.split("\n").length + 1);
    changed(field.value);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run();
  });
  set(code);
  near(box)
    .then(() => import("./colors.js"))
    .then(({ color }) => {
      field = color(field);
    })
    .catch(() => {}); // Where the library cannot be loaded, the field stays plain.
  return { code: () => field.value, set, focus: () => field.focus() };
}

// Waits until an element is at most one screen away, or is used.
async function near(element) {
  let observer;
  await new Promise((resolve) => {
    const seen = (entries) => entries.some(({ isIntersecting }) => isIntersecting) && resolve();
    observer = new IntersectionObserver(seen, { rootMargin: "100%" });
    observer.observe(element);
    element.addEventListener("focusin", resolve, { once: true });
  });
  observer.disconnect();
}
