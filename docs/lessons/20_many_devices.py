# %% [markdown]
# ---
# reads_for: 30  # devices, processes, streams, checkpoints: a section each, any of them can wait
# runs_for: 90  # starts eight small programs, each of which imports JAX
# ---
#
# # 20. Many devices, many machines
#
# **How do you train a model that takes a hundred processors, and survive when one of them fails?**
# Large models are trained for weeks, on many devices at once, often in many machines, with more
# data than any memory holds. You will do all of that on your own computer, at a small scale: with
# eight pretend devices, two real processes, a stream of ten million digits, and a run that is
# killed and goes on as if nothing had happened. On a cluster, you would write nearly the same code.
#
# *You need:* [lesson 10](10_an_optimizer.py) for `fit`, and
# [lesson 19](19_jax_for_numpy_users.py) for `jit` and pytrees. A process is a running program with
# memory of its own. Two of them share nothing, unless they send each other messages.
#
# ## Eight devices on one processor
#
# The usual way to use several devices is *[data parallel](22_jargon.md#data-parallel)* training.
# Each device holds a copy of the parameters and a part of the batch, and computes the gradient on its
# part. If all parts are equally large, the average of these gradients is the gradient of the whole
# batch:
#
# ![Three boxes for device 1, device 2 and device 8 of eight. Each holds all parameters and its own rows of the batch, and computes from them its gradient. All gradients go into one bar below, the all-reduce: the average of the eight gradients, given to all. Each takes the same step, so all parameters stay equal.](../assets/diagrams/data_parallel.svg)
#
# You don't need eight GPUs to learn this, because JAX can pretend that your processor is eight
# devices. You have to tell it before its first computation, so each example of this lesson is a
# small program of its own, kept in a string. The first of the next two functions writes such a
# program to a file and starts it. The second waits until it ends, and returns what it printed. It
# stops a program after two minutes, so nothing here can hang. You can skip the code of these two
# functions.

# %%
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import grain
import jax
import numpy as np

import jaxdigits as jd

jd.enable_compilation_cache()
work = tempfile.TemporaryDirectory()


