# %% [markdown]
# ---
# runs_for: 150  # the network that won learns from all digits
# reads_for: 29  # eight changes to a network, and how to tell luck from progress
# offers: [small_network.safetensors]
# description: Improve a small convolutional network by one measured change after another, tell luck from progress, and compare it with a ResNet-18.
# ---
#
# # 18. Small and better
#
# **How small can a network be, and how quickly can it learn, and still read digits as well as
# ResNet-18?** You start from the network of lesson 15, change one thing after another, and find out
# which of the differences are real and which may be luck.
#
# Why care? A network of half a megabyte runs in a web page or on a phone, where one of forty-five
# would be a nuisance. And with networks of any size, you want to tell progress from luck. In 2018,
# Henderson and others trained the same program ten times, changed nothing but the seed of the
# random numbers, and averaged the runs in two groups of five. The two averages looked as if they
# came from different methods.
#
# *You need:* [lesson 17](17_resnet.py), at least the sections on convolution and on batch
# normalization.
#
# ## When to look at the test set
#
# If you try ten settings and keep the one that does best on the test set, its test accuracy is too
# optimistic, because the test set has helped to choose it. So the test set stays closed until
# everything is decided. Until then we judge by [held-out](22_jargon.md#held-out-set) training
# digits, from which the network learns nothing.
#
# Each try has to be quick, too. So for now we learn from a sixth of MNIST, in a single pass.

# %%
import json
import pathlib
import time

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
# The first function below trains any network with any optimizer and any loss, and the second counts
# parameters, as in lesson 17. (`augment` is a function that changes the images of each batch. You
# need it [further down](#shifts).)


# %%
def learn(seed, network, optimizer, augment, loss):
    key_params, key_batches = jax.random.split(jax.random.key(seed))
    module = network(nnx.Rngs(key_params))
    model, params, state = jd.convnets.functional(module)
    return model, jd.fit(
        model,
        params,
        loss,
        optimizer,
        learn_from,
        state=state,
        epochs=epochs,
        batch_size=batch_size,
        key=key_batches,
        augment=augment,
    )


# %%
def count(network):
    module = nnx.eval_shape(lambda: network(nnx.Rngs(0)))
    leaves = jax.tree.leaves(nnx.state(module, nnx.Param))
    return sum(leaf.size for leaf in leaves)


# %% [markdown]
# !!! warning "One seed, two uses, one mistake"
#     Why does `learn` split a key? An earlier version of this lesson used `nnx.Rngs(seed)` for the
#     weights and `jax.random.key(seed)` for the batches. But `Rngs` and `fit` both make their keys
#     by folding 0, 1, 2 and so on into the key of the seed. Are their first keys the same?

# %%
of_weights = nnx.Rngs(0).params()
of_first_epoch = jax.random.fold_in(jax.random.key(0), 0)
print(f"the same key: {bool(of_weights == of_first_epoch)}")

# %% [markdown]
# They are. So the key that drew the first weights also shuffled the first epoch. Nothing crashes
# and no number looks wrong, yet two things that should be independent are not. Even JAX's check for
# reused keys does not notice, because these are two keys that happen to be equal. `learn` makes
# _one_ key, splits it, and passes the parts on.
#
# One run is never enough, as you will see. So `try_out`, whose code is in the notebook, trains
# each network from three seeds, and prints their mean accuracy on held-out digits, the lowest, and
# the highest. Unless we pass something else, the loss is cross-entropy, and the images stay as
# they are. Training takes minutes, so this page reads the accuracies from a record, which this
# lesson's own code made on MNIST. (Without a record, as in Colab, `try_out` trains.) The record is
# from:

# %% tags=["hide-input"]
path = pathlib.Path("benchmarks/results/convnets.json")
records = json.loads(path.read_text()) if path.exists() else {}
record = records.get("ablation", {"facts": {}, "accuracies": {}})
for name in "digits", "learned from", "held out", "date", "processor", "jax":
    print(f"{name:12} {record['facts'].get(name, 'no record here')}")
known, accuracies = record["accuracies"], {}


def try_out(name, network, optimizer, augment=None, loss=jd.cross_entropy_loss):
    scores = list(known.get(name, []))
    for seed in range(len(scores), 3):
        model, fitted = learn(seed, network, optimizer, augment, loss)
        logits = jd.predict(
            model, fitted.params, held_out[0], state=fitted.state
        )
        scores.append(float(jd.accuracy(logits, held_out[1])))
    accuracies[name] = scores
    print(f"{name}: {count(network):,} parameters", end=", ")
    print(f"{np.mean(scores):.4f}", end=" ")
    print(f"(from {min(scores):.4f} to {max(scores):.4f})")


# %% [markdown]
# We start with 784 pixels, 64 hidden units, 10 logits, a sigmoid between the two layers, and plain
# SGD. `nnx.Sequential` calls its parts one after the other. How far will the hidden layer get after
# such a short training?


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
# About 87 of 100 digits are right after one pass over a sixth of the digits. In lesson 15, with far
# more digits and twelve epochs, such a network got past 96. So there is much to gain by learning
# faster.

# %% tags=["claim"]
if digits.name == "mnist":
    right = 100 * np.mean(accuracies["hidden layer"])
    assert abs(right - 87) < 1.5

# %% [markdown]
# ## One convolution
#
# Take the hidden layer away, and put a convolution in its place: 24 kernels of 5 by 5. Each
# responds to one small thing, such as a piece of a stroke, wherever it is. After a ReLU, keep only
# the _largest_ response of each kernel in the whole image. This is called global max pooling: the
# max pooling of lesson 17, with one window as large as the image. The 24 numbers tell how clearly
# each thing was found, but no longer where, and a linear layer turns them into the ten logits. How
# many parameters are left, and how far will they get?


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
# With its 874 parameters, the single convolution is much worse than the hidden layer, and the three
# seeds lie farther apart. Pieces of strokes without their places do not tell you which digit it is:
# a 6 and a 9, for example, are made of much the same pieces.

