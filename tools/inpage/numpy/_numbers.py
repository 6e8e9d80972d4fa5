"""Single numbers, computed by Python: a call of JavaScript would take twenty times as long."""

import math
import operator
from collections.abc import Callable


def _divide(a, b):
    if b == 0:
        return math.nan if a == 0 or a != a else math.copysign(math.inf, a) * math.copysign(1, b)
    return a / b


def _remainder(a, b):
    if b == 0:
        return math.nan if isinstance(a, float) else 0
    return a % b if math.isfinite(b) else (math.nan if b != b else a)


def _floor_divide(a, b):
    if b == 0:
        return _divide(a, b) if isinstance(a, float) else 0
    return a // b


def _power(a, b):
    try:
        made = a**b
        return math.nan if isinstance(made, complex) else made
    except OverflowError:
        return math.inf
    except ZeroDivisionError:
        return math.inf


def _or(value: float, errors: type[Exception], function: Callable) -> Callable:
    def safe(x):
        try:
            return function(x)
        except errors:
            return value

    return safe


def _log(function: Callable, pole: float = 0.0) -> Callable:
    def safe(x):
        return -math.inf if x == pole else math.nan if x < pole else function(x)

    return safe


def _either(a, b, choose):
    return math.nan if a != a or b != b else choose(a, b)


def _whole(function: Callable) -> Callable:
    return lambda x: float(function(x)) if math.isfinite(x) else x


TWO: dict[str, Callable] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": _divide,
    "floor_divide": _floor_divide,
    "remainder": _remainder,
    "power": _power,
    "maximum": lambda a, b: _either(a, b, max),
    "minimum": lambda a, b: _either(a, b, min),
    "equal": operator.eq,
    "not_equal": operator.ne,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "logical_and": lambda a, b: bool(a and b),
    "logical_or": lambda a, b: bool(a or b),
    "logical_xor": lambda a, b: bool(a) != bool(b),
    "bitwise_and": operator.and_,
    "bitwise_or": operator.or_,
    "bitwise_xor": operator.xor,
    "left_shift": operator.lshift,
    "right_shift": operator.rshift,
    "hypot": math.hypot,
}
ONE: dict[str, Callable] = {
    "negative": operator.neg,
    "absolute": abs,
    "square": lambda x: x * x,
    "sign": lambda x: x if x != x else type(x)((x > 0) - (x < 0)),
    "logical_not": operator.not_,
    "isnan": lambda x: x != x,
    "isfinite": math.isfinite,
    "isinf": math.isinf,
    "exp": _or(math.inf, OverflowError, math.exp),
    "expm1": _or(math.inf, OverflowError, math.expm1),
    "log": _log(math.log),
    "log2": _log(math.log2),
    "log10": _log(math.log10),
    "log1p": _log(math.log1p, -1.0),
    "sqrt": _or(math.nan, ValueError, math.sqrt),
    "sin": _or(math.nan, ValueError, math.sin),
    "cos": _or(math.nan, ValueError, math.cos),
    "tan": _or(math.nan, ValueError, math.tan),
    "tanh": math.tanh,
    "sinh": _or(math.inf, OverflowError, math.sinh),
    "cosh": _or(math.inf, OverflowError, math.cosh),
    "floor": _whole(math.floor),
    "ceil": _whole(math.ceil),
    "rint": _whole(round),
}
COMPARE = {"equal", "not_equal", "less", "less_equal", "greater", "greater_equal"}
TRUTH = COMPARE | {"logical_and", "logical_or", "logical_xor", "logical_not", "isnan", "isfinite",
                   "isinf"}  # fmt: skip
