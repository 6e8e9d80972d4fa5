"""Compiled programs kept on disk, so that the next process need not compile them again."""

import os
import warnings
from pathlib import Path

import jax

from jaxdigits._paths import expanded

MOST_BYTES = 2**30
# JAX goes through the whole folder for each program that it adds.
MOST_PROGRAMS = 1000


def enable_compilation_cache(folder: str | os.PathLike[str] | None = None) -> Path | None:
    """Keep every compiled program in a folder, and look there before compiling.

    JAX can do this by itself, as its *persistent compilation cache*, but leaves out whatever
    compiles within a second, which here is everything. Call it before the first computation. A
    program is taken from the folder only if it was compiled from the same code, for the same
    shapes, by the same version of JAX, for the same device. Of those in the folder, the 1,000 that
    were used last are kept, 1 GiB at most. The folder may be deleted at any time.

    Args:
        folder: Where to keep them; by default what JAX's own variable `JAX_COMPILATION_CACHE_DIR`
            says, else `jaxdigits` in the user's cache folder, `~/.cache` or `XDG_CACHE_HOME`.

    Returns:
        The folder; None, with a warning, if no `folder` is given and the default cannot be written.

    Raises:
        OSError: If `folder` is given and cannot be made or written.

    Examples:
        >>> folder = enable_compilation_cache()

    References:
        JAX documentation, Persistent compilation cache.
    """
    try:
        path = expanded(folder or jax.config.values["jax_compilation_cache_dir"] or _default())
        path.mkdir(parents=True, exist_ok=True)
        _tidy(path)
    except OSError as error:
        if folder is not None:
            raise type(error)(
                f"folder is {folder}, where compiled programs cannot be kept: {error}. "
                "Pass one that can be written, or do without."
            ) from error
        warnings.warn(
            f"Compiled programs will not be kept: {error}. All works as well, but compiles anew "
            "in each process. What to do: pass folder=, one that can be written.",
            stacklevel=2,
        )
        return None
    jax.config.update("jax_compilation_cache_dir", str(path))
    jax.config.update("jax_compilation_cache_max_size", MOST_BYTES)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    # JAX looks only once whether there is a cache; if it has looked already, it looks again.
    from jax.experimental.compilation_cache.compilation_cache import reset_cache

    reset_cache()
    return path


def _default() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "jaxdigits"


def _tidy(folder: Path) -> None:
    """Remove what was not used for long, and what a killed process left half-written.

    JAX writes a program to `...-cache`, and when that is whole, the time of its use to
    `...-atime`. Without the second it would stumble over the first for ever.
    """
    from filelock import FileLock

    with FileLock(folder / ".lockfile", timeout=10):  # The one that JAX takes to write.
        times = {path.name: path.stat().st_mtime_ns for path in folder.glob("*-atime")}
        for program in folder.glob("*-cache"):
            if program.name.removesuffix("-cache") + "-atime" not in times:
                program.unlink(missing_ok=True)
        for name in sorted(times, key=times.__getitem__, reverse=True)[MOST_PROGRAMS:]:
            (folder / f"{name.removesuffix('-atime')}-cache").unlink(missing_ok=True)
            (folder / name).unlink(missing_ok=True)
