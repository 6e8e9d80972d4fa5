// What the interactive pictures of the lessons share.
"use strict";

const interactive = {
  // Calls `build` once for each element of a class. Material's `document$` fires when a page is
  // shown, also after instant navigation; opened from a disk, a page is all there is, and it ends.
  define(kind, build) {
    const show = () => {
      document.querySelectorAll(`.${kind}:not([data-ready])`).forEach((root) => {
        root.dataset.ready = "";
        build(root);
      });
    };
    document$.subscribe({ next: show, complete: show });
  },

  // A picture, sliders, and what is to be seen, in words. `show` takes the sliders' numbers; it
  // returns what is drawn onto the ground, and the words.
  sliders(root, { sliders, viewBox, ground, show }) {
    const labels = sliders.map(
      ({ label, range }) =>
        `<label>${label} <input type="range" ${range} autocomplete="off"></label>`,
    );
    root.innerHTML = `
      <svg viewBox="${viewBox}" aria-hidden="true">${ground}<g></g></svg>
      ${labels.join("")}
      <output aria-live="polite"></output>`;
    const inputs = Array.from(root.querySelectorAll("input"));
    const update = () => {
      const { drawing, words } = show(...inputs.map((input) => input.valueAsNumber));
      root.querySelector("g").innerHTML = drawing;
      root.querySelector("output").textContent = words.replace(/\s+/g, " ");
    };
    inputs.forEach((input) => input.addEventListener("input", update));
    update();
  },

  // The same with one slider.
  slider(root, { label, range, ...rest }) {
    this.sliders(root, { sliders: [{ label, range }], ...rest });
  },

  polyline(points, kind) {
    return `<polyline class="${kind}" points="${points.join(" ")}"/>`;
  },

  // With a minus sign, and never "-0.00".
  decimal(x, digits) {
    const scale = 10 ** digits;
    return (Math.round(scale * x) / scale + 0).toFixed(digits).replace("-", "\u2212");
  },
};
