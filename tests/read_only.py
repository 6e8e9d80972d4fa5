"""Folders in which nobody may write, and files that nobody may read."""

import contextlib
import ctypes
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def read_only(folder: Path, forbidden: int = 0o222) -> Iterator[None]:
    """Take permissions, by default to write, from a folder and all in it: from root, too."""
    modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    for path, mode in modes.items():
        path.chmod(mode & ~forbidden)
    try:
        with _without_privileges() if os.geteuid() == 0 else contextlib.nullcontext():
            yield
    finally:
        for path, mode in modes.items():
            if path.exists():
                path.chmod(mode)


@contextlib.contextmanager
def _without_privileges() -> Iterator[None]:
    """Take from root, in this thread, what lets it write where modes say that nobody may.

    To become another user would do too, were Python, and what is installed, not often in a folder
    of root's that no other user may read.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3 of the call; this thread
    # Three words, twice: effective, permitted and inheritable capabilities, from 0 and from 32.
    data = (ctypes.c_uint32 * 6)()
    if libc.capget(header, data):
        raise OSError(ctypes.get_errno(), "capget")
    before = data[0]
    data[0] &= ~(1 << 1 | 1 << 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    if libc.capset(header, data):
        raise OSError(ctypes.get_errno(), "capset")
    try:
        yield
    finally:
        data[0] = before
        libc.capset(header, data)
