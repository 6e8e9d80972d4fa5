"""Where digits come from, and the few steps from stored bytes to arrays that a model takes."""

import os
import warnings
from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float32, Integer, Shaped, UInt8

from jaxdigits._checks import checked
from jaxdigits.data._digits import Dataset, Digits, check_digits

__all__ = ["Dataset", "Digits", "binary_targets", "flatten", "load", "select", "to_float"]


def load(source: str = "mnist", data_dir: str | os.PathLike[str] | None = None) -> Dataset:
    """Return handwritten digits, split into digits to learn from and digits to be judged on.

    Args:
        source: `"mnist"`: 60,000 and 10,000 digits, prepared once by TensorFlow Datasets. They
            come from `data_dir`; else from the four official files in the folder that the
            environment variable `JAXDIGITS_MNIST_DIR` names; else from the network.
            `"uci"`: 1,437 and 360 digits that come with scikit-learn, enlarged to 28 x 28.
            `"auto"`: MNIST if it can be had, else UCI, with a warning.
        data_dir: Where TensorFlow Datasets keeps data sets; by default its own folder,
            `~/tensorflow_datasets` or what `TFDS_DATA_DIR` says. For MNIST only.

    Returns:
        `Dataset(name, train, test)`, where `train` and `test` are `Digits`: uint8 images
        `[n, 28, 28]` from 0 (background) to 255 (ink), and uint8 labels `[n]` from 0 to 9, in
        the order of their source.

    Raises:
        ValueError: If `source` is none of the three, or a file of MNIST is damaged.
        OSError: If MNIST cannot be had: `ConnectionError` without a network, `FileNotFoundError`
            if `JAXDIGITS_MNIST_DIR` lacks a file, `PermissionError` if `data_dir` cannot be
            written. Each says what to do.

    Examples:
        >>> digits = load("uci")
        >>> digits.train.images.shape, digits.test.labels.shape
        ((1437, 28, 28), (360,))

    References:
        LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document
        recognition, 1998. Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, 1998.
    """
    if source == "auto":
        try:
            return load("mnist", data_dir)
        except (OSError, ValueError) as error:
            warnings.warn(
                "Using the 1,797 UCI digits in place of MNIST, which cannot be had. "
                f"Why, and what to do: {error}",
                stacklevel=2,
            )
            return load("uci")
    # Imported on use: TensorFlow Datasets and scikit-learn take time.
    if source == "mnist":
        from jaxdigits.data.mnist import load_mnist

        splits = load_mnist(data_dir)
    elif source == "uci":
        from jaxdigits.data.uci import load_uci

        splits = load_uci()
    else:
        raise ValueError(f"source is {source!r}, expected 'mnist', 'uci' or 'auto'")
    return Dataset(source, _digits(*splits["train"], source), _digits(*splits["test"], source))


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
    return Digits(digits.images[chosen], digits.labels[chosen])


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
    if not isinstance(positive, Tracer) and positive not in range(10):
        raise ValueError(f"positive is {positive}, expected a label from 0 to 9")
    return (labels == jnp.asarray(positive, labels.dtype)).astype(jnp.float32)[:, None]


def _digits(images: np.ndarray, labels: np.ndarray, origin: str) -> Digits:
    check_digits(images, labels, origin)
    return Digits(jnp.asarray(images), jnp.asarray(labels))
