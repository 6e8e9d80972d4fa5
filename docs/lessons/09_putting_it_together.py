# %% [markdown]
# ---
# runs_for: 60  # trains forty models
# description: The training loop, from random weights to a linear model that beats the baseline, and what its weights look like on the way.
# ---
#
# # 9. Putting it all together
#
# **How does a model that knows nothing come to beat the baseline?** It predicts, measures how
# wrong it was, takes a small step in the direction that makes it less wrong, and does that over and
# over. You have met all the pieces. In this lesson you put them into one loop, watch a picture
# grow out of noise, and see what the model still gets wrong.
#
# The loop has about ten lines, and chatbots and translators are trained with a loop of the same
# form. Only the model, the loss and the rule for the step differ, and there is far more data. If
# you understand these ten lines, you know what happens when people say that a model "is being
# trained".
#
# *You need:* [lesson 7](07_from_averages_to_weights.py) for the linear model, and
# [lesson 8](08_a_loss_for_digits.py) for its loss and for batches.
#
# ## What we have
#
# [`to_examples`][jaxdigits.to_examples] turns digits into rows of 784 pixels, `x`, and a column of
# targets, `y`, 1 for a three. From now on we make decisions as we train: how long, how fast, with
# batches of which size. If the test digits helped us to decide, they could no longer judge the
# result ([lesson 1](01_pixels.py#why-two-sets)). So we put a fifth of the _training_ digits aside,
# at random, and use those to decide. They are called *[held-out](22_jargon.md#held-out-set)*
# digits, and they are our validation set. We do not touch the test digits until the end of this
# lesson. (Six things in this lesson are random, and each gets its own key.)

# %%
import time

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

digits = jd.load("auto")
x, y = jd.to_examples(jd.select(digits.train, [3, 7]), positive=3)

keys = jax.random.split(jax.random.key(0), 6)
key_split, key_params, key_batches, key_head_start, key_race, key_more = keys
order = jax.random.permutation(key_split, len(x))
x, y = np.asarray(x[order]), np.asarray(y[order])
n_held = len(x) // 5
x_held, y_held = x[:n_held], y[:n_held]
x_train, y_train = x[n_held:], y[n_held:]
print(f"{len(x_train):,} digits to learn from, {n_held:,} held out")

# %% [markdown]
# The loss and the accuracy are those of lesson 8:


# %%
def loss(params, x, y):
    return jd.mnist_loss(jd.linear(params, x), y)


@jax.jit
def accuracy(params, x, y):
    return jd.binary_accuracy(jd.linear(params, x), y)


# %% [markdown]
# ## The number to beat
#
# Which accuracy do the averages reach on the held-out digits? Measure both baselines of lesson 4
# again, with averages of the training digits that remain. (With squared differences, that is the
# linear model of lesson 7.)

# %%
is_three = y_train[:, 0] == 1
mean_three = x_train[is_three].mean(axis=0)
mean_seven = x_train[~is_three].mean(axis=0)

to_three, to_seven = x_held - mean_three, x_held - mean_seven
held_three = y_held[:, 0] == 1
by_l1 = abs(to_three).mean(axis=1) < abs(to_seven).mean(axis=1)
by_squares = (to_three**2).mean(axis=1) < (to_seven**2).mean(axis=1)
baseline_l1 = (by_l1 == held_three).mean()
baseline_squares = (by_squares == held_three).mean()
print(f"absolute differences {baseline_l1:.4f}")
print(f"squared differences  {baseline_squares:.4f}")

# %% [markdown]
# Squared differences make the better baseline, as in lesson 4. That is the number to beat.

# %% tags=["claim"]
if digits.name == "mnist":
    assert baseline_squares > baseline_l1 + 0.01

# %% [markdown]
# ## A start that knows nothing
#
# The weights begin as small random numbers, and the bias as zero. What accuracy do you expect, and
# would you bet on it? Try eight different keys before we settle for one.

# %%
tried = []
for key in jax.random.split(key_more, 8):
    random = jd.init_linear(key, n_in=784, n_out=1, scale=0.3)
    tried.append(float(accuracy(random, x_held, y_held)))
print([f"{each:.2f}" for each in tried], f"mean {np.mean(tried):.2f}")

# %% [markdown]
# The mean is about one half, but some of the models are far from it. How can a model that knows
# nothing be right, or wrong, on two thirds of the digits? Because threes look alike, and so do
# sevens. If random weights happen to say _three_ to one three, they say it to most others, too. So
# it is a little as if the model tossed only two coins: one for all the threes and one for all the
# sevens. It is no surprise if both land right, or both wrong. An accuracy before training is mostly
# luck.

# %% tags=["claim"]
if digits.name == "mnist":
    assert max(tried) - min(tried) > 0.2 and 0.35 < np.mean(tried) < 0.65

