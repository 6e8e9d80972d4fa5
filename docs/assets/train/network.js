// A linear model, a network with one hidden layer, or a small convolutional network: parameters,
// and what they make of digits. Parameters are a list of layers `{ w, b, inputs, outputs }`; row i
// of `w` has the weights of input i, as in jaxdigits, so that the weights of one pixel lie next to
// each other.
import { createConvolutions, FEATURES, SHAPES } from "./convolution.js";
import { PIXELS } from "./digits.js";
import { normal, split } from "./random.js";
import { addWeighted } from "./weighted.js";

export const DIGITS = 10;

// How many inputs and outputs each layer has.
function sizesOf({ model, units }) {
  if (model === "linear") return [[PIXELS, DIGITS]];
  if (model !== "convolutional") return [[PIXELS, units], [units, DIGITS]];
  const kernels = SHAPES.map(({ taps, channels, features }) => [taps ** 2 * channels, features]);
  return [...kernels, [FEATURES, DIGITS]];
}

// What `init_linear` of jaxdigits draws for each layer, times `scale`.
export function initialize(key, setting) {
  const sizes = sizesOf(setting);
  const keys = sizes.length > 1 ? split(key, sizes.length) : [key];
  return sizes.map(([inputs, outputs], n) => {
    const deviation = Math.fround(setting.scale * Math.sqrt(2 / inputs));
    const w = normal(keys[n], inputs * outputs).map((weight) => deviation * weight);
    return { w, b: new Float32Array(outputs), inputs, outputs };
  });
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

// Writes ten logits from `to` on, from the inputs of the last layer that begin at `from`.
export function lastLayer({ w, b, inputs }, features, from, logits, to) {
  for (let c = 0; c < DIGITS; c++) logits[to + c] = b[c];
  for (let j = 0; j < inputs; j++) {
    const feature = features[from + j];
    const row = j * DIGITS;
    for (let c = 0; c < DIGITS; c++) logits[to + c] += feature * w[row + c];
  }
}

// The model of a setting as a function: `forward(layers, digits, n, hidden, hiddenAt, logits,
// logitsAt)` writes what enters the last layer for image `n`, if other layers come before, and ten
// logits.
export function createModel({ model }) {
  if (model === "linear") {
    return (layers, digits, n, hidden, hiddenAt, logits, logitsAt) =>
      firstLayer(layers[0], digits, n, logits, logitsAt);
  }
  if (model === "convolutional") {
    const convolutions = createConvolutions();
    return (layers, digits, n, hidden, hiddenAt, logits, logitsAt) => {
      hidden.set(convolutions.forward(layers, digits, n), hiddenAt);
      lastLayer(layers.at(-1), hidden, hiddenAt, logits, logitsAt);
    };
  }
  const activation = ACTIVATIONS[model];
  return (layers, digits, n, hidden, hiddenAt, logits, logitsAt) => {
    const end = hiddenAt + layers[0].outputs;
    firstLayer(layers[0], digits, n, hidden, hiddenAt);
    for (let j = hiddenAt; j < end; j++) hidden[j] = activation.apply(hidden[j]);
    lastLayer(layers[1], hidden, hiddenAt, logits, logitsAt);
  };
}

// The largest of ten logits is the answer.
export function answerOf(logits, at) {
  let best = 0;
  for (let c = 1; c < DIGITS; c++) if (logits[at + c] > logits[at + best]) best = c;
  return best;
}

// Mean loss, share of right answers, and the answers, for many digits.
export function measure({ layers, forward, lossOf }, digits) {
  const hidden = new Float64Array(layers.at(-1).inputs);
  const [logits, slopes] = [new Float64Array(DIGITS), new Float32Array(DIGITS)];
  const answers = new Uint8Array(digits.count);
  let [loss, right] = [0, 0];
  for (let n = 0; n < digits.count; n++) {
    forward(layers, digits, n, hidden, 0, logits, 0);
    loss += lossOf(logits, 0, digits.labels[n], slopes);
    answers[n] = answerOf(logits, 0);
    if (answers[n] === digits.labels[n]) right++;
  }
  return { loss: loss / digits.count, accuracy: right / digits.count, answers };
}
