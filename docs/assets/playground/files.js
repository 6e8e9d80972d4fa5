// The files that links on the page lead to, each fetched once and then kept in memory.
import { parse } from "./safetensors.js";

const kept = new Map();

async function fetchArrays(url) {
  // The browser asks the server whether what it has kept is still the newest.
  const response = await fetch(url, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return parse(await response.arrayBuffer());
}

// The arrays of the file behind a link, by name.
export function load({ href }) {
  if (!kept.has(href)) {
    const arrays = fetchArrays(href);
    arrays.catch(() => kept.delete(href));
    kept.set(href, arrays);
  }
  return kept.get(href);
}
