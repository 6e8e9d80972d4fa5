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
  };
}
