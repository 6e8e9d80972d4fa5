# %% [markdown]
# # 4. Metrics by broadcasting
#
# **How good is our baseline, and how do you compare thousands of images without a loop?** You score
# the baseline of lesson 3 on every digit that it has not seen, in one line. Then you find out why
# it is so much better at one of the two digits than at the other.
#
# The rule behind that one line is called [broadcasting](22_jargon.md#broadcasting). It makes array
# code short and fast, and it can hide a costly bug of [machine
# learning](22_jargon.md#machine-learning): a model that trains without any error message, on the
# wrong numbers. You will see this bug here, while it is small.
#
# *You need:* [lesson 3](03_pixel_similarity.py).
#
# ## A number for people
#
# A *[metric](22_jargon.md#metric)* says how well a model does, in terms that people care about. For
# a *[classifier](22_jargon.md#classifier)*, a model that says what kind of thing it sees, the usual
# metric is *[accuracy](22_jargon.md#accuracy)*: the share of [examples](22_jargon.md#example) that
# it gets right. We measure accuracy on digits that had no part in making the model. Otherwise we
# would measure how well the model remembers.
#
# As in lesson 3, we check with MNIST's test set, because the book behind this course does, and we
# want to reproduce its numbers. So the test set is our validation set here, and we name its digits
# `valid_3` and `valid_7`.

# %%
import time

import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

digits = jd.load("auto")
train_3 = jd.to_float(jd.select(digits.train, 3).images)
train_7 = jd.to_float(jd.select(digits.train, 7).images)
valid_3 = jd.to_float(jd.select(digits.test, 3).images)
valid_7 = jd.to_float(jd.select(digits.test, 7).images)
mean_three, mean_seven = train_3.mean(axis=0), train_7.mean(axis=0)
print(f"{len(valid_3):,} threes and {len(valid_7):,} sevens to check")

# %% [markdown]
# ## One distance per image
#
# Lesson 3 measured the distance of one image to the mean three. For all images, you could write a
# loop:


# %%
def distances_by_loop(images, prototype):
    distances = []
    for image in np.asarray(images):
        distances.append(jnp.abs(image - prototype).mean())
    return np.array(distances)


print(distances_by_loop(valid_3[:5], mean_three))

# %% [markdown]
# (With `np.asarray`, NumPy takes out the images one by one, and JAX only does the arithmetic.)
#
# Is the loop needed? The images have the shape `(n, 28, 28)`, and the prototype has the shape
# `(28, 28)`. In lesson 2 we subtracted one from the other, as in `new - mean_3`, and put off the
# question why that is allowed. Which shape will the difference have?

# %%
difference = valid_3 - mean_three
print(valid_3.shape, "-", mean_three.shape, "->", difference.shape)

# %% [markdown]
# The prototype was subtracted from every image. This is **broadcasting**. Where an array lacks an
# axis, it behaves as if it were repeated along that axis.
#
# Now take absolute values, and the mean over the last two axes, the rows and columns. Counted from
# the end, these are the axes -2 and -1. One number per image remains.


# %%
def distances(images, prototype):
    return jnp.abs(images - prototype).mean(axis=(-2, -1))


at_once = distances(valid_3, mean_three)
assert jnp.allclose(at_once, distances_by_loop(valid_3, mean_three))

# %% [markdown]
# The numbers agree. What about the time? JAX hands you an array before its numbers are ready and
# computes them in the background. So to measure the time, we have to wait for the numbers, with
# `block_until_ready`. (In the loop, `np.array` waits for them.)

# %%
start = time.perf_counter()
distances_by_loop(valid_3, mean_three)
loop = time.perf_counter() - start

start = time.perf_counter()
for _ in range(20):
    distances(valid_3, mean_three).block_until_ready()
call = (time.perf_counter() - start) / 20
print(f"loop {1e3 * loop:.1f} ms, one call {1e3 * call:.2f} ms", end=": ")
print(f"{loop / call:,.0f} times faster")

