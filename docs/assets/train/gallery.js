// Many pictures of 28 x 28 pixels: weights, which change all the time, and digits read wrongly.
import { createPicture, paintInk } from "../playground/pictures.js";

const PIXELS = 784;
const RED = [214, 72, 55];
const BLUE = [66, 122, 205];

const SIDE = 28;
const GAP = 2; // between the pictures of hidden units

// Draws weights as `paintSigned` of the playground does, several times a second: the memory is used
// again, and nothing is called per pixel. Many pictures share a canvas, `columns` side by side,
// because a browser takes longer for a hundred canvases than for a large one.
function createPainter(canvas, columns, rows) {
  const cell = SIDE + GAP;
  canvas.width = columns * cell - GAP;
  canvas.height = rows * cell - GAP;
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  const { data, width } = image;

  function paint(weights, n, full) {
    const start = n * PIXELS;
    const corner = (n % columns) * cell + Math.floor(n / columns) * cell * width;
    for (let i = 0; i < PIXELS; i++) {
      const weight = weights[start + i];
      const color = weight > 0 ? RED : BLUE;
      const at = 4 * (corner + Math.floor(i / SIDE) * width + (i % SIDE));
      data[at] = color[0];
      data[at + 1] = color[1];
      data[at + 2] = color[2];
      data[at + 3] = Math.min(255, (Math.abs(weight) * 255) / full);
    }
  }
  return { paint, show: () => context.putImageData(image, 0, 0) };
}

// `show(weights, isLinear)` draws one picture per output or hidden unit.
export function createWeights(root) {
  let show = () => {};
  let shape = "";

  function buildDigits() {
    const figures = Array.from({ length: 10 }, (_, digit) => {
      const figure = document.createElement("figure");
      const caption = Object.assign(document.createElement("figcaption"), { textContent: digit });
      figure.append(createPicture(), caption);
      figure.firstChild.setAttribute("aria-hidden", "true");
      return figure;
    });
    root.replaceChildren(...figures);
    const painters = figures.map((figure) => createPainter(figure.firstChild, 1, 1));
    show = (weights, full) => {
      painters.forEach((painter, n) => {
        painter.paint(weights.subarray(n * PIXELS, (n + 1) * PIXELS), 0, full);
        painter.show();
      });
    };
  }

  function buildUnits(count, columns) {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    canvas.style.maxWidth = `${columns * 64}px`;
    root.replaceChildren(canvas);
    const painter = createPainter(canvas, columns, Math.ceil(count / columns));
    show = (weights, full) => {
      for (let n = 0; n < count; n++) painter.paint(weights, n, full);
      painter.show();
    };
  }

  return (weights, isLinear) => {
    const count = weights.length / PIXELS;
    const columns = Math.max(1, Math.min(count, Math.floor(root.clientWidth / (count > 64 ? 30 : 42))));
    if (shape !== `${count} ${columns} ${isLinear}`) {
      shape = `${count} ${columns} ${isLinear}`;
      const what = isLinear ? "each of the ten digits" : `each of ${count} hidden units`;
      root.setAttribute("role", "img");
      root.setAttribute("aria-label", `The weights of ${what}: red speaks for it, blue against it`);
      root.classList.toggle("digits", isLinear);
      if (isLinear) buildDigits();
      else buildUnits(count, columns);
    }
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += weights[i] * weights[i];
    show(weights, 3 * Math.sqrt(sum / weights.length) || 1);
  };
}

// `show({ shown })` lists digits that are read wrongly; `imageOf(place)` returns their bytes. The
// pictures are used again, because making a canvas takes longer than painting it.
export function createMistakes(root, imageOf) {
  const figures = [];

  function add() {
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    caption.setAttribute("aria-hidden", "true");
    figure.append(createPicture(""), caption);
    root.append(figure);
    return { figure, picture: figure.firstChild, caption, place: -1, answer: -1 };
  }

  return ({ shown }) => {
    shown.forEach(({ place, label, answer }, n) => {
      const item = (figures[n] ??= add());
      if (item.place !== place) paintInk(item.picture, Array.from(imageOf(place), (byte) => byte / 255));
      if (item.place !== place || item.answer !== answer) {
        item.picture.setAttribute("aria-label", `A ${label}, read as ${answer}`);
        item.caption.textContent = `${label} → ${answer}`;
      }
      Object.assign(item, { place, answer });
    });
    figures.forEach(({ figure }, n) => (figure.hidden = n >= shown.length));
  };
}
