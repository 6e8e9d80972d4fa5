"""jax.numpy in a page."""

import builtins
import functools
import itertools
import math
import operator

import numpy as np
from jax._core import Array, Operation, Tracer, peek
from jax.dtypes import issubdtype  # noqa: F401
from jax.errors import ConcretizationTypeError
from not_here import named
from numpy import (  # noqa: F401 # The types, which are NumPy's.
    bool_,
    dtype,
    finfo,
    float32,
    float64,
    floating,
    iinfo,
    inexact,
    int8,
    int16,
    int32,
    int64,
    integer,
    number,
    signedinteger,
    uint8,
    uint16,
    uint32,
    unsignedinteger,
)

ndarray = Array
pi, e, inf, nan, newaxis = math.pi, math.e, math.inf, math.nan, None
bool = bool_
_NUMBERS = builtins.bool, int, float
_OPERANDS = Array, np.ndarray, np.generic, *_NUMBERS  # A tuple, which is faster than a union.
_NARROW = {"float64": "float32", "int64": "int32", "uint64": "uint32"}


def _kind(kind) -> str:
    name = dtype(kind).name
    return _NARROW.get(name, name)


def canonical(x: np.ndarray) -> np.ndarray:
    """Return an array in the type that JAX keeps it in: 32 bits."""
    return x.astype(_kind(x.dtype), copy=False)


def asarray(x, dtype=None):
    """Return what is given as a JAX array."""
    if isinstance(x, Array):
        return x if dtype is None else _convert(x, _kind(dtype))
    if isinstance(x, list | tuple) and _has_tracer(x):
        parts = [asarray(part, dtype) for part in x]
        return stack(parts)
    value = canonical(np.asarray(x))
    return Array(value if dtype is None else value.astype(_kind(dtype)))


def array(object, dtype=None, copy=True):
    """Return what is given as a JAX array."""
    made = asarray(object, dtype)
    fresh = not isinstance(object, Array) and isinstance(object, np.ndarray)
    return Array(made._value.copy()) if fresh else made


def _has_tracer(x) -> builtins.bool:
    if isinstance(x, list | tuple):
        return builtins.any(map(_has_tracer, x))
    return isinstance(x, Tracer)


def _arrays(name: str, *args) -> list:
    """Return arguments as arrays, but Python's numbers as they are; refuse lists, as JAX does."""
    for place, x in enumerate(args):
        if not isinstance(x, _OPERANDS):
            raise TypeError(
                f"{name} requires ndarray or scalar arguments, got {type(x)} at position {place}."
            )
        if isinstance(x, Array) and x.dtype == "key":
            raise TypeError(f"{name} does not accept dtype key<fry>.")
    return [x if type(x) in (builtins.bool, int, float) else asarray(x) for x in args]


def _convert(x: Array, kind: str) -> Array:
    return x if x.dtype == kind else _astype(x, kind=kind)


def _promote(a: str, b: str) -> str:
    if "f" in (dtype(a).kind, dtype(b).kind):
        return "float32"
    return _NARROW.get(np.promote(a, b), np.promote(a, b))


def _weak(kind: str, value) -> str:
    if type(value) is float and dtype(kind).kind != "f":
        return "float32"
    return "int32" if type(value) is int and kind == "bool" else kind


def together(name: str, *args) -> list[Array]:
    """Return arrays of one type, by JAX's rules."""
    args = _arrays(name, *args)
    kinds = [x.dtype.name for x in args if isinstance(x, Array)]
    if not kinds:
        kinds = [_kind(type(args[0]))]
    kind = functools.reduce(_promote, kinds)
    for x in args:
        kind = kind if isinstance(x, Array) else _weak(kind, x)
    return [_convert(x, kind) if isinstance(x, Array) else _constant(x, kind) for x in args]


def _constant(x, kind: str) -> Array:
    if dtype(kind).kind in "iu" and not isinstance(x, builtins.bool):
        x = dtype(kind).wrap(int(x), strict=False) if kind != "uint8" else dtype(kind).wrap(int(x))
    return Array(np.asarray(x, kind))


def _unbroadcast(g: Array, x) -> Array:
    """Return the gradient of an array that was repeated: the sum over its copies."""
    if g.shape == x.shape:
        return g
    new = g.ndim - len(x.shape)
    axes = tuple(range(new)) + tuple(
        new + i for i, n in enumerate(x.shape) if n == 1 and g.shape[new + i] != 1
    )
    return reshape(sum(g, axis=axes), x.shape) if axes else reshape(g, x.shape)


# Operations with their derivatives. g is the gradient of the result y.

