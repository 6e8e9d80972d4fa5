# %% [markdown]
# ---
# reads_for: 27  # a dozen ideas, a section each; any of them can wait for another day
# runs_for: 80  # compiles on purpose, and trains in several ways to compare them
# ---
#
# # 19. JAX for NumPy users
#
# **You know NumPy. What is different in JAX, and what do you get in return?** In this lesson one
# call trains sixty-four models side by side, and a few kilobytes hold a model that also runs on
# hardware that you don't have. In exchange, some habits have to change: arrays can't be written
# into, random numbers need keys, and a wrong index raises no error. We begin with these habits.
# From [Parameters in a tree](#parameters-in-a-tree) on, you see what JAX does behind the scenes,
# and measure what it saves and costs.
#
# *You need:* [lesson 9](09_putting_it_together.py) and [lesson 10](10_an_optimizer.py). If you come
# from PyTorch, [lesson 24](24_from_pytorch.py) puts the two side by side.
#
# ## Arrays do not change
#
# A slice of a NumPy array is a *[view](22_jargon.md#view)*: the same memory under another name. If
# you write into the slice, the original changes with it. A JAX array is
# [immutable](22_jargon.md#immutable), and writing into it is an error. What will `table` hold
# below, after we have written into `first_row`?

# %%
import tempfile
import time
from functools import partial

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from jax.experimental.compilation_cache.compilation_cache import reset_cache

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
# The table has changed, although nobody wrote `table[...] =`. Sometimes that is handy, and
# sometimes it is why an array elsewhere in your program is suddenly wrong. In JAX you ask for a
# _new_ array: write `.at[...]`, with the index that you would use in NumPy, and then `.set`,
# `.add`, `.multiply`, `.min` or `.max`.

# %%
print(numbers.at[0].set(100))
print(numbers.at[::2].add(10))
print(numbers)

# %% [markdown]
# The last line shows `numbers` as it was. The most common mistake is to forget to keep the result:
# `numbers.at[0].set(100)` on a line of its own does nothing.
#
# Isn't it slow to copy a whole array to change one number? Outside of compiled functions, yes.
# Inside one, the compiler changes it in place if the old array is not needed any more.
#
# ## Randomness has a key
#
# NumPy's generator remembers how many numbers it has given you, so the same line gives different
# numbers each time. JAX's functions remember nothing, so you pass them a
# [key](22_jargon.md#random-key). Each call below draws three whole numbers under a hundred. Which
# calls will give the same three?

# %%
generator = np.random.default_rng(0)
print("NumPy", generator.integers(100, size=3), generator.integers(100, size=3))
key_a, key_b = jax.random.split(jax.random.key(0))
for key in key_a, key_b, key_a:
    print("JAX  ", jax.random.randint(key, 3, 0, 100))

# %% [markdown]
# The first and third of JAX's calls did, because they got the same key. So use each key only once,
# unlike here. If two places need random numbers, split the key and give each place a part. Each
# then gets the same numbers in every run. With the same version of JAX, they are also the same on
# another computer, up to rounding.
#
# ## Arrays live on a device
#
# A NumPy array is in the computer's main memory. A JAX array is on a
# *[device](22_jargon.md#device)*: a CPU, a GPU or a TPU, which is Google's chip for neural
# networks. JAX computes on the device that holds the array, and the result stays there.
# `jax.device_put` copies an array to another device, and `np.asarray`, `float` and `print` bring
# its numbers back to main memory.

# %%
print(numbers.devices(), (numbers + 1).devices())

# %% [markdown]
# The sum is on the same device as `numbers`. The NumPy array that `np.asarray` returns is
# read-only; `np.array` makes a copy that you can write into. In the other direction, `jnp.asarray`
# may share the memory of the NumPy array on a CPU. If you will write into that array later, use
# `jnp.array`, which copies it.
#
# ## Floats have 32 bits
#
# NumPy stores a number with a decimal point, called a float, in 64 bits, which is about 16 digits.
# JAX uses 32 bits, about 7 digits, and rounds arrays of 64 bits on their way in. Such floats take
# half the memory, and many GPUs compute with them many times as fast. But seven digits are not many
# when you count to millions. What is 16,777,216 + 1?

