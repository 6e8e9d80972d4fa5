# %% [markdown]
# ---
# reads_for: 30  # a dictionary, in which one looks things up
# ---
#
# # 24. From PyTorch to JAX
#
# **I know how to say it in PyTorch or fastai. How do I say it here?** First comes a dictionary:
# each name that the book's chapter uses, its counterpart, and the trap on the way. After it, the
# two are put side by side, idea by idea, and the JAX side is run. The last section
# collects what goes wrong without an error message.
#
# *You need:* some PyTorch. To look up one thing, use the headings.
#
# Most entries follow from one difference. PyTorch's objects **remember**: a tensor remembers how
# it was computed and keeps its gradient, a module keeps its weights, a global generator its place
# in the sequence of random numbers. JAX's functions do not. Whatever they need goes in, and
# whatever they change comes out.
#
# ## From name to name
#
# `jnp` is `jax.numpy` and `jd` is `jaxdigits`. `nnx` is the newer interface of
# [Flax](https://flax.readthedocs.io), a library of layers that is not needed for these lessons.
#
# ### Table: arrays
#
# | PyTorch, fastai | here | the trap |
# | --- | --- | --- |
# | `tensor(...)`, `torch.tensor(...)` | `jnp.array(...)` | Whole numbers become `int32`, not `int64`; NumPy's `float64` becomes `float32`. |
# | `torch.tensor(a)` as a copy | `jnp.array(a)` copies, `jnp.asarray(a)` does if it must | A JAX array needs no protective copy: nobody can change it. |
# | `x.shape`, `x.ndim`, `len(x)` | the same | `x.size` is the number of entries, not a method that returns the shape. |
# | `x.float()` | `x.astype(float)` | That means `float32` here. For images use [`to_float`][jaxdigits.to_float], which also divides by 255. |
# | `torch.stack`, `torch.cat` | `jnp.stack`, `jnp.concatenate` | The keyword is `axis`, not `dim`. |
# | `x.mean((-1, -2))` | `x.mean(axis=(-1, -2))` | JAX also averages integers and booleans, where PyTorch refuses. |
# | `x.std()` | `x.std(ddof=1)` | JAX divides by n unless told otherwise, PyTorch by n - 1. |
# | `x.max(dim=1)` | `x.max(axis=1)`, `x.argmax(axis=1)` | PyTorch returns values and indices together. |
# | `torch.abs`, `.abs()` | `jnp.abs` | The gradient at 0 is 1 in JAX and 0 in PyTorch. |
# | `.sqrt()` | `jnp.sqrt`, or `** 0.5` | The slope at 0 is infinite in both. [`rmse_loss`][jaxdigits.rmse_loss] takes care of it. |
# | `torch.where` | `jnp.where` | Both branches are computed and differentiated, in both. |
# | `@` | `@` | On a GPU, JAX may multiply `float32` with fewer bits, unless `jax.default_matmul_precision("highest")` is set. |
# | `x.view(-1, 784)` | `x.reshape(-1, 784)`, [`flatten`][jaxdigits.flatten] | `view` in JAX takes a type and reads the same bytes as that. |
# | `x.T` | `x.T` | With more than two axes, `.T` reverses all of them. |
# | `x.unsqueeze(1)`, `x[:, None]` | `x[:, None]`, `jnp.expand_dims` | |
# | `x[i] = v`, `x.add_(v)`, `x.zero_()` | `x = x.at[i].set(v)`, `x = x + v`, `jnp.zeros_like(x)` | Keep the result: `x` itself does not change. |
# | `x.item()` | `x.item()`, `float(x)` | Not inside `jax.jit`, where there is no value yet. |
# | `x.to(device)`, `x.cuda()` | `jax.device_put(x, device)` | Seldom needed: arrays are made on the GPU if there is one. |
# | `x.numpy()`, `torch.from_numpy(a)` | `np.asarray(x)`, `jnp.asarray(a)` | The view of a JAX array in NumPy is read-only. |
#
# ### Table: gradients and chance
#
# | PyTorch, fastai | here | the trap |
# | --- | --- | --- |
# | `x.requires_grad_()` | nothing | `jax.grad` asks for the derivative by the *first* argument, unless `argnums` says otherwise. |
# | `loss.backward()`, `x.grad` | `grads = jax.grad(f)(x)` | Give it the function, not its result. The function must return a single float. |
# | the loss, besides its gradient | `jax.value_and_grad(f)(x)` | |
# | `x.grad.zero_()`, `opt.zero_grad()`, `x.grad = None` | nothing | Nothing is kept, so nothing adds up. |
# | `x.data`, `with torch.no_grad():` | nothing | Nothing is recorded outside of `jax.grad`. |
# | `x.detach()` | `jax.lax.stop_gradient(x)` | Only matters inside a function that is differentiated. |
# | `torch.randn(784, 1)` | `jax.random.normal(key, (784, 1))` | The same key gives the same numbers. |
# | `torch.manual_seed(0)` | `key = jax.random.key(0)` | No global state: split the key and pass it on. |
#
# ### Table: data
#
# | PyTorch, fastai | here | the trap |
# | --- | --- | --- |
# | `untar_data`, `Path`, `path.ls()` | [`jd.load`][jaxdigits.load] | There are no folders: images and labels are two arrays. |
# | `L` | a list, or an array | |
# | `Image.open`, then `tensor` | `digits.train.images[i]` | `uint8`: a byte below 0 wraps around. |
# | `show_image` | [`jd.plots.show_image`][jaxdigits.plots.show_image] | |
# | `df.style.background_gradient` | [`jd.plots.show_pixels`][jaxdigits.plots.show_pixels] | |
# | `list(zip(x, y))` as a data set | the pair `(x, y)` | |
# | `DataLoader(..., shuffle=True)` | [`jd.epoch_batches`][jaxdigits.epoch_batches] | It leaves out the last, smaller batch. PyTorch keeps it unless told `drop_last=True`. |
# | `DataLoaders(dl, valid_dl)` | `train=(x, y)`, `valid=(x_valid, y_valid)` | |
#
# ### Table: models and training
#
# | PyTorch, fastai | here | the trap |
# | --- | --- | --- |
# | `sigmoid`, `torch.sigmoid` | `jax.nn.sigmoid` | |
# | `F.l1_loss`, `F.mse_loss` | [`jd.l1_loss`][jaxdigits.l1_loss], [`jd.mse_loss`][jaxdigits.mse_loss], `optax.squared_error` | Optax returns one loss a number: take the mean. Its `l2_loss` is *half* the square. |
# | `F.cross_entropy` | [`jd.cross_entropy_loss`][jaxdigits.cross_entropy_loss], `optax.softmax_cross_entropy_with_integer_labels` | All take logits, not probabilities. Optax's again wants a mean. |
# | `nn.Linear(784, 30)` | [`jd.init_linear`][jaxdigits.init_linear] and [`jd.linear`][jaxdigits.linear], `nnx.Linear` | PyTorch stores weights as `[out, in]`, the others as `[in, out]`. They start from different distributions. |
# | `nn.ReLU()`, `F.relu` | `jax.nn.relu`, `nnx.relu` | A function does for both: it has no parameters. |
# | `nn.Sequential(...)` | [`jd.init_mlp`][jaxdigits.init_mlp] and [`jd.mlp`][jaxdigits.mlp], `nnx.Sequential` | |
# | `model.parameters()` | `jax.tree.leaves(params)` | A list for looking at. To change all, use `jax.tree.map`. |
# | `model.state_dict()` | `params` | Nothing to extract; save it as any arrays. |
# | `model.train()`, `model.eval()` | an argument | Flax NNX has both methods. |
# | `BasicOptim`, `SGD`, `torch.optim.SGD` | [`jd.sgd_update`][jaxdigits.sgd_update], [`jd.sgd`][jaxdigits.sgd], `optax.sgd` | Optax returns what to *add*, sign included. Its state is yours to carry. |
# | `Learner`, `learn.fit` | [`jd.fit`][jaxdigits.fit] | It returns new parameters. Those that you passed are still untrained. |
# | `batch_accuracy`, `accuracy` | [`jd.binary_accuracy`][jaxdigits.binary_accuracy], [`jd.accuracy`][jaxdigits.accuracy] | Logits again: the line lies at 0, where the sigmoid is one half. |
# | `learn.recorder` | `history` | |
# | `cnn_learner(dls, resnet18)` | a network in Flax | Neither JAX nor Flax comes with pretrained weights. |
#
# Some of the traps deserve to be seen.

