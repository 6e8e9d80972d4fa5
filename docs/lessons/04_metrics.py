# %% [markdown]
# # 4. Metrics by broadcasting
#
# **How good is our classifier, and how do we compare thousands of images without a loop?** You
# score the baseline of lesson 3 on every digit it has not seen, in one line, and learn the rule
# behind that line well enough to fear it.
#
# *You need:* [lesson 3](03_pixel_similarity.py).
#
# ## A number for people
#
# A *[metric](22_jargon.md#metric)* says how well a model does, in terms that people care about. For a classifier that
# is most often *[accuracy](22_jargon.md#accuracy)*: the share of [examples](22_jargon.md#example) it gets right. It is measured on the validation
# set, on digits that had no part in making the model. Otherwise it tells you how well the model
# remembers.

# %%
import timeit

import jax.numpy as jnp
import numpy as np

import jaxdigits as jd

digits = jd.load("auto")
train_3, train_7 = (
    jd.to_float(jd.select(digits.train, d).images) for d in (3, 7)
)
valid_3, valid_7 = (
    jd.to_float(jd.select(digits.test, d).images) for d in (3, 7)
)
mean_three, mean_seven = train_3.mean(axis=0), train_7.mean(axis=0)
print(f"{len(valid_3):,} threes and {len(valid_7):,} sevens to check")

# %% [markdown]
# ## One distance an image
#
# Lesson 3 measured the distance of one image to the mean three. For all of them, there is the
# loop:


# %%
def distances_by_loop(images, prototype):
    return np.stack([jnp.abs(image - prototype).mean() for image in images])


print(distances_by_loop(valid_3[:5], mean_three))

# %% [markdown]
# And there is this. The images have shape `(n, 28, 28)`, the prototype `(28, 28)`. What would
# you expect from subtracting arrays of different shapes: an error?

# %%
difference = valid_3 - mean_three
print(valid_3.shape, "-", mean_three.shape, "->", difference.shape)

# %% [markdown]
# The prototype was subtracted from every image. This is **[broadcasting](22_jargon.md#broadcasting)**: where an array lacks
# an axis, it behaves as if it were repeated along that axis. After that, absolute values and
# a mean over the last two axes leave one number an image.


# %%
def distances(images, prototype):
    return jnp.abs(images - prototype).mean(axis=(-2, -1))


assert jnp.allclose(
    distances(valid_3, mean_three), distances_by_loop(valid_3, mean_three)
)

# %% [markdown]
# Same numbers. Not the same time:

# %%
loop = timeit.timeit(lambda: distances_by_loop(valid_3, mean_three), number=1)
call = (
    timeit.timeit(
        lambda: distances(valid_3, mean_three).block_until_ready(), number=20
    )
    / 20
)
print(f"loop {1e3 * loop:.1f} ms, one call {1e3 * call:.2f} ms", end=": ")
print(f"{loop / call:,.0f} times faster")

# %% [markdown]
# A loop in Python asks JAX for three small jobs an image, and the asking takes longer than the
# arithmetic. One call asks for three large jobs. (Why `block_until_ready`? JAX hands you an array
# before its numbers are there. Whoever measures must wait for them.)
#
# The package's [`l1_distance`][jaxdigits.l1_distance] is this function, compiled:

# %%
assert jnp.allclose(
    distances(valid_3, mean_three), jd.l1_distance(valid_3, mean_three)
)

# %% [markdown]
# ## The rule
#
# Write the two shapes one below the other, **aligned at the right**. Going from right to left,
# each pair of axes must be equal, or one of them must be 1 or missing. That one is repeated.
#
# ```text
# valid_3       n  28  28          a       5          a       5
# mean_three       28  28          b   5   1          c       4
#               ---------              -----              -----
# result        n  28  28              5   5              error
# ```
#
# ![Two subtractions, three grids each. Above: a stack of n images of shape (n, 28, 28), minus one image of shape (28, 28), gives n differences of shape (n, 28, 28). Dashed outlines behind the one image show that it is used n times, along the axis of images. Below: a column of shape (5, 1) with the numbers 0 to 4, used 5 times from left to right, minus a row of shape (5,) with the numbers 0 to 4, used 5 times from top to bottom, gives a square of shape (5, 5): 25 pairs. Only the 5 pairs on the diagonal, shaded orange and all zero, were meant.](../assets/diagrams/broadcasting.svg)
#
# "Repeated" is a way of speaking: nothing is copied. NumPy shows how that is done. Along the new
# axis it takes a step of 0 bytes, and so reads the same image again and again.

