"""Expand paths with `~`."""

import os
from pathlib import Path


def expanded(path: str | os.PathLike[str], remedy: str = "or give a path without ~") -> Path:
    """Return a path with `~` replaced by the user's home directory."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:  # In some containers.
        raise FileNotFoundError(
            f"{path} cannot be found, because there is no home directory. Set HOME, {remedy}"
        ) from error
