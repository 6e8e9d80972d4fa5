# %% [markdown]
# ---
# runs_for: 60  # trains a network and prepares several hundred pictures
# description: Why a network that reads MNIST fails on a photograph, what to prepare, and how much each step helps.
# ---
#
# # 16. Your own digits
#
# **The network reads nearly all digits that it never saw. Why does it fail on yours?** You watch it
# misread a few plain drawings, and find the reasons one by one. Then you prepare pictures step by
# step, measure how much each step helps, and read whole folders of your own.
#
# Why care? Nearly everybody who trains models is disappointed like this sooner or later. A model
# does very well on the test set and then fails in the real world, because the test set came from
# the same source as the training set. A study of 2020 followed a system that had found eye disease
# reliably in the laboratory. In clinics in Thailand it refused about a fifth of the photographs
# that nurses took, among other reasons because of poor light.
#
# *You need:* [lesson 15](15_a_small_network.py).
#
# !!! tip "Try it first"
#     Draw some digits in the [playground](../playground.py). Then switch off _Center and scale_
#     and draw them again, small and in a corner. This lesson explains what you see there.
#
# ## A network and three hundred digits
#
# First we need a network with 64 hidden units, as in lesson 15, here with a ReLU, which `jd.mlp`
# uses unless told otherwise. We will cut, draw and filter pictures with
# [Pillow](https://pillow.readthedocs.io), Python's library for images.

# %%
import tempfile
from pathlib import Path

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

import jaxdigits as jd

