# %% [markdown]
# # 14. Ten linear models at once
#
# **One model says whether it sees a three. How do you get one that says which of ten digits it
# sees?** Train ten of them side by side, as one matrix. Then the question becomes what to ask of
# ten outputs at once; three answers, three losses, and one clear winner.
#
# *You need:* [lesson 8](08_a_loss_for_digits.py), [lesson 10](10_an_optimizer.py) and
# [lesson 13](13_ten_averages.py).
#
# ## One set of weights for each digit
#
# [`to_examples`][jaxdigits.to_examples] flattens the images; the labels now stay what they are,
# 0 to 9.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

jd.enable_compilation_cache()
digits = jd.load("auto")
x, y = train = jd.to_examples(digits.train)
x_valid, y_valid = valid = jd.to_examples(digits.test)

key_params, key_batches = jax.random.split(jax.random.key(0))
start = jd.init_linear(key_params, n_in=784, n_out=10, scale=0.3)
print(f"weights {start.w.shape}, biases {start.b.shape}")

# %% [markdown]
# Column 3 of the weights is a linear model for threes, as in lesson 9; column 4 is one for fours.
# Here are the ten models one after the other:

# %%
one_by_one = [x_valid @ start.w[:, d] + start.b[d] for d in range(10)]
by_loop = jnp.stack(one_by_one, axis=1)

# %% [markdown]
# That is ten products of a matrix and a column. One product of two matrices computes the same
# numbers:

# %%
at_once = x_valid @ start.w + start.b
print(f"by the loop {by_loop.shape}, at once {at_once.shape}")

assert jnp.allclose(at_once, by_loop, atol=1e-4)
assert jnp.allclose(at_once, jd.linear(start, x_valid), atol=1e-4)

# %% [markdown]
# [`linear`][jaxdigits.linear] never asked how many columns there are. Each image now gets ten
# numbers, its *logits*, and the prediction is the digit whose logit is the largest.
#
# ## Knowing nothing
#
# What accuracy do you expect of random weights? One model may be lucky. Draw twenty.


# %%
def random_accuracy(key):
    params = jd.init_linear(key, n_in=784, n_out=10, scale=0.3)
    return jd.accuracy(jd.linear(params, x_valid), y_valid)


keys = jax.random.split(jax.random.key(1), 20)
scores = np.array([random_accuracy(key) for key in keys])
print(f"twenty random models: {scores.mean():.4f} on average", end=", ")
print(f"from {scores.min():.4f} to {scores.max():.4f}")

# %% [markdown]
# One in ten, as lesson 13 found for a die. A single model strays further from that than a die
# would, since it gives similar images the same wrong answer.
#
# ??? question "Why is the scale of the weights 0.3?"
#     A logit is a sum of many random terms, so it grows with the scale of the weights. The sigmoid
#     $\sigma$ of a large logit is flat. The printed slope is what a gradient must pass
#     through; at best it is one quarter. At scale 1 most of it is lost before training begins. At
#     0.3, as in lesson 9, a model starts with opinions that it can still give up. Smaller would
#     do as well, and exercise 3 starts at zero.

# %%
unit = np.asarray(x_valid @ start.w) / 0.3
for scale in 0.1, 0.3, 1.0:
    p = np.asarray(jax.nn.sigmoid(scale * unit))
    print(f"scale {scale}: logits spread by {scale * unit.std():.1f}", end=", ")
    print(f"median slope of the sigmoid {np.median(p * (1 - p)):.4f}")

# %% [markdown]
# ## First loss: ten separate questions
#
# The simplest thing to ask: output 3 shall be 1 for threes and 0 for everything else, and likewise
# for all ten. As a row of numbers, the target is then 0 everywhere but at the place of the
# label. That is called *[one-hot](22_jargon.md#one-hot)*.

# %%
print(y[:3])
print(jax.nn.one_hot(y[:3], 10, dtype=int))

# %% [markdown]
# Squeeze each logit with a sigmoid, and take the mean of the squared differences.


