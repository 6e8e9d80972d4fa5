# %% [markdown]
# # Benchmarks
#
# **How long does training take, and how long would it take with other tools?** Each line below
# compares jaxdigits with a peer at the same work on the same digits: PyTorch as a careful user
# writes it, PyTorch as articles on the subject write it, and NumPy with gradients by hand. But for
# the cold starts, whoever trains is checked to reach the same accuracy, or with ResNet-18, which
# learns from few digits here, the same loss.
#
# Every contender is a process of its own, warmed up, and they take turns, so that a busy moment
# meets all of them. A ratio is our time divided by the peer's, the median over all rounds: below
# 1, jaxdigits is faster, or takes less. These figures are not computed when the page is built, as
# that would take minutes on a machine that is busy building. They were measured on:

# %% tags=["hide-input"]
import json
import pathlib

import matplotlib.pyplot as plt
from IPython.display import Markdown

cpu = json.loads(pathlib.Path("benchmarks/results/cpu.json").read_text())
facts = {name: value for name, value in cpu["facts"].items() if value}
print("\n".join(f"{name:10} {value}" for name, value in facts.items()))

# %% [markdown]
# ## Beside others
#
# The ratio is to stay below the one that is promised. In brackets stand the least and the most of
# all rounds.


# %% tags=["hide-input"]
def digits(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def figure(summary, unit):
    center, least, most = (
        digits(summary[part]) for part in ("median", "least", "most")
    )
    return f"{center} {unit} ({least} to {most})"


lines = ["| what | beside | ratio | promised | jaxdigits | the peer |"]
lines.append("| --- | --- | ---: | ---: | --- | --- |")
for row in cpu["rows"]:
    what, ours = row["title"], figure(row["ours"], row["unit"])
    if row["limit"]:
        what += f" (at most {row['limit']} {row['unit']})"
    for peer in row["peers"]:
        theirs = figure(peer, row["unit"])
        ratio = f"{peer['ratio']:.2f}"
        bound = f"{peer['bound']:.2f}" if peer["bound"] else ""
        cells = [what, peer["label"], ratio, bound, ours, theirs]
        lines.append("| " + " | ".join(cells) + " |")
        what = ours = ""
Markdown("\n".join(lines))

# %% tags=["hide-input"]
for row in cpu["rows"]:
    if when := row.get("measured"):
        print(f"{row['name']}: {when['date']}, commit {when['commit']}")

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
# Why training is as fast as it is, and why not faster, is counted in
# [What a step costs](cost_model.py).
#
# ## By batch size, on a CPU and on a GPU
#
# The same two models, trained by the same [`fit`][jaxdigits.fit], with ever larger batches. A step
# on a small batch is mostly overhead: what it takes to start each operation. The larger the batch,
# the more of the time goes into moving and multiplying numbers. The share of the bandwidth is that
# of the least traffic, each pixel's byte once and the weights read and written, in what the memory
# could have moved in the same time, as measured by copying.

# %% tags=["hide-input"]
devices = {"CPU": cpu}
gpu_results = pathlib.Path("benchmarks/results/gpu.json")
if gpu_results.exists():
    gpu = json.loads(gpu_results.read_text())
    devices[f"{gpu['facts']['device']}, {gpu['facts']['date']}"] = gpu
else:
    print("No GPU was at hand yet: its column is empty.")
    devices["GPU"] = None

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
            f"{one['epochs_a_second']:.3g} epochs/s, {one['step_us']:,.0f} µs a "
            f"step, {one['bandwidth_share']:.0%} of the bandwidth"
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
# ```bash
# pip install -e ".[bench]"
# python benchmarks/run.py
# ```
#
# takes about a quarter of an hour on two cores and wants a quiet machine.
# `python benchmarks/run.py linear` measures one line, with `--keep` into the same record if machine
# and versions are the same. `--quick` runs a few rounds of most, and `--device gpu` fills the
# column of the GPU. How each contender does its work is to be read in
# [`benchmarks/contenders`](https://github.com/jaxdigits/jaxdigits/tree/main/benchmarks/contenders).
