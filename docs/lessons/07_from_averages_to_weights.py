# %% [markdown]
# ---
# description: Why the nearest mean is a linear model, and how a matrix product applies it to all images at once.
# ---
#
# # 7. From averages to weights
#
# **What could we adjust in our classifier, so that it makes fewer mistakes?** The baseline of
# [lesson 4](04_metrics.py) seems to have no knobs: two averages, a distance, and that's it. In this
# lesson you rearrange it with school algebra, and discover 785 knobs. At the end you turn some of
# them, blindly, and it gets better.
#
# You will find the most common building block of machine learning. Nearly all the numbers in a
# large language model belong to copies of it.
#
# *You need:* [lesson 4](04_metrics.py) for the baseline and for broadcasting, and
# [lesson 6](06_roller_coaster.py) for parameters and random keys.
#
# ## From a square to a row
#
# Our distances treat all pixels alike, and do not ask which of them are neighbors. So we may turn
# the square into a row: the first line of pixels, then the second, and so on. Here is a small image
# with two rows and three columns:

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

small = np.array([[1, 2, 3], [4, 5, 6]])
print(small.reshape(6))

# %% [markdown]
# `reshape` keeps all numbers and their order, and changes only the shape. Now the threes and
# sevens. How long will the row of one digit be?

# %%
digits = jd.load("auto")
train = jd.select(digits.train, [3, 7])
n, rows, columns = train.images.shape
x = np.asarray(jd.to_float(train.images).reshape(n, rows * columns))
print(f"{train.images.shape} -> {x.shape}")
print(f"{rows} * {columns} = {rows * columns}")

# %% [markdown]
# So this is where **784** comes from, a number that you will meet wherever people use MNIST. The
# package's [`flatten`][jaxdigits.flatten] does the same.
#
# ## The nearest mean, rearranged
#
# The baseline says _three_ if an image is nearer to the mean three than to the mean seven. Measure
# by squared differences, as the second baseline of lesson 4 did. (That took the root of their mean,
# too, but this changes no verdict.) Then it says _three_ if
#
# $$
# \begin{aligned}
# &(\text{squared distance to the seven}) \\
# {} - {} &(\text{squared distance to the three})
# \end{aligned}
# $$
#
# is above zero. Both distances are sums over pixels, so look at a single pixel first. Say that the
# image has $0.9$ there, the mean three $0.7$, and the mean seven $0.1$. The squared difference is
# $0.8^2 = 0.64$ to the seven and $0.2^2 = 0.04$ to the three. So this pixel speaks for a three, by
# $0.60$.
#
# Now do the same with letters: the image has $x$, the mean three $m_3$, and the mean seven $m_7$.
# Multiply out the two squares on paper. What remains of $x^2$?
#
# $$
# \begin{aligned}
# & (x - m_7)^2 - (x - m_3)^2 \\
# &= x^2 - 2 x m_7 + m_7^2 - x^2 + 2 x m_3 - m_3^2 \\
# &= \underbrace{2 (m_3 - m_7)}_{\text{weight}} \cdot \, x \, + \, \underbrace{m_7^2 - m_3^2}_{\text{fixed}}
# \end{aligned}
# $$
#
# The $x^2$ cancels! The pixel is multiplied by a number that depends only on the two means, and
# another such number is added. For our pixel, these are $2 \cdot (0.7 - 0.1) = 1.2$ and
# $0.1^2 - 0.7^2 = -0.48$. Together they give $1.2 \cdot 0.9 - 0.48 = 0.60$, as before. Try it on
# an "image" of two pixels, of which this is the first:

# %%
pixels = np.array([0.9, 0.2])
three, seven = np.array([0.7, 0.1]), np.array([0.1, 0.5])

by_distance = ((pixels - seven) ** 2).sum() - ((pixels - three) ** 2).sum()

weights = 2 * (three - seven)
fixed = (seven**2 - three**2).sum()
by_weights = (weights * pixels).sum() + fixed
print(f"by distance {by_distance:.2f}, by weights {by_weights:.2f}")

