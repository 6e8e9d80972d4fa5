# %% [markdown]
# ---
# runs_for: 70  # trains three models for forty epochs each, and all sweeps without a record
# description: Why two linear layers are one, what ReLU changes, and backpropagation by hand, equal to jax.grad.
# ---
#
# # 11. A nonlinearity
#
# **What does it take to get beyond a weighted sum?** You stack two [linear
# layers](22_jargon.md#linear-layer) and find that you gain nothing. Then you put a bend between
# them, the simplest there is, and have a [neural network](22_jargon.md#neural-network). You compute
# its gradient by hand once, so that `jax.grad` is no longer magic, and then you train the network.
#
# Why care? Without the bend, even the deepest network would only be a weighted sum, the model of
# the 1950s. All of *deep learning* depends on that bend.
#
# *You need:* [lesson 5](05_gradients.py) for the chain rule, and [lesson 10](10_an_optimizer.py).
#
# ## A light on the stairs
#
# The light on many stairs has two switches. It is on if exactly _one_ of them is up, so each flip
# of a switch changes the light.
#
# | downstairs | upstairs | light |
# | --- | --- | --- |
# | 0 | 0 | off |
# | 1 | 0 | on |
# | 0 | 1 | on |
# | 1 | 1 | off |
#
# Could our linear model learn this? It would say _on_ if $w_1 x_1 + w_2 x_2 + b$ is above 0. Try to
# find two weights and a bias on paper before you read on.
#
# There are none. With both switches down the light is off, so $b \le 0$. Each switch alone turns it
# on, so $w_1 + b > 0$ and $w_2 + b > 0$. Add the two: $w_1 + w_2 + 2b > 0$. Taking away one $b$,
# which is zero or negative, cannot make this smaller: $w_1 + w_2 + b > 0$. But this is the output
# with both switches up, so the light would be on.
#
# The reason: in a weighted sum, each input always pushes to the same side, whatever the others do.
# Here, the upper switch would have to push toward _on_ or toward _off_, depending on the lower one.
# Pixels are like that, too. Ink in the middle suggests a three, unless it belongs to the bar
# through the stem of a seven, and only the pixels around it can tell. [Lesson
# 9](09_putting_it_together.py#what-does-it-still-get-wrong) showed you such sevens.
#
# Frank Rosenblatt's *perceptron* of 1958, a machine that learned a weighted sum, made headlines. In
# 1969 Marvin Minsky and Seymour Papert proved what such a sum cannot do. This table, known as
# "exclusive or" or XOR, is the best-known case. People knew that a second
# [layer](22_jargon.md#layer) could help, but had no good way to train two, and interest and money
# went elsewhere for more than a decade.
#
# ## More of the same
#
# So take a richer model: first several weighted sums of the inputs, and then a weighted sum of
# those sums. Here are these two linear layers with small numbers. Each column of `w1` holds the
# weights of one sum:

# %%
import json
import pathlib

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

jd.enable_compilation_cache()
inputs = np.array([[1.0, 2.0]])  # one example of two numbers
w1 = np.array([[1.0, 0.0, 2.0], [1.0, -1.0, 0.0]])
b1 = np.array([0.0, 1.0, 0.0])
w2, b2 = np.array([[1.0], [2.0], [-1.0]]), np.array([3.0])

sums = inputs @ w1 + b1
print("three sums       ", sums)
print("a sum of the sums", sums @ w2 + b2)

# %% [markdown]
# Could a _single_ linear layer, from two numbers to one, do the same for all inputs? Decide before
# you read on.
#
# Follow the first input. It reaches the output by three paths, one through each sum. On each path
# it is multiplied by two weights: by $1 \cdot 1$, by $0 \cdot 2$, and by $2 \cdot (-1)$. Altogether
# it is multiplied by $1 + 0 - 2 = -1$, so a single weight of -1 would do the same. Check that the
# second input gets -1 as well. The first biases pass through the second weights, too, and become 2.
# The last bias makes it 5.
#
# Multiply pair by pair and add up: that is a matrix product. For any two layers (mathematicians
# leave out the `@` between matrices) it reads
#
# $$
# (x W_1 + b_1)\, W_2 + b_2 = x \underbrace{W_1 W_2}_{W} + \underbrace{b_1 W_2 + b_2}_{b}
# $$

# %%
w, b = w1 @ w2, b1 @ w2 + b2
print("w", w.tolist(), "b", b.tolist())
print("in one step", inputs @ w + b)
assert np.array_equal(inputs @ w + b, sums @ w2 + b2)

# %% [markdown]
# It can: the right-hand side is one linear layer. **Two linear layers are one linear layer.**
# However many you stack, they cannot work the light on the stairs.
#
# ### They train no better
#
# But perhaps two layers _train_ better? Let both models learn threes and sevens. As in [lesson
# 10](10_an_optimizer.py#some-digits-kept-back), a fifth of the training digits is held out, and we
# make every choice with those.

# %%
digits = jd.load("auto")
x, y = jd.to_examples(jd.select(digits.train, [3, 7]), positive=3)

