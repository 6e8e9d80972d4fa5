import gzip
import math
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest

from jaxdigits.data.idx import read_idx

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
    ("content", "expected", "found"),
    [
        (b"", "expected the magic number", "found an empty file"),
        (b"\0\0\x08", "00 00 08 and 01 to 03", "found 00 00 08"),
        (idx((2,), magic=b"\0\1\x08"), "00 00 08", "found 00 01 08 01"),
        (idx((2,), magic=b"\0\0\x0d"), "unsigned bytes", "found 00 00 0d 01"),
        (idx((), b""), "01 to 03", "found 00 00 08 00"),
        (idx((1,) * 200, b"\0"), "01 to 03", "found 00 00 08 c8"),
        (idx((2, 3, 4))[:10], "expected a header of 16 bytes", "found 10"),
        (idx((2, 3, 4))[:-1], "expected 24 bytes", "found 23"),
        (idx((2, 3, 4)) + b"\0", "expected 24 bytes", "found more"),
        (idx((2**31,), b""), "expected at most 1,073,741,824 bytes", "promises 2,147,483,648"),
        (idx((2**32 - 1,) * 3, b""), "expected at most", r"as \[4294967295, 4294967295"),
        (idx((2**31, 0, 28), b""), "expected at most", r"promises 0, as \[2147483648, 0, 28\]"),
        (idx((0, 2**32 - 1, 2**32 - 1), b""), "expected at most", "promises 0"),
        (b"PK\x03\x04", "00 00 08", "found 50 4b 03 04"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_read_idx_wrong_content_names_file_expected_and_found(
    tmp_path, pack, content, expected, found
):
    path = write(tmp_path / "bad-idx", pack(content))
    with pytest.raises(ValueError, match=rf"bad-idx: .*{expected}.*{found}"):
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
            assert "flipped" in str(error) and "found" in str(error)
        else:  # A bit that means nothing, such as one of the time.
            np.testing.assert_array_equal(array, VALUES)


def test_read_idx_truncated_gzip_raises(tmp_path):
    whole = gzip.compress(idx((2, 3, 4), VALUES.tobytes()))
    for length in range(len(whole)):
        with pytest.raises(ValueError, match="cut"):
            read_idx(write(tmp_path / "cut", whole[:length]))


def test_read_idx_garbage_after_gzip_raises(tmp_path):
    with pytest.raises(ValueError, match="damage"):
        read_idx(write(tmp_path / "garbage", gzip.compress(idx((2, 3))) + b"PK"))


def test_read_idx_gzip_bomb_is_not_unpacked(tmp_path):
    # 100 MB of zeros after a header that promises 4 bytes. Only the fifth byte is looked at.
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    content = squeeze.compress(idx((4,), b"")) + squeeze.compress(bytes(10**8)) + squeeze.flush()
    path = write(tmp_path / "bomb", content)
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"expected 4 bytes .* found more"):
        read_idx(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10**7
