# %% [markdown]
# ---
# title: Home
# description: Learn how a neural network learns, by building one that reads handwritten digits
# hide: [navigation, toc]
# offers: [tiles.png, learning.png]
# ---

# %% [markdown]
# <div class="hero" markdown="1">
#
# <div markdown="1">
#
# # Learn how a neural network learns
#
# **Build one that reads handwritten digits, and see why it works.** You begin with a few pixels and
# end with a trained network. The steps are small, each one is a short pure function in
# [JAX](https://docs.jax.dev), and you can solve every exercise right in its page.
#
# [Start with lesson 1](lessons/01_pixels.py){ .md-button .md-button--primary }
# [Draw a digit](playground.py){ .md-button }
# [Watch a model learn](train.py){ .md-button }
# { .start }
#
# </div>
#
# <figure class="learning" markdown="1">
#
# <div class="weights" role="img" aria-label="Ten squares of colored noise turn into traces of the digits 0 to 9."></div>
#
# <figcaption>Ten linear models while they learn, in 400 steps from noise to digits. Where a weight
# is red, ink speaks for the digit; where it is blue, ink speaks against it.</figcaption>
#
# </figure>
#
# </div>
#
# <div class="front" markdown="1">
#
# <div class="playground glance" markdown="1">
#
# <noscript>To draw a digit here, and to see what a network makes of it, you need JavaScript. The
# lessons do without it.</noscript>
#
# [The network's parameters](playground/network.safetensors){ download=network.safetensors }
#
# [A digit and its answer](playground/sample.safetensors){ download=sample.safetensors }
#
# [Why? Ask all models in the playground](playground.py){ .why }
#
# </div>

# %% tags=["remove-cell"]
from functools import partial
from io import BytesIO
from itertools import chain, pairwise, product

import jax
import matplotlib.pyplot as plt
import numpy as np
from matplotlib import get_data_path
from PIL import Image, ImageDraw
from PIL.ImageFont import Layout, truetype

import jaxdigits as jd
from jaxdigits.files import DownloadLink

jd.enable_compilation_cache()
digits = jd.load("auto")
key_params, key_batches = jax.random.split(jax.random.key(0))


def most_frequent(train, test):
    return (np.asarray(test.labels) == np.bincount(train.labels).argmax()).mean()


def nearest_mean(train, test, distance):
    """The mean of the classes' accuracies, as in the lessons."""
    means = jd.mean_images(jd.to_float(train.images), train.labels)
    predicted = jd.nearest(jd.to_float(test.images), means, distance)
    return np.nanmean(jd.per_class_accuracy(predicted, test.labels))


