# %% [markdown]
# ---
# runs_for: 120  # the network that won learns from all digits
# ---
#
# # 18. Small and better
#
# **How small can a network be, and how quickly can it learn, if it is to read digits as well as the
# ResNet?** You start from the network of lesson 15, change one thing at a time, and measure what each
# change brings. What helps stays.
#
# *You need:* [lesson 17](17_resnet.py).
#
# ## When to look at the test set
#
# Whoever tries ten settings and keeps the one that does best on the test set has let the test set
# choose. From then on it flatters, for it is no longer a set that nobody has looked at. So it waits
# until everything is decided. To decide by, some of the training digits are *held out*: nothing is
# learned from them. They are our [validation set](22_jargon.md#validation-set).
#
# And trying must be quick, or one tries little. So we learn from a sixth of MNIST, once through.
# (The embedded set is so small that it is gone through several times.)

# %%
import json
import pathlib
import time
from functools import partial

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax
import optax.contrib
from flax import nnx

import jaxdigits as jd
from jaxdigits.convnets import layers

jd.enable_compilation_cache()
digits = jd.load("auto")

# %%
images, labels = digits.train.images, jnp.asarray(digits.train.labels)
many = len(images) > 5000
split, end = (10_000, 20_000) if many else (1_000, None)
batch_size, epochs = (64, 1) if many else (32, 12)
learn_from = images[:split], labels[:split]
held_out = images[split:end], labels[split:end]
steps = epochs * (split // batch_size)
print(f"learn from {split:,}, decide by {len(held_out[1]):,}")

# %% [markdown]
# One function trains whatever we think of. Another predicts, and a third counts parameters, for which
# the shapes are enough, so no network is made. (Models that are built alike are equal, whatever
# their parameters; so `predict` is compiled once for all of them, as lesson 19 explains.)


# %%
def learn(seed, network, optimizer, augment=None, loss=jd.cross_entropy_loss):
    model, params, state = jd.convnets.functional(network(nnx.Rngs(seed)))
    fitted = jd.fit(
        *(model, params, loss, optimizer, learn_from),
        state=state,
        epochs=epochs,
        batch_size=batch_size,
        key=jax.random.key(seed),
        augment=augment,
    )
    return model, fitted.params, fitted.state


# %%
@partial(jax.jit, static_argnames="model")
def predict(model, params, state, images):
    return model(params, state, jd.to_float(images), training=False)[0]


def count(network):
    module = nnx.eval_shape(lambda: network(nnx.Rngs(0)))
    leaves = jax.tree.leaves(nnx.state(module, nnx.Param))
    return sum(leaf.size for leaf in leaves)


# %% [markdown]
# Each training takes seconds, but every new network has to be compiled first, and one run is never
# enough: there is luck in it. So each is trained three times, from the seeds 0, 1 and 2. That takes
# minutes, so this page reads what they reached from a record. In the project's repository,
# `python benchmarks/convnets.py ablation` runs the code that you see here on MNIST, and writes
# the record. Its figures are of MNIST, even where the page that you read has other digits. Where
# there is no record, the networks are trained on the spot.

# %%
path = pathlib.Path("benchmarks/results/convnets.json")
records = json.loads(path.read_text()) if path.exists() else {}
record = records.get("ablation")
if record is None:
    print("There is no record here.")
else:
    about = "digits", "learned from", "held out", "date", "processor", "cores"
    for name in *about, "jax", "flax", "optax":
        print(f"{name:12} {record['facts'][name]}")

# %%
known = record["accuracies"] if record else {}
accuracies = {}


def reached(*settings):
    model, params, state = learn(*settings)
    logits = predict(model, params, state, held_out[0])
    return float(jd.accuracy(logits, held_out[1]))


def try_out(name, *settings):
    accuracies[name] = known.get(name) or [
        reached(seed, *settings) for seed in range(3)
    ]
    print(f"{name}: {count(settings[0]):,} parameters", end=", ")
    print(f"{accuracies[name][0]:.4f}")


# %% [markdown]
# This is where we start: 784 pixels, 64 hidden numbers, 10 logits, a sigmoid between, and plain SGD.
# The accuracy is that of seed 0; the other two come into play later. Where this lesson tried several
# learning rates, it was on held-out digits. Those of Muon, further down, come from earlier
# experiments that had looked at the test set.


# %%
def hidden_layer(rngs):
    return nnx.Sequential(
        lambda images: images.reshape(len(images), -1),
        nnx.Linear(784, 64, rngs=rngs),
        nnx.sigmoid,
        nnx.Linear(64, 10, rngs=rngs),
    )


try_out("hidden layer", hidden_layer, jd.sgd(0.5))

# %% [markdown]
# ## One convolution
#
# Take the hidden layer away, and put a convolution in its place: 24 kernels of 5 by 5. Each responds
# to one small thing, a piece of a stroke say, wherever it is. After a ReLU only its *largest* response
# in the whole image is kept, and ten logits are made of these 24 numbers. Where a thing was found is
# forgotten. How far will that get, and how many parameters are left?


# %%
def one_convolution(rngs):
    return nnx.Sequential(
        layers.add_channel,
        nnx.Conv(
            1, 24, (5, 5), conv_general_dilated=jd.convnets.conv, rngs=rngs
        ),
        nnx.relu,
        layers.global_max,
        nnx.Linear(24, 10, rngs=rngs),
    )


try_out("one convolution", one_convolution, jd.sgd(0.5))

# %% [markdown]
# Pieces of strokes are not digits. But think of what this model does not know: where anything is.
# Then it is remarkable how often so few numbers suffice.
#
# ## Strides
#
# What a digit is made of has to be put together: pieces to strokes, strokes to loops and corners. So
# convolutions are stacked. Each of the first three moves in strides of 2, and halves height and
# width. Then the same 3 by 3 taps see twice as far in each direction, and cost a quarter.
#
# ![Four squares, each smaller than the last: 28 by 28 pixels; 14 by 14 with 24 channels; 7 by 7 with 48 channels; 4 by 4 with 96 channels. A further arrow leads from 4 by 4 to 4 by 4. From there the largest of each channel is taken: 96 numbers, and of them 10 logits are made.](../assets/diagrams/small_network.svg)
#
# The ReLU, the maximum over all places, and the linear layer at the end remain.


# %%
class Stack(nnx.Module):
    def __init__(self, layer, rngs):
        self.layers = nnx.List(
            [
                layer(1, 24, kernel_size=5, stride=2, rngs=rngs),
                layer(24, 48, kernel_size=3, stride=2, rngs=rngs),
                layer(48, 96, kernel_size=3, stride=2, rngs=rngs),
                layer(96, 96, kernel_size=3, rngs=rngs),
            ]
        )
        self.head = nnx.Linear(96, 10, rngs=rngs)

    def __call__(self, images):
        x = layers.add_channel(images)
        for layer in self.layers:
            x = nnx.relu(layer(x))
        return self.head(layers.global_max(x))


# %%
def with_bias(before, after, kernel_size, rngs, stride=1):
    kaiming = jax.nn.initializers.variance_scaling(2.0, "fan_out", "normal")
    return nnx.Conv(
        *(before, after, (kernel_size, kernel_size)),
        strides=stride,
        padding=kernel_size // 2,
        kernel_init=kaiming,
        conv_general_dilated=jd.convnets.conv,
        rngs=rngs,
    )


# %%
def strides(rngs):
    return Stack(with_bias, rngs)


try_out("strides", strides, jd.sgd(0.2))

# %% [markdown]
# ## Batch normalization
#
# Lesson 17 said what it does: keep each channel in range, whatever the layers before it do. The
# package's `ConvNorm` is a convolution with it, and without a bias, since the normalization
# brings its own. With it, steps may be larger.


# %%
def normalized(rngs):
    return Stack(layers.ConvNorm, rngs)


try_out("normalization", normalized, jd.sgd(0.3))

# %% [markdown]
# This is the package's [`SmallConvNet`][jaxdigits.convnets.SmallConvNet]. From the same seed it draws the
# same numbers:


# %%
def of_package(rngs):
    return jd.convnets.SmallConvNet(rngs=rngs)


_, ours, _ = jd.convnets.functional(normalized(nnx.Rngs(0)))
_, theirs, _ = jd.convnets.functional(of_package(nnx.Rngs(0)))
assert jax.tree.all(jax.tree.map(np.array_equal, ours, theirs))

# %% [markdown]
# ## One cycle
#
# In lesson 17 the learning rate went up to its peak, and then down to nothing. The peak can be far
# above what a constant rate may be, for the small steps at the end settle what the large ones left
# unsettled. A schedule is a function of the step. This one is a triangle, with straight lines:


# %%
def one_cycle(steps, peak):
    corners = jnp.array([0.0, 0.2, 1.0]) * steps
    heights = jnp.array([0.0, peak, 0.0])
    return lambda step: jnp.interp(step, corners, heights)


sgd_in_a_cycle = optax.sgd(one_cycle(steps, peak=1.0))
try_out("one cycle", normalized, sgd_in_a_cycle)

# %% [markdown]
# ## Shifts
#
# A three that is moved by a pixel is still a three, but for a network it is another image. So
# move each one at random before it is learned from: then no image is seen twice, and learning by heart
# is harder. Such changes are called *augmentation*.
# [`random_shift`][jaxdigits.random_shift] does it inside the compiled program, for each batch anew.
# Here is one digit, six times:

# %% alt="The same handwritten digit six times, each time in a slightly different place."
six_times = np.repeat(jd.to_float(images[:1]), 6, axis=0)
moved = jd.random_shift(jax.random.key(0), six_times, max_shift=2)
figure = jd.plots.show_images(moved)


# %%
def shift(key, images):
    return jd.random_shift(key, images, max_shift=1)


try_out("shifts", normalized, sgd_in_a_cycle, shift)

# %% [markdown]
# After a single pass little can have been learned by heart. It pays more in longer runs.
#
# ## Another optimizer
#
# SGD steps along the gradient. The gradient of a layer is a matrix $G$, and like any
# matrix it can be written as $U S V^\top$, its
# [singular value decomposition](https://en.wikipedia.org/wiki/Singular_value_decomposition): a sum of
# directions, each with a strength on the diagonal of $S$. Usually a few directions are strong and all the others weak, and
# a step changes the layer in those few only.
#
# **Muon** (Jordan and others, 2024) steps by $U V^\top$ instead: the same directions, all of
# strength 1. What is rare in the gradient, but still says something, is learned as quickly as what is
# common.

# %%
gradient = np.float32([[3.0, 2.9], [0.0, 0.1]])
u, strengths, v = np.linalg.svd(gradient)
print("gradient\n", gradient, "\nstrengths", strengths)
print("step\n", u @ v)

# %% [markdown]
# Decomposing matrices takes long, so Muon comes near $U V^\top$ by a few matrix products. It is for
# matrices only. We give it the kernels, read as matrices with a row for each tap and
# channel, and leave all other parameters to [Adam](https://arxiv.org/abs/1412.6980), which divides
# each number's step by the recent size of its gradient.


# %%
def kernels(params):
    taps_by_features = optax.contrib.MuonDimensionNumbers((0, 1, 2), (3,))
    return jax.tree.map(
        lambda leaf: taps_by_features if leaf.ndim == 4 else None, params
    )


# %%
def muon(steps):
    return optax.contrib.muon(
        one_cycle(steps, peak=0.05),
        beta=0.9,
        ns_steps=3,
        adam_learning_rate=one_cycle(steps, peak=0.01),
        muon_weight_dimension_numbers=kernels,
    )


muon_in_a_cycle = muon(steps)
try_out("Muon", normalized, muon_in_a_cycle, shift)

# %% [markdown]
# ## Not too sure
#
# Cross-entropy is content only when the belief in the label is 1, which takes endless logits. *Label
# smoothing* asks for less: nine tenths of the belief for the label, and the last tenth spread evenly
# over all ten digits. Then a logit can be large enough.


# %%
def smoothed(logits, labels):
    targets = optax.smooth_labels(jax.nn.one_hot(labels, 10), alpha=0.1)
    return optax.softmax_cross_entropy(logits, targets).mean()


print(optax.smooth_labels(np.eye(10)[3], alpha=0.1))
try_out("smoothing", normalized, muon_in_a_cycle, shift, smoothed)

# %% [markdown]
# ## How much of it is luck?
#
# Each accuracy above is of a single run. Other random numbers at the start would have given another.
# Before you believe in a difference, find out how large it can be by chance. Here are all three
# seeds:

# %%
print("                 seed 0  seed 1  seed 2  highest - lowest")
for name, of_seeds in accuracies.items():
    print(f"{name:15}", *(f" {accuracy:.4f}" for accuracy in of_seeds), end="")
    print(f"  {max(of_seeds) - min(of_seeds):.4f}")

# %% [markdown]
# A change that brings less than this may have brought nothing. Which of ours is larger by far, and
# which one would have to be tried from many seeds? The plot has a scale on which each step to the
# left halves the errors.

# %% alt="Three dots for each change, one for each seed, from the top down, showing the share of held-out digits that are read wrongly, on a logarithmic scale, and a thin line through the means. One convolution alone is far worse than the hidden layer, and its dots lie far apart. Strides, normalization, one cycle and Muon each take a step to the left, smoothing a small one, shifts none. The further down, the closer together the dots."
errors = 1 - np.array(list(accuracies.values()))
figure, ax = plt.subplots(figsize=(5.5, 2.8), layout="constrained")
ax.plot(errors.mean(axis=1), list(accuracies), "-", linewidth=0.8)
ax.plot(errors, list(accuracies), "o", color="C0", markersize=4, alpha=0.6)
ax.set_xscale("log", base=2)
ticks = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32]
ax.set_xticks(ticks, [f"{tick:.0%}" for tick in ticks])
ax.invert_yaxis()
ax.set_xlabel("held-out digits read wrongly")