# %%
start = jd.init_linear(key_params, n_in=784, n_out=1, scale=0.3)
print(f"loss {loss(start, x_train, y_train):.4f}", end=", ")
print(f"accuracy {accuracy(start, x_held, y_held):.4f}")

# %% [markdown]
# Our start had some luck, but it is far below the baseline.

# %% tags=["claim"]
if digits.name == "mnist":
    assert 0.6 < accuracy(start, x_held, y_held) < 0.8

# %% [markdown]
# ## One step
#
# A step needs the loss and its gradient, and `jax.value_and_grad` gives both. As in lesson 8, the
# gradient is a `jd.Linear`, too, with the slopes of the weights in its `w`, and that of the bias in
# its `b`. Each parameter moves against its slope.
#
# Remember that `@jax.jit` compiles the function when it is first called. (With arrays of other
# shapes it is compiled once more, because a program is made for certain shapes.) Everything that
# the step depends on comes in as an argument, including the learning rate, and the new parameters
# come out. Nothing is kept between the calls.


# %%
@jax.jit
def step(params, x, y, learning_rate):
    value, grads = jax.value_and_grad(loss)(params, x, y)
    w = params.w - learning_rate * grads.w
    b = params.b - learning_rate * grads.b
    return jd.Linear(w=w, b=b), value


moved, before = step(start, x_train[:256], y_train[:256], 1.0)
after = loss(moved, x_train[:256], y_train[:256])
print(f"loss before the step {before:.4f}, after it {after:.4f}")

# %% [markdown]
# One step, and the loss on these 256 digits is lower. With dozens of arrays, writing a line for
# each would be tedious. The package's [`sgd_update`][jaxdigits.sgd_update] does it for any bundle
# of arrays. (JAX calls such a bundle a *[pytree](22_jargon.md#pytree)*, because bundles may hold
# bundles, like branches of a tree.)

# %%
grads = jax.grad(loss)(start, x_train[:256], y_train[:256])
package = jd.sgd_update(start, grads, learning_rate=1.0)
assert jnp.allclose(package.w, moved.w, atol=1e-6)
assert jnp.allclose(package.b, moved.b, atol=1e-6)

# %% [markdown]
# ## Batches
#
# Now step batch by batch. This is called *[stochastic gradient descent](22_jargon.md#sgd)*, or SGD:
# "stochastic" means that chance decides which digits are in a batch. One pass over all batches is
# an *[epoch](22_jargon.md#epoch)*. Each epoch shuffles the digits again, so each epoch gets a key
# of its own.


# %%
def train_epoch(params, x, y, learning_rate, batch_size, key):
    losses = []
    for batch in np.asarray(jd.epoch_batches(key, len(x), batch_size)):
        params, value = step(params, x[batch], y[batch], learning_rate)
        losses.append(value)
    return params, np.mean(losses)


# %% [markdown]
# ## Twenty epochs
#
# Here is the whole [training loop](22_jargon.md#training-loop): for each epoch, for each batch,
# predict, measure the loss, get the gradient, step. These are the steps of [lesson
# 6](06_roller_coaster.py#the-seven-steps), and the learning rate of 1 is only a first guess. We
# keep the parameters after each epoch, and for some epochs we print the accuracy on the held-out
# digits. In which epoch will the model beat the baseline? Make a guess before you run it.

