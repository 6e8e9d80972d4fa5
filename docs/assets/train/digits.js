// The digits to learn from, as the inner loops want them. Four of five pixels are background, so
// each image is kept as a list of its other pixels: where they are, and how much ink they have.

export const PIXELS = 784;

// `pixels` has 784 bytes per image, `labels` one.
export function createDigits(pixels, labels) {
  const count = labels.length;
  const starts = new Int32Array(count + 1);
  for (let n = 0; n < count; n++) {
    let inked = 0;
    for (let i = n * PIXELS; i < (n + 1) * PIXELS; i++) if (pixels[i]) inked++;
    starts[n + 1] = starts[n] + inked;
  }
  const places = new Uint16Array(starts[count]);
  const inks = new Float32Array(starts[count]);
  for (let i = 0, at = 0; i < count * PIXELS; i++) {
    if (!pixels[i]) continue;
    places[at] = i % PIXELS;
    inks[at++] = pixels[i] / 255;
  }
  return { count, labels, starts, places, inks };
}

// Images that are not bytes, such as drawings: arrays of 784 intensities from 0 to 1.
export function fromImages(images, labels) {
  const starts = new Int32Array(images.length + 1);
  const [places, inks] = [[], []];
  images.forEach((image, n) => {
    image.forEach((ink, place) => {
      if (ink === 0) return;
      places.push(place);
      inks.push(ink);
    });
    starts[n + 1] = places.length;
  });
  return {
    count: images.length,
    labels: Uint8Array.from(labels),
    starts,
    places: Uint16Array.from(places),
    inks: Float32Array.from(inks),
  };
}

// The first `count` of some digits.
export const first = (digits, count) => ({
  ...digits,
  count,
  labels: digits.labels.subarray(0, count),
});
