# %% [markdown]
# # 8. A loss for digits
#
# **What number should go down while a model learns to tell threes from sevens?** You build a
# model with one [weight](22_jargon.md#weights) a pixel, find out why accuracy cannot teach it anything, and build a [loss](22_jargon.md#loss)
# that can. Then you cut the digits into batches, and the next lesson can begin to train.
#
# *You need:* [lesson 4](04_metrics.py) and [lesson 6](06_roller_coaster.py).
#
# ## From a square to a row
#
# The roller coaster had one input, the time. An image has one for each pixel. Our model will not
# know which pixels are neighbors, so the square may as well become a row: the second line of
# pixels behind the first, and so on. How long will it be?

# %%
import string

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

digits = jd.load("auto")
train = jd.select(digits.train, [3, 7])
test = jd.select(digits.test, [3, 7])
n, rows, columns = train.images.shape
x = jd.to_float(train.images).reshape(n, rows * columns)
print(f"{train.images.shape} -> {x.shape}")
print(f"{rows} * {columns} = {rows * columns}")

# %% [markdown]
# That is where **784** comes from, a number that you will meet wherever MNIST is used: 28 times
# 28. Nothing was lost. [`flatten`][jaxdigits.flatten] does the same.
#
# ## Targets in a column
#
# The model needs to be told what is right. Let 1 stand for *three* and 0 for *seven*. (The other
# way round would do as well.)

# %%
y = (train.labels == 3).astype(float)[:, None]
print(f"labels  {train.labels.shape}: {train.labels[:6].tolist()}")
print(f"targets {y.shape}: {y[:6, 0].tolist()}")

# %% [markdown]
# Why a column, `[n, 1]`, and not a plain row of `[n]`? Because that is what the model will put
# out: one row for each image, one column for each number it says about the image. Today there is
# one such number; with ten digits there will be ten. And if the shapes differed, `[n]` against
# `[n, 1]` would broadcast to `[n, n]` without a word ([lesson 4](04_metrics.py#the-bug-it-hides)).
#
# The package does both conversions at once:

# %%
package_x, package_y = jd.to_examples(train, positive=3)
assert jnp.array_equal(x, package_x) and jnp.array_equal(y, package_y)
x_valid, y_valid = jd.to_examples(test, positive=3)

# %% [markdown]
# ## One weight a pixel
#
# A three has ink where a seven has none, and the other way round. So give each pixel a *weight*:
# positive if ink there speaks for a three, negative if it speaks for a seven. Nobody knows these
# weights yet. As on the roller coaster we begin with random ones. (Why times 0.3? Wait for the
# [sigmoid](22_jargon.md#sigmoid).)

# %% alt="Three pictures: a digit in gray; a square of random red and blue weights; and their product, where only the digit's ink has kept red and blue."
key_params, key_order = jax.random.split(jax.random.key(0))
w = 0.3 * jax.random.normal(key_params, (784, 1))

product = x[0] * w[:, 0]
figure = plt.figure(figsize=(6.6, 2.5), layout="constrained")
pictures = {"pixels": x[0], "weights": w, "product": product}
for ax, title in zip(figure.subplots(1, 3), pictures, strict=True):
    jd.plots.show_image(pictures[title].reshape(28, 28), title=title, ax=ax)

# %% [markdown]
# Multiply each pixel by its weight, and add everything up. The sum is the model's opinion: the
# evidence for a three, minus the evidence for a seven.

# %%
print(f"{product.sum():.3f}")

# %% [markdown]
# ## The bias
#
# What does this model say to a blank page? Zero, for zero times anything is zero. *Whatever* the
# weights are: no training can make it say anything else. You know the problem from school, where
# a line $y = w x$ always passes through the origin. The cure is the same, too: $y = w x + b$. The
# number $b$ is called the *[bias](22_jargon.md#bias)*. It is what the model says before it has seen any ink.

# %%
b = jnp.zeros(1)


def one_image(image):
    return (image * w[:, 0]).sum() + b


blank = jnp.zeros(784)
print(f"the first digit {one_image(x[0])[0]:.3f}", end=", ")
print(f"a blank page {one_image(blank)[0]:.3f}")

