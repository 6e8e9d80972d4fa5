# %% [markdown]
# ---
# runs_for: 70  # trains and compiles networks of a dozen kinds
# description: What hidden units draw, bend and see; how wide and how deep a network should be.
# ---
#
# # 12. A hidden layer
#
# **What can a hidden layer do, and how many units should it have?** The network of [lesson
# 11](11_a_nonlinearity.py) beat the linear model with 30 hidden units, a number that we picked out
# of thin air.
#
# Why care? One hidden layer can follow any curve, and you will write down the weights that do it,
# without any training. So how wide should the layer be, and why does anyone build deeper networks?
#
# *You need:* [lesson 11](11_a_nonlinearity.py).
#
# ## What one unit does
#
# An image is a point with 784 coordinates, and nobody can draw a space with so many directions. So
# take points with two coordinates: a disk in the middle and a ring around it. The network should
# say _inside_ or _outside_. The data are made up, but the model, the loss and the training are
# those that you know. (The square root spreads the points of the disk evenly.)

# %%
import json
import pathlib

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

jd.enable_compilation_cache()
random = np.random.default_rng(0)
angle = random.uniform(0, 2 * np.pi, 300)
inside = np.arange(300) % 2 == 0
radius = np.where(
    inside, np.sqrt(random.uniform(0, 1, 300)), random.uniform(1.4, 2.2, 300)
)
points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
answers = inside[:, None].astype(float)

# %% [markdown]
# The *[decision boundary](22_jargon.md#decision-boundary)* of a linear model is a straight line,
# along which its logit is 0: on one side it says _inside_, on the other _outside_. How many hidden
# units will it take to enclose the disk: one, two, three or ten? Guess. We train each size from
# two random starts, because one may be unlucky, and show the one with the lower loss.

# %%
ring_sgd = jd.sgd(1.0)


def fit_points(hidden, key):
    key_params, key_batches = jax.random.split(key)
    return jd.fit(
        jd.mlp,
        jd.init_mlp(key_params, [2, hidden, 1]),
        jd.mnist_loss,
        ring_sgd,
        (points, answers),
        epochs=100,
        batch_size=30,
        key=key_batches,
    )


# %%
networks = {}
for hidden in 1, 2, 3, 10:
    a = fit_points(hidden, jax.random.key(0))
    b = fit_points(hidden, jax.random.key(1))
    a_is_better = a.history.loss[-1] < b.history.loss[-1]
    networks[hidden] = a.params if a_is_better else b.params

# %% tags=["hide-input"] alt="Four maps of the plane with a disk of points inside a ring of points. With 1 hidden unit, one straight boundary cuts through both. With 2 units, the boundary is a corner or a strip that shuts out part of the ring. With 3 units, a polygon encloses the disk. With 10 units, the boundary is nearly round. Dashed lines show where each unit bends."
grid = np.linspace(-2.5, 2.5, 81)
plane = np.stack(np.meshgrid(grid, grid), axis=-1)
figure = plt.figure(figsize=(8, 2.4), layout="constrained")
shares = {}
for ax, hidden in zip(figure.subplots(1, 4), networks, strict=True):
    params = jax.tree.map(np.asarray, networks[hidden])
    says_inside = np.asarray(jd.mlp(params, plane))[..., 0] > 0
    ax.contourf(grid, grid, says_inside, levels=[0.5, 1], colors="#f1c7bd")
    sums = plane @ params[0].w + params[0].b
    for unit in range(min(hidden, 3)):
        bend = sums[..., unit]
        ax.contour(grid, grid, bend, levels=[0], colors="gray", linestyles="--")
    x_half, y_half = points[:150].T  # half of them, for a lighter page
    ax.scatter(x_half, y_half, c=inside[:150], cmap="coolwarm", s=4)
    ax.set(title=f"hidden units: {hidden}", xticks=[], yticks=[])
    ax.set_aspect("equal")
    out = np.asarray(jd.mlp(params, points))
    shares[hidden] = ((out > 0) == (answers == 1)).mean()
    print(f"hidden units {hidden:2}: {shares[hidden]:.0%} right")

