# %% [markdown]
# ---
# runs_for: 90  # half of a ResNet-18 is compiled, and learns three times
# reads_for: 27  # from one kernel to a whole ResNet, in which each part needs those before
# description: Build convolution, batch normalization and skip connections by hand, then train a ResNet-18 in JAX and Flax.
# ---
#
# # 17. ResNet-18
#
# **How much better does a network read if it knows which pixels are neighbors?** The network of
# lesson 15 does not know. When we shuffled the pixels of all images in the same way, it learned
# just as well. Out of every hundred digits, it gets about three wrong. How many of these mistakes
# would a network that knows the neighbors still make? Write down your guess.
#
# A few lines of code make a detector that looks only at neighbors. But it sees just three pixels
# across, so reading a digit takes many layers of detectors. You will stack forty layers, find out
# what goes wrong in such a stack, and repair it with one plus sign. Around the plus sign you build
# a ResNet-18.
#
# Why care? In 2015, networks of this design, called ResNets, won the ImageNet competition, in which
# programs had to say what is in a photo. Their trick, adding a layer's input to its output, is in
# nearly every large network today, language models included.
#
# *You need:* [lesson 10](10_an_optimizer.py), [lesson 11](11_a_nonlinearity.py),
# [lesson 14](14_ten_linear_models.py) and [lesson 15](15_a_small_network.py).
#
# ??? tip "If your machine is small, or you have little time"
#     Training takes about a minute on two cores. To skip it, leave out [Threes and
#     sevens](#threes-and-sevens) and [Ten digits](#ten-digits). Only the end of exercise 3's answer
#     needs the trained network.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax
from flax import nnx

import jaxdigits as jd

jd.enable_compilation_cache()
digits = jd.load("auto")
train = jd.select(digits.train, [3, 7])
test = jd.select(digits.test, [3, 7])
images = np.asarray(jd.to_float(train.images[:1000]))

# %% [markdown]
# ## A detector of edges
#
# Take a grid of three by three numbers: ones in the first row, zeros in the middle, minus ones in
# the last. Such a grid is called a *[kernel](22_jargon.md#kernel)*, and each of its numbers a
# *[tap](22_jargon.md#tap)*. Lay it on an image, multiply each pixel by the tap that lies on it, and
# add up the nine products. On blank paper the sum is zero. Inside thick ink it is zero as well,
# because the last row subtracts as much as the first row adds. Now slide the kernel over a three.
# Where will the sum be large, and where will it be negative?

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
three = images[is_three][0]
response = slide(three, edge)
print(f"image {three.shape}, kernel {edge.shape}, response {response.shape}")

# %% tags=["hide-input"] alt="A three, the kernel with a red row above a white and a blue one, and the response: every stroke of the three has become a blue line along its upper edge and a red line along its lower edge."
figure, axes = plt.subplots(1, 3, figsize=(6.5, 2.4), layout="constrained")
jd.plots.show_image(three, title="image", ax=axes[0])
jd.plots.show_image(edge, title="kernel", ax=axes[1])
ax = jd.plots.show_image(response, title="response", ax=axes[2])

# %% [markdown]
# The response is red, which means positive, where a window has more ink above than below. That is
# the lower edge of a stroke. At the upper edge it is blue, which means negative. Along vertical
# strokes there is next to nothing, because there the ink above and below is the same.
#
# The sliding is called a **[convolution](22_jargon.md#convolution)**. The response is a little
# smaller than the image, because the window stays inside.
#
# ??? note "Is this what mathematicians call a convolution?"
#     They turn the kernel upside down and left to right before they slide it, and call ours a
#     cross-correlation. If the kernel is learned, it makes no difference.
#
# ## Channels
#
# One detector is not enough. Four kernels make four responses, called
# *[channels](22_jargon.md#channel)* or *[feature maps](22_jargon.md#feature-map)*, and what one
# kernel computes is a _feature_.
#
# Our loop takes one image and one kernel. JAX's own convolution, `jax.lax.conv_general_dilated`,
# takes many at once. (We call the package's `jd.convnets.conv`, which takes the same arguments.) So
# its arrays have four axes, which `layout` names: images and outputs are `NHWC` (number, height,
# width, channels), and kernels are `HWIO` (height, width, channels in, features out). Our three is
# one image with one channel, and our kernel makes one feature of it, so the cell adds axes of
# length one. (`stride` and `padding` come [below](#stride-and-padding). At 1 and 0 they change
# nothing.)

# %%
layout = ("NHWC", "HWIO", "NHWC")


def convolve(images, kernel, stride=1, padding=0):
    strides, sides = (stride, stride), ((padding, padding), (padding, padding))
    return jd.convnets.conv(
        images, kernel, strides, sides, dimension_numbers=layout
    )


conv = jax.jit(convolve, static_argnames=("stride", "padding"))
one_image, one_kernel = three[None, :, :, None], edge[:, :, None, None]
result = np.asarray(conv(one_image, one_kernel))
assert np.allclose(result[0, :, :, 0], response, atol=1e-5)
print(f"{one_image.shape} with {one_kernel.shape} -> {result.shape}")

# %% [markdown]
# ??? note "Why the package has a convolution of its own"
#     XLA is the compiler behind `jax.jit`. On a CPU, its own convolution takes many times as long
#     for the gradient with respect to the kernel inside a compiled loop, such as the one in `fit`,
#     as outside. (JAX's [issue 12868](https://github.com/jax-ml/jax/issues/12868) reports a case
#     with other layouts.) Matrix products stay fast there, so
#     [`jd.convnets.conv`][jaxdigits.convnets.conv] uses them, as `by_products` does below.
#
# In each response, a ReLU keeps only the positive numbers. Turn our kernel upside down, or lay it
# on its side in two ways: which edges will these three find? (`edges` holds the four kernels, side
# by side along the last axis.)

# %%
edges = np.stack([edge, -edge, edge.T, -edge.T], axis=-1)[:, :, None]
found = np.maximum(np.asarray(conv(images[..., None], edges)), 0)
of_three = found[is_three][0] / 3  # at most 1
print(f"images {images.shape}, kernel {edges.shape}, found {found.shape}")

# %% tags=["hide-input"] alt="Four pictures of the same three. In each only one kind of edge is dark: the lower edges of strokes, the upper edges, the right-hand and the left-hand edges."
titles = ["lower edge", "upper edge", "right edge", "left edge"]
figure = plt.figure(figsize=(6.5, 2), layout="constrained")
figure = jd.plots.show_images(
    np.moveaxis(of_three, -1, 0), titles=titles, figure=figure
)

# %% [markdown]
# The kernel upside down has found the upper edges, and the two on their sides the right-hand and
# the left-hand edges.
#
# A second layer can look for patterns in these four pictures, such as a lower edge that meets a
# right one. It sees four numbers at every place, so each new feature needs four weights at each
# tap. For eight new features, a tap is no longer a number, but a four-by-eight _matrix_, from
# channels to features.
#
# Our loop went through hundreds of windows, but the kernel has only nine taps. So turn the loops
# around: for each tap, shift _all_ images by the tap's place in the kernel, multiply them by the
# tap's matrix, and add up the nine products. (`@` multiplies along the last axis, the channels. Our
# kernel is random. Each sum has 3 * 3 * 4 products, and dividing by their root, 6, keeps the sums
# in range.)


