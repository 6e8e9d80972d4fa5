# %% [markdown]
# # Benchmarks
#
# **How long does training take, and how long would it take with other tools?** Most lines below
# compare jaxdigits with a peer that does the same work: PyTorch as a careful user writes it
# (*tuned*), with and without `torch.compile`; PyTorch as articles on fastai's MNIST chapter write
# it, with data loaders and steps by hand; NumPy with gradients by hand; and JAX as a first try. See
# [the code](https://github.com/jaxdigits/jaxdigits/tree/main/benchmarks/contenders).
#
# Every contender runs in its own process, after a warm-up. They take turns, so that a busy moment
# slows all of them. The ratio is our time or memory divided by the peer's, as the median over all
# rounds: below 1, jaxdigits takes less. Measuring takes half an hour, so it was done before the
# page was built, on:

# %% tags=["hide-input"]
import json
import math
import pathlib
import textwrap

import matplotlib.pyplot as plt
from IPython.display import Markdown

cpu = json.loads(pathlib.Path("benchmarks/results/cpu.json").read_text())
facts = {name: value for name, value in cpu["facts"].items() if value}
for name, value in facts.items():
    text = f"{name:10} {value}"
    print(textwrap.fill(text, 70, subsequent_indent=" " * 11))

# %% [markdown]
# ## Compared with other tools
#
# The ratio should stay below the promised one. Where it is higher, this machine misses our promise.
# Times are medians, with shortest and longest in brackets. Below the table are the dates of rows
# that were measured again.
#
# The column *reached* shows that both did the work: it has the accuracy on the test digits, first
# ours and then the peer's. A run fails if they are more than 0.02 apart. <!-- typed: TOLERANCE of
# benchmarks/measure.py, which a test compares --> The accuracies differ, because the two draw
# different first weights and batches. In the rows of ResNet-18, each contender learns the same few
# digits by heart. These rows show the training loss of the last epoch, and the run compares
# $e^{-\text{loss}}$, the probability of the right digit.


