"""Prepare MNIST and data sets like it once, so that later calls read them quickly.

TensorFlow Datasets keeps each image in its own record. Reading 70,000 records takes a second, and
importing the library that reads them half a second, so we also keep the arrays beside the records.
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
    """Return the images and labels of the splits `"train"` and `"test"`; prepare them if needed.

    If prepared data is damaged, it is prepared again, with a warning.
    """
    data_dir = data_dir or os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets"
    root = expanded(data_dir, "or pass data_dir= or set TFDS_DATA_DIR, a folder to write to")
    folder = root / f"jaxdigits_{source}" / VERSION
    try:
        splits = _read(folder)
    except ValueError as error:
        splits = None
        warnings.warn(
            f"The {TITLES[source]} data in {folder} is damaged and will be prepared again: {error}",
            stacklevel=3,
        )
    except OSError as error:
        # Preparing it again would not help, and the data may be intact.
        raise type(error)(
            f"The {TITLES[source]} data in {folder} cannot be read and was left as it is: {error}. "
            "Make its files readable, or pass another folder as data_dir="
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
            "end that process, or pass another folder as data_dir="
        ) from error
    # ArrayRecord raises a RuntimeError if the disk is full.
    except (OSError, RuntimeError) as error:
        raise (type(error) if isinstance(error, OSError) else OSError)(
            f"{TITLES[source]} cannot be prepared in {root}: {error}. Pass data_dir= or set "
            "TFDS_DATA_DIR, a folder that can be written and has room for 200 MB"
        ) from error


def _replace(folder: Path, splits: Splits) -> None:
    """Prepare the data beside `folder`, and then replace the folder."""
    from jaxdigits.data.records import write_records

    unfinished = folder.with_name("unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)  # A killed process may have left it behind.
    try:
        new = write_records(unfinished, folder.parent.name, VERSION, splits)
        _keep_arrays(new, splits)
        if folder.exists():
            folder.rename(unfinished / "replaced")
        new.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _read(folder: Path) -> Splits | None:
    """Return the data in `folder`, from its arrays if they are intact, else from its records."""
    splits = _read_arrays(folder / ARRAYS)
    if splits is None and folder.exists():
        from jaxdigits.data.records import read_records

        splits = read_records(folder)
        _keep_arrays(folder, splits)
    return splits


def _read_arrays(path: Path) -> Splits | None:
    try:
        with open(path, "rb") as whole, np.load(whole, allow_pickle=False) as file:
            # Reading an array also compares its checksum with the one in the file.
            return {s: (file[f"{s}_images"], file[f"{s}_labels"]) for s in ("train", "test")}
    except MemoryError:
        raise
    except Exception:
        # Missing or damaged, which NumPy and zipfile report with a dozen kinds of errors.
        return None


def _keep_arrays(folder: Path, splits: Splits) -> None:
    """Write the arrays; if that fails, everything still works, only more slowly."""
    file, arrays = io.BytesIO(), {}
    for split, (images, labels) in splits.items():
        arrays |= {f"{split}_images": images, f"{split}_labels": labels}
    np.savez(file, allow_pickle=False, **arrays)
    with contextlib.suppress(OSError):
        write_whole(folder / ARRAYS, file.getvalue())
