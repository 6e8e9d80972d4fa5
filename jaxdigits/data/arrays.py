"""The few steps from stored digits to arrays that a model takes."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float32, Integer, Shaped, UInt8

from jaxdigits._checks import checked
from jaxdigits.data._digits import Digits


def select(digits: Digits, keep: int | Sequence[int]) -> Digits:
    """Return only the digits whose label is one of `keep`, in the order in which they came.

    At least one digit must have such a label.

    Examples:
        >>> sevens = select(load("uci").test, 7)
        >>> set(sevens.labels.tolist())
        {7}
    """
    digits, labels = _as_digits(digits), np.atleast_1d(np.asarray(keep)).tolist()
    if not set(labels) <= set(range(10)):
        raise ValueError(f"keep is {keep}, expected labels from 0 to 9")
    chosen = np.flatnonzero(np.isin(np.asarray(digits.labels), labels))
    if len(chosen) == 0:
        raise ValueError(
            f"keep is {keep}, but none of the {len(digits.labels)} digits has such a label"
        )
    return Digits(*_at(chosen, digits.images, digits.labels))


@jax.jit
def _at(chosen: jax.Array, *arrays: jax.Array) -> list[jax.Array]:
    # Compiled as one program: operation by operation, every number of digits costs eight.
    return [array[chosen] for array in arrays]


@jax.jit
@checked
def to_float(images: UInt8[Array, "..."]) -> Float32[Array, "..."]:
    """Return the intensity of every pixel: 0 is background, 1 is full ink.

    Convert bytes before any arithmetic, because they wrap around: 10 - 250 makes 16.

    Examples:
        >>> to_float(jnp.array([0, 255], jnp.uint8)).tolist()
        [0.0, 1.0]
    """
    return images.astype(jnp.float32) / 255


@jax.jit
@checked
def flatten(images: Shaped[Array, "*batch 28 28"]) -> Shaped[Array, "*batch 784"]:
    """Return each image as one row of 784 pixels, read line by line.

    Examples:
        >>> flatten(jnp.zeros((5, 28, 28))).shape
        (5, 784)
    """
    return images.reshape(*images.shape[:-2], 784)


@checked
def binary_targets(labels: Integer[Array, " n"], positive: int) -> Float32[Array, "n 1"]:
    """Return 1 for every digit that is `positive`, a label from 0 to 9, and 0 for every other.

    Examples:
        >>> binary_targets(jnp.array([3, 7, 3]), positive=3).tolist()
        [[1.0], [0.0], [1.0]]
    """
    _check_positive(positive)
    return _targets(labels, positive)


def to_examples(digits: Digits, positive: int | None = None) -> tuple[jax.Array, jax.Array]:
    """Return digits as a model takes them: a pair (x, y) of inputs and what should come out.

    The inputs are float32 `[n, 784]` from 0 to 1, and y is the labels, int32 `[n]`. With
    `positive`, a label from 0 to 9, y is float32 `[n, 1]`: 1 for that label and 0 for all others.

    Examples:
        >>> x, y = to_examples(select(load("uci").test, [3, 7]), positive=3)
        >>> x.shape, y.shape
        ((73, 784), (73, 1))
    """
    if positive is not None:
        _check_positive(positive)
    return _examples(*_as_digits(digits), positive)


@jax.jit
def _examples(
    images: jax.Array, labels: jax.Array, positive: int | None
) -> tuple[jax.Array, jax.Array]:
    x = flatten(to_float(images))
    return x, labels.astype(jnp.int32) if positive is None else binary_targets(labels, positive)


@jax.jit
def _targets(labels: jax.Array, positive: int) -> jax.Array:
    return (labels == jnp.asarray(positive, labels.dtype)).astype(jnp.float32)[:, None]


def _as_digits(digits: Any) -> Digits:
    if hasattr(digits, "train"):
        raise TypeError("digits is a whole Dataset. Pass its part, dataset.train or dataset.test.")
    return digits if isinstance(digits, Digits) else Digits(*digits)


def _check_positive(positive: int) -> None:
    if not isinstance(positive, Tracer) and positive not in range(10):
        raise ValueError(f"positive is {positive}, expected a label from 0 to 9")