# %%
print(np.array([0.1]).dtype, jnp.array([0.1]).dtype)
print(f"NumPy {(np.array([16_777_216.0]) + 1)[0]:,.0f}")
print(f"JAX   {(jnp.array([16_777_216.0]) + 1)[0]:,.0f}")

# %% [markdown]
# A 32-bit float keeps 24 binary digits of a number. From $2^{24}$ = 16,777,216 on, whole numbers
# have more. Just above it, only even numbers can be stored, so the 1 is lost. If you need 64 bits,
# call `jax.config.update("jax_enable_x64", True)` at the very start of a program.
#
# ??? note "Fewer bits still"
#     Large models are usually trained in `bfloat16`. Its 16 bits cover the same range as 32 do, but
#     with only two to three digits, and take half the memory again. Where rounding errors add up,
#     as in long sums and in the stored parameters, people keep 32 bits.
#
# ## An index beyond the end
#
# What happens if you ask for element 10 of an array that has three? NumPy raises an error. Compiled
# code can't stop halfway to do that. So what will JAX do when you read there, and when you write?

# %%
try:
    np.arange(3)[10]
except IndexError as error:
    print("NumPy:", error)
print("JAX:  ", jnp.arange(3)[10], jnp.arange(3).at[10].set(99))

# %% [markdown]
# Reading gives the last element, and writing does nothing. So check an index before you use it; in
# compiled code, read `x.at[i].get(mode="fill")`, which gives `nan` for floats.
#
# ### A mask in compiled code
#
# Compiled code also has to know every shape in advance, and the length of `x[x > 0]` depends on how
# many values are positive. So such a mask works only outside of compiled functions. Inside, use
# `jnp.where(x > 0, x, 0)`, which is as long as `x`: it has a 0 in each place that the mask would
# leave out. These zeros don't change the sum, but they do change the mean. For the mean, write
# `x.mean(where=x > 0)` instead.
#
# ## The differences in one table
#
# The last three rows are explained below.
#
# | what | NumPy | JAX |
# | --- | --- | --- |
# | making, slicing, arithmetic | `np.` | `jnp.`, same names |
# | a list as argument | `np.sum([1, 2])` | an error: write `jnp.sum(jnp.array([1, 2]))` |
# | write | `x[0] = 5` | `x = x.at[0].set(5)` |
# | `x += 1` | changes the array, under all its names | makes a new array and names it `x` |
# | a slice | shares memory | is an array of its own |
# | random numbers | a generator that remembers | a key that you pass and split |
# | where | main memory | CPU, GPU or TPU |
# | floats, whole numbers | 64 bits | 32 bits, unless you switch |
# | index beyond the end | error | last element; writing is ignored |
# | a mask, `x[x > 0]` | always | not in compiled functions |
# | `if x > 0:` for a number `x` | always | not in compiled functions |
# | gradients, compilation | no | `jax.grad`, `jax.jit` |
# | when it computes | at once | in the background |
#
# ## Parameters in a tree
#
# The parameters of a model are several arrays: the weights and the biases of each layer.
# `jax.grad` and `jax.jit` accept all of them in one bundle, the *[pytree](22_jargon.md#pytree)*
# of lesson 9: tuples, lists, dictionaries and named tuples, nested as you like, with arrays inside.
# The gradient of a loss with respect to a pytree is a pytree of the same form. How many arrays does
# a network with one hidden layer have?

# %%
digits = jd.load("auto")
both = jd.select(digits.train, [3, 7])
x_all, y_all = jd.to_examples(both, positive=3)
held_out = len(x_all) // 6  # for comparing settings
x, y = train = x_all[held_out:], y_all[held_out:]
valid = x_all[:held_out], y_all[:held_out]