# %%
batch_size = min(256, len(x_train) // 4)  # smaller if there are few digits
rate = 1.0
epoch_keys = jax.random.split(key_batches, 100)

params = start
kept = [start]
for epoch in range(1, 21):
    key = epoch_keys[epoch - 1]
    params, mean_loss = train_epoch(
        params, x_train, y_train, rate, batch_size, key
    )
    kept.append(params)
    if epoch in (1, 2, 3, 5, 10, 20):
        now = accuracy(params, x_held, y_held)
        print(f"epoch {epoch:2}: loss {mean_loss:.4f}, accuracy {now:.4f}")


# %% alt="Accuracy on the held-out digits against the epoch. It rises steeply, crosses the dashed line of the baseline within two epochs, and then rises slowly."
def on_held_out(kept):
    return [float(accuracy(params, x_held, y_held)) for params in kept]


accuracies = on_held_out(kept)
figure, ax = plt.subplots(figsize=(5, 3), layout="constrained")
ax.plot(accuracies, ".-", label="linear model")
ax.axhline(baseline_squares, linestyle="--", color="gray", label="baseline")
ax.set(xlabel="epoch", ylabel="accuracy", xticks=range(0, 21, 5))
ax.set(ylim=(0.9, 1))
ax.text(20, baseline_squares - 0.008, "baseline", color="gray", ha="right")
for name, baseline in ("l1", baseline_l1), ("squares", baseline_squares):
    beaten = np.array(accuracies) > baseline
    print(f"baseline by {name} beaten in epoch {beaten.argmax()}")

# %% [markdown]
# The first epoch was enough to pass the baseline by absolute differences, and after two epochs the
# model beat the better one as well. After twenty, the model is right on more than 98 of 100 digits
# that it was not trained on, and it makes less than half the baseline's mistakes. This is the
# moment that this course has been working toward: random numbers, a loss, and a rule for stepping
# downhill, and out comes something that reads.
#
# Nobody told the model what a three looks like. It was only told the right answers to thousands of
# examples.

# %% tags=["claim"]
if digits.name == "mnist":
    assert accuracies[1] > baseline_l1 and accuracies[2] > baseline_squares
    assert accuracies[20] > 98 / 100
    assert 1 - accuracies[20] < 0.5 * (1 - baseline_squares)

# %% [markdown]
# !!! note "How to read the two numbers"
#     The loss is a mean over the epoch, and each batch's loss was measured _before_ its step. So on
#     average, it describes models that are half an epoch older. The accuracy was measured _after_
#     the epoch, on other digits.
#
# ## What does it still get wrong?
#
# The accuracy counts the mistakes. To see what they have in common, look at them. Sort them by how
# far the logit is on the wrong side, and draw the worst ones of both kinds. Would you have read
# them correctly? (`flatnonzero` returns the places where a mask is true.)

# %% alt="Two rows of eight digits. Above, threes that the model takes for sevens: many are slanted or have hardly a lower bow. Below, sevens that it takes for threes: many have a crossbar, a curved stem, or a foot at the bottom."
logits = np.asarray(jd.linear(params, x_held))[:, 0]
threes, sevens = np.flatnonzero(held_three), np.flatnonzero(~held_three)
print(f"{(logits[threes] <= 0).sum()} threes are wrong", end=", ")
print(f"and {(logits[sevens] > 0).sum()} sevens")

worst_threes = threes[np.argsort(logits[threes])][:8]
worst_sevens = sevens[np.argsort(-logits[sevens])][:8]
worst = np.concatenate([worst_threes, worst_sevens])
figure = jd.plots.show_images(x_held[worst].reshape(-1, 28, 28))

# %% [markdown]
# The model misses more threes than sevens, as the baselines of lesson 4 did. Many of these threes
# are slanted, or have hardly a lower bow, and many of the sevens have a bar, a curved stem, or a
# foot. A few are hard for people, too. But most are not, and they show what this model cannot do.
# It has one weight per pixel, so ink in one place always counts for the same digit, whatever the
# rest looks like. A bar through the stem of a seven lies where threes have their middle, and so it
# counts for a three. No weighted sum can see that this is a _bar through a stem_. [Lesson
# 11](11_a_nonlinearity.py) builds a model in which the meaning of one pixel can depend on others.

# %% tags=["claim"]
if digits.name == "mnist":
    assert (logits[threes] <= 0).mean() > 1.5 * (logits[sevens] > 0).mean()

# %% [markdown]
# ## What it learned
#
# There is one weight per pixel, so the weights are a picture. In lesson 7 you saw the picture that
# the averages make. Will the learned one look like that, or quite different?

# %% alt="Two rows of four pictures. Above, the weights after 0, 1, 5 and 20 epochs: noise, out of which red traces of a three and blue traces of a seven emerge. Below, what training added after 1, 5 and 20 epochs: clear pictures, blank at the border. The first resembles the last picture, the weights of the averages; the other two have a few strong spots."
shown = [0, 1, 5, 20]
pictures = [np.asarray(kept[epoch].w) for epoch in shown]
added = [picture - pictures[0] for picture in pictures[1:]]
averages = 2 * (mean_three - mean_seven).reshape(784, 1)
titles = [f"after {epoch}" for epoch in shown]
titles += [f"added by {epoch}" for epoch in shown[1:]] + ["averages"]
figure = jd.plots.show_images(
    np.stack([*pictures, *added, averages]).reshape(8, 28, 28),
    titles=titles,
    columns=4,
    figure=plt.figure(figsize=(7, 4), layout="constrained"),
)

# %% [markdown]
# The upper row shows the weights. The noise of the start never quite goes away, because training
# changes a weight only as far as the loss asks for it. The lower row shows what training _added_,
# and there the picture is clear. (Each picture has its own scale: the number farthest from 0 gets
# the full color.) After one epoch, the addition resembles the picture of the averages. Then a few
# spots in the middle outgrow the rest. Compared with them, the red bar at the very top, which is
# strong in the averages, looks pale. The averages ask where threes and sevens differ _typically_.
# The loss asks which pixels help with the digits that are still _undecided_, because clear cases
# sit where the sigmoid is flat, and hardly count any more.
#
# At the border nothing was added. No digit has ink there, and a pixel that is always 0 never
# reaches the output. Its slope is 0, so its weight keeps its random start.

# %% tags=["claim"]
if digits.name == "mnist":

    def alike(a, b):
        return (a * b).sum() / np.sqrt((a**2).sum() * (b**2).sum())

    assert alike(added[0], averages) > 0.8
    assert alike(added[2], averages) < alike(added[0], averages) - 0.1
    grown = abs(added[2]).max() / abs(added[0]).max()
    bars = [a.reshape(28, 28)[5:8, 10:18].mean() for a in added]
    assert 1 < bars[2] / bars[0] < grown
    blank = x_train.max(axis=0) == 0
    assert blank.sum() > 50 and not added[2][blank].any()

# %% [markdown]
# ## A head start
#
# We will train a few more models, so put the loop into a function. It returns the parameters after
# each epoch.


# %%
def train(params, rate, batch_size, keys):
    kept = [params]
    for key in keys:
        params, _ = train_epoch(params, x_train, y_train, rate, batch_size, key)
        kept.append(params)
    return kept


# %% [markdown]
# Why start from noise, if lesson 7 gave us good weights? Start from those! Before the first step
# the accuracy is exactly that of the baseline. Will training improve on it?
#
# There is one catch to think about. The outputs in lesson 7 ran from -50 to 70. What is the slope
# of the sigmoid out there? Dividing all weights and the bias by ten changes no verdict, because no
# output changes its sign. But the outputs then run from -5 to 7 only. So try both: the averages'
# weights as they are, and a tenth of them. (We give both the same keys, against the rule of lesson
# 6, so that they see the same batches, and only the weights differ. The race below reuses keys for
# a fair comparison, too.)

# %%
bias = (mean_seven**2).sum() - (mean_three**2).sum()
keys = jax.random.split(key_head_start, 10)
curves = {"random": accuracies[:11]}
for name, factor in ("averages", 1.0), ("averages / 10", 0.1):
    w, b = jnp.array(factor * averages), jnp.array([factor * bias])
    curves[name] = on_held_out(train(jd.Linear(w, b), rate, batch_size, keys))
for name, curve in curves.items():
    print(f"{name:13}: after 0, 1 and 10 epochs", end=" ")
    print(f"{curve[0]:.4f}, {curve[1]:.4f}, {curve[10]:.4f}")

# %% alt="Three curves of accuracy against the epoch. The averages start at the dashed line of the baseline and rise slowly above it. A tenth of the averages starts at the same height, shoots up in the first epoch and stays on top. The random start begins far below and comes to lie between both."
figure, ax = plt.subplots(figsize=(5, 3), layout="constrained")
for name, curve in curves.items():
    ax.plot(curve, ".-", label=name)
ax.text(4.5, 0.9755, "random", color="C0")
ax.text(8, 0.9705, "averages", color="C1")
ax.text(3, 0.9885, "averages / 10", color="C2")
ax.axhline(baseline_squares, linestyle="--", color="gray")
ax.set(xlabel="epoch", ylabel="accuracy", ylim=(0.96, 1))

# %% [markdown]
# Training improves on the averages from the first epoch on, so they were not the best that a linear
# model can do. But at this learning rate, only the small head start is a good one. The large
# weights make most logits large, and on the flat parts of the sigmoid hardly any slope is left to
# follow. Even the random start overtakes the large averages within a few epochs. The large and the
# small averages show the same picture and give the same verdicts, yet the small ones learn much
# faster. So how large the weights are at the start can matter as much as which picture they make.

# %% tags=["claim"]
if digits.name == "mnist":
    large, small = curves["averages"], curves["averages / 10"]
    assert large[0] == small[0] and abs(large[0] - baseline_squares) < 2e-3
    assert small[1] > small[0] + 0.005 and large[10] > large[0] + 0.003
    assert accuracies[5] > large[5] and small[10] > large[10] + 0.005

# %% [markdown]
# ## How large should a batch be?
#
# [Lesson 8](08_a_loss_for_digits.py#mini-batches) left a question open. Are many rough steps better
# than a few exact ones? Let three sizes race: 32 digits, 256, and all of them. Each gets two
# epochs, so each looks at every digit about twice. The gradient of a large batch is more reliable,
# so a large batch may deserve longer steps. To be fair, each size runs with four learning rates,
# from three random starts each, and only its best rate counts. Which size will win? (You can also
# watch such a race: [one digit against
# all](../train.py?batch=1&rate=0.02&race&b.batch=1000&b.rate=0.5).)
#
# In the code, `max` finds the rate with the highest mean. (Its `key` is a function, as for `sorted`
# in lesson 2, and has nothing to do with random keys.) One race is run before the clock starts, so
# that compiling is not timed. Each row of the output has the average time of one run, the best
# rate, and the accuracies from the three starts.


# %%
def race(key, rate, batch_size):
    key_start, key_order = jax.random.split(key)
    random = jd.init_linear(key_start, n_in=784, n_out=1, scale=0.3)
    kept = train(random, rate, batch_size, jax.random.split(key_order, 2))
    return float(accuracy(kept[-1], x_held, y_held))


# %%
sizes = [batch_size // 8, batch_size, len(x_train)]
race_keys = jax.random.split(key_race, 3)
results, best_rates, seconds = {}, {}, {}
for size in sizes:
    race(race_keys[0], 1.0, size)
    began = time.perf_counter()
    trials = {}
    for each in 1.0, 3.0, 10.0, 30.0:
        trials[each] = [race(key, each, size) for key in race_keys]
    best = max(trials, key=lambda each: np.mean(trials[each]))
    results[size], best_rates[size] = trials[best], best
    seconds[size] = (time.perf_counter() - began) / 12

# %%
for size in sizes:
    print(f"{size:5} digits, {2 * (len(x_train) // size):3} steps", end=", ")
    print(f"{seconds[size]:.2f} s, rate {best_rates[size]:.0f}", end=": ")
    print(", ".join(f"{result:.4f}" for result in results[size]))

# %% [markdown]
# Two exact steps are no match for dozens or hundreds of rough ones. After two, one of the three
# starts got surprisingly far, but the other two are still near one half. Two short steps do not get
# far, and two long ones overshoot, because a slope is a good guide only near the place where it was
# measured.
#
# With 32 digits and eight times as many steps, the model comes out slightly ahead of 256. But the
# difference is no larger than about one standard error ([lesson 4](04_metrics.py#is-it-a-three)),
# which is about 0.2 % on this many held-out digits. And compare the seconds: with 32 digits, the
# same two epochs take longer than with 256. Starting a step costs about the same for a small batch
# as for a large one, and here there are eight times as many to start. (Still, two huge steps need
# not be the fastest, perhaps because their images no longer fit into the processor's fast memory.)
# So a good size is one that keeps your machine busy and still leaves many steps per epoch. Most
# people take a power of two from 32 to a few hundred. (Did you notice the learning rates? Ours of 1
# was careful. Lesson 10 looks into that.)

# %% tags=["claim"]
if digits.name == "mnist":
    means = {size: np.mean(values) for size, values in results.items()}
    assert sizes[:2] == [32, 256]
    assert means[len(x_train)] < min(means[32], means[256]) - 0.01
    error = np.sqrt(0.985 * 0.015 / n_held)
    assert round(float(error), 3) == 0.002
    assert 0 < means[32] - means[256] < 1.5 * error
    _, second, first = sorted(results[len(x_train)])
    assert second < 0.65 and first > 0.9

# %% [markdown]
# ## Patience
#
# We picked the twenty epochs out of thin air. Was the model done? Go on where we stopped, up to a
# hundred.

# %% alt="Accuracy on the held-out digits over a hundred epochs. It rises a little after the twentieth epoch, and then wavers by a few digits."
kept = kept + train(params, rate, batch_size, epoch_keys[20:])[1:]
accuracies = on_held_out(kept)

figure, ax = plt.subplots(figsize=(5, 3), layout="constrained")
ax.plot(accuracies)
ax.set(xlabel="epoch", ylabel="accuracy")
ax.set(ylim=(accuracies[3], max(accuracies) + 0.002))
print(f"held-out digits: after 20 epochs {accuracies[20]:.4f}", end=", ")
print(f"after 100 {accuracies[100]:.4f}")

# %% [markdown]
# Eighty more epochs gained about one standard error, most of it early. Later, the accuracy mostly
# wavers: from one epoch to the next, a few digits flip between right and wrong. (Exercise 2 counts
# them.) So we stop after a hundred epochs.

# %% tags=["claim"]
if digits.name == "mnist":
    assert accuracies[100] > accuracies[20] + 0.0005

# %% [markdown]
# ## The test digits, once
#
# All decisions are made, so now we can use the test digits. Lesson 4 measured the baseline on them,
# and the book and the articles that we follow report their figures on them. One of those articles
# gives the _highest_ accuracy that the model had after any of its epochs. Which of the two figures
# would you report, the highest or the last?

# %%
test = jd.to_examples(jd.select(digits.test, [3, 7]), positive=3)
x_test, y_test = np.asarray(test[0]), np.asarray(test[1])
on_test = [float(accuracy(each, x_test, y_test)) for each in kept]
print(f"after twenty epochs  {on_test[20]:.4f}")
print(f"after a hundred      {on_test[100]:.4f}")
print(f"highest on the way   {max(on_test):.4f}")

# %% [markdown]
# The one after the last epoch, because we fixed the hundred epochs before we looked. The highest is
# too optimistic, because the digits that should judge the model have picked the epoch, too. Here
# both are close, and either way the linear model reads more than 98 of 100 new digits. The two
# baselines of lesson 4 read about 95 and 97, so our model makes about half as many mistakes as the
# better one. The 785 knobs have turned themselves.
#
# Did you notice that the accuracy is a little lower on the test digits than on the held-out ones?
# One standard error is about 0.3 % here, so that may be luck. But there are two reasons to expect
# it. The held-out digits helped us decide. And the people who wrote them also wrote the digits
# that we trained on, while the test digits were written by others. Other people's handwriting is
# the harder exam, and the one that counts in practice.

# %% tags=["claim"]
if digits.name == "mnist":
    assert on_test[100] > 98 / 100 and max(on_test) - on_test[100] < 0.003
    assert on_test[20] < accuracies[20] and on_test[100] < accuracies[100]
    test_l1 = abs(x_test - mean_three).mean(axis=1)
    test_l1 = test_l1 < abs(x_test - mean_seven).mean(axis=1)
    assert round(100 * (test_l1 == (y_test[:, 0] == 1)).mean()) == 95
    to_three, to_seven = (x_test - x[y[:, 0] == n].mean(axis=0) for n in (1, 0))
    by_squares = (to_three**2).sum(axis=1) < (to_seven**2).sum(axis=1)
    wrong = (by_squares != (y_test[:, 0] == 1)).mean()
    assert round(100 * (1 - wrong)) == 97
    error = np.sqrt(0.985 * 0.015 / len(x_test))
    assert round(float(error), 3) == 0.003
    assert 0.4 < (1 - on_test[100]) / wrong < 0.6

# %% [markdown]
# ## What you learned
#
# - You can write a training loop from memory: epochs, batches, predict, loss, gradient, step.
# - You can say why a set of digits is held out, and what the test digits are for.
# - You can judge an accuracy before training, and compare a model with its baseline.
# - You can look at mistakes and weights, and say what a linear model can't see.
# - You can compare two settings fairly: each at its best learning rate, with several starts.
#
# ## Exercises
#
# ### Exercise 1: the first time
#
# Write `first_above(accuracies, baseline)`: the number of the first epoch whose accuracy is above
# the baseline. `accuracies[0]` is the accuracy before training, and belongs to epoch 0. Return
# `None` if the baseline is never beaten. For `first_above([0.3, 0.94, 0.97, 0.96], 0.95)` it is 2.
#
# ??? tip "A hint"
#     Go through the epochs with `for epoch in range(len(accuracies))`, and return from inside the
#     loop.


# %% tags=["check"]
def check_first_above(first_above):
    def above(accuracies, baseline):
        found = [i for i, a in enumerate(accuracies) if a > baseline]
        return found or [None]

    def expected(accuracies, baseline):
        return above(accuracies, baseline)[0]

    slips = {
        "accuracies[0] belongs to epoch 0; you are one too high": (
            lambda accuracies, baseline: above(accuracies, baseline)[0] + 1
        ),
        "that is the last such epoch; stop at the first": (
            lambda accuracies, baseline: above(accuracies, baseline)[-1]
        ),
        "return the number of the epoch, not its accuracy": (
            lambda accuracies, baseline: accuracies[
                above(accuracies, baseline)[0]
            ]
        ),
        "that is how many epochs are above; which is the first?": (
            lambda accuracies, baseline: len(above(accuracies, baseline))
        ),
        "an accuracy equal to the baseline does not beat it": (
            lambda accuracies, baseline: next(
                i for i, a in enumerate(accuracies) if a >= baseline
            )
        ),
    }
    inputs = [
        ([0.3, 0.94, 0.97, 0.96], 0.95),
        ([0.99, 0.5, 0.98], 0.9),
        ([0.1, 0.2, 0.5, 0.5, 0.4, 0.7, 0.3], 0.5),
    ]
    said = jd.check_answer(first_above, expected, inputs, slips=slips)
    never = [([0.3, 0.8, 0.9], 0.95)]
    if said == "right":
        return jd.check_answer(first_above, expected, never)
    return said


# %% tags=["answer"]
def first_above(accuracies, baseline):
    for epoch in range(len(accuracies)):
        if accuracies[epoch] > baseline:
            return epoch
    return None


print(check_first_above(first_above))

# %% [markdown]
# ### Exercise 2: flips
#
# From one epoch to the next, some digits flip from wrong to right, and others the other way round.
# Write `flips(before, after, targets)`. It gets logits before and after an epoch, and the targets,
# all of the same shape. Return a pair: how many flipped to right, and how many to wrong. Look at
# epochs 5 and 6 of our model. Does an epoch that improves the accuracy improve every digit?
#
# ??? tip "A hint"
#     `(before > 0) == (targets == 1)` is true where the verdict was right. `&` is _and_, `~` is
#     _not_.


# %% tags=["check"]
def check_flips(flips):
    def right(logits, targets):
        return (logits > 0) == (targets == 1)

    def expected(before, after, targets):
        old, new = right(before, targets), right(after, targets)
        return (~old & new).sum(), (old & ~new).sum()

    slips = {
        "first those that are right now, then those that are wrong": (
            lambda before, after, targets: expected(before, after, targets)[
                ::-1
            ]
        ),
        "count only the digits whose verdict changed": (
            lambda before, after, targets: (
                right(after, targets).sum(),
                (~right(after, targets)).sum(),
            )
        ),
        "a flip to three is right only for a three": (
            lambda before, after, targets: (
                ((before <= 0) & (after > 0)).sum(),
                ((before > 0) & (after <= 0)).sum(),
            )
        ),
        "logits have their threshold at 0, not at 0.5": (
            lambda before, after, targets: expected(
                before - 0.5, after - 0.5, targets
            )
        ),
        "return how many, not which share": lambda before, after, targets: (
            expected(before, after, targets)[0] / before.size,
            expected(before, after, targets)[1] / before.size,
        ),
    }
    random = np.random.default_rng(0)
    inputs = []
    for shape in (8, 1), (25, 1), (40,):
        before, change = random.normal(size=(2, *shape))
        targets = (random.uniform(size=shape) < 0.7) * 1.0
        inputs.append((before, before + change + 0.3, targets))
    return jd.check_answer(flips, expected, inputs, slips=slips)


# %% tags=["answer"]
def flips(before, after, targets):
    was_right = (before > 0) == (targets == 1)
    is_right = (after > 0) == (targets == 1)
    to_right = (~was_right & is_right).sum()
    to_wrong = (was_right & ~is_right).sum()
    return to_right, to_wrong


print(check_flips(flips))
epoch_5 = np.asarray(jd.linear(kept[5], x_held))
epoch_6 = np.asarray(jd.linear(kept[6], x_held))
print("to right and to wrong:", *flips(epoch_5, epoch_6, y_held))

# %% [markdown]
# The accuracy only shows the difference between the two numbers. A step that helps most digits can
# still hurt a few, because all of them share the same weights.
#
# ### Exercise 3: the worst mistakes
#
# Write `worst_mistakes(logits, targets, k)`: the indices of the `k` mistakes whose logits are
# furthest on the wrong side, the worst one first. Both arrays have the shape `[n]`, and there are
# at least `k` mistakes. For logits `[3, -1, 2, -4]` and targets `[1, 1, 0, 1]`, the two worst are
# `[3, 2]`.
#
# ??? tip "A hint"
#     The margin is the logit for a three, and minus the logit for a seven. Mistakes have negative
#     margins. `np.argsort` returns the indices that would sort an array, the lowest value first.


# %% tags=["check"]
def check_worst_mistakes(worst_mistakes):
    def margins(logits, targets):
        return np.where(targets == 1, logits, -logits)

    def expected(logits, targets, k):
        return np.argsort(margins(logits, targets))[:k]

    slips = {
        "the worst one first": lambda logits, targets, k: expected(
            logits, targets, k
        )[::-1],
        "these are the surest right ones": lambda logits, targets, k: (
            np.argsort(-margins(logits, targets))[:k]
        ),
        "sevens are mistakes where their logit is positive": (
            lambda logits, targets, k: np.argsort(logits)[:k]
        ),
        "leave out what is right": lambda logits, targets, k: np.argsort(
            -abs(logits)
        )[:k],
        "return indices, not logits": lambda logits, targets, k: logits[
            expected(logits, targets, k)
        ],
        "count among all the digits, not among the mistakes": (
            lambda logits, targets, k: np.argsort(
                margins(logits, targets)[margins(logits, targets) < 0]
            )[:k]
        ),
    }
    random = np.random.default_rng(0)
    inputs = [(np.array([3.0, -1, 2, -4]), np.array([1, 1, 0, 1]), 2)]
    for n, k in (30, 5), (41, 3):
        targets = (random.uniform(size=n) < 0.6) * 1.0
        inputs.append((random.normal(size=n), targets, k))
    return jd.check_answer(worst_mistakes, expected, inputs, slips=slips)


# %% tags=["answer"]
def worst_mistakes(logits, targets, k):
    margins = np.where(targets == 1, logits, -logits)
    return np.argsort(margins)[:k]


print(check_worst_mistakes(worst_mistakes))

# %% [markdown]
# ### Exercise 4: the loop from memory
#
# *To think about overnight.* Close this page, and write
# `train_linear(w, b, batches, learning_rate)`. It gets weights of shape `[n, 1]`, a bias of shape
# `[1]`, and a list of pairs `x`, `y`, one pair per batch. It takes one step per batch, in the given
# order, with `mnist_loss`, and returns the last `w` and `b` as a pair. Then think of a pair of
# digits that is harder to tell apart, and try it.
#
# ??? tip "A hint"
#     `jax.grad(f)` takes the gradient with respect to the first argument of `f`. It may be a pair
#     `(w, b)`, and then the gradient is such a pair, too.


# %% tags=["check"]
def check_train_linear(train_linear):
    def run(w, b, batches, rate, rate_b=1.0, skip=0):
        slope = jax.grad(lambda wb, x, y: jd.mnist_loss(x @ wb[0] + wb[1], y))
        for x, y in batches[: len(batches) - skip]:
            slope_w, slope_b = slope((w, b), x, y)
            w, b = w - rate * slope_w, b - rate * rate_b * slope_b
        return w, b

    def at_once(w, b, batches, rate):
        steps = [run(w, b, [batch], rate) for batch in batches]
        changes = [(new_w - w, new_b - b) for new_w, new_b in steps]
        return w + sum(c[0] for c in changes), b + sum(c[1] for c in changes)

    slips = {
        "that goes uphill; subtract the gradient": (
            lambda w, b, batches, rate: run(w, b, batches, -rate)
        ),
        "the bias should move, too": (
            lambda w, b, batches, rate: run(w, b, batches, rate, rate_b=0.0)
        ),
        "that is a single step; go through all batches": (
            lambda w, b, batches, rate: run(w, b, batches[:1], rate)
        ),
        "the last batch is missing": lambda w, b, batches, rate: run(
            w, b, batches, rate, skip=1
        ),
        "multiply the gradient by the learning rate": (
            lambda w, b, batches, rate: run(w, b, batches, 1.0)
        ),
        "each step should start where the last one ended": at_once,
    }
    random = np.random.default_rng(0)
    inputs = []
    for n, size, many, rate in (3, 4, 3, 2.0), (6, 5, 2, 5.0):
        batches = [
            (
                random.normal(size=(size, n)).astype(np.float32),
                np.float32(random.uniform(size=(size, 1)) < 0.5),
            )
            for _ in range(many)
        ]
        w = random.normal(size=(n, 1)).astype(np.float32)
        inputs.append((w, np.array([0.5], np.float32), batches, rate))
    return jd.check_answer(train_linear, run, inputs, slips=slips)


# %% tags=["answer"]
def loss_of_pair(parameters, x, y):
    w, b = parameters
    return jd.mnist_loss(x @ w + b, y)


def train_linear(w, b, batches, learning_rate):
    gradient = jax.grad(loss_of_pair)
    for x, y in batches:
        slope_w, slope_b = gradient((w, b), x, y)
        w = w - learning_rate * slope_w
        b = b - learning_rate * slope_b
    return w, b


print(check_train_linear(train_linear))

# %% tags=["answer"]
x_49, y_49 = jd.to_examples(jd.select(digits.train, [4, 9]), positive=4)
x_49, y_49 = np.asarray(x_49), np.asarray(y_49)
n_49 = len(x_49) // 5
four_or_nine = start
for key in jax.random.split(jax.random.key(1), 5):
    four_or_nine, _ = train_epoch(
        four_or_nine, x_49[n_49:], y_49[n_49:], rate, batch_size, key
    )
for name, model, x, y in (
    ("3 and 7", kept[5], x_held, y_held),
    ("4 and 9", four_or_nine, x_49[:n_49], y_49[:n_49]),
):
    print(f"{name}: {accuracy(model, x, y):.4f} after five epochs")

# %% [markdown]
# Fours and nines are harder. Many writers close the four at the top, and then the two differ
# in only a few pixels.

# %% tags=["claim"]
if digits.name == "mnist":
    harder = accuracy(four_or_nine, x_49[:n_49], y_49[:n_49])
    assert harder < accuracies[5] - 0.01

# %% [markdown]
# **Next:** [An optimizer](10_an_optimizer.py) turns the step into a part that you can exchange, and
# puts the loop into a function, so that you never have to write it again.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# Robbins and Monro, *A Stochastic Approximation Method*, Annals of Mathematical Statistics, 1951.
# Bottou, *Stochastic Gradient Descent Tricks*, in *Neural Networks: Tricks of the Trade*, 2012.
