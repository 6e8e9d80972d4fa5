// Curves over the number of digits seen, drawn as wide as there is room, with labels at their ends.

const HEIGHT = 190;
const TOP = 10;
// In letters' heights: what is left and below, one bold letter of a label, and from label to label.
const [LEFT, BOTTOM, LETTER, LINE] = [3.5, 3.2, 0.65, 1.25];

// A round number of about a fifth of `largest`: 1, 2 or 5 times a power of ten.
function tickStep(largest) {
  const power = 10 ** Math.floor(Math.log10(largest / 5));
  const digit = [1, 2, 5, 10].find((digit) => digit * power * 5 >= largest * 0.999);
  return digit * power;
}

function ticks(largest) {
  const step = tickStep(largest);
  return Array.from({ length: Math.floor(largest / step + 1e-6) + 1 }, (_, i) => i * step);
}

const short = (number) => {
  if (number >= 1e6) return `${+(number / 1e6).toPrecision(3)} M`;
  if (number >= 1000 && number < 1e4) return number.toLocaleString("en");
  return number >= 1e4 ? `${+(number / 1e3).toPrecision(3)} k` : `${+number.toPrecision(3)}`;
};

// Moves labels that would cover each other apart, from the top down.
function spread(labels, bottom, line) {
  const sorted = labels.toSorted((a, b) => a.y - b.y);
  sorted.forEach((label, i) => {
    if (i) label.y = Math.max(label.y, sorted[i - 1].y + line);
  });
  sorted.reverse().forEach((label, i) => {
    label.y = Math.min(label.y, i ? sorted[i - 1].y - line : bottom);
  });
  return labels;
}

// `series`: lists of `{ points: [[x, y], ...], label, kind }`; `kind` is a class. `highest` is the
// top of the axis, or undefined if the numbers decide.
export function drawChart(svg, { series, title, highest, format = short, xTitle = "" }) {
  // A page that has been left has no sizes.
  const width = svg.clientWidth || 600;
  const em = parseFloat(getComputedStyle(svg).fontSize) || 12;
  const longest = Math.max(0, ...series.map(({ label }) => label?.length ?? 0));
  const [left, right] = [LEFT * em, width - (LETTER * longest + 0.8) * em];
  const bottom = HEIGHT - BOTTOM * em;
  const all = series.flatMap(({ points }) => points);
  const xMost = Math.max(1, ...all.map(([x]) => x));
  const ys = all.map(([, y]) => y).sort((a, b) => a - b);
  // A few wild numbers must not flatten the rest, so the axis ends above 98 of 100.
  const top = highest ?? (1.1 * (ys[Math.floor(0.98 * (ys.length - 1))] ?? 1) || 1);
  const x = (value) => left + (value / xMost) * (right - left);
  const y = (value) => bottom - (Math.min(value, top) / top) * (bottom - TOP);
  const rules = ticks(top).map(
    (tick) => `<line class="rule" x1="${left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}"/>
      <text class="last" x="${left - 6}" y="${y(tick) + em / 3}">${format(tick)}</text>`,
  );
  // A narrow chart has no room for all numbers.
  const xTicks = ticks(xMost).filter((_, i, all) => width > 480 || i % 2 === 0 || all.length < 4);
  const numbers = xTicks.map(
    (tick) => `<text x="${x(tick)}" y="${bottom + 1.4 * em}">${short(tick)}</text>`,
  );
  const lines = series.map(({ points, kind }) => {
    const path = points.map((p) => `${x(p[0]).toFixed(1)},${y(p[1]).toFixed(1)}`);
    return `<polyline class="${kind}" points="${path.join(" ")}"/>`;
  });
  const ends = series
    .filter(({ points, label }) => points.length && label)
    .map(({ points, label, kind }) => ({ label, kind, y: y(points.at(-1)[1]) + em / 3 }));
  const labels = spread(ends, bottom, LINE * em).map(
    ({ label, kind, y }) => `<text class="first ${kind}" x="${right + 6}" y="${y}">${label}</text>`,
  );
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  svg.setAttribute("aria-label", title);
  svg.innerHTML = `${rules.join("")}${numbers.join("")}${lines.join("")}${labels.join("")}
    <text x="${(left + right) / 2}" y="${HEIGHT - 4}">${xTitle}</text>`;
}
