# %% [markdown]
# ---
# description: Why accuracy cannot train a model, a loss that can, the sigmoid, and why training data are shuffled and cut into mini-batches.
# ---
#
# # 8. A loss for digits
#
# **What number should go down while a model learns to tell threes from sevens?** You find out why
# gradients can't use the number we care about, the accuracy. Then you build a
# [loss](22_jargon.md#loss) that they can use, learn what it does _not_ tell you, and divide the
# digits into batches.
#
# Training improves the number that you chose, even if it is not what you meant. In 2016, a program
# was trained to play a boat race. The number was the score of the game, so the program learned to
# circle in a lagoon and hit the same three targets again and again. It never finished the race, and
# still scored more than people did.
#
# *You need:* [lesson 6](06_roller_coaster.py) for gradients and steps, and
# [lesson 7](07_from_averages_to_weights.py) for the linear model.
#
# ## Targets in a column
#
# The model of lesson 7 returns one number per image: evidence for a three if it is above zero, for
# a seven if it is below. To train it, we need the right answer as a number, too. It is called the
# *[target](22_jargon.md#target)*, and is 1 for a three and 0 for a seven.

# %%
import string

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

digits = jd.load("auto")
train = jd.select(digits.train, [3, 7])
x = np.asarray(jd.flatten(jd.to_float(train.images)))
y = np.asarray(train.labels == 3).astype(np.float32).reshape(-1, 1)
print(f"labels  {train.labels.shape}: {train.labels[:6].tolist()}")
print(f"targets {y.shape}: {y[:6, 0].tolist()}")

# %% [markdown]
# `reshape(-1, 1)` makes a column, and `-1` stands for as many rows as it takes. The targets are in
# a column because the outputs are, so that each output is compared with its own target.

# %% tags=["remove-cell"]
package_x, package_y = jd.to_examples(train, positive=3)
assert jnp.array_equal(x, package_x) and jnp.array_equal(y, package_y)

# %% [markdown]
# ## Back to random weights
#
# In lesson 7 the averages chose the weights. Now forget the averages, and start with random
# weights, as on the roller coaster. Why throw away a good start? Because averages only work for
# easy tasks. Nobody can average all photographs of cats into a useful cat, but training works for
# cats as well. (The factor 0.3 is explained [further below](#why-the-weights-start-small).)

# %%
keys = jax.random.split(jax.random.key(0), 5)
key_params, key_batches, key_order, key_table, key_first = keys
w = 0.3 * jax.random.normal(key_params, (784, 1))
start = jd.Linear(w=w, b=jnp.zeros(1))

# %% tags=["remove-cell"]
same = jd.init_linear(key_params, n_in=784, n_out=1, scale=0.3)
assert jnp.allclose(same.w, start.w) and jnp.array_equal(same.b, start.b)

# %% [markdown]
# From now on, the package's [`init_linear`][jaxdigits.init_linear] will do this for us. What
# accuracy do you expect of weights that know nothing?


# %%
def accuracy(params, x, y):
    return ((jd.linear(params, x) > 0) == (y == 1)).mean()


print(f"{accuracy(start, x, y):.4f}")
assert accuracy(start, x, y) == jd.binary_accuracy(jd.linear(start, x), y)

# %% [markdown]
# Near one half, so the model is hardly better or worse than a tossed coin.

# %% tags=["claim"]
if digits.name == "mnist":
    assert 0.4 < accuracy(start, x, y) < 0.6

# %% [markdown]
# ## Why accuracy cannot be the loss
#
# Accuracy is what we care about. So why not let the weights walk uphill on it? A walk needs a
# slope: a small change of a weight must change the accuracy a little, or you cannot tell which way
# is up. Take the pixel with the most ink, where a weight matters most, and multiply its weight by
# 1.0001. (`w.at[pixel].multiply(1.0001)` returns a copy of `w` with this one change.) Will the
# accuracy go up or down?

# %%
pixel = int(x.mean(axis=0).argmax())
nudged = jd.Linear(w=start.w.at[pixel].multiply(1.0001), b=start.b)

changed = (jd.linear(start, x) != jd.linear(nudged, x)).mean()
print(f"{changed:.0%} of the outputs changed")
print(f"accuracy before {accuracy(start, x, y):.6f}")
print(f"accuracy after  {accuracy(nudged, x, y):.6f}")

