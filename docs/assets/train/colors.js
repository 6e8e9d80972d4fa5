// The colors of weights, computed in the worker, because a hundred pictures several times a second
// would keep the page busy.

// Red, green and blue from the lowest byte up, as browsers keep pixels. The highest byte is how much
// they cover, so that they suit light and dark pages.
const RED = 214 | (72 << 8) | (55 << 16);
const BLUE = 66 | (122 << 8) | (205 << 16);

// One picture per output, hidden unit or filter, one after another: the bytes of an ImageData.
export function colored({ w, inputs, outputs }) {
  let sum = 0;
  for (let i = 0; i < w.length; i++) sum += w[i] * w[i];
  const strength = 255 / (3 * Math.sqrt(sum / w.length) || 1);
  const pixels = new Uint32Array(w.length);
  for (let j = 0, at = 0; j < outputs; j++) {
    for (let i = 0; i < inputs; i++) {
      const weight = w[i * outputs + j];
      const cover = Math.min(255, Math.abs(weight) * strength);
      pixels[at++] = (weight > 0 ? RED : BLUE) | (cover << 24);
    }
  }
  return new Uint8ClampedArray(pixels.buffer);
}
