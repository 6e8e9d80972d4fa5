# %% [markdown]
# ---
# runs_for: 120  # a ResNet learns threes and sevens before one's eyes
# reads_for: 35  # from one kernel to a whole ResNet, in which each part needs those before
# ---
#
# # 17. ResNet-18
#
# **What does a network gain that knows which pixels are neighbors?** Until now an image was 784
# numbers in a row. Here a small detector slides over it, first by hand, then thousands at once.
# You keep their numbers in range, lay a way around each pair of layers so that many of them
# can learn, and stack it all to a ResNet-18. It trains on threes and sevens before your eyes. The
# run on ten digits takes minutes, so it is read from a record.
#
# *You need:* [lesson 10](10_an_optimizer.py), [lesson 11](11_a_nonlinearity.py),
# [lesson 14](14_ten_linear_models.py) and [lesson 15](15_a_small_network.py).

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
from flax import nnx

import jaxdigits as jd
from jaxdigits.convnets import layers, resnet, shifted_products

jd.enable_compilation_cache()
digits = jd.load("auto")
train, test = (
    jd.select(split, [3, 7]) for split in (digits.train, digits.test)
)
images = jd.to_float(train.images[:1000])

# %% [markdown]
# ## A detector of edges
#
# Take a grid of three by three numbers: ones in the first row, zeros in the middle, minus ones
# in the last. Lay it on an image, multiply each pixel by the number that lies on it, and add the
# nine products up. The sum is zero on blank paper and inside of thick ink. Where is it large,
# and where is it negative?

# %%
edge = np.float32([[1, 1, 1], [0, 0, 0], [-1, -1, -1]])


def slide(image, kernel):
    taps = len(kernel)
    places = range(len(image) - taps + 1)
    response = np.zeros((len(places), len(places)), image.dtype)
    for i in places:
        for j in places:
            window = image[i : i + taps, j : j + taps]
            response[i, j] = (window * kernel).sum()
    return response


# %%
is_three = np.asarray(train.labels[:1000]) == 3
three = np.asarray(images)[is_three][0]
response = slide(three, edge)
print(f"image {three.shape}, kernel {edge.shape}, response {response.shape}")

# %% alt="A three, the kernel with a red row above a white and a blue one, and the response: every stroke of the three has become a blue line along its upper edge and a red line along its lower edge."
figure, axes = plt.subplots(1, 3, figsize=(6.5, 2.4), layout="constrained")
jd.plots.show_image(three, title="image", ax=axes[0])
jd.plots.show_image(edge, title="kernel", ax=axes[1])
ax = jd.plots.show_image(response, title="response", ax=axes[2])

# %% [markdown]
# Red is where the window has more ink above than below: the lower edge of a stroke. Blue is the
# upper edge. Along vertical strokes there is next to nothing. The grid is called a *kernel*, each of
# its numbers a *tap*, and the sliding a **[convolution](22_jargon.md#convolution)**. The response
# is a little smaller than the image, as the window has to stay inside.
#
# There were hundreds of windows, but there are only nine taps. So turn the loops around: each tap
# multiplies the *whole* image, shifted by where the tap stands in the kernel.


# %%
def shift_and_add(image, kernel):
    size = len(image) - len(kernel) + 1
    return sum(
        kernel[i, j] * image[i : i + size, j : j + size]
        for i, j in np.ndindex(kernel.shape)
    )


assert np.allclose(shift_and_add(three, edge), response, atol=1e-5)

# %% [markdown]
# JAX has it as `jax.lax.conv_general_dilated`, and the package as `jd.convnets.conv`, which takes the same
# arguments. Both want images as `[n, height, width, channels]` and kernels as `[rows,
# columns, channels, features]`. There is one image here, with one channel, and one feature. We
# give the arguments that never change a place of their own, and compile the whole:


# %%
@partial(jax.jit, static_argnames=("convolution", "stride", "padding"))
def with_layout(convolution, images, kernel, stride=1, padding=0):
    layout = ("NHWC", "HWIO", "NHWC")
    strides, sides = (stride, stride), ((padding, padding),) * 2
    return convolution(images, kernel, strides, sides, dimension_numbers=layout)


xla_conv = partial(with_layout, jax.lax.conv_general_dilated)
conv = partial(with_layout, jd.convnets.conv)
one_image, one_kernel = three[None, :, :, None], edge[:, :, None, None]
for convolve in xla_conv, conv:
    result = np.asarray(convolve(one_image, one_kernel))
    assert np.allclose(result[0, :, :, 0], response, atol=1e-5)
print(f"{one_image.shape} with {one_kernel.shape} -> {result.shape}")

