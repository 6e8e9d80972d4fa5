"""Files that are written whole, or not at all."""

import contextlib
import os
import secrets
import stat
from pathlib import Path

UNFINISHED = ".unfinished-"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that its name never stands for a part of it.

    The bytes go to a file beside it, which takes its name when they are all on the disk. Whatever
    happens before, what stood there is unchanged. A process that is killed leaves the file beside
    it, `.unfinished-` and digits, which may be deleted.

    Raises:
        OSError: With the file's name and the reason, if it cannot be written.
    """
    path = path.resolve()  # A link stays a link.
    # Its own name, not one made of the file's, which may be as long as names can be.
    unfinished = path.with_name(f"{UNFINISHED}{secrets.token_hex(8)}")
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


def remove_unfinished(folder: Path) -> None:
    """Remove what killed processes left in a folder, in which no other process writes now."""
    for left in folder.glob(f"{UNFINISHED}*"):
        left.unlink(missing_ok=True)
