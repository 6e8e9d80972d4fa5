# %% [markdown]
# ---
# reads_for: 35  # a dozen ideas, a section each; any of them can wait for another day
# runs_for: 80  # compiles on purpose, and trains in several ways to compare them
# ---
#
# # 19. JAX for NumPy users
#
# **You know NumPy. What is different in JAX, and what do you get in return?** Some habits have to
# change: arrays can't be written into, random numbers need keys, and a function may run only once
# although you call it a hundred times. In return, JAX turns your functions into other functions:
# compiled ones, ones that train sixty-four models at once, ones that run on hardware that you don't
# have. You will use each of these, and measure what it brings and what it costs.
#
# *You need:* [lesson 9](09_putting_it_together.py) and [lesson 10](10_an_optimizer.py).
#
# ## Arrays do not change
#
# A slice of a NumPy array is a *view*: the same memory under another name. If you write into the
# slice, the original changes with it. A JAX array is [immutable](22_jargon.md#immutable), and writing
# into it is an error. What will the first line print?

# %%
import tempfile
import time
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

table = np.arange(6).reshape(2, 3)
first_row = table[0]
first_row[:] = 100
print(table.tolist())

numbers = jnp.arange(6)
try:
    numbers[0] = 100
except TypeError as error:
    print(str(error).split(".")[0])

# %% [markdown]
# The table has changed, although nobody wrote `table[...] =`. This is handy at times, and at other
# times the reason why some array far away is suddenly wrong. In JAX you ask for a *new* array in
# which something is different. `.at[...]` takes whatever square brackets take, and then comes `.set`,
# `.add`, `.multiply`, `.min` or `.max`.

# %%
print(numbers.at[0].set(100))
print(numbers.at[::2].add(10))
print(numbers)

# %% [markdown]
# The last line shows `numbers` as it was. The most common mistake is to forget to keep the result:
# `numbers.at[0].set(100)` on a line of its own does nothing. On its own, each change costs a copy.
# Inside a compiled function, JAX sees that nobody needs the old array any more, and writes in place.
#
# ## Randomness has a key
#
# NumPy's generator remembers where it is, so the same line gives something else each time. JAX's
# functions remember nothing. You pass a [key](22_jargon.md#random-key), and the same key gives the
# same numbers.

# %%
generator = np.random.default_rng(0)
print("NumPy", generator.integers(100, size=3), generator.integers(100, size=3))
key_once, key_other = jax.random.split(jax.random.key(0))
print("JAX  ", jax.random.randint(key_once, 3, 0, 100))
print("JAX  ", jax.random.randint(key_other, 3, 0, 100))

# %% [markdown]
# Use each key once: split it for parts, and draw from the parts only. Then a program gives the same
# result wherever its pieces run, and in whatever order.
#
# ## Arrays live on a device
#
# A NumPy array lies in the computer's main memory, a JAX array on a CPU, a GPU or a TPU. Computing
# with an array happens where it lies, and the result stays there. `jax.device_put` puts it elsewhere.
# `np.asarray`, `float` and `print` bring numbers back to main memory.

# %%
print(numbers.devices(), (numbers + 1).devices())
print(type(np.asarray(numbers)).__name__)

# %% [markdown]
# The other direction may share memory: on a CPU, `jnp.asarray` of a NumPy array can use the array's
# own memory. So don't write into a NumPy array after you have given it to JAX, or copy it with
# `jnp.array`.
#
# ## Decimals have 32 bits
#
# NumPy's decimals have 64 bits, which is about 16 digits. JAX's have 32, about 7 digits: half the
# memory, and on a GPU many times the speed. An array of 64 bits that comes from NumPy is shortened on
# the way in. Seven digits are few when you count to many millions. What is 16,777,216 + 1?

# %%
print(np.array([0.1]).dtype, jnp.array([0.1]).dtype)
print(f"NumPy {(np.array([16_777_216.0]) + 1)[0]:,.0f}")
print(f"JAX   {(jnp.array([16_777_216.0]) + 1)[0]:,.0f}")

