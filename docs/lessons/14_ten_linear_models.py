# %% [markdown]
# ---
# description: Ten linear models as one matrix; sigmoid or softmax, square or logarithm, compared fairly; where cross-entropy comes from and how to compute it.
# runs_for: 60  # trains several models on 50,000 digits
# ---
#
# # 14. Ten linear models at once
#
# **One model says whether it sees a three. How do you get one that says which of ten digits it
# sees?** You train ten of them side by side, as one matrix. Then you have to choose a loss. One of
# the candidates, [cross-entropy](22_jargon.md#cross-entropy), is the usual loss of today's
# classifiers and large language models. Why this one?
#
# Three losses will race, and one will lead from the first epoch to the last. But was the race fair?
# You will run it again, and see how much of the lead is left.
#
# *You need:* [lesson 8](08_a_loss_for_digits.py) for losses and the sigmoid,
# [lesson 10](10_an_optimizer.py) for `fit`, and [lesson 13](13_ten_averages.py).
#
# ## One set of weights per digit
#
# We hold out a sixth of the training digits to judge the models by, and leave the test set alone
# until the end of [lesson 15](15_a_small_network.py).

# %%
import json
import pathlib

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

jd.enable_compilation_cache()
digits = jd.load("auto")
x, y = [np.asarray(array) for array in jd.to_examples(digits.train)]
keys = jax.random.split(jax.random.key(0), 4)
key_split, key_params, key_batches, key_models = keys

order = np.asarray(jax.random.permutation(key_split, len(x)))
n_held = len(x) // 6
x_held, y_held = x[order[:n_held]], y[order[:n_held]]
training = (jnp.asarray(x[order[n_held:]]), jnp.asarray(y[order[n_held:]]))
print(f"{len(training[0]):,} to learn from, {n_held:,} held out")

# %% [markdown]
# For threes and sevens there was one column of weights. Now there are ten: column 3 is a linear
# model for threes, column 4 is one for fours. Here they run one after the other:

# %%
start = jd.init_linear(key_params, n_in=784, n_out=10, scale=0.3)
print(f"weights {start.w.shape}, biases {start.b.shape}")

one_by_one = [x_held @ start.w[:, d] + start.b[d] for d in range(10)]
by_loop = jnp.stack(one_by_one, axis=1)  # side by side, as ten columns

# %% [markdown]
# One product of two matrices computes the same numbers at once:
#
# ![Three grids. Left, x with n rows, one of them shaded: one image. Middle, w with ten columns, numbered 0 to 9, column 3 shaded: the weights of the three. Right, x @ w with n rows and ten columns; where the row of the image meets column 3 is the logit for a three.](../assets/diagrams/ten_columns.svg)

# %%
logits = x_held @ start.w + start.b
print(f"by the loop {by_loop.shape}, at once {logits.shape}")
assert jnp.allclose(logits, by_loop, atol=1e-4)
assert jnp.allclose(logits, jd.linear(start, x_held), atol=1e-4)

# %% [markdown]
# [`linear`][jaxdigits.linear] does the same, for any number of columns. Each image now gets ten
# *logits*, one from each model, and the prediction is the digit with the largest one.
#
# What accuracy do you expect of these random weights?

# %%
print(f"{jd.accuracy(logits, y_held):.4f}")

# %% [markdown]
# Random models are right for one in ten on average. But a single one can be off by several
# percentage points, because it gives the same answer to all images that look alike ([lesson
# 9](09_putting_it_together.py#a-start-that-knows-nothing)).

# %% tags=["claim"]
if digits.name == "mnist":
    scores = []
    for key in jax.random.split(key_models, 20):
        params = jd.init_linear(key, n_in=784, n_out=10, scale=0.3)
        scores.append(float(jd.accuracy(jd.linear(params, x_held), y_held)))
    assert 0.07 < np.mean(scores) < 0.13 and max(scores) - min(scores) > 0.04

# %% [markdown]
# ## First loss: ten separate questions
#
# The simplest idea is to ask ten yes-or-no questions: output 3 should be 1 for threes and 0 for all
# other digits, and so on. So the target is a row of ten numbers, with 1 in the place of the label
# and 0 everywhere else. Such a row is called *[one-hot](22_jargon.md#one-hot)*.

# %%
print(y[:3])
print(jax.nn.one_hot(y[:3], 10, dtype=int))

# %% [markdown]
# Squeeze each logit with a sigmoid, take the squared difference from the target, and average over
# all images and all ten outputs. The package has this loss as
# [`sigmoid_mse_loss`][jaxdigits.sigmoid_mse_loss].


# %%
@jax.jit
def sigmoid_square(logits, labels):
    scores = jax.nn.sigmoid(logits)
    return ((scores - jax.nn.one_hot(labels, 10)) ** 2).mean()


package = jd.sigmoid_mse_loss(logits, y_held)
assert jnp.isclose(sigmoid_square(logits, y_held), package, rtol=1e-4)

# %% [markdown]
# ## Second loss: one question
#
# But the ten questions are not separate: if an image is a four, it is not a nine. So let the
# outputs compete for shares of a fixed total. Take three logits, 3, 2 and -1. The
# *[softmax](22_jargon.md#softmax)* first raises $e$ to the power of each, which makes all of them
# positive: $e^3$ is about 20.1, $e^2$ about 7.4, and $e^{-1}$ about 0.4. Then it divides each by
# the sum of the three, about 28, so that the results add up to 1. How will the three sigmoids
# differ? <!-- typed: arithmetic -->

# %%
z = np.array([3.0, 2.0, -1.0])
powers = np.exp(z)
softmax = powers / powers.sum()
sigmoids = np.asarray(jax.nn.sigmoid(z))
print("softmax", softmax.round(2), "sum", softmax.sum().round(2))
print("sigmoid", sigmoids.round(2), "sum", sigmoids.sum().round(2))

assert np.allclose(softmax, jax.nn.softmax(z))

