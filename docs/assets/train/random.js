// JAX's random numbers: the same key gives the same numbers as in Python. The generator is
// Threefry-2x32 with 20 rounds (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011).
// JAX counts 0, 1, 2, ... and scrambles each count with the key.
// A key is two 32-bit numbers, `[a, b]`.

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
];

// Scrambles the counter `(high, low)`; returns two unsigned 32-bit numbers.
function threefry([a, b], high, low) {
  const keys = [a, b, a ^ b ^ 0x1bd11bda];
  let x = (high + a) | 0;
  let y = (low + b) | 0;
  for (let round = 0; round < 5; round++) {
    for (const turn of ROTATIONS[round % 2]) {
      x = (x + y) | 0;
      y = ((y << turn) | (y >>> (32 - turn))) ^ x;
    }
    x = (x + keys[(round + 1) % 3]) | 0;
    y = (y + keys[(round + 2) % 3] + round + 1) | 0;
  }
  return [x >>> 0, y >>> 0];
}

// `jax.random.key`, for seeds below 2^32.
export const key = (seed) => [0, seed >>> 0];

// `jax.random.split`.
export const split = (from, count = 2) =>
  Array.from({ length: count }, (_, i) => threefry(from, 0, i));

// `jax.random.fold_in`.
export const foldIn = (from, number) => threefry(from, 0, number);

// `jax.random.bits`: `count` unsigned 32-bit numbers.
export function bits(from, count) {
  const numbers = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const [x, y] = threefry(from, 0, i);
    numbers[i] = x ^ y;
  }
  return numbers;
}

// `jax.random.uniform`: float32 from `low` up to, but without, `high`.
export function uniform(from, count, low = 0, high = 1) {
  const { fround } = Math;
  const range = fround(fround(high) - fround(low));
  return Float32Array.from(bits(from, count), (random) =>
    // The upper 23 bits are the digits of a number from 0 to 1.
    Math.max(low, fround(fround(fround((random >>> 9) * 2 ** -23) * range) + low)),
  );
}

// `jax.random.randint`: whole numbers from `low` up to, but without, `high`. Two random numbers make
// one of 64 bits, whose remainder is nearly uniform.
export function randint(from, count, low, high) {
  const span = high - low;
  const [upper, lower] = split(from).map((part) => bits(part, count));
  const factor = (2 ** 16 % span) ** 2 % span;
  return Int32Array.from(
    lower,
    (random, i) => low + ((((upper[i] % span) * factor) >>> 0) + (random % span)) % span,
  );
}

// Giles, "Approximating the erfinv function" (2012), for single precision; so does XLA.
const CENTER = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503,
  -0.00417768164, 0.246640727, 1.50140941,
];
const TAIL = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613,
  0.00943887047, 1.00167406, 2.83297682,
];

function inverseErf(x) {
  let w = -Math.log1p(-x * x);
  const factors = w < 5 ? CENTER : TAIL;
  w = w < 5 ? w - 2.5 : Math.sqrt(w) - 3;
  return x * factors.reduce((sum, factor) => factor + sum * w, 0);
}

// The same as `jax.random.normal`, except for the last digit of a float32.
export function normal(from, count) {
  const justAboveMinusOne = -(1 - 2 ** -24);
  return uniform(from, count, justAboveMinusOne, 1).map((u) => Math.SQRT2 * inverseErf(u));
}
