// Loads what the page about training consists of; on every other page this is all there is of it.
// `document$` is Material's: it fires when a page is shown, also after instant navigation.
let stop = () => {};

document$.subscribe(async () => {
  const root = document.querySelector(".train:not([data-ready])");
  if (!document.querySelector(".train[data-ready]")) {
    stop(); // The page has been left, and nobody watches any more.
    stop = () => {};
  }
  if (!root) return;
  root.dataset.ready = "";
  const { build } = await import("./page.js");
  if (root.isConnected) stop = build(root);
});
