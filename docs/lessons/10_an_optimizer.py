# %% [markdown]
# ---
# runs_for: 60  # trains four optimizers at many learning rates
# description: Write SGD as an object, as two functions, and with Optax; then compare momentum, a schedule and Adam fairly.
# ---
#
# # 10. An optimizer
#
# **Is there a better step than learning rate times slope?** In [lesson
# 9](09_putting_it_together.py) this rule sat in the middle of the training loop. Here you lift it
# out and write it in three ways: as an object, as two functions, and with a library. The loop
# itself becomes one function, [`fit`](22_jargon.md#fit). At the end, the rule races against three
# cleverer ones.
#
# Why care? A cleverer rule for stepping is one of the few things that the training of a chatbot
# adds to your loop. But every rule has a learning rate. Make a guess: which matters more, the rule
# or the rate?
#
# *You need:* [lesson 9](09_putting_it_together.py).
#
# ## Some digits kept back
#
# As in lesson 9, a fifth of the _training_ digits is [held out](22_jargon.md#held-out-set) to
# choose settings with, and we do not touch the test set.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax

import jaxdigits as jd

jd.enable_compilation_cache()  # keep compiled programs for the next run
digits = jd.load("auto")
x, y = jd.to_examples(jd.select(digits.train, [3, 7]), positive=3)

keys = jax.random.split(jax.random.key(0), 4)
key_split, key_params, key_batches, key_runs = keys
order = jax.random.permutation(key_split, len(x))
n_held = len(x) // 5
x_held, y_held = x[order[:n_held]], y[order[:n_held]]
x_train, y_train = x[order[n_held:]], y[order[n_held:]]
print(f"{len(x_train):,} digits to learn from, {n_held:,} held out")

# %% [markdown]
# Model and loss are as in lesson 9, and all three ways get the same batches, those of one epoch.
# `fold_in` makes a new key from a key and a number, here that of the epoch, so each epoch can be
# shuffled in its own way.


# %%
def loss(params, x, y):
    return jd.mnist_loss(jd.linear(params, x), y)


gradient = jax.jit(jax.grad(loss))