# %%
import tempfile
import time

import jax
import jax.numpy as jnp
import numpy as np
import optax

import jaxdigits as jd

# %% [markdown]
# In what follows, the first tab shows how a step is written in PyTorch, the second the same step
# in JAX. The cell below them is run when this page is built. PyTorch's code is not, since no
# lesson requires it. What its comments promise was checked with PyTorch 2.13. <!-- typed: a version, which the site does not install -->
#
# ## Arrays
#
# Whoever knows NumPy knows most of both.
#
# === "PyTorch"
#
#     ```python
#     a = torch.tensor([[1, 2, 3], [4, 5, 6]])
#     a.float().mean((-2, -1))
#     torch.stack([a, a]).shape
#     a.view(3, 2), a.T, a.unsqueeze(0)
#     torch.where(a > 2, a, 0)
#     a[0, 0] = 9   # in place: a has changed
#     ```
#
# === "JAX"
#
#     ```python
#     a = jnp.array([[1, 2, 3], [4, 5, 6]])
#     a.mean(axis=(-2, -1))
#     jnp.stack([a, a]).shape
#     a.reshape(3, 2), a.T, a[None]
#     jnp.where(a > 2, a, 0)
#     b = a.at[0, 0].set(9)   # a has not
#     ```

# %%
a = jnp.array([[1, 2, 3], [4, 5, 6]])
assert a.mean(axis=(-2, -1)) == 3.5
assert jnp.stack([a, a]).shape == (2, 2, 3)
assert a.reshape(3, 2).shape == a.T.shape == (3, 2)
assert a[None].shape == (1, 2, 3)
print(jnp.where(a > 2, a, 0))

