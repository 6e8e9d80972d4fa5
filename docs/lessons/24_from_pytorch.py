# %% [markdown]
# ---
# reads_for: 28  # of which six are a dictionary, to look things up in
# ---
#
# # 24. From PyTorch to JAX
#
# **I know how to say it in PyTorch or fastai. How do I say it here?** Much of it looks alike, and
# that is the danger. In PyTorch, `x.transpose(0, 1)` swaps the two axes of a matrix. In JAX the
# same line runs without an error, and changes nothing. First you see both libraries side by side,
# idea by idea. Then come [the mistakes that raise no error](#where-they-differ-silently), and last
# [a dictionary](#from-name-to-name) in seven tables, with the trap of each name.
#
# *You need:* some PyTorch. To look up one name, go to the dictionary. If you have ten minutes, read
# up to the first code, then [A training step](#a-training-step) and the mistakes.
#
# Most differences have one cause. PyTorch's objects **remember**: a tensor remembers how it was
# computed and keeps its gradient, a module keeps its weights, and a global generator keeps its
# place in the sequence of random numbers. JAX's functions do not remember. You pass them everything
# they need, and they return everything that has changed.
#
# - **What you gain:** you can pass such a function to another one. That gives you one gradient per
#   example, many models trained side by side, or a whole training run as one compiled program, each
#   in a line or two.
# - **What you give up:** you pass more arguments, an `if` in compiled code cannot depend on a value
#   that is computed there, and far more pretrained models exist for PyTorch.
#
# Throughout, `jnp` is `jax.numpy`, `jd` is `jaxdigits`, and `F` is `torch.nn.functional`. `nnx` is
# the newer interface of [Flax](https://flax.readthedocs.io), the library of layers of
# [lesson 17](17_resnet.py).

# %%
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

import jaxdigits as jd

# %% [markdown]
# Where there are tabs, the first is PyTorch, and the second does the same in JAX. What is printed
# below them came from JAX when this page was built, without PyTorch, which no lesson requires. So
# how do we know that the tabs agree? A test of this project runs both, and most pairs of the
# dictionary, and compares the results. It last ran with PyTorch 2.13.
#
# ## Arrays
#
# If you know NumPy, you know most of both. Which line of PyTorch has no literal translation?
#
# === "PyTorch"
#
#     ```python
#     a = torch.tensor([[1, 2, 3], [4, 5, 6]])
#     mean = a.float().mean((-2, -1))
#     shape = torch.stack([a, a]).shape
#     tall, turned, one = a.view(3, 2), a.T, a.unsqueeze(0)
#     large = torch.where(a > 2, a, 0)
#     b = a
#     b[0, 0] = 9   # in place: a, tall, turned and one change, too
#     ```
#
# === "JAX"
#
#     ```python
#     a = jnp.array([[1, 2, 3], [4, 5, 6]])
#     mean = a.mean(axis=(-2, -1))
#     shape = jnp.stack([a, a]).shape
#     tall, turned, one = a.reshape(3, 2), a.T, a[None]
#     large = jnp.where(a > 2, a, 0)
#     b = a.at[0, 0].set(9)   # nothing else changes
#     ```

# %% tags=["remove-cell"]
a = jnp.array([[1, 2, 3], [4, 5, 6]])
assert a.mean(axis=(-2, -1)) == 3.5
assert jnp.stack([a, a]).shape == (2, 2, 3)
assert a.reshape(3, 2).shape == a.T.shape == (3, 2)
assert a[None].shape == (1, 2, 3)
assert jnp.where(a > 2, a, 0).tolist() == [[0, 0, 3], [4, 5, 6]]

# %% [markdown]
# Only the last one, which writes into the array. JAX refuses to do that, and `at` returns a new
# array.

# %%
try:
    a[0, 0] = 9
except TypeError as error:
    print(str(error).split(" Instead")[0])
b = a.at[0, 0].set(9)
print(f"a begins with {a[0, 0]}, b with {b[0, 0]}")

# %% [markdown]
# ## Gradients
#
# In PyTorch, computing a gradient _changes_ a tensor. In JAX the gradient is what another function
# returns. Take the sum of squares at 3, 4 and 10, whose gradient is twice the numbers. In
# PyTorch, the second time gives the sum of both. What will JAX give?
#
# === "PyTorch"
#
#     ```python
#     x = torch.tensor([3.0, 4.0, 10.0]).requires_grad_()
#     (x**2).sum().backward()
#     first = x.grad.clone()   # [6, 8, 20]
#     (x**2).sum().backward()
#     second = x.grad          # [12, 16, 40]: the sum of both
#     x.grad = None            # so clear it before the next
#     ```
#
# === "JAX"
#
#     ```python
#     def f(x):
#         return (x**2).sum()
#
#     x = jnp.array([3.0, 4.0, 10.0])
#     first = jax.grad(f)(x)
#     second = jax.grad(f)(x)
#     ```


# %% tags=["hide-input"]
def f(x):
    return (x**2).sum()


x = jnp.array([3.0, 4.0, 10.0])
first = jax.grad(f)(x)
second = jax.grad(f)(x)
print(f"gradient {first}, and again {second}")
assert np.array_equal(first, second)