# %% [markdown]
# Neither. The outputs of digits that have ink in this pixel moved a tiny bit, but none crossed
# zero, so every digit got the same verdict as before. Now ask calculus about all the weights at
# once. (The gradient with respect to a `jd.Linear` is a `jd.Linear`, too: `slopes.w` has one slope
# per weight, and `slopes.b` the one of the bias.)

# %%
slopes = jax.grad(accuracy)(start, x, y)
print(f"{jnp.count_nonzero(slopes.w)} of {slopes.w.size} slopes are not zero")

# %% [markdown]
# Every slope is zero. A step is the learning rate times the slope, so no step would ever change a
# weight.
#
# If a weight changes by more, some outputs do cross zero. Here is the accuracy on forty digits,
# while the weight of the same pixel goes from 5 below its value to 5 above it. What will the curve
# look like? (As in lesson 7, an output moves by the weight's change times the pixel. The column of
# pixels, `few[:, [pixel]]`, broadcasts with the row of 1,001 changes to a table.)

# %% alt="The accuracy on forty digits as a function of one weight: a staircase of flat treads and sudden jumps."
few, few_y = x[:40], y[:40]
weight = float(start.w[pixel, 0])
weights = weight + np.linspace(-5, 5, 1001)

# A column of 40 outputs, and how a change of the weight moves each of them.
outputs = np.asarray(jd.linear(start, few))
moved = outputs + (weights - weight) * few[:, [pixel]]
stairs = ((moved > 0) == (few_y == 1)).mean(axis=0)

figure, ax = plt.subplots(figsize=(5, 3), layout="constrained")
ax.plot(weights, stairs)
ax.set(xlabel=f"weight of pixel {pixel}", ylabel="accuracy")

# %% [markdown]
# It is a **staircase**, because the accuracy can only change when one of the forty digits gets
# another verdict. On its flat treads the slope is _zero_: there is a slope, and it says "nothing
# changes". At an edge there is _no slope at all_, because the curve jumps. More digits make the
# treads narrower, but no less flat. So nowhere does the accuracy say which way to go. That is why
# lesson 7 had to guess.
#
# ## A loss for yes and no
#
# So we need a number that notices when an answer becomes _a little_ better. Let the model answer
# with a *[score](22_jargon.md#score)* $p$ between 0 and 1: near 1 for a clear three, near 0 for a
# clear seven, one half for "can't tell". Then each answer can be more wrong or less wrong:
#
# - for a three, the error is how far the score is below 1: `1 - p`;
# - for a seven, it is how far the score is above 0: `p`.
#
# The loss is the mean of these errors. In code, `jnp.where(condition, this, that)` takes _this_
# wherever the condition is true, and _that_ where it is not.


# %%
def loss_of(p, targets):
    return jnp.where(targets == 1, 1 - p, p).mean()


targets = jnp.array([1, 0, 1])
p = jnp.array([0.9, 0.4, 0.2])
for error in np.asarray(jnp.where(targets == 1, 1 - p, p)):
    print(f"off by {error:.1f}")
print(f"loss {loss_of(p, targets):.4f}")

# %% [markdown]
# These were three digits: a three, a seven, a three. The loss is $(0.1 + 0.4 + 0.8) / 3$. The last
# score, 0.2, is the bad one, because it leans to a seven. Say that it becomes 0.8. What will the
# loss be?

# %%
better = jnp.array([0.9, 0.4, 0.8])
print(f"loss {loss_of(better, targets):.4f}")

# %% [markdown]
# The last error fell from 0.8 to 0.2, so the loss, the mean of three errors, fell by a third of
# 0.6. And if the score had gone up by only a hundredth, the loss would have fallen by a third of a
# hundredth. There are no treads and no jumps. <!-- typed: computed by the two cells above -->
#
# ## The sigmoid
#
# The loss expects scores between 0 and 1, but the outputs of our model can be any numbers. What
# would the loss make of an output of 1000 for a three?

# %%
print(f"a loss of {loss_of(jnp.array([1000.0]), jnp.array([1])):.0f}")

