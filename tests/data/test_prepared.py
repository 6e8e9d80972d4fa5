import errno
import os
import subprocess
import sys
import time

import numpy as np
import pytest

from jaxdigits.data import prepared

RECORDS = "jaxdigits_mnist-train.array_record-00000-of-00001"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / RECORDS).write_bytes(b"records")
    return tmp_path


@pytest.fixture
def splits():
    rng = np.random.default_rng(0)

    def digits(n):
        images = rng.integers(0, 256, (n, 28, 28)).astype(np.uint8)
        return images, rng.integers(0, 10, n).astype(np.uint8)

    return {"train": digits(30), "test": digits(10)}


def assert_same(loaded, splits):
    assert loaded is not None and list(loaded) == ["train", "test"]
    for split in splits:
        for ours, theirs in zip(loaded[split], splits[split], strict=True):
            np.testing.assert_array_equal(ours, theirs)
            assert ours.dtype == np.uint8


def test_load_arrays_stored_before_returns_them(folder, splits):
    assert prepared.load_arrays(folder) is None
    prepared.store_arrays(folder, splits)
    assert_same(prepared.load_arrays(folder), splits)
    assert sorted(path.name for path in folder.iterdir()) == ["arrays.npz", RECORDS]


def test_load_arrays_of_other_records_returns_none(folder, splits):
    prepared.store_arrays(folder, splits)
    (folder / RECORDS).write_bytes(b"RECORDS")
    later = time.time() + 10
    os.utime(folder / RECORDS, (later, later))
    assert prepared.load_arrays(folder) is None
    prepared.store_arrays(folder, splits)
    assert_same(prepared.load_arrays(folder), splits)
    (folder / RECORDS.replace("00000", "00001")).write_bytes(b"more")
    assert prepared.load_arrays(folder) is None


def test_load_arrays_damaged_file_returns_none_or_the_same(folder, splits):
    prepared.store_arrays(folder, splits)
    path = folder / "arrays.npz"
    whole = path.read_bytes()
    for length in 0, 10, len(whole) // 2, len(whole) - 1:
        path.write_bytes(whole[:length])
        assert prepared.load_arrays(folder) is None, f"cut to {length}"
    # The middle of the file is pixels. A flip elsewhere is harmless or noticed, too.
    for place in range(0, len(whole), len(whole) // 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        loaded = prepared.load_arrays(folder)
        if loaded is not None:
            assert_same(loaded, splits)
    path.write_bytes(
        bytes([*whole[: len(whole) // 2], whole[len(whole) // 2] ^ 1])
        + whole[len(whole) // 2 + 1 :]
    )
    assert prepared.load_arrays(folder) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"train_labels": np.full(30, 10, np.uint8)},
        {"test_images": np.zeros((10, 28, 28), np.float32)},
        {"train_images": np.zeros((30, 28, 27), np.uint8)},
        {"train_labels": np.array([{}] * 30)},
    ],
    ids=["label 10", "floats", "27 columns", "pickles"],
)
def test_load_arrays_without_digits_returns_none(folder, splits, wrong):
    prepared.store_arrays(folder, splits)
    with np.load(folder / "arrays.npz") as file:
        arrays = {**file, **wrong}
    np.savez(folder / "arrays.npz", **arrays)
    assert prepared.load_arrays(folder) is None


def test_store_arrays_missing_folder_raises(tmp_path, splits):
    with pytest.raises(OSError, match="not there"):
        prepared.store_arrays(tmp_path / "not there", splits)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_store_arrays_failed_write_keeps_the_old_file(folder, splits, monkeypatch, fault):
    prepared.store_arrays(folder, splits)
    before = (folder / "arrays.npz").read_bytes()

    def half_full(file, **arrays):
        file.write(before[: len(before) // 2])
        raise fault

    monkeypatch.setattr(np, "savez", half_full)
    with pytest.raises(type(fault)):
        prepared.store_arrays(folder, splits)
    assert (folder / "arrays.npz").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["arrays.npz", RECORDS]


@pytest.mark.slow
def test_prepared_folder_default_is_that_of_tfds(monkeypatch, tmp_path):
    show = "from tensorflow_datasets.core import constants as c; print(c.DATA_DIR)"
    for variables in {"HOME": str(tmp_path)}, {"TFDS_DATA_DIR": str(tmp_path / "there")}:
        monkeypatch.delenv("TFDS_DATA_DIR", raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        theirs = subprocess.check_output([sys.executable, "-c", show], text=True).strip()
        expected = os.path.join(theirs, "jaxdigits_mnist", "1.0.0")
        assert str(prepared.prepared_folder(None)) == expected
    assert prepared.prepared_folder(tmp_path).parents[1] == tmp_path
