# %% [markdown]
# ---
# reads_for: 40  # ten small puzzles, one at a time
# runs_for: 50  # trains a dozen small models
# ---
#
# # 21. When it does not learn
#
# **The program runs, nothing complains, and the accuracy stays where it was. Where do you look?** A
# bug in ordinary code usually ends in an error message. A bug in training is often silent, because
# gradient descent does its best with any loss and any data. This lesson has a checklist, ten broken
# programs to practice on, and six tools. Each program is modeled on a question that somebody asked
# in public. Solve it here first, and it may save you an evening.
#
# *You need:* [lesson 10](10_an_optimizer.py), and for three of the puzzles
# [lesson 11](11_a_nonlinearity.py) and [lesson 14](14_ten_linear_models.py).
#
# ## A program that works
#
# To recognize a sick program, you need a healthy one. Here are 2,000 threes and sevens for
# training, and 2,000 others for measuring the accuracy.

# %%
import glob
import tempfile

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.experimental import checkify

import jaxdigits as jd

# %%
jd.enable_compilation_cache()
digits = jd.load("auto")
both = jd.select(digits.train, [3, 7])
half = min(2000, len(both.labels) // 2)
images, labels = both.images[:half], both.labels[:half]
x, y = jd.flatten(jd.to_float(images)), jd.binary_targets(labels, positive=3)
valid = jd.to_examples(both, positive=3)
x_valid, y_valid = valid[0][half : 2 * half], valid[1][half : 2 * half]
start = jd.init_linear(jax.random.key(0), x.shape[1], 1)

# %% [markdown]
# The model is linear, the loss is the mean squared error after a sigmoid, and each step looks at
# all the training digits. `report` prints their loss, and the accuracy on the 2,000 others.


# %%
def loss(params, x, y):
    confidence = jax.nn.sigmoid(jd.linear(params, x))
    return ((confidence - y) ** 2).mean()


@jax.jit
def step(params, x, y, learning_rate):
    grads = jax.grad(loss)(params, x, y)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)


# %%
def report(params, name=""):
    score = jd.binary_accuracy(jd.linear(params, x_valid), y_valid)
    now = loss(params, x, y)
    print(f"{name:10} loss {now:.4f}, accuracy {score:.3f}")
    return float(score)


params = start
untrained = report(params, "before")
for _ in range(100):
    params = step(params, x, y, 1.0)
healthy = report(params, "after")

# %% [markdown]
# After a hundred steps, more than nine of ten are right. The loss fell by a lot, and the accuracy
# rose with it, as it should. (Before training, fewer than half are right, by bad luck. Keep that
# first loss in mind, though.)

# %% tags=["claim"]
if digits.name == "mnist":
    assert untrained < 0.5 and healthy > 0.9
    assert loss(params, x, y) < loss(start, x, y) / 10

# %% [markdown]
# ## The checklist
#
# When your own program does not learn, go through these items in order. The first are the quickest
# to check, and find the most common mistakes.
#
# 1. **Look at the inputs.** Draw a few of them _as the model sees them_, with their targets as
#    titles. Print shapes, types, smallest and largest values.
# 2. **Look at the outputs before training.** Is the loss that of an undecided model? If a model
#    says one half to every image, each squared error is 0.25. If it gives ten classes a tenth each,
#    the cross-entropy is $\log 10$, about 2.303. <!-- typed: lesson 14 computes it -->
# 3. **Learn ten examples by heart.** A healthy program gets its loss near zero on ten examples, in
#    seconds. If yours can't, find out why before you train on more.
# 4. **Look at the gradient.** Is it zero, `nan`, or huge, and in which array?
#    `jax.tree.map(lambda g: abs(g).max(), grads)` gives one number for each.
# 5. **Check that a step changes the parameters**, and that the loss on _the same_ examples falls
#    after one small step.
# 6. **Try learning rates** ten and a hundred times smaller and larger.
# 7. **Compare with something simple**: always the same answer, the nearest mean, a linear model.
# 8. **Compute the loss and the accuracy by hand** for three examples. If the loss falls and the
#    accuracy doesn't rise, one of the two may not measure what you think.
#
# If you have time for only one item, take the third. Can our healthy program learn ten digits by
# heart? A thousand steps should be more than enough.

# %%
params = start
for _ in range(1000):
    params = step(params, x[:10], y[:10], 3.0)
print(f"loss on ten digits {loss(params, x[:10], y[:10]):.5f}")

