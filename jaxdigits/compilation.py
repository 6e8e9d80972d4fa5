"""Keep compiled programs on disk, so that the next process does not compile them again."""

import os
import warnings
from pathlib import Path

import jax
from jax.experimental.compilation_cache.compilation_cache import reset_cache

from jaxdigits._disk import expanded


def enable_compilation_cache(folder: str | os.PathLike[str] | None = None) -> Path | None:
    """Keep every compiled program in a folder, and look there before compiling.

    This switches on JAX's *persistent compilation cache*, even for programs that compile in less
    than a second, which JAX leaves out by default. The default folder is the one that the variable
    `JAX_COMPILATION_CACHE_DIR` names, or else `jaxdigits` in `XDG_CACHE_HOME` or `~/.cache`. You
    may delete the folder at any time. JAX removes nothing from it unless the variable
    `JAX_COMPILATION_CACHE_MAX_SIZE` limits its bytes.

    Returns the folder, or None, with a warning, if the default folder cannot be written.
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
                f"folder is {folder}, where compiled programs cannot be saved: {error}. "
                "Pass a folder that can be written."
            ) from error
        warnings.warn(
            f"Compiled programs will not be saved, so each process compiles again: {error}. Pass "
            "folder=, a folder that can be written.",
            stacklevel=2,
        )
        return None
    jax.config.update("jax_compilation_cache_dir", str(path))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    # JAX looks for a cache only once, at its first program, which may have been compiled before.
    reset_cache()
    return path
