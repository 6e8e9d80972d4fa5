# %% [markdown]
# # 1. Pixels
#
# **How does a computer see a handwritten digit?** It sees a table of numbers, and nothing else. In
# this lesson you turn a digit of your own into numbers, take somebody else's apart, and test how
# well you read digits yourself. You will compare your score with a program's.
#
# It may sound strange, but the programs that this course leads to, [neural
# networks](22_jargon.md#neural-network), do little more than add and multiply such numbers.
#
# *You need:* some Python. [Start here](../start.md) says how to follow along and how the exercises
# work.
#
# ## Draw a three
#
# A computer gets a digit as 28 rows of 28 numbers. Before you draw a three in the square, guess:
# how many of these 784 numbers will not be zero? You see them below your drawing, after it has been
# centered and scaled to the size that all digits in this course have.
#
# <div class="playground numbers">
# <noscript>The drawing pad is on the page of this lesson, and needs JavaScript. Without it, read on: a
# three that somebody else wrote comes next.</noscript>
# </div>
#
# You probably see fewer than you guessed. A thin pen leaves most of the square white, and white is
# 0. The largest numbers, up to 255, are where the pen covers a place completely. Along the edges of
# the stroke it covers a place only partly, and there you see the numbers in between.
#
# ## The data
#
# To learn, a computer needs many examples from many people. We begin with a question that a child
# could answer at a glance: is this a three or a seven? With two digits you meet most of the main
# ideas of [deep learning](22_jargon.md#deep-learning). The other eight come later.
#
# The package of this course, `jaxdigits`, has the digits. [NumPy](https://numpy.org) calculates
# with many numbers at once, and [Matplotlib](https://matplotlib.org) draws. You can skip over the
# lines that draw, and look at their pictures.

# %%
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

digits = jd.load("auto")
print(digits.name)

# %% [markdown]
# `load("auto")` fetches MNIST, the best-known collection of handwritten digits. The first call
# downloads 11 MB and prepares the data; later calls reuse it. If you are offline, you get a smaller
# set of digits that comes with scikit-learn, and a warning.
#
# The digits come in two sets, or _splits_: [`train`](22_jargon.md#training-set) to learn from, and
# `test` to check. Each set has two parts, `images` and `labels`. Their `shape` tells you their
# size.

# %%
for name, split in ("train", digits.train), ("test", digits.test):
    print(name, "images", split.images.shape, "labels", split.labels.shape)

# %% [markdown]
# Read `(n, 28, 28)` as _n images of 28 rows and 28 columns_, and `(n,)` as _n numbers in a row_.
# The [labels](22_jargon.md#label) say which digit each image shows. All images of a set lie in one
# [array](22_jargon.md#array), a grid of numbers, and [`select`][jaxdigits.select] picks the ones
# with a certain label.
#
# How many threes and sevens would you expect, if all ten digits were equally frequent?

# %%
for digit in 3, 7:
    train, test = jd.select(digits.train, digit), jd.select(digits.test, digit)
    print(f"{digit}s: {len(train.labels):5,} to learn from", end=", ")
    print(f"{len(test.labels):5,} to check")

# %% [markdown]
# A tenth of all images would be 6,000 to learn from and 1,000 to check. All four counts are a
# little larger. For us, that means plenty to learn from, and about the same amount for each digit.
# (In an f-string, what follows the colon says how to print the number. Here, `:5,` asks for at
# least five characters, and for a comma at the thousands.)

# %% tags=["claim"]
if digits.name == "mnist":
    assert len(digits.train.labels) == 10 * 6_000
    for digit in 3, 7:
        count = len(jd.select(digits.train, digit).labels)
        assert 6_000 < count < 6_500

# %% [markdown]
# ## One three, three ways
#
# Let us take one of the threes apart. It is the one that the [book behind this
# course](https://github.com/fastai/fastbook) looks at: the second of its threes, in the order of
# their file names. We first look up its number among the training images, and call it `chosen`.
# (You do not have to understand these two lines yet.) Then `np.asarray` turns the image with that
# number into a NumPy array.

# %%
places = np.flatnonzero(np.asarray(digits.train.labels) == 3).tolist()
chosen = sorted(places, key=str)[1]

