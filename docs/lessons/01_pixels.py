# %% [markdown]
# # 1. Pixels
#
# **How does a computer see a handwritten digit?** As a table of numbers, and nothing else. In
# this lesson you load tens of thousands of digits, take one of them apart, and decide which of
# them a [model](22_jargon.md#model) may learn from.
#
# *You need:* some Python. Everything else is explained where it comes up.
#
# ## The data
#
# We begin with a question that a child answers at a glance: is this a three or a seven? Two
# digits are enough to meet every idea of deep learning once. The other eight come later.
#
# What Python cannot do alone, packages add. [JAX](https://docs.jax.dev) calculates with many numbers
# at once, [Matplotlib](https://matplotlib.org) draws, and `jaxdigits`, the package that belongs to
# these lessons, has the digits.

# %%
import jax.numpy as jnp
import matplotlib.pyplot as plt

import jaxdigits as jd

digits = jd.load("auto")
print(digits.name)

# %% [markdown]
# `load("auto")` fetches MNIST, the best-known collection of handwritten digits. The first call
# downloads 11 MB and prepares them; later ones read what is there. Without a network it takes
# a smaller set that is part of scikit-learn, and says so.
#
# The digits come in two heaps, [`train`](22_jargon.md#training-set) and `test`. Each is a pair: `images` and `labels`.

# %%
for name, split in ("train", digits.train), ("test", digits.test):
    print(f"{name:5}  images {split.images.shape}  labels {split.labels.shape}")

# %% [markdown]
# Read `(n, 28, 28)` as *n images of 28 rows and 28 columns*. The [labels](22_jargon.md#label) say which digit each
# image shows. Often such a collection is stored as one folder a digit, full of little pictures;
# here all pictures lie in one [array](22_jargon.md#array), and [`select`][jaxdigits.select] plays the folder.
#
# How many threes and sevens would you expect, if all ten digits were equally frequent?

# %%
for digit in 3, 7:
    train, test = jd.select(digits.train, digit), jd.select(digits.test, digit)
    print(f"{digit}s: {len(train.labels):5,} to learn from", end=", ")
    print(f"{len(test.labels):5,} to check")

# %% [markdown]
# Not quite a tenth each: people do not write all digits equally often.
#
# ## One three, three ways
#
# The book that this course follows keeps its threes as files, named by their number and sorted
# as text, in which `10000` comes before `7`. We look at the same image as the book does: the
# second in that order.

# %%
labels = digits.train.labels.tolist()
numbers = [number for number, label in enumerate(labels) if label == 3]
chosen = sorted(numbers, key=str)[1]
three = digits.train.images[chosen]
print(f"training image {chosen}, a {labels[chosen]}")

# %% [markdown]
# First, as a **picture**:

# %% alt="A handwritten three, dark on white, a little blurred at the edges of the strokes."
ax = jd.plots.show_image(three)

# %% [markdown]
# Second, as **numbers**. Square brackets cut out a part: rows 4 to 9, columns 4 to 9. (Counting
# starts at 0, and the end is not included.)

# %%
print(three[4:10, 4:10])

# %% [markdown]
# That is the beginning of the upper stroke. Each number says how much ink there is in one small
# square, a *[pixel](22_jargon.md#pixel)*: 0 is background, 255 is solid ink, and what lies between is gray. Why 255?
# It is the largest number that fits into eight bits, one byte a pixel.
#
# Third, both at once: the **numbers, shaded** by their own value. This is the image. Step back
# from the screen and the numbers turn into a three.

# %% alt="The middle of the same three as a table of numbers from 0 to 255. Each cell is shaded by its number, so that the digit appears."
ax = jd.plots.show_pixels(three[4:26, 4:25])

# %% [markdown]
# Nothing is hidden behind the numbers. Whatever a model finds out about this image, it finds out
# by adding and multiplying them.
#
# !!! note "And color?"
#     A color picture has three numbers a pixel: how much red, green and blue light. An array
#     holds them in one more [axis](22_jargon.md#axis).

# %% alt="The same three in color: red strokes on a black ground."
red = jnp.stack([three, jnp.zeros_like(three), jnp.zeros_like(three)], axis=-1)
print(red.shape)

figure, ax = plt.subplots(figsize=(2, 2))
ax.imshow(red, interpolation="none")
ax.set_axis_off()

# %% [markdown]
# ## A look at many
#
# Before you calculate anything, look at your data. Which of these would you have read wrongly?

# %% alt="Two rows of handwritten threes and two rows of handwritten sevens. They differ in slant, thickness and shape; some sevens have a bar."
both = jnp.concatenate([jd.select(digits.train, d).images[:16] for d in (3, 7)])
figure = jd.plots.show_images(both)

