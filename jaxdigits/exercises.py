"""Tell readers whether their answer to an exercise is right, and give a hint if it is not."""

from collections.abc import Callable, Mapping, Sequence
from inspect import signature, unwrap
from traceback import extract_tb, format_exception_only
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

SHOWN = 64  # A hint shows the numbers of an array or a list up to this size, then only the shape.
FEW = 4  # So many numbers are compared at a glance. Among more, a hint says which one differs.
LINE = 60  # The most characters of values that are written within a line.


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
        # "Not yet: with x = [-7.0, 1.0] it returns 1.0 and should return 7.0."
        ```
    """
    if not callable(answer):
        return f"Not yet: the answer should be a function, but it is {_describe(answer)}."
    returned, hints = [], []
    for values in inputs:
        right = expected(*_copy(values))
        try:
            result = answer(*_copy(values))
            wrong = _difference(result, right, tolerance)
            returned.append(result)
        except Exception as error:
            wrong = _describe_error(error, answer)
        if wrong:
            forgotten = wrong.startswith("returns None")
            start = "does the function end with return? With" if forgotten else "with"
            arguments = signature(expected).bind(*values).arguments
            hints.append(f"{start}{_describe_arguments(arguments)}it {wrong}.")

    def agrees(other: Callable[..., Any]) -> bool:
        return len(returned) == len(inputs) and not any(
            _difference(result, other(*_copy(values)), tolerance)
            for result, values in zip(returned, inputs, strict=True)
        )

    if not hints or any(map(agrees, also)):
        return "right"
    slip_hints = (hint for hint, slip in (slips or {}).items() if agrees(slip))
    return f"Not yet: {next(slip_hints, hints[0])}"


def _copy(values: Sequence[Any]) -> list[Any]:
    return [value.copy() if isinstance(value, np.ndarray | list) else value for value in values]


def _difference(result: Any, right: Any, tolerance: float) -> str:
    """Return how a result differs from the right one, or "" if it does not."""
    if right is None or result is None:
        return "" if result is right else _contrast(result, right)
    if type(right) is tuple:  # The order counts, not the container.
        several = isinstance(result, tuple | list) or getattr(result, "ndim", 0)
        if not several or len(result) != len(right):
            return f"returns {_describe(result)} and should return {len(right)} values"
        for number, pair in enumerate(zip(result, right, strict=True), 1):
            if wrong := _difference(*pair, tolerance):
                return wrong.replace("returns", f"returns, as value {number} of {len(right)},", 1)
        return ""
    leaves, structure = jax.tree.flatten(right)
    if isinstance(right, list) or structure == jax.tree.structure(0):
        return _array_difference(result, right, tolerance)
    if jax.tree.structure(result) != structure:
        return _contrast(result, right)
    pairs = zip(jax.tree.leaves(result), leaves, strict=True)
    return next(filter(None, (_difference(*pair, tolerance) for pair in pairs)), "")


def _array_difference(result: Any, right: Any, tolerance: float) -> str:
    try:
        got, wanted = np.asarray(result), np.asarray(right)
    except (TypeError, ValueError):  # A list whose parts differ in length, for example.
        return _contrast(result, right)
    if got.shape != wanted.shape:
        how = f"shape {got.shape} instead of {wanted.shape}" if got.ndim and wanted.ndim else ""
        if got.ndim == wanted.ndim == 1:
            how = f"{len(got)} element{'s' * (len(got) != 1)} instead of {len(wanted)}"
        return _contrast(result, right, how)
    if not {got.dtype.kind, wanted.dtype.kind} <= set("biuf"):  # They are not numbers.
        return "" if got.tolist() == wanted.tolist() else _contrast(result, right)
    # Counts have to be exact, apart from the rounding of floats.
    share = tolerance if wanted.dtype.kind == "f" else 1e-6 * (got.dtype.kind == "f")
    got, wanted = got.astype(np.float64), wanted.astype(np.float64)
    room = share * np.max(np.abs(wanted[np.isfinite(wanted)]), initial=0)
    same = np.isclose(got, wanted, rtol=0, atol=room, equal_nan=True)
    if same.all():
        return ""
    if got.size <= FEW:
        return _contrast(result, right)
    place = tuple(np.argwhere(~same)[0].tolist())
    how = f"{got[place]:.6g} instead of {wanted[place]:.6g} at {list(place)}"
    return _contrast(result, right, how)


def _contrast(result: Any, right: Any, how: str = "") -> str:
    """Return what an answer returns and should return, and how these differ."""
    got, wanted = _describe(result), _describe(right)
    if how and any(text.startswith(("an array of", "a list of")) for text in (got, wanted)):
        return f"returns {how}"
    if "\n" in got + wanted or len(got + wanted) > LINE:
        return f"returns{f' {how}:' if how else ''}\n{got}\nand should return\n{wanted}"
    return f"returns {got}{f', {how},' if how else ''} and should return {wanted}"


def _describe_arguments(arguments: Mapping[str, Any]) -> str:
    told = [f"{name} = {_describe(value)}" for name, value in arguments.items()]
    line = ", ".join(told)
    if "\n" not in line and len(line) <= LINE:
        return f" {line} "
    lines = [text.replace("= ", "=\n", 1) if "\n" in text else text for text in told]
    return "\n".join(["", *lines, ""])


def _describe_error(error: Exception, answer: Callable[..., Any]) -> str:
    """Return an error and the lines of the answer's file that led to it."""
    code = getattr(unwrap(answer), "__code__", None)
    lines = [
        f"Line {frame.lineno}: {frame.line or ''}".rstrip()
        for frame in extract_tb(error.__traceback__)
        if code and frame.filename == code.co_filename
    ]
    reason = format_exception_only(error)[-1].strip().partition("\n")[0][:200].rstrip(".: ")
    if not lines:
        return f"raises {reason}"
    return "\n".join(["raises an error.", *dict.fromkeys(lines), reason])


def _describe(value: Any) -> str:
    if callable(value):
        name = getattr(value, "__name__", "<lambda>")
        return "a function" if name == "<lambda>" else name
    if isinstance(value, jax.Array) and jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
        return "a random key"
    if isinstance(value, np.ndarray | np.generic | jax.Array):
        if value.size > SHOWN or (value.size == 0 and value.ndim > 1):
            return f"an array of shape {value.shape}"
        if value.ndim:
            # Rows without commas, as NumPy prints them, are short enough for a phone.
            separator = ", " if value.ndim == 1 else " "
            return np.array2string(np.asarray(value), precision=4, separator=separator)
        value = value.item()
    if type(value) in (list, tuple):
        size = sum(getattr(leaf, "size", 1) for leaf in jax.tree.leaves(value))
        if size > SHOWN:
            return f"a {type(value).__name__} of {len(value)} elements"
        rows = any(isinstance(part, list) for part in value)
        text = (",\n " if rows else ", ").join(map(_describe, value))
        return f"[{text}]" if isinstance(value, list) else f"({text})"
    if isinstance(value, float):
        return repr(float(f"{value:.6g}"))
    text = repr(value) if isinstance(value, str) else str(value)
    return " ".join(text.split()) if len(text) <= LINE else f"a {type(value).__name__}"
