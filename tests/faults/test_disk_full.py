"""Full disks: old files stay, no partial file is left, and the error says what happened."""

from pathlib import Path

import numpy as np
import pytest
from full_disk import quota, small_disk
from small_mnist import assert_holds, expect, random_digits, write_files

import jaxdigits as jd
from jaxdigits.data import load

pytestmark = pytest.mark.slow
DIGITS = random_digits(300, 100)


@pytest.fixture
def files(files, monkeypatch) -> Path:
    """More digits than in other tests, because few would fit even on a nearly full disk."""
    write_files(files, DIGITS)
    expect(monkeypatch, files)
    return files


def left(folder: Path) -> list[str]:
    """The files in a folder, except the lock."""
    paths = folder.rglob("*")
    return sorted(path.name for path in paths if path.is_file() and path.name != ".lock")


def test_load_mnist_beyond_a_quota_names_the_folder(files, tmp_path):
    with quota(200_000), pytest.raises(OSError, match="File too large") as error:
        load("mnist", data_dir=tmp_path / "data")
    for part in f"cannot be read or prepared in {tmp_path / 'data'}", "has room for", "data_dir=":
        assert part in str(error.value)
    assert left(tmp_path / "data") == []
    assert_holds(load("mnist", data_dir=tmp_path / "data"), DIGITS)


def test_load_mnist_on_a_full_disk_leaves_no_partial_file(files, tmp_path):
    disk = tmp_path / "disk"
    with small_disk(disk, "400k"):
        with pytest.raises(OSError, match=r"No space left on device.*has room for"):
            load("mnist", data_dir=disk)
        assert left(disk) == []


def test_load_mnist_without_room_for_arrays_reads_the_records(files, tmp_path):
    disk = tmp_path / "disk"
    with small_disk(disk, "700k"):
        for _ in range(2):
            assert_holds(load("mnist", data_dir=disk), DIGITS)
        assert "arrays.npz" not in left(disk) and len(left(disk)) == 4


def test_save_params_beyond_a_quota_keeps_the_old_file(tmp_path):
    small, large = np.ones(10, np.float32), np.ones(50_000, np.float32)
    path = tmp_path / "some"
    jd.save_params(path, small)
    with quota(100_000), pytest.raises(OSError, match=f"Not written: File too large: '{path}'"):
        jd.save_params(path, large)
    np.testing.assert_array_equal(jd.load_params(path, small), small)
    assert left(tmp_path) == ["some"]
