"""Tell readers whether their answer to an exercise is right, and give a hint if it is not."""

from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

LONGEST = 60
"""The most characters of a value that a hint shows. For a longer value it shows the shape."""


def check_answer(
    answer: Any,
    expected: Callable[..., Any],
    inputs: Sequence[Sequence[Any]],
    *,
    slips: Mapping[str, Callable[..., Any]] | None = None,
    also: Sequence[Callable[..., Any]] = (),
    tolerance: float = 1e-3,
) -> str:
    """Return "right" if an answer does the same as `expected`, else "Not yet: " and a hint.

    An answer may return lists, NumPy or JAX arrays, numbers, or tuples of these. Only the
    structure, the shapes and the values count.

    Args:
        answer: The reader's function. If it raises an error, the hint shows the error.
        expected: A function that is right.
        inputs: The arguments of each call. Arrays are copied, so an answer may change them.
        slips: A dictionary from hints to functions that make a common mistake. If the answer
            agrees with such a function on all inputs, the reader gets its hint.
        also: Other right functions, whose results differ, for example by which side they nudge.
        tolerance: How far a value may be off, relative to the largest expected value.

    Example:
        ```python
        largest = lambda x: max(abs(number) for number in x)
        check_answer(max, largest, [([3.0, 4.0],), ([-7.0, 1.0],)])
        # "Not yet: with x = [-7., 1.] it returns 1.0 and should return 7.0."
        ```
    """
    if not callable(answer):
        return f"Not yet: the answer should be a function, but it is {_describe(answer)}."
    returned, hints = [], []
    for values in inputs:
        right = expected(*_copy(values))
        try:
            returned.append(answer(*_copy(values)))
            wrong = _difference(returned[-1], right, tolerance)
        except Exception as error:
            reason = str(error).strip().partition("\n")[0][:200]
            wrong = f"raises {type(error).__name__}: {reason}".rstrip(".: ")
        if wrong:
            given = signature(expected).bind(*values).arguments
            told = ", ".join(f"{name} = {_describe(value)}" for name, value in given.items())
            hints.append(f"Not yet: with {told} it {wrong}.")
    if not hints:
        return "right"

    def agrees(other: Callable[..., Any]) -> bool:
        return len(returned) == len(inputs) and not any(
            _difference(result, other(*_copy(values)), tolerance)
            for result, values in zip(returned, inputs, strict=True)
        )

    if any(map(agrees, also)):
        return "right"
    slip_hints = (f"Not yet: {hint}" for hint, slip in (slips or {}).items() if agrees(slip))
    return next(slip_hints, hints[0])


def _copy(values: Sequence[Any]) -> list[Any]:
    return [value.copy() if isinstance(value, np.ndarray | list) else value for value in values]


def _difference(result: Any, right: Any, tolerance: float) -> str:
    """Return how a result differs from the right one, or "" if it does not."""
    told = f"returns {_describe(result)} and should return {_describe(right)}"
    if right is None or result is None:
        if result is right:
            return ""
        return f"{told} (does the function end with `return`?)" if result is None else told
    if type(right) is tuple:  # The order counts, not the container.
        several = isinstance(result, tuple | list) or getattr(result, "ndim", 0)
        if not several or len(result) != len(right):
            return f"returns {_describe(result)} and should return {len(right)} values"
        pairs = list(zip(result, right, strict=True))
    elif isinstance(right, list) or jax.tree.structure(right) == jax.tree.structure(0):
        return _array_difference(result, right, tolerance, told)
    else:
        if jax.tree.structure(result) != jax.tree.structure(right):
            return told
        pairs = list(zip(jax.tree.leaves(result), jax.tree.leaves(right), strict=True))
    return next(filter(None, (_difference(*pair, tolerance) for pair in pairs)), "")


def _array_difference(result: Any, right: Any, tolerance: float, told: str) -> str:
    try:
        got, wanted = np.asarray(result), np.asarray(right)
    except (TypeError, ValueError):  # A list whose parts differ in length, for example.
        return told
    if got.shape != wanted.shape:
        return f"returns shape {got.shape} and should return shape {wanted.shape}"
    numbers = "biuf"
    if got.dtype.kind not in numbers or wanted.dtype.kind not in numbers:
        return "" if got.tolist() == wanted.tolist() else told
    # Counts have to be exact, apart from the rounding of floats.
    share = tolerance if wanted.dtype.kind == "f" else 1e-6 * (got.dtype.kind == "f")
    got, wanted = got.astype(np.float64), wanted.astype(np.float64)
    room = share * np.max(np.abs(wanted[np.isfinite(wanted)]), initial=0)
    same = np.isclose(got, wanted, rtol=0, atol=room, equal_nan=True)
    if same.all():
        return ""
    if _describe(got).startswith("an array"):  # Too long to be shown whole.
        place = tuple(int(i) for i in np.argwhere(~same)[0])
        return f"returns {got[place]:.6g} at {list(place)} and should return {wanted[place]:.6g}"
    return told


def _describe(value: Any) -> str:
    if callable(value):
        name = getattr(value, "__name__", "<lambda>")
        return "a function" if name == "<lambda>" else name
    if isinstance(value, jax.Array) and jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
        return "a random key"
    if isinstance(value, np.ndarray | jax.Array) and value.ndim:
        what = f"an array of shape {value.shape}"
        text = np.array2string(np.asarray(value), precision=4, separator=", ")
    else:
        what = f"a {type(value).__name__}"
        text = repr(value) if isinstance(value, str) else str(value)
        text = f"{value:.6g}" if isinstance(value, float) else text
    return " ".join(text.split()) if len(text) <= LONGEST else what
