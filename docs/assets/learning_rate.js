// The interactive picture of lesson 5: a slider for the learning rate, and the walk down x² that
// it leads to. What is shown follows from the slider alone.
"use strict";

{
  const START = 3;
  const STEPS = 10;
  const WIDTH = 40; // pixels to one unit of x
  const HEIGHT = 10; // pixels to one unit of x²
  const EDGE = 4.6; // the largest x in the picture

  const f = (x) => x * x;
  const slope = (x) => 2 * x;

  // Where the walk is before the first step and after each: `steps` + 1 numbers.
  function descend(rate, start, steps) {
    const path = [start];
    for (let n = 0; n < steps; n++) path.push(path[n] - rate * slope(path[n]));
    return path;
  }

  // What a walk looks like, in words.
  function describe(path) {
    const [start, first] = path;
    const last = path.at(-1);
    const end = `After ${path.length - 1} steps x is ${interactive.decimal(last, 2)}.`;
    const out = path.findIndex((x) => Math.abs(x) > EDGE);
    if (out > 0) {
      return `diverging. Each step crosses the valley and ends higher than it began;
        step ${out} leaves the picture. ${end}`;
    }
    if (Math.abs(first) > Math.abs(start)) {
      return `diverging. Each step crosses the valley and ends higher than it began. ${end}`;
    }
    if (first === -start) {
      return `bouncing. Each step crosses the valley and ends exactly as high as it began,
        forever. ${end}`;
    }
    if (first < 0) {
      return `bouncing. Each step crosses the valley, but ends lower than it began. ${end}`;
    }
    if (first === 0) return `right. The first step lands on the lowest point. ${end}`;
    if (last > start / 10) return `too small. The lowest point, 0, is still far off. ${end}`;
    return `right. The walk comes down on one side. ${end}`;
  }

  // A point on the curve, in the picture's pixels; there, y grows downward.
  function place(x) {
    return [WIDTH * x, -HEIGHT * f(x)];
  }

  const line = (xs, kind) => interactive.polyline(xs.map(place), kind);

  // The picture without the walk.
  function ground() {
    const curve = Array.from({ length: 93 }, (_, i) => -EDGE + i / 10);
    const numbers = [-4, -2, 0, 2, 4].map(
      (x) => `<text x="${WIDTH * x}" y="26">${String(x).replace("-", "\u2212")}</text>`,
    );
    const edge = WIDTH * EDGE;
    return `<line class="axis" x1="${-edge}" x2="${edge}" y1="6" y2="6"/>
      ${numbers.join("")} <text x="${edge - 8}" y="26">x</text>
      <text x="${-edge + 38}" y="-190">x²</text> ${line(curve, "curve")}`;
  }

  function walk(path) {
    const points = path.map((x, n) => {
      const [cx, cy] = place(x);
      return `<circle class="${n ? "step" : "start"}" cx="${cx}" cy="${cy}" r="5"/>`;
    });
    const [x, y] = place(path[0]);
    return `${line(path, "walk")} ${points.join("")}
      <text class="first" x="${x + 12}" y="${y + 5}">start</text>`;
  }

  interactive.define("learning-rate", (root) => {
    interactive.slider(root, {
      label: "Learning rate",
      range: 'min="0.01" max="1.1" step="0.01" value="0.05"',
      viewBox: "-184 -214 368 246",
      ground: ground(),
      show(rate) {
        const path = descend(rate, START, STEPS);
        return {
          drawing: walk(path),
          words: `Learning rate ${rate.toFixed(2)}: ${describe(path)}`,
        };
      },
    });
  });
}