# %% [markdown]
# The loss is $1 - 1000$, a huge reward for a single digit. Training could lower it without end by
# driving a right answer to ever larger numbers, and never mend a wrong one. So squeeze the outputs
# first. The **[sigmoid](22_jargon.md#sigmoid)** takes any number and returns one between 0 and 1:
#
# $$ \sigma(z) = \frac{1}{1 + e^{-z}} $$
#
# Here $e$ is the number 2.718..., the base of the natural logarithm, and `jnp.exp(-z)` is $e^{-z}$.
# What is $\sigma(0)$? And what happens to $e^{-z}$, and so to the sigmoid, when $z$ is large?
# <!-- typed: the number e -->


# %% alt="The sigmoid from -8 to 8: an S that begins near 0, rises through one half at 0, and flattens near 1."
def sigmoid(z):
    return 1 / (1 + jnp.exp(-z))


ax = jd.plots.plot_function(sigmoid, -8, 8, ylabel="sigmoid(z)")
ax.set(xlabel="z")

# %% [markdown]
# At 0 the sigmoid is $1 / (1 + 1)$, one half. For a large $z$, $e^{-z}$ is nearly 0, and the
# fraction is nearly 1. Far below 0, $e^{-z}$ is huge, and the fraction is nearly 0. The sigmoid
# always rises, so more evidence always means a higher score, and it is smooth, so it has a slope
# everywhere. (JAX has the same function as `jax.nn.sigmoid`.) The number that goes into the
# sigmoid, the plain output of the model, is called the *[logit](22_jargon.md#logit)*.
#
# !!! question "Is the threshold 0.0 or 0.5?"
#     The *[threshold](22_jargon.md#threshold)* is the border between the two verdicts. It is 0.0
#     for logits, as in `accuracy`, and 0.5 for scores, because a logit is above 0 exactly when its
#     score is above 0.5. Comparing _logits_ with 0.5 is a common slip: no error appears, but every
#     digit with a logit between 0 and 0.5 gets the other verdict.

# %% tags=["claim"]
assert jnp.allclose(sigmoid(outputs), jax.nn.sigmoid(outputs), atol=1e-6)
logits = jd.linear(start, x)
assert jnp.array_equal(logits > 0.0, jax.nn.sigmoid(logits) > 0.5)

# %% [markdown]
# ### Why the weights start small
#
# Far from 0 the sigmoid is nearly flat. There, a nudge of a weight changes next to nothing, as on
# the treads of the staircase. Large weights make large logits, and would leave hardly any slope to
# follow. That is why we multiplied the random numbers by 0.3. A smaller factor would leave even
# more slope. But in lesson 9 we draw the weights, and watch a picture grow out of the noise of the
# start. Much fainter noise would hardly be seen beside what training adds.
#
# ## The loss, complete
#
# Pixels become logits, logits become scores, scores become a loss.


# %%
@jax.jit
def loss(params, x, y):
    scores = jax.nn.sigmoid(jd.linear(params, x))
    return loss_of(scores, y)


print(f"loss {loss(start, x, y):.4f}")
package_loss = jd.mnist_loss(jd.linear(start, x), y)
assert jnp.isclose(loss(start, x, y), package_loss, rtol=1e-4)

# %% [markdown]
# **This is the number that should go down.** Answering "can't tell" every time would be off by one
# half, so our start is even worse. The package's [`mnist_loss`][jaxdigits.mnist_loss] takes logits
# and has the sigmoid inside.

# %% tags=["claim"]
if digits.name == "mnist":
    assert loss(start, x, y) > 0.5

# %% [markdown]
# For the accuracy, all 784 slopes were zero. How many are not zero now?

# %%
gradient = jax.jit(jax.grad(loss))
slopes = gradient(start, x, y)
inked = (x.max(axis=0) > 0).sum()
print(f"{jnp.count_nonzero(slopes.w)} of {slopes.w.size} slopes are not zero")
print(f"{inked} of {x.shape[1]} pixels have ink in any of the digits")

# %% [markdown]
# The two numbers agree: every weight whose pixel has ink in some digit now has a slope that tells
# it where to go. The other pixels, such as the corners, are always blank. Their weights never
# change the output, so a slope of zero is right.