# %% [markdown]
# !!! note "Flipped or not"
#     In mathematics a convolution turns the kernel upside down and left to right before it
#     slides. Machine learning leaves it as it is. For a kernel that is learned, it makes no
#     difference.
#
# ## Channels
#
# One detector is not enough. Four kernels make four responses, called *channels* or *feature
# maps*. A ReLU keeps of each only where it says *yes*.

# %% alt="Four pictures of the same three. In each only one kind of edge is dark: the lower edges of strokes, the upper edges, the right-hand and the left-hand edges."
edges = np.stack([edge, -edge, edge.T, -edge.T], axis=-1)[:, :, None]
found = np.asarray(jax.nn.relu(conv(images[..., None], edges)))
print(f"images {images.shape}, kernel {edges.shape}, found {found.shape}")

of_three = np.asarray(jax.nn.relu(conv(one_image, edges)))[0] / 3  # at most 1
titles = ["lower edge", "upper edge", "right edge", "left edge"]
figure = plt.figure(figsize=(6.5, 2), layout="constrained")
figure = jd.plots.show_images(
    np.moveaxis(of_three, -1, 0), titles=titles, figure=figure
)

# %% [markdown]
# The next layer looks at these four numbers at every place. A window now holds three by three
# times four numbers, and the kernel a small *matrix* for each tap: from four channels to as
# many features as we like. Everything else stays. The product of a number and an image becomes a
# matrix product:


# %%
@jax.jit
def by_products(images, kernel):
    rows, columns = kernel.shape[:2]
    height = images.shape[1] - rows + 1
    width = images.shape[2] - columns + 1
    total = 0.0
    for i, j in np.ndindex(rows, columns):
        shifted = images[:, i : i + height, j : j + width]
        total += shifted @ kernel[i, j]
    return total


# %%
key_kernel, key_time, key_picked, key_stack = jax.random.split(
    jax.random.key(1), 4
)
kernel = jax.random.normal(key_kernel, (3, 3, 4, 8)) / 6
features = by_products(found, kernel)
print(f"{found.shape} with {kernel.shape} -> {features.shape}")

# %% [markdown]
# That is the whole of a convolution: **a sum over the taps of a shifted image times a matrix**.
# The package's `shifted_products` is this loop, with strides and padding. It wants the batch
# behind height and width, where cutting out rows and columns is cheapest.

# %%
in_place = np.moveaxis(found, 0, 2)  # [height, width, n, channels]
of_package = np.asarray(jax.jit(shifted_products)(in_place, kernel))
of_package = np.moveaxis(of_package, 2, 0)
for result in xla_conv(found, kernel), conv(found, kernel), of_package:
    assert np.allclose(result, features, atol=1e-4)

# %% [markdown]
# ## Stride and padding
#
# Two more numbers decide the size of the output. With a *stride* of 2 the kernel moves by two
# pixels at a time. With a *padding* of 1 it may stick out by a pixel, as if the
# image had a frame of zeros.
#
# ![An image of 5 by 5 pixels within a frame of zeros, one pixel wide. A kernel of 3 by 3 lies in the upper left corner, partly on the frame. Its next place is two pixels to the right. An arrow leads to an output of 3 by 3 numbers, in which the two places have become the first two numbers of the first row.](../assets/diagrams/convolution.svg)
#
# What becomes of 28 by 28 pixels? Guess before you look; exercise 1 asks for the formula.

# %%
for taps, stride, padding in (3, 1, 0), (3, 1, 1), (3, 2, 1), (7, 2, 3):
    square = np.ones((taps, taps, 1, 1), "float32")
    size = conv(one_image, square, stride, padding).shape[1]
    print(f"{taps} taps, stride {stride}, padding {padding}: ", end="")
    print(f"28 x 28 -> {size} x {size}")

# %% [markdown]
# A padding of half the taps, rounded down, keeps the size. A stride of 2 then halves it.
#
# ## The same weights everywhere
#
# A linear layer could compute the same four pictures of edges. It would have a weight for each
# pair of an input and an output. How many would that be, and how many has the convolution?

# %%
inputs, outputs = one_image[0].size, of_three.size
print(f"linear layer {inputs} x {outputs} = {inputs * outputs:9,} weights")
print(f"convolution  {edges.size:,} weights")

# %% [markdown]
# The convolution uses its few weights at every place. So whatever it learns about a stroke in one
# corner, it knows in all the others. And when the image moves, the response moves along, unchanged:

# %%
moved = np.roll(three, shift=(1, 2), axis=(0, 1))  # down, right
moves_along = np.roll(of_three, shift=(1, 2), axis=(0, 1))
of_moved = jax.nn.relu(conv(moved[None, :, :, None], edges))
of_moved = np.asarray(of_moved)[0] / 3
assert np.allclose(of_moved[3:, 3:], moves_along[3:, 3:], atol=1e-5)
print(f"sum of all responses {of_three.sum():.3f}, moved {of_moved.sum():.3f}")

