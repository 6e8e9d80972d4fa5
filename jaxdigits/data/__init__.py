"""Load digits, split into a training set and a test set."""

import os
import warnings

import jax

from jaxdigits.data.arrays import Dataset, Digits
from jaxdigits.data.prepared import load_prepared
from jaxdigits.data.published import TITLES
from jaxdigits.data.uci import load_uci

__all__ = ["Dataset", "Digits", "load"]


def load(source: str = "mnist", data_dir: str | os.PathLike[str] | None = None) -> Dataset:
    """Return handwritten digits, split into a training set and a test set.

    `"mnist"`, `"fashion_mnist"` (clothes) and `"kmnist"` (Japanese characters) have 60,000 and
    10,000 images of ten classes. They are downloaded once, or taken from four files in the folder
    that `JAXDIGITS_MNIST_DIR`, `JAXDIGITS_FASHION_MNIST_DIR` or `JAXDIGITS_KMNIST_DIR` names.
    TensorFlow Datasets then keeps them in `data_dir`, by default the folder that `TFDS_DATA_DIR`
    names, or `~/tensorflow_datasets`. Damaged data is prepared again, with a warning.

    `"uci"` has 1,437 and 360 digits that come with scikit-learn, enlarged to 28 x 28. `"auto"` is
    MNIST if it is available, and otherwise UCI, with a warning.

    If the data is not available, an `OSError` says what to do: `ConnectionError` without a network,
    `FileNotFoundError`, `PermissionError`, or `TimeoutError` if another process takes too long to
    prepare it. A file that differs from the published one raises a `ValueError`.

    Examples:
        >>> digits = load("uci")
        >>> digits.train.images.shape, digits.test.labels.shape
        ((1437, 28, 28), (360,))

    References:
        LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document
        recognition, 1998. Xiao, Rasul and Vollgraf, Fashion-MNIST, 2017. Clanuwat et al., Deep
        learning for classical Japanese literature, 2018. Alpaydin and Kaynak, Optical Recognition
        of Handwritten Digits, 1998.
    """
    if source == "auto":
        try:
            source, arrays = "mnist", load_prepared("mnist", data_dir)
        except (OSError, ValueError) as error:
            warnings.warn(
                "Using the 1,797 UCI digits instead of MNIST, which is not available. "
                f"Why, and what to do: {error}",
                stacklevel=2,
            )
            source, arrays = "uci", load_uci()
    elif source == "uci":
        arrays = load_uci()
    elif source in TITLES:
        arrays = load_prepared(source, data_dir)
    else:
        expected = ", ".join(map(repr, [*TITLES, "uci"]))
        raise ValueError(f"source is {source!r}, expected {expected} or 'auto'")
    # `jnp.asarray` would compile a program for each shape; `device_put` only moves bytes.
    images, labels, test_images, test_labels = jax.device_put(arrays)
    return Dataset(source, Digits(images, labels), Digits(test_images, test_labels))
