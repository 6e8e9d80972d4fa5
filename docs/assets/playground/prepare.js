// Makes of a drawing what the makers of MNIST made of their scans: the ink is scaled, keeping its
// proportions, until its longer side has 20 pixels, with grays where a pixel is partly covered;
// then its center of mass is put onto the pixel in the middle of 28 x 28.

const SIDE = 28;
const LONGER = 20;
const MIDDLE = 14.5; // Where MNIST's centers of mass are, to half a pixel.

// Where ink begins and ends, and its center of mass, along one axis; null if there is none.
function extent(sums) {
  const first = sums.findIndex((sum) => sum > 0);
  if (first < 0) return null;
  const end = sums.findLastIndex((sum) => sum > 0) + 1;
  let [total, moment] = [0, 0];
  for (let i = first; i < end; i++) {
    total += sums[i];
    moment += sums[i] * (i + 0.5);
  }
  return { first, length: end - first, center: moment / total };
}

// Which of the drawing's pixels lie in each of 28 wide ones, and with which share of it. The wide
// ones take `step` pixels each, the first of them from `start` on.
function cells(start, step, size) {
  return Array.from({ length: SIDE }, (_, cell) => {
    const from = start + cell * step;
    const parts = [];
    for (let i = Math.max(0, Math.floor(from)); i < Math.min(size, from + step); i++) {
      parts.push([i, (Math.min(from + step, i + 1) - Math.max(from, i)) / step]);
    }
    return parts;
  });
}

// The mean ink in each of 28 x 28 cells.
function average(ink, size, rows, columns) {
  const image = new Float32Array(SIDE * SIDE);
  const line = new Float64Array(size);
  rows.forEach((row, y) => {
    line.fill(0);
    for (const [i, share] of row) {
      for (let x = 0; x < size; x++) line[x] += share * ink[i * size + x];
    }
    columns.forEach((column, x) => {
      let sum = 0;
      for (const [j, share] of column) sum += share * line[j];
      image[y * SIDE + x] = sum / 255;
    });
  });
  return image;
}

// Where the first cell begins, so that the center of mass lands in the middle: by whole pixels, as
// in MNIST, and without losing ink at an edge.
function startOf({ first, length, center }, step) {
  const room = SIDE - Math.ceil(length / step);
  const wanted = Math.round(MIDDLE - (center - first) / step);
  return first - Math.min(Math.max(wanted, 0), room) * step;
}

// From `ink`, `size` x `size` bytes, to 784 intensities from 0 to 1; null if there is no ink.
// Without `fit` the drawing keeps its place and its size.
export function prepare(ink, size, fit = true) {
  const [rowSums, columnSums] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < ink.length; i++) {
    rowSums[Math.floor(i / size)] += ink[i];
    columnSums[i % size] += ink[i];
  }
  const [down, across] = [extent(rowSums), extent(columnSums)];
  if (!down || !across) return null;
  const step = fit ? Math.max(down.length, across.length) / LONGER : size / SIDE;
  const [top, left] = fit ? [startOf(down, step), startOf(across, step)] : [0, 0];
  return average(ink, size, cells(top, step, size), cells(left, step, size));
}
