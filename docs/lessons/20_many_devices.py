# %% [markdown]
# ---
# runs_for: 90  # starts six small programs, each of which imports JAX
# ---
#
# # 20. Many devices, many machines
#
# **How do you train a model that takes a hundred processors, and go on when one of them fails?**
# Large models are trained for weeks, on many devices at once, often in many machines, with more
# data than any memory holds. You will do all of that on your own computer, at a small scale: with
# eight pretend devices, two real processes, a stream of ten million digits, and a run that is
# killed and goes on as if nothing had happened. On a cluster, you would write nearly the same code.
#
# *You need:* [lesson 10](10_an_optimizer.py) for `fit`, and [lesson 19](19_jax_for_numpy_users.py)
# for `jit` and pytrees.
#
# ## Eight devices on one processor
#
# If one device can hold the whole model, the usual way to use several is *[data
# parallel](22_jargon.md#data-parallel)* training. (The parameters of larger models are divided,
# too.) Each device holds a copy of the parameters and a part of the batch, and computes the
# gradient on its part. If the loss is a mean over examples and all parts are equally large, the
# average of these gradients is the gradient of the whole batch:
#
# ![Three boxes for device 1, device 2 and device 8 of eight. Each holds all parameters and its own rows of the batch, and computes from them its gradient. All gradients go into one bar below, the all-reduce: the average of the eight gradients, given to all. Each takes the same step, so all parameters stay equal.](../assets/diagrams/data_parallel.svg)
#
# You don't need eight GPUs to learn this, because JAX can pretend that your processor is eight
# devices. The two lines with `jax.config.update` ask for them, before anything is computed: once
# JAX has started, its devices are fixed. (If the cell complains that JAX is already running,
# restart the notebook, and run the cell again.)

# %%
import jax
import jax.numpy as jnp
import numpy as np

import jaxdigits as jd

jax.config.update("jax_platforms", "cpu")  # even if there is a GPU
jax.config.update("jax_num_cpu_devices", 8)
jd.enable_compilation_cache()
print(len(jax.devices()), "devices, the first is", jax.devices()[0])

# %% [markdown]
# You know what we will train: a linear model on threes and sevens, with the loss of [lesson
# 8](08_a_loss_for_digits.py). The function `step` says nothing about devices. We will use it
# unchanged on one device, on eight, and in two processes. `differ` returns the largest difference
# between the weights of two models.

# %%
images = jd.select(jd.load("auto").train, [3, 7])
x, y = jd.to_examples(images, positive=3)
n = len(x) // 8 * 8  # so that eight devices can hold the same number of rows
x, y = x[:n], y[:n]
start = jd.init_linear(jax.random.key(0), n_in=784, n_out=1, scale=0.3)


def loss(params, x, y):
    p = jax.nn.sigmoid(jd.linear(params, x))
    return jnp.where(y == 1, 1 - p, p).mean()


@jax.jit
def step(params, x, y):
    return jd.sgd_update(params, jax.grad(loss)(params, x, y), 1.0)


def differ(a, b):
    return np.abs(np.subtract(a.w, b.w)).max()


# %% [markdown]
# ## A mesh, and arrays that are laid out on it
#
# A *[mesh](22_jargon.md#mesh)* arranges devices in a grid and names its axes. Ours has a single
# axis with eight devices, and we call it `"examples"`. Dividing an array among devices is called
# *[sharding](22_jargon.md#sharding)*: `jax.P("examples")` says that the first axis of an array is
# divided along the mesh's axis of that name, and `jax.P()` says that every device has a copy of the
# whole array. `with jax.set_mesh(mesh):` says which mesh we mean, and `jax.device_put` puts arrays
# onto its devices.
#
# The layout becomes part of the array's type. On one device, the type of a batch of 256 images is
# `float32[256,784]`. What will be added to it here, and how many images will each device hold?

# %%
mesh = jax.make_mesh((8,), ("examples",))
with jax.set_mesh(mesh):
    parts = jax.device_put((x[:256], y[:256]), jax.P("examples"))
    copied = jax.device_put(start, jax.P())

print(mesh)
print("images ", jax.typeof(parts[0]))
print("weights", jax.typeof(copied.w))
print("one device holds images", parts[0].addressable_shards[0].data.shape)

# %% tags=["remove-cell"]
held = [shard.data.shape for shard in parts[0].addressable_shards]
assert held == [(32, 784)] * 8
assert all(s.data.shape == (784, 1) for s in copied.w.addressable_shards)
assert mesh.axis_types == (jax.sharding.AxisType.Explicit,)


def refused(function, *arguments):
    try:
        with jax.set_mesh(mesh):
            jax.jit(function)(*arguments)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


told = refused(lambda x: x[jnp.array([200, 3])], parts[0])
assert "sharding" in told.lower(), told
constrain = jax.lax.with_sharding_constraint
told = refused(lambda x: constrain(x, jax.P()), parts[0])
assert "sharding" in told.lower(), told
assert not refused(lambda x: constrain(x, jax.P("examples")), parts[0])
assert not refused(lambda x: jax.sharding.reshard(x, jax.P()), parts[0])