# %% [markdown]
# ## Why two heaps?
#
# A model that has seen a digit during training may remember it, and
# [fit that digit better than digits in general](22_jargon.md#overfitting). Asked about that digit
# again, it is right, and you have learned nothing about what it will do with the next envelope.
# So part of the data is kept away from training and used only to check. That part is called the
# *[validation set](22_jargon.md#validation-set)*.
#
# There is a subtler trap. You too learn from the validation set: you try this and that, keep
# what scores best, and in the end your choices fit those very digits. Therefore serious work
# keeps a third heap, the *[test set](22_jargon.md#test-set)*, that nobody looks at until the very end.
#
# !!! warning "A shortcut"
#     MNIST comes with a training set and a test set. Like the book, these lessons check against
#     the test set after every [epoch](22_jargon.md#epoch), which makes it our validation set. That is
#     fine for learning and for comparing with published figures, as everybody has used it so for decades.
#     It would be wrong in production: there, cut a validation set out of the training data, and
#     open the test set once.
#
# ## Where the digits come from
#
# In the early 1990s the American census bureau collected forms filled in by its own field staff
# and by high school students. The standards institute NIST published the digits. Yann LeCun,
# Corinna Cortes and Christopher Burges mixed both groups, centered each digit in a square and
# called the result *modified NIST*: MNIST.
#
# LeCun's convolutional networks read such digits well enough to process bank checks before the
# decade was over. And yet for many years most researchers held [neural networks](22_jargon.md#neural-network) to be a dead end.
# LeCun, Yoshua Bengio and Geoffrey Hinton went on regardless, with little money and less
# applause, until faster computers and larger data sets proved them right. In 2018 they received
# the Turing Award. The methods of this course are, with few changes, the ones they never gave up.
#
# ## What you learned
#
# - An image is a grid of numbers: 0 for background, 255 for ink; color takes three a pixel.
# - `digits.train.images` holds all images in one array, `digits.train.labels` what they show.
# - A model is judged on digits that it has never seen.
#
# ## Exercises
#
# Write each function in your own copy of this lesson, then hand it to the check.
#
# ### Exercise 1: how much ink?
#
# Write `ink_share(image)`, the share of an image's pixels that have any ink at all.


# %% tags=["check"]
def check_ink_share(ink_share):
    half = jnp.array([[0, 255], [1, 0]], jnp.uint8)
    if ink_share(half) == 128 / 255 / 2 or ink_share(half) == 64:
        return (
            "Not yet: that is how dark the pixels are; ask which are not zero."
        )
    if ink_share(half) == 2:
        return "Not yet: you count the pixels; a share is at most one."
    return (
        "right"
        if ink_share(half) == 0.5
        else "Not yet: try a 2 x 2 image by hand."
    )


# %% tags=["answer"]
def ink_share(image):
    return (image > 0).mean()


print(check_ink_share(ink_share))

# %% [markdown]
# ### Exercise 2: white on black
#
# Write `negative(image)`, which turns ink into background and background into ink.


# %% tags=["check"]
def check_negative(negative):
    image = jnp.array([[0, 255, 10]], jnp.uint8)
    result = negative(image)
    if result.dtype != jnp.uint8:
        return f"Not yet: the result is {result.dtype}; let bytes stay bytes."
    if (result == jnp.array([[0, 1, 246]])).all():
        return "Not yet: a byte below zero wraps around; start from 255."
    return (
        "right"
        if (result == jnp.array([[255, 0, 245]])).all()
        else "Not yet: is 0 now 255?"
    )


# %% tags=["answer"]
def negative(image):
    return 255 - image


print(check_negative(negative))

# %% [markdown]
# ### Exercise 3: which is rarest?
#
# Write `rarest(labels)`, the digit that occurs least often. It should be an int.


# %% tags=["check"]
def check_rarest(rarest):
    labels = jnp.array(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 4, 5, 6, 7, 8, 9], jnp.uint8
    )
    if rarest(labels) == 1:
        return "Not yet: that is how often it occurs; which digit is it?"
    if not isinstance(rarest(labels), int):
        return "Not yet: turn the result into an int."
    return (
        "right"
        if rarest(labels) == 3
        else "Not yet: count each digit from 0 to 9."
    )


# %% tags=["answer"]
def rarest(labels):
    return min(range(10), key=lambda digit: (labels == digit).sum())


print(check_rarest(rarest), rarest(digits.train.labels))

# %% [markdown]
# **Next:** [Arrays](02_arrays.py), the one data structure that everything here is made of.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# LeCun, Bottou, Bengio and Haffner, *Gradient-Based Learning Applied to Document Recognition*,
# Proceedings of the IEEE, 1998. The ACM's announcement of the Turing Award for 2018.
