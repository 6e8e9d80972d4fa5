# %% [markdown]
# # 11. A nonlinearity
#
# **What does it take to get beyond a straight line?** You stack two [linear layers](22_jargon.md#linear-layer) and find that
# nothing is gained. Then you bend what passes between them, with the shortest function there is,
# and have a [neural network](22_jargon.md#neural-network). It trains with the loop that you already own.
#
# *You need:* [lesson 9](09_putting_it_together.py) and [lesson 10](10_an_optimizer.py).
#
# ## More of the same
#
# The linear model has one weight for each pixel. More ink at a place always speaks for the same
# digit, whatever the rest of the image looks like. A richer model might first compute some sums of
# the pixels, each with weights of its own, and then a weighted sum of those sums. That is two
# linear layers, one behind the other. Here they are with small numbers:

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax

import jaxdigits as jd

jd.enable_compilation_cache()
x = jnp.array([[1.0, 2.0]])  # one example of two numbers
w1, b1 = jnp.array([[1.0, 0.0, 2.0], [1.0, -1.0, 0.0]]), jnp.array([0, 1, 0.0])
w2, b2 = jnp.array([[1.0], [2.0], [-1.0]]), jnp.array([3.0])

sums = x @ w1 + b1
print("three sums      ", sums)
print("a sum of the sums", sums @ w2 + b2)

# %% [markdown]
# Two numbers become three, three become one. Could a *single* linear [layer](22_jargon.md#layer), from two numbers to
# one, do the same for every `x`? Decide before you read on.
#
# Multiply it out. Matrix multiplication may be regrouped:
#
# $$
# (x W_1 + b_1)\, W_2 + b_2 = x \underbrace{W_1 W_2}_{W} + \underbrace{b_1 W_2 + b_2}_{b}
# $$

# %%
w, b = w1 @ w2, b1 @ w2 + b2
print("w", w.tolist(), "b", b.tolist())
print("in one step", x @ w + b)
assert jnp.array_equal(x @ w + b, sums @ w2 + b2)

# %% [markdown]
# The right-hand side is one linear layer. The same is true of two layers of any size, and so of
# three, or of a hundred. Let us make sure with real digits, and with 30 sums in the middle:

# %%
digits = jd.load("auto")
train, test = (
    jd.select(split, [3, 7]) for split in (digits.train, digits.test)
)
x, y = jd.to_examples(train, positive=3)
x_valid, y_valid = jd.to_examples(test, positive=3)

key_params, key_batches = jax.random.split(jax.random.key(0))
key_1, key_2 = jax.random.split(key_params)
first = jd.init_linear(key_1, n_in=784, n_out=30, scale=(2 / 784) ** 0.5)
second = jd.init_linear(key_2, n_in=30, n_out=1, scale=(2 / 30) ** 0.5)

two_steps = jd.linear(second, jd.linear(first, x))
one_step = x @ (first.w @ second.w) + (first.b @ second.w + second.b)
print(f"they differ by {jnp.abs(two_steps - one_step).max():.0e} at most")
assert jnp.allclose(two_steps, one_step, atol=1e-4)

# %% [markdown]
# What is left is rounding. **Two linear layers are one linear layer**, with a long way of writing
# its weights. However we trained them, they could not tell apart what a linear model cannot.
#
# ## A bend
#
# So something has to happen between the layers that cannot be multiplied out. Nearly anything that
# is not a straight line will do. The most used is also the shortest: replace negative numbers by
# zero, and leave the others alone. Its plot, before you look: where does it rise, and how steeply?


# %%
def relu(x):
    return jnp.maximum(x, 0.0)


# %% alt="The function max(0, x): zero up to x = 0, then a straight line that rises as fast as x. Between the two is a sharp bend."
ax = jd.plots.plot_function(relu, -3, 3, ylabel="max(0, x)")
assert jnp.array_equal(relu(two_steps), jax.nn.relu(two_steps))

# %% [markdown]
# It has a long name, *rectified linear unit*, and a short one, **[ReLU](22_jargon.md#relu)**. JAX has it as
# `jax.nn.relu`. Its slope is 0 on the left and 1 on the right, which makes its gradient about as
# cheap as a gradient can be.
#
# !!! note "And at zero?"
#     There it bends, and has no slope. JAX's `relu` answers 0. It hardly matters which of the two
#     slopes you choose, for a sum of many random weights is rarely zero to the last digit.
#
# ## The network
#
# A linear layer, the bend, another linear layer:


# %%
def network(params, x):
    first, second = params
    hidden = relu(x @ first.w + first.b)
    return hidden @ second.w + second.b


print("images", x.shape, "-> logits", network((first, second), x).shape)

# %% [markdown]
# ![A network drawn from left to right. An image of 28 by 28 pixels becomes a column of 784 numbers. Lines lead from each of them to each of 30 hidden units: the first layer, with weights of shape 784 by 30 and 30 biases. In each hidden unit stands the bend of max(0, x). Lines lead from all of them to a single logit: the second layer, with weights of shape 30 by 1 and one bias. The logit answers whether it is a three.](../assets/diagrams/network.svg)
#
# Each line is a weight. Each circle of the middle column is a *[hidden](22_jargon.md#hidden-layer) unit*: it adds up
# what its lines bring, adds its bias, and passes the sum on if it is above zero.
#
# !!! warning "Where do 784 and 30 come from?"
#     From different places, and many readers stumble here.
#
#     - **784** comes from the data: 28 times 28 pixels. You cannot choose it.
#     - **1** comes from the question: one logit, *three or not*. You cannot choose it either.
#     - **30** comes from nowhere. It is our choice of how many sums to have in the middle. Take 5
#       or 300, and the network still runs, with another accuracy and at another cost.
#
#     The one rule: what the first layer puts out, the second takes in. So 30 stands twice, as the
#     columns of the first matrix and as the rows of the second.
#
# And the scales? A sum of 784 random terms grows like the root of 784, so we divide by that. The
# factor 2 makes up for the half that the bend sets to zero. So the numbers are about as large
# behind a layer as before it.[^he]
#
# [^he]: He, Zhang, Ren and Sun, *Delving Deep into Rectifiers*, 2015.
#
# The package draws the same weights from the same key, for any list of sizes, and its
# [`mlp`][jaxdigits.mlp] computes the same. (MLP is for *multilayer perceptron*, an old name for
# such a network.)

# %%
start = jd.init_mlp(key_params, [784, 30, 1])
for ours, theirs in zip((first, second), start, strict=True):
    assert jnp.allclose(ours.w, theirs.w)
    assert jnp.array_equal(ours.b, theirs.b)
assert jnp.allclose(network(start, x), jd.mlp(start, x), atol=1e-5)

# %% [markdown]
# ## Parameters and activations
#
# A network holds two kinds of numbers, and it pays to keep them apart.
#
# - **Parameters** are what it *knows*: weights and biases. They are random at first, training
#   changes them, and afterwards they are the same for every image.
# - **[Activations](22_jargon.md#activations)** are what it *computes*: the results of the layers and of the bend. Each image
#   has its own, and they are forgotten once the answer is there.
#
# How many of each does our network have?

# %%
for name, layer in zip(("first", "second"), start, strict=True):
    size = layer.w.size + layer.b.size
    print(f"{name:6} layer: w {layer.w.shape}, b {layer.b.shape}: {size:6,}")
parameters = sum(leaf.size for leaf in jax.tree.leaves(start))
print(f"parameters, whatever the image: {parameters:,}")

hidden = relu(jd.linear(start[0], x_valid))
print(f"hidden activations of one image: {hidden[0].shape}")
print(f"hidden activations of all images to check: {hidden.shape}")
print(f"zero, because the bend made them so: {(hidden == 0).mean():.0%}")

# %% [markdown]
# Gradients belong to the first kind: the loss is differentiated with respect to the parameters.
# Activations are needed on the way there.
#
# ## Forty epochs
#
# [`fit`][jaxdigits.fit] asked for a model and its parameters. Nothing in it knows that the model
# was linear. The loss is that of lesson 9, the batches too. Only the learning rate is smaller: in a
# network the weights of both layers multiply each other, so a step that would be harmless for each
# of them may be too long for both at once. We begin with care.