# %%
@jax.jit
def sigmoid_loss(logits, labels):
    confidence = jax.nn.sigmoid(logits)
    return ((confidence - jax.nn.one_hot(labels, 10)) ** 2).mean()


ours = sigmoid_loss(at_once, y_valid)
assert jnp.isclose(ours, jd.sigmoid_mse_loss(at_once, y_valid), rtol=1e-4)

# %% [markdown]
# ## Second loss: one question
#
# But the ten questions are not separate. An image that is a four is not a nine. The *[softmax](22_jargon.md#softmax)*
# makes the outputs compete: raise $e$ to each logit, which makes all of them positive, and
# divide by their sum.
#
# $$
# p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}
# $$
#
# The results are positive and add up to 1. Read them as shares of belief. To be more certain of
# the four is to be less certain of all the others.

# %%
logits = jnp.array([3.0, 2.0, -1.0])
softmax = jnp.exp(logits) / jnp.exp(logits).sum()
print("sigmoid", jax.nn.sigmoid(logits), "sum", jax.nn.sigmoid(logits).sum())
print("softmax", softmax, "sum", softmax.sum())
assert jnp.allclose(softmax, jax.nn.softmax(logits))


# %%
@jax.jit
def softmax_loss(logits, labels):
    belief = jax.nn.softmax(logits)
    return ((belief - jax.nn.one_hot(labels, 10)) ** 2).mean()


ours = softmax_loss(at_once, y_valid)
assert jnp.isclose(ours, jd.softmax_mse_loss(at_once, y_valid), rtol=1e-4)

# %% [markdown]
# ## Third loss: the logarithm
#
# Keep the softmax, but look only at the belief $p$ in the *right* digit, and let the loss be
# $-\log p$. That is **[cross-entropy](22_jargon.md#cross-entropy)**. What speaks for the logarithm? Draw it beside the square.

# %% alt="Two curves of the loss against the belief in the right digit. The square rises from 0 at full belief to 1 at none. Minus the logarithm also starts from 0, and grows without bound as the belief goes to 0."
ax = jd.plots.plot_function(
    lambda p: -jnp.log(p), 0.005, 1, label="$-\\log p$", xlabel="p"
)
ax = jd.plots.plot_function(
    lambda p: (1 - p) ** 2,
    0.005,
    1,
    label="$(1 - p)^2$",
    xlabel="p",
    ylabel="loss",
    ax=ax,
)
ax.legend()

# %% [markdown]
# By the square, a belief of one in ten in the right digit and a belief of one in a million cost
# nearly the same. By the logarithm, each factor of ten costs the same amount more, without end.
#
# What counts for learning is the slope, as seen from a logit. Take an image of two possible classes
# and let the right logit lie above the other by a *gap*. At the left of the next plot the
# model is certain and wrong. How strongly should it be pulled?


# %%
def pull(loss):
    def of_gap(gap):
        return loss(jnp.array([[gap, 0.0]]), jnp.array([0]))

    return jax.jit(lambda gaps: -jax.vmap(jax.grad(of_gap))(gaps))


# %% alt="The pull on the right logit against the gap. For cross-entropy it is strongest where the model is certain and wrong, at the left. For the squared softmax it is a hump near zero and vanishes at both ends."
ax = jd.plots.plot_function(
    pull(jd.cross_entropy_loss), -8, 8, label="cross-entropy", xlabel="gap"
)
ax = jd.plots.plot_function(
    pull(jd.softmax_mse_loss),
    -8,
    8,
    label="softmax, squared",
    xlabel="gap",
    ylabel="pull",
    ax=ax,
)
ax.legend()

# %% [markdown]
# The square gives up on its worst mistakes: there the softmax is flat, and the gradient must pass
# through it. The logarithm is infinitely steep at 0 and makes up for that. For
# cross-entropy the pull is $1 - p$, the missing belief, and nothing else. The larger the mistake,
# the stronger the pull.
#
# ## Why not take the log of the softmax
#
# Written down as it was said, the loss is the logarithm of a softmax. Let a model be very
# certain and wrong: the right logit is 200 below another.


