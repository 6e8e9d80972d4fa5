// The loss on a plane through the start of training and where it is now. One axis leads from the
// start to the end. The other leads from there to the point of the way that is farthest from the
// first. The rest of the way is drawn as it falls onto the plane.
import { ACTIVATIONS, DIGITS, firstLayer, lastLayer, measure } from "./network.js";

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

// A function of a place on the plane that returns the mean loss there. The first of at most two
// layers is linear in the parameters, so it is computed three times per image, not once per place.
function denseLoss({ start, along, beside }, { setting, lossOf }, digits) {
  const activation = ACTIVATIONS[setting.model];
  const width = start[0].outputs;
  const isDeep = start.length > 1;
  const [base, a, b] = [start, along, beside].map((layers) => {
    const all = new Float64Array(digits.count * width);
    for (let n = 0; n < digits.count; n++) firstLayer(layers[0], digits, n, all, n * width);
    return all;
  });
  const values = new Float64Array(Math.max(width, DIGITS));
  const logits = isDeep ? new Float64Array(DIGITS) : values;
  const slopes = new Float32Array(DIGITS);
  return (u, v) => {
    const second = isDeep && combine(combine([start[1]], [along[1]], u), [beside[1]], v)[0];
    let loss = 0;
    for (let n = 0; n < digits.count; n++) {
      const at = n * width;
      for (let j = 0; j < width; j++) values[j] = base[at + j] + u * a[at + j] + v * b[at + j];
      if (isDeep) {
        for (let j = 0; j < width; j++) values[j] = activation.apply(values[j]);
        lastLayer(second, values, 0, logits, 0);
      }
      loss += lossOf(logits, 0, digits.labels[n], slopes);
    }
    return loss / digits.count;
  };
}

function convolutionalLoss({ start, along, beside }, trainer, digits) {
  return (u, v) => {
    const layers = combine(combine(start, along, u), beside, v);
    return measure({ ...trainer, layers }, digits).loss;
  };
}

// How many places a side of the map has, and on how many digits the loss is measured. Convolutions
// take much longer.
export const effortFor = (setting) => {
  const isQuick = setting.model !== "convolutional";
  return isQuick ? { grid: 33, count: 300 } : { grid: 15, count: 100 };
};

// The mean loss on a grid: `columns` and `rows` are the places along and beside. `rest()` is
// called after each place and promises to let others work, such as training.
export async function surface(found, trainer, digits, columns, rows, rest) {
  const isConvolutional = trainer.setting.model === "convolutional";
  const lossAt = (isConvolutional ? convolutionalLoss : denseLoss)(found, trainer, digits);
  const losses = [];
  for (const v of rows) {
    for (const u of columns) {
      losses.push(lossAt(u, v));
      await rest();
    }
  }
  return losses;
}
