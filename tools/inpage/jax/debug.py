"""Printing from inside compiled functions."""

from jax._core import Array, peek
from not_here import named


def print(fmt, *args, ordered=False, **kwargs):  # JAX's name.
    """Print values, also traced ones."""
    shown = lambda x: peek(x) if isinstance(x, Array) else x  # noqa: E731
    import builtins

    builtins.print(fmt.format(*map(shown, args), **{k: shown(v) for k, v in kwargs.items()}))


__getattr__ = named("jax.debug")