# %% [markdown]
# The last line of the PyTorch tab is the one that does not translate. Assigning in place is
# refused, and `at` returns a new array.

# %%
try:
    a[0, 0] = 9
except TypeError as error:
    print(str(error).split(" Instead")[0])
b = a.at[0, 0].set(9)
print(f"a begins with {a[0, 0]}, b with {b[0, 0]}")

# %% [markdown]
# ??? question "Is it not wasteful to make a new array for one number?"
#     Outside of `jax.jit` it is a copy. Inside, the compiler may see that nobody needs
#     the old array any more, and write into its memory.
#
# ## Gradients
#
# In PyTorch a gradient is something that *happens to* a tensor. In JAX it is the value of another
# function. Take the sum of squares at 3, 4 and 10, whose gradient is twice the numbers. What will
# the second call return on either side?
#
# === "PyTorch"
#
#     ```python
#     x = torch.tensor([3.0, 4.0, 10.0]).requires_grad_()
#     (x**2).sum().backward()
#     x.grad           # tensor([ 6.,  8., 20.])
#     (x**2).sum().backward()
#     x.grad           # tensor([12., 16., 40.]), both added
#     x.grad.zero_()   # so clear it before the next
#     ```
#
# === "JAX"
#
#     ```python
#     def f(x):
#         return (x**2).sum()
#
#     x = jnp.array([3.0, 4.0, 10.0])
#     jax.grad(f)(x)   # [ 6.  8. 20.]
#     jax.grad(f)(x)   # [ 6.  8. 20.]
#     ```


# %%
def f(x):
    return (x**2).sum()


x = jnp.array([3.0, 4.0, 10.0])
value, first = jax.value_and_grad(f)(x)
second = jax.grad(f)(x)
print(f"value {value}, gradient {first}, and again {second}")
assert np.array_equal(first, second)

# %% [markdown]
# There is nothing to clear, because nothing was kept. If you *want* gradients of several batches
# added up, add them: they are arrays.
#
# `detach` has a counterpart for use inside a function. Here one factor of $x \cdot x$ counts as
# a constant, so that the slope at 3 is 3 and not 6.

# %%
slope = jax.grad(lambda x: x * jax.lax.stop_gradient(x))(3.0)
print(slope)
assert slope == 3

# %% [markdown]
# Because `jax.grad` makes a function, it can be combined with the others. [`jax.vmap`](22_jargon.md#vmap) runs one
# over the first axis of its arguments. With both, each example gets its own gradient, for which
# PyTorch's `backward` would need a loop.


# %%
def error(weight, x, y):
    return (weight * x - y) ** 2


each = jax.vmap(jax.grad(error), in_axes=(None, 0, 0))
print(each(1.0, jnp.array([1.0, 2.0, 3.0]), jnp.array([0.0, 2.0, 4.0])))

# %% [markdown]
# !!! tip "PyTorch has it, too"
#     Its module `torch.func` offers `grad` and `vmap` that work on functions, after the model
#     of JAX.
#
# ## Random numbers
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
# A generator with a memory gives something new at each call, and so what you get depends on who
# called before. A key has no memory. What happens if you use one twice?

