// The loss on a plane through the start of training and where it is now. One axis leads from the
// start to the end. The other leads from there to the point of the way that is farthest from the
// first. The rest of the way is drawn as it falls onto the plane.
import { DIGITS, firstLayer, secondLayer } from "./network.js";

const parts = (layers) => layers.flatMap(({ w, b }) => [w, b]);

// a + factor * b, for parameters.
const combine = (a, b, factor) =>
  a.map((layer, n) => ({
    ...layer,
    w: layer.w.map((value, i) => value + factor * b[n].w[i]),
    b: layer.b.map((value, i) => value + factor * b[n].b[i]),
  }));

function dot(a, b) {
  const others = parts(b);
  return parts(a).reduce(
    (sum, numbers, n) => numbers.reduce((total, value, i) => total + value * others[n][i], sum),
    0,
  );
}

// The two directions, and where each copy of the way lies: [along, beside].
export function chart(copies) {
  const [start, end] = [copies[0], copies.at(-1)];
  const along = combine(end, start, -1);
  const length = dot(along, along);
  const rest = (point) => {
    const way = combine(point, start, -1);
    return combine(way, along, -dot(way, along) / length);
  };
  const beside = copies.map(rest).reduce((a, b) => (dot(b, b) > dot(a, a) ? b : a));
  const size = dot(beside, beside);
  const path = copies.map((point) => {
    const way = combine(point, start, -1);
    return [dot(way, along) / length, size > 0 ? dot(way, beside) / size : 0];
  });
  return { start, along, beside, path };
}

// The mean loss on a grid: `columns` and `rows` are the places along and beside. The first layer is
// linear in the parameters, so it is computed three times per image, not once per place.
export function surface({ start, along, beside }, trainer, digits, columns, rows) {
  const { activation, lossOf } = trainer;
  const width = start[0].outputs;
  const isDeep = start.length > 1;
  const [base, a, b] = [start, along, beside].map((layers) => {
    const all = new Float64Array(digits.count * width);
    for (let n = 0; n < digits.count; n++) firstLayer(layers[0], digits, n, all, n * width);
    return all;
  });
  const losses = new Float32Array(columns.length * rows.length);
  const values = new Float64Array(Math.max(width, DIGITS));
  const logits = isDeep ? new Float64Array(DIGITS) : values;
  const slopes = new Float32Array(DIGITS);
  rows.forEach((v, row) => {
    columns.forEach((u, column) => {
      const second = isDeep && combine(combine([start[1]], [along[1]], u), [beside[1]], v)[0];
      let loss = 0;
      for (let n = 0; n < digits.count; n++) {
        const at = n * width;
        for (let j = 0; j < width; j++) values[j] = base[at + j] + u * a[at + j] + v * b[at + j];
        if (isDeep) {
          for (let j = 0; j < width; j++) values[j] = activation.apply(values[j]);
          secondLayer(second, values, 0, logits, 0);
        }
        loss += lossOf(logits, 0, digits.labels[n], slopes);
      }
      losses[row * columns.length + column] = loss / digits.count;
    });
  });
  return losses;
}