# %% [markdown]
# That is what lesson 15 was missing. Its network would have had to learn a three anew at each
# place.
#
# ## Fast inside a loop, too
#
# There are two ways to compute the same: does it matter which you take? `fit` compiles all of
# training into one loop, so time them there. Here are two steps of descent on the kernel of a layer
# as the ResNet has it, first one after the other, then as a compiled loop. Do you expect
# a difference?


# %%
def step(kernel, images, convolve):
    def loss(kernel):
        return (convolve(images, kernel, padding=1) ** 2).mean()

    return kernel - 0.1 * jax.grad(loss)(kernel)


# %%
def in_a_row(kernel, images, convolve):
    return step(step(kernel, images, convolve), images, convolve)


def in_a_loop(kernel, images, convolve):
    def body(kernel, _):
        return step(kernel, images, convolve), None

    return jax.lax.scan(body, kernel, length=2)[0]


# %%
def shortest(run, *arguments):
    taken = []
    for _ in range(4):  # the first one compiles
        start = time.perf_counter()
        jax.block_until_ready(run(*arguments))
        taken.append(time.perf_counter() - start)
    return min(taken)


# %%
some_images = jax.random.normal(key_time, (32, 7, 7, 64))
some_kernel = jnp.ones((3, 3, 64, 64)) / 24
for two_steps in in_a_row, in_a_loop:
    for name, convolve in ("XLA's", xla_conv), ("jd.convnets.conv", conv):
        run = jax.jit(partial(two_steps, convolve=convolve))
        taken = 1000 * shortest(run, some_kernel, some_images)
        print(f"{two_steps.__name__:9}  {name:7} {taken:7.1f} ms")
print("on a", jax.default_backend())

# %% [markdown]
# On a CPU, XLA's own convolution is quick as long as it stands by itself. Inside a compiled loop it
# gets a far slower routine.[^loop] Matrix products stay fast: they are the best-kept routine of any
# processor. So [`jd.convnets.conv`][jaxdigits.convnets.conv] makes products of it. It also leaves out the taps that
# land on the frame of zeros, and for a first layer with its single channel it writes the windows
# side by side and makes one large product. On a GPU XLA's convolution is excellent, and `jd.convnets.conv`
# passes the work on to it.
#
# [^loop]: Known since 2022 as JAX's [issue 12868](https://github.com/jax-ml/jax/issues/12868).
#
# ## Keeping numbers in range
#
# Many layers in a row have a problem of scale. The features that leave a layer have means and
# spreads of all sizes, and the next layer makes them larger or smaller still. Look at the first four
# of ours:

# %%
mean, std = features.mean((0, 1, 2)), features.std((0, 1, 2))
print("mean", mean[:4])
print("std ", std[:4])

# %% [markdown]
# **Batch normalization** mends this behind every convolution. Over a batch and all places,
# take each channel's mean and variance; subtract the one and divide by the root of the other. A
# scale and a bias for each channel, both learned, then let the network choose another range.
#
# That is for training. A finished model gets single images, or other batches, and its answer for an
# image must not depend on what else is in the batch. So training also keeps *running* averages of
# mean and variance, and evaluation uses these. They are not parameters, for no gradient changes
# them. They are **[state](10_an_optimizer.py#second-two-pure-functions)**, and as in lesson 10 they
# go in and come out:


# %%
@partial(jax.jit, static_argnames="training")
def batch_norm(params, state, x, training):
    mean, var = state["mean"], state["var"]
    if training:
        mean, var = x.mean((0, 1, 2)), x.var((0, 1, 2))
        state = {
            "mean": 0.9 * state["mean"] + 0.1 * mean,
            "var": 0.9 * state["var"] + 0.1 * var,
        }
    normalized = (x - mean) / jnp.sqrt(var + 1e-5)
    return params["scale"] * normalized + params["bias"], state


params = {"scale": jnp.ones(8), "bias": jnp.zeros(8)}
at_first = state = {"mean": jnp.zeros(8), "var": jnp.ones(8)}

# %% [markdown]
# (The small number keeps us from dividing by zero.) Let it see sixty random batches of 32 images.
# What will the running mean look like beside the means of the batches?

# %% alt="The mean of one channel against the batch. Gray dots, the means of the batches, scatter about a dashed line, the mean of all images. The running mean starts from zero, bends toward the line, and then stays there and wavers less than the dots."
picked = jax.random.randint(key_picked, (60, 32), 0, len(features))
batches = np.asarray(features)[np.asarray(picked)]
means, running = [], []
for batch in batches:
    _, state = batch_norm(params, state, batch, training=True)
    means.append(batch.mean((0, 1, 2)))
    running.append(state["mean"])