# %%
three = np.asarray(digits.train.images[chosen])
print(f"training image {chosen}, a {digits.train.labels[chosen]}")

# %% [markdown]
# First, as a **picture**:

# %% alt="A handwritten three, dark on white, a little blurred at the edges of the strokes."
ax = jd.plots.show_image(three)

# %% [markdown]
# Second, as **numbers**. The square brackets cut out a part of the image: the first `4:10` means
# rows 4 to 9, and the second columns 4 to 9. Python counts from 0, and the end, 10, is not
# included. Where in the picture is this part, and where do you expect its largest numbers?

# %%
print(three[4:10, 4:10])

# %% [markdown]
# This part holds the end of the top stroke, at the upper left. Its largest numbers form a band
# rising to the right. Each number says how much ink there is in one small square, a
# *[pixel](22_jargon.md#pixel)*: 0 is background, 255 is solid ink, and everything between is a
# shade of gray. Along the stroke the numbers are close to 255, and they fade towards its edges.
#
# Why 255? One byte has eight bits, each with two possible values. That makes $2^8 = 256$ numbers,
# from 0 to 255. One byte per pixel takes little space, and 256 shades are enough for a gray picture
# to look smooth.
#
# Third, both at once: the **numbers, shaded** by their own value. Step back from the screen, and
# the numbers turn into a three.

# %% alt="The middle of the same three as a table of numbers from 0 to 255. Each cell is shaded by its number, so that the digit appears."
ax = jd.plots.show_pixels(three[4:26, 4:25])

# %% [markdown]
# The table and the picture hold the same information.
#
# ## And color?
#
# A color picture has three numbers per pixel: how much red, green and blue light the screen should
# give. An array stores them along a third direction, a third [axis](22_jargon.md#axis). Here we
# start with a picture that is all zeros and put our three where the red light goes: `[:, :, 0]`
# means all rows, all columns, and the first of the three colors. What will the background and the
# stroke look like?

# %% alt="The same three in color: bright red strokes on a black background."
red = np.zeros((28, 28, 3), np.uint8)  # uint8: one byte for each number
red[:, :, 0] = three
print(red.shape)

figure, ax = plt.subplots(figsize=(2, 2))
ax.imshow(red, interpolation="none")
ax.set_axis_off()

# %% [markdown]
# The background is black, because zero means no light, and the stroke is red. So the same 255 that
# meant _darkest ink_ above means _brightest light_ here. The numbers themselves do not say which
# one is meant. In this course, it is always ink.
#
# ## A look at many
#
# Before you calculate anything, look at your data. These are the first 16 threes and the first 16
# sevens. In how many ways do people write a seven?

# %% alt="Two rows of handwritten threes and two rows of handwritten sevens. They differ in slant, thickness and shape; some sevens have a bar."
threes = jd.select(digits.train, 3).images
sevens = jd.select(digits.train, 7).images
figure = jd.plots.show_images(np.concatenate([threes[:16], sevens[:16]]))

# %% [markdown]
# Some are upright, and many lean to the side. Some sevens have a bar, some begin with a small hook,
# and one is bent like a closing parenthesis. It would be hard to write down rules for all of this,
# and that is why we will let the computer learn from examples.
#
# ## Your score
#
# How well do _you_ read digits? Here are eight from `test` that would puzzle anybody. They can be
# any of the ten digits. Write down what you read, from `a` to `h`, before you open the answer.

# %% tags=["remove-cell"]
test_images = jd.to_float(digits.test.images)
means = jd.mean_images(jd.to_float(digits.train.images), digits.train.labels)
if digits.name == "mnist":  # chosen by eye
    hard = np.array([2597, 947, 4740, 9015, 3520, 4201, 9664, 1901])
else:  # those whose two nearest mean images are about equally near
    distances = jd.mse_distance(test_images[:, None], means)
    nearest, second = np.sort(np.asarray(distances), axis=1)[:, :2].T
    hard = np.argsort(second - nearest)[:8]
hard_images = np.asarray(digits.test.images)[hard]
hard_labels = np.asarray(digits.test.labels)[hard].tolist()
taken_for = jd.nearest(test_images[hard], means, jd.mse_distance).tolist()

