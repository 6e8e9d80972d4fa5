// A photograph, a scan or a drawing of one digit, made to look like MNIST's: what `read_image` of
// jaxdigits does, step by step. See jaxdigits/data/pictures.py.
import { prepare } from "./prepare.js";

const LARGE = 280; // Larger pictures are reduced first, which takes away noise.
const ROWS = 20; // of squares on one canvas
const FAINTEST = 20; // Of 255. Paper alone differs by less.

// How light each pixel is, `{ light, width, height }`: the means of squares of pixels, so that the
// longer side has at most `LARGE`. Browsers limit the size of a canvas, so each holds some rows.
function toGray(bitmap) {
  const [columns, lines] = [bitmap.width, bitmap.height];
  const factor = Math.ceil(Math.max(columns, lines) / LARGE);
  const [width, height] = [Math.ceil(columns / factor), Math.ceil(lines / factor)];
  // Sums over each square: of its pixels, of their alpha, and of how light they are, times alpha.
  const [pixels, alpha, lit] = Array.from({ length: 3 }, () => new Float64Array(width * height));
  for (let top = 0; top < lines; top += ROWS * factor) {
    const rows = Math.min(ROWS * factor, lines - top);
    const context = new OffscreenCanvas(columns, rows).getContext("2d", { willReadFrequently: true });
    context.drawImage(bitmap, 0, -top);
    const { data } = context.getImageData(0, 0, columns, rows);
    for (let i = 0; i < data.length; i += 4) {
      const y = Math.floor(i / 4 / columns);
      const x = i / 4 - y * columns;
      const square = Math.floor((top + y) / factor) * width + Math.floor(x / factor);
      const light = (data[i] * 19595 + data[i + 1] * 38470 + data[i + 2] * 7471 + 32768) >> 16;
      pixels[square] += 1;
      alpha[square] += data[i + 3];
      lit[square] += light * data[i + 3];
    }
  }
  // Ink on nothing is laid on ground that it differs from.
  const sum = (numbers) => numbers.reduce((a, b) => a + b);
  const ground = sum(lit) < 127.5 * sum(alpha) ? 255 : 0;
  const light = lit.map((value, i) => ground + (value - ground * alpha[i]) / (255 * pixels[i]));
  return { light, width, height };
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
function findInk({ light: given, width, height }) {
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

// 784 intensities from a file, or null if there is no digit in it.
export async function readPhoto(file) {
  const bitmap = await createImageBitmap(file);
  const gray = toGray(bitmap);
  bitmap.close();
  const ink = findInk(gray);
  if (!ink) return null;
  const size = Math.max(gray.width, gray.height);
  const square = new Float64Array(size * size);
  for (let y = 0; y < gray.height; y++) {
    square.set(ink.subarray(y * gray.width, (y + 1) * gray.width), y * size);
  }
  return prepare(square, size);
}
