// Goes before Material's script, which makes all addresses of a page absolute, so that they hold
// when instant navigation moves on. A style sheet whose address is written, even if it is the same
// one, is loaded again, and the style of all elements computed again. Here it only looks as if.
for (const link of document.querySelectorAll('link[rel="stylesheet"]')) {
  const absolute = link.cloneNode();
  absolute.href = link.href;
  Object.defineProperty(link, "href", { get: () => absolute.href, set() {} });
  // By this, Material finds that the next page has the same style sheet.
  Object.defineProperty(link, "outerHTML", { get: () => absolute.outerHTML });
}
