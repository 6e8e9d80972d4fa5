// A canvas to draw on: by mouse, finger, or pen, and by keyboard, where arrow keys move a pen over
// a grid of 28 x 28 cells. The ink is opaque black on nothing; styles turn it white in dark mode.

export const SIZE = 280;
const CELL = 10;
const CELLS = SIZE / CELL;
const MOVES = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

// `changed()` is called after each change of the ink, `said(text)` with what the keyboard did.
export function createPad(canvas, cursor, { changed, said }) {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let pointer = null; // where the pointer was last, while it draws
  let cell = [14, 6]; // where the keyboard's pen is
  let isDown = false; // and whether it draws
  let isSample = false; // whether the next stroke replaces what is shown

  function line(from, to) {
    context.lineCap = "round";
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(to[0] + 0.01, to[1]); // A line of no length would not be drawn everywhere.
    context.stroke();
    changed();
  }

  function erase() {
    context.clearRect(0, 0, SIZE, SIZE);
    isSample = false;
  }

  function clear() {
    erase();
    changed();
  }

  // The first point of a stroke.
  function begin(place) {
    if (isSample) erase();
    line(place, place);
  }

  function place({ clientX, clientY }) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((clientX - left) / width) * SIZE, ((clientY - top) / height) * SIZE];
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    pointer = place(event);
    begin(pointer);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!event.isPrimary || !pointer) return;
    const next = place(event);
    line(pointer, next);
    pointer = next;
  });
  canvas.addEventListener("lostpointercapture", (event) => {
    if (event.isPrimary) pointer = null;
  });

  const middle = ([column, row]) => [(column + 0.5) * CELL, (row + 0.5) * CELL];

  function showCursor() {
    cursor.style.left = `${(100 * cell[0]) / CELLS}%`;
    cursor.style.top = `${(100 * cell[1]) / CELLS}%`;
    cursor.classList.toggle("down", isDown);
  }

  function lower(down) {
    isDown = down;
    if (down) begin(middle(cell));
    showCursor();
    said(down ? "Pen down." : "Pen up.");
  }

  function move([right, down]) {
    const before = cell;
    const inside = (n) => Math.min(Math.max(n, 0), CELLS - 1);
    cell = [inside(cell[0] + right), inside(cell[1] + down)];
    if (isDown) line(middle(before), middle(cell));
    showCursor();
  }

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in MOVES) move(MOVES[event.key]);
    else if (event.key === " " && !event.repeat) lower(!isDown);
    else if (event.key === "Delete" || event.key === "Backspace") clear();
    else if (event.key !== " ") return;
    event.preventDefault(); // Else the page would scroll.
  });
  canvas.addEventListener("blur", () => {
    isDown = false;
    showCursor();
  });

  showCursor();
  return {
    clear,
    // How wide lines are, in the canvas's own pixels.
    setWidth(width) {
      context.lineWidth = width;
    },
    // Replaces the drawing by an image of 28 x 28 bytes. The reader's first stroke then clears a
    // sample, but is added to any other image.
    show(bytes, { asSample = false } = {}) {
      const image = context.createImageData(SIZE, SIZE);
      for (let y = 0; y < SIZE; y++) {
        for (let x = 0; x < SIZE; x++) {
          const byte = bytes[Math.floor(y / CELL) * CELLS + Math.floor(x / CELL)];
          image.data[4 * (y * SIZE + x) + 3] = byte;
        }
      }
      context.putImageData(image, 0, 0);
      isSample = asSample;
      changed();
    },
    // Whether the next stroke will replace what is shown.
    isSample: () => isSample,
    // The ink of each pixel, 0 to 255.
    ink() {
      const { data } = context.getImageData(0, 0, SIZE, SIZE);
      return Uint8Array.from({ length: SIZE * SIZE }, (_, i) => data[4 * i + 3]);
    },
  };
}
