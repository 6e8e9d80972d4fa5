# %% [markdown]
# # What a step costs
#
# **How fast could training be on this machine, and why is it not that fast?** You can count three
# things before anything runs: how much there is to calculate, how many bytes have to move, and how
# often work is handed out. The machine has a rate for each. Counts and rates give a *floor*: the
# time of a step that wastes nothing. Then we measure how far above it a linear model and a small
# network are, and look for the reasons.
#
# Every time on this page was measured when the page was built. Your machine will give different
# numbers, and perhaps different verdicts. So the code prints them, and the text says how to read
# them. The [benchmarks](benchmarks.py) compare jaxdigits with other libraries; here we compare it
# with what the machine can do.
#
# ## What is measured
#
# The data are random bytes in the shape of MNIST, 60,000 rows of 784, because multiplying takes as
# long for noise as for digits.

# %%
import itertools
import time

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import jaxdigits as jd

jd.enable_compilation_cache()
random = np.random.default_rng(0)
shape = 60_000, 784
images = jnp.asarray(random.integers(0, 256, shape, dtype=np.uint8))
labels = jnp.asarray(random.integers(0, 10, len(images)), dtype=jnp.int32)

# %% [markdown]
# The models are the ten linear models of [lesson 14](../lessons/14_ten_linear_models.py) and the
# network of [lesson 15](../lessons/15_a_small_network.py), with a ReLU. Each is described by the
# sizes of its layers.

# %%
key_params, key_batches = jax.random.split(jax.random.key(0))
sizes = {"linear": (784, 10), "784-64-10": (784, 64, 10)}
models = {
    "linear": (jd.linear, jd.init_linear(key_params, 784, 10, 0.01)),
    "784-64-10": (jd.mlp, jd.init_mlp(key_params, (784, 64, 10))),
}
batch_size = 256

# %% [markdown]
# JAX hands work to the device and returns at once, with an array whose numbers are still to come.
# `block_until_ready` waits for them. Without it, you would only time the handing over. The first
# call compiles, so it does not count. We take the shortest of the other calls, because whatever
# else the machine does can only make a run longer.


# %%
def seconds(run, runs=3):
    jax.block_until_ready(run())
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        jax.block_until_ready(run())
        taken.append(time.perf_counter() - start)
    return min(taken)


# %% [markdown]
# A single step is too short to time. So the second helper repeats a body inside one compiled loop,
# and divides by the number of rounds. Each round starts from the result of the last one; otherwise
# the compiler would do the work only once. `donate_argnums` lets a result overwrite its argument,
# so that no time goes into fresh memory.


# %%
def each(body, state, *fixed, many):
    def loop(state, *fixed):
        def once(i, state):
            return body(i, state, *fixed)

        return jax.lax.fori_loop(0, many, once, state)

    compiled = jax.jit(loop, donate_argnums=0)

    def run():
        nonlocal state
        state = compiled(state, *fixed)
        return state

    return seconds(run) / many


# %% [markdown]
# ## Count the operations
#
# A layer multiplies a batch `[n, n_in]` by weights `[n_in, n_out]`. Each of the `n * n_out` results
# takes `n_in` multiplications and as many additions: $2 \, n \, n_{in} \, n_{out}$ floating-point
# operations. For 256 images and 784 x 10 weights, that is about 4 million. The [backward
# pass](../lessons/22_jargon.md#backward-pass) has two products of the same size: one for the
# gradient with respect to the weights, and one with respect to the layer's inputs. The first layer
# needs only the gradient for its weights, because nobody asks how the pixels should change. So the
# linear model has two products, with 8 million operations. Everything else is small, so we leave it
# out.


# %%
def operations(sizes, n):
    total = 0
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(sizes)):
        products = 2 if layer == 0 else 3
        total += products * 2 * n * n_in * n_out
    return total


# %% [markdown]
# ## Count the bytes
#
# The images do not fit into a processor's fastest memory, its innermost *caches*. So a step has to
# fetch some bytes from *far* away: for each example a row of bytes, a label, and the number of the
# row. Everything else is made in the step and used soon after, so it may stay *near*, in a cache:
#
# - the batch as `float32`: written once, read by the forward pass, read again by the backward pass;
# - the outputs of each layer and their gradients: each written once and read once;
# - the weights: read once, and written once.
#
# A cleverer program could convert bytes inside the product and never write the floats. We count
# what the package does.


