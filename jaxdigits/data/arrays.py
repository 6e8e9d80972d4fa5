"""The stored digits, and the few steps that turn them into arrays that a model takes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float32, Integer, Shaped, UInt8

from jaxdigits._checks import compiled

# Images and labels to learn from, then images and labels to test on.
Arrays = list[np.ndarray]


class Digits(NamedTuple):
    """Images of handwritten digits with their labels.

    Attributes:
        images: `[n, 28, 28]`, uint8: 0 is background, 255 is ink.
        labels: `[n]`, uint8: 0 to 9, or the number of the class.
    """

    images: UInt8[Array, "n 28 28"]
    labels: UInt8[Array, " n"]


class Dataset(NamedTuple):
    """A training set, and a test set that no training should see.

    Attributes:
        name: The source of the digits, such as `"mnist"` or `"uci"`.
        train: The digits to learn from.
        test: The digits to test on.
    """

    name: str
    train: Digits
    test: Digits


def select(digits: Digits, keep: int | Sequence[int]) -> Digits:
    """Return only the digits whose label is one of `keep`, in their original order.

    At least one digit must have such a label.

    Examples:
        >>> sevens = select(load("uci").test, 7)
        >>> set(sevens.labels.tolist())
        {7}
    """
    digits, labels = _as_digits(digits), np.atleast_1d(np.asarray(keep)).tolist()
    if not set(labels) <= set(range(10)):
        raise ValueError(f"keep is {keep}, expected labels from 0 to 9")
    chosen = np.isin(np.asarray(digits.labels), labels)
    if not chosen.any():
        raise ValueError(f"keep is {keep}, but none of the {len(chosen)} digits has such a label")
    # In NumPy, because JAX would compile a program for each number of digits.
    return Digits(*jax.device_put([np.asarray(part)[chosen] for part in digits]))


@compiled()
def to_float(images: UInt8[Array, "..."]) -> Float32[Array, "..."]:
    """Return the intensity of every pixel: 0 is background, 1 is full ink.

    Convert bytes before any arithmetic, because they wrap around: as bytes, 10 - 250 is 16.

    Examples:
        >>> to_float(jnp.array([0, 255], jnp.uint8)).tolist()
        [0.0, 1.0]
    """
    return images.astype(jnp.float32) / 255


@compiled()
def flatten(images: Shaped[Array, "*batch 28 28"]) -> Shaped[Array, "*batch 784"]:
    """Return each image as one row of 784 pixels, line after line.

    Examples:
        >>> flatten(jnp.zeros((5, 28, 28))).shape
        (5, 784)
    """
    return images.reshape(*images.shape[:-2], 784)


def _label(positive: Any, _: Any) -> tuple[Any, str]:
    return (positive >= 0) & (positive <= 9), "a label must be from 0 to 9."


@compiled(positive=_label)
def binary_targets(labels: Integer[Array, " n"], positive: int) -> Float32[Array, "n 1"]:
    """Return 1 for every digit whose label is `positive`, from 0 to 9, and 0 for all others.

    Examples:
        >>> binary_targets(jnp.array([3, 7, 3]), positive=3).tolist()
        [[1.0], [0.0], [1.0]]
    """
    return (labels == jnp.asarray(positive, labels.dtype)).astype(jnp.float32)[:, None]


def to_examples(digits: Digits, positive: int | None = None) -> tuple[jax.Array, jax.Array]:
    """Return digits as a model takes them: a pair (x, y) of inputs and correct answers.

    The inputs are float32 `[n, 784]` from 0 to 1, and y holds the labels, int32 `[n]`. With
    `positive`, a label from 0 to 9, y is float32 `[n, 1]`: 1 for that label and 0 for all others.

    Examples:
        >>> x, y = to_examples(select(load("uci").test, [3, 7]), positive=3)
        >>> x.shape, y.shape
        ((73, 784), (73, 1))
    """
    images, labels = _as_digits(digits)
    x = to_float(flatten(images))  # Flatten the bytes, because floats need four times the memory.
    if positive is None:
        return x, jnp.asarray(labels, jnp.int32)
    return x, binary_targets(labels, positive)


def _as_digits(digits: Any) -> Digits:
    if hasattr(digits, "train"):
        raise TypeError("digits is a whole Dataset. Pass its part, dataset.train or dataset.test.")
    return Digits(*digits)