# %% [markdown]
# In JAX the second call returns the same as the first, because no gradient was kept. If you _want_
# PyTorch's sum, add the gradients up.
#
# `jax.grad` returns a function, which you can pass on to [`jax.vmap`](22_jargon.md#vmap). That
# makes it work on many examples at once, so each gets its own gradient. PyTorch's `backward` needs
# a loop for that, but its `torch.func` has `grad` and `vmap`, too. `in_axes` says that there is one
# weight (`None`) for many `x` and `y` (0, the first axis).


# %%
def error(weight, x, y):
    return (weight * x - y) ** 2


each = jax.vmap(jax.grad(error), in_axes=(None, 0, 0))
print(each(1.0, jnp.array([1.0, 2.0, 3.0]), jnp.array([0.0, 2.0, 4.0])))

# %% [markdown]
# The second gradient is 0, because a weight of 1 already turns 2 into 2. The others want to move
# the weight in opposite directions.
#
# ## Random numbers
#
# PyTorch's generator remembers how many numbers it has given, so each call returns new ones. In
# JAX you pass a _key_ to each call. It is made from a seed or split off another key, and it has no
# memory. What happens if you use one twice?
#
# === "PyTorch"
#
#     ```python
#     torch.manual_seed(0)
#     a = torch.randn(3)
#     b = torch.randn(3)   # other numbers than a
#     ```
#
# === "JAX"
#
#     ```python
#     key_a, key_b = jax.random.split(jax.random.key(0))
#     a = jax.random.normal(key_a, (3,))
#     b = jax.random.normal(key_b, (3,))   # other numbers than a
#     ```
#
# Two draws as in the tab, and a third one with `key_a` again:

# %% tags=["hide-input"]
key = jax.random.key(0)
key_a, key_b = jax.random.split(key)
a = jax.random.normal(key_a, (3,))
b = jax.random.normal(key_b, (3,))
again = jax.random.normal(key_a, (3,))
print(f"two keys         {a} {b}")
print(f"the first again  {again}")
assert np.array_equal(a, again) and not np.array_equal(a, b)

# %% [markdown]
# !!! warning "The silent mistake"
#     The same key gives the same numbers again. Two layers of one shape that are initialized with
#     one key start with the same weights, and one key for all epochs makes the same shuffle every
#     time. Neither raises an error. Use each key once: `split` it for several purposes, or call
#     `jax.random.fold_in(key, epoch)` in a loop.
#
# ## A training step
#
# In PyTorch, the model holds weights and gradients, the optimizer holds the model's parameters, and
# each line changes something elsewhere. In JAX a step is one function. What has to go in, and what
# must come out?
#
# === "PyTorch"
#
#     ```python
#     model = nn.Linear(784, 1)
#     optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
#
#
#     def step(x, y):
#         loss = mnist_loss(model(x), y)
#         loss.backward()
#         optimizer.step()
#         optimizer.zero_grad()
#         return loss.item()
#     ```
#
# === "JAX"
#
#     ```python
#     optimizer = optax.sgd(1.0)
#
#
#     def loss(params, x, y):
#         return jd.mnist_loss(jd.linear(params, x), y)
#
#
#     @jax.jit
#     def step(params, state, x, y):
#         value, grads = jax.value_and_grad(loss)(params, x, y)
#         updates, state = optimizer.update(grads, state, params)
#         return optax.apply_updates(params, updates), state, value
#     ```
#
# Here are two steps, with `x` and `y` the threes and sevens of MNIST, and `start` random
# parameters. The folded code makes them.

# %% tags=["helper"]
digits = jd.load("auto")
train, test = (
    jd.select(split, [3, 7]) for split in (digits.train, digits.test)
)
x, y = jd.to_examples(train, positive=3)
x_valid, y_valid = jd.to_examples(test, positive=3)
key_params, key_batches = jax.random.split(jax.random.key(0))
start = jd.init_linear(key_params, n_in=784, n_out=1, scale=0.3)

# %% tags=["remove-cell"]
optimizer = optax.sgd(1.0)


def loss(params, x, y):
    return jd.mnist_loss(jd.linear(params, x), y)


@jax.jit
def step(params, state, x, y):
    value, grads = jax.value_and_grad(loss)(params, x, y)
    updates, state = optimizer.update(grads, state, params)
    return optax.apply_updates(params, updates), state, value


# %%
params, state, before = step(start, optimizer.init(start), x, y)
_, _, after = step(params, state, x, y)
print(f"loss {before:.4f}, after a step {after:.4f}")

# %% [markdown]
# Parameters, the optimizer's state and data go in. New parameters and a new state come out, with
# the loss, which is lower after a step, as it should be.

# %% tags=["claim"]
assert after.item() < before.item()

# %% [markdown]
# Three things take some getting used to:
#
# - **Keep the results.** `step(params, state, x, y)` on a line of its own computes everything and
#   changes nothing.
# - **The optimizer's state is an argument.** If you call `optimizer.init` again in each round, you
#   lose the momentum.
# - **Under `jax.jit` a value is not known yet.** `jax.jit` compiles a function, as `torch.compile`
#   does. For that it runs the function once with stand-ins for the numbers
#   ([tracing](22_jargon.md#tracing)), and Python's `if` cannot look into those. This mistake does
#   raise an error:


# %%
@jax.jit
def halve_if_large(x):
    return x / 2 if x > 1 else x


try:
    halve_if_large(3.0)
except jax.errors.TracerBoolConversionError as error:
    print(str(error).split(".")[0])