# %% [markdown]
# Both ways lead to the same number. It is above zero, so the verdict is _three_.
#
# This settles two questions that many people have about neural networks. Why do they _multiply_
# pixels by numbers, where the baseline _compared_ them? Because multiplying is what is left of
# comparing, once the $x^2$ has canceled. And why would anybody choose so plain a function, a
# [weighted sum](22_jargon.md#weighted-sum)? Because it can already do all that comparing squared
# distances to two averages could.
#
# ## One weight per pixel
#
# Now take the real means. Each pixel gets a *[weight](22_jargon.md#weights)*. It is positive where
# ink is evidence for a three, and negative where it is evidence for a seven. Before you look:
# where do you expect positive weights, drawn in red, and where negative ones, in blue?

# %% alt="The mean three, the mean seven, and the weights. The weights are red at the very top, in the middle bar and along the lower bow of a three; they are blue along the bar and the slanted stem of a seven, and white around the digit."
is_three = train.labels == 3
mean_three, mean_seven = x[is_three].mean(axis=0), x[~is_three].mean(axis=0)
w = 2 * (mean_three - mean_seven)

figure = jd.plots.show_images(
    np.stack([mean_three, mean_seven, w]).reshape(3, 28, 28),
    titles=["mean three", "mean seven", "weights"],
    figure=plt.figure(figsize=(6.6, 2.5), layout="constrained"),
)

# %% [markdown]
# Red is where threes have ink and sevens do not: the middle bar, the lower bow, and the very top,
# because a three reaches a little higher. Blue is where it is the other way round: the bar of the
# seven, and its slanted stem. Where a weight is nearly white, both digits have about the same
# amount of ink, often none.

# %% tags=["claim"]
if digits.name == "mnist":
    square = w.reshape(28, 28)
    assert square[13, 13] == square.max() and square[22, 9] > 0.5
    assert square[5, 14] > 0.3 and square[9, 11] < -0.5
    assert square[18, 14] < -0.4 and abs(square[:, :3]).max() < 0.05

# %% [markdown]
# Multiply a digit by the weights, pixel by pixel, and see what is left. (In the code, `argmax` of a
# mask is the place of its first _true_, `enumerate` numbers the two places 0 and 1, and a loop over
# a dictionary gives its keys.)

# %% alt="Two rows of three pictures: a digit, the weights, and their product. In the product of the three, most of the ink is red. In the product of the seven, most of it is blue."
first_three, first_seven = is_three.argmax(), (~is_three).argmax()
figure = plt.figure(figsize=(6.6, 4.6), layout="constrained")
axes = figure.subplots(2, 3)
for row, i in enumerate([first_three, first_seven]):
    pictures = {"digit": x[i], "weights": w, "product": x[i] * w}
    for ax, title in zip(axes[row], pictures, strict=True):
        jd.plots.show_image(pictures[title].reshape(28, 28), title=title, ax=ax)

# %% [markdown]
# Most of the three's ink is on red, and most of the seven's on blue. (The foot of this seven is
# red, because it lies where many threes have their lower bow.) Now add up all the products. The sum
# weighs the red against the blue: it is the _evidence_ for a three. Which sign will it have for
# each digit?

# %%
for name, i in ("three", first_three), ("seven", first_seven):
    print(f"the first {name}: evidence {(x[i] * w).sum():6.1f}")

# %% [markdown]
# Positive for the three, negative for the seven, as it should be. But is zero really the border
# between them? We left out the fixed term of the formula.

# %% tags=["claim"]
if digits.name == "mnist":
    assert (x[first_three] * w).sum() > 20 > -20 > (x[first_seven] * w).sum()

# %% [markdown]
# ## The bias
#
# Take a blank page. What does the sum of products say about it?

# %%
blank = np.zeros(784)
print(f"evidence of a blank page {(blank * w).sum():.1f}")

# %% [markdown]
# Zero, of course, because zero times any weight is zero. You know the problem from school: a line
# $y = w x$ always passes through the origin. The cure is the same as in school, too: $y = w x + b$.
# The number $b$ is called the *[bias](22_jargon.md#bias)*.
#
# Our rearranged baseline has one already. It is the fixed term, $m_7^2 - m_3^2$, summed over all
# pixels. Is it positive or negative? Think of the ink in the two means, counted in units of one
# full pixel.