start = jd.init_linear(key_params, n_in=784, n_out=1, scale=0.3)
batch_size = min(256, len(x_train) // 4)
key_epoch = jax.random.fold_in(key_batches, 0)
batches = np.asarray(jd.epoch_batches(key_epoch, len(x_train), batch_size))
print(f"{len(batches)} steps, with {batches.shape[1]} digits each")

# %% [markdown]
# ## First: an object
#
# The rule for stepping is called an *[optimizer](22_jargon.md#optimizer)*. In PyTorch, a library
# that many people use, it is an object that holds the parameters and changes them. In Python, a
# `class` describes such objects: what they store, and what they can do. Calling `SGD(...)` makes
# one and runs `__init__`. There, `self` is the new object, and `self.params = params` stores the
# parameters in it. When you call `optimizer.step(grads)`, `self` is the object again, so `step` can
# change what is stored.


# %%
class SGD:
    def __init__(self, params, learning_rate):
        self.params = params
        self.learning_rate = learning_rate

    def step(self, grads):
        self.params = jd.sgd_update(self.params, grads, self.learning_rate)


optimizer = SGD(start, learning_rate=1.0)
for batch in batches:
    grads = gradient(optimizer.params, x_train[batch], y_train[batch])
    optimizer.step(grads)
by_object = optimizer.params

# %% [markdown]
# ## Second: two pure functions
#
# The object works, but its `step` cannot be compiled, because it changes what the object stores.
# `jax.jit` needs *[pure functions](22_jargon.md#pure-function)*: their results depend on their
# arguments and on nothing else, and they change nothing outside. The cure is to pass in what the
# object remembers, and to return the new version. So an optimizer becomes two functions:
#
# - `init(params)` returns what the optimizer remembers at the start, its
#   *[state](22_jargon.md#state)*;
# - `update(grads, state, params)` returns what to _add_ to the parameters, and the new state.
#
# [Optax](https://optax.readthedocs.io), a library of optimizers for JAX, calls such a pair a
# *[gradient transformation](22_jargon.md#gradient-transformation)*: gradients go in, steps come
# out. The parameters are not part of the state, because the loop keeps them. Plain SGD has nothing
# else to remember, so its state is an empty tuple. The cleverer rules below will put something into
# theirs. (SGD ignores `params`, which other optimizers need.)
#
# Below, `jax.tree.map(f, grads)` applies `f` to each array of a bundle, here to `grads.w` and
# `grads.b`, and returns a bundle of the same form. The two functions are defined inside `sgd`, so
# they know its learning rate even after it has returned. (The rate never changes, so they still
# count as pure.)


# %%
def sgd(learning_rate):
    def init(params):
        return ()

    def update(grads, state, params):
        steps = jax.tree.map(lambda g: -learning_rate * g, grads)
        return steps, state

    return optax.GradientTransformation(init, update)


# %% [markdown]
# Now the loop does not have to know which optimizer it runs. `optax.apply_updates` adds the steps
# to the parameters.


# %%
def train_with(optimizer):
    params, state = start, optimizer.init(start)
    for batch in batches:
        grads = gradient(params, x_train[batch], y_train[batch])
        steps, state = optimizer.update(grads, state, params)
        params = optax.apply_updates(params, steps)
    return params


# %% [markdown]
# ## Third: from the library
#
# `optax.sgd` is one of dozens of optimizers with this interface, and [`jd.sgd`][jaxdigits.sgd] is
# this package's. How closely will all of them agree after an epoch?

# %%
ways = {"two functions": sgd, "optax.sgd": optax.sgd, "jd.sgd": jd.sgd}
for name, make in ways.items():
    params = train_with(make(1.0))
    difference = np.abs(np.asarray(params.w) - np.asarray(by_object.w)).max()
    print(f"{name:13} differs from the object by {difference:.0e} at most")
    assert difference < 1e-5

# %% [markdown]
# They agree, because all of them do the same arithmetic. (`0e+00` is 0; on other machines, rounding
# may leave a difference.) So you lose nothing, and you gain a step that can be compiled and an
# optimizer that you can exchange.
#
# ## The loop becomes `fit`
#
# The optimizer is now an argument of the loop. Make the model, the loss and the data arguments,
# too, and you never need to write the loop again. [`fit`][jaxdigits.fit] is such a loop:
#
# | argument | what it is |
# | --- | --- |
# | `model` | a function of parameters and inputs |
# | `params` | the parameters to start from |
# | `loss` | a function of the model's outputs and the targets |
# | `optimizer` | a pair of `init` and `update` |
# | `train` | the inputs and targets to learn from |
# | `epochs`, `batch_size`, `key` | how many epochs and digits per batch, and the key for shuffling |
# | `valid`, `metric` | other inputs and targets, and what to measure on them after each epoch |
# | `progress` | whether to show a progress bar |
#
# (In fastai, the library of the book behind this course, one object holds most of these, the
# [learner](22_jargon.md#learner).)

# %%
result = jd.fit(
    jd.linear,
    start,
    jd.mnist_loss,
    optax.sgd(1.0),
    (x_train, y_train),
    epochs=20,
    batch_size=batch_size,
    key=key_batches,
    valid=(x_held, y_held),
    metric=jd.binary_accuracy,
    progress=True,
)

# %% [markdown]
# In its first epoch, `fit` took the same batches as our own loops, and arrived at the same
# parameters. But our loops return to Python after each step, while `fit` compiles a whole epoch
# into one program, which is faster, as [lesson
# 19](19_jax_for_numpy_users.py#a-whole-run-as-one-program) measures. Later calls with the same
# functions, optimizer and shapes use this program again.

# %% tags=["claim"]
one_epoch = jd.fit(
    jd.linear,
    start,
    jd.mnist_loss,
    optax.sgd(1.0),
    (x_train, y_train),
    epochs=1,
    batch_size=batch_size,
    key=key_batches,
)
assert jnp.allclose(one_epoch.params.w, by_object.w, rtol=0, atol=1e-4)

# %% [markdown]
# Besides the trained `params`, the result has a `history`: loss and metric of each epoch.

# %% alt="Two curves over twenty epochs: the training loss falls steeply and then slowly, while the accuracy rises as steeply and flattens."
history = jax.tree.map(np.asarray, result.history)
print("epoch   loss  accuracy")
for epoch in 0, 1, 4, 9, 19:
    print(
        f"{epoch + 1:5}  {history.loss[epoch]:.4f}  {history.metric[epoch]:.4f}"
    )
print(f"twenty epochs with plain SGD {history.metric[-1]:.4f}")
figure = jd.plots.plot_history(history, metric="accuracy")

# %% [markdown]
# After twenty epochs, both curves are almost flat. And does the table look familiar? It is the run
# of lesson 9 again, because digits, start and batches are the same.

# %% tags=["claim"]
keys_9 = jax.random.split(jax.random.key(0), 6)  # as lesson 9 makes its keys
last_9 = jax.random.split(keys_9[2], 100)[19]
last = jax.random.fold_in(key_batches, 19)
for ours, theirs in (keys[:2], keys_9[:2]), (last, last_9):
    assert (jax.random.key_data(ours) == jax.random.key_data(theirs)).all()
if digits.name == "mnist":
    assert np.ptp(history.metric[-5:]) < 0.003
    assert np.ptp(history.loss[-5:]) < np.ptp(history.loss) / 20

# %% [markdown]
# ## Which learning rate?
#
# So far the learning rate was 1, as in lesson 9. Is that a good choice? The simplest way to find
# out is to try several, which is called a *[sweep](22_jargon.md#sweep)*. Each rate is about three
# times the one before, because small changes of the rate hardly matter. And because the accuracy
# depends a little on the random weights and batches, we train three times at each rate, for ten
# epochs, and look at the mean _and_ at the spread. `train` is one run, and `sweep` makes a table
# with a row per rate.


# %%
def train(optimizer, key):
    key_start, key_batches = jax.random.split(key)
    result = jd.fit(
        jd.linear,
        jd.init_linear(key_start, n_in=784, n_out=1, scale=0.3),
        jd.mnist_loss,
        optimizer,
        (x_train, y_train),
        epochs=10,
        batch_size=batch_size,
        key=key_batches,
        valid=(x_held, y_held),
        metric=jd.binary_accuracy,
    )
    return np.asarray(result.history.metric)[-1]


# %%
run_keys = list(jax.random.split(key_runs, 3))


def sweep(make_optimizer, rates):
    accuracies = []
    for rate in rates:
        optimizer = make_optimizer(rate)
        accuracies.append([train(optimizer, key) for key in run_keys])
    return np.array(accuracies)


plain_rates = [0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0]
# With optax.sgd, `fit` would be compiled again for each rate. jd.sgd hands
# the rate to the compiled program as an argument.
plain = sweep(jd.sgd, plain_rates)

# %% [markdown]
# Where will the best rate be, and what will the curve look like on both sides of it? (The line is
# the mean of the three runs, and the shaded band reaches from the lowest to the highest. On the
# horizontal axis, equal distances are equal factors.)


# %% tags=["hide-input"] alt="Accuracy over the learning rate, on a logarithmic axis from 0.3 to 300. The curve rises steeply at first, has a broad top around 10, and falls again at the right, where the shaded spread becomes wide."
def show_sweep(ax, rates, accuracies, label):
    ax.plot(rates, accuracies.mean(axis=1), "o-", label=label)
    low, high = accuracies.min(axis=1), accuracies.max(axis=1)
    ax.fill_between(rates, low, high, alpha=0.25)


figure, ax = plt.subplots(figsize=(5, 3), layout="constrained")
show_sweep(ax, plain_rates, plain, "plain SGD")
ax.set(xlabel="learning rate", ylabel="held-out accuracy", xscale="log")

# %% [markdown]
# On the left, the steps are so short that ten epochs are not enough. On the right, they are so long
# that the model jumps around, and the three runs differ widely. Between the two is a broad top
# around 10. After ten epochs, the best rate makes about a fifth fewer mistakes than our first
# choice of 1.

# %% tags=["claim"]
if digits.name == "mnist":
    means = plain.mean(axis=1)
    assert 3.0 <= plain_rates[means.argmax()] <= 30.0
    assert means[1] + 0.001 < means.max() and means[0] + 0.003 < means[1]
    assert means[-1] + 0.001 < means.max()
    assert 0.7 < (1 - means.max()) / (1 - means[1]) < 0.87
    assert np.ptp(plain[-1]) > 3 * np.ptp(plain[3])

# %% [markdown]
# For a new model, try rates that grow by a factor of three or ten, until the result on held-out
# digits gets clearly worse. Then take one from the broad top, toward its left end, away from the
# rates at which training fails. Do not expect it to be near 10 again: the sigmoid in this loss
# keeps the slopes small, so large rates work. With SGD, rates from 0.01 to 1 are usual for
# networks. <!-- typed: what practitioners use --> You can watch [a rate that is too
# large](../train.py?rate=0.5&race&b.rate=20) beside a good one, on all ten digits.
#
# ??? note "A quicker way: the learning-rate finder"
#     Leslie Smith proposed _one_ short run instead. In today's form, the [learning-rate
#     finder](22_jargon.md#learning-rate-finder) (`lr_find` in fastai) begins with a tiny rate and
#     multiplies it by a constant factor after each batch. The loss stays flat, then falls, and
#     finally shoots up. Choose a rate where it falls. A sweep costs more and is easier to trust.
#
# ## A narrow valley
#
# Our twenty epochs were hundreds of steps, and plain SGD often needs far more. Why? In lesson 5,
# with the right rate, one step was enough for a parabola. But that was one weight. Here are two,
# called $x$ and $y$ as on a map. The loss is far steeper in one direction than in the other, as if
# one weight belonged to a pixel that often has ink, and the other to one that hardly ever has.
#
# $$ f(x, y) = \tfrac{1}{2} (x^2 + 20 y^2) \qquad \text{gradient: } (x,\ 20 y) $$
#
# This is a long, narrow valley along $x$, with steep walls on both sides. By the algebra of [lesson
# 5](05_gradients.py#why-05-and-1), a step with the rate $r$ multiplies $y$ by $1 - 20 r$, and $x$
# by $1 - r$. With a rate above 0.1, the first factor is below -1, and the walk diverges across the
# valley. But even at 0.1, the other factor is close to 1: each step covers only a tenth of the
# rest of the way along the valley.
# **One rate has to serve both directions.** <!-- typed: 2 / 20, by lesson 5 -->
#
# *[Momentum](22_jargon.md#momentum)* helps. Think of a heavy ball. It has a velocity, which each
# slope changes but does not replace. The share of the old velocity that the ball keeps, a number
# between 0 and 1, is also called the momentum. ($\leftarrow$ means _becomes_. The velocity collects
# gradients, which point uphill, so the position moves against it.)
#
# $$
# \begin{aligned}
# \text{velocity} &\leftarrow \text{momentum} \times \text{velocity} + \text{gradient} \\
# \text{position} &\leftarrow \text{position} - \text{learning rate} \times \text{velocity}
# \end{aligned}
# $$
#
# Take a momentum of 0.5. If every gradient is 1, the velocity becomes 1, 1.5, 1.75, and grows
# toward 2. If the gradients are 1, -1, 1, -1, it becomes 1, -0.5, 0.75, -0.625. So along the
# valley, where all gradients point the same way, they add up. Across it, where they change sides,
# they partly cancel. <!-- typed: by the formula above -->
#
# The optimizer has to remember the velocity from step to step, so the velocity is its state. Here
# are thirty steps from the same place: without momentum at the rates 0.02 and 0.09, and with
# momentum 0.5 at the rate 0.1. <!-- typed: as in the folded cell --> Where will each walk end? (A
# cross marks the lowest point, and the titles say how far from it the walks end.)


# %%
def roll(learning_rate, momentum, steps=30):
    position, velocity = np.array([-9.0, 1.5]), np.zeros(2)
    path = [position]
    for _ in range(steps):
        gradient = np.array([1.0, 20.0]) * position
        velocity = momentum * velocity + gradient
        position = position - learning_rate * velocity
        path.append(position)
    return np.array(path)


# %% tags=["hide-input"] alt="Three maps of the same long, narrow valley with its contour lines, each with a path from the left. Without momentum at rate 0.02, the path drops into the valley and creeps along it, and is not yet there. At rate 0.09 it zigzags across the valley and comes close. With momentum 0.5 and rate 0.1, it zigzags briefly and then runs along the valley to the lowest point."
figure = plt.figure(figsize=(6.4, 4.6), layout="constrained")
across, along = np.meshgrid(np.linspace(-2, 2, 81), np.linspace(-10, 4, 141))
height = (along**2 + 20 * across**2) / 2
settings = [(0.02, 0.0), (0.09, 0.0), (0.1, 0.5)]
axes = figure.subplots(3, 1, sharex=True)
for ax, (rate, momentum) in zip(axes, settings, strict=True):
    path = roll(rate, momentum)
    ax.contour(along, across, height, levels=[1, 4, 12, 28, 50], colors="gray")
    ax.plot(path[:, 0], path[:, 1], "o-", markersize=3, linewidth=1)
    ax.plot(0, 0, "+", color="gray", markersize=10)
    away = np.sqrt((path[-1] ** 2).sum())
    title = f"learning rate {rate}, momentum {momentum}: {away:.4f} away"
    ax.set(title=title)

# %% [markdown]
# With the small rate, the walk creeps. With the large one, it zigzags, and still needs all its
# steps to come near. With momentum, the zigzag dies out even at a rate of 0.1, at which plain SGD
# would bounce from wall to wall forever, and the walk ends hundreds of times closer to the lowest
# point.
#
# ### Try it
#
# Leave the momentum at 0 and find the rate that gets closest. Then add momentum. What happens with
# a lot of it?
#
# <div class="interactive momentum"><noscript>This picture needs JavaScript. Without it, call <code>roll</code> in your copy of this lesson.</noscript></div>
#
# Without momentum, no rate gets closer than about half a unit. With momentum near 0.5, the walk
# practically arrives. With 0.9, the ball is so heavy that it rolls past the lowest point, turns
# around, and swings back and forth.
#
# Momentum also makes the steps longer. With momentum 0.9 and a gradient that stays at 1, the
# velocity grows toward 10, where it stays, because $0.9 \cdot 10 + 1$ is 10 again. So in a steady
# direction, momentum 0.9 at rate 1 steps as far as plain SGD at rate **10**. If you compare the two
# at the same rate, you compare short steps with long ones.

# %% tags=["claim"]
rates = np.arange(0.005, 0.2, 0.005)
ends = np.array([np.hypot(*roll(rate, 0.0)[-1]) for rate in rates])
assert 0.4 < ends.min() < 0.6
ends = np.array([np.hypot(*roll(rate, 0.5)[-1]) for rate in rates])
assert ends.min() < 0.001
turns = roll(0.1, 0.9)[:, 0]
assert turns.max() > 2 and turns[-1] < turns.max()
assert np.hypot(*roll(0.09, 0.0)[-1]) > 500 * np.hypot(*roll(0.1, 0.5)[-1])
velocity = 0.0
for _ in range(60):
    velocity = 0.9 * velocity + 1
assert abs(velocity - 10) < 0.02

# %% [markdown]
# ## A schedule
#
# The gradient of a batch is only roughly right, so at a constant rate, the weights keep jumping
# around and never settle. A *[schedule](22_jargon.md#schedule)* changes the rate while training
# goes on: long steps at first, to get far, and short ones at the end. It is a function from the
# number of the step to the rate, and `optax.sgd` accepts it in place of a number. (Its state then
# counts the steps.) A common schedule follows half a wave of the cosine, from the highest rate down
# to 0. What share of the highest rate will be left after half of the steps?

# %% alt="The learning rate over the steps of ten epochs: it begins at 1, falls slowly, then faster, and reaches 0 as gently as it began."
steps = 10 * (len(x_train) // batch_size)  # in ten epochs


def cosine(learning_rate):
    schedule = optax.cosine_decay_schedule(learning_rate, decay_steps=steps)
    return optax.sgd(schedule)


figure, ax = plt.subplots(figsize=(4.5, 2.2), layout="constrained")
ax.plot(optax.cosine_decay_schedule(1.0, decay_steps=steps)(np.arange(steps)))
ax.set(xlabel="step", ylabel="learning rate")

# %% [markdown]
# One half is left, and there the rate falls fastest.
#
# ## Adam
#
# The valley was difficult because one rate had to serve all directions. So why not give each
# parameter a rate of its own? *[Adam](22_jargon.md#adam)* does that, and with its close relatives
# it is the most used optimizer today.
#
# Adam remembers two running averages for each parameter. A [running
# average](22_jargon.md#running-average) keeps most of its old value at each step, say nine tenths,
# and adds one tenth of the newest number. The first averages the gradient, which is a kind of
# momentum. The second averages the gradient's _square_, so its root says how large this
# parameter's gradients have been lately. Adam divides the first by this root, and steps downhill
# by the learning rate times the result. How far will its first step move three parameters whose
# gradients have very different sizes?

# %%
uneven = jnp.array([1000.0, -0.5, 0.001])
params = jnp.zeros(3)
adam = optax.adam(0.1)
update, state = adam.update(uneven, adam.init(params), params)
print("first step", " ".join(f"{step:.4f}" for step in np.asarray(update)))

# %% [markdown]
# All three move by the learning rate, 0.1, although the first gradient is a million times larger
# than the third. The reason: in the first step Adam has seen a single gradient $g$, so its averages
# are $g$ and $g^2$ (corrected for their start at 0, as in exercise 4), and $g$ divided by the root
# of $g^2$ is 1 or -1. So large gradients get, in effect, a small rate, and small ones a large
# rate. In our valley, Adam's first step is as long along it as across it.
#
# ## A fair race
#
# Now plain SGD, momentum, the schedule and Adam learn from the same digits. Each tries a short list
# of learning rates, with three runs per rate, and its best mean counts. (Below, _from_ and _to_ are
# the lowest and the highest of the three.) Which will win, and by how
# much? Recall the yardstick of [lesson 4](04_metrics.py#is-it-a-three): on about 2,500 digits, one
# standard error of an accuracy of 99 % is about 0.2 %, or five digits. <!-- typed: arithmetic -->


# %%
def momentum(learning_rate):
    return optax.sgd(learning_rate, momentum=0.9)


momentum_rates = [0.1, 0.3, 1.0, 3.0, 10.0]
schedule_rates = [1.0, 3.0, 10.0, 30.0, 100.0]
adam_rates = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3]
race = {
    "plain": (plain_rates, plain),
    "momentum": (momentum_rates, sweep(momentum, momentum_rates)),
    "schedule": (schedule_rates, sweep(cosine, schedule_rates)),
    "Adam": (adam_rates, sweep(optax.adam, adam_rates)),
}

# %% tags=["hide-input"] alt="Accuracy over the learning rate for four optimizers. The curves have the same hill shape at different places: Adam's lies furthest to the left, then momentum's, then plain SGD and the schedule. Their tops are almost equally high, with Adam's a little above the others."
figure, ax = plt.subplots(figsize=(6, 3.4), layout="constrained")
places = {"plain": (0.89, 0.83), "momentum": (0.17, 0.5)}
places |= {"schedule": (0.66, 0.4), "Adam": (0.05, 0.92)}
best = {}
for name, (rates, accuracies) in race.items():
    show_sweep(ax, rates, accuracies, name)
    color = ax.lines[-1].get_color()
    ax.text(*places[name], name, color=color, transform=ax.transAxes)
    top = accuracies.mean(axis=1).argmax()
    low, high = accuracies[top].min(), accuracies[top].max()
    best[name] = accuracies[top].mean()
    print(f"{name:8} at its best rate, {rates[top]:5}:", end=" ")
    print(f"{best[name]:.4f}, from {low:.4f} to {high:.4f}")
ax.set(xlabel="learning rate", ylabel="held-out accuracy", xscale="log")

# %% [markdown]
# Adam wins. At the best rates, each of Adam's three runs beats all nine others, so luck with the
# start is hardly the reason. But the same held-out digits judged all runs, and Adam leads by only a
# handful of them, about one standard error. With other digits, another rule might win. The other
# three differ by less than one standard error, so neither momentum nor the schedule visibly helped
# here.
#
# Momentum's hill has the shape of plain SGD's, moved to the left by a factor of ten: here, momentum
# 0.9 is mostly a larger rate in disguise. In the valley, plain SGD could not take such long steps
# without diverging. With our digits it can, so momentum has little to add. Our first twenty epochs
# were slow because of the low rate of 1, and not because of a narrow valley.
#
# Which matters more, the rule or the rate? Here it is the rate. Adam at 0.001, the default of many
# programs, has the lowest mean of its whole list, because its steps are too short for ten epochs.
# This wrong rate costs several times as much accuracy as taking the worst of the four rules
# instead of the best, each at its best rate.

# %% tags=["claim"]
if digits.name == "mnist":
    three = [best["plain"], best["momentum"], best["schedule"]]
    assert max(three) - min(three) < 0.002
    assert 0 < best["Adam"] - max(three) < 0.004
    tops = [runs[runs.mean(axis=1).argmax()] for _, runs in race.values()]
    assert tops[-1].min() > np.max(tops[:-1])
    shifted = race["momentum"][1].mean(axis=1)[:4]  # 0.1 to 3
    assert np.abs(shifted - plain.mean(axis=1)[1:5]).max() < 0.004
    means = race["Adam"][1].mean(axis=1)
    assert adam_rates[means.argmin()] == 0.001
    assert best["Adam"] - means.min() > 3 * (
        max(best.values()) - min(best.values())
    )

# %% [markdown]
# So if you have time for only one thing, sweep the learning rate. For networks, Adam is a good
# first optimizer, because it adapts to unequal slopes. Its usual rates there are lower than its
# best here, from 0.0001 to 0.01. For larger networks, a schedule is worth adding, as in [lesson
# 17](17_resnet.py). <!-- typed: what practitioners use -->
#
# ## What you learned
#
# - You can write an optimizer as `init` and `update`, with its state passed in and returned.
# - You can train any model with `fit`, and read its history.
# - You can find a learning rate by a sweep on held-out digits, with several runs per rate.
# - You can say what momentum does in a narrow valley and to the length of the steps, what a schedule
#   changes, and how Adam gives each parameter its own rate.
# - You can compare optimizers fairly: each at its own best rate, with the spread.
#
# ## Exercises
#
# ### Exercise 1: read a sweep
#
# Write `best_rate(rates, accuracies)`. It gets a list of learning rates, and a table of accuracies
# with one row per rate and one column per run. It returns the rate with the best _mean_ accuracy.
# With rates `[0.1, 1.0]` and accuracies `[[0.7, 0.9], [0.85, 0.85]]`, it should return `1.0`.
#
# ??? tip "A hint"
#     `np.mean(accuracies, axis=1)` gives one mean per row. `argmax` gives a row number, not yet a
#     rate.


# %% tags=["check"]
def check_best_rate(best_rate):
    def expected(rates, accuracies):
        return rates[int(np.mean(accuracies, axis=1).argmax())]

    lucky = np.array([[0.5, 0.99, 0.5], [0.8, 0.8, 0.9], [0.7, 0.8, 0.7]])
    first = np.array([[0.9, 0.1], [0.6, 0.8], [0.7, 0.3], [0.2, 0.95]])
    random = np.random.default_rng(3).uniform(0.5, 1, (5, 4))
    inputs = [
        ([0.1, 1.0, 10.0], lucky),
        ([0.03, 0.3, 3.0, 30.0], first),
        ([5.0, 4.0, 3.0, 2.0, 1.0], random),
        ([0.5, 0.2], np.array([[0.1, 0.9, 0.9], [0.8, 0.7, 0.8]])),
        ([2.0, 1.0], np.array([[0.5, 0.9], [0.6, 0.65]])),
    ]
    slips = {
        "that is the number of the row; return the rate at this place.": (
            lambda rates, table: int(np.mean(table, axis=1).argmax())
        ),
        "that is the rate of the single best run; one lucky run is not enough.": (
            lambda rates, table: rates[int(np.max(table, axis=1).argmax())]
        ),
        "that is the best mean accuracy; which rate reached it?": (
            lambda rates, table: np.mean(table, axis=1).max()
        ),
        "that is the worst rate; look for the largest mean.": (
            lambda rates, table: rates[int(np.mean(table, axis=1).argmin())]
        ),
    }
    return jd.check_answer(best_rate, expected, inputs, slips=slips)


# %% tags=["answer"]
def best_rate(rates, accuracies):
    means = np.mean(accuracies, axis=1)
    return rates[int(means.argmax())]


print(check_best_rate(best_rate))

# %% [markdown]
# ### Exercise 2: warm up
#
# Many schedules begin with a *[warm-up](22_jargon.md#warm-up)*, so that long steps do not throw the
# random first weights far away. Write `warm_up(step, length, peak)`: the rate is 0 at step 0, rises
# in a straight line, reaches `peak` at step `length`, and stays there. For example,
# `warm_up(30, 100, 2.0)` should be 0.6.
#
# ??? tip "A hint"
#     Which share of the warm-up is over after `step` steps? That share should never exceed one.
#     `jnp.minimum(a, b)` is the smaller of two numbers. It works in a compiled program, where `if`
#     and `min` do not, because the number is not known yet.


# %% tags=["check"]
def check_warm_up(warm_up):
    def expected(step, length, peak):
        return peak * min(step / length, 1.0)

    inputs = [
        (0, 100, 2.0),
        (30, 100, 2.0),
        (7, 10, 0.5),
        (100, 100, 3.0),
        (1, 8, 4.0),
        (501, 50, 0.3),
    ]
    slips = {
        "after the warm-up it should stay at the peak.": (
            lambda step, length, peak: peak * step / length
        ),
        "that ends at 1; multiply by the peak.": (
            lambda step, length, peak: min(step / length, 1.0)
        ),
        "that falls; a warm-up rises.": (
            lambda step, length, peak: peak * max(1 - step / length, 0.0)
        ),
    }
    return jd.check_answer(warm_up, expected, inputs, slips=slips)


# %% tags=["answer"]
def warm_up(step, length, peak):
    return peak * jnp.minimum(step / length, 1.0)


print(check_warm_up(warm_up))

# %% [markdown]
# ### Exercise 3: momentum as two functions
#
# Write `momentum_sgd(learning_rate, decay)`, which returns a pair of functions `init(params)` and
# `update(grads, state, params)`, as in [the second form](#second-two-pure-functions). The state is
# the velocity, which is zero at first. With each update it becomes `decay * velocity + gradient`,
# where `decay` is what we called the momentum. The step to return is `-learning_rate` times the new
# velocity. It should work for any [pytree](22_jargon.md#pytree), such as a `jd.Linear`. With
# `decay` 0.5, rate 0.1 and a gradient that is always 2, the steps are -0.2, -0.3, -0.35 and so on.
# <!-- typed: an example value -->
#
# ??? tip "A hint"
#     `jax.tree.map(jnp.zeros_like, params)` makes zeros of the same shapes.
#     `jax.tree.map(lambda v, g: ..., velocity, grads)` combines two trees, array by array.


# %% tags=["check"]
def check_momentum_sgd(momentum_sgd):
    def steps_of(make, learning_rate, decay, gradients):
        init, update = make(learning_rate, decay)
        params = jd.Linear(w=jnp.ones((2, 3)), b=jnp.zeros(3))
        state, steps = init(params), []
        for g in gradients:
            grads = jd.Linear(
                w=g * jnp.arange(6.0).reshape(2, 3), b=g + params.b
            )
            step, state = update(grads, state, params)
            steps.extend([jnp.asarray(step.w), jnp.asarray(step.b)])
        return tuple(steps)

    def judged(make):
        return lambda rate, decay, gradients: steps_of(
            make, rate, decay, gradients
        )

    def scaled(factor):
        return lambda rate, decay: optax.chain(
            optax.trace(decay), optax.scale(-rate * factor(decay))
        )

    right = scaled(lambda decay: 1)
    slips = {
        "that goes uphill; mind the sign.": scaled(lambda decay: -1),
        "nothing is remembered; return the new velocity as the state.": (
            lambda rate, decay: optax.sgd(rate)
        ),
        "add the whole gradient to the velocity, not a part of it.": (
            scaled(lambda decay: 1 - decay)
        ),
        "step along the new velocity alone, not beyond it.": (
            lambda rate, decay: optax.sgd(rate, momentum=decay, nesterov=True)
        ),
    }
    inputs = [
        (0.1, 0.5, [2.0, 2.0, 2.0]),
        (0.3, 0.9, [1.0, -4.0, 0.5, 3.0]),
    ]
    slips = {hint: judged(slip) for hint, slip in slips.items()}
    return jd.check_answer(
        judged(momentum_sgd), judged(right), inputs, slips=slips
    )


# %% tags=["answer"]
def momentum_sgd(learning_rate, decay):
    def init(params):
        return jax.tree.map(jnp.zeros_like, params)

    def update(grads, velocity, params):
        velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, grads)
        steps = jax.tree.map(lambda v: -learning_rate * v, velocity)
        return steps, velocity

    return optax.GradientTransformation(init, update)