# %% [markdown]
# Instead, compute both results and select one: `jnp.where(x > 1, x / 2, x)`. If one of them takes
# long, `jax.lax.cond` computes only the one that is needed.
#
# ### The loop
#
# You will seldom write the loop around the step by hand. [`fit`][jaxdigits.fit] takes everything as
# arguments and returns new parameters:

# %%
fitted = jd.fit(
    jd.linear,
    start,
    jd.mnist_loss,
    optax.sgd(1.0),
    train=(x, y),
    epochs=20,
    batch_size=min(256, len(x) // 4),
    key=key_batches,
    valid=(x_valid, y_valid),
    metric=jd.binary_accuracy,
)
print(f"accuracy after twenty epochs {fitted.history.metric[-1]:.4f}")

# %% [markdown]
# About 98 of 100 threes and sevens of the test set are right. The trained parameters are
# `fitted.params`, and `start` is still untrained.

# %% tags=["claim"]
if digits.name == "mnist":
    assert round(100 * float(fitted.history.metric[-1])) == 98

# %% [markdown]
# ??? note "The same in fastai"
#     fastai's `Learner` remembers everything and changes the model:
#
#     ```python
#     learner = Learner(
#         dls=loaders,
#         model=model,
#         loss_func=mnist_loss,
#         opt_func=SGD,
#         lr=1.0,
#         metrics=binary_accuracy,
#     )
#     learner.fit(n_epoch=20)   # model has changed
#     ```
#
# ## An optimizer with options
#
# Weight decay for the weights but not for the bias, a clipped gradient, and a rate that halves with
# each step: PyTorch spreads these three over the optimizer, a scheduler and the loop. In Optax they
# are parts of one optimizer, in the order in which the gradient goes through them.
#
# === "PyTorch"
#
#     ```python
#     groups = [
#         {"params": [model.weight], "weight_decay": 0.1},
#         {"params": [model.bias]},
#     ]
#     optimizer = torch.optim.SGD(groups, lr=1.0)
#     scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
#     for _ in range(3):
#         optimizer.zero_grad()
#         mnist_loss(model(x), y).backward()
#         nn.utils.clip_grad_norm_(model.parameters(), 0.1)
#         optimizer.step()
#         scheduler.step()
#     ```
#
# === "JAX"
#
#     ```python
#     sgd = optax.sgd(lambda step: 1.0 * 0.5**step)
#     decayed = optax.chain(optax.add_decayed_weights(0.1), sgd)
#     optimizer = optax.chain(
#         optax.clip_by_global_norm(0.1),
#         optax.partition(
#             {"decayed": decayed, "plain": sgd},
#             jd.Linear(w="decayed", b="plain"),
#         ),
#     )
#     state = optimizer.init(params)
#     for _ in range(3):
#         grads = jax.grad(loss)(params, x, y)
#         updates, state = optimizer.update(grads, state, params)
#         params = optax.apply_updates(params, updates)
#     ```
#
# `partition` takes a tree of the same form as the parameters, with a label in place of each array,
# and the optimizer of that label updates the array. `fit` takes such an optimizer as well.
#
# ## A model
#
# A module is a function and its weights in one object. In JAX these are two things: `init_mlp`
# makes the weights, and `mlp` is the function. Flax puts them together again. How many parameters
# will all three versions have?
#
# === "PyTorch"
#
#     ```python
#     model = nn.Sequential(
#         nn.Linear(784, 30),
#         nn.ReLU(),
#         nn.Linear(30, 1),
#     )
#     shape = model(x).shape
#     count = sum(p.numel() for p in model.parameters())
#     ```
#
# === "JAX"
#
#     ```python
#     params = jd.init_mlp(jax.random.key(0), (784, 30, 1))
#     shape = jd.mlp(params, x).shape
#     count = sum(p.size for p in jax.tree.leaves(params))
#     ```
#
# === "Flax"
#
#     ```python
#     rngs = nnx.Rngs(0)
#     model = nnx.Sequential(
#         nnx.Linear(784, 30, rngs=rngs),
#         nnx.relu,
#         nnx.Linear(30, 1, rngs=rngs),
#     )
#     shape = model(x).shape
#     weights = nnx.state(model, nnx.Param)
#     count = sum(p.size for p in jax.tree.leaves(weights))
#     ```

# %% tags=["hide-input"]
params = jd.init_mlp(jax.random.key(0), (784, 30, 1))
shapes = [p.shape for p in jax.tree.leaves(params)]
print("five examples give outputs of shape", jd.mlp(params, x[:5]).shape)
print("the parameters have the shapes", shapes)
print(sum(p.size for p in jax.tree.leaves(params)), "parameters in all")

# %% [markdown]
# All three have one weight per connection and one bias per unit: 784 · 30 + 30 in the first layer,
# and 30 + 1 in the second. With `nnx.jit`, `nnx.value_and_grad` and `nnx.Optimizer`, Flax trains
# such a model in place, much as PyTorch does. [Lesson
# 17](17_resnet.py#a-flax-module-as-a-pure-function) has that loop. Under plain `jax.jit`, the
# changes to the model would be lost without a message.
#
# ### Weights from PyTorch
#
# PyTorch's weights are transposed: `nn.Linear` stores `[out, in]` and computes
# `x @ weight.T + bias`. Here NumPy arrays of those shapes stand in for what
# `weight.numpy(force=True)` returns:

# %%
rng = np.random.default_rng(0)
weight = rng.normal(size=(30, 784)).astype("float32")
bias = rng.normal(size=30).astype("float32")
some = x[:5]
theirs = np.asarray(some) @ weight.T + bias

layer = jd.Linear(w=jnp.asarray(weight.T), b=jnp.asarray(bias))
assert np.allclose(jd.linear(layer, some), theirs, atol=1e-3)

# %% [markdown]
# The assertion holds: our layer computes the same. If a layer has as many outputs as inputs and you
# forget the transpose, you get no error.
#
# ### Saving
#
# In PyTorch you save the result of `state_dict`. Here you save the parameters themselves.
# `jd.save_params(path, layer)` writes them to a file, and `jd.load_params(path, layer)` reads them
# into the form of a template, here `layer`. Untrained parameters would do as well.
#
# ### Training mode
#
# PyTorch's `train()` and `eval()` set a switch inside the module, which is easy to forget. Here the
# switch is an argument of the function, and so is the randomness.
# [Dropout](22_jargon.md#dropout), for example, replaces some activations by zero, but only in
# training:


# %%
def dropout(x, key=None, rate=0.5):
    if key is None:  # not training
        return x
    keep = jax.random.bernoulli(key, 1 - rate, x.shape)
    return jnp.where(keep, x / (1 - rate), 0)


print("training  ", dropout(jnp.ones(6), jax.random.key(0)))
print("otherwise ", dropout(jnp.ones(6)))

# %% [markdown]
# With a key, some ones became zeros, and the others twice as large, which keeps the mean about the
# same. Without a key, nothing changed. This `if` is allowed under `jax.jit`: when JAX
# [traces](22_jargon.md#tracing) the function, it knows whether there is a key, though not its
# value.
#
# ## A convolution
#
# Batches of images are `[n, channels, height, width]` in PyTorch. In Flax the channels come last,
# and the axes of kernels have another order, too. How do you move a trained kernel to Flax?
#
# === "PyTorch"
#
#     ```python
#     conv = nn.Conv2d(1, 8, 3, stride=2, padding=1)
#     norm = nn.BatchNorm2d(8, momentum=0.1)
#     outputs = norm(conv(images[:, None]))   # [n, 8, 14, 14]
#     ```
#
# === "JAX"
#
#     ```python
#     conv = nnx.Conv(1, 8, (3, 3), strides=2, padding=1, rngs=rngs)
#     norm = nnx.BatchNorm(8, momentum=0.9, rngs=rngs)
#     outputs = norm(conv(images[..., None]))   # [n, 14, 14, 8]
#     ```
#
# Move its axes: `[out, in, height, width]` becomes `[height, width, in, out]`. Again a NumPy array
# stands in for PyTorch's, and one output, computed by hand, shows whether the axes are right.

# %%
kernel = rng.normal(size=(8, 1, 3, 3)).astype("float32")
moved = kernel.transpose(2, 3, 1, 0)
conv = nnx.Conv(1, 8, (3, 3), strides=2, padding=1, rngs=nnx.Rngs(0))
conv.kernel[...] = jnp.asarray(moved)
images = jd.to_float(train.images[:5])
outputs = conv(images[..., None])
print(f"kernel {kernel.shape} to {moved.shape}, outputs {outputs.shape}")

patch = images[0, 3:6, 3:6]  # output (2, 2) looks at rows and columns 3 to 5
by_hand = (kernel[:, 0] * patch).sum(axis=(1, 2))
assert np.allclose(outputs[0, 2, 2], by_hand, atol=1e-4)

# %% [markdown]
# The assertion holds, so the axes are right. A convolutional network has three more traps:
#
# - `momentum` in batch normalization is the share of the _new_ batch in PyTorch, and that of the
#   _old_ averages in Flax. So PyTorch's 0.1 is Flax's 0.9. <!-- typed: the tabs above -->
# - A linear layer after the convolutions sees its inputs in another order, because in Flax the
#   channels come last. For PyTorch's weights, flatten `outputs.transpose(0, 3, 1, 2)` instead.
# - `padding="SAME"`, the default of Flax, pads unevenly if the stride is 2 and the size is even:
#   for a 3 x 3 kernel, on one side only. So write `padding=1`, as above.
#
# ## Data loading
#
# PyTorch's loader fetches examples one by one and collects them into batches. That is right for a
# million photographs on a disk. All of MNIST fits into memory, so here it is enough to shuffle the
# _numbers_ of the examples.
#
# === "PyTorch"
#
#     ```python
#     dataset = TensorDataset(x, y)
#     loader = DataLoader(dataset, batch_size=256, shuffle=True, drop_last=True)
#     shapes = []
#     for epoch in range(2):
#         for xb, yb in loader:
#             shapes.append(tuple(xb.shape))
#     ```
#
# === "JAX"
#
#     ```python
#     key, shapes = jax.random.key(0), []
#     for epoch in range(2):
#         epoch_key = jax.random.fold_in(key, epoch)
#         for batch in jd.epoch_batches(epoch_key, len(x), 256):
#             xb, yb = x[batch], y[batch]
#             shapes.append(xb.shape)
#     ```
#
# With ten examples and batches of four, how many of the ten will you see in an epoch?

# %% tags=["hide-input"]
for epoch in range(2):
    epoch_key = jax.random.fold_in(jax.random.key(0), epoch)
    batches = jd.epoch_batches(epoch_key, n=10, batch_size=4)
    print(f"epoch {epoch + 1}: {batches.tolist()}")

# %% [markdown]
# Eight of the ten. All batches have one size, because compiled code needs fixed shapes. Each epoch
# shuffles again, so it leaves out different examples.
#
# If your data do not fit into memory, use [Grain](https://google-grain.readthedocs.io), the loader
# of the JAX world. PyTorch's own loader works as well, if it returns NumPy arrays.
#
# ## Where they differ silently
#
# These differences raise no error, so they can cost you an afternoon. The tables name more, such as
# `std` and `gelu`.
#
# ### Transpose
#
# The table below has two rows and three columns. What shapes will the two calls return?

# %%
table = jnp.array([[1, 2, 3], [4, 5, 6]])
print(table.transpose(0, 1).shape, table.transpose(1, 0).shape)

# %% [markdown]
# The first call changed nothing. PyTorch's `transpose` swaps two axes. JAX's takes all axes in
# their new order, as PyTorch's `permute` does, and (0, 1) is the order that they have. To swap two
# axes in JAX, write `x.swapaxes(0, 1)`.
#
# ### Types
#
# JAX uses 32 bits unless told otherwise. PyTorch uses `int64` for whole numbers and keeps
# NumPy's `float64`. What is one more than the largest `int32`?

# %%
print(jnp.asarray(np.array([0.5])).dtype, jnp.arange(3).dtype)
largest = jnp.array(2**31 - 1)
print(f"{largest} + 1 = {largest + 1}")
with jax.enable_x64(True):
    wide = jnp.array(2**31 - 1) + 1
    print(f"with 64 bits {wide}, {wide.dtype}")

# %% [markdown]
# With 32 bits, the sum wraps around to the smallest number. To use 64 bits in a whole program, call
# `jax.config.update("jax_enable_x64", True)` before anything else.
#
# ### Indexing
#
# On a CPU, PyTorch raises an `IndexError` for an index beyond the end. JAX compiles even a single
# operation, and compiled code cannot stop in the middle. So what will `five[10]` be, if there are
# five entries?

# %%
five = jnp.array([0, 10, 20, 30, 40])
print("five[10] is", five[10])
print("five[-10] is", five[-10])
print("after writing to place 10:", five.at[10].set(99))

# %% [markdown]
# Reading beyond the end gives the nearest entry, and writing beyond the end does nothing.

# %% tags=["claim"]
assert five[10].item() == 40 and five[-10].item() == 0
assert np.array_equal(five.at[10].set(99), five)

# %% [markdown]
# If an index may be wrong, ask for a value that you will recognize:

# %%
print(five.at[jnp.array([1, 10])].get(mode="fill", fill_value=-1))

# %% [markdown]
# ### In place
#
# In PyTorch, `b = a` gives one tensor a second name: after `b += 1`, `a` has changed too, and so
# has every tensor that shares its memory. In JAX the same lines run. What will `a` and `b` hold at
# the end?

# %%
a = jnp.zeros(3)
b = a
b += 1  # makes a new array, and calls it b
a.at[0].set(5.0)  # makes a new array, and forgets it
print(f"a {a}, b {b}")

# %% [markdown]
# `b += 1` leaves `a` alone, because it makes a new array. So does `a.at[0].set(5.0)`, but without
# `a =` before it, the new array is lost.

# %% tags=["claim"]
assert a.tolist() == [0, 0, 0] and b.tolist() == [1, 1, 1]

# %% [markdown]
# ### What a compiled function remembers
#
# A compiled function sees the current values of its arguments. Everything else that it uses is
# built in when it is traced. What will the second call print, after `rate` has changed?

# %%
rate = 0.1


@jax.jit
def scaled(x):
    print("  (traced)")
    return rate * x


print(scaled(1.0))
rate = 0.5
print(scaled(1.0))

# %% [markdown]
# It still uses the old rate, which became part of the program when it was traced. The `print`
# inside ran only then. PyTorch would use the new rate, also with `torch.compile`, which notices the
# change and compiles again. In JAX, pass everything that changes as an argument. To print values
# from inside, use `jax.debug.print`.
#
# ### Time
#
# JAX may return before the work is done, on every device; PyTorch does so on a GPU but not on
# a CPU. If you stop the clock without waiting, you measure how long it takes to _ask_: [lesson
# 19](19_jax_for_numpy_users.py#time-is-not-what-it-seems) shows how far off that is. Wait with
# `jax.block_until_ready(result)`. Don't time the first call either: it compiles, and so does the
# first call with each new _shape_.
#
# ## From name to name
#
# The third column says what can go wrong. Where it is empty, we know of no trap.
#
# ### Table: arrays
#
# | PyTorch | here | the trap |
# | --- | --- | --- |
# | `torch.tensor([1, 2])` | `jnp.array([1, 2])` | Whole numbers become `int32`, NumPy's `float64` becomes `float32`. |
# | `torch.tensor(a)`, `torch.from_numpy(a)` | `jnp.array(a)`, `jnp.asarray(a)` | The first of each copies. The second may share the memory of `a`, [on a CPU also in JAX](https://github.com/jax-ml/jax/issues/37830): copy if you will write to `a` later. |
# | `x.numpy()` | `np.asarray(x)` | NumPy's view of a JAX array is read-only. |
# | `torch.from_dlpack(a)` | `jnp.from_dlpack(a)` | Both share memory. JAX assumes that nobody writes to it. |
# | `x.shape`, `x.ndim`, `len(x)` | `x.shape`, `x.ndim`, `len(x)` | `x.size` is the number of entries, not a method that returns the shape. |
# | `x.float()`, `x.type(torch.int32)` | `x.astype(float)`, `x.astype(jnp.int32)` | `float` means `float32` here. For images use [`to_float`][jaxdigits.to_float], which also divides by 255. |
# | `torch.stack([x, x])`, `torch.cat([x, x])` | `jnp.stack([x, x])`, `jnp.concatenate([x, x])` | The keyword is `axis`, not `dim`. |
# | `x.repeat(1, 2)`, `x.repeat_interleave(2, dim=1)` | `jnp.tile(x, (1, 2))`, `jnp.repeat(x, 2, axis=1)` | JAX arrays have a method `repeat`, too, but it repeats each number, as `repeat_interleave` does. |
# | `x.mean((-1, -2))` | `x.mean(axis=(-1, -2))` | JAX also averages integers and booleans, where PyTorch refuses. |
# | `x.std()` | `x.std(ddof=1)` | JAX divides by n unless told otherwise, PyTorch by n - 1. |
# | `x.max(dim=1).values`, `x.max(dim=1).indices` | `x.max(axis=1)`, `x.argmax(axis=1)` | PyTorch returns both together. |
# | `x.argmin(dim=1)` | `x.argmin(axis=1)` | In JAX the indices are `int32`, not `int64`. |
# | `x.abs()` | `jnp.abs(x)` | At the corner, 0, the gradient is 1 in JAX and 0 in PyTorch. The difference shows when you compare gradients: an L1 loss has such a corner wherever a prediction is exactly right. |
# | `x.sqrt()` | `jnp.sqrt(x)` | The slope at 0 is infinite in both. [`rmse_loss`][jaxdigits.rmse_loss] takes care of it. |
# | `torch.where(x > 1, x, 0)` | `jnp.where(x > 1, x, 0)` | Both branches are computed and differentiated, in both libraries. |
# | `x @ x.T` | `x @ x.T` | On a GPU, JAX may multiply `float32` with fewer bits, unless `jax.default_matmul_precision("highest")` is set. With more than two axes, `.T` reverses all of them. |
# | `x.view(-1, 2)` | `x.reshape(-1, 2)` | `view` in JAX takes a type, and reads the same bytes as that. For images: [`flatten`][jaxdigits.flatten]. |
# | `x.permute(1, 0)`, `x.transpose(0, 1)` | `x.transpose(1, 0)`, `x.swapaxes(0, 1)` | JAX's `transpose` takes the new order of all axes. |
# | `x.unsqueeze(1)` | `jnp.expand_dims(x, 1)` | Or `x[:, None]`, in both. |
# | `F.one_hot(i, 3)` | `jax.nn.one_hot(i, 3)` | Floats in JAX, whole numbers in PyTorch. A class out of range is a row of zeros in JAX and an error in PyTorch. |
# | `x.gather(1, i[:, None])` | `jnp.take_along_axis(x, i[:, None], axis=1)` | For an index beyond the end, JAX returns `nan` if `x` holds floats. PyTorch raises an error on a CPU. |
# | `x[0] = 9`, `x.add_(1)`, `x.zero_()` | `x = x.at[0].set(9)`, `x = x + 1`, `x = jnp.zeros_like(x)` | The underscore means "in place". JAX changes nothing in place: keep the result. |
# | `x.sum().item()` | `x.sum().item()` | Not inside `jax.jit`, where there is no value yet. |
# | `i // 0` and `i % 0` for whole numbers | the same | PyTorch raises an error on a CPU. JAX returns a number that means nothing. |
# | `x.to("cpu")` | `jax.device_put(x, jax.devices("cpu")[0])` | Seldom needed: arrays are made on the GPU if there is one. |
#
# ### Table: gradients and random numbers
#
# | PyTorch | here | the trap |
# | --- | --- | --- |
# | `x.requires_grad_()` | nothing | `jax.grad` takes the derivative with respect to the _first_ argument, unless `argnums` says otherwise. |
# | `loss.backward()`, then `x.grad` | `grads = jax.grad(f)(x)` | Give it the function, not its result. The function must return a single float. |
# | the loss, besides its gradient | `jax.value_and_grad(f)(x)` | |
# | `opt.zero_grad()`, `x.grad = None` | nothing | No gradient is kept. To collect those of several batches, use `optax.MultiSteps`: it takes their mean, not their sum. |
# | `x.data`, `with torch.no_grad():` | nothing | Nothing is recorded outside of `jax.grad`. Inside, use the next line. |
# | `x.detach()` | `jax.lax.stop_gradient(x)` | Only matters inside a function that is differentiated. The slope of `x * stop_gradient(x)` at 3 is 3, not 6. |
# | `torch.func.grad(f)(x)` | `jax.grad(f)(x)` | |
# | `torch.func.vmap(f)(x)` | `jax.vmap(f)(x)` | The keywords are `in_dims` and `in_axes`. |
# | `torch.randn(784, 1)` | `jax.random.normal(key, (784, 1))` | The same key gives the same numbers. |
# | `torch.manual_seed(0)` | `key = jax.random.key(0)` | No global state: split the key and pass it on. |
# | `register_forward_hook` | return the value as well | `jax.value_and_grad(f, has_aux=True)` takes a function that returns the loss and anything else. |
# | `x.register_hook` | `jax.custom_vjp` | For a backward pass that you write yourself. |
#
# ### Table: data
#
# | PyTorch, fastai | here | the trap |
# | --- | --- | --- |
# | `untar_data`, `Path`, `path.ls()` | [`jd.load`][jaxdigits.load] | There are no folders: images and labels are two arrays. |
# | `Image.open`, then `tensor` | `digits.train.images[i]` | `uint8`: a byte below 0 wraps around. |
# | `show_image`, `df.style.background_gradient` | [`jd.plots.show_image`][jaxdigits.plots.show_image], [`jd.plots.show_pixels`][jaxdigits.plots.show_pixels] | |
# | `list(zip(x, y))`, `TensorDataset(x, y)` | the pair `(x, y)` | |
# | `DataLoader(..., shuffle=True)` | [`jd.epoch_batches`][jaxdigits.epoch_batches] | It leaves out the last, smaller batch. PyTorch keeps it unless told `drop_last=True`. |
# | `DataLoaders(dl, valid_dl)` | `train=(x, y)`, `valid=(x_valid, y_valid)` | |
# | a transform of the data set | `fit(..., augment=...)` | It changes whole batches, as arrays, and gets a key. |
#
# ### Table: models
#
# | PyTorch | here | the trap |
# | --- | --- | --- |
# | `nn.Module` | a function and its parameters, or `nnx.Module` | Parameters are a [pytree](22_jargon.md#pytree): tuples, lists, dictionaries of arrays. In Flax, a list of layers must be an `nnx.List`. |
# | `nn.Linear(784, 30)` | [`jd.init_linear`][jaxdigits.init_linear] and [`jd.linear`][jaxdigits.linear], `nnx.Linear` | PyTorch stores weights as `[out, in]`, the others as `[in, out]`. They start from different distributions. |
# | `nn.Conv2d(1, 8, 3)` | `nnx.Conv(1, 8, (3, 3), padding="VALID", rngs=rngs)` | Images are `[n, height, width, channels]` in Flax, `[n, channels, height, width]` in PyTorch; kernels `[height, width, in, out]` and `[out, in, height, width]`. Flax pads unless told otherwise. |
# | `nn.BatchNorm2d(8, momentum=0.1)` | `nnx.BatchNorm(8, momentum=0.9, rngs=rngs)` | PyTorch's momentum is the share of the _new_ batch, Flax's of the _old_ statistics. The defaults are 0.1 and 0.99. For the running variance, PyTorch divides by n - 1, Flax by n. <!-- typed: the libraries' defaults --> |
# | `nn.LayerNorm` | `nnx.LayerNorm` | To avoid dividing by 0, PyTorch adds 1e-5 to the variance and Flax 1e-6, unless told otherwise. |
# | `nn.Dropout(0.5)` | `nnx.Dropout(0.5, rngs=rngs)` | Both replace numbers by 0, at random, until the model's `eval()` is called. |
# | `nn.ReLU()`, `F.relu(x)` | `jax.nn.relu` | |
# | `F.gelu(x)` | `jax.nn.gelu(x, approximate=False)` | JAX computes an approximation unless told otherwise, PyTorch the exact function. |
# | `torch.sigmoid(x)`, `F.softmax(x, dim=1)` | `jax.nn.sigmoid(x)`, `jax.nn.softmax(x, axis=1)` | |
# | `nn.Sequential(...)` | [`jd.init_mlp`][jaxdigits.init_mlp] and [`jd.mlp`][jaxdigits.mlp], `nnx.Sequential` | |
# | `model.parameters()` | `jax.tree.leaves(params)` | A list to look at. To change all, use `jax.tree.map`. |
# | `model.state_dict()`, `torch.save` | [`jd.save_params`][jaxdigits.save_params] | Loading needs a template of the same shapes. |
# | `model.train()`, `model.eval()` | an argument | Flax NNX has both methods. |
#
# ### Table: losses, optimizers, training
#
# | PyTorch | here | the trap |
# | --- | --- | --- |
# | `F.l1_loss(x, 2 * x)`, `F.mse_loss(x, 2 * x)` | `jd.l1_loss(x, 2 * x)`, `jd.mse_loss(x, 2 * x)` | `optax.squared_error` returns one loss per number: take the mean. `optax.l2_loss` is _half_ the square. For `(5,)` and `(5, 1)`, PyTorch warns and averages over `(5, 5)` ([lesson 4](04_metrics.py#the-bug-it-hides)). Optax and `jd` raise an error. |
# | `F.cross_entropy(x, i)` | `jd.cross_entropy_loss(x, i)` | Logits, not probabilities. `optax.softmax_cross_entropy_with_integer_labels` returns one loss per example. |
# | `F.binary_cross_entropy_with_logits(x, y)` | `optax.sigmoid_binary_cross_entropy(x, y).mean()` | Optax returns one loss per number: take the mean. |
# | `torch.optim.SGD` | [`jd.sgd`][jaxdigits.sgd], `optax.sgd` | Optax returns what to _add_, sign included. You carry its state. |
# | `SGD(..., weight_decay=0.01)` | `optax.chain(optax.add_decayed_weights(0.01), optax.sgd(0.1))` | In this order the decay goes through the momentum, as in PyTorch. |
# | `torch.optim.AdamW` | `optax.adamw` | The weight decay is 0.01 by default in PyTorch, 0.0001 in Optax. <!-- typed: the libraries' defaults --> |
# | `clip_grad_norm_(model.parameters(), 1.0)` | `optax.clip_by_global_norm(1.0)` | A part of the optimizer: put it first in `optax.chain`. PyTorch's function changes `p.grad` in place, and returns the gradient's length before clipping. |
# | parameter groups | `optax.partition` | A tree of labels says which optimizer takes which parameter. |
# | `lr_scheduler` | a function from step to rate | Pass it in place of the rate. It counts _steps_, not epochs. |
# | `OneCycleLR` | `optax.cosine_onecycle_schedule` | It changes the rate only. PyTorch's also cycles the momentum. |
# | the loop over epochs | [`jd.fit`][jaxdigits.fit] | It returns new parameters. |
# | to save a training and go on later | `jd.save_params(path, fitted)`, `jd.fit(..., resume=fitted)` | The optimizer's state is a part of `fitted`. |
#
# ### Table: speed
#
# | PyTorch | here | the trap |
# | --- | --- | --- |
# | `torch.compile(f)` | `jax.jit(f)` | Where it cannot compile, PyTorch falls back to Python, and JAX raises an error. If a global changes, PyTorch compiles again, and JAX does not notice. |
# | a long `for` loop in compiled code | `jax.lax.scan` | `jax.jit` writes the body of a `for` loop into the program once per round, so it takes long to compile. |
# | updating parameters in place | `jax.jit(step, donate_argnames=("params", "state"))` | Without it, old and new parameters are in memory together. With it, you cannot use the old ones afterwards ([lesson 19](19_jax_for_numpy_users.py#give-an-array-away)). |
# | GPU memory is taken as it is needed | it is reserved in advance | JAX [reserves most of it](https://docs.jax.dev/en/latest/gpu_memory_allocation.html) at its first operation. If PyTorch needs some, too, set `XLA_PYTHON_CLIENT_PREALLOCATE=false` before. |
# | `DistributedDataParallel` | the same step, on arrays spread over a mesh | [Lesson 20](20_many_devices.py) shows it. Batch normalization then averages over all devices, in PyTorch only with `SyncBatchNorm`. |
# | `torch.autocast` | `x.astype(jnp.bfloat16)`, or `dtype=jnp.bfloat16` in a layer of Flax | Nothing is cast automatically. `bfloat16` needs no `GradScaler`. |
# | `torch.utils.checkpoint` | `jax.checkpoint(f)` | Saves memory: the backward pass computes activations again. |
# | `torch.profiler.profile()` | `jax.profiler.trace(folder)` | Wait for the result inside the `with`, by `jax.block_until_ready`. |
# | `torch.cuda.synchronize()` | `jax.block_until_ready(result)` | |
#
# ### Table: fastai
#
# | fastai | here | the trap |
# | --- | --- | --- |
# | `L` | a list, or an array | |
# | `BasicOptim`, `SGD` | [`jd.sgd_update`][jaxdigits.sgd_update], [`jd.sgd`][jaxdigits.sgd] | |
# | `Learner`, `learn.fit` | [`jd.fit`][jaxdigits.fit] | |
# | `learn.fit_one_cycle(n, rate)` | `jd.fit` with `optax.adam(optax.cosine_onecycle_schedule(steps, rate))` | fastai also cycles the momentum. `steps` is the number of steps in the whole run. |
# | `batch_accuracy`, `accuracy` | [`jd.binary_accuracy`][jaxdigits.binary_accuracy], [`jd.accuracy`][jaxdigits.accuracy] | Logits again: the threshold is 0, where the sigmoid is one half. |
# | `learn.recorder` | `fitted.history` | |
# | `vision_learner(dls, resnet18)` | [`jd.convnets.ResNet18`][jaxdigits.convnets.ResNet18] | Neither JAX nor Flax comes with pretrained weights. |

# %% tags=["claim"]
assert jax.grad(jnp.abs)(0.0) == 1
assert jax.grad(lambda x: x * jax.lax.stop_gradient(x))(3.0) == 3
for mse in optax.squared_error, jd.mse_loss:
    try:
        mse(jnp.ones(5), jnp.ones((5, 1)))
    except (TypeError, ValueError):
        continue
    raise AssertionError(mse)

# %% [markdown]
# ## What you learned
#
# - You can write a PyTorch training step as a function: parameters, the optimizer's state and data
#   go in; new parameters, a new state and the loss come out.
# - You can replace `detach` by `stop_gradient`, `train()` and `eval()` by an argument, and
#   `zero_grad` by nothing.
# - You can move the axes of PyTorch's weights, and translate the momentum of batch normalization.
# - You know which differences raise no error: `transpose`, indices beyond the end, 32 bits, lost
#   results of `at`, keys used twice, and values built in by `jit`.
#
# **Next:** you have reached the end of the lessons. [Jargon](22_jargon.md) explains every term, and
# [Questions](23_questions.py) show how much you remember.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4, for
# the names in the tables. The documentation of [PyTorch](https://docs.pytorch.org),
# [Optax](https://optax.readthedocs.io), [Flax](https://flax.readthedocs.io), and JAX, above all
# [its list of sharp bits](https://docs.jax.dev/en/latest/notebooks/Common_Gotchas_in_JAX.html).
