// The interactive picture of lesson 8: digits on the sigmoid, and a threshold that decides what
// they are called. What is shown follows from the slider and from the logits in the page.
"use strict";

{
  const WIDTH = 40; // pixels to one unit of the logit
  const EDGE = 4.6; // the largest logit in the picture
  const HEIGHT = 150; // pixels from 0 to 1 on the sigmoid
  const FLOOR = 110; // where the lower picture has its 0
  const LOWER = 80; // pixels from 0 to 1 in it
  const LEFT = -WIDTH * EDGE;
  const RIGHT = WIDTH * EDGE;

  const sigmoid = (x) => 1 / (1 + Math.exp(-x));
  const mean = (xs) => xs.reduce((sum, x) => sum + x, 0) / xs.length;

  function read({ threes, sevens }) {
    const digits = (text, three) => text.split(" ").map((x) => ({ logit: Number(x), three }));
    return [...digits(threes, true), ...digits(sevens, false)];
  }

  const isRight = ({ logit, three }, threshold) => logit > threshold === three;
  const accuracy = (digits, threshold) => mean(digits.map((d) => isRight(d, threshold)));

  // No threshold occurs in it.
  function loss(digits) {
    return mean(digits.map(({ logit, three }) => Math.abs(three - sigmoid(logit))));
  }

  const high = (share) => -HEIGHT * share; // on the sigmoid; y grows downward
  const low = (share) => FLOOR - LOWER * share; // in the lower picture

  // The accuracy over all thresholds. It jumps at each digit's logit, and there alone.
  function staircase(digits) {
    const logits = digits.map(({ logit }) => logit).sort((a, b) => a - b);
    const edges = [-EDGE, ...logits, EDGE];
    const treads = edges.slice(1).map((end, i) => {
      const y = low(accuracy(digits, edges[i]));
      return [[WIDTH * edges[i], y], [WIDTH * end, y]];
    });
    return interactive.polyline(treads.flat(), "accuracy");
  }

  function level(y, kind) {
    return `<line class="${kind}" x1="${LEFT}" x2="${RIGHT}" y1="${y}" y2="${y}"/>`;
  }

  function label(words, x, y, kind) {
    return `<text class="${kind}" x="${x}" y="${y}">${words}</text>`;
  }

  // The picture without the threshold and the digits.
  function ground(digits) {
    const xs = Array.from({ length: 93 }, (_, i) => -EDGE + i / 10);
    const curve = xs.map((x) => [WIDTH * x, high(sigmoid(x))]);
    const numbers = [-4, -2, 0, 2].map((x) =>
      label(interactive.decimal(x, 0), WIDTH * x, FLOOR + 18, "tick"),
    );
    return `${[high(0.5), high(1), low(1)].map((y) => level(y, "grid")).join("")}
      ${[high(0), low(0)].map((y) => level(y, "axis")).join("")}
      ${label("0.5", LEFT, high(0.5) - 5, "first")} ${label("1", LEFT, high(1) - 5, "first")}
      ${label("score", LEFT + 14, high(1) - 5, "first")}
      ${interactive.polyline(curve, "curve")}
      ${label("1", LEFT, low(1) - 5, "first")}
      ${staircase(digits)} ${label("accuracy", LEFT, low(0.6) - 6, "first")}
      ${level(low(loss(digits)), "loss")} ${label("loss", LEFT, low(loss(digits)) + 15, "first")}
      ${numbers.join("")} ${label("logit", RIGHT, FLOOR + 18, "last")}`;
  }

  // A digit and its mark: a disk for a three, a square for a seven, hollow where it is wrong.
  function mark(digit, threshold) {
    const [x, y] = [WIDTH * digit.logit, high(sigmoid(digit.logit))];
    const verdict = isRight(digit, threshold) ? "right" : "wrong";
    const kind = `mark ${digit.three ? "three" : "seven"} ${verdict}`;
    const shape = digit.three
      ? `<circle class="${kind}" cx="${x}" cy="${y}" r="5"/>`
      : `<rect class="${kind}" x="${x - 4.5}" y="${y - 4.5}" width="9" height="9"/>`;
    return `${shape} ${label(digit.three ? 3 : 7, x - 7, y - 9, "digit")}`;
  }

  function draw(digits, threshold) {
    const [x, y] = [WIDTH * threshold, high(sigmoid(threshold))];
    const dots = [accuracy(digits, threshold), loss(digits)].map(
      (share) => `<circle class="dot" cx="${x}" cy="${low(share)}" r="4"/>`,
    );
    return `<line class="border" x1="${x}" x2="${x}" y1="${high(1) - 34}" y2="${FLOOR}"/>
      <line class="confidence" x1="${LEFT}" x2="${x}" y1="${y}" y2="${y}"/>
      ${label("\u2190 7", x - 6, high(1) - 22, "last")}
      ${label("3 \u2192", x + 6, high(1) - 22, "first")}
      ${dots.join("")} ${digits.map((digit) => mark(digit, threshold)).join("")}`;
  }

  // What the threshold does, in words.
  function describe(digits, threshold) {
    const { decimal } = interactive;
    const n = digits.length;
    const called = digits.filter(({ logit }) => logit > threshold).length;
    const right = digits.filter((digit) => isRight(digit, threshold)).length;
    return `Threshold ${decimal(threshold, 1)}, a score of
      ${decimal(sigmoid(threshold), 2)}: ${called} of ${n} called a three, ${right} of ${n} right.
      Accuracy ${decimal(right / n, 2)}; the loss stays ${decimal(loss(digits), 4)}.`;
  }

  interactive.define("threshold", (root) => {
    const digits = read(root.dataset);
    interactive.slider(root, {
      label: "Threshold",
      range: 'min="-3.8" max="3.8" step="0.1" value="0"',
      viewBox: `${LEFT} -188 ${RIGHT - LEFT} 322`,
      ground: ground(digits),
      show(threshold) {
        return {
          drawing: draw(digits, threshold),
          words: describe(digits, threshold),
        };
      },
    });
  });
}