print(check_momentum_sgd(momentum_sgd))

# %% [markdown]
# ### Exercise 4: Adam by hand
#
# *To think about overnight.* Write `adam_steps(gradients, learning_rate)`. It gets a list of
# gradients, one array per step, and returns the list of steps that Adam takes. Adam begins with
# $m = 0$ and $s = 0$. At step $t = 1, 2, 3, \ldots$, with the gradient $g$:
#
# $$
# \begin{gathered}
# \begin{aligned}
# m &\leftarrow 0.9\, m + 0.1\, g & \hat m &= m / (1 - 0.9^t) \\
# s &\leftarrow 0.999\, s + 0.001\, g^2 & \hat s &= s / (1 - 0.999^t)
# \end{aligned} \\
# \text{step} = -\text{rate} \cdot \hat m / (\sqrt{\hat s} + 10^{-8})
# \end{gathered}
# $$
#
# The divisions by $1 - 0.9^t$ and $1 - 0.999^t$ make up for the start at 0, which makes both
# averages far too small at first. The corrected averages wear a hat, and the $10^{-8}$ only
# prevents a division by 0.
#
# ??? tip "A hint"
#     Write a loop with `enumerate(gradients, start=1)`, which counts the steps from 1. Check that
#     the first step is minus the rate times the sign of the gradient, as above.