# %% [markdown]
# One call is far faster. The arithmetic is the same, but the loop asks JAX for three small jobs
# per image (subtract, drop the signs, average), and asking takes longer than doing them. The
# single call asks for three large jobs.
#
# The package's [`l1_distance`][jaxdigits.l1_distance] does the same, and
# [`rmse_distance`][jaxdigits.rmse_distance] does it with squares.

# %%
assert jnp.allclose(at_once, jd.l1_distance(valid_3, mean_three))

# %% [markdown]
# ## The rule
#
# Which shapes go together? Write the two shapes one below the other, **aligned at the right**. Then
# go from right to left. In each pair, the two lengths must be equal, or one of them must be 1 or
# missing, and then that one is repeated.
#
# ```text
# images        n  28  28    row         5    images   n  28  28
# prototype        28  28    column   5  1    numbers          5
#           -------------           ------           -----------
# result        n  28  28             5  5               error
# ```
#
# The third example fails at once: 28 and 5 differ, and neither is 1.
#
# ![Two subtractions, three grids each. Above: a stack of n images of shape (n, 28, 28), minus one image of shape (28, 28), gives n differences of shape (n, 28, 28). Dashed outlines behind the one image show that it is used n times, along the axis of images. Below: a column of shape (5, 1) with the numbers 0 to 4, used 5 times from left to right, minus a row of shape (5,) with the numbers 0 to 4, used 5 times from top to bottom, gives a square of shape (5, 5): 25 pairs. Only the 5 pairs on the diagonal, shaded orange and all zero, were meant.](../assets/diagrams/broadcasting.svg)
#
# "Repeated" is a way of speaking. Nothing is copied: the same numbers are read again and again.
# Only the full result needs memory.
#
# You can also add an axis yourself. In an index, `None` makes a new axis of length 1, and `:`
# stands for an axis that the array has. What are the three shapes?

# %% tags=["try"]
numbers = jnp.arange(5.0)
print(numbers[None].shape, numbers[:, None].shape)
print(numbers[:, None, None].shape)

# %% [markdown]
# The five numbers become a row, a column, and a stack of five tiny images with one pixel each. The
# last shape will be useful in a moment.
#
# ### Try it
#
# Take an example, or choose two shapes axis by axis. Before you read the result: will they fit, and
# which of them is repeated, along which axis? One of the examples is an error: five images, and
# five numbers. Suppose you want to multiply each image by its own number. Which shape must the
# five numbers, `b`, have instead?
#
# <div class="interactive broadcasting"><noscript>The table is on the website, and needs JavaScript. Without it, ask <code>np.broadcast_shapes((5,), (5, 1))</code> in your copy of this lesson.</noscript></div>
#
# The axis of the five numbers has to line up with the axis of the five images, which is the third
# from the right. So the numbers need two more axes at their right, each of length 1: the shape
# `(5, 1, 1)`. Then each number is repeated over the pixels of its own image. Let us try this: five
# threes, from no ink to full ink.

# %% alt="Five threes, from left to right: an empty image, a pale three, and three that get darker, up to full ink."
strength = numbers[:, None, None] / 4
faded = strength * train_3[:5]
print(strength.shape, "*", train_3[:5].shape, "->", faded.shape)
figure = jd.plots.show_images(faded)

# %% [markdown]
# ## The bug it hides
#
# Look once more at the lower half of the drawing above. There are five predictions, and five
# [targets](22_jargon.md#target), the numbers that the predictions should be. All five predictions
# are right, but the targets happen to be a column. What is the mean error?

# %% tags=["try"]
predictions = jnp.array([0.0, 1.0, 2.0, 3.0, 4.0])
targets = predictions[:, None]  # the same numbers as a column: shape (5, 1)
errors = jnp.abs(predictions - targets)
print(f"{predictions.shape} - {targets.shape} -> {errors.shape}")
print(f"mean error {errors.mean():.1f}")