# %% [markdown]
# It can't! This surprised us, too: our healthy program has a small disease of its own. On MNIST,
# the loss stays at one tenth. A wholly wrong answer has a squared error of 1, and one tenth is the
# mean of a single 1 and nine zeros. So the model has learned nine of the digits, but is still
# fully convinced of a wrong answer to one.
#
# Item 2 could have warned us: before training, the loss was more than twice that of an undecided
# model. The cause is the same. `jd.init_linear` draws weights with a standard deviation of 1,
# unless you say otherwise. Added up over so many pixels, they give logits so large that many digits
# begin where the sigmoid is flat. A digit that begins on the wrong side has almost no slope, and
# stays there.
#
# You know two remedies, and either brings the loss near zero in the same thousand steps: smaller
# weights at the start, such as the `scale=0.3` of lesson 9, or the binary cross-entropy of [lesson
# 14](14_ten_linear_models.py#yes-or-no-by-surprise), whose slope is steep where an answer is wrong.
# Change `start` or `loss`, and try it, but change it back for the puzzles. (On all the digits, the
# program learns well enough, so we keep it.)

# %% tags=["claim"]
if digits.name == "mnist":
    ten_digits = x[:10], y[:10]
    assert 0.095 < loss(params, *ten_digits) < 0.105
    missed = abs(jax.nn.sigmoid(jd.linear(params, x[:10])) - y[:10])
    assert (missed > 0.9).sum() == 1
    assert loss(start, x, y) > 2 * 0.25

    def surprise(params, x, y):
        logits = jd.linear(params, x)
        return optax.sigmoid_binary_cross_entropy(logits, y).mean()

    slope = jax.jit(jax.grad(surprise))
    small = jd.init_linear(jax.random.key(0), x.shape[1], 1, scale=0.3)
    steep = start
    for _ in range(1000):
        small = step(small, *ten_digits, 3.0)
        steep = jd.sgd_update(steep, slope(steep, *ten_digits), 3.0)
    assert loss(small, *ten_digits) < 0.001
    assert loss(steep, *ten_digits) < 0.001

# %% [markdown]
# ## Ten broken programs
#
# You see a complaint, the code, and its output. Find out what is wrong before you open the hint.
# Then rewrite the function that is named below the hint: nothing else is broken. `report` always
# uses the loss from above and the right targets.
#
# ### Exercise 1: always three
#
# "My loss doesn't get below 20, and the model says _three_ to every image."


# %%
def targets(labels):
    return labels[:, None].astype(float)


params = start
for _ in range(100):
    params = step(params, x, targets(labels), 1.0)
print(f"loss {loss(params, x, targets(labels)):.1f}")
always_three = report(params)

# %% [markdown]
# ??? tip "A hint"
#     Item 1 of the checklist: print a few targets. Which values can a sigmoid return?
#
# Write `targets(labels)`, which returns the targets that this loss needs, as a column.

# %% tags=["claim"]
if digits.name == "mnist":
    assert 0.4 < always_three < 0.6


# %% tags=["check"]
def check_targets(targets):
    def expected(labels):
        return (np.asarray(labels)[:, None] == 3).astype(float)

    slips = {
        "a three should be 1 and a seven 0": lambda labels: (
            1 - expected(labels)
        ),
        "make it a column, of shape (n, 1)": lambda labels: expected(labels)[
            :, 0
        ],
        "3 and 7 are out of reach for a sigmoid; use 1 and 0": lambda labels: (
            np.asarray(labels)[:, None].astype(float)
        ),
    }
    inputs = [(np.array([3, 7, 7]),), (np.array([7, 3, 3, 3, 7]),)]
    return jd.check_answer(targets, expected, inputs, slips=slips)


# %% tags=["answer"]
def targets(labels):
    return (labels[:, None] == 3).astype(float)


print(check_targets(targets))

# %% [markdown]
# The sigmoid stays below 1, so a target of 3 or 7 always says "more", and soon the model answers
# nearly 1 to everything. About half of the answers are then 2 below their target, and the others 6.
# The squares are 4 and 36, with a mean of about 20. The losses of the package refuse such targets,
# but a loss of your own accepts anything.
#
# ### Exercise 2: sure of everything
#
# "I use a network with a hidden layer. It is completely sure of every answer, right or wrong. After
# a hundred steps the loss stands still, and the mistakes stay."


# %%
def prepare(images):
    return jd.flatten(images).astype(float)


def network_loss(params, x, y):
    confidence = jax.nn.sigmoid(jd.mlp(params, x))
    return ((confidence - y) ** 2).mean()


@jax.jit
def network_step(params, x, y, learning_rate):
    grads = jax.grad(network_loss)(params, x, y)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)


# %%
network = jd.init_mlp(jax.random.key(1), (x.shape[1], 30, 1))
stuck = []
for prepared in prepare(images), jd.flatten(jd.to_float(images)):
    params = network
    for _ in range(2):
        for _ in range(100):
            params = network_step(params, prepared, y, 0.5)
        stuck.append(float(network_loss(params, prepared, y)))
    print(f"largest input {prepared.max():5.1f}", end=": ")
    early, late = stuck[-2:]
    print(f"loss {early:.4f} after 100 steps, {late:.4f} after 200")

# %% [markdown]
# The first line is the sick program. Its last loss, times the 2,000 digits, is almost exactly a
# whole number, that of its mistakes, because each counts a full 1. The second line is the same
# program with other inputs: its loss is lower and still falling. So the bug must be in `prepare`.
#
# ??? tip "A hint"
#     The largest input is printed. How large is a weighted sum of 784 numbers of this size, and
#     what is the slope of the sigmoid there?
#
# Write `prepare(images)`, which takes bytes from 0 to 255 and returns rows of floats from 0 to 1.