# %% [markdown]
# Two of the sigmoids are above one half, so they say _yes_: each looks only at its own logit. The
# softmax has to share out a total of 1, so if one digit gets more, the others get less. For any
# number of classes, if $z_i$ is the logit of class $i$, its softmax is
#
# $$
# p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}
# $$
#
# ($\sum_j$ means: add up for all classes $j$.) Many people call these numbers confidences or
# probabilities. Whether they deserve these names depends on the loss ([lesson
# 8](08_a_loss_for_digits.py#what-a-score-is-not)), so we call them the model's
# *[beliefs](22_jargon.md#belief)*.
#
# And with two classes? Divide the numerator and the denominator by $e^{z_1}$:
#
# $$
# \frac{e^{z_1}}{e^{z_1} + e^{z_2}} = \frac{1}{1 + e^{-(z_1 - z_2)}} = \sigma(z_1 - z_2)
# $$
#
# **The softmax of two logits is the sigmoid of their difference.**
#
# With the softmax in place of the sigmoid, the second loss is:

# %% tags=["claim"]
assert np.isclose(jax.nn.softmax(np.array([2.5, 1.0]))[0], jax.nn.sigmoid(1.5))


# %%
@jax.jit
def softmax_square(logits, labels):
    beliefs = jax.nn.softmax(logits)
    return ((beliefs - jax.nn.one_hot(labels, 10)) ** 2).mean()


package = jd.softmax_mse_loss(logits, y_held)
assert jnp.isclose(softmax_square(logits, y_held), package, rtol=1e-4)

# %% [markdown]
# ## Third loss: surprise
#
# Keep the softmax, but ask another question: **how likely are the true labels, according to the
# model?** Say that its beliefs in the right labels of three images are 0.9, 0.5 and 0.2. If it
# threw a die for each image, loaded to match its beliefs, the chance of getting all three right
# would be the product, 0.09. This is called the *[likelihood](22_jargon.md#likelihood)* of the
# labels, and a good model makes it large. <!-- typed: an example -->
#
# With fifty thousand labels, and a belief of one half in each, the product is so small that it
# becomes 0 as a float. So take the natural logarithm, `np.log`. It rises with the likelihood, and
# turns products into sums: $\log(0.9 \cdot 0.5 \cdot 0.2)$ is $\log 0.9 + \log 0.5 + \log 0.2$. Put
# a minus in front, because a loss should go down, and take the mean, so that the number of images
# does not matter. For one image, the loss is then
#
# $$ -\log p, $$
#
# where $p$ is the belief in the right digit. For the three images above it is 0.105, 0.693 and
# 1.609, and the loss is their mean, 0.803. <!-- typed: an example -->
#
# You can read $-\log p$ as the model's *[surprise](22_jargon.md#surprise)* at the right answer. It
# is 0 if the model was certain of that answer, and grows without limit as the belief goes to 0.
# Compare this surprise with $(1 - p)^2$, the part that the right digit adds to a sum of squares.
# Which of the two cares whether the belief was one in a hundred or one in a thousand?

# %% alt="Two curves of the loss against the belief in the right digit. The square rises from 0 at full belief to 1 at none. Minus the logarithm also starts from 0, and grows without bound as the belief goes to 0."
belief = np.linspace(0.005, 1, 200)
figure, ax = plt.subplots(figsize=(4.5, 3), layout="constrained")
ax.plot(belief, -np.log(belief), label="$-\\log p$")
ax.plot(belief, (1 - belief) ** 2, label="$(1 - p)^2$")
ax.text(0.15, 2.1, "$-\\log p$", color="C0")
ax.text(0.02, 0.2, "$(1 - p)^2$", color="C1")
ax.set(xlabel="belief p in the right digit", ylabel="loss")
for p in 1.0, 0.5, 0.1, 0.01, 0.001:
    print(f"belief {p:5}: square {(1 - p) ** 2:.3f}", end=", ")
    print(f"surprise {abs(np.log(p)):.3f}")

# %% [markdown]
# The square hardly tells the last two beliefs apart. The logarithm does: each factor of ten costs
# another 2.303. <!-- typed: log(10), printed above -->
#
# **Remember that number.** A model that has no idea gives each of ten digits a belief of 0.1, so
# its loss is $-\log 0.1 = \log 10$, about 2.303. Look at the first loss when you train on ten
# classes. If it is far above 2.303, the model starts out with strong and wrong beliefs. If the loss
# stays near 2.303, the model learns nothing. What about our random start? (Equal logits, such as
# zeros, get equal beliefs. The package calls this loss `cross_entropy_loss`. The next section says
# why.) <!-- typed: log(10), printed above -->

# %%
undecided = jnp.zeros((n_held, 10))
print(f"undecided: {jd.cross_entropy_loss(undecided, y_held):.3f}")
print(f"our start: {jd.cross_entropy_loss(logits, y_held):.3f}")

# %% [markdown]
# Our start is far worse than an undecided model. Random weights of size 0.3, added up over a
# hundred inked pixels, make logits that are far apart. So the beliefs are strong, and mostly in
# wrong digits.

# %% tags=["claim"]
assert np.full(50_000, 0.5).prod() == 0
if digits.name == "mnist":
    assert jd.cross_entropy_loss(logits, y_held) > 3.2

# %% [markdown]
# ### Why "cross-entropy"?
#
# Think again of the hundred look-alikes in [lesson 8](08_a_loss_for_digits.py#what-a-score-is-not),
# 60 threes and 40 sevens. Let the model believe in _three_ with $p$ and in _seven_ with $1 - p$.
# Its average surprise is $-0.6 \log p - 0.4 \log(1 - p)$. Where is it lowest?
# <!-- typed: a thought experiment -->

# %% alt="The average surprise over the belief from 0 to 1 is a bowl, lowest at 0.6."
p = np.linspace(0.01, 0.99, 99)
surprise = -0.6 * np.log(p) - 0.4 * np.log(1 - p)
figure, ax = plt.subplots(figsize=(4.5, 2.6), layout="constrained")
ax.plot(p, surprise)
ax.set(xlabel="belief in a three", ylabel="average surprise", ylim=(0, 2))
print(f"lowest at {p[surprise.argmin()]:.2f}", end=", ")
print(f"where it is {surprise.min():.3f}")