# %% [markdown]
# `@examples` was added: the first axis of the 256 images is divided, and each device holds 32 of
# them. (`addressable_shards` lists the parts that this process can read, one per device.) The shape
# is still that of the whole batch, so you can write `step` as if there were one large device. The
# weights are not divided: every device has all of them. `Explicit` is the kind of the mesh's axis,
# the default today. It means that JAX works out the layout of every result while it traces. Where
# several layouts are possible, it raises an error and asks you to choose one.
#
# ??? note "If you read other JAX programs"
#     The other kind of axis, `Auto`, leaves layouts to the compiler. Many programs use it, with
#     `with_sharding_constraint` as a request. Under explicit axes that function only checks, and
#     `jax.sharding.reshard` changes a layout. `jax.P` is short for `jax.sharding.PartitionSpec`.
#
# Now take one step on one device, and the same step on the divided batch. Will the results be the
# same? And which messages will the devices have to send each other? The text of the compiled
# program answers the second question. It is long, so `read_program` picks out the matrix products
# (`dot`), and everything that moves numbers between devices, each as a type and an operation:
# `f32[32,1] dot` is a product whose result has 32 rows and 1 column of 32-bit floats.

# %% tags=["helper"]
import re


def read_program(function, *arguments):
    """List the compiled program's matrix products, and all it sends."""
    text = function.lower(*arguments).compile().as_text()
    text = re.sub(r"\{[^{}]*\}", "", text)  # how arrays lie in memory
    sends = "all-|ragged-all-|reduce-scatter|collective-|send|recv"
    return re.findall(rf"= (.+? (?:dot|(?:{sends})[\w-]*))\(", text)


# %%
one = step(start, x[:256], y[:256])
with jax.set_mesh(mesh):
    eight = step(copied, *parts)
    print(f"the results differ by {differ(one, eight):.0e}")
    on_one = read_program(step, start, x[:256], y[:256])
    on_eight = read_program(step, copied, *parts)
print("on one device:", *on_one, sep="\n    ")
print("on each of eight devices:", *on_eight, sep="\n    ")

# %% [markdown]
# The results are the same up to rounding. On one device, the first product multiplies 256 images by
# the weights, which gives 256 predictions, and the second gives the gradient, one number per
# weight. On eight devices, each one does the same with only its own 32 images. Then comes an
# **[all-reduce](22_jargon.md#all-reduce)**: all devices combine their numbers, and all get the
# result. Here it adds up the gradients, one number per weight and one for the bias. (The loss is a
# mean over all 256 images, so each device has already divided by 256, and the sum is the average
# that the picture shows.) We didn't ask for this exchange. The compiler added it, because the
# gradient is a sum over images, and these are divided among the devices. The devices send each
# other nothing else, neither images nor activations.


# %% tags=["remove-cell"]
def sent(lines):
    return [line for line in lines if not line.endswith(" dot")]


assert differ(one, eight) < 1e-6
assert on_one == ["f32[256,1] dot", "f32[1,784] dot"]
assert on_eight[:2] == ["f32[32,1] dot", "f32[1,784] dot"]
assert sent(on_eight) == ["(f32[1,784], f32[1]) all-reduce"]

# %% [markdown]
# ## The same by hand
#
# If you want to choose the exchanges yourself, for example because those of the compiler are slow,
# write the program from the point of view of a single device. Under
# [`jax.shard_map`](22_jargon.md#shard_map), a function sees only the rows of its own device, and
# `jax.lax.psum` adds up the values of all devices along an axis of the mesh. `in_specs` and
# `out_specs` say how the arguments and the results are laid out. `by_hand` is the same step as
# before. Will it send more than the compiler's program, or less?

# %%
rows = jax.P("examples")


@jax.jit
@jax.shard_map(in_specs=(jax.P(), rows, rows), out_specs=jax.P())
def by_hand(params, x, y):
    mine = jax.lax.pcast(params, "examples", to="varying")
    grads = jax.grad(loss)(mine, x, y)
    total = jax.lax.psum(grads, "examples")
    return jd.sgd_update(params, jax.tree.map(lambda g: g / 8, total), 1.0)


with jax.set_mesh(mesh):
    hand = by_hand(copied, *parts)
    print(f"differs from one device by {differ(one, hand):.0e}")
    print(*read_program(by_hand, copied, *parts), sep="\n")

# %% tags=["remove-cell"]
with jax.set_mesh(mesh):
    on_hand = read_program(by_hand, copied, *parts)
assert differ(one, hand) < 1e-6
assert sent(on_hand) == ["(f32[784,1], f32[1]) all-reduce"]

# %% [markdown]
# Neither more nor less. The result is the same up to rounding, and each device sends as many
# numbers as before, only with the gradient of the weights as a column. We divide by 8, because
# `psum` returns the sum of eight means and we want their average. (`jax.lax.pmean` would do both.)
#
# The first line of the function is easy to forget. Without it, `jax.grad` knows that all devices
# share the same parameters, and adds up the gradients of all devices itself. Our `psum` would then
# add them up a second time. `pcast` declares each device's copy of the parameters to be its own,
# so `jax.grad` leaves the adding to us.