# %%
b = (mean_seven**2).sum() - (mean_three**2).sum()
print(f"bias {b:.2f}")
for name, mean in ("three", mean_three), ("seven", mean_seven):
    print(f"the mean {name} has {mean.sum():.0f} units of ink")

# %% [markdown]
# The bias is negative, so the verdict on a blank page is _seven_. That makes sense: the squared
# distance of a blank page to a mean is the sum of the mean's squared pixels, and the mean seven,
# with less ink, has the smaller one. The bias is the model's answer before it has seen any ink. So
# zero was not the border: to be called a three, an image needs evidence of more than about 10.

# %% tags=["claim"]
if digits.name == "mnist":
    assert -11 < b < -10 and mean_three.sum() > mean_seven.sum() + 15

# %% [markdown]
# !!! question "Why is there only one bias, and not one per pixel?"
#     There is one per pixel: $m_7^2 - m_3^2$, 784 of them. But they do not depend on the image, so
#     we can add them up once, and keep the sum. A weight can't be merged with the others, because
#     it is multiplied by its own pixel.
#
# Weights and bias together are the *[parameters](22_jargon.md#parameters)* of this
# [model](22_jargon.md#model): its 785 knobs.
#
# ## All images at once
#
# To multiply and add image by image, we would need a loop over thousands of images. But "multiply
# pair by pair, then add up" has a name, *[matrix
# multiplication](22_jargon.md#matrix-multiplication)*, and it does every image in one go. Python
# writes it `@`. Here are two images of three pixels, and three weights in a column. How does
# the drawing get the two numbers at the right?
#
# ![A matrix x with two rows and three columns, 1 0 2 and 0 3 1, times a column w with 2, minus 1 and 1, equals a column of two numbers. The first is 1 times 2 plus 0 times minus 1 plus 2 times 1, which is 4. The second, shaded, is 0 times 2 plus 3 times minus 1 plus 1 times 1, which is minus 2.](../assets/diagrams/matrix_product.svg)
#
# Each **row** of the left matrix walks along the **column** of the right one: multiply pair by
# pair, add up, and write down one number. So a row must be as long as the column. This inner size,
# here 3, disappears. The outer sizes stay: two images, one number per image.

# %%
two_images = np.array([[1, 0, 2], [0, 3, 1]])
three_weights = np.array([[2], [-1], [1]])
print(two_images @ three_weights)

# %% [markdown]
# For the digits, the weights become such a column, with shape `[784, 1]` (which Python prints as
# `(784, 1)`), and the bias is broadcast to all images:
#
# $$
# \underbrace{x}_{n \times 784} \; @ \; \underbrace{w}_{784 \times 1}
# \; + \underbrace{b}_{1} \; = \; \underbrace{\text{output}}_{n \times 1}
# $$

# %%
w, b = w.reshape(784, 1), b.reshape(1)
output = x @ w + b
print(output.shape)

by_loop = [(image * w[:, 0]).sum() + b[0] for image in x[:100]]
assert np.allclose(output[:100, 0], by_loop, atol=1e-3)

# %% [markdown]
# That is one output per image, and the first hundred agree with a loop.
#
# !!! question "Why `[784, 1]`? Would `[784]` not be simpler?"
#     Here it would be. `x @ w` would then have the shape `[n]`, without a second axis. But the
#     answers that we compare the output with will be in a column, `[n, 1]`, and `[n]` against
#     `[n, 1]` broadcasts to `[n, n]` without a word ([lesson 4](04_metrics.py#the-bug-it-hides)).
#     Besides, each column answers one question. With ten digits there will be ten questions, and
#     `w` will have the shape `[784, 10]`.
#
# Try both shapes on five images. What will the shape of each comparison be?

# %%
answers = is_three[:5].reshape(5, 1)
flat_output = x[:5] @ w[:, 0] + b
print(f"column against column {((output[:5] > 0) == answers).shape}")
print(f"row against column    {((flat_output > 0) == answers).shape}")

# %% [markdown]
# With the row, each of the five verdicts met all five answers, and no error appeared.
#
# A model of the form `x @ w + b` is called *[linear](22_jargon.md#linear-model)*, because with a
# single pixel it is the straight line $y = w x + b$ from school. The package has it: `jd.Linear`
# holds the two arrays together, as `params.w` and `params.b`, and [`jd.linear`][jaxdigits.linear]
# is the model.