# %% [markdown]
# Pink is where the network says _inside_. Each dashed line is one unit's bend (the last map shows
# three of ten). On one side of it the unit is _silent_, that is, 0. On the other, the unit rises.
# The boundary bends where it crosses such a line.
#
# - **One unit** is no better than a straight line, because the logit depends on one weighted sum
#   alone.
# - **Two units** can bend the boundary so that it shuts out the ring on two sides. But whatever
#   their weights are, they leave it open somewhere.
# - **Three units** are enough to close the boundary around the disk, and every point is right.
# - **Ten units** make the boundary rounder than the task needs.
#
# ??? note "Why one unit draws a line, two leave a gap, and three do not"
#     With one unit, as the weighted sum grows, the logit is flat at first, and then only rises, or
#     only falls. So it crosses zero at one value of the sum at most, and the places with this value
#     are a straight line.
#
#     With two units, start in the disk and walk parallel to the first unit's dashed line. Along
#     the way, the first unit does not change. If the second one raises the logit, walk to its
#     rising side. If it lowers the logit, walk to its flat side. So the logit never falls, and
#     however far you walk, the network says _inside_.
#
#     With three units, the plainest way is that all three are silent on the disk, where the logit
#     is above 0, and that it falls beyond each dashed line. Training found another way: two of the
#     dashed lines cross inside the disk, and from there the logit falls in all directions.

# %% tags=["claim"]
assert shares[1] < 0.75 and 0.75 < shares[2] < 0.95
assert shares[3] == shares[10] == 1
layer = jax.tree.map(np.asarray, networks[3])[0]
top = np.linalg.solve(layer.w[:, 1:].T, -layer.b[1:]).astype("float32")
assert np.hypot(*top) < 0.3
highest = jd.mlp(networks[3], plane.reshape(-1, 2)).max()
assert jd.mlp(networks[3], top[None])[0, 0] >= highest

# %% [markdown]
# Think of the logit as the height of a landscape over the plane, with the sea at height zero. A
# unit is a sheet of paper with one fold: flat on one side of its dashed line, and rising steadily
# on the other. **Each unit bends along one line, and the next layer adds up the bent sheets**,
# stretched or flipped by their weights. The bias raises or lowers the whole landscape, and the
# boundary is its shoreline. So three units can make the disk an island.
#
# ## Enough bends for any curve
#
# How much can such a network compute? Go down to one input and one output. Each hidden unit is then
# a *[hinge](22_jargon.md#hinge)*: flat up to some point, where it bends, and rising from there on
# (or, if its weight is negative, rising to the left). The second layer multiplies each hinge by a
# weight, adds them up, and adds its bias. So the result is a chain of straight pieces, with at
# most one bend per hinge.
#
# That is enough to follow a curve. Say that it should rise from 0 to 2 between $x = 0$ and $x = 1$,
# and then fall to 1 at $x = 2$. First the slope is 2, so take `2 * relu(x)`. At 1 the slope has to
# change to -1, by -3, so add `-3 * relu(x - 1)`.
#
# For any curve, connect a few of its points (`corners` in the code) by straight lines. The bias is
# the height at the first point. At each point but the last, add the hinge `relu(x - point)`
# (weight 1, bias `-point`) times the change of slope there (`turns`). (`prepend` adds a 0, the
# slope before the first hinge.)


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
line = np.linspace(0, 3, 1001)
for ax, count in zip(axes, (4, 8, 32), strict=True):
    params = hinges(wavy, 0, 3, count)
    fitted = np.asarray(jd.mlp(params, line[:, None]))[:, 0]
    ax.plot(line, wavy(line), color="gray", linewidth=4, alpha=0.5)
    ax.plot(line, fitted)
    ax.set(title=f"hinges: {count}", xlabel="x")
    error = np.abs(fitted - wavy(line)).max()
    print(f"hinges {count:2}: off by {error:.3f} at most")

