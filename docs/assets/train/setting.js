// A setting of the experiment: what it consists of, and the address that restores it.

const MODELS = {
  linear: "linear",
  sigmoid: "network, sigmoid",
  tanh: "network, tanh",
  relu: "network, ReLU",
  convolutional: "convolutional network",
};
const LOSSES = {
  cross_entropy: "cross-entropy",
  softmax_mse: "softmax and squares",
  sigmoid_mse: "sigmoid and squares",
  mnist: "sigmoid and distance",
};

// In the order of the page. `choices` maps values to what the reader sees; a field without choices
// is a number that the reader types.
export const FIELDS = {
  model: { label: "Model", initial: "linear", choices: MODELS },
  units: { label: "Hidden units", initial: 32, low: 1, high: 128, whole: true },
  loss: { label: "Loss", initial: "cross_entropy", choices: LOSSES },
  rate: { label: "Learning rate", initial: 0.5, low: 0, high: 10000 },
  batch: { label: "Batch size", initial: 50, low: 1, high: 10000, whole: true },
  momentum: { label: "Momentum", initial: 0, low: 0, high: 0.999 },
  scale: { label: "Scale of first weights", initial: 1, low: 0, high: 100 },
  decay: { label: "Weight decay", initial: 0, low: 0, high: 1 },
  digits: { label: "Training digits", initial: 1000, choices: { 100: "100", 300: "300", 1000: "1,000", 3000: "3,000", 10000: "10,000" } },
  wrong: {
    label: "Wrong labels",
    initial: 0,
    choices: { 0: "none", 0.1: "10 %", 0.2: "20 %", 0.4: "40 %", 0.6: "60 %", 0.8: "80 %" },
  },
  seed: { label: "Seed", initial: 0, low: 0, high: 4294967295, whole: true },
};

export const INITIAL = Object.fromEntries(
  Object.entries(FIELDS).map(([name, { initial }]) => [name, initial]),
);

// What a text means as the value of a field, or null if it is none.
export function read(name, text) {
  const { choices, initial, low, high, whole } = FIELDS[name];
  const value = typeof initial === "number" ? Number(text) : text;
  if (`${text}`.trim() === "" || Number.isNaN(value)) return null;
  if (choices) return Object.hasOwn(choices, value) ? value : null;
  return value >= low && value <= high && (!whole || Number.isInteger(value)) ? value : null;
}

// The part of an address that restores one or two settings: what differs from the initial one. The
// second has its names with "b." in front, and says only in what it differs from the first.
export function toQuery([first, second]) {
  const query = new URLSearchParams();
  const add = (setting, base, prefix) => {
    for (const name of Object.keys(FIELDS)) {
      if (setting[name] !== base[name]) query.set(prefix + name, setting[name]);
    }
  };
  add(first, INITIAL, "");
  if (second) {
    query.set("race", "");
    add(second, first, "b.");
  }
  return `${query}`.replace("race=", "race");
}

// The settings of an address. What cannot be read stays as it is at first.
export function fromQuery(text) {
  const query = new URLSearchParams(text);
  const take = (base, prefix) => {
    const given = (name) => (query.has(prefix + name) ? read(name, query.get(prefix + name)) : null);
    return Object.fromEntries(
      Object.entries(base).map(([name, value]) => [name, given(name) ?? value]),
    );
  };
  const first = take(INITIAL, "");
  return query.has("race") ? [first, take(first, "b.")] : [first];
}
