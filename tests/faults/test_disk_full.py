"""A disk that is full: what was there stays, nothing is left in part, and the error says so."""

import errno
import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds
from full_disk import quota, small_disk
from small_mnist import FOLDER, assert_holds, expect, random_digits, send, server, write_files

import jaxdigits as jd
from jaxdigits.data import load

DIGITS = random_digits(300, 100)


@pytest.fixture
def files(files, monkeypatch) -> Path:
    """More than in other tests: the files of 10 digits fit on the fullest disk."""
    write_files(files, DIGITS)
    expect(monkeypatch, files)
    return files


def left(folder: Path) -> list[str]:
    """The files in a folder, but for the lock."""
    paths = folder.rglob("*")
    return sorted(path.name for path in paths if path.is_file() and path.name != ".lock")


@pytest.mark.parametrize("most", [20_000, 200_000, 360_000])
def test_preparation_beyond_a_quota(files, tmp_path, most):
    with quota(most), pytest.raises(OSError, match="File too large") as error:
        load("mnist", data_dir=tmp_path / "data")
    for part in f"cannot be prepared in {tmp_path / 'data'}", "has room for", "data_dir=":
        assert part in str(error.value)
    assert left(tmp_path / "data") == []
    assert_holds(load("mnist", data_dir=tmp_path / "data"), DIGITS)


@pytest.mark.parametrize("size", ["100k", "400k"])
def test_preparation_on_a_full_disk(files, tmp_path, size):
    disk = tmp_path / "disk"
    with small_disk(disk, size):
        with pytest.raises(OSError, match=r"No space left on device.*has room for"):
            load("mnist", data_dir=disk)
        assert left(disk) == []


def test_a_disk_that_fills_between_two_files(files, tmp_path, monkeypatch):
    """TFDS itself writes the last ones, and tells it by another kind of error."""

    def fail(info, folder):
        raise OSError(errno.ENOSPC, "No space left on device", str(folder))

    with monkeypatch.context() as patch:
        patch.setattr(tfds.core.DatasetInfo, "write_to_directory", fail)
        with pytest.raises(OSError, match=r"No space left on device.*has room for"):
            load("mnist", data_dir=tmp_path / "data")
    assert left(tmp_path / "data") == []
    assert_holds(load("mnist", data_dir=tmp_path / "data"), DIGITS)


def test_digits_that_cannot_also_be_kept_as_arrays(files, tmp_path):
    disk = tmp_path / "disk"
    with small_disk(disk, "700k"):
        for _ in range(2):
            assert_holds(load("mnist", data_dir=disk), DIGITS)
        assert "arrays.npz" not in left(disk) and len(left(disk)) == 4


def test_arrays_beyond_a_quota(files, tmp_path):
    load("mnist", data_dir=tmp_path / "data")
    before = left(tmp_path / "data")
    (tmp_path / "data" / FOLDER / "arrays.npz").unlink()
    with quota(100_000):
        assert_holds(load("mnist", data_dir=tmp_path / "data"), DIGITS)
    assert left(tmp_path / "data") == [name for name in before if name != "arrays.npz"]


def test_auto_does_without(files, tmp_path):
    with quota(200_000), pytest.warns(UserWarning, match=r"UCI digits.*has room for"):
        assert load("auto", data_dir=tmp_path / "data").name == "uci"


def test_a_download(files, online, tmp_path, monkeypatch):
    with server(send(files)) as (url, _):
        expect(monkeypatch, files, url)
        with quota(200_000), pytest.raises(OSError, match=r"cannot be prepared in .*too large"):
            load("mnist", data_dir=tmp_path / "data")
        # Files that are whole and small were kept, and no part of the large one.
        shutil.rmtree(tmp_path / "data" / FOLDER, ignore_errors=True)
        assert not any(
            "train-images" in name or "unfinished" in name for name in left(tmp_path / "data")
        )
        assert_holds(load("mnist", data_dir=tmp_path / "data"), DIGITS)


def test_parameters(tmp_path):
    small, large = np.ones(10, np.float32), np.ones(50_000, np.float32)
    path = tmp_path / "some"
    jd.save_params(path, small)
    with quota(100_000), pytest.raises(OSError, match=f"Not written: File too large: '{path}'"):
        jd.save_params(path, large)
    np.testing.assert_array_equal(jd.load_params(path, small), small)
    assert left(tmp_path) == ["some"]
