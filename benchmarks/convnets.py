"""Train the convolutional networks from several seeds, and keep what they reached.

`python benchmarks/convnets.py RECIPE... [--seeds N] [--held-out]` writes
`benchmarks/results/convnets.json`, which lessons 17 and 18 show. With `--held-out` it learns from
the first 50,000 digits, is measured on the other 10,000 of the training set, where settings are
chosen, and only prints. A seed decides the first parameters, the batches, and the shifts.

`python benchmarks/convnets.py ablation` trains the row of networks that lesson 18 compares, three
seeds each. It runs the lesson's own code, so that the record is of what the page shows.
"""

import argparse
import ast
import contextlib
import json
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx
from recipes.parts import cross_entropy, muon
from report import facts, uncommitted

import jaxdigits as jd
from jaxdigits.convnets import FunctionalModel

RESULTS = Path(__file__).parent / "results" / "convnets.json"
LESSON = Path(__file__).parents[1] / "docs/lessons/18_small_and_better.py"


class Recipe(NamedTuple):
    """All that decides a training, except its seed; the record holds these values.

    Attributes:
        channels: Those of the small network. None stands for ResNet-18.
        epochs: How often each digit is seen.
        sgd_peak: The highest learning rate of SGD. None stands for Muon.
        batch_size: How many digits make a step.
        smoothing: How much of each label is spread over all classes.
        max_shift: The most pixels by which an image is moved.
        classes: The digits to learn.
    """

    channels: tuple[int, ...] | None
    epochs: int
    sgd_peak: float | None = None
    batch_size: int = 128
    smoothing: float = 0.0
    max_shift: int = 0
    classes: tuple[int, ...] = tuple(range(10))


def sgd(steps: int, peak: float) -> optax.GradientTransformation:
    """Return SGD with momentum and a little weight decay, in one cycle."""
    schedule = optax.cosine_onecycle_schedule(steps, peak, pct_start=0.25)
    decay = optax.add_decayed_weights(5e-4)
    return optax.chain(decay, optax.sgd(schedule, momentum=0.9, nesterov=True))


RECIPES = {
    "resnet-threes": Recipe(None, 1, sgd_peak=0.03, batch_size=64, classes=(3, 7)),
    "resnet": Recipe(None, 4, sgd_peak=0.1),
    "resnet-shifts": Recipe(None, 4, sgd_peak=0.1, smoothing=0.1, max_shift=1),
    "small-1": Recipe((12, 24, 48, 64), 1, max_shift=1),
    "small-2": Recipe((20, 40, 80, 80), 2, smoothing=0.1, max_shift=1),
    "small-8": Recipe((24, 48, 96, 96), 8, smoothing=0.1, max_shift=2),
}


def main() -> None:
    """Train, print, and keep."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recipes", nargs="+", choices=[*RECIPES, "ablation"], metavar="RECIPE")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--held-out", action="store_true")
    options = parser.parse_args()
    if not options.held_out and (changes := uncommitted()):
        parser.error(changes)
    for name in options.recipes:
        if name == "ablation":
            keep(name, row_of_lesson())
        else:
            record = trainings(RECIPES[name], options.seeds, options.held_out)
            if not options.held_out:
                keep(name, record)


def trainings(recipe: Recipe, seeds: int, held_out: bool) -> dict[str, Any]:
    """Train from each seed, print what each reached, and return the record."""
    _, train, test = jd.load("mnist")
    if held_out:
        train, test = (
            jd.data.Digits(train.images[part], train.labels[part])
            for part in (slice(50_000), slice(50_000, None))
        )
    if len(recipe.classes) < 10:
        train, test = jd.select(train, recipe.classes), jd.select(test, recipe.classes)
    # Asked now, because somebody may commit while a long training runs.
    made_on = facts(os.environ)
    train_once = trainer(recipe, len(train.labels))
    start = time.perf_counter()
    train_once(0, train, epochs=1)
    to_first_epoch = time.perf_counter() - start
    runs = []
    for seed in range(seeds):
        runs.append(measured(train_once, recipe, seed, train, test))
        print(runs[-1])
    # The first epoch waited for the compiler, the others did not.
    compiling = to_first_epoch - min(run["seconds"] for run in runs) / recipe.epochs
    print(f"compiling: {compiling:.1f} s")
    return {"facts": made_on, "recipe": recipe._asdict(), "compiling": compiling, "runs": runs}


def keep(name: str, record: dict[str, Any]) -> None:
    """Write a record into the file of all records."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    kept[name] = record
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def row_of_lesson() -> dict[str, Any]:
    """Run lesson 18 where there is no record, so that it trains all that it compares."""
    made_on = facts(os.environ)
    code = source_of_row()
    start = time.perf_counter()
    lesson: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as empty, contextlib.chdir(empty):
        exec(compile(code, str(LESSON), "exec"), lesson)
    if lesson["digits"].name != "mnist":
        raise RuntimeError(f"The row was trained on {lesson['digits'].name}: it needs MNIST.")
    return {
        "facts": made_on
        | {
            "digits": lesson["digits"].name,
            "learned from": len(lesson["learn_from"][1]),
            "held out": len(lesson["held_out"][1]),
            "epochs": lesson["epochs"],
            "batch size": lesson["batch_size"],
            "seeds": "0, 1, 2",
            "seconds": round(time.perf_counter() - start),
        },
        "recipes": recipes(code),
        "accuracies": lesson["accuracies"],
    }