# %% tags=["hide-input"]
def digits(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def figure(summary, unit):
    center, least, most = (
        digits(summary[part]) for part in ("median", "least", "most")
    )
    return f"{center} {unit} ({least} to {most})"


def reached(row, peer):
    both = row["ours"]["accuracy"], peer["accuracy"]
    if None in both:
        return ""
    if row["name"].startswith("resnet"):
        return f"loss {-math.log(both[0]):.4f} and {-math.log(both[1]):.4f}"
    return f"{both[0]:.4f} and {both[1]:.4f}"


head = [
    "what",
    "beside",
    "ratio",
    "promised",
    "jaxdigits",
    "the peer",
    "reached",
]
lines = ["| " + " | ".join(head) + " |"]
lines.append("| --- | --- | ---: | ---: | --- | --- | --- |")
for row in cpu["rows"]:
    what, ours = row["title"], figure(row["ours"], row["unit"])
    if row["limit"]:
        what += f" (at most {row['limit']} {row['unit']})"
    for peer in row["peers"]:
        theirs = figure(peer, row["unit"])
        ratio = f"{peer['ratio']:.2f}"
        bound = f"{peer['bound']:.2f}" if peer["bound"] else ""
        cells = [what, peer["label"], ratio, bound, ours, theirs]
        cells.append(reached(row, peer))
        lines.append("| " + " | ".join(cells) + " |")
        what = ours = ""
Markdown("\n".join(lines))

# %% tags=["hide-input"]
for row in cpu["rows"]:
    if when := row.get("measured"):
        print(f"{row['name']}: {when['date']}, commit {when['commit']}")
    for reason in row["left_out"]:
        print(f"{row['name']}, left out: {reason}")

# %% tags=["hide-input"] alt="Horizontal bars, one for each peer of each line of the table: the ratio of our time to theirs, beside a dashed line at one. A small mark on each bar shows the ratio that is promised."
pairs = [(row, peer) for row in cpu["rows"] for peer in row["peers"]]
names = [f"{row['name']}: {peer['label']}" for row, peer in pairs]
drawing, ax = plt.subplots(figsize=(6, 0.28 * len(names) + 1))
ax.barh(names, [peer["ratio"] for _, peer in pairs])
bounds = [(peer["bound"], n) for n, (_, peer) in enumerate(pairs)]
promised = [(bound, n) for bound, n in bounds if bound]
ax.plot(*zip(*promised, strict=True), "|", color="C1", markersize=11)
ax.axvline(1, linestyle="--", color="gray")
ax.set(xscale="log", xlabel="our time divided by theirs")
ax.invert_yaxis()

# %% [markdown]
# Beside tuned PyTorch, jaxdigits gains most in many small steps, as in batches of 32 or 32 runs,
# and least in ResNet-18. [What a step costs](cost_model.py) explains what small steps cost.
#
# ## By batch size, on a CPU and on a GPU
#
# Here [`fit`][jaxdigits.fit] trains the same two models with larger and larger batches. More
# examples then share the cost of starting each operation. Very large batches are slower on
# the CPU, as the epochs per second show. The share of the bandwidth is the least traffic (each
# pixel's byte once, and the weights read and written) divided by what the memory could have moved
# in the same time, as measured by copying. In batches of 32, most of that traffic is the weights.

# %% tags=["hide-input"]
devices = {"CPU": cpu}
gpu_results = pathlib.Path("benchmarks/results/gpu.json")
if gpu_results.exists():
    gpu = json.loads(gpu_results.read_text())
    devices[f"{gpu['facts']['device']}, {gpu['facts']['date']}"] = gpu
else:
    devices["GPU: not measured yet"] = None

lines = ["| model | batch | " + " | ".join(devices) + " |"]
lines.append("| --- | ---: |" + " --- |" * len(devices))
for n, row in enumerate(cpu["batches"]["rows"]):
    cells = [row["model"], f"{row['batch_size']:,}"]
    for measured in devices.values():
        if measured is None:
            cells.append("")
            continue
        one = measured["batches"]["rows"][n]
        cells.append(
            f"{one['epochs_a_second']:.3g} epochs/s, {one['step_us']:,.0f} µs "
            f"per step, {one['bandwidth_share']:.0%} of the bandwidth"
        )
    lines.append("| " + " | ".join(cells) + " |")
for name, measured in devices.items():
    if measured:
        base = measured["batches"]
        print(
            f"{name}: an empty step takes {base['empty_step_us']:.3f} µs; "
            f"memory moves {base['bandwidth_GBs']:.0f} GB/s"
        )
Markdown("\n".join(lines))

# %% [markdown]
# ## Measure it yourself
#
# To measure a table again, you need a clone of the repository, `pip install -e ".[bench]"`, a quiet
# machine, and, for `torch.compile`, a C++ compiler.
#
# | table | command | time on two cores |
# | --- | --- | --- |
# | both tables on this page | `python benchmarks/run.py` | half an hour |
# | one row of the first, here `linear` | `python benchmarks/run.py linear --keep` | a minute |
# | the second table's GPU column | `python benchmarks/run.py --device gpu` | a minute |
# | ResNet-18 in [lesson 17](../lessons/17_resnet.py) | `python benchmarks/convnets.py resnet-threes resnet` | twenty minutes |
# | changes one by one in [lesson 18](../lessons/18_small_and_better.py) | `python benchmarks/convnets.py ablation` | three minutes |
# | small networks in lesson 18 | `python benchmarks/convnets.py small-1 small-2 small-8 --seeds 5` | ten minutes |
# | ResNet-18 with shifts in lesson 18 | `python benchmarks/convnets.py resnet-shifts` | twenty minutes |
# | the page [Train](../train.py), in images per second | `python benchmarks/train_page.py` | a minute |
# | a recipe of the [records](records.py), here `three_epochs` | `python benchmarks/records.py three_epochs` | depends on the recipe |
#
# Each command writes a record into `benchmarks/results`, with machine, versions, commit, recipe and
# seeds. It starts only if all files that affect the figures are committed. With `--quick`, `run.py`
# runs three rounds of the shorter rows and records nothing.
