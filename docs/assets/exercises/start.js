// Finds the exercises of a page; on every other page this is all there is of it.
document$.subscribe(async () => {
  const found = [...document.querySelectorAll(".exercise:not([data-ready])")];
  if (!found.length) return;
  for (const root of found) root.dataset.ready = "";
  const { build } = await import("./page.js");
  build(found);
});
