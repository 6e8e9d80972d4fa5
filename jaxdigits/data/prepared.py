"""The digits of a prepared data set as plain arrays, in one file beside its records.

TensorFlow Datasets keeps each digit as a record of its own: 70,000 records take a second to read,
and the library that reads them half a second to import. Whoever has read them leaves the arrays
here for the next, who then needs neither.
"""

import io
import os
from pathlib import Path

import numpy as np

from jaxdigits._atomic import remove_unfinished, write_whole
from jaxdigits._paths import expanded
from jaxdigits.data._digits import check_digits

Splits = dict[str, tuple[np.ndarray, np.ndarray]]

NAME = "jaxdigits_mnist"
VERSION = "1.0.0"
SPLITS = ("train", "test")
ARRAYS = "arrays.npz"


def prepared_folder(data_dir: str | os.PathLike[str] | None) -> Path:
    """Return where TensorFlow Datasets keeps MNIST as this package prepares it."""
    data_dir = data_dir or os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets"
    try:
        return expanded(data_dir) / NAME / VERSION
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"{error}; or pass data_dir=, or set TFDS_DATA_DIR, to a folder that can be written"
        ) from error


def load_arrays(folder: Path) -> Splits | None:
    """Return the arrays kept in `folder`, or None unless they are whole and of its records."""
    try:
        with open(folder / ARRAYS, "rb") as whole, np.load(whole, allow_pickle=False) as file:
            # Reading compares the checksum of each array with the one in the file.
            if str(file["records"]) != _records(folder):
                return None
            splits = {split: (file[f"{split}_images"], file[f"{split}_labels"]) for split in SPLITS}
        for images, labels in splits.values():
            check_digits(images, labels, ARRAYS)
            if images.dtype != np.uint8 or labels.dtype != np.uint8:
                return None
    except Exception:
        # Not there, or damaged, which NumPy and zipfile tell by a dozen kinds of error.
        return None
    return splits


def store_arrays(folder: Path, splits: Splits) -> None:
    """Keep arrays that were read from the records in `folder`: whole, or not at all.

    Raises:
        OSError: If they cannot be written.
    """
    arrays = {
        f"{split}_{part}": array
        for split in SPLITS
        for part, array in zip(("images", "labels"), splits[split], strict=True)
    }
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, records=np.array(_records(folder)), **arrays)
    remove_unfinished(folder)
    write_whole(folder / ARRAYS, file.getvalue())


def _records(folder: Path) -> str:
    """Return what tells these records from others: names, sizes, and when they were written."""
    files = sorted(folder.glob("*.array_record*"))
    return repr([(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files])