figure, ax = plt.subplots(figsize=(5, 2.8), layout="constrained")
ax.plot(np.array(means)[:, 3], ".", color="gray", label="of the batch")
ax.plot(np.array(running)[:, 3], label="running")
ax.axhline(mean[3], linestyle="--", color="gray", label="of all images")
ax.set(xlabel="batch", ylabel="mean of channel 3")
ax.legend()

# %% [markdown]
# With each batch, the running mean moves a tenth of the way to that batch's mean. So it forgets where
# it began, and single batches hardly sway it. Now one and the same image, in two different batches:

# %%
batches[:2, 0] = np.asarray(features)[0]  # image 0 leads both batches
for training in True, False:
    one, other = (
        np.asarray(batch_norm(params, state, batch, training)[0])
        for batch in batches[:2]
    )
    print(f"training={training!s:5} the image differs by", end=" ")
    print(f"{abs(one[0] - other[0]).max():.4f} at most")

# %% [markdown]
# ## A Flax module as a pure function
#
# [Flax](https://flax.readthedocs.io) is the library of layers that goes with JAX. Its modules are
# objects: they hold their arrays, and change them when called. That is convenient to build with,
# but it is not what `jax.grad` and our loop take. [`jd.convnets.functional`][jaxdigits.convnets.functional]
# takes a module apart, into a pure function `model(params, state, x, training)`, its parameters, and
# its state.

# %%
module = nnx.BatchNorm(8, momentum=0.9, epsilon=1e-5, rngs=nnx.Rngs(0))
flax_norm, flax_params, flax_state = jd.convnets.functional(module)
print("parameters", {name: p.shape for name, p in flax_params.items()})
print("state     ", {name: s.shape for name, s in flax_state.items()})

flax_norm = jax.jit(flax_norm, static_argnames="training")
for training in True, False:
    ours, ours_after = batch_norm(params, at_first, features, training)
    theirs, after = flax_norm(flax_params, flax_state, features, training)
    assert np.allclose(ours, theirs, atol=1e-3)
    for name in "mean", "var":
        assert np.allclose(ours_after[name], after[name], atol=1e-4)

# %% [markdown]
# The normalization that we wrote is Flax's. Nothing was changed in place, so every line above
# gives the same however often it runs.
#
# ## Why depth was hard
#
# In lesson 11, depth multiplied what a network can do. It multiplies other things as well. On its
# way back from the loss, the gradient passes through all layers, and each of them changes its size
# by some factor. What becomes of a factor of 0.7, or of 1.2, after forty layers?

# %%
print(f"0.7 ** 40 = {0.7**40:.1e}, 1.2 ** 40 = {1.2**40:.0f}")

# %% [markdown]
# Try it with forty small linear layers with a ReLU: plain; with normalization; and with
# normalization and a *way around* each layer, so that it only adds to what it was given. The
# nudges are zeros that we add before each layer, to ask for the gradient there.


# %%
def stack(weights, x, nudges, normalize, around):
    def layer(x, weights_and_nudge):
        w, nudge = weights_and_nudge
        x = x + nudge
        out = x @ w
        if normalize:
            out = (out - out.mean(0)) / jnp.sqrt(out.var(0) + 1e-5)
        out = jax.nn.relu(out)
        return (x + out if around else out), None

    return jax.lax.scan(layer, x, (weights, nudges))[0]


# %%
depth, width = 40, 64
kinds = {
    "plain": {"normalize": False, "around": False},
    "normalized": {"normalize": True, "around": False},
    "with a way around": {"normalize": True, "around": True},
}

# %% [markdown]
# The first layer from 784 pixels to 64 numbers and the last to ten logits are the same for all
# three. At which layer will the gradient be smallest?

# %%
key_first, key_middle, key_last, key_batches = jax.random.split(key_stack, 4)
weights = jax.random.normal(key_middle, (depth, width, width)) / width**0.5
first = jd.init_linear(key_first, 784, width, scale=0.1)
last = jd.init_linear(key_last, width, 10, scale=0.1)
x, y = jd.to_examples(train)
inputs = jd.linear(first, x[:256])


def loss(nudges, **kind):
    outputs = stack(weights, inputs, nudges, **kind)
    return jd.cross_entropy_loss(jd.linear(last, outputs), y[:256])


# %% alt="The size of the gradient at each of forty layers, on a logarithmic axis, relative to the last. For the plain stack it falls toward the first layer by many powers of ten. For the normalized one it grows toward the first layer by some powers of ten. With a way around it grows by far less, and most of its curve is nearly level."
figure, ax = plt.subplots(figsize=(5, 3), layout="constrained")
nudges = jnp.zeros((depth, *inputs.shape))
for name, kind in kinds.items():
    at_layer = np.asarray(jax.jit(jax.grad(partial(loss, **kind)))(nudges))
    size = np.sqrt((at_layer**2).sum((1, 2)))
    ax.semilogy(range(1, depth + 1), size / size[-1], label=name)
    print(f"{name:17} first {size[0]:.1e}, last {size[-1]:.1e}")
