// A curve that never has more than `LIMIT` points, however long training lasts: when it is full,
// neighbors are merged into their means, and from then on twice as many numbers make a point.
const LIMIT = 240;

export function createCurve() {
  let points = []; // [x, y], or more numbers
  let width = 1; // how many numbers make a point
  let [sums, count] = [null, 0];

  const mean = (a, b) => a.map((value, i) => (value + b[i]) / 2);

  return {
    add(...numbers) {
      sums = sums ? sums.map((sum, i) => sum + numbers[i]) : numbers;
      if (++count < width) return;
      points.push(sums.map((sum) => sum / count));
      [sums, count] = [null, 0];
      if (points.length < LIMIT) return;
      points = points.filter((_, i) => i % 2 === 0).map((p, i) => mean(p, points[2 * i + 1]));
      width *= 2;
    },
    points: () => points,
  };
}

// The way of the parameters, as at most 32 copies: when there are more, every second is dropped.
const COPIES = 32;

export function createPath(take) {
  let copies = [];
  let gap = 1;
  return {
    visit(steps) {
      if (steps % gap !== 0) return;
      copies.push(take());
      if (copies.length <= COPIES) return;
      copies = copies.filter((_, i) => i % 2 === 0);
      gap *= 2;
    },
    copies: () => copies,
  };
}