# %% [markdown]
# With 32 hinges the network and the curve can hardly be told apart. And whatever error you allow,
# enough hinges get below it. The same holds for every continuous function (one without jumps) on a
# closed interval (one that includes both of its ends). It also holds for any number of inputs, each
# from a closed interval, such as pixels from 0 to 1: **one hidden layer, if it is wide enough,
# comes as close to the function as you like**. This is the *[universal
# approximation](22_jargon.md#universal-approximation) theorem*. It was proved in 1989 for the
# sigmoid, and later for every continuous nonlinearity that is not a polynomial, the ReLU among
# them.
#
# The theorem promises that such weights _exist_. It does not promise that gradient descent finds
# them, nor that they will be right about new digits. And it does not say how many units you need.
#
# ## How wide?
#
# So let us try, on threes and sevens: networks with 1, 3, 10, 30 and 100 hidden units, and one with
# two hidden layers of 30 each. Every size gets three runs of ten epochs at each of two learning
# rates.

# %%
digits = jd.load("auto")
train = jd.select(digits.train, [3, 7])
x, y = jd.to_examples(train, positive=3)
keys = jax.random.split(jax.random.key(0), 6)
key_split, key_params, key_batches, key_deep, key_positive, key_units = keys
order = np.asarray(jax.random.permutation(key_split, len(x)))
n_held = len(x) // 5
held_out = (x[order[:n_held]], y[order[:n_held]])
training = (x[order[n_held:]], y[order[n_held:]])


