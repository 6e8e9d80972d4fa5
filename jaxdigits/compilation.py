"""Compiled programs on disk, so that the next process need not compile them again."""

import os
import warnings
from pathlib import Path

import jax

from jaxdigits._paths import expanded


def enable_compilation_cache(folder: str | os.PathLike[str] | None = None) -> Path | None:
    """Keep every compiled program in a folder, and look there before compiling.

    This switches on the *persistent compilation cache* of JAX, also for programs that compile in
    less than a second, which JAX by itself leaves out and which here are all. Call it before the
    first computation. The programs used last are kept, up to 1 GiB.

    Args:
        folder: By default what the variable `JAX_COMPILATION_CACHE_DIR` says, otherwise
            `jaxdigits` in `XDG_CACHE_HOME` or `~/.cache`.

    Returns:
        The folder; None, with a warning, if the default cannot be written.

    Examples:
        >>> folder = enable_compilation_cache()
    """
    default = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "jaxdigits"
    try:
        path = expanded(folder or jax.config.values["jax_compilation_cache_dir"] or default)
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK):
            raise PermissionError(f"{path} cannot be written")
    except OSError as error:
        if folder is not None:
            raise type(error)(
                f"folder is {folder}, where compiled programs cannot be kept: {error}. "
                "Pass a folder that can be written, or do without."
            ) from error
        warnings.warn(
            f"Compiled programs will not be kept, so each process compiles anew: {error}. Pass "
            "folder=, one that can be written.",
            stacklevel=2,
        )
        return None
    jax.config.update("jax_compilation_cache_dir", str(path))
    jax.config.update("jax_compilation_cache_max_size", 2**30)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    # JAX looks only once whether there is a cache; if it has looked already, it looks again.
    from jax.experimental.compilation_cache.compilation_cache import reset_cache

    reset_cache()
    return path
