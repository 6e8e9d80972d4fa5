# %% [markdown]
# ---
# reads_for: 35  # ten ideas, a section each; any of them can wait for another day
# ---
#
# # 19. What JAX adds
#
# **All of this could have been written in NumPy, with gradients by hand. What do you get for
# writing it in JAX?** A model, a loss and a step are pure functions, and JAX turns functions into
# other functions: compiled ones, ones that train sixty-four models at once, ones that run on eight
# devices. Here you use each of these, and measure what it brings and what it costs.
#
# *You need:* [lesson 9](09_putting_it_together.py) and [lesson 10](10_an_optimizer.py).
#
# ## What we have
#
# Threes and sevens, the linear model and its loss, as in lesson 9. Most lessons begin by switching
# on a cache, so that nothing is compiled twice. This one switches it off for now: we want
# to see what compiling costs.

# %%
import os
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from functools import partial
from pathlib import Path

import grain
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd
from jaxdigits.data.prepared import prepared_folder
from jaxdigits.shuffle import shuffled

# %%
jax.config.update("jax_enable_compilation_cache", False)
digits = jd.load("auto")
digits_3_7 = jd.select(digits.train, [3, 7])
x, y = train = jd.to_examples(digits_3_7, positive=3)
valid = jd.to_examples(jd.select(digits.test, [3, 7]), positive=3)