# %% tags=["claim"]
if digits.name == "mnist":
    assert max(accuracies["one convolution"]) < min(accuracies["hidden layer"])
    spreads = {name: np.ptp(scores) for name, scores in accuracies.items()}
    assert spreads["one convolution"] > spreads["hidden layer"]
    assert count(one_convolution) == 874

# %% [markdown]
# ## A stack of convolutions
#
# A network has to put a digit together: pieces make strokes, and strokes make loops and corners.
# So stack four convolutions. Each of the first three moves in strides of 2, and halves height and
# width, rounding up. In the original image, the taps of the next layer then lie twice as far
# apart, and there are only about a quarter as many places to compute.
#
# ![Four squares, each smaller than the last: 28 by 28 pixels; 14 by 14 with 24 channels; 7 by 7 with 48 channels; 4 by 4 with 96 channels. A further arrow leads from 4 by 4 to 4 by 4. From there the largest of each channel is taken: 96 numbers, which become 10 logits.](../assets/diagrams/small_network.svg)
#
# The ReLU, the maximum over all places, and the linear layer at the end remain. `Stack` gets the
# kind of layer as an argument, so that we can exchange it later. Here it is `with_bias`: a
# convolution with a bias, whose weights start by Kaiming's rule, as in lesson 17. (In Flax, a list
# of layers must be an `nnx.List`.)


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


# %% tags=["helper"]
def with_bias(channels, features, kernel_size, rngs, stride=1):
    kaiming = jax.nn.initializers.variance_scaling(2.0, "fan_out", "normal")
    return nnx.Conv(
        channels,
        features,
        (kernel_size, kernel_size),
        strides=stride,
        padding=kernel_size // 2,
        kernel_init=kaiming,
        conv_general_dilated=jd.convnets.conv,
        rngs=rngs,
    )


# %%
def stack(rngs):
    return Stack(with_bias, rngs)


try_out("stack", stack, jd.sgd(0.2))

# %% [markdown]
# From here on the convolutional networks are ahead of the hidden layer. But we broke our rule of
# changing one thing at a time. The network is deeper _and_ wider, moves in strides, starts from
# other weights, and has another learning rate. So we know that all of this together works, but not
# which part of it matters. (We chose each rate of plain SGD from a few, on these same held-out
# digits, so the accuracies with plain SGD are a little too optimistic.)

# %% tags=["claim"]
if digits.name == "mnist":
    assert np.mean(accuracies["stack"]) > np.mean(accuracies["hidden layer"])

# %% [markdown]
# ## Batch normalization
#
# The package's `ConvNorm` is a convolution with the batch normalization of lesson 17, which keeps
# each channel in range. The best of the rates that we tried is now 0.3 instead of 0.2, because
# normalization allows larger steps. How many of the mistakes will disappear?


# %%
def normalized(rngs):
    return Stack(layers.ConvNorm, rngs)


try_out("normalization", normalized, jd.sgd(0.3))

# %% [markdown]
# Nearly two in five of them, on average. But look at the ranges: the seed alone moves the accuracy
# of the stack by more than three percentage points, almost as much as normalization gained. So part
# of the gain may be luck.
#
# The package has this network, too, as [`SmallConvNet`][jaxdigits.convnets.SmallConvNet]. From the
# same key it draws the same weights.

# %% tags=["claim"]
if digits.name == "mnist" and known:
    before, after = accuracies["stack"], accuracies["normalization"]
    assert 0.6 < (1 - np.mean(after)) / (1 - np.mean(before)) < 0.65
    gain = np.mean(after) - np.mean(before)
    assert np.ptp(before) > 0.03 and 0.85 < np.ptp(before) / gain < 1

of_package = jd.convnets.SmallConvNet(rngs=nnx.Rngs(0))
_, ours, _ = jd.convnets.functional(normalized(nnx.Rngs(0)))
_, theirs, _ = jd.convnets.functional(of_package)
assert jax.tree.all(jax.tree.map(np.array_equal, ours, theirs))

# %% [markdown]
# ## One cycle
#
# Large steps get far but keep jumping around the lowest point. If small steps follow at the end, as
# in lesson 17, the peak can be far above a good constant rate: here it is 1 instead of 0.3. Our
# schedule is a triangle: the rate rises for the first fifth of the steps, and falls for all others.
# `jnp.interp` draws it through three corners. Will it help in such a short run?


# %%
def one_cycle(steps, peak):
    corners = jnp.array([0.0, 0.2, 1.0]) * steps
    heights = jnp.array([0.0, peak, 0.0])
    return lambda step: jnp.interp(step, corners, heights)


sgd_in_a_cycle = optax.sgd(one_cycle(steps, peak=1.0))
try_out("one cycle", normalized, sgd_in_a_cycle)

# %% [markdown]
# It does: after the same number of steps, about a third of the mistakes are gone.

# %% tags=["claim"]
if digits.name == "mnist" and known:
    before, after = accuracies["normalization"], accuracies["one cycle"]
    assert abs((1 - np.mean(after)) / (1 - np.mean(before)) - 2 / 3) < 0.12

# %% [markdown]
# ## Shifts
#
# A three moved by a pixel is still a three, but in strides of 2, the kernels land on other parts of
# it. So move each image at random before the network learns from it. Such
# [*augmentation*](22_jargon.md#augmentation) makes it harder to learn images by heart.
# [`random_shift`][jaxdigits.random_shift] does it inside the compiled program, with new shifts for
# each batch. Here is one digit, six times:

# %% alt="The same handwritten digit six times, each time in a slightly different place."
six_times = np.repeat(jd.to_float(images[:1]), 6, axis=0)
moved = jd.random_shift(jax.random.key(0), six_times, max_shift=2)
figure = jd.plots.show_images(moved)

# %% [markdown]
# If each image may move by one pixel, up or down and left or right, how many places are there for
# it? Will the network ever see exactly the same image twice?


# %%
def shift(key, images):
    return jd.random_shift(key, images, max_shift=1)


try_out("shifts", normalized, sgd_in_a_cycle, shift)