# %% [markdown]
# The mean error should be 0, and it is not. _Every_ prediction was compared with _every_ target, 25
# pairs instead of 5, and there was no message. A model that is trained to make such a mean small
# does learn something. But because each of its predictions is compared with all the targets, it
# learns to give the same answer for every input, the one that is best on average. Finding the
# reason can take days, because nothing looks broken.
#
# The cure is to say which shapes belong together, and check. In your own functions, one line is
# enough: `assert predictions.shape == targets.shape`. The functions of this package check their
# arguments themselves. Here is what they say:

# %%
try:
    jd.l1_loss(predictions, targets)
except TypeError as error:
    print(error)

# %% [markdown]
# (`try` runs the lines below it, and if they raise a `TypeError`, `except` catches it, so that we
# can print its message.) Read this cryptic message piece by piece:
#
# - `l1_loss: targets is float32[5, 1]` says which argument of which function it is about, and what
#   was passed: an array of floats with 32 bits, of shape `(5, 1)`.
# - `expected Float[Array, '*shape']` is what the function's signature, the line that lists its
#   arguments, asks for: an array of floats. The name in quotes stands for its axes, and the star
#   means that there may be any number of them.
#   This notation comes from the package [jaxtyping](https://docs.kidger.site/jaxtyping/).
# - `beside predictions float32[5]` names the other argument. In the signature, `predictions` is a
#   `Float[Array, '*shape']`, too, and one name can only stand for one shape. The predictions came
#   first, so `shape` is `(5,)`, and the targets have another one.
# - The rest is advice. `targets.reshape(5)` would do, or `targets[:, 0]`.

# %%
assert jd.l1_loss(predictions, targets.reshape(5)) == 0

# %% [markdown]
# Where broadcasting _is_ meant, the signature says so. The arguments of `l1_distance` are
# `Float[Array, '*#batch height width']`: the last two axes have to agree, and the `#` allows the
# axes before them to broadcast. That is why you can compare one mean three with a thousand threes.
#
# !!! tip "What the check costs"
#     Almost nothing. The package's functions are [compiled](22_jargon.md#jit) for each shape when
#     they meet it for the first time, and only then are shapes checked. [Lesson 5](05_gradients.py)
#     explains compiling.
#
# ## Is it a three?
#
# Now for the score. We call an image a three if it is nearer to the mean three than to the mean
# seven. For all images at once, that is one line:


# %%
def is_3(images):
    return distances(images, mean_three) < distances(images, mean_seven)


print(is_3(valid_3[:8]))

# %% [markdown]
# All eight threes are recognized. The result is a mask, and the mean of a mask is the share that is
# true. For the threes, that is the accuracy. For the sevens the right answer is _no_, so `~` swaps
# yes and no before we take the mean. Before you run this: which of the two digits do you think is
# easier?

# %%
accuracy_3, accuracy_7 = is_3(valid_3).mean(), (~is_3(valid_7)).mean()
print(f"threes {accuracy_3:.4f}, sevens {accuracy_7:.4f}")
print(f"average {(accuracy_3 + accuracy_7) / 2:.4f}")

# %% [markdown]
# About 95 % are read correctly, by a single comparison. How close was your bet of lesson 2? All
# three numbers are exactly the book's. The corner rule of lesson 3 managed about three quarters. So
# 0.95 is the number to beat.
#
# But look at the two digits separately. Of 100 threes, about eight are missed, and of 100 sevens
# only one or two. Why? We will come to that. First, the other distance: the package's
# [`is_closer`][jaxdigits.is_closer] takes it as an argument. Will squares do better?

# %% tags=["claim"]
if digits.name == "mnist":
    assert abs((accuracy_3 + accuracy_7) / 2 - 0.95) < 0.005
    assert 0.075 < 1 - accuracy_3 < 0.085
    assert 0.01 < 1 - accuracy_7 < 0.02
    corner_3, corner_7, new_3, new_7 = (
        np.asarray(images[:, 18:24, 5:12].mean(axis=(1, 2)))
        for images in (train_3, train_7, valid_3, valid_7)
    )
    limit = (corner_3.mean() + corner_7.mean()) / 2
    assert 0.74 < ((new_3 > limit).mean() + (new_7 <= limit).mean()) / 2 < 0.78