# %% tags=["claim"]
if digits.name == "mnist":
    mistakes = len(y) * stuck[1]
    assert abs(mistakes - round(mistakes)) < 0.01
    assert abs(stuck[0] - stuck[1]) < 1e-3 < stuck[2] - stuck[3]
    assert stuck[2] < stuck[0]


# %% tags=["check"]
def check_prepare(prepare):
    def expected(images):
        return np.asarray(images).reshape(len(images), -1) / 255

    slips = {
        "divide by 255": lambda images: 255 * expected(images),
        "the largest byte is 255, not 256": lambda images: (
            expected(images) * 255 / 256
        ),
        "divide all images by one number, not each by its own": lambda images: (
            expected(images)
            / expected(images).max(axis=1, keepdims=True).clip(1e-9)
        ),
        "return one row per image": lambda images: np.asarray(images) / 255,
    }
    random = np.random.default_rng(0)
    sizes = [(3, 28, 28), (2, 28, 28)]
    draws = [random.integers(0, 200, size).astype(np.uint8) for size in sizes]
    inputs = [(jnp.asarray(draw),) for draw in draws]
    return jd.check_answer(
        prepare, expected, inputs, slips=slips, tolerance=1e-4
    )


# %% tags=["answer"]
def prepare(images):
    return jd.flatten(images).astype(float) / 255


print(check_prepare(prepare))

# %% [markdown]
# With inputs up to 255, the logits are in the hundreds, where the sigmoid is flat. The slopes of
# the few digits whose logit is near zero are multiplied by inputs up to 255, so the first steps are
# enormous leaps. Soon nearly every output is exactly 0 or 1, hardly any gradient gets through, and
# wrong answers stay wrong. `jd.to_float` divides for you. `jd.fit` divides bytes, too, and warns
# you of floats up to 255.
#
# ### Exercise 3: as good as a coin
#
# "My loss falls. Slowly, but it does! Yet the accuracy is that of a coin."


# %%
def pale_loss(params, x, y):
    confidence = jax.nn.sigmoid(jd.linear(params, x))
    return ((confidence - y.reshape(-1)) ** 2).mean()


pale_gradient = jax.jit(jax.grad(pale_loss))
params = start
print(f"loss before {pale_loss(params, x, y):.3f}", end=", ")
for _ in range(100):
    grads = pale_gradient(params, x, y)
    params = jax.tree.map(lambda p, g: p - 1.0 * g, params, grads)
print(f"after {pale_loss(params, x, y):.3f}")
coin = report(params)

# %% [markdown]
# ??? tip "A hint"
#     Items 1 and 8: what is the shape of `confidence - y.reshape(-1)`? ([Lesson
#     4](04_metrics.py#the-rule) has the rule.)
#
# Write `pale_loss(params, x, y)` so that it computes the mean squared error that its author had in
# mind.

# %% tags=["claim"]
if digits.name == "mnist":
    assert 0.4 < coin < 0.6


# %% tags=["check"]
def check_pale_loss(pale_loss):
    @jax.jit
    def expected(params, x, y):
        confidence = jax.nn.sigmoid(x @ params.w + params.b)
        return ((confidence - y) ** 2).mean()

    slips = {
        "this still compares each answer with every target": (
            lambda params, x, y: (
                (jax.nn.sigmoid(x @ params.w + params.b) - y[:, 0]) ** 2
            ).mean()
        ),
        "take the mean, not the sum": lambda params, x, y: (
            expected(params, x, y) * len(x)
        ),
        "the sigmoid is missing": lambda params, x, y: (
            (x @ params.w + params.b - y) ** 2
        ).mean(),
    }
    random = np.random.default_rng(0)
    inputs = [
        (
            jd.Linear(jnp.array(random.normal(size=(2, 1))), jnp.ones(1)),
            jnp.array(random.normal(size=(n, 2))),
            jnp.array(random.integers(0, 2, (n, 1)).astype(float)),
        )
        for n in (5, 8)
    ]
    return jd.check_answer(pale_loss, expected, inputs, slips=slips)


# %% tags=["answer"]
def pale_loss(params, x, y):
    confidence = jax.nn.sigmoid(jd.linear(params, x))
    return ((confidence - y) ** 2).mean()


print(check_pale_loss(pale_loss))

# %% [markdown]
# A column minus a row is a table of all pairs, so each answer is compared with the targets of _all_
# digits. The best single answer to all targets is their mean, about one half. So each step pulls
# every answer there, whatever the image shows. That lowers the loss, but teaches nothing about
# threes and sevens. This is why the losses of the package check shapes.
#
# ### Exercise 4: worse than guessing
#
# "Accuracy 0.05, on two classes. How can it be _worse_ than guessing?" <!-- typed: a question -->