# %%
params = jd.Linear(w=jnp.array(w), b=jnp.array(b))
assert jnp.allclose(jd.linear(params, x), output, atol=1e-3)
print(f"w {params.w.shape}, b {params.b.shape}")

# %% [markdown]
# ## Is it still the baseline?
#
# Algebra says that nothing has changed. So on the digits of lesson 4, the linear model must give
# the very same verdicts as the nearest mean by squared distance. In its line `rmse_distance`,
# lesson 4 printed `threes 0.9584, sevens 0.9737`. <!-- typed: quoted from lesson 4 --> Does the
# linear model get there, too?

# %%
valid = jd.select(digits.test, [3, 7])
valid_output = np.asarray(
    jd.linear(params, jd.flatten(jd.to_float(valid.images)))
)
threes = valid_output[valid.labels == 3, 0]
sevens = valid_output[valid.labels == 7, 0]
right_3, right_7 = (threes > 0).mean(), (sevens <= 0).mean()
print(f"threes {right_3:.4f}, sevens {right_7:.4f}", end=", ")
print(f"average {(right_3 + right_7) / 2:.4f}")

# %% [markdown]
# It does, to the last decimal. The baseline _was_ a linear model all along, and we did not know.
# How far are the outputs from the border, zero?

# %% alt="Two overlapping histograms of the output of the linear model. The sevens lie mostly below zero, the threes mostly above it. Around zero both overlap a little. A dashed line marks zero."
figure, ax = plt.subplots(figsize=(5.5, 3), layout="constrained")
bins = np.linspace(-80, 80, 41)
n_3, *_ = ax.hist(threes, bins, alpha=0.6, label="threes")
n_7, *_ = ax.hist(sevens, bins, alpha=0.6, label="sevens")
ax.text(threes.mean(), 1.02 * n_3.max(), "threes", color="C0", ha="center")
ax.text(sevens.mean(), 1.02 * n_7.max(), "sevens", color="C1", ha="center")
ax.axvline(0, linestyle="--", color="gray")
ax.set(xlabel="output", ylabel="images")

# %% [markdown]
# Of the digits that are read correctly, nine in ten are more than 10 away from the border, the
# dashed line. Of the mistakes, more than half are less than 10 beyond it. Better weights might
# correct those.

# %% tags=["claim"]
if digits.name == "mnist":
    own_side = np.concatenate([threes, -sevens])
    assert (own_side[own_side > 0] > 10).mean() > 0.9
    assert (own_side[own_side <= 0] > -10).mean() > 0.55

# %% [markdown]
# And without the bias?

# %%
without = ((threes - b > 0).mean() + (sevens - b <= 0).mean()) / 2
print(f"average without the bias {without:.4f}")

# %% [markdown]
# Without it, two more digits in every hundred are wrong. A single number out of 785 matters so much
# because it shifts the output of every image, while a weight acts only where there is ink.

# %% tags=["claim"]
if digits.name == "mnist":
    lost = (right_3 + right_7) / 2 - without
    assert 0.015 < lost < 0.025  # two in a hundred

# %% [markdown]
# ## Turn the knobs
#
# So we have 785 knobs, and the averages have set them for us. But the averages were never meant to
# avoid _mistakes_. They answer another question: what does the typical three look like? Perhaps
# there are better settings.
#
# Let's look for them in the most simple-minded way. Change the weight of a random pixel by a
# random, often large amount, and count the mistakes on the training digits. If there are fewer than
# before, keep the change. If not, take it back. Do this two thousand times. Will it help at all,
# and how many of the changes will be kept?

# %%
tries = 2000
key_pixels, key_changes = jax.random.split(jax.random.key(0))
pixels = np.asarray(jax.random.randint(key_pixels, (tries,), 0, 784))
changes = 3 * np.asarray(jax.random.normal(key_changes, (tries,)))


def share_right(output, is_three):
    return ((output > 0) == is_three).mean()


# %% [markdown]
# `randint` draws whole numbers from 0 up to, but not including, 784. If one weight changes, each
# output changes by that change times the image's value at this pixel, so there is no need to
# multiply everything again. (In the last line, `np.diff` subtracts each entry of `history` from
# the next.)