def trained(model, start, loss, train, rate, epochs):
    batch_size = min(256, len(train[0]) // 4)
    options = dict(epochs=epochs, batch_size=batch_size, key=key_batches)
    return jd.fit(model, start, loss, jd.sgd(rate), train, **options).params


def draw(ladders):
    _, axes = plt.subplots(len(ladders), figsize=(3.8, 3.8), layout="constrained")
    for ax, (title, ladder) in zip(axes, ladders.items(), strict=True):
        shares = [100 * float(score) for score in ladder.values()]
        ax.set_title(title, x=0, ha="left", fontsize=11)
        # Pale enough for words on them, in light and in dark.
        ax.barh(list(ladder), shares, color="#3f6fb5", alpha=0.3, label="share")
        for row, (name, share) in enumerate(zip(ladder, shares, strict=True)):
            ax.broken_barh([(share, 100 - share)], (row - 0.4, 0.8), color="#808080", alpha=0.12)
            ax.text(1.5, name, name, va="center")
            ax.text(118, name, f"{share:.1f} %", ha="right", va="center")
        # The figures stand right of the bars, where no bar's end crosses them.
        ax.set(xlim=(0, 118), ylim=(len(ladder) - 0.5, -0.5))
        # Unseen, but below the figure stand its data.
        ax.set(xlabel="digits read correctly, in %", ylabel="model")
        ax.xaxis.set_visible(False)
        ax.yaxis.set_visible(False)
        ax.spines[:].set_visible(False)


# %% tags=["remove-cell"]
both = [jd.select(split, [3, 7]) for split in (digits.train, digits.test)]
train, test = (jd.to_examples(split, positive=3) for split in both)
start = jd.init_linear(key_params, 784, 1, scale=0.3)
start_37 = jd.init_mlp(key_params, (784, 30, 1))
linear_37 = trained(jd.linear, start, jd.mnist_loss, train, rate=1.0, epochs=20)
network_37 = trained(jd.mlp, start_37, jd.mnist_loss, train, rate=0.1, epochs=40)
x, y = test
threes = {
    "always the more frequent": most_frequent(*both),
    "nearest mean, absolute difference": nearest_mean(*both, jd.l1_distance),
    "nearest mean, squared difference": nearest_mean(*both, jd.mse_distance),
    "linear model": jd.binary_accuracy(jd.linear(linear_37, x), y),
    "network with 30 hidden units": jd.binary_accuracy(jd.mlp(network_37, x), y),
}

# %% tags=["remove-cell"]
train = jd.flatten(digits.train.images), digits.train.labels  # As bytes they train faster.
linear = jd.init_linear(key_params, 784, 10, scale=0.01)
network = jd.init_mlp(key_params, (784, 64, 10))
sigmoid_mlp = partial(jd.mlp, activation=jax.nn.sigmoid)


# Both train side by side on the same batches, as one model that is compiled once. Its outputs are
# those of both, its loss is the sum of their losses, so each gets the gradient of its own loss.
def side_by_side(params, x):
    linear, network = params
    return jax.numpy.concatenate([jd.linear(linear, x), sigmoid_mlp(network, x)], axis=1)


def sum_of_losses(outputs, labels):
    of_linear, of_network = jax.numpy.split(outputs, 2, axis=1)
    return jd.cross_entropy_loss(of_linear, labels) + jd.cross_entropy_loss(of_network, labels)


both = linear, network
linear, network = trained(side_by_side, both, sum_of_losses, train, rate=1.0, epochs=20)
x, y = jd.to_examples(digits.test)
splits = digits.train, digits.test
all_ten = {
    "always the most frequent": most_frequent(*splits),
    "nearest mean, absolute difference": nearest_mean(*splits, jd.l1_distance),
    "nearest mean, squared difference": nearest_mean(*splits, jd.mse_distance),
    "linear model": jd.accuracy(jd.linear(linear, x), y),
    "network with 64 hidden units": jd.accuracy(sigmoid_mlp(network, x), y),
}

# %% tags=["remove-cell"]
# The moving picture: the weights of ten linear models, from the random start on.
INK, PAPER, RED, BLUE = np.array([[22, 29, 43], [244, 241, 234], [232, 96, 76], [92, 143, 226]])
STEPS = [0, 1, 2, 3, 5, 8, 12, 18, 26, 38, 55, 80, 120, 180, 260, 400]


def ink(values):
    return INK + (PAPER - INK) * np.clip(values, 0, 1)[..., None]


def signed(values):
    """Color positive values red, negative ones blue; the largest are brightest."""
    values = np.asarray(values)[..., None]
    share = np.clip(values / np.percentile(np.abs(values), 99.5), -1, 1)
    return INK + np.where(share > 0, RED - INK, BLUE - INK) * np.abs(share)


def as_png(pixels, colors):
    image = Image.fromarray(pixels.astype(np.uint8)).quantize(colors)
    buffer = BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


@jax.jit
def step(params, images, labels):
    def loss(params):
        return jd.cross_entropy_loss(jd.linear(params, images), labels)

    return jax.tree.map(lambda p, g: p - 0.05 * g, params, jax.grad(loss)(params))


params = jd.init_linear(key_params, 784, 10, scale=0.01)
frames = []
batches = jd.epoch_batches(key_batches, len(train[0]), min(256, len(train[0]) // 4))
for n in range(max(STEPS) + 1):
    if n in STEPS:
        frame = np.tile(INK, (60, 148, 1))
        for digit, weights in enumerate(np.asarray(params.w).T.reshape(10, 28, 28)):
            row, column = 30 * (digit // 5), 30 * (digit % 5)
            frame[row : row + 28, column : column + 28] = signed(weights)
        frames.append(frame)
    rows = batches[n % len(batches)]
    params = step(params, jd.to_float(train[0][rows]), train[1][rows])
DownloadLink("learning.png", as_png(np.concatenate(frames), 32))

# %% tags=["remove-cell"]
# Each lesson's own picture, 28 x 28 pixels like a digit. Lines are drawn large and then reduced.
FAINT = INK + (PAPER - INK) // 3
BOLD = f"{get_data_path()}/fonts/ttf/DejaVuSans-Bold.ttf"
SCALE = 8


class Pen:
    """Draws on a ground of 28 x 28 units."""

    def __init__(self):
        self.image = Image.new("RGB", (28 * SCALE, 28 * SCALE), tuple(INK))
        self.draw = ImageDraw.Draw(self.image)

    def line(self, points, color, width=1.6):
        ends = [(SCALE * x, SCALE * y) for x, y in points]
        self.draw.line(ends, tuple(color), round(width * SCALE), joint="curve")
        for x, y in (points[0], points[-1]):
            self.dot(x, y, color, width / 2)

    def dot(self, x, y, color, radius=1.5):
        self.draw.circle((SCALE * x, SCALE * y), SCALE * radius, tuple(color))

    def box(self, x, y, width, height, color, edge=None):
        corners = [SCALE * n for n in (x, y, x + width, y + height)]
        edge = edge if edge is None else tuple(edge)
        self.draw.rectangle(corners, tuple(color), edge, round(1.2 * SCALE))

    def ring(self, width, height, color):
        corners = [SCALE * n for n in (14 - width, 14 - height, 14 + width, 14 + height)]
        self.draw.ellipse(corners, outline=tuple(color), width=SCALE)

    def axes(self):
        self.line([(3, 3), (3, 25), (25, 25)], FAINT, 0.8)

    def word(self, text, size, color=PAPER):
        font = truetype(BOLD, size * SCALE, layout_engine=Layout.BASIC)
        self.draw.text((14 * SCALE, 14 * SCALE), text, tuple(color), font, anchor="mm")

    def pixels(self):
        return np.asarray(self.image.resize((28, 28), Image.Resampling.BOX))


def four(images, look):
    """Put four images into one, at half their size."""
    halves = np.asarray(images).reshape(4, 14, 2, 14, 2).mean(axis=(2, 4))
    halves = look(halves / np.abs(halves).max(axis=(1, 2), keepdims=True))
    return np.concatenate([np.concatenate(list(pair), axis=1) for pair in (halves[:2], halves[2:])])


def arrays(pen):
    for n in (2, 1, 0):
        pen.box(3 + 4 * n, 11 - 4 * n, 13, 13, INK, PAPER)
    for n in range(0, 9, 2):
        color = (RED, PAPER, BLUE)[n % 3]
        pen.box(5 + 4 * (n % 3), 13 + 4 * (n // 3), 2.5, 2.5, color)


def gradients(pen):
    xs, walk = np.linspace(2, 26, 60), np.array([3.2, 7.5, 10.4, 12.3, 13.6])
    pen.line([(x, 24 - (x - 14) ** 2 / 7.2) for x in xs], PAPER)
    pen.line([(x, 24 - (x - 14) ** 2 / 7.2) for x in walk], RED, 1)
    for x in walk:
        pen.dot(x, 24 - (x - 14) ** 2 / 7.2, RED, 1.6)


def roller_coaster(pen):
    pen.line([(x, 5 + (x - 16) ** 2 / 9) for x in np.linspace(2, 26, 60)], BLUE)
    errors = np.random.default_rng(3).normal(size=11)
    for x, error in zip(np.linspace(3, 25, 11), errors, strict=True):
        pen.dot(x, 5 + (x - 16) ** 2 / 9 + 1.8 * error, PAPER, 1.25)


def loss(pen):
    pen.line([(2, 24), (26, 24)], FAINT, 0.8)
    pen.line([(x, 24 - 20 / (1 + np.exp((14 - x) / 2.3))) for x in range(2, 27)], RED, 2)


def optimizer(pen):
    for n in (1, 0.68, 0.36):
        pen.ring(12 * n, 7 * n, BLUE)
    zigzag = (3.5, 17.5), (6, 9.5), (8.5, 17), (10.5, 11.5), (12.5, 15), (14, 14)
    pen.line(zigzag, RED, 1.4)
    pen.dot(14, 14, PAPER)


def nonlinearity(pen):
    pen.line([(2, 22), (26, 22)], FAINT, 0.8)
    pen.line([(13, 3), (13, 26)], FAINT, 0.8)
    pen.line([(2, 22), (13, 22), (25, 5)], RED, 2.2)


def network(pen):
    layers = [
        [(4 + 10 * x, 14 + 5.5 * (y - n / 2 + 0.5)) for y in range(n)]
        for x, n in enumerate((4, 3, 2))
    ]
    for n, (left, right) in enumerate(pairwise(layers)):
        for m, ends in enumerate(product(left, right)):
            pen.line(ends, (RED, BLUE, BLUE, RED, RED)[(m + n) % 5], 0.7)
    for x, y in chain(*layers):
        pen.dot(x, y, PAPER, 1.9)


def resnet(pen):
    for y, color in (4, PAPER), (12, BLUE), (20, PAPER):
        pen.box(7, y, 10, 4.5, color)
    pen.line([(12, 10.3), (22, 10.3), (22, 18.3), (12, 18.3)], RED, 1.4)


def small(pen):
    pen.axes()
    for x, y, radius in (6, 5, 1.4), (10, 13, 1.6), (15, 18, 1.8):
        pen.dot(x, y, PAPER, radius)
    pen.dot(22, 20.5, BLUE, 3.4)
    pen.dot(8.5, 20.5, RED, 1.8)


def devices(pen):
    for n in range(8):
        pen.box(3 + 6 * (n % 4), 6 + 9 * (n // 4), 4, 6, RED if n == 6 else BLUE)
    pen.line([(3, 13.5), (25, 13.5)], PAPER, 1)


def trouble(pen):
    pen.axes()
    heights = 19, 18.6, 19.2, 18.4, 20, 14.5, 20.5, 4
    pen.line([*zip((4, 8, 12, 15, 17.5, 19.5, 21.5, 24), heights, strict=True)], RED)


def from_pytorch(pen):
    for y, start, end, color in (9.5, 5, 23, RED), (18.5, 23, 5, BLUE):
        back = 3.6 if start > end else -3.6
        pen.line([(start, y), (end, y)], color, 2)
        pen.line([(end + back, y - 3.6), (end, y), (end + back, y + 3.6)], color, 2)


three, seven = (jd.to_float(jd.select(digits.train, n).images[0]) for n in (3, 7))
means = np.asarray(jd.mean_images(jd.to_float(digits.train.images), digits.train.labels))
hidden = np.asarray(network_37[0].w - start_37[0].w).T.reshape(-1, 28, 28)
strong = np.argsort(np.abs(hidden).sum(axis=(1, 2)))[-4:]
of_ten = np.asarray(params.w).T.reshape(10, 28, 28)
own = np.zeros((28, 28))
own[11:25, 12:26] = 1.4 * jd.to_float(digits.test.images[0]).reshape(14, 2, 14, 2).mean(axis=(1, 3))
tiles = [
    ink(three),
    arrays,
    ink(means[3] / means[3].max()),
    signed(seven - means[3]),
    gradients,
    roller_coaster,
    signed(means[3] - means[7]),
    loss,
    signed((linear_37.w - start.w).reshape(28, 28)),
    optimizer,
    nonlinearity,
    four(hidden[strong], signed),
    four(means[[0, 2, 5, 8]], ink),
    four(of_ten[[0, 1, 3, 7]], signed),
    network,
    ink(own),
    resnet,
    small,
    lambda pen: pen.word("jit", 13),
    devices,
    trouble,
    lambda pen: pen.word("Aa", 15),
    lambda pen: pen.word("?", 24, RED),
    from_pytorch,
]
for n, tile in enumerate(tiles):
    if callable(tile):
        pen = Pen()
        tile(pen)
        tiles[n] = pen.pixels()
DownloadLink("tiles.png", as_png(np.concatenate(tiles, axis=1), 64))

# %% tags=["hide-input"] alt="Two ladders of accuracies. Threes and sevens read correctly: from guessing at about one half, over the nearest average image and a linear model, to a small neural network. All ten digits: the same, from about one tenth."
draw({"Is it a three or a seven?": threes, "Which of the ten digits is it?": all_ten})

# %% [markdown]
# </div>
#
# ## The course
#
# Each lesson answers one question, and the answer raises the next one. Exercises run in the page,
# and this browser remembers what you have read and solved.
#
# <!--course-->
#
# <div class="columns" markdown="1">
#
# <div markdown="1">
#
# ## Why digits?
#
# They are small enough for a laptop, and you can see at a glance whether an answer is right. Yet a
# program that learns to read them goes through the same loop as the programs behind chatbots and
# translators: guess, measure how wrong the guess was, change the numbers a little, and repeat. Once
# you have written that loop yourself, you know what people mean by _training_ a model.
#
# In the two ladders above, each row adds one idea to the row above it. The percentages are the
# shares of digits that the model did not learn from and still read correctly. Guessing and averages
# come first, in lessons [3](lessons/03_pixel_similarity.py) and [4](lessons/04_metrics.py), without
# any calculus. In [lesson 9](lessons/09_putting_it_together.py), a linear model begins with random
# weights and finds out by itself what makes a three. [Lesson 11](lessons/11_a_nonlinearity.py) adds
# a second layer, with a bend between the two, and that makes it a neural network. Lessons
# [13](lessons/13_ten_averages.py), [14](lessons/14_ten_linear_models.py) and
# [15](lessons/15_a_small_network.py) repeat the climb with all ten digits, and
# [lesson 18](lessons/18_small_and_better.py) builds a small network that errs far less often.
#
# - Every number and every plot on these pages was computed when the pages were built.
# - Every function that a lesson builds is in the package, tested: `import jaxdigits as jd`.
# - You need some Python and the mathematics of high school. A laptop is fast enough, and
#   [Start here](start.md) shows four ways to follow along.
# - The network that reads your drawing runs in your browser, so what you draw stays with you. Its
#   parameters were trained when these pages were built.
#
# </div>
#
# <div markdown="1">
#
# ## In ten lines
#
# ```python
# import jax
# import jaxdigits as jd
#
# name, train, test = jd.load("auto")
# start = jd.init_linear(jax.random.key(0), n_in=784, n_out=10, scale=0.01)
# model, loss, optimizer = jd.linear, jd.cross_entropy_loss, jd.sgd(0.5)
# data, key = jd.to_examples(train), jax.random.key(1)
# fitted = jd.fit(model, start, loss, optimizer, data, epochs=5, key=key)
# x, y = jd.to_examples(test)
# accuracy = jd.accuracy(model(fitted.params, x), y)
# print(f"{name}: {accuracy:.2%} of {len(x):,} unseen digits are right")
# ```
#
# This trains a linear model on all ten digits. You don't have to understand it yet, because the
# lessons build every part of it. The [reference](reference/index.md) explains every function.
#
# The lessons follow the path of chapter 4 of Jeremy Howard's and Sylvain Gugger's
# [Deep Learning for Coders](https://course.fast.ai), in words and code of our own.
#
# </div>
#
# </div>