# %% tags=["claim"]
if digits.name == "mnist":
    assert jnp.count_nonzero(slopes.w) == inked

# %% [markdown]
# Here is the staircase again, with the loss over the same weight:

# %% alt="Two curves over the same range of one weight: the accuracy, a staircase that falls to the right, and the loss, a smooth curve that rises."
smooth = np.where(few_y == 1, 1 - sigmoid(moved), sigmoid(moved)).mean(axis=0)

figure, ax = plt.subplots(figsize=(5, 3), layout="constrained")
ax.plot(weights, stairs, label="accuracy")
ax.plot(weights, smooth, label="loss")
ax.text(weights[-1] + 0.2, stairs[-1], "accuracy", color="C0", va="center")
ax.text(weights[-1] + 0.2, smooth[-1], "loss", color="C1", va="center")
ax.set(xlabel=f"weight of pixel {pixel}")

# %% [markdown]
# On the whole, both tell the same story: a lower weight means a higher accuracy and a lower loss.
# But on the long flat stretch at the left end, only the loss has a slope.

# %% tags=["claim"]
if digits.name == "mnist":
    assert stairs[0] > stairs[-1] and smooth[0] < smooth[-1]
    assert (stairs[:300] == stairs[0]).all() and smooth[0] < smooth[300]

# %% [markdown]
# ## What a score is not
#
# A score of 0.9 sounds like "I am 90 percent sure". Is it? Imagine a hundred sloppy digits that all
# look exactly alike. Sixty were meant as threes and forty as sevens. All get the same score $p$,
# and 0.6 would be the honest one. Which score will our loss reward most? <!-- typed: a thought
# experiment -->
#
# A slightly higher score lowers sixty errors, those of the threes, and raises only forty by as
# much. So the mean error falls all the way to a score of 1, "certainly a three". This loss pushes
# the score of every digit toward 0 or 1, whichever is right for most digits that look like it. That
# makes good _verdicts_, but the model sounds surer than it should.
#
# A *[confidence](22_jargon.md#confidence)* is the probability that a model gives to its answer. Of
# the answers with a confidence of 0.9, nine in ten should be right. Nothing in this loss makes the
# scores behave like that, so **do not read the scores as confidences or probabilities**. In [lesson
# 14](14_ten_linear_models.py) you will meet a loss that is lowest at the honest answer, and in
# exercise 4 you can find one yourself.
#
# ## Loss and metric
#
# So we have two numbers now, the loss and the accuracy, which is a metric ([lesson
# 4](04_metrics.py)). Each has its own purpose:
#
# | question | loss | metric |
# | --- | --- | --- |
# | who uses it | training | you |
# | what it needs | a useful slope | a plain meaning |
# | measured on | training digits | digits that were not trained on (here nothing is trained yet, so any will do) |
#
# Mostly they improve together, but not always. If a three's score rises from 0.6 to 0.9, the loss
# falls, but the verdict was already right, so the accuracy stays the same. When you judge a model,
# look at the metric. <!-- typed: an example -->
#
# ### Move the threshold
#
# Here are ten digits with made-up logits. Call a digit a three if its logit is above -1, then above
# 0, then above 0.5. What will change: the accuracy, the loss, or both?

# %%
threes = jnp.array([3.15, 1.85, 1.15, 0.25, -0.65])
sevens = jnp.array([0.65, -1.25, -1.75, -2.45, -3.35])
ten = jnp.concatenate([threes, sevens])
answers = jnp.array([1, 1, 1, 1, 1, 0, 0, 0, 0, 0])

for threshold in -1.0, 0.0, 0.5:
    right = ((ten > threshold) == (answers == 1)).mean()
    off = loss_of(jax.nn.sigmoid(ten), answers)
    print(f"threshold {threshold:4}: accuracy {right:.2f}, loss {off:.4f}")