# %% tags=["hide-input"] alt="Eight handwritten digits, a to h, each of which could be read as more than one digit."
figure = jd.plots.show_images(hard_images, titles=list("abcdefgh"), columns=4)

# %% tags=["answer"]
correct = 0
for n in range(8):
    label, guess = hard_labels[n], taken_for[n]
    print(f"{'abcdefgh'[n]}: {label}; the program of lesson 13 says {guess}")
    if label == guess:
        correct = correct + 1
print(f"That program reads {correct} of 8. How many did you read?")

# %% [markdown]
# The program of [lesson 13](13_ten_averages.py) compares each image with the average of each digit,
# and reads only 2 of these eight correctly. You have probably done better, even if you could not
# say how you do it. Later programs misread fewer and fewer digits. (A cell that the web page hides
# made `hard_labels`, the true digits, and `taken_for`, the program's.)

# %% tags=["claim"]
if digits.name == "mnist":
    assert np.sum(np.array(taken_for) == np.array(hard_labels)) == 2

# %% [markdown]
# ## Why two sets?
#
# A [model](22_jargon.md#model) is a program that learns from examples. A model that has seen a
# digit during training may simply remember it, as a student may learn the answers to an old exam by
# heart. It then *[overfits](22_jargon.md#overfitting)*: it fits that digit better than digits in
# general. If you test it on that digit again, it is right, but that tells you nothing about how it
# will do on a new one. So we keep a part of the data away from training and use it only for
# checking. That part is called the *[validation set](22_jargon.md#validation-set)*.
#
# There is a second trap. You learn from the validation set, too: you try this and that, keep what
# scores best, and in the end your choices fit those very digits. So careful projects keep a third
# set, the *[test set](22_jargon.md#test-set)*, which nobody looks at until the very end.
#
# !!! warning "A shortcut"
#     MNIST has a training set and a test set, but no validation set. Where we compare our results
#     with the book's, we use the test set for validation, as the book does. We look at it even
#     after every [epoch](22_jargon.md#epoch), which is one pass over the training data. That is
#     fine for comparing, because others have done the same for decades. In a real project it would
#     be wrong: there, you would set aside some of the training data for validation, and use the
#     test set only once. Later lessons do that, too.
#
# ## Where the digits come from
#
# Around 1990, the American standards institute NIST collected forms full of handwriting. Some were
# filled in by employees of the Census Bureau, others by high school students. NIST's training
# digits came from the employees and its test digits from the students, who wrote less neatly, so a
# test would have compared two kinds of writers. That is why Yann LeCun, Corinna Cortes and
# Christopher Burges mixed both groups. They also centered each digit in a square. The _M_ in MNIST
# stands for _modified_.
#
# Before the decade was over, LeCun's networks read such digits well enough to process bank checks.
# Even so, most researchers believed for many years that neural networks were a dead end. Money went
# elsewhere, and papers were rejected. LeCun, Yoshua Bengio and Geoffrey Hinton kept going, with a
# few others, until faster computers and larger data sets proved them right. In 2019, the three were
# named winners of the Turing Award for 2018, the highest prize of computer science.
#
# ## What you learned
#
# - You can read an image as a grid of numbers: 0 for background, 255 for ink, and three numbers per
#   pixel for color.
# - You can load the digits, pick those of one kind, and cut a part out of an image.
# - You can say why a model is judged on digits that it has never seen.
# - You know how well you read eight hard digits.
#
# ## Exercises
#
# Write each function, and let its check tell you whether it is right. You saw how in [a first
# exercise](../start.md#how-the-exercises-work).
#
# ### Exercise 1: cut it out
#
# Write `cut(image, row, column, size)`, which returns a square part of an image. The square has
# `size` rows and `size` columns, and its upper left pixel is at the given row and column. For
# example, `cut(three, 4, 4, 6)` is the part that you saw above.
#
# ??? tip "A hint"
#     `three[4:10, 4:10]` ends at 10, and 10 is the start plus the size.


