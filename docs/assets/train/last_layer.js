// Trains the last layer alone on a few digits of somebody's own, and leaves the rest as it is.
import { DIGITS } from "./network.js";

const STEPS = 300;

// What goes into the last layer, image by image.
function inputsOf(trainer, digits) {
  const { layers, forward } = trainer;
  const width = layers.at(-1).inputs;
  return Array.from({ length: digits.count }, (_, n) => {
    const values = new Float64Array(width);
    if (layers.length > 1) {
      forward(layers, digits, n, values, 0, new Float64Array(DIGITS), 0);
    } else {
      for (let k = digits.starts[n]; k < digits.starts[n + 1]; k++) {
        values[digits.places[k]] = digits.inks[k];
      }
    }
    return values;
  });
}

function logitsOf({ w, b }, inputs, logits) {
  for (let c = 0; c < DIGITS; c++) logits[c] = b[c];
  inputs.forEach((value, i) => {
    if (value !== 0) for (let c = 0; c < DIGITS; c++) logits[c] += value * w[i * DIGITS + c];
  });
}

// Changes the last layer of `trainer`, by steps on all of `digits` at once.
export function trainLastLayer(trainer, digits) {
  const layer = trainer.layers.at(-1);
  const all = inputsOf(trainer, digits);
  const size = all.reduce((sum, inputs) => sum + 1 + inputs.reduce((s, x) => s + x * x, 0), 0);
  // The larger the inputs, the larger the gradient: with this rate no step goes too far.
  const rate = 1 / size;
  const [logits, slopes] = [new Float64Array(DIGITS), new Float32Array(DIGITS)];
  const [stepW, stepB] = [new Float64Array(layer.w.length), new Float64Array(DIGITS)];
  for (let step = 0; step < STEPS; step++) {
    stepW.fill(0);
    stepB.fill(0);
    all.forEach((inputs, n) => {
      logitsOf(layer, inputs, logits);
      trainer.lossOf(logits, 0, digits.labels[n], slopes);
      for (let c = 0; c < DIGITS; c++) stepB[c] += rate * slopes[c];
      inputs.forEach((value, i) => {
        if (value === 0) return;
        for (let c = 0; c < DIGITS; c++) stepW[i * DIGITS + c] += rate * value * slopes[c];
      });
    });
    for (let i = 0; i < stepW.length; i++) layer.w[i] -= stepW[i];
    for (let c = 0; c < DIGITS; c++) layer.b[c] -= stepB[c];
  }
}
