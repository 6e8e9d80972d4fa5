"""Train the convolutional networks from several seeds, and keep what they reached.

`python benchmarks/convnets.py RECIPE [--seeds N] [--held-out]` writes
`benchmarks/results/convnets.json`, which lessons 17 and 18 show. With `--held-out` it learns from
the first 50,000 digits and is measured on the other 10,000 of the training set, as settings are
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
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
import optax.contrib
from flax import nnx
from report import facts
from warp import random_warp

import jaxdigits as jd
from jaxdigits.convnets import FunctionalModel

RESULTS = Path(__file__).parent / "results" / "convnets.json"
LESSON = Path(__file__).parents[1] / "docs/lessons/18_small_and_better.py"


class Recipe(NamedTuple):
    """All that decides a training, but for its seed."""

    network: Callable[[nnx.Rngs], nnx.Module]
    optimizer: Callable[[int], optax.GradientTransformation]
    epochs: int
    batch_size: int = 128
    smoothing: float = 0.0
    augment: Callable[[jax.Array, jax.Array], jax.Array] | None = None
    keep: tuple[int, ...] = tuple(range(10))


def triangle(steps: int, peak: float) -> optax.Schedule:
    """Return a learning rate that rises for a fifth of the steps, and then falls to zero."""
    corners = jnp.array([0.0, 0.2, 1.0]) * steps
    return lambda step: jnp.interp(step, corners, jnp.array([0.0, peak, 0.0]))


def sgd(steps: int, peak: float) -> optax.GradientTransformation:
    """Return SGD with momentum and a little weight decay, in one cycle."""
    schedule = optax.cosine_onecycle_schedule(steps, peak, pct_start=0.25)
    decay = optax.add_decayed_weights(5e-4)
    return optax.chain(decay, optax.sgd(schedule, momentum=0.9, nesterov=True))


def muon(steps: int) -> optax.GradientTransformation:
    """Return Muon for kernels and Adam for all else, in one cycle."""

    def kernels(params: Any) -> Any:
        dimensions = optax.contrib.MuonDimensionNumbers((0, 1, 2), (3,))
        return jax.tree.map(lambda leaf: dimensions if leaf.ndim == 4 else None, params)

    return optax.contrib.muon(
        triangle(steps, 0.05),
        ns_steps=3,
        beta=0.9,
        adam_learning_rate=triangle(steps, 0.01),
        muon_weight_dimension_numbers=kernels,
    )


def small(*channels: int) -> Callable[[nnx.Rngs], nnx.Module]:
    """Return how to make the small network with these channels."""
    return lambda rngs: jd.convnets.SmallConvNet(channels=channels, rngs=rngs)


def shift_by(max_shift: int) -> Callable[[jax.Array, jax.Array], jax.Array]:
    """Return an augmentation that moves each image by at most `max_shift` pixels."""
    return partial(jd.random_shift, max_shift=max_shift)


def shift_or_warp(key: jax.Array, images: jax.Array) -> jax.Array:
    """Move half of the images by up to two pixels; turn, stretch, bend and move the others."""
    shift_key, warp_key, choice_key = jax.random.split(key, 3)
    moved = jd.random_shift(shift_key, images, 2)
    chosen = jax.random.bernoulli(choice_key, 0.5, (len(images), 1, 1))
    return jnp.where(chosen, random_warp(warp_key, moved), moved)


RECIPES = {
    "resnet-threes": Recipe(
        lambda rngs: jd.convnets.ResNet18(rngs=rngs),
        partial(sgd, peak=0.03),
        1,
        batch_size=64,
        keep=(3, 7),
    ),
    "resnet": Recipe(lambda rngs: jd.convnets.ResNet18(rngs=rngs), partial(sgd, peak=0.1), 4),
    "small-1": Recipe(small(12, 24, 48, 64), muon, 1, augment=shift_by(1)),
    "small-2": Recipe(small(20, 40, 80, 80), muon, 2, smoothing=0.1, augment=shift_by(1)),
    "small-8": Recipe(small(24, 48, 96, 96), muon, 8, smoothing=0.1, augment=shift_by(2)),
    "small-24": Recipe(small(32, 64, 128, 128), muon, 24, smoothing=0.1, augment=shift_or_warp),
}


def main() -> None:
    """Train, print, and keep."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recipe", choices=[*RECIPES, "ablation"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--held-out", action="store_true")
    options = parser.parse_args()
    if options.recipe == "ablation":
        keep("ablation", row_of_lesson())
        return
    recipe = RECIPES[options.recipe]
    _, train, test = jd.load("mnist")
    if options.held_out:
        train, test = (
            jd.data.Digits(train.images[part], train.labels[part])
            for part in (slice(50_000), slice(50_000, None))
        )
    if len(recipe.keep) < 10:
        train, test = jd.select(train, recipe.keep), jd.select(test, recipe.keep)
    # Now: by the end of a long training the files may be others than those that ran.
    made_on = facts(os.environ)
    train_once = trainer(recipe, len(train.labels))
    start = time.perf_counter()
    train_once(0, train, epochs=1)
    to_first_epoch = time.perf_counter() - start
    runs = []
    for seed in range(options.seeds):
        runs.append(measured(train_once, recipe, seed, train, test))
        print(runs[-1])
    # The first epoch waited for the compiler, the others did not.
    compiling = to_first_epoch - min(run["seconds"] for run in runs) / recipe.epochs
    print(f"compiling: {compiling:.1f} s")
    if not options.held_out:
        keep(options.recipe, {"facts": made_on, "compiling": compiling, "runs": runs})


def keep(name: str, record: dict[str, Any]) -> None:
    """Write a record into the file of all records."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    kept[name] = record
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def row_of_lesson() -> dict[str, Any]:
    """Run lesson 18 where there is no record, so that it trains all that it compares."""
    made_on = facts(os.environ, str(LESSON)) | {"flax": version("flax")}
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
    optimizer = recipe.optimizer(recipe.epochs * (examples // recipe.batch_size))

    def loss(logits: jax.Array, labels: jax.Array) -> jax.Array:
        targets = optax.smooth_labels(jax.nn.one_hot(labels, 10), recipe.smoothing)
        return optax.softmax_cross_entropy(logits, targets).mean()

    def train(seed: int, train: jd.data.Digits, epochs: int) -> tuple[FunctionalModel, Any]:
        model, params, state = jd.convnets.functional(recipe.network(nnx.Rngs(seed)))
        fitted = jd.fit(
            *(model, params, loss, optimizer, (train.images, train.labels)),
            state=state,
            epochs=epochs,
            batch_size=recipe.batch_size,
            key=jax.random.key(seed),
            augment=recipe.augment,
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