# %% [markdown]
# It starts at 0, no opinion, and is learned like any weight. Together they are the *parameters*:
# 784 weights and one bias.
#
# ## All images at once
#
# Product and sum, image by image, would be a loop over thousands of images. But "multiply pairs
# and add up" is what a **[matrix multiplication](22_jargon.md#matrix-multiplication)** does, for every row of its left side with every
# column of its right side. Python writes it `@`. The rows are images; our one column is `w`.
#
# $$
# \underbrace{x}_{n \times 784} \; @ \; \underbrace{w}_{784 \times 1}
# \; + \underbrace{b}_{1} \; = \; \underbrace{\text{output}}_{n \times 1}
# $$

# %%
by_loop = jnp.stack([one_image(image) for image in x[:5]])
at_once = x[:5] @ w + b
print(at_once.shape)
assert jnp.allclose(by_loop, at_once, atol=1e-4)

# %% [markdown]
# The inner sizes must agree, here 784, and disappear. The outer ones remain. The bias, of shape
# `[1]`, is broadcast to all images. This model is called *linear*, and the package has it:

# %%
params = jd.Linear(w=w, b=b)
assert jnp.allclose(jd.linear(params, x[:5]), at_once, atol=1e-4)
same = jd.init_linear(key_params, n_in=784, n_out=1, scale=0.3)
assert jnp.allclose(same.w, w)

# %% [markdown]
# ## Which side of zero?
#
# The output is any number, large or small. To get a decision out of it we need a *threshold*, and
# it is **0.0**: evidence for a three above, for a seven below. Random weights are positive as
# often as negative, so their sums fall on both sides of 0. What accuracy do you expect?


# %%
@jax.jit
def accuracy(params, x, y):
    return ((jd.linear(params, x) > 0.0) == (y == 1)).mean()


print(f"{accuracy(params, x_valid, y_valid):.4f}")
package_accuracy = jd.binary_accuracy(jd.linear(params, x_valid), y_valid)
assert accuracy(params, x_valid, y_valid) == package_accuracy

# %% [markdown]
# Somewhere around one half, by chance more or less.
#
# ## Why accuracy cannot be the loss
#
# The accuracy is what we care about. So why not walk uphill on it? For that, a small change of
# a weight must tell us which way is up. Make one: take the pixel that is inked most often, where
# a weight has much to say, and multiply its weight by 1.0001. Will the accuracy go up or down?

# %%
pixel = x.mean(axis=0).argmax()
nudged = params._replace(w=w.at[pixel].multiply(1.0001))

changed = (jd.linear(params, x) != jd.linear(nudged, x)).mean()
print(f"{changed:.0%} of the outputs changed")
print(f"accuracy before {accuracy(params, x, y):.6f}")
print(f"accuracy after  {accuracy(nudged, x, y):.6f}")

# %% [markdown]
# Neither. That is all there is to see, and it is the point of the strange factor 1.0001. It
# stands for *a tiny change*, as in the definition of a derivative. The outputs move a little,
# but none of them crosses 0. Every digit gets the verdict it had, and the share of right verdicts
# stays what it was. Ask calculus for all the weights at once:

# %%
slopes = jax.grad(accuracy)(params, x, y)
print(f"{jnp.count_nonzero(slopes.w)} of {slopes.w.size} slopes are not zero")

# %% [markdown]
# No weight has a slope. A step downhill, or uphill, would be a step of length 0: training would
# never begin. A larger change does move some digits across the line, and then the accuracy jumps.
# Seen as a function of one weight, it is a **staircase**: flat nearly everywhere, and with no
# slope at all where it jumps.

# %% alt="The accuracy on a few dozen digits as a function of one weight: a staircase of flat treads and sudden jumps."
some_x, some_y = x[:40], y[:40]


def with_weight(value):
    return params._replace(w=w.at[pixel, 0].set(value))


weights = w[pixel, 0] + jnp.linspace(-5, 5, 1001)
stairs = jax.vmap(lambda v: accuracy(with_weight(v), some_x, some_y))(weights)

figure, ax = plt.subplots(figsize=(5, 3))
ax.set(xlabel=f"weight of pixel {pixel}", ylabel="accuracy")
lines = ax.plot(weights, stairs)

# %% [markdown]
# ## A loss for yes and no
#
# We need something that notices when an answer becomes *a little* better. So let the model not
# say yes or no but how sure it is: 0.9 for "a three, I am rather sure", 0.5 for "no idea". Then
# each answer can be more or less wrong:
#
# - for a three, whatever is missing to 1 is wrong: `1 - p`
# - for a seven, whatever exceeds 0 is wrong: `p`.
#
# `jnp.where(condition, this, that)` picks for each entry, without a loop. The loss is the mean.