# %%
for distance in jd.l1_distance, jd.rmse_distance:
    right_3 = jd.is_closer(valid_3, mean_three, mean_seven, distance)
    right_7 = jd.is_closer(valid_7, mean_seven, mean_three, distance)
    average = (right_3.mean() + right_7.mean()) / 2
    print(f"{distance.__name__:13}  threes {right_3.mean():.4f}", end="  ")
    print(f"sevens {right_7.mean():.4f}  average {average:.4f}")

same = jd.is_closer(valid_3, mean_three, mean_seven, jd.l1_distance)
assert (same == is_3(valid_3)).all()

# %% [markdown]
# (`distance.__name__` is the name of a function.) With the RMSE, the baseline reads more threes and
# slightly fewer sevens. Its average, better by 1.5 percentage points, is the new number to beat.
#
# Could that be luck? Other writers would have given us other digits, and a slightly different
# accuracy. A poll has the same problem: it asks a thousand people, and reports how far off the
# result may be. An accuracy $p$ on $n$ digits is typically off by about $\sqrt{p (1 - p) / n}$,
# the *[standard error](22_jargon.md#standard-error)*. With 95 % and about 2,000 digits, it is
# $\sqrt{0.95 \cdot 0.05 / 2000}$, about half a percentage point; with four times as many digits,
# it would be half of that. If you compare two accuracies, both are off, so trust only a difference
# of well over two standard errors. Ours is three of them, hardly luck. We will use this yardstick
# whenever two models are close.

# %% tags=["claim"]
if digits.name == "mnist":
    gain = average - (accuracy_3 + accuracy_7) / 2
    assert round(100 * float(gain), 1) == 1.5
    assert 0.004 < (0.95 * 0.05 / 2_038) ** 0.5 < 0.006

# %% [markdown]
# ??? question "An average of two accuracies, or the accuracy of all?"
#     We averaged two shares, as if there were as many threes as sevens. The share among all digits
#     gives every _digit_ the same weight, not every _class_. Here the two classes are nearly of the
#     same size, and it hardly matters. For unequal classes it does matter. It also matters for
#     [batches](22_jargon.md#batch): if the last batch is small, the mean of the batches' accuracies
#     gives its digits more weight than the others. So count all the right answers, and divide once.
#
# ## Why sevens are easier
#
# `is_3` only says which of two distances is smaller. You can see more if you ask _how much_
# smaller. Take the distance to the mean seven minus the distance to the mean three, and call that
# the *[margin](22_jargon.md#margin)*. A positive margin means three, a negative one seven, and a
# margin near zero is a close call. What do you expect the histogram of the margins to look like, if
# sevens are read better?


# %%
def margins(images, distance):
    to_seven = distance(images, mean_seven)
    to_three = distance(images, mean_three)
    return np.asarray(to_seven - to_three)


def plot_margins(distance, ax):
    margin_3, margin_7 = margins(valid_3, distance), margins(valid_7, distance)
    bins = np.linspace(margin_7.min(), margin_3.max(), 41)
    n_3, *_ = ax.hist(margin_3, bins, alpha=0.6, label="threes")
    n_7, *_ = ax.hist(margin_7, bins, alpha=0.6, label="sevens")
    ax.text(margin_3.mean(), 1.02 * n_3.max(), "threes", color="C0")
    ax.text(margin_7.mean(), 1.02 * n_7.max(), "sevens", color="C1")
    ax.axvline(0, color="gray", linestyle="--", label="border")
    ax.text(0.002, 1.1 * n_7.max(), "border", color="gray")
    ax.margins(y=0.2)
    ax.set(xlabel="margin", title=distance.__name__, xticks=[-0.05, 0, 0.05])


# %% alt="Two pairs of histograms of the margins, sevens at the left and threes at the right, with a border at zero. With the L1 distance, the sevens form a hill well to the left of the border, and the threes a wider hill close to it, whose left end reaches across. With the mean squared distance, both hills are about equally far from the border."
figure, axes = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
plot_margins(jd.l1_distance, axes[0])
plot_margins(jd.mse_distance, axes[1])
axes[0].set(ylabel="number of digits")