# %%
many = np.broadcast_to(np.asarray(mean_three), (1010, 28, 28))
print(f"shape {many.shape}, strides {many.strides}", end=": ")
print(f"to the next image it is {many.strides[0]} bytes")

# %% [markdown]
# JAX gets there differently. Its compiler sees the whole expression, and the repeated array never
# comes into being.
#
# ## The bug it hides
#
# Look once more at the lower half of the picture. Five predictions, five [targets](22_jargon.md#target), but one of them
# happens to be a column. What is the mean error of predictions that are all right?

# %%
predictions = jnp.array([0.0, 1.0, 2.0, 3.0, 4.0])
targets = predictions[:, None]  # the same numbers as a column: shape (5, 1)
errors = jnp.abs(predictions - targets)
print(f"{predictions.shape} - {targets.shape} -> {errors.shape}")
print(f"mean error {errors.mean():.1f}")

# %% [markdown]
# It should be 0. Instead, *every* prediction was compared with *every* target, without a word.
# A model trained with such a loss learns something, only not what you meant, and you may look
# for the reason for days.
#
# The cure is to say which shapes a function takes, and to have it checked. In this package every
# function does, in its signature: `targets` must have the shape of `predictions`.

# %%
try:
    jd.l1_loss(predictions, targets)
except TypeError as error:
    print(error)

# %% [markdown]
# !!! tip "What the check costs"
#     Shapes are known before any arithmetic begins, so under [`jax.jit`](22_jargon.md#jit) they are checked once,
#     when the function is compiled. The compiled code does not know that there was a check.
#
# Where broadcasting *is* meant, as in `l1_distance`, the signature says that too: leading
# axes may broadcast, the two axes of pixels must agree.
#
# ### Try it
#
# Take an example, or choose two shapes axis by axis. Before you read what comes of it: will they
# fit, and which of them is repeated, along which axis? One example is an error. Which other shape
# must `b` have, with the same five numbers, so that each image meets its own? (The table is on the
# website; in a notebook, ask `np.broadcast_shapes((5,), (5, 1))`.)
#
# <div class="interactive broadcasting"><noscript>The table needs JavaScript. Without it, ask <code>np.broadcast_shapes((5,), (5, 1))</code> in your copy of this lesson.</noscript></div>
#
# ## Is it a three?
#
# An image is a three if it is nearer to the mean three than to the mean seven.


# %%
def is_3(images):
    return distances(images, mean_three) < distances(images, mean_seven)


print(is_3(valid_3[:8]))

# %% [markdown]
# Booleans count as 1 and 0, so their mean *is* the share of images taken for threes. For the
# threes that is the accuracy. For the sevens the right answer is *no*, and `~` turns every yes
# into no. Before you run it: which of the two digits is easier, do you think?

# %%
accuracy_3, accuracy_7 = is_3(valid_3).mean(), (~is_3(valid_7)).mean()
print(f"threes {accuracy_3:.4f}, sevens {accuracy_7:.4f}")
print(f"average {(accuracy_3 + accuracy_7) / 2:.4f}")

# %% [markdown]
# That is what "no learning at all" can do, and it is the number to beat.
#
# The package's [`is_closer`][jaxdigits.is_closer] takes the distance as an argument. So how does
# squared error compare?

# %%
for distance in jd.l1_distance, jd.rmse_distance:
    right_3 = jd.is_closer(valid_3, mean_three, mean_seven, distance)
    right_7 = jd.is_closer(valid_7, mean_seven, mean_three, distance)
    average = (right_3.mean() + right_7.mean()) / 2
    print(f"{distance.__name__:13}  threes {right_3.mean():.4f}", end="  ")
    print(f"sevens {right_7.mean():.4f}  average {average:.4f}")

assert (
    jd.is_closer(valid_3, mean_three, mean_seven, jd.l1_distance)
    == is_3(valid_3)
).all()