# %% alt="The share of training digits that are right against the number of tries. It climbs in small steps, quickly at first and then more slowly."
better, outputs = w.copy(), output[:, 0]
history = [share_right(outputs, is_three)]
for pixel, change in zip(pixels, changes, strict=True):
    new_outputs = outputs + change * x[:, pixel]
    new_share = share_right(new_outputs, is_three)
    if new_share > history[-1]:
        better[pixel] += change
        outputs = new_outputs
    history.append(max(new_share, history[-1]))

figure, ax = plt.subplots(figsize=(5, 3), layout="constrained")
ax.plot(history)
ax.set(xlabel="tries", ylabel="training digits right")
print(f"right before {history[0]:.4f}, after {history[-1]:.4f}")
print(f"{(np.diff(history) > 0).sum()} of {tries} changes kept")

# %% [markdown]
# It helps a lot! The share of wrong digits is cut to less than half, by nothing but luck and
# patience. This is *[learning](22_jargon.md#machine-learning)* in the sense that Arthur Samuel gave
# the word, when he taught a computer checkers in the 1950s: the machine adjusts its own settings to
# perform better.
#
# But it is a very wasteful way to learn. More than nine out of ten changes did not help, and each
# of the two thousand tries had to look at every training digit. And we kept whatever helped on
# these digits. Does it help on digits that the model has not seen?

# %% tags=["claim"]
if digits.name == "mnist":
    assert 0.35 < (1 - history[-1]) / (1 - history[0]) < 0.5
    assert (np.diff(history) > 0).mean() < 0.1

# %%
new_params = jd.Linear(w=jnp.array(better), b=params.b)
x_valid = jd.flatten(jd.to_float(valid.images))
for name, each in ("averages", params), ("knobs turned", new_params):
    verdicts = np.asarray(jd.linear(each, x_valid))[:, 0]
    right = share_right(verdicts, valid.labels == 3)
    print(f"{name:12} {right:.4f} of the new digits right")

# %% [markdown]
# It does, though less than on the digits that the knobs were adjusted to. The gain is more than two
# standard errors ([lesson 4](04_metrics.py#is-it-a-three)), so it is probably not luck. There are
# better settings than the averages, and they hold for new digits.
#
# A close relative of this model once filled a rack. In 1958 Frank Rosenblatt described the
# *[perceptron](22_jargon.md#perceptron)*, and soon afterwards he built it. Four hundred photocells
# looked at a picture, and the weights were real knobs, turned by electric motors. His rule for
# turning them was much better than ours, because it looked at _which_ pictures were wrong. We will
# let a gradient turn our knobs: it says for all 785 at once which way to turn, and which of them
# matter most. But a gradient needs a number with a useful slope. The count of mistakes has none,
# as you will see in lesson 8.

# %% tags=["claim"]
if digits.name == "mnist":
    old = np.asarray(jd.linear(params, x_valid))[:, 0]
    gain = right - share_right(old, valid.labels == 3)
    error = np.sqrt(0.97 * 0.03 / len(valid.labels))
    assert 2 * error < gain < history[-1] - history[0]

# %% [markdown]
# ## What you learned
#
# - You can flatten images into rows of 784 pixels.
# - You can turn the nearest mean into weights and a bias, and read the weights as a picture.
# - You can say what the bias is for, why there is only one, and why the weights are in a
#   column.
# - You can multiply two matrices by hand, and predict the shape of `x @ w + b`.
# - You can improve a model by trial and error, and say why that is slow.
#
# ## Exercises
#
# ### Exercise 1: black and blank
#
# Write `extremes(w, b)`, which returns a pair: the output of a linear model for a blank page, and
# its output for a page full of ink, with 1 at every pixel. `w` has the shape `[n, 1]` and `b` the
# shape `[1]`, but the two results should be plain numbers. For weights 2, -1, 1 and a bias of 5 it
# returns `(5.0, 7.0)`. Which digit does our model see in a black page?
#
# ??? tip "A hint"
#     What is 0 times any weight, and what is 1 times any weight?