# %% [markdown]
# There are nine places, three down times three across. In this run no image comes twice, because
# there is only one pass. In two epochs, about one image in nine would come twice in the same place.
#
# The shifts made little difference here, which is no surprise: in a single pass, there is nothing
# to learn by heart. We keep them for the longer runs below, because there they helped in earlier
# trials on held-out digits.

# %% tags=["claim"]
if digits.name == "mnist":
    change = np.subtract(accuracies["shifts"], accuracies["one cycle"])
    assert abs(change.mean()) < 0.01

# %% [markdown]
# ## Another optimizer
#
# The gradient of a layer is a matrix, say with a row for each input and a column for each output.
# With the rows `[5, 0]` and `[0, 2]`, it is a sum of two parts. One changes how the first input
# acts on the first output, with strength 5, and the other how the second input acts on the second
# output, with strength 2.
#
# Any matrix $G$ can be taken apart like this, but a part usually joins whole patterns, such as the
# _sum_ of two inputs to the _difference_ of two outputs. The input patterns of different parts are
# at right angles, as `[1, 1]` (a sum) and `[1, -1]` (a difference) are, and so are the output
# patterns. This is the [singular value
# decomposition](https://en.wikipedia.org/wiki/Singular_value_decomposition), $G = U S V^\top$. The
# columns of $U$ are the input patterns, those of $V$ the output patterns, and $S$ holds the
# strengths, 5 and 2 above. ($^\top$ swaps rows and columns, as `.T` does.) We will call the parts
# _directions_. Often a few directions are much stronger than the others, so a step changes the
# layer almost only in those few.
#
# **[Muon](22_jargon.md#muon)** (Jordan and others, 2024) does three things with each matrix of
# weights:
#
# 1. It averages the gradients of recent steps, which is [momentum](22_jargon.md#momentum).
# 2. It looks ahead, as Nesterov's momentum does: it adds the newest gradient to the average once
#    more.
# 3. It replaces the result $U S V^\top$ by, roughly, $U V^\top$: the same directions, all of about
#    the same strength. This is called orthogonalization. Jordan and others suspect that weak
#    directions matter, too, and are otherwise learned too slowly.
#
# The third point is the new idea. (A fourth, a factor for the shape of the matrix, is 1 for all
# kernels of this network.) Here is a gradient with a strong and a weak direction. What will it look
# like if both get the strength 1?

# %%
gradient = np.float32([[3.0, 2.9], [0.0, 0.1]])
u, strengths, v_transposed = np.linalg.svd(gradient)
print("strengths", strengths)
print("U V^T\n", u @ v_transposed)

# %% [markdown]
# In $U V^\top$, nearly all of the first row is the strong direction, from the first input to both
# outputs alike. Nearly all of the second row, tiny in the gradient, is the weak one, from the
# second input to both outputs with opposite signs. Now both are equally long, so neither direction
# is left behind.
#
# A decomposition in every step would take too long. Muon comes near $U V^\top$ by a few rounds of
# matrix products, here three, called a _Newton-Schulz iteration_. The answer to [exercise
# 3](#exercise-3-all-directions-alike) shows how.
#
# Muon treats each kernel as a matrix with one row for each pair of a tap and a channel, and one
# column for each feature. In the code, axes 0 to 2 make the rows and axis 3 the columns. All other
# parameters, marked `None`, go to [Adam](22_jargon.md#adam): scales, biases, and the last layer.


# %%
def kernels(params):
    taps_by_features = optax.contrib.MuonDimensionNumbers((0, 1, 2), (3,))
    return jax.tree.map(
        lambda leaf: taps_by_features if leaf.ndim == 4 else None, params
    )


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
# About two in five of the remaining mistakes are gone. But Muon brings momentum, and our SGD had
# none, so we cannot say how much of this is due to $U V^\top$. And Muon's learning rates come from
# earlier experiments that had looked at the test set, so this row had more help than the others.

# %% tags=["claim"]
if digits.name == "mnist" and known:
    before, after = accuracies["shifts"], accuracies["Muon"]
    assert abs((1 - np.mean(after)) / (1 - np.mean(before)) - 3 / 5) < 0.12

# %% [markdown]
# ## Not too sure
#
# Cross-entropy is zero only if the belief in the label is exactly 1, and no finite logits reach
# that. So it keeps pushing the logits apart, even for digits that the network has long read
# correctly. [*Label smoothing*](22_jargon.md#label-smoothing) asks for less: nine tenths of the
# belief for the label, and the last tenth spread evenly over all ten digits, the label
# included. When the network answers exactly that, the loss stops pushing. What will the target for
# a three look like, and will it help?


# %%
def smoothed(logits, labels):
    targets = optax.smooth_labels(jax.nn.one_hot(labels, 10), alpha=0.1)
    return optax.softmax_cross_entropy(logits, targets).mean()


print(optax.smooth_labels(np.eye(10)[3], alpha=0.1))
try_out("smoothing", normalized, muon_in_a_cycle, shift, smoothed)

# %% [markdown]
# The label gets 0.9 and its share of the last tenth, 0.01; every other digit gets only its share.
# With smoothing, the mean is a little higher. We will see below whether that is more than luck.
#
# ## And the large network?
#
# To be fair, we give ResNet-18 the same digits, steps, shifts and smoothing. It keeps SGD with
# momentum and a little weight decay, and the peak rate of lesson 17's record for ten digits, but
# with our triangle. It has eighty times as many parameters. Will it be ahead?


# %%
def resnet(rngs):
    return jd.convnets.ResNet18(rngs=rngs)


def sgd_with_momentum(steps, peak):
    decay = optax.add_decayed_weights(5e-4)
    schedule = one_cycle(steps, peak)
    return optax.chain(decay, optax.sgd(schedule, momentum=0.9, nesterov=True))


resnet_sgd = sgd_with_momentum(steps, peak=0.1)
try_out("ResNet-18", resnet, resnet_sgd, shift, smoothed)

# %% [markdown]
# It is behind, with about twice as many mistakes. But it lacks Muon, and the peak was chosen for a
# run twelve times as long as these 156 steps. [Below](#beside-the-resnet) you see what ResNet-18
# reaches in four epochs of all digits.