# %% tags=["remove-cell"]
@jax.jit
@jax.shard_map(in_specs=(jax.P(), rows, rows), out_specs=(jax.P(), jax.P()))
def forgotten(params, x, y):
    grads = jax.grad(loss)(params, x, y)
    means = jax.lax.pmean(
        jax.grad(loss)(jax.lax.pcast(params, "examples", to="varying"), x, y),
        "examples",
    )
    return grads, means


with jax.set_mesh(mesh):
    summed, means = forgotten(copied, *parts)
assert np.allclose(summed.w, 8 * means.w, atol=1e-5)
assert np.allclose(start.w - means.w, one.w, atol=1e-6)

# %% [markdown]
# ## `fit` on eight devices
#
# What about a whole training run? You call [`fit`][jaxdigits.fit] as always. MNIST is small, so we
# give every device all the digits, and let the model, `by_rows`, divide each batch.
# `jax.sharding.reshard` changes an array's layout. The first line divides the rows. The second
# computes the predictions and gives every device all of them. If they stayed divided, JAX would
# raise an error, because the loss compares them with targets that are not divided.


# %%
def by_rows(params, rows):
    rows = jax.sharding.reshard(rows, jax.P("examples"))
    return jax.sharding.reshard(jd.linear(params, rows), jax.P())


def fit(model, start, train):
    settings = dict(epochs=3, batch_size=256, key=jax.random.key(1))
    optimizer = jd.sgd(1.0)
    return jd.fit(model, start, jd.mnist_loss, optimizer, train, **settings)


one = fit(jd.linear, start, (x, y)).params
with jax.set_mesh(mesh):
    eight = fit(by_rows, copied, jax.device_put((x, y), jax.P())).params
print(len(eight.w.devices()), f"devices differ by {differ(one, eight):.0e}")

# %% tags=["remove-cell"]
assert len(eight.w.devices()) == 8 and differ(one, eight) < 1e-5


def divided_loss(params, x, y):
    x = jax.sharding.reshard(x, jax.P("examples"))
    return jd.mnist_loss(jd.linear(params, x), y)


with jax.set_mesh(mesh):
    everywhere = jax.device_put((x[:256], y[:256]), jax.P())
assert "sharding" in refused(divided_loss, copied, *everywhere)

# %% [markdown]
# After three epochs, eight devices and one agree up to rounding. On pretend devices nothing gets
# faster, because they share one processor. On eight GPUs, you would only leave out the two lines
# with `jax.config.update`.
#
# ## Two processes
#
# Several machines mean several processes, one or more per machine. A process is a running program
# with memory of its own. Two processes share nothing, unless they send each other messages. All
# processes run _the same program_, and each knows of all devices, but holds only its own part of
# the data. We will write such a program, and start it twice on one machine. On two machines, only
# the address at which the processes find each other would be different.
#
# Besides `loss`, `step` and `read_program` from above, the program needs three new functions: one
# for the data of a process, one that makes batches from them, and one that trains. The first,
# `my_digits`, cuts all threes and sevens into two halves. With two processes, each gets one half.
# A single process gets both, so that we can compare the results.


# %% tags=["helper"]
def my_digits(count, index):
    """Return x [halves, n, 784] and y, only the halves of this process."""
    images = jd.select(jd.load("auto").train, [3, 7])
    x, y = map(np.asarray, jd.to_examples(images, positive=3))
    n = len(x) // 2
    x = x[: 2 * n].reshape(2, n, 784)
    y = y[: 2 * n].reshape(2, n, 1)
    # Of two processes, number 0 takes x[0::2], which is the first half, and
    # number 1 takes x[1::2], the second. One alone takes x[0::1], both.
    return x[index::count], y[index::count]


# %% [markdown]
# `my_batches` shuffles the digits that a process holds. Each of two processes puts 64 of its own
# into every batch of 128, and never receives the other 64. `jax.NamedSharding` is a layout together
# with its mesh. With this layout, `jax.make_array_from_process_local_data` puts the rows of this
# process onto its own device, and returns an array that stands for the whole batch. `yield` hands
# this batch to the loop that asked for it. When the loop asks again, the function goes on from
# there.


# %%
def my_batches(mesh, x, y, epochs):
    """Yield batches, to each of which every half gives 64 rows."""
    rows = jax.NamedSharding(mesh, jax.P("examples"))
    for epoch in range(epochs):
        key = jax.random.fold_in(jax.random.key(1), epoch)
        for chosen in np.asarray(jd.epoch_batches(key, x.shape[1], 64)):
            mine = x[:, chosen].reshape(-1, 784), y[:, chosen].reshape(-1, 1)
            yield [
                jax.make_array_from_process_local_data(rows, part)
                for part in mine
            ]


# %% [markdown]
# ??? note "How one process makes the same batches as two"
#     A single process takes 64 digits from each of its two halves. Because all processes use the
#     same key, `chosen` is the same in all of them, and so is the batch of 128.
#
# Now the program itself. First the processes have to find each other: `jax.distributed.initialize`
# needs the address of one of them, the number of processes (`count`), and the number of this one
# (`index`). From then on, `jax.device_count()` counts the devices of all processes, so the mesh
# covers them all. Then the program trains with `step` from above. At the end, each process prints
# what its compiled program multiplies and sends, and saves its parameters.