_astype = Operation(
    lambda x, kind: x.astype(kind),
    lambda g, y, x, kind: _convert(g, x.dtype.name),
)
_reshape = Operation(
    lambda x, shape: np.reshape(x, shape),
    lambda g, y, x, shape: reshape(g, x.shape),
)
_transpose = Operation(
    lambda x, axes: np.transpose(x, axes),
    lambda g, y, x, axes: transpose(g, [axes.index(i) for i in range(len(axes))]),
)
_broadcast = Operation(
    lambda x, shape: np.broadcast_to(x, shape),
    lambda g, y, x, shape: _unbroadcast(g, x),
)
_sum = Operation(
    lambda x, axes, keepdims: np.sum(x, axes, keepdims=keepdims).astype(x.dtype, copy=False),
    lambda g, y, x, axes, keepdims: _spread(g, x, axes),
)
_matmul = Operation(
    lambda a, b: np.matmul(a, b),
    lambda g, y, a, b: _unbroadcast(matmul(g, swapaxes(b, -1, -2)), a),
    # The small matrices are transposed, and not the examples: that takes a third of the time.
    lambda g, y, a, b: _unbroadcast(swapaxes(matmul(swapaxes(g, -1, -2), a), -1, -2), b),
)
_select = Operation(
    lambda c, a, b: np.where(c, a, b),
    None,
    lambda g, y, c, a, b: where(c, g, zeros_like(g)),
    lambda g, y, c, a, b: where(c, zeros_like(g), g),
)
_take = Operation(
    lambda x, places: x.ravel()[places],
    lambda g, y, x, places: reshape(_add_at(zeros(x.size, x.dtype), g, places=places), x.shape),
)
# The same for whole rows, and for what slices and integers mean: without places for all numbers.
_rows = Operation(
    lambda x, rows: x[rows],
    lambda g, y, x, rows: _add_rows(g, rows=rows, shape=x.shape),
)
_add_rows = Operation(
    lambda g, rows, shape: np.scatter_add(np.zeros(shape, g.dtype), rows, g),
    lambda h, y, g, rows, shape: _rows(h, rows=rows),
)
_view = Operation(
    lambda x, index: np.asarray(x[index]),
    lambda g, y, x, index: _put_back(g, index=index, shape=x.shape),
)
_put_back = Operation(
    lambda g, index, shape: _set(np.zeros(shape, g.dtype), g, index),
    lambda h, y, g, index, shape: _view(h, index=index),
)
_add_at = Operation(
    lambda x, v, places: np.scatter_add(x, places, v),
    lambda g, y, x, v, places: g,
    lambda g, y, x, v, places: _take(g, places=places),
)
_concatenate = Operation(
    lambda *xs, axis: np.concatenate(xs, axis),
    many=lambda g, i, y, *xs, axis: _piece(
        g, axis, builtins.sum(x.shape[axis] for x in xs[:i]), xs[i].shape[axis]
    ),
)
_cumsum = Operation(
    lambda x, axis: np.cumsum(x, axis),
    lambda g, y, x, axis: flip(cumsum(flip(g, axis), axis), axis),
)
_einsum = Operation(
    lambda *xs, spec: np.asarray(np.einsum(spec, *xs)),
    many=lambda g, i, y, *xs, spec: _einsum_slope(g, i, xs, spec),
)
stop_gradient_ = Operation(lambda x: x)


def _set(x, v, places):
    made = x.copy()
    made[places] = v
    return made


def _set_slope(g, y, x, v, places):
    hidden = Array(_set(np.ones(x.shape, "float32"), 0.0, places))
    return g * hidden


_set_at = Operation(_set, _set_slope, lambda g, y, x, v, places: _take(g, places=places))


def _spread(g, x, axes):
    kept = tuple(1 if i in axes else n for i, n in enumerate(x.shape))
    return broadcast_to(reshape(g, kept), x.shape)


def _piece(g, axis, start, n):
    return g[(slice(None),) * axis + (slice(start, start + n),)]


def _einsum_slope(g, i, xs, spec):
    inputs, out = spec.split("->")
    inputs = inputs.split(",")
    others = [(s, x) for n, (s, x) in enumerate(zip(inputs, xs, strict=True)) if n != i]
    here = {*out}.union(*(s for s, _ in others))
    seen = "".join(letter for letter in inputs[i] if letter in here)
    terms = ",".join([out, *(s for s, _ in others)])
    made = einsum(f"{terms}->{seen}", g, *(x for _, x in others))
    shape = tuple(
        n if letter in seen else 1 for letter, n in zip(inputs[i], xs[i].shape, strict=True)
    )
    return broadcast_to(reshape(made, shape), xs[i].shape)


def _extreme(name):
    def slope(g, y, x, axes, keepdims):
        most = x == _spread(y, x, axes)  # Equal ones share the gradient.
        share = _convert(most, "float32") / _spread(sum(most, axis=axes), x, axes)
        return _spread(g, x, axes) * share

    return Operation(lambda x, axes, keepdims: getattr(np, name)(x, axes, keepdims=keepdims), slope)


def _others(y, x, axes):
    """Return for each number the product of the others."""
    if np.all(peek(x) != 0):
        return _spread(y, x, axes) / x
    order = [i for i in range(x.ndim) if i not in axes] + [*axes]
    moved = transpose(x, order)
    n = math.prod(x.shape[i] for i in axes)
    rows = reshape(moved, (-1, 1, n))
    made = prod(where(Array(np.eye(n) > 0), asarray(1, x.dtype), rows), -1)
    return transpose(reshape(made, moved.shape), [order.index(i) for i in range(x.ndim)])


_reductions = {
    "max": _extreme("max"),
    "min": _extreme("min"),
    "prod": Operation(
        lambda x, axes, keepdims: np.prod(x, axes, keepdims=keepdims).astype(x.dtype, copy=False),
        lambda g, y, x, axes, keepdims: _spread(g, x, axes) * _others(y, x, axes),
    ),
}


def _sigmoid_value(x):
    return np.where(
        x >= 0, 1 / (1 + np.exp(-np.absolute(x))), 1 - 1 / (1 + np.exp(-np.absolute(x)))
    )


