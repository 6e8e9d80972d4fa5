# %% [markdown]
# # 15. A small neural network
#
# **What does it take to get past the limit of a linear model?** Another model, and nothing else:
# the loop, the loss, the optimizer and the learning rate stay as they are. You put one hidden
# layer between pixels and digits and then turn a single knob, the number of epochs.
#
# *You need:* [lesson 11](11_a_nonlinearity.py) and [lesson 14](14_ten_linear_models.py).
#
# ## The model
#
# Lesson 11 told two digits apart with a hidden layer and a ReLU. Here are ten digits, and between
# the layers stands the function that already squeezed our outputs: the sigmoid. It was the usual
# nonlinearity long before the ReLU was.

# %%
import functools
import itertools

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

jd.enable_compilation_cache()
digits = jd.load("auto")
x, y = train = jd.to_examples(digits.train)
x_valid, y_valid = valid = jd.to_examples(digits.test)

# %% [markdown]
# From 784 pixels to 64 hidden numbers to 10 logits:


# %%
def by_hand(params, x):
    first, second = params
    hidden = jax.nn.sigmoid(x @ first.w + first.b)
    return hidden @ second.w + second.b


key_params, key_batches = jax.random.split(jax.random.key(0))
start = jd.init_mlp(key_params, (784, 64, 10))

# %% [markdown]
# The package's [`mlp`][jaxdigits.mlp] takes the nonlinearity as an argument, and uses a ReLU if
# none is given. `functools.partial` fixes an argument and returns a function of the others: a
# model `network(params, x)`, as [`fit`][jaxdigits.fit] wants it.

# %%
network = functools.partial(jd.mlp, activation=jax.nn.sigmoid)
assert jnp.allclose(network(start, x_valid), by_hand(start, x_valid), atol=1e-4)

# %% [markdown]
# !!! tip "Make the model once"
#     `fit` compiles a program for each model that it is given. Two calls of `functools.partial`
#     make two different models, though they compute the same, and the second would be compiled
#     anew. So make it once, outside of any loop, and give it a name.
#
# How many numbers are there to learn? Guess first: the linear model has ten columns of weights,
# the [network](22_jargon.md#neural-network) 64, and then a few more.


# %%
def count(params):
    return sum(leaf.size for leaf in jax.tree.leaves(params))


linear_start = jd.init_linear(key_params, n_in=784, n_out=10, scale=0.3)
print(f"linear model {count(linear_start):6,} parameters")
print(f"network      {count(start):6,} parameters")

# %% [markdown]
# ??? question "Why not start at zero?"
#     With zero weights, all 64 hidden numbers are equal, and so are their gradients. After every
#     step they are still equal, and the network behaves as if it had one of them. Random numbers
#     make them different. A linear model has no such twins: its columns have different targets.
#
# ## Same loop, other model
#
# Cross-entropy, learning rate 1, batches as before. The function takes a model and its
# parameters; everything else is the same for both.


