// The inner loop of training, forward and backward: a weighted sum of rows of a table,
// `sums[at + j] += factors[k] * table[rows[k] * width + j]` for `start` <= k < `end`.
// Eight sums are kept in registers at a time, which is three times as fast as a plain loop, and two
// at the end, because ten outputs are eight and two. All callers pass the same types of arrays:
// else the browser's compiler would make slower code.
export function addWeighted(sums, at, table, rows, factors, start, end, width) {
  let j = 0;
  for (; j + 7 < width; j += 8) {
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
    for (let k = start; k < end; k++) {
      const factor = factors[k];
      const i = rows[k] * width + j;
      s0 += factor * table[i];
      s1 += factor * table[i + 1];
      s2 += factor * table[i + 2];
      s3 += factor * table[i + 3];
      s4 += factor * table[i + 4];
      s5 += factor * table[i + 5];
      s6 += factor * table[i + 6];
      s7 += factor * table[i + 7];
    }
    const place = at + j;
    sums[place] += s0;
    sums[place + 1] += s1;
    sums[place + 2] += s2;
    sums[place + 3] += s3;
    sums[place + 4] += s4;
    sums[place + 5] += s5;
    sums[place + 6] += s6;
    sums[place + 7] += s7;
  }
  for (; j + 1 < width; j += 2) {
    let s0 = 0, s1 = 0;
    for (let k = start; k < end; k++) {
      const i = rows[k] * width + j;
      s0 += factors[k] * table[i];
      s1 += factors[k] * table[i + 1];
    }
    sums[at + j] += s0;
    sums[at + j + 1] += s1;
  }
  for (; j < width; j++) {
    let sum = 0;
    for (let k = start; k < end; k++) sum += factors[k] * table[rows[k] * width + j];
    sums[at + j] += sum;
  }
}