_ONE = {
    "negative": lambda g, y, x: -g,
    "exp": lambda g, y, x: g * y,
    "expm1": lambda g, y, x: g * (y + 1),
    "log": lambda g, y, x: g / x,
    "log1p": lambda g, y, x: g / (x + 1),
    "sqrt": lambda g, y, x: g * 0.5 / y,
    "sin": lambda g, y, x: g * cos(x),
    "cos": lambda g, y, x: -g * sin(x),
    "tan": lambda g, y, x: g * (1 + y * y),
    "tanh": lambda g, y, x: g * (1 - y * y),
    "sinh": lambda g, y, x: g * cosh(x),
    "cosh": lambda g, y, x: g * sinh(x),
    "arctanh": lambda g, y, x: g / (1 - x * x),
    "absolute": lambda g, y, x: where(x >= 0, g, -g),
    "square": lambda g, y, x: g * 2 * x,
    "sign": None,
    "floor": None,
    "ceil": None,
    "rint": None,
}
_WHOLE = "negative absolute square sign".split()


def _function(name, op, whole):
    def function(x, /):
        (x,) = together(name, x)
        return op(x if whole or x.dtype.kind == "f" else _convert(x, "float32"))

    function.__name__ = name
    return function


for _name, _slope in _ONE.items():
    _op = Operation(getattr(np, _name), *([_slope] if _slope else []))
    globals()[_name] = _function(_name, _op, _name in _WHOLE)
logistic = Operation(_sigmoid_value, lambda g, y, x: g * y * (1 - y))
negative, exp, log, sqrt, sin, cos = (globals()[n] for n in "negative exp log sqrt sin cos".split())
sinh, cosh, sign, square, absolute, log1p, floor, tanh = (
    globals()[n] for n in "sinh cosh sign square absolute log1p floor tanh".split()
)
abs = absolute
log2 = lambda x: log(x) / math.log(2)  # noqa: E731
log10 = lambda x: log(x) / math.log(10)  # noqa: E731


def _half(chosen, a, b):
    """Return 1 where the first is chosen, one half where both are equal, else 0."""
    return where(chosen(a, b), 1.0, where(a == b, 0.5, 0.0))


_TWO = {
    "add": [lambda g, y, a, b: g, lambda g, y, a, b: g],
    "subtract": [lambda g, y, a, b: g, lambda g, y, a, b: -g],
    "multiply": [lambda g, y, a, b: g * b, lambda g, y, a, b: g * a],
    "divide": [lambda g, y, a, b: g / b, lambda g, y, a, b: -g * y / b],
    "power": [
        lambda g, y, a, b: g * where(b == 0, 0.0, b * power(a, where(b == 0, 1.0, b - 1))),
        lambda g, y, a, b: g * y * log(where(a == 0, 1.0, a)),
    ],
    "maximum": [
        lambda g, y, a, b: g * _half(operator.gt, a, b),
        lambda g, y, a, b: g * _half(operator.lt, a, b),
    ],
    "minimum": [
        lambda g, y, a, b: g * _half(operator.lt, a, b),
        lambda g, y, a, b: g * _half(operator.gt, a, b),
    ],
    "remainder": [lambda g, y, a, b: g, lambda g, y, a, b: -g * floor(a / b)],
}
_TWO |= {
    name: []
    for name in (
        "floor_divide equal not_equal less less_equal greater greater_equal logical_and logical_or "
        "logical_xor bitwise_and bitwise_or bitwise_xor left_shift right_shift nextafter"
    ).split()
}
_FLOATS = ("divide", "nextafter")


def _pair(name, op):
    def function(a, b, /):
        if name == "power" and type(b) is int and not isinstance(a, builtins.bool):
            (a,) = together(name, a)
            return _whole_power(a, n=b)
        a, b = together(name, a, b)
        if name in _FLOATS:
            a, b = _convert(a, "float32"), _convert(b, "float32")
        try:
            np.broadcast_shapes(a.shape, b.shape)
        except ValueError:
            if a.ndim != b.ndim:
                shapes = [a.shape, b.shape]
                raise ValueError(f"Incompatible shapes for broadcasting: {shapes=}") from None
            raise TypeError(
                f"{name} got incompatible shapes for broadcasting: {a.shape}, {b.shape}."
            ) from None
        return op(a, b)

    function.__name__ = name
    return function


def _own_shape(slope, place):
    return lambda g, y, a, b: _unbroadcast(slope(g, y, a, b), (a, b)[place])


for _name, _slopes in _TWO.items():
    _back = [_own_shape(slope, place) for place, slope in enumerate(_slopes)]
    globals()[_name] = _pair(_name, Operation(getattr(np, _name), *_back))
add, subtract, multiply, divide, power, maximum, minimum = (
    globals()[n] for n in "add subtract multiply divide power maximum minimum".split()
)
mod = globals()["remainder"]


def _power_value(x, n):
    made = np.power(x, builtins.abs(n)) if x.dtype.kind == "f" else np.power(x, n)
    return 1 / made if n < 0 and x.dtype.kind == "f" else made


_whole_power = Operation(
    lambda x, n: _power_value(x, n) if n else np.ones_like(x),
    lambda g, y, x, n: g * (n * _whole_power(x, n=n - 1)) if n else zeros_like(g),
)


# Functions of arrays.


def _axes(x, axis):
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    for each in axes:
        if not -x.ndim <= each < x.ndim:
            raise ValueError(f"axis {each} is out of bounds for array of dimension {x.ndim}")
    return tuple(sorted({each % x.ndim for each in axes}))


def sum(a, axis=None, dtype=None, keepdims=False, where=None):
    """Return the sum along axes."""
    (a,) = together("sum", a)
    a = a if dtype is None else _convert(a, _kind(dtype))
    if where is not None:
        a = globals()["where"](where, a, zeros_like(a))
    a = _convert(a, "int32") if a.dtype == "bool" else a
    axes = _axes(a, axis)
    return _sum(a, axes=axes, keepdims=keepdims) if axes else a


