// The files that links on the page lead to, each fetched once and then kept in memory. The browser
// itself compares them with the checksums that the build wrote into the page.
import { parse } from "./safetensors.js";

const kept = new Map();

async function fetchArrays(url, integrity) {
  // What an earlier build left in the browser's cache does not fit: ask again, past the cache.
  const response = await fetch(url, { integrity }).catch(() =>
    fetch(url, { integrity, cache: "reload" }),
  );
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return parse(await response.arrayBuffer());
}

// The arrays of the file behind a link, by name.
export function load({ href, dataset: { integrity } }) {
  const key = `${href} ${integrity}`;
  if (!kept.has(key)) {
    const arrays = fetchArrays(href, integrity);
    arrays.catch(() => kept.delete(key));
    kept.set(key, arrays);
  }
  return kept.get(key);
}
