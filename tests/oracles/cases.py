"""Every function of the package that computes with examples, and inputs for it.

No two axes have the same size: an axis of `EXAMPLES` is one of examples, wherever it stands, and
one of `CLASSES` is one of classes. What holds for all functions can then be said once.
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from oracles.definitions import CLASSIFICATION, DISTANCES, REGRESSION

import jaxdigits as jd

EXAMPLES, CLASSES, HEIGHT, WIDTH, HIDDEN = 16, 5, 3, 4, 7

Inputs = Callable[[np.random.Generator], tuple[Any, ...]]


def numbers(rng, *shape):
    return jnp.asarray(rng.normal(size=shape), jnp.float32)


def classes(rng, dtype=jnp.int32):
    return jnp.asarray(rng.integers(CLASSES, size=EXAMPLES), dtype)


def outputs_and_numbers(rng):
    return numbers(rng, EXAMPLES, CLASSES), numbers(rng, EXAMPLES, CLASSES)


def outputs_and_bits(rng):
    bits = rng.integers(2, size=(EXAMPLES, CLASSES))
    return numbers(rng, EXAMPLES, CLASSES), jnp.asarray(bits, jnp.int32)


def outputs_and_labels(rng):
    return numbers(rng, EXAMPLES, CLASSES), classes(rng, jnp.uint8)


def two_labels(rng):
    return classes(rng), classes(rng)


def images(rng, count=EXAMPLES):
    return jnp.asarray(rng.uniform(size=(count, HEIGHT, WIDTH)), jnp.float32)


def layers(rng, *sizes):
    return tuple(
        jd.Linear(w=numbers(rng, n_in, n_out), b=numbers(rng, n_out))
        for n_in, n_out in pairwise(sizes)
    )


def network(rng):
    return layers(rng, WIDTH, HIDDEN, CLASSES), numbers(rng, EXAMPLES, WIDTH)


def params_and_grads(rng):
    rate = jnp.asarray(rng.uniform(), jnp.float32)
    return layers(rng, WIDTH, CLASSES), layers(rng, WIDTH, CLASSES), rate


def with_slope(function, *arrays):
    """A value, or many, and the gradient of their sum."""

    def total(*arrays):
        value = function(*arrays)
        return value.sum(), value

    (_, value), slope = jax.value_and_grad(total, has_aux=True)(*arrays)
    return value, slope


def one_step(*arrays):
    """A step of a linear model on all examples: model, loss and optimizer together."""
    params, inputs, labels = arrays
    slopes = jax.grad(lambda p: jd.cross_entropy_loss(jd.linear(p, inputs), labels))(params)
    updates, state = jd.sgd(0.5).update(slopes, jd.sgd(0.5).init(params))
    return jax.tree.map(jnp.add, params, updates), state


CASES: dict[str, tuple[Callable[..., Any], Inputs]] = {
    **{f.__name__: (partial(with_slope, f), outputs_and_numbers) for f in REGRESSION},
    "mnist_loss": (partial(with_slope, jd.mnist_loss), outputs_and_bits),
    **{f.__name__: (partial(with_slope, f), outputs_and_labels) for f in CLASSIFICATION},
    "binary_accuracy": (jd.binary_accuracy, outputs_and_bits),
    "accuracy": (jd.accuracy, outputs_and_labels),
    "per_class_accuracy": (partial(jd.per_class_accuracy, num_classes=CLASSES), two_labels),
    "confusion_matrix": (partial(jd.confusion_matrix, num_classes=CLASSES), two_labels),
    "mean_images": (
        partial(jd.mean_images, num_classes=CLASSES),
        lambda rng: (images(rng), classes(rng)),
    ),
    "ink_composite": (jd.ink_composite, lambda rng: (images(rng) - 0.9,)),
    **{
        f.__name__: (partial(with_slope, f), lambda rng: (images(rng), images(rng)[:1]))
        for f in DISTANCES
    },
    "nearest": (
        lambda a, b: jd.nearest(a, b, jd.l1_distance),
        lambda rng: (images(rng), images(rng, CLASSES)),
    ),
    "is_closer": (
        lambda a, b, c: jd.is_closer(a, b, c, jd.rmse_distance),
        lambda rng: (images(rng), *images(rng, 2)),
    ),
    "linear": (
        partial(with_slope, lambda w, x: jd.linear(w[0], x)),
        lambda rng: (layers(rng, WIDTH, CLASSES), numbers(rng, EXAMPLES, WIDTH)),
    ),
    "mlp": (partial(with_slope, jd.mlp), network),
    "sgd_update": (jd.sgd_update, params_and_grads),
    "sgd": (
        one_step,
        lambda rng: (layers(rng, WIDTH, CLASSES)[0], numbers(rng, EXAMPLES, WIDTH), classes(rng)),
    ),
}


def inputs(name: str, seed: int = 0) -> tuple[Any, ...]:
    return CASES[name][1](np.random.default_rng(seed))


def assert_same(actual: Any, expected: Any, tolerance: float = 1e-5) -> None:
    """Equal: whole numbers exactly, others up to rounding relative to the largest of an array."""

    def same(a, b):
        a, b = np.asarray(a), np.asarray(b)
        largest = np.nanmax(np.abs(b)) if b.dtype.kind == "f" else 0
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance * largest)

    jax.tree.map(same, actual, expected)
