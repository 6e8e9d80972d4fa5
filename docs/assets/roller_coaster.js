// The interactive picture of lesson 6: three sliders for the parameters of a parabola, the readings
// that it should fit, and the loss.
"use strict";

{
  const WIDTH = 17; // pixels to one second
  const HEIGHT = 2; // pixels to one km/h
  const HIGHEST = 100; // km/h in the picture

  const place = (t, speed) => [WIDTH * t, -HEIGHT * speed];

  // The mean squared error of the parabola a t² + b t + c, the readings taken once per second.
  function loss([a, b, c], speeds) {
    const errors = speeds.map((speed, t) => a * t * t + b * t + c - speed);
    return errors.reduce((sum, error) => sum + error * error, 0) / speeds.length;
  }

  function ground(speeds) {
    const right = WIDTH * (speeds.length - 1);
    const seconds = [0, 5, 10, 15].map((t) => `<text x="${WIDTH * t}" y="26">${t}</text>`);
    const heights = [0, 50, 100].map(
      (v) => `<text class="last" x="-10" y="${5 - HEIGHT * v}">${v}</text>`,
    );
    const dots = speeds.map((speed, t) => {
      const [cx, cy] = place(t, speed);
      return `<circle cx="${cx}" cy="${cy}" r="4"/>`;
    });
    return `<line class="axis" x1="0" x2="${right}" y1="8" y2="8"/>
      ${seconds.join("")} <text class="last" x="${right}" y="26">time in s</text>
      ${heights.join("")} <text class="first" x="4" y="${-HEIGHT * HIGHEST - 8}">km/h</text>
      ${dots.join("")}`;
  }

  // The curve, cut where it leaves the picture.
  function curve([a, b, c], last) {
    const ts = Array.from({ length: 4 * last + 1 }, (_, i) => i / 4);
    const speed = (t) => a * t * t + b * t + c;
    const inside = (v) => Math.min(Math.max(v, -500), 500);
    return interactive.polyline(
      ts.map((t) => place(t, inside(speed(t)))),
      "fit",
    );
  }

  interactive.define("roller-coaster", (root) => {
    const speeds = root.dataset.speeds.split(" ").map(Number);
    let lowest = Infinity;
    interactive.sliders(root, {
      sliders: [
        { label: "a, how strongly it bends", range: 'min="0" max="1.5" step="0.05" value="0.2"' },
        { label: "b, how it leans", range: 'min="-25" max="5" step="0.5" value="-2"' },
        { label: "c, the speed at time 0", range: 'min="0" max="100" step="1" value="20"' },
      ],
      viewBox: `-44 -${HEIGHT * HIGHEST + 28} 376 276`,
      ground: ground(speeds),
      show(...params) {
        const now = loss(params, speeds);
        lowest = Math.min(lowest, now);
        const [a, b, c] = params.map((x, i) => interactive.decimal(x, 2 - i));
        const off = interactive.decimal(Math.sqrt(now), 1);
        return {
          drawing: curve(params, speeds.length - 1),
          words: `a = ${a}, b = ${b}, c = ${c}: loss ${interactive.decimal(now, 1)}, so about
            ${off} km/h off. Your lowest loss so far is ${interactive.decimal(lowest, 1)}.`,
        };
      },
    });
  });
}