# %% tags=["check"]
def check_adam_steps(adam_steps):
    def by(root=np.sqrt, correct=True, sign=-1, first=1):
        @np.errstate(all="ignore")
        def steps(gradients, learning_rate):
            m = s = np.zeros(np.shape(gradients[0]))
            taken = []
            for t, gradient in enumerate(gradients, start=first):
                m = 0.9 * m + 0.1 * np.asarray(gradient)
                s = 0.999 * s + 0.001 * np.asarray(gradient) ** 2
                part_m = 1 - 0.9**t if correct else 1
                part_s = 1 - 0.999**t if correct else 1
                size = root(s / part_s) + 1e-8
                taken.append(sign * learning_rate * m / part_m / size)
            return [step.tolist() for step in taken]

        return steps

    random = np.random.default_rng(5)
    inputs = [
        ([random.normal(size=3) * [1, 10, 0.1] for _ in range(4)], 0.1),
        ([random.normal(size=(2, 5)) for _ in range(3)], 0.02),
        ([np.array([2.0]), np.array([-3.0])], 1.0),
    ]
    slips = {
        "that goes uphill; mind the sign.": by(sign=1),
        "the averages start at 0, so divide by 1 - 0.9^t and 1 - 0.999^t.": (
            by(correct=False)
        ),
        "divide by the root of the second average.": by(root=lambda s: s),
        "count the steps from 1; from 0, the first step divides by 0.": (
            by(first=0)
        ),
    }
    return jd.check_answer(adam_steps, by(), inputs, slips=slips)


# %% tags=["answer"]
def adam_steps(gradients, learning_rate):
    mean, square, steps = 0.0, 0.0, []
    for t, gradient in enumerate(gradients, start=1):
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        corrected = mean / (1 - 0.9**t)
        size = np.sqrt(square / (1 - 0.999**t))
        steps.append(-learning_rate * corrected / (size + 1e-8))
    return steps


print(check_adam_steps(adam_steps))

# %% [markdown]
# **Next:** no optimizer can make the linear model more than a weighted sum of pixels. To get
# further you need [a nonlinearity](11_a_nonlinearity.py), which trains with the same `fit`.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964, on momentum.
# Smith, *Cyclical Learning Rates for Training Neural Networks*, 2017, on the finder. Loshchilov and
# Hutter, *SGDR*, 2017, on the cosine. Kingma and Ba, *Adam: A Method for Stochastic Optimization*,
# 2015. Goh, *Why Momentum Really Works*, Distill, 2017, for the valley.