# %%
@jax.jit
def loss_of(p, targets):
    return jnp.where(targets == 1, 1 - p, p).mean()


targets = jnp.array([1, 0, 1])
p = jnp.array([0.9, 0.4, 0.2])
for error in jnp.where(targets == 1, 1 - p, p):
    print(f"off by {error:.1f}")
print(f"loss {loss_of(p, targets):.4f}")

# %% [markdown]
# Three digits: a three, a seven, a three. The last answer, 0.2, is the bad one. Say it becomes
# 0.8. What will the loss be? Do it in your head before you run it: only one of the three errors
# changes.

# %%
better = jnp.array([0.9, 0.4, 0.8])
print(f"loss {loss_of(better, targets):.4f}")

# %% [markdown]
# Lower, as it should be. And had 0.2 become only 0.21, the loss would have fallen, too. <!-- typed: a number made up for this question -->
#
# ## The sigmoid
#
# One thing is amiss. The loss expects answers between 0 and 1, but our outputs may be any
# numbers. Then it can be fooled: for a three it would reward an output of 1000 with a hugely
# *negative* loss, and training would chase larger and larger outputs for digits that are right
# already.

# %%
print(f"outputs from {at_once.min():.2f} to {at_once.max():.2f}")
print(f"a loss of {loss_of(jnp.array([1000.0]), jnp.array([1])):.0f}")

# %% [markdown]
# So squeeze them first. The **sigmoid** takes any number and returns one between 0 and 1:
#
# $$ \sigma(x) = \frac{1}{1 + e^{-x}} $$


# %% alt="The sigmoid from -8 to 8: an S that begins near 0, rises through one half at 0, and flattens near 1."
def sigmoid(x):
    return 1 / (1 + jnp.exp(-x))


ax = jd.plots.plot_function(sigmoid, -8, 8, ylabel="sigmoid(x)")
assert jnp.allclose(sigmoid(at_once), jax.nn.sigmoid(at_once), atol=1e-6)

# %% [markdown]
# It always rises, so more evidence always means more confidence. It is smooth, so it has a slope
# everywhere. What goes into it, the plain output of the model, is called the *[logit](22_jargon.md#logit)*.
#
# From here on we use `jax.nn.sigmoid`. It is the same function, with care for large numbers: at
# -100 our $e^{-x}$ would be too large for a float, and the slope would no longer be a number.
#
# !!! question "The threshold: 0.0 or 0.5?"
#     Both, on different sides of the sigmoid. A logit of 0 is no evidence either way, and the
#     sigmoid of 0 is $1 / (1 + 1) = 0.5$: undecided. Since the sigmoid only rises, a logit is
#     above 0 exactly when its sigmoid is above 0.5. `accuracy` looks at logits, so it compares
#     with 0.0. Whoever has confidences compares with 0.5. Comparing *logits* with 0.5 is
#     a common slip: nothing fails, and every digit with a logit between the two changes sides.

# %%
logits = jd.linear(params, x)
confidence = jax.nn.sigmoid(logits)
assert jnp.array_equal(logits > 0.0, confidence > 0.5)
differ = (logits > 0.0) != (logits > 0.5)
print(f"the slip changes the verdict on {differ.sum()} of {len(logits)}")

# %% [markdown]
# ### Why the weights start small
#
# Far from 0 the sigmoid is nearly flat. There a model is certain, and a nudge to a weight changes
# next to nothing: we would be back on the treads of the staircase. Large random weights
# make large logits. So how steep is the sigmoid, on average over the digits?

# %%
slope = jax.vmap(jax.grad(jax.nn.sigmoid))
for scale in 0.03, 0.3, 3.0:
    start = jd.init_linear(key_params, 784, 1, scale)
    logits = jd.linear(start, x)[:, 0]
    print(f"weights times {scale:4}: slope {slope(logits).mean():.4f}")

# %% [markdown]
# It cannot exceed one quarter, its slope at 0. The third line is the warning: with large weights
# there is next to nothing to follow. Times 0.3 is a modest start.
#
# ??? question "Why random weights at all, and not zeros?"
#     With this model zeros would do: every logit is 0, where the sigmoid is steepest. It is
#     an exception. In [lesson 11](11_a_nonlinearity.py) there will be many weights side by side,
#     and if they start equal, they get equal gradients and stay equal for ever. Random numbers
#     make them differ. So people start at random, but small.
#
# ## The loss, complete
#
# Put the pieces in line: pixels to logits, logits to confidences, confidences to a loss.


