// Lesson 1's pad: what is drawn becomes 28 x 28 numbers, shown as a table that is shaded by them.
import { createPad, SIZE } from "./pad.js";
import { prepare } from "./prepare.js";

const SIDE = 28;
const [WIDTH, HEIGHT] = [22, 18]; // of a cell of the table, in pixels at least: a phone scrolls it

const cells = Array.from({ length: SIDE * SIDE }, (_, i) => {
  const [x, y] = [(i % SIDE) * WIDTH, Math.floor(i / SIDE) * HEIGHT];
  return `<rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}"/>
    <text x="${x + WIDTH / 2}" y="${y + HEIGHT - 5}">0</text>`;
});

const DESK = `
  <div class="desk">
    <div class="pad">
      <canvas class="ink" width="${SIZE}" height="${SIZE}" tabindex="0" role="application"
        aria-label="Drawing pad" aria-describedby="numbers-keys"></canvas>
      <span class="cursor" aria-hidden="true"></span>
      <span class="invitation" aria-hidden="true">Draw a three here</span>
    </div>
    <div class="controls">
      <p class="summary" role="status"></p>
      <button type="button" class="clear">Clear</button>
      <p class="keys" id="numbers-keys">By keyboard: arrow keys move the pen, Space lowers and lifts
        it, Delete clears. <span role="status"></span></p>
    </div>
  </div>
  <figure class="wide" style="--least: ${SIDE * WIDTH}px" tabindex="0">
    <svg class="table" viewBox="0 0 ${SIDE * WIDTH} ${SIDE * HEIGHT}" role="img"
      aria-label="The numbers as a table, each cell shaded by its number">${cells.join("")}</svg>
  </figure>`;

// What there is to say about the numbers.
function describe(numbers) {
  const inked = numbers.filter((number) => number > 0);
  if (inked.length === 0) return "784 numbers, and all of them are 0.";
  const share = Math.round((100 * inked.length) / numbers.length);
  return `${inked.length} of 784 numbers are not 0: that is ${share} %.
    The largest is ${Math.max(...inked)}.`;
}

export function build(root) {
  root.innerHTML = DESK;
  const find = (selector) => root.querySelector(selector);
  const [rects, texts] = ["rect", "text"].map((name) => root.querySelectorAll(`.table ${name}`));
  const shown = new Array(SIDE * SIDE).fill(0);
  let frame = 0;
  let pause = 0;

  function show() {
    frame = 0;
    const image = prepare(pad.ink(), SIZE);
    const numbers = Array.from(shown, (_, i) => Math.round(255 * (image?.[i] ?? 0)));
    numbers.forEach((number, i) => {
      if (number === shown[i]) return;
      shown[i] = number;
      rects[i].style.fillOpacity = number / 255;
      texts[i].textContent = number;
      texts[i].classList.toggle("on-dark", number > 127);
    });
    find(".invitation").hidden = image !== null;
    // What is read out waits for a pause.
    clearTimeout(pause);
    pause = setTimeout(() => (find(".summary").textContent = describe(numbers)), 300);
  }

  const pad = createPad(find("canvas"), find(".cursor"), {
    // However often the ink changes, the table is drawn once for each picture on the screen.
    changed() {
      frame ||= requestAnimationFrame(show);
    },
    said(text) {
      find(".keys span").textContent = text;
    },
  });
  pad.setWidth(20);
  // Where a phone shows a part of the table, that is its middle, where the digit is.
  const table = find("figure");
  table.scrollLeft = (table.scrollWidth - table.clientWidth) / 2;
  find(".clear").addEventListener("click", pad.clear);
  show();
}