keys = jax.random.split(jax.random.key(0), 6)
key_split, key_params, key_batches, key_start, key_line, key_final = keys
order = jax.random.permutation(key_split, len(x))
n_held = len(x) // 5
held_out = (x[order[:n_held]], y[order[:n_held]])
training = (x[order[n_held:]], y[order[n_held:]])
print(f"{len(training[0]):,} digits to learn from, {n_held:,} held out")


def one_linear_layer(params, x):
    return jd.linear(params[0], x)


def two_linear_layers(params, x):
    first, second = params
    return jd.linear(second, jd.linear(first, x))


# %% [markdown]
# [`init_mlp`][jaxdigits.init_mlp] makes random layers of the sizes that it is given: for
# `[784, 30, 1]`, a layer from 784 pixels to 30 sums, and one from these to 1 output. As in lesson
# 10, each learning rate gets three runs of ten epochs.


# %%
def fit(model, start, optimizer, key, data, valid, epochs):
    return jd.fit(
        model,
        start,
        jd.mnist_loss,
        optimizer,
        data,
        epochs=epochs,
        batch_size=min(256, len(data[0]) // 4),
        key=key,
        valid=valid,
        metric=jd.binary_accuracy,
    )


# %%
def train_once(model, sizes, optimizer, run):
    start = jd.init_mlp(jax.random.fold_in(key_params, run), sizes)
    key = jax.random.fold_in(key_batches, run)
    result = fit(model, start, optimizer, key, training, held_out, 10)
    return float(np.asarray(result.history.metric)[-1])


# %% [markdown]
# The sweeps of this lesson take thirty runs, a long wait, so this page reads their results from a
# _record_, a file that the project wrote with `python benchmarks/sweeps.py 11_a_nonlinearity`. For
# each rate, `sweep` takes three runs from the record, trains those that are missing, and prints
# their mean, the lowest and the highest.

# %% tags=["helper"]
# `json.loads` turns text into dictionaries and lists. `get` looks up a key, or
# returns its second argument if the key is missing.
path = pathlib.Path("benchmarks/results/sweeps.json")
records = json.loads(path.read_text()) if path.exists() else {}
record = records.get("11_a_nonlinearity", {"facts": {}, "swept": {}})
if digits.name != "mnist":
    record = {"facts": {}, "swept": {}}  # the record is of MNIST
for name in "date", "processor", "jax":
    print(f"{name:9} {record['facts'].get(name, 'no record here')}")

# If you change `fit` or `train_once`, the record no longer fits. Then add the
# line `known = {}` after the next one.
known, swept = record["swept"], {}


def sweep(name, model, sizes, rates):
    means, swept[name] = [], {}
    for rate in rates:
        optimizer = jd.sgd(rate)
        reached = list(known.get(name, {}).get(str(rate), []))
        for run in range(len(reached), 3):
            reached.append(train_once(model, sizes, optimizer, run))
        swept[name][str(rate)] = reached
        means.append(np.mean(reached))
        print(f"rate {rate:4}: {means[-1]:.4f}", end=", ")
        print(f"from {min(reached):.4f} to {max(reached):.4f}")
    return np.array(means)


# %% [markdown]
# Each model gets three rates, 3 and 30 among them. Which model will do better at 30? And which is
# ahead when each has its best rate?

# %%
print("one layer")
one_layer = sweep("one layer", one_linear_layer, [784, 1], [3.0, 10.0, 30.0])
print("two layers")
sizes, rates = [784, 30, 1], [1.0, 3.0, 30.0]
two_layers = sweep("two layers", two_linear_layers, sizes, rates)

# %% [markdown]
# Each at its best rate, the two differ by less than one standard error, which is 0.2 % here. Two
# layers have thirty times as many weights, and gain nothing from them.
# <!-- typed: sqrt(0.988 * 0.012 / 2479) -->
#
# Adding a layer can even make results _worse_. At rate 30, one layer loses a little against its
# best rate, and two layers lose much more. The weights of the two layers multiply each other, so
# when both take a step, their product may take a far longer one. Say that a path has the weights 2
# and 3. If both grow by 1, their product grows from 6 to 12.

# %% tags=["claim"]
if digits.name == "mnist":
    assert abs(one_layer.max() - two_layers.max()) < 0.002
    harm_to_one = one_layer.max() - one_layer[2]
    harm_to_two = two_layers.max() - two_layers[2]
    assert 0 <= harm_to_one < 0.005
    assert harm_to_two > max(0.005, 1.8 * harm_to_one)

# %% [markdown]
# ## A bend
#
# So something has to happen between the layers that cannot be multiplied out. The best-known choice
# is also the simplest: replace negative numbers by zero, and leave the others alone.


# %%
def relu(x):
    return jnp.maximum(x, 0.0)


# %% alt="The function max(0, x): zero up to x = 0, then a straight line that rises as fast as x. Between the two is a sharp bend."
ax = jd.plots.plot_function(relu, -3, 3, ylabel="max(0, x)")
assert jnp.array_equal(relu(sums), jax.nn.relu(sums))

# %% [markdown]
# It is flat on the left, and rises with slope 1 on the right. It is called *rectified linear unit*,
# or **[ReLU](22_jargon.md#relu)** for short, and JAX has it as `jax.nn.relu`. A function that is
# put between linear layers like this is called a *[nonlinearity](22_jargon.md#nonlinearity)* or an
# *[activation function](22_jargon.md#activation-function)*.
#
# Is this bend enough for the stairs? Take two sums of the switches, both with weights 1 and 1, and
# give the second a bias of -1. The first counts the switches that are up. That count is already
# right, except that it is 2 when both are up, where the light is off. The second sum, after the
# bend, is 1 if both are up, and otherwise 0. So subtract it twice:

# %%
switches = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
first = jd.Linear(w=np.array([[1.0, 1.0], [1.0, 1.0]]), b=np.array([0.0, -1.0]))
second = jd.Linear(w=np.array([[1.0], [-2.0]]), b=np.array([0.0]))

hidden = np.asarray(relu(jd.linear(first, switches)))
light = np.asarray(jd.linear(second, hidden))
for pair, units, out in zip(switches, hidden, light, strict=True):
    print(f"switches {pair}  after the bend {units}  light {out[0]:.0f}")
assert light[:, 0].tolist() == [0, 1, 1, 0]

# %% [markdown]
# The light works, which no weighted sum could achieve. The bend changed only one of the eight
# sums, two per row: with both switches down, the second sum is -1, and without the bend,
# subtracting it twice would turn the light on. Here we chose the weights ourselves. With digits,
# training will find them.
#
# ??? note "And at zero?"
#     There the function has a corner and no slope, but JAX has to use some number as its slope.
#     For `jax.nn.relu` it uses 0, and for our `jnp.maximum` one half. The choice hardly matters,
#     because a sum of so many products is rarely exactly zero.
#
# ## The network
#
# Now with digits: a linear layer, the bend, another linear layer. This is a neural network.


# %%
def network(params, x):
    first, second = params
    hidden = relu(x @ first.w + first.b)
    return hidden @ second.w + second.b


start = jd.init_mlp(key_start, [784, 30, 1])
print("images", x.shape, "-> logits", network(start, x).shape)
assert jnp.allclose(network(start, x), jd.mlp(start, x), atol=1e-5)

# %% [markdown]
# ![A network drawn from left to right. An image becomes a column of 784 numbers. Lines lead from each of them to each of 30 hidden units, each with the bend of max(0, x): the first layer. Lines lead from all units to a single logit, three or not: the second layer.](../assets/diagrams/network.svg)
#
# Each line is a weight. The middle column is the [hidden layer](22_jargon.md#hidden-layer), called
# so because no label says what its numbers should be. Each of its circles is a *[hidden
# unit](22_jargon.md#hidden-unit)*: it adds up what its lines bring, adds its bias, and passes on
# the sum if that is above zero, and otherwise 0. The sizes, the order of the layers and the kind of
# bend are the network's [architecture](22_jargon.md#architecture). The package has this one as
# [`mlp`][jaxdigits.mlp], short for *[multilayer perceptron](22_jargon.md#multilayer-perceptron)*.
#
# The 784 comes from the data, 28 times 28 pixels, and the 1 from the question, _three or not_. But
# **30 is our choice**, and [lesson 12](12_a_hidden_layer.py#how-wide) tries others.
#
# ??? note "How large are the random weights?"
#     In a sum of 784 random terms, positive and negative ones largely cancel, so it is only about
#     28 times as large as one of them: the root of 784. `init_mlp` divides the weights by that
#     root. A factor of root 2 makes up for the half that the bend sets to zero. So the numbers are
#     about as large after a layer as before it (He and others, 2015). The biases start at zero. If
#     all _weights_ did, or were alike, all hidden units would get the same gradient and stay alike.
#     [Watch it happen](../train.py?model=relu&scale=0&rate=0.1&race&b.scale=1).
#
# ## Parameters and activations
#
# A network holds two kinds of numbers:
#
# - **Parameters** are what it _knows_: weights and biases. Training changes them, and at any moment
#   they are the same for every image.
# - **[Activations](22_jargon.md#activations)** are what it _computes_: the results of the layers
#   and of the bend. Each image has its own, and they are forgotten once the answer is there.
#
# How many of each does our network have?

# %%
for name, layer in zip(("first", "second"), start, strict=True):
    size = layer.w.size + layer.b.size
    print(f"{name:6} layer: w {layer.w.shape}, b {layer.b.shape}: {size:6,}")
print(f"parameters, whatever the image: {784 * 30 + 30 + 30 + 1:,}")

hidden = np.asarray(relu(jd.linear(start[0], x)))
print(f"hidden activations: {hidden.shape[1]} per image")

# %% [markdown]
# We want gradients for the 23,581 parameters, but you will see that we need the activations of each
# image to compute them.
#
# ## Backpropagation by hand
#
# In [lesson 5](05_gradients.py#the-chain-rule-one-pixel-at-a-time) you sent slopes through a chain
# of operations, from the loss back to a weight, and multiplied on the way. A network is many such
# chains at once. Here is a tiny one: two inputs, two hidden units A and B, one output. The output
# should be 5. To keep the numbers round, the loss is the squared error.

# %%
inputs, target = np.array([1.0, 2.0]), 5.0
w1, b1 = np.array([[1.0, 1.0], [1.0, -1.0]]), np.array([-1.0, 0.0])
w2, b2 = np.array([3.0, -2.0]), 1.0

sums = inputs @ w1 + b1
hidden = np.maximum(sums, 0.0)
out = hidden @ w2 + b2
error = (out - target) ** 2
print(f"sums {sums}, after the bend {hidden}, output {out}, loss {error}")

# %% [markdown]
# **Forward**, from left to right: each circle holds a value, and beside each line is what happens
# on it: a multiplication by a weight, the bend, or the square. A hidden unit has two circles here,
# one for its sum and one for what the ReLU makes of it. Unit A has a bias of -1, unit B of 0, and
# the output of 1. Check the values on paper.


# %% tags=["hide-input", "no-data"] alt="The tiny network. Inputs 1 and 2. Lines with weights 1 and 1 lead to unit A, whose sum with bias minus 1 is 2, and 2 after the bend. Lines with weights 1 and minus 1 lead to unit B, whose sum is minus 1, and 0 after the bend. Weights 3 and minus 2 and bias 1 make the output 7. The target is 5, so the loss is 4."
def draw(on_lines, below):
    _, ax = plt.subplots(figsize=(7.4, 3), layout="constrained")
    black = {"color": "black", "ha": "center", "va": "center"}
    places = {
        "input 1": (0, 1, inputs[0]),
        "input 2": (0, -1, inputs[1]),
        "sum A": (1.7, 1, sums[0]),
        "sum B": (1.7, -1, sums[1]),
        "ReLU A": (3, 1, hidden[0]),
        "ReLU B": (3, -1, hidden[1]),
        "output": (4.5, 0, out),
        "loss": (5.8, 0, error),
    }
    for (tail, head), label in on_lines.items():
        (x0, y0, _), (x1, y1, _) = places[tail], places[head]
        ax.plot([x0, x1], [y0, y1], color="gray", linewidth=1, zorder=1)
        at = 0.3 if y0 != y1 and tail.startswith("input") else 0.5
        middle = (x0 + at * (x1 - x0), y0 + at * (y1 - y0))
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        ax.text(*middle, label, bbox=box, fontsize=9, **black)
    for name, (x0, y0, value) in places.items():
        ax.plot(x0, y0, "o", markersize=24, color="white", markeredgecolor="k")
        ax.text(x0, y0, f"{value:.0f}", zorder=4, **black)
        ax.text(x0, y0 + 0.42, name, ha="center", fontsize=9)
        if name in below:
            text = f"{below[name] + 0:.0f}"
            ax.text(
                *(x0, y0 - 0.46, text), color="#c8553d", ha="center", va="top"
            )
    ax.set(xlim=(-0.5, 6.3), ylim=(-1.9, 1.8))
    ax.set_axis_off()


weights = {
    ("input 1", "sum A"): w1[0, 0],
    ("input 1", "sum B"): w1[0, 1],
    ("input 2", "sum A"): w1[1, 0],
    ("input 2", "sum B"): w1[1, 1],
    ("ReLU A", "output"): w2[0],
    ("ReLU B", "output"): w2[1],
}
labels = {line: f"{weight:.0f}" for line, weight in weights.items()}
bends = {("sum A", "ReLU A"): "bend", ("sum B", "ReLU B"): "bend"}
draw({**labels, **bends, ("output", "loss"): "(7 - 5)²"}, {})

# %% [markdown]
# **Backward**, from right to left: under each circle, write its _slope_: how fast the loss changes
# if the value in this circle changes. For the loss itself, that is 1. Every line multiplies the
# slope that passes back through it by its own _local_ slope: how fast the value at its right end
# changes if the value at its left end does.
#
# - From the loss to the output: the square has the local slope $2 \times (7 - 5) = 4$, so the
#   output gets $4 \times 1 = 4$.
# - Through a line with a weight: the local slope is the weight. So ReLU A gets $3 \times 4 = 12$,
#   and ReLU B gets $-2 \times 4 = -8$.
# - Through a bend: the local slope is 1 if the sum was above zero, and 0 if not. Sum A gets
#   $1 \times 12 = 12$. Sum B gets $0 \times (-8) = 0$: unit B was off, so a small nudge to its sum
#   changes nothing.


# %% tags=["hide-input", "no-data"] alt="The same network, with slopes in red below the circles: 1 at the loss, 4 at the output, 12 at ReLU A and minus 8 at ReLU B, 12 at sum A and 0 at sum B. The lines carry their local slopes: times 4 from loss to output, times 3 and times minus 2 from the output to the units, times 1 through the bend of A and times 0 through the bend of B."
slope_out = 2 * (out - target)
slopes = {
    "loss": 1.0,
    "output": slope_out,
    "ReLU A": w2[0] * slope_out,
    "ReLU B": w2[1] * slope_out,
    "sum A": w2[0] * slope_out * (sums[0] > 0),
    "sum B": w2[1] * slope_out * (sums[1] > 0),
}
local = {
    ("output", "loss"): f"times {slope_out:.0f}",
    ("ReLU A", "output"): f"times {w2[0]:.0f}",
    ("ReLU B", "output"): f"times {w2[1]:.0f}",
    ("sum A", "ReLU A"): f"times {sums[0] > 0:.0f}",
    ("sum B", "ReLU B"): f"times {sums[1] > 0:.0f}",
}
draw({**labels, **local}, slopes)

# %% [markdown]
# ??? note "And where a value goes on along several lines?"
#     At such a fork, the slopes that come back are added, like those of the paths in lesson 5. Here
#     only the inputs are forks. With more layers, hidden units are, too.
#
# And the weights? If a weight grows by a little, the sum to its right grows by that much times the
# value that came in from the left. So:
#
# **slope of a weight = value that came in from the left times slope that came back from the
# right.**
#
# Take the weight 3: from the left came 2, from the right 4, so its slope is 8.
#
# ??? note "Check it with a nudge"
#     Nudge the 3 by 0.01, to 3.01. The output becomes 7.02, and the loss about 4.08, up by 8 times
#     the nudge. <!-- typed: 2 * 3.01 + 1, and 2.02 ** 2 -->
#
# A bias is the weight of a constant 1, so its slope is the slope that came back. What are the
# slopes of the four weights of the first layer? Work them out from the picture, then compare:

# %%
slope_out = 2 * (out - target)
slope_w2, slope_b2 = hidden * slope_out, slope_out
slope_hidden = w2 * slope_out
slope_sums = slope_hidden * (sums > 0)
slope_w1, slope_b1 = np.outer(inputs, slope_sums), slope_sums
print("slopes of w1", (slope_w1 + 0).tolist(), "of b1", slope_b1 + 0)
print("slopes of w2", slope_w2, "of b2", slope_b2)

# %% [markdown]
# The weights into unit A have slopes 12 and 24: the inputs 1 and 2, times 12. The weights into unit
# B have slope 0, because a 0 came back from the right. The weight out of B has slope 0, too,
# because a 0 came in from the left. For these inputs unit B was off, so it had no part in the
# mistake, and learns nothing from it. (`np.outer` multiplies each input by each slope. Adding 0
# only makes `-0.0` print as `0.0`.)
#
# Does JAX find the same slopes?


# %%
def tiny_loss(params, inputs, target):
    w1, b1, w2, b2 = params
    hidden = jnp.maximum(inputs @ w1 + b1, 0.0)
    return (hidden @ w2 + b2 - target) ** 2


by_jax = jax.grad(tiny_loss)((w1, b1, w2, b2), inputs, target)
by_hand = (slope_w1, slope_b1, slope_w2, slope_b2)
for ours, theirs in zip(by_hand, by_jax, strict=True):
    assert np.array_equal(ours, np.asarray(theirs))
print("equal")

# %% [markdown]
# It does. This is **[backpropagation](22_jargon.md#backward-pass)**: one [forward
# pass](22_jargon.md#forward-pass) that keeps its values, and one backward pass that multiplies
# slopes.
#
# This is the way to train two layers that was missing in 1969. Seppo Linnainmaa described it in
# 1970, to see how rounding errors add up in a computation. It became famous in 1986, when David
# Rumelhart, Geoffrey Hinton and Ronald Williams showed that hidden units trained with it learn
# useful things by themselves.
#
# ### The same for all digits
#
# With thousands of images and 30 units, the same steps work with matrices. Only the first two
# slopes are new, because the loss is now that of [lesson 8](08_a_loss_for_digits.py): `1 - p` for
# a three and `p` for a seven, where `p` is the sigmoid of the logit. So the slope at `p` is -1 for
# a three and 1 for a seven. It goes back through the sigmoid, $1 / (1 + e^{-z})$, whose own slope,
# by calculus, is $e^{-z} / (1 + e^{-z})^2$, or `p * (1 - p)`. The loss is a mean, so each image
# contributes only the fraction `1 / len(x)` of its own slope. (In the code, `.T` swaps rows and
# columns.)


# %%
@jax.jit
def backward(params, x, y):
    first, second = params
    sums = x @ first.w + first.b  # forward
    hidden = relu(sums)
    p = jax.nn.sigmoid(hidden @ second.w + second.b)

    slope_logits = jnp.where(y == 1, -1, 1) * p * (1 - p) / len(x)  # backward
    slope_sums = (slope_logits @ second.w.T) * (sums > 0)
    return (
        jd.Linear(w=x.T @ slope_sums, b=slope_sums.sum(axis=0)),
        jd.Linear(w=hidden.T @ slope_logits, b=slope_logits.sum(axis=0)),
    )


# %% [markdown]
# ??? note "How the matrix products follow the rules above"
#     `slope_logits @ second.w.T` sends the slope of each image back through all 30 weights. In
#     `x.T @ slope_sums`, a row of `x.T` is one pixel in all images, and a column of `slope_sums` is
#     the slope of one unit in all images. So this product is the rule for the slope of a weight,
#     added up over the images.
#
# Does `backward` agree with JAX, on all the training digits?


# %%
@jax.jit
def loss(params, x, y):
    return jd.mnist_loss(jd.mlp(params, x), y)


by_hand, by_jax = backward(start, x, y), jax.grad(loss)(start, x, y)
for ours, theirs in zip(by_hand, by_jax, strict=True):
    assert jnp.allclose(ours.w, theirs.w, rtol=1e-3, atol=1e-6)
    assert jnp.allclose(ours.b, theirs.b, rtol=1e-3, atol=1e-6)

# %% [markdown]
# It does, up to rounding, in all 23,581 slopes. From here on we leave the work to `jax.grad`, and
# you know what it does.
#
# ### Why ReLU and not the sigmoid?
#
# For decades the bend was mostly a sigmoid, whose slope `p * (1 - p)` is at most one quarter,
# where `p` is one half. In the backward pass, each layer multiplies by its weights and by the
# slope of its bend. After several layers, how much do the bends leave of the slope that started at
# the loss?

# %%
for layers in 1, 2, 5, 10:
    print(f"layers {layers:2}: sigmoid at most {0.25**layers:.7f}, ReLU 1 or 0")

# %% [markdown]
# After ten layers of sigmoids, a millionth of the slope is left at most. Unless large weights make
# up for that, the first layers hardly learn. These are the [vanishing
# gradients](22_jargon.md#vanishing-gradients) that made deep networks so hard to train. A ReLU that
# is on has a slope of 1, so it passes back all that it gets. One that is off passes back nothing,
# but for the same image other units are on.
#
# ## Forty epochs
#
# As always with a new model, a sweep comes first. At rate 30, the linear model lost only a little.
# What will that rate do here?

# %%
rates = [0.1, 1.0, 3.0, 30.0]
bent = sweep("with a bend", jd.mlp, [784, 30, 1], rates)
bent_live = train_once(jd.mlp, [784, 30, 1], jd.sgd(3.0), run=0)
print(f"here, at rate 3: {bent_live:.4f}")

# %% [markdown]
# At rate 30, two of the three runs in our record end near one half, as if every digit got the same
# answer. Steps that are too long can throw the weights to where hardly any slope is left: a huge
# logit lies where the sigmoid of the loss is flat, and a hidden unit that is off for every digit
# passes nothing back. From there, no later step finds the way back.
#
# At 0.1, ten epochs are too few. At rate 3, the network is ahead of the linear model by about one
# standard error, which may be luck. (Our own run agrees with the record to within 0.3 %.)

# %% tags=["claim"]
if digits.name == "mnist":
    assert abs(bent_live - swept["with a bend"]["3.0"][0]) < 0.3 / 100
    two_that_fail = sorted(swept["with a bend"]["30.0"])[:2]
    assert max(two_that_fail) < 0.52
    assert bent[2] > bent[0] + 0.003 and bent[2] >= bent[1] - 0.001
    assert 0.001 < bent[2] - one_layer.max() < 0.003

# %% [markdown]
# The choices are made, so we can train on _all_ training digits. The book behind this course
# reports what such a network reaches on the test digits after forty epochs at rate 0.1. To compare,
# we use them, too, but choose nothing by them. Will the bend pay off at that rate?

# %%
test = jd.to_examples(jd.select(digits.test, [3, 7]), positive=3)
line = jd.init_linear(key_line, n_in=784, n_out=1, scale=0.3)
models = {
    "linear model at rate 10": (jd.linear, line, jd.sgd(10.0)),
    "network at rate 0.1": (jd.mlp, start, jd.sgd(0.1)),
    "network at rate 3": (jd.mlp, start, jd.sgd(3.0)),
}
accuracies = {}
for name, (model, begin, optimizer) in models.items():
    result = fit(model, begin, optimizer, key_final, (x, y), test, 40)
    accuracies[name] = np.asarray(result.history.metric)

# %% alt="Accuracy on the test set over forty epochs. The network at rate 0.1 rises slowest and ends about level with the linear model; the network at rate 3 is above both after a few epochs."
figure, ax = plt.subplots(figsize=(5.4, 3.2), layout="constrained")
for name, accuracy in accuracies.items():
    ax.plot(range(1, 41), accuracy, label=name)
    mistakes = round((1 - accuracy[-1]) * len(test[0]))
    print(f"{name}, after forty epochs {accuracy[-1]:.4f}", end=", ")
    print(f"mistakes {mistakes} in {len(test[0]):,}")
ax.set(xlabel="epoch", ylabel="test accuracy")
ax.set(ylim=(0.965 if digits.name == "mnist" else None, None))
figure.legend(loc="outside upper center", ncols=2)

# %% [markdown]
# At the book's rate of 0.1, our network reaches between 98 and 99 %, like the book's, but that is
# only about as much as the linear model reaches. Had we stopped there, we would have concluded that
# the bend is of no use. But at a rate that suits it better, the network reaches about 99 %, and
# makes roughly half as many mistakes. Luck alone rarely makes so large a difference: one standard
# error of either accuracy is about five of these 2,038 digits, and the two models differ by two to
# three times that. <!-- typed: sqrt(0.99 * 0.01 * 2038), sqrt(0.985 * 0.015 * 2038) -->

# %% tags=["claim"]
if digits.name == "mnist":
    assert len(test[0]) == 2_038
    line_reached, slow, fast = (metric[-1] for metric in accuracies.values())
    assert 0.98 < slow < 0.99 and -0.002 < slow - line_reached < 0.006
    assert round(100 * fast) == 99
    assert 0.35 < (1 - fast) / (1 - line_reached) < 0.7

# %% [markdown]
# ## What you learned
#
# - You can show that linear layers in a row multiply out to a single one.
# - You can do with two sums, a bend and a third sum what no weighted sum can do.
# - You can tell parameters, the same for every image, from activations, which each image gets
#   anew.
# - You can compute a network's gradient by hand: values forward, slopes backward, and for each
#   weight the product of the two that meet there.
# - You can say why a network needs a learning rate of its own, and why ReLU replaced the sigmoid.
#
# ## Exercises
#
# ### Exercise 1: a leaky bend
#
# A unit whose sum is below zero passes no slope back. The *[leaky](22_jargon.md#leaky-relu)* ReLU
# lets a little through: it returns `x` where `x` is above zero, and `slope * x` elsewhere. Write
# `leaky_relu(x, slope)` for arrays of any shape. `leaky_relu(np.array([-2.0, 3.0]), 0.1)` should be
# `[-0.2, 3.0]`. <!-- typed: an example value -->
#
# ??? tip "A hint"
#     `jnp.where(condition, this, that)` takes each number from `this` where the condition is true,
#     and from `that` elsewhere.


# %% tags=["check"]
def check_leaky_relu(leaky_relu):
    def expected(x, slope):
        return np.where(x > 0, x, slope * x)

    random = np.random.default_rng(1)
    inputs = [
        (random.normal(size=7), 0.1),
        (random.normal(size=(3, 4)), 0.3),
        (random.normal(size=(2, 5)), 1.5),
        (np.array([-2.0, 0.0, 3.0]), 0.01),
    ]
    slips = {
        "below zero, something should get through.": (
            lambda x, slope: np.maximum(x, 0)
        ),
        "that is the other way round: leave positive numbers alone.": (
            lambda x, slope: np.where(x > 0, slope * x, x)
        ),
        "max(x, slope * x) fails if the slope is above 1.": (
            lambda x, slope: np.maximum(x, slope * x)
        ),
        "below zero it should go on falling: multiply x by the slope.": (
            lambda x, slope: np.where(x > 0, x, slope)
        ),
    }
    return jd.check_answer(leaky_relu, expected, inputs, slips=slips)


# %% tags=["answer"]
def leaky_relu(x, slope):
    x = jnp.asarray(x)
    return jnp.where(x > 0, x, slope * x)


print(check_leaky_relu(leaky_relu))

# %% [markdown]
# ### Exercise 2: two into one
#
# Write `merge(first, second)`: it takes two [`Linear`][jaxdigits.Linear] layers and returns the
# `Linear` that does the same as both in a row, without a bend between them.
#
# ??? tip "A hint"
#     The formula above names the new weights and the new bias. `first.w` and `first.b` are the
#     parts of a layer, and `jd.Linear(w=..., b=...)` makes one.


# %% tags=["check"]
def check_merge(merge):
    def layer(seed, n_in, n_out):
        random = np.random.default_rng(seed)
        return jd.Linear(
            w=random.normal(size=(n_in, n_out)), b=random.normal(size=n_out)
        )

    def parts(function):
        def both(first, second):
            w, b = function(jd.Linear(*first), jd.Linear(*second))
            return w, b

        return both

    def bias(function):
        return parts(lambda f, s: jd.Linear(f.w @ s.w, function(f, s)))

    inputs = [(tuple(layer(1, 5, 4)), tuple(layer(2, 4, 3)))]
    inputs.append((tuple(layer(3, 2, 7)), tuple(layer(4, 7, 1))))
    slips = {
        "the weights are right; what becomes of the first bias?": (
            bias(lambda f, s: s.b)
        ),
        "the first bias passes through the second layer, too.": (
            bias(lambda f, s: f.b.sum() + s.b)
        ),
    }
    right = bias(lambda f, s: f.b @ s.w + s.b)
    return jd.check_answer(parts(merge), right, inputs, slips=slips)


# %% tags=["answer"]
def merge(first, second):
    return jd.Linear(w=first.w @ second.w, b=first.b @ second.w + second.b)


print(check_merge(merge))

# %% [markdown]
# ### Exercise 3: backward through a sigmoid
#
# Take the tiny network once more, but with a sigmoid in place of each ReLU. Write
# `sigmoid_backward(inputs, target, w1, b1, w2, b2)`, which returns the slopes of `w1`, `b1`, `w2`
# and `b2` by hand, in this order, without `jax.grad`. The loss is the squared error. It should work
# for any number of inputs and hidden units.
#
# ??? tip "A hint"
#     Compared with the cells above, only two lines change: the bend in the forward pass, and its
#     local slope in the backward pass. If `h` is the sigmoid of a sum, the local slope is
#     `h * (1 - h)`.


# %% tags=["check"]
def check_sigmoid_backward(sigmoid_backward):
    def by(bend, local_slope, factor=2):
        def slopes(inputs, target, w1, b1, w2, b2):
            hidden = bend(inputs @ w1 + b1)
            slope_out = factor * (hidden @ w2 + b2 - target)
            slope_sums = w2 * slope_out * local_slope(hidden)
            slope_w1 = np.outer(inputs, slope_sums)
            return slope_w1, slope_sums, hidden * slope_out, slope_out

        return slopes

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def slope(hidden):
        return hidden * (1 - hidden)

    def numbers(seed, n, hidden):
        random = np.random.default_rng(seed)
        shapes = [n, (), (n, hidden), hidden, hidden, ()]
        return [random.normal(size=shape) + 0.1 for shape in shapes]

    slips = {
        "those are the slopes with a ReLU; exchange the bend.": (
            by(lambda x: np.maximum(x, 0), lambda hidden: hidden > 0)
        ),
        "the local slope of the bend is still that of a ReLU.": (
            by(sigmoid, lambda hidden: hidden > 0)
        ),
        "the square has the slope 2 * (out - target).": by(sigmoid, slope, 1),
        "every slope has the wrong sign.": by(sigmoid, slope, -2),
    }
    inputs = [numbers(1, 2, 3), numbers(2, 4, 1), numbers(3, 1, 5)]
    right = by(sigmoid, slope)
    return jd.check_answer(sigmoid_backward, right, inputs, slips=slips)


# %% tags=["answer"]
def sigmoid_backward(inputs, target, w1, b1, w2, b2):
    hidden = jax.nn.sigmoid(inputs @ w1 + b1)
    out = hidden @ w2 + b2
    slope_out = 2 * (out - target)
    slope_sums = w2 * slope_out * hidden * (1 - hidden)
    slope_w1 = np.outer(inputs, slope_sums)
    return slope_w1, slope_sums, hidden * slope_out, slope_out


print(check_sigmoid_backward(sigmoid_backward))

# %% [markdown]
# ### Exercise 4: a light with many switches
#
# In a long corridor with `n` switches, every flip changes the light, so it is on if an _odd_ number
# of switches is up. Write `corridor(n)`, which returns two `Linear` layers for
# [`mlp`][jaxdigits.mlp], from `n` inputs to one output: 1 for on and 0 for off. This one is to
# think about overnight.
#
# ??? tip "A hint"
#     Let every hidden unit add up all switches, so that it only knows how many are up. The output
#     as a function of that number should be 0, 1, 0, 1, ...: draw it, and connect the dots. Where
#     does the line turn, and by how much? Each turn, the first rise included, is one hidden unit.


# %% tags=["check"]
def check_corridor(corridor):
    def rows(n):
        return np.indices((2,) * n).reshape(n, -1).T.astype(float)

    def judged(n):
        (w1, b1), (w2, b2) = corridor(n)
        hidden = np.maximum(rows(n) @ np.asarray(w1) + np.asarray(b1), 0)
        return hidden @ np.asarray(w2) + np.asarray(b2)

    def expected(n):
        return rows(n).sum(axis=1, keepdims=True) % 2

    slips = {
        "a light in a long corridor; yours is on if any switch is up.": (
            lambda n: rows(n).max(axis=1, keepdims=True)
        ),
        "that counts the switches that are up.": (
            lambda n: rows(n).sum(axis=1, keepdims=True)
        ),
        "on and off are the wrong way round.": lambda n: 1 - expected(n),
    }
    return jd.check_answer(judged, expected, [(2,), (3,), (5,)], slips=slips)


# %% tags=["answer"]
def corridor(n):
    turns = np.array([1.0] + [2.0 * (-1) ** k for k in range(1, n)])
    first = jd.Linear(w=np.ones((n, n)), b=-np.arange(float(n)))
    second = jd.Linear(w=turns[:, None], b=np.zeros(1))
    return first, second


print(check_corridor(corridor))

# %% [markdown]
# **Next:** [lesson 12](12_a_hidden_layer.py) asks what a hidden layer can do, and how wide it
# should be.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# Rosenblatt, *The Perceptron*, 1958. Minsky and Papert, *Perceptrons*, 1969. Linnainmaa, *The
# Representation of the Cumulative Rounding Error of an Algorithm*, 1970.
# Rumelhart, Hinton and Williams, *Learning Representations by Back-Propagating
# Errors*, Nature, 1986. Nair and Hinton, *Rectified Linear Units Improve Restricted Boltzmann
# Machines*, 2010. He, Zhang, Ren and Sun, *Delving Deep into Rectifiers*, 2015.