# %% [markdown]
# Only the accuracy, because the formula of the loss has no threshold in it. Now move the threshold
# yourself. Each digit is drawn on the sigmoid, above its logit, and a hollow mark means a wrong
# verdict. Below, you see the accuracy and the loss at every threshold. At which threshold are the
# fewest verdicts wrong?
#
# <div class="interactive threshold" data-threes="3.15 1.85 1.15 0.25 -0.65" data-sevens="0.65 -1.25 -1.75 -2.45 -3.35"><noscript>The slider is on the website, and needs JavaScript. Without it, try other thresholds in your copy of this lesson.</noscript></div>
#
# Between -1.25 and -0.65 only one verdict is wrong, that on the seven at 0.65. The accuracy is a
# staircase again, and the loss a level line. <!-- typed: from the ten logits -->
#
# Then who chooses the threshold? Training does, by way of the bias. "Above 0.5" gives the same
# verdicts as "above 0, with a bias that is lower by 0.5". But unlike a threshold, the bias changes
# the logits. So the loss depends on the bias, and has a slope for it, as it has for the weights.
# Here it is for our random start and all digits:

# %% tags=["claim"]
shifted = jd.Linear(w=start.w, b=start.b - 0.5)
above = jd.linear(start, x) > 0.5
assert (above == (jd.linear(shifted, x) > 0.0)).mean() > 0.9999

# %%
print(f"slope of the bias {slopes.b[0]:+.4f}")

# %% [markdown]
# The slope is positive, so a step downhill lowers the bias. We leave the threshold at 0 and let
# training move the bias.

# %% tags=["claim"]
if digits.name == "mnist":
    assert slopes.b[0] > 0

# %% [markdown]
# ## Mini-batches
#
# On which digits do we compute the gradient? On all of them it is exact, but each step takes a pass
# over all the data. On a single digit it is cheap, but reflects only this digit. In between lies
# the *[mini-batch](22_jargon.md#mini-batch)*: dozens or hundreds of digits, chosen at random, like
# the people in a poll. How much precision do we give up?
#
# Compare the direction of a batch's gradient with the direction of the gradient on all digits. The
# *[cosine](22_jargon.md#cosine)* of the angle between two directions is 1 if they are the same, 0
# if they are at right angles, and negative if one points more or less against the other. To compute
# it, multiply pair by pair, add up, and divide by both lengths (their L2 norms).
#
# Draw twenty random batches of each size. For which size would you trust a single batch? (Each row
# of `chosen` holds the numbers of one batch's digits.)

# %%
whole = np.asarray(slopes.w)[:, 0]


def cosine(a, b):
    return (a * b).sum() / np.sqrt((a**2).sum() * (b**2).sum())


sizes = [1, 16, 256]
keys = jax.random.split(key_batches, len(sizes))
found = {}
for size, key in zip(sizes, keys, strict=True):
    chosen = np.asarray(jax.random.randint(key, (20, size), 0, len(x)))
    grads = [gradient(start, x[batch], y[batch]).w for batch in chosen]
    cosines = [cosine(np.asarray(grad)[:, 0], whole) for grad in grads]
    found[size] = cosines
    print(f"{size:4} digits: on average {np.mean(cosines):.2f}", end=", ")
    print(f"from {min(cosines):.2f} to {max(cosines):.2f}")

# %% [markdown]
# A single digit is a poor guide: where its cosine is negative, even a tiny step of the weights
# leads uphill on the loss of all digits. Sixteen digits are a better guide. With 256, all twenty
# batches agree closely with the whole, at about a fiftieth of the cost. So for the price of one
# exact step you get about fifty in nearly the right direction. But do they get further? In [lesson
# 9](09_putting_it_together.py#how-large-should-a-batch-be), three sizes race.
#
# Batches also suit a graphics card (GPU), which computes hundreds of digits in hardly more time
# than one.

# %% tags=["claim"]
if digits.name == "mnist":
    assert min(found[1]) < 0 and max(found[1]) > 0.5
    assert size == 256 and min(found[256]) > 0.9
    assert 45 < len(x) / size < 55

# %% [markdown]
# ## What shuffling is for
#
# Why should chance choose the digits of a batch? Suppose that they are stored in folders, first all
# the threes and then all the sevens, and that a *[loader](22_jargon.md#data-loader)*, the part of a
# program that hands out the examples, takes them in that order. Then at most one batch is mixed,
# and all others hold **one digit only**. What does a model learn from a batch of threes? That the
# answer is always _three_. Watch the bias: which way will it move in one step, with a learning rate
# of 1, on threes, on sevens, and on a shuffled batch? (`permutation` shuffles the numbers below
# `len(x)`, and the first of them choose a batch.)