# %% [markdown]
# ??? question "An average of two accuracies, or the accuracy of all?"
#     We averaged two shares, as if there were as many threes as sevens. The share over all
#     digits weighs every *digit* the same, not every *class*. Here both classes are nearly of
#     one size and it hardly matters. For unequal classes it does, and it matters for batches
#     too: if the last batch is small, the mean of the batches' accuracies counts its digits more
#     than the others. So count all right answers, and divide once.
#
# ## The ones it gets wrong
#
# A number says how often. Only looking says why.

# %% alt="Threes that the baseline takes for sevens. Many are slanted, narrow or lie off center."
wrong = valid_3[~is_3(valid_3)]
figure = jd.plots.show_images(wrong[:16])

# %% [markdown]
# ## What you learned
#
# - A metric is for people, and is measured on the validation set.
# - Broadcasting aligns shapes at the right and repeats axes that are 1 or missing, copying
#   nothing. One call does the work of a loop, much faster.
# - `(n,)` with `(n, 1)` gives `(n, n)`. Let functions check their shapes.
# - The mean of a boolean array is a share.
#
# ## Exercises
#
# ### Exercise 1: will it broadcast?
#
# Without running them: which of these shapes go together, and to what? Write
# `broadcast_shape(a, b)` for two tuples; return `None` where they do not.


# %% tags=["check"]
def check_broadcast_shape(broadcast_shape):
    cases = [
        ((5,), (5, 1)),
        ((3, 1, 4), (2, 1)),
        ((28, 28), (10, 28, 28)),
        ((), (2,)),
        ((2,), (3,)),
    ]
    for a, b in cases:
        try:
            expected = np.broadcast_shapes(a, b)
        except ValueError:
            expected = None
        if (answer := broadcast_shape(a, b)) != expected:
            return f"Not yet: {a} with {b} is not {answer}; align at the right."
    return "right"


# %% tags=["answer"]
def broadcast_shape(a, b):
    rank = max(len(a), len(b))
    a, b = (1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b
    if any(m != n and 1 not in (m, n) for m, n in zip(a, b, strict=True)):
        return None
    return tuple(n if m == 1 else m for m, n in zip(a, b, strict=True))


print(check_broadcast_shape(broadcast_shape))

# %% [markdown]
# ### Exercise 2: every image against every prototype
#
# Write `all_distances(images, prototypes)` for `(n, 28, 28)` and `(c, 28, 28)`. The result is
# `(n, c)`, and there is no loop. Where must a new axis go, so that the shapes line up?


# %% tags=["check"]
def check_all_distances(all_distances):
    images = np.arange(3.0)[:, None, None] * np.ones((3, 2, 2))
    prototypes = np.ones((2, 2, 2))
    prototypes[1] = 0.0
    try:
        result = all_distances(images, prototypes)
    except (TypeError, ValueError):
        return "Not yet: the shapes do not line up; try images[:, None]."
    if result.shape == (2, 3):
        return "Not yet: rows should be images, and columns prototypes."
    expected = jnp.array([[1.0, 0.0], [0.0, 1.0], [1.0, 2.0]])
    return (
        "right"
        if jnp.array_equal(result, expected)
        else "Not yet: average over pixels only."
    )


# %% tags=["answer"]
def all_distances(images, prototypes):
    return jnp.abs(images[:, None] - prototypes).mean(axis=(-2, -1))


print(check_all_distances(all_distances))

# %% [markdown]
# ### Exercise 3: one accuracy for all
#
# Write `overall_accuracy(correct_3, correct_7)` for two boolean arrays of different lengths: the
# share of all digits that are right.


# %% tags=["check"]
def check_overall_accuracy(overall_accuracy):
    result = overall_accuracy(
        jnp.array([True]), jnp.array([True, False, False])
    )
    if jnp.isclose(result, 2 / 3):
        return "Not yet: that is the average of two averages."
    return "right" if result == 0.5 else "Not yet: two of four are right."


# %% tags=["answer"]
def overall_accuracy(correct_3, correct_7):
    return jnp.concatenate([correct_3, correct_7]).mean()


print(check_overall_accuracy(overall_accuracy))

# %% [markdown]
# **Next:** the baseline cannot improve, since nothing in it can be adjusted. A model has numbers
# that can, and [gradients](05_gradients.py) tell which way.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# Harris and others, *Array programming with NumPy*, Nature, 2020, on broadcasting and strides.