# %%
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
#     Two layers of one shape that are initialized with one key start out with the same weights,
#     and one key for all epochs makes the same shuffle every time. Neither is an error. Use each
#     key once: `split` it for several purposes, or `jax.random.fold_in(key, epoch)` for the
#     rounds of a loop.
#
# ## A training step
#
# Here are all the objects at work: the model holds weights and gradients, the optimizer holds the
# model's parameters, and each line changes something elsewhere. In JAX it is one function from
# the old state to the new.
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

# %%
digits = jd.load("auto")
train, test = (
    jd.select(split, [3, 7]) for split in (digits.train, digits.test)
)
x, y = jd.to_examples(train, positive=3)
x_valid, y_valid = jd.to_examples(test, positive=3)
optimizer = optax.sgd(1.0)

# %%
key_params, key_batches = jax.random.split(jax.random.key(0))
start = jd.init_linear(key_params, n_in=784, n_out=1, scale=0.3)


def loss(params, x, y):
    return jd.mnist_loss(jd.linear(params, x), y)


@jax.jit
def step(params, state, x, y):
    value, grads = jax.value_and_grad(loss)(params, x, y)
    updates, state = optimizer.update(grads, state, params)
    return optax.apply_updates(params, updates), state, value


params, state, before = step(start, optimizer.init(start), x, y)
_, _, after = step(params, state, x, y)
print(f"loss {before:.4f}, after a step {after:.4f}")
assert after.item() < before.item()

# %% [markdown]
# Three things to get used to:
#
# - **Keep what comes back.** `step(params, state, x, y)` on a line of its own computes everything
#   and changes nothing.
# - **The optimizer's state is an argument.** Whoever calls `optimizer.init` again in each round
#   loses the momentum.
# - **Under `jax.jit` a value is not known yet.** Python's `if` cannot look at it. That, at least,
#   is said aloud:


# %%
@jax.jit
def halve_if_large(x):
    return x / 2 if x > 1 else x


try:
    halve_if_large(3.0)
except jax.errors.TracerBoolConversionError as error:
    print(str(error).split(".")[0])

# %% [markdown]
# The cure is to let the array decide: `jnp.where(x > 1, x / 2, x)`.
#
# The loop around the step is seldom written by hand, on either side. fastai's `Learner` keeps what
# it needs and changes the model; `fit` takes it and returns new parameters.
#
# === "fastai"
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
# === "JAX"
#
#     ```python
#     fitted = jd.fit(
#         jd.linear,
#         start,
#         jd.mnist_loss,
#         optax.sgd(1.0),
#         train=(x, y),
#         epochs=20,
#         batch_size=256,
#         key=key_batches,
#         valid=(x_valid, y_valid),
#         metric=jd.binary_accuracy,
#     )
#     ```

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
# ## A model
#
# A module is a function and its weights in one object. Here they are two things: `init_mlp` makes
# the weights, `mlp` is the function. Flax puts them together again.
#
# === "PyTorch"
#
#     ```python
#     model = nn.Sequential(
#         nn.Linear(784, 30),
#         nn.ReLU(),
#         nn.Linear(30, 1),
#     )
#     model(x)
#     [p.shape for p in model.parameters()]
#     ```
#
# === "JAX"
#
#     ```python
#     params = jd.init_mlp(key, (784, 30, 1))
#     jd.mlp(params, x)
#     [p.shape for p in jax.tree.leaves(params)]
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
#     model(x)
#     jax.tree.map(jnp.shape, nnx.state(model, nnx.Param))
#     ```

# %%
params = jd.init_mlp(jax.random.key(0), (784, 30, 1))
some = x[:5]
print(jd.mlp(params, some).shape)
print([p.shape for p in jax.tree.leaves(params)])
print(sum(p.size for p in jax.tree.leaves(params)), "parameters")

# %% [markdown]
# **Weights from PyTorch** come transposed: a `nn.Linear` there stores `[out, in]` and computes
# `x @ weight.T + bias`. Here NumPy arrays of those shapes play what `weight.numpy(force=True)`
# would return:

# %%
rng = np.random.default_rng(0)
weight = rng.normal(size=(30, 784)).astype("float32")
bias = rng.normal(size=30).astype("float32")
theirs = np.asarray(some) @ weight.T + bias

