// The lessons' models. Each takes its arrays, `{ shape, data }`, and an image's 784 intensities
// from 0 to 1, read line by line, and returns ten numbers.

function distances(means, image, difference) {
  return Array.from({ length: means.shape[0] }, (_, digit) => {
    let sum = 0;
    const start = digit * image.length;
    for (let i = 0; i < image.length; i++) sum += difference(image[i] - means.data[start + i]);
    return sum / image.length;
  });
}

// Mean absolute and mean squared difference to each mean image.
export const l1Distances = (means, image) => distances(means, image, Math.abs);
export const squaredDistances = (means, image) => distances(means, image, (d) => d * d);

export function linear(w, b, inputs) {
  const outputs = Float64Array.from(b.data);
  const count = outputs.length;
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i];
    if (input === 0) continue; // Most of an image is background.
    const row = i * count;
    for (let j = 0; j < count; j++) outputs[j] += input * w.data[row + j];
  }
  return outputs;
}

// The network of lesson 15: a sigmoid between two linear layers.
export function network(arrays, image) {
  const hidden = linear(arrays["0.w"], arrays["0.b"], image).map(sigmoid);
  return linear(arrays["1.w"], arrays["1.b"], hidden);
}

// A convolution of a square image `[size, size, channels]`, and then ReLU. The kernel,
// `[taps, taps, channels, features]`, may stick out by half of its taps, rounded down.
function convolution(input, size, kernel, bias, stride) {
  const [taps, , channels, features] = kernel.shape;
  const outSize = Math.floor((size - 1) / stride) + 1;
  const before = taps >> 1;
  const weights = kernel.data;
  const output = new Float64Array(outSize * outSize * features);
  // What one pixel of the output is made of: numbers, and where their weights begin.
  const values = new Float64Array(taps * taps * channels + 3);
  const places = new Int32Array(values.length);
  for (let row = 0; row < outSize; row++) {
    for (let column = 0; column < outSize; column++) {
      let count = 0;
      for (let i = 0; i < taps; i++) {
        const y = row * stride + i - before;
        if (y < 0 || y >= size) continue;
        for (let j = 0; j < taps; j++) {
          const x = column * stride + j - before;
          if (x < 0 || x >= size) continue;
          const pixel = (y * size + x) * channels;
          for (let channel = 0; channel < channels; channel++) {
            const value = input[pixel + channel];
            if (value === 0) continue; // After a ReLU, most values are 0.
            values[count] = value;
            places[count++] = ((i * taps + j) * channels + channel) * features;
          }
        }
      }
      const at = (row * outSize + column) * features;
      output.set(bias.data, at);
      // Four at a time: each output is then read and written a quarter as often.
      values.fill(0, count, count + 3);
      for (let n = 0; n < count; n += 4) {
        const [a, b, c, d] = [places[n], places[n + 1], places[n + 2], places[n + 3]];
        const [va, vb, vc, vd] = [values[n], values[n + 1], values[n + 2], values[n + 3]];
        for (let f = 0; f < features; f++) {
          output[at + f] +=
            va * weights[a + f] + vb * weights[b + f] + vc * weights[c + f] + vd * weights[d + f];
        }
      }
      for (let f = at; f < at + features; f++) if (output[f] < 0) output[f] = 0;
    }
  }
  return [output, outSize];
}

// The network of lesson 18, its normalization folded into the convolutions.
export function smallNetwork(arrays, image) {
  let [pixels, size] = [image, 28];
  for (const [layer, stride] of [2, 2, 2, 1].entries()) {
    const [kernel, bias] = ["kernel", "bias"].map((name) => arrays[`layers.${layer}.${name}`]);
    [pixels, size] = convolution(pixels, size, kernel, bias, stride);
  }
  const channels = arrays["head.kernel"].shape[0];
  const largest = new Float64Array(channels); // After a ReLU, no value is below 0.
  for (let i = 0; i < pixels.length; i++) {
    if (pixels[i] > largest[i % channels]) largest[i % channels] = pixels[i];
  }
  return linear(arrays["head.kernel"], arrays["head.bias"], largest);
}

export const sigmoid = (x) => 1 / (1 + Math.exp(-x));

export function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