# %% tags=["check"]
def check_cut(cut):
    def expected(image, row, column, size):
        return image[row : row + size, column : column + size]

    image = np.arange(63).reshape(7, 9)
    inputs = [(image, 1, 5, 3), (image, 4, 0, 2), (image, 0, 2, 4)]
    slips = {
        "the end is the start plus the size.": lambda i, r, c, s: i[r:s, c:s],
        "rows come first, then columns.": lambda i, r, c, s: i[
            c : c + s, r : r + s
        ],
        "the end of a slice is not included.": lambda i, r, c, s: i[
            r : r + s - 1, c : c + s - 1
        ],
    }
    return jd.check_answer(cut, expected, inputs, slips=slips)


# %% tags=["answer"]
def cut(image, row, column, size):
    return image[row : row + size, column : column + size]


print(check_cut(cut))

# %% [markdown]
# ### Exercise 2: white on black
#
# Write `negative(image)`, which turns ink into background and background into ink: 0 becomes 255,
# 255 becomes 0, and 10 becomes 245. Then look at `jd.plots.show_image(negative(three))`.
#
# ??? tip "A hint"
#     Arithmetic on an image applies to every pixel: `image / 2` halves all of them.


# %% tags=["check"]
def check_negative(negative):
    def expected(image):
        return 255 - image

    random = np.random.default_rng(0)
    inputs = [
        (random.integers(0, 256, shape).astype(np.uint8),)
        for shape in ((2, 3), (5, 4))
    ]
    slips = {
        "that is the image as it was.": lambda image: image,
        "start from 255 and take the ink away.": lambda image: 0 - image,
        "255 has to become 0; start from 255.": lambda image: 256.0 - image,
        "gray should become gray; what becomes of 10?": lambda image: (
            255 * (image == 0)
        ),
    }
    return jd.check_answer(negative, expected, inputs, slips=slips)


# %% tags=["answer"] alt="The same three as a negative: white strokes on black."
def negative(image):
    return 255 - image


print(check_negative(negative))
ax = jd.plots.show_image(negative(three))

# %% [markdown]
# ### Exercise 3: how much ink?
#
# Write `ink_share(image)`: which share of an image's pixels has any ink at all? An image with ink
# in one pixel out of four has a share of 0.25. Lesson 2 does this in one short line. Here, two
# loops are fine: `for row in image:`, and inside it, `for pixel in row:`. Does the share of our
# three surprise you? <!-- typed: an example -->
#
# ??? tip "A hint"
#     Count two things in the inner loop: all pixels, and the ones larger than 0. Then divide.


# %% tags=["check"]
def check_ink_share(ink_share):
    def expected(image):
        return (image > 0).mean()

    random = np.random.default_rng(0)
    inputs = []
    for shape, blank in ((3, 4), 0.7), ((5, 2), 0.2), ((6, 7), 0.5):
        image = random.integers(1, 255, shape)
        image[random.random(shape) < blank] = 0
        inputs.append((image.astype(np.uint8),))
    slips = {
        "that is the share of blank pixels.": lambda i: (i == 0).mean(),
        "that counts the pixels; divide by how many there are.": lambda i: (
            i > 0
        ).sum(),
        "that is how dark they are; ask only whether there is ink.": lambda i: (
            i.mean() / 255
        ),
        "that is the mean ink; ask only whether there is ink.": np.mean,
        "gray is ink, too: count all pixels above 0.": lambda i: (
            i == 255
        ).mean(),
    }
    return jd.check_answer(ink_share, expected, inputs, slips=slips)


# %% tags=["answer"]
def ink_share(image):
    pixels = 0
    inked = 0
    for row in image:
        for pixel in row:
            pixels = pixels + 1
            if pixel > 0:
                inked = inked + 1
    return inked / pixels


print(check_ink_share(ink_share))
print(f"{ink_share(three):.0%} of our three")

# %% [markdown]
# Most of the square is blank, even around a digit that seems to fill it.
#
# ### Exercise 4: which is rarest?
#
# Write `rarest(labels)`: the digit, from 0 to 9, that occurs least often among these labels. Each
# digit occurs at least once, and one of them less often than the others.
#
# ??? tip "A hint"
#     `labels.tolist()` is a plain Python list, and `[5, 5, 1].count(5)` is 2. So count each digit
#     from 0 to 9, and remember the one with the smallest count so far.


