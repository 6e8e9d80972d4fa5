// What is wider than the page scrolls, and so does a long output. They must do so by keyboard, too:
// while a figure, a formula, a table, code, or an output is cut off, it has a place in the order of
// tabs.
"use strict";

{
  const boxes =
    "figure.wide, div.arithmatex, .md-typeset__scrollwrap, div.output:not(.highlight), pre > code";

  function place(box) {
    const wide = box.scrollWidth > box.clientWidth;
    // Browsers round heights, so that a pixel may seem to be missing where nothing is.
    const tall = box.scrollHeight > box.clientHeight + 1;
    if (!wide && !tall) box.removeAttribute("tabindex");
    else if (box.tabIndex !== 0) box.tabIndex = 0;
  }

  const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => place(target)));
  // Without a mouse, Material takes the place of code away again when the code is first seen.
  const places = new MutationObserver((changes) => changes.forEach(({ target }) => place(target)));

  function watch() {
    sizes.disconnect();
    places.disconnect();
    document.querySelectorAll(boxes).forEach((box) => {
      sizes.observe(box);
      places.observe(box, { attributeFilter: ["tabindex"] });
    });
  }

  // Material's: it fires when a page is shown, also after instant navigation; opened from a disk, a
  // page is all there is, and it ends.
  document$.subscribe({ next: watch, complete: watch });
}