# %%
@jax.jit
def loss(params, x, y):
    return loss_of(jax.nn.sigmoid(jd.linear(params, x)), y)


print(f"{loss(params, x, y):.4f}")
package_loss = jd.mnist_loss(jd.linear(params, x), y)
assert jnp.isclose(loss(params, x, y), package_loss, rtol=1e-4)

# %% [markdown]
# [`mnist_loss`][jaxdigits.mnist_loss] takes logits and has the sigmoid inside. Now ask again, as
# we asked accuracy: how many of the weights have a slope?

# %%
gradient = jax.jit(jax.grad(loss))
slopes = gradient(params, x, y)
inked = (x.max(axis=0) > 0).sum()
print(f"{jnp.count_nonzero(slopes.w)} of {slopes.w.size} slopes are not zero")
print(f"{inked} of {x.shape[1]} pixels have ink in any of the digits")

# %% [markdown]
# Nearly every pixel that can matter now says which way its weight should move. (Pixels that are
# blank in all the digits have nothing to say.) Beside the staircase, the same weight:

# %% alt="Two plots over the same range of one weight. On the left the accuracy, a staircase. On the right the loss, a smooth curve with a slope everywhere."
smooth = jax.vmap(lambda v: loss(with_weight(v), some_x, some_y))(weights)

figure = plt.figure(figsize=(7, 2.8), layout="constrained")
left, right = figure.subplots(1, 2)
left.set(title="accuracy", xlabel="weight")
right.set(title="loss", xlabel="weight")
lines = left.plot(weights, stairs) + right.plot(weights, smooth)

# %% [markdown]
# ## Loss and metric
#
# So there are two numbers, and each has its reader:
#
# | question | loss | metric |
# | --- | --- | --- |
# | who reads it | the gradient | you |
# | what it must be | smooth, with a slope | easy to understand |
# | measured on | training data, batch by batch | the whole validation set |
# | here | `mnist_loss`, on logits | accuracy, on verdicts |
#
# They agree in general, not in each case. A model that becomes surer of what it knows lowers its
# loss and gains no accuracy. When you judge a model, look at the metric.
#
# ### Move the threshold
#
# A verdict needs a threshold, a confidence does not. Here are ten digits, with logits such as
# a half-trained model might give; they are made up. We call a digit a three above -1, above 0,
# above 0.5. Which will change: the accuracy, the loss, or both?

# %%
threes = jnp.array([3.15, 1.85, 1.15, 0.25, -0.65])
sevens = jnp.array([0.65, -1.25, -1.75, -2.45, -3.35])
ten = jnp.concatenate([threes, sevens])
answers = jnp.repeat(jnp.array([1, 0]), 5)

for threshold in -1.0, 0.0, 0.5:
    right = ((ten > threshold) == (answers == 1)).mean()
    off = loss_of(jax.nn.sigmoid(ten), answers)
    print(f"threshold {threshold:4}: accuracy {right:.2f}, loss {off:.4f}")

# %% [markdown]
# Now move it yourself, by hand or with the arrow keys. Each digit stands on the sigmoid, above its
# logit; a hollow mark is a wrong verdict. Below are the accuracy, over all thresholds, and the loss.
# Where do the fewest verdicts go wrong? (The slider is on the website; in a notebook, try other
# thresholds above.)
#
# <div class="interactive threshold" data-threes="3.15 1.85 1.15 0.25 -0.65" data-sevens="0.65 -1.25 -1.75 -2.45 -3.35"><noscript>The slider needs JavaScript. Without it, try other thresholds in your copy of this lesson.</noscript></div>
#
# Between two digits the accuracy stays what it is, and at a digit it jumps: the staircase again.
# The loss is a level line. It asks how sure the model is, and in that no threshold occurs.
#
# So no gradient finds the threshold. You choose it: 0 treats both mistakes alike, and where one of
# them is worse, another threshold may be better. Do not choose it by the digits that you then judge
# by. Here one beats 0, but with ten other digits it would be another one.
#
# ## Mini-batches
#
# A gradient over all digits is precise and costs a pass over all of them, for a single step.
# A gradient over one digit is cheap and knows only that digit. Between the two lies the
# *[mini-batch](22_jargon.md#mini-batch)*: some dozens or hundreds of digits. How much precision does it give up? The cosine
# of the angle between two directions is 1 if they agree, and 0 if they have nothing in common.


# %%
@jax.jit
def batch_gradient(x, y, batch):
    return gradient(params, x[batch], y[batch])