batch_size = min(256, len(x) // 4)  # smaller if the data set is small
key_params, key_batches = jax.random.split(jax.random.key(0))
start = jd.init_linear(key_params, n_in=784, n_out=1, scale=0.3)


def loss(params, x, y):
    return jd.mnist_loss(jd.linear(params, x), y)


# %% [markdown]
# ## What happens when `jit` compiles
#
# [`jax.jit(f)`](22_jargon.md#jit) does nothing yet. When it is first called, it runs `f` once, in Python, with
# stand-ins for the arrays, which have a shape and a type but no numbers. That is
# *[tracing](22_jargon.md#tracing)*. What `f` does to the stand-ins is recorded:

# %%
print(jax.make_jaxpr(lambda rows: (rows**2).mean())(x[:100]))

# %% [markdown]
# The record knows nothing of Python any more. It is translated into the language of the compiler
# XLA, which makes one program of it. Each stage can be called by its name, and so be timed. The
# example is a step of training on a batch. Which stage will take the longest?


# %%
def step(params, x, y, learning_rate=1.0):
    value, grads = jax.value_and_grad(loss)(params, x, y)
    return jd.sgd_update(params, grads, learning_rate), value


def timed(action):
    began = time.perf_counter()
    result = jax.block_until_ready(action())
    return time.perf_counter() - began, result


# %%
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
print(f"compiling takes as long as running {compiling / running:,.0f} times")

# %% [markdown]
# ## When it compiles again
#
# The program is kept, and used for every later call that fits it. When does one not fit? A traced
# function runs in Python only when it is traced, so let it leave a note. Predict how many notes
# there will be after each of these calls.

# %%
notes = []


@jax.jit
def mean_ink(rows):
    notes.append(jax.typeof(rows))
    return rows.mean()


# %%
bytes_3_7 = jd.flatten(digits_3_7.images)
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
# The numbers in an array play no part. A new shape or a new type is a new program. That is why
# batches are all of one size, and why the package leaves out the remainder of an epoch.
#
# ## Arguments that are not arrays
#
# Numbers become arrays on the way in, and their values are not known while tracing. That is too
# late for whatever decides about a shape. These are the `k` brightest pixels of an image:


# %%
def brightest(image, k):
    notes.append(k)
    return jnp.sort(image)[-k:]


try:
    jax.jit(brightest)(x[0], 3)
except IndexError as error:
    print(str(error).partition(".")[0])

# %% [markdown]
# A *static* argument is not traced. It goes in as it is, and becomes part of the program. Each
# value makes a program of its own:

# %%
notes.clear()
top = jax.jit(brightest, static_argnames="k")
for k in 3, 3, 5, 3:
    top(x[0], k)
print("traced for k =", notes)

# %% [markdown]
# A function can be a static argument, too: [`fit`][jaxdigits.fit] takes its model, loss and
# optimizer so. But two functions are the same only if they are one and the same object. How many
# times is this traced?


# %%
@partial(jax.jit, static_argnames="rule")
def apply(rule, rows):
    notes.append(rule)
    return rule(rows)


notes.clear()
for _ in range(3):
    apply(lambda rows: rows.max(), x[:9])
print(f"three calls with a function made anew: {len(notes)} notes")

notes.clear()
for _ in range(3):
    apply(jnp.max, x[:9])
print(f"three calls with the same function: {len(notes)} note")

# %% [markdown]
# So make models and optimizers outside of loops, as [lesson 15](15_a_small_network.py#the-model)
# advised.
#
# ## What a closure costs
#
# A function may also use arrays that it finds around itself. Both of the following compute the
# same loss over all examples; one is given the images, the other *closes over* them. Does it
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
look_at_compiling("closure", closed, start)

# %% [markdown]
# What a function closes over is a constant of its program. All pixels become part of its source,
# the compiler has to read them, and the program holds a copy of its own, on disk too if it is kept
# there. And it is the array of *that day*: if you later bind `x` to something else, the compiled
# function does not notice. So hand over data as arguments, and close only over small things.
#
# ## Time is not what it seems
#
# JAX hands work to the device and returns at once, with an array whose numbers are still to come:
# *[asynchronous dispatch](22_jargon.md#asynchronous-dispatch)*. That is good, because Python can
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
# The second figure is the time of the product. `timed` above waits for that reason.
#
# ## Compiled once and for all
#
# A compiled program is gone when Python ends. The *persistent cache* keeps it in a folder.
# [`enable_compilation_cache`][jaxdigits.enable_compilation_cache] switches that on, for small
# programs too, which JAX by itself would not keep. To see it work, take an empty folder, and let
# `jax.clear_caches` forget what is in memory, as the end of a process would.


# %%
sgd = jd.sgd(1.0)
options = dict(batch_size=batch_size, key=key_batches)


def by_fit(epochs):
    settings = jd.linear, start, jd.mnist_loss, sgd, train
    return jd.fit(*settings, epochs=epochs, **options)


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

# %% [markdown]
# What is left of the second line is tracing, which no cache saves, and reading. From here on the
# usual cache is on.

# %%
jax.config.update("jax_compilation_cache_dir", usual)
_ = jd.enable_compilation_cache()

# %% [markdown]
# ## A whole run as one program
#
# In lesson 9, Python took every step: look up a batch, call the compiled step, repeat. If a
# step is short, most of the time goes into asking for it. So put the loops themselves into the
# program. `jax.lax.scan(f, carry, items)` is the loop for that. Its body takes what was carried so
# far and the next item, and returns what to carry on and what to collect. One scan over the batches
# is an epoch, a scan over the epochs is a run:


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
# Shuffling, steps and validation of all epochs: one call, which returns to Python once. Here is
# the loop of lesson 9 beside it.

# %%
step_once = jax.jit(step)


@jax.jit
def validate(params, valid):
    return jd.binary_accuracy(jd.linear(params, valid[0]), valid[1])


def by_python(epochs):
    params, accuracies = start, []
    for epoch in range(epochs):
        epoch_key = jax.random.fold_in(key_batches, epoch)
        for batch in jd.epoch_batches(epoch_key, len(x), batch_size):
            params, _ = step_once(params, x[batch], y[batch])
        accuracies.append(validate(params, valid))
    return params, jnp.stack(accuracies)


# %% [markdown]
# The package's [`fit`][jaxdigits.fit] scans over the batches in the same way, but it returns to
# Python after each epoch: so it can show its progress, stop when training diverges, and be
# interrupted. It also takes any optimizer, carries the optimizer's state, and validates in parts
# that fit into memory.
# All three ways must end at the same parameters.

# %%
options |= dict(valid=valid, metric=jd.binary_accuracy)


def by_run(epochs):
    return run(start, 1.0, key_batches, train, valid, epochs=epochs)


ways = {"Python": by_python, "run": by_run, "fit": by_fit}
results = {name: way(5) for name, way in ways.items()}
for result in results.values():
    assert np.allclose(result[0].w, results["fit"].params.w, rtol=0, atol=1e-5)

# %% [markdown]
# They do. How much faster are the compiled loops? Each way has run once by now, so nothing is left
# to compile. The shortest of three runs counts.


# %%
def shortest(action, runs=3):
    return min(timed(action)[0] for _ in range(runs))


times = {name: shortest(partial(way, 5)) for name, way in ways.items()}
for name, taken in times.items():
    ratio = times["Python"] / taken
    print(f"{name:6} {1e3 * taken:8.1f} ms, {ratio:5.1f} times Python's speed")

# %% [markdown]
# Returning to Python once per epoch costs next to nothing; once per batch is what takes the time.
#
# ## Sixty-four models at once
#
# Which learning rate is best, and how much of an answer is luck? That takes many runs: some
# learning rates, each with several seeds. [`jax.vmap`](22_jargon.md#vmap) turns a function of
# one thing into a function of many. It does not loop: every operation inside becomes one operation on a larger array.
#
# First one model, as a function of what shall vary. (A small data set takes more epochs, to make
# 240 steps or so.)


# %%
def train_one(learning_rate, key):
    key_params, key_batches = jax.random.split(key)
    params = jd.init_linear(key_params, n_in=784, n_out=1, scale=0.3)
    data, epochs = (train, valid), max(5, 240 // (len(x) // batch_size))
    _, (_, accuracies) = run(params, learning_rate, key_batches, *data, epochs)
    return accuracies[-1]


# %% [markdown]
# Then `vmap`, twice. `in_axes` says what has many values: inside, the learning rate does, and the
# key is one (`None`); outside, it is the other way round. The order matters. Models that share
# a key share their batches, so that each batch is fetched once for eight of them.

# %%
rates = np.float32(10.0 ** np.linspace(-2, 1.5, 8))
keys = jax.random.split(jax.random.key(1), 8)

over_rates = jax.vmap(train_one, in_axes=(0, None))
over_both = jax.jit(jax.vmap(over_rates, in_axes=(None, 0)))
accuracies = np.asarray(over_both(rates, keys))
print(f"{accuracies.size} models, accuracies {accuracies.shape}")

# %% [markdown]
# Which makes more difference, the learning rate or the seed?

# %% alt="A heat map of validation accuracies: a row for each of eight seeds, a column for each of eight learning rates. The columns at the left, of the smallest rates, are darker than those in the middle."
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
# If two settings differ by less than their columns spread, one run of each would not have told them
# apart. And a rate whose column spreads widely is a gamble.
#
# Now the same sixty-four one by one, all of them: a call of a compiled function for each. None but
# the first needs compiling, since rate and key are arguments. Both ways must agree, up to a digit
# here and there that rounding tips over.

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
# Where does it come from? Eight models that share a batch turn a product of a matrix and a column
# into a product of two matrices, which makes far better use of a processor:
# [What a step costs](../speed/cost_model.py#why-thin-products) measures how much. On a GPU,
# which one small model cannot keep busy, there is more to gain.
#
# ## Across devices
#
# Larger models and data are trained on several devices at once. The usual way is *data
# parallel*: each device holds a copy of the parameters and a part of the examples; it computes the
# gradient on its part; and the average over all devices is the gradient of the whole batch. In JAX
# the program stays as it is. You say how the *arrays* are laid out, and the compiler divides the
# work and adds the exchange.
#
# There is no need for eight GPUs to try that: JAX can pretend that the processor is eight devices.
# It has to know before its first computation, so this takes a new process. The following is a
# program in text, which we run below. A *mesh* gives the devices an order and a name; a *sharding*
# says which axis of an array is divided among them.

# %%
SETUP = """
import re
from functools import partial

import jax, numpy as np, jaxdigits as jd
from jax.sharding import Mesh, NamedSharding, PartitionSpec as P

jax.config.update("jax_num_cpu_devices", 8)
mesh = Mesh(jax.devices(), ("examples",))
jd.enable_compilation_cache()
divided = NamedSharding(mesh, P("examples"))  # the first axis
copied = NamedSharding(mesh, P())

images = jd.select(jd.load("auto").train, [3, 7])
x, y = jd.to_examples(images, positive=3)
n = len(x) // 8 * 8  # as many for each
x, y = x[:n], y[:n]
batch_size = min(256, n // 4) // 8 * 8
"""

# %% [markdown]
# Now [`fit`][jaxdigits.fit], three times. First on one device. Then on eight, with the same call:
# only the arrays are laid out differently. And then with one line more in the model, which asks for
# the rows of every batch to be divided, while each device holds all examples.

# %%
TRAIN = """
def fit(model, start, train):
    return jd.fit(model, start, jd.mnist_loss, jd.sgd(1.0), train, epochs=5,
                  batch_size=batch_size, key=jax.random.key(1)).params

def by_rows(params, rows):
    return jd.linear(params, jax.lax.with_sharding_constraint(rows, divided))

start = jd.init_linear(jax.random.key(0), 784, 1, scale=0.3)
one = fit(jd.linear, start, (x, y))
start, everywhere = jax.device_put((start, (x, y)), copied)
in_parts = jax.device_put((x, y), divided)
for model, train in (jd.linear, in_parts), (by_rows, everywhere):
    eight = fit(model, start, train)
    difference = np.abs(np.subtract(eight.w, one.w)).max()
    print(f"{len(eight.w.devices())} devices differ by {difference:.0e}")
    assert difference < 1e-5
"""

# %% [markdown]
# The same parameters. But was the *work* divided? Look into the compiled programs: how many rows
# come out of the product of pixels and weights on each device, and which arrays are exchanged in
# a step? Beside the two ways of `fit` stands a single step on a batch that comes divided.

# %%
LOOK = r"""
def look(name, function, *arguments):
    text = jax.jit(function).lower(*arguments).compile().as_text()
    text = re.sub(r"\{[\d,]*\}", "", text)  # how arrays lie in memory
    product = re.search(r"= (\S+) dot\(", text)[1]
    exchanged = re.findall(r"= (.+) all-reduce\(", text)
    print(f"{name:20} product {product:11} exchanged", *exchanged)

def step(params, x, y):
    gradient = jax.grad(lambda p: jd.mnist_loss(jd.linear(p, x), y))(params)
    return jd.sgd_update(params, gradient, 1.0)

batch = jax.device_put((x[:batch_size], y[:batch_size]), divided)
look("fit", partial(fit, jd.linear), start, in_parts)
look("fit, rows divided", partial(fit, by_rows), start, everywhere)
look("step, rows divided", step, start, *batch)
"""


# %%
def on_the_processor(program):
    command = [sys.executable, "-W", "ignore", "-c", program]
    settings = dict(env=os.environ | {"JAX_PLATFORMS": "cpu"}, text=True)
    done = subprocess.run(command, capture_output=True, **settings)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


print(on_the_processor(SETUP + TRAIN + LOOK), end="")

# %% [markdown]
# The first line of the three is honest and sobering. Each batch is drawn from all parts. So the
# compiler let every device contribute the rows it holds, sent all their *pixels* around,
# and then let each device compute the whole batch. That is right, and a waste: what was divided is
# the memory, not the work. (Hence the first difference above: all devices summed the same rows in
# the order in which one would have.)
#
# In the other two, a device computes its share of the rows, and what travels is one gradient and
# a few single numbers. That is data parallel training:
#
# ![Three boxes for device 1, device 2 and device 8 of eight. Each holds all parameters and its own rows of the batch, and computes from them its gradient. All gradients go into one bar below, the all-reduce: the average of the eight gradients, given to all. Each takes the same step, so all parameters stay equal.](../assets/diagrams/data_parallel.svg)
#
# Which layout to choose depends on the data. MNIST fits on each device, so copy it, and divide the
# rows. If the examples do not fit, let the batches come from outside, divided before they go in. The
# next section is about such data.
#
# On pretended devices nothing gets faster, for they share one processor. On eight GPUs the program
# is the same, without the line that asks for eight. On several machines, each runs the same program,
# and says first who it is:
#
# ```python
# jax.distributed.initialize()  # now jax.devices() are those of all machines
# rows = jax.make_array_from_process_local_data(divided, rows_of_this_machine)
# ```
#
# Each machine then loads only its own rows, and the compiled program exchanges gradients over the
# network as it did over memory.
#
# ## Data that do not fit
#
# So far all images were in memory. If there are too many for that, they stay on a disk or in
# another building, and each batch is fetched when its turn comes. To shuffle them, a source must
# offer *random access*: give the rows with these numbers. Here is one of ten million
# digits, none of which exists before it is asked for: row `i` is a real digit under noise that is
# computed from `i`.

# %%
many = 10_000_000
real_images = np.asarray(jd.flatten(digits_3_7.images))
real_targets = np.asarray(y)


def noise(places):
    n = places.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    n = (n ^ n >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    return (n >> np.uint64(57)).astype(np.uint8)  # 0 to 127


def made_up(numbers):
    which = numbers % len(real_images)
    pixels = numbers[:, None] * 784 + np.arange(784)
    return np.maximum(real_images[which], noise(pixels)), real_targets[which]


# %% alt="Eight threes and sevens, from all over the ten million, each under a noise of its own."
rows, _ = made_up(np.arange(8) * many // 8)
print(f"all rows would take {many * rows[0].nbytes / 1e9:.1f} GB")
figure = jd.plots.show_images(rows.reshape(-1, 28, 28), columns=8)

# %% [markdown]
# And the order? Most ways to shuffle ten million numbers write all of them down. The one behind
# [`epoch_batches`][jaxdigits.epoch_batches] *computes* which number stands at a place, by a
# chain of random swaps that knows nothing of other places. So a batch can be had by its
# number alone:

# %%
order = jax.jit(shuffled, static_argnames="n")


def batch_by_number(source, n, key, number):
    places = number * batch_size + np.arange(batch_size)
    return source(np.asarray(order(key, places, n=n)).astype(np.int64))


# %% [markdown]
# On the digits in memory, this must give to the bit the batches that `fit` takes:


# %%
def in_memory(numbers):
    return real_images[numbers], real_targets[numbers]


whole_epoch = jd.epoch_batches(key_batches, len(x), batch_size)
for number, batch in enumerate(np.asarray(whole_epoch)):
    rows, targets = batch_by_number(in_memory, len(x), key_batches, number)
    assert np.array_equal(rows, real_images[batch])
    assert np.array_equal(targets, real_targets[batch])

# %% [markdown]
# What is missing is someone who fetches the next batches while this one is learned from.
# [Grain](https://google-grain.readthedocs.io) does that, in threads or in processes. It takes
# a numbered sequence, applies a function to each number, and reads ahead, here four batches at
# most:


# %%
def stream(source, n, key, first, last):
    numbers = grain.MapDataset.range(first, last)
    batches = numbers.map(lambda k: batch_by_number(source, n, key, k))
    ahead = grain.ReadOptions(num_threads=2, prefetch_buffer_size=4)
    return batches.to_iter_dataset(ahead)


key = jax.random.key(2)
once, again = (list(stream(made_up, many, key, 5, 8)) for _ in range(2))
for one, other in zip(once, again, strict=True):
    assert all(map(np.array_equal, one, other))

# %% [markdown]
# The same key gives the same batches to the bit, however the threads took turns. Starting at
# batch 5 did not need batches 0 to 4: a run that broke off can go on where it was.
#
# Now feed them to the step that was compiled above: batches from the beginning of the
# epoch, and some from its end. `tracemalloc` says how much memory Python and NumPy have held at
# most meanwhile, `getrusage` how much the whole process ever had, in earlier sections too.


# %%
def process_peak():
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


params, last = start, many // batch_size
print(f"at first {process_peak():,.0f} MB")
tracemalloc.start()
for first, end in (0, 20), (20, 200), (last - 20, last):
    for rows, targets in stream(made_up, many, key, first, end):
        params, _ = step_once(params, jd.to_float(rows), targets)
    held = tracemalloc.get_traced_memory()[1] / 1e6
    print(f"batches {first:,} to {end:,}: held {held:.1f} MB", end=", ")
    print(f"process {process_peak():,.0f} MB")
tracemalloc.stop()

# %%
before, after = validate(start, valid), validate(params, valid)
print(f"accuracy {before:.4f}, then {after:.4f}")

# %% [markdown]
# However many batches there were, memory holds a few of them.
#
# Real data lie in files. TensorFlow Datasets keeps each example as a record that can be read by its
# number, in any order, and `as_data_source` gives such a source. That is how this package prepared
# MNIST.

# %%
if digits.name == "mnist":
    import tensorflow_datasets as tfds

    builder = tfds.builder_from_directory(prepared_folder(None))
    records = builder.as_data_source("train")
    record = records[10_000]
    print(f"{len(records):,} records; 10,000 is a {record['label']}", end=", ")
    print(record["image"].shape)
else:
    print("no records here: these digits came with scikit-learn")

# %% [markdown]
# ## The same on a GPU
#
# Nothing in these lessons says where to compute. JAX takes what it finds when it starts, and
# here that was:

# %%
for device in jax.devices():
    print(f"{device.platform}: {device.device_kind}")

# %% [markdown]
# With an NVIDIA GPU, `pip install "jaxdigits[cuda13]"` is all that changes. Arrays are then made in
# its memory, and the same functions are compiled for it. Three things to know:
#
# - A GPU is fed through a thin pipe. Put the data there once, which `jd.load` does, and let
#   whole runs stay there, as `fit` does.
# - It is fast on much work and not on little. Small models gain from large batches, or from `vmap`.
# - Results agree to a few digits, not to the bit: sums are taken in another order, and products of
#   `float32` may be rounded more coarsely. `jax.default_matmul_precision("highest")` asks for all
#   bits.
#
# What that means in figures is on the page [Benchmarks](../speed/benchmarks.py), measured on quiet
# machines.
#
# ## Where JAX differs from NumPy
#
# [Lesson 2](02_arrays.py#numpy-and-jax) said that `jnp` spells nearly everything as `np` does. If you
# come from NumPy, these are the differences that you will meet, each with its reason.
#
# **Arrays do not change.** A slice of a NumPy array is a *view*: the same memory under another name.
# If you write into the slice, the original changes with it. A JAX array is
# [immutable](22_jargon.md#immutable), and writing into it is an error. What will the first line print?

# %%
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
# The table has changed, although nobody wrote `table[...] =`. That is handy at times, and at times the
# reason why some array far away is suddenly wrong. In JAX you ask for a *new* array in which something
# is different. `.at[...]` takes whatever square brackets take, and `.set`, `.add`, `.multiply`, `.min`
# or `.max` follows.

# %%
print(numbers.at[0].set(100))
print(numbers.at[::2].add(10))
print(numbers)

# %% [markdown]
# The last line shows `numbers` as it was. The most common mistake is to forget to keep the result:
# `numbers.at[0].set(100)` on a line of its own does nothing. On its own, each change costs a copy.
# Inside a compiled function, JAX sees that nobody needs the old array any more, and writes in place.
#
# **Randomness has a key.** NumPy's generator remembers where it is, so the same line gives something
# else each time. JAX's functions remember nothing: you pass a [key](22_jargon.md#random-key), and the
# same key gives the same numbers.

# %%
generator = np.random.default_rng(0)
print("NumPy", *[generator.integers(100, size=3) for _ in range(2)])
key_once, key_other = jax.random.split(jax.random.key(0))
print("JAX  ", *[jax.random.randint(key_once, 3, 0, 100) for _ in range(2)])
print("JAX, the other key", jax.random.randint(key_other, 3, 0, 100))

# %% [markdown]
# We used `key_once` twice to show this. Otherwise use each key once: split it for parts, and draw from
# the parts only.
#
# **Arrays live on a device.** A NumPy array lies in the computer's main memory, a JAX array on a CPU,
# a GPU or a TPU. It is calculated with where it lies, and the result stays there. `jax.device_put` puts
# it elsewhere. `np.asarray`, `float` and `print` bring numbers to main memory, which takes a while from
# a GPU and waits until they are computed, as [above](#time-is-not-what-it-seems).

# %%
print(numbers.devices(), (numbers + 1).devices())
print(type(np.asarray(numbers)).__name__)

# %% [markdown]
# **Decimals have 32 bits, not 64.** That is about 7 digits in place of 16, half the memory, and on a GPU
# a multiple of the speed. A 64-bit array that comes from NumPy is shortened on the way in. Seven digits
# are few when you count to many millions. What is 16,777,216 + 1?

# %%
print(np.array([0.1]).dtype, jnp.array([0.1]).dtype)
print(f"NumPy {(np.array([16_777_216.0]) + 1)[0]:,.0f}")
print(f"JAX   {(jnp.array([16_777_216.0]) + 1)[0]:,.0f}")

# %% [markdown]
# In 32 bits, 16,777,216 and 16,777,218 are neighbors: there is no number between them, so the 1 is lost.
# If you need 64 bits, say `jax.config.update("jax_enable_x64", True)` at the very start of a program.
#
# **An index beyond the end** is an error in NumPy. Compiled code cannot stop for errors, so JAX reads the
# last element instead, and writing there does nothing.

# %%
try:
    np.arange(3)[10]
except IndexError as error:
    print("NumPy:", error)
print("JAX:  ", jnp.arange(3)[10], jnp.arange(3).at[10].set(99))

# %% [markdown]
# All on one page:
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
# ## What you learned
#
# - `jax.jit` traces once for each shape, type and static value, and runs the program ever after.
#   Data go in as arguments.
# - `jax.lax.scan` puts the loops into the program: a whole run is one call.
# - `jax.vmap` trains many models for a fraction of the price.
# - Shardings lay arrays out over devices; the program stays as it is.
# - With random access and a shuffle that computes, data need not fit into memory.
# - You know where JAX differs from NumPy: no writing, keys, devices, 32 bits, indices beyond the end.
#
# ## Exercises
#
# ### Exercise 1: how often is it traced?
#
# A compiled function of one array is called again and again. Write `count_traces(calls)`, where
# `calls` is a list of pairs of a shape and a type, such as `((256, 784), "float32")`, one for each
# call: how many times is the function traced?


# %% tags=["check"]
def check_count_traces(count_traces):
    row, batch = (784,), (256, 784)
    calls = [(row, "float32"), (batch, "float32"), (batch, "uint8")]
    result = count_traces([*calls, calls[2], calls[0]])
    if result == 5:
        return "Not yet: a call that fits a kept program needs no new one."
    if result == 2:
        return "Not yet: both the shape and the type count."
    if result == 4:
        return "Not yet: programs are kept, not only the latest."
    if result != 3:
        return "Not yet: count each pair of shape and type once."
    empty = count_traces([])
    return "right" if empty == 0 else "Not yet: without a call, nothing."


# %% tags=["answer"]
def count_traces(calls):
    return len(set(calls))


print(check_count_traces(count_traces))

# %% [markdown]
# ### Exercise 2: a loop that compiles
#
# Write `best_so_far(metric)` with `jax.lax.scan`: for every epoch, the highest value of the metric
# up to and including that epoch.


# %% tags=["check"]
def check_best_so_far(best_so_far):
    metric = jnp.array([-0.5, 0.25, 0.125, 0.75, 0.5])
    try:
        result = np.asarray(best_so_far(metric))
        scans = "scan" in str(jax.make_jaxpr(best_so_far)(metric))
    except TypeError as error:
        return f"Not yet: {str(error).partition('.')[0]}."
    if result.shape != (5,):
        return "Not yet: one value for each epoch; is that what you collect?"
    if result[0] == 0:
        return "Not yet: metrics may be negative; where do you start?"
    if result.tolist() != [-0.5, 0.25, 0.25, 0.75, 0.75]:
        return "Not yet: the highest so far, this epoch's included."
    return "right" if scans else "Not yet: right, but where is the scan?"


# %% tags=["answer"]
def best_so_far(metric):
    def body(best, value):
        best = jnp.maximum(best, value)
        return best, best

    return jax.lax.scan(body, -jnp.inf, metric)[1]


print(check_best_so_far(best_so_far))

# %% [markdown]
# ### Exercise 3: an all-reduce by hand
#
# What eight devices do, one can do with `jax.vmap`. Write `gradient_in_parts(loss, w, x, y, parts)`:
# cut the examples into so many equal parts, compute the gradient of `loss(w, x, y)` with respect
# to `w` on each, and return their average.


# %% tags=["check"]
def check_gradient_in_parts(gradient_in_parts):
    def loss(w, x, y):
        return ((x @ w - y) ** 2).mean()

    x = jnp.asarray(np.float32(np.arange(24).reshape(12, 2) / 10))
    w, y = jnp.array([1.0, -2.0]), jnp.arange(12.0)
    expected = np.asarray(jax.jit(jax.grad(loss))(w, x, y))
    try:
        result = np.asarray(gradient_in_parts(loss, w, x, y, 4))
    except (TypeError, ValueError) as error:
        return f"Not yet: {str(error).partition('.')[0]}."
    if result.shape == (4, 2):
        return "Not yet: those are the parts' gradients; take their average."
    if result.shape != (2,):
        return "Not yet: a gradient has the shape of w."
    if np.allclose(result, 4 * expected, rtol=1e-4):
        return "Not yet: that is their sum."
    if np.allclose(result, expected, rtol=1e-4):
        return "right"
    return "Not yet: does every part take part, each row with its own y?"


# %% tags=["answer"]
def gradient_in_parts(loss, w, x, y, parts):
    x, y = (
        x.reshape(parts, -1, *x.shape[1:]),
        y.reshape(parts, -1, *y.shape[1:]),
    )
    gradients = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(w, x, y)
    return gradients.mean(axis=0)


print(check_gradient_in_parts(gradient_in_parts))

# %% [markdown]
# **Next:** [Jargon](22_jargon.md) collects the terms that you have met.
#
# *Sources:* The documentation of [JAX](https://docs.jax.dev), on just-in-time compilation,
# asynchronous dispatch, the persistent compilation cache and distributed arrays, and of
# [Grain](https://google-grain.readthedocs.io). Hoang, Morris and Rogaway, *An Enciphering Scheme
# Based on a Card Shuffle*, 2012, on the shuffle. Steele, Lea and Flood,
# *Fast Splittable Pseudorandom Number Generators*, 2014, on the constants of the noise.
