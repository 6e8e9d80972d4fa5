"""Expand paths with `~`, and write files completely or not at all."""

import contextlib
import os
import secrets
import stat
from pathlib import Path


def expanded(path: str | os.PathLike[str], remedy: str = "or give a path without ~") -> Path:
    """Return a path with `~` replaced by the user's home directory."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:  # In some containers.
        raise FileNotFoundError(
            f"{path} cannot be found, because there is no home directory. Set HOME, {remedy}"
        ) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file completely or not at all.

    The bytes go to a temporary file beside it, which is renamed once they are all on the disk. A
    process that is killed leaves a file called `.unfinished-` and digits, which may be deleted.
    """
    path = path.resolve()  # A link stays a link.
    # Not derived from the file's own name, which may already be as long as names can be.
    unfinished = path.with_name(f".unfinished-{secrets.token_hex(8)}")
    try:
        # Not `tempfile`, because only the owner may read its files.
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
        # Given the error number, OSError chooses the right subclass.
        raise OSError(error.errno, f"Not written: {error.strerror}{remedy}", str(path)) from error
