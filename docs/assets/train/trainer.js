// Stochastic gradient descent: one step per batch, in loops that allocate nothing.
import { LOSSES } from "./losses.js";
import { ACTIVATIONS, answerOf, copy, DIGITS, forward, initialize } from "./network.js";
import { PIXELS } from "./digits.js";
import { foldIn, key, randint, split, uniform } from "./random.js";
import { shuffled } from "./shuffle.js";
import { addWeighted } from "./weighted.js";

// A share of the labels, each replaced by one of the nine other digits.
function spoil(labels, share, from) {
  const [which, what] = split(from);
  const chances = uniform(which, labels.length);
  const shifts = randint(what, labels.length, 1, DIGITS);
  const limit = Math.fround(share);
  return labels.map((label, n) => (chances[n] < limit ? (label + shifts[n]) % DIGITS : label));
}

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

export function createTrainer(setting, allDigits) {
  const { rate, momentum, decay, seed, wrong } = setting;
  const [paramsKey, batchesKey, labelsKey] = split(key(seed), 3);
  const digits = { ...allDigits, labels: allDigits.labels };
  if (wrong > 0) digits.labels = spoil(allDigits.labels, wrong, labelsKey);
  const batchSize = Math.min(setting.batch, digits.count);
  const layers = initialize(paramsKey, setting);
  const velocities = copy(layers).map(({ w, b }) => ({ w: w.fill(0), b: b.fill(0) }));
  const activation = ACTIVATIONS[setting.model];
  const lossOf = LOSSES[setting.loss];
  const width = layers[0].outputs;
  const isDeep = layers.length > 1;
  const stepsPerEpoch = Math.floor(digits.count / batchSize);

  const hidden = new Float64Array(batchSize * width);
  const logits = new Float64Array(batchSize * DIGITS);
  const slopes = new Float32Array(batchSize * DIGITS); // of the loss, with respect to the logits
  const hiddenSlopes = isDeep ? new Float32Array(batchSize * width) : slopes;
  const sums = new Float64Array(Math.max(width, DIGITS)); // one row of a gradient
  const lists = createPixelLists(batchSize, digits);
  const now = { steps: 0, epoch: 0, seen: 0, loss: NaN, right: 0 };
  let order;

  // What SGD with momentum and weight decay does to one row of parameters, from its gradient.
  function update(numbers, velocity, at, count) {
    if (momentum === 0 && decay === 0) {
      for (let j = 0; j < count; j++) numbers[at + j] -= rate * sums[j];
      return;
    }
    for (let j = 0; j < count; j++) {
      const i = at + j;
      velocity[i] = momentum * velocity[i] + sums[j] + decay * numbers[i];
      numbers[i] -= rate * velocity[i];
    }
  }

  // The gradient of biases is the sum of the slopes.
  function updateBiases(numbers, velocity, from, count) {
    sums.fill(0);
    for (let at = 0; at < batchSize * count; at += count) {
      for (let j = 0; j < count; j++) sums[j] += from[at + j];
    }
    update(numbers, velocity, 0, count);
  }

  function measureBatch(from) {
    let [loss, right] = [0, 0];
    for (let row = 0; row < batchSize; row++) {
      const n = order[from + row];
      const at = row * DIGITS;
      forward(layers, activation, digits, n, hidden, row * width, logits, at);
      loss += lossOf(logits, at, digits.labels[n], slopes);
      if (answerOf(logits, at) === digits.labels[n]) right++;
    }
    // The loss is the mean over the batch.
    for (let i = 0; i < slopes.length; i++) slopes[i] /= batchSize;
    now.loss = loss / batchSize;
    now.right = right / batchSize;
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
      update(layers[1].w, velocities[1].w, j * DIGITS, DIGITS);
    }
    updateBiases(layers[1].b, velocities[1].b, slopes, DIGITS);
  }

  // Pixel by pixel: the gradient of a pixel's weights is complete, and used, before the next.
  function updateFirst(from) {
    lists.fill(order, from);
    const { ends, rows, inks } = lists;
    for (let p = 0, start = 0; p < PIXELS; p++) {
      for (let j = 0; j < width; j++) sums[j] = 0;
      addWeighted(sums, 0, hiddenSlopes, rows, inks, start, ends[p], width);
      start = ends[p];
      update(layers[0].w, velocities[0].w, p * width, width);
    }
    updateBiases(layers[0].b, velocities[0].b, hiddenSlopes, width);
  }

  // One step; `now.loss` is then the batch's loss before it.
  function step() {
    const place = now.steps % stepsPerEpoch;
    if (place === 0) {
      now.epoch = now.steps / stepsPerEpoch;
      order = shuffled(foldIn(batchesKey, now.epoch), digits.count);
    }
    const from = place * batchSize;
    measureBatch(from);
    if (isDeep) {
      backThroughSecond();
      updateSecond();
    }
    updateFirst(from);
    now.steps++;
    now.seen += batchSize;
  }

  return { setting, layers, activation, lossOf, batchSize, stepsPerEpoch, digits, now, step };
}
