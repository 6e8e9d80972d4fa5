// What each model makes of an image: its answer, ten bars, and where it can be shown, why.
import {
  l1Distances,
  linear,
  network,
  sigmoid,
  smallNetwork,
  softmax,
  squaredDistances,
} from "./models.js";

const indexOf = (choose, values) => values.indexOf(choose(...values));

const each = (values, digits) => {
  const texts = Array.from(values, (value, digit) => `${digit}: ${value.toFixed(digits)}`);
  return texts.join(", ");
};

function byDistance(distances, picture) {
  return {
    file: "mean_images",
    outputs: ({ means }, image) => distances(means, image),
    explain({ means }, image) {
      const bars = distances(means, image);
      const answer = indexOf(Math.min, bars);
      const mean = means.data.subarray(answer * image.length, (answer + 1) * image.length);
      return {
        answer,
        bars,
        full: Math.max(...bars),
        says: `distance ${bars[answer].toFixed(3)}, the shortest`,
        spoken: `Distances to the means: ${each(bars, 3)}`,
        picture: image.map((ink, i) => picture(ink - mean[i])),
        caption: `Red: ink that the mean ${answer} lacks. Blue: ink that only the mean has.`,
      };
    },
  };
}

// `squash` makes of logits what the loss compares with the labels.
function byLogits(file, logits, squash, word, picture = () => ({})) {
  return {
    file,
    outputs: logits,
    explain(arrays, image) {
      const outputs = logits(arrays, image);
      const bars = squash(outputs);
      const answer = indexOf(Math.max, outputs);
      return {
        answer,
        bars,
        full: 1,
        says: `${word} ${bars[answer].toFixed(2)}`,
        spoken: `${word[0].toUpperCase()}${word.slice(1)}, ${each(bars, 2)}`,
        ...picture(arrays, image, answer),
      };
    },
  };
}

// What each pixel adds to one digit's logit: its weight times its ink.
function contributions(w, image, digit) {
  const products = image.map((ink, i) => ink * w.data[i * 10 + digit]);
  const sum = (keep) => products.reduce((total, p) => (keep(p) ? total + p : total), 0);
  const [adds, takes] = [sum((p) => p > 0), -sum((p) => p < 0)];
  return {
    picture: products,
    caption: `Weight times ink, for ${digit}: red adds ${adds.toFixed(1)} to its logit, blue takes
      ${takes.toFixed(1)} away.`,
  };
}

function byLinear(loss, squash, word) {
  const logits = (arrays, image) => linear(arrays[`${loss}.w`], arrays[`${loss}.b`], image);
  const why = (arrays, image, digit) => contributions(arrays[`${loss}.w`], image, digit);
  return byLogits("linear_models", logits, squash, word, why);
}

const confidence = (logits) => logits.map(sigmoid);

// By the names that the links on the page give them.
export const MODELS = {
  l1: byDistance(l1Distances, (difference) => difference),
  squared: byDistance(squaredDistances, (difference) => difference * Math.abs(difference)),
  sigmoid_mse: byLinear("sigmoid_mse", confidence, "confidence"),
  softmax_mse: byLinear("softmax_mse", softmax, "belief"),
  cross_entropy: byLinear("cross_entropy", softmax, "belief"),
  network: byLogits("network", network, softmax, "belief"),
  small_network: byLogits("small_network", smallNetwork, softmax, "belief"),
};

// The linear model after one epoch of many: `arrays` holds the parameters of all of them.
export function afterEpoch(arrays, epoch) {
  const one = ({ shape: [, ...shape], data }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return { shape, data: data.subarray(epoch * size, (epoch + 1) * size) };
  };
  const [w, b] = [one(arrays.w), one(arrays.b)];
  return { w, model: byLogits("", (_, image) => linear(w, b, image), softmax, "belief") };
}
