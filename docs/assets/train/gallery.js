// Many small pictures: weights, which change all the time, and digits that are read wrongly.
import { createPicture } from "../playground/pictures.js";

const FILTER = 5; // pixels of a filter, down and across
const GAP = 2; // between the pictures of hidden units

const SPOKEN = {
  digits: () => "The weights of each of the ten digits: red speaks for it, blue against it",
  units: (count) =>
    `The weights of each of ${count} hidden units: red speaks for it, blue against it`,
  filters: (count) =>
    `The ${count} filters of the first layer, ${FILTER} by ${FILTER} weights each: red for positive
      weights, blue for negative ones`,
};

// `show(pixels, kind)` draws one picture per digit, hidden unit or filter, from the bytes that
// `colored` makes of all of them.
export function createWeights(root) {
  let places = []; // where each picture goes: a context, and the place in it
  let shape = "";

  // A few pictures, each on its own; digits have a caption.
  function buildFigures(count, side, kind) {
    const figures = Array.from({ length: count }, (_, n) => {
      const figure = document.createElement("figure");
      figure.append(createPicture());
      figure.firstChild.setAttribute("aria-hidden", "true");
      figure.firstChild.width = figure.firstChild.height = side;
      if (kind === "digits") {
        figure.append(Object.assign(document.createElement("figcaption"), { textContent: n }));
      }
      return figure;
    });
    root.replaceChildren(...figures);
    places = figures.map(({ firstChild }) => [firstChild.getContext("2d"), 0, 0]);
  }

  // Many pictures share a canvas, because a browser takes longer for a hundred of them.
  function buildUnits(count, side, columns) {
    const canvas = document.createElement("canvas");
    const cell = side + GAP;
    canvas.width = columns * cell - GAP;
    canvas.height = Math.ceil(count / columns) * cell - GAP;
    canvas.setAttribute("aria-hidden", "true");
    canvas.style.maxWidth = `${columns * 64}px`;
    root.replaceChildren(canvas);
    const context = canvas.getContext("2d");
    places = Array.from({ length: count }, (_, n) => {
      return [context, (n % columns) * cell, Math.floor(n / columns) * cell];
    });
  }

  return (pixels, kind) => {
    const side = kind === "filters" ? FILTER : 28;
    const image = new ImageData(pixels, side);
    const count = image.height / side;
    const columns = Math.max(1, Math.min(count, Math.floor(root.clientWidth / (count > 64 ? 30 : 42))));
    if (shape !== `${count} ${columns} ${kind}`) {
      shape = `${count} ${columns} ${kind}`;
      root.setAttribute("role", "img");
      root.setAttribute("aria-label", SPOKEN[kind](count).replace(/\s+/g, " "));
      root.classList.toggle("digits", kind === "digits");
      root.classList.toggle("filters", kind === "filters");
      if (kind === "units") buildUnits(count, side, columns);
      else buildFigures(count, side, kind);
    }
    places.forEach(([context, x, y], n) => {
      context.putImageData(image, x, y - n * side, 0, n * side, side, side);
    });
  };
}

// As `paintInk` of the playground, but quick, because two dozen may change at once.
function paintBytes(canvas, bytes) {
  const image = new ImageData(28, 28);
  bytes.forEach((byte, i) => (image.data[4 * i + 3] = byte));
  canvas.getContext("2d").putImageData(image, 0, 0);
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
    figure.firstChild.classList.add("ink");
    root.append(figure);
    return { figure, picture: figure.firstChild, caption, place: -1, answer: -1 };
  }

  return ({ shown }) => {
    shown.forEach(({ place, label, answer }, n) => {
      const item = (figures[n] ??= add());
      if (item.place !== place) paintBytes(item.picture, imageOf(place));
      if (item.place !== place || item.answer !== answer) {
        item.picture.setAttribute("aria-label", `A ${label}, read as ${answer}`);
        item.caption.textContent = `${label} → ${answer}`;
      }
      Object.assign(item, { place, answer });
    });
    figures.forEach(({ figure }, n) => (figure.hidden = n >= shown.length));
  };
}