# %%
@jax.jit
def by_products(images, kernel):
    rows, columns = kernel.shape[:2]
    height = images.shape[1] - rows + 1
    width = images.shape[2] - columns + 1
    total = 0.0
    for i in range(rows):
        for j in range(columns):
            shifted = images[:, i : i + height, j : j + width]
            total += shifted @ kernel[i, j]
    return total


# %%
keys = jax.random.split(jax.random.key(1), 5)
key_kernel, key_picked, key_stack, key_block, key_small = keys
# Drawn as one row of 3 * 3 * 4 * 8 numbers, because JAX compiles that faster.
kernel = jax.random.normal(key_kernel, (288,)).reshape(3, 3, 4, 8) / 6
features = np.asarray(by_products(found, kernel))
print(f"{found.shape} with {kernel.shape} -> {features.shape}")

# %% [markdown]
# That is all there is to a convolution: **add up, over all taps, a shifted image times a matrix**.
# `by_products`, our first loop, JAX's own convolution and the package's give the same numbers, as a
# hidden check confirms.

# %% tags=["claim"]
by_jax = jax.lax.conv_general_dilated(
    found, kernel, (1, 1), "VALID", dimension_numbers=layout
)
for result in by_jax, conv(found, kernel):
    assert np.allclose(result, features, atol=1e-4)
shifted_and_added = by_products(one_image, one_kernel)[0, :, :, 0]
assert np.allclose(shifted_and_added, response, atol=1e-5)

# %% [markdown]
# ## The same weights everywhere
#
# A linear layer could compute the four responses to our three, too, with one weight for each pair
# of input and output. How many would that be, and how many does the convolution have?

# %% tags=["hide-input"]
inputs, outputs = one_image[0].size, of_three.size
print(f"linear layer {inputs} x {outputs} = {inputs * outputs:9,} weights")
print(f"convolution  {edges.size:,} weights")

# %% [markdown]
# Two million weights against thirty-six. (26 by 26 places in four channels make 2,704 outputs.) The
# convolution uses its few weights at every place, so what it learns about a stroke in one corner,
# it knows everywhere. And what will the responses do if we move the three by one pixel down and two
# to the right?

# %% tags=["claim"]
assert 2e6 < inputs * outputs < 2.2e6 and edges.size == 36

# %%
moved = np.roll(three, shift=(1, 2), axis=(0, 1))  # down, right
moves_along = np.roll(of_three, shift=(1, 2), axis=(0, 1))
of_moved = np.maximum(conv(moved[None, :, :, None], edges), 0)[0] / 3
assert np.allclose(of_moved[3:, 3:], moves_along[3:, 3:], atol=1e-5)
print(f"sum of all responses {of_three.sum():.3f}, moved {of_moved.sum():.3f}")

# %% [markdown]
# They move along, and are otherwise unchanged. This is called translation equivariance. (The
# `assert` leaves out a margin, where `np.roll` brings in pixels from the other side.)
#
# ## Stride and padding
#
# After one layer a number has seen three pixels across, and after two layers five. To see a whole
# digit, a network has to stack many layers, or take longer steps. With a
# *[stride](22_jargon.md#stride)* of 2 the kernel moves by two pixels at a time. And to keep the
# image from shrinking at each layer, a *[padding](22_jargon.md#padding)* of 1 lets the kernel
# stick out by one pixel, as if the image had a frame of zeros.
#
# ![An image of 5 by 5 pixels within a frame of zeros, one pixel wide. A kernel of 3 by 3 lies in the upper left corner, partly on the frame. Its next place is two pixels to the right. An arrow leads to an output of 3 by 3 numbers, in which the two places have become the first two numbers of the first row.](../assets/diagrams/convolution.svg)
#
# How large will the output be for an image of 28 by 28 pixels? Guess for each of the four settings
# below.

# %%
for taps, stride, padding in (3, 1, 0), (3, 1, 1), (3, 2, 1), (7, 2, 3):
    square = np.ones((taps, taps, 1, 1), "float32")
    size = conv(one_image, square, stride, padding).shape[1]
    print(f"{taps} taps, stride {stride}, padding {padding}: ", end="")
    print(f"28 x 28 -> {size} x {size}")

# %% [markdown]
# With an odd number of taps and a stride of 1, the size stays the same if the padding is half the
# number of taps, rounded down. With the same padding, a stride of 2 halves the size, rounding up.
# So you can stack as many layers as you like, and shrink the image where you want to. (`jax.jit`
# must know `stride` and `padding` before it compiles, because the size of the output depends on
# them. Such arguments are called *[static](22_jargon.md#static-argument)*, hence `static_argnames`
# above.)
#
# ## Why depth was hard
#
# Then why not stack forty layers? On its way back from the loss, the gradient passes through all
# of them, and each layer multiplies its size by some factor. (The size is the root of the sum of
# all squared slopes.) With a factor of 0.7, less than a millionth is left after forty layers. With
# 1.2, the gradient becomes more than a thousand times as large.

# %% tags=["claim"]
assert 0.7**40 < 1e-6 and 1.2**40 > 1000

# %% [markdown]
# In lesson 11, gradients vanished because of the sigmoid. A ReLU that is on passes back all that it
# gets. Is that enough for forty layers? A convolution is the same linear layer at every place, so
# we can find out with small linear layers: forty random matrices of 64 by 64 weights, each followed
# by a ReLU. Before them, a layer turns 784 pixels into 64 numbers, and after them, another makes
# ten logits. We stack the forty in three ways:
#
# - **plain**: just like that.
# - **normalized**: before each ReLU, subtract from each of the 64 sums its mean over the batch, and
#   divide by its spread. (The spread, or *[standard
#   deviation](22_jargon.md#standard-deviation)*, is the root of the _variance_, which is the mean
#   squared distance from the mean.) This keeps the numbers from growing or shrinking layer after
#   layer.
# - **with skip connections**: normalized, too, but each layer only adds to its input, which passes
#   it on a shortcut, the *[skip connection](22_jargon.md#skip-connection)*. That is the plus sign
#   in `x + out` below.
#
# How do we get the gradient at each layer? We add zeros to its input. They change nothing, but the
# gradient with respect to them says how the loss would change if that input changed a little. We
# call them `nudges`, after those of lesson 5.
#
# ??? note "What is a scan?"
#     [`jax.lax.scan`](22_jargon.md#scan) is a loop in one compiled program: it calls `layer` with
#     the first weights and nudge, hands the result to the call with the second, and so on. It could
#     also collect a second result of each call. We have none, hence `None` and `[0]`.


# %%
def stack(weights, x, nudges, normalize, skip):
    def layer(x, weights_and_nudge):
        w, nudge = weights_and_nudge
        x = x + nudge
        out = x @ w
        if normalize:
            out = (out - out.mean(0)) / jnp.sqrt(out.var(0) + 1e-5)
        out = jax.nn.relu(out)
        return (x + out if skip else out), None

    return jax.lax.scan(layer, x, (weights, nudges))[0]


# %% [markdown]
# On its way back to the first layer, will the gradient vanish or explode in the plain stack? And in
# the normalized one, whose numbers keep their size?


# %% tags=["hide-input"]
def loss_of_stack(nudges, weights, last, x, y, normalize, skip):
    outputs = stack(weights, x, nudges, normalize, skip)
    return jd.cross_entropy_loss(jd.linear(last, outputs), y)


slope = jax.jit(jax.grad(loss_of_stack), static_argnames=("normalize", "skip"))

