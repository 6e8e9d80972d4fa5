"""Files that say one thing and hold another, though their SHA-256 be the expected one."""

import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from small_mnist import FOLDER, NAMES, assert_holds, expect, write_files

from jaxdigits.data import load
from jaxdigits.data.idx import read_idx


def header(*shape, magic=b"\0\0\x08"):
    return magic + bytes([len(shape)]) + struct.pack(f">{len(shape)}I", *shape)


def bomb(start, gigabytes=10):
    """Return a gzip file of zeros behind `start`, made at once: what repeats is copied."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    first = squeeze.compress(start) + squeeze.flush(zlib.Z_FULL_FLUSH)
    again = squeeze.compress(bytes(10**6)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    return first + again * (1000 * gigabytes) + squeeze.flush()


IMAGES = bytes(30 * 28 * 28)
LIES = {
    "a dimension of 2^31": (header(2**31, 28, 28), r"promises 1,683,627,180,032"),
    "2^31 images of no size": (header(2**31, 0, 28), r"promises 0, as \[2147483648, 0, 28\]"),
    "sizes that NumPy cannot hold": (header(0, 2**32 - 1, 2**32 - 1), "promises 0"),
    "a bomb that says so": (bomb(header(10_000, 1000, 1000)), "promises 10,000,000,000"),
    "a bomb that does not": (bomb(header(30, 28, 28)), "expected 23,520 bytes .* found more"),
    "too few bytes": (header(60_000, 28, 28) + IMAGES, "expected 47,040,000 .* found 23,520"),
    "trailing bytes": (header(30, 28, 28) + IMAGES + b"\0", "expected 23,520 .* found more"),
    "trailing garbage": (zlib.compress(header(30, 28, 28) + IMAGES, wbits=31) + b"PK", "damage"),
    "32-bit integers": (header(30, 28, 28, magic=b"\0\0\x0c") + IMAGES, "found 00 00 0c 03"),
    "a ZIP file": (b"PK\x03\x04" + IMAGES, "found 50 4b 03 04"),
    "HTML": (b"<!doctype html>", "found 3c 21 64 6f"),
    "labels": (header(30) + bytes(30), r"images are \[30\]"),
}


@pytest.mark.parametrize(("content", "problem"), LIES.values(), ids=LIES.keys())
def test_is_named_and_refused(files, arrays, tmp_path, monkeypatch, content, problem):
    (files / NAMES[0]).write_bytes(content)
    expect(monkeypatch, files)
    tracemalloc.start()
    with pytest.raises(ValueError, match=rf"{files / NAMES[0]}.*{problem}"):
        load("mnist", data_dir=tmp_path / "data")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50e6, "no more is unpacked than is promised"
    assert not (tmp_path / "data" / FOLDER).exists()
    write_files(files, arrays)
    expect(monkeypatch, files)
    assert_holds(load("mnist", data_dir=tmp_path / "data"), arrays)


def test_the_bomb_is_one(tmp_path):
    content = bomb(header(10), gigabytes=1)
    assert len(content) < 2e6
    unpack = zlib.decompressobj(31)
    assert len(unpack.decompress(content, 10**8)) == 10**8 and unpack.unconsumed_tail
    (tmp_path / "bomb").write_bytes(bomb(header(10)))
    with pytest.raises(ValueError, match="expected 10 bytes after the header"):
        read_idx(tmp_path / "bomb")


@pytest.mark.parametrize("label", [10, 255])
def test_labels_beyond_nine(files, arrays, tmp_path, monkeypatch, label):
    labels = {NAMES[1]: np.where(np.arange(30) == 17, label, arrays[NAMES[1]])}
    write_files(files, labels)
    expect(monkeypatch, files)
    problem = rf"{NAMES[1]}: labels are 0 to {label}, expected 0 to 9"
    with pytest.raises(ValueError, match=problem):
        load("mnist", data_dir=tmp_path / "data")
    with pytest.warns(UserWarning, match=rf"UCI digits.*{problem}"):
        assert load("auto", data_dir=tmp_path / "data").name == "uci"