# %%
def bytes_moved(sizes, n):
    far = n * (sizes[0] + 4 + 4)
    batch = 3 * n * sizes[0]
    outputs = 4 * n * sum(sizes[1:])
    pairs = itertools.pairwise(sizes)
    weights = 2 * sum(n_in * n_out + n_out for n_in, n_out in pairs)
    return far, 4 * (batch + outputs + weights)


# %% [markdown]
# ## What the compiler counts
#
# XLA, the compiler behind `jax.jit`, has its own count, here of one step on rows that are already
# fetched.


# %%
def step(model, params, rows, labels):
    def loss(params):
        logits = model(params, jd.to_float(rows))
        return jd.cross_entropy_loss(logits, labels)

    gradient = jax.grad(loss)(params)
    return jax.tree.map(lambda p, g: p - 0.01 * g, params, gradient)


def counted(model, params):
    compiled = jax.jit(step, static_argnames="model")
    batch = images[:batch_size], labels[:batch_size]
    return compiled.lower(model, params, *batch).compile().cost_analysis()


# %%
print("              MFLOP          MB moved")
print("model      by hand   XLA  by hand   XLA")
for name, (model, params) in models.items():
    xla = counted(model, params)
    flops = operations(sizes[name], batch_size)
    moved = sum(bytes_moved(sizes[name], batch_size))
    print(f"{name:10} {flops / 1e6:7.1f} {xla['flops'] / 1e6:5.1f}", end="")
    print(f"  {moved / 1e6:7.1f} {xla['bytes accessed'] / 1e6:5.1f}")

# %% [markdown]
# The counts differ for these reasons:
#
# - XLA adds the small things, such as the conversion of bytes, the loss, and the update of the
#   weights. It counts exponentials and logarithms separately, as `transcendentals`.
# - If XLA hands a product to a library, its operations may be missing from the count.
# - XLA counts as bytes the inputs and outputs of every piece of the program. If two pieces use a
#   number, it is counted twice, whether it is near or far.
# - XLA counts a loop as if it ran once, and a fetch as if it read the whole table. That is why we
#   asked about one step, and about rows that are already fetched.
#
# ## The rate of products
#
# The first of the machine's rates is that of matrix products. One function measures it for any
# shapes: it multiplies by `x`, and then the result by `x.T`. These are the two products in a linear
# layer's step.


# %%
def product_rate(n, n_in, n_out, many):
    x = jnp.full((n, n_in), (n * n_in) ** -0.5)  # keeps w as it was
    w = jnp.ones((n_in, n_out))

    def there_and_back(i, w, x):
        return x.T @ (x @ w)

    taken = each(there_and_back, w, x, many=many)
    return 4 * n * n_in * n_out / taken


# %% [markdown]
# We give it a batch of images and more and more columns of weights, and then large squares. Ten
# columns need about a sixth of the operations of 64. Do they take a sixth of the time? Guess first.