layer = jd.Linear(w=jnp.asarray(weight.T), b=jnp.asarray(bias))
assert np.allclose(jd.linear(layer, some), theirs, atol=1e-3)

# %% [markdown]
# Had the layer as many outputs as inputs, the transpose could be forgotten without an error.
#
# **Saving.** What `state_dict` collects is here what you hold in your hand: arrays in
# tuples. NumPy's format holds them by name.

# %%
with tempfile.TemporaryFile() as file:
    np.savez(file, **layer._asdict())
    file.seek(0)
    loaded = jd.Linear(**np.load(file))
assert np.array_equal(loaded.w, layer.w)
assert np.array_equal(loaded.b, layer.b)

# %% [markdown]
# **`train()` and `eval()`** set a switch inside the module, which is easily forgotten. A function
# has no inside, so the switch is an argument, and so is the randomness. Dropout, which while
# training replaces some activations by zero, reads like this:


# %%
def dropout(x, key=None, rate=0.5):
    if key is None:  # not training
        return x
    keep = jax.random.bernoulli(key, 1 - rate, x.shape)
    return jnp.where(keep, x / (1 - rate), 0)


print("training  ", dropout(jnp.ones(6), jax.random.key(0)))
print("otherwise ", dropout(jnp.ones(6)))

# %% [markdown]
# This `if` is allowed under `jax.jit`: whether there is a key is known when the function is
# [traced](22_jargon.md#tracing), whatever its value.
#
# ## Data loading
#
# PyTorch's loader fetches examples one by one and collects them into batches. That is the right
# way for a million photographs on a disk. All of MNIST fits into memory many times over, so that
# it is enough to shuffle the *numbers* of the examples.
#
# === "PyTorch"
#
#     ```python
#     dataset = TensorDataset(x, y)
#     loader = DataLoader(dataset, batch_size=256, shuffle=True)
#     for epoch in range(2):
#         for xb, yb in loader:
#             ...
#     ```
#
# === "JAX"
#
#     ```python
#     for epoch in range(2):
#         epoch_key = jax.random.fold_in(key, epoch)
#         for batch in jd.epoch_batches(epoch_key, len(x), 256):
#             xb, yb = x[batch], y[batch]
#             ...
#     ```
#
# Ten examples, batches of four: how many of the ten will you see in an epoch?

# %%
for epoch in range(2):
    epoch_key = jax.random.fold_in(jax.random.key(0), epoch)
    batches = jd.epoch_batches(epoch_key, n=10, batch_size=4)
    print(f"epoch {epoch + 1}: {batches.tolist()}")

# %% [markdown]
# The batches are arrays of indices, all of one size, since compiled code knows only shapes that
# are fixed. What does not fill a batch waits for the next epoch's shuffle.
#
# For data that do not fit into memory, [Grain](https://google-grain.readthedocs.io) is the JAX
# world's loader. PyTorch's own works as well, if it hands out NumPy arrays.
#
# ## Where they differ in silence
#
# An error message is a help. These differences come without one.
#
# ### Types
#
# JAX keeps to 32 bits unless told otherwise, where PyTorch has `int64` for whole numbers and takes
# over NumPy's `float64`. What is one more than the largest `int32`?

# %%
print(jnp.asarray(np.array([0.5])).dtype, jnp.arange(3).dtype)
largest = jnp.array(2**31 - 1)
print(f"{largest} + 1 = {largest + 1}")
with jax.enable_x64(True):
    wide = jnp.array(2**31 - 1) + 1
    print(f"with 64 bits {wide}, {wide.dtype}")

# %% [markdown]
# For a whole program, say `jax.config.update("jax_enable_x64", True)` before anything else. For
# training on digits 32 bits are plenty.
#
# Division is the same in both: `/` makes floats of integers, `//` rounds down, also below zero.
# But a whole number divided by zero raises an error in PyTorch on a CPU. JAX returns a number:

