// The batches of an epoch, as `jaxdigits.epoch_batches` draws them: see jaxdigits/shuffle.py.
import { bits } from "./random.js";

const ROUNDS = 32;

// A number of which each bit depends on all bits of `x`.
function scrambled(x) {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}

// The numbers 0 to `n` - 1, shuffled, in an Int32Array.
export function shuffled(key, n) {
  const random = bits(key, 2 * ROUNDS);
  const cards = Int32Array.from({ length: n }, (_, place) => place);
  for (let round = 0; round < ROUNDS; round++) {
    const pivot = random[round] % n;
    const salt = random[ROUNDS + round];
    for (let i = 0; i < n; i++) {
      const card = cards[i];
      const partner = card <= pivot ? pivot - card : pivot + n - card;
      // The coin is the highest bit, so heads are negative.
      if (scrambled(Math.max(card, partner) ^ salt) < 0) cards[i] = partner;
    }
  }
  return cards;
}