# %%
batch_size = min(256, len(x) // 4)  # smaller if the data set is small


def fit(learning_rate, epochs, model=jd.mlp, start=start):
    return jd.fit(
        model,
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


# %% [markdown]
# The linear model of lesson 9 trains beside it, with its own learning rate and as many epochs.
# What do you expect, at the first epoch and at the last?

# %% alt="Validation accuracy over forty epochs for the linear model and for the network. Both rise fast and then flatten."
line = jd.init_linear(key_params, n_in=784, n_out=1, scale=0.3)
straight = fit(1.0, epochs=40, model=jd.linear, start=line)
bent = fit(0.1, epochs=40)

figure, ax = plt.subplots(figsize=(5, 3))
for name, result in ("linear model", straight), ("network", bent):
    accuracy = result.history.metric
    ax.plot(range(1, 41), accuracy, label=name)
    print(f"{name:12} after forty epochs {accuracy[-1]:.4f}", end=", ")
    print(f"highest {accuracy.max():.4f}")
ax.set(xlabel="epoch", ylabel="accuracy")
ax.legend()

# %% [markdown]
# Were you expecting a wider gap? A plain weighted sum already tells most threes from sevens, so
# only the few digits are left that it gets wrong; and so far the network takes steps a
# tenth as long. On a small data set the order may even be the other way round.
#
# ## Patience, and longer steps
#
# Was the network done after forty epochs? Look at the gradient on all digits, as one length,
# before training and after:


# %%
@jax.jit
def slope(params):
    def loss(params):
        return jd.mnist_loss(jd.mlp(params, x), y)

    return optax.tree.norm(jax.grad(loss)(params))


before, after = slope(start), slope(bent.params)
print(f"length of the gradient: {before:.4f} before, {after:.4f} after")

# %% [markdown]
# The valley has become flat. A network that is sure of nearly all digits sits where the sigmoid
# hardly changes, so its gradients are small, and steps of 0.1 times such a gradient are tiny. You
# can take more of them, or longer ones. Try both: the same start and the same batches, for a
# hundred epochs, once with the old learning rate and once with ten times as much.

# %% alt="Validation accuracy over a hundred epochs for learning rates 0.1 and 1. The larger rate climbs faster at first; later both curves creep upward and waver by single digits."
figure, ax = plt.subplots(figsize=(5, 3))
for rate in 0.1, 1.0:
    long = fit(rate, epochs=100)
    accuracy = long.history.metric
    ax.plot(range(1, 101), accuracy, label=f"learning rate {rate}")
    print(f"rate {rate}: highest on the way {accuracy.max():.4f}", end=", ")
    print(f"after a hundred epochs {accuracy[-1]:.4f}")
ax.set(xlabel="epoch", ylabel="accuracy")
ax.legend()

# %% [markdown]
# Both runs are equally long, but they do not get equally far. Our care was wise as long as we knew
# nothing, and then it cost time. Compare the longer steps with what the linear model reached in
# lesson 9 with three times as many epochs: on the thousands of digits of MNIST, the bend shows its
# worth. (As in lesson 9, the highest value was chosen by looking at the validation set, and
# flatters.)
#
# ??? question "Then why not a learning rate of 10?"
#     Try `fit(10.0, epochs=40)`. The first steps may throw the weights so far that the network
#     is certain of one and the same answer for all digits. Out there the sigmoid is
#     flat, the gradient next to nothing, and no later step finds the way back.
#
# ## What the first layer looks at
#
# Each hidden unit has 784 weights, one a pixel: again a picture. Training changed them only as
# far as it needed to, so the noise of the start still covers them. We subtract it, and show what
# forty epochs added. The units stand in the order of their weight in the second layer: the first
# speak most for *three*, the last most for *seven*.

# %% alt="Thirty small pictures of weight changes, red and blue. Those of the first row resemble parts of a three, with red at its middle bar and lower left; those of the last row show the opposite. In between are a few with other shapes, some of them like a seven or a three in a single color."
order = np.argsort(-np.asarray(bent.params[1].w[:, 0]))
added = np.asarray(bent.params[0].w - start[0].w)
figure = jd.plots.show_images(
    added.T[order].reshape(30, 28, 28),
    columns=10,
    figure=plt.figure(figsize=(7, 2.3), layout="constrained"),
)

# %% [markdown]
# Red ink raises the unit's sum, blue ink lowers it. At both ends there are units that look like
# the weights of lesson 9, or their negative, one nearly like the other: the loss pulled them the
# same way. The others began with weights from which another way downhill was shorter. Each is
# silent for some digits, so it can care about details that matter only for the rest. An empty
# picture, if there is one, is a unit that no digit to learn from has ever raised above zero: its
# gradient is 0, and so it never changes. Such a unit is called *dead*.
#
# ## Enough bends for any curve
#
# How much can such a network compute? Take a simpler one, with one input and one output. Each
# hidden unit is then a hinge: flat up to some point, rising from there on. The second layer
# scales the hinges, up or down, and adds them. So the sum is a line that may turn at each hinge.
#
# That is enough to follow a curve. Let the curve be given at a few points; between them go
# straight; at each of them add a hinge that turns the line as far as needed. No training: we can
# write the weights down.


# %%
def hinges(f, low, high, count):
    corners = np.linspace(low, high, count + 1)
    slopes = np.diff(f(corners)) / np.diff(corners)
    turns = np.diff(slopes, prepend=0.0)
    starts = corners[:-1]  # where the hinges begin to rise
    first = jd.Linear(w=np.ones((1, count)), b=-starts)
    second = jd.Linear(w=turns[:, None], b=f(corners[:1]))
    return first, second


# %% [markdown]
# How many hinges will this wavy curve need until you no longer see a difference?


# %% alt="Three plots of a wavy curve. A network of 4 hinges is a rough zigzag across it, 8 hinges follow its large waves, and 32 hinges lie on it."
def wavy(x):
    return np.sin(3 * x) + 0.4 * np.cos(8 * x)


figure, axes = plt.subplots(1, 3, figsize=(8, 2.4), sharey=True)
grid = np.linspace(0, 3, 1001)
compiled_mlp = jax.jit(jd.mlp)
for ax, count in zip(axes, (4, 8, 32), strict=True):
    params = hinges(wavy, 0, 3, count)
    fitted = np.ravel(compiled_mlp(params, grid[:, None]))
    ax.plot(grid, wavy(grid), color="gray", linewidth=4, alpha=0.5)
    ax.plot(grid, fitted)
    ax.set(title=f"{count} hinges", xlabel="x")
    error = np.abs(fitted - wavy(grid)).max()
    print(f"{count:2} hinges: off by {error:.3f} at most")

# %% [markdown]
# Whatever error you allow, some number of hinges stays below it. This holds for every continuous
# function on a bounded range, and with more than one input as well: **one hidden layer, if it is
# wide enough, approximates any of them as closely as you like**. That is the *[universal
# approximation](22_jargon.md#universal-approximation) theorem*. In 1989 it was proved for the sigmoid in the place of the bend; later it
# turned out that every continuous [nonlinearity](22_jargon.md#nonlinearity) will do unless it is a polynomial. Such a bend is called an [activation function](22_jargon.md#activation-function).
#
# Note what the theorem does not say. It promises that weights *exist*. It does not say that
# gradient descent finds them, or that they will be right about digits not seen in training, or how
# many units it takes.
#
# ## Why more layers all the same
#
# If one hidden layer can do anything, why does anyone build other
# [architectures](22_jargon.md#architecture), with more layers? Because "wide enough"
# can be very wide. Take a layer of only two hinges that folds the range from 0 to 1: up to one,
# and back to zero. Now feed its output into the same layer again, and again. How many bends will
# the curve have after two foldings, after three?


# %%
@jax.jit
def fold(x):
    return 2 * relu(x) - 4 * relu(x - 0.5)


def count_bends(y):
    rises = np.diff(y) > 0
    return int((rises[1:] != rises[:-1]).sum())


# %% alt="Three plots over the range from 0 to 1. One layer makes a single tent, two layers make two tents side by side, and four layers make a zigzag of eight."
figure, axes = plt.subplots(1, 3, figsize=(8, 2.2), sharey=True)
grid = folded = jnp.linspace(0, 1, 1025)
for layers in range(1, 7):
    folded = fold(folded)
    bends = count_bends(folded)
    print(f"layers {layers}  hinges {2 * layers:2}  bends {bends:2}")
    if layers in (1, 2, 4):
        ax = axes[layers // 2]
        ax.plot(grid, folded)
        ax.set(title=f"layers: {layers}", xlabel="x")

# %% [markdown]
# One hidden layer needs a hinge for each bend. Here a few layers of two hinges each make far more
# bends than they have hinges: each layer folds everything that the layers before it have made.
# **Width adds, depth multiplies.** So a deeper network may need far fewer parameters for the same
# job, and in practice several layers often do better than a single wide one. Images suit them
# well: edges make strokes, strokes make digits, and what one layer has found, all later ones use.
#
# And between any two of these layers there has to be a nonlinearity, or they are one.
#
# ## What you learned
#
# - Linear layers in a row multiply out to a single one; a nonlinearity between them prevents it.
# - ReLU is `max(0, x)`: the bend is all it takes.
# - The data give 784, the question gives 1, and the width in between is yours to choose.
# - Parameters are learned and stay; activations are computed anew for each image.
# - One wide hidden layer can approximate any continuous function; several layers can need fewer
#   units for it.
#
# ## Exercises
#
# ### Exercise 1: two into one
#
# Write `merge(first, second)`: it takes two [`Linear`][jaxdigits.Linear] layers and returns the
# one that does the same as both in a row, without a bend between them.


# %% tags=["check"]
def check_merge(merge):
    first = jd.Linear(w=np.eye(5, 4) + 1, b=np.arange(4.0))
    second = jd.Linear(w=np.eye(4, 3) - 2, b=np.ones(3))
    try:
        w, b = merge(first, second)
    except (TypeError, ValueError):
        return "Not yet: that raises an error; do the shapes fit in this order?"
    if jnp.shape(w) != (5, 3) or not np.allclose(w, first.w @ second.w):
        return "Not yet: the weights are off; which two matrices meet?"
    if jnp.shape(b) == (3,) and np.allclose(b, first.b @ second.w + second.b):
        return "right"
    return "Not yet: the weights are right; what becomes of the first bias?"


# %% tags=["answer"]
def merge(first, second):
    w = first.w @ second.w
    return jd.Linear(w=w, b=first.b @ second.w + second.b)


print(check_merge(merge))

# %% [markdown]
# ### Exercise 2: count the parameters
#
# Write `count_parameters(sizes)`: how many numbers a network such as `[784, 30, 1]` learns.
# Calculate it from the sizes alone, without making the network.


# %% tags=["check"]
def check_count_parameters(count_parameters):
    sizes = [7, 5, 3, 2]
    answer = count_parameters(sizes)
    weights = 7 * 5 + 5 * 3 + 3 * 2
    if answer == weights:
        return "Not yet: those are the weights; which layers have biases?"
    if answer == weights + sum(sizes):
        return "Not yet: the inputs have no bias, for no layer computes them."
    if answer == sum(sizes[1:]):
        return "Not yet: those are activations."
    if answer != weights + sum(sizes[1:]):
        return "Not yet: go through the layers, each from a size to the next."
    return "right"


# %% tags=["answer"]
def count_parameters(sizes):
    layers = range(len(sizes) - 1)
    return sum((sizes[i] + 1) * sizes[i + 1] for i in layers)


print(check_count_parameters(count_parameters))
print(f"{count_parameters([784, 30, 1]):,}")

# %% [markdown]
# ### Exercise 3: the absolute value
#
# Which weights make a network compute $|x|$? Write `absolute()`, which returns two
# [`Linear`][jaxdigits.Linear] layers for [`mlp`][jaxdigits.mlp], from one input to one output.
# How many hidden units do you need?


# %% tags=["check"]
def check_absolute(absolute):
    x = jnp.array([[-2.0], [0.0], [3.0]])
    try:
        y = jd.mlp(absolute(), x)
    except (AttributeError, TypeError, ValueError):
        return "Not yet: mlp cannot use it; what are the shapes of w and b?"
    if y.shape == x.shape and jnp.allclose(y, jnp.abs(x)):
        return "right"
    if y.shape == x.shape and jnp.allclose(y, x):
        return "Not yet: that is x itself; what sign has the second hinge?"
    if y.shape == x.shape and jnp.allclose(y, jnp.maximum(x, 0)):
        return "Not yet: right of zero it is; on the left nothing rises yet."
    return f"Not yet: from -2, 0 and 3 it makes {y.ravel().tolist()}."


# %% tags=["answer"]
def absolute():
    first = jd.Linear(w=jnp.array([[1.0, -1.0]]), b=jnp.zeros(2))
    second = jd.Linear(w=jnp.array([[1.0], [1.0]]), b=jnp.zeros(1))
    return first, second


print(check_absolute(absolute))

# %% [markdown]
# **Next:** threes and sevens are learned. [Lesson 13](13_ten_averages.py) takes up all ten digits,
# and begins, as always, with a baseline.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4. Nair
# and Hinton, *Rectified Linear Units Improve Restricted Boltzmann Machines*, 2010. Cybenko,
# *Approximation by Superpositions of a Sigmoidal Function*, 1989. Leshno, Lin, Pinkus and Schocken,
# *Multilayer Feedforward Networks With a Nonpolynomial Activation Function Can Approximate Any
# Function*, 1993. Telgarsky, *Benefits of Depth in Neural Networks*, 2016, for the folding.