# %%
@jax.jit
def brave_step(params, x, y, learning_rate):
    grads = jax.grad(loss)(params, x, y)
    return jax.tree.map(lambda p, g: p + learning_rate * g, params, grads)


params = start
for _ in range(100):
    params = brave_step(params, x, y, 1.0)
worse = report(params)

# %% [markdown]
# ??? tip "A hint"
#     To be wrong nearly always, a model must know the answer very well. Which line could turn its
#     knowledge around?
#
# Write `brave_step(params, x, y, learning_rate)` so that it learns.

# %% tags=["claim"]
if digits.name == "mnist":
    assert worse < 0.1


# %% tags=["check"]
@jax.jit
def one_step(params, x, y, rate):
    """Move along the gradient, which the checks of three exercises need."""

    def loss(params):
        confidence = jax.nn.sigmoid(x @ params.w + params.b)
        return ((confidence - y) ** 2).mean()

    grads = jax.grad(loss)(params)
    return jax.tree.map(lambda p, g: p + rate * g, params, grads)


def check_brave_step(brave_step):
    def expected(params, x, y, rate, sign=-1):
        return one_step(params, x, y, sign * rate)

    slips = {
        "this goes uphill": lambda *inputs: expected(*inputs, sign=1),
        "the learning rate is missing": lambda params, x, y, rate: expected(
            params, x, y, 1.0
        ),
        "this leaves the parameters as they are": lambda params, *rest: params,
    }
    random = np.random.default_rng(0)
    params = jd.Linear(jnp.array(random.normal(size=(3, 1))), jnp.ones(1))
    x = jnp.array(random.normal(size=(6, 3)))
    y = jnp.array([[0.0], [1], [1], [0], [1], [1]])
    inputs = [(params, x, y, 0.5), (params, x[:4], y[:4], 3.0)]
    return jd.check_answer(brave_step, expected, inputs, slips=slips)


# %% tags=["answer"]
def brave_step(params, x, y, learning_rate):
    grads = jax.grad(loss)(params, x, y)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)


print(check_brave_step(brave_step))

# %% [markdown]
# An accuracy far below chance is good news: data, model and gradient all work, and only the
# direction is wrong. Look for a sign in the step or the loss, or for two swapped classes.
#
# ### Exercise 5: the same loss
#
# "The loss is exactly the same, to the last digit, after every step."


# %%
optimizer = optax.sgd(1.0)


@jax.jit
def optax_step(params, opt_state, x, y):
    grads = jax.grad(loss)(params, x, y)
    updates, opt_state = optimizer.update(grads, opt_state, params)
    optax.apply_updates(params, updates)
    return params, opt_state


params, opt_state = start, optimizer.init(start)
for _ in range(3):
    params, opt_state = optax_step(params, opt_state, x, y)
    print(f"loss {loss(params, x, y):.7f}")

# %% [markdown]
# ??? tip "A hint"
#     Arrays in JAX never change. So what does a function that "applies updates" do?
#
# Write `optax_step(params, opt_state, x, y)` so that it learns.


# %% tags=["check"]
def check_optax_step(optax_step):
    def expected(params, opt_state, x, y):
        return one_step(params, x, y, -1.0), opt_state

    slips = {
        "the new parameters get lost on the way": lambda params, state, x, y: (
            params,
            state,
        ),
        "return the optimizer's state, too": lambda *inputs: expected(*inputs)[
            0
        ],
        "this goes uphill": lambda params, state, x, y: (
            one_step(params, x, y, 1.0),
            state,
        ),
    }
    random = np.random.default_rng(0)
    params = jd.Linear(jnp.array(random.normal(size=(3, 1))), jnp.ones(1))
    x = jnp.array(random.normal(size=(6, 3)))
    y = jnp.array([[0.0], [1], [1], [0], [1], [1]])
    state = optax.sgd(1.0).init(params)
    inputs = [(params, state, x, y), (params, state, x[:4], y[:4])]
    return jd.check_answer(optax_step, expected, inputs, slips=slips)


# %% tags=["answer"]
def optax_step(params, opt_state, x, y):
    grads = jax.grad(loss)(params, x, y)
    updates, opt_state = optimizer.update(grads, opt_state, params)
    return optax.apply_updates(params, updates), opt_state


print(check_optax_step(optax_step))

# %% [markdown]
# `optax.apply_updates` returns new parameters, and the program did not keep them. If the loss is
# equal _to the last digit_, nothing moves at all: a result is lost, as here, or the gradient or the
# learning rate is exactly zero. A similar bug is an optimizer state that is made anew in each step,
# so that momentum never builds up.
#
# ### Exercise 6: fair to every class
#
# "I set all weights to zero, to be fair to every class. The linear model was fine with that."


# %%
def init(key):
    first = jd.Linear(jnp.zeros((x.shape[1], 30)), jnp.zeros(30))
    return first, jd.Linear(jnp.zeros((30, 1)), jnp.zeros(1))