# %% [markdown]
# In the left picture, both digits form a hill, but the border does not run half way between the
# hills. The hill of the threes is wider, and it is much closer to the border, so that its left end
# reaches across. So the sevens are hardly easier to _recognize_. They do better mainly because the
# border is in a place that favors them. (In exercise 4, you will move it.) Why is it there? Ask our
# baseline about a blank sheet:

# %% tags=["claim"]
if digits.name == "mnist":
    margin_3, margin_7 = (
        margins(valid_3, jd.l1_distance),
        margins(valid_7, jd.l1_distance),
    )
    assert -margin_7.mean() > 1.5 * margin_3.mean() > 0
    assert margin_3.std() > 1.15 * margin_7.std()

# %%
blank = jnp.zeros((28, 28))
print(f"blank sheet to the mean three {jd.l1_distance(blank, mean_three):.4f}")
print(f"blank sheet to the mean seven {jd.l1_distance(blank, mean_seven):.4f}")

# %% [markdown]
# From a blank sheet, the distance to a mean is simply the mean's ink. The mean seven has less, so
# the sheet is called a seven. A three that is written with a thin pen lacks much of the ink of the
# mean three, and may come out as a seven. If this is right, pale threes should be read worse than
# dark ones, and with sevens it should be the other way round. Split the images of each digit into a
# pale and a dark half.

# %% tags=["claim"]
if digits.name == "mnist":
    assert jd.l1_distance(blank, mean_seven) < jd.l1_distance(blank, mean_three)

# %%
for name, images in {"threes": valid_3, "sevens": valid_7}.items():
    ink = np.asarray(images.mean(axis=(1, 2)))
    pale = ink < np.median(ink)
    right = np.asarray(is_3(images)) == (name == "threes")
    print(f"{name}: {right[pale].mean():.1%} of the pale half right", end=", ")
    print(f"{right[~pale].mean():.1%} of the dark half")

# %% [markdown]
# That is what we see. For threes the effect is large; for sevens it is so small that it may be
# luck.
#
# Why do squares help? In the right histogram, both hills are about equally far from the border. (It
# uses the mean squared distance, without the root, which gives the same answers.) The reason is a
# rule about means. Imagine two threes as points on a line, at 1 and 3. The mean three is at 2, and
# let the mean seven be at 5. The squared distances of the threes are 16 and 4 to the mean seven,
# and 1 and 1 to the mean three. So their margins are 15 and 3, on average 9, and that is exactly
# the squared distance between the two means. The same holds for all our training threes, and for
# the sevens with a minus sign. So on average both digits are equally far from the border. Absolute
# values follow no such rule. [Lesson 7](07_from_averages_to_weights.py) turns squared distances
# into our first model with weights.

# %% tags=["claim"]
if digits.name == "mnist":
    gaps = []
    for images in valid_3, valid_7:
        ink = np.asarray(images.mean(axis=(1, 2)))
        pale = ink < np.median(ink)
        three = np.asarray(is_3(images))
        gaps.append(three[~pale].mean() - three[pale].mean())
    assert gaps[0] > 0.05 and gaps[1] > 0.005
    between = float(jd.mse_distance(mean_three, mean_seven))
    for images, center in (train_3, between), (train_7, -between):
        margin = margins(images, jd.mse_distance)
        assert np.isclose(margin.mean(), center, rtol=1e-3)

# %% [markdown]
# ## The ones it gets wrong
#
# The accuracy says how often the baseline is wrong. To find out why, look at the digits. Here are
# the eight threes with the lowest margins, and the eight sevens with the highest ones. How many of
# them can you read?

# %% alt="The eight threes that look most like sevens to the baseline: most lean to the right and have a long upper stroke and small bows; one has a noisy lower edge. | The eight sevens that look most like threes to it: six have a bar through the stem, and two are narrow and nearly upright."
order_3 = np.argsort(margins(valid_3, jd.l1_distance))
order_7 = np.argsort(-margins(valid_7, jd.l1_distance))
figure = jd.plots.show_images(np.asarray(valid_3)[order_3[:8]])
figure = jd.plots.show_images(np.asarray(valid_7)[order_7[:8]])