# %%
sevens = jnp.array([7, -7])
print(sevens / 2, sevens // 2)
print("divided by zero:", sevens // 0)

# %% [markdown]
# ### Indexing
#
# Compiled code on a GPU cannot stop with an error in the middle. So what should `x[10]` be, if
# there are five entries? PyTorch raises an `IndexError` on a CPU.

# %%
five = jnp.array([0, 10, 20, 30, 40])
print("five[10] is", five[10])
print("five[-10] is", five[-10])
print("after writing to place 10:", five.at[10].set(99))

# %% [markdown]
# Reading beyond the end gives the nearest entry, and writing beyond the end does nothing. Ask for
# something else where an index may be wrong:

# %%
print(five.at[jnp.array([1, 10])].get(mode="fill", fill_value=-1))
assert five[10].item() == 40 and five[-10].item() == 0
assert np.array_equal(five.at[10].set(99), five)

# %% [markdown]
# ### In place
#
# Two names for one tensor are one tensor in PyTorch: after `b = a` and `b += 1`, `a` has changed
# too, and so has everything of which `a` is a view. In JAX the same lines run and mean
# something else.

# %%
a = jnp.zeros(3)
b = a
b += 1  # makes a new array, and calls it b
a.at[0].set(5.0)  # makes a new array, and forgets it
print(f"a {a}, b {b}")
assert a.tolist() == [0, 0, 0] and b.tolist() == [1, 1, 1]

# %% [markdown]
# The first is safer than what it replaces. The second is a mistake that everybody makes once.
#
# ### Broadcasting
#
# The rule is the same, and so is the trap of [lesson 4](04_metrics.py#the-bug-it-hides):
# `(5,)` minus `(5, 1)` is `(5, 5)`. For such shapes `F.mse_loss` prints a warning and returns
# the wrong mean. Optax and this package refuse.

# %%
predictions, column = jnp.ones(5), jnp.ones((5, 1))
print("plain subtraction:", (predictions - column).shape)
for mse in optax.squared_error, jd.mse_loss:
    try:
        mse(predictions, column)
    except (TypeError, ValueError) as error:
        print(f"{type(error).__name__}: {str(error).split(',')[0]} ...")

# %% [markdown]
# ### What a compiled function remembers
#
# A compiled function sees its arguments. Anything else that it uses is built in when it is traced.
# What will the second call print?

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
# The old rate is part of the program, and so `print` inside ran once. In PyTorch, which runs the
# Python code each time, the new rate would count. Whatever is to change must be an argument, as
# the parameters are in `step`. To print values from inside, use `jax.debug.print`.
#
# ### Two conventions
#
# The standard deviation, and the slope of $|x|$ at 0, where there is none:

# %%
numbers = jnp.array([1.0, 2.0, 3.0])
print(f"std {numbers.std():.4f}, as in PyTorch {numbers.std(ddof=1):.4f}")
print(f"slope of |x| at 0: {jax.grad(jnp.abs)(0.0)}")
print(f"slope of ReLU at 0: {jax.grad(jax.nn.relu)(0.0)}")

# %% [markdown]
# PyTorch takes 0 for both slopes. It rarely matters for training, but it does when you compare
# gradients digit by digit: an L1 loss has such points wherever a prediction is exactly right.
#
# ### Time
#
# JAX may return before the work is done, on every device; PyTorch does so on a GPU but not on
# a CPU. A clock that does not wait measures how long it takes to *ask*.

# %%
matrix = jnp.ones((1000, 1000))
product = jax.jit(lambda m: m @ m @ m @ m)
product(matrix).block_until_ready()  # compiled before we measure

begin = time.perf_counter()
result = product(matrix)
asked = time.perf_counter() - begin
result.block_until_ready()
done = time.perf_counter() - begin
print(f"asked after {1e3 * asked:.2f} ms, done after {1e3 * done:.2f} ms")

# %% [markdown]
# The counterpart of `block_until_ready` is `torch.cuda.synchronize()`. The first call is slow on
# top of it, because it compiles, and so is the first call with each new *shape*.
#
# ## What you learned
#
# - PyTorch's objects remember, JAX's functions take and return: parameters, gradients, keys, state.
# - Nothing is zeroed, detached or switched to evaluation, because nothing was kept.
# - Clamped indices, 32 bits, lost results of `at`, keys used twice and values built in by `jit`
#   raise no errors. When a translated program runs and is wrong, look there first.
#
# **Next:** you have reached the end of the lessons. [Jargon](22_jargon.md) lists every term, and
# [Questions](23_questions.py) asks for what you remember.
#
# *Sources:* Howard and Gugger, [Deep Learning for Coders](https://course.fast.ai), chapter 4, for
# the names in the tables. The documentation of [PyTorch](https://docs.pytorch.org),
# [Optax](https://optax.readthedocs.io), [Flax](https://flax.readthedocs.io), and JAX, above all
# [its list of sharp bits](https://docs.jax.dev/en/latest/notebooks/Common_Gotchas_in_JAX.html).
