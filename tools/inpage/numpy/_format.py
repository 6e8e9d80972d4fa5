"""Arrays and numbers as text, laid out as NumPy lays them out."""

import math
from decimal import ROUND_HALF_EVEN, Decimal

from numpy._dtypes import to_float32

LINE = 75
"""Characters of a line."""
LONGEST, EDGE = 1000, 3
"""An array with more numbers is shown by the first and last three along each axis."""


def to_string(a, separator: str, prefix: str = "", precision: int = 8) -> str:
    """Return an array as text."""
    if not a.ndim:
        return _scalar(a.item(), a.dtype.name, precision)
    if not a.size:
        return "[]"
    shortened = a.size > LONGEST
    shown = _edges(a) if shortened else a
    texts = iter(_texts(shown.ravel().tolist(), a.dtype, precision))
    indent = " " * (len(prefix) + 1)
    return _rows(texts, a.shape, separator, shortened, indent, LINE)


def _edges(a):
    """Return the numbers that are shown of a long array."""
    for axis, n in enumerate(a.shape):
        if n > 2 * EDGE:
            a = a[(*[slice(None)] * axis, [*range(EDGE), *range(n - EDGE, n)])]
    return a


def _rows(texts, shape, separator: str, shortened: bool, indent: str, width: int) -> str:
    n = shape[0]
    cut = shortened and n > 2 * EDGE
    shown = [*range(EDGE), None, *range(n - EDGE, n)] if cut else [*range(n)]
    if len(shape) == 1:
        room = width - max(len(separator.rstrip()), 1)
        lines = [indent]
        for place, i in enumerate(shown):
            word = "..." if i is None else next(texts)
            if len(lines[-1]) + len(word) > room and lines[-1] != indent:
                lines[-1] = lines[-1].rstrip()
                lines.append(indent)
            lines[-1] += word + (separator if place < len(shown) - 1 else "")
        text = "\n".join(lines)
    else:
        parts = [
            "..."
            if i is None
            else _rows(texts, shape[1:], separator, shortened, indent + " ", width - 1)
            for i in shown
        ]
        text = (separator.rstrip() + "\n" * (len(shape) - 1)).join(indent + part for part in parts)
    return f"[{text[len(indent) :]}]"


def _texts(values: list, dtype, precision: int) -> list[str]:
    if dtype.kind != "f":
        texts = [str(value) for value in values]
        width = max(map(len, texts))
        return [text.rjust(width) for text in texts]
    finite = [value for value in values if math.isfinite(value)]
    sizes = [abs(value) for value in finite if value]
    largest, smallest = max(sizes, default=0.0), min(sizes, default=0.0)
    science = bool(sizes) and (largest >= 1e8 or smallest < 1e-4 or largest / smallest > 1000)
    if science:
        pairs = [_scientific(value, dtype.name, precision) for value in finite]
        longest = max(len(digits.partition(".")[2]) for digits, _ in pairs)
        by_value = {
            value: f"{_fill(digits, longest)}{exponent}"
            for value, (digits, exponent) in zip(finite, pairs, strict=True)
        }
    else:
        by_value = {value: _positional(value, dtype.name, precision) for value in finite}
    right = max((len(text.partition(".")[2]) for text in by_value.values()), default=0)
    texts = []
    for value in values:
        if not math.isfinite(value):
            texts.append(str(value))
        elif science:
            texts.append(by_value[value])
        else:
            text = by_value[value]
            texts.append(text + " " * (right - len(text.partition(".")[2])))
    width = max(map(len, texts))
    return [text.rjust(width) for text in texts]


def _fill(digits: str, longest: int) -> str:
    whole, _, part = digits.partition(".")
    return f"{whole}.{part.ljust(longest, '0')}"


def _shortest(value: float, kind: str) -> str:
    """Return the fewest digits that mean this number among all numbers of its type."""
    if kind != "float32":
        return repr(value)
    return next(
        text for digits in range(1, 18) if to_float32(float(text := f"{value:.{digits}g}")) == value
    )


def _positional(value: float, kind: str, precision: int) -> str:
    exact = Decimal(_shortest(value, kind))
    if -exact.as_tuple().exponent > precision:
        exact = Decimal(value).quantize(Decimal(1).scaleb(-precision), ROUND_HALF_EVEN)
    text = f"{exact:f}"
    whole, _, part = text.partition(".")
    return (
        f"{'-' if text[0] != '-' and math.copysign(1, value) < 0 else ''}{whole}.{part.rstrip('0')}"
    )


def _scientific(value: float, kind: str, precision: int) -> tuple[str, str]:
    digits = len(Decimal(_shortest(value, kind)).normalize().as_tuple().digits) - 1
    text = f"{value:.{min(digits, precision)}e}"
    front, exponent = text.split("e")
    whole, _, part = front.partition(".")
    return f"{whole}.{part.rstrip('0')}", f"e{exponent}"


def number_text(value: float, kind: str) -> str:
    """Return a single number as text, as Python would write it."""
    if not math.isfinite(value):
        return str(value)
    if kind != "float32":
        return repr(value)
    return repr(float(_shortest(value, kind)))


def _scalar(value, kind: str, precision: int) -> str:
    return number_text(value, kind) if isinstance(value, float) else str(value)