network = jd.init_mlp(jax.random.key(0), (784, 30, 1))
print(jax.tree.map(jnp.shape, network))
print(f"{sum(leaf.size for leaf in jax.tree.leaves(network)):,} parameters")

# %% [markdown]
# Four arrays: weights and biases for each of two layers. `jax.tree.map` called a function, here
# `jnp.shape`, with each of them, and returned the results in the same form. Given two trees, it
# pairs their arrays up. So a step of gradient descent for any model is one line:
# `jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)`.
#
# ## What happens when `jit` compiles
#
# Here are the linear model and its loss, as in lesson 9. Most lessons keep compiled programs in a
# folder for their next run. We switch that off, to see what compiling costs.

# %%
jax.config.update("jax_enable_compilation_cache", False)
reset_cache()  # JAX otherwise reads this setting only at its first program
batch_size = min(256, len(x) // 4)  # smaller if the data set is small
key_params, key_batches, key_sweep = jax.random.split(jax.random.key(0), 3)
start = jd.init_linear(key_params, n_in=784, n_out=1, scale=0.3)


def loss(params, x, y):
    return jd.mnist_loss(jd.linear(params, x), y)


def step(params, x, y, learning_rate=1.0):
    value, grads = jax.value_and_grad(loss)(params, x, y)
    return jd.sgd_update(params, grads, learning_rate), value


# %% [markdown]
# [`jax.jit(f)`](22_jargon.md#jit) returns a function that has not been compiled yet. At its first
# call, it runs `f` once, in Python, with stand-ins for the arrays, which have a shape and a type
# but no numbers. JAX writes every operation on them into a list, a `jaxpr`. This is
# *[tracing](22_jargon.md#tracing)*. Which operations will it write down for the mean of some
# squares?

# %%
print(jax.make_jaxpr(lambda rows: (rows**2).mean())(x[:100]))

# %% [markdown]
# Three operations, one per line. Each line gives its result a name and a type: `b` holds the
# squares of `a`, `c` is their sum, and `d` is the sum divided by the number of pixels. Our Python
# is gone: the word `lambda` at the top only says that this is a function of `a`. JAX then
# translates the list for a compiler called XLA, which turns it into one program for the device.
#
# Each stage can be called by itself, so we can time it. `timed` takes a function, so that the clock
# is running before the work begins. ([The section on time](#time-is-not-what-it-seems) shows why it
# waits for the result.)


# %%
def timed(action):
    began = time.perf_counter()
    result = jax.block_until_ready(action())
    return time.perf_counter() - began, result


# %% [markdown]
# Which stage of a training step will take the longest? We also run `step` without `jit`: after how
# many runs has compiling paid off?

# %%
batch = x[:batch_size], y[:batch_size]
tracing, traced = timed(lambda: jax.jit(step).trace(start, *batch))
translating, lowered = timed(traced.lower)
compiling, compiled = timed(lowered.compile)
for once in step, compiled:
    once(start, *batch)  # the first run is slower, so we don't time it
plain, _ = timed(lambda: step(start, *batch))
running, _ = timed(lambda: compiled(start, *batch))
stages = "trace", "translate", "compile", "run", "run without jit"
times = tracing, translating, compiling, running, plain
for stage, taken in zip(stages, times, strict=True):
    print(f"{stage:15} {1e3 * taken:8.2f} ms")
runs = (tracing + translating + compiling) / (plain - running)
print(f"{runs:,.0f} runs save the time of the first three stages")

# %% [markdown]
# Compiling takes by far the longest, but you pay for it only once. Without `jit`, Python starts
# many small programs in every run. The last line says when compiling has paid off. So compile what
# runs often, such as a training step, and not what runs once or twice.
#
# ## When it compiles again
#
# JAX keeps the program and uses it for every later call that fits. Which calls do not fit? The
# Python code of a compiled function runs only while the function is traced, so we let it leave a
# note. How many notes will there be after each of the five calls?

# %%
notes = []


@jax.jit
def mean_ink(rows):
    notes.append(jax.typeof(rows))
    return rows.mean()


# %%
bytes_3_7 = jd.flatten(both.images)
for rows in x[:100], x[100:200], x[:1], bytes_3_7[:100], x[:100]:
    mean_ink(rows)
    print(f"{len(rows):3} rows of {rows.dtype!s:8} notes so far: {len(notes)}")
print(*notes, sep=", ")

# %% [markdown]
# Five calls left three notes. The _numbers_ in an array don't matter, but each new shape and each
# new type needs a new program. (Rarer reasons are a Python number in place of an array, another
# form of a pytree, another layout over devices, and some settings of JAX.) This is why all our
# batches have the same size, and the last few examples of an epoch are left out.
#
# ## Arguments that are not arrays
#
# A number that you pass to a compiled function becomes an array, and tracing doesn't see its value.
# That goes wrong if a shape depends on the number. `brightest` takes the `k` brightest pixels of an
# image. What will JAX say?


# %%
def brightest(image, k):
    notes.append(k)
    return jnp.sort(image)[-k:]


try:
    jax.jit(brightest)(x[0], 3)
except IndexError as error:
    print(str(error).partition(".")[0])

# %% [markdown]
# JAX can't cut out a slice of unknown length. So make `k` a
# *[static](22_jargon.md#static-argument)* argument, which is not traced: its value becomes part of
# the program. How many programs will the four calls below need?

# %%
notes.clear()
top = jax.jit(brightest, static_argnames="k")
for k in 3, 3, 5, 3:
    top(x[0], k)
print("traced for k =", notes)

# %% [markdown]
# Two: one program for each value of `k`.
#
# For the same reason, an `if` in a compiled function can't look at a traced value. Use `jnp.where`,
# which computes both sides and picks one per entry, or `jax.lax.cond`, which computes only one
# (except under [`vmap`](#sixty-four-models-at-once), which you will meet below). A `print` in a
# compiled function runs only during tracing, and shows stand-ins. `jax.debug.print` shows the
# numbers at every call.
#
# Functions can be static arguments, too, such as the model, loss and optimizer that
# [`fit`][jaxdigits.fit] takes. But JAX treats two functions as the same only if they are the same
# object. How often is `apply` traced in each of the two loops below? (`partial(jax.jit,
# static_argnames="rule")` is `jax.jit` with this option filled in, so that it can follow an `@`.)


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
# Each time around the first loop, Python makes a new `lambda`, so each call was traced and
# compiled. `jnp.max` is always the same object, so one program was enough. Make models and
# optimizers once, outside of loops.
#
# ## What a closure costs
#
# A function may also use arrays that are not among its arguments: it *[closes
# over](22_jargon.md#closure)* them. `loss`, from above, takes the images as an argument. `closed`
# computes the same loss, but closes over them. Does it matter?


# %% tags=["helper"]
def look_at_compiling(name, function, *arguments):
    lowering, lowered = timed(lambda: jax.jit(function).lower(*arguments))
    total = lowering + timed(lowered.compile)[0]
    size = len(lowered.as_text())
    print(f"{name}: {1e3 * total:,.0f} ms to compile", end=", ")
    print(f"{size:,} characters of source")


# %%
def closed(params):
    return loss(params, x, y)


look_at_compiling("arguments", loss, start, x, y)
look_at_compiling("closure  ", closed, start)

# %% [markdown]
# It does. An array that a function closes over becomes a constant of its program: all the pixels
# are written into the text that the compiler has to read, so compiling takes longer. Worse, the
# array is the one that `x` named _when the function was traced_: if you assign something else to
# `x` later, the compiled function doesn't notice. So pass data as arguments, and close only over
# small things that never change.
#
# ## Time is not what it seems
#
# JAX hands work to the device and returns at once, with an array whose numbers are still to come.
# This *[asynchronous dispatch](22_jargon.md#asynchronous-dispatch)* saves time, because Python can
# prepare the next step while the device computes. But it makes it easy to measure the wrong time.
# When will the product of two large matrices be returned, and when will it be done?

# %%
square = jnp.ones((2000, 2000))
jnp.matmul(square, square).block_until_ready()  # the first call compiles

began = time.perf_counter()
product = jnp.matmul(square, square)
handed_over = time.perf_counter() - began
product.block_until_ready()
done = time.perf_counter() - began
print(f"returned after {1e3 * handed_over:.2f} ms", end=", ")
print(f"done after {1e3 * done:.2f} ms")

# %% [markdown]
# The product was returned almost at once, long before it was done. If you forget to wait, you
# measure only how quickly Python hands over the work.
#
# ## A whole run as one program
#
# In lesson 9, Python ran every step: it looked up a batch, called the compiled step, and repeated.
# Instead, put the loop itself into the compiled program, with `jax.lax.scan(f, carry, items)`. For
# each item, `scan` calls `f(carry, item)`, which returns two things: the new `carry`, which goes on
# to the next item, and something to collect. Below, the carry is a sum of prices. What will the two
# results be?


# %%
def add(total, price):
    total = total + price
    return total, total


total, totals = jax.lax.scan(add, 0, jnp.array([3, 1, 2]))
print(total, totals)

# %% [markdown]
# The first result is the last carry, the sum of all prices. The second holds what was collected,
# the sum after each of them. In training, we carry the parameters and collect the losses. One
# [scan](22_jargon.md#scan) over the batches is an epoch, and a scan over the epochs is a run:


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
# Now one call runs all epochs, with their shuffling, steps and validation. It returns the
# parameters, and the loss and accuracy of each epoch. (`epochs` is static, because it is the
# length of an array. `one_step` closes over `train`, but this is an argument of `run`, so it is a
# stand-in and not a constant.)
#
# Compare `run` with the loop of lesson 9, and with [`fit`][jaxdigits.fit], which also scans over
# the batches but returns to Python after each epoch. That is why `fit` can show progress, be
# interrupted, and stop when training diverges. `by_python`, `by_run` and `by_fit` train in these
# three ways, and must end at the same parameters. How much faster are the compiled loops? The first
# run of each compiles, so we time three more, and take the shortest.

# %% tags=["helper"]
step_once = jax.jit(step)
sgd = jd.sgd(1.0)


def by_python(epochs):
    params = start
    for epoch in range(epochs):
        epoch_key = jax.random.fold_in(key_batches, epoch)
        batches = np.asarray(jd.epoch_batches(epoch_key, len(x), batch_size))
        for batch in batches:
            params, _ = step_once(params, x[batch], y[batch])
    return params


def by_run(epochs):
    return run(start, 1.0, key_batches, train, valid, epochs=epochs)[0]


def by_fit(epochs):
    options = dict(epochs=epochs, batch_size=batch_size, key=key_batches)
    return jd.fit(jd.linear, start, jd.mnist_loss, sgd, train, **options).params


# %%
ways = {"Python": by_python, "run": by_run, "fit": by_fit}
results = {name: way(5) for name, way in ways.items()}
for result in results.values():
    assert np.allclose(result.w, results["fit"].w, rtol=0, atol=1e-5)

best = {}
for name, way in ways.items():
    best[name] = min(timed(partial(way, 5))[0] for _ in range(3))
    ratio = best["Python"] / best[name]
    print(f"{name:6} {1e3 * best[name]:8.1f} ms, {ratio:5.1f} times as fast")

# %% [markdown]
# The parameters agree, and both compiled loops are several times as fast. The steps of this small
# model are short, so the loop in Python spends most of its time on fetching batches and calling
# programs. With a large network, whose steps take much longer, the difference vanishes.
#
# ## Sixty-four models at once
#
# Which learning rate is best, and how much of the answer is luck? To find out, we train many
# models: several learning rates, and several seeds for each. [`jax.vmap`](22_jargon.md#vmap) turns
# a function of one thing into a function of many. It doesn't loop: every operation inside becomes
# one operation on a larger array. `in_axes` says which arguments have many values: 0 means many,
# along the first axis, and `None` means one. What will the second call print?


# %%
def entry(a, b):
    return a * b


one_row = jax.vmap(entry, in_axes=(None, 0))
print(one_row(2, jnp.arange(1, 6)))
all_rows = jax.vmap(one_row, in_axes=(0, None))
print(all_rows(jnp.arange(1, 4), jnp.arange(1, 6)))

# %% [markdown]
# A multiplication table: the inner `vmap` goes along the row, the outer one down the column.
#
# The entries of our table will be accuracies. `train_one` trains a model and returns its last
# held-out accuracy. Against our own advice, it closes over the data. That takes longer to compile,
# but leaves `in_axes` only two arguments to describe.


# %%
def train_one(learning_rate, key):
    key_params, key_batches = jax.random.split(key)
    params = jd.init_linear(key_params, n_in=784, n_out=1, scale=0.3)
    epochs = max(5, 240 // (len(x) // batch_size))  # more if x is small
    _, measured = run(params, learning_rate, key_batches, train, valid, epochs)
    return measured[1][-1]


# %% [markdown]
# Apply `vmap` twice, as above: the inner one goes over the learning rates, the outer one over the
# keys, our seeds. Models with the same key have the same start and see the same batches.

# %%
rates = np.float32(10.0 ** np.linspace(-2, 1.5, 8))
keys = jax.random.split(key_sweep, 8)

over_rates = jax.vmap(train_one, in_axes=(0, None))
over_both = jax.jit(jax.vmap(over_rates, in_axes=(None, 0)))
accuracies = np.asarray(over_both(rates, keys))
print(f"{accuracies.size} models, accuracies {accuracies.shape}")

# %% [markdown]
# Which makes more difference, the learning rate or the seed?

# %% tags=["hide-input"] alt="A heat map of accuracies on held-out digits: a row for each of eight seeds, a column for each of eight learning rates. The columns at the left, of the smallest rates, are darker than those in the middle."
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
# The learning rate: from the smallest rate to the best, the mean accuracy rises by over 0.1.
# The seeds lie nearly as far apart only at the smallest rate, where much of the random start is
# still left after training. But which rate is best? The means of the three largest rates lie
# closer together than the eight results of the best rate. So all three work about equally well,
# and with one model per rate, luck might have picked the winner.

# %% tags=["claim"]
if digits.name == "mnist":
    means = accuracies.mean(axis=0)
    assert means.max() - means[0] > 0.1
    assert means.argmax() >= 5
    assert np.ptp(means[5:]) < np.ptp(accuracies[:, means.argmax()])

# %% [markdown]
# Was that faster than training them one after the other? Here are the same models again, with one
# call of a compiled function for each.

# %%
compiled_one = jax.jit(train_one)
jax.block_until_ready(compiled_one(rates[0], keys[0]))  # compiles

apart, accuracies_apart = timed(
    lambda: np.array([[compiled_one(r, k) for r in rates] for k in keys])
)
together, _ = timed(lambda: over_both(rates, keys))
print(f"one by one {apart:6.2f} s")
print(f"together   {together:6.2f} s, {apart / together:.1f} times as fast")

# %% tags=["remove-cell"]
assert abs(accuracies_apart - accuracies).mean() < 0.01

# %% [markdown]
# It was. The eight models of one seed share each batch, so eight products of a matrix and a column
# become one product of two matrices, and processors are far better at that: [What a step
# costs](../speed/cost_model.py#why-thin-products) measures how much.
#
# ## Give an array away
#
# A step makes new parameters while the old ones are still in memory. If you don't need the old ones
# any more, you can *[donate](22_jargon.md#donation)* them to the step, which may then write the new
# ones into the same memory. What happens if you use a donated array after all?

# %%
careful = jax.jit(step, donate_argnames="params")
mine = jax.tree.map(jnp.copy, start)  # we still need start itself
new, _ = careful(mine, x[:batch_size], y[:batch_size])
try:
    print(mine.w[0])
except RuntimeError as error:
    print(str(error).partition(".")[0])

# %% [markdown]
# The old array is gone: using it fails. For a small model, donating is not worth that risk. For a
# large one, it can decide whether training fits into memory.
#
# ## Compiled once and for all
#
# A compiled program is lost when Python ends, unless the *[persistent
# cache](22_jargon.md#persistent-cache)* keeps it in a folder.
# [`enable_compilation_cache`][jaxdigits.enable_compilation_cache] switches this cache on, also for
# programs that compile quickly, which JAX by itself would not keep. To see it work, we take an
# empty folder and call `jax.clear_caches`, which forgets the programs in memory, as if Python had
# ended.

# %%
usual = jax.config.jax_compilation_cache_dir
jax.config.update("jax_enable_compilation_cache", True)
with tempfile.TemporaryDirectory() as folder:
    jd.enable_compilation_cache(folder)
    for name in "compiled", "from the folder":
        jax.clear_caches()
        print(f"{name:16} {timed(lambda: by_fit(1))[0]:6.3f} s")
    print(f"still in memory  {timed(lambda: by_fit(1))[0]:6.3f} s")
jax.config.update("jax_compilation_cache_dir", usual)
_ = jd.enable_compilation_cache()

# %% [markdown]
# The second time is much shorter than the first, because nothing had to be compiled, but longer
# than the third, because JAX had to trace and to read the files. This is why most lessons begin
# with `jd.enable_compilation_cache()`.
#
# ## A model to take along
#
# How do you give a trained model to somebody who doesn't have your code? `jax.export` saves a
# function as a list of operations, for several kinds of hardware at once, even for those that you
# don't have. This time we want a closure, so that the parameters are stored inside. The number of
# images gets a name, `rows`, in place of a value, so that the model takes any number of them.

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
# The last two lines loaded the model from its bytes, and it gives the same outputs. Loading needs
# neither our package nor the model's code, only JAX and the small package `flatbuffers`. A version
# of JAX up to six months newer than the one that saved the model is sure to read it. (To keep the
# parameters alone, use [`save_params`][jaxdigits.save_params].)
#
# ## The same on a GPU
#
# JAX uses the devices that it finds when it starts. Where no GPU is found, the only line below
# begins with `cpu`:

# %%
for device in jax.devices():
    print(f"{device.platform}: {device.device_kind}")

# %% [markdown]
# On Linux with an NVIDIA GPU, all you have to do is to install `jaxdigits[lessons,cuda13]`, as on
# [Start here](../start.md#jupyter).
#
# ??? note "If you have a GPU: what differs there"
#     - **Copying** from main memory to a GPU is slow compared with computing there. So put the data
#       there once, as `jd.load` does, and take many steps before you return to Python, as `fit`
#       does.
#     - **Small models** don't keep a GPU busy. They gain from large batches, or from `vmap`.
#     - **Results** agree with those of a CPU to a few digits, not to the last bit. A GPU adds
#       numbers in a different order, and in a matrix product it may round its `float32` inputs to
#       about three digits. Under `with jax.default_matmul_precision("highest"):` it uses all of
#       them.
#
# ??? note "In other people's code"
#     `jax.pmap` is an older way to use several devices. [Lesson 20](20_many_devices.py) shows the
#     way of today. `jax.custom_jvp` and `jax.custom_vjp` give a function a derivative that you
#     define yourself. `jax.nn.relu` uses the first of them, so that its slope at 0 is 0. The slope
#     of `jnp.maximum(x, 0)` there is one half.
#
# ## What you learned
#
# - You know where NumPy's habits mislead you in JAX: writing into arrays, keys, devices, 32 bits,
#   indices beyond the end.
# - You can predict when a function is traced and compiled, and pass data as arguments.
# - You can put a loop into a compiled program with `scan`, and train many models with `vmap`.
# - You can time JAX honestly, donate arrays, keep compiled programs, and export a model.
#
# ## Exercises
#
# ### Exercise 1: how often is it traced?
#
# A compiled function of one array is called again and again. `calls` is a list with one pair per
# call: the shape and the type of the array, such as `((256, 784), "float32")`. Write
# `count_traces(calls)`, which returns how often the function is traced in all these calls.
#
# ??? tip "A hint"
#     Each different pair is traced once. Which of Python's containers keeps only one of several
#     equal things?


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
# `metric` is an array with one value per epoch. Write `best_so_far(metric)` with `jax.lax.scan`. It
# returns, for every epoch, the highest value up to and including that epoch: for
# `[0.5, 0.25, 0.75]` it is `[0.5, 0.5, 0.75]`. <!-- typed: an example for the exercise -->
#
# ??? tip "A hint"
#     Carry the best value so far, and collect it as well. Metrics may be negative: which number
#     should the carry begin with?


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
# Write `draw_frame(image)`, which returns an image of the same shape whose outermost pixels, on all
# four sides, are 1. The image that you pass stays as it is.
#
# ??? tip "A hint"
#     `.at[0].set(1)` draws the upper side. The result has an `.at`, too.


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
# *To think about overnight.* `f(w, nudge)` takes a vector `w` and a number `nudge`, and returns one
# number. Write `all_nudges(f, ws, nudges)`, which returns a table of all `f(w, nudge)`, with one
# row per vector in `ws` and one column per number in `nudges`. Use `jax.vmap` and no loop.
#
# ??? tip "A hint"
#     Do it as in the multiplication table: one `vmap` inside another, each with its own `in_axes`.


# %% tags=["check"]
def check_all_nudges(all_nudges):
    looped = []

    def row_sum(w, nudge):
        return (w * jnp.arange(1.0, 3)).sum() ** 2 + nudge

    def f(w, nudge):
        traced = [isinstance(x, jax.core.Tracer) for x in (w, nudge)]
        looped.append(not all(traced))
        return row_sum(w, nudge)

    def expected(f, ws, nudges):
        return [[float(row_sum(w, n)) for n in nudges] for w in ws]

    slips = {
        "a row per vector, a column per number": lambda f, ws, nudges: (
            np.transpose(expected(f, ws, nudges))
        ),
        "every vector with every number, not one with one": (
            lambda f, ws, nudges: [
                row_sum(w, n) for w, n in zip(ws, nudges, strict=False)
            ]
        ),
    }
    random = np.random.default_rng(0)
    inputs = []
    for rows, columns in (3, 2), (2, 5):
        ws = random.normal(size=(rows, 2)).astype("float32")
        nudges = random.normal(size=columns).astype("float32")
        inputs.append((f, ws, nudges))
    said = jd.check_answer(all_nudges, expected, inputs, slips=slips)
    if said == "right" and any(looped):
        return "Not yet: the table is right, but a loop filled it. Use jax.vmap twice."
    return said


# %% tags=["answer"]
def all_nudges(f, ws, nudges):
    over_nudges = jax.vmap(f, in_axes=(None, 0))
    return jax.vmap(over_nudges, in_axes=(0, None))(ws, nudges)


print(check_all_nudges(all_nudges))

# %% [markdown]
# **Next:** one processor is not always enough. [Lesson 20](20_many_devices.py) trains on eight
# devices, and in two processes.
#
# *Sources:* The documentation of [JAX](https://docs.jax.dev), on just-in-time compilation,
# asynchronous dispatch, the persistent compilation cache, and export.
