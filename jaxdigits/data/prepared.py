"""MNIST and data sets like it, prepared once and then read quickly.

TensorFlow Datasets keeps each image as a record of its own. 70,000 records take a second to read,
and the library that reads them half a second to import, so the arrays are kept beside them.
"""

import contextlib
import io
import os
import shutil
import warnings
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from jaxdigits._disk import expanded, write_whole
from jaxdigits.data.arrays import Splits
from jaxdigits.data.published import TITLES, download, read_own_files

VERSION = "1.0.0"
ARRAYS = "arrays.npz"
SECONDS_TO_WAIT = 600.0


def load_prepared(source: str, data_dir: str | os.PathLike[str] | None = None) -> Splits:
    """Return the images and labels of the splits `"train"` and `"test"`; prepare them if need be.

    A warning says when prepared data is damaged and therefore prepared again.
    """
    data_dir = data_dir or os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets"
    root = expanded(data_dir, "or pass data_dir= or set TFDS_DATA_DIR, a folder to write to")
    folder = root / f"jaxdigits_{source}" / VERSION
    try:
        splits = _read(folder)
    except ValueError as error:
        splits = None
        warnings.warn(
            f"The {TITLES[source]} in {folder} cannot be read, and is prepared again: {error}",
            stacklevel=3,
        )
    except OSError as error:
        # Preparing again would not help, and the data may well be whole.
        raise type(error)(
            f"The {TITLES[source]} in {folder} cannot be read, and was left as it is: {error}. "
            "Make its files readable, or pass data_dir=, another folder"
        ) from error
    return splits or _prepare(source, folder)


def _prepare(source: str, folder: Path) -> Splits:
    splits, root = read_own_files(source), folder.parent.parent
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Other users who can write to the folder must be able to take the lock.
        with FileLock(folder.parent / ".lock", timeout=SECONDS_TO_WAIT, mode=0o666):
            with contextlib.suppress(ValueError):
                # Another process may have prepared it while this one waited.
                if theirs := _read(folder):
                    return theirs
            splits = splits or download(source, root / "downloads" / folder.parent.name)
            _replace(folder, splits)
            return splits
    except ConnectionError:
        raise
    except Timeout as error:
        raise TimeoutError(
            f"another process has been preparing {folder} for {SECONDS_TO_WAIT:g} seconds; "
            "end it, or pass data_dir=, another folder"
        ) from error
    # RuntimeError: how ArrayRecord tells that a disk is full.
    except (OSError, RuntimeError) as error:
        raise (type(error) if isinstance(error, OSError) else OSError)(
            f"{TITLES[source]} cannot be prepared in {root}: {error}. Pass data_dir=, a folder "
            "that can be written and has room for 200 MB, or set TFDS_DATA_DIR to one"
        ) from error


def _replace(folder: Path, splits: Splits) -> None:
    """Put what is prepared anew in the place of `folder`, which stays until then."""
    from jaxdigits.data.records import write_records

    unfinished = folder.with_name("unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)  # A process that is killed leaves it.
    try:
        new = write_records(unfinished, folder.parent.name, VERSION, splits)
        _keep_arrays(new, splits)
        if folder.exists():
            folder.rename(unfinished / "replaced")
        new.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _read(folder: Path) -> Splits | None:
    """Return what is prepared in `folder`: from its arrays if they are whole, else its records."""
    splits = _read_arrays(folder / ARRAYS)
    if splits is None and folder.exists():
        from jaxdigits.data.records import read_records

        splits = read_records(folder)
        _keep_arrays(folder, splits)
    return splits


def _read_arrays(path: Path) -> Splits | None:
    try:
        with open(path, "rb") as whole, np.load(whole, allow_pickle=False) as file:
            # Reading compares the checksum of each array with the one in the file.
            return {s: (file[f"{s}_images"], file[f"{s}_labels"]) for s in ("train", "test")}
    except MemoryError:
        raise
    except Exception:
        # Not there, or damaged, which NumPy and zipfile report by a dozen kinds of error.
        return None


def _keep_arrays(folder: Path, splits: Splits) -> None:
    """Write the arrays; where they cannot be written, all works, only more slowly."""
    file, arrays = io.BytesIO(), {}
    for split, (images, labels) in splits.items():
        arrays |= {f"{split}_images": images, f"{split}_labels": labels}
    np.savez(file, allow_pickle=False, **arrays)
    with contextlib.suppress(OSError):
        write_whole(folder / ARRAYS, file.getvalue())
