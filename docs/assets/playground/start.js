// Loads what a page has to draw on; on every other page this is all there is of it.
// `document$` is Material's: it fires when a page is shown, also after instant navigation.
document$.subscribe(async () => {
  const root = document.querySelector(".playground:not([data-ready])");
  if (!root) return;
  root.dataset.ready = "";
  const kind = ["glance", "numbers"].find((name) => root.classList.contains(name));
  const { build } = await import(`./${kind ?? "page"}.js`);
  build(root);
});
