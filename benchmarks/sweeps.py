"""Repeat the sweeps of a lesson, and keep what each training reached.

`python benchmarks/sweeps.py LESSON...` runs the code of a lesson, such as 11_a_nonlinearity, where
it finds no record. There the lesson trains all that it compares, on MNIST, and checks its claims.
What its `sweep` collected goes into `benchmarks/results/sweeps.json`, which the page shows.
"""

import argparse
import ast
import contextlib
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import matplotlib as mpl
from report import facts, uncommitted

RESULTS = Path(__file__).parent / "results" / "sweeps.json"
LESSONS = Path(__file__).parents[1] / "docs/lessons"
SWEPT = (
    "11_a_nonlinearity",
    "12_a_hidden_layer",
    "14_ten_linear_models",
    "15_a_small_network",
)
TRAINS = (
    "fit",
    "train_once",
    "train_on",
    "train_briefly",
    "train_with_decay",
    "three_losses",
    "run_race",
    "two_losses",
    "fit_pair",
    "four_losses",
    "fit_four",
    "scores_at_rate",
    "scores_of_run",
)
"""The functions of the lessons that decide what a training reaches."""


def main() -> None:
    """Run the lessons, and write what they reached into the file of all records."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lessons", nargs="+", choices=SWEPT, metavar="LESSON")
    options = parser.parse_args()
    if changes := uncommitted():
        parser.error(changes)
    for name in options.lessons:
        record = trainings(name)
        kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
        kept[name] = record
        RESULTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def trainings(name: str) -> dict[str, Any]:
    """Run a lesson in an empty folder, so that it trains everything, and return the record."""
    # Asked now, because somebody may commit while the lesson runs.
    made_on = facts(os.environ)
    mpl.use("agg")
    lesson: dict[str, Any] = {}
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as empty, contextlib.chdir(empty):
        exec(compile(source(name), f"{name}.py", "exec"), lesson)
    if lesson["digits"].name != "mnist":
        raise RuntimeError(f"{name} was trained on {lesson['digits'].name}: it needs MNIST.")
    sizes = {"learned from": len(lesson["training"][0]), "held out": lesson["n_held"]}
    seconds = {"seconds": round(time.perf_counter() - start)}
    return {
        "facts": made_on | {"digits": "mnist", **sizes, "seeds": "0, 1, 2"} | seconds,
        "recipe": recipe(name),
        "swept": lesson["swept"],
    }


def source(name: str) -> str:
    """Return the code of a lesson before its exercises."""
    text = (LESSONS / f"{name}.py").read_text(encoding="utf-8")
    return text.partition("# ## What you learned")[0]


def recipe(name: str) -> dict[str, str]:
    """Return what decides a record, as the lesson writes it: how it trains, and its sweeps."""
    tree = ast.parse(source(name))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    trains = {each: ast.unparse(node) for each, node in functions.items() if each in TRAINS}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    sweeps = [ast.unparse(call) for call in calls if ast.unparse(call.func) == "sweep"]
    return trains | {"sweeps": "\n".join(sweeps)}


if __name__ == "__main__":
    main()