# %%
def train_model(model, params, epochs=30):
    loss, optimizer = jd.cross_entropy_loss, jd.sgd(1.0)
    return jd.fit(
        *(model, params, loss, optimizer, train),
        epochs=epochs,
        batch_size=min(256, len(x) // 40),  # smaller if the data set is
        key=key_batches,
        valid=valid,
        metric=jd.accuracy,
    )


linear_fit = train_model(jd.linear, linear_start)
network_fit = train_model(network, start)

# %% [markdown]
# ## One knob
#
# How many epochs does the network need? There is no need to train again for each number: the
# batches of an epoch depend on the key and on the number of the epoch only. So what `history`
# holds for epoch 5 is what a run of five epochs would have ended with. Which model do you expect
# to be ahead after the first epoch?

# %%
histories = linear_fit.history.metric, network_fit.history.metric
for epochs in 1, 5, 10, 20, 30:
    of_linear, of_network = (metric[epochs - 1] for metric in histories)
    print(f"{epochs:2} epochs: linear {of_linear:.4f}", end=", ")
    print(f"network {of_network:.4f}")

# %%
short = train_model(network, start, epochs=5)
assert jnp.allclose(short.history.metric, histories[1][:5], atol=2e-3)

# %% alt="Validation accuracy over thirty epochs for the linear model and the network. The linear model is soon at its level and stays there. The network goes on climbing."
figure, ax = plt.subplots(figsize=(5, 3))
named = zip(("linear model", "network"), histories, strict=True)
for name, metric in named:
    ax.plot(range(1, 31), metric, label=name)
lowest = min(metric[2:].min() for metric in histories)
ax.set(xlabel="epoch", ylabel="accuracy", ylim=(lowest - 0.02, 1))
ax.legend(loc="lower right")

# %% [markdown]
# The linear model has said what it can say after a few epochs, and then only wavers. The network
# still has something to learn, for as long as you let it. How far that
# takes it depends on how many digits it learns from: with the tens of thousands of MNIST it
# leaves the linear model far behind, with a few hundred of each digit only the two stay close.
#
# ## Learned, or learned by heart?
#
# More parameters can also be used to remember. Compare the digits that the models learned from with
# those they never saw. For which model do you expect the larger difference?

# %%
models = {
    "linear model": (jd.linear, linear_fit.params),
    "network": (network, network_fit.params),
}
for name, (model, params) in models.items():
    seen = jd.accuracy(model(params, x), y)
    new = jd.accuracy(model(params, x_valid), y_valid)
    print(f"{name:12}  seen {seen:.4f}  new {new:.4f}", end="  ")
    print(f"difference {seen - new:.4f}")

# %% [markdown]
# The difference is called the *generalization gap*. Only the column *new* says how good a model
# is. As long as it rises, further epochs are worth their time. When it stops while *seen* goes on,
# the network is learning by heart.
#
# ## What it still gets wrong
#
# First: what did the hidden layer repair? Sort the new digits by which model got them right.

# %%
labels = np.asarray(y_valid)
logits = np.asarray(jd.linear(linear_fit.params, x_valid))
by_linear = logits.argmax(axis=1) == labels
logits = np.asarray(network(network_fit.params, x_valid))
predicted = logits.argmax(axis=1)
by_network = predicted == labels

print(f"right by both        {(by_linear & by_network).sum():6,}")
print(f"only by the network  {(~by_linear & by_network).sum():6,}")
print(f"only by the linear   {(by_linear & ~by_network).sum():6,}")
print(f"wrong by both        {(~by_linear & ~by_network).sum():6,}")

# %% [markdown]
# Even the better of two models is not better on every image. And which digits are still confused?

# %% alt="The confusion matrix of the network. Nearly all images are on the diagonal, and the mistakes are spread thinly beside it."
matrix = jd.confusion_matrix(predicted, y_valid)
ax = jd.plots.plot_confusion(matrix)

# %% [markdown]
# Last, the mistakes themselves: those for which the network had the least belief in the true
# digit.

# %% alt="The sixteen digits with the least belief in the truth, each titled with the true digit and what the network said. Several are hard to read for a person, too."
log_belief = np.asarray(jax.nn.log_softmax(logits))
in_truth = log_belief[np.arange(len(labels)), labels]
worst = np.argsort(in_truth)[:16]
titles = [f"{labels[i]}, not {predicted[i]}" for i in worst]
images = np.asarray(x_valid)[worst].reshape(-1, 28, 28)
figure = jd.plots.show_images(images, titles=titles)

# %% [markdown]
# Compare them with the worst mistakes of [lesson 13](13_ten_averages.py#the-worst-mistakes). Those
# were plain digits in an unusual pose. Among these are some that would make you hesitate as well,
# and some that should not be a problem at all. The network still sees 784 separate
# numbers: it does not know that two pixels are neighbors.
#
# ## What you learned
#
# - A better model needs no other loop: exchange one argument of `fit`.
# - Where a linear model is at its limit, a hidden layer leaves room to learn, and time to use it.
# - Hidden layers must start at random; equal units stay equal.
# - Watch new digits, not seen ones, to know when to stop.
#
# ## Exercises
#
# ### Exercise 1: how many parameters?
#
# Write `count_parameters(sizes)`: the number of weights and biases of a network with layers of
# these sizes, such as `(784, 64, 10)`. Do it with plain integers, without making a network.


# %% tags=["check"]
def check_count_parameters(count_parameters):
    result = count_parameters((3, 4, 2))
    if result == 20:
        return "Not yet: those are the weights; each output has a bias, too."
    if result == 29:
        return "Not yet: the inputs have no bias."
    if result != 26:
        return "Not yet: from 3 to 4 numbers it takes 12 weights, 4 biases."
    if count_parameters((784, 30, 20, 10)) != 24380:
        return "Not yet: there may be more than one hidden layer."
    return "right"


# %% tags=["answer"]
def count_parameters(sizes):
    pairs = itertools.pairwise(sizes)
    return sum(n_in * n_out + n_out for n_in, n_out in pairs)


print(check_count_parameters(count_parameters))
assert count_parameters((784, 64, 10)) == count(start)

# %% [markdown]
# ### Exercise 2: how long until it is good enough?
#
# Write `epochs_needed(metric, goal)`: how many epochs it took until the metric first was at
# least `goal`; `None` if it never was.


# %% tags=["check"]
def check_epochs_needed(epochs_needed):
    metric = jnp.array([0.5, 0.75, 0.625, 0.875])
    result = epochs_needed(metric, 0.7)
    if result == 1:
        return "Not yet: epochs are counted from 1, places from 0."
    if result == 4:
        return "Not yet: the first time, though it fell back later."
    if result != 2:
        return "Not yet: here the second epoch is the first above 0.7."
    if epochs_needed(metric, 0.875) != 4:
        return "Not yet: reaching the goal exactly is enough."
    if epochs_needed(metric, 0.9) is not None:
        return "Not yet: if the goal is never reached, return None."
    return "right"


# %% tags=["answer"]
def epochs_needed(metric, goal):
    for epoch, value in enumerate(metric, start=1):
        if value >= goal:
            return epoch
    return None


print(check_epochs_needed(epochs_needed))
goal = linear_fit.history.metric.max()
print("epochs to reach the best of the linear model:", end=" ")
print(epochs_needed(network_fit.history.metric, goal))

# %% [markdown]
# ### Exercise 3: a relative
#
# The hyperbolic tangent, `jnp.tanh`, has the same shape as the sigmoid, but runs from -1 to 1 and
# is steeper. Write `sigmoid_from_tanh(x)`, the sigmoid made of `jnp.tanh`, a shift and two
# scalings. Plot both first.


# %% tags=["check"]
def check_sigmoid_from_tanh(sigmoid_from_tanh):
    x = jnp.array([-2.0, 0.0, 1.0])
    result = sigmoid_from_tanh(x)
    if (result < 0).any():
        return "Not yet: a sigmoid is never negative; shift it up."
    if (result > 1).any():
        return "Not yet: a sigmoid stays below 1; make it half as high."
    if jnp.allclose(result, jax.nn.sigmoid(2 * x), atol=1e-5):
        return "Not yet: the height is right, but it is twice as steep."
    if jnp.allclose(result, jax.nn.sigmoid(x), atol=1e-5):
        return "right"
    return "Not yet: at 0 it is one half, and its slope is one quarter."


# %% tags=["answer"] alt="The sigmoid and the hyperbolic tangent: the same S, one from 0 to 1, the other steeper and from -1 to 1."
def sigmoid_from_tanh(x):
    return (1 + jnp.tanh(x / 2)) / 2


print(check_sigmoid_from_tanh(sigmoid_from_tanh))
ax = jd.plots.plot_function(sigmoid_from_tanh, -5, 5, label="sigmoid")
ax = jd.plots.plot_function(jnp.tanh, -5, 5, label="tanh", ax=ax)
ax.legend()

# %% [markdown]
# **Next:** [ResNet-18](17_resnet.py) goes deeper, with layers that know where things are in a
# picture. [Jargon](22_jargon.md) collects the terms that you have met, and
# [Questions](23_questions.py) asks what they mean.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# Goodfellow, Bengio and Courville, [Deep Learning](https://www.deeplearningbook.org), 2016, section
# 6.3, on hidden units.