# %% [markdown]
# The baseline gets all sixteen wrong, and you can probably read every one of them. Most of the
# threes lean to the side and have small bows, so that the lower bow is not where the mean three has
# it. Most of the sevens have a bar through the stem, just where threes have ink in the middle. Few
# of these digits are badly written, but their strokes are in unusual places, and places are all
# that our baseline knows about.

# %% tags=["claim"]
if digits.name == "mnist":
    assert not is_3(valid_3[order_3[:8]]).any()
    assert is_3(valid_7[order_7[:8]]).all()

# %% [markdown]
# ## What you learned
#
# - You can measure accuracy, on digits that had no part in making the model, for each class.
# - You can say whether two shapes broadcast, to what, and which axis is repeated.
# - You can add an axis with `None`, so that the right axes meet.
# - You know the bug of `(n,)` with `(n, 1)`, and can read the message of a shape check.
# - You can find out from a histogram of margins why a model favors one class.
#
# ## Exercises
#
# ### Exercise 1: one accuracy for all
#
# Write `overall_accuracy(correct_3, correct_7)`. The arguments are two masks of different lengths,
# which say for each three and each seven whether it was read correctly. Return the share of all
# digits that were read correctly. For example, one right out of one three and one right out of
# three sevens make 0.5.
# <!-- typed: an example -->
#
# ??? tip "A hint"
#     Count all that are true, and divide by how many there are. Or join the two masks first, with
#     `jnp.concatenate([correct_3, correct_7])`.


# %% tags=["check"]
def check_overall_accuracy(overall_accuracy):
    def expected(correct_3, correct_7):
        return np.concatenate([correct_3, correct_7]).mean()

    random = np.random.default_rng(0)
    inputs = [(np.array([True]), np.array([True, False, False]))]
    for threes, sevens in (8, 30), (25, 6), (1, 9):
        correct_3 = random.random(threes) < 0.9
        inputs.append((correct_3, random.random(sevens) < 0.4))
    slips = {
        "that is the average of two averages.": lambda a, b: (
            (a.mean() + b.mean()) / 2
        ),
        "that counts them; a share is at most 1.": lambda a, b: (
            a.sum() + b.sum()
        ),
        "those are only the threes.": lambda a, b: a.mean(),
        "those are only the sevens.": lambda a, b: b.mean(),
        "that is the share of wrong ones.": lambda a, b: 1 - expected(a, b),
    }
    return jd.check_answer(overall_accuracy, expected, inputs, slips=slips)


# %% tags=["answer"]
def overall_accuracy(correct_3, correct_7):
    return jnp.concatenate([correct_3, correct_7]).mean()


print(check_overall_accuracy(overall_accuracy))
print(f"overall {overall_accuracy(is_3(valid_3), ~is_3(valid_7)):.4f}")

# %% [markdown]
# ### Exercise 2: every image against every prototype
#
# Write `all_distances(images, prototypes)`, the L1 distances of `n` images of shape `(n, 28, 28)`
# to `c` prototypes of shape `(c, 28, 28)`. The result has the shape `(n, c)`. Do it without a loop.
# Your function should work for images of other sizes, too.
#
# ??? tip "A hint"
#     You want to subtract with the shapes `(n, 1, 28, 28)` and `(c, 28, 28)`. Where does a `None`
#     go?


