# %% [markdown]
# ---
# title: Home
# ---

# %% [markdown]
# # jaxdigits
#
# **Learn how a neural network learns, by building one that reads digits.**
#
# - You begin with pixels and end with a trained model, in small steps, each one a short pure
#   function in [JAX](https://docs.jax.dev).
# - Every number and every picture on these pages was computed when the pages were built.
# - Every function that a lesson builds waits, tested, in the package: `import jaxdigits as jd`.
# - You need some Python and the mathematics of high school. A laptop is fast enough.
#
# [Start with lesson 1: Pixels](lessons/01_pixels.py){ .md-button .md-button--primary }
#
# ## The ladder
#
# Is it a three or a seven? Each rung adds one idea to the one above it.

# %% tags=["hide-input"] alt="The share of threes and sevens read correctly, from guessing at about one half, over the nearest average image, to a linear model trained briefly and then for long, which is right most often."
import jax
import matplotlib.pyplot as plt

import jaxdigits as jd

digits = jd.load("auto")
train, test = (jd.select(split, [3, 7]) for split in (digits.train, digits.test))
x, y = jd.to_examples(train, positive=3)
x_test, y_test = jd.to_examples(test, positive=3)
means = jd.mean_images(jd.to_float(train.images), train.labels)


def nearest_mean(distance):
    is_three = jd.is_closer(jd.to_float(test.images), means[3], means[7], distance)
    right = is_three == (test.labels == 3)
    return sum(right[test.labels == digit].mean() for digit in (3, 7)) / 2


def trained(epochs):
    key_params, key_batches = jax.random.split(jax.random.key(0))
    return jd.fit(
        jd.linear,
        jd.init_linear(key_params, 784, 1, scale=0.3),
        jd.mnist_loss,
        jd.sgd(1.0),
        (x, y),
        epochs=epochs,
        batch_size=min(256, len(x) // 4),
        key=key_batches,
        valid=(x_test, y_test),
        metric=jd.binary_accuracy,
    ).history.metric[-1]


ladder = {
    "always the more frequent": max(y_test.mean(), 1 - y_test.mean()),
    "nearest mean, absolute difference": nearest_mean(jd.l1_distance),
    "nearest mean, squared difference": nearest_mean(jd.rmse_distance),
    "linear model, 20 epochs": trained(20),
    "linear model, 300 epochs": trained(300),
}
names, scores = list(ladder), [100 * float(score) for score in ladder.values()]
figure, ax = plt.subplots(figsize=(6.4, 2.6), layout="constrained")
ax.hlines(names, 50, scores, color="#8fa9d6")
ax.plot(scores, names, "o", color="#3f6fb5")
for name, score in ladder.items():
    text = f"{score:.2%}"
    ax.annotate(text, (100 * score, name), (9, 0), textcoords="offset points", va="center")
ax.set(xlim=(49, 106), xlabel="digits read correctly, in %")
ax.set_xticks(range(50, 101, 10))
ax.invert_yaxis()
ax.spines[["top", "right", "left"]].set_visible(False)
ax.tick_params(left=False)

# %% [markdown]
# The first three rungs are [lesson 3](lessons/03_pixel_similarity.py) and
# [lesson 4](lessons/04_metrics.py), and need no learning. The others are
# [lesson 8](lessons/08_putting_it_together.py), where weights that begin as noise find out by
# themselves what makes a three.
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
# params, _ = jd.fit(model, start, loss, optimizer, data, epochs=5, key=key)
# x, y = jd.to_examples(test)
# accuracy = jd.accuracy(model(params, x), y)
# print(f"{name}: {accuracy:.2%} of {len(x):,} unseen digits are right")
# ```
#
# The [reference](reference/index.md) explains every function. The path through the lessons is
# that of chapter 4 of Jeremy Howard's and Sylvain Gugger's
# [Deep Learning for Coders](https://course.fast.ai), in words and code of our own.
