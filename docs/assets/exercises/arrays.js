// What the page's NumPy needs of numpy-ts, and what that lacks.
export function arrays(numpyTs) {
  return {
    ...numpyTs,

    // Zeros with values added at places, of which some may be named twice.
    addAt(size, places, values) {
      const sums = new Float64Array(size);
      const at = places.data;
      const added = values.data;
      for (let i = 0; i < at.length; i += 1) sums[at[i]] += added[i];
      return numpyTs.array(sums, "float64");
    },

    // Products of 32-bit words, of which the lowest 32 bits are kept.
    multiplyWords(a, b) {
      const products = Uint32Array.from(a.data, (word, i) => Math.imul(word, b.data[i]));
      return numpyTs.array(products, "uint32");
    },
  };
}
