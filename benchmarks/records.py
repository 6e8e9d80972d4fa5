"""Judge recipes that train small networks on the digits, by what they reach and how long they take.

`python benchmarks/records.py RECIPE... --held-out` is for choosing a recipe: it learns from the
first 50,000 digits, is measured on the other 10,000 of the training set, and adds each run to
`benchmarks/results/held_out.json`.

`python benchmarks/records.py RECIPE...` is for the record: ten seeds learn from all 60,000 digits,
and the test set is opened once per seed. It adds the runs to `benchmarks/results/records.json`, and
goes on where it stopped if it was stopped. A recipe that has been tried cannot be changed, nor can
`parts.py`, which recipes share: what is different needs another name.

A recipe is a file of `benchmarks/recipes` with a function `train(seed, images, labels)`. It gets
uint8 images `[n, 28, 28]` and integer labels `[n]`, and returns its parameters, and a function from
images to logits `[n, 10]`.

Machines differ, so every time stands beside a yardstick from the same run, T: the seconds that
`small-8` of `convnets.py` takes. Seconds never include those in which XLA compiled.
"""

import argparse
import hashlib
import json
import os
import runpy
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import convnets
import jax
import jax.numpy as jnp
from report import facts, uncommitted

import jaxdigits as jd

Train = Callable[..., tuple[Any, Callable[[jax.Array], jax.Array]]]

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results"
PARTS = FOLDER / "recipes/parts.py"
YARDSTICK = "small-8"
LEARN_FROM = 50_000  # With --held-out; the other training digits are held out.


def main() -> None:
    """Train each recipe from the seeds that are missing, and keep what they reached."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recipes", nargs="+", metavar="RECIPE", help="such as three_epochs")
    parser.add_argument("--seeds", type=int, help="how many; 10, or 2 with --held-out")
    parser.add_argument("--held-out", action="store_true", help="choose a recipe")
    options = parser.parse_args()
    for name in options.recipes:
        if name not in known():
            parser.error(f"There is no recipe {name} in benchmarks/recipes: {', '.join(known())}.")
    if not options.held_out and (changes := uncommitted()):
        parser.error(changes)
    seeds = options.seeds if options.seeds is not None else (2 if options.held_out else 10)
    if seeds < 1:
        parser.error(f"--seeds is {seeds}. Train from at least one seed.")
    path = RESULTS / ("held_out.json" if options.held_out else "records.json")
    _, train, test = jd.load("mnist")
    if options.held_out:
        train, test = cut(train, slice(LEARN_FROM)), cut(train, slice(LEARN_FROM, None))
    # Asked now, because somebody may commit while a long training runs.
    made_on = facts(os.environ)
    yardstick = None if options.held_out else seconds_of_yardstick(train)
    for name in options.recipes:
        recipe, text = source(name)
        record = read(path).get(name, {"checksum": checksum(text), "recipe": text, "runs": []})
        if record["checksum"] != checksum(text):
            parser.error(f"{name} or parts.py has changed since {name} was tried. Rename {name}.")
        done = {run["seed"] for run in record["runs"]}
        for run in runs(recipe, [s for s in range(seeds) if s not in done], train, test):
            # Written after each run, as a row of long ones may be stopped.
            record["runs"].append(run | {"yardstick": yardstick})
            record["facts"] = made_on
            part = path.with_suffix(".part")
            part.write_text(json.dumps(read(path) | {name: record}, indent=1) + "\n")
            part.replace(path)
            print(name, run)
        print(name, summary(record["runs"]))


def known() -> list[str]:
    """Return the names of all recipes."""
    return sorted(
        path.stem
        for path in (FOLDER / "recipes").glob("*.py")
        if "def train(" in path.read_text("utf-8")
    )


def source(name: str) -> tuple[Train, str]:
    """Return the function of a recipe, and the text of its file."""
    path = FOLDER / "recipes" / f"{name}.py"
    return runpy.run_path(str(path))["train"], path.read_text(encoding="utf-8")


def checksum(text: str) -> str:
    """Return the checksum of a recipe, together with what recipes share."""
    return hashlib.sha256(text.encode() + PARTS.read_bytes()).hexdigest()


def read(path: Path) -> dict[str, Any]:
    """Return the records of a file, by the name of the recipe."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def cut(digits: jd.data.Digits, part: slice) -> jd.data.Digits:
    """Return some of the digits."""
    return jd.data.Digits(digits.images[part], digits.labels[part])


def seconds_of_yardstick(train: jd.data.Digits) -> float:
    """Return the seconds that `small-8` takes on this machine, without those for compiling."""
    recipe = convnets.RECIPES[YARDSTICK]
    train_once = convnets.trainer(recipe, len(train.labels))
    with Stopwatch() as watch:
        train_once(0, train, recipe.epochs)
    return watch.seconds


def runs(
    train: Train, seeds: Iterable[int], digits: jd.data.Digits, test: jd.data.Digits
) -> Iterator[dict[str, Any]]:
    """Train from each seed, and yield what it reached."""
    for seed in seeds:
        with Stopwatch() as watch:
            params, logits = train(seed, digits.images, digits.labels)
            jax.block_until_ready(params)
        outputs = [logits(test.images[i : i + 1000]) for i in range(0, len(test.labels), 1000)]
        accuracy = jd.accuracy(jnp.concatenate(outputs), test.labels)
        yield {
            "seed": seed,
            "accuracy": round(float(accuracy), 6),
            "seconds": watch.seconds,
            "compiling": watch.compiling,
            "parameters": sum(leaf.size for leaf in jax.tree.leaves(params)),
        }


class Stopwatch:
    """Measures the seconds of a block, and apart from them those in which XLA compiled."""

    def __enter__(self) -> Self:
        self.compiling = 0.0
        jax.monitoring.register_event_duration_secs_listener(self._add)
        self._start = time.perf_counter()
        return self

    def __exit__(self, *raised: object) -> None:
        whole = time.perf_counter() - self._start
        jax.monitoring.unregister_event_duration_listener(self._add)
        self.seconds = round(whole - self.compiling, 2)
        self.compiling = round(self.compiling, 2)

    def _add(self, event: str, duration_secs: float, **about: str | int) -> None:
        if event == "/jax/core/compile/backend_compile_duration":
            self.compiling += duration_secs


def summary(runs: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return the mean, the standard deviation and the least of the accuracies, and the time.

    "T" is the median of each run's seconds, divided by the yardstick that was measured with it.
    """
    reached = [run["accuracy"] for run in runs]
    return {
        "runs": len(runs),
        "mean": statistics.mean(reached),
        "deviation": statistics.stdev(reached) if len(reached) > 1 else 0.0,
        "least": min(reached),
        "seconds": statistics.median(run["seconds"] for run in runs),
        "compiling": max(run["compiling"] for run in runs),
        "parameters": runs[0]["parameters"],
    } | (
        {"T": statistics.median(run["seconds"] / run["yardstick"] for run in runs)}
        if all(run["yardstick"] for run in runs)
        else {}
    )


if __name__ == "__main__":
    main()