# %% tags=["claim"]
if digits.name == "mnist" and known:
    large, small = (
        1 - np.mean(accuracies["ResNet-18"]),
        1 - np.mean(accuracies["smoothing"]),
    )
    assert 1.5 < large / small < 2.6
    assert steps == 156 and 11.9 < 4 * (60_000 // 128) / steps < 12.1
    assert 79 < count(resnet) / count(normalized) < 83

# %% [markdown]
# ## How much of it is luck?
#
# All changes are tried, so this is a good place for a break. The rest of the lesson finds out which
# of the gains are real, and trains the best network on all the digits.
#
# Every accuracy above contains two kinds of luck.
#
# **The luck of the seed.** If you start with other weights and batches, you get a different
# accuracy. The standard deviation $s$ of the three accuracies estimates how much it varies. (They
# lie closer to their own mean than to that of many seeds, so `ddof=1` divides by 2, not 3.) The
# mean of $n$ seeds varies less, by its *standard error* $s/\sqrt{n}$. In the difference of two
# means, both standard errors combine like the two short sides of a right triangle: the noise of
# the difference is the root of the sum of their squares, which `np.hypot` computes.
#
# **The luck of the digits.** From one sample of $n$ digits to another, an accuracy of $p$
# typically varies by $\sqrt{p(1-p)/n}$, the standard error of [lesson
# 4](04_metrics.py#is-it-a-three). For 98 % on our 10,000 held-out digits, that is 0.14 percentage
# points. <!-- typed: arithmetic --> But all networks here read _the same_ digits. What is hard for
# one is often hard for another, so much of this luck cancels in a difference.
#
# The table leaves out the luck of the digits, and divides each change from one row to the next by
# its noise from the seeds. Before you look: which changes do you believe in?


# %%
def standard_error(scores):
    return np.std(scores, ddof=1) / len(scores) ** 0.5


def noise(before, after):
    return np.hypot(standard_error(before), standard_error(after))


# %% tags=["hide-input"]
before, ratios = None, {}
print("                  mean    change   noise   change / noise")
for name, scores in accuracies.items():
    print(f"{name:15} {np.mean(scores):8.4f}", end="")
    if before:
        change = np.mean(scores) - np.mean(before)
        by_luck = noise(before, scores)
        ratios[name] = change / by_luck
        print(f" {change:+8.4f} {by_luck:8.4f} {ratios[name]:9.1f}", end="")
    print()
    before = scores

# %% [markdown]
# How large must a ratio be? With many seeds, a change that does nothing still gets a ratio above
# 2, or below -2, about once in twenty times. With three seeds the noise itself is only a rough
# estimate. To be equally safe, Student's t-test, which allows for so few runs, asks for about 2.8
# if both networks vary alike, and more than 4 if nearly all the noise comes from one. And eight
# changes are eight chances for a false alarm. In the plot, each tick to the left means half as many
# errors. <!-- typed: Student's t with 4 and with 2 degrees of freedom -->

# %% tags=["hide-input"] alt="Three dots for each network, one for each seed: the share of held-out digits that are read wrongly, on a logarithmic scale. One convolution is far worse than the hidden layer. The stack, normalization, one cycle and Muon each take a step to the left, smoothing a small one, shifts hardly any. ResNet-18 at the bottom is back near the level of the shifts."
errors = 1 - np.array(list(accuracies.values()))
figure, ax = plt.subplots(figsize=(5.5, 3), layout="constrained")
ax.plot(errors.mean(axis=1), list(accuracies), "-", linewidth=0.8)
ax.plot(errors, list(accuracies), "o", color="C0", markersize=4, alpha=0.6)
ax.set_xscale("log", base=2)
ticks = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32]
ax.set_xticks(ticks, [f"{tick:.0%}" for tick in ticks])
ax.invert_yaxis()
ax.set_xlabel("held-out digits read wrongly")

# %% [markdown]
# The first two changes need no ratio: even the best seed of one convolution is far from the worst
# of the hidden layer or of the stack. Three more are clear: the cycle and Muon improve by many
# times the noise, and ResNet-18 is behind just as clearly in this short run.
#
# Normalization raised the mean by more than the cycle did, but has the lower ratio, because the
# seeds of the stack before it lie far apart. They cause nearly all of the noise, so we would need a
# ratio of more than 4. Normalization falls just short: a borderline case.
#
# Shifts and smoothing have ratios below 2. That does _not_ mean that they do nothing. It means that
# three seeds are too few to tell.
#
# Which changes do we keep? The cycle and Muon for their ratios; normalization and smoothing because
# they have also helped in many other networks; and the shifts for the longer run.

# %% tags=["claim"]
if digits.name == "mnist" and known:
    best = max(accuracies["one convolution"])
    worst = min(accuracies["hidden layer"] + accuracies["stack"])
    assert worst - best > 2 * max(map(np.ptp, accuracies.values()))
    assert min(ratios["one cycle"], ratios["Muon"], -ratios["ResNet-18"]) > 6
    means = {name: np.mean(scores) for name, scores in accuracies.items()}
    changes = dict(zip(ratios, np.diff(list(means.values())), strict=True))
    assert changes["normalization"] > changes["one cycle"] > 0
    assert 2.8 < ratios["normalization"] < min(4, ratios["one cycle"])
    noises = [standard_error(accuracies[n]) for n in ("stack", "normalization")]
    assert noises[0] > 3 * noises[1]
    assert max(ratios["shifts"], ratios["smoothing"]) < 2

# %% [markdown]
# ## All the digits
#
# Everything is decided. Now the network learns from all training digits, those held out so far
# included, in two epochs, with shifts, Muon and smoothing. `learn` looks up the digits, the epochs
# and the batch size when it is called, so we change these. How many of the test digits will the
# network read?

