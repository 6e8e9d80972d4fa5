// The digits that the page offers as files, and parameters that a reader takes along.
import { parse } from "../playground/safetensors.js";

const PIXELS = 784;

async function unzip(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Fetches a file and says how much has come, from 0 to 1.
async function download(url, progress) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const total = Number(response.headers.get("Content-Length"));
  const reader = response.body.getReader();
  const parts = [];
  let count = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts).arrayBuffer();
    parts.push(value);
    count += value.length;
    if (total) progress(Math.min(1, count / total));
  }
}

// The digits of a file: `pixels` and `labels`, and the other numbers that it has.
export async function loadDigits({ href }, progress = () => {}) {
  const { images, labels, ...numbers } = parse(await download(href, progress));
  const pixels = await unzip(images.data);
  if (pixels.length !== labels.data.length * PIXELS) throw new Error(`${href}: damaged`);
  const rest = Object.entries(numbers).map(([name, { data }]) => [name, data[0]]);
  return { pixels, labels: labels.data, ...Object.fromEntries(rest) };
}

// The bytes of a safetensors file that `jaxdigits.load_params` reads. `layers` are named as those
// of `init_linear` and `init_mlp`.
export function toSafetensors(layers) {
  const arrays = layers.flatMap(({ w, b, inputs, outputs }, n) => {
    const prefix = layers.length > 1 ? `${n}.` : "";
    return [
      [`${prefix}w`, [inputs, outputs], w],
      [`${prefix}b`, [outputs], b],
    ];
  });
  const header = { __metadata__: { jaxdigits_params: "1" } };
  let end = 0;
  for (const [name, shape, { byteLength }] of arrays) {
    header[name] = { dtype: "F32", shape, data_offsets: [end, (end += byteLength)] };
  }
  // Spaces fill the header up, so that the numbers begin at a multiple of eight bytes.
  const text = JSON.stringify(header);
  const padded = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(padded.length), true);
  return new Blob([length, padded, ...arrays.map(([, , numbers]) => numbers)]);
}
