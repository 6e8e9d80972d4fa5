"""The IDX file format of MNIST: a header that says how many bytes follow, then the bytes.

A file starts with two zero bytes, a type (8: unsigned bytes) and the number of dimensions; then
comes the size of each dimension, 4 bytes each, most significant first; then the values.
"""

import gzip
import math
import os
import zlib

import numpy as np

# MNIST's largest file holds 47 MB. A header that promises more than this is damaged.
MAX_BYTES = 2**30


def read_idx(path: str | os.PathLike[str]) -> np.ndarray:
    """Return the read-only array in an IDX file of unsigned bytes, compressed with gzip or not.

    If a file is damaged or is not an IDX file, a `ValueError` says what was expected and what was
    found. The function reads no more than the header promises.

    Examples:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "two-labels-idx1-ubyte"
        >>> _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 2, 5, 0]))
        >>> read_idx(path)
        array([5, 0], dtype=uint8)

    References:
        LeCun, Cortes and Burges, The MNIST database of handwritten digits, 1998.
    """
    with open(path, "rb") as file:
        compressed = file.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(path) if compressed else open(path, "rb") as file:
            magic = file.read(4)
            if magic[:3] != b"\0\0\x08" or magic[3:] not in (b"\1", b"\2", b"\3"):
                raise ValueError(
                    "expected the magic number of an IDX file of unsigned bytes, 00 00 08 and "
                    f"01 to 03, found {magic.hex(' ') or 'an empty file'}"
                )
            size = 4 * magic[3]
            header = file.read(size)
            if len(header) < size:
                raise ValueError(f"expected a header of {4 + size} bytes, found {4 + len(header)}")
            shape = np.frombuffer(header, ">u4").tolist()
            promised = math.prod(shape)
            # Check each size, too, because a size of 0 would hide an implausible one.
            if max(promised, *shape) > MAX_BYTES:
                raise ValueError(
                    f"expected at most {MAX_BYTES:,} bytes, found a header that promises "
                    f"{promised:,}, as {shape}"
                )
            # Read one byte more than promised, because gzip compares its checksum only at the end.
            values = file.read(promised + 1)
        if len(values) != promised:
            found = f"{len(values):,}" if len(values) < promised else "more"
            raise ValueError(
                f"expected {promised:,} bytes after the header, as {shape}, found {found}"
            )
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{path}: expected intact gzip data, found damage: {error}") from error
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return np.frombuffer(values, np.uint8).reshape(shape)