# %%
widths = 10, 16, 64, 256, 1024
rates = {
    width: product_rate(batch_size, 784, width, many=4096 // width)
    for width in widths
}
square = product_rate(2048, 2048, 2048, many=1)
peak = max(square, *rates.values())
print("columns       us  GFLOP/s  of the peak")
for width, rate in rates.items():
    taken = 4 * batch_size * 784 * width / rate
    print(f"{width:7} {1e6 * taken:8.1f} {rate / 1e9:8,.0f}", end="")
    print(f" {rate / peak:12.0%}")
print(f"squares          {square / 1e9:8,.0f} {square / peak:12.0%}")

# %% [markdown]
# Ten columns take more than a sixth of the time, because they are multiplied at a much lower rate.
# The fastest rate in the table is the *peak*, our estimate of how fast this machine can multiply.
#
# ## The rate of memory
#
# Scale an array in place: every number is read once and written once. We do this with an array of
# 256 MiB, which is far, and with one of the size of a batch, which may stay near.


# %%
def bandwidth(size, many):
    def scale(i, x):
        return 0.5 * x + 1

    taken = each(scale, jnp.ones(size), many=many)
    return 2 * 4 * size / taken


far_rate = bandwidth(2**26, many=2)
batch_rate = bandwidth(batch_size * 784, many=1000)
print(f"256 MiB         {far_rate / 1e9:8,.0f} GB/s")
print(f"one float batch {batch_rate / 1e9:8,.0f} GB/s")

# %% [markdown]
# Next, we fetch rows of images, 256 at a time, first in order, and then shuffled, as in an epoch.
# Only the bytes that are read count.

# %%
in_order = jnp.asarray(np.arange(234 * 256, dtype=np.int32).reshape(234, 256))
batches = jd.epoch_batches(key_batches, len(images), batch_size)


def fetch(i, rows, images, batches):
    return images[batches[i]]


def time_of_fetch(images, batches):
    rows = jnp.zeros((256, 784), images.dtype)
    return each(fetch, rows, images, batches, many=len(batches))


for name, order in ("in order", in_order), ("shuffled", batches):
    rate = batch_size * 784 / time_of_fetch(images, order)
    print(f"rows {name}  {rate / 1e9:8,.1f} GB/s")

# %% [markdown]
# Shuffled rows can be slower, because a processor fetches ahead only what it can guess.
#
# ## The cost of launching
#
# Something has to start each piece of work. Inside a compiled loop, the loop does it; outside,
# Python does. To measure what a start costs, let a loop do next to nothing: each step looks up one
# number of its batch.


# %%
def look_up(i, total, batches):
    return total + batches[i, 0]


zero = jnp.zeros((), batches.dtype)
call = jax.jit(look_up)
python_call = seconds(lambda: call(0, zero, batches), runs=100)
many = jnp.asarray(np.tile(batches, (50, 1)))
launch = each(look_up, jnp.copy(zero), many, many=len(many))
print(f"empty step of a compiled loop {1e6 * launch:8.3f} us")
print(f"call from Python              {1e6 * python_call:8.3f} us")

# %% [markdown]
# The package's [`fit`][jaxdigits.fit] runs all steps of an epoch as one compiled loop, so it pays
# Python's price a few times per epoch, not once per step. The floor below uses the price of the
# loop, as if a whole step were a single piece of work. In truth, a step has a dozen or more.
#
# ## The floor
#
# A processor can calculate while memory delivers. So in the best case the slower of the two hides
# the other, and
#
# $$
# \begin{aligned}
# \text{floor} = {} & \max\left(\frac{\text{operations}}{\text{rate}},
# \frac{\text{bytes}}{\text{bandwidth}}\right) \\
# & {} + \text{launch}
# \end{aligned}
# $$
#
# with the best rates that we measured: all products at the peak, and near bytes at the rate of the
# array that was faster. (On a GPU, that can be the large one.)

# %%
near_rate = max(far_rate, batch_rate)


def parts_of_floor(sizes, n):
    far, near = bytes_moved(sizes, n)
    return operations(sizes, n) / peak, far / far_rate + near / near_rate


for name in models:
    arithmetic, memory = parts_of_floor(sizes[name], batch_size)
    longer = "arithmetic" if arithmetic > memory else "memory"
    print(f"{name:10} arithmetic {1e6 * arithmetic:6.1f} us,", end=" ")
    print(f"memory {1e6 * memory:6.1f} us: {longer}")

# %% [markdown]
# The last word in each line says which of the two takes longer. If nothing were wasted, that one
# would limit the model.
#
# ## How far above it
#
# How long does a step really take? We time an epoch of `fit`, and divide by the number of its
# steps. The images go in as bytes. The rest of the epoch's work, such as shuffling, counts, too.


# %%
def time_of_step(name, images, batch_size):
    model, params = models[name]
    data = images, labels
    loss, optimizer = jd.cross_entropy_loss, jd.sgd(0.01)
    options = dict(epochs=1, batch_size=batch_size, key=key_batches)

    def run():
        return jd.fit(model, params, loss, optimizer, data, **options)

    return seconds(run) / (len(images) // batch_size)


measured = {name: time_of_step(name, images, batch_size) for name in models}

# %%
print("model       MFLOP    MB  floor us  measured us  ratio")
floors = {}
for name, taken in measured.items():
    flops = operations(sizes[name], batch_size)
    moved = sum(bytes_moved(sizes[name], batch_size))
    floors[name] = max(parts_of_floor(sizes[name], batch_size)) + launch
    print(f"{name:10} {flops / 1e6:6.1f} {moved / 1e6:5.1f}", end="")
    print(f" {1e6 * floors[name]:9.1f} {1e6 * taken:12.1f}", end="")
    print(f" {taken / floors[name]:6.1f}")

# %% [markdown]
# A ratio of 2 means that a step takes twice as long as the floor. In the picture, *memory* is the
# part of the memory's time that the arithmetic does not hide, and *rest* is the time that the floor
# cannot explain.

# %%
split = {"arithmetic": [], "memory": [], "launch": [], "rest": []}
for name, taken in measured.items():
    arithmetic, memory = parts_of_floor(sizes[name], batch_size)
    split["arithmetic"].append(arithmetic)
    split["memory"].append(max(memory - arithmetic, 0))
    split["launch"].append(launch)
    split["rest"].append(max(taken - floors[name], 0))

# %% alt="One horizontal bar for each model: the time of a step, divided into arithmetic, memory, launch, and rest. Where the arithmetic hides the memory, or the launch is short, the part is too thin to be seen."
figure, ax = plt.subplots(figsize=(6, 2.2), layout="constrained")
left = np.zeros(len(models))
for part, times in split.items():
    width = 1e6 * np.array(times)
    ax.barh(list(models), width, left=left, label=part)
    left += width
ax.invert_yaxis()
ax.set(xlabel="microseconds per step")
figure.legend(loc="outside upper center", ncols=4)

# %% [markdown]
# ## Why: thin products
#
# In the table of products, up to a point, the wider a product, the more of the peak it reaches.
# With ten columns, each pixel that is loaded serves only ten multiplications; in a large square,
# each number serves thousands. Besides, a processor calculates with several numbers at once (its
# *vectors*), and a GPU with whole tiles of a matrix. Ten columns do not fill them well.
#
# How much of the measured step does this alone explain? Let the products of each model run at the
# rate of its own first layer:

# %%
for name, taken in measured.items():
    rate = rates[sizes[name][1]]
    products = operations(sizes[name], batch_size) / rate
    print(f"{name:10} {1e6 * products:6.1f} us of products", end=", ")
    print(f"{products / taken:4.0%} of the measured step")

# %% [markdown]
# The next two sections look for the rest of the step.
#
# A *roofline* shows whether arithmetic or memory is the limit. The horizontal axis says how many
# operations there are for each byte that a product must move, and the vertical axis shows the rate.
# The flat roof is the peak of arithmetic. Along a slope, the rate is operations per byte times
# bytes per second. If near memory is fast, its slope may lie outside the picture.


# %%
def per_byte(n, n_in, n_out):
    numbers = n * n_in + n_in * n_out + n * n_out
    return 2 * n * n_in * n_out / (4 * numbers)


def roof(intensity, bandwidth):
    return np.minimum(peak, intensity * bandwidth) / 1e9


# %% alt="A roofline, both axes logarithmic: two slopes, from far and from near memory, that end at a flat roof. The points are products of 256 images with more and more columns. They climb to the right toward the roof, and the one with ten columns is the lowest."
figure, ax = plt.subplots(figsize=(6, 3.6), layout="constrained")
intensity = np.geomspace(0.5, 500, 500)
ax.plot(intensity, roof(intensity, near_rate), label="roof, near memory")
ax.plot(intensity, roof(intensity, far_rate), "--", label="roof, far memory")
across = [per_byte(batch_size, 784, width) for width in rates]
upward = [rate / 1e9 for rate in rates.values()]
ax.plot(across, upward, "o", label="products, by columns")
offset = dict(xytext=(0, -15), textcoords="offset points", ha="center")
for width, *place in zip(rates, across, upward, strict=True):
    ax.annotate(str(width), place, **offset)
ax.set(xscale="log", yscale="log", xlim=(0.5, 500))
ax.set(xlabel="operations per byte", ylabel="GFLOP/s")
ax.legend(loc="lower right")

# %% [markdown]
# A point on a slope waits for memory, and a point on the flat roof waits for arithmetic. A point
# well below both loses its time inside the product: vectors are not full, or starting and ending
# take a large share.
#
# ## Why: fetching and converting
#
# Before a product can begin, its rows must be collected from all over the images and turned from
# bytes into floats. We run the same loop over the same batches, and add one part after another.


# %%
def convert(i, rows, images, batches):
    return jd.to_float(images[batches[i]])


rows = jnp.zeros((batch_size, 784))
converting = each(convert, rows, images, batches, many=len(batches))
floats = jd.to_float(images)
from_floats = time_of_step("linear", floats, batch_size)

# %%
times = {
    "fetch bytes, in order": time_of_fetch(images, in_order),
    "fetch bytes, shuffled": time_of_fetch(images, batches),
    "fetch bytes and convert": converting,
    "fetch floats": time_of_fetch(floats, batches),
    "whole step from bytes": measured["linear"],
    "whole step from floats": from_floats,
}
for name, taken in times.items():
    share = taken / measured["linear"]
    print(f"{name:24} {1e6 * taken:7.1f} us  {share:4.0%}")

# %% [markdown]
# The percentages are shares of the linear model's whole step, and all lines but the first are
# shuffled. If we converted all images once, no step would have to, but each would fetch four times
# as many bytes. If the fourth time is longer than the third, converting in every step is cheaper.
# The last two lines show the difference in the whole step.
#
# ## Why: many small pieces
#
# The loss, its gradient, the update of the weights, and the shuffle are each a pass over some
# array, and each has to be started. How much of the linear model's step do they take? We subtract
# the parts that we have measured from the whole. The result is rough, because the parts were
# measured alone and at different times.

# %%
columns = sizes["linear"][1]
products = operations(sizes["linear"], batch_size) / rates[columns]
rest = measured["linear"] - converting - products
print(f"fetch and convert {1e6 * converting:7.1f} us")
print(f"products          {1e6 * products:7.1f} us")
print(f"all the rest      {1e6 * max(rest, 0):7.1f} us")

# %% [markdown]
# Part of that time is the same for any batch size. If a step takes a fixed time plus an equal time
# per example, two batch sizes, here 32 and 256, are enough to tell the two apart. If 32 examples
# took 100 µs and 256 took 548, 224 more examples took 448 µs, or 2 µs each. At that rate 32 take 64
# µs, and 36 are fixed.

# %%
print("model      batch  us per step  ns per example  fixed share")
for name in models:
    taken = {256: measured[name]}
    for size in 32, 2048:
        taken[size] = time_of_step(name, images, size)
    slope = (taken[256] - taken[32]) / (256 - 32)
    fixed = max(taken[32] - 32 * slope, 0)
    for size in 32, 256, 2048:
        example = taken[size] / size
        print(f"{name:10} {size:5} {1e6 * taken[size]:10.1f}", end="")
        print(f" {1e9 * example:14.1f} {fixed / taken[size]:12.0%}")

# %% [markdown]
# The *fixed share* is the part of a step that would remain if the batch were empty. It shrinks as
# batches grow, because more examples share the same launches and the same update of the weights.
# The time per example falls, too, until something else sets the limit, such as the products. It can
# even rise, if a batch of floats no longer fits into near memory.
#
# ## Was it quiet?
#
# Rates and steps were measured one after the other. If the machine did something else meanwhile,
# the floor is too high or the step too slow. So we measure the large squares once more. If the
# result is far from 100%, the machine was busy during one of the two measurements, and perhaps
# during others: do not trust the ratios above.

# %%
again = product_rate(2048, 2048, 2048, many=1)
print(f"large squares, last against first: {again / square:.0%}")

# %% [markdown]
# ## What follows
#
# - **Keep images as bytes, on the device.** They take a quarter of the memory, and a quarter of the
#   bytes from far away in every step. `fit` converts each batch by itself.
# - **Choose the batch size with both costs in mind.** Up to a point, a larger batch takes less time
#   per example, but an epoch then has fewer steps, so you may need more epochs.
# - **Use one compiled loop.** A call from Python costs the same for a little work as for a lot.
#   `fit` takes all steps of an epoch in one call, as in
#   [lesson 10](../lessons/10_an_optimizer.py#the-loop-becomes-fit).
# - **A GPU needs larger batches, or many models at once.** Its peak and bandwidth are far higher,
#   but its launches are not shorter, so they can take most of a small batch's step.
#
# *Sources:* Williams, Waterman and Patterson, "Roofline: an insightful visual performance model for
# multicore architectures", Communications of the ACM 52(4), 2009. The JAX documentation on
# [benchmarking](https://docs.jax.dev/en/latest/benchmarking.html) and on
# [asynchronous dispatch](https://docs.jax.dev/en/latest/async_dispatch.html).
