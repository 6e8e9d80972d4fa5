// Keeps what a page and its worker have loaded, so that they work without a network, too. See
// docs/offline.js.

// The addresses of what this page or worker consists of.
export const loaded = () => [
  location.href.split("#")[0],
  ...performance.getEntriesByType("resource").map(({ name }) => name),
];

// Called by a page. `byWorker` is what its worker has loaded, of which the page knows only a part.
export async function keep(byWorker) {
  const { serviceWorker } = navigator;
  // Under "mkdocs serve" nothing is kept: other sites may be served from the same address.
  const isServed = document.querySelector('script[src$="assets/live.js"]');
  if (isServed || !serviceWorker || serviceWorker.controller) return;
  try {
    await serviceWorker.register(new URL("../offline.js", import.meta.url));
    const { active } = await serviceWorker.ready;
    const all = [...loaded(), ...byWorker];
    active.postMessage(all.filter((address) => address.startsWith(location.origin)));
  } catch {} // A browser may refuse to keep anything.
}
