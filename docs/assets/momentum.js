// The interactive picture of lesson 10: sliders for the learning rate and the momentum, and the walk
// that they lead to in a narrow valley, (x² + 20 y²) / 2. What is shown follows from the sliders
// alone.
"use strict";

{
  const START = [-9, 1.5];
  const STEPS = 30;
  const STEEP = 20; // how many times steeper the valley is across than along
  const SCALE = 24; // pixels to one unit, in both directions
  const LEVELS = [1, 4, 12, 28, 50]; // heights of the contour lines
  const LEFT = 10; // the picture's edges
  const RIGHT = 5;
  const TOP = 2.4;

  // Where the walk is before the first step and after each: `steps` + 1 points.
  function roll(rate, momentum, steps) {
    const path = [START];
    let velocity = [0, 0];
    for (let n = 0; n < steps; n++) {
      const [x, y] = path[n];
      velocity = [momentum * velocity[0] + x, momentum * velocity[1] + STEEP * y];
      path.push([x - rate * velocity[0], y - rate * velocity[1]]);
    }
    return path;
  }

  // What a walk looks like, in words.
  function describe(rate, momentum, path) {
    const [x, y] = path.at(-1);
    const distance = Math.hypot(x, y);
    const furthest = Math.max(...path.map((point) => point[0]));
    const away = distance < 1000 ? interactive.decimal(distance, 3) : "more than 1000";
    const end = `After ${path.length - 1} steps it is ${away} away from the lowest point.`;
    // Across the valley, a walk settles if rate × 20 is below 2 (1 + momentum). The sliders stand
    // at thousandths and hundredths, and whole numbers are compared without rounding.
    const excess = Math.round(1000 * rate) - 100 - Math.round(100 * momentum);
    if (excess > 0) {
      return `diverging. The walk swings across the valley, further and further. ${end}`;
    }
    if (excess === 0) return `bouncing. The walk crosses the valley forever. ${end}`;
    const across = path[1][1] < 0 ? "zigzags across the valley" : "comes down on one side";
    if (furthest > 1) {
      return `too heavy. The walk rolls ${interactive.decimal(furthest, 1)} past the lowest point,
        and has to come back. ${end}`;
    }
    if (distance < 0.1) return `arrived. The walk ${across} and reaches its lowest point. ${end}`;
    if (distance > 1) return `too slow. The walk ${across} and is still far off. ${end}`;
    return `close. The walk ${across} and comes near the lowest point. ${end}`;
  }

  // Far outside the picture, one place is as good as another.
  const pixels = (x) => SCALE * Math.max(-999, Math.min(999, x));

  // A point of the map, in the picture's pixels; there, y grows downward.
  const place = ([x, y]) => [pixels(x), -pixels(y)];

  // The picture without the walk.
  function ground() {
    const contours = LEVELS.map((level) => {
      const rx = SCALE * Math.sqrt(2 * level);
      return `<ellipse class="contour" rx="${rx}" ry="${rx / Math.sqrt(STEEP)}"/>`;
    });
    return `${contours.join("")}
      <line class="axis" x1="-6" x2="6" y1="0" y2="0"/>
      <line class="axis" x1="0" x2="0" y1="-6" y2="6"/>
      <text x="0" y="37">lowest point</text>`;
  }

  function walk(path) {
    const points = path.map((point, n) => {
      const [cx, cy] = place(point);
      return `<circle class="${n ? "step" : "start"}" cx="${cx}" cy="${cy}" r="${n ? 3 : 5}"/>`;
    });
    const [x, y] = place(path[0]);
    return `${interactive.polyline(path.map(place), "walk")} ${points.join("")}
      <text class="first" x="${x + 10}" y="${y - 4}">start</text>`;
  }

  interactive.define("momentum", (root) => {
    const [width, height] = [LEFT + RIGHT, 2 * TOP].map((size) => SCALE * size);
    interactive.sliders(root, {
      sliders: [
        { label: "Learning rate", range: 'min="0.005" max="0.2" step="0.005" value="0.02"' },
        { label: "Momentum", range: 'min="0" max="0.95" step="0.05" value="0"' },
      ],
      viewBox: `${-SCALE * LEFT} ${-SCALE * TOP} ${width} ${height}`,
      ground: ground(),
      show(rate, momentum) {
        const path = roll(rate, momentum, STEPS);
        return {
          drawing: walk(path),
          words: `Learning rate ${rate.toFixed(3)}, momentum ${momentum.toFixed(2)}:
            ${describe(rate, momentum, path)}`,
        };
      },
    });
  });
}