# %% tags=["check"]
def check_rarest(rarest):
    def count(labels):
        return np.bincount(labels, minlength=10)

    random = np.random.default_rng(0)
    inputs = []
    for digit in 6, 0, 9:
        times = random.permutation(10) + 3
        times[digit] = 2
        labels = np.repeat(np.arange(10), times).astype(np.uint8)
        inputs.append((random.permutation(labels),))
    slips = {
        "that is how often it occurs; which digit is it?": lambda y: count(
            y
        ).min(),
        "that is the most frequent digit.": lambda y: count(y).argmax(),
        "that is how often the most frequent one occurs.": lambda y: count(
            y
        ).max(),
    }
    return jd.check_answer(
        rarest, lambda labels: int(count(labels).argmin()), inputs, slips=slips
    )


# %% tags=["answer"]
def rarest(labels):
    labels = labels.tolist()
    best = 0
    for digit in range(10):
        if labels.count(digit) < labels.count(best):
            best = digit
    return best


print(check_rarest(rarest))
print(f"{rarest(digits.train.labels)} among the training images")

# %% [markdown]
# ### Exercise 5: how wide is a digit?
#
# This one takes longer. Write `width(image)`: the number of columns from the leftmost ink to the
# rightmost ink, both included. A stroke may be broken, so there can be empty columns in between. A
# blank image has width 0.
#
# If you like, compare the mean widths of threes and sevens. How well could you tell the two digits
# apart by a limit half way between these means?
#
# ??? tip "A hint"
#     `image.shape[1]` is the number of columns, `image[:, 5]` is column 5, and `image[:, 5].max()`
#     is its largest number. Collect the positions of all columns whose largest number is above 0.
#     You need the first and the last of them.


# %% tags=["check"]
def check_width(width):
    def inked(image):
        return [j for j in range(image.shape[1]) if image[:, j].max() > 0]

    def expected(image):
        return inked(image)[-1] - inked(image)[0] + 1 if inked(image) else 0

    def tall(image):
        return expected(image.T)

    sizes = (5, 9), (8, 6), (4, 7), (4, 5)
    images = [np.zeros(size) for size in sizes]
    images[3][0, 0] = 9
    images[0][1, 2], images[0][2, 4], images[0][2, 7] = 9, 255, 30
    images[1][5, 5], images[1][6, 1], images[1][7, 1] = 1, 100, 7
    slips = {
        "both ends count: add 1.": lambda i: max(0, expected(i) - 1),
        "empty columns between the ends count, too.": lambda i: len(inked(i)),
        "that is how tall it is; columns are the second axis.": tall,
    }
    inputs = [(image.astype(np.uint8),) for image in images]
    return jd.check_answer(width, expected, inputs, slips=slips)


# %% tags=["answer"]
def width(image):
    inked = []
    for column in range(image.shape[1]):
        if image[:, column].max() > 0:
            inked.append(column)
    if len(inked) == 0:
        return 0
    return inked[-1] - inked[0] + 1


print(check_width(width))
print(f"our three is {width(three)} pixels wide")

# %% [markdown]
# On average, the threes to learn from are 16.5 pixels wide and the sevens 16.0, but both vary far
# more than that. A limit half way between is right for only 53 % of them, hardly more than a tossed
# coin. In [lesson 3](03_pixel_similarity.py) you will find a better thing to measure.

# %% tags=["claim"]
if digits.name == "mnist":
    inked = np.asarray(digits.train.images).max(axis=1) > 0
    widths = 28 - inked[:, ::-1].argmax(axis=1) - inked.argmax(axis=1)
    of_threes, of_sevens = (widths[digits.train.labels == n] for n in (3, 7))
    assert round(of_threes.mean(), 1) == 16.5
    assert round(of_sevens.mean(), 1) == 16.0
    middle = (of_threes.mean() + of_sevens.mean()) / 2
    right = np.concatenate([of_threes > middle, of_sevens < middle])
    assert round(right.mean(), 2) == 0.53

# %% [markdown]
# **Next:** [Arrays](02_arrays.py), the data structure that everything in this course is built from.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# LeCun, Bottou, Bengio and Haffner, *Gradient-Based Learning Applied to Document Recognition*,
# Proceedings of the IEEE, 1998, for the networks, the bank checks, and how MNIST was mixed. The
# ACM's announcement of the Turing Award for 2018, of March 2019.