# %%
@jax.jit
def naive_cross_entropy(logits, labels):
    belief = jax.nn.softmax(logits)
    right = belief[jnp.arange(len(labels)), labels]
    return -jnp.log(right).mean()


small = at_once / 10
assert jnp.isclose(
    naive_cross_entropy(small, y_valid),
    jd.cross_entropy_loss(small, y_valid),
    rtol=1e-4,
)
for gap in 1.0, 10.0, 50.0, 200.0:
    logits, label = jnp.array([[0.0, gap]]), jnp.array([0])
    print(f"gap {gap:5}: naive", naive_cross_entropy(logits, label), end=", ")
    print("package", jd.cross_entropy_loss(logits, label))

# %% [markdown]
# At 200 the naive loss is infinite. The belief in the right digit is $e^{-200}$, a number
# with 86 zeros behind the point. The smallest number that float32 can hold has 44 of them. So
# the belief becomes 0, and its logarithm minus infinity. The gradient is worse:

# %%
logits, label = jnp.array([[0.0, 200.0]]), jnp.array([0])
print("naive  ", jax.grad(naive_cross_entropy)(logits, label))
print("package", jax.grad(jd.cross_entropy_loss)(logits, label))

# %% [markdown]
# One such image in a batch, and after the next step all weights are `nan`, *not a number*.
# Training is over.
#
# The cure is algebra. The logarithm of a quotient is a difference, and the logarithm of
# $e^{z}$ is $z$, so it need not be computed at all:
#
# $$
# \log p_i = z_i - \log \sum_j e^{z_j}
# = (z_i - m) - \log \sum_j e^{z_j - m}
# $$
#
# Here $m$ is the largest logit. Subtracting it changes nothing, and now the largest power is
# $e^0 = 1$: the sum cannot overflow, and is never 0. This is *log-softmax*. It computes with
# differences of logits, and never forms the tiny $p$.


# %%
@jax.jit
def cross_entropy(logits, labels):
    below_largest = logits - logits.max(axis=1, keepdims=True)
    log_sum = jnp.log(jnp.exp(below_largest).sum(axis=1, keepdims=True))
    log_p = below_largest - log_sum
    return -log_p[jnp.arange(len(labels)), labels].mean()


assert cross_entropy(logits, label) == 200
assert jd.cross_entropy_loss(logits, label) == 200
ours = cross_entropy(at_once, y_valid)
assert jnp.isclose(ours, jd.cross_entropy_loss(at_once, y_valid), rtol=1e-4)

# %% [markdown]
# [`cross_entropy_loss`][jaxdigits.cross_entropy_loss] does the same, with `jax.nn.log_softmax`.
#
# ## The race
#
# The same model, the same start, the same batches, the same learning rate of 1, forty epochs. Only
# the loss differs. Which one will be ahead after the first epoch,
# and which after the last?