# %%
batch_size, epochs = (128, 2) if many else (32, 12)
learn_from = images, labels
optimizer = muon(epochs * (len(images) // batch_size))
began = time.perf_counter()
model, fitted = learn(0, normalized, optimizer, shift, smoothed)
params, state = jax.block_until_ready((fitted.params, fitted.state))
seconds = time.perf_counter() - began
print(f"{seconds:.0f} s, with compiling, on a {jax.default_backend()}")

# %% [markdown]
# And now we open the test set, for the first time in this lesson:

# %%
x_test, y_test = np.asarray(digits.test.images), np.asarray(digits.test.labels)
logits = np.asarray(jd.predict(model, params, x_test, state=state))
accuracy = float(jd.accuracy(logits, y_test))
print(f"accuracy {accuracy:.4f}", end=", ")
print(f"{count(normalized):,} parameters")

# %% [markdown]
# About 995 of 1,000 test digits are right, after two passes. For the network of lesson 15, it was
# about 970.

# %% tags=["claim"]
if digits.name == "mnist":
    assert abs(1000 * accuracy - 995) < 1.5

# %% [markdown]
# Here are the digits that it misreads, beginning with those where it was most certain of its wrong
# answer. Above each digit you see its label and the network's answer. Which of them can _you_ read?
# And which labels would you doubt?

# %% alt="A grid of the test digits that the network reads wrongly, each titled with its label and the network's answer. Many are hard to read: broken, closed where they should be open, or somewhere between two digits."
confidences = np.asarray(jax.nn.softmax(logits))
answers = confidences.argmax(axis=1)
wrong = np.flatnonzero(answers != y_test)
surest = wrong[np.argsort(-confidences[wrong].max(axis=1))][:60]
titles = [f"{y_test[i]}: {answers[i]}" for i in surest]
print(f"{len(wrong)} of {len(y_test):,} are wrong")
figure = jd.plots.show_images(x_test[surest], titles=titles)

# %% [markdown]
# Many of these would make a person hesitate, and some labels may even be wrong.
#
# ## Take it along
#
# In evaluation, normalization multiplies each channel by a fixed number and adds another one.
# Exercise 3 of lesson 17 folded both into the convolution before it. Now we fold all four layers.
# How many numbers will that save, and will the network still answer the same?


# %%
def fold(layer, statistics):
    norm, running = layer["norm"], statistics["norm"]
    factor = norm["scale"] / jnp.sqrt(running["var"] + 1e-5)
    bias = norm["bias"] - running["mean"] * factor
    return {"kernel": layer["conv"]["kernel"] * factor, "bias": bias}


# %%
folded = {"layers": {}, "head": params["head"]}
for number, layer in params["layers"].items():
    folded["layers"][number] = fold(layer, state["layers"][number])
size = sum(leaf.size for leaf in jax.tree.leaves(folded))
print(f"{count(normalized):,} parameters, folded {size:,}")

# %% tags=["hide-input"]
# only the structure of `stack`; its numbers come from `folded`
shapes = nnx.eval_shape(lambda: stack(nnx.Rngs(0)))
plain, _, no_state = jd.convnets.functional(shapes)
by_folded = jd.predict(plain, folded, x_test[:500], state=no_state)
difference = abs(np.asarray(by_folded) - logits[:500]).max()
print(f"the logits differ by {difference:.4f} at most")

# %% [markdown]
# We save one parameter per channel, and no longer need the running averages or the work of
# normalizing. What is left are the parameters of a network that we have already built: the `stack`
# without normalization. With them, it gives test digits the same logits, up to rounding.
#
# [`download_link`][jaxdigits.download_link] offers the parameters as a file. Its format,
# *[safetensors](22_jargon.md#safetensors)*, holds numbers and their names but no code, and programs
# in any language can read it. The [playground](../playground.py) reads it, too: draw a digit there,
# and this network answers.

# %%
jd.download_link("small_network", folded)

# %% [markdown]
# ## Beside the ResNet
#
# One run may be lucky. In a clone of the repository, `python benchmarks/convnets.py NAME` trains
# the network of that name from several seeds on all 60,000 digits, and records the accuracy on the
# test digits and the seconds of training, without compiling. The table below has two kinds of rows:
#
# - _small-1_, _small-2_ and _small-8_ are small networks, trained with Muon and shifts for as many
#   epochs as the name says. The first two are narrower than ours. _small-1_ also does without
#   smoothing, and _small-8_ shifts by up to two pixels.
# - _resnet-shifts_ and _resnet_ are ResNet-18 with SGD, as in lesson 17, once with shifts and
#   smoothing and once without.
#
# Which rows would you call better than the last one?

# %% tags=["hide-input"]
names = ["small-1", "small-2", "small-8", "resnet-shifts", "resnet"]
measured = {name: records[name]["runs"] for name in names if name in records}
print(
    "network       parameters  epochs  seeds  seconds  lowest  mean    highest"
)
for name, runs in measured.items():
    scores = [run["accuracy"] for run in runs]
    seconds = np.mean([run["seconds"] for run in runs])
    print(f"{name:13} {runs[0]['parameters']:10,}", end="")
    print(f"{len(runs[0]['loss']):8} {len(runs):6} {seconds:8.1f}", end="")
    print(f"  {min(scores):.4f}  {np.mean(scores):.4f}  {max(scores):.4f}")
made_on = {}
for name in measured:
    facts = records[name]["facts"]
    line = f"{facts['date']}, {facts['processor']}, {facts['cores']} cores, "
    made_on.setdefault(f"{line}jax {facts['jax']}", []).append(name)
for line, of in made_on.items():
    print(f"{', '.join(of)}:\n  {line}")

# %% [markdown]
# Here is how far each row is ahead of the last, next to both kinds of luck. The last column
# pretends that each network read 10,000 digits of its own, so it is too large:

# %% tags=["hide-input"]
reached = {name: [r["accuracy"] for r in measured[name]] for name in measured}
clear_by = {}
print("              difference  noise of seeds  noise of digits")
for name in list(reached)[:-1]:
    ours, theirs = reached[name], reached["resnet"]
    difference = np.mean(ours) - np.mean(theirs)
    of_seeds = noise(ours, theirs)
    p = (np.mean(ours) + np.mean(theirs)) / 2
    of_digits = (2 * p * (1 - p) / 10_000) ** 0.5
    clear_by[name] = difference / of_seeds, difference / of_digits
    print(f"{name:13} {difference:+10.4f} {of_seeds:15.4f} {of_digits:16.4f}")

# %% [markdown]
# No row is clearly better than the last one, and only _small-1_, which needs only seconds, is
# clearly worse: neither kind of luck explains so large a difference.
#
# _small-2_ is behind and _small-8_ ahead, both by less than three times the noise of the seeds.
# The t-test asks for more, because most of this noise comes from ResNet-18's three seeds. Both
# differences are also below the last column, our upper limit for the noise of the digits. So
# **_small-8_ is not clearly better than ResNet-18, and _small-2_ is not clearly worse**, although
# _small-2_ has less than a hundredth of the parameters and learned in less than a tenth of the
# time.
#
# _resnet-shifts_ and _resnet_ differ by less than either noise. In four epochs, shifts and
# smoothing did nothing for ResNet-18 that we could measure.

# %% tags=["claim"]
if digits.name == "mnist" and "resnet" in measured:
    assert clear_by["small-1"][0] < -3 and clear_by["small-1"][1] < -2
    assert (
        1.5 < -clear_by["small-2"][0] < 2.7 and abs(clear_by["small-2"][1]) < 1
    )
    assert (
        1.5 < clear_by["small-8"][0] < 2.7 and abs(clear_by["small-8"][1]) < 1
    )
    assert max(map(abs, clear_by["resnet-shifts"])) < 1
    assert len(measured["resnet"]) == 3
    runs, large = measured["small-2"][0], measured["resnet"][0]
    assert runs["parameters"] < large["parameters"] / 100
    assert runs["seconds"] < large["seconds"] / 10
    assert np.mean([run["seconds"] for run in measured["small-1"]]) < 30

# %% [markdown]
# ### What is missing
#
# **An equally long search.** The small networks had Muon, up to eight epochs, and a search for
# settings that suit them. ResNet-18 had none of these.
#
# **A test set that nobody had seen.** Our first learning rates came from experiments that had
# looked at test accuracies. And we narrowed some networks, by held-out accuracy, when we already
# knew the test accuracies of wider ones. So these accuracies may be a little too optimistic. The
# page [Records](../speed/records.py) does better: its recipes were chosen on held-out digits alone,
# committed, and only then trained on all digits. You can submit one of your own.
#
# So how small can the network be, and how quickly can it learn? Of those we tried, _small-2_, which
# has less than a hundred thousand parameters and learns in a quarter of a minute, is the smallest
# and quickest that our test cannot tell from ResNet-18. A sharper test might tell them apart.
# Exercise 5 has one, but it needs each network's answers, and the records hold only accuracies. And
# all this holds for digits of 28 by 28 pixels. ResNet-18 was made for photographs of a thousand
# kinds of things, and on those we have not tried our network.

# %% [markdown]
# ## What you learned
#
# - You can decide on held-out training digits, and say why the test set has to wait for the end.
# - You can test a change by itself, from several seeds, and compare it with its noise.
# - You can name two kinds of luck, with the seed and with the digits, and estimate both.
# - You can build a small convolutional network, and explain what one cycle, shifts, Muon and label
#   smoothing do to its training.
# - You can split one key for weights and batches, and say what goes wrong if a seed is used twice.
#
# ## Exercises
#
# ### Exercise 1: where the time goes
#
# Most of the work of a convolution is multiplying numbers. Write
# `multiplications(size, taps, channels, features, stride)`: the number of products that a
# convolution needs for one image of `size` by `size` pixels. `taps` is odd, and the padding is half
# of it, rounded down. Taps that land outside the image count, too. For example,
# `multiplications(4, 3, 1, 1, 1)` is 144. Then try it on our network: the images get smaller from
# layer to layer, so which of the four layers needs the most products?
#
# ??? tip "A hint"
#     At how many places do you lay the kernel? With a stride of 2, a side of seven pixels has four
#     places.


# %% tags=["check"]
def check_multiplications(multiplications):
    def expected(size, taps, channels, features, stride):
        places = (size - 1) // stride + 1
        return places**2 * taps**2 * channels * features

    def once(size, taps, channels, features, stride):
        return taps**2 * channels * features

    def no_stride(size, taps, channels, features, stride):
        return size**2 * taps**2 * channels * features

    def one_way(size, taps, channels, features, stride):
        places = (size - 1) // stride + 1
        return places**2 * taps * channels * features

    def rounded_down(size, taps, channels, features, stride):
        return (size // stride) ** 2 * taps**2 * channels * features

    def no_padding(size, taps, channels, features, stride):
        places = (size - taps) // stride + 1
        return places**2 * taps**2 * channels * features

    inputs = [(28, 5, 1, 24, 2), (7, 3, 48, 96, 2), (4, 3, 96, 64, 1)]
    inputs += [(11, 7, 3, 2, 3), (9, 1, 5, 4, 1)]
    slips = {
        "that is the kernel once; at how many places does it stand?": once,
        "with a larger stride there are fewer places.": no_stride,
        "a kernel has taps down and across.": one_way,
        "seven pixels in strides of two are four places.": rounded_down,
        "the padding lets the kernel stick out.": no_padding,
    }
    return jd.check_answer(multiplications, expected, inputs, slips=slips)


# %% tags=["answer"]
def multiplications(size, taps, channels, features, stride):
    places = (size - 1) // stride + 1
    return places**2 * taps**2 * channels * features


print(check_multiplications(multiplications))
print(f"{multiplications(28, 5, 1, 24, 2):9,}")
print(f"{multiplications(14, 3, 24, 48, 2):9,}")
print(f"{multiplications(7, 3, 48, 96, 2):9,}")
print(f"{multiplications(4, 3, 96, 96, 1):9,}")

# %% [markdown]
# The last layer needs the most, about half of all products, although its image is the smallest. It
# has as many places as the third layer, and twice as many pairs of a channel and a feature.
#
# ### Exercise 2: a shift
#
# Write `shift_image(image, down, right)`, which moves an image by that many pixels. Pixels that
# leave the image are lost, and zeros move in. Negative numbers move it up or to the left. The image
# keeps its shape, and it is never moved farther than it is high or wide. (If you solved this in
# lesson 16, go on to exercise 3.)
#
# ??? tip "A hint"
#     Surround the image with enough zeros, and cut the right piece out. `np.pad(image, n)` adds `n`
#     zeros on each side.


# %% tags=["check"]
def check_shift_image(shift_image):
    def expected(image, down, right):
        height, width = image.shape
        moved = np.zeros_like(image)
        for row in range(max(down, 0), min(height + down, height)):
            for column in range(max(right, 0), min(width + right, width)):
                moved[row, column] = image[row - down, column - right]
        return moved

    def around(image, down, right):
        return np.roll(image, (down, right), axis=(0, 1))

    def swapped(image, down, right):
        return expected(image, right, down)

    def backward(image, down, right):
        return expected(image, -down, -right)

    random = np.random.default_rng(0)
    inputs = [
        (random.uniform(1, 2, (height, width)), down, right)
        for height, width, down, right in (
            (3, 4, 1, 2),
            (5, 4, -1, -2),
            (4, 6, 2, -1),
            (6, 5, 0, 3),
            (5, 7, -3, 0),
            (4, 4, 0, 0),
        )
    ]
    slips = {
        "what leaves on one side comes in again on the other.": around,
        "the first number moves down, the second to the right.": swapped,
        "positive numbers move down and to the right.": backward,
    }
    return jd.check_answer(shift_image, expected, inputs, slips=slips)


# %% tags=["answer"]
def shift_image(image, down, right):
    height, width = image.shape
    most = max(abs(down), abs(right))
    wide = np.pad(image, most)
    top, left = most - down, most - right
    return wide[top : top + height, left : left + width]


print(check_shift_image(shift_image))

# %% [markdown]
# ### Exercise 3: all directions alike
#
# Write `orthogonalize(matrix)`, which returns $U V^\top$ for a matrix $U S V^\top$. Use
# `jnp.linalg.svd`, and remember that not all matrices are square. For
# `jnp.array([[5.0, 0.0], [0.0, 2.0]])`, it returns ones on the diagonal and zeros elsewhere.
#
# ??? tip "A hint"
#     `jnp.linalg.svd(matrix, full_matrices=False)` returns three things. Which of them has already
#     been transposed?


# %% tags=["check"]
def check_orthogonalize(orthogonalize):
    def expected(matrix):
        u, _, v = np.linalg.svd(matrix, full_matrices=False)
        return u @ v

    def same(matrix):
        return matrix

    def scaled(matrix):
        return matrix / np.linalg.norm(matrix)

    def transposed_again(matrix):
        u, _, v = np.linalg.svd(matrix, full_matrices=False)
        return u @ v.T

    def only_left(matrix):
        return np.linalg.svd(matrix, full_matrices=False)[0]

    random = np.random.default_rng(4)
    shapes = (3, 3), (5, 2), (3, 7), (4, 4)
    inputs = [(random.normal(size=s).astype("float32"),) for s in shapes]
    slips = {
        "that is the matrix itself; leave S out.": same,
        "a smaller matrix has the same ratios of strengths.": scaled,
        "svd returns the last factor transposed already.": transposed_again,
        "U alone is not enough; what becomes of V?": only_left,
    }
    return jd.check_answer(orthogonalize, expected, inputs, slips=slips)


# %% tags=["answer"]
def orthogonalize(matrix):
    u, _, v_transposed = jnp.linalg.svd(matrix, full_matrices=False)
    return u @ v_transposed


print(check_orthogonalize(orthogonalize))

# %% [markdown]
# How does Muon come near this without a decomposition? If $X$ is $U S V^\top$, then $X X^\top X$
# is $U S^3 V^\top$, because $V^\top V$ and $U^\top U$ drop out: all patterns have length 1 and are
# at right angles. So a sum of such products changes the strengths and leaves the patterns as they
# are. First Muon divides the matrix by the root of the sum of its squares, so that no strength is
# above 1. Then each round maps every strength $s$ to $3.4445 s - 4.775 s^3 + 2.0315 s^5$. Jordan
# and others chose the three numbers so that small strengths grow fast. How close to 1 will both
# strengths of our gradient be after three rounds?


# %%
def newton_schulz(matrix, rounds):
    x = matrix / np.linalg.norm(matrix)
    for _ in range(rounds):
        square = x @ x.T
        x = 3.4445 * x - 4.775 * square @ x + 2.0315 * square @ square @ x
    return x


for rounds in 0, 1, 2, 3:
    strengths = np.linalg.svd(newton_schulz(gradient, rounds))[1]
    print(f"{rounds} rounds: strengths {strengths.round(2)}")

# %% [markdown]
# Not very close. But one direction was almost sixty times as strong as the other, and now they are
# nearly alike. Jordan and others, who take five rounds, found that strengths from about 0.5 to 1.5
# are good enough. <!-- typed: Jordan and others, 2024 --> (We take three rounds, to save time.
# After them, directions that were far weaker than our weak one would still be weak.)

# %% tags=["claim"]
strengths = np.linalg.svd(gradient)[1]
assert 55 < strengths[0] / strengths[1] < 60
strengths = np.linalg.svd(newton_schulz(gradient, 3))[1]
assert strengths.max() / strengths.min() < 1.3


# %% [markdown]
# ### Exercise 4: how sure is an accuracy?
#
# If each of `n` digits is read correctly with probability `p`, the accuracy has a standard
# deviation of $\sqrt{p (1 - p) / n}$. Two accuracies on _different_ sets of `n` digits both vary,
# so the standard deviation of their difference is $\sqrt{2}$ times as large. Write
# `is_clear(a, b, n)`: whether two such accuracies differ by more than twice the standard deviation
# of their difference. For `p`, take the mean of both. `is_clear(0.95, 0.99, 10_000)` is true, and
# with 100 digits it is false.
#
# ??? tip "A hint"
#     Which of the two accuracies is higher should not matter.


# %% tags=["check"]
def check_is_clear(is_clear):
    def clear(a, b, n, factor=2.0):
        p = (a + b) / 2
        return bool(abs(a - b) > factor * (2 * p * (1 - p) / n) ** 0.5)

    def expected(a, b, n):
        return clear(a, b, n)

    def one_sided(a, b, n):
        return a > b and clear(a, b, n)

    def only_one_varies(a, b, n):
        return clear(a, b, n, factor=2**0.5)

    def once(a, b, n):
        return clear(a, b, n, factor=1.0)

    def four_times(a, b, n):
        return clear(a, b, n, factor=4.0)

    inputs = [(0.95, 0.99, 10_000), (0.99, 0.95, 10_000), (0.95, 0.99, 100)]
    inputs += [
        (0.5, 0.5, 100),
        (0.995, 0.9965, 10_000),
        (0.995, 0.9975, 10_000),
    ]
    inputs += [(0.9951, 0.9963, 10_000), (0.52, 0.47, 1000), (0.49, 0.54, 1000)]
    inputs += [(0.9, 0.88, 3000), (0.3, 0.2, 200), (0.6, 0.66, 400)]
    slips = {
        "which of the two is higher should not matter.": one_sided,
        "both vary, so the difference varies more.": only_one_varies,
        "more than twice the standard deviation.": once,
        "twice the standard deviation, not more.": four_times,
    }
    return jd.check_answer(is_clear, expected, inputs, slips=slips)


# %% tags=["answer"]
def is_clear(a, b, n):
    p = (a + b) / 2
    deviation = (2 * p * (1 - p) / n) ** 0.5
    return abs(a - b) > 2 * deviation


print(check_is_clear(is_clear))

# %% [markdown]
# ### Exercise 5: on the same digits
#
# *To think about overnight.* Two networks, A and B, have read the _same_ digits. `a_right` says for
# each digit whether A was right, and `b_right` whether B was: two arrays of booleans. A digit that
# both read, or neither, does not tell you which network is better. Count the digits that only A
# reads, and those that only B reads; together they are $k$. If the networks are equally good, a
# tossed coin could decide which of them reads such a digit, and the two counts typically differ by
# about $\sqrt{k}$. Write `is_clear_on_same(a_right, b_right)`: whether they differ by more than
# $2\sqrt{k}$. If A alone reads 30 digits and B alone reads 10, it is true, and with 20 and 18 it is
# false.
#
# ??? tip "A hint"
#     `a_right & ~b_right` is true where only the first network was right.


# %% tags=["check"]
def check_is_clear_on_same(is_clear_on_same):
    def counts(a_right, b_right):
        only_a = int(np.sum(a_right & ~b_right))
        return only_a, int(np.sum(b_right & ~a_right))

    def expected(a_right, b_right):
        only_a, only_b = counts(a_right, b_right)
        return bool(abs(only_a - only_b) > 2 * (only_a + only_b) ** 0.5)

    def one_sided(a_right, b_right):
        return expected(a_right, b_right) and a_right.sum() > b_right.sum()

    def other_digits(a_right, b_right):
        p = (a_right.mean() + b_right.mean()) / 2
        noise = (2 * p * (1 - p) / len(a_right)) ** 0.5
        return bool(abs(a_right.mean() - b_right.mean()) > 2 * noise)

    def no_root(a_right, b_right):
        only_a, only_b = counts(a_right, b_right)
        return abs(only_a - only_b) > 2 * (only_a + only_b)

    def once(a_right, b_right):
        only_a, only_b = counts(a_right, b_right)
        return bool(abs(only_a - only_b) > (only_a + only_b) ** 0.5)

    random = np.random.default_rng(5)
    inputs = []
    for neither, only_a, only_b in (
        *((40, 30, 10), (40, 10, 30), (30, 12, 5), (30, 20, 18)),
        *((5, 0, 0), (50, 6, 0), (50, 0, 3), (7, 90, 60), (9, 60, 70)),
    ):
        both = 500 - neither - only_a - only_b
        counted = [both, neither, only_a, only_b]
        a_right = np.repeat([True, False, True, False], counted)
        b_right = np.repeat([True, False, False, True], counted)
        order = random.permutation(500)
        inputs.append((a_right[order], b_right[order]))
    slips = {
        "which of the two is better should not matter.": one_sided,
        "that is exercise 4; here the digits are the same.": other_digits,
        "compare with twice the root of k.": no_root,
        "more than twice the root of k.": once,
    }
    return jd.check_answer(is_clear_on_same, expected, inputs, slips=slips)


# %% tags=["answer"]
def is_clear_on_same(a_right, b_right):
    only_a = np.sum(a_right & ~b_right)
    only_b = np.sum(b_right & ~a_right)
    return abs(only_a - only_b) > 2 * np.sqrt(only_a + only_b)


print(check_is_clear_on_same(is_clear_on_same))

# %% [markdown]
# This is the test that Quinn McNemar published in 1947.
#
# **Next:** everything here was compiled. [Lesson 19](19_jax_for_numpy_users.py) explains what that
# means, what it costs, and what else JAX can do with a function.
#
# *Sources:* Henderson and others, [Deep Reinforcement Learning that
# Matters](https://arxiv.org/abs/1709.06560), 2018, on seeds. Jordan and others,
# [Muon](https://kellerjordan.github.io/posts/muon/), 2024, and its
# [repository](https://github.com/KellerJordan/Muon), on the last layer. LeCun and others,
# *Gradient-Based Learning Applied to Document Recognition*, 1998, on convolutions and on moved
# digits. Smith and Topin, [Super-Convergence](https://arxiv.org/abs/1708.07120), 2018. Szegedy and
# others, [Rethinking the Inception Architecture](https://arxiv.org/abs/1512.00567), 2016, on label
# smoothing. McNemar, *Note on the sampling error of the difference between correlated proportions*,
# 1947.
