# %% [markdown]
# ---
# title: Home
# hide: [toc]
# ---

# %% [markdown]
# # jaxdigits
#
# **Learn how a neural network learns, by building one that reads digits.** You begin with pixels and
# end with a trained model, in small steps, each one a short pure function in
# [JAX](https://docs.jax.dev).
#
# [Start with lesson 1: Pixels](lessons/01_pixels.py){ .md-button .md-button--primary }
# [Go to the playground](playground.py){ .md-button }
# [Watch a model learn](train.py){ .md-button }
# { .start }
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
# [Why? Ask all models in the playground](playground.py){ .why }
#
# </div>

# %% tags=["remove-cell"]
from functools import partial

import jax
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

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
            ax.text(98.5, name, f"{share:.1f} %", ha="right", va="center")
        ax.set(xlim=(0, 100), ylim=(len(ladder) - 0.5, -0.5))
        # Unseen, but below the figure stand its data.
        ax.set(xlabel="digits read correctly, in %", ylabel="model")
        ax.xaxis.set_visible(False)
        ax.yaxis.set_visible(False)
        ax.spines[:].set_visible(False)


# %% tags=["remove-cell"]
both = [jd.select(split, [3, 7]) for split in (digits.train, digits.test)]
train, test = (jd.to_examples(split, positive=3) for split in both)
linear = jd.init_linear(key_params, 784, 1, scale=0.3)
network = jd.init_mlp(key_params, (784, 30, 1))
linear = trained(jd.linear, linear, jd.mnist_loss, train, rate=1.0, epochs=20)
network = trained(jd.mlp, network, jd.mnist_loss, train, rate=0.1, epochs=40)
x, y = test
threes = {
    "always the more frequent": most_frequent(*both),
    "nearest mean, absolute difference": nearest_mean(*both, jd.l1_distance),
    "nearest mean, squared difference": nearest_mean(*both, jd.mse_distance),
    "linear model": jd.binary_accuracy(jd.linear(linear, x), y),
    "network with 30 hidden numbers": jd.binary_accuracy(jd.mlp(network, x), y),
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
    "network with 64 hidden numbers": jd.accuracy(sigmoid_mlp(network, x), y),
}

# %% tags=["hide-input"] alt="Two ladders of accuracies. Threes and sevens read correctly: from guessing at about one half, over the nearest average image and a linear model, to a small neural network. All ten digits: the same, from about one tenth."
draw({"Is it a three or a seven?": threes, "Which of the ten digits is it?": all_ten})

# %% [markdown]
# </div>
#
# ## The ladder
#
# Why digits? They are small enough for a laptop, and you can see at a glance whether an answer is
# right. Yet the program that learns to read them goes through the same loop as the ones behind
# chatbots and translators: guess, measure how wrong the guess was, change the numbers a little, and
# repeat. Once you have written that loop yourself, you know what people mean by _training_ a model.
#
# In the picture, each row adds one idea to the row above it. The figures are shares of digits that
# the model did not learn from. You meet guessing and averages in
# [lesson 3](lessons/03_pixel_similarity.py) and [lesson 4](lessons/04_metrics.py), without any
# calculus. In [lesson 9](lessons/09_putting_it_together.py), a linear model begins with random
# weights and finds out by itself what makes a three. [Lesson 11](lessons/11_a_nonlinearity.py) adds
# a second layer, with a bend between the two, and that makes it a neural network. Then you read all
# ten digits, in lessons [13](lessons/13_ten_averages.py), [14](lessons/14_ten_linear_models.py) and
# [15](lessons/15_a_small_network.py). The climb goes on: [lesson 18](lessons/18_small_and_better.py)
# builds a small network that errs far less often.
#
# The network that reads your drawing is like the one in the last row. Its parameters were trained
# when these pages were built, and it runs in your browser, so what you draw stays with you.
#
# - Every number and every plot on these pages was computed when the pages were built.
# - Every function that a lesson builds is in the package, tested: `import jaxdigits as jd`.
# - You need some Python and the mathematics of high school. A laptop is fast enough, and
#   [Start here](start.md) shows four ways to follow along.
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
# params = jd.fit(model, start, loss, optimizer, data, epochs=5, key=key).params
# x, y = jd.to_examples(test)
# accuracy = jd.accuracy(model(params, x), y)
# print(f"{name}: {accuracy:.2%} of {len(x):,} unseen digits are right")
# ```
#
# This trains a linear model on all ten digits. You don't have to understand it yet, because the
# lessons build every part of it. The [reference](reference/index.md) explains every function.
#
# The lessons follow the path of chapter 4 of Jeremy Howard's and Sylvain Gugger's
# [Deep Learning for Coders](https://course.fast.ai), in words and code of our own.