# %%
def train_with(loss):
    return jd.fit(
        jd.linear,
        start,
        loss,
        jd.sgd(1.0),
        train,
        epochs=40,
        batch_size=min(256, len(x) // 40),  # smaller if the data set is
        key=key_batches,
        valid=valid,
        metric=jd.accuracy,
    )


# %%
losses = {
    "sigmoid, squared": jd.sigmoid_mse_loss,
    "softmax, squared": jd.softmax_mse_loss,
    "cross-entropy": jd.cross_entropy_loss,
}
fits = {name: train_with(loss) for name, loss in losses.items()}
for name, fitted in fits.items():
    metric = fitted.history.metric
    print(f"{name} after one epoch {metric[0]:.4f}", end=", ")
    print(f"after forty {metric[-1]:.4f}")

# %% alt="Validation accuracy over forty epochs for the three losses. Cross-entropy is near its final level almost at once. The squared softmax climbs slowly, and the squared sigmoid more slowly still."
figure, ax = plt.subplots(figsize=(5, 3))
for name, fitted in fits.items():
    ax.plot(range(1, 41), fitted.history.metric, label=name)
ax.set(xlabel="epoch", ylabel="accuracy", ylim=(None, 1))
ax.legend(loc="lower right")

# %% [markdown]
# It is the same model, capable of the same answers. What differs is how clearly it is told what is
# wrong with them.
#
# !!! note "A fair race?"
#     The losses are on different scales. The two squared ones take a mean over ten outputs, most of
#     which are nearly right, so a learning rate of 1 means smaller steps for them. They gain from
#     a larger one, and from a start nearer to zero. Cross-entropy needed neither.
#
# ## Certain about several digits
#
# The sigmoids do not know of each other. What becomes of that after training? Count the images for
# which more than one sigmoid says *yes*, that is more than one half, and those for which none
# does.

# %%
params = fits["sigmoid, squared"].params
confidence = jax.nn.sigmoid(jd.linear(params, x_valid))
yes = (confidence > 0.5).sum(axis=1)
print(f"several digits at once: {(yes > 1).mean():.1%} of the images")
print(f"no digit at all:        {(yes == 0).mean():.1%}")

# %% [markdown]
# The clearest case is the image whose second-largest sigmoid is the largest. Beside its sigmoids
# stands what the model trained by cross-entropy makes of it.

# %% alt="A digit, and two bar charts over the digits 0 to 9. The sigmoids have two high bars. The softmax bars share a total of one."
confidence = np.asarray(confidence)
second = np.sort(confidence, axis=1)[:, -2]
torn = int(second.argmax())
by_softmax = jd.linear(fits["cross-entropy"].params, x_valid[torn])
belief = np.asarray(jax.nn.softmax(by_softmax))
bars = {"sigmoid": confidence[torn], "softmax": belief}

figure, axes = plt.subplots(1, 3, figsize=(7, 2.2), layout="constrained")
jd.plots.show_image(x_valid[torn].reshape(28, 28), ax=axes[0])
for ax, (name, heights) in zip(axes[1:], bars.items(), strict=True):
    ax.bar(range(10), heights)
    ax.set(xlabel="digit", title=name, xticks=range(10), ylim=(0, 1.05))
print(f"a {y_valid[torn]}; two largest sigmoids", end=" ")
print(*(f"{p:.3f}" for p in np.sort(confidence[torn])[-2:]))

# %% [markdown]
# Nothing in the first loss forbids this. To take back one of two certain answers, it has to go
# through the flat part of the sigmoid. In a softmax, one belief can only grow at the expense of
# the others.
#
# ## Ten pictures
#
# Ten columns of weights are ten pictures. As in lesson 9, look at what training added to the
# noise of the start.

# %% alt="What training added to the weights of each digit, in red and blue, mixed and grainy. In places a meaning shows: the middle of the zero is blue. The border is white."
params = fits["cross-entropy"].params
learned = np.asarray(params.w - start.w).T.reshape(10, 28, 28)
figure = jd.plots.show_images(
    learned, titles=[str(d) for d in range(10)], columns=5
)

# %% [markdown]
# Compare these with the ten averages of lesson 13. An average shows where a digit has ink. Weights
# show where ink makes the *difference*: the middle of the zero is blue, because there it is the
# other digits that have ink.
#
# ## What you learned
#
# - Ten linear models are one matrix with ten columns.
# - Sigmoids answer ten separate questions; a softmax makes the answers share a total of 1.
# - Cross-entropy, $-\log p$ of the right class, pulls hardest where the model is most wrong.
# - Compute it by log-softmax. The logarithm of a softmax breaks down when $p$ underflows to 0.
#
# ## Exercises
#
# ### Exercise 1: the gradient of cross-entropy
#
# For one image, the gradient of cross-entropy with respect to its logits has a short formula:
# belief minus target. Write `cross_entropy_gradient(logits, label)` for logits of shape `(10,)`,
# without `jax.grad`.


# %% tags=["check"]
def check_cross_entropy_gradient(cross_entropy_gradient):
    logits, label = jnp.linspace(-1.0, 2.0, 10), 3

    def loss(logits):
        return jd.cross_entropy_loss(logits[None], jnp.array([label]))

    expected = jax.jit(jax.grad(loss))(logits)
    result = cross_entropy_gradient(logits, label)
    if jnp.shape(result) != (10,):
        return "Not yet: there is one entry for each logit."
    if jnp.allclose(result, -expected, atol=1e-5):
        return "Not yet: the sign; which way is uphill?"
    if jnp.allclose(result, jax.nn.softmax(logits), atol=1e-5):
        return "Not yet: that is the belief; now subtract the target."
    if jnp.allclose(result, expected, atol=1e-5):
        return "right"
    return "Not yet: the belief is a softmax, the target is one-hot."


# %% tags=["answer"]
def cross_entropy_gradient(logits, label):
    return jax.nn.softmax(logits) - jax.nn.one_hot(label, len(logits))


print(check_cross_entropy_gradient(cross_entropy_gradient))

# %% [markdown]
# ### Exercise 2: yes, without a sigmoid
#
# Write `count_yes(logits)` for logits of shape `(n, 10)`: for each image, the number of digits
# whose sigmoid is above one half. Do it without computing a sigmoid.


# %% tags=["check"]
def check_count_yes(count_yes):
    logits = jnp.array([[0.2, 3.0, -1.0], [-0.1, -2.0, -5.0]])
    result = count_yes(logits)
    if jnp.shape(result) == (3,):
        return "Not yet: one number for each image; which axis is theirs?"
    if jnp.shape(result) != (2,):
        return "Not yet: return one number for each image."
    if jnp.array_equal(result, jnp.array([1, 0])):
        return "Not yet: which logit has a sigmoid of one half?"
    if jnp.array_equal(result, jnp.array([2, 0])):
        return "right"
    return "Not yet: two for the first image here, none for the second."


# %% tags=["answer"]
def count_yes(logits):
    return (logits > 0).sum(axis=1)


print(check_count_yes(count_yes))
params = fits["sigmoid, squared"].params
assert (count_yes(jd.linear(params, x_valid)) == yes).all()

# %% [markdown]
# ### Exercise 3: a start at zero
#
# Must weights be random? Write `start_at_zero(n_in, n_out)`, a [`Linear`][jaxdigits.Linear] of
# zeros. The answer trains it with each loss for one epoch: compare with the race. (For a
# network with a hidden layer this would fail; lesson 15 says why.)


# %% tags=["check"]
def check_start_at_zero(start_at_zero):
    params = start_at_zero(784, 10)
    if not isinstance(params, jd.Linear):
        return "Not yet: return jd.Linear(w=..., b=...)."
    if jnp.shape(params.w) != (784, 10):
        return "Not yet: the weights have a row for each input."
    if jnp.shape(params.b) != (10,):
        return "Not yet: there is one bias for each output."
    zero = (params.w == 0).all() and (params.b == 0).all()
    return "right" if zero else "Not yet: all of them shall be zero."


# %% tags=["answer"]
def start_at_zero(n_in, n_out):
    return jd.Linear(w=jnp.zeros((n_in, n_out)), b=jnp.zeros(n_out))


print(check_start_at_zero(start_at_zero))
batch_size = min(256, len(x) // 40)
options = {"epochs": 1, "batch_size": batch_size, "key": key_batches}
for name, loss in losses.items():
    zeros = start_at_zero(784, 10)
    fitted = jd.fit(jd.linear, zeros, loss, jd.sgd(1.0), train, **options)
    logits = jd.linear(fitted.params, x_valid)
    print(f"{name:16} {jd.accuracy(logits, y_valid):.4f}")

# %% [markdown]
# **Next:** even with the best of the losses the curve is soon flat: a linear model has reached its
# limit. [A small network](15_a_small_network.py) goes beyond it.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapters 4
# and 5. Goodfellow, Bengio and Courville, [Deep Learning](https://www.deeplearningbook.org), 2016,
# section 6.2.2.3, on softmax units.
