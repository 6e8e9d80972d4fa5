"""Prepare MNIST and data sets like it once, so that later calls read them quickly.

TensorFlow Datasets keeps each image in its own record. Reading 70,000 records takes seconds, and
importing the library that reads them half a second, so we also keep the arrays beside the records.
"""

import contextlib
import os
import secrets
import warnings
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from jaxdigits._disk import expanded
from jaxdigits.data.arrays import Arrays
from jaxdigits.data.published import TITLES, download, read_own_files

VERSION = "1.0.0"
NAMES = "train_images", "train_labels", "test_images", "test_labels"
SECONDS_TO_WAIT = 600.0


def load_prepared(source: str, data_dir: str | os.PathLike[str] | None = None) -> Arrays:
    """Return a data set; prepare it if needed, or again, with a warning, if it is damaged."""
    data_dir = data_dir or os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets"
    root = expanded(data_dir, "or pass data_dir= or set TFDS_DATA_DIR, a folder to write to")
    folder, title = root / f"jaxdigits_{source}" / VERSION, TITLES[source]
    try:
        return _read(folder)
    except FileNotFoundError:
        pass
    except ValueError as error:
        warnings.warn(
            f"The {title} data in {folder} is damaged and will be prepared again: {error}",
            stacklevel=3,
        )
    except OSError as error:
        raise _explained(error, title, root) from error
    arrays = read_own_files(source)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Other users who can write to the folder must be able to take the lock.
        with FileLock(folder.parent / ".lock", timeout=SECONDS_TO_WAIT, mode=0o666):
            with contextlib.suppress(FileNotFoundError, ValueError):
                return _read(folder)  # Another process prepared it while this one waited.
            arrays = arrays or download(source, root / "downloads" / folder.parent.name)
            from jaxdigits.data.records import write_records

            write_records(folder, arrays)
            return _read(folder)
    except ConnectionError:
        raise  # The message already says what to do.
    except Timeout as error:
        raise TimeoutError(
            f"another process has been preparing {folder} for {SECONDS_TO_WAIT:g} seconds; "
            "end that process, or pass another folder as data_dir="
        ) from error
    # ArrayRecord raises a RuntimeError if the disk is full.
    except (OSError, RuntimeError) as error:
        raise _explained(error, title, root) from error


def _explained(error: Exception, title: str, root: Path) -> OSError:
    """Return an error of the same kind that says what to do."""
    return (type(error) if isinstance(error, OSError) else OSError)(
        f"{title} cannot be read or prepared in {root}: {error}. What was prepared was left as it "
        "is. Pass data_dir= or set TFDS_DATA_DIR, a folder that can be read and written and has "
        "room for 200 MB"
    )


def _read(folder: Path) -> Arrays:
    """Return the data in `folder`, from its arrays if they are intact, else from its records."""
    path = folder / "arrays.npz"
    try:
        # Reading an array also compares its checksum with the one in the file.
        with open(path, "rb") as whole, np.load(whole, allow_pickle=False) as file:
            return [file[name] for name in NAMES]
    except MemoryError:
        raise
    except Exception:
        # Missing or damaged, which NumPy and zipfile report with a dozen kinds of errors.
        from jaxdigits.data.records import read_records

        arrays = read_records(folder)
    unfinished = folder / f"unfinished-{secrets.token_hex(8)}.npz"
    with contextlib.suppress(OSError):  # Everything still works without them, only more slowly.
        try:
            np.savez(unfinished, allow_pickle=False, **dict(zip(NAMES, arrays, strict=True)))
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    return arrays