def direction(batch):
    slope = batch_gradient(x, y, batch).w
    return slope / jnp.linalg.norm(slope)


order = jax.random.permutation(key_order, len(x))
whole = direction(order)
for size in 1, 8, 64, len(x):
    cosine = (direction(order[:size]) * whole).sum()
    print(f"{size:6} digits: cosine {cosine:.2f}")

# %% [markdown]
# A few dozen digits already point roughly the right way, at a small part of the cost. So many
# rough steps beat few precise ones. There is a second reason: on an accelerator, such as a graphics
# card, a few hundred digits take hardly longer than one, and all of them may not fit at all.
#
# ## What shuffling is for
#
# Which digits go into a batch? Say they are stored folder by folder, first all threes and then
# all sevens, and a *[loader](22_jargon.md#data-loader)* hands them out as they come. How many threes will each batch have?

# %% alt="Two bar charts of the share of threes in each batch. In stored order, all threes in the first half of the batches and none in the second. Shuffled, about one half in every batch."
batch_size = min(256, len(x) // 4)
stored = jnp.argsort(-y[:, 0])  # threes first, then sevens
shuffled = jax.random.permutation(key_order, stored)

steps = len(x) // batch_size
orders = {"as stored": stored, "shuffled": shuffled}
is_three = np.asarray(y[:, 0])

figure = plt.figure(figsize=(7, 2.6), layout="constrained")
for ax, name in zip(figure.subplots(1, 2, sharey=True), orders, strict=True):
    batches = orders[name][: steps * batch_size].reshape(steps, batch_size)
    ax.bar(range(steps), is_three[batches].mean(axis=1))
    ax.set(title=name, xlabel="batch", ylabel="share of threes")

# %% [markdown]
# As stored, nearly every batch holds **one digit only**. What would a model learn from a batch of
# nothing but threes? That the answer is always *three*. Ask the bias, which a step moves against
# its slope:

# %%
chosen = {
    "threes only": stored[:batch_size],
    "sevens only": stored[-batch_size:],
    "shuffled": shuffled[:batch_size],
}
for name, batch in chosen.items():
    slope = batch_gradient(x, y, batch).b[0]
    print(f"{name:13} the bias moves by {-slope:+.4f}")

# %% [markdown]
# First up, up, up, and then down, down, down: the second half of the digits unteaches what the
# first half taught. Shuffled, a batch is a small likeness of the whole.
#
# ## A batch iterator
#
# So: shuffle, cut into batches, hand them out one by one. In Python, a function with `yield` does
# that. The key decides the order.


# %%
def batches_of(items, batch_size, key):
    order = jax.random.permutation(key, len(items)).tolist()
    for start in range(0, len(items), batch_size):
        yield [items[i] for i in order[start : start + batch_size]]


for batch in batches_of(range(15), 5, jax.random.key(0)):
    print(batch)

# %% [markdown]
# Every number came once. The next pass gets another key, and so another order. Training examples
# are pairs, image and target, and a pair must stay together. Number the alphabet, and
# watch the pairs:

# %%
alphabet = list(enumerate(string.ascii_lowercase, start=1))
for batch in batches_of(alphabet, 6, jax.random.key(1)):
    print("  ".join(f"{number:2} {letter}" for number, letter in batch))

# %% [markdown]
# No letter has lost its number. The last batch is short, for 26 is not a multiple of 6.
#
# For arrays the package shuffles *numbers of examples* instead:
# [`epoch_batches`][jaxdigits.epoch_batches] returns them as a table, one batch a row, and `x[batch]`
# and `y[batch]` fetch what belongs together. It leaves out the remainder: compiled code wants
# batches of one size. With another order next time, other examples will be left out. The order is
# not the one that `batches_of` finds: sorting random numbers, as `jax.random.permutation` does, is
# slow, so the package shuffles like a dealer, by letting pairs of cards swap places. What counts is
# the same: every number comes once.

# %%
table = jd.epoch_batches(jax.random.key(0), n=15, batch_size=5)
print(table)
assert sorted(table.ravel().tolist()) == list(range(15))

batches = jd.epoch_batches(key_order, len(x), batch_size)
print(f"{len(x)} digits: {len(batches)} batches of {batch_size}")
print(f"the first: x {x[batches[0]].shape}, y {y[batches[0]].shape}")

# %% [markdown]
# Model, loss, gradient, batches: everything that a training loop needs is on the table.
#
# ## What you learned
#
# - 784 is 28 times 28. The linear model has a weight a pixel and a bias, and `x @ w + b` applies
#   it to all images at once.
# - Accuracy is a staircase: its gradient is zero almost everywhere, and nothing can follow it.
# - The loss measures confidence. The sigmoid turns logits into confidences; 0.0 before it is 0.5
#   behind it.
# - The loss is for the gradient, the metric is for you.
# - Mini-batches are cheap and nearly as good as everything; shuffling keeps them mixed.
#
# ## Exercises
#
# ### Exercise 1: without `where`
#
# Write the loss as `plain_loss(p, targets)` without `where` or `if`. What is the distance between
# the confidence and the target?


# %% tags=["check"]
def check_plain_loss(plain_loss):
    p, targets = jnp.array([0.9, 0.4, 0.2]), jnp.array([1.0, 0.0, 1.0])
    answer = jnp.asarray(plain_loss(p, targets))
    if answer.shape != ():
        return "Not yet: a loss is one number; take the mean."
    if jnp.isclose(jnp.abs(answer), jnp.abs((p - targets).mean())):
        return "Not yet: too high and too low cancel; drop the signs first."
    if jnp.isclose(answer, ((p - targets) ** 2).mean()):
        return "Not yet: that is the mean squared error; do not square."
    if jnp.isclose(answer, jnp.abs(p - targets).sum()):
        return "Not yet: that is the sum; it would grow with the batch."
    correct = jnp.isclose(answer, 1.3 / 3)
    return "right" if correct else "Not yet: see the section on yes and no."


# %% tags=["answer"]
def plain_loss(p, targets):
    return jnp.abs(p - targets).mean()


print(check_plain_loss(plain_loss))
print(f"{plain_loss(jax.nn.sigmoid(jd.linear(params, x)), y):.4f}")

# %% [markdown]
# ### Exercise 2: back through the sigmoid
#
# A colleague wants to call a digit a three only if the model is at least 90 percent sure. Your
# function gets logits. Write `logit(p)`, the inverse of the sigmoid: which logit has the
# confidence `p`?


# %% tags=["check"]
def check_logit(logit):
    p = jnp.array([0.1, 0.5, 0.9])
    answer = jnp.asarray(logit(p))
    if answer.shape != p.shape:
        return "Not yet: give one logit for each confidence."
    if jnp.allclose(jax.nn.sigmoid(answer), p, atol=1e-4):
        return "right"
    if jnp.allclose(answer, jax.nn.sigmoid(p)):
        return "Not yet: that is the sigmoid; which x has the sigmoid p?"
    if jnp.allclose(jax.nn.sigmoid(-answer), p, atol=1e-4):
        return "Not yet: the sign; above one half it should be positive."
    if not jnp.isclose(answer[1], 0, atol=1e-4):
        return "Not yet: undecided, 0.5, should have the logit 0."
    return "Not yet: put your answer back into the sigmoid; is it p?"


# %% tags=["answer"]
def logit(p):
    return jnp.log(p / (1 - p))


print(check_logit(logit))
print(f"the threshold for 90 percent is {logit(0.9):.3f}")

# %% [markdown]
# ### Exercise 3: how many steps?
#
# Write `count_steps(n, batch_size, keep_rest)`: how many batches `n` examples make. With
# `keep_rest` a short last batch counts, without it does not. It should be an int.


# %% tags=["check"]
def check_count_steps(count_steps):
    if not isinstance(count_steps(26, 6, False), int):
        return "Not yet: the number of batches is an int; try //."
    if count_steps(26, 6, False) != 4:
        return "Not yet: 26 letters make four full batches of 6."
    if count_steps(26, 6, True) != 5:
        return "Not yet: with the short one, 26 letters make five batches."
    if count_steps(15, 5, True) != 3:
        return "Not yet: 15 is 3 times 5, so there is no rest to keep."
    return "right"


# %% tags=["answer"]
def count_steps(n, batch_size, keep_rest):
    full, rest = divmod(n, batch_size)
    return full + 1 if keep_rest and rest else full


print(check_count_steps(count_steps))
assert count_steps(len(x), batch_size, keep_rest=False) == len(batches)

# %% [markdown]
# **Next:** in [Putting it all together](09_putting_it_together.py) the random weights go down this
# loss, batch by batch, until they beat the baseline.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# Goodfellow, Bengio and Courville, [Deep Learning](https://www.deeplearningbook.org), 2016,
# sections 3.10 on the sigmoid and 8.1.3 on mini-batches.