# %% [markdown]
# It is lowest at 0.6, the honest answer. The mean error, our loss of lesson 8, pushed the belief up
# to 1.
#
# The same holds for any number of answers. Let $q_i$ be the share of cases in which answer $i$ is
# right (above, 0.6 and 0.4), and $p_i$ the model's belief in it. The average surprise is
# $-\sum_i q_i \log p_i$, and it is lowest where $p$ equals $q$. (Exercise 3 shows why.)
# <!-- typed: the example above -->
#
# Even there it is not 0, because nobody can tell which of the look-alikes is a seven. What is left,
# $-\sum_i q_i \log q_i$, is 0.673 above. <!-- typed: printed above --> Claude Shannon called it
# [entropy](22_jargon.md#entropy). With a model's $p$, the sum crosses two lists: $q$ says how often
# each answer comes, and $p$ how surprising it is. So it is called
# **[cross-entropy](22_jargon.md#cross-entropy)**.
#
# For a single image, $q$ is one-hot, so only $-\log p$ of the right digit remains: our third loss.
# A language model is trained with it, too: it pays for its surprise at the next word.
#
# ## A stronger pull
#
# Training steps against the slope. So let the _pull_ of a loss on a logit be minus the slope with
# respect to it: the larger the pull, the more a step raises the logit. Take two classes, and let
# the _gap_ be the right logit minus the wrong one. At the left end of the next plot, the gap is -8:
# the model is certain and wrong. At the right end it is certain and right. Where would you want the
# strongest pull on the right logit?

# %% alt="The pull on the right logit against the gap. For cross-entropy it is near 1 at the left, where the model is certain and wrong, and falls to 0 at the right. For the squared softmax it is a hump near zero and vanishes at both ends."
gaps = np.linspace(-8, 8, 161)
pairs = np.stack([gaps, np.zeros(161)], axis=1)
right = np.zeros(161, int)  # the right class is 0
figure, ax = plt.subplots(figsize=(4.5, 3), layout="constrained")
for name, loss in {
    "cross-entropy": jd.cross_entropy_loss,
    "softmax, square": jd.softmax_mse_loss,
}.items():
    slopes = len(pairs) * jax.grad(loss)(pairs, right)  # undo the mean
    ax.plot(gaps, -np.asarray(slopes)[:, 0], label=name)
ax.text(0.5, 0.6, "cross-entropy", color="C0")
ax.text(-8, 0.15, "softmax, square", color="C1")
ax.set(xlabel="right logit minus wrong logit", ylabel="pull")

# %% [markdown]
# At the left, and there cross-entropy pulls most: its pull is $1 - p$, the belief that is missing.
# But the square hardly pulls where the mistake is worst. Why? By the chain rule, both pulls have
# two factors: how steep the softmax is, and how steep the loss is. At a gap of -8, $p$ is about
# 0.0003, and the softmax is flat, with a slope of about 0.0003, too. The square multiplies that by
# 2, which is no help. The logarithm multiplies it by $1/p$, about 3,000, which makes 1.
# <!-- typed: 1 / (1 + exp(8)) --> In exercise 3 you find the pull $1 - p$ for ten classes, too.
#
# ??? note "The factors of both pulls, for any gap"
#     With two classes, the softmax is the sigmoid of the gap, and its slope is $p (1 - p)$, as in
#     [lesson 11](11_a_nonlinearity.py#the-same-for-all-digits). For the square, the other factor of
#     the pull is $2 (1 - p)$. For cross-entropy it is $1/p$, the slope of $\log p$. The $p$
#     cancels: the pull is exactly $1 - p$.
#
# ## Why not take the log of the softmax?
#
# Here is the loss exactly as we described it. (The index picks from each row the belief in the
# right digit, as in [lesson 13](13_ten_averages.py#the-worst-mistakes).) Now let a model be certain
# and wrong: the right logit is 200 below another. What should the loss be?


# %%
@jax.jit
def naive_cross_entropy(logits, labels):
    beliefs = jax.nn.softmax(logits)
    right = beliefs[jnp.arange(len(labels)), labels]
    return -jnp.log(right).mean()


for gap in -1.0, -50.0, -200.0:
    far, label = jnp.array([[gap, 0.0]]), jnp.array([0])
    print(f"gap {gap:6}: naive {naive_cross_entropy(far, label)}", end=", ")
    print(f"package {jd.cross_entropy_loss(far, label)}")
print("naive gradient", jax.grad(naive_cross_entropy)(far, label))

# %% [markdown]
# The belief in the right digit is about $e^{-200}$, so the loss should be 200. But a float32 cannot
# hold a number that small. It becomes 0, its logarithm minus infinity, and the naive loss infinite.
# The gradient is worse: the infinite slope of the logarithm times the zero slope of the softmax is
# `nan`, *[not a number](22_jargon.md#nan)*. With one such image in a batch, all weights are `nan`
# after the next step.
#
# A little algebra solves this. The logarithm of a quotient is a difference, and the logarithm of
# $e^{z}$ is just $z$:
#
# $$
# \log p_i = \log \frac{e^{z_i}}{\sum_j e^{z_j}} = z_i - \log \sum_j e^{z_j}
# $$
#
# The tiny $p$ is never computed. For the logits -200 and 0, the sum is 1 as a float, and $\log p$
# is $-200 - \log 1 = -200$. One danger is left: $e^{1000}$ is infinite as a float (_overflow_). So
# subtract the largest logit, $m$, from all logits first:
#
# $$
# \log p_i = (z_i - m) - \log \sum_j e^{z_j - m}
# $$
#
# This changes nothing, because it multiplies numerator and denominator of the softmax by the same
# $e^{-m}$. But now the largest power is $e^0 = 1$, so the sum can neither become infinite nor be 0.
# The function that turns logits into $\log p$ in this way is called
# *[log-softmax](22_jargon.md#log-softmax)*. (`keepdims=True` keeps axis 1, with length 1, so that
# one number per row can be subtracted from the whole row.)


# %%
@jax.jit
def cross_entropy(logits, labels):
    below_largest = logits - logits.max(axis=1, keepdims=True)
    log_sum = jnp.log(jnp.exp(below_largest).sum(axis=1, keepdims=True))
    log_p = below_largest - log_sum
    return -log_p[jnp.arange(len(labels)), labels].mean()


assert cross_entropy(far, label) == 200
print("gradient", jax.grad(cross_entropy)(far, label))
package = jd.cross_entropy_loss(logits, y_held)
assert jnp.isclose(cross_entropy(logits, y_held), package, rtol=1e-4)

