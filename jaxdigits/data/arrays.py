"""The few steps from stored digits to arrays that a model takes."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float32, Integer, Shaped, UInt8

from jaxdigits._checks import checked
from jaxdigits.data._digits import Digits


def select(digits: Digits, keep: int | Sequence[int]) -> Digits:
    """Return only the digits with some labels, in the order in which they came.

    Args:
        digits: What to choose from.
        keep: A label, or several, each from 0 to 9.

    Returns:
        `Digits` of `[m, 28, 28]` images and `[m]` labels, at least one.

    Raises:
        ValueError: If a label is not from 0 to 9, or if no image remains.

    Examples:
        >>> sevens = select(load("uci").test, 7)
        >>> set(sevens.labels.tolist())
        {7}
    """
    labels = np.atleast_1d(np.asarray(keep)).tolist()
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

    Convert before any arithmetic: bytes wrap, so that 10 - 250 makes 16.

    Args:
        images: uint8 of any shape, 0 to 255.

    Returns:
        float32 of the same shape, 0 to 1.

    Raises:
        TypeError: If `images` are not uint8.

    Examples:
        >>> to_float(jnp.array([0, 255], jnp.uint8)).tolist()
        [0.0, 1.0]
    """
    return images.astype(jnp.float32) / 255


@jax.jit
@checked
def flatten(images: Shaped[Array, "*batch 28 28"]) -> Shaped[Array, "*batch 784"]:
    """Return each image as one row of 784 pixels, read line by line.

    Args:
        images: `[..., 28, 28]`, of any type.

    Returns:
        `[..., 784]`, of the same type.

    Raises:
        TypeError: If `images` are not 28 x 28.

    Examples:
        >>> flatten(jnp.zeros((5, 28, 28))).shape
        (5, 784)
    """
    return images.reshape(*images.shape[:-2], 784)


@checked
def binary_targets(labels: Integer[Array, " n"], positive: int) -> Float32[Array, "n 1"]:
    """Return 1 for every digit that is `positive` and 0 for every other, one a row.

    Args:
        labels: Integers `[n]`, 0 to 9.
        positive: The label, 0 to 9, that counts as 1.

    Returns:
        float32 `[n, 1]`, the shape of a model's predictions.

    Raises:
        TypeError: If `labels` are not a JAX array of integers with one axis.
        ValueError: If `positive` is not from 0 to 9.

    Examples:
        >>> binary_targets(jnp.array([3, 7, 3]), positive=3).tolist()
        [[1.0], [0.0], [1.0]]
    """
    _check_positive(positive)
    return _targets(labels, positive)


def to_examples(digits: Digits, positive: int | None = None) -> tuple[jax.Array, jax.Array]:
    """Return digits as a model takes them: inputs and what should come out.

    Args:
        digits: What to convert.
        positive: The label, 0 to 9, that counts as 1 while all others count as 0. By default the
            labels stay as they are.

    Returns:
        The pair (x, y): x is float32 `[n, 784]` from 0 to 1; y is the labels, int32 `[n]`, or
            with `positive` targets of 0 and 1, float32 `[n, 1]`.

    Raises:
        ValueError: If `positive` is not from 0 to 9.

    Examples:
        >>> x, y = to_examples(select(load("uci").test, [3, 7]), positive=3)
        >>> x.shape, y.shape
        ((73, 784), (73, 1))
    """
    if positive is not None:
        _check_positive(positive)
    return _examples(digits.images, digits.labels, positive)


@jax.jit
def _examples(
    images: jax.Array, labels: jax.Array, positive: int | None
) -> tuple[jax.Array, jax.Array]:
    x = flatten(to_float(images))
    return x, labels.astype(jnp.int32) if positive is None else binary_targets(labels, positive)


@jax.jit
def _targets(labels: jax.Array, positive: int) -> jax.Array:
    return (labels == jnp.asarray(positive, labels.dtype)).astype(jnp.float32)[:, None]


def _check_positive(positive: int) -> None:
    if not isinstance(positive, Tracer) and positive not in range(10):
        raise ValueError(f"positive is {positive}, expected a label from 0 to 9")
