"""Paths as people write them."""

import os
from pathlib import Path


def expanded(path: str | os.PathLike[str]) -> Path:
    """Return a path with `~` replaced by the user's home.

    Raises:
        FileNotFoundError: If there is no home, as in some containers, and the path begins there.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise FileNotFoundError(
            f"{path} cannot be found, for there is no home directory. "
            "Give a path without ~, or set HOME"
        ) from error
