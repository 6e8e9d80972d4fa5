// Many pictures of 28 x 28 pixels: weights, which change all the time, and digits read wrongly.
import { createPicture, paintInk } from "../playground/pictures.js";

const PIXELS = 784;
const RED = [214, 72, 55];
const BLUE = [66, 122, 205];

// Like `paintSigned` of the playground, for a hundred pictures several times a second: the memory
// is used again, and nothing is called per pixel.
function createPainter(canvas) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(28, 28);
  return (weights, start, full) => {
    const { data } = image;
    for (let i = 0; i < PIXELS; i++) {
      const weight = weights[start + i];
      const color = weight > 0 ? RED : BLUE;
      data[4 * i] = color[0];
      data[4 * i + 1] = color[1];
      data[4 * i + 2] = color[2];
      data[4 * i + 3] = Math.min(255, (Math.abs(weight) * 255) / full);
    }
    context.putImageData(image, 0, 0);
  };
}

// `show(weights, isLinear)` draws one picture per output or hidden unit.
export function createWeights(root) {
  let painters = [];
  let shape = "";

  function build(count, isLinear) {
    const figures = Array.from({ length: count }, (_, i) => {
      const figure = document.createElement("figure");
      const canvas = createPicture();
      canvas.setAttribute("aria-hidden", "true");
      figure.append(canvas);
      if (isLinear) figure.append(Object.assign(document.createElement("figcaption"), { textContent: i }));
      return figure;
    });
    root.replaceChildren(...figures);
    root.classList.toggle("digits", isLinear);
    root.classList.toggle("many", count > 64);
    root.setAttribute("role", "img");
    const what = isLinear ? "each of the ten digits" : `each of ${count} hidden units`;
    root.setAttribute("aria-label", `The weights of ${what}: red speaks for it, blue against it`);
    painters = figures.map((figure) => createPainter(figure.firstChild));
  }

  return function show(weights, isLinear) {
    const count = weights.length / PIXELS;
    if (shape !== `${count} ${isLinear}`) build(count, isLinear);
    shape = `${count} ${isLinear}`;
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += weights[i] * weights[i];
    const full = 3 * Math.sqrt(sum / weights.length) || 1;
    painters.forEach((paint, n) => paint(weights, n * PIXELS, full));
  };
}

// `show({ count, shown })` lists digits that are read wrongly; `imageOf(place)` returns their bytes.
export function createMistakes(root, imageOf) {
  let known = "";
  return function show({ shown }) {
    const now = shown.map(({ place, answer }) => `${place}:${answer}`).join();
    if (now === known) return;
    known = now;
    const items = shown.map(({ place, label, answer }) => {
      const figure = document.createElement("figure");
      const picture = createPicture(`A ${label}, read as ${answer}`);
      paintInk(picture, Array.from(imageOf(place), (byte) => byte / 255));
      const caption = document.createElement("figcaption");
      caption.innerHTML = `${label} <span aria-hidden="true">→</span> ${answer}`;
      caption.setAttribute("aria-hidden", "true");
      figure.append(picture, caption);
      return figure;
    });
    root.replaceChildren(...items);
  };
}
