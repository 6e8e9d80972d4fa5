import gzip
import math
import struct
from pathlib import Path

import numpy as np
import pytest

from jaxdigits.data.published import read_idx

VALUES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4) * 10


def idx(shape: tuple[int, ...], values: bytes | None = None, magic: bytes = b"\0\0\x08") -> bytes:
    values = bytes(range(math.prod(shape))) if values is None else values
    return magic + bytes([len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + values


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_read_idx_bytes_written_by_hand_returns_their_array(tmp_path, pack):
    # Written out by hand from the description of the format: 2 x 2 bytes.
    content = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 7, 255, 0, 128])
    array = read_idx(write(tmp_path / "any-name", pack(content)))
    assert array.dtype == np.uint8
    np.testing.assert_array_equal(array, [[7, 255], [0, 128]])


@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 3, 4), (0, 28, 28)])
def test_read_idx_any_shape_last_axis_varies_fastest(tmp_path, shape):
    array = read_idx(str(write(tmp_path / "f", idx(shape))))
    np.testing.assert_array_equal(array, np.arange(math.prod(shape)).reshape(shape))


def test_read_idx_missing_file_raises(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing-here"):
        read_idx(tmp_path / "nothing-here")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "expected 00 00 08 and .*, found an empty file"),
        (b"\0\0\x08", "found 00 00 08"),
        (idx((2,), magic=b"\0\0\x0d"), "unsigned bytes: .*found 00 00 0d 01"),
        (b"PK\x03\x04", "found 50 4b 03 04"),
        (idx((), b""), "cannot reshape array of size 0"),
        (idx((1,) * 200, b"\0"), "dimension"),
        (idx((2, 3, 4))[:10], "buffer size"),
        (idx((2, 3, 4))[:-1], r"array of size 23 into shape \(2,3,4\)"),
        (idx((2, 3, 4)) + b"\0", r"array of size 25 into shape \(2,3,4\)"),
        (idx((2**32 - 1,) * 3, b""), r"array of size 0 into shape \(4294967295,"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_read_idx_wrong_content_names_file_and_fault(tmp_path, pack, content, said):
    path = write(tmp_path / "bad-idx", pack(content))
    with pytest.raises(ValueError, match=rf"bad-idx is no intact IDX file .*{said}"):
        read_idx(path)


def test_read_idx_flipped_bit_in_gzip_raises_or_does_no_harm(tmp_path):
    whole = gzip.compress(idx((2, 3, 4), VALUES.tobytes()), mtime=0)
    for bit in range(8 * len(whole)):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        path = write(tmp_path / "flipped", bytes(flipped))
        try:
            array = read_idx(path)
        except ValueError as error:
            assert "flipped" in str(error)
        else:  # A bit that means nothing, such as one of the time.
            np.testing.assert_array_equal(array, VALUES)


def test_read_idx_truncated_gzip_raises(tmp_path):
    whole = gzip.compress(idx((2, 3, 4), VALUES.tobytes()))
    for length in range(len(whole)):
        with pytest.raises(ValueError, match="cut"):
            read_idx(write(tmp_path / "cut", whole[:length]))


def test_read_idx_garbage_after_gzip_raises(tmp_path):
    with pytest.raises(ValueError, match="Not a gzipped file"):
        read_idx(write(tmp_path / "garbage", gzip.compress(idx((2, 3))) + b"PK"))