jd.enable_compilation_cache()
digits = jd.load("auto")
train = jd.to_examples(digits.train)
key_params, key_batches = jax.random.split(jax.random.key(0))
fitted = jd.fit(
    jd.mlp,
    jd.init_mlp(key_params, (784, 64, 10)),
    jd.cross_entropy_loss,
    jd.sgd(0.3),
    train,
    epochs=8,
    batch_size=min(100, len(train[0]) // 40),
    key=key_batches,
)

# %% [markdown]
# We opened the test set at the end of lesson 15. From now on, three hundred of its digits play the
# part of _yours_: we will spoil them as cameras and pens do. `confidences` returns one row per
# picture, with the ten beliefs that softmax makes of the logits. The largest of a row is the
# confidence in the answer.

# %%
clean = np.asarray(digits.test.images[:300]) / 255
labels = np.asarray(digits.test.labels[:300])


def confidences(pictures):
    x = jnp.asarray(np.asarray(pictures), jnp.float32).reshape(-1, 784)
    return np.asarray(jax.nn.softmax(jd.mlp(fitted.params, x)))


def accuracy(pictures):
    return (confidences(pictures).argmax(axis=1) == labels).mean()


accuracy_clean = accuracy(clean)
print(f"as they are: {accuracy_clean:.3f}")

# %% [markdown]
# About 99 of 100 are right. Three hundred digits are not many, so a difference of one or two of 100
# can be luck. We are looking for larger ones.

# %% tags=["claim"]
if digits.name == "mnist":
    assert abs(100 * accuracy_clean - 99) < 1.5

# %% [markdown]
# ## Pen on paper
#
# Now let Pillow draw. Each digit is a list of strokes, and each stroke is a list of points. Pillow
# connects the points by dark lines on light paper, as a scanner would see them.

# %%
strokes = {
    2: [[(25, 40), (35, 22), (60, 20), (72, 38), (25, 105), (80, 105)]],
    3: [
        [(28, 28), (50, 18), (70, 34), (48, 58), (74, 80), (54, 106), (24, 98)]
    ],
    4: [[(60, 20), (25, 75), (85, 75)], [(65, 45), (65, 110)]],
    5: [
        [(75, 20), (35, 20), (32, 55), (60, 55), (75, 78), (58, 105), (28, 100)]
    ],
    7: [[(20, 20), (80, 20), (45, 110)]],
}


# %%
def draw(lines, left=120, top=20):
    paper = Image.new("L", (260, 200), 235)  # "L": gray, 0 black to 255 white
    pen = ImageDraw.Draw(paper)
    for line in lines:
        points = [(left + x, top + y) for x, y in line]
        pen.line(points, fill=40, width=6, joint="curve")
    return paper


drawings = [draw(lines) for lines in strokes.values()]

# %% [markdown]
# The network wants 28 by 28 numbers from 0 to 1. So we do the obvious: shrink the picture (`BOX`
# averages pixels) and divide by 255. What will the network say?


# %%
def shrink(picture, size=(28, 28)):
    image = Image.fromarray(np.asarray(picture, np.float32))
    return np.asarray(image.resize(size, Image.Resampling.BOX))


naive = np.array([shrink(drawing) / 255 for drawing in drawings])
rows = confidences(naive)
for digit, row in zip(strokes, rows, strict=True):
    print(f"drawn {digit}: it says {row.argmax()}, {row.max():.0%} sure")

# %% tags=["hide-input"] alt="Five drawings of digits, 2, 3, 4, 5 and 7, in dark thin lines on light gray paper, each right of the middle. Above each stands what the network says it is."
figure, axes = plt.subplots(1, 5, figsize=(9, 1.7), layout="constrained")
for ax, drawing, row in zip(axes, drawings, rows, strict=True):
    ax.imshow(drawing, cmap="gray", vmin=0, vmax=255)
    ax.set(xticks=[], yticks=[], title=f"it says {row.argmax()}")

# %% [markdown]
# The network says nearly the same to every drawing, so if one of its answers is right, that is
# luck. A child could read these digits. What is so different about them?

# %% tags=["claim"]
if digits.name == "mnist":
    answers = rows.argmax(axis=1)
    assert len(set(answers)) <= 3 and (answers == list(strokes)).sum() <= 1

# %% [markdown]
# ## One fault at a time
#
# Compare such a drawing with a digit of MNIST. In the drawing, large numbers are light paper, and
# in MNIST they are ink: the drawing is _dark on light_. It is also small and off center, with
# thin lines. Photographs add uneven light. To see which of these matters, we spoil the test
# digits in _one_ way at a time.


# %%
def smaller(image):
    small = np.zeros((28, 28))
    small[7:21, 7:21] = shrink(image, (14, 14))
    return small


def enlarge(image, pillow_filter):
    large = Image.fromarray(np.uint8(255 * image)).resize((112, 112))
    return large.filter(pillow_filter).filter(pillow_filter)


thinner, thicker = ImageFilter.MinFilter(3), ImageFilter.MaxFilter(3)


# %%
shade = np.linspace(0, 0.4, 28)  # from left to right
faults = {
    "as they are": clean,
    "dark on light": 1 - clean,
    "four pixels right": np.roll(clean, 4, axis=2),
    "half as large": np.array([smaller(image) for image in clean]),
    "thin lines": np.array(
        [shrink(enlarge(image, thinner)) / 255 for image in clean]
    ),
    "uneven light": np.clip(clean + shade, 0, 1),
}

# %% [markdown]
# (`np.roll` moves all columns to the right. Those that fall off come back at the left, but hold
# hardly any ink. For thin lines, `enlarge` makes the image four times as wide and high. Then,
# twice, each pixel takes the smallest value of the 3 by 3 around it, which peels a layer off the
# ink.) Unlike the drawings above, these images are shown with large numbers dark, as always by
# `show_images`. So _dark on light_ looks white on black:

# %% tags=["hide-input"] alt="A digit six times: as it is, dark on light, shifted to the right, half as large, with thin lines, and with a gray shade that grows toward the right."
seven = [pictures[0] for pictures in faults.values()]
figure = jd.plots.show_images(
    np.array(seven), titles=[name.replace(" ", "\n") for name in faults]
)

# %% [markdown]
# Rank the five faults before you look. Which is the worst, and which is harmless?

# %% alt="Six bars. As they are and with thin lines: nearly one. Dark on light: nearly zero. Shifted and half as large: about a third. Uneven light: somewhat more than half."
scores = {name: accuracy(pictures) for name, pictures in faults.items()}
figure, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
ax.barh(list(scores), list(scores.values()))
ax.invert_yaxis()
ax.set(xlabel="accuracy", xlim=(0, 1))
for name, score in scores.items():
    print(f"{name:18} {score:.3f}")

# %% [markdown]
# _Dark on light_ is the worst: fewer than 10 of 100 are right, fewer than by guessing. There are
# two reasons. First, each pixel $x$ has become $1 - x$, and adds $w - wx$ to a hidden unit instead
# of $wx$. The minus sign makes what spoke for a digit speak against it. Second, all corners are
# full of ink. The network never saw ink there, so training left those weights random.
#
# With a shift by _four pixels_, or at _half the size_, fewer than half of the answers are right.
# You would read both without any trouble. But remember the [shuffled
# digits](15_a_small_network.py#one-shuffle-for-all): this network does not know which pixels are
# neighbors, so a digit in another place is a different cloud of dots. Thin lines are nearly
# harmless. Uneven light is in between: it, too, reaches the random weights, but more faintly.

# %% tags=["claim"]
if digits.name == "mnist":
    assert 100 * scores["dark on light"] < 10
    assert scores["four pixels right"] < 0.5 and scores["half as large"] < 0.5
    assert scores["thin lines"] > scores["as they are"] - 0.06
    assert 0.5 < scores["uneven light"] < scores["thin lines"] - 0.1

# %% [markdown]
# MNIST's digits are stored light on dark. And they are neither small nor off center, because
# MNIST's makers scaled each digit to fit into 20 by 20 pixels and put its center of mass in the
# middle of 28 by 28. *The makers did a part of the reading before any network saw the digits.* To
# use the network, you have to do that part, too.
#
# ## All faults at once
#
# A photograph of a page can have all five. Here are the three hundred digits as thin dark lines
# somewhere on larger paper, in uneven light, with a little noise:


# %%
def scan(image, random):
    ink = np.zeros((200, 240))
    top, left = random.integers(0, 200 - 112), random.integers(0, 240 - 112)
    thin = np.asarray(enlarge(image, thinner)) / 255
    ink[top : top + 112, left : left + 112] = thin
    at_left, at_right = random.uniform(0.65, 0.95, 2)
    light = np.linspace(at_left, at_right, 240)
    paper = light * (1 - 0.7 * ink) + random.normal(0, 0.02, ink.shape)
    return np.uint8(255 * paper.clip(0, 1))


random = np.random.default_rng(0)
scans = [scan(image, random) for image in clean]

# %% tags=["hide-input"] alt="Five scans: gray paper, lighter at one side, with a small thin dark digit somewhere on each."
figure, axes = plt.subplots(1, 5, figsize=(9, 1.7), layout="constrained")
for ax, picture in zip(axes, scans, strict=False):
    # Every third pixel in few grays is enough to see, and noise makes large files.
    ax.imshow(picture[::3, ::3] // 16 * 16, cmap="gray", vmin=0, vmax=255)
    ax.set(xticks=[], yticks=[])

# %%
stages = {"shrunk": [shrink(picture) / 255 for picture in scans]}
print(f"only shrunk: {accuracy(stages['shrunk']):.3f}")

# %% [markdown]
# That is no better than guessing. Now we repair one fault after the other.
#
# ## Step 1: find the ink
#
# Ink is darker than the paper _around_ it. Blur the picture until the lines vanish, and only the
# paper with its shadows is left. Subtract the picture from this paper: ink comes out large and
# paper near zero, as in MNIST. Then drop all faint values, because the noise is much fainter than
# the ink. How many digits will the network read then?


# %%
def find_ink(picture):
    around = Image.fromarray(picture).filter(ImageFilter.BoxBlur(30))
    darker = np.asarray(around, np.float32) - picture
    ink = np.where(darker > darker.max() / 3, darker, 0)
    return ink / ink.max()


inks = [find_ink(picture) for picture in scans]
stages["ink found"] = [shrink(ink) for ink in inks]
print(f"ink found: {accuracy(stages['ink found']):.3f}")

# %% [markdown]
# Still only a few, although the worst fault is gone. But the digit is small and off center, and
# each of these two faults alone was enough to spoil most answers.
#
# ## Step 2: cut out and scale
#
# Cut out the smallest rectangle that holds all ink. Shrink it until its longer side is 20 pixels,
# and put it into the middle. Will that be enough?


# %%
def cut_out(ink):
    rows = np.flatnonzero(ink.max(axis=1))
    columns = np.flatnonzero(ink.max(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def scale(ink):
    factor = 20 / max(ink.shape)
    height, width = [max(1, round(factor * side)) for side in ink.shape]
    image = np.zeros((28, 28))
    top, left = (28 - height) // 2, (28 - width) // 2
    small = shrink(ink, (width, height))
    image[top : top + height, left : left + width] = small
    return image


stages["scaled"] = [scale(cut_out(ink)) for ink in inks]
print(f"scaled: {accuracy(stages['scaled']):.3f}")

# %% [markdown]
# Not yet, though the network reads most of them again. But MNIST's digits are centered by their
# _mass_, not by their frame. Does such a small thing matter?
#
# ## Step 3: center
#
# The center of mass is the mean position of all ink. If row 2 has ink 1 and row 6 has ink 3, it is
# in row $(1 \cdot 2 + 3 \cdot 6) / (1 + 3) = 5$: the row numbers are averaged, each weighted by
# the ink in its row. Do the same with columns.


# %%
def center(image):
    places = np.arange(28)
    row = (image.sum(axis=1) * places).sum() / image.sum()
    column = (image.sum(axis=0) * places).sum() / image.sum()
    return np.roll(image, (round(14 - row), round(14 - column)), axis=(0, 1))


stages["centered"] = [center(image) for image in stages["scaled"]]
print(f"centered: {accuracy(stages['centered']):.3f}")

# %% [markdown]
# It does matter: a shift by a pixel or two removes more than half of the mistakes that were left.
#
# ## Step 4: a thicker pen
#
# Only the thin lines are left, which did little harm when they were the only fault. Enlarge the
# image, take the _largest_ value of each 3 by 3 pixels instead of the smallest, and shrink it
# again:

# %%
stages["thickened"] = [
    shrink(enlarge(image.clip(0, 1), thicker)) / 255
    for image in stages["centered"]
]
print(f"thickened: {accuracy(stages['thickened']):.3f}")

# %% [markdown]
# Here are eight of the pictures after each stage. From top to bottom: only shrunk, with the ink
# found, scaled, centered, and thickened. (The first row looks like a negative: there, large numbers
# are still paper.) The third and fourth rows look nearly the same to us, but not to the network.

# %% alt="Five rows of the same eight digits. First tiny and gray on gray, then tiny and dark on white, then large, then moved by a pixel or two, and last with thicker lines."
first_eight = [image for stage in stages.values() for image in stage[:8]]
# One decimal looks alike, and makes a small file.
figure = jd.plots.show_images(np.array(first_eight).round(1))

# %% tags=["hide-input"] alt="The accuracy after each step: near a tenth at first and little more when the ink has been found, then steep up to about nine tenths when centered, and a little more when thickened. A dashed line above marks the digits without any fault."
stage_scores = [accuracy(stage) for stage in stages.values()]
figure, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
ax.plot(list(stages), stage_scores, "o-", label="scans")
ax.axhline(accuracy_clean, color="gray", linestyle="--", label="no fault")
ax.text(0, accuracy_clean - 0.03, "no fault", color="gray", va="top")
ax.set(ylabel="accuracy", ylim=(0, 1.02))

# %% [markdown]
# We went from no better than guessing to about nine right answers in ten, without changing a
# single weight. Scaling and centering did most of it, but they only work after you have found the
# ink. The thicker pen gained less. Still, the network reads the clean digits better. Our repairs
# may do some harm themselves: step 1, for example, drops faint ink together with the noise. (You
# can also prepare the network instead of the pictures: [lesson 18](18_small_and_better.py#shifts)
# trains on digits that are shifted at random.)

# %% tags=["claim"]
if digits.name == "mnist":
    assert 100 * stage_scores[0] < 15 and stage_scores[1] < 0.25
    assert stage_scores[2] > 0.55 and stage_scores[3] > stage_scores[2] + 0.1
    assert stage_scores[4] > stage_scores[3]
    assert abs(100 * stage_scores[4] - 90) < 4
    assert stage_scores[4] < min(scores["thin lines"], accuracy_clean) - 0.02
    assert 1 - stage_scores[3] < (1 - stage_scores[2]) / 2
    gains = np.diff(stage_scores)
    assert gains[3] < gains[2] / 2 and gains[1] + gains[2] > gains.sum() / 2

# %% [markdown]
# ## In one call: `read_image`
#
# [`read_image`][jaxdigits.read_image] does steps 1 to 3, and a little more: it takes files and
# color pictures, turns photographs upright if the camera noted how it was held, and notices by
# itself whether ink is dark or light. The playground does the same to your drawings. How well will
# the network read our five drawings now?

# %%
read = np.array([jd.read_image(drawing) for drawing in drawings])
rows = confidences(read)
for digit, row in zip(strokes, rows, strict=True):
    print(f"drawn {digit}: it says {row.argmax()}, {row.max():.0%} sure")

# %% tags=["hide-input"] alt="The five drawings as read_image returns them: large, light lines shown dark on white, in the middle."
figure = jd.plots.show_images(
    read, titles=[f"it says {row.argmax()}" for row in rows]
)

# %% [markdown]
# All five are right. To read a photograph of your own, give the name of its file:
# `jd.read_image("photo.jpg")`. Crop it first, so that one digit is left with some plain paper
# around it.

# %% tags=["claim"]
if digits.name == "mnist":
    assert list(rows.argmax(axis=1)) == list(strokes)

# %% [markdown]
# !!! tip "For good photographs"
#     Write with a felt pen, each digit about as large as a coin, on paper without lines. Take the
#     picture from straight above, in daylight, without your own shadow.
#
# ## A folder of pictures
#
# If you have more than a few pictures, sort them into one folder per digit, and
# [`load_folder`][jaxdigits.load_folder] reads all of them. A picture of a seven is then a file such
# as `my digits/7/photo.jpg`. Here we write forty of our scans into such folders, in a temporary
# place that is removed when the `with` block ends:

# %%
with tempfile.TemporaryDirectory() as folder:
    for number in range(40):
        place = Path(folder, str(labels[number]))
        place.mkdir(exist_ok=True)
        Image.fromarray(scans[number]).save(place / f"{number}.png")
    mine, classes = jd.load_folder(folder)

x_mine, y_mine = jd.to_examples(mine)
right = int((jd.mlp(fitted.params, x_mine).argmax(axis=1) == y_mine).sum())
print(f"classes: {', '.join(classes)}")
print(f"{right} of {len(y_mine)} are right")

# %% [markdown]
# About the same share is right as after our own steps, because `load_folder` calls `read_image`.
# The result has the same form as `digits.test`, so you can measure, plot a confusion matrix, or
# train. Folders need not be named after digits. With `cat` and `dog`, the labels are 0 and 1, and
# `classes` says which is which.

# %% tags=["claim"]
if digits.name == "mnist":
    assert abs(right / len(y_mine) - stage_scores[4]) < 0.08

# %% [markdown]
# ## No digit at all
#
# What does the network say to a picture that shows no digit, such as random noise?

# %%
noise = random.uniform(0, 1, (300, 28, 28))
rows = confidences(noise)
counts = np.bincount(rows.argmax(axis=1), minlength=10)
print("answers 0 to 9:", counts.tolist())
print(f"mean confidence {rows.max(axis=1).mean():.2f}")

# %% [markdown]
# The network is far too sure of pure noise: its mean confidence is above one half, and it nearly
# always picks one of the same few digits. Whatever the picture shows, softmax has to divide all
# confidence among the ten digits, and there is no eleventh answer, _no digit_, to take a share. So
# a confidence means something only for pictures like those that the network learned from. If the
# answer matters, reject unsure answers, as in exercise 2. That helps in part.

# %% tags=["claim"]
if digits.name == "mnist":
    assert np.sort(counts)[-4:].sum() > 250 and rows.max(axis=1).mean() > 0.5

# %% [markdown]
# ## Does the same code work on other pictures?
#
# It does, because nothing in the network or its training is made for digits. Two other data sets
# have exactly the form of MNIST, so that you can swap them in:
#
# - **Fashion-MNIST** (2017): shirts, trousers, shoes and bags from the catalog of a shop.
# - **KMNIST** (2018): characters from Japanese books that are centuries old, in a cursive script
#   that few people can still read.
#
# They have to be downloaded, so this page does not use them. On your computer, replace
# `jd.load("auto")` by `jd.load("fashion_mnist")` or `jd.load("kmnist")` in the first cell of
# this lesson. When it has run, measure:
#
# ```python
# x_test, y_test = jd.to_examples(digits.test)
# print(jd.accuracy(jd.mlp(fitted.params, x_test), y_test))
# ```
#
# What should you expect? Here are test accuracies that others have published. They trained in
# different ways, so take the numbers as rough marks:
#
# | model | MNIST | Fashion-MNIST | KMNIST |
# | --- | --- | --- | --- |
# | linear model (logistic regression) | 91.7 % | 84.2 % | |
# | network with 100 hidden units, ReLU | 97.2 % | 87.1 % | |
# | k-nearest neighbors: the most similar training images vote | 97.1 % | | 91.6 % |
# | convolutional network of a few layers | 99.1 % | 87.6 to 93.2 % | 95.1 % |
# | people, not experts in fashion | | 83.5 % <!-- typed: published results, cited below --> | |
#
# On MNIST and Fashion-MNIST alike, a hidden layer beats the linear model, and convolution beats
# both. But clothes are harder than digits, even for people: at this size a shirt, a pullover and a
# coat share an outline. If your network gets well above 80 % on Fashion-MNIST, it works as it
# should. <!-- typed: from the table above -->
#
# ## What you learned
#
# - You can say why a good test accuracy tells little about pictures from another source.
# - You can spoil good pictures in one way at a time to find out which fault matters.
# - You can prepare a picture as MNIST's makers did: find the ink, cut out, scale to 20 pixels,
#   center by mass.
# - You can read a photograph with `read_image`, and a whole folder with `load_folder`.
# - You can explain why a confidence is no guarantee, and reject pictures that the network cannot
#   read.
#
# ## Exercises
#
# ### Exercise 1: ink is light
#
# Write `ink_is_light(image)` for an image with values from 0 to 1. If its mean is above 0.5, it is
# dark on light, so return `1 - image`. Otherwise return the image as it is. For
# `np.array([[0.9, 0.8], [1.0, 0.1]])` it returns `[[0.1, 0.2], [0.0, 0.9]]`.
# <!-- typed: an example -->
#
# ??? tip "A hint"
#     `image.mean()` is one number for the whole image, so a plain `if` will do.


# %% tags=["check"]
def check_ink_is_light(ink_is_light):
    def expected(image):
        return 1 - image if image.mean() > 0.5 else image

    def backwards(image):
        return image if image.mean() > 0.5 else 1 - image

    random = np.random.default_rng(0)
    drawing = random.uniform(0, 1, (5, 7)) ** 3
    busy = np.concatenate([np.full((4, 3), 0.45), np.ones((1, 3))])
    inputs = [(drawing,), (1 - drawing,), (busy,), (1 - busy,)]
    slips = {
        "that turns exactly the wrong images around.": backwards,
        "not every image needs to be turned around.": lambda image: 1 - image,
        "some images need to be turned around.": lambda image: image,
        "decide once for the image, not for each pixel.": (
            lambda image: np.where(image > 0.5, 1 - image, image)
        ),
        "that changes the sign; full ink is 1, so subtract from 1.": (
            lambda image: -image if image.mean() > 0.5 else image
        ),
        "decide by the mean of all pixels, not by one of them.": (
            lambda image: 1 - image if image[0, 0] > 0.5 else image
        ),
    }
    return jd.check_answer(ink_is_light, expected, inputs, slips=slips)


# %% tags=["answer"]
def ink_is_light(image):
    if image.mean() > 0.5:
        return 1 - image
    return image


print(check_ink_is_light(ink_is_light))

# %% [markdown]
# ### Exercise 2: "I cannot read that"
#
# Write `read_or_reject(confidences, least)`. For each row of confidences it returns the digit
# with the highest one, or -1 if even that is below `least`. With rows `[0.2, 0.7, 0.1]` and
# `[0.4, 0.3, 0.3]` and `least = 0.6` it is `[1, -1]`.
#
# ??? tip "A hint"
#     `np.where(condition, a, b)` takes `a` where the condition holds and `b` elsewhere.


# %% tags=["check"]
def check_read_or_reject(read_or_reject):
    def expected(confidences, least):
        digits = confidences.argmax(axis=1)
        return np.where(confidences.max(axis=1) < least, -1, digits)

    random = np.random.default_rng(1)
    inputs = [(np.array([[0.2, 0.7, 0.1], [0.4, 0.3, 0.3]]), 0.6)]
    for n, classes, least in (30, 10, 0.5), (12, 4, 0.7), (9, 3, 0.0):
        weights = np.exp(3 * random.normal(size=(n, classes)))
        inputs.append((weights / weights.sum(axis=1, keepdims=True), least))
    inputs.append((np.array([[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]]), 0.5))
    slips = {
        "that rejects the sure ones.": (
            lambda confidences, least: np.where(
                confidences.max(axis=1) < least, confidences.argmax(axis=1), -1
            )
        ),
        "where is -1 for those below least?": (
            lambda confidences, least: confidences.argmax(axis=1)
        ),
        "0 is a digit; use -1 for rejected pictures.": (
            lambda confidences, least: np.maximum(
                expected(confidences, least), 0
            )
        ),
        "return the digit, not its confidence.": (
            lambda confidences, least: np.where(
                confidences.max(axis=1) < least, -1, confidences.max(axis=1)
            )
        ),
    }
    return jd.check_answer(read_or_reject, expected, inputs, slips=slips)


# %% tags=["answer"]
def read_or_reject(confidences, least):
    digits = confidences.argmax(axis=1)
    return np.where(confidences.max(axis=1) < least, -1, digits)


print(check_read_or_reject(read_or_reject))

# %% [markdown]
# Does that help with our prepared pictures, and with the noise?

# %%
answers = read_or_reject(confidences(stages["thickened"]), 0.9)
kept = answers != -1
right = (answers == labels)[kept].mean()
print(f"scans: {kept.mean():.0%} kept, of which {right:.1%} are right")
answers = read_or_reject(confidences(noise), 0.9)
print(f"noise: {(answers != -1).mean():.0%} kept")

# %% [markdown]
# It does. When the network still gives an answer, it is nearly always right. The price is that a
# person has to read the other pictures. Most of the noise is rejected, too, but not all of it: if a
# picture does not show a digit, even a high confidence promises nothing.

# %% tags=["claim"]
if digits.name == "mnist":
    assert right > 0.96 and 0.6 < kept.mean() < 0.9
    assert 0 < (answers != -1).mean() < 0.4

# %% [markdown]
# ### Exercise 3: a shift that does not wrap around
#
# With `np.roll`, pixels that leave on the right come back on the left. Write
# `shift(image, down, right)`, which moves an image `down` by so many rows and to the `right` by so
# many columns, and fills up with zeros. Negative numbers move it up and to the left. With `down` 1
# and `right` 0, `np.array([[1, 2], [3, 4]])` becomes `[[0, 0], [1, 2]]`.
#
# ??? tip "A hint"
#     Use `np.pad` to put a frame of zeros around the image, and cut the right part out of the
#     result.


# %% tags=["check"]
def check_shift(shift):
    def expected(image, down, right):
        height, width = image.shape
        result = np.zeros_like(image)
        for row in range(height):
            for column in range(width):
                i, j = row - down, column - right
                if 0 <= i < height and 0 <= j < width:
                    result[row, column] = image[i, j]
        return result

    random = np.random.default_rng(2)
    inputs = [
        (random.uniform(0.1, 1, shape), down, right)
        for shape, down, right in (
            ((5, 8), 1, 3),
            ((6, 5), -2, 1),
            ((7, 7), 2, -3),
            ((4, 6), 0, 0),
            ((6, 9), -1, -2),
        )
    ]
    slips = {
        "what leaves on one side must not come back on the other.": (
            lambda image, down, right: np.roll(image, (down, right), (0, 1))
        ),
        "down is along axis 0, right is along axis 1.": (
            lambda image, down, right: expected(image, right, down)
        ),
        "that moves it in the opposite direction.": (
            lambda image, down, right: expected(image, -down, -right)
        ),
        "negative numbers move it up and to the left.": (
            lambda image, down, right: expected(image, abs(down), abs(right))
        ),
    }
    return jd.check_answer(shift, expected, inputs, slips=slips)


# %% tags=["answer"]
def shift(image, down, right):
    height, width = image.shape
    most = max(abs(down), abs(right))
    padded = np.pad(image, most)
    top, left = most - down, most - right
    return padded[top : top + height, left : left + width]


print(check_shift(shift))

# %% [markdown]
# ### Exercise 4: a thicker pen without Pillow
#
# *To think about overnight.* Write `thicken(image)`: each pixel becomes the largest of five values,
# its own and those of its neighbors above, below, left and right. Pixels outside of the image do
# not count. Do it without a loop over pixels. `np.array([[0, 0, 0, 5]])` becomes `[[0, 0, 5, 5]]`.
#
# ??? tip "A hint"
#     Put a frame of zeros around the image. Then one slice of it holds the neighbors above all
#     pixels, and another slice those below.


# %% tags=["check"]
def check_thicken(thicken):
    def largest(image, neighbors, mode="constant"):
        padded = np.pad(image, 1, mode=mode)
        height, width = image.shape
        shifted = [
            padded[1 + i : 1 + i + height, 1 + j : 1 + j + width]
            for i, j in neighbors
        ]
        return np.max(shifted, axis=0)

    cross = [(0, 0), (0, 1), (1, 0), (0, -1), (-1, 0)]
    square = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    random = np.random.default_rng(3)
    inputs = [(random.uniform(0, 1, shape),) for shape in ((6, 9), (8, 3))]
    inputs += [(np.eye(5)[:4],), (random.uniform(0, 1, (1, 7)),)]
    slips = {
        "the left edge has no neighbor at the right edge.": (
            lambda image: largest(image, cross, "wrap")
        ),
        "neighbors across a corner do not count.": (
            lambda image: largest(image, square)
        ),
        "a pixel may itself be the largest.": (
            lambda image: largest(image, cross[1:])
        ),
        "that makes lines thinner; take the largest value.": (
            lambda image: -largest(-image, cross, "edge")
        ),
        "there are neighbors above and below, too.": (
            lambda image: largest(image, [(0, 0), (0, 1), (0, -1)])
        ),
        "there are neighbors to the left and right, too.": (
            lambda image: largest(image, [(0, 0), (1, 0), (-1, 0)])
        ),
    }

    def expected(image):
        return largest(image, cross)

    return jd.check_answer(thicken, expected, inputs, slips=slips)


# %% tags=["answer"]
def thicken(image):
    padded = np.pad(image, 1)
    above, below = padded[:-2, 1:-1], padded[2:, 1:-1]
    left, right = padded[1:-1, :-2], padded[1:-1, 2:]
    return np.max([image, above, below, left, right], axis=0)


print(check_thicken(thicken))

# %% [markdown]
# ### A project: two hundred of your own
#
# Write each digit twenty times, photograph the page, cut it into two hundred pictures, and sort
# them into folders. Measure the network of this lesson on them. Then hold out half of them, let
# `fit` continue from the trained parameters on the other half, at a small learning rate, and
# measure again. How many of your own digits does the network need to learn your hand?
#
# On the page [Train](../train.py#your-own-hand), you write each digit three times, and the last
# layer of a network practices on your hand.
#
# **Next:** a shift by a few pixels was fatal because the network does not know which pixels are
# neighbors. [ResNet-18](17_resnet.py) does.
#
# *Sources:* Beede and others, *A Human-Centered Evaluation of a Deep Learning System Deployed in
# Clinics for the Detection of Diabetic Retinopathy*, 2020, on the clinics. LeCun, Bottou, Bengio
# and Haffner, *Gradient-Based Learning Applied to Document Recognition*, 1998, on how MNIST was
# prepared. Xiao, Rasul and Vollgraf, [Fashion-MNIST](https://arxiv.org/abs/1708.07747), 2017,
# table 3, for the linear model and the network on MNIST and Fashion-MNIST; its
# [repository](https://github.com/zalandoresearch/fashion-mnist) for people and convolutional
# networks. Clanuwat and others, [Deep Learning for Classical Japanese
# Literature](https://arxiv.org/abs/1812.01718), 2018, and its
# [repository](https://github.com/rois-codh/kmnist), for KMNIST, and for the votes and the
# convolutional network on MNIST.