# %% tags=["check"]
def check_extremes(extremes):
    def expected(w, b):
        return float(b[0]), float(w.sum() + b[0])

    slips = {
        "the page full of ink needs the bias, too": lambda w, b: (
            b[0],
            w.sum(),
        ),
        "first the blank page, then the black one": lambda w, b: (
            w.sum() + b[0],
            b[0],
        ),
        "add up the products, don't average them": lambda w, b: (
            b[0],
            w.mean() + b[0],
        ),
        "without ink, the weights have no say": lambda w, b: (
            0.0,
            w.sum() + b[0],
        ),
        "return plain numbers: b[0] is the number in b": lambda w, b: (
            b,
            w.sum() + b,
        ),
    }
    random = np.random.default_rng(0)
    inputs = [
        (np.array([[2.0], [-1.0], [1.0]]), np.array([5.0])),
        (random.normal(size=(7, 1)), np.array([-1.5])),
        (random.normal(size=(784, 1)), np.array([0.25])),
    ]
    return jd.check_answer(extremes, expected, inputs, slips=slips)


# %% tags=["answer"]
def extremes(w, b):
    return b[0], w.sum() + b[0]


print(check_extremes(extremes))
print("ours:", [f"{value:.1f}" for value in extremes(w, b)])

# %% [markdown]
# A three: all the red outweighs all the blue and the bias. The model knows only two answers, three
# and seven, so it gives one of them for any picture.

# %% tags=["claim"]
if digits.name == "mnist":
    assert w.sum() + b[0] > 10

# %% [markdown]
# ### Exercise 2: a matrix product by hand
#
# Write `product(x, w)` without `@` and without `jnp.dot` and its relatives. `x` has $n$ rows and
# $m$ columns, `w` has $m$ rows and $k$ columns. Return $n$ rows of $k$ numbers, as a list of lists
# or as an array. For the two matrices of the picture it is `[[4], [-2]]`.
#
# ??? tip "A hint"
#     The number in row `i` and column `j` is `(x[i] * w[:, j]).sum()`. You need one loop over the
#     rows of `x`, and in it one over the columns of `w`.


# %% tags=["check"]
def check_product(product):
    slips = {
        "a row of x meets a column of w, so do all the columns": (
            lambda x, w: x @ w[:, :1]
        ),
        "rows of the result belong to rows of x": lambda x, w: (x @ w).T,
        "add up the products; don't take their mean": (
            lambda x, w: x @ w / len(w)
        ),
        "the last pair is missing; how far does your loop go?": (
            lambda x, w: x[:, :-1] @ w[:-1]
        ),
    }
    random = np.random.default_rng(0)
    shapes = [(2, 3, 1), (4, 5, 3), (3, 2, 4), (3, 3, 3)]
    inputs = [
        (random.integers(-5, 6, (n, m)), random.integers(-5, 6, (m, k)))
        for n, m, k in shapes
    ]
    return jd.check_answer(product, lambda x, w: x @ w, inputs, slips=slips)


# %% tags=["answer"]
def product(x, w):
    result = []
    for row in x:
        numbers = [(row * w[:, j]).sum() for j in range(w.shape[1])]
        result.append(numbers)
    return result


print(check_product(product))

# %% [markdown]
# ### Exercise 3: any two averages
#
# Write `nearest_as_linear(mean_a, mean_b)` for two flat means of shape `[n]`. It returns the pair
# `w`, `b`, with the shapes `[n, 1]` and `[1]`, such that `x @ w + b` is the squared distance of `x`
# to `mean_b` minus its squared distance to `mean_a`. For the two pixels of this lesson, with
# `three` as `mean_a`, the weights are 1.2 and -0.8. <!-- typed: arithmetic -->
#
# ??? tip "A hint"
#     `three` and `seven` have become `mean_a` and `mean_b`. `reshape(-1, 1)` makes a column of any
#     length.


