"""Paths as people write them, and files that are written whole or not at all."""

import contextlib
import os
import secrets
import stat
from pathlib import Path


def expanded(path: str | os.PathLike[str], remedy: str = "or give a path without ~") -> Path:
    """Return a path with `~` replaced by the user's home."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:  # As in some containers.
        raise FileNotFoundError(
            f"{path} cannot be found, because there is no home directory. Set HOME, {remedy}"
        ) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that its name never stands for a part of it.

    The bytes go to a file beside it, which takes its name when they are all on the disk. A process
    that is killed leaves that file, `.unfinished-` and digits, which may be deleted.
    """
    path = path.resolve()  # A link stays a link.
    # Its own name, not one made of the file's, which may be as long as names can be.
    unfinished = path.with_name(f".unfinished-{secrets.token_hex(8)}")
    try:
        # Not `tempfile`, whose files none but the owner may read.
        with open(unfinished, "xb") as file:
            # Before the first byte, because a private file must not be readable for a moment.
            with contextlib.suppress(FileNotFoundError):
                unfinished.chmod(stat.S_IMODE(path.stat().st_mode))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        if not isinstance(error, OSError):
            raise
        remedy = "; make its folder first" if isinstance(error, FileNotFoundError) else ""
        # With a number, it is the kind of OSError that belongs to it.
        raise OSError(error.errno, f"Not written: {error.strerror}{remedy}", str(path)) from error