# %%
batch_size = min(256, len(x) // 4)  # smaller if there are few digits
stored = np.argsort(-y[:, 0])  # threes first, then sevens
shuffled = np.asarray(jax.random.permutation(key_order, len(x)))

chosen = {
    "threes only": stored[:batch_size],
    "sevens only": stored[-batch_size:],
    "shuffled": shuffled[:batch_size],
}
for name, batch in chosen.items():
    slope = gradient(start, x[batch], y[batch]).b[0]
    print(f"{name:13} the bias moves by {-slope:+.4f}")

# %% [markdown]
# Threes push the bias up and sevens push it down. So in the stored order, the bias would rise until
# the threes are used up, and then fall: the sevens would undo what the threes taught. In a shuffled
# batch both pull at once, and partly cancel in the mean.

# %% tags=["claim"]
if digits.name == "mnist":
    bias_slopes = [
        float(gradient(start, x[batch], y[batch]).b[0])
        for batch in chosen.values()
    ]
    assert bias_slopes[0] < -0.02 and bias_slopes[1] > 0.02

# %% [markdown]
# ## A batch iterator
#
# So shuffle, and cut into batches that a loop can take one by one. (Code that hands out one batch
# after another is called a batch iterator.) A third number in `range` is the size of its steps, so
# the batches below begin at 0, 5 and 10. The key decides the order.


# %%
def batches_of(items, batch_size, key):
    order = np.asarray(jax.random.permutation(key, len(items)))
    batches = []
    for first in range(0, len(items), batch_size):
        batch = [items[i] for i in order[first : first + batch_size]]
        batches.append(batch)
    return batches


key_numbers, key_letters, key_package = jax.random.split(key_table, 3)
for batch in batches_of(range(15), 5, key_numbers):
    print(batch)

# %% [markdown]
# Every number came up exactly once. The next pass, or [epoch](22_jargon.md#epoch), would get
# another key, and so another order. Training examples are pairs of image and target, and a pair
# must stay together. To watch that, number the letters of the alphabet, and shuffle the pairs:

# %%
alphabet = list(enumerate(string.ascii_lowercase, start=1))
for batch in batches_of(alphabet, 6, key_letters):
    print("  ".join(f"{number:2} {letter}" for number, letter in batch))

# %% [markdown]
# Every letter still has its number. The last batch is short, because 26 is not a multiple of 6.
#
# For arrays it is handier to return only the shuffled _numbers of the examples_. The package's
# [`epoch_batches`][jaxdigits.epoch_batches] returns a table with one batch per row, and `x[batch]`
# and `y[batch]` fetch what belongs together. Examples that do not fill a batch are left out,
# because JAX compiles a program for each shape, and a shorter batch would need its own. With
# another key, others are left out, so in time every example gets its turn. (In the code, `ravel`
# puts all rows of the table into a single row, to check that no number is missing.)

# %%
table = jd.epoch_batches(key_package, n=15, batch_size=5)
print(table)
assert sorted(table.ravel().tolist()) == list(range(15))

batches = np.asarray(jd.epoch_batches(key_first, len(x), batch_size))
print(f"{len(x)} digits: {len(batches)} batches of {batch_size}")
print(f"the first: x {x[batches[0]].shape}, y {y[batches[0]].shape}")

# %% [markdown]
# ## What you learned
#
# - You can say why accuracy has no useful slope, and tell a slope of zero from no slope at all.
# - You can compute the loss of a few scores by hand, and say what the sigmoid is for.
# - You know the thresholds of logits and scores, and how moving the bias replaces moving them.
# - You can say why these scores are not confidences, and when to look at the loss or the metric.
# - You can cut data into shuffled batches, and say what goes wrong without shuffling.
#
# ## Exercises
#
# ### Exercise 1: without `where`
#
# Write the loss as `plain_loss(p, targets)`, without `where` and without `if`. For scores
# `[0.9, 0.4, 0.2]` and targets `[1, 0, 1]` you know the result.
#
# ??? tip "A hint"
#     How far is the score from the target?


# %% tags=["check"]
def check_plain_loss(plain_loss):
    def expected(p, targets):
        return np.where(targets == 1, 1 - p, p).mean()

    slips = {
        "too high and too low cancel; drop the signs first": (
            lambda p, targets: abs((p - targets).mean())
        ),
        "too high and too low cancel; drop the signs before the mean": (
            lambda p, targets: (targets - p).mean()
        ),
        "that is the mean squared error; do not square": lambda p, targets: (
            (p - targets) ** 2
        ).mean(),
        "that is the root of the squared error; do not square": lambda p, targets: (
            ((p - targets) ** 2).mean() ** 0.5
        ),
        "that is the sum, which would grow with the batch": (
            lambda p, targets: abs(p - targets).sum()
        ),
        "a loss is one number; take the mean": lambda p, targets: abs(
            p - targets
        ),
        "that is how much is right, not how much is wrong": (
            lambda p, targets: 1 - expected(p, targets)
        ),
    }
    random = np.random.default_rng(0)
    inputs = [(np.array([0.9, 0.4, 0.2]), np.array([1, 0, 1]))]
    for shape in (7, 1), (20,):
        scores = random.uniform(size=shape)
        inputs.append((scores, (random.uniform(size=shape) < 0.3) * 1.0))
    return jd.check_answer(plain_loss, expected, inputs, slips=slips)


# %% tags=["answer"]
def plain_loss(p, targets):
    return abs(p - targets).mean()


print(check_plain_loss(plain_loss))

# %% [markdown]
# ### Exercise 2: back through the sigmoid
#
# A colleague wants to call a digit a three only if its score is above 0.9. But her program has
# logits, not scores. Which threshold should it use? Write `logit(p)`, the inverse of the sigmoid:
# it gets a score `p` and returns the logit that has this score. It should work for arrays, too. For
# 0.5 the answer is 0. (`np.log` is the natural logarithm, which undoes `np.exp`.)
#
# ??? tip "A hint"
#     Solve $p = 1 / (1 + e^{-z})$ for $z$. First turn both sides upside down.


# %% tags=["check"]
def check_logit(logit):
    def expected(p):
        return np.log(p / (1 - p))

    slips = {
        "that is the sigmoid; which z has the sigmoid p?": lambda p: (
            1 / (1 + np.exp(-p))
        ),
        "check the sign; above one half it should be positive": lambda p: (
            -expected(p)
        ),
        "use the natural logarithm, np.log": lambda p: expected(p) / np.log(10),
        "take the logarithm at the end": lambda p: p / (1 - p),
        "at 0.5 it should be 0; where is the 1 - p?": np.log,
    }
    inputs = [
        (np.array([0.1, 0.5, 0.9]),),
        (np.array([[0.25], [0.7], [0.99], [0.001]]),),
    ]
    return jd.check_answer(logit, expected, inputs, slips=slips)


# %% tags=["answer"]
def logit(p):
    return np.log(p / (1 - p))


print(check_logit(logit))
print(f"a score of 0.9 is a logit of {logit(0.9):.3f}")

# %% [markdown]
# So her program should call a digit a three if its logit is above 2.197. <!-- typed: log(9) -->
#
# ### Exercise 3: how many steps?
#
# Write `count_steps(n, batch_size, keep_rest)`: how many batches `n` examples make. If `keep_rest`
# is true, a short last batch counts, otherwise not. 26 letters in batches of 6 make 5 with the
# rest, and 4 without.
#
# ??? tip "A hint"
#     `26 // 6` is 4, and `26 % 6` is what is left over. When is nothing left over?


# %% tags=["check"]
def check_count_steps(count_steps):
    def expected(n, batch_size, keep_rest):
        rest = n % batch_size > 0
        return n // batch_size + (1 if keep_rest and rest else 0)

    slips = {
        "count whole batches; try //": lambda n, size, keep: n / size,
        "if the last batch is full, there is no rest to keep": (
            lambda n, size, keep: n // size + (1 if keep else 0)
        ),
        "without keep_rest, a short last batch does not count": (
            lambda n, size, keep: -(-n // size)
        ),
        "with keep_rest, a short last batch counts": lambda n, size, keep: (
            n // size
        ),
        "the rest makes one batch, however many are left": (
            lambda n, size, keep: n // size + (n % size if keep else 0)
        ),
    }
    sizes = [(26, 6), (15, 5), (3, 7), (100, 33), (64, 64)]
    inputs = [(*size, keep) for size in sizes for keep in (True, False)]
    return jd.check_answer(count_steps, expected, inputs, slips=slips)


# %% tags=["answer"]
def count_steps(n, batch_size, keep_rest):
    full = n // batch_size
    if keep_rest and n % batch_size > 0:
        return full + 1
    return full


print(check_count_steps(count_steps))
assert count_steps(len(x), batch_size, keep_rest=False) == len(batches)

# %% [markdown]
# ### Exercise 4: a loss that asks for honesty
#
# *To think about overnight.* Write `best_score(loss_of_one, share)`. Think again of many digits
# that look exactly alike, and so all get the same score. The function gets `loss_of_one(p,
# target)`, the loss of a single digit, and `share`, the share of threes among these look-alikes.
# Try the scores from 0.01 to 0.99, a hundredth apart, and return the one with the lowest mean loss
# over all look-alikes. For the loss of this lesson and a share of 0.6 it is 0.99.
#
# Then try the squared error, `(p - target) ** 2`. And can you think of another loss that asks for
# the honest answer?
#
# ??? tip "A hint"
#     The part `share` of the digits has the loss `loss_of_one(p, 1)`, and the rest has
#     `loss_of_one(p, 0)`. Compute the mean for each `p` in `np.linspace(0.01, 0.99, 99)`.


# %% tags=["check"]
def check_best_score(best_score):
    tried = np.linspace(0.01, 0.99, 99)

    def expected(loss_of_one, share, best=np.argmin):
        losses = [
            share * loss_of_one(p, 1) + (1 - share) * loss_of_one(p, 0)
            for p in tried
        ]
        return tried[best(losses)]

    slips = {
        "look for the lowest loss, not the highest": lambda loss, share: (
            expected(loss, share, np.argmax)
        ),
        "the share belongs to the threes": lambda loss, share: expected(
            loss, 1 - share
        ),
        "return the score, not its loss": lambda loss, share: min(
            share * loss(p, 1) + (1 - share) * loss(p, 0) for p in tried
        ),
        "the best score depends on the loss that you are given": (
            lambda loss, share: share
        ),
    }
    losses = [
        lambda p, target: abs(p - target),
        lambda p, target: (p - target) ** 2,
        lambda p, target: -np.log(p if target else 1 - p),
        lambda p, target: abs(p - target) ** 3,
    ]
    inputs = [(loss, share) for loss in losses for share in (0.6, 0.25)]
    return jd.check_answer(best_score, expected, inputs, slips=slips)


# %% tags=["answer"]
def best_score(loss_of_one, share):
    tried = np.linspace(0.01, 0.99, 99)
    losses = []
    for p in tried:
        mean = share * loss_of_one(p, 1) + (1 - share) * loss_of_one(p, 0)
        losses.append(mean)
    return tried[np.argmin(losses)]


print(check_best_score(best_score))


# %% tags=["answer"]
def absolute(p, target):
    return abs(p - target)


def squared(p, target):
    return (p - target) ** 2


for each in absolute, squared:
    print(f"{each.__name__:8}: lowest at {best_score(each, 0.6):.2f}")

# %% [markdown]
# The squared error asks for the honest answer. (The honest answer is the mean of 60 ones and 40
# zeros, and the squared error is lowest at the mean, as in [lesson
# 5](05_gradients.py#the-weight-learned).) So does minus the logarithm: of `p` for a three,
# and of `1 - p` for a seven. You will meet this loss in lesson 14.
#
# **Next:** in [Putting it all together](09_putting_it_together.py) the random weights walk down
# this loss, batch by batch, until they beat the baseline.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# Goodfellow, Bengio and Courville, [Deep Learning](https://www.deeplearningbook.org), 2016,
# sections 3.10 on the sigmoid and 8.1.3 on mini-batches. Clark and Amodei, *Faulty Reward Functions
# in the Wild*, OpenAI, 2016, on the boat race. Gneiting and Raftery, *Strictly Proper Scoring
# Rules, Prediction, and Estimation*, 2007, on losses that ask for honesty.
