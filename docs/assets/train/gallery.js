// Many small pictures: weights, which change all the time, and digits that are read wrongly.
import { createPicture, paintInk } from "../playground/pictures.js";

const RED = [214, 72, 55];
const BLUE = [66, 122, 205];

const FILTER = 5; // pixels of a filter, down and across
const GAP = 2; // between the pictures of hidden units

// Draws weights as `paintSigned` of the playground does, several times a second: the memory is used
// again, and nothing is called per pixel. Many pictures share a canvas, `columns` side by side,
// because a browser takes longer for a hundred canvases than for a large one.
function createPainter(canvas, side, columns = 1, rows = 1) {
  const cell = side + GAP;
  canvas.width = columns * cell - GAP;
  canvas.height = rows * cell - GAP;
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  const { data, width } = image;

  function paint(weights, n, full) {
    const start = n * side ** 2;
    const corner = (n % columns) * cell + Math.floor(n / columns) * cell * width;
    for (let i = 0; i < side ** 2; i++) {
      const weight = weights[start + i];
      const color = weight > 0 ? RED : BLUE;
      const at = 4 * (corner + Math.floor(i / side) * width + (i % side));
      data[at] = color[0];
      data[at + 1] = color[1];
      data[at + 2] = color[2];
      data[at + 3] = Math.min(255, (Math.abs(weight) * 255) / full);
    }
  }
  return { paint, show: () => context.putImageData(image, 0, 0) };
}

const SPOKEN = {
  digits: () => "The weights of each of the ten digits: red speaks for it, blue against it",
  units: (count) =>
    `The weights of each of ${count} hidden units: red speaks for it, blue against it`,
  filters: (count) =>
    `The ${count} filters of the first layer, ${FILTER} by ${FILTER} weights each: red for positive
      weights, blue for negative ones`,
};

// `show(weights, kind)` draws one picture per digit, hidden unit or filter.
export function createWeights(root) {
  let show = () => {};
  let shape = "";

  // A few pictures, each on its own; digits have a caption.
  function buildFigures(count, side, kind) {
    const figures = Array.from({ length: count }, (_, n) => {
      const figure = document.createElement("figure");
      figure.append(createPicture());
      figure.firstChild.setAttribute("aria-hidden", "true");
      if (kind === "digits") {
        figure.append(Object.assign(document.createElement("figcaption"), { textContent: n }));
      }
      return figure;
    });
    root.replaceChildren(...figures);
    const painters = figures.map((figure) => createPainter(figure.firstChild, side));
    show = (weights, full) => {
      painters.forEach((painter, n) => {
        painter.paint(weights.subarray(n * side ** 2), 0, full);
        painter.show();
      });
    };
  }

  function buildUnits(count, columns) {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    canvas.style.maxWidth = `${columns * 64}px`;
    root.replaceChildren(canvas);
    const painter = createPainter(canvas, 28, columns, Math.ceil(count / columns));
    show = (weights, full) => {
      for (let n = 0; n < count; n++) painter.paint(weights, n, full);
      painter.show();
    };
  }

  return (weights, kind) => {
    const side = kind === "filters" ? FILTER : 28;
    const count = weights.length / side ** 2;
    const columns = Math.max(1, Math.min(count, Math.floor(root.clientWidth / (count > 64 ? 30 : 42))));
    if (shape !== `${count} ${columns} ${kind}`) {
      shape = `${count} ${columns} ${kind}`;
      root.setAttribute("role", "img");
      root.setAttribute("aria-label", SPOKEN[kind](count).replace(/\s+/g, " "));
      root.classList.toggle("digits", kind === "digits");
      root.classList.toggle("filters", kind === "filters");
      if (kind === "units") buildUnits(count, columns);
      else buildFigures(count, side, kind);
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