params = init(jax.random.key(0))
for _ in range(100):
    params = network_step(params, x, y, 0.5)
print(f"loss {network_loss(params, x, y):.4f}")
moved = [float(jnp.abs(leaf).max()) for leaf in jax.tree.leaves(params)]
print("largest size per array:", np.round(moved, 4))

# %% [markdown]
# Only the last array, the bias of the output, has moved. The loss is that of a model that says
# about one half to everything.
#
# ??? tip "A hint"
#     Go backward by hand, as in [lesson 11](11_a_nonlinearity.py). What is multiplied by zero?
#
# Write `init(key)`, which returns parameters from which this network, with 30 hidden units, can
# learn. Many answers are right.

# %% tags=["claim"]
assert moved[:3] == [0, 0, 0] and moved[3] >= 0


# %% tags=["check"]
def check_init(init):
    def describe(params):
        first, second = params
        units = np.asarray(first.w).T
        different = len(np.unique(units.round(6), axis=0)) == len(units)
        used = bool((np.asarray(second.w) != 0).all())
        small = bool(np.abs(units).max() < 2)
        return np.shape(second.w), different, used, small

    def expected(key):
        return (30, 1), True, True, True

    def tried(key):
        return describe(init(key))

    slips = {
        "all hidden units are alike, so they will stay alike": lambda key: (
            (30, 1),
            False,
            True,
            True,
        ),
        "the second layer is zero, so nothing gets back to the first": (
            lambda key: ((30, 1), True, False, True)
        ),
        "both layers are constant; every hidden unit needs its own start": (
            lambda key: ((30, 1), False, False, True)
        ),
        "these weights are too large: take numbers well below 1": lambda key: (
            (30, 1),
            True,
            True,
            False,
        ),
    }
    keys = [(jax.random.key(0),), (jax.random.key(1),)]
    return jd.check_answer(tried, expected, keys, slips=slips)


# %% tags=["answer"]
def init(key):
    return jd.init_mlp(key, (x.shape[1], 30, 1))


print(check_init(init))

# %% [markdown]
# With all weights at zero, the hidden units are zero. The slope of a weight in the second layer
# contains its hidden unit as a factor, so it is zero, too. On the way back to the first layer,
# every slope is multiplied by a weight of the second, so nothing arrives there.
#
# With equal weights that are _not_ zero, the network learns something, but all hidden units get
# equal slopes, and stay copies of one another. A linear model has no hidden units, and its inputs
# are not zero, so zeros are a fine start for it.
#
# ### Exercise 7: it forgets
#
# "It forgets. After each epoch it is good at sevens, and bad at threes."


# %%
def order(key, labels):
    return jnp.argsort(labels)


params = start
for epoch in range(3):
    rows = np.asarray(order(jax.random.key(epoch), labels))
    size = len(rows) // 30
    for batch in rows[: 30 * size].reshape(30, size):
        params = step(params, x[batch], y[batch], 1.0)
forgets = report(params)
right = np.asarray((jd.linear(params, x_valid) > 0) == y_valid)
threes = right[np.asarray(y_valid == 1)].mean()
sevens = right[np.asarray(y_valid == 0)].mean()
print(f"right: {threes:.3f} of the threes, {sevens:.3f} of the sevens")

# %% [markdown]
# ??? tip "A hint"
#     Which digits did the last batches of an epoch hold?
#
# Write `order(key, labels)`, which returns the numbers of all examples, from 0 on, in the order in
# which an epoch should go through them.

# %% tags=["claim"]
if digits.name == "mnist":
    assert forgets < healthy and threes < sevens - 0.1


# %% tags=["check"]
def check_order(order):
    labels = jnp.array([3] * 40 + [7] * 61)

    def describe(key):
        rows = np.asarray(order(key, labels))
        once = rows.shape == (101,) and set(rows.tolist()) == set(range(101))
        mixed = once and 2 < int((rows[:50] < 40).sum()) < 38
        other = np.asarray(order(jax.random.key(77), labels))
        return once, mixed, bool((rows != other).any())

    slips = {
        "each example belongs in once, by its number": lambda key: (
            False,
            False,
            True,
        ),
        "this is no random order": lambda key: (True, False, False),
        "use the key that you are given, so that epochs differ": lambda key: (
            True,
            True,
            False,
        ),
    }
    keys = [(jax.random.key(0),), (jax.random.key(5),)]
    right = lambda key: (True, True, True)  # noqa: E731
    return jd.check_answer(describe, right, keys, slips=slips)


# %% tags=["answer"]
def order(key, labels):
    return jax.random.permutation(key, len(labels))


print(check_order(order))

# %% [markdown]
# Batches with only threes teach the model to say _three_, and then batches with only sevens teach
# it to say _seven_. After an epoch, it leans to the class that it saw last. Images are often stored
# in one folder per class and read folder by folder, so this bug may come with the data.
#
# ### Exercise 8: so slowly
#
# "Ten digits. It learns, but so slowly! After a hundred steps it is right for one digit in five."

