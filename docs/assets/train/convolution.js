// A convolution that moves by two pixels, and so halves height and width, with ReLU. Numbers are in
// JAX's order: images `[row, column, channel]`, kernels `[row, column, channel, feature]`. A kernel
// is the `w` of a layer whose inputs are the pixels under the kernel and whose outputs are features.
import { addWeighted } from "./weighted.js";

const STRIDE = 2;

// Sorts connections by one of their numbers: the list of `to` lies between `starts[to]` and
// `starts[to + 1]`.
function lists(connections, by, a, b) {
  const sorted = connections.toSorted((one, other) => one[by] - other[by]);
  const starts = [0];
  sorted.forEach((connection, k) => (starts[connection[by] + 1] = k + 1));
  return {
    starts: Int32Array.from(starts),
    [a]: Uint16Array.from(sorted, (connection) => connection[a]),
    [b]: Uint16Array.from(sorted, (connection) => connection[b]),
  };
}

// Which pixel of the input each tap of the kernel meets at each place of the output. Taps that lie
// outside of the image meet zeros, so they are left out.
function connect(taps, side, outSide) {
  // As JAX's "SAME" pads: an odd row or column of zeros goes below or to the right.
  const margin = Math.max(0, (outSide - 1) * STRIDE + taps - side) >> 1;
  const connections = [];
  for (let output = 0; output < outSide ** 2; output++) {
    for (let tap = 0; tap < taps ** 2; tap++) {
      const y = Math.floor(output / outSide) * STRIDE + Math.floor(tap / taps) - margin;
      const x = (output % outSide) * STRIDE + (tap % taps) - margin;
      const isInside = Math.min(y, x) >= 0 && Math.max(y, x) < side;
      if (isInside) connections.push({ output, tap, input: y * side + x });
    }
  }
  return connections;
}

// An image goes through `forward`, and its slopes come back through `addGradient` and `backward`.
export function createConvolution({ taps, side, channels, features }) {
  const outSide = Math.ceil(side / STRIDE);
  const connections = connect(taps, side, outSide);
  const toOutput = lists(connections, "output", "tap", "input");
  const toInput = lists(connections, "input", "tap", "output");
  const toTap = lists(connections, "tap", "output", "input");
  const outputs = new Float32Array(outSide ** 2 * features);
  const slopes = new Float32Array(outputs.length); // of the loss, before ReLU
  const sums = new Float64Array(Math.max(outputs.length, side ** 2 * channels));
  const turned = new Float32Array(taps ** 2 * features * channels);
  const most = Math.max(taps ** 2 * Math.max(channels, features), outSide ** 2);
  const [rows, factors] = [new Uint16Array(most), new Float32Array(most)];

  // To each place of `sums`: what its list leads to, times the kernel. Half of all activations are
  // zero after ReLU, and they are skipped.
  function gather(starts, tapOf, places, from, depth, table, width) {
    for (let to = 0; to < starts.length - 1; to++) {
      let count = 0;
      for (let k = starts[to]; k < starts[to + 1]; k++) {
        const [row, at] = [tapOf[k] * depth, places[k] * depth];
        for (let d = 0; d < depth; d++) {
          const value = from[at + d];
          rows[count] = row + d;
          factors[count] = value;
          if (value !== 0) count++;
        }
      }
      addWeighted(sums, to * width, table, rows, factors, 0, count, width);
    }
  }

  return {
    outputs,
    slopes,

    forward({ w, b }, inputs) {
      for (let i = 0; i < outputs.length; i += features) {
        for (let f = 0; f < features; f++) sums[i + f] = b[f];
      }
      gather(toOutput.starts, toOutput.tap, toOutput.input, inputs, channels, w, features);
      for (let i = 0; i < outputs.length; i++) outputs[i] = sums[i] > 0 ? sums[i] : 0;
    },

    // Adds the gradient of one image's loss.
    addGradient(gradient, inputs) {
      const { starts, output, input } = toTap;
      for (let row = 0; row < taps ** 2 * channels; row++) {
        const [tap, channel] = [Math.floor(row / channels), row % channels];
        let count = 0;
        for (let k = starts[tap]; k < starts[tap + 1]; k++) {
          const value = inputs[input[k] * channels + channel];
          rows[count] = output[k];
          factors[count] = value;
          if (value !== 0) count++;
        }
        addWeighted(gradient.w, row * features, slopes, rows, factors, 0, count, features);
      }
      for (let i = 0; i < slopes.length; i += features) {
        for (let f = 0; f < features; f++) gradient.b[f] += slopes[i + f];
      }
    },

    // Turns the kernel for `backward`: `[tap, feature, channel]`. Once per step is enough.
    turn({ w }) {
      for (let row = 0; row < taps ** 2 * channels; row++) {
        const [tap, channel] = [Math.floor(row / channels), row % channels];
        for (let f = 0; f < features; f++) {
          turned[(tap * features + f) * channels + channel] = w[row * features + f];
        }
      }
    },

    // Writes the slopes of the convolution before this one, whose outputs were the inputs here.
    backward(before) {
      sums.fill(0);
      gather(toInput.starts, toInput.tap, toInput.output, slopes, features, turned, channels);
      for (let i = 0; i < before.slopes.length; i++) {
        before.slopes[i] = before.outputs[i] > 0 ? sums[i] : 0;
      }
    },
  };
}

// The convolutions of the network for digits.
export const SHAPES = [
  { taps: 5, side: 28, channels: 1, features: 8 },
  { taps: 3, side: 14, channels: 8, features: 16 },
  { taps: 3, side: 7, channels: 16, features: 32 },
];
export const FEATURES = 4 * 4 * 32; // what is left after them

// All three, one after another.
export function createConvolutions() {
  const convolutions = SHAPES.map(createConvolution);
  const pixels = new Float32Array(28 * 28);
  const inputs = [pixels, ...convolutions.map(({ outputs }) => outputs)];

  return {
    // What the last one makes of image `n` of some digits.
    forward(layers, { starts, places, inks }, n) {
      pixels.fill(0);
      for (let k = starts[n]; k < starts[n + 1]; k++) pixels[places[k]] = inks[k];
      convolutions.forEach((convolution, i) => convolution.forward(layers[i], inputs[i]));
      return inputs.at(-1);
    },

    turn(layers) {
      convolutions.forEach((convolution, i) => convolution.turn(layers[i]));
    },

    // Adds the gradients of the image that went through last; `slopes` belong to its features.
    addGradients(gradients, slopes) {
      const last = convolutions.at(-1);
      for (let i = 0; i < FEATURES; i++) last.slopes[i] = last.outputs[i] > 0 ? slopes[i] : 0;
      for (let i = convolutions.length - 1; i >= 0; i--) {
        convolutions[i].addGradient(gradients[i], inputs[i]);
        if (i > 0) convolutions[i].backward(convolutions[i - 1]);
      }
    },
  };
}
