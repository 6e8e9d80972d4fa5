// The losses of jaxdigits for ten digits. Each takes an array of logits, where in it the ten of one
// image begin, and the image's label. It returns that image's loss and writes its gradient to the
// same ten places of `slopes`.

const DIGITS = 10;
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

// Writes ten probabilities, which add up to 1, and returns the logarithm of the label's.
function softmax(logits, at, label, probabilities) {
  let largest = logits[at];
  for (let c = 1; c < DIGITS; c++) largest = Math.max(largest, logits[at + c]);
  let sum = 0;
  for (let c = 0; c < DIGITS; c++) sum += probabilities[at + c] = Math.exp(logits[at + c] - largest);
  for (let c = 0; c < DIGITS; c++) probabilities[at + c] /= sum;
  return logits[at + label] - largest - Math.log(sum);
}

function crossEntropy(logits, at, label, slopes) {
  const logarithm = softmax(logits, at, label, slopes);
  slopes[at + label] -= 1;
  return -logarithm;
}

function softmaxSquares(logits, at, label, slopes) {
  softmax(logits, at, label, slopes);
  let [loss, weighted] = [0, 0];
  for (let c = 0; c < DIGITS; c++) {
    const error = slopes[at + c] - (c === label ? 1 : 0);
    loss += (error * error) / DIGITS;
    weighted += (slopes[at + c] * 2 * error) / DIGITS;
  }
  // All ten probabilities change with each logit, because they add up to 1.
  for (let c = 0; c < DIGITS; c++) {
    const p = slopes[at + c];
    slopes[at + c] = p * ((2 * (p - (c === label ? 1 : 0))) / DIGITS - weighted);
  }
  return loss;
}

function sigmoidSquares(logits, at, label, slopes) {
  let loss = 0;
  for (let c = 0; c < DIGITS; c++) {
    const confidence = sigmoid(logits[at + c]);
    const error = confidence - (c === label ? 1 : 0);
    loss += (error * error) / DIGITS;
    slopes[at + c] = ((2 * error) / DIGITS) * confidence * (1 - confidence);
  }
  return loss;
}

function sigmoidDistance(logits, at, label, slopes) {
  let loss = 0;
  for (let c = 0; c < DIGITS; c++) {
    const sign = c === label ? -1 : 1;
    const distance = sigmoid(sign * logits[at + c]);
    loss += distance / DIGITS;
    slopes[at + c] = (sign * distance * (1 - distance)) / DIGITS;
  }
  return loss;
}

export const LOSSES = {
  cross_entropy: crossEntropy,
  softmax_mse: softmaxSquares,
  sigmoid_mse: sigmoidSquares,
  mnist: sigmoidDistance,
};