# %%
ten = jax.tree.map(lambda part: part[: 2 * half], digits.train)
x_ten, y_ten = jd.to_examples(ten)
half_ten = len(y_ten) // 2


def slow_loss(logits, labels):
    return jd.cross_entropy_loss(jax.nn.softmax(logits), labels)


def train_ten(loss, steps=100):
    def of_params(params, x, y):
        return loss(jd.linear(params, x), y)

    gradient = jax.jit(jax.grad(of_params))
    params = jd.init_linear(jax.random.key(0), x_ten.shape[1], 10)
    for _ in range(steps):
        grads = gradient(params, x_ten[:half_ten], y_ten[:half_ten])
        params = jd.sgd_update(params, grads, 0.3)
    logits = jd.linear(params, x_ten[half_ten:])
    return float(jd.accuracy(logits, y_ten[half_ten:]))


# %%
slow = train_ten(slow_loss)
print(f"accuracy {slow:.3f}")

# %% [markdown]
# ??? tip "A hint"
#     What does `cross_entropy_loss` expect, [logits](22_jargon.md#logit) or probabilities? What
#     happens to ten numbers between 0 and 1 in another softmax?
#
# Write `slow_loss(logits, labels)` so that the same hundred steps get further.

# %% tags=["claim"]
if digits.name == "mnist":
    assert 0.15 < slow < 0.3


# %% tags=["check"]
def check_slow_loss(slow_loss):
    @jax.jit
    def expected(logits, labels):
        logs = logits - jax.nn.logsumexp(logits, axis=1, keepdims=True)
        return -logs[jnp.arange(len(labels)), labels].mean()

    slips = {
        "there still is one softmax too many": lambda logits, labels: expected(
            jax.nn.softmax(logits), labels
        ),
        "the sign is wrong": lambda logits, labels: -expected(logits, labels),
        "softmax and then the logarithm becomes inf for large logits": (
            lambda logits, labels: (
                -jnp.log(
                    jax.nn.softmax(logits)[jnp.arange(len(labels)), labels]
                ).mean()
            )
        ),
    }
    random = np.random.default_rng(0)
    inputs = []
    for n, size in (4, 1.0), (7, 300.0):
        logits = jnp.array(size * random.normal(size=(n, 10)))
        inputs.append((logits, jnp.array(random.integers(0, 10, n))))
    return jd.check_answer(slow_loss, expected, inputs, slips=slips)


# %% tags=["answer"]
def slow_loss(logits, labels):
    return jd.cross_entropy_loss(logits, labels)


print(check_slow_loss(slow_loss))
print(f"accuracy {train_ten(slow_loss):.3f}")

# %% [markdown]
# The same hundred steps now get more than twice as many digits right. `cross_entropy_loss` takes
# the softmax itself. A second softmax turns numbers between 0 and 1 into nearly equal
# probabilities: even a perfect answer, a 1 and nine zeros, gives the right digit only $e/(e+9)$,
# less than a quarter. So the loss can't get near zero, and its slopes are small. PyTorch's
# `CrossEntropyLoss` also takes logits, so the mistake is common there.

# %% tags=["claim"]
assert np.e / (np.e + 9) < 1 / 4
if digits.name == "mnist":
    assert train_ten(slow_loss) > 2 * slow

# %% [markdown]
# ### Exercise 9: the nan
#
# "It trains for a while, and then the loss is `nan`. But I take the root of positive numbers only!"


# %%
def root(x):
    return jnp.where(x > 0, jnp.sqrt(x), 0.0)


print("values", root(jnp.array([4.0, 0.0])))
print("slopes", jax.grad(lambda x: root(x).sum())(jnp.array([4.0, 0.0])))

# %% [markdown]
# ??? tip "A hint"
#     `where` computes both branches. Its gradient takes the slope of the branch that was not
#     chosen, too, and multiplies it by 0. The slope of the root at 0 is infinite, and `inf` times
#     0 is `nan`. How can you keep the 0 away from `sqrt`?
#
# Write `root(x)` with the same values, and with a slope of 0 where `x` is 0 or negative.


# %% tags=["check"]
def check_root(root):
    def judged(root):
        def both(x):
            slopes = jax.grad(lambda x: root(x).sum())(x)
            return np.asarray(root(x)), np.asarray(slopes)

        return both

    def right(x):
        inside = jnp.where(x > 0, x, 1.0)
        return jnp.where(x > 0, jnp.sqrt(inside), 0.0)

    slips = {
        "the slope is still nan at 0": judged(
            lambda x: jnp.where(x > 0, jnp.sqrt(x), 0.0)
        ),
        "negative numbers should give 0": judged(
            lambda x: jnp.sqrt(jnp.abs(x) + 1e-12)
        ),
    }
    inputs = [(jnp.array([4.0, 0.0, 9.0, -1.0]),), (jnp.array([0.25, 0.0]),)]
    return jd.check_answer(judged(root), judged(right), inputs, slips=slips)