# %% [markdown]
# On MNIST, strides, one cycle and Muon are clear: the worst of their seeds is better than the best seed
# of the line before. So is smoothing, though it brings little. Normalization brings more than that, but
# its unluckiest seed fell behind the luckiest one without it, so three seeds do not settle how much.
# And shifts have not helped at all here. In a single pass no image comes twice, so there was nothing
# to learn by heart. We keep them for the longer run that follows.
#
# ## All the digits
#
# Everything is decided, so now the network learns from all training digits, twice through. And now
# every test image is looked at, for the first time in this lesson.

# %%
learn_from = images, labels
batch_size, epochs = (128, 2) if many else (32, 12)
optimizer = muon(epochs * (len(images) // batch_size))
start = time.perf_counter()
model, params, state = learn(0, of_package, optimizer, shift, smoothed)
jax.block_until_ready(params)
taken = time.perf_counter() - start
print(f"{taken:.0f} s, with compiling, on a {jax.default_backend()}")

# %%
x_test, y_test = np.asarray(digits.test.images), np.asarray(digits.test.labels)
logits = predict(model, params, state, x_test)
print(f"accuracy {jd.accuracy(logits, y_test):.4f}", end=", ")
print(f"{count(normalized):,} parameters")

# %% [markdown]
# These are the digits that it reads wrongly, the surest mistakes first. Above each stand the label,
# and what the network takes it for. Judge for yourself: which of them can *you* read? And which
# labels would you doubt?

# %% alt="A grid of the test digits that the network reads wrongly, each titled with its label and the network's answer. Many are hard to read: broken, closed where they should be open, or somewhere between two digits."
belief = np.asarray(jax.nn.softmax(logits))
answers = belief.argmax(axis=1)
wrong = np.flatnonzero(answers != y_test)
surest = wrong[np.argsort(-belief[wrong].max(axis=1))][:60]
titles = [f"{y_test[i]}: {answers[i]}" for i in surest]
print(f"{len(wrong)} of {len(y_test):,} are wrong")
figure = jd.plots.show_images(x_test[surest], titles=titles)

# %% [markdown]
# ## Take it along
#
# A trained network can do without batch normalization. In evaluation, normalization multiplies each
# channel by a fixed number and adds another one, and exercise 3 of lesson 17 folded both numbers into
# the convolution before it. Here we do so for all four layers:


# %%
def fold(layer, statistics):
    norm = layer["norm"] | statistics["norm"]
    factor = norm["scale"] / jnp.sqrt(norm["var"] + 1e-5)
    bias = norm["bias"] - norm["mean"] * factor
    return {"kernel": layer["conv"]["kernel"] * factor, "bias": bias}


# %%
kept = state["layers"]
pairs = ((n, fold(layer, kept[n])) for n, layer in params["layers"].items())
folded = {"layers": dict(pairs), "head": params["head"]}
size = sum(leaf.size for leaf in jax.tree.leaves(folded))
print(f"{count(normalized):,} parameters, folded {size:,}")
plain, _, no_state = jd.convnets.functional(strides(nnx.Rngs(0)))
by_folded = predict(plain, folded, no_state, x_test[:500])
print(f"differs by {abs(by_folded - logits[:500]).max():.3f} at most")

# %% [markdown]
# These are the parameters of a network that we have already built: the one under *Strides*, which has
# no normalization. Its logits are the same, up to rounding.
#
# [`download_link`][jaxdigits.download_link] offers the parameters as a file. Its format,
# *safetensors*, holds numbers and their names but no code, and programs in any language can read it.

# %%
jd.download_link("small_network", folded)

# %% [markdown]
# ## Beside the ResNet
#
# One run may be lucky. In the project's repository `python benchmarks/convnets.py` trains each of the
# networks from several seeds, and writes down what they reached, and how many seconds training
# took once it was compiled. We did not keep the rule above as strictly as we would have liked: the
# settings to begin with had been found by looking at the test set, and the quick networks were made
# narrower when test results of wider ones were known, though the narrower ones were tried on
# held-out digits. So these accuracies may flatter a little. They are read from the record, if there
# is one:

# %%
names = ["small-1", "small-2", "small-8", "small-24", "resnet"]
for name in (name for name in names if name in records):
    facts = records[name]["facts"]
    print(f"{name:10} {facts['date']}, {facts['processor']}", end=", ")
    print(f"{facts['cores']} cores, jax {facts['jax']}")

# %%
measured = {name: records[name]["runs"] for name in names if name in records}
print("network    parameters  epochs  seeds  seconds  lowest  mean    highest")
for name, runs in measured.items():
    accuracies = [run["accuracy"] for run in runs]
    mean = sum(accuracies) / len(runs)
    seconds = sum(run["seconds"] for run in runs) / len(runs)
    print(f"{name:10} {runs[0]['parameters']:10,}", end="")
    print(f"{len(runs[0]['loss']):8} {len(runs):6} {seconds:8.1f}", end="")
    print(f"  {min(accuracies):.4f}  {mean:.4f}  {max(accuracies):.4f}")

# %% [markdown]
# Is the small network the better idea, then? It got shifts and Muon, which the ResNet of lesson 17 did
# not get and might well use. What can be said is this: for digits of 28 by 28 pixels millions of
# parameters are not needed, and what you do to the data and to the steps may count for more than
# size.
#
# ## What you learned
#
# - Settings are chosen on held-out training digits. The test set is for the end.
# - Change one thing at a time, and know how large a difference luck can make.
# - Stacked convolutions with strides put small things together to large ones, with few parameters.
# - One cycle, shifts, Muon and smoothing cost little, and nothing at all once the network is
#   trained.
#
# ## Exercises
#
# ### Exercise 1: where the time goes
#
# A convolution multiplies numbers. Write `multiplications(size, taps, channels, features, stride)`:
# how many products a convolution needs for one image of `size` by `size` pixels, if its padding
# is half its taps, rounded down. Taps that land outside the image count, too.


# %% tags=["check"]
def check_multiplications(multiplications):
    result = multiplications(28, 5, 1, 24, 1)
    if result == 5 * 5 * 24:
        return "Not yet: that is the kernel once; at how many places?"
    if result == 28 * 28 * 5 * 24:
        return "Not yet: a kernel has taps down and across."
    if result != 28 * 28 * 5 * 5 * 24:
        return "Not yet: places, times taps, times channels and features."
    if multiplications(28, 5, 1, 24, 2) == result:
        return "Not yet: with a stride of 2 there are fewer places."
    if multiplications(7, 3, 48, 96, 2) != 4 * 4 * 3 * 3 * 48 * 96:
        return "Not yet: seven pixels in strides of two are four places."
    return "right"


# %% tags=["answer"]
def multiplications(size, taps, channels, features, stride):
    places = (size - 1) // stride + 1
    return places**2 * taps**2 * channels * features


print(check_multiplications(multiplications))
layers_of_ours = (28, 5, 1, 24), (14, 3, 24, 48), (7, 3, 48, 96), (4, 3, 96, 96)
for layer, stride in zip(layers_of_ours, (2, 2, 2, 1), strict=True):
    print(f"{multiplications(*layer, stride):9,}")

# %% [markdown]
# ### Exercise 2: a shift
#
# Write `shift_image(image, down, right)`, which moves an image by so many pixels. What leaves it is
# lost, and zeros move in. Negative numbers move it up or to the left.


# %% tags=["check"]
def check_shift_image(shift_image):
    image = np.arange(1.0, 13.0).reshape(3, 4)

    def shifted(down, right):
        return np.asarray(shift_image(jnp.asarray(image), down, right))

    if np.array_equal(shifted(1, 0), np.roll(image, 1, axis=0)):
        return "Not yet: what leaves below comes in again above."
    result = shifted(1, 2)
    if result.shape != (3, 4):
        return "Not yet: the image should keep its size."
    if result.tolist() != [[0, 0, 0, 0], [0, 0, 1, 2], [0, 0, 5, 6]]:
        return "Not yet: first down, then right; zeros move in."
    if shifted(-1, -1).tolist() != [[6, 7, 8, 0], [10, 11, 12, 0], [0] * 4]:
        return "Not yet: what about negative numbers?"
    return "right"


# %% tags=["answer"]
def shift_image(image, down, right):
    height, width = image.shape
    most = max(abs(down), abs(right))
    wide = jnp.pad(image, most)
    top, left = most - down, most - right
    return wide[top : top + height, left : left + width]


print(check_shift_image(shift_image))

# %% [markdown]
# ### Exercise 3: all directions alike
#
# Write `orthogonalize(matrix)`: $U V^\top$ of a matrix $U S V^\top$, by `jnp.linalg.svd`. Not all
# matrices are square; give `full_matrices=False`.


# %% tags=["check"]
def check_orthogonalize(orthogonalize):
    matrix = np.array([[3.0, 1.0], [0.0, 2.0], [1.0, 1.0]])
    result = np.asarray(orthogonalize(jnp.asarray(matrix)))
    if result.shape != (3, 2):
        return "Not yet: it should have the shape of the matrix."
    if np.allclose(result, matrix, atol=1e-4):
        return "Not yet: that is the matrix itself; leave S out."
    if not np.allclose(result.T @ result, np.eye(2), atol=1e-4):
        return "Not yet: its columns should be at right angles, length 1."
    if np.trace(result.T @ matrix) < np.linalg.svd(matrix)[1].sum() - 1e-3:
        return "Not yet: svd returns the last factor transposed already."
    return "right"


# %% tags=["answer"]
def orthogonalize(matrix):
    u, _, v_transposed = jnp.linalg.svd(matrix, full_matrices=False)
    return u @ v_transposed


print(check_orthogonalize(orthogonalize))

# %% [markdown]
# ### Exercise 4: how sure is an accuracy?
#
# If each of `n` digits is read correctly with probability `p`, the accuracy on them varies around `p`
# with a standard deviation of $\sqrt{p (1 - p) / n}$. Two accuracies on *different* sets of `n`
# digits vary both; the standard deviation of their difference is the root of two times as large.
# Write `is_clear(a, b, n)`: whether two such accuracies differ by more than twice the standard
# deviation of their difference, with the mean of both for `p`.


# %% tags=["check"]
def check_is_clear(is_clear):
    if not is_clear(0.95, 0.99, 10_000) or not is_clear(0.99, 0.95, 10_000):
        return "Not yet: these differ clearly, whichever comes first."
    if is_clear(0.5, 0.5, 100):
        return "Not yet: equal accuracies do not differ."
    if is_clear(0.995, 0.9965, 10_000):
        return "Not yet: both vary, so the difference varies more."
    if not is_clear(0.995, 0.9975, 10_000):
        return "Not yet: twice the standard deviation, not more."
    if is_clear(0.95, 0.99, 100):
        return "Not yet: with a hundred digits luck is larger."
    return "right"


# %% tags=["answer"]
def is_clear(a, b, n):
    p = (a + b) / 2
    deviation = (2 * p * (1 - p) / n) ** 0.5
    return abs(a - b) > 2 * deviation


print(check_is_clear(is_clear))

# %% [markdown]
# (Two networks on the *same* digits are compared more sharply: count those that only the one reads, and
# those that only the other reads.)
#
# **Next:** everything here was compiled. [Lesson 19](19_jax_for_numpy_users.py) says what that means and
# what it costs, and what else JAX can do with a function.
#
# *Sources:* Jordan and others, [Muon](https://kellerjordan.github.io/posts/muon/), 2024. Kingma and
# Ba, [Adam](https://arxiv.org/abs/1412.6980), 2015. LeCun and others, *Gradient-Based Learning
# Applied to Document Recognition*, 1998, on convolutions and on moved digits. Smith and Topin,
# [Super-Convergence](https://arxiv.org/abs/1708.07120), 2018. Springenberg and others, [Striving for
# Simplicity](https://arxiv.org/abs/1412.6806), 2015, on strides instead of pooling.