def mean(a, axis=None, keepdims=False, where=None):
    """Return the mean along axes."""
    (a,) = together("mean", a)
    a = a if a.dtype.kind == "f" else _convert(a, "float32")
    if where is not None:
        chosen = broadcast_to(asarray(where), a.shape)
        return sum(a, axis, keepdims=keepdims, where=chosen) / sum(chosen, axis, keepdims=keepdims)
    n = math.prod(a.shape[i] for i in _axes(a, axis))
    return (
        sum(a, axis, keepdims=keepdims) / float(n) if n else sum(a, axis, keepdims=keepdims) * nan
    )


def var(a, axis=None, ddof=0, keepdims=False):
    """Return the mean squared distance from the mean."""
    (a,) = together("var", a)
    parts = square(a - mean(a, axis, keepdims=True))
    n = math.prod(a.shape[i] for i in _axes(a, axis))
    return sum(parts, axis, keepdims=keepdims) / float(n - ddof)


def std(a, axis=None, ddof=0, keepdims=False):
    """Return the standard deviation."""
    return sqrt(var(a, axis, ddof, keepdims))


def _reduction(name):
    def function(a, axis=None, keepdims=False):
        (a,) = together(name, a)
        return _reductions[name](a, axes=_axes(a, axis), keepdims=keepdims)

    function.__name__ = name
    return function


max, min, prod = _reduction("max"), _reduction("min"), _reduction("prod")


def reshape(a, shape):
    """Return the same numbers in another shape."""
    (a,) = together("reshape", a)
    shape = [int(n) for n in shape] if hasattr(shape, "__iter__") else [int(shape)]
    if -1 in shape:
        known = -math.prod(shape)
        shape[shape.index(-1)] = a.size // known if known else 0
    if math.prod(shape) != a.size:
        raise TypeError(
            f"cannot reshape array of shape {a.shape} (size {a.size}) into shape {tuple(shape)} "
            f"(size {math.prod(shape)})"
        )
    return _reshape(a, shape=tuple(shape))


def ravel(a):
    """Return all numbers in one row."""
    return reshape(a, -1)


def transpose(a, axes=None):
    """Return the array with its axes in another order."""
    (a,) = together("transpose", a)
    axes = list(range(a.ndim))[::-1] if axes is None else [i % a.ndim for i in axes]
    return _transpose(a, axes=axes)


