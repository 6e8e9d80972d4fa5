# %% [markdown]
# # 10. An optimizer
#
# **What changes if we want to step differently?** In lesson 9 the rule for stepping sat in the
# middle of the loop. Here you take it out three times: as an object, as a pair of [pure functions](22_jargon.md#pure-function),
# and from a library. All three walk exactly the same way. Then the loop around it becomes [`fit`](22_jargon.md#fit).
#
# *You need:* [lesson 9](09_putting_it_together.py).

# %%
from typing import NamedTuple

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import optax

import jaxdigits as jd

jd.enable_compilation_cache()
digits = jd.load("auto")
x, y = jd.to_examples(jd.select(digits.train, [3, 7]), positive=3)
x_valid, y_valid = jd.to_examples(jd.select(digits.test, [3, 7]), positive=3)

batch_size = min(256, len(x) // 4)
key_params, key_batches = jax.random.split(jax.random.key(0))
start = jd.init_linear(key_params, n_in=784, n_out=1, scale=0.3)

# %% [markdown]
# Data, model, start and batches are those of lesson 9. What the three ways to step share is the
# gradient of the loss on a batch, and the order of the batches:


# %%
@jax.jit
def gradient(params, batch):
    def loss(params):
        return jd.mnist_loss(jd.linear(params, x[batch]), y[batch])

    return jax.grad(loss)(params)


def batches(epochs):
    for epoch in range(epochs):
        yield from jd.epoch_batches(
            jax.random.fold_in(key_batches, epoch), len(x), batch_size
        )


# %% [markdown]
# ## First: an object
#
# Readers who come from PyTorch expect an [optimizer](22_jargon.md#optimizer) to be an object that holds the parameters and
# changes them. That can be written in JAX, too.


# %%
class SGD:
    def __init__(self, params, learning_rate):
        self.params, self.learning_rate = params, learning_rate

    def step(self, grads):
        self.params = jd.sgd_update(self.params, grads, self.learning_rate)


optimizer = SGD(start, learning_rate=1.0)
for batch in batches(epochs=5):
    optimizer.step(gradient(optimizer.params, batch))
by_object = optimizer.params

# %% [markdown]
# [`sgd_update`][jaxdigits.sgd_update] is the line from lesson 9, `p - learning_rate * g` for
# every array. The object works, but it has a flaw: what `step` does depends on what was called
# before. `jax.jit` cannot compile a method that changes its object, since a compiled function
# sees only its arguments and returns only its results.
#
# ## Second: two pure functions
#
# So put what the object remembers among the arguments and results. An optimizer becomes two
# functions:
#
# - `init(params)` returns the state that the optimizer starts with;
# - `update(grads, state, params)` returns what to *add* to the parameters, and the new state.
#
# That is the form that [Optax](https://optax.readthedocs.io) calls a *gradient transformation*.
# Plain SGD would not need a state. We let it count its steps, as the package's does, so that
# a learning rate may change over time.


# %%
class SGDState(NamedTuple):
    step: jax.Array


def sgd(learning_rate):
    def init(params):
        return SGDState(step=jnp.zeros([], int))

    def update(grads, state, params=None):
        updates = jax.tree.map(lambda g: -learning_rate * g, grads)
        return updates, SGDState(step=state.step + 1)

    return optax.GradientTransformation(init, update)


# %% [markdown]
# The loop no longer knows which optimizer it runs:


# %%
def train_with(optimizer, epochs):
    params, state = start, optimizer.init(start)
    for batch in batches(epochs):
        grads = gradient(params, batch)
        updates, state = optimizer.update(grads, state, params)
        params = optax.apply_updates(params, updates)
    return params


by_transformation = train_with(sgd(1.0), epochs=5)

# %% [markdown]
# ## Third: from the library
#
# `optax.sgd` is one of dozens of optimizers with this interface, and [`jd.sgd`][jaxdigits.sgd]
# is the one above, with [schedules](22_jargon.md#schedule). How closely do you expect them to agree after all those
# steps: to a few percent, or to the last digits?

# %%
by_package = train_with(jd.sgd(1.0), epochs=5)
by_optax = train_with(optax.sgd(1.0), epochs=5)

ways = {"a transformation": by_transformation, "jd.sgd": by_package}
for name, params in {**ways, "optax.sgd": by_optax}.items():
    difference = jnp.abs(params.w - by_object.w).max()
    print(f"the object and {name} differ by {difference:.1e} at most")
for params in by_transformation, by_package, by_optax:
    assert jnp.allclose(params.w, by_object.w, rtol=0, atol=1e-6)
    assert jnp.allclose(params.b, by_object.b, rtol=0, atol=1e-6)

# %% [markdown]
# It is the same arithmetic, so it ends at the same parameters.
#
# ## The loop becomes `fit`
#
# Model, loss, optimizer and data can now be exchanged one by one, so the loop need not be written
# again. [`fit`][jaxdigits.fit] takes them as arguments. It takes its batches as our loop did, but
# it hands the *whole run* to the compiler: `jax.lax.scan` is a `for` loop that can be compiled.


# %%
def fit(optimizer, epochs, **options):
    return jd.fit(
        jd.linear,
        start,
        jd.mnist_loss,
        optimizer,
        (x, y),
        epochs=epochs,
        batch_size=batch_size,
        key=key_batches,
        valid=(x_valid, y_valid),
        metric=jd.binary_accuracy,
        **options,
    )


# %%
result = fit(optax.sgd(1.0), epochs=5)
assert jnp.allclose(result.params.w, by_object.w, rtol=0, atol=1e-5)

# %% [markdown]
# (Readers of fastai know this role as a [learner](22_jargon.md#learner).) `fit` returns the trained parameters and a `history`. On request, it shows how far it is:

# %%
history = fit(optax.sgd(1.0), epochs=20, progress=True).history

# %% [markdown]
# The history as a table,

# %%
print("epoch   loss  accuracy")
for epoch in 0, 1, 4, 9, 19:
    loss, metric = history.loss[epoch], history.metric[epoch]
    print(f"{epoch + 1:5}  {loss:.4f}  {metric:.4f}")

# %% [markdown]
# and as a picture:

# %% alt="Two curves over twenty epochs: the training loss falls steeply and then slowly, while the accuracy rises as steeply and flattens."
figure = jd.plots.plot_history(history, metric="accuracy")

# %% [markdown]
# ## Exchange the optimizer
#
# Now try what used to mean a new loop. *[Momentum](22_jargon.md#momentum)* lets each step keep part of the last one, like a
# ball that rolls on. A *schedule* makes large steps first and small ones in the end. Which will
# be furthest after the same twenty epochs?

# %% alt="Validation accuracy over twenty epochs for plain SGD, SGD with momentum, and SGD with a decaying learning rate."
steps = 20 * (len(x) // batch_size)
optimizers = {
    "plain": optax.sgd(1.0),
    "momentum": optax.sgd(1.0, momentum=0.9),
    "schedule": jd.sgd(optax.cosine_decay_schedule(10.0, decay_steps=steps)),
}
figure, ax = plt.subplots(figsize=(5, 3))
for name, optimizer in optimizers.items():
    metric = fit(optimizer, epochs=20).history.metric
    ax.plot(range(1, 21), metric, label=name)
    print(f"{name:9} {metric[-1]:.4f}")
ax.set(xlabel="epoch", ylabel="accuracy", xticks=range(0, 21, 5))
ax.legend()

# %% [markdown]
# !!! note "No best optimizer"
#     One run with one key says little about which is better in general. It does say how easily you
#     can try.
#
# ## What you learned
#
# - An optimizer turns gradients into steps. As pure functions it has `init` and `update`, and its
#   state travels through the loop.
# - By object, by hand or by library, SGD is one line of arithmetic.
# - `fit` is the loop of lesson 9 with everything exchangeable, compiled whole.
#
# ## Exercises
#
# ### Exercise 1: momentum by hand
#
# Write `momentum(learning_rate, decay)` as an `optax.GradientTransformation`. Its state is the
# *velocity*, at first zero: with every step it becomes `decay * velocity + gradient`, and
# `-learning_rate` times the new velocity is the update.


# %% tags=["check"]
def check_momentum(momentum):
    params, grads = jnp.array([1.0]), jnp.array([2.0])
    ours, theirs = momentum(0.1, 0.5), optax.sgd(0.1, momentum=0.5)
    state, expected_state = ours.init(params), theirs.init(params)
    for step in range(3):
        update, state = ours.update(grads, state, params)
        expected, expected_state = theirs.update(grads, expected_state, params)
        if jnp.allclose(update, -expected):
            return "Not yet: that goes uphill."
        if not jnp.allclose(update, expected):
            return f"Not yet: step {step + 1} is off; is the new velocity kept?"
    return "right"


# %% tags=["answer"]
def momentum(learning_rate, decay):
    def init(params):
        return jax.tree.map(jnp.zeros_like, params)

    def update(grads, velocity, params=None):
        velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, grads)
        return jax.tree.map(lambda v: -learning_rate * v, velocity), velocity

    return optax.GradientTransformation(init, update)


print(check_momentum(momentum))

# %% [markdown]
# ### Exercise 2: warm up
#
# A schedule is a function from the number of steps taken to the learning rate. Write
# `warm_up(count)`: it rises in a straight line from 0 at step 0 to 1 at step 100, and stays
# there.


# %% tags=["check"]
def check_warm_up(warm_up):
    values = [float(warm_up(jnp.array(count))) for count in (0, 50, 100, 1000)]
    if values[3] > 1:
        return "Not yet: after step 100 it should stay at 1."
    if values[:3] != [0, 0.5, 1]:
        return f"Not yet: at steps 0, 50 and 100 it is {values[:3]}."
    try:
        jax.jit(warm_up)(jnp.array(3))
    except jax.errors.ConcretizationTypeError:
        return "Not yet: `if` and `min` cannot see a traced number; jnp can."
    return "right"


# %% tags=["answer"]
def warm_up(count):
    return jnp.minimum(count / 100, 1.0)


print(check_warm_up(warm_up))
warmed = fit(jd.sgd(warm_up), epochs=20).history.metric[-1]
print(f"{warmed:.4f} with it, after twenty epochs")

# %% [markdown]
# **Next:** the linear model is at its limit. What lies beyond it is
# [a nonlinearity](11_a_nonlinearity.py), and it trains with the same `fit`.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# The documentation of [Optax](https://optax.readthedocs.io). Polyak, *Some methods of speeding up
# the convergence of iteration methods*, 1964, on momentum.
