# %% [markdown]
# # 9. Putting it all together
#
# **How does a model that knows nothing become one that beats the baseline?** By predicting,
# measuring how wrong it was, and stepping a little in the direction that makes it less wrong;
# over and over. This lesson builds that loop whole, from random numbers to a trained model.
#
# *You need:* [lesson 5](05_gradients.py) for gradients and steps, and
# [lesson 8](08_a_loss_for_digits.py) for the model and its loss.
#
# ## What we have
#
# From lesson 8 we have images as rows of 784 pixels, targets as a column of 0 and 1, a linear
# model, and a loss that falls when the model is more often, or more certainly, right. All four
# wait in the package. [`to_examples`][jaxdigits.to_examples] makes rows and targets of digits.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt

import jaxdigits as jd

jd.enable_compilation_cache()
digits = jd.load("auto")
train, test = (
    jd.select(split, [3, 7]) for split in (digits.train, digits.test)
)
x, y = jd.to_examples(train, positive=3)
x_valid, y_valid = jd.to_examples(test, positive=3)
print(f"to learn from: x {x.shape}, y {y.shape}")
print(f"to check:      x {x_valid.shape}, y {y_valid.shape}")


# %%
def loss(params, x, y):
    return jd.mnist_loss(jd.linear(params, x), y)


def accuracy(params):
    return jd.binary_accuracy(jd.linear(params, x_valid), y_valid)


# %% [markdown]
# ## A start that knows nothing
#
# The weights begin as small random numbers, the bias as zero. In JAX randomness is never hidden:
# a *key* goes in, and the same key always gives the same numbers. Split a key when you need
# a second one, here for shuffling. What accuracy do you expect from random weights?

# %%
key_params, key_batches = jax.random.split(jax.random.key(0))
start = jd.init_linear(key_params, n_in=784, n_out=1, scale=0.3)
print(f"loss {loss(start, x, y):.4f}, accuracy {accuracy(start):.4f}")

# %% [markdown]
# About as good as tossing a coin, give or take: an accident may go either way.
#
# !!! question "Why small?"
#     Large weights make large sums, and far from 0 the sigmoid is nearly flat. There, a nudge
#     to a weight changes next to nothing, and the gradient has little to say.
#
# ## One step
#
# [`jax.value_and_grad`](https://docs.jax.dev/en/latest/_autosummary/jax.value_and_grad.html)
# turns the loss into a function that returns the loss and its gradient: for every weight, which
# way is uphill. We step the other way. How far is decided by the *learning rate*.
#
# `jax.jit` compiles the step the first time it is called. Nothing is remembered between calls:
# old parameters go in, new ones come out. There are no gradients to reset, for none were kept.

# %%
learning_rate = 1.0


@jax.jit
def step(params, x, y):
    value, grads = jax.value_and_grad(loss)(params, x, y)
    params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return params, value


moved, before = step(start, x, y)
print(f"loss before the step {before:.4f}, after it {loss(moved, x, y):.4f}")

# %% [markdown]
# [`jax.tree.map`](22_jargon.md#pytree) applies the rule to each array of the parameters, here the weights and the bias.
#
# ## Batches
#
# That step looked at all digits. The batches of lesson 8 give nearly the same direction for
# a fraction of the work, so in the same time you take many more steps. Stepping batch by batch
# is *[stochastic gradient descent](22_jargon.md#sgd)*, SGD; one pass over all batches is an *[epoch](22_jargon.md#epoch)*.