def swapaxes(a, axis1, axis2):
    """Return the array with two axes exchanged."""
    order = list(range(a.ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return transpose(a, order)


def moveaxis(a, source, destination):
    """Return the array with one axis elsewhere."""
    order = [i for i in range(a.ndim) if i != source % a.ndim]
    order.insert(destination % a.ndim, source % a.ndim)
    return transpose(a, order)


def expand_dims(a, axis):
    """Return the array with another axis of length 1."""
    a = asarray(a)
    shape = list(a.shape)
    shape.insert(axis % (a.ndim + 1), 1)
    return reshape(a, shape)


def squeeze(a, axis=None):
    """Return the array without its axes of length 1."""
    a = asarray(a)
    gone = [i for i, n in enumerate(a.shape) if n == 1] if axis is None else _axes(a, axis)
    return reshape(a, [n for i, n in enumerate(a.shape) if i not in gone])


def broadcast_to(a, shape):
    """Return the array repeated along new axes and axes of length 1."""
    (a,) = together("broadcast_to", a)
    shape = tuple(shape) if hasattr(shape, "__iter__") else (shape,)
    return a if a.shape == shape else _broadcast(a, shape=shape)


broadcast_shapes = np.broadcast_shapes


def matmul(a, b):
    """Return the matrix product."""
    a, b = together("matmul", a, b)
    a, b = (_convert(x, "int32") if x.dtype == "bool" else x for x in (a, b))
    if not a.ndim or not b.ndim:
        raise TypeError("matmul input operand must have at least 1 axis")
    if a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        raise TypeError(
            "dot_general requires contracting dimensions to have the same shape, got "
            f"({a.shape[-1]},) and ({b.shape[-2 if b.ndim > 1 else 0]},)."
        )
    left = reshape(a, (1, -1)) if a.ndim == 1 else a
    right = reshape(b, (-1, 1)) if b.ndim == 1 else b
    made = _matmul(left, right)
    shape = list(made.shape)
    if b.ndim == 1:
        del shape[-1]
    if a.ndim == 1:
        del shape[-1 if b.ndim == 1 else -2]
    return reshape(made, shape)


def dot(a, b):
    """Return the product of matrices or vectors."""
    a, b = together("dot", a, b)
    return matmul(a, b) if a.ndim and b.ndim else multiply(a, b)


def outer(a, b):
    """Return the product of each pair of numbers."""
    return reshape(a, (-1, 1)) * reshape(b, (1, -1))


def einsum(subscripts, *operands):
    """Return the sum of products that subscripts describe."""
    spec = subscripts.replace(" ", "")
    if "->" not in spec:
        letters = spec.replace(",", "")
        spec += "->" + "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    return _einsum(*together("einsum", *operands), spec=spec)


def where(condition, x=None, y=None):
    """Return x where a condition holds, and y elsewhere."""
    if x is None:
        return tuple(asarray(part) for part in np.nonzero(_known(condition)))
    x, y = together("where", x, y)
    condition = _convert(asarray(condition), "bool")
    shape = np.broadcast_shapes(condition.shape, x.shape, y.shape)
    return _select(*(broadcast_to(part, shape) for part in (condition, x, y)))


def select(condlist, choicelist, default=0):
    """Return for each number the first choice whose condition holds."""
    result = default
    for condition, choice in list(zip(condlist, choicelist, strict=True))[::-1]:
        result = where(condition, choice, result)
    return result


def clip(a, min=None, max=None):
    """Return the numbers, none below or above a limit."""
    a = maximum(a, min) if min is not None else a
    return minimum(a, max) if max is not None else a


def concatenate(arrays, axis=0):
    """Return arrays joined along an axis."""
    arrays = together("concatenate", *arrays)
    if axis is not None and not arrays[0].ndim:
        raise ValueError("Zero-dimensional arrays cannot be concatenated.")
    if axis is None:
        arrays, axis = [ravel(x) for x in arrays], 0
    return _concatenate(*arrays, axis=axis % arrays[0].ndim)


def stack(arrays, axis=0):
    """Return arrays joined along a new axis."""
    arrays = together("stack", *arrays)
    axis %= arrays[0].ndim + 1
    return concatenate([expand_dims(x, axis) for x in arrays], axis)


def hstack(arrays):
    """Return arrays joined as columns."""
    arrays = [atleast_1d(x) for x in arrays]
    return concatenate(arrays, 0 if arrays[0].ndim == 1 else 1)


def vstack(arrays):
    """Return arrays joined as rows."""
    return concatenate([reshape(x, (1, -1)) if x.ndim < 2 else x for x in map(asarray, arrays)])


def atleast_1d(a):
    """Return an array with an axis at least."""
    return asarray(a) if asarray(a).ndim else reshape(a, 1)


def append(arr, values, axis=None):
    """Return the array with more at its end."""
    return concatenate([asarray(arr), asarray(values)], axis)


def cumsum(a, axis=None):
    """Return the sums so far."""
    (a,) = together("cumsum", a)
    a = _convert(a, "int32") if a.dtype == "bool" else a
    if axis is None:
        a, axis = ravel(a), 0
    return _cumsum(a, axis=axis % a.ndim)


def _rearranged(name):
    def function(a, *args, **options):
        """Return numbers of the array at other places."""
        (a,) = together(name, a)
        places = np.arange(a.size, dtype="int32").reshape(a.shape)
        return _take(a, places=getattr(np, name)(places, *args, **options))

    function.__name__ = name
    return function


flip, roll, tile, repeat, diagonal, fliplr, flipud = map(
    _rearranged, "flip roll tile repeat diagonal fliplr flipud".split()
)


def sort(a, axis=-1):
    """Return the numbers in order."""
    a = asarray(a)
    return take_along_axis(a, argsort(a, axis), axis)


def take_along_axis(a, indices, axis):
    """Return the numbers, along an axis, that indices name in each row."""
    a, indices = asarray(a), asarray(indices)
    n = a.shape[axis]
    places = np.arange(a.size, dtype="int32").reshape(a.shape)
    inside = np.clip(peek(indices), -n, n - 1)
    made = _take(a, places=np.take_along_axis(places, inside, axis))
    return _filled(made, indices, n)


def take(a, indices, axis=None):
    """Return the rows, along an axis, that indices name; not a number where there are none."""
    a, indices = asarray(a), asarray(indices)
    if axis is None:
        a, axis = ravel(a), 0
    axis %= a.ndim
    made = a[(slice(None),) * axis + (indices,)]
    behind = (1,) * (a.ndim - axis - 1)
    return _filled(made, reshape(indices, indices.shape + behind), a.shape[axis])


def _filled(made, indices, n):
    """Return what was taken, with JAX's mark of what is not there where an index is too large."""
    outside = (peek(indices) < -n) | (peek(indices) >= n)
    if not outside.any():
        return made
    kind = made.dtype
    mark = {"f": nan, "b": True, "i": kind.kind == "i" and iinfo(kind).min}.get(kind.kind)
    mark = iinfo(kind).max if mark is None else mark
    return where(Array(np.asarray(outside)), asarray(mark, kind), made)


def split(a, parts, axis=0):
    """Return equal parts, or parts that end before given places."""
    a = asarray(a)
    return _cut(a, np.split(np.arange(a.shape[axis]), parts), axis)


def array_split(a, parts, axis=0):
    """Return parts that are as equal as can be."""
    a = asarray(a)
    return _cut(a, np.array_split(np.arange(a.shape[axis]), parts), axis)


def _cut(a, parts, axis):
    ends = [0, *itertools.accumulate(map(len, parts))]
    before = (slice(None),) * (axis % a.ndim)
    return [a[(*before, slice(*pair))] for pair in itertools.pairwise(ends)]


def pad(array, pad_width, mode="constant", constant_values=0):
    """Return the array with a frame."""
    (array,) = together("pad", array)
    places = np.pad(
        np.arange(array.size, dtype="int32").reshape(array.shape),
        pad_width,
        mode,
        **({"constant_values": -1} if mode == "constant" else {}),
    )
    inside = _take(array, places=np.maximum(places, 0))
    return where(Array(places >= 0), inside, asarray(constant_values, array.dtype))


def diff(a, n=1, axis=-1):
    """Return each number minus the one before, n times."""
    (a,) = together("diff", a)
    before = (slice(None),) * (axis % a.ndim)
    for _ in range(n):
        a = a[(*before, slice(1, None))] - a[(*before, slice(None, -1))]
    return a


def diag(v, k=0):
    """Return a matrix with this diagonal, or the diagonal of a matrix."""
    v = asarray(v)
    if v.ndim == 2:
        return diagonal(v, k)
    n = v.size + builtins.abs(k)
    rows = np.arange(v.size) + builtins.max(-k, 0)
    return zeros((n, n), v.dtype).at[rows, rows + k].set(v)


def trace(a):
    """Return the sum of the diagonal."""
    return sum(diagonal(a))


def triu(m, k=0):
    """Return the matrix with zeros below a diagonal."""
    return where(Array(np.triu(np.ones(m.shape), k) > 0), m, zeros_like(m))


def tril(m, k=0):
    """Return the matrix with zeros above a diagonal."""
    return where(Array(np.tril(np.ones(m.shape), k) > 0), m, zeros_like(m))


def median(a, axis=None, keepdims=False):
    """Return the middle number, or the mean of the two in the middle."""
    return quantile(a, 0.5, axis, keepdims)


def quantile(a, q, axis=None, keepdims=False):
    """Return the number below which a share of all lie."""
    (a,) = together("quantile", a)
    whole = a.shape
    a = ravel(a) if axis is None else a
    along = -1 if axis is None else axis
    ordered = sort(_convert(a, "float32"), along)
    place = float(q) * (a.shape[along] - 1)
    low, high = take(ordered, math.floor(place), along), take(ordered, math.ceil(place), along)
    made = low + (high - low) * (place - math.floor(place))
    if not keepdims:
        return made
    return reshape(made, [1] * len(whole)) if axis is None else expand_dims(made, axis)


def percentile(a, q, axis=None):
    """Return the number below which so many percent of all lie."""
    return quantile(a, q / 100, axis)


def average(a, axis=None, weights=None):
    """Return the mean, weighted or not."""
    if weights is None:
        return mean(a, axis)
    a, weights = together("average", a, weights)
    if axis is not None and weights.ndim < a.ndim:
        weights = reshape(weights, [-1 if i == axis % a.ndim else 1 for i in range(a.ndim)])
    return sum(a * weights, axis) / sum(broadcast_to(weights, a.shape), axis)


def logaddexp(a, b):
    """Return the logarithm of the sum of two exponentials."""
    a, b = together("logaddexp", a, b)
    most = maximum(a, b)
    return most + log1p(exp(-abs(a - b)))


def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    """Return finite numbers in place of those that are not."""
    big = finfo("float32").max
    x = where(isnan(x), nan, x)
    x = where(x == inf, big if posinf is None else posinf, x)
    return where(x == -inf, -big if neginf is None else neginf, x)


def _tests(name):
    op = Operation(getattr(np, name))

    def function(*args):
        return op(*together(name, *args))

    function.__name__ = name
    return function


isnan, isfinite, isinf, logical_not, invert = map(
    _tests, "isnan isfinite isinf logical_not invert".split()
)


def round(a, decimals=0):
    """Return the numbers rounded; halves go to the even neighbor."""
    (a,) = together("round", a)
    scale = 10.0**decimals
    return globals()["rint"](a * scale) / scale if a.dtype.kind == "f" else a


def iscloseto(a, b, rtol, atol):
    """Return which numbers are nearly equal."""
    return abs(a - b) <= atol + rtol * abs(b)


def isclose(a, b, rtol=1e-5, atol=1e-8):
    """Return which numbers are nearly equal."""
    a, b = together("isclose", a, b)
    return (a == b) | iscloseto(a, b, rtol, atol)


def allclose(a, b, rtol=1e-5, atol=1e-8):
    """Return whether all numbers are nearly equal."""
    return all(isclose(a, b, rtol, atol))


def array_equal(a, b):
    """Return whether two arrays have one shape and the same numbers."""
    a, b = asarray(a), asarray(b)
    return all(a == b) if a.shape == b.shape else asarray(False)


# What has no derivative: NumPy's functions, between JAX's types.


def _without_slope(name):
    op = Operation(lambda *xs, **static: canonical(np.asarray(getattr(np, name)(*xs, **static))))

    def function(a, *args, **options):
        (a,) = together(name, a)
        named = dict(zip(("axis",), args, strict=False))
        return op(a, **named, **options)

    function.__name__ = name
    return function


argmax, argmin, any, all, count_nonzero, nanargmin = map(
    _without_slope, "argmax argmin any all count_nonzero nanargmin".split()
)


def argsort(a, axis=-1, stable=True, descending=False):
    """Return the indices that put the numbers in order."""
    (a,) = together("argsort", a)
    order = Operation(lambda x: canonical(np.argsort(-x if descending else x, axis)))
    return order(a)


def _known(x) -> np.ndarray:
    """Return the numbers of an argument that decides a shape."""
    return x._known(ConcretizationTypeError) if isinstance(x, Array) else np.asarray(x)


def bincount(x, weights=None, minlength=0, length=None):
    """Return how often each integer stands in an array, or the sum of its weights."""
    x = asarray(x)
    size = length if length is not None else builtins.max(int(_known(x).max()) + 1, minlength)
    kind = "int32" if weights is None else "float32"
    return zeros(size, kind).at[x].add(1 if weights is None else asarray(weights, "float32"))


def unique(x, return_counts=False):
    """Return the different numbers in order."""
    made = np.unique(_known(x), return_counts=return_counts)
    return tuple(map(asarray, made)) if return_counts else asarray(made)


def nonzero(x):
    """Return where the numbers are not 0."""
    return tuple(asarray(part) for part in np.nonzero(_known(x)))


def unravel_index(indices, shape):
    """Return the indices along each axis."""
    return tuple(asarray(part) for part in np.unravel_index(peek(indices), shape))


def searchsorted(a, v, side="left"):
    """Return where numbers would be put into an ordered array."""
    return asarray(np.searchsorted(peek(a), peek(v), side))


def _maker(name):
    def function(shape, dtype="float32"):
        return Array(getattr(np, name)(shape, _kind(dtype or "float32")))

    function.__name__ = name
    return function


zeros, ones = _maker("zeros"), _maker("ones")
empty = zeros


def full(shape, fill_value, dtype=None):
    """Return an array of one number."""
    shape = tuple(shape) if hasattr(shape, "__iter__") else (shape,)
    return broadcast_to(asarray(fill_value, dtype), shape)


def zeros_like(a, dtype=None):
    """Return zeros in the shape of another array."""
    a = asarray(a)
    return zeros(a.shape, dtype or a.dtype)


def ones_like(a, dtype=None):
    """Return ones in the shape of another array."""
    a = asarray(a)
    return ones(a.shape, dtype or a.dtype)


def full_like(a, fill_value, dtype=None):
    """Return one number in the shape of another array."""
    a = asarray(a)
    return full(a.shape, fill_value, dtype or a.dtype)


def eye(N, M=None, k=0, dtype="float32"):  # NumPy's names.
    """Return ones on a diagonal."""
    return Array(np.eye(N, M, k, _kind(dtype)))


def arange(start, stop=None, step=1, dtype=None):
    """Return numbers at equal steps."""
    if builtins.all(x is None or type(x) is int for x in (start, stop, step)):
        return asarray(np.arange(start, stop, step, "int32"), dtype)
    return asarray(np.arange(start, stop, step), dtype)


def linspace(start, stop, num=50, endpoint=True, dtype=None):
    """Return so many numbers at equal distances."""
    return asarray(np.linspace(float(start), float(stop), num, endpoint), dtype)


def meshgrid(x, y, indexing="xy"):
    """Return the coordinates of each point of a grid."""
    x, y = asarray(x), asarray(y)
    across, down = ((1, -1), (-1, 1)) if indexing == "xy" else ((-1, 1), (1, -1))
    shape = (y.size, x.size) if indexing == "xy" else (x.size, y.size)
    return [broadcast_to(reshape(x, across), shape), broadcast_to(reshape(y, down), shape)]


def indices(dimensions):
    """Return each number's index along each axis."""
    return asarray(np.indices(dimensions))


def result_type(*args):
    """Return the type that a computation with all of these has."""
    kinds = [
        _kind(x.dtype if hasattr(x, "dtype") else type(x) if isinstance(x, _NUMBERS) else x)
        for x in args
    ]
    return dtype(functools.reduce(_promote, kinds))


def shape(a):
    """Return the length of each axis."""
    return np.shape(a)


def ndim(a):
    """Return the number of axes."""
    return len(np.shape(a))


def size(a):
    """Return how many numbers there are."""
    return math.prod(np.shape(a))


def copy(a):
    """Return the array."""
    return asarray(a)


def polyval(p, x):
    """Return a polynomial's value; the highest power's coefficient comes first."""
    result = 0.0
    for coefficient in asarray(p):
        result = result * x + coefficient
    return result


def interp(x, xp, fp):
    """Return the height, at x, of straight lines through points."""
    x, xp, fp = (asarray(part, "float32") for part in (x, xp, fp))
    after = clip(searchsorted(xp, x, "right"), 1, xp.size - 1)
    share = clip((x - xp[after - 1]) / (xp[after] - xp[after - 1]), 0.0, 1.0)
    return fp[after - 1] + share * (fp[after] - fp[after - 1])


__getattr__ = named("jax.numpy")


# Operators and methods.


class _At:
    def __init__(self, x):
        self._x = x

    def __getitem__(self, index):
        return _Place(self._x, index)


class _Place:
    """Some numbers of an array, to make a copy in which they differ."""

    def __init__(self, x, index):
        self._x, self._index = x, index

    def _flat(self, op, values):
        places = _places(self._x, self._index, marked=True)
        values = ravel(broadcast_to(asarray(values, self._x.dtype), places.shape))
        places = places.ravel()
        if np.any(places < 0):  # Places that are not there stay as they are.
            values = _take(values, places=np.flatnonzero(places >= 0))
            places = places[places >= 0]
        if not places.size:
            return self._x
        made = op(ravel(self._x), values, places=places)
        return reshape(made, self._x.shape)

    def get(self):
        return _take(self._x, places=_places(self._x, self._index))

    def set(self, values):
        return self._flat(_set_at, values)

    def add(self, values):
        return self._flat(_add_at, values)

    def subtract(self, values):
        return self._flat(_add_at, -asarray(values))

    def multiply(self, values):
        return self.set(self.get() * values)

    mul = multiply

    def divide(self, values):
        return self.set(self.get() / values)

    def power(self, values):
        return self.set(self.get() ** values)

    def min(self, values):
        return self.set(minimum(self.get(), values))

    def max(self, values):
        return self.set(maximum(self.get(), values))


def _places(x, index, marked=False) -> np.ndarray:
    """Return the places of what an index means in the flat array.

    Where an index is out of range, it is that of the nearest number, or if so marked -1.
    """
    parts = index if isinstance(index, tuple) else (index,)
    for part in parts:
        if isinstance(part, list):
            raise TypeError(
                "Using a non-tuple sequence for multidimensional indexing is not allowed; use "
                "`arr[array(seq)]` instead of `arr[seq]`."
            )
        if isinstance(part, float):
            raise TypeError(f"JAX does not support indexing with floats; got {part}")
        if isinstance(part, Tracer) and part.dtype == "bool" and not part._trace.transparent:
            raise IndexError(
                "Array boolean indices must be concrete: inside jit use jnp.where, whose result "
                "has a known shape."
            )
    places = np.arange(x.size, dtype="int32").reshape(x.shape)
    parts = tuple(peek(part) if isinstance(part, Array) else part for part in parts)
    clipped, exact, axis, all_inside = [], [], 0, True
    for part in parts:
        meant = part
        if part is Ellipsis:
            before = axis
            axis = x.ndim - builtins.sum(
                p is not None and p is not Ellipsis for p in parts[len(clipped) + 1 :]
            )
            exact += [_bounded(slice(None), n) for n in x.shape[before:axis]]
        elif part is None:
            exact.append(part)
        else:
            n = x.shape[axis] if axis < x.ndim else 0
            if isinstance(part, int) and not isinstance(part, builtins.bool) and n:
                part = builtins.min(builtins.max(part, -n), n - 1)
                meant = part % n if part == meant else n
                all_inside &= meant != n
            elif isinstance(part, np.ndarray | np.generic) and part.dtype.kind in "iu" and n:
                part = np.clip(np.asarray(part), -n, n - 1)
                meant = np.where(part == meant, part % n, n)
                all_inside &= builtins.bool(np.all(meant != n))
            exact.append(_bounded(part, n) if isinstance(part, slice) else meant)
            axis += part.ndim if isinstance(part, np.ndarray) and part.dtype == "bool" else 1
        clipped.append(part)
    if all_inside or not marked:
        return np.asarray(places[tuple(clipped)])
    # Behind the end of each axis stands what is out of range.
    more = np.full([n + 1 for n in x.shape], -1, "int32")
    more[tuple(slice(0, n) for n in x.shape)] = places
    exact += [_bounded(slice(None), n) for n in x.shape[axis:]]
    return np.asarray(more[tuple(exact)])


def _bounded(part: slice, n: int) -> slice:
    """Return what a slice means of n numbers, whatever stands behind them."""
    start, stop, step = part.indices(n)
    return slice(start, None if stop < 0 else stop, step)


def _getitem(self, index):
    whole = isinstance(index, Array | np.ndarray) and index.dtype.kind in "iu"
    if whole and index.ndim == 1 and self.size and self.shape:
        n = self.shape[0]
        return _rows(self, rows=np.clip(peek(index), -n, n - 1))
    parts = index if type(index) is tuple else (index,)
    if builtins.all(type(part) in _BASIC for part in parts):
        taken = builtins.sum(type(part) in (int, slice) for part in parts)
        if taken <= self.ndim and builtins.sum(part is Ellipsis for part in parts) < 2:
            return _view(self, index=_inside(parts, self.shape))
    return _take(self, places=_places(self, index))


_BASIC = int, slice, type(None), type(Ellipsis)


def _inside(parts: tuple, shape: tuple[int, ...]) -> tuple:
    """Return an index in which integers that are out of range are those of the nearest number."""
    made, axis = [], 0
    for part in parts:
        if part is Ellipsis:
            axis = len(shape) - builtins.sum(
                type(later) in (int, slice) for later in parts[len(made) + 1 :]
            )
        elif part is not None:
            if type(part) is int and shape[axis]:
                part = builtins.max(builtins.min(part, shape[axis] - 1), -shape[axis])
            axis += 1
        made.append(part)
    return tuple(made)


def _operator(name, reflected=False):
    function = globals()[name]

    def method(self, other):
        if not isinstance(other, _OPERANDS):
            return NotImplemented
        return function(other, self) if reflected else function(self, other)

    return method


_OPERATORS = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "power",
    "matmul": "matmul",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
    "lshift": "left_shift",
    "rshift": "right_shift",
}
for _short, _long in _OPERATORS.items():
    setattr(Array, f"__{_short}__", _operator(_long))
    setattr(Array, f"__r{_short}__", _operator(_long, reflected=True))
for _short, _long in np._COMPARISONS.items():
    setattr(Array, f"__{_short}__", _operator(_long))
Array.__getitem__ = _getitem
Array.__neg__ = lambda self: negative(self)
Array.__pos__ = lambda self: self
Array.__abs__ = lambda self: absolute(self)
Array.__invert__ = lambda self: logical_not(self) if self.dtype == "bool" else invert(self)
Array.__round__ = lambda self, digits=0: round(self, digits)
Array.at = property(_At)
Array.T = property(lambda self: transpose(self))
Array.mT = property(lambda self: swapaxes(self, -1, -2))
Array.astype = lambda self, dtype: _convert(self, _kind(dtype))
Array.copy = lambda self: self
Array.reshape = lambda self, *shape: reshape(self, shape[0] if len(shape) == 1 else shape)
Array.transpose = lambda self, *axes: transpose(
    self, (axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes) or None
)
Array.flatten = lambda self: ravel(self)


def _method(name):
    function = globals()[name]

    def method(self, *args, **options):
        return function(self, *args, **options)

    method.__name__ = name
    return method


for _name in (
    "sum mean std var prod max min any all argmax argmin argsort clip round dot repeat cumsum "
    "ravel nonzero squeeze take diagonal trace swapaxes sort"
).split():
    setattr(Array, _name, _method(_name))


from jax import _linalg as linalg  # noqa: E402, F401 # It needs what is above.