# %% [markdown]
# Now the loss is 200, as it should be, and the gradient is finite: the right logit is pulled up
# with a strength of 1, and the wrong one is pushed down as strongly. The package's
# [`cross_entropy_loss`][jaxdigits.cross_entropy_loss] does the same, with `jax.nn.log_softmax`.
#
# You have met the three losses, so this is a good place for a break. In the rest of the lesson they
# race.
#
# ## The race
#
# Train the same model with each of the three losses: forty epochs at learning rate 1, with the same
# start and the same batches. Cross-entropy pulls harder at bad mistakes. How far behind will the
# other two be after one epoch, and after forty?
#
# To save time, we put the three models side by side, as thirty columns, and train them on the sum
# of their losses. A weight of the first model changes only the first loss, so its slope is the same
# as if it were alone. (`jnp.split` cuts the logits into equal parts.)


# %%
def three_losses(logits, labels):
    first, second, third = jnp.split(logits, 3, axis=1)
    return (
        jd.sigmoid_mse_loss(first, labels)
        + jd.softmax_mse_loss(second, labels)
        + jd.cross_entropy_loss(third, labels)
    )


# %% [markdown]
# In the folded code, `side_by_side` repeats a model's columns, and `run_race` calls `fit` for one
# epoch at a time and measures the held-out accuracies after each.


# %% tags=["helper"]
# `np.tile` repeats the columns, so that each model has the same start.
def side_by_side(params, count):
    return jd.Linear(w=np.tile(params.w, count), b=np.tile(params.b, count))


def held_out_logits(params):  # of shape (images, models, 10)
    logits = x_held @ np.asarray(params.w) + np.asarray(params.b)
    return logits.reshape(n_held, -1, 10)


def held_out_accuracies(params):  # one per model
    right = held_out_logits(params).argmax(axis=2) == y_held[:, None]
    return right.mean(axis=0).tolist()