# %%
def train_together(folder, address, count, index):
    count, index = int(count), int(index)
    if count > 1:
        jax.distributed.initialize(address, count, index)
    x, y = my_digits(count, index)
    mesh = jax.make_mesh((jax.device_count(),), ("examples",))
    jax.set_mesh(mesh)  # for all that follows
    params = jd.init_linear(jax.random.key(0), n_in=784, n_out=1, scale=0.3)
    for batch in my_batches(mesh, x, y, epochs=2):
        params = step(params, *batch)
    print(f"process {index} of {count} holds {x[..., 0].size} digits")
    # The loop has left the last batch. Any would do: only its shape matters.
    print(*read_program(step, params, *batch), sep="\n")
    jd.save_params(f"{folder}/{index}_of_{count}.safetensors", params)


# %% [markdown]
# ??? note "On a cluster"
#     On a TPU pod, and under Slurm or Open MPI, the usual ways to start programs on a cluster,
#     `jax.distributed.initialize()` finds out its three arguments by itself. Each process would
#     read only its own files, while here each loads all the digits. Between CPUs, a library called
#     Gloo carries the messages. Between GPUs, one called NCCL takes its place, and nothing changes
#     in the functions.
#
# Now we only have to start the program. In the folded cell, `start_program` writes functions and a
# call of the last one into a file, and starts Python with it. `finish` waits until the processes
# have ended, and returns what they printed. `free_address` finds an address at which the processes
# can meet.

# %% tags=["helper"]
import inspect
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IMPORTS = """
import hashlib, os, re, sys
import jax, jax.numpy as jnp, numpy as np, optax
import orbax.checkpoint as ocp
import jaxdigits as jd
"""
work = tempfile.TemporaryDirectory()