# %% tags=["answer"]
def root(x):
    inside = jnp.where(x > 0, x, 1.0)
    return jnp.where(x > 0, jnp.sqrt(inside), 0.0)


print(check_root(root))

# %% [markdown]
# The values were right all along, but the first `x` that was exactly 0 made a slope `nan`, and the
# step carried it into the parameters. It isn't enough to replace the _output_ of a dangerous
# function: replace its _input_ as well. The same happens with `log(0)`, with `x / 0`, and with the
# norm of a vector of zeros.
#
# ### Exercise 10: the knob
#
# "I change the learning rate, and the result stays the same. It is as if the program didn't
# listen."

# %%
learning_rate = 1.0


@jax.jit
def deaf_step(params, x, y):
    grads = jax.grad(loss)(params, x, y)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)


for learning_rate in 1.0, 0.0:
    changed = deaf_step(start, x, y)
    print(f"rate {learning_rate}: loss {loss(changed, x, y):.4f}")

# %% [markdown]
# With a rate of 0.0, the loss should be that of the start: the first loss of this lesson.
#
# ??? tip "A hint"
#     When does JAX look at the value of `learning_rate`?
#
# Write `deaf_step(params, x, y, learning_rate)`, again compiled, so that it listens.


# %% tags=["check"]
def check_deaf_step(deaf_step):
    def expected(params, x, y, rate):
        return one_step(params, x, y, -rate)

    slips = {
        "the learning rate is still that of the first call": (
            lambda params, x, y, rate: expected(params, x, y, 0.5)
        ),
        "this goes uphill": lambda params, x, y, rate: expected(
            params, x, y, -rate
        ),
    }
    random = np.random.default_rng(0)
    params = jd.Linear(jnp.array(random.normal(size=(3, 1))), jnp.ones(1))
    x = jnp.array(random.normal(size=(6, 3)))
    y = jnp.array([[0.0], [1], [1], [0], [1], [1]])
    inputs = [(params, x, y, 0.5), (params, x, y, 2.0), (params, x, y, 0.0)]
    return jd.check_answer(deaf_step, expected, inputs, slips=slips)


# %% tags=["answer"]
@jax.jit
def deaf_step(params, x, y, learning_rate):
    grads = jax.grad(loss)(params, x, y)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)


print(check_deaf_step(deaf_step))

# %% [markdown]
# JAX looks at names from outside only when it traces the function: at the first call, and again
# for new shapes. The program keeps what it found, here a rate of 1. So pass everything that may
# change as an argument. (In exercise 5, `optax_step` takes `optimizer` from outside, which is
# safe, because `optimizer` never changes.)
#
# ## From symptom to suspect
#
# In your own code, look for these causes first:
#
# | what you see | look first at | exercise or section |
# | --- | --- | --- |
# | the loss changes little or not at all | lost results, zero gradients, [dead units](22_jargon.md#dead-unit), a rate of 0 | 5, 6 |
# | a setting has no effect | values that were built in when tracing | 10 |
# | the loss stops far above zero | targets, a second softmax | 1, 8 |
# | the loss stops, all answers are extreme | the scale of inputs and weights | 2, [the checklist](#the-checklist) |
# | the loss falls, the accuracy does not rise | shapes, images and labels shuffled apart, overfitting, held-out data prepared differently | 3, [lesson 15](15_a_small_network.py#learning-by-heart) |
# | the accuracy is far below chance | a sign, swapped classes | 4 |
# | one class is much worse | the order of the examples | 7 |
# | the loss is `nan` | roots, logarithms, divisions at 0, or a learning rate that is far too large | 9, [lesson 5](05_gradients.py#larger-still-diverging) |
# | the loss jumps up and down, or grows | a learning rate that is too large | [lesson 5](05_gradients.py#too-large-bouncing) |
# | each step takes far too long | compiling again and again | [tools](#see-what-is-compiled-and-how-often) |
#
# ## Tools
#
# Sometimes the code looks right, and you need to see the numbers inside. If the program is small,
# switch compiling off: inside `with jax.disable_jit():`, an ordinary `print` or debugger shows
# them. The six tools below work in compiled code.
#
# ### Print from a compiled function
#
# An ordinary `print` in a compiled function runs only during [tracing](22_jargon.md#tracing), when
# there are no numbers yet. `jax.debug.print` runs with every call and shows the values. How often
# will each of the two print in two calls?


# %%
@jax.jit
def watched(params, x, y):
    print("traced with", jax.typeof(x))
    value = loss(params, x, y)
    jax.debug.print("the loss is {value:.4f}", value=value)
    return value


for _ in range(2):
    watched(start, x, y).block_until_ready()
jax.effects_barrier()

# %% [markdown]
# Two calls showed the loss twice, but `print` wrote only one line, while JAX traced the function.
# (`effects_barrier` waits until everything is printed.)
#
# ### Find the first nan
#
# Once a loss is `nan`, so are all gradients and parameters after it, and you can't see where it
# began. `jax.debug_nans` checks every result. If a compiled function returns `nan`, JAX runs it
# again, one operation at a time, and raises an error at the first one that makes a `nan`. Which
# operation will that be for the broken root of exercise 9?