# %% tags=["hide-input"]
depth, width = 40, 64
keys = jax.random.split(key_stack, 4)
key_first, key_middle, key_last, key_stack_batches = keys
weights = jax.random.normal(key_middle, (depth, width, width)) / width**0.5
first = jd.init_linear(key_first, 784, width, scale=0.1)
last = jd.init_linear(key_last, width, 10, scale=0.1)
x, y = jd.to_examples(train)
x_256, y_256 = jd.linear(first, x[:256]), y[:256]
nudges = np.zeros((depth, 256, width), "float32")

# %% tags=["hide-input"]
relative = {}
for name, normalize, skip in (
    ("plain", False, False),
    ("normalized", True, False),
    ("with skip connections", True, True),
):
    grads = slope(nudges, weights, last, x_256, y_256, normalize, skip)
    size = np.sqrt((np.asarray(grads) ** 2).sum((1, 2)))
    relative[name] = size / size[-1]
    print(f"{name:21} first {size[0]:.1e}, last {size[-1]:.1e}")

# %% tags=["hide-input"] alt="The size of the gradient at each of forty layers, on a logarithmic axis, relative to the last. For the plain stack it falls toward the first layer by many powers of ten. For the normalized one it grows toward the first layer by some powers of ten. With skip connections it grows by far less, and most of its curve is nearly level."
figure, ax = plt.subplots(figsize=(5, 3), layout="constrained")
for (name, sizes), up in zip(relative.items(), (-14, 4, 4), strict=True):
    [line] = ax.semilogy(range(1, depth + 1), sizes, label=name)
    place, color = (10, sizes[9]), line.get_color()
    ax.annotate(name, place, (4, up), textcoords="offset points", color=color)
ax.set(xlabel="layer", ylabel="size, relative to layer 40")

# %% [markdown]
# A ReLU is not enough. In the plain stack the first layer gets less than a millionth of what the
# last one gets: the gradient *[vanishes](22_jargon.md#vanishing-gradients)*. Each ReLU sets about
# half of the slopes to zero. That removes half of the squares, so it multiplies the size by the
# root of one half. This is the 0.7 from above. <!-- typed: sqrt(1/2) -->
#
# In the normalized stack the first layer gets more than a thousand times as much as the last: the
# gradient *[explodes](22_jargon.md#exploding-gradients)*. Normalization divides the sums by their
# spread, about 0.6 here. On the way back it divides the gradient by the same 0.6. Together with the
# ReLU, each layer multiplies the size by 0.7 / 0.6, or about 1.2. <!-- typed: sqrt(1/2), and the
# spread of the ReLU of a normal number, sqrt(1/2 - 1/(2 pi)) -->
#
# With skip connections, the gradients at the first and the last layer differ by less than a factor
# of a hundred. They do not vanish, because the derivative of `x + f(x)` is 1 plus that of `f`: the
# 1 passes the whole gradient along the shortcut, whatever `f` does. And they do not explode,
# because every layer adds to `x`. So `x` spreads more and more, and normalization divides by that
# growing spread: the later a layer comes, the less its `f` adds to the gradient.
#
# ??? note "Why is the spread about 0.6?"
#     The random weights alone would keep the size about the same. But the sums are made from
#     numbers that were normalized before a ReLU cut off the negative ones, and that leaves a spread
#     of about 0.6. <!-- typed: sqrt(1/2 - 1/(2 pi)) -->
#
# ??? note "Would a better start help?"
#     Yes, in the plain stack. *[Kaiming initialization](22_jargon.md#kaiming-initialization)* (He
#     and others, 2015) draws weights with a standard deviation of $\sqrt{2/n}$ instead of our
#     $\sqrt{1/n}$, for sums of $n$ numbers. As in the `init_mlp` of lesson 11, the 2 makes up for
#     what the ReLU sets to zero, so the factor is about one, but only at the start of training.
#
# Does all this matter for learning? Let the two normalized stacks race, from the same weights,
# against a single layer of the same kind. (We leave out the plain one, whose first layers get next
# to no gradient.) All learn from 4,000 digits in three epochs, and are measured on 1,000 others.
# Smaller steps may do better where gradients explode, so we try four learning rates. Will forty
# layers read better than one?
#
# ??? note "More about the race"
#     The layers before and after each stack do not learn. A model that always says three is right
#     about half of the time. Ours can do worse, because its ten logits also let it answer with
#     other digits.

# %% tags=["claim"]
if digits.name == "mnist":
    assert relative["plain"][0] < 1e-6
    assert relative["normalized"][0] > 1000
    assert 1 / 100 < relative["with skip connections"][0] < 100
    assert relative["with skip connections"][9] < 3  # of 40 layers


# %% tags=["hide-input"]
def normalized_stack(skip):
    def model(params, x):
        first, weights, last = params
        first, last = jax.lax.stop_gradient((first, last))
        nudges = jnp.zeros((len(weights), 1, width))
        outputs = stack(weights, jd.linear(first, x), nudges, True, skip)
        return jd.linear(last, outputs)

    return model


