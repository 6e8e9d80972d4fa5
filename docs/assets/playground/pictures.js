// Pictures of 28 x 28 pixels, and bars. Colors are laid over the page's own ground, as strong as
// the numbers are large, so that they suit light and dark.

const SIDE = 28;
const RED = [214, 72, 55];
const BLUE = [66, 122, 205];

// A canvas with a name, for those who do not see it.
export function createPicture(name = "") {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", name);
  return canvas;
}

function paint(canvas, color, strength) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) {
    image.data.set(color(i), 4 * i);
    image.data[4 * i + 3] = 255 * strength(i);
  }
  context.putImageData(image, 0, 0);
}

// Intensities from 0 to 1 as ink; nothing at all as an empty picture.
export function paintInk(canvas, intensities) {
  canvas.classList.add("ink");
  paint(canvas, () => [0, 0, 0], (i) => intensities?.[i] ?? 0);
}

// Positive numbers red, negative ones blue; those as large as `full` in full color.
export function paintSigned(canvas, values, full) {
  const color = (i) => (values[i] > 0 ? RED : BLUE);
  paint(canvas, color, (i) => Math.min(1, Math.abs(values[i]) / full));
}

const WIDTH = 20;
const HEIGHT = 48;

// Ten bars over their digits.
export function createBars() {
  const bars = document.createElement("div");
  const parts = Array.from({ length: 10 }, (_, digit) => {
    const x = digit * WIDTH;
    return `<rect x="${x + 2}" y="${HEIGHT}" width="${WIDTH - 4}" height="0"/>
      <text x="${x + WIDTH / 2}" y="${HEIGHT + 15}">${digit}</text>`;
  });
  bars.className = "bars";
  bars.innerHTML = `<svg viewBox="0 0 ${10 * WIDTH} ${HEIGHT + 18}" role="img" aria-label="">
    <line x1="0" x2="${10 * WIDTH}" y1="${HEIGHT}" y2="${HEIGHT}"/>${parts.join("")}</svg>`;
  return bars;
}

// `full` is the value of a bar of full height; `chosen` stands out.
export function showBars(bars, { values, full, chosen, name }) {
  bars.firstChild.setAttribute("aria-label", name);
  bars.querySelectorAll("rect").forEach((bar, digit) => {
    const height = (HEIGHT * (values[digit] ?? 0)) / full;
    bar.setAttribute("y", HEIGHT - height);
    bar.setAttribute("height", height);
    bar.classList.toggle("chosen", digit === chosen);
  });
}