def source_of_row() -> str:
    """Return lesson 18 up to where everything is decided."""
    return LESSON.read_text(encoding="utf-8").partition("# ## All the digits")[0]


def recipes(code: str) -> dict[str, str]:
    """Return what the lesson tries out, as it is written there: the settings by name."""
    calls = [node.value for node in ast.parse(code).body if isinstance(node, ast.Expr)]
    tried = [
        call.args
        for call in calls
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "try_out"
    ]
    return {
        ast.literal_eval(name): ", ".join(map(ast.unparse, settings)) for name, *settings in tried
    }


def trainer(recipe: Recipe, examples: int) -> Callable[..., tuple[FunctionalModel, Any]]:
    """Return a function that trains from a seed; it is compiled at its first call."""
    steps = recipe.epochs * (examples // recipe.batch_size)
    optimizer = muon(steps) if recipe.sgd_peak is None else sgd(steps, recipe.sgd_peak)
    augment = partial(jd.random_shift, max_shift=recipe.max_shift) if recipe.max_shift else None

    def train(seed: int, train: jd.data.Digits, epochs: int) -> tuple[FunctionalModel, Any]:
        # Two keys: Flax folds numbers into its key and `fit` into its own, so that one key for
        # both would make the first epoch's batches from the key of the first weights.
        start_key, fit_key = jax.random.split(jax.random.key(seed))
        network = jd.convnets.ResNet18
        if recipe.channels is not None:
            network = partial(jd.convnets.SmallConvNet, channels=recipe.channels)
        model, params, state = jd.convnets.functional(network(rngs=nnx.Rngs(start_key)))
        fitted = jd.fit(
            *(model, params, cross_entropy(recipe.smoothing), optimizer),
            (train.images, train.labels),
            state=state,
            epochs=epochs,
            batch_size=recipe.batch_size,
            key=fit_key,
            augment=augment,
            progress=True,
        )
        return model, jax.block_until_ready(fitted)

    return train


def measured(
    train_once: Callable[..., tuple[FunctionalModel, Any]],
    recipe: Recipe,
    seed: int,
    train: jd.data.Digits,
    test: jd.data.Digits,
) -> dict[str, Any]:
    """Train once; return the accuracy, the seconds, the loss of each epoch, and parameters."""
    start = time.perf_counter()
    model, fitted = train_once(seed, train, recipe.epochs)
    seconds = time.perf_counter() - start
    outputs = [
        model(fitted.params, fitted.state, jd.to_float(test.images[i : i + 1000]), False)[0]
        for i in range(0, len(test.labels), 1000)
    ]
    accuracy = jd.accuracy(jnp.concatenate(outputs), test.labels)
    return {
        "seed": seed,
        "accuracy": round(float(accuracy), 6),
        "seconds": round(seconds, 2),
        "loss": [round(value, 5) for value in fitted.history.loss.tolist()],
        "parameters": sum(leaf.size for leaf in jax.tree.leaves(fitted.params)),
    }


if __name__ == "__main__":
    main()
