// What is wider than the page scrolls, and so does a long output. They must do so by keyboard, too:
// while a figure, a formula, a table, code, or an output is cut off, it has a place in the order of
// tabs.
"use strict";

{
  const boxes =
    "figure.wide, div.arithmatex, .md-typeset__scrollwrap, div.output:not(.highlight), pre > code";
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const wide = target.scrollWidth > target.clientWidth;
      // Browsers round heights, so that a pixel may seem to be missing where nothing is.
      const tall = target.scrollHeight > target.clientHeight + 1;
      if (wide || tall) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });

  function watch() {
    observer.disconnect();
    document.querySelectorAll(boxes).forEach((box) => observer.observe(box));
  }

  // Material's: it fires when a page is shown, also after instant navigation; opened from a disk, a
  // page is all there is, and it ends.
  document$.subscribe({ next: watch, complete: watch });
}
