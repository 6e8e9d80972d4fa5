"""Where digits come from, and the few steps from stored bytes to arrays that a model takes."""

import os
import warnings

import jax
import numpy as np

from jaxdigits.data._digits import Dataset, Digits, check_digits
from jaxdigits.data.arrays import binary_targets, flatten, select, to_examples, to_float
from jaxdigits.data.prepared import load_arrays, prepared_folder

__all__ = [
    "Dataset",
    "Digits",
    "binary_targets",
    "flatten",
    "load",
    "select",
    "to_examples",
    "to_float",
]


def load(source: str = "mnist", data_dir: str | os.PathLike[str] | None = None) -> Dataset:
    """Return handwritten digits, split into digits to learn from and digits to be judged on.

    Args:
        source: `"mnist"`: 60,000 and 10,000 digits, prepared once by TensorFlow Datasets. They
            come from `data_dir`; else from the four official files in the folder that the
            environment variable `JAXDIGITS_MNIST_DIR` names; else from the network. Prepared
            data that is damaged is prepared again, with a warning that names it.
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
            if `JAXDIGITS_MNIST_DIR` lacks a file or there is no home, `PermissionError` if
            `data_dir` cannot be written, `OSError` itself if the disk is full. Each says what to
            do.

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
        splits = load_arrays(prepared_folder(data_dir))
        if splits is None:
            from jaxdigits.data.mnist import load_mnist

            splits = load_mnist(data_dir)
    elif source == "uci":
        from jaxdigits.data.uci import load_uci

        splits = load_uci()
    else:
        raise ValueError(f"source is {source!r}, expected 'mnist', 'uci' or 'auto'")
    return Dataset(source, _digits(*splits["train"], source), _digits(*splits["test"], source))


def _digits(images: np.ndarray, labels: np.ndarray, origin: str) -> Digits:
    check_digits(images, labels, origin)
    # `jnp.asarray` would compile a program for each shape; this only moves bytes.
    return Digits(jax.device_put(images), jax.device_put(labels))
