// A setting as a program on jaxdigits, which trains in the same way: the same first weights, the
// same batches, the same losses up to rounding.

const LOSS_NAMES = {
  cross_entropy: "jd.cross_entropy_loss",
  softmax_mse: "jd.softmax_mse_loss",
  sigmoid_mse: "jd.sigmoid_mse_loss",
};
const ACTIVATION_NAMES = { sigmoid: "jax.nn.sigmoid", tanh: "jnp.tanh", relu: "jax.nn.relu" };
const times = (factor, what) => (factor === 1 ? what : `${factor} * ${what}`);

const WRONG = (share) => `
# Some labels are replaced by one of the nine other digits.
which, what = jax.random.split(key_labels)
is_wrong = jax.random.uniform(which, (n,)) < ${share}
y = y.astype(int)
y = jnp.where(is_wrong, (y + jax.random.randint(what, (n,), 1, 10)) % 10, y)
`;

const MNIST_LOSS = `

def loss(logits, labels):
    return jd.mnist_loss(logits, jax.nn.one_hot(labels, 10))

`;

function linearModel({ scale }) {
  return `model = jd.linear
params = jd.init_linear(key_params, 784, 10, scale=${times(scale, "(2 / 784) ** 0.5")})`;
}

function network({ model, units, scale }) {
  const scaled = `\nparams = jax.tree.map(lambda p: ${scale} * p, params)`;
  return `model = partial(jd.mlp, activation=${ACTIVATION_NAMES[model]})
params = jd.init_mlp(key_params, (784, ${units}, 10))${scale === 1 ? "" : scaled}`;
}

function convolutionalNetwork({ scale }) {
  return `LAYOUT = ("NHWC", "HWIO", "NHWC")


def model(params, x):
    *convolutions, last = params
    x = x.reshape(-1, 28, 28, 1)
    # Each convolution halves height and width. Its weights have one row per tap and channel.
    for layer, taps in zip(convolutions, (5, 3, 3)):
        kernel = layer.w.reshape(taps, taps, x.shape[-1], -1)
        x = jd.convnets.conv(x, kernel, (2, 2), "SAME", dimension_numbers=LAYOUT)
        x = jax.nn.relu(x + layer.b)
    return jd.linear(last, x.reshape(len(x), -1))


# Inputs and outputs of each layer: 5 x 5 pixels make 8 numbers, 3 x 3 x 8 make 16, and so on.
sizes = (25, 8), (72, 16), (144, 32), (512, 10)
params = tuple(
    jd.init_linear(key, n_in, n_out, scale=${times(scale, "(2 / n_in) ** 0.5")})
    for key, (n_in, n_out) in zip(jax.random.split(key_params, 4), sizes)
)`;
}

function optimizer({ rate, momentum, decay }) {
  const sgd = momentum ? `optax.sgd(${rate}, momentum=${momentum})` : `jd.sgd(${rate})`;
  return decay ? `optax.chain(optax.add_decayed_weights(${decay}), ${sgd})` : sgd;
}

function modelOf(setting) {
  if (setting.model === "linear") return linearModel(setting);
  return setting.model === "convolutional" ? convolutionalNetwork(setting) : network(setting);
}

// `source` is the name of the digits on which the page was built, `heldOut` where they lie.
export function toPython(setting, { epochs = 1, source = "mnist", heldOut = [10000, 10500] } = {}) {
  const { model, loss, batch, digits, wrong, seed, momentum, decay } = setting;
  const isDense = model !== "linear" && model !== "convolutional";
  const load = source === "mnist" ? "jd.load()" : `jd.load("${source}")`;
  const lines = [
    isDense ? "from functools import partial\n\n" : "",
    "import jax\n",
    wrong || model === "tanh" ? "import jax.numpy as jnp\n" : "",
    momentum || decay ? "import optax\n" : "",
    "\nimport jaxdigits as jd\n\n",
    `n, batch_size, epochs = ${digits}, ${Math.min(batch, digits)}, ${epochs}\n`,
    `key_params, key_batches, key_labels = jax.random.split(jax.random.key(${seed}), 3)\n\n`,
    `train = ${load}.train\n`,
    "x, y = jd.flatten(train.images[:n]), train.labels[:n]\n",
    wrong ? WRONG(wrong) : "",
    loss === "mnist" ? MNIST_LOSS : "\n",
    modelOf(setting),
    loss === "mnist" ? "" : `\nloss = ${LOSS_NAMES[loss]}`,
    `\noptimizer = ${optimizer(setting)}

now = jd.TrainState(params, optimizer.init(params))
losses = []
for epoch in range(epochs):
    for batch in jd.epoch_batches(jax.random.fold_in(key_batches, epoch), n, batch_size):
        now, value = jd.train_step(model, loss, optimizer, now, x[batch], y[batch])
        losses.append(float(value))

steps = n // batch_size
print(f"mean loss of the last epoch: {sum(losses[-steps:]) / steps:.4f}")
held_out = slice(${heldOut.join(", ")})
outputs = jd.predict(model, now.params, jd.flatten(train.images[held_out]))
print(f"reads {jd.accuracy(outputs, train.labels[held_out]):.1%} of the held-out digits")
`,
  ];
  return lines.join("");
}
