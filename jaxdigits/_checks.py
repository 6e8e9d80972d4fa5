"""Checks on what a function is given: shapes by its annotations, values at its boundary.

Shapes are read from `jaxtyping` annotations and compared when a function is called. Inside
`jax.jit` that is when it is traced, so compiled code pays nothing. Values are looked at where
they are known; a traced array has none yet and passes.
"""

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, TypeVar, get_args

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import AbstractArray, Array, Integer, jaxtyped

P = ParamSpec("P")
R = TypeVar("R")


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Make `function` refuse arrays that do not fit its annotations.

    Axes that share a name must share a size, over all arguments and the result: `(5,)` beside
    `(5, 1)` is an error and never broadcasts to `(5, 5)`. NumPy arrays become JAX arrays.

    Raises:
        TypeError: naming the argument, what it is, and what it should be.
    """
    signature = inspect.signature(function)

    # `jaxtyped` opens the scope in which the sizes of named axes are remembered.
    @functools.partial(jaxtyped, typechecker=None)
    @functools.wraps(function)
    def checked_function(*args: P.args, **kwargs: P.kwargs) -> R:
        args, kwargs = jax.tree.map(_from_numpy, (args, kwargs))
        seen: list[str] = []
        for name, value in signature.bind(*args, **kwargs).arguments.items():
            for path, part, expected in _arrays(name, value, signature.parameters[name].annotation):
                if not isinstance(part, expected):
                    raise TypeError(_misfit(function.__name__, path, part, expected, seen))
                seen.append(f"{path} {describe(part)}")
        result = function(*args, **kwargs)
        for path, part, expected in _arrays("the result", result, signature.return_annotation):
            if not isinstance(part, expected):
                raise TypeError(_misfit(function.__name__, path, part, expected, seen))
        return result

    return checked_function


def check_not_empty(**arrays: jax.Array) -> None:
    """Raise `ValueError` for an array with no entries: a mean over nothing is not a number."""
    for name, array in arrays.items():
        if array.size == 0:
            raise ValueError(f"{name} is empty: {describe(array)}. Pass at least one example.")


def check_labels(num_classes: int, **labels: jax.Array) -> None:
    """Raise `ValueError` for a label outside 0 to `num_classes - 1`."""
    for name, array in labels.items():
        if isinstance(array, Tracer) or array.size == 0:
            continue
        # In NumPy: inside jax.jit, even the minimum of an array with known values is traced.
        values = np.asarray(array)
        low, high = values.min().item(), values.max().item()
        if low < 0 or high >= num_classes:
            wrong = low if low < 0 else high
            raise ValueError(
                f"{name} holds {wrong}, but {num_classes} classes are numbered 0 to "
                f"{num_classes - 1}. Renumber the labels, or give the right number of classes."
            )


def describe(value: Any) -> str:
    """Return an array's type and shape, such as `float32[5, 1]`; for others, their `repr`."""
    if not hasattr(value, "dtype") or not hasattr(value, "shape"):
        return repr(value)
    return f"{value.dtype}{list(value.shape)}"


def _from_numpy(leaf: Any) -> Any:
    return jnp.asarray(leaf) if isinstance(leaf, np.ndarray) else leaf


def _arrays(path: str, value: Any, annotation: Any) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    """Yield each array that `annotation` promises: its path, its value, the types it may have."""
    types = get_args(annotation) or (annotation,)
    if any(isinstance(t, type) and issubclass(t, AbstractArray) for t in types):
        # Where a float may stand, so may an int, as Python's numbers do; traced, it is an array.
        yield path, value, (*types, int, Integer[Array, ""]) if float in types else types
    elif hasattr(annotation, "_fields") and isinstance(value, annotation):
        for field, field_annotation in annotation.__annotations__.items():
            yield from _arrays(f"{path}.{field}", getattr(value, field), field_annotation)


def _misfit(
    function: str, path: str, value: Any, expected: tuple[Any, ...], seen: list[str]
) -> str:
    wanted = " or ".join(t.__name__ for t in expected).replace("jaxlib._jax.", "")
    beside = f" beside {', '.join(seen)}" if seen else ""
    if not isinstance(value, jax.Array):
        remedy = "Convert it with jax.numpy.asarray."
    elif "Float" in wanted and not jnp.issubdtype(value.dtype, jnp.floating):
        remedy = "Convert images with to_float, other arrays with .astype(float)."
    else:
        remedy = "Axes of one name must have one size: reshape, for nothing is broadcast."
    return f"{function}: {path} is {describe(value)}, expected {wanted}{beside}. {remedy}"
