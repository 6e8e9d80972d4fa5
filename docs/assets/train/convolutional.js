// What a batch teaches the convolutional network. One image after another goes through all layers
// and back, so that its numbers stay in the processor's cache.
import { createConvolutions } from "./convolution.js";
import { answerOf, DIGITS, lastLayer } from "./network.js";

// The same promise as `createDenseStep`.
export function createConvolutionalStep({ layers, lossOf, digits, batchSize }, update) {
  const convolutions = createConvolutions();
  const gradients = layers.map(({ w, b }) => ({
    w: new Float64Array(w.length),
    b: new Float64Array(b.length),
  }));
  const last = layers.at(-1);
  const lastGradient = gradients.at(-1);
  const logits = new Float64Array(DIGITS);
  const slopes = new Float32Array(DIGITS);
  const featureSlopes = new Float32Array(last.inputs);

  // The gradient of the last layer, and the slopes of its inputs.
  function backThroughLast(features) {
    for (let j = 0; j < last.inputs; j++) {
      const row = j * DIGITS;
      let sum = 0;
      for (let c = 0; c < DIGITS; c++) {
        sum += slopes[c] * last.w[row + c];
        lastGradient.w[row + c] += features[j] * slopes[c];
      }
      featureSlopes[j] = sum;
    }
    for (let c = 0; c < DIGITS; c++) lastGradient.b[c] += slopes[c];
  }

  return (order, from) => {
    let [loss, right] = [0, 0];
    for (const { w, b } of gradients) {
      w.fill(0);
      b.fill(0);
    }
    convolutions.turn(layers);
    for (let row = 0; row < batchSize; row++) {
      const n = order[from + row];
      const features = convolutions.forward(layers, digits, n);
      lastLayer(last, features, 0, logits, 0);
      loss += lossOf(logits, 0, digits.labels[n], slopes);
      if (answerOf(logits, 0) === digits.labels[n]) right++;
      // The loss is the mean over the batch.
      for (let c = 0; c < DIGITS; c++) slopes[c] /= batchSize;
      backThroughLast(features);
      convolutions.addGradients(gradients, featureSlopes);
    }
    gradients.forEach(({ w, b }, n) => {
      update(w, n, "w", 0, w.length);
      update(b, n, "b", 0, b.length);
    });
    return { loss: loss / batchSize, right: right / batchSize };
  };
}