# %% [markdown]
# In 32 bits, 16,777,216 and 16,777,218 are neighbors. There is no number between them, so the 1 is
# lost. If you need 64 bits, say `jax.config.update("jax_enable_x64", True)` at the very start of a
# program.
#
# !!! note "Fewer bits still"
#     Large models are trained in `bfloat16`, which has the range of 32 bits and only two to three
#     digits, because then twice as many numbers fit into memory and through the wires. Products are
#     added up in 32 bits all the same, and so are the parameters kept.
#
# ## An index beyond the end
#
# In NumPy this is an error. Compiled code cannot stop for errors, so JAX reads the last element
# instead, and writing there does nothing.

# %%
try:
    np.arange(3)[10]
except IndexError as error:
    print("NumPy:", error)
print("JAX:  ", jnp.arange(3)[10], jnp.arange(3).at[10].set(99))

# %% [markdown]
# For the same reason, a boolean mask such as `x[x > 0]` works outside of compiled functions only:
# inside, the number of results would not be known. Use `jnp.where` there.
#
# All of this on one page:
#
# | what | NumPy | JAX |
# | --- | --- | --- |
# | making, slicing, arithmetic | `np.` | `jnp.`, same names |
# | a list as argument | `np.sum([1, 2])` | `jnp.sum(jnp.array([1, 2]))` |
# | write | `x[0] = 5` | `x = x.at[0].set(5)` |
# | a slice | shares memory | is an array of its own |
# | random numbers | a generator that remembers | a key that you pass and split |
# | where | main memory | CPU, GPU or TPU |
# | when | at once | in the background |
# | decimals | 64 bits | 32 bits, unless you switch |
# | a byte and an array of integers | wider integers, 64 bits | wider integers, 32 bits |
# | index beyond the end | error | last element; writing is ignored |
# | gradients, compilation | no | `jax.grad`, `jax.jit` |
#
# ## Parameters in a tree
#
# The parameters of a model are many arrays: a weight and a bias per layer. In NumPy you would handle
# each by itself. JAX's functions take any nest of tuples, lists, dictionaries and named tuples with
# arrays at the ends. They call it a *[pytree](22_jargon.md#pytree)*. The gradient of a loss with
# respect to a pytree is a pytree of the same form. How many arrays does a network with one hidden
# layer have?

# %%
digits = jd.load("auto")
both = jd.select(digits.train, [3, 7])
x_all, y_all = jd.to_examples(both, positive=3)
held_out = len(x_all) // 6
x, y = train = x_all[held_out:], y_all[held_out:]
valid = x_all[:held_out], y_all[:held_out]

network = jd.init_mlp(jax.random.key(0), (784, 30, 1))
print(jax.tree.map(jnp.shape, network))
print(f"{sum(leaf.size for leaf in jax.tree.leaves(network)):,} parameters")

# %% [markdown]
# Four arrays. `jax.tree.map` calls a function with each of them and keeps the form. With two trees, it
# pairs their arrays up, and that is all of gradient descent:
# `jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)`.
#
# (We have put a sixth of the training digits aside: they are held out, to compare settings by them
# below. The test set is not for that.)
#
# ## What happens when `jit` compiles
#
# Here are the linear model and its loss, as in lesson 9. We switch off the cache for compiled programs,
# because we want to see what compiling costs.