# %%
def fit(model, start, optimizer, run, epochs):
    return jd.fit(
        model,
        start,
        jd.mnist_loss,
        optimizer,
        training,
        epochs=epochs,
        batch_size=min(256, len(training[0]) // 4),
        key=jax.random.fold_in(key_batches, run),
        valid=held_out,
        metric=jd.binary_accuracy,
    )


# %%
optimizers = {1.0: jd.sgd(1.0), 3.0: jd.sgd(3.0)}


def train_once(sizes, rate, run):
    start = jd.init_mlp(jax.random.fold_in(key_params, run), sizes)
    history = fit(jd.mlp, start, optimizers[rate], run, epochs=10).history
    return float(np.asarray(history.metric)[-1])


# %% [markdown]
# These are 36 trainings. As in [lesson 11](11_a_nonlinearity.py#they-train-no-better), this page
# reads their results from a record, and trains what the record lacks. For each size, `sweep`
# returns the accuracies of the three runs at the rate with the better mean.

# %% tags=["helper"]
path = pathlib.Path("benchmarks/results/sweeps.json")
records = json.loads(path.read_text()) if path.exists() else {}
record = records.get("12_a_hidden_layer", {"facts": {}, "swept": {}})
if digits.name != "mnist":
    record = {"facts": {}, "swept": {}}  # the record is of MNIST
for name in "date", "processor", "jax":
    print(f"{name:9} {record['facts'].get(name, 'no record here')}")

known, swept = record["swept"], {}


def sweep(name, sizes):
    swept[name] = {}
    for rate in optimizers:
        reached = list(known.get(name, {}).get(str(rate), []))
        for run in range(len(reached), 3):
            reached.append(train_once(sizes, rate, run))
        swept[name][str(rate)] = reached
    best = max(swept[name].values(), key=np.mean)  # with the larger mean
    return np.array(best)


# %% [markdown]
# Which size do you expect to be best? And how far behind will a single unit be?
# (In the figure, a dot is the mean of three runs, and its bar reaches from the lowest to the
# highest.)

# %%
widths = {
    "1": sweep("1", [784, 1, 1]),
    "3": sweep("3", [784, 3, 1]),
    "10": sweep("10", [784, 10, 1]),
    "30": sweep("30", [784, 30, 1]),
    "100": sweep("100", [784, 100, 1]),
    "30 + 30": sweep("30 + 30", [784, 30, 30, 1]),
}

# %% alt="Six vertical bars, each from the lowest to the highest of three accuracies, with a dot for the mean. The dots for 1 and 3 hidden units are about level, those for 10 and 30 are a little higher, and 100 units and two layers of 30 change little."
figure, ax = plt.subplots(figsize=(5.4, 2.8), layout="constrained")
for name, accuracies in widths.items():
    ax.plot([name] * 3, accuracies, "-", color="gray", linewidth=3)
    ax.plot(name, accuracies.mean(), "o", color="C0")
    print(f"{name:>7} units: {accuracies.mean():.4f}")
ax.set(xlabel="hidden units", ylabel="held-out accuracy")

# %% [markdown]
# A single unit is hardly behind! It does about as well as the linear model of lesson 11, just as
# one unit in the plane did no better than a straight line. And a plain weighted sum already tells
# most threes from sevens, so no size can get far ahead.
#
# Three units do no better than one. Thirty are ahead of one by about one standard error, which is
# 0.2 % here. That alone would prove little, but on the test set of lesson 11, thirty units beat
# the linear model by more. Ten units, a hundred, and two layers differ even less from thirty, so
# no size from 10 on is clearly best. (In our record, one run of the two layers at rate 3 ended
# near one half and spoiled the mean, so they are shown at rate 1.)
# <!-- typed: sqrt(0.99 * 0.01 / 2479) -->
#
# So why 30? Ten would nearly do, but 30 is quick to train, too. [Lesson 15](15_a_small_network.py)
# has ten digits to tell apart, and takes 64.

# %% tags=["claim"]
if digits.name == "mnist":
    means = [accuracies.mean() for accuracies in widths.values()]
    assert 0.985 < means[0] < 0.9905  # the linear model: 0.988
    assert abs(means[1] - means[0]) < 0.002
    assert means[3] > means[0] + 0.001 and means[3] > 0.989
    assert all(abs(means[i] - means[3]) < 0.002 for i in (2, 4, 5))
    if known:
        worst, middle, _ = sorted(known["30 + 30"]["3.0"])
        assert worst < 0.6 < middle

# %% [markdown]
# ## Then why use more layers?
#
# If one hidden layer can follow any curve, why does anyone build more of them? Because "wide
# enough" can be very wide. Add up two hinges so that, as $x$ goes from 0 to 1, the sum rises to 1
# and falls back to 0 (`fold` in the code). Now feed this sum into a second layer with the same two
# hinges, and so on.
# How many bends will the curve have after two layers, and after three? (`count_bends` counts turns
# from rising to falling, or back.)


# %%
@jax.jit
def fold(x):
    return 2 * jax.nn.relu(x) - 4 * jax.nn.relu(x - 0.5)


def count_bends(heights):
    rises = np.diff(heights) > 0
    return int((rises[1:] != rises[:-1]).sum())


# %% alt="Three plots over the range from 0 to 1. One layer makes a single peak, two layers make two peaks side by side, and four layers make a zigzag of eight."
figure, axes = plt.subplots(1, 3, figsize=(8, 2.2), sharey=True)
between = np.linspace(0, 1, 1025)
folded = between
for layers in range(1, 7):
    folded = np.asarray(fold(folded))
    bends = count_bends(folded)
    print(f"layers {layers}, hinges {2 * layers:2}, bends {bends:2}")
    assert bends == 2**layers - 1
    if layers in (1, 2, 4):
        ax = axes[layers // 2]
        ax.plot(between, folded)
        ax.set(title=f"layers: {layers}", xlabel="x")

# %% [markdown]
# After two layers there are 3 bends, after three 7, and after $n$ of them $2^n - 1$. Why? The first
# curve runs through all numbers from 0 to 1 twice, once up and once down. So whatever the later
# layers draw, they draw it twice side by side, the second time mirrored, with one more bend where
# the two meet.
#
# ??? note "Try it with a strip of paper"
#     Fold the strip in half three times, unfold it, and count the creases. There are as many
#     as bends after three layers, because each fold goes through all layers of the paper at once.
#
# In a single hidden layer, each hinge makes one bend at most. So such a network would need at least
# 63 hinges to do what six layers do with 12. **Width adds bends, depth multiplies them.**
#
# So for some jobs a deeper network needs far fewer units. Threes and sevens are too easy to show
# this. In harder images, each layer can build on the one before: strokes from edges, shapes from
# strokes.
#
# ## Why my deeper network does worse
#
# Yet many people add layers, and their network gets worse or learns nothing. Here is a network with
# three hidden layers, and four ways to spoil it. Each changes one thing. Which of them are fatal?
# (`mlp` uses a ReLU, unless you pass another `activation`.)


# %%
def same(x):
    return x


def without_bend(params, x):
    return jd.mlp(params, x, activation=same)


def with_sigmoid(params, x):
    return jd.mlp(params, x, activation=jax.nn.sigmoid)


def positive(params, key):
    layers = []
    keys = jax.random.split(key, len(params))
    for key_layer, layer in zip(keys, params, strict=True):
        w = jax.random.uniform(key_layer, layer.w.shape)  # from 0 to 1
        layers.append(jd.Linear(w=w, b=layer.b))
    return layers


# %%
deep = jd.init_mlp(key_deep, [784, 30, 30, 30, 1])
all_positive = positive(deep, key_positive)
rate_1, rate_30 = optimizers[1.0], jd.sgd(30.0)
trials = {
    "as it should be": (jd.mlp, deep, rate_1),
    "learning rate 30": (jd.mlp, deep, rate_30),
    "weights from 0 to 1": (jd.mlp, all_positive, rate_1),
    "no bends": (without_bend, deep, rate_1),
    "sigmoids for bends": (with_sigmoid, deep, rate_1),
}
spoiled = {}
for name, (model, begin, optimizer) in trials.items():
    history = fit(model, begin, optimizer, run=0, epochs=5).history
    spoiled[name] = np.asarray(history.metric)[-1]
    print(f"{name:19}: {spoiled[name]:.4f}")

# %% [markdown]
# Two of them are fatal: with learning rate 30, or with weights from 0 to 1, about half of the
# digits are right, as if all got the same answer.
#
# - **Learning rate 30**: large steps throw the weights to where hardly any slope is left, as in
#   lesson 11. A deeper network often needs a smaller rate, as the two hidden layers did above, so
#   sweep again.
# - **Weights from 0 to 1**, like those of `torch.rand` and `np.random.rand`: nothing cancels, so
#   the sums grow from layer to layer, and the logit becomes so large that the sigmoid in the loss
#   is flat there. Start with small weights of _both_ signs, scaled to the layer's size, as
#   `init_mlp` does.
# - **No bends**: all the layers together are one linear layer. That is enough here, but not on the
#   stairs of lesson 11.
# - **Sigmoids**: the slopes shrink from layer to layer, as in [lesson
#   11](11_a_nonlinearity.py#why-relu-and-not-the-sigmoid), so five epochs get less far. Take a ReLU
#   or a relative of it.

# %% tags=["claim"]
if digits.name == "mnist":
    assert spoiled["as it should be"] > 0.985
    assert spoiled["learning rate 30"] < 0.6
    assert spoiled["weights from 0 to 1"] < 0.6
    assert 0.98 < spoiled["no bends"] < 0.991
    assert 0.97 < spoiled["sigmoids for bends"] < spoiled["as it should be"]

# %% [markdown]
# ## What the units see
#
# Each hidden unit has 784 weights, one per pixel, so they are a picture again. Train the network
# with 30 units, and draw only what training _added_, because the random start is noise that would
# hide it. Beside each picture are the held-out digits that excite the unit most, those with the
# largest activation. (`alive` skips units that are 0 for all of them.) We take the three units
# with the largest weights in the second layer, which speak most for a _three_, and the three with
# the lowest, for a _seven_. Will the first three all like the same threes?

# %%
start = jd.init_mlp(key_units, [784, 30, 1])
trained = fit(jd.mlp, start, optimizers[3.0], run=0, epochs=20).params
first, second = jax.tree.map(np.asarray, trained)
added = first.w - np.asarray(start[0].w)
held_images = np.asarray(held_out[0])
activations = np.maximum(held_images @ first.w + first.b, 0.0)

alive = np.flatnonzero(activations.max(axis=0) > 0)
by_vote = alive[np.argsort(-second.w[alive, 0])]
units = list(by_vote[:3]) + list(by_vote[-3:])
side = train.images.shape[1]

# %% alt="Six rows, one per hidden unit. Each begins with a picture of weight changes in red and blue, followed by the eight held-out digits that excite this unit most. The first three units are excited by threes, the last three by sevens; the last shows the upright stem of a seven in red. The digits within a row resemble each other."
figure, axes = plt.subplots(6, 9, figsize=(6.4, 4.6), layout="constrained")
favorites = {}
for row, unit in zip(axes, units, strict=True):
    jd.plots.show_image(added[:, unit].reshape(side, side), ax=row[0])
    row[0].set_ylabel(f"{second.w[unit, 0]:+.1f}")
    favorites[unit] = np.argsort(-activations[:, unit])[:8]
    for ax, index in zip(row[1:], favorites[unit], strict=True):
        jd.plots.show_image(held_images[index].reshape(side, side), ax=ax)
is_three = np.asarray(held_out[1])[:, 0] == 1
counts = [int(is_three[favorites[unit]].sum()) for unit in units]
print(f"threes among the eight favorites of each unit: {counts}")
print(f"silent on all held-out digits: {30 - len(alive)} of 30 units")

# %% [markdown]
# Training raised the red weights, so ink there now excites the unit more, and lowered the blue
# ones. The number at the left is the unit's weight in the second layer. Units that speak for a
# three are excited mostly by threes, the others mostly by sevens.
#
# Do the first three like the same threes? Not all. (On your computer, the pictures may differ.)
# The first two look almost the same, and these two units share some favorites, because their
# gradients pointed the same way. The third picture differs. So does the last: its unit likes
# upright stems, and the two above it like slanted ones. The linear model, with only one picture,
# could not specialize like this.

# %% tags=["claim"]
if digits.name == "mnist":
    assert min(counts[:3]) >= 6 and max(counts[3:]) <= 2
    assert len(alive) >= 27
    # Which rows are alike may differ, but in both groups two are.
    alike = np.corrcoef(added[:, units].T)
    for group in alike[:3, :3], alike[3:, 3:]:
        assert group[np.triu_indices(3, 1)].max() > 0.8

# %% [markdown]
# ??? note "Units that hardly learn"
#     A unit that is silent on every training digit has gradient 0, so it never changes again: it is
#     a *[dead unit](22_jargon.md#dead-unit)*. Here, hardly any unit is silent on all held-out
#     digits. A unit whose weights hardly changed need not be dead: if its weight in the second
#     layer is near zero, so is the slope that comes back through that weight.
#
# ## What you learned
#
# - You can draw what a unit does: it bends along a line, and the next layer adds up the bends.
# - You can say what universal approximation promises and what it does not, and write down a network
#   that follows a given curve, without training.
# - You can choose the width of a hidden layer by trying.
# - You can explain why depth multiplies bends, and name four things that spoil a deep network.
# - You can look at a unit through its weights and through the images that excite it most.
#
# ## Exercises
#
# ### Exercise 1: the absolute value
#
# Which weights make a network compute $|x|$? Write `absolute()`, which returns two
# [`Linear`][jaxdigits.Linear] layers for [`mlp`][jaxdigits.mlp], from one input to one output. How
# many hidden units do you need?
#
# ??? tip "A hint"
#     $|x|$ is $x$ on the right and $-x$ on the left. Let one hinge rise to the right, and another
#     to the left. The weights of the first layer have the shape `(1, units)`, those of the second
#     `(units, 1)`.


# %% tags=["check"]
def check_absolute(absolute):
    x = np.array([[-2.0], [-0.3], [0.0], [0.7], [3.0]])

    def judged(x):
        first, second = absolute()
        return jd.mlp([jd.Linear(*first), jd.Linear(*second)], x)

    slips = {
        "that is x itself; which sign does the second hinge need?": lambda x: x,
        "right for positive x; on the left nothing rises yet.": (
            lambda x: np.maximum(x, 0)
        ),
        "right for negative x; on the right nothing rises yet.": (
            lambda x: np.maximum(-x, 0)
        ),
        "that is upside down.": lambda x: -np.abs(x),
    }
    return jd.check_answer(judged, np.abs, [(x,), (-x[1:4],)], slips=slips)


# %% tags=["answer"]
def absolute():
    first = jd.Linear(w=jnp.array([[1.0, -1.0]]), b=jnp.zeros(2))
    second = jd.Linear(w=jnp.array([[1.0], [1.0]]), b=jnp.zeros(1))
    return first, second


print(check_absolute(absolute))

# %% [markdown]
# Two units, because a single hinge is flat on one side, and $|x|$ is flat nowhere.
#
# ### Exercise 2: count the dead
#
# Write `count_dead(first, x)`: how many hidden units are 0 for _every_ row of `x`? `first` is the
# first layer of a network with ReLU, a `Linear` with `first.w` and `first.b`.
#
# ??? tip "A hint"
#     `x @ first.w + first.b` has one row per example and one column per unit. A unit is dead if the
#     largest sum in its column is not above zero.


# %% tags=["check"]
def check_count_dead(count_dead):
    def judged(w, b, x):
        return int(count_dead(jd.Linear(w=jnp.array(w), b=jnp.array(b)), x))

    def sums(w, b, x):
        return x @ w + b

    def expected(w, b, x):
        return int((sums(w, b, x) <= 0).all(axis=0).sum())

    def layer(seed, n_in, units, n):
        random = np.random.default_rng(seed)
        w = random.normal(size=(n_in, units)).astype(np.float32)
        b = random.normal(size=units).astype(np.float32) - 2
        return w, b, random.normal(size=(n, n_in)).astype(np.float32)

    slips = {
        "those are the units that are alive.": (
            lambda w, b, x: int((sums(w, b, x) > 0).any(axis=0).sum())
        ),
        "that counts units that are silent for some row, not for every row.": (
            lambda w, b, x: int((sums(w, b, x) <= 0).any(axis=0).sum())
        ),
        "that counts zeros; a unit has one column, with a row per example.": (
            lambda w, b, x: int((sums(w, b, x) <= 0).sum())
        ),
        "that counts rows for which all units are silent.": (
            lambda w, b, x: int((sums(w, b, x) <= 0).all(axis=1).sum())
        ),
        "what about the bias?": (
            lambda w, b, x: int((x @ w <= 0).all(axis=0).sum())
        ),
    }
    inputs = [layer(1, 2, 9, 4), layer(2, 3, 12, 7), layer(3, 5, 6, 3)]
    biases = np.array([0.0, 1.0, -1.0], np.float32)
    inputs.append((np.zeros((2, 3), np.float32), biases, inputs[0][2]))
    return jd.check_answer(judged, expected, inputs, slips=slips)


# %% tags=["answer"]
def count_dead(first, x):
    sums = x @ first.w + first.b
    return (sums.max(axis=0) <= 0).sum()


print(check_count_dead(count_dead))

# %% [markdown]
# ### Exercise 3: a unit's favorites
#
# Write `favorites_of(first, x, unit, count)`: the row numbers of the `count` examples in `x` for
# which the hidden unit with the number `unit` has the largest sum before the ReLU, the largest
# first.
#
# ??? tip "A hint"
#     Column `unit` of the sums says how much each example excites it. `np.argsort(-values)` returns
#     row numbers from the largest value to the smallest.


# %% tags=["check"]
def check_favorites_of(favorites_of):
    def judged(w, b, x, unit, count):
        first = jd.Linear(w=jnp.array(w), b=jnp.array(b))
        return np.asarray(favorites_of(first, x, unit, count))

    def ranked(w, b, x, unit, count):
        return np.argsort(-(x @ w + b)[:, unit])

    def expected(w, b, x, unit, count):
        return ranked(w, b, x, unit, count)[:count]

    def example(seed, n, n_in, units, unit, count):
        random = np.random.default_rng(seed)
        w = random.normal(size=(n_in, units)).astype(np.float32)
        x = random.normal(size=(n, n_in)).astype(np.float32)
        return w, random.normal(size=units).astype(np.float32), x, unit, count

    slips = {
        "the largest should come first.": (
            lambda *given: expected(*given)[::-1]
        ),
        "those are the ones that excite it least.": (
            lambda *given: ranked(*given)[::-1][: given[-1]]
        ),
        "those are sums; return the numbers of the rows.": (
            lambda w, b, x, unit, count: np.sort(-(x @ w + b)[:, unit])[:count]
        ),
        "return only as many as asked for.": ranked,
        "a unit is a column of the sums, not a row.": (
            lambda w, b, x, unit, count: np.argsort(-(x @ w + b)[unit])[:count]
        ),
    }
    inputs = [example(1, 9, 4, 3, 2, 3), example(2, 12, 3, 8, 5, 4)]
    inputs.append(example(3, 7, 2, 4, 0, 1))
    return jd.check_answer(judged, expected, inputs, slips=slips)


# %% tags=["answer"]
def favorites_of(first, x, unit, count):
    sums = np.asarray(x @ first.w + first.b)
    return np.argsort(-sums[:, unit])[:count]


print(check_favorites_of(favorites_of))

# %% [markdown]
# ### Exercise 4: a bump
#
# *To think about overnight.* Write `bump(left, top, right)`, which returns two `Linear` layers for
# `mlp`, from one input to one output. The network is 0 up to `left`, rises in a straight line to 1
# at `top`, falls in a straight line to 0 at `right`, and stays 0.
#
# ??? tip "A hint"
#     Use three hinges, which start at `left`, `top` and `right`. The first rises with slope
#     `1 / (top - left)`. By how much must the slope change at `top`, so that the line falls to 0 at
#     `right`? And at `right`, so that it becomes flat?


# %% tags=["check"]
def check_bump(bump):
    def judged(left, top, right):
        first, second = bump(left, top, right)
        x = np.linspace(left - 3, right + 3, 61)[:, None]
        layers = [jd.Linear(*(jnp.asarray(part, float) for part in first))]
        layers.append(jd.Linear(*(jnp.asarray(part, float) for part in second)))
        return np.asarray(jd.mlp(layers, x))

    def piecewise(heights):
        def values(left, top, right):
            x = np.linspace(left - 3, right + 3, 61)[:, None]
            places = [left, top, right, right + 3]
            return np.interp(x, places, heights(left, top, right))

        return values

    slips = {
        "after the last corner it should stay 0, but it goes on falling.": (
            piecewise(lambda left, top, right: [0, 1, 0, -3 / (right - top)])
        ),
        "it should fall after the top.": piecewise(lambda *_: [0, 1, 1, 1]),
        "the top should be at 1.": (
            piecewise(lambda left, top, right: [0, top - left, 0, 0])
        ),
    }
    inputs = [(0.0, 1.0, 3.0), (-2.0, -0.5, 0.0), (1.0, 5.0, 5.5)]
    right = piecewise(lambda *_: [0, 1, 0, 0])
    return jd.check_answer(judged, right, inputs, slips=slips)


# %% tags=["answer"]
def bump(left, top, right):
    up, down = 1 / (top - left), 1 / (right - top)
    turns = np.array([up, -up - down, down])
    first = jd.Linear(w=np.ones((1, 3)), b=-np.array([left, top, right]))
    second = jd.Linear(w=turns[:, None], b=np.zeros(1))
    return first, second


print(check_bump(bump))

# %% [markdown]
# **Next:** your networks can tell threes from sevens. [Lesson 13](13_ten_averages.py) takes on all
# ten digits, and begins with a baseline.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4.
# Cybenko, *Approximation by Superpositions of a Sigmoidal Function*, 1989. Leshno, Lin, Pinkus and
# Schocken, *Multilayer Feedforward Networks With a Nonpolynomial Activation Function Can
# Approximate Any Function*, 1993. Telgarsky, *Benefits of Depth in Neural Networks*, 2016. Glorot
# and Bengio, *Understanding the Difficulty of Training Deep Feedforward Neural Networks*, 2010.
# Zeiler and Fergus, *Visualizing and Understanding Convolutional Networks*, 2014.