ax.set(xlabel="layer", ylabel="size of the gradient")
ax.legend()

# %% [markdown]
# The first curve *vanishes*: the earliest layers are told next to nothing about the loss. The second
# *explodes*: normalization keeps the numbers in range on their way forward, but the gradient still
# takes a factor a layer, now above one. In the third there is a path without factors: the derivative
# of `x + f(x)` is 1 plus that of `f`. Along the forty ones the gradient arrives whole, and
# what comes through the `f` is added.
#
# The plain stack could be helped by its start. *Kaiming initialization* (He and others, 2015) draws
# weights with a standard deviation of $\sqrt{2/n}$ instead of our $\sqrt{1/n}$, where $n$
# counts the numbers that are summed: the 2 makes up for what the ReLU sets to zero, as in
# lesson 11. Then the factor is about one. But only at the start, and only on average.
#
# Does it matter for learning? The two normalized stacks have the same weights. Which will
# be ahead?


# %%
def logits_of(weights, x, kind):
    nothing = jnp.zeros((depth, 1, width))
    outputs = stack(weights, jd.linear(first, x), nothing, **kinds[kind])
    return jd.linear(last, outputs)


# %%
for kind in "normalized", "with a way around":
    fitted = jd.fit(
        *(partial(logits_of, kind=kind), weights, jd.cross_entropy_loss),
        *(optax.sgd(0.1), (x, y)),
        epochs=3,
        batch_size=min(256, len(x) // 16),
        key=key_batches,
    )
    print(f"{kind:17} loss", end=" ")
    print(*(f"{value:.4f}" for value in fitted.history.loss.tolist()))

# %% [markdown]
# The same weights, the same batches, the same steps. All that differs is `x +`.
#
# !!! note "Is it the gradient alone?"
#     He and others found that deeper plain networks came out worse, even on the images that they
#     learned from, though their gradients looked healthy to them. With a way around, deeper was
#     better. Why exactly is still discussed. That it helps is not.
#
# ## The residual block
#
# What the layers then compute is not the new image of features, but what to *add* to the old one:
# a *residual*. Two convolutions with a way around them make a **residual block**.
#
# ![A residual block, from left to right. The input x goes two ways. The way through: a convolution of 3 by 3 and a normalization, a ReLU, a second convolution of 3 by 3 and a normalization; this is what is to be added. The way around, an arc above: the input itself, or a convolution of 1 by 1 of it if the shape changes. Both meet in a plus sign, and a last ReLU follows.](../assets/diagrams/residual_block.svg)
#
# In Flax, a module is a class that makes its parts in `__init__` and uses them in `__call__`. First
# the pair that always comes together. Normalization subtracts the mean, and any bias of the
# convolution with it, so the convolution has none.


# %%
class ConvNorm(nnx.Module):
    def __init__(self, channels, features, taps, stride, rngs):
        self.conv = nnx.Conv(
            *(channels, features, (taps, taps), (stride, stride)),
            padding=taps // 2,
            use_bias=False,
            kernel_init=nnx.initializers.variance_scaling(
                2, "fan_out", "normal"
            ),
            conv_general_dilated=jd.convnets.conv,
            rngs=rngs,
        )
        self.norm = nnx.BatchNorm(features, momentum=0.9, rngs=rngs)

    def __call__(self, x):
        return self.norm(self.conv(x))


# %% [markdown]
# `kernel_init` is Kaiming's, counted by what goes *out* of the layer rather than by what comes in,
# which keeps the gradients' size instead of the activations'. `rngs` is where Flax takes its
# random keys from. And now the block:


# %%
class Block(nnx.Module):
    def __init__(self, channels, features, stride, rngs):
        self.first = ConvNorm(channels, features, 3, stride, rngs)
        self.second = ConvNorm(features, features, 3, 1, rngs)
        if stride == 1 and channels == features:
            self.around = nnx.identity
        else:
            self.around = ConvNorm(channels, features, 1, stride, rngs)

    def __call__(self, x):
        to_add = self.second(nnx.relu(self.first(x)))
        return nnx.relu(self.around(x) + to_add)


# %% [markdown]
# The package has the same two. From the same seed they draw the same weights:

# %%
ours = Block(8, 16, 2, nnx.Rngs(0))
theirs = resnet.Block(8, 16, stride=2, zero_init=False, rngs=nnx.Rngs(0))
some_features = features[:10]
outputs = ours(some_features)
assert np.allclose(outputs, theirs(some_features), atol=1e-4)
print(some_features.shape, "->", outputs.shape)

# %% [markdown]
# `zero_init` lets the last scale of a block start at 0 instead of 1. Then it adds nothing at first,
# the network starts as if it were a short one, and the blocks join in as they learn. That eases the
# first steps of long runs with large batches (Goyal and others, 2017). In
# [`ResNet18`][jaxdigits.convnets.ResNet18] it is called `zero_init_residual`; ours does without.
#
# ## Eighteen layers
#
# The rest is stacking. A first convolution of 7 by 7 and a maximum over windows of 3 by 3, both with a
# stride of 2, shrink the image. Then come four stages of two blocks each. From one stage to the
# next, height and width are halved, rounding up, and channels doubled: less of *where*, more of
# *what*.
# At the end stands the mean over all places, and one linear layer to ten logits.
#
# Follow an image through it. `jax.eval_shape` tells shapes without computing anything. Where
# do you expect most of the parameters to be?


# %%
def count(module):
    leaves = jax.tree.leaves(nnx.state(module, nnx.Param))
    return sum(leaf.size for leaf in leaves)


network = jd.convnets.ResNet18(rngs=nnx.Rngs(0))
parts = {"first": network.stem, "maximum": layers.max_pool}
for stage in range(4):
    blocks = network.blocks[2 * stage : 2 * stage + 2]
    parts[f"stage {stage + 1}"] = nnx.Sequential(*blocks)
parts["mean"] = lambda x: x.mean((1, 2))
parts["logits"] = network.head

# %%
network.eval()  # the running statistics stay as they are
shape = jax.ShapeDtypeStruct((1, 28, 28, 1), jnp.float32)
print("part     output          parameters")
for name, part in parts.items():
    shape = jax.eval_shape(part, shape)
    size = count(part) if isinstance(part, nnx.Module) else 0
    print(f"{name:8} {shape.shape[1:]!s:15} {size:10,}")
print(f"in total {count(network):26,}")

# %% [markdown]
# Eighteen layers have weights, if you go straight through: the first convolution, two in each of
# the eight blocks, and the last layer. The later stages hold most of the parameters, for there each
# tap is a matrix of hundreds by hundreds. At the end the image is a single pixel of 512 channels.
# (The network was designed for photos of 224 by 224 pixels, where 7 by 7 are left.)
#
# For training, take it apart like the normalization above:

# %%
model, params, state = jd.convnets.functional(network)
print(f"parameters {sum(p.size for p in jax.tree.leaves(params)):12,}")
print(f"state      {sum(s.size for s in jax.tree.leaves(state)):12,}")
of_layer = params["blocks"][0]["first"], state["blocks"][0]["first"]
for name, tree in zip(("parameters", "state"), of_layer, strict=True):
    names = {part: list(arrays) for part, arrays in tree.items()}
    print(f"of one layer, {name}: {names}")

# %% [markdown]
# ## One cycle
#
# How large should a step be? At the start the network knows nothing, and a large step may throw it
# far off. In the middle large steps save time. At the end only small ones settle down. The
# *one-cycle* [schedule](22_jargon.md#schedule) does all three in a single run: up, and down to
# almost nothing.
#
# An epoch on MNIST is many batches. The embedded set has so few threes and sevens
# that it gets twenty epochs and smaller batches. How high should the peak be?
# With 0.1, which is common for ResNets, one run of our benchmark ended far below the others; that
# was seen on the test set. With 0.03, tried from several seeds on held-out digits, none did.

# %% alt="The learning rate against the step. From a small value it rises along a smooth curve to its peak within the first quarter of the steps. Then it falls, smoothly again, to zero."
x, y = train.images, train.labels
epochs, batch_size = (1, 64) if len(x) > 5000 else (20, 32)
steps = epochs * (len(x) // batch_size)
one_cycle = optax.cosine_onecycle_schedule(
    steps, peak_value=0.03, pct_start=0.25
)
print(f"epochs {epochs}, steps {steps}, images a step {batch_size}")
rate = jax.jit(jax.vmap(one_cycle))
ax = jd.plots.plot_function(
    rate, 0, steps, xlabel="step", ylabel="learning rate"
)

# %% [markdown]
# The optimizer is SGD with [momentum](22_jargon.md#momentum). The decay takes a small share off
# each weight in every step, so that no weight grows without need.

# %%
optimizer = optax.chain(
    optax.add_decayed_weights(5e-4),
    optax.sgd(one_cycle, momentum=0.9, nesterov=True),
)

# %% [markdown]
# ## Threes and sevens
#
# A model with a state is trained by [`fit`][jaxdigits.fit], too. It hands the state from step to
# step, beside the parameters, and returns both. The digits stay bytes, and each batch is scaled
# when its turn comes. An epoch is compiled into one program. This takes a while:

# %%
start = time.perf_counter()
fitted = jd.fit(
    *(model, params, jd.cross_entropy_loss, optimizer, (x, y)),
    state=state,
    epochs=epochs,
    batch_size=batch_size,
    key=jax.random.key(0),
)
jax.block_until_ready(fitted)
taken = time.perf_counter() - start
print(f"{taken:.0f} s, with compiling, on a {jax.default_backend()}")
print(f"{epochs * len(x) / taken:.0f} images a second")

# %% [markdown]
# Now every test image, with the running statistics:

# %%
predict = jax.jit(model, static_argnames="training")
x_valid, y_valid = jd.to_float(test.images), np.asarray(test.labels)
logits, _ = predict(fitted.params, fitted.state, x_valid, training=False)
wrong = np.asarray(logits).argmax(axis=1) != y_valid
accuracy = 1 - wrong.mean()
print(f"accuracy {accuracy:.4f}: {wrong.sum()} of {len(wrong):,} are wrong")

# %% [markdown]
# Compare it with the network of [lesson 11](11_a_nonlinearity.py). The model had ten logits to choose
# from, though only two digits ever came up. It has learned that, too.
#
# These are the digits for which it had the least belief in the truth, the worst first:

# %% alt="The eight digits with the least belief in the truth, each titled with its label and the belief. Several are hard to read for a person, too."
beliefs = np.asarray(jax.nn.softmax(logits))
belief = beliefs[np.arange(len(y_valid)), y_valid]
worst = np.argsort(belief)[:8]
titles = [f"{y_valid[i]}: {belief[i]:.3f}" for i in worst]
figure = jd.plots.show_images(np.asarray(x_valid)[worst], titles=titles)

# %% [markdown]
# And what has become of the detectors of edges? Here is what the first layer makes of our three, in
# the sixteen channels that answer most. Nobody told it what to look for.

# %% alt="Sixteen channels that the first layer makes of a three, coarser than the image. Many resemble our responses to edges, each in other directions; others show the whole three, blurred."
trained = nnx.merge(model.graph, fitted.params, fitted.state)
trained.eval()
stem = nnx.jit(lambda stem: nnx.relu(stem(one_image)))
seen = np.asarray(stem(trained.stem))[0]
brightest = np.argsort(-seen.max((0, 1)))[:16]
channels = np.moveaxis(seen[..., brightest], -1, 0)
figure = jd.plots.show_images(channels / channels.max((1, 2), keepdims=True))

# %% [markdown]
# ## Ten digits
#
# The same network, the same optimizer with a peak of 0.1, four epochs of all digits, batches of 128:
# that takes minutes, so this page does not run it. In the project's repository, `python benchmarks/convnets.py resnet`
# does, and writes down what it reached. What follows is read from its record, if there is one.

# %%
path = pathlib.Path("benchmarks/results/convnets.json")
records = json.loads(path.read_text()) if path.exists() else {}
record = records.get("resnet")
if record is None:
    print("There is no record here.")
else:
    facts = record["facts"]
    for name in "date", "device", "processor", "cores", "jax", "optax":
        print(f"{name:10} {facts.get(name, 'unknown')}")

# %%
runs = record["runs"] if record else []
for run in runs:
    print(f"seed {run['seed']}: accuracy {run['accuracy']:.4f}", end=", ")
    print(f"{run['seconds']:.0f} s, loss by epoch", end=" ")
    print(*(f"{value:.3f}" for value in run["loss"]))
if runs:
    mean = sum(run["accuracy"] for run in runs) / len(runs)
    print(f"seeds: {len(runs)}, mean {mean:.4f}")

# %% [markdown]
# (The mean is what to expect from one more run. The best seed would flatter.)
#
# ## What you learned
#
# - A convolution is a sum over taps: a shifted image times a matrix. It uses the same few weights at
#   every place.
# - Stride and padding decide its size; channels are to it what hidden units are to a linear layer.
# - Batch normalization keeps numbers in range. Its running statistics are state: not learned by
#   gradient, but handed from step to step.
# - With a way around each pair of layers, the gradient reaches the first layer of a deep stack whole.
# - `functional` makes a pure function of a Flax module, and `fit` trains it, if you pass the state.
#
# ## Exercises
#
# ### Exercise 1: the size of the output
#
# Write `output_size(size, taps, stride, padding)`: how many places a kernel has along one side of an
# image.


# %% tags=["check"]
def check_output_size(output_size):
    if output_size(28, 3, 1, 0) != 26:
        return "Not yet: in how many places is a kernel of 3 on 3 pixels?"
    if output_size(28, 3, 1, 1) == 27:
        return "Not yet: the padding is on both sides."
    if output_size(28, 3, 1, 1) != 28:
        return "Not yet: a padding of 1 should make up for 3 taps."
    result = output_size(28, 7, 2, 3)
    if result != 14 or output_size(7, 3, 3, 0) != 2:
        return "Not yet: a step that does not fit is not taken."
    if output_size(28, 1, 2, 0) != 14:
        return "Not yet: the first place takes no step."
    return "right" if isinstance(result, int) else "Not yet: a whole number."


# %% tags=["answer"]
def output_size(size, taps, stride, padding):
    steps = (size + 2 * padding - taps) // stride
    return steps + 1


print(check_output_size(output_size))
for taps, stride, padding in (3, 2, 1), (5, 3, 0), (7, 2, 3):
    square = np.ones((taps, taps, 1, 1), "float32")
    size = conv(one_image, square, stride, padding).shape[1]
    assert output_size(28, taps, stride, padding) == size

# %% [markdown]
# ### Exercise 2: how many parameters?
#
# Write `count_parameters(taps, channels, features)`: how many parameters `ConvNorm` has, both of its
# parts together. Calculate it; make no module.


# %% tags=["check"]
def check_count_parameters(count_parameters):
    kernel = 3 * 3 * 4 * 8
    result = count_parameters(3, 4, 8)
    if result == kernel:
        return "Not yet: that is the kernel; the normalization learns, too."
    if result == kernel + 8:
        return "Not yet: the normalization has a scale as well as a bias."
    if result == kernel + 3 * 8:
        return "Not yet: this convolution has no bias."
    if result == kernel + 4 * 8:
        return "Not yet: running statistics are state, not parameters."
    if result == 3 * 4 * 8 + 2 * 8:
        return "Not yet: a kernel has taps down and across."
    return "right" if result == kernel + 16 else "Not yet: kernel, then norm."


# %% tags=["answer"]
def count_parameters(taps, channels, features):
    return taps * taps * channels * features + 2 * features


print(check_count_parameters(count_parameters))
last_block = network.blocks[-1]
assert count_parameters(3, 512, 512) == count(last_block.second)

# %% [markdown]
# ### Exercise 3: no normalization left
#
# In evaluation, mean and variance are fixed, so normalization multiplies each channel by a number and
# adds another. It can be folded into the convolution before it. Write
# `fold(kernel, scale, bias, mean, var)`, which returns a kernel and a bias, so that the
# convolution with both does what convolution and normalization did. Leave the small number out.


# %% tags=["check"]
def check_fold(fold):
    kernel, twos = np.ones((3, 3, 4, 2), "float32"), np.full(2, 2, "float32")
    result = fold(kernel, twos, twos / 2, twos + 1, 8 * twos)
    if [np.shape(part) for part in result] != [kernel.shape, (2,)]:
        return "Not yet: return a kernel of the same shape, and two biases."
    folded, added = result
    if np.allclose(folded, 2 / 16):
        return "Not yet: divide by the spread, the root of the variance."
    if not np.allclose(folded, 2 / 4):
        return "Not yet: the kernel; what multiplies a normalized channel?"
    if np.allclose(added, 1):
        return "Not yet: what becomes of the mean that was subtracted?"
    if np.allclose(added, 1 - 3):
        return "Not yet: the mean is subtracted before the scaling."
    return "right" if np.allclose(added, -0.5) else "Not yet: the bias."


# %% tags=["answer"]
def fold(kernel, scale, bias, mean, var):
    factor = scale / jnp.sqrt(var)
    return kernel * factor, bias - mean * factor


print(check_fold(fold))
norm = trained.stem.norm
statistics = norm.scale[...], norm.bias[...], norm.mean[...], norm.var[...]
folded, added = fold(trained.stem.conv.kernel[...], *statistics)
by_fold = nnx.relu(conv(one_image, folded, 2, 3) + added)
print(f"differs by {abs(np.asarray(by_fold)[0] - seen).max():.4f} at most")

# %% [markdown]
# **Next:** eleven million parameters are many for ten digits. [Small and better](18_small_and_better.py)
# looks for fewer.
#
# *Sources:* He, Zhang, Ren and Sun, [Deep Residual Learning for Image
# Recognition](https://arxiv.org/abs/1512.03385), 2015, and *Delving Deep into Rectifiers*, 2015, on
# initialization. Ioffe and Szegedy, [Batch Normalization](https://arxiv.org/abs/1502.03167), 2015.
# Smith and Topin, [Super-Convergence](https://arxiv.org/abs/1708.07120), 2018, on one cycle. Goyal
# and others, [Accurate, Large Minibatch SGD](https://arxiv.org/abs/1706.02677), 2017. The
# documentation of [Flax](https://flax.readthedocs.io).