# %% tags=["check"]
def check_nearest_as_linear(nearest_as_linear):
    def expected(mean_a, mean_b, twice=2, fixed=1):
        w = twice * (mean_a - mean_b).reshape(-1, 1)
        b = fixed * ((mean_b**2).sum() - (mean_a**2).sum()).reshape(1)
        return w, b

    slips = {
        "a and b are the wrong way round": lambda a, b: expected(b, a),
        "the weights lack the factor 2": lambda a, b: expected(a, b, twice=1),
        "the bias has the wrong sign": lambda a, b: expected(a, b, fixed=-1),
        "a bias of 0 is right only if both means are equally long": (
            lambda a, b: expected(a, b, fixed=0)
        ),
        "square each pixel, then add up; not the other way round": (
            lambda a, b: (
                expected(a, b)[0],
                (b.sum() ** 2 - a.sum() ** 2).reshape(1),
            )
        ),
        "w should be a column, of shape [n, 1]": lambda a, b: (
            2 * (a - b),
            expected(a, b)[1],
        ),
        "b should have the shape [1]": lambda a, b: (
            expected(a, b)[0],
            expected(a, b)[1][0],
        ),
    }
    random = np.random.default_rng(0)
    inputs = [
        (np.array([0.7, 0.1]), np.array([0.1, 0.5])),
        (random.uniform(size=9), random.uniform(size=9)),
        (random.uniform(size=16), random.uniform(size=16)),
    ]
    return jd.check_answer(nearest_as_linear, expected, inputs, slips=slips)


# %% tags=["answer"]
def nearest_as_linear(mean_a, mean_b):
    w = 2 * (mean_a - mean_b).reshape(-1, 1)
    b = (mean_b**2).sum() - (mean_a**2).sum()
    return w, b.reshape(1)


print(check_nearest_as_linear(nearest_as_linear))

# %% [markdown]
# ### Exercise 4: where did the bias go?
#
# *To think about overnight.* There is a trick that turns the bias into a weight like all the
# others: give every image one more pixel, which always has the same value. Write `absorb(x, w, b)`,
# which returns a pair `x_new`, `w_new` such that `x_new @ w_new` equals `x @ w + b`. Put the new
# pixel at the end of each row. `w` may have several columns, and then `b` has one number per
# column.
#
# ??? tip "A hint"
#     Which pixel value, times `b`, is `b`? `np.concatenate([x, column], axis=1)` puts a column at
#     the right of a matrix, and with `axis=0`, a row goes below it.


# %% tags=["check"]
def check_absorb(absorb):
    def expected(x, w, b, pixel=1.0):
        ones = np.full((len(x), 1), pixel)
        new_w = np.concatenate([w, b.reshape(1, -1)], axis=0)
        return np.concatenate([x, ones], axis=1), new_w

    def front(x, w, b):
        new_x, new_w = expected(x, w, b)
        return np.roll(new_x, 1, axis=1), np.roll(new_w, 1, axis=0)

    slips = {
        "0 times anything is 0, so the new pixel can't be 0": (
            lambda x, w, b: expected(x, w, b, pixel=0.0)
        ),
        "at the end of each row, please, as the task says": front,
        "images get a pixel each, which is a column, not a row": (
            lambda x, w, b: (
                np.concatenate([x, np.ones((1, x.shape[1]))]),
                expected(x, w, b)[1],
            )
        ),
    }
    random = np.random.default_rng(0)
    inputs = [
        [random.normal(size=shape) for shape in [(n, m), (m, k), (k,)]]
        for n, m, k in [(4, 3, 1), (2, 5, 3), (3, 3, 2)]
    ]
    return jd.check_answer(absorb, expected, inputs, slips=slips)


# %% tags=["answer"]
def absorb(x, w, b):
    ones = np.ones((len(x), 1))
    x_new = np.concatenate([x, ones], axis=1)
    w_new = np.concatenate([w, b.reshape(1, -1)], axis=0)
    return x_new, w_new


print(check_absorb(absorb))
x_new, w_new = absorb(x, w, b)
assert np.allclose(x_new @ w_new, output, atol=1e-3)

# %% [markdown]
# So the bias is a weight whose pixel is always on. People still keep it apart, because it
# reads more clearly.
#
# **Next:** the knobs should turn themselves. For that, the model needs a
# [loss for digits](08_a_loss_for_digits.py).
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2009, section 4.3, on
# nearest means and linear boundaries. Rosenblatt, *The Perceptron*, Psychological Review, 1958.
# Samuel, *Some Studies in Machine Learning Using the Game of Checkers*, 1959.
