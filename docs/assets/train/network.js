// A linear model, or a network with one hidden layer: parameters, and what they make of digits.
// Parameters are a list of layers `{ w, b, inputs, outputs }`; row i of `w` has the weights of input
// i, as in jaxdigits, so that the weights of one pixel lie next to each other.
import { PIXELS } from "./digits.js";
import { normal, split } from "./random.js";
import { addWeighted } from "./weighted.js";

export const DIGITS = 10;

function initLinear(key, inputs, outputs, scale) {
  const deviation = Math.fround(scale);
  const w = normal(key, inputs * outputs).map((weight) => deviation * weight);
  return { w, b: new Float32Array(outputs), inputs, outputs };
}

// What `init_linear` and `init_mlp` of jaxdigits draw, each times `scale`.
export function initialize(key, { model, units, scale }) {
  if (model === "linear") return [initLinear(key, PIXELS, DIGITS, scale * Math.sqrt(2 / PIXELS))];
  const [first, second] = split(key);
  return [
    initLinear(first, PIXELS, units, scale * Math.sqrt(2 / PIXELS)),
    initLinear(second, units, DIGITS, scale * Math.sqrt(2 / units)),
  ];
}

export const copy = (layers) =>
  layers.map((layer) => ({ ...layer, w: layer.w.slice(), b: layer.b.slice() }));

// Changes numbers in place; `slope` takes what became of a number and returns the slope there.
export const ACTIVATIONS = {
  sigmoid: { apply: (x) => 1 / (1 + Math.exp(-x)), slope: (y) => y * (1 - y) },
  tanh: { apply: Math.tanh, slope: (y) => 1 - y * y },
  relu: { apply: (x) => (x > 0 ? x : 0), slope: (y) => (y > 0 ? 1 : 0) },
};

// Writes what the first layer makes of image `n` of some digits, from `at` on.
export function firstLayer({ w, b, outputs }, { starts, places, inks }, n, result, at) {
  for (let j = 0; j < outputs; j++) result[at + j] = b[j];
  addWeighted(result, at, w, places, inks, starts[n], starts[n + 1], outputs);
}

// Writes ten logits from `to` on, from the activations of the hidden layer that begin at `from`.
export function secondLayer({ w, b, inputs }, hidden, from, logits, to) {
  for (let c = 0; c < DIGITS; c++) logits[to + c] = b[c];
  for (let j = 0; j < inputs; j++) {
    const activation = hidden[from + j];
    const row = j * DIGITS;
    for (let c = 0; c < DIGITS; c++) logits[to + c] += activation * w[row + c];
  }
}

// Writes the activations of one image's hidden layer, if there is one, and its ten logits.
export function forward(layers, activation, digits, n, hidden, hiddenAt, logits, logitsAt) {
  if (layers.length === 1) {
    firstLayer(layers[0], digits, n, logits, logitsAt);
    return;
  }
  const end = hiddenAt + layers[0].outputs;
  firstLayer(layers[0], digits, n, hidden, hiddenAt);
  for (let j = hiddenAt; j < end; j++) hidden[j] = activation.apply(hidden[j]);
  secondLayer(layers[1], hidden, hiddenAt, logits, logitsAt);
}

// The largest of ten logits is the answer.
export function answerOf(logits, at) {
  let best = 0;
  for (let c = 1; c < DIGITS; c++) if (logits[at + c] > logits[at + best]) best = c;
  return best;
}

// Mean loss, share of right answers, and the answers, for many digits.
export function measure(layers, activation, lossOf, digits) {
  const hidden = new Float64Array(layers[0].outputs);
  const [logits, slopes] = [new Float64Array(DIGITS), new Float32Array(DIGITS)];
  const answers = new Uint8Array(digits.count);
  let [loss, right] = [0, 0];
  for (let n = 0; n < digits.count; n++) {
    forward(layers, activation, digits, n, hidden, 0, logits, 0);
    loss += lossOf(logits, 0, digits.labels[n], slopes);
    answers[n] = answerOf(logits, 0);
    if (answers[n] === digits.labels[n]) right++;
  }
  return { loss: loss / digits.count, accuracy: right / digits.count, answers };
}