def start_program(program, *arguments):
    name = Path(work.name) / f"program_{len(os.listdir(work.name))}.py"
    name.write_text(program)
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", str(name), *map(str, arguments)],
        env=os.environ | {"JAX_PLATFORMS": "cpu"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


# %%
def finish(process, fails=False):
    try:
        printed, complaint = process.communicate(timeout=120)
    finally:
        process.kill()
    if process.returncode and not fails:
        raise RuntimeError(complaint)
    return printed


# %% [markdown]
# Every program of this part begins in the same way: it asks for eight devices, loads the threes and
# sevens, and defines the loss and the step that you know. `differ` compares two models and returns
# the largest difference between their weights.

# %%
BEGIN = """
import re
from functools import partial

import jax, numpy as np, jaxdigits as jd
from jax import P

jax.config.update("jax_num_cpu_devices", 8)
jd.enable_compilation_cache()
x, y = jd.to_examples(jd.select(jd.load("auto").train, [3, 7]), positive=3)
n = len(x) // 1000 * 1000 or len(x) // 8 * 8  # all parts alike
x, y = x[:n], y[:n]
size = min(256, n // 32 * 8)  # of a batch
start = jd.init_linear(jax.random.key(0), n_in=784, n_out=1, scale=0.3)

def loss(params, x, y):
    return jd.mnist_loss(jd.linear(params, x), y)

def step(params, x, y):
    return jd.sgd_update(params, jax.grad(loss)(params, x, y), 1.0)

def differ(a, b):
    return f"{np.abs(np.subtract(a.w, b.w)).max():.0e}"
"""

# %% [markdown]
# ## A mesh, and arrays that are laid out on it
#
# A *[mesh](22_jargon.md#mesh)* arranges devices in a grid and names its axes. Ours has a single axis
# with eight devices, and we call it `"examples"`. `jax.P("examples")` says that the first axis of an
# array is divided among the devices along this axis, and `jax.P()` says that every device has a copy of
# the whole array. Dividing an array among devices like this is called
# *[sharding](22_jargon.md#sharding)*. The layout becomes part of the array's type. What type will the
# images have, and how many will each device hold?

# %%
MESH = """
mesh = jax.make_mesh((8,), ("examples",))
jax.set_mesh(mesh)
x_parts, y_parts = jax.device_put((x[:size], y[:size]), P("examples"))
copied = jax.device_put(start, P())
"""
LOOK = """
print(mesh)
print("images ", jax.typeof(x_parts))
print("weights", jax.typeof(copied.w))
print("one device holds images", x_parts.addressable_shards[0].data.shape)
"""
print(finish(start_program(BEGIN + MESH + LOOK)), end="")

# %% [markdown]
# The type of the images says that their first axis is divided along `examples`, and each device holds
# an eighth of them. The weights are not divided. The axis of the mesh is of the kind `Explicit`, which
# is the default today: JAX works out the layout of every result while it traces, and if it can't, it
# raises an error and asks you. (The other kind, `Auto`, leaves the layout to the compiler. Older programs
# use it, with `with_sharding_constraint` as a request. Under explicit axes that function only checks, and
# `jax.sharding.reshard` changes a layout.)
#
# Now take one step on the divided batch. The function `step` says nothing about devices. Will the result
# be the same as on one device? And which messages will the devices have to exchange?

# %%
STEP = r"""
one = jax.jit(step)(start, x[:size], y[:size])
eight = jax.jit(step)(copied, x_parts, y_parts)
print("differ by", differ(one, eight))

def look(function, *arguments):
    text = jax.jit(function).lower(*arguments).compile().as_text()
    text = re.sub(r"\{[\d,]*\}", "", text)  # how arrays lie in memory
    print("rows per device", re.search(r"= f32\[(\d+),\d+\] dot\(", text)[1])
    for shapes in re.findall(r"= (.+) all-reduce\(", text):
        print("all-reduce of", shapes)

look(step, copied, x_parts, y_parts)
"""
print(finish(start_program(BEGIN + MESH + STEP)), end="")

# %% [markdown]
# The result is the same up to rounding. The other lines come from the text of the compiled program.
# Each device multiplies only its own eighth of the rows. Then comes an
# **[all-reduce](22_jargon.md#all-reduce)**: all devices combine their numbers, and all get the
# result. There are two of them. The first is a single yes or no (`pred`), for a check in the
# package that all targets are 0 or 1. The second adds up the gradients, one number per weight and
# one for the bias. We didn't ask for either. The compiler added them, because a mean over a divided
# axis needs numbers from all devices. The devices send each other nothing else, neither images nor
# activations. <!-- typed: the values of a target -->
#
# ## The same by hand
#
# You can also write the program from the point of view of a single device, with
# [`jax.shard_map`](22_jargon.md#shard_map). The function inside it sees only the rows of its own
# device, and you write the exchange yourself: `jax.lax.psum` adds up over an axis of the mesh.
# `in_specs` and `out_specs` say how the arguments and the results are laid out.

# %%
BY_HAND = """
rows = P("examples")

@jax.jit
@partial(jax.shard_map, in_specs=(P(), rows, rows), out_specs=P())
def by_hand(params, x, y):
    mine = jax.lax.pcast(params, "examples", to="varying")
    grads = jax.grad(loss)(mine, x, y)
    total = jax.lax.psum(grads, "examples")
    return jd.sgd_update(params, jax.tree.map(lambda g: g / 8, total), 1.0)

hand = by_hand(copied, x_parts, y_parts)
print("differ by", differ(jax.jit(step)(start, x[:size], y[:size]), hand))
"""
print(finish(start_program(BEGIN + MESH + BY_HAND)), end="")

# %% [markdown]
# This is the same step again, up to rounding. We divide by 8, because `psum` returns the sum of eight
# means and we want their average. The first line of the function is easy to forget. `pcast` says that
# each device's copy of the parameters counts as its own, and may vary from device to device. Without it,
# `jax.grad` knows that all devices share the same parameters, and adds up the gradients of all devices
# itself. Our `psum` would then add them up a second time. <!-- typed: the devices -->
#
# You will rarely need to write it by hand, only if you want a layout or an exchange that the
# compiler doesn't find by itself.
#
# ## `fit` on eight devices
#
# What about a whole training run? You call [`fit`][jaxdigits.fit] as always. MNIST is small, so we
# give every device all the digits, and let the model divide the rows of each batch. (If you come
# from PyTorch: batch normalization inside a `jit` computes its mean over the whole batch, on all
# devices together. In PyTorch, by default, each device uses only its own part.)

# %%
FIT_EIGHT = """
def by_rows(params, rows):
    rows = jax.sharding.reshard(rows, P("examples"))
    return jax.sharding.reshard(jd.linear(params, rows), P())

def fit(model, start, train):
    settings = dict(epochs=3, batch_size=size, key=jax.random.key(1))
    return jd.fit(model, start, jd.mnist_loss, jd.sgd(1.0), train, **settings)

one = fit(jd.linear, start, (x, y)).params
eight = fit(by_rows, copied, jax.device_put((x, y), P())).params
print(len(eight.w.devices()), "devices differ by", differ(one, eight))
"""
print(finish(start_program(BEGIN + MESH + FIT_EIGHT)), end="")

# %% [markdown]
# The two models agree up to rounding after three epochs. On pretend devices nothing gets faster, because
# they share one processor. On eight GPUs you would leave out the line that asks for eight devices, and
# the rest of the program would stay as it is.
#
# ## Two processes
#
# Several machines mean several processes, one or more per machine. Each of them runs _the same
# program_, knows of all devices, and holds only its own part of the data. First the processes have
# to find each other: `jax.distributed.initialize` needs the address of one of them, the number of
# processes, and the number of this one. (On a TPU pod, and under Slurm or Open MPI, it finds out by
# itself. These are the usual ways to start programs on a cluster.)
#
# For the code, two processes on one machine differ from two machines only in the address. Here are
# two processes. Each gives its device half of the digits, and they train with `fit`. Both should
# end with the same loss and bias as a single process. (Gloo, in the first string, is a library that
# carries the messages between CPUs.)

# %%
CONNECT = """
import sys
import jax, numpy as np, jaxdigits as jd

address, count, index = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
if count > 1:
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.distributed.initialize(address, count, index)
"""
TRAIN = """
images = jd.select(jd.load("auto").train, [3, 7])
x, y = map(np.asarray, jd.to_examples(images, positive=3))
half = len(x) // 2
auto = (jax.sharding.AxisType.Auto,)
mesh = jax.make_mesh((count,), ("examples",), axis_types=auto)
rows = jax.NamedSharding(mesh, jax.P("examples"))
mine = slice(0, 2 * half) if count == 1 else slice(half * index, half * (index + 1))
train = [jax.make_array_from_process_local_data(rows, part[mine]) for part in (x, y)]
"""

# %% [markdown]
# So far, each process has put its own rows onto its own device, as a part of one large array. (Both
# have loaded all digits and kept half. On a cluster, each would read only its own files.) Why is
# the axis of kind `Auto` this time? `fit` shuffles, so the rows of a batch may lie in either
# process. Under an explicit axis, JAX would raise an error and ask where the batch should lie.
# Under `Auto`, the compiler decides. The rest is as always.

# %%
FIT = """
start = jd.init_linear(jax.random.key(0), n_in=784, n_out=1, scale=0.3)
settings = dict(epochs=2, batch_size=128, key=jax.random.key(1))
fitted = jd.fit(jd.linear, start, jd.mnist_loss, jd.sgd(1.0), tuple(train), **settings)
held = train[0].addressable_shards[0].data.shape[0]
print(f"process {index} of {count}: holds {held} of {2 * half} digits", end="; ")
print(f"loss {fitted.history.loss[-1]:.6f}, bias {fitted.params.b[0]:.6f}")
"""
PROCESSES = CONNECT + TRAIN + FIT


# %%
def free_address():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


print(finish(start_program(PROCESSES, "none", 1, 0)), end="")
address = free_address()
both = [start_program(PROCESSES, address, 2, index) for index in range(2)]
printed = "".join([finish(process) for process in both])
lines = [line for line in printed.splitlines() if line.startswith("process")]
print(*lines, sep="\n")

# %% [markdown]
# Both processes report the same loss and the same bias, and so does the single process. What did they
# send each other? Since the compiler was free to choose, it sends each process the rows of the batch
# that it lacks, and then each computes the whole gradient. For our small model that is good enough. To
# exchange gradients in place of images, divide the batch in the model, as `by_rows` did above. Between
# GPUs, a library called NCCL takes the place of Gloo, and you leave out the line that names Gloo.
#
# One rule matters with several processes: **all of them must ask for the same operations in the same
# order**, because each all-reduce waits for all processes. If only one process evaluates the metric, "to
# save time", it waits for the others, which never get there, and the whole run hangs.

# %% tags=["remove-cell"]
told = {line.partition("; ")[2] for line in lines}
assert len(lines) == 2 and len(told) == 1

# %% [markdown]
# ## Data larger than memory
#
# So far all digits were in memory. If there are too many, they stay on a disk or in another building,
# and each batch is fetched when its turn comes. For that, `fit` also accepts anything that a `for` loop
# can take batches from. Something has to shuffle the examples, put them into batches, and fetch the next
# batches while the model learns from the current one. [Grain](https://google-grain.readthedocs.io) does
# all three.
#
# Grain needs a source: an object with a length, which returns an example when it is given the
# example's number. Ours has ten million digits, and none of them exists before somebody asks for
# it. Number `i` is a real digit with noise on top that is computed from `i`. (Python calls
# `__len__` for `len(source)` and `__getitem__` for `source[i]`.)


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
# You can still read the digits through the noise. Three lines turn the source into a stream of
# shuffled batches. Grain doesn't need a list of ten million numbers in order to shuffle them. It
# computes which example comes at which place, so it can begin anywhere in the epoch, and the same
# seed gives the same batches.

# %%
dataset = grain.MapDataset.source(source).shuffle(seed=0)[:25_600]
ahead = grain.ReadOptions(num_threads=2, prefetch_buffer_size=256)
batches = dataset.batch(256).to_iter_dataset(ahead)

# %% [markdown]
# We take only the first 100 batches of the ten million digits, so that you needn't wait. Two
# threads fetch examples ahead of time. There is one rule for code that loads data: **use NumPy
# only**. On a GPU, a call of JAX in such a thread would wait behind the training steps. And with
# several processes, it would break the rule that all ask for the same operations in the same order.

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
# The model learned from noisy digits that were never all in memory at once, and it reads most of
# the clean ones. (For once these are the digits of the test set. We only look whether it works, and
# use them for no decision.)

# %% tags=["claim"]
if valid[0].shape[0] == 2038:
    assert reached > 0.93

# %% [markdown]
# ## Killed, and continued
#
# A run that takes weeks will be interrupted: by a power cut, because a machine fails, or because
# somebody else needs the machine. So after every epoch, save everything that the next step needs:
# the parameters, the state of the optimizer, and the number of the epoch. You need not save the
# batches, because they follow from the key and the number of the epoch.
#
# [Orbax](https://orbax.readthedocs.io), which comes with Flax, writes
# [checkpoints](22_jargon.md#checkpoint). It also works for arrays that are laid out over many
# machines. If it is interrupted while it writes, it never mistakes half a checkpoint for a whole
# one. The next program kills itself after the epoch that we choose, without a chance to tidy up.

# %%
BEGIN_RUN = """
import os, sys, hashlib
import jax, numpy as np, optax, jaxdigits as jd
import orbax.checkpoint as ocp

folder, dies_after = sys.argv[1], int(sys.argv[2])
train = jd.to_examples(jd.select(jd.load("auto").train, [3, 7]), positive=3)
optimizer = optax.sgd(0.1, momentum=0.9)
params = jd.init_linear(jax.random.key(0), n_in=784, n_out=1, scale=0.3)
now = jd.TrainState(params, optimizer.init(params))
"""

# %% [markdown]
# Then the program looks for a checkpoint. If it finds one, it goes on from there.

# %%
GO_ON = """
options = ocp.CheckpointManagerOptions(max_to_keep=2)
with ocp.CheckpointManager(folder, options=options) as manager:
    saved = manager.latest_step()
    if saved is not None:
        now = manager.restore(saved, args=ocp.args.StandardRestore(now))
        print("continues after epoch", saved)
"""

# %% [markdown]
# Each epoch ends with a checkpoint, and, if we asked for it, with `os._exit`, which ends a program
# on the spot. The last line prints a short fingerprint of all the weights. If a single bit of a
# single weight were different, the fingerprint would be different, too. Will the killed run end
# with the same one?

# %%
EPOCHS = """
    for epoch in range(1 if saved is None else saved + 1, 5):
        key = jax.random.fold_in(jax.random.key(1), epoch)
        batches = jd.epoch_batches(key, len(train[0]), 64)
        now, losses = jd.train_epoch(
            jd.linear, jd.mnist_loss, optimizer, now, train, batches)
        manager.save(epoch, args=ocp.args.StandardSave(now))
        manager.wait_until_finished()
        print(f"epoch {epoch}: loss {losses.mean():.5f}", flush=True)
        if epoch == dies_after:
            os._exit(1)
print("weights", hashlib.sha256(np.asarray(now.params.w).tobytes()).hexdigest()[:16])
"""
CHECKPOINTS = BEGIN_RUN + GO_ON + EPOCHS

# %%
whole, broken = (Path(work.name) / name for name in ("whole", "broken"))
print("without interruption")
uninterrupted = finish(start_program(CHECKPOINTS, whole, 0))
print(uninterrupted)
print("killed after epoch 2, and started again")
print(
    finish(start_program(CHECKPOINTS, broken, 2), fails=True),
    end="",
)
continued = finish(start_program(CHECKPOINTS, broken, 0))
print(continued, end="")

# %% tags=["remove-cell"]
assert uninterrupted.splitlines()[-1] == continued.splitlines()[-1]
assert continued.startswith("continues after epoch 2")
work.cleanup()

# %% [markdown]
# It does: the last lines are equal, so all weights are the same to the last bit. Nobody who looks at the
# result can tell that the run was killed. If we had saved only the parameters and not the momentum, the
# first steps after the restart would have been different, and all the others after them. (With `fit`,
# `resume` does the same in one call: [How do I …](../reference/how_do_i.md).)
#
# ## What you learned
#
# - You can lay arrays out over devices with a mesh and `jax.P`, and run the same step on one device
#   or on eight.
# - You can look up in the compiled program what devices send each other, and write the exchange by hand
#   with `shard_map` and `psum`.
# - You can let several processes train one model, each with its part of the data.
# - You can train from a stream of more data than memory holds, and continue a run that was killed,
#   bit for bit.
#
# ## Exercises
#
# ### Exercise 1: who holds what?
#
# If `n` rows are divided evenly and in order among `devices` devices, which rows does device number
# `device` hold? Write `rows_of(device, devices, n)`, which returns the number of its first row and the
# number after its last row, as a pair. Devices and rows are counted from 0, and `n` is a multiple of
# `devices`. For example, `rows_of(1, 8, 256)` returns `(32, 64)`.
#
# ??? tip "A hint"
#     How many rows does each device hold? How many rows do the devices before this one hold together?


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
# `gradient_in_parts(loss, w, x, y, parts)`: cut the examples into `parts` equal parts, compute the
# gradient of `loss(w, x, y)` with respect to `w` on each part, and return the average of these
# gradients. (If `loss` is a mean over examples, the gradient of the whole batch is the same, and that
# is why data parallel training works. The check uses another loss, so it notices whether you cut.)
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
#     Which of them can be computed again from the others, the data and the key? Which of them are not
#     needed for the next step?


# %% tags=["check"]
def check_must_save(must_save):
    def expected(things, needed=("params", "momentum", "step")):
        return [thing for thing in things if thing in needed]

    def wrong(*needed):
        return lambda things: expected(things, needed)

    slips = {
        "without the momentum, the next step is another one": wrong(
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
