"""Prepared data with a flipped bit: `load` notices it, names the folder, and prepares again.

It can prepare again with the files or a network at hand. Without them it removes nothing.
"""

import os
import warnings

import numpy as np
import pytest
from small_mnist import FOLDER, assert_holds

from jaxdigits.data import load, mnist

RECORDS = "jaxdigits_mnist-train.array_record-00000-of-00001"


@pytest.fixture
def data(files, tmp_path):
    """A data directory with prepared digits."""
    load("mnist", data_dir=tmp_path / "data")
    return tmp_path / "data"


def flip(path, place, keep_time=False):
    """Flip one bit; a bad disk keeps the time of the file, a program that writes changes it."""
    content, facts = bytearray(path.read_bytes()), path.stat()
    content[place] ^= 1
    path.write_bytes(content)
    if keep_time:
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def test_load_mnist_changed_record_warns_and_prepares_again(data, arrays):
    flip(data / FOLDER / RECORDS, 9_000)
    named = rf"{data / FOLDER} cannot be read, and is prepared again: .*Corrupted"
    with pytest.warns(UserWarning, match=named) as warned:
        assert_holds(load("mnist", data_dir=data), arrays)
    assert warned[0].filename == __file__
    with warnings.catch_warnings(action="error"):
        assert_holds(load("mnist", data_dir=data), arrays)


def test_load_mnist_record_damaged_by_a_disk_reads_arrays_as_long_as_they_are_whole(data, arrays):
    """The arrays beside the records are read first, and have checksums of their own."""
    flip(data / FOLDER / RECORDS, 9_000, keep_time=True)
    with warnings.catch_warnings(action="error"):
        assert_holds(load("mnist", data_dir=data), arrays)
    flip(data / FOLDER / "arrays.npz", 10_000, keep_time=True)
    with pytest.warns(UserWarning, match="prepared again: .*Corrupted"):
        assert_holds(load("mnist", data_dir=data), arrays)


def test_load_mnist_arrays_damaged_by_a_disk_reads_the_records(data, arrays):
    flip(data / FOLDER / "arrays.npz", 10_000, keep_time=True)
    for _ in range(2):
        with warnings.catch_warnings(action="error"):
            assert_holds(load("mnist", data_dir=data), arrays)


def test_load_mnist_flipped_bit_anywhere_in_a_record_is_noticed_or_does_no_harm(data, arrays):
    """ArrayRecord pads its files to 64 KiB, and a flip in the padding does no harm."""
    path, noticed = data / FOLDER / RECORDS, 0
    for place in np.linspace(0, path.stat().st_size - 1, 31).astype(int).tolist():
        flip(path, place)
        try:
            images, labels = mnist._read(data / FOLDER)["train"]
        except Exception:
            noticed += 1
        else:
            np.testing.assert_array_equal(images, arrays[mnist.FILES[0]])
            np.testing.assert_array_equal(labels, arrays[mnist.FILES[1]])
        flip(path, place)
    assert noticed >= 5


def test_load_mnist_damaged_offline_removes_nothing(data, arrays, monkeypatch):
    def offline(url):
        raise ConnectionError("no network")

    manual = os.environ["JAXDIGITS_MNIST_DIR"]
    monkeypatch.delenv("JAXDIGITS_MNIST_DIR")
    monkeypatch.setattr(mnist, "check_network", offline)
    flip(data / FOLDER / RECORDS, 9_000)
    before = {path: path.read_bytes() for path in (data / FOLDER).iterdir()}
    with (
        pytest.warns(UserWarning, match=f"{data / FOLDER} cannot be read"),
        pytest.raises(ConnectionError, match=r"no network. What to do: .*JAXDIGITS_MNIST_DIR"),
    ):
        load("mnist", data_dir=data)
    assert {path: path.read_bytes() for path in (data / FOLDER).iterdir()} == before
    monkeypatch.setenv("JAXDIGITS_MNIST_DIR", manual)
    with pytest.warns(UserWarning, match="prepared again"):
        assert_holds(load("mnist", data_dir=data), arrays)