# %%
try:
    with jax.debug_nans(True):
        jax.grad(lambda x: jnp.where(x > 0, jnp.sqrt(x), 0.0).sum())(
            jnp.zeros(2)
        )
except FloatingPointError as error:
    print(str(error).splitlines()[0])

# %% [markdown]
# It names a multiplication: the infinite slope times zero. The check costs time, so switch it on
# only while you search.
#
# ### Ask whether a key was used twice
#
# If you use one key for two purposes, such as weights and noise, both get the same random numbers,
# and nothing looks wrong. What will JAX's own check say?

# %%
key = jax.random.key(0)
try:
    with jax.debug_key_reuse(True):
        weights = jax.random.normal(key, (3,))
        noise = jax.random.normal(key, (3,))
except Exception as error:
    print(type(error).__name__)

# %% [markdown]
# It refuses the second use. The error's name says why.
#
# ### See what is compiled, and how often
#
# If a program learns but takes far too long, it may be compiling all the time. Inside
# `with jax.log_compiles(True):`, each compilation is reported in the log. To count them, ask
# `jax.monitoring`, which calls a function of yours, here `listen`, at each event. Take five
# batches, the first three of different sizes. (NumPy cuts them, because JAX would compile the
# cutting, too.) How many programs will be compiled?

# %%
compiled = []


def listen(event, seconds, **details):
    if event.endswith("backend_compile_duration"):
        compiled.append(seconds)


jax.monitoring.register_event_duration_secs_listener(listen)
rows, targets_of_rows = np.asarray(x), np.asarray(y)
for n in 50, 49, 48, 48, 48:
    before = len(compiled)
    step(start, rows[:n], targets_of_rows[:n], 1.0)
    print(f"{n} rows: compiled {len(compiled) - before}")

# %% [markdown]
# Three: one for each new shape (compiled, or loaded from the cache). So make all batches the same
# size. [Lesson 19](19_jax_for_numpy_users.py#when-it-compiles-again) lists other reasons why JAX
# compiles again.
#
# ### Check inside a compiled function
#
# An `assert` on a value is an error in a compiled function, because it runs during tracing, when
# there is no value yet. With `checkify`, the check becomes part of the compiled program, and the
# function returns `error` beside the result. `error.get()` is the message, or `None`. Which of the
# two logits will fail?


# %%
def confident(logits):
    confidence = jax.nn.sigmoid(logits)
    checkify.check(jnp.all(confidence < 1), "the sigmoid is saturated")
    return confidence


for largest in 3.0, 300.0:
    error, _ = jax.jit(checkify.checkify(confident))(jnp.array([largest]))
    print(f"logit {largest}: {str(error.get()).splitlines()[0]}")

# %% [markdown]
# The large one: its sigmoid is rounded to exactly 1. The small one passes, and its error is `None`.
#
# ### See where the time goes
#
# A profiler writes down when each operation began and how long it took. XProf and Perfetto draw
# this as a picture, or you can add it up yourself. What takes most of the time in twenty steps?

# %%
step(start, x, y, 1.0)
with tempfile.TemporaryDirectory() as folder:
    with jax.profiler.trace(folder):
        params = start
        for _ in range(20):
            params = step(params, x, y, 1.0)
        jax.block_until_ready(params)
    (file,) = glob.glob(f"{folder}/**/*.xplane.pb", recursive=True)
    profile = jax.profiler.ProfileData.from_file(file)

# %%
spent = {}
for plane in profile.planes:
    for line in plane.lines:
        for event in line.events:
            kind = event.name.split(".")[0]
            spent[kind] = spent.get(kind, 0) + event.duration_ns / 1e6
operations = {k: v for k, v in spent.items() if k.isidentifier()}
for kind in sorted(operations, key=operations.get, reverse=True)[:4]:
    print(f"{kind:24} {operations[kind]:6.1f} ms")

# %% [markdown]
# `dot` is the matrix product, once forward and once backward in each step. It takes most of the
# time, as it should. (On a GPU, operations have other names.) If something else is at the top of
# your own list, such as copying, start there.
#
# ## What you learned
#
# - You can work through a checklist, and begin with ten examples to learn by heart.
# - You can tell from a symptom where to look first.
# - You can print from a compiled function, and find the first `nan`, reused keys, compilations, and
#   lost time.
#
# **Next:** you find [every term of the course](22_jargon.md) in one place.
#
# *Sources:* the puzzles are rebuilt from questions on public forums, on PyTorch, fastai and JAX.
# Karpathy, [A Recipe for Training Neural Networks](https://karpathy.github.io/2019/04/25/recipe/),
# 2019, on learning one batch by heart. The documentation of [JAX](https://docs.jax.dev) on
# debugging, and [its note on
# where](https://docs.jax.dev/en/latest/faq.html#gradients-contain-nan-where-using-where) and
# gradients that are not numbers.