def start_program(functions, *arguments):
    name = functions[-1].__name__
    code = [IMPORTS, *map(inspect.getsource, functions)]
    path = Path(work.name) / f"{name}.py"
    path.write_text("\n".join([*code, f"{name}(*sys.argv[1:])"]))
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", path, *map(str, arguments)],
        env=os.environ | {"JAX_PLATFORMS": "cpu"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(*processes, fails=False):
    """Return what processes print, after two minutes at most."""
    end, printed = time.monotonic() + 120, ""
    try:
        for process in processes:
            left = end - time.monotonic()
            output, complaint = process.communicate(timeout=left)
            if process.returncode and not fails:
                raise RuntimeError(complaint)
            printed += output
    finally:
        for process in processes:
            process.kill()
    # without the reports of Gloo, which carries the messages
    return re.sub(r"\[Gloo\].*\n", "", printed)


def free_address():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


# %% [markdown]
# In each step, each process will hold 64 images, which are 64 · 784 = 50,176 numbers. How many
# numbers will the two send each other? We run the program as one process, and then as two:

# %%
PROGRAM = [loss, step, read_program, my_digits, my_batches, train_together]
alone = start_program(PROGRAM, work.name, "nobody", 1, 0)
printed_alone = finish(alone)
address = free_address()
number_0 = start_program(PROGRAM, work.name, address, 2, 0)
number_1 = start_program(PROGRAM, work.name, address, 2, 1)
printed_by_both = finish(number_0, number_1)
print(printed_alone + printed_by_both, end="")


# %%
def trained(name):
    return jd.load_params(f"{work.name}/{name}.safetensors", start)


single, first, second = map(trained, ("0_of_1", "0_of_2", "1_of_2"))
print("the two processes differ by", differ(first, second))
print(f"two processes differ from one by {differ(first, single):.0e}")

# %% [markdown]
# Each of the two processes multiplies its own 64 images, and the only message is the all-reduce of
# the gradients, as among eight devices in one process. In each step, they exchange not the 50,176
# pixels that each of them has, but one gradient of 785 numbers. For a batch of a million images,
# the gradient would be just as long, so the larger the batch, the less the exchange costs compared
# with the computing.
#
# After two epochs both processes hold exactly the same weights, because both started with the same
# ones and received the same sum of gradients in every step. The single process, which sent nothing,
# ends up with the same weights up to rounding.

# %% tags=["remove-cell"]
lines = [line.strip() for line in printed_by_both.splitlines()]
message = "(f32[1,784], f32[1]) all-reduce"
assert len(lines) == 8 and sent(lines[1:4]) == sent(lines[5:]) == [message]
assert lines[1] == lines[5] == "f32[64,1] dot"
assert "all-reduce" not in printed_alone
held = [int(re.findall("holds (\\d+)", lines[i])[0]) for i in (0, 4)]
assert held == [len(images.labels) // 2] * 2
assert differ(first, second) == 0 and differ(first, single) < 1e-5
assert differ(first, start) > 0.01  # It did learn.

# %% [markdown]
# One rule matters with several processes: **all of them must ask for the same operations in the
# same order**, because each all-reduce waits for all processes. If only one process evaluates the
# metric on a divided batch, "to save time", it waits for the others, which never get there, and the
# whole run hangs.
#
# ??? note "If you know DistributedDataParallel from PyTorch"
#     | in PyTorch | here |
#     | --- | --- |
#     | `torchrun` starts one process per GPU | one process per machine, which drives all its GPUs; under Slurm or Open MPI, one per GPU |
#     | `init_process_group` | `jax.distributed.initialize` |
#     | rank, world size | `jax.process_index()`, `jax.process_count()` |
#     | `DistributedSampler` gives each process its share of all the rows, shuffled | `my_batches`: each process shuffles the rows that it holds |
#     | the `batch_size` of a `DataLoader` counts the rows of one process | the 64 in `my_batches` does, too, per half; but inside a `jit`, shapes count the whole batch, and so does the `batch_size` of `fit` |
#     | `DDP(model)` averages the gradients in `backward` | the compiler adds the exchange, because the mean in `loss` is over an axis that is divided |
#     | DDP sends gradients while `backward` still computes others | the compiler plans when to send; on GPUs and TPUs, it [can send while it computes](https://docs.jax.dev/en/latest/gpu_performance_tips.html) |
#     | `torch.manual_seed(seed + rank)` | `jax.random.fold_in(key, jax.process_index())` for what a process draws for its own rows; the same key everywhere for the parameters, and inside a `jit` over the whole batch, where one key gives the same numbers on any number of devices |
#     | `dist.all_reduce` | `jax.lax.psum` or `pmean`, inside `shard_map` |
#     | `BatchNorm` uses each device's own rows, unless it is a `SyncBatchNorm` | inside a `jit`, it uses the whole batch, on all devices together |
#     | `FullyShardedDataParallel` divides the parameters, too | lay them out with `jax.P("examples")`, and `reshard` each to `jax.P()` where the loss uses it |
#     | only rank 0 saves | all processes call `save` of Orbax, below, and it decides who writes |
#
# [How do I …](../reference/how_do_i.md) has a short program for two processes that you can copy. It
# gives batches like those of `my_batches` to `fit`, as a stream (see the next section).

# %% tags=["remove-cell"]
optimizer = jd.sgd(1.0)
now = jd.TrainState(copied, optimizer.init(copied))


def step_of(now, x, y):
    return jd.train_step(jd.linear, jd.mnist_loss, optimizer, now, x, y)


with jax.set_mesh(mesh):
    messages = sent(read_program(jax.jit(step_of), now, *parts))
    mean_of_all = jax.jit(lambda x: x.mean(axis=0))(parts[0])
assert np.allclose(mean_of_all, x[:256].mean(axis=0), atol=1e-6)
assert any("f32[1,784]" in message for message in messages)
assert not any(re.search(r"\d\d+,784", message) for message in messages)


@jax.jit
def step_of_divided(params, x, y):
    def loss_of_whole(params):
        whole = jax.tree.map(lambda p: jax.sharding.reshard(p, jax.P()), params)
        return loss(whole, x, y)

    return jd.sgd_update(params, jax.grad(loss_of_whole)(params), 1.0)


@jax.jit
def drop_half(key, x):
    return x * jax.random.bernoulli(key, 0.5, x.shape)


with jax.set_mesh(mesh):
    dropped = drop_half(jax.random.key(2), parts[0])
    divided = copied._replace(w=jax.device_put(copied.w, jax.P("examples")))
    from_divided = step_of_divided(divided, *parts)
assert (dropped == drop_half(jax.random.key(2), x[:256])).all()
assert str(jax.typeof(from_divided.w)) == "float32[784@examples,1]"
assert differ(from_divided, hand) < 1e-6

# %% [markdown]
# ## Data larger than memory
#
# So far all digits were in memory. If there are too many, they stay on a disk or in another
# building, and each batch is fetched when its turn comes. For that, `fit` also accepts anything
# that a `for` loop can take batches from. Something has to shuffle the examples, put them into
# batches, and fetch the next batches while the model learns from the current one.
# [Grain](https://google-grain.readthedocs.io) does all three.
#
# Grain needs a source: an object with a length, which returns an example when it is given the
# example's number. Ours has ten million digits, and none of them exists before somebody asks for
# it. Number `i` is a real digit with noise on top that is computed from `i`. (Python calls
# `__len__` for `len(source)` and `__getitem__` for `source[i]`.) How much memory would all of them
# take, at one byte per pixel?


# %%
class Noisy:
    """Ten million digits, each made when it is asked for."""

    def __init__(self, images, targets):
        self.images, self.targets = images, targets

    def __len__(self):
        return 10_000_000

    def __getitem__(self, i):
        which = i % len(self.images)
        noise = np.random.default_rng(i).integers(0, 128, 784, np.uint8)
        return np.maximum(self.images[which], noise), self.targets[which]


# %% alt="Eight threes and sevens, from all over the ten million, each under a noise of its own."
images = jd.select(jd.load("auto").train, [3, 7])
targets = np.asarray(jd.binary_targets(images.labels, positive=3))
source = Noisy(np.asarray(jd.flatten(images.images)), targets)
rows = np.stack([source[i][0] for i in range(0, len(source), len(source) // 8)])
print(f"all rows would take {len(source) * rows[0].nbytes / 1e9:.1f} GB")
figure = jd.plots.show_images(rows[:8].reshape(-1, 28, 28), columns=8)

# %% [markdown]
# You can still read the digits. All ten million would fill the memory of many laptops, so we will
# only ever hold a few batches. Three lines turn the source into a stream of shuffled batches.
# Grain needs no list of ten million numbers to shuffle them. It computes which example comes at
# which place, so it can begin anywhere in the epoch, and the same seed gives the same batches.

# %%
import grain

dataset = grain.MapDataset.source(source).shuffle(seed=0)[:25_600]
ahead = grain.ReadOptions(num_threads=2, prefetch_buffer_size=8)
batches = dataset.batch(256).to_iter_dataset(ahead)

# %% tags=["remove-cell"]
again = grain.MapDataset.source(source).shuffle(seed=0)
for place in 0, 12_345, 25_599:
    assert (dataset[place][0] == again[place][0]).all()
shares = dataset[0::2], dataset[1::2]
for place in 0, 12_345, 25_599:
    share = shares[place % 2]
    assert (share[place // 2][0] == dataset[place][0]).all()
position = iter(batches)
next(position)
state, later = position.get_state(), iter(batches)
later.set_state(state)
assert (next(later)[0] == next(position)[0]).all()
del position, later

# %% [markdown]
# We take only the first 100 batches, so that you needn't wait. Two threads, which run beside our
# own code in the same process, work ahead, and pause when eight batches are waiting.
#
# There is one rule for code that loads data: **use NumPy only**. On a GPU, a call of JAX
# in such a thread would wait behind the training steps. And with several processes, it could break
# the rule that all ask for the same operations in the same order.
#
# ??? note "If you train for several epochs, in several processes, or with slow data"
#     A second pass through `batches` would have the same order, but Grain's `repeat` shuffles each
#     epoch anew. If several processes train, each takes its share before `batch`, by
#     `dataset[jax.process_index() :: jax.process_count()]`. All shares must have the same number of
#     whole batches, or one process would wait for the others forever. If Python takes long over
#     each example, processes should load the data, not threads: see `mp_prefetch` of Grain.
#
# `fit` turns bytes into floats from 0 to 1, batch by batch, so the source can return bytes. The
# model will see nothing but noisy digits. How well will it read clean ones?

# %%
start = jd.init_linear(jax.random.key(0), n_in=784, n_out=1, scale=0.3)
valid = jd.to_examples(jd.select(jd.load("auto").test, [3, 7]), positive=3)
streamed = jd.fit(
    jd.linear,
    start,
    jd.mnist_loss,
    jd.sgd(1.0),
    batches,
    epochs=1,
    key=jax.random.key(1),
    valid=valid,
    metric=jd.binary_accuracy,
)
reached = float(streamed.history.metric[-1])
print(f"accuracy on clean digits {reached:.3f}")

# %% [markdown]
# The model reads almost all of them correctly, although it learned from noisy digits alone, which
# were never all in memory at once. (These are test digits, for once. We only check that the stream
# works, and decide nothing by them.)

# %% tags=["claim"]
if valid[0].shape[0] == 2038:
    assert reached > 0.93

# %% [markdown]
# ## Killed, and continued
#
# A run that takes weeks will be interrupted, because the power or a machine fails, or because
# somebody else needs the machine. If one of a hundred machines fails, the others wait in vain for
# its gradient, and all of them have to start again. So after every epoch, save everything that the
# next step needs: the parameters, the state of the optimizer, and the number of the epoch. You
# needn't save the batches, which follow from the key and this number.
#
# [Orbax](https://orbax.readthedocs.io), which comes with Flax, writes
# [checkpoints](22_jargon.md#checkpoint). It also works for arrays that are laid out over many
# machines. If it is interrupted while it writes, it never mistakes half a checkpoint for a whole
# one. Here is the program. It calls `prepare`, `go_on`, `one_epoch` and `fingerprint`, which
# follow below. `now` holds the parameters and the state of the optimizer. The program saves both
# after each epoch. Orbax writes in the background, while training could go on. Here we wait until
# it has finished, so that the checkpoint is complete before we kill the program. After the epoch
# `dies_after`, `os._exit` ends the program on the spot, without a chance to tidy up. (If
# `dies_after` is 0, that never happens.)

# %%
import orbax.checkpoint as ocp


def train_and_save(folder, dies_after):
    train, optimizer, start = prepare()
    with ocp.CheckpointManager(folder) as manager:
        done, now = go_on(manager, start)
        for epoch in range(done + 1, 5):
            now, loss = one_epoch(epoch, train, optimizer, now)
            manager.save(epoch, args=ocp.args.StandardSave(now))
            manager.wait_until_finished()
            print(f"epoch {epoch}: loss {loss:.5f}", flush=True)
            if epoch == int(dies_after):
                os._exit(1)
    print("weights", fingerprint(now.params.w))


# %% [markdown]
# `go_on` looks for a checkpoint, and goes on from there if it finds one. Then Orbax takes from
# `start` only the structure: which arrays to read, and of which shapes.


# %%
def go_on(manager, start):
    """Return the number of epochs that are done, and the state after them."""
    epoch = manager.latest_step()
    if epoch is None:
        return 0, start
    print("continues after epoch", epoch)
    restore = ocp.args.StandardRestore(start)
    return epoch, manager.restore(epoch, args=restore)


# %% [markdown]
# `prepare` loads the digits and makes the parameters and an optimizer with momentum, and
# `one_epoch` trains with the key of its epoch. `fingerprint` computes a short text from all the
# weights. If a single bit of a single weight were different, the fingerprint would be different,
# too.

# %% tags=["helper"]
import hashlib

import optax


def prepare():
    images = jd.select(jd.load("auto").train, [3, 7])
    train = jd.to_examples(images, positive=3)
    optimizer = optax.sgd(0.1, momentum=0.9)
    params = jd.init_linear(jax.random.key(0), n_in=784, n_out=1, scale=0.3)
    return train, optimizer, jd.TrainState(params, optimizer.init(params))


def one_epoch(epoch, train, optimizer, now):
    """Return the state after the epoch, and its mean loss."""
    model, loss = jd.linear, jd.mnist_loss
    key = jax.random.fold_in(jax.random.key(1), epoch)
    batches = jd.epoch_batches(key, len(train[0]), 64)
    return jd.train_epoch(model, loss, optimizer, now, train, batches)


def fingerprint(w):
    return hashlib.sha256(np.asarray(w).tobytes()).hexdigest()[:16]


# %% [markdown]
# We run the program once without interruption. In another folder, we kill it after the second of
# its four epochs, and start it again. Will it end with the same fingerprint?

# %%
PROGRAM = [prepare, one_epoch, fingerprint, go_on, train_and_save]
whole, broken = (Path(work.name) / name for name in ("whole", "broken"))
print("without interruption")
uninterrupted = finish(start_program(PROGRAM, whole, 0))
print(uninterrupted)
print("killed after epoch 2, and started again")
print(finish(start_program(PROGRAM, broken, 2), fails=True), end="")
continued = finish(start_program(PROGRAM, broken, 0))
print(continued, end="")

# %% tags=["remove-cell"]
assert uninterrupted.splitlines()[-1] == continued.splitlines()[-1]
assert continued.startswith("continues after epoch 2")
work.cleanup()

train, optimizer, now = prepare()
now, _ = one_epoch(1, train, optimizer, now)
params_only = jd.TrainState(now.params, optimizer.init(now.params))
kept, _ = one_epoch(2, train, optimizer, now)
lost, _ = one_epoch(2, train, optimizer, params_only)
assert (kept.params.w != lost.params.w).any()

# %% [markdown]
# Yes: the last lines are equal, so all weights are the same to the last bit. If we had saved only
# the parameters and not the momentum, the next epoch would have ended with other weights. On a
# GPU, some operations repeat to the last bit only
# [if you ask XLA for it](https://openxla.org/xla/determinism).
#
# ??? note "If you train by fit, or from a stream"
#     To continue what `fit` returned, use `resume`: [How do I …](../reference/how_do_i.md). If you
#     save in the middle of a stream, save its position, too: an iterator of Grain has `get_state`
#     and `set_state`.
#
# ## What you learned
#
# - You can lay arrays out over devices with a mesh and `jax.P`, and run the same step on one device
#   or on eight.
# - You can look up in the compiled program what devices send each other, and write the exchange by
#   hand with `shard_map` and `psum`.
# - You can let several processes train one model, each with its part of the data.
# - You can train from a stream of more data than memory holds, and continue a run that was killed,
#   bit for bit.
#
# ## Exercises
#
# ### Exercise 1: who holds what?
#
# If `n` rows are divided evenly and in order among `devices` devices, which rows does device number
# `device` hold? Write `rows_of(device, devices, n)`, which returns the number of its first row and
# the number after its last row, as a pair. Devices and rows are counted from 0, and `n` is a
# multiple of `devices`. For example, `rows_of(1, 8, 256)` returns `(32, 64)`.
#
# ??? tip "A hint"
#     How many rows does each device hold? How many rows do the devices before this one hold
#     together?


# %% tags=["check"]
def check_rows_of(rows_of):
    def expected(device, devices, n):
        return device * n // devices, (device + 1) * n // devices

    slips = {
        "the second number is the row after the last": lambda d, k, n: (
            d * n // k,
            (d + 1) * n // k - 1,
        ),
        "devices are counted from 0": lambda d, k, n: (
            (d - 1) * n // k,
            d * n // k,
        ),
        "return where the rows begin and end, not how many they are": (
            lambda d, k, n: (d * n // k, n // k)
        ),
        "in order: one block per device, not every eighth row": lambda d, k, n: (
            d,
            n,
        ),
    }
    inputs = [(1, 8, 256), (0, 3, 12), (6, 7, 49), (4, 5, 5)]
    return jd.check_answer(rows_of, expected, inputs, slips=slips)


# %% tags=["answer"]
def rows_of(device, devices, n):
    size = n // devices
    return device * size, (device + 1) * size


print(check_rows_of(rows_of))

# %% [markdown]
# ### Exercise 2: an all-reduce by hand
#
# A single device can do the work of eight, one part after the other. This is useful if a batch
# doesn't fit into memory, and it is then called gradient accumulation. Write
# `gradient_in_parts(loss, w, x, y, parts)`: cut the examples, in order, into `parts` equal parts,
# compute the gradient of `loss(w, x, y)` with respect to `w` on each part, and return the average
# of these gradients. (If `loss` is a mean over examples, the gradient of the whole batch is the
# same, and that is why data parallel training works. The check uses a loss that is not such a mean,
# so it notices if you compute the gradient of the whole batch at once.)
#
# ??? tip "A hint"
#     `np.split(x, parts)` cuts an array into a list of equal parts.


# %% tags=["check"]
def check_gradient_in_parts(gradient_in_parts):
    def loss(w, x, y):  # not a mean over examples
        return ((x @ w - y) ** 2).mean() ** 0.5

    gradient = jax.jit(jax.grad(loss))

    def expected(loss, w, x, y, parts):
        cut = zip(np.split(x, parts), np.split(y, parts), strict=True)
        return sum(gradient(w, a, b) for a, b in cut) / parts

    slips = {
        "cut the examples; this is the gradient of the whole batch": (
            lambda loss, w, x, y, parts: gradient(w, x, y)
        ),
        "return the average of the parts' gradients, not their sum": (
            lambda loss, w, x, y, parts: parts * expected(loss, w, x, y, parts)
        ),
        "return one gradient, the average over the parts": (
            lambda loss, w, x, y, parts: [
                gradient(w, a, b)
                for a, b in zip(
                    np.split(x, parts), np.split(y, parts), strict=True
                )
            ]
        ),
        "cut into blocks, in order, as `np.split` does": (
            lambda loss, w, x, y, parts: (
                sum(gradient(w, x[i::parts], y[i::parts]) for i in range(parts))
                / parts
            )
        ),
        "every part counts, not only the first": lambda loss, w, x, y, parts: (
            gradient(w, x[: len(x) // parts], y[: len(x) // parts])
        ),
    }
    random = np.random.default_rng(0)
    inputs = []
    for n, parts in (12, 4), (10, 2), (9, 3):
        x = random.normal(size=(n, 2)).astype(np.float32)
        w, y = random.normal(size=2), random.normal(size=n)
        arrays = (np.float32(part) for part in (w, x, y))
        inputs.append((loss, *arrays, parts))
    return jd.check_answer(gradient_in_parts, expected, inputs, slips=slips)


# %% tags=["answer"]
def gradient_in_parts(loss, w, x, y, parts):
    total = 0
    for x_part, y_part in zip(
        np.split(x, parts), np.split(y, parts), strict=True
    ):
        total = total + jax.grad(loss)(w, x_part, y_part)
    return total / parts


print(check_gradient_in_parts(gradient_in_parts))

# %% [markdown]
# ### Exercise 3: what must be saved?
#
# *To think about overnight.* A run uses SGD with momentum, has a learning rate that falls with the
# number of steps, and shuffles with one key per epoch. It is killed after an epoch and continued,
# and the result should be the same to the last bit. `things` is a list with some of the names
# `"params"`, `"momentum"`, `"step"`, `"batches"`, `"gradient"` and `"loss"`. Write
# `must_save(things)`, which returns the names that have to be in the checkpoint, in the order of
# `things`. (`"step"` is the number of steps taken so far.)
#
# ??? tip "A hint"
#     Which of them can be computed again from the others, the data and the key? Which of them are
#     not needed for the next step?


# %% tags=["check"]
def check_must_save(must_save):
    def expected(things, needed=("params", "momentum", "step")):
        return [thing for thing in things if thing in needed]

    def wrong(*needed):
        return lambda things: expected(things, needed)

    slips = {
        "without the momentum, the next step is different": wrong(
            "params", "step"
        ),
        "the learning rate depends on the number of steps": wrong(
            "params", "momentum"
        ),
        "the batches follow from the key and the step": wrong(
            "params", "momentum", "step", "batches"
        ),
        "the next step computes its own gradient": wrong(
            "params", "momentum", "step", "gradient"
        ),
        "keep the loss for your records, but no step needs it": wrong(
            "params", "momentum", "step", "loss"
        ),
    }
    all_of_them = ["loss", "params", "gradient", "step", "batches", "momentum"]
    inputs = [(all_of_them,), (all_of_them[::-1],), (["loss"],)]
    return jd.check_answer(must_save, expected, inputs, slips=slips)


# %% tags=["answer"]
def must_save(things):
    return [t for t in things if t in ("params", "momentum", "step")]


print(check_must_save(must_save))

# %% [markdown]
# **Next:** here the model always learned. [Lesson 21](21_when_it_does_not_learn.py) is for the days
# when yours doesn't.
#
# *Sources:* The documentation of [JAX](https://docs.jax.dev) on explicit sharding, `shard_map` and
# multi-process programs, of [Grain](https://google-grain.readthedocs.io), and of
# [Orbax](https://orbax.readthedocs.io).