# %% tags=["check"]
def check_all_distances(all_distances):
    def expected(images, prototypes):
        return np.abs(images[:, None] - prototypes).mean(axis=(-2, -1))

    random = np.random.default_rng(0)
    inputs = [
        (random.random((n, *size)), random.random((c, *size)))
        for n, c, size in ((3, 2, (4, 5)), (2, 4, (3, 6)), (3, 3, (5, 2)))
    ]
    slips = {
        "rows should be images, and columns prototypes.": lambda a, b: expected(
            b, a
        ),
        "divide by the number of pixels: take the mean.": lambda a, b: np.abs(
            a[:, None] - b
        ).sum(axis=(-2, -1)),
        "the differences cancel; where are the absolute values?": (
            lambda a, b: (a[:, None] - b).mean(axis=(-2, -1))
        ),
        "absolute values first, then the mean.": lambda a, b: np.abs(
            (a[:, None] - b).mean(axis=(-2, -1))
        ),
        "average over rows and columns; the axes -2 and -1.": lambda a, b: (
            np.abs(a[:, None] - b).mean(axis=-1)
        ),
    }
    return jd.check_answer(all_distances, expected, inputs, slips=slips)


# %% tags=["answer"]
def all_distances(images, prototypes):
    differences = images[:, None] - prototypes
    return jnp.abs(differences).mean(axis=(-2, -1))


print(check_all_distances(all_distances))

# %% [markdown]
# ### Exercise 3: will it broadcast?
#
# Write `broadcast_shape(a, b)` for two shapes, given as tuples. It returns the shape of the result
# as a tuple, and `None` if the two do not go together. For example, `(5,)` and `(5, 1)` give
# `(5, 5)`, and `(2,)` and `(3,)` give `None`. Do it without NumPy's help.
#
# ??? tip "A hint"
#     Put ones in front of the shorter tuple until both have the same length: `(1,) * 2` is
#     `(1, 1)`, and `+` joins two tuples. Then go through the pairs with `zip`.


# %% tags=["check"]
def check_broadcast_shape(broadcast_shape):
    def expected(a, b):
        try:
            return np.broadcast_shapes(a, b)
        except ValueError:
            return None

    inputs = [((5,), (5, 1)), ((2,), (3,)), ((28, 28), (10, 28, 28))]
    inputs += [((10, 28, 28), (10,)), ((3, 1, 4), (2, 1)), ((), (2, 3))]
    inputs += [((4, 2), (3, 2)), ((2, 5, 7), (3, 1, 7)), ((6, 1, 1), (1, 5))]
    inputs += [((1, 1), (1,)), ((4, 1), (7,)), ((2, 3), (2, 1, 3)), ((), ())]
    slips = {
        "align the shapes at the right, not at the left.": lambda a, b: (
            expected((a + (1,) * len(b))[: max(len(a), len(b))], b)
            if len(a) < len(b)
            else expected(a, (b + (1,) * len(a))[: len(a)])
        ),
        "the last axes may agree and others not; look at all of them.": (
            lambda a, b: (
                None
                if a and b and a[-1] != b[-1] and 1 not in (a[-1], b[-1])
                else tuple(np.maximum(np.zeros(a).shape or 1, 1))
            )
        ),
    }
    return jd.check_answer(broadcast_shape, expected, inputs, slips=slips)


# %% tags=["answer"]
def broadcast_shape(a, b):
    axes = max(len(a), len(b))
    a = (1,) * (axes - len(a)) + a
    b = (1,) * (axes - len(b)) + b
    result = []
    for m, n in zip(a, b, strict=True):
        if m != n and m != 1 and n != 1:
            return None
        result.append(n if m == 1 else m)
    return tuple(result)


print(check_broadcast_shape(broadcast_shape))

# %% [markdown]
# ### Exercise 4: move the border
#
# Nothing says that the border has to be at a margin of 0. Write
# `best_border(margin_3, margin_7, borders)`, which tries each of the borders and returns the best
# one. A three is read correctly if its margin is above the border, and a seven if its margin is
# not. The best border is the one with the highest average of the two accuracies. Then choose a
# border for the L1 distance, and see how it does on the test digits. Which digits should you use to
# choose it?
#
# ??? tip "A hint"
#     Make a list with the average accuracy for each border. `np.argmax` says at which place the
#     largest one is.


