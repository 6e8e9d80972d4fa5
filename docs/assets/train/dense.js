// What a batch teaches a linear model or a network with one hidden layer, in loops that allocate
// nothing.
import { PIXELS } from "./digits.js";
import { ACTIVATIONS, answerOf, DIGITS } from "./network.js";
import { addWeighted } from "./weighted.js";

// Which digits of a batch have ink in each pixel, and how much: the batch's images as lists of
// pixels, turned into lists of images per pixel.
function createPixelLists(batchSize, digits) {
  let longest = 0;
  for (let n = 0; n < digits.count; n++) {
    longest = Math.max(longest, digits.starts[n + 1] - digits.starts[n]);
  }
  const ends = new Int32Array(PIXELS + 1);
  const rows = new Uint16Array(batchSize * longest);
  const inks = new Float32Array(batchSize * longest);

  // Afterwards the list of pixel p lies between `ends[p - 1]`, or 0, and `ends[p]`.
  function fill(batch, from) {
    const { starts, places, inks: allInks } = digits;
    ends.fill(0);
    for (let row = 0; row < batchSize; row++) {
      const n = batch[from + row];
      for (let k = starts[n]; k < starts[n + 1]; k++) ends[places[k] + 1]++;
    }
    for (let p = 0; p < PIXELS; p++) ends[p + 1] += ends[p];
    for (let row = 0; row < batchSize; row++) {
      const n = batch[from + row];
      for (let k = starts[n]; k < starts[n + 1]; k++) {
        const at = ends[places[k]]++;
        rows[at] = row;
        inks[at] = allInks[k];
      }
    }
  }
  return { ends, rows, inks, fill };
}

// `update(gradient, n, part, at, count)` takes a step with the gradient of some of layer n's
// parameters. The result changes all of them once, and returns the batch's loss before that.
export function createDenseStep({ setting, layers, forward, lossOf, digits, batchSize }, update) {
  const activation = ACTIVATIONS[setting.model];
  const width = layers[0].outputs;
  const isDeep = layers.length > 1;
  const hidden = new Float64Array(batchSize * width);
  const logits = new Float64Array(batchSize * DIGITS);
  const slopes = new Float32Array(batchSize * DIGITS); // of the loss, with respect to the logits
  const hiddenSlopes = isDeep ? new Float32Array(batchSize * width) : slopes;
  const sums = new Float64Array(Math.max(width, DIGITS)); // one row of a gradient
  const lists = createPixelLists(batchSize, digits);

  // The gradient of biases is the sum of the slopes.
  function updateBiases(n, from, count) {
    sums.fill(0);
    for (let at = 0; at < batchSize * count; at += count) {
      for (let j = 0; j < count; j++) sums[j] += from[at + j];
    }
    update(sums, n, "b", 0, count);
  }

  function measureBatch(order, from) {
    let [loss, right] = [0, 0];
    for (let row = 0; row < batchSize; row++) {
      const n = order[from + row];
      const at = row * DIGITS;
      forward(layers, digits, n, hidden, row * width, logits, at);
      loss += lossOf(logits, at, digits.labels[n], slopes);
      if (answerOf(logits, at) === digits.labels[n]) right++;
    }
    // The loss is the mean over the batch.
    for (let i = 0; i < slopes.length; i++) slopes[i] /= batchSize;
    return { loss: loss / batchSize, right: right / batchSize };
  }

  // Carries the slopes back through the second layer, before that layer changes.
  function backThroughSecond() {
    const { w } = layers[1];
    for (let row = 0; row < batchSize; row++) {
      const at = row * DIGITS;
      for (let j = 0; j < width; j++) {
        let sum = 0;
        for (let c = 0; c < DIGITS; c++) sum += slopes[at + c] * w[j * DIGITS + c];
        const i = row * width + j;
        hiddenSlopes[i] = sum * activation.slope(hidden[i]);
      }
    }
  }

  function updateSecond() {
    for (let j = 0; j < width; j++) {
      for (let c = 0; c < DIGITS; c++) sums[c] = 0;
      for (let row = 0; row < batchSize; row++) {
        const value = hidden[row * width + j];
        const at = row * DIGITS;
        for (let c = 0; c < DIGITS; c++) sums[c] += value * slopes[at + c];
      }
      update(sums, 1, "w", j * DIGITS, DIGITS);
    }
    updateBiases(1, slopes, DIGITS);
  }

  // Pixel by pixel: the gradient of a pixel's weights is complete, and used, before the next.
  function updateFirst(order, from) {
    lists.fill(order, from);
    const { ends, rows, inks } = lists;
    for (let p = 0, start = 0; p < PIXELS; p++) {
      for (let j = 0; j < width; j++) sums[j] = 0;
      addWeighted(sums, 0, hiddenSlopes, rows, inks, start, ends[p], width);
      start = ends[p];
      update(sums, 0, "w", p * width, width);
    }
    updateBiases(0, hiddenSlopes, width);
  }

  return (order, from) => {
    const measured = measureBatch(order, from);
    if (isDeep) {
      backThroughSecond();
      updateSecond();
    }
    updateFirst(order, from);
    return measured;
  };
}