# %%
jax.config.update("jax_enable_compilation_cache", False)
batch_size = min(256, len(x) // 4)  # smaller if the data set is small
key_params, key_batches, key_sweep = jax.random.split(jax.random.key(0), 3)
start = jd.init_linear(key_params, n_in=784, n_out=1, scale=0.3)


def loss(params, x, y):
    return jd.mnist_loss(jd.linear(params, x), y)


def step(params, x, y, learning_rate=1.0):
    value, grads = jax.value_and_grad(loss)(params, x, y)
    return jd.sgd_update(params, grads, learning_rate), value


# %% [markdown]
# [`jax.jit(f)`](22_jargon.md#jit) does nothing yet. When it is first called, it runs `f` once, in
# Python, with stand-ins for the arrays, which have a shape and a type but no numbers. This is
# *[tracing](22_jargon.md#tracing)*. What `f` does to the stand-ins is written down:

# %%
print(jax.make_jaxpr(lambda rows: (rows**2).mean())(x[:100]))

# %% [markdown]
# This record is a list of operations, and nothing of Python is left in it. The compiler XLA makes one
# program of the list. Each stage can be called by its name, and so be timed. Which of them will take
# the longest, for a step of training on a batch?


# %%
def timed(action):
    began = time.perf_counter()
    result = jax.block_until_ready(action())
    return time.perf_counter() - began, result


batch = x[:batch_size], y[:batch_size]
tracing, traced = timed(lambda: jax.jit(step).trace(start, *batch))
translating, lowered = timed(traced.lower)
compiling, compiled = timed(lowered.compile)
compiled(start, *batch)
running, _ = timed(lambda: compiled(start, *batch))
stages = "trace", "translate", "compile", "run"
times = tracing, translating, compiling, running
for stage, taken in zip(stages, times, strict=True):
    print(f"{stage:9} {1e3 * taken:8.2f} ms")

# %% [markdown]
# Compiling takes by far the longest, more than a hundred times as long as running. It pays for itself
# if the program runs often, as a training step does.

# %% tags=["claim"]
assert compiling > 20 * running

# %% [markdown]
# ## When it compiles again
#
# The program is kept, and used for every later call that it fits. When doesn't it fit? A traced
# function runs in Python only while it is traced, so let it leave a note. Predict how many notes there
# will be after each of these calls.

# %%
notes = []


@jax.jit
def mean_ink(rows):
    notes.append(jax.typeof(rows))
    return rows.mean()


# %%
bytes_3_7 = jd.flatten(both.images)
calls = {
    "100 rows": x[:100],
    "100 other rows": x[100:200],
    "one row": x[:1],
    "100 rows of bytes": bytes_3_7[:100],
    "100 rows, again": x[:100],
}
for name, rows in calls.items():
    mean_ink(rows)
    print(f"{name:18} notes so far: {len(notes)}")
print(*notes, sep=", ")

# %% [markdown]
# The *numbers* in an array don't matter. A new shape or a new type is a new program. (So are, more
# rarely, a Python number in place of an array, another layout over devices, and some settings of JAX.)
# This is why batches are all of one size, and why the package leaves out the remainder of an epoch.
#
# ## Arguments that are not arrays
#
# A number that you pass becomes an array on the way in, and its value isn't known while tracing. That
# is too late for whatever decides about a shape. These are the `k` brightest pixels of an image:


# %%
def brightest(image, k):
    notes.append(k)
    return jnp.sort(image)[-k:]


try:
    jax.jit(brightest)(x[0], 3)
except IndexError as error:
    print(str(error).partition(".")[0])

# %% [markdown]
# A *[static](22_jargon.md#static-argument)* argument is not traced. It goes in as it is and becomes part
# of the program, so each value makes a program of its own:

# %%
notes.clear()
top = jax.jit(brightest, static_argnames="k")
for k in 3, 3, 5, 3:
    top(x[0], k)
print("traced for k =", notes)

# %% [markdown]
# A function can be a static argument, too. That is how [`fit`][jaxdigits.fit] takes its model, loss and
# optimizer. But two functions count as the same only if they are one and the same object. How many
# times is `apply` traced here?


# %%
@partial(jax.jit, static_argnames="rule")
def apply(rule, rows):
    notes.append(rule)
    return rule(rows)


notes.clear()
for _ in range(3):
    apply(lambda rows: rows.max(), x[:9])
print(f"three calls with a function made anew: traced {len(notes)} times")

notes.clear()
for _ in range(3):
    apply(jnp.max, x[:9])
print(f"three calls with the same function:    traced {len(notes)} time")

# %% [markdown]
# Each `lambda` is a new object, so each call was traced and compiled. Make models and optimizers
# outside of loops.
#
# ## What a closure costs
#
# A function may also use arrays that it finds around itself: it *closes over* them. Both of these
# compute the same loss over all examples. One is given the images, and the other finds them. Does it
# matter?


# %%
def closed(params):
    return loss(params, x, y)


def look_at_compiling(name, function, *arguments):
    lowering, lowered = timed(lambda: jax.jit(function).lower(*arguments))
    total = lowering + timed(lowered.compile)[0]
    size = len(lowered.as_text())
    print(f"{name}: {1e3 * total:,.0f} ms to compile", end=", ")
    print(f"{size:,} characters of source")


look_at_compiling("arguments", loss, start, x, y)
look_at_compiling("closure  ", closed, start)

# %% [markdown]
# What a function closes over is a constant of its program. All pixels become part of the source, and
# the compiler has to read them. Worse, it is the array of *that moment*: if you bind `x` to something
# else later, the compiled function doesn't notice. So pass data as arguments, and close over small
# things that never change.
#
# ## Time is not what it seems
#
# JAX hands work to the device and returns at once, with an array whose numbers are still to come. This
# is called *[asynchronous dispatch](22_jargon.md#asynchronous-dispatch)*. It is good, because Python can
# prepare the next step meanwhile. It is bad for stopwatches.

# %%
square = jnp.ones((2000, 2000))
multiply = jax.jit(jnp.matmul)
multiply(square, square).block_until_ready()  # the first call compiles

began = time.perf_counter()
product = multiply(square, square)
handed_over = time.perf_counter() - began
product.block_until_ready()
done = time.perf_counter() - began
print(f"returned after {1e3 * handed_over:.2f} ms", end=", ")
print(f"done after {1e3 * done:.2f} ms")

# %% [markdown]
# The second figure is the time of the product. If you forget to wait, you measure how fast Python asks.
#
# ## A whole run as one program
#
# In lesson 9, Python took every step: look up a batch, call the compiled step, repeat. If a step is
# short, most of the time goes into asking. So put the loop itself into the program.
# `jax.lax.scan(f, carry, items)` is a loop for that. Its body takes what was carried so far and the next
# item, and returns what to carry on and what to collect. One [scan](22_jargon.md#scan) over the batches
# is an epoch, and a scan over the epochs is a run:


# %%
@partial(jax.jit, static_argnames="epochs")
def run(params, learning_rate, key, train, valid, epochs):
    def one_step(params, batch):
        return step(params, train[0][batch], train[1][batch], learning_rate)

    def one_epoch(params, epoch):
        epoch_key = jax.random.fold_in(key, epoch)
        batches = jd.epoch_batches(epoch_key, len(train[0]), batch_size)
        params, losses = jax.lax.scan(one_step, params, batches)
        logits = jd.linear(params, valid[0])
        return params, (losses.mean(), jd.binary_accuracy(logits, valid[1]))

    return jax.lax.scan(one_epoch, params, jnp.arange(epochs))


# %% [markdown]
# Shuffling, steps and validation of all epochs are one call, which returns to Python once.
# (`fold_in(key, epoch)` makes a key of its own for each epoch.) Beside it, the loop of lesson 9, and
# [`fit`][jaxdigits.fit], which scans over the batches in the same way, but returns to Python after
# each epoch. So `fit` can show progress, be interrupted, and stop when training diverges.

# %%
step_once = jax.jit(step)
sgd = jd.sgd(1.0)


def by_python(epochs):
    params = start
    for epoch in range(epochs):
        epoch_key = jax.random.fold_in(key_batches, epoch)
        for batch in jd.epoch_batches(epoch_key, len(x), batch_size):
            params, _ = step_once(params, x[batch], y[batch])
    return params


def by_run(epochs):
    return run(start, 1.0, key_batches, train, valid, epochs=epochs)[0]


def by_fit(epochs):
    options = dict(epochs=epochs, batch_size=batch_size, key=key_batches)
    return jd.fit(jd.linear, start, jd.mnist_loss, sgd, train, **options).params


# %% [markdown]
# All three must end at the same parameters. How much faster are the compiled loops? The first run
# compiles, and of three further runs, the shortest counts.

# %%
ways = {"Python": by_python, "run": by_run, "fit": by_fit}
results = {name: way(5) for name, way in ways.items()}
for result in results.values():
    assert np.allclose(result.w, results["fit"].w, rtol=0, atol=1e-5)

shortest = {}
for name, way in ways.items():
    shortest[name] = min(timed(partial(way, 5))[0] for _ in range(3))
    ratio = shortest["Python"] / shortest[name]
    print(
        f"{name:6} {1e3 * shortest[name]:8.1f} ms, {ratio:5.1f} times as fast"
    )

# %% [markdown]
# Returning to Python once per epoch costs next to nothing. Returning once per batch is what takes the
# time, because this model's steps are so short. With a large network, the difference vanishes.
#
# ## Sixty-four models at once
#
# Which learning rate is best, and how much of an answer is luck? That takes many runs: some learning
# rates, each with several seeds. [`jax.vmap`](22_jargon.md#vmap) turns a function of one thing into a
# function of many. It doesn't loop: every operation inside becomes one operation on a larger array.
#
# First, one model, as a function of what should vary. The accuracy is that on the held-out digits. (A
# small data set takes more epochs, to make 240 steps or so.)


# %%
def train_one(learning_rate, key):
    key_params, key_batches = jax.random.split(key)
    params = jd.init_linear(key_params, n_in=784, n_out=1, scale=0.3)
    epochs = max(5, 240 // (len(x) // batch_size))
    _, measured = run(params, learning_rate, key_batches, train, valid, epochs)
    return measured[1][-1]


# %% [markdown]
# Then `vmap`, twice. `in_axes` says what has many values: inside, the learning rate does, and the key is
# a single one (`None`). Outside, it is the other way round. Models that share a key share their batches,
# so each batch is fetched once for eight of them.

# %%
rates = np.float32(10.0 ** np.linspace(-2, 1.5, 8))
keys = jax.random.split(key_sweep, 8)

over_rates = jax.vmap(train_one, in_axes=(0, None))
over_both = jax.jit(jax.vmap(over_rates, in_axes=(None, 0)))
accuracies = np.asarray(over_both(rates, keys))
print(f"{accuracies.size} models, accuracies {accuracies.shape}")

# %% [markdown]
# Which makes more difference, the learning rate or the seed?

# %% alt="A heat map of accuracies on held-out digits: a row for each of eight seeds, a column for each of eight learning rates. The columns at the left, of the smallest rates, are darker than those in the middle."
figure, ax = plt.subplots(figsize=(5.5, 3.6), layout="constrained")
picture = ax.imshow(accuracies)
ax.set(xlabel="learning rate", ylabel="seed", yticks=range(8))
ax.set_xticks(range(8), [f"{rate:.2g}" for rate in rates])
figure.colorbar(picture, label="accuracy")

print("  rate   lowest mean   highest")
for rate, column in zip(rates, accuracies.T, strict=True):
    low, high = column.min(), column.max()
    print(f"{rate:6.2f}   {low:.4f} {column.mean():.4f} {high:.4f}")

# %% [markdown]
# The learning rate, by far: from the smallest rate to the best, the mean rises by more than a tenth.
# Near the best rate, neighboring columns differ by less than their seeds do. One run of each could not
# have told them apart.

# %% tags=["claim"]
if digits.name == "mnist":
    means = accuracies.mean(axis=0)
    assert means.max() - means[0] > 0.1
    best = means.argmax()
    near = [n for n in (best - 1, best + 1) if n < 8]
    spread = np.ptp(accuracies[:, best])
    assert min(means[best] - means[n] for n in near) < spread

# %% [markdown]
# Now the same sixty-four one by one: a call of a compiled function for each. Only the first has to
# compile, because rate and key are arguments.

# %%
compiled_one = jax.jit(train_one)
jax.block_until_ready(compiled_one(rates[0], keys[0]))  # compiles


def one_by_one():
    return np.array([[compiled_one(r, k) for r in rates] for k in keys])


apart, accuracies_apart = timed(one_by_one)
together, _ = timed(lambda: over_both(rates, keys))
assert abs(accuracies_apart - accuracies).mean() < 0.01
print(f"one by one {apart:6.2f} s")
print(f"together   {together:6.2f} s, {apart / together:.1f} times as fast")

# %% [markdown]
# Eight models that share a batch turn a product of a matrix and a column into a product of two
# matrices, and processors are far better at that.
# [What a step costs](../speed/cost_model.py#why-thin-products) measures how much. On a GPU, which a
# single small model cannot keep busy, there is more to gain.
#
# ## Give an array away
#
# A step makes new parameters while the old ones still lie in memory, so for a moment there are two
# copies. If nobody needs the old ones, *donate* them: the new ones may take their place.

# %%
careful = jax.jit(step, donate_argnames="params")
mine = jax.tree.map(jnp.copy, start)
new, _ = careful(mine, x[:batch_size], y[:batch_size])
try:
    print(mine.w[0])
except RuntimeError as error:
    print(str(error).partition(".")[0])

# %% [markdown]
# The old array is gone, and using it is an error. For a small model this is pointless. For one that
# fills the memory, it decides whether it fits.
#
# ## Compiled once and for all
#
# A compiled program is gone when Python ends. The *persistent cache* keeps it in a folder.
# [`enable_compilation_cache`][jaxdigits.enable_compilation_cache] switches it on, also for programs that
# compile quickly, which JAX by itself would not keep. To see it work, take an empty folder, and let
# `jax.clear_caches` forget what is in memory, as the end of Python would.

# %%
usual = jax.config.jax_compilation_cache_dir
jax.config.update("jax_enable_compilation_cache", True)
with tempfile.TemporaryDirectory() as folder:
    jd.enable_compilation_cache(folder)
    for name in "compiled", "from the folder":
        jax.clear_caches()
        print(f"{name:16} {timed(lambda: by_fit(1))[0]:6.3f} s")
    print(f"still in memory  {timed(lambda: by_fit(1))[0]:6.3f} s")
    kept = [p.stat().st_size for p in Path(folder).glob("*-cache")]
print(f"{len(kept)} programs kept, {sum(kept) / 1e3:,.0f} kB")
jax.config.update("jax_compilation_cache_dir", usual)
_ = jd.enable_compilation_cache()

# %% [markdown]
# What is left of the second line is tracing, which no cache saves, and reading. The lessons begin with
# `jd.enable_compilation_cache()` for this reason.
#
# ## A model to take along
#
# How do you give a trained model to somebody who doesn't have your code? `jax.export` writes a function
# down as a list of operations, for several kinds of hardware at once, even those that you don't have.
# Here the closure is what we want: the parameters should be inside. The batch gets a name in place of a
# number, so that any size will do.

# %%
trained = by_fit(3)
predict = jax.jit(lambda images: jax.nn.sigmoid(jd.linear(trained, images)))
(rows,) = jax.export.symbolic_shape("rows")
images = jax.ShapeDtypeStruct((rows, 784), jnp.float32)
platforms = ["cpu", "cuda", "tpu"]
artifact = jax.export.export(predict, platforms=platforms)(images).serialize()
print(f"{len(artifact):,} bytes, for {', '.join(platforms)}")

again = jax.export.deserialize(bytearray(artifact))
assert np.allclose(again.call(x[:7]), predict(x[:7]), atol=1e-6)

# %% [markdown]
# The package isn't needed to run it, only JAX. (To keep the parameters themselves, and to load them into
# other programs than JAX, use [`save_params`][jaxdigits.save_params].)
#
# ## The same on a GPU
#
# Nothing in these lessons says where to compute. JAX takes what it finds when it starts, and here that
# was:

# %%
for device in jax.devices():
    print(f"{device.platform}: {device.device_kind}")

# %% [markdown]
# With an NVIDIA GPU, `pip install "jaxdigits[cuda13]"` is all that changes. Three things to know:
#
# - A GPU is fed through a thin pipe. Put the data there once, as `jd.load` does, and let whole runs
#   stay there, as `fit` does.
# - It is fast at much work and not at little. Small models gain from large batches, or from `vmap`.
# - Results agree to a few digits, not to the last bit. Sums are taken in another order, and products of
#   `float32` may be rounded to about three digits on the way.
#   `jax.default_matmul_precision("highest")` asks for all of them.
#
# !!! note "In older code"
#     `jax.pmap` is the former way to use several devices; [lesson 20](20_many_devices.py) shows today's.
#     `jax.custom_vjp` lets you define a slope of your own: `jax.nn.relu` uses one, which is 0 at 0,
#     while `jnp.maximum(x, 0)` has one half there.
#
# ## What you learned
#
# - You know where JAX differs from NumPy: no writing, keys, devices, 32 bits, indices beyond the end.
# - You can predict when a function is traced and compiled, and pass data as arguments.
# - You can put a loop into a program with `scan`, and train many models at once with `vmap`.
# - You can time JAX honestly, donate arrays, keep compiled programs, and export a model for hardware
#   that you don't have.
#
# ## Exercises
#
# ### Exercise 1: how often is it traced?
#
# A compiled function of one array is called again and again. Write `count_traces(calls)`, where `calls`
# is a list of pairs of a shape and a type, such as `((256, 784), "float32")`, one per call: how many
# times is the function traced?
#
# ??? tip "A hint"
#     Every kind of call is traced once. Which of Python's containers holds everything only once?


# %% tags=["check"]
def check_count_traces(count_traces):
    def expected(calls):
        return len(set(calls))

    def changes(calls):
        return sum(a != b for a, b in zip(calls, [None, *calls], strict=False))

    slips = {
        "a call that fits a kept program needs no new one": len,
        "programs are kept, not only the latest one": changes,
        "the type counts, too": lambda calls: len({s for s, _ in calls}),
        "the shape counts, too": lambda calls: len({t for _, t in calls}),
    }
    row, batch = ((784,), "float32"), ((256, 784), "float32")
    bytes_ = ((256, 784), "uint8")
    inputs = [
        ([row, batch, bytes_, bytes_, row],),
        ([],),
        ([batch, bytes_, batch, ((9,), "uint8")],),
    ]
    return jd.check_answer(count_traces, expected, inputs, slips=slips)


# %% tags=["answer"]
def count_traces(calls):
    return len(set(calls))


print(check_count_traces(count_traces))

# %% [markdown]
# ### Exercise 2: a loop that compiles
#
# Write `best_so_far(metric)` with `jax.lax.scan`: for every epoch, the highest value of the metric up to
# and including that epoch.
#
# ??? tip "A hint"
#     Carry the best value. With what does the carry begin, if metrics may be negative?


# %% tags=["check"]
def check_best_so_far(best_so_far):
    def expected(metric):
        return np.maximum.accumulate(metric)

    def scans(metric):
        try:
            return "scan[" in str(jax.make_jaxpr(best_so_far)(metric))
        except TypeError:  # It looks at values, as a loop in Python may.
            return False

    slips = {
        "metrics may be negative; where do you start?": lambda metric: (
            np.maximum(expected(metric), 0)
        ),
        "this epoch's value counts, too": lambda metric: np.concatenate(
            [[-np.inf], expected(metric)[:-1]]
        ),
        "collect a value per epoch, not only the last": lambda metric: (
            metric.max()
        ),
    }
    metrics = [[-0.5, 0.25, 0.125, 0.75, 0.5], [-3.0, -2.0, -4.0], [0.5, 0.1]]
    inputs = [(np.array(metric, np.float32),) for metric in metrics]
    said = jd.check_answer(best_so_far, expected, inputs, slips=slips)
    if said == "right" and not scans(inputs[0][0]):
        return "Not yet: the values are right, but where is the scan?"
    return said


# %% tags=["answer"]
def best_so_far(metric):
    def body(best, value):
        best = jnp.maximum(best, value)
        return best, best

    return jax.lax.scan(body, -jnp.inf, metric)[1]


print(check_best_so_far(best_so_far))

# %% [markdown]
# ### Exercise 3: write into a copy
#
# Write `draw_frame(image)`: the same image with a border of ones, one pixel wide, on all four sides.
# The image that came in stays as it is.
#
# ??? tip "A hint"
#     `.at[0].set(1)` does the upper side. The result has an `.at`, too.


# %% tags=["check"]
def check_draw_frame(draw_frame):
    def expected(image):
        framed = np.ones(image.shape)
        framed[1:-1, 1:-1] = image[1:-1, 1:-1]
        return framed

    slips = {
        "the changed array is a result; keep it": np.asarray,
        "the border replaces pixels, it adds none": lambda image: np.pad(
            image, 1, constant_values=1
        ),
        "the upper side is there; three are missing": lambda image: (
            np.concatenate([np.ones((1, image.shape[1])), image[1:]])
        ),
    }
    random = np.random.default_rng(0)
    inputs = [(jnp.asarray(random.random(s)),) for s in [(4, 6), (5, 3)]]
    return jd.check_answer(draw_frame, expected, inputs, slips=slips)


# %% tags=["answer"]
def draw_frame(image):
    rows = image.at[0].set(1).at[-1].set(1)
    return rows.at[:, 0].set(1).at[:, -1].set(1)


print(check_draw_frame(draw_frame))

# %% [markdown]
# ### Exercise 4: many at once
#
# *To think about overnight.* `nudged_loss(w, nudge)` is a function of a vector `w` and a number. Write
# `all_nudges(f, ws, nudges)` with `jax.vmap` and without a loop: a table of `f(w, nudge)`, with a row
# per vector in `ws` and a column per number in `nudges`.
#
# ??? tip "A hint"
#     As with the sixty-four models: one `vmap` inside another, each with its own `in_axes`.


# %% tags=["check"]
def check_all_nudges(all_nudges):
    def expected(f, ws, nudges):
        return [[float(f(w, nudge)) for nudge in nudges] for w in ws]

    slips = {
        "a row per vector, a column per number": lambda f, ws, nudges: (
            np.transpose(expected(f, ws, nudges))
        ),
        "every vector with every number, not one with one": (
            lambda f, ws, nudges: [
                f(w, n) for w, n in zip(ws, nudges, strict=False)
            ]
        ),
    }

    def f(w, nudge):
        return (w * jnp.arange(1.0, 3)).sum() ** 2 + nudge

    random = np.random.default_rng(0)
    inputs = []
    for rows, columns in (3, 2), (2, 5):
        ws = random.normal(size=(rows, 2)).astype("float32")
        nudges = random.normal(size=columns).astype("float32")
        inputs.append((f, ws, nudges))
    return jd.check_answer(all_nudges, expected, inputs, slips=slips)


# %% tags=["answer"]
def all_nudges(f, ws, nudges):
    over_nudges = jax.vmap(f, in_axes=(None, 0))
    return jax.vmap(over_nudges, in_axes=(0, None))(ws, nudges)


print(check_all_nudges(all_nudges))

# %% [markdown]
# **Next:** one processor is not always enough. [Lesson 20](20_many_devices.py) uses eight devices, and
# two processes.
#
# *Sources:* The documentation of [JAX](https://docs.jax.dev), on just-in-time compilation, asynchronous
# dispatch, the persistent compilation cache, and export.