# %% tags=["check"]
def check_best_border(best_border):
    def scores(margin_3, margin_7, borders):
        return [
            ((margin_3 > border).mean() + (margin_7 <= border).mean()) / 2
            for border in borders
        ]

    def expected(margin_3, margin_7, borders):
        return borders[int(np.argmax(scores(margin_3, margin_7, borders)))]

    def most_right(a, b, borders):
        counts = [np.sum(a > x) + np.sum(b <= x) for x in borders]
        return borders[int(np.argmax(counts))]

    inputs = []
    for seed, n, m, border in (
        (1, 40, 15, -0.2),
        (2, 21, 90, 0.3),
        (3, 60, 8, 0.1),
    ):
        random = np.random.default_rng(seed)
        a = border + 0.25 + 0.3 * random.normal(size=n)
        b = border - 0.25 + 0.3 * random.normal(size=m)
        inputs.append((a, b, np.linspace(-0.97, 0.83, 7)))
    unequal = np.repeat([0.0, 0.8], [6, 14]), np.array([-0.9, -0.6, 0.0, 0.5])
    inputs.append((*unequal, np.array([-0.4, 0.1])))
    on_border = np.array([2, 2, 4, 6]) / 8, np.array([-4, 0, 2, 3]) / 8
    inputs.append((*on_border, np.array([0.0, 0.25])))
    on_border = np.array([1.5, 4, 5, 7]) / 8, np.array([2, 2, 2, 0.5]) / 8
    inputs.append((*on_border, np.array([0.125, 0.25])))
    slips = {
        "that is the accuracy; which border has it?": lambda a, b, borders: max(
            scores(a, b, borders)
        ),
        "that is the place of the border; return the border.": (
            lambda a, b, borders: int(np.argmax(scores(a, b, borders)))
        ),
        "that is the worst one.": lambda a, b, borders: borders[
            int(np.argmin(scores(a, b, borders)))
        ],
        "average the two accuracies; that counts all digits alike.": most_right,
        "a seven exactly at the border is read correctly.": (
            lambda a, b, borders: borders[
                int(
                    np.argmax(
                        [(a > x).mean() + (b < x).mean() for x in borders]
                    )
                )
            ]
        ),
        "that border is the best for the threes alone.": lambda a, b, borders: (
            borders[int(np.argmax([(a > x).mean() for x in borders]))]
        ),
        "that border is the best for the sevens alone.": lambda a, b, borders: (
            borders[int(np.argmax([(b <= x).mean() for x in borders]))]
        ),
    }
    return jd.check_answer(best_border, expected, inputs, slips=slips)


# %% tags=["answer"]
def best_border(margin_3, margin_7, borders):
    scores = []
    for border in borders:
        right_3 = (margin_3 > border).mean()
        right_7 = (margin_7 <= border).mean()
        scores.append((right_3 + right_7) / 2)
    return borders[int(np.argmax(scores))]


print(check_best_border(best_border))

# %% tags=["answer"]
train_margin_3 = margins(train_3, jd.l1_distance)
train_margin_7 = margins(train_7, jd.l1_distance)
borders = np.linspace(-0.05, 0.05, 101)
border = best_border(train_margin_3, train_margin_7, borders)
right_3 = (margins(valid_3, jd.l1_distance) > border).mean()
right_7 = (margins(valid_7, jd.l1_distance) <= border).mean()
print(f"border {border:.3f}: threes {right_3:.4f}, sevens {right_7:.4f}")
print(f"average {(right_3 + right_7) / 2:.4f}")

# %% [markdown]
# You have to choose the border with the training digits. Otherwise the test digits would have a
# part in making the model. With one number adjusted, the L1 distance is about as good as the RMSE,
# and both digits are read about equally well. In lesson 7 we will meet just such a number again,
# under the name *[bias](22_jargon.md#bias)*.

# %% tags=["claim"]
if digits.name == "mnist":
    assert (right_3 + right_7) / 2 > average - 0.002
    assert abs(right_3 - right_7) < 0.015

# %% [markdown]
# **Next:** in the last exercise, you adjusted one number by trying a hundred values. Real models
# have thousands of numbers or more, and nobody can try all combinations.
# [Gradients](05_gradients.py) tell us which way to go.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# Harris and others, *Array programming with NumPy*, Nature, 2020, on broadcasting.