# With the last result as `resume`, it goes on as one long training would.
def fit(loss, optimizer, params, key, epochs, resume=None):
    return jd.fit(
        jd.linear,
        params,
        loss,
        optimizer,
        training,
        epochs=epochs,
        batch_size=min(256, len(training[0]) // 40),
        key=key,
        resume=resume,
    )


def run_race(epochs):
    curves, fitted = [], None
    for _ in range(epochs):
        fitted = fit(three_losses, rate_1, trio, key_batches, 1, resume=fitted)
        curves.append(held_out_accuracies(fitted.params))
    recalls = []
    for number in range(3):
        said = held_out_logits(fitted.params)[:, number].argmax(axis=1)
        recalls.append(np.asarray(jd.per_class_accuracy(said, y_held)).tolist())
    return {"curves": curves, "recalls": recalls}


# %%
optimizers = {rate: jd.sgd(rate) for rate in (1.0, 3.0, 10.0, 30.0)}
rate_1, trio = optimizers[1.0], side_by_side(start, 3)
live = np.array(run_race(10)["curves"])  # a row per epoch, a column per model

# %% [markdown]
# Those were the first ten epochs. For all forty, and for most trainings below, this page reads a
# record, as in [lesson 11](11_a_nonlinearity.py#they-train-no-better). `sweep`, whose code is in
# the notebook, trains only what the record lacks. The record is from:

# %% tags=["hide-input"]
path = pathlib.Path("benchmarks/results/sweeps.json")
records = json.loads(path.read_text()) if path.exists() else {}
record = records.get("14_ten_linear_models", {"facts": {}, "swept": {}})
if digits.name != "mnist":
    record = {"facts": {}, "swept": {}}  # the record is of MNIST
for name in "date", "processor", "jax":
    print(f"{name:9} {record['facts'].get(name, 'no record here')}")
known, swept = record["swept"], {}


def sweep(name, measure, settings):
    found = []
    for setting in settings:
        entry = f"{name} {setting}"
        swept[entry] = known[entry] if entry in known else measure(setting)
        found.append(swept[entry])
    return found


# %% [markdown]
# Here is the whole race:

# %%
[race] = sweep("epochs", run_race, [40])  # the only one in the list
names = ["sigmoid, square", "softmax, square", "cross-entropy"]
metrics = dict(zip(names, np.array(race["curves"]).T, strict=True))
for name, accuracies in metrics.items():
    print(f"{name} after one epoch {accuracies[0]:.4f}", end=", ")
    print(f"after forty {accuracies[-1]:.4f}")

# %% alt="Held-out accuracy over forty epochs for the three losses. Cross-entropy is near its final level almost at once. The squared softmax climbs slowly, jumps by several percent around epoch 15, and comes close in the end. The squared sigmoid is the slowest and stays far below both. Dots for the ten epochs that were trained here lie on the curves."
figure, ax = plt.subplots(figsize=(5, 3), layout="constrained")
for name, accuracies in metrics.items():
    ax.plot(range(1, 41), accuracies, label=name)
ax.plot(range(1, 11), live, ".", color="gray", markersize=3)
ax.text(0.6, 0.98, "cross-entropy", color="C2", transform=ax.transAxes)
ax.text(0.6, 0.74, "softmax, square", color="C1", transform=ax.transAxes)
ax.text(0.6, 0.55, "sigmoid, square", color="C0", transform=ax.transAxes)
ax.set(xlabel="epoch", ylabel="accuracy", ylim=(None, 1))

# %% [markdown]
# The dots, the epochs trained here, agree with the record to within one percent. Cross-entropy wins
# easily. After one epoch, it is right for nearly nine of ten digits, and the two squared losses for
# about four. After forty, the squared softmax comes close, but neither of them has caught up.
#
# Which digits do they miss? Here is the recall of each digit after the last epoch, from 0 on the
# left to 9 on the right:

# %% tags=["claim"]
if digits.name == "mnist":
    assert np.abs(live - np.array(race["curves"])[:10]).max() < 0.01
    assert 0.86 < metrics["cross-entropy"][0] < 0.92
    for name in "sigmoid, square", "softmax, square":
        assert 0.35 < metrics[name][0] < 0.46
        winner = metrics["cross-entropy"][-5:].mean()
        assert metrics[name][-1] < winner - 0.004

# %%
recalls = dict(zip(names, race["recalls"], strict=True))
for name, shares in recalls.items():
    print(f"{name:15}", *(f"{share:.2f}" for share in shares))

# %% [markdown]
# After forty epochs, the model with the squared sigmoid still finds practically none of the nines!
# At the random start, its column for nines happened to say a strong _no_ to nearly every nine.
# There the sigmoid is flat and the square hardly pulls, so the column was never corrected. The
# squared softmax, from the same start, most likely discovered the nines when its curve jumped,
# around epoch 15.

# %% tags=["claim"]
if digits.name == "mnist":
    assert recalls["sigmoid, square"][9] < 0.05
    assert recalls["softmax, square"][9] > 0.75
    assert np.diff(metrics["softmax, square"])[9:20].max() > 0.03
    of_nines = np.asarray(logits)[y_held == 9, 9]
    assert of_nines.mean() < -3 and (of_nines < 0).mean() > 0.95

# %% [markdown]
# ## Was that fair?
#
# No. Two things favored cross-entropy:
#
# - **The learning rate.** The squared losses take a mean over ten outputs, so their slopes and
#   steps are about ten times smaller.
# - **The start.** The random model is often certain and wrong, and there the squares hardly pull.
#
# And one combination was left out: would the logarithm have helped the sigmoid, too?
#
# ### Yes or no, by surprise
#
# If the score $\sigma(z)$ is the belief in _yes_, then the belief in _no_ is $1 - \sigma(z)$. That
# equals $\sigma(-z)$, because the softmax of the logits $z$ and 0 is $\sigma(z)$ and
# $\sigma(-z)$, and the two add up to 1. So the
# surprise is $-\log \sigma(z)$ if _yes_ was right, and $-\log \sigma(-z)$ if _no_ was. This is
# called *[binary cross-entropy](22_jargon.md#binary-cross-entropy)*. (`jax.nn.log_sigmoid` never
# takes the logarithm of 0, just like log-softmax.)


# %%
@jax.jit
def binary_cross_entropy(logits, targets):
    yes, no = jax.nn.log_sigmoid(logits), jax.nn.log_sigmoid(-logits)
    return -jnp.where(targets == 1, yes, no).mean()


# %% [markdown]
# For two classes, most people use this loss. We used `mnist_loss` for threes and sevens because it
# is easier to explain. Does it do worse? Here are the held-out accuracies after ten epochs with
# each loss, at the learning rates 3, 10 and 30. (The code is in the notebook.)

# %% tags=["hide-input"]
pair = jd.select(digits.train, [3, 7])
x2, y2 = (np.asarray(array) for array in jd.to_examples(pair, positive=3))
key_order, key_start, key_fit = jax.random.split(jax.random.key(1), 3)
order = np.asarray(jax.random.permutation(key_order, len(x2)))
held, rest = order[: len(x2) // 6], order[len(x2) // 6 :]
start2 = jd.init_linear(key_start, n_in=784, n_out=1, scale=0.01)
duo = side_by_side(start2, 2)


def two_losses(logits, targets):
    by_mnist_loss = jd.mnist_loss(logits[:, :1], targets)
    return by_mnist_loss + binary_cross_entropy(logits[:, 1:], targets)


def fit_pair(rate):
    fitted = jd.fit(
        jd.linear,
        duo,
        two_losses,
        optimizers[rate],
        (x2[rest], y2[rest]),
        epochs=10,
        batch_size=min(256, len(rest) // 8),
        key=key_fit,
    )
    params = jax.tree.map(np.asarray, fitted.params)
    logits = x2[held] @ params.w + params.b
    return ((logits > 0) == (y2[held] == 1)).mean(axis=0).tolist()


rates = [3.0, 10.0, 30.0]
pairs = np.array(sweep("pair at rate", fit_pair, rates))  # a row per rate
for column, name in enumerate(("mnist_loss", "binary_cross_entropy")):
    print(f"{name:20}", *(f"{score:.4f}" for score in pairs[:, column]))

# %% [markdown]
# At their best rates they are practically equal: they differ by no more than you would expect by
# chance with two thousand held-out images. But the scores of binary cross-entropy mean more,
# because it asks for the honest answer.

# %% tags=["claim"]
if digits.name == "mnist":
    a, b = pairs.max(axis=0)
    assert abs(a - b) < 0.006 and len(held) > 2000

# %% [markdown]
# With ten digits, the same loss asks ten questions: zero or the rest, one or the rest, and so on.
# So it is called *[one-vs-rest](22_jargon.md#one-vs-rest)*.


# %%
@jax.jit
def one_vs_rest(logits, labels):
    return binary_cross_entropy(logits, jax.nn.one_hot(labels, 10))


# %% [markdown]
# ### Two by two
#
# Now each of the four combinations gets a good start with small weights, the old ones divided by
# 30, and four learning rates to choose from. We train them side by side for three epochs. (Below,
# one-vs-rest is _sigmoid, log_, and cross-entropy is _softmax, log_.) All losses but cross-entropy
# take a mean over ten outputs, so we divide cross-entropy by ten, too. (Its rate of 1 in the race
# is therefore a rate of 10 here. For the two squares it is still 1.) Which choice will matter more,
# between sigmoid and softmax or between square and logarithm? <!-- typed: the code below divides
# -->


# %%
def four_losses(logits, labels):
    first, second, third, fourth = jnp.split(logits, 4, axis=1)
    return (
        jd.sigmoid_mse_loss(first, labels)
        + one_vs_rest(second, labels)
        + jd.softmax_mse_loss(third, labels)
        + jd.cross_entropy_loss(fourth, labels) / 10
    )


# %%
four = ["sigmoid, square", "sigmoid, log", "softmax, square", "softmax, log"]
quartet = side_by_side(jd.Linear(w=start.w / 30, b=start.b), 4)


def fit_four(rate):
    return fit(four_losses, optimizers[rate], quartet, key_batches, epochs=3)


def scores_at_rate(rate):
    return held_out_accuracies(fit_four(rate).params)


by_rate = np.array(sweep("four at rate", scores_at_rate, optimizers))
table = dict(zip(four, by_rate.T, strict=True))
trained = jax.tree.map(np.asarray, fit_four(10.0).params)

# %% [markdown]
# To see how much is chance, the folded code trains twice more, from other starts and with other
# batches, at rate 10, where all four are at their best. Below it are the mean of the three runs,
# the lowest and the highest, and then a plot of all four rates.


# %% tags=["helper"]
def scores_of_run(run):
    key_start, key_run = jax.random.split(jax.random.key(10 + run))
    params = jd.init_linear(key_start, n_in=784, n_out=10, scale=0.01)
    quartet = side_by_side(params, 4)
    fitted = fit(four_losses, optimizers[10.0], quartet, key_run, epochs=3)
    return held_out_accuracies(fitted.params)


runs = [by_rate[2], *sweep("four in run", scores_of_run, [1, 2])]
three_runs = dict(zip(four, np.array(runs).T, strict=True))

# %% tags=["hide-input"] alt="Four curves of the held-out accuracy against four learning rates, from low to high. All rise to the third rate. There the two softmax losses are equally high, and both are about one percent above the two sigmoid losses; three dots for each, the runs, lie close together. At the fourth rate, the squared softmax falls by several percent and the squared sigmoid out of the picture, while the two logarithms lose little."
figure, ax = plt.subplots(figsize=(5.4, 3.4), layout="constrained")
for name, accuracies in table.items():
    [line] = ax.plot(list(optimizers), accuracies, label=name)
    runs = three_runs[name]
    ax.plot([10.0] * 3, runs, ".", color=line.get_color())
    print(f"{name:15} at rate 10: {runs.mean():.4f}", end=", ")
    print(f"from {runs.min():.4f} to {runs.max():.4f}")
ax.set(xscale="log", xlabel="learning rate")
ax.set(ylabel="held-out accuracy", ylim=(0.82, 0.93))
legend = ax.legend(loc="lower left")

# %% [markdown]
# The easy victory is gone. All four do best at a rate of 10. So in the race, cross-entropy had what
# is its best rate here, and the squares only a tenth of theirs. But three results remain:
#
# - **Softmax beats sigmoid** by about one percent after these three epochs, with the square and
#   with the logarithm. The three runs of one setting differ by less. So let the digits compete.
# - **Square or logarithm matters less** if each has its best rate and a good start. With the
#   softmax, they are practically equal.
# - **The logarithm is easier to train.** With the softmax, it recovered at once from the bad start
#   of the race, because its pull does not vanish. And both logarithms forgive a bad rate: at the
#   highest one, they lose little, while the squared softmax loses much and the squared sigmoid
#   breaks down.
#
# So use softmax and logarithm together, which is cross-entropy: it is practically as good as the
# best of the four, and needs the least care.

# %% tags=["claim"]
if digits.name == "mnist":
    mean = {name: runs.mean() for name, runs in three_runs.items()}
    four_live = held_out_accuracies(trained)
    assert np.abs(four_live - by_rate[2]).max() < 0.005
    assert all(np.argmax(a) == 2 for a in table.values())
    assert mean["softmax, square"] > mean["sigmoid, square"] + 0.006
    assert mean["softmax, log"] > mean["sigmoid, log"] + 0.004
    assert max(np.ptp(runs) for runs in three_runs.values()) < 0.009
    assert abs(mean["softmax, log"] - mean["softmax, square"]) < 0.005
    lost = {name: shares[2] - shares[3] for name, shares in table.items()}
    assert lost["sigmoid, square"] > 0.3 and lost["softmax, square"] > 0.03
    assert lost["sigmoid, log"] < 0.03 and lost["softmax, log"] < 0.03

# %% [markdown]
# ## No digit, or several
#
# Why does the sigmoid do worse? Compare the two logarithms at rate 10: _sigmoid, log_ (one-vs-rest)
# and _softmax, log_ (cross-entropy). For how many images do several sigmoids say _yes_, that is,
# are above one half? And for how many does none? (`part` takes one model's ten columns out of the
# forty.)


# %%
def part(params, number):
    columns = slice(10 * number, 10 * number + 10)
    return jd.Linear(w=params.w[:, columns], b=params.b[columns])


by_sigmoid, by_softmax = part(trained, 1), part(trained, 3)
scores = np.asarray(jax.nn.sigmoid(jd.linear(by_sigmoid, x_held)))
yes = (scores > 0.5).sum(axis=1)
print(f"several digits at once: {(yes > 1).mean():.1%} of the images")
print(f"no digit at all:        {(yes == 0).mean():.1%}")

# %% [markdown]
# For more than one image in ten, the model gives no clear answer. In most of these cases, all ten
# sigmoids say _no_, because for each single question _no_ is right in nine cases out of ten. The
# verdict is then the largest of ten small scores, although the loss never compared them.
#
# Now look for the opposite, an image with two answers. Here is the one whose second-highest sigmoid
# is largest. What will the softmax model say about it?

# %% tags=["claim"]
if digits.name == "mnist":
    assert (yes != 1).mean() > 0.1 and (yes == 0).sum() > (yes > 1).sum()
    assert np.sort(scores, axis=1)[:, -2].max() > 0.5

# %% tags=["hide-input"] alt="A digit, and two bar charts over the digits 0 to 9. The sigmoids have two high bars. The softmax bars share a total of one."
torn = int(np.sort(scores, axis=1)[:, -2].argmax())
beliefs = np.asarray(jax.nn.softmax(jd.linear(by_softmax, x_held)))
bars = {"sigmoid": scores[torn], "softmax": beliefs[torn]}

figure, axes = plt.subplots(1, 3, figsize=(7, 2.2), layout="constrained")
jd.plots.show_image(x_held[torn].reshape(28, 28), ax=axes[0])
axes[0].set(title=f"really {y_held[torn]}")
for ax, (name, heights) in zip(axes[1:], bars.items(), strict=True):
    ax.bar(range(10), heights)
    ax.set(xlabel="digit", title=name, xticks=range(10), ylim=(0, 1.05))

# %% [markdown]
# The sigmoids say _yes_ to both 2 and 3, while the softmax clearly prefers 3, which is right. On
# images with exactly one _yes_, the accuracies of the two models differ by less than 0.6 percentage
# points. On the others, the softmax is ahead by more than 2. So per image, it helps more where the
# sigmoids are unclear.
#
# Is the softmax always the better choice, then? No: one photograph may show a dog _and_ a bicycle.
# If several answers can be right at once, use sigmoids.

# %% tags=["claim"]
if digits.name == "mnist":
    assert set(np.flatnonzero(scores[torn] > 0.5)) == {2, 3}
    assert beliefs[torn, 3] > 0.7 and y_held[torn] == 3
    of_both = [each.argmax(axis=1) == y_held for each in (scores, beliefs)]
    clear = [right[yes == 1].mean() for right in of_both]
    unclear = [right[yes != 1].mean() for right in of_both]
    assert abs(clear[1] - clear[0]) < 0.006
    assert unclear[1] > unclear[0] + 0.02

# %% [markdown]
# ## Ten pictures
#
# Ten columns of weights are ten pictures. Red weights speak for the digit, blue ones against it.
# Where do you expect the bluest spot of the zero?

# %% alt="The weights of each digit in red and blue. The middle of the zero is blue. The one has a red stroke in the middle with blue on both sides. In the other pictures, red follows parts of the digit, and blue lies where other digits have ink. The border is white."
learned = np.asarray(by_softmax.w).T.reshape(10, 28, 28)
titles = [str(d) for d in range(10)]
figure = jd.plots.show_images(learned, titles=titles, columns=5)

# %% [markdown]
# The bluest spot is in the middle, where a zero has no ink but most other digits do. The averages
# of lesson 13 showed where a digit has ink. Weights show where ink makes a _difference_. By the
# algebra of [lesson 7](07_from_averages_to_weights.py#the-nearest-mean-rearranged), the ten
# averages, compared by squared distance, were a linear model, too, and right for 82 of 100 test
# images. In the race, the weights from cross-entropy were right for about 92 of 100 held-out
# images.
#
# That seems to be about as far as a linear model gets: from the tenth epoch on, cross-entropy
# gained next to nothing.

# %% tags=["claim"]
if digits.name == "mnist":
    middle = learned[0, 11:17, 11:17].mean()
    assert middle < 0 and learned[0].argmin() // 28 in range(9, 19)
    last = metrics["cross-entropy"]
    assert round(100 * last[-10:].mean()) == 92 and 82 / 100
    assert last[-5:].mean() - last[9:14].mean() < 0.01

# %% [markdown]
# ## What you learned
#
# - You can turn ten linear models into one matrix product, and compute a softmax by hand.
# - You can say where $-\log p$ comes from, why it is called cross-entropy, and what loss an
#   undecided model has.
# - You can compute cross-entropy without infinities, by log-softmax.
# - You can decide when to ask one question (softmax) and when to ask several (sigmoids).
# - You can compare losses fairly: each at its own best learning rate, and from a good start.
#
# ## Exercises
#
# ### Exercise 1: yes, without a sigmoid
#
# Write `count_yes(logits)` for logits of shape `(n, classes)`: for each image, the number of
# classes whose sigmoid is above one half. Do it without computing a sigmoid. For
# `np.array([[0.2, 3.0, -1.0]])` it is `[2]`.
#
# ??? tip "A hint"
#     Which logit has a sigmoid of exactly one half?


# %% tags=["check"]
def check_count_yes(count_yes):
    def above(threshold, axis):
        return lambda logits: (logits > threshold).sum(axis=axis)

    inputs = [(np.array([[0.2, 3.0, -1.0]]),)]
    for seed, n, classes in (0, 4, 3), (1, 5, 10), (2, 9, 2):
        random = np.random.default_rng(seed)
        inputs.append((random.normal(0.2, 1, (n, classes)),))
    slips = {
        "which logit has a sigmoid of one half?": above(0.5, 1),
        "one number per image: which axis counts classes?": above(0, 0),
        "one number per image, not one for all.": above(0, None),
        "those are the classes that it says no to.": lambda logits: (
            logits < 0
        ).sum(axis=1),
    }
    return jd.check_answer(count_yes, above(0, 1), inputs, slips=slips)


# %% tags=["answer"]
def count_yes(logits):
    return (logits > 0).sum(axis=1)


print(check_count_yes(count_yes))
assert (count_yes(jd.linear(by_sigmoid, x_held)) == yes).all()

# %% [markdown]
# ### Exercise 2: a softmax that cannot overflow
#
# Write `stable_softmax(logits)` for logits of shape `(n, classes)`, without `jax.nn`. It has to
# work for logits of 1000 and -1000 as well. For `np.array([[1000.0, 1000.0]])` it is
# `[[0.5, 0.5]]`.
#
# ??? tip "A hint"
#     A softmax depends only on the differences of its logits. What can you subtract from a row, so
#     that no power is too large, and at least one of them is not 0?


# %% tags=["check"]
def check_stable_softmax(stable_softmax):
    def shifted(find, axis=1):
        def softmax(logits):
            z = jnp.asarray(logits)
            powers = jnp.exp(z - find(z))
            return powers / powers.sum(axis=axis, keepdims=True)

        return softmax

    def largest_of_row(z):
        return z.max(axis=1, keepdims=True)

    inputs = [(np.array([[1000.0, 1000.0]]),)]
    for seed, n, classes in (0, 3, 4), (1, 4, 10), (2, 5, 2):
        random = np.random.default_rng(seed)
        logits = random.normal(0, 3, (n, classes))
        rows = np.resize([0.0, 1000.0, -1000.0, 300.0], (n, 1))
        inputs.append((logits + rows,))
    slips = {
        "subtract the largest logit of each row first.": shifted(lambda z: 0.0),
        "the largest logit of each row, not of all rows.": shifted(jnp.max),
        "each row adds up to 1; along which axis do you add?": shifted(
            largest_of_row, axis=0
        ),
    }
    expected = shifted(largest_of_row)
    return jd.check_answer(stable_softmax, expected, inputs, slips=slips)


# %% tags=["answer"]
def stable_softmax(logits):
    powers = jnp.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


print(check_stable_softmax(stable_softmax))
outputs = jd.linear(by_softmax, x_held)
ours = stable_softmax(outputs)
assert np.allclose(ours, jax.nn.softmax(outputs), atol=1e-4)

# %% [markdown]
# ### Exercise 3: the gradient of cross-entropy
#
# For one image, the gradient of cross-entropy with respect to its logits is short: the beliefs,
# minus the one-hot target. Write `cross_entropy_gradient(logits, label)` for logits of shape
# `(classes,)`, without `jax.grad`. It has to work for logits of 1000, too.
#
# Then derive it. By the formula for log-softmax, the surprise at the right digit $y$ is
# $\log \sum_j e^{z_j} - z_y$. What is its derivative with respect to $z_i$?
#
# ??? tip "A hint"
#     `jax.nn.softmax` gives the beliefs, without overflow. From which of them do you have to
#     subtract 1? For the derivation: the derivative of $\log s$ is $1/s$, and that of $e^z$ is
#     $e^z$.


# %% tags=["check"]
def check_cross_entropy_gradient(cross_entropy_gradient):
    def expected(logits, label):
        target = np.arange(len(logits)) == label
        return np.asarray(jax.nn.softmax(jnp.asarray(logits))) - target

    def unstable(logits, label):
        powers = jnp.exp(jnp.asarray(logits))
        return powers / powers.sum() - (np.arange(len(logits)) == label)

    inputs = []
    for seed, classes, label, shift in (
        (0, 10, 3, 0.0),
        (1, 4, 0, 1000.0),
        (2, 7, 6, -1000.0),
    ):
        random = np.random.default_rng(seed)
        logits = random.normal(0, 1, classes).round(2) + shift
        inputs.append((logits, label))
    slips = {
        "the sign; which way is uphill?": lambda z, y: -expected(z, y),
        "those are the beliefs; now subtract the target.": lambda z, y: (
            jax.nn.softmax(jnp.asarray(z))
        ),
        "with logits of 1000 your softmax overflows; see exercise 2.": unstable,
        "the beliefs are a softmax, not sigmoids.": lambda z, y: (
            jax.nn.sigmoid(jnp.asarray(z)) - (np.arange(len(z)) == y)
        ),
        "there is one entry per logit.": lambda z, y: expected(z, y)[y],
    }
    return jd.check_answer(
        cross_entropy_gradient, expected, inputs, slips=slips
    )


# %% tags=["answer"]
def cross_entropy_gradient(logits, label):
    return jax.nn.softmax(logits) - jax.nn.one_hot(label, len(logits))


print(check_cross_entropy_gradient(cross_entropy_gradient))

# %% [markdown]
# By the chain rule, the derivative of $\log \sum_j e^{z_j}$ is $e^{z_i} / \sum_j e^{z_j}$, the
# belief in digit $i$. The derivative of $z_y$ is 1 if $i$ is $y$, and 0 otherwise. Their
# difference is the beliefs minus the one-hot target. With shares $q_i$ in place of the one-hot
# target, the same steps give $p_i - q_i$. That is zero for every $i$ exactly where the beliefs are
# honest, as we said of cross-entropy above.
#
# ### Exercise 4: how honest are the beliefs?
#
# *To think about overnight.* Write `overconfidence(logits, labels)`: the mean of the largest belief
# (by softmax), minus the accuracy. It is positive if the model is surer than it should be. The
# answer computes it for the two softmax models of rate 10, trained with the square and with the
# logarithm. Which model do you expect to be more honest, and why?
#
# ??? tip "A hint"
#     `beliefs.max(axis=1)` tells how sure the model is, and `beliefs.argmax(axis=1)` of which
#     digit.


# %% tags=["check"]
def check_overconfidence(overconfidence):
    def parts(logits, labels):
        beliefs = np.asarray(jax.nn.softmax(jnp.asarray(logits)))
        right = beliefs.argmax(axis=1) == labels
        return beliefs, right

    def expected(logits, labels):
        beliefs, right = parts(logits, labels)
        return beliefs.max(axis=1).mean() - right.mean()

    def in_truth(logits, labels):
        beliefs, right = parts(logits, labels)
        return beliefs[np.arange(len(labels)), labels].mean() - right.mean()

    def by_sigmoid(logits, labels):
        scores = np.asarray(jax.nn.sigmoid(jnp.asarray(logits)))
        return scores.max(axis=1).mean() - parts(logits, labels)[1].mean()

    inputs = []
    for seed, n, classes in (0, 7, 3), (1, 20, 10), (2, 12, 4):
        random = np.random.default_rng(seed)
        labels = random.integers(0, classes, n)
        logits = random.normal(0, 1.5, (n, classes))
        logits[np.arange(n), labels] += 1
        inputs.append((logits, labels))
    slips = {
        "the sign: sure, minus right.": lambda z, y: -expected(z, y),
        "take the largest belief, not the one in the right digit.": in_truth,
        "beliefs are a softmax, not sigmoids.": by_sigmoid,
        "take the mean over all images.": lambda z, y: (
            parts(z, y)[0].max(axis=1) - parts(z, y)[1]
        ),
        "that is how sure it is; now subtract how often it is right.": (
            lambda z, y: parts(z, y)[0].max(axis=1).mean()
        ),
    }
    return jd.check_answer(overconfidence, expected, inputs, slips=slips)


# %% tags=["answer"]
def overconfidence(logits, labels):
    beliefs = np.asarray(jax.nn.softmax(logits))
    right = beliefs.argmax(axis=1) == labels
    return beliefs.max(axis=1).mean() - right.mean()


print(check_overconfidence(overconfidence))
surer = {}
for name, model in (("square", part(trained, 2)), ("logarithm", by_softmax)):
    outputs = x_held @ model.w + model.b
    surer[name] = overconfidence(outputs, y_held)
    print(f"{name}: {surer[name]:+.4f}")

# %% [markdown]
# The logarithm is more honest. After only three epochs, both models are less sure than they should
# be, by less than 5 %, but the square by about twice as much as the logarithm. The square, too, is
# lowest at the honest answer, as you found in exercise 4 of lesson 8. It is further off here, most
# likely because it hardly pulls on answers that are nearly right.

# %% tags=["claim"]
if digits.name == "mnist":
    assert -5 / 100 < surer["square"] < surer["logarithm"] < 0

# %% [markdown]
# **Next:** [A small network](15_a_small_network.py) goes beyond the limit of a linear model.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapters 4 and
# 5. Goodfellow, Bengio and Courville, [Deep Learning](https://www.deeplearningbook.org), 2016,
# section 6.2.2.3, on softmax units. The likelihood is from R. A. Fisher, "On the Mathematical
# Foundations of Theoretical Statistics", 1922; entropy from C. E. Shannon, "A Mathematical Theory
# of Communication", 1948.