# %%
batch_size = min(256, len(x) // 4)  # smaller if the data set is small


def train_epoch(params, key):
    losses = []
    for batch in jd.epoch_batches(key, len(x), batch_size):
        params, value = step(params, x[batch], y[batch])
        losses.append(value)
    return params, jnp.stack(losses).mean()


# %% [markdown]
# ## Twenty epochs
#
# This is all of it: shuffle, predict, loss, gradient, step; after each epoch a look at the
# validation set. The baseline of lesson 4 is waiting. After how many epochs will it be beaten?

# %%
params, accuracies = start, []
for epoch in range(20):
    epoch_key = jax.random.fold_in(key_batches, epoch)
    params, mean_loss = train_epoch(params, epoch_key)
    accuracies.append(accuracy(params))
    if epoch % 5 in (0, 4):
        print(f"epoch {epoch + 1:2}  loss {mean_loss:.4f}", end="  ")
        print(f"accuracy {accuracies[-1]:.4f}")

# %% alt="Validation accuracy against the epoch: a steep rise in the first epochs that flattens out, and crosses the dashed line of the baseline."
means = jd.mean_images(jd.to_float(train.images), train.labels)
images = jd.to_float(test.images)
said_three = jd.is_closer(images, means[3], means[7], jd.l1_distance)
baseline = (said_three == (test.labels == 3)).mean()

figure, ax = plt.subplots(figsize=(5, 3))
ax.plot(range(1, 21), accuracies, label="linear model")
ax.axhline(baseline, linestyle="--", color="gray", label="baseline")
ax.set(xlabel="epoch", ylabel="accuracy", xticks=range(0, 21, 5))
ax.legend()
print(f"baseline {baseline:.4f}, after twenty epochs {accuracies[-1]:.4f}")

# %% [markdown]
# Random numbers, a loss, and a rule for stepping downhill: nobody told the model what a three
# looks like. (Both lines show the share of all digits; lesson 4 averaged over the two classes.)
#
# ## The same, compiled whole
#
# Our loop returns to Python after every batch. The package's [`fit`][jaxdigits.fit] runs all
# batches of an epoch inside one compiled call. [Lesson 10](10_an_optimizer.py) explains its parts; here we only
# make sure that it computes the same. Same key, same start, same result:


# %%
def fit(epochs):
    return jd.fit(
        jd.linear,
        start,
        jd.mnist_loss,
        jd.sgd(learning_rate),
        (x, y),
        epochs=epochs,
        batch_size=batch_size,
        key=key_batches,
        valid=(x_valid, y_valid),
        metric=jd.binary_accuracy,
    )


# %%
result = fit(epochs=20)
assert jnp.allclose(result.params.w, params.w, atol=1e-4)
assert jnp.allclose(result.history.metric, jnp.stack(accuracies))

# %% [markdown]
# `fit` also takes the images as they are stored, in bytes: it scales each batch to [0, 1] by
# itself. That needs a quarter of the memory, and on a large set it is faster, for most of the time
# goes into fetching pixels.

# %%
from_bytes = jd.fit(
    *(jd.linear, start, jd.mnist_loss, jd.sgd(learning_rate)),
    (jd.flatten(train.images), y),
    epochs=20,
    batch_size=batch_size,
    key=key_batches,
)
assert jnp.allclose(from_bytes.params.w, params.w, atol=1e-4)
print(f"bytes {train.images.nbytes:,}, floats {x.nbytes:,}")

# %% [markdown]
# !!! tip "Compile once, run often"
#     `fit` compiles a program at its first call and uses it again at the next. The program can
#     outlive this process, too: [`enable_compilation_cache`][jaxdigits.enable_compilation_cache],
#     called at the top of this lesson, keeps it on disk, so that running the lesson a second time
#     compiles nothing.

# %% [markdown]
# ## Patience
#
# Twenty epochs were a number out of the air. Was the model done?

# %% alt="Validation accuracy over several hundred epochs. It climbs slowly and then wavers, by a few digits, around its final level."
result = fit(epochs=300)
figure, ax = plt.subplots(figsize=(5, 3))
ax.plot(range(1, 301), result.history.metric)
ax.set(xlabel="epoch", ylabel="accuracy", ylim=(result.history.metric[9], None))
print(f"after 300 epochs {result.history.metric[-1]:.4f}")
print(f"highest on the way {result.history.metric.max():.4f}")

# %% [markdown]
# Long after the curve seems flat there is something left to learn. In the end it wavers: single
# digits change sides from epoch to epoch. Which of the two figures would you report? The highest
# was chosen by looking at the validation set, and flatters. The last one was not.
#
# ## What it learned
#
# There is a weight for each pixel, so the weights are themselves a picture. Red speaks for a
# three, blue for a seven. Beside them stands the difference that training made.

# %% alt="Three pictures of weights. Before training, noise. After it, noise in which a shape can be guessed. The difference is clear: red at the middle bar and at the lower ends of a three, blue where only a seven has ink, and nothing at the border."
trained = result.params.w
weights = jnp.stack([start.w, trained, trained - start.w])
figure = jd.plots.show_images(
    weights.reshape(3, 28, 28),
    titles=["before training", "after training", "what it added"],
    figure=plt.figure(figsize=(6.6, 2.5), layout="constrained"),
)

# %% [markdown]
# Some of the noise is left, for training changes a weight only as far as the loss asks for it.
# At the border it changed nothing at all. No digit has ink there, and a pixel that is always
# 0 never influences the loss. So its gradient is 0, and its weight stays what chance made it.
#
# ## What you learned
#
# - [Seven steps](06_roller_coaster.py): initialize, predict, measure the loss, find its gradient, step, repeat, stop.
# - The loss is for the gradient, the metric is for you.
# - Batches make many cheap steps out of one expensive step; shuffling keeps them mixed.
# - Keys make randomness repeatable; `jax.jit` makes it fast.
#
# ## Exercises
#
# ### Exercise 1: one step by hand
#
# Write `descend(f, start, learning_rate, steps)`, which walks a number downhill on `f` and returns
# where it ends.


# %% tags=["check"]
def check_descend(descend):
    end = descend(lambda x: (x - 3) ** 2, 0.0, 0.1, 100)
    if not jnp.isfinite(end) or abs(end) > 1e3:
        return "Not yet: that went uphill; which way does the gradient point?"
    if jnp.isclose(descend(lambda x: x**2, 1.0, 0.25, 1), 0.75):
        return "Not yet: the step is the learning rate times the gradient."
    if not jnp.isclose(descend(lambda x: x**2, 1.0, 0.25, 1), 0.5):
        return "Not yet: one step from 1 on x squared should end at one half."
    return (
        "right"
        if jnp.isclose(end, 3, atol=1e-3)
        else "Not yet: take all the steps."
    )


# %% tags=["answer"]
def descend(f, start, learning_rate, steps):
    for _ in range(steps):
        start = start - learning_rate * jax.grad(f)(start)
    return start


print(check_descend(descend))

# %% [markdown]
# ### Exercise 2: what would a blank page be?
#
# Write `logit_of_blank(params)`: what a linear model puts out for an image without ink, as a
# float. Which of its parameters do you need?


# %% tags=["check"]
def check_logit_of_blank(logit_of_blank):
    tested = jd.Linear(w=jnp.ones((784, 1)), b=jnp.array([-1.5]))
    answer = logit_of_blank(tested)
    if answer == 784 - 1.5:
        return "Not yet: that is an image full of ink."
    if not isinstance(answer, float):
        return "Not yet: turn the result into a float."
    return "right" if answer == -1.5 else "Not yet: what is 0 times any weight?"


# %% tags=["answer"]
def logit_of_blank(params):
    return float(params.b[0])


print(check_logit_of_blank(logit_of_blank))
print(f"ours says {logit_of_blank(result.params):.2f}")

# %% [markdown]
# ### Exercise 3: learning rates
#
# Write `final_loss(learning_rate)`: the loss of the last epoch when our model trains for five
# epochs from `start`. Then try 0.01, 1 and 100. Is larger better?


# %% tags=["check"]
def check_final_loss(final_loss):
    small, usual = final_loss(0.01), final_loss(1.0)
    if jnp.ndim(usual) != 0:
        return "Not yet: return one number, the last of history.loss."
    if small == usual:
        return "Not yet: does the learning rate reach the optimizer?"
    return (
        "right"
        if usual < small
        else "Not yet: 1 should do better than 0.01 here."
    )


# %% tags=["answer"]
def final_loss(learning_rate):
    optimizer = jd.sgd(learning_rate)
    train, key = (x, y), key_batches
    result = jd.fit(
        jd.linear, start, jd.mnist_loss, optimizer, train, epochs=5, key=key
    )
    return result.history.loss[-1]


print(check_final_loss(final_loss))
for rate in 0.01, 1.0, 100.0:
    print(f"learning rate {rate:6}: loss {final_loss(rate):.4f}")

# %% [markdown]
# **Next:** [An optimizer](10_an_optimizer.py) gives the step a name of its own, so that you can
# exchange it.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# Robbins and Monro, *A Stochastic Approximation Method*, Annals of Mathematical Statistics, 1951.
