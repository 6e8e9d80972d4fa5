// The safetensors format: the length of a header, a header in JSON that says where each array
// begins, and the arrays' bytes. https://github.com/huggingface/safetensors

const READ = {
  F32: (bytes) => new Float32Array(bytes),
  F16: (bytes) => Float32Array.from(new Uint16Array(bytes), fromHalf),
  U8: (bytes) => new Uint8Array(bytes),
};

// A sign, five bits of exponent, ten of fraction: IEEE 754, binary16.
export function fromHalf(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

// The arrays of a file, by name: `{ shape: [784, 10], data: Float32Array }`.
export function parse(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const { __metadata__, ...arrays } = JSON.parse(
    new TextDecoder().decode(new Uint8Array(buffer, 8, length)),
  );
  const read = ({ dtype, shape, data_offsets: [begin, end] }) => ({
    shape,
    data: READ[dtype](buffer.slice(8 + length + begin, 8 + length + end)),
  });
  return Object.fromEntries(
    Object.entries(arrays).map(([name, entry]) => [name, read(entry)]),
  );
}
