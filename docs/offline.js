// Keeps what was loaded, so that exercises and the page Train work without a network: as long as
// there is one, pages come from there. It lies at the top of the site, because it may answer for
// nothing above itself.
const CACHE = "jaxdigits";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// What the page had loaded before this script was there.
self.addEventListener("message", (event) => {
  const add = (cache) => event.data.map((address) => cache.add(address).catch(() => {}));
  event.waitUntil(caches.open(CACHE).then((cache) => Promise.all(add(cache))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(
    fetch(request)
      .then(async (response) => {
        if (response.status === 200) (await caches.open(CACHE)).put(request, response.clone());
        return response;
      })
      .catch(async (error) => {
        const kept = await caches.match(request, { ignoreSearch: true });
        if (kept) return kept;
        throw error;
      }),
  );
});
