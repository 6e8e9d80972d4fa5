// A photograph, a scan or a drawing of one digit, made to look like MNIST's: what `read_image` of
// jaxdigits does, step by step. See jaxdigits/data/pictures.py.
import { prepare } from "../playground/prepare.js";

const LARGE = 280; // Larger pictures are reduced first, which takes away noise.
const FAINTEST = 20; // Of 255. Paper alone differs by less.

// How light each pixel is, `{ light, width, height }`, from the bytes of an ImageData.
export function toGray({ data, width, height }) {
  const light = new Float64Array(width * height);
  let [weighted, total] = [0, 0];
  for (let i = 0; i < light.length; i++) {
    const [r, g, b, alpha] = data.subarray(4 * i, 4 * i + 4);
    light[i] = (r * 19595 + g * 38470 + b * 7471 + 32768) >> 16;
    weighted += light[i] * alpha;
    total += alpha;
  }
  // Ink on nothing is laid on ground that it differs from.
  const ground = weighted < 127.5 * total ? 255 : 0;
  for (let i = 0; i < light.length; i++) {
    light[i] = ground + ((light[i] - ground) * data[4 * i + 3]) / 255;
  }
  return reduce({ light, width, height });
}

// Means of squares of pixels, so that the longer side has at most `LARGE`.
function reduce({ light, width, height }) {
  const factor = Math.ceil(Math.max(width, height) / LARGE);
  const [columns, rows] = [Math.ceil(width / factor), Math.ceil(height / factor)];
  const result = new Float64Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let [sum, count] = [0, 0];
      for (let y = row * factor; y < Math.min(height, (row + 1) * factor); y++) {
        for (let x = column * factor; x < Math.min(width, (column + 1) * factor); x++) {
          sum += light[y * width + x];
          count++;
        }
      }
      result[row * columns + column] = sum / count;
    }
  }
  return { light: result, width: columns, height: rows };
}

// Applies `change` to each row, then to each column. It returns a new line of the same length.
function alongBoth(pixels, width, height, change) {
  const result = Float64Array.from(pixels);
  const line = (start, step, length) => {
    const old = Float64Array.from({ length }, (_, i) => result[start + i * step]);
    change(old).forEach((value, i) => (result[start + i * step] = value));
  };
  for (let y = 0; y < height; y++) line(y * width, 1, width);
  for (let x = 0; x < width; x++) line(x, width, height);
  return result;
}

// Means of `2 radius + 1` neighbors; beyond an edge its last pixel goes on.
const blurred = (radius) => (line) => {
  const last = line.length - 1;
  const at = (i) => line[Math.min(Math.max(i, 0), last)];
  let sum = 0;
  for (let i = -radius; i <= radius; i++) sum += at(i);
  return line.map((_, i) => {
    const mean = sum / (2 * radius + 1);
    sum += at(i + radius + 1) - at(i - radius);
    return mean;
  });
};

// The extreme of `size` neighbors, `size` odd; the line is continued by its reflection, and if
// `isOdd` turned over as well, so that a slope goes on.
const extreme = (size, choose, isOdd) => (line) => {
  const [margin, last] = [size >> 1, line.length - 1];
  const beyond = (edge, inside) => (isOdd ? 2 * line[edge] - line[inside] : line[inside]);
  const at = (i) => {
    if (i < 0) return beyond(0, Math.min(-i, last));
    return i > last ? beyond(last, Math.max(2 * last - i, 0)) : line[i];
  };
  const wide = Float64Array.from({ length: line.length + 2 * margin }, (_, i) => at(i - margin));
  return line.map((_, i) => {
    let best = wide[i];
    for (let k = i + 1; k < i + size; k++) best = choose(best, wide[k]);
    return best;
  });
};

// The number below which a share of all numbers lies.
function quantile(numbers, share) {
  const sorted = Float64Array.from(numbers).sort();
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
}

// How long the side of the box around all chosen pixels is.
function extent(chosen, width) {
  const places = Array.from(chosen.keys()).filter((i) => chosen[i]);
  const range = (values) => values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b)) + 1;
  return Math.max(range(places.map((i) => i % width)), range(places.map((i) => Math.floor(i / width))));
}

// The ink of each pixel, 0 to 255 and 0 away from the digit; null if there is none.
export function findInk({ light: given, width, height }) {
  const longer = Math.max(width, height);
  // Ink is thin, so the pixels that differ most from their surroundings are ink, light or dark.
  const whole = given.map(Math.floor);
  const around = alongBoth(whole, width, height, blurred(Math.floor(longer / 6)));
  let light = given;
  let detail = given.map((value, i) => value - Math.round(around[i]));
  if (detail.reduce((sum, d) => sum + d ** 3, 0) < 0) {
    light = light.map((value) => 255 - value);
    detail = detail.map((d) => -d);
  }
  const strongest = detail.reduce((a, b) => Math.max(a, b));
  if (strongest < FAINTEST) return null;
  const strong = detail.map((d) => (d > strongest / 2 ? 1 : 0));
  const size = Math.floor(extent(strong, width) / 2) | 1;
  const near = alongBoth(strong, width, height, extreme(size, Math.max, false));
  // What is no narrower than two fifths of the picture is ground with its shadows.
  const wide = Math.floor((2 * longer) / 5) | 1;
  const lowest = alongBoth(light, width, height, extreme(wide, Math.min, true));
  const ground = alongBoth(lowest, width, height, extreme(wide, Math.max, true));
  let ink = light.map((value, i) => value - ground[i]);
  const far = ink.filter((_, i) => !near[i]);
  const noise = far.length ? 2.5 * quantile(far, 0.5) : 0; // Noise seldom goes beyond.
  ink = ink.map((value, i) => (near[i] ? Math.max(0, value - noise) : 0));
  const full = quantile(ink.filter((_, i) => strong[i]), 0.9);
  if (full === 0) return null;
  if (full > 240) return ink; // A drawing has black and white.
  // A photograph is stretched to them. Its faintest grays are grain of the paper.
  return ink.map((value) => (value < full / 4 ? 0 : Math.min(255, (value * 255) / full)));
}

// 784 intensities from the bytes of an ImageData, or null if there is no digit in it.
export function fromPixels(pixels) {
  const gray = toGray(pixels);
  const ink = findInk(gray);
  if (!ink) return null;
  const size = Math.max(gray.width, gray.height);
  const square = new Float64Array(size * size);
  for (let y = 0; y < gray.height; y++) {
    square.set(ink.subarray(y * gray.width, (y + 1) * gray.width), y * size);
  }
  return prepare(square, size);
}

// The same from a file. Very large photographs are reduced by the browser first.
export async function readPhoto(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, 1120 / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((n) => Math.max(1, Math.round(scale * n)));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return fromPixels(context.getImageData(0, 0, width, height));
}