# %% tags=["hide-input"]
n_race = min(4000, 3 * len(x) // 4)
x_race, y_race = x[:n_race], y[:n_race]
x_others, y_others = x[n_race:][:1000], y[n_race:][:1000]
stack_reads = {}
print("learning rate          0.01    0.1    0.3    1.0")
for name, begin, skip in (
    ("one layer", weights[:1], False),
    ("forty layers", weights, False),
    ("forty layers, skip", weights, True),
):
    model = normalized_stack(skip)
    predict = jax.jit(model)
    stack_reads[name] = []
    for learning_rate in 0.01, 0.1, 0.3, 1.0:
        fitted = jd.fit(
            model,
            (first, begin, last),
            jd.cross_entropy_loss,
            jd.sgd(learning_rate),
            (x_race, y_race),
            epochs=3,
            batch_size=100 if n_race == 4000 else 16,
            key=key_stack_batches,
        )
        # Not the loss: the inputs of `last` are normalized, and `last` does not
        # learn, so without skip connections no stack can get a low loss.
        # Here the others are one batch, which gives the means and variances.
        logits = np.asarray(predict(fitted.params, x_others))
        right = logits.argmax(axis=1) == np.asarray(y_others)
        stack_reads[name].append(right.mean())
    print(f"{name:20}" + "".join(f"{r:7.3f}" for r in stack_reads[name]))

# %% [markdown]
# With each stack at its best rate, forty layers without skip connections read worse than a single
# layer, which reads about 96 of 100. Smaller steps did not save them. With skip connections, forty
# layers read more than 97 of 100 at each of the three larger rates, and the only difference in the
# code is `x +`.
#
# ??? note "If your second row looks different"
#     How far forty layers without skip connections fall behind is a matter of luck: where gradients
#     explode, differences in rounding explode, too.
#
# ??? note "Is it the gradient alone?"
#     Perhaps not. Without skip connections, He and others found, deeper networks came out worse,
#     even on the images that they learned from, although their gradients were healthy. With skip
#     connections, deeper networks came out better.

# %% tags=["claim"]
if digits.name == "mnist":
    one, forty, _ = (max(reads) for reads in stack_reads.values())
    assert abs(100 * one - 96) < 1.2
    assert forty < one
    assert 100 * min(stack_reads["forty layers, skip"][1:]) > 97 > 100 * forty

# %% [markdown]
# ## Keeping numbers in range
#
# You know what a convolution is and why depth was hard, so this is a good place for a break. From
# here on you build a ResNet, piece by piece.
#
# The forty layers with skip connections were normalized, too. Without that, the numbers would grow
# from layer to layer: the larger `x` is, the more a layer adds to it. So in a network for images,
# **[batch normalization](22_jargon.md#batch-normalization)** follows every convolution. As in the
# stacks, it subtracts the mean and divides by the spread. It does so for each channel, over all
# images of the batch and all places: axes `(0, 1, 2)`. Then it multiplies by a learned scale and
# adds a learned bias, so that the network can choose another range.
#
# That is _training mode_. But a finished model's answer for an image must not depend on what else
# is in the batch. So training also keeps *[running averages](22_jargon.md#running-average)* of mean
# and variance, and _evaluation mode_ uses those. No gradient changes them, so they are not
# parameters but **[state](10_an_optimizer.py#second-two-pure-functions)**: the function takes the
# old state as an argument and returns the new one, as in lesson 10. (The `1e-5` keeps us from
# dividing by zero. `training` is static, because the `if` decides which program is made.)


# %%
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


batch_norm = jax.jit(batch_norm, static_argnames="training")
params = {"scale": jnp.ones(8), "bias": jnp.zeros(8)}
at_first = {"mean": jnp.zeros(8), "var": jnp.ones(8)}

# %% [markdown]
# Give `batch_norm` our eight channels of `features` in sixty random `batches` of 32 images. With
# each batch, the running mean in `state` moves a tenth of the way to that batch's mean, so no
# single batch moves it far. The first two batches begin with the same image. In evaluation mode,
# its features will be the same in both. By how much can the other 31 images change them in training
# mode, where their spread is 1?

# %%
picked = jax.random.randint(key_picked, (60, 32), 0, len(features))
batches = features[np.asarray(picked)]
batches[:2, 0] = features[0]  # the first two begin with image 0
state = at_first
for batch in batches:
    _, state = batch_norm(params, state, batch, training=True)
for training in True, False:
    first_batch, _ = batch_norm(params, state, batches[0], training)
    other_batch, _ = batch_norm(params, state, batches[1], training)
    differs = abs(np.asarray(first_batch)[0] - np.asarray(other_batch)[0])
    print(f"training={training!s:5} differs by {differs.max():.4f} at most")

# %% [markdown]
# By up to about a fifth of the spread. Forgetting to switch to evaluation is a common mistake, and
# hard to notice, because it raises no error.
#
# ## A Flax module as a pure function
#
# The network will have twenty convolutions and as many normalizations, too many to pass the arrays
# of each by hand. [Flax](https://flax.readthedocs.io) is the library of layers most used with JAX.
# The modules of its part `nnx` are objects that hold their arrays. A call may change these, as
# batch normalization changes its running averages. Our first module, `ConvNorm`, holds a
# convolution and its normalization. `__init__` makes both, and `rngs` gives them random keys.
# Python runs `__call__` when you call the object like a function.
#
# ??? note "What the other arguments mean"
#     The convolution has no bias, because normalization subtracts the mean, and any bias with it.
#     The weights start by Kaiming's rule, with a standard deviation of $\sqrt{2/n}$. With
#     `"fan_out"`, $n$ counts the outputs to which each _input_ goes (at a stride of 1), which
#     preserves the size of the gradients on their way back. `conv_general_dilated` makes Flax use
#     the package's convolution. `momentum` is the share of the old value in the running averages.
#     (In PyTorch it is the share of the new one, so our 0.9 is PyTorch's 0.1.)

# %%
kaiming = jax.nn.initializers.variance_scaling(2.0, "fan_out", "normal")


# %%
class ConvNorm(nnx.Module):
    def __init__(self, channels, features, taps, stride, rngs):
        self.conv = nnx.Conv(
            channels,
            features,
            (taps, taps),
            strides=stride,
            padding=taps // 2,
            use_bias=False,
            kernel_init=kaiming,
            conv_general_dilated=jd.convnets.conv,
            rngs=rngs,
        )
        self.norm = nnx.BatchNorm(features, momentum=0.9, rngs=rngs)

    def __call__(self, x):
        return self.norm(self.conv(x))


# %% [markdown]
# Since Flax 0.12 a module is a [pytree](22_jargon.md#pytree), like our own parameters, so `jax.jit`
# accepts it. A new module is in training mode. Call it once under `jax.jit` and once under Flax's
# own `nnx.jit`. Both calls should update the running mean, which begins at zero. Will they?
# (`[...]` reads the array in one of Flax's variables.)


# %%
def call(module, images):
    return module(images)


module = ConvNorm(1, 8, taps=3, stride=2, rngs=nnx.Rngs(key_small))
for name, jit in ("jax.jit", jax.jit), ("nnx.jit", nnx.jit):
    jit(call)(module, images[:32, :, :, None])
    running_mean = np.asarray(module.norm.mean[...])
    print(f"{name}: running mean {running_mean[:3].round(4)}")

# %% [markdown]
# Under `jax.jit` the running mean is still zero: the compiled function got a copy of the module,
# updated the copy, and threw it away. **Changes inside the object are lost**, without any message.
# `nnx.jit` is `jax.jit` plus the work of carrying such changes back into the object.
#
# So there are two good ways to train a Flax module. One is Flax's: use `nnx.jit` and
# `nnx.value_and_grad`, and let objects change. The other is ours:
# [`jd.convnets.functional`][jaxdigits.convnets.functional] takes the module apart, once, into a
# [pure function](22_jargon.md#pure-function) `model(params, state, x, training)`, its parameters
# and its state. Which of the arrays will be parameters?
#
# ??? note "How a module becomes a function"
#     `nnx.split` takes the module apart into its structure, `model.graph`, and its arrays. At each
#     call, `model` joins them again by `nnx.merge`, and runs the module.

# %% tags=["claim"]
untouched = ConvNorm(1, 8, taps=3, stride=2, rngs=nnx.Rngs(key_small))
jax.jit(call)(untouched, images[:32, :, :, None])
assert not np.asarray(untouched.norm.mean[...]).any() and running_mean.any()

# %%
model, params, state = jd.convnets.functional(module)
print("params", jax.tree.map(np.shape, params))
print("state ", jax.tree.map(np.shape, state))

# %% [markdown]
# The kernel, the bias and the scale are parameters, because a gradient changes them. The running
# averages are the state.
#
# ??? note "The loop that Flax's documentation teaches"
#     Here the optimizer is an object that holds its momentum. `update` changes module and optimizer
#     in place, so the step returns only the loss. (`x` holds images, `y` labels, `key_epoch` a
#     random key. `wrt=nnx.Param` says which arrays the optimizer may change: the parameters.)
#
#     ```python
#     @nnx.jit
#     def train_step(module, optimizer, x, y):
#         def loss(module):
#             return jd.cross_entropy_loss(module(x), y)
#
#         value, grads = nnx.value_and_grad(loss)(module)
#         optimizer.update(module, grads)
#         return value
#
#
#     sgd = optax.sgd(0.1, momentum=0.9)
#     optimizer = nnx.Optimizer(module, sgd, wrt=nnx.Param)
#     for batch in np.asarray(jd.epoch_batches(key_epoch, len(x), 32)):
#         train_step(module, optimizer, x[batch], y[batch])
#     ```
#
#     From the same start and with the same batches, this loop and `fit` end with the same
#     parameters, up to rounding. So choose the loop that you like better. Flax's is familiar if you
#     come from PyTorch, and you can add a line anywhere in it. Ours, which the lessons use, keeps
#     nothing hidden, so `fit` can compile a whole epoch into one program, and continue from any
#     point.


# %% tags=["claim"]
@nnx.jit
def train_step(module, optimizer, x, y):
    def loss(module):
        return jd.cross_entropy_loss(module(x), y)

    value, grads = nnx.value_and_grad(loss)(module)
    optimizer.update(module, grads)
    return value


class TinyNetwork(nnx.Module):
    def __init__(self, rngs):
        self.first = ConvNorm(1, 8, 3, 2, rngs)
        self.head = nnx.Linear(8, 10, rngs=rngs)

    def __call__(self, images):
        return self.head(nnx.relu(self.first(images[..., None])).mean((1, 2)))


x_few, y_few = images[:256], np.asarray(train.labels[:256])
sgd = optax.sgd(0.1, momentum=0.9)
key_params, key_batches = jax.random.split(key_block)
module = TinyNetwork(nnx.Rngs(key_params))
optimizer = nnx.Optimizer(module, sgd, wrt=nnx.Param)
key_epoch = jax.random.fold_in(key_batches, 0)
for batch in np.asarray(jd.epoch_batches(key_epoch, 256, 32)):
    train_step(module, optimizer, x_few[batch], y_few[batch])

model, params, state = jd.convnets.functional(TinyNetwork(nnx.Rngs(key_params)))
fitted = jd.fit(
    model,
    params,
    jd.cross_entropy_loss,
    sgd,
    (x_few, y_few),
    state=state,
    epochs=1,
    batch_size=32,
    key=key_batches,
)
theirs = nnx.to_pure_dict(nnx.state(module, nnx.Param))
ours = jax.tree.leaves(jax.tree.map(np.asarray, fitted.params))
for a, b in zip(ours, jax.tree.leaves(theirs), strict=True):
    assert np.abs(a - np.asarray(b)).max() < 1e-4

# %% [markdown]
# ## The residual block
#
# With a skip connection, layers no longer compute the new features, but only a change to _add_ to
# the old ones. This change is called the _residual_, and it gave ResNet its name. Two convolutions
# and the skip connection around them make a **[residual block](22_jargon.md#residual-block)**. If
# the block changes the shape, `x` and the residual cannot be added. Then a convolution of 1 by 1,
# which is one matrix from old to new channels at every place, on the skip connection, with its own
# normalization, brings `x` to the new shape.
#
# ![A residual block, from left to right. The input x goes two ways. The way through: a convolution of 3 by 3 and a normalization, a ReLU, a second convolution of 3 by 3 and a normalization; this is what is to be added. The skip connection, an arc above: the input itself, or a convolution of 1 by 1 of it if the shape changes. Both meet in a plus sign, and a last ReLU follows.](../assets/diagrams/residual_block.svg)
#
# ??? note "Does the whole gradient pass along this shortcut, too?"
#     Not quite. Unlike in our stack, a ReLU follows the plus sign, and stops the gradient where the
#     sum is negative.


# %%
class Block(nnx.Module):
    def __init__(self, channels, features, stride, rngs):
        self.first = ConvNorm(channels, features, 3, stride, rngs)
        self.second = ConvNorm(features, features, 3, 1, rngs)
        if stride == 1 and channels == features:
            self.skip = nnx.identity  # returns its argument unchanged
        else:
            self.skip = ConvNorm(channels, features, 1, stride, rngs)

    def __call__(self, x):
        to_add = self.second(nnx.relu(self.first(x)))
        return nnx.relu(self.skip(x) + to_add)


# %% [markdown]
# From here on we use the package's own two classes. From the same key they draw the same weights.

# %% tags=["claim"]
from jaxdigits.convnets import resnet

ours = Block(64, 128, 2, nnx.Rngs(0))
theirs = resnet.Block(64, 128, stride=2, zero_init=False, rngs=nnx.Rngs(0))
for mine, packaged in (
    (ours.first, theirs.first),
    (ours.second, theirs.second),
    (ours.skip, theirs.around),
):
    assert np.array_equal(mine.conv.kernel[...], packaged.conv.kernel[...])
inputs = jax.ShapeDtypeStruct((10, 28, 28, 64), jnp.float32)
shapes = [jax.eval_shape(call, block, inputs).shape for block in (ours, theirs)]
assert shapes[0] == shapes[1] == (10, 14, 14, 128)

# %% [markdown]
# ## Eighteen layers
#
# The image first goes through a convolution of 7 by 7 with its normalization, called the _stem_, a
# ReLU, and a maximum over windows of 3 by 3, called _max pooling_. Convolution and maximum have a
# stride of 2. Then come four stages of two blocks each. Each stage after the first halves height
# and width, rounding up, and doubles the channels. So the network keeps less and less of _where_
# something is, and more and more of _what_ it is. At the end come the mean over all places, and one
# linear layer to ten logits.
#
# Where do you expect most of the parameters to be? (`nnx.state` with `nnx.Param` picks the
# parameters. `nnx.eval_shape` makes the network without drawing any weights: its arrays have a
# shape and a type, but no numbers.)


# %%
def count(module):
    leaves = jax.tree.leaves(nnx.state(module, nnx.Param))
    return sum(leaf.size for leaf in leaves)


network = nnx.eval_shape(lambda: jd.convnets.ResNet18(rngs=nnx.Rngs(0)))

# %% tags=["hide-input"]
from jaxdigits.convnets import layers

parts = {"stem": network.stem, "max pooling": layers.max_pool}
for stage in range(4):
    parts[f"stage {stage + 1}, a"] = network.blocks[2 * stage]
    parts[f"stage {stage + 1}, b"] = network.blocks[2 * stage + 1]
parts["mean"] = lambda x: x.mean((1, 2))
parts["logits"] = network.head
shape = jax.ShapeDtypeStruct((1, 28, 28, 1), jnp.float32)
print("part        output          parameters")
for name, part in parts.items():
    if isinstance(part, nnx.Module):
        shape = jax.eval_shape(call, part, shape)
        size = count(part)
    else:
        shape, size = jax.eval_shape(part, shape), 0
    print(f"{name:11} {shape.shape[1:]!s:15} {size:10,}")
print(f"in total {count(network):29,}")
state = nnx.state(network, nnx.BatchStat)
print(f"state    {sum(leaf.size for leaf in jax.tree.leaves(state)):29,}")

# %% [markdown]
# The last stage alone holds about three quarters of all parameters, because there each tap is a
# matrix of hundreds by hundreds. The state is a running mean and variance for each channel of each
# normalization.
#
# ??? note "Which are the eighteen layers?"
#     The stem, two convolutions in each of the eight blocks, and the last layer. The name leaves
#     out normalizations and skip connections.

# %% tags=["claim"]
last_stage = count(network.blocks[6]) + count(network.blocks[7])
assert 0.7 < last_stage / count(network) < 0.8

# %% [markdown]
# ## One cycle
#
# How long should the steps be? At the start the network knows nothing, and a large step may throw
# it far off. In the middle, large steps save time. At the end, only small steps let it settle. So
# the *[one-cycle](22_jargon.md#one-cycle)* [schedule](22_jargon.md#schedule) raises the learning
# rate to a peak, here 0.03 after a quarter of the steps, and then lowers it to almost nothing.

# %%
n_held = min(2000, len(train.labels) // 6)
x_train, y_train = train.images[n_held:], train.labels[n_held:]
held_out = train.images[:n_held], train.labels[:n_held]
epochs, batch_size = (2, 64) if len(x_train) > 5000 else (20, 32)
steps = epochs * (len(x_train) // batch_size)
one_cycle = optax.cosine_onecycle_schedule(
    steps, peak_value=0.03, pct_start=0.25
)
print(f"{len(x_train):,} images, {epochs} epochs, {steps} steps")

# %% tags=["hide-input"] alt="The learning rate against the step. From a small value it rises along a smooth curve to its peak within the first quarter of the steps. Then it falls, smoothly again, nearly to zero."
rate = jax.jit(jax.vmap(one_cycle))
ax = jd.plots.plot_function(
    rate, 0, steps, xlabel="step", ylabel="learning rate"
)

# %% [markdown]
# The optimizer is SGD with momentum and, as in lesson 15, a little weight decay.

# %% tags=["claim"]
decay = optax.add_decayed_weights(5e-4)
plain_sgd = optax.sgd(0.03, momentum=0.9, nesterov=True)
chained = optax.chain(decay, plain_sgd)
ones, zeros = {"kernel": 1.0, "scale": 1.0}, {"kernel": 0.0, "scale": 0.0}
opt_state, moves = chained.init(ones), []
for _ in range(2):
    updates, opt_state = chained.update(zeros, opt_state, ones)
    moves.append(updates)
assert moves[1]["kernel"] < 1.3 * moves[0]["kernel"] < 0  # both negative
assert moves[0]["scale"] == moves[0]["kernel"]

# %%
optimizer = optax.chain(
    optax.add_decayed_weights(5e-4),
    optax.sgd(one_cycle, momentum=0.9, nesterov=True),
)

# %% [markdown]
# ??? note "Which momentum and which decay is this?"
#     Nesterov's kind of momentum looks one step ahead (`nesterov=True`): it moves by the velocity
#     that it would have after another step with the same gradient.
#
#     The decay comes first in the chain, so it is added to the gradient, and goes through the
#     momentum. This is called _coupled_ weight decay, or L2 regularization. In AdamW, a variant of
#     Adam, the decay is _decoupled_: it bypasses momentum and Adam's division. Our decay shrinks
#     every parameter. Many people exclude the scales and biases of normalizations, with the
#     argument `mask`. We do not, because the records below were made without it.
#
# ## Threes and sevens
#
# The full network needs minutes on a CPU. So you train only its first half, the stem and two stages
# of two blocks, with a quarter of the channels, and begin with threes and sevens. `learn`, in the
# folded cell, calls `fit` as in earlier lessons, and hands it the `state` as well. `fit` takes
# images as bytes, scales each batch, and measures the held-out accuracy after each epoch, in
# evaluation mode.

# %%
key_params, key_batches = jax.random.split(jax.random.key(0))
half = jd.convnets.ResNet18(
    stages=(2, 2), widths=(16, 32), rngs=nnx.Rngs(key_params)
)
model, params, state = jd.convnets.functional(half)
print(f"{count(half):,} parameters")


# %% tags=["helper"]
def learn(data, held_out):
    return jd.fit(
        model,
        params,
        jd.cross_entropy_loss,
        optimizer,
        data,
        state=state,
        epochs=epochs,
        batch_size=batch_size,
        key=key_batches,
        valid=held_out,
        metric=jd.accuracy,
    )


# %%
fitted = learn((x_train, y_train), held_out)

# %% tags=["hide-input"]
history = jax.tree.map(np.asarray, fitted.history)
for epoch in sorted({0, 1, epochs - 1}):
    print(f"epoch {epoch + 1}: loss {history.loss[epoch]:.4f}", end=", ")
    print(f"held-out {history.metric[epoch]:.4f}")

# %% [markdown]
# After a single epoch, about 99 of 100 held-out digits are right. Nothing is left to decide, so
# open the test set. Will the network beat that of lesson 11, which read about 99 of 100?

# %% tags=["claim"]
if digits.name == "mnist":
    assert abs(100 * history.metric[0] - 99) < 1

# %%
x_test, y_test = jd.to_float(test.images), np.asarray(test.labels)
predict = jax.jit(model, static_argnames="training")
logits, _ = predict(fitted.params, fitted.state, x_test, training=False)
wrong = np.asarray(logits).argmax(axis=1) != y_test
accuracy = 1 - wrong.mean()
print(f"accuracy {accuracy:.4f}: {wrong.sum()} of {len(wrong):,} are wrong")

# %% [markdown]
# It does: more than 995 of 1,000 test digits are right, instead of about 990. And what happened to
# the edge detectors? The sixteen kernels of the first layer began as noise, and the gradient shaped
# them. Here is what they make of our three. Can you find our edges again?

# %% tags=["claim"]
if digits.name == "mnist":
    assert 1000 * accuracy > 995

# %% tags=["hide-input"] alt="Sixteen channels that the first layer makes of a three, coarser than the image. Many resemble our responses to edges, each in other directions; others show the whole three, blurred."
trained = nnx.merge(model.graph, fitted.params, fitted.state)
trained.eval()  # switch to evaluation mode
seen = np.maximum(jax.jit(call)(trained.stem, one_image), 0)[0]
channels = np.moveaxis(seen, -1, 0)
brightest = np.maximum(channels.max((1, 2), keepdims=True), 1e-6)
figure = jd.plots.show_images(channels / brightest)

# %% [markdown]
# Some channels respond to edges in one direction, as our four kernels did. Others show the whole
# three, or the paper around it.
#
# ## Ten digits
#
# The last layer had ten logits all along, so the same network, untrained again, can learn all ten
# digits. It gets as many images as before, `x_ten`. Its rival is the ReLU network of lesson 15,
# with 50,890 parameters against 43,578. The rival learns from the same images, for six times as
# many epochs, at rate 0.3, as in [lesson 15](15_a_small_network.py#where-to-start).
#
# If the ResNet wins, is it because it knows which pixels are neighbors? To find out, let both
# networks learn a second time, from `x_shuffled`, the same images with their pixels all shuffled in
# the same way. Write down your guesses for the four accuracies on held-out digits.

# %% tags=["claim"]
assert (784 + 1) * 64 + (64 + 1) * 10 == 50_890 and count(half) == 43_578

# %% tags=["hide-input"] alt="Eight digits in the upper row. In the lower row, the same eight with shuffled pixels, which look like random dots."
x_ten = np.asarray(digits.train.images[: n_held + len(x_train)])
y_ten = np.asarray(digits.train.labels[: len(x_ten)])
pixels = np.random.default_rng(0).permutation(784)
x_shuffled = x_ten.reshape(-1, 784)[:, pixels].reshape(-1, 28, 28)
figure = jd.plots.show_images(np.concatenate([x_ten[:8], x_shuffled[:8]]))

# %%
in_both_orders = {"in order": x_ten, "shuffled": x_shuffled}
reads, rival_reads = {}, {}
for name, x in in_both_orders.items():
    held_out = x[:n_held], y_ten[:n_held]
    learned = learn((x[n_held:], y_ten[n_held:]), held_out)
    reads[name] = float(learned.history.metric[-1])
    print(f"ResNet, pixels {name}: {reads[name]:.4f}")

# %% tags=["hide-input"]
for name, x in in_both_orders.items():
    x = jd.to_float(x).reshape(-1, 784)
    learned = jd.fit(
        jd.mlp,
        jd.init_mlp(key_params, (784, 64, 10)),
        jd.cross_entropy_loss,
        jd.sgd(0.3),
        (x[n_held:], y_ten[n_held:]),
        epochs=6 * epochs,
        batch_size=batch_size,
        key=key_batches,
        valid=(x[:n_held], y_ten[:n_held]),
        metric=jd.accuracy,
    )
    rival_reads[name] = float(learned.history.metric[-1])
    print(f"lesson 15, pixels {name}: {rival_reads[name]:.4f}")

# %% [markdown]
# In order, the ResNet reads about 97 of 100, and makes about half as many mistakes as its rival.
# (In lesson 15, a network of the rival's size read about 97 of 100, too, but it learned from about
# five times as many images.) Shuffled pixels hardly matter to the rival, but with them the ResNet
# falls far behind. Could the lead have come from momentum and schedule, which only the ResNet has?
# No, because with shuffled pixels it has them, too. So the lead came from the neighbors.
#
# A convolution assumes that nearby pixels belong together. Such an assumption is called an
# _inductive bias_. It is a head start if it is true, as for digits, and a handicap if it is false,
# as for shuffled pixels.

# %% tags=["claim"]
if digits.name == "mnist":
    assert abs(100 * reads["in order"] - 97) < 1.2
    mistakes = 1 - reads["in order"], 1 - rival_reads["in order"]
    assert 0.35 < mistakes[0] / mistakes[1] < 0.65
    assert abs(rival_reads["in order"] - rival_reads["shuffled"]) < 0.015
    assert reads["shuffled"] < rival_reads["shuffled"] - 0.015
    assert 4 < 50_000 / len(x_train) < 6

# %% [markdown]
# ## The whole network
#
# So far, a narrow half of the network has learned from a sixth of MNIST. What will the whole one do
# with all of it? That takes minutes, so this page reads the results from a record, which
# `python benchmarks/convnets.py resnet-threes resnet` makes in a clone of the repository. The
# network learned threes and sevens for one epoch, with the peak and the batch size that we used
# above, and all ten digits for four epochs, with batches of 128 and a peak of 0.1. Look up your
# first guess: of the three mistakes in a hundred digits, how many are left?

# %% tags=["hide-input"]
import json
import pathlib

path = pathlib.Path("benchmarks/results/convnets.json")
records = json.loads(path.read_text()) if path.exists() else {}
reached = {}
for name in (n for n in ("resnet-threes", "resnet") if n in records):
    facts, runs = records[name]["facts"], records[name]["runs"]
    print(f"{name}: {facts['date']}, {facts['processor']}", end=", ")
    print(f"{facts['cores']} cores, jax {facts['jax']}")
    for run in runs:
        losses = [round(value, 3) for value in run["loss"]]
        print(f"  seed {run['seed']}: accuracy {run['accuracy']:.4f}", end="")
        print(f", {run['seconds']:.0f} s, loss by epoch {losses}")
    reached[name] = np.mean([run["accuracy"] for run in runs])
    print(f"  mean {reached[name]:.4f}")

# %% [markdown]
# About 99.8 of 100 threes and sevens are right, and about 99.5 of 100 when there are all ten
# digits. The network of lesson 15 read about 97. So of its three mistakes in a hundred, only half a
# mistake is left.
#
# How much of that comes from the neighbors? Of the two networks of nearly the same size above, the
# one that knew them made about half as many mistakes. The whole ResNet does even better, but it
# also has about two hundred times the parameters of the network of lesson 15.
#
# ??? note "Do the seeds differ much?"
#     On 10,000 digits, an accuracy of 99.5 % has a standard error of 0.07 %. The three seeds lie
#     about as far apart, so the seed matters about as much as the choice of the test digits. Lesson
#     18 takes a closer look at both. <!-- typed: sqrt(0.995 * 0.005 / 10000) -->

# %% tags=["claim"]
if digits.name == "mnist" and "resnet" in reached:
    assert abs(100 * reached["resnet-threes"] - 99.8) < 0.1
    assert (
        abs(100 * reached["resnet"] - 99.5) < 0.1 and reached["resnet"] > 0.9941
    )
    assert 1 - reached["resnet"] < (1 - 0.97) / 6
    assert 180 < count(network) / ((784 + 1) * 64 + (64 + 1) * 10) < 250
    assert np.ptp([r["accuracy"] for r in records["resnet"]["runs"]]) < 0.0015

# %% [markdown]
# ## What you learned
#
# - You can write a convolution as a sum over taps, and say what channels, stride and padding are.
# - You can say why gradients vanish or explode in deep stacks, and what a skip connection changes.
# - You know what batch normalization does in training and in evaluation, and why its running
#   averages are state.
# - You can build a residual block in Flax, and train it with `nnx.jit`, or as a pure function with
#   `fit`.
# - You can say what a network gains if it knows which pixels are neighbors, and test that by a
#   shuffle.
#
# ## Exercises
#
# ### Exercise 1: the size of the output
#
# Write `output_size(size, taps, stride, padding)`: the number of places that a kernel has along one
# side of an image that is `size` pixels long. `output_size(28, 3, 2, 1)` is 14.
#
# ??? tip "A hint"
#     How long is the side with padding? Where does the first window begin, and where may the last
#     one begin? The kernel does not take a step that no longer fits.


# %% tags=["check"]
def check_output_size(output_size):
    def expected(size, taps, stride, padding):
        return (size + 2 * padding - taps) // stride + 1

    def steps_only(size, taps, stride, padding):
        return (size + 2 * padding - taps) // stride

    def one_side(size, taps, stride, padding):
        return (size + padding - taps) // stride + 1

    def rounded_up(size, taps, stride, padding):
        return -((size + 2 * padding - taps) // -stride) + 1

    def fraction(size, taps, stride, padding):
        return (size + 2 * padding - taps) / stride + 1

    random = np.random.default_rng(0)
    inputs = [(28, 3, 1, 0), (28, 3, 1, 1), (28, 7, 2, 3), (7, 3, 3, 0)]
    for _ in range(8):
        size, taps, stride = random.integers([9, 1, 1], [40, 8, 5]).tolist()
        inputs.append((size, taps, stride, int(random.integers(0, taps))))
    slips = {
        "the first place takes no step.": steps_only,
        "the padding is on both sides.": one_side,
        "a step that does not fit is not taken.": rounded_up,
        "it should be a whole number.": fraction,
    }
    return jd.check_answer(output_size, expected, inputs, slips=slips)


# %% tags=["answer"]
def output_size(size, taps, stride, padding):
    steps = (size + 2 * padding - taps) // stride
    return steps + 1


print(check_output_size(output_size))
for taps, stride, padding in (3, 2, 1), (5, 3, 0), (7, 2, 3):
    # shapes and types without numbers, which is all that `eval_shape` needs
    square = jax.ShapeDtypeStruct((taps, taps, 1, 1), jnp.float32)
    image = jax.ShapeDtypeStruct((1, 28, 28, 1), jnp.float32)
    size = conv.eval_shape(image, square, stride, padding).shape[1]
    assert output_size(28, taps, stride, padding) == size

# %% [markdown]
# ### Exercise 2: how many parameters?
#
# Write `count_parameters(taps, channels, features)`: the number of parameters of `ConvNorm`,
# convolution and normalization together. Calculate it without making a module. `count_parameters(1,
# 2, 3)` is 12.
#
# ??? tip "A hint"
#     The kernel is `[taps, taps, channels, features]`. In the normalization, count only the arrays
#     that a gradient changes.


# %% tags=["check"]
def check_count_parameters(count_parameters):
    def kernel(taps, channels, features):
        return taps**2 * channels * features

    def expected(taps, channels, features):
        return kernel(taps, channels, features) + 2 * features

    inputs = [(1, 2, 3), (3, 4, 8), (7, 1, 64), (5, 6, 2), (3, 512, 511)]
    slips = {
        "that is the kernel; the normalization learns, too.": kernel,
        "the normalization has a scale as well as a bias.": (
            lambda t, c, f: kernel(t, c, f) + f
        ),
        "this convolution has no bias.": (
            lambda t, c, f: kernel(t, c, f) + 3 * f
        ),
        "running averages are state, not parameters.": (
            lambda t, c, f: kernel(t, c, f) + 4 * f
        ),
        "a kernel has taps down and across.": (
            lambda t, c, f: t * c * f + 2 * f
        ),
        "the normalization comes after the convolution.": (
            lambda t, c, f: kernel(t, c, f) + 2 * c
        ),
    }
    return jd.check_answer(count_parameters, expected, inputs, slips=slips)


# %% tags=["answer"]
def count_parameters(taps, channels, features):
    return taps * taps * channels * features + 2 * features


print(check_count_parameters(count_parameters))
last_block = network.blocks[-1]
assert count_parameters(3, 512, 512) == count(last_block.second)

# %% [markdown]
# ### Exercise 3: no normalization left
#
# In evaluation, mean and variance are fixed, so normalization multiplies each channel by a number
# and adds another. Both can be folded into the convolution before it. Write
# `fold(kernel, scale, bias, mean, var)`. It returns a pair, a kernel and a bias, so that a
# convolution with them gives the same result as convolution and normalization together. Leave out
# the `1e-5`. On our trained network, `trained`, the answer is therefore a little off.
#
# ??? tip "A hint"
#     Write $\text{scale} \cdot (c - \text{mean}) / \sqrt{\text{var}} + \text{bias}$ as a number
#     times $c$, plus another number. Here $c$ is the output of the convolution.


# %% tags=["check"]
def check_fold(fold):
    def expected(kernel, scale, bias, mean, var):
        factor = scale / np.sqrt(var)
        return kernel * factor, bias - mean * factor

    def no_root(kernel, scale, bias, mean, var):
        factor = scale / var
        return kernel * factor, bias - mean * factor

    def no_mean(kernel, scale, bias, mean, var):
        return kernel * scale / np.sqrt(var), bias

    def plus(kernel, scale, bias, mean, var):
        factor = scale / np.sqrt(var)
        return kernel * factor, bias + mean * factor

    def unscaled_mean(kernel, scale, bias, mean, var):
        return kernel * scale / np.sqrt(var), bias - mean

    random = np.random.default_rng(1)
    inputs = []
    for taps, channels, features in (3, 4, 2), (1, 3, 5), (5, 1, 7):
        kernel = random.normal(size=(taps, taps, channels, features))
        four = random.uniform(0.5, 2, (4, features))
        inputs.append((kernel, four[0], four[1], four[2], four[3]))
    slips = {
        "divide by the spread, which is the root of the variance.": no_root,
        "what happens to the mean that was subtracted?": no_mean,
        "the mean is subtracted, not added.": plus,
        "the mean is subtracted before the scaling.": unscaled_mean,
    }
    return jd.check_answer(fold, expected, inputs, slips=slips)


# %% tags=["answer"]
def fold(kernel, scale, bias, mean, var):
    factor = scale / jnp.sqrt(var)
    return kernel * factor, bias - mean * factor


print(check_fold(fold))
norm = trained.stem.norm
folded, added = fold(
    trained.stem.conv.kernel[...],
    norm.scale[...],
    norm.bias[...],
    norm.mean[...],
    norm.var[...],
)
# `seen` holds what the first layer made of our three, before folding
by_fold = np.maximum(conv(one_image, folded, 2, 3) + added, 0)[0]
print(f"differs by {abs(by_fold - seen).max():.4f} at most")

# %% [markdown]
# ### Exercise 4: how far does it see?
#
# *To think about overnight.* After two layers of 3 by 3, a number has seen five pixels across. With
# strides this grows faster. Write `field(layers)`, where
# `layers` is a list of pairs (taps, stride), the first layer first: how many pixels across can one
# number of the last layer have seen, if the image is large enough? This width is called the
# *[receptive field](22_jargon.md#receptive-field)*. `field([(3, 1), (3, 1)])` is 5, and
# `field([(3, 2), (3, 1)])` is 7.
#
# ??? tip "A hint"
#     Neighbors after the first layer are `stride` pixels apart in the image. How far apart are
#     neighbors after the second layer?


# %% tags=["check"]
def check_field(field):
    def expected(layers):
        seen, apart = 1, 1
        for taps, stride in layers:
            seen += (taps - 1) * apart
            apart *= stride
        return seen

    def no_stride(layers):
        return 1 + sum(taps - 1 for taps, _ in layers)

    def own_stride(layers):
        seen, apart = 1, 1
        for taps, stride in layers:
            apart *= stride
            seen += (taps - 1) * apart
        return seen

    def last_stride(layers):
        seen, apart = 1, 1
        for taps, stride in layers:
            seen += (taps - 1) * apart
            apart = stride
        return seen

    def product(layers):
        return int(np.prod([taps for taps, _ in layers]))

    inputs = [([(3, 1), (3, 1)],), ([(3, 2), (3, 1)],), ([(5, 3)],)]
    inputs += [([(7, 2), (3, 2), (3, 1), (3, 1)],), ([(2, 3), (4, 1), (3, 2)],)]
    inputs += [([(3, 2), (1, 2), (5, 2), (3, 1)],)]
    slips = {
        "after a stride, neighbors are farther apart in the image.": no_stride,
        "a layer's own stride counts only for those after it.": own_stride,
        "strides multiply from layer to layer.": last_stride,
        "windows overlap, so fields do not multiply.": product,
    }
    return jd.check_answer(field, expected, inputs, slips=slips)


# %% tags=["answer"]
def field(layers):
    seen, apart = 1, 1
    for taps, stride in layers:
        seen += (taps - 1) * apart
        apart *= stride
    return seen


print(check_field(field))

# %% [markdown]
# How far does ResNet-18 see? After which stage does it see farther than the 28 pixels of the image?

# %% tags=["hide-input"]
so_far = [(7, 2), (3, 2)]
print(f"after the maximum: {field(so_far)} pixels")
for stage, stride in (1, 1), (2, 2), (3, 2), (4, 2):
    so_far += [(3, stride), (3, 1), (3, 1), (3, 1)]
    print(f"after stage {stage}: {field(so_far)} pixels")

# %% [markdown]
# After the first stage, the numbers in the middle have seen the whole image, but those in the
# corners only after the second, because a large part of a corner's field lies outside the image.
# The second stage is also where our half of the network ended.
#
# **Next:** eleven million parameters are a lot for ten digits. [Small and
# better](18_small_and_better.py) looks for a network with fewer.
#
# *Sources:* He, Zhang, Ren and Sun, [Deep Residual Learning for Image
# Recognition](https://arxiv.org/abs/1512.03385), 2015, and [Delving Deep into
# Rectifiers](https://arxiv.org/abs/1502.01852), 2015, on initialization. Ioffe and Szegedy, [Batch
# Normalization](https://arxiv.org/abs/1502.03167), 2015. Smith and Topin,
# [Super-Convergence](https://arxiv.org/abs/1708.07120), 2018, on one cycle. Loshchilov and Hutter,
# [Decoupled Weight Decay Regularization](https://arxiv.org/abs/1711.05101), 2019. The documentation
# of [Flax](https://flax.readthedocs.io).
