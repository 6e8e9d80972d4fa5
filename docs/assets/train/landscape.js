// The loss on the plane through the start and the end of training, as a map with bands of equal
// loss, and the way that training took.

const SIZE = 320;
const BANDS = 14;

// Between the four nearest places of the grid.
function between(losses, columns, u, v) {
  const [x, y] = [Math.min(Math.floor(u), columns - 2), Math.min(Math.floor(v), columns - 2)];
  const [a, b] = [u - x, v - y];
  const at = (i, j) => losses[(y + j) * columns + x + i];
  return (1 - b) * ((1 - a) * at(0, 0) + a * at(1, 0)) + b * ((1 - a) * at(0, 1) + a * at(1, 1));
}

function paint(context, { losses, columns }) {
  const logs = losses.map((loss) => Math.log(Math.max(loss, 1e-6)));
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  const image = context.createImageData(SIZE, SIZE);
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      const scale = (columns.length - 1) / (SIZE - 1);
      const loss = between(logs, columns.length, column * scale, (SIZE - 1 - row) * scale);
      const band = Math.floor(((loss - low) / (high - low || 1)) * BANDS) / BANDS;
      const i = 4 * (row * SIZE + column);
      image.data.set([66, 122, 205, 20 + 200 * band], i);
    }
  }
  context.putImageData(image, 0, 0);
}

const EARLY = "The map can be drawn as soon as training has taken a few steps.";
const LANDSCAPE = `
  <p><button type="button">Draw the map</button></p>
  <div class="map" hidden><canvas width="${SIZE}" height="${SIZE}" aria-hidden="true"></canvas>
    <svg viewBox="0 0 ${SIZE} ${SIZE}" aria-hidden="true"></svg></div>
  <output aria-live="polite">${EARLY}</output>`;

// Draws `{ losses, columns, rows, path }` and says what is to be seen.
function drawLandscape(root, { losses, columns, rows, path }) {
  const canvas = root.querySelector("canvas");
  root.querySelector(".map").hidden = false;
  paint(canvas.getContext("2d"), { losses, columns });
  const x = (u) => (SIZE * (u - columns[0])) / (columns.at(-1) - columns[0]);
  const y = (v) => SIZE - (SIZE * (v - rows[0])) / (rows.at(-1) - rows[0]);
  const places = path.map(([u, v]) => [x(u), y(v)]);
  const dot = ([cx, cy], kind) => `<circle class="${kind}" cx="${cx}" cy="${cy}" r="6"/>`;
  const label = ([cx, cy], text) =>
    `<text x="${cx}" y="${cy > 24 ? cy - 12 : cy + 22}">${text}</text>`;
  const [start, end] = [places[0], places.at(-1)];
  root.querySelector("svg").innerHTML = `<polyline points="${places.join(" ")}"/>
    ${places.slice(1, -1).map((place) => dot(place, "step")).join("")}
    ${dot(start, "start")}${dot(end, "end")}${label(start, "start")}${label(end, "now")}`;
  const nearest = (axis, value) =>
    axis.reduce((best, place, i) => (Math.abs(place - value) < Math.abs(axis[best] - value) ? i : best), 0);
  const lossAt = ([u, v]) => losses[nearest(rows, v) * columns.length + nearest(columns, u)];
  const short = (loss) => (loss < 1000 ? loss.toFixed(2) : loss.toExponential(1));
  const words = `Each place on this map is a set of parameters, and the bluer it is, the higher the loss.
    At the start the loss was about ${short(lossAt(path[0]))}, and now it is about
    ${short(lossAt(path.at(-1)))}. The lowest loss on the map is
    ${short(Math.min(...losses))}.`;
  root.querySelector("output").textContent = words.replace(/\s+/g, " ");
}

// `lane()` is the first setting's latest report, and `plane()` promises what `drawLandscape` draws.
export function createMap(root, { lane, plane }) {
  root.innerHTML = LANDSCAPE;
  let drawings = 0; // how often a map was asked for, or forgotten
  const say = (text) => (root.querySelector("output").textContent = text);

  function forget() {
    drawings++;
    root.querySelector(".map").hidden = true;
    say(EARLY);
  }

  root.querySelector("button").addEventListener("click", async () => {
    if (!(lane()?.steps > 1)) say("Training has to take a few steps first. Press Start.");
    else if (lane().diverged) {
      forget();
      say("Training has diverged, and its loss is no longer a number that the map can show.");
    } else {
      say("The map is being computed.");
      const drawing = ++drawings;
      const found = await plane();
      // Another setting may have been chosen in the meantime.
      if (drawing === drawings) drawLandscape(root, found);
    }
  });
  return { forget };
}
