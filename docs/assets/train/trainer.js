// Stochastic gradient descent: one step per batch.
import { createConvolutionalStep } from "./convolutional.js";
import { createDenseStep } from "./dense.js";
import { LOSSES } from "./losses.js";
import { copy, createModel, DIGITS, initialize } from "./network.js";
import { foldIn, key, randint, split, uniform } from "./random.js";
import { shuffled } from "./shuffle.js";

// A share of the labels, each replaced by one of the nine other digits.
function spoil(labels, share, from) {
  const [which, what] = split(from);
  const chances = uniform(which, labels.length);
  const shifts = randint(what, labels.length, 1, DIGITS);
  const limit = Math.fround(share);
  return labels.map((label, n) => (chances[n] < limit ? (label + shifts[n]) % DIGITS : label));
}

export function createTrainer(setting, allDigits) {
  const { rate, momentum, decay, seed, wrong } = setting;
  const [paramsKey, batchesKey, labelsKey] = split(key(seed), 3);
  const digits = { ...allDigits, labels: allDigits.labels };
  if (wrong > 0) digits.labels = spoil(allDigits.labels, wrong, labelsKey);
  const batchSize = Math.min(setting.batch, digits.count);
  const layers = initialize(paramsKey, setting);
  const velocities = copy(layers).map(({ w, b }) => ({ w: w.fill(0), b: b.fill(0) }));
  const stepsPerEpoch = Math.floor(digits.count / batchSize);
  const now = { steps: 0, epoch: 0, seen: 0, loss: NaN, right: 0 };
  const forward = createModel(setting);
  const lossOf = LOSSES[setting.loss];
  const trainer = { setting, layers, forward, lossOf, batchSize, stepsPerEpoch, digits, now, step };
  const createStep =
    setting.model === "convolutional" ? createConvolutionalStep : createDenseStep;
  const learn = createStep(trainer, update);
  let order;

  // What SGD with momentum and weight decay does to `count` parameters from `at` on.
  function update(gradient, n, part, at, count) {
    const numbers = layers[n][part];
    if (momentum === 0 && decay === 0) {
      for (let j = 0; j < count; j++) numbers[at + j] -= rate * gradient[j];
      return;
    }
    const velocity = velocities[n][part];
    for (let j = 0; j < count; j++) {
      const i = at + j;
      velocity[i] = momentum * velocity[i] + gradient[j] + decay * numbers[i];
      numbers[i] -= rate * velocity[i];
    }
  }

  // One step; `now.loss` is then the batch's loss before it.
  function step() {
    const place = now.steps % stepsPerEpoch;
    if (place === 0) {
      now.epoch = now.steps / stepsPerEpoch;
      order = shuffled(foldIn(batchesKey, now.epoch), digits.count);
    }
    Object.assign(now, learn(order, place * batchSize));
    now.steps++;
    now.seen += batchSize;
  }

  return trainer;
}
