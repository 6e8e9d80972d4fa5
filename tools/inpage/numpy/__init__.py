"""NumPy in a page: NumPy's names and rules before the arrays of numpy-ts, which is JavaScript.

What is here decides types, shapes and indices as NumPy does; numpy-ts computes. What is missing
raises an error that names it. JAX in a page (`jax`, beside this package) computes with them.
"""

import builtins
import math
from array import array as _array
from collections.abc import Sequence
from contextlib import ContextDecorator as _ContextDecorator
from itertools import accumulate as _accumulate
from itertools import pairwise

from js import BigInt
from js import numpyTs as _ts
from pyodide.ffi import JsException, JsProxy, to_js

from not_here import NOT_HERE, named
from numpy._dtypes import (
    bool_,
    dtype,
    finfo,
    float32,
    float64,
    floating,
    generic,
    iinfo,
    inexact,
    int8,
    int16,
    int32,
    int64,
    integer,
    issubdtype,
    number,
    promote,
    signedinteger,
    uint8,
    uint16,
    uint32,
    uint64,
    unsignedinteger,
    weak_promote,
)
from numpy._numbers import ONE, TRUTH, TWO

__all__ = [
    "bool_",
    "dtype",
    "finfo",
    "float32",
    "float64",
    "floating",
    "iinfo",
    "inexact",
    "int8",
    "int16",
    "int32",
    "int64",
    "integer",
    "issubdtype",
    "number",
    "signedinteger",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "unsignedinteger",
]

dtype_ = dtype  # Where an argument has that name.
pi, e, inf, nan, newaxis = math.pi, math.e, math.inf, math.nan, None
bool = bool_
_SCALARS = builtins.bool, int, float, generic  # A tuple, which is faster than a union.
# The types of JavaScript's arrays, in which lists of Python arrive without a copy per number.
_CODES = {
    "float64": "d",
    "float32": "f",
    "int64": "q",
    "int32": "i",
    "int16": "h",
    "int8": "b",
    "uint64": "Q",
    "uint32": "I",
    "uint16": "H",
    "uint8": "B",
    "bool": "B",
}


__getattr__ = named("numpy")


def js(function: str, *args):
    """Call a function of numpy-ts. Its exceptions become ValueErrors."""
    try:
        # The arrays are alive until this returns: so no memory of theirs is freed before.
        if function not in _ON_VIEWS:
            args = [_whole(each) for each in args]
        if function not in _found:
            _found[function] = getattr(_ts, function)
        return _found[function](*[each._js if type(each) is ndarray else each for each in args])
    except JsException as error:
        raise ValueError(str(error).removeprefix("Error: ")) from None


_found: dict[str, JsProxy] = {}
# Some functions of numpy-ts take the numbers of a view to be the first ones of its array. So only
# those that are known not to get views; the others get copies.
_ON_VIEWS = {"reshape", "transpose", "copyto", "put", "matmul"}


def _whole(x):
    return x.copy() if isinstance(x, ndarray) and x._is_view else x


# Arrays and scalars.


class ndarray:
    """An array of numpy-ts, with NumPy's operators."""

    __array_priority__ = 0

    def __init__(self, data: JsProxy, is_view=False, base=None):
        # The memory is that of the base, which must not be freed before.
        self._is_view, self._base = is_view, base
        self.shape = tuple(data.shape)
        self.dtype = dtype(data.dtype)
        self._data = data
        if not self.shape:
            self._number = self.dtype.cast(data.item())
            self._free()

    def _free(self):
        # Memory of WebAssembly, which no garbage collector frees while Python runs.
        if self._data is not None:
            self._data.dispose()
            self._data = None

    __del__ = _free

    @classmethod
    def of_number(cls, number, kind: dtype):
        """Return an array without axes. Python keeps its number."""
        self = cls.__new__(cls)
        self.shape, self.dtype, self._number, self._data = (), kind, number, None
        self._is_view = False
        return self

    @property
    def _js(self) -> JsProxy:
        """The array of numpy-ts."""
        if self.shape or self._data is not None:
            return self._data
        number = self._number
        number = BigInt(number) if self.dtype.name in ("int64", "uint64") else number
        self._data = _ts.full(to_js([]), number, self.dtype.name)
        return self._data

    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: math.prod(self.shape))
    itemsize = property(lambda self: self.dtype.itemsize)
    nbytes = property(lambda self: self.size * self.itemsize)
    T = property(lambda self: transpose(self))
    flat = property(lambda self: iter(self.ravel()))

    @property
    def at(self):
        raise AttributeError("NumPy's arrays have no .at; use jnp.asarray(x).at, or x[...] = value")

    def __len__(self):
        if not self.shape:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __iter__(self):
        if not self.shape:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index):
        if type(index) is list:
            index = asarray(index)
        if isinstance(index, ndarray) and index.ndim == 1 and index.dtype.kind in "iu":
            return self._rows(index)  # The same as below, without places for all numbers.
        kind, plan = _plan(self.shape, index)
        if kind == "view":
            return _wrap(ndarray(_view(self._js, *plan), is_view=True, base=self))
        return _wrap(_gather(self, plan))

    def _rows(self, index):
        if not self.shape:
            raise IndexError("too many indices for array: array is 0-dimensional")
        n, chosen = self.shape[0], _flat(index)
        chosen = [_check_bounds(i, 0, n) for i in chosen]
        if not chosen:
            return zeros((0, *self.shape[1:]), self.dtype)
        return ndarray(js("take", self._js, to_js(memoryview(_array("i", chosen))), 0))

    def __setitem__(self, index, value):
        if not self.shape:
            if index is not Ellipsis and index != ():
                raise IndexError("too many indices for array: array is 0-dimensional")
            self._number = self.dtype.cast(asarray(value).item())
            self._free()
            return
        kind, plan = _plan(self.shape, index)
        if kind == "view":
            target = _view(self._js, *plan)
            shape = tuple(target.shape)
            if not shape or isinstance(value, _SCALARS):
                value = asarray(value, self.dtype)
                if value.size != 1:
                    raise ValueError("setting an array element with a sequence.")
                number = value.item()
                target.fill(BigInt(number) if self.dtype.name in ("int64", "uint64") else number)
            else:
                js("copyto", target, broadcast_to(asarray(value, self.dtype), shape))
            return
        values = broadcast_to(asarray(value, self.dtype), plan.shape)
        flat = _whole(plan.ravel())
        js("put", self, flat._js.data, values.ravel())

    def _scalar(self):
        if self.size != 1:
            raise TypeError("only length-1 arrays can be converted to Python scalars")
        return self.dtype.cast(self._js.item(*[0] * self.ndim)) if self.shape else self._number

    def __bool__(self):
        if self.size != 1:
            raise ValueError(
                "The truth value of an array with more than one element is ambiguous. "
                "Use a.any() or a.all()"
            )
        return builtins.bool(self._scalar())

    def __float__(self):
        return float(self._scalar())

    def __int__(self):
        return int(self._scalar())

    def __index__(self):
        if self.dtype.kind not in "iu" or self.shape:
            raise TypeError("only integer scalar arrays can be converted to a scalar index")
        return int(self._scalar())

    def __format__(self, spec):
        if spec and self.shape:
            raise TypeError("unsupported format string passed to numpy.ndarray.__format__")
        return format(self._scalar(), spec) if spec else str(self)

    def __str__(self):
        from numpy._format import to_string

        return to_string(self, " ")

    def __repr__(self):
        from numpy._format import to_string

        kept = {"float64", "int64", "bool"}
        tail = "" if self.dtype.name in kept and self.size else f", dtype={self.dtype.name}"
        return f"array({to_string(self, ', ', 'array(')}{tail})"

    __hash__ = None  # type: ignore[assignment]

    def item(self, *index):
        """Return one number as Python's."""
        return (self[index] if index else self)._scalar() if self.shape else self._scalar()

    def tolist(self):
        """Return nested lists of Python's numbers."""
        return _nest(_flat(self), self.shape) if self.shape else self._scalar()

    def astype(self, dtype, copy=True):
        """Return a copy of another type."""
        kind = _name(dtype)
        if kind == self.dtype and not copy:
            return self
        if not self.shape:
            return ndarray.of_number(dtype_(kind).cast(self._number, loose=True), dtype_(kind))
        return ndarray(_whole(self)._data.astype(kind, True))

    def copy(self):
        """Return a copy."""
        return ndarray(self._js.copy()) if self.shape else self.astype(self.dtype)

    __copy__ = copy

    def __deepcopy__(self, memo):
        return self.copy()

    def fill(self, value):
        """Set all numbers to one."""
        self[...] = value

    def reshape(self, *shape):
        """Return the same numbers in another shape."""
        return reshape(self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes):
        """Return the array with its axes in another order."""
        return transpose(self, (axes[0] if len(axes) == 1 else axes) or None)

    def ravel(self):
        """Return all numbers in one row."""
        return reshape(self, -1)

    def flatten(self):
        """Return a copy in one row."""
        return reshape(self, -1).copy()

    def sort(self, axis=-1):
        """Sort in place."""
        self[...] = sort(self, axis)

    def tobytes(self):
        """Return the numbers' bytes."""
        return self._js.tobytes().to_bytes()


class _Scalar:
    """How a scalar behaves like an array without axes."""

    shape = ()
    ndim = 0
    size = 1
    T = property(lambda self: self)

    def __getitem__(self, index):
        if index == ():
            return self
        raise IndexError("invalid index to scalar variable.")

    def __len__(self):
        raise TypeError(f"object of type 'numpy.{self.dtype}' has no len()")


def _wrap(data):
    """Return an array, or if it has no axes a scalar, as NumPy's functions do."""
    if isinstance(data, ndarray):
        return data if data.shape else data.dtype.type(data._number)
    if tuple(data.shape):
        return ndarray(data)
    number = dtype(data.dtype).type(data.item())
    data.dispose()
    return number


def _name(kind) -> str:
    return dtype(kind).name


def _flat(x: ndarray) -> list:
    data = memoryview(x._js.tobytes().to_bytes()).cast(_CODES[x.dtype.name]).tolist()
    return [value != 0 for value in data] if x.dtype == "bool" else data


def _nest(flat: list, shape: tuple[int, ...]) -> list:
    if len(shape) == 1:
        return flat
    step = math.prod(shape[1:])
    return [_nest(flat[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])]


def _from_flat(flat, shape, kind: str) -> ndarray:
    if not shape:
        return ndarray.of_number(dtype(kind).cast(flat[0]), dtype(kind))
    if not len(flat):
        return zeros(shape, kind)
    data = to_js(memoryview(_array(_CODES[kind], flat)))
    return ndarray(js("array", data, kind)).reshape(shape)


def frombuffer(buffer, dtype="float64"):
    """Return the numbers that bytes hold."""
    kind = _name(dtype)
    return ndarray(js("array", to_js(memoryview(buffer).cast(_CODES[kind])), kind))


def array(object, dtype=None, copy=True, ndmin=0):
    """Return an array of numbers, nested lists, or arrays."""
    made = _array_of(object, None if dtype is None else _name(dtype), copy)
    return made.reshape((1,) * (ndmin - made.ndim) + made.shape) if made.ndim < ndmin else made


def asarray(a, dtype=None):
    """Return what is given as an array; without a copy if it is one."""
    return _array_of(a, None if dtype is None else _name(dtype), copy=False)


def _array_of(x, kind: str | None, copy: builtins.bool) -> ndarray:
    if hasattr(x, "__array__"):  # JAX's arrays; those that are traced refuse.
        x = x.__array__()
    if isinstance(x, ndarray):
        if kind and kind != x.dtype:
            return x.astype(kind)
        return x.copy() if copy else x
    if isinstance(x, _SCALARS):
        own = dtype(type(x)).name
        value = x.item() if isinstance(x, generic) else x
        kind = kind or own
        if kind == "bool":
            value = builtins.bool(value)
        if dtype(kind).kind in "iu":
            value = dtype(kind).wrap(int(value), strict=not isinstance(x, generic | float))
        return ndarray.of_number(dtype(kind).cast(value, loose=True), dtype(kind))
    if isinstance(x, range):
        x = list(x)
    if isinstance(x, str) or (
        isinstance(x, list | tuple) and builtins.any(isinstance(item, str) for item in x)
    ):
        return texts(x)
    if not isinstance(x, Sequence):
        if hasattr(x, "__iter__"):
            raise TypeError(f"a {type(x).__name__} is no array; turn it into a list first")
        raise TypeError(f"an array cannot be made of {type(x).__name__} {x!r}")
    if builtins.any(hasattr(item, "__array__") or isinstance(item, ndarray) for item in x):
        parts = [_array_of(item, kind, False) for item in x]
        shapes = {part.shape for part in parts}
        if len(shapes) > 1:
            raise ValueError(_RAGGED)
        return stack(parts)
    flat, shape = _flatten(x)
    kinds = {dtype(type(value)).name for value in flat} or {"float64"}
    own = kinds.pop()
    for other in kinds:
        own = promote(own, other)
    flat = [value.item() if isinstance(value, generic) else value for value in flat]
    kind = kind or own
    if dtype(kind).kind in "iu":
        flat = [dtype(kind).wrap(int(value)) for value in flat]
    if kind == "bool":
        flat = [builtins.bool(value) for value in flat]
    return _from_flat(flat, shape, kind)


class texts:
    """An array of texts, which can only be compared."""

    def __init__(self, items):
        self._items = items
        self.shape = () if isinstance(items, str) else (len(items),)
        self.ndim, self.size = len(self.shape), math.prod(self.shape)
        self.dtype = type("dtype", (), {"kind": "U", "name": "str"})

    def __len__(self):
        return len(self.tolist())

    def tolist(self):
        """Return the texts."""
        return self._items if isinstance(self._items, str) else list(self._items)


_RAGGED = (
    "setting an array element with a sequence. The requested array has an inhomogeneous shape: "
    "its parts differ in length."
)


def _flatten(x) -> tuple[list, tuple[int, ...]]:
    if isinstance(x, _SCALARS):
        return [x], ()
    if isinstance(x, ndarray):
        return [x.dtype.type(value) for value in _flat(x)], x.shape
    if hasattr(x, "__array__"):
        return _flatten(x.__array__())
    if not isinstance(x, Sequence | range) or isinstance(x, str):
        raise TypeError(f"an array cannot be made of {type(x).__name__} {x!r}")
    flat: list = []
    inner: tuple[int, ...] = ()
    for i, item in enumerate(x):
        more, shape = _flatten(item)
        if i and shape != inner:
            raise ValueError(_RAGGED)
        flat += more
        inner = shape
    return flat, (len(x), *inner)


# Indexing: a view where NumPy gives one, else positions in the flat array.


def _plan(shape, index):
    index = list(index) if isinstance(index, tuple) else [index]
    index = [
        item.__array__() if hasattr(item, "__array__") and not isinstance(item, ndarray) else item
        for item in index
    ]
    index = [item.item() if isinstance(item, generic) else item for item in index]
    index = [asarray(item) if isinstance(item, list | range) else item for item in index]
    index = [asarray(item) if isinstance(item, builtins.bool) else item for item in index]
    for n, item in list(enumerate(index))[::-1]:
        if isinstance(item, ndarray) and not item.shape and item.dtype == "bool":
            index[n : n + 1] = [None, _YES if item else _NO]  # A new axis, of length 1 or 0.
    index = [
        int(item)
        if isinstance(item, ndarray) and not item.shape and item.dtype.kind in "iu"
        else item
        for item in index
    ]
    for item in index:
        known = (
            item is None or item is Ellipsis or isinstance(item, int | slice | ndarray | _Chosen)
        )
        if not known or (isinstance(item, ndarray) and item.size and item.dtype.kind not in "iub"):
            raise IndexError(
                "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and "
                "integer or boolean arrays are valid indices"
            )
    taken = builtins.sum(
        (item.ndim if isinstance(item, ndarray) and item.dtype == "bool" else 1)
        for item in index
        if item is not None and item is not Ellipsis and not isinstance(item, _Chosen)
    )
    if taken > len(shape):
        raise IndexError(
            f"too many indices for array: array is {len(shape)}-dimensional, but {taken} were "
            "indexed"
        )
    if _Chosen in map(type, index):  # Of the axis of length 1 before it.
        keep = all_true(item.yes for item in index if isinstance(item, _Chosen))
        index = [item for item in index if not isinstance(item, _Chosen)]
        index = [slice(0, 1 if keep else 0) if item is None else item for item in index]
        kind, plan = _plan((1, *shape), tuple(index))
        whole = _counted((1, *shape))
        return "gather", ndarray(_view(whole._js, *plan).copy()) if kind == "view" else plan
    rest = [slice(None)] * (len(shape) - taken)
    where_rest = next((n for n, item in enumerate(index) if item is Ellipsis), len(index))
    index[where_rest : where_rest + 1] = rest
    simple = builtins.all(
        item is None or isinstance(item, int) or (isinstance(item, slice) and (item.step or 1) > 0)
        for item in index
    )
    return ("view", _slices(shape, index)) if simple else ("gather", _positions(shape, index))


class _Chosen:
    def __init__(self, yes):
        self.yes = yes


_YES, _NO = _Chosen(True), _Chosen(False)
all_true = builtins.all


def _check_bounds(i: int, axis: int, size: int) -> int:
    if not -size <= i < size:
        raise IndexError(f"index {i} is out of bounds for axis {axis} with size {size}")
    return i % size


def _slices(shape, index):
    texts, kept, axis = [], [], 0
    for item in index:
        if item is None:
            kept.append(1)
            continue
        if isinstance(item, slice):
            start, stop, step = item.indices(shape[axis])
            stop = builtins.max(start, stop)
            texts.append(f"{start}:{stop}:{step}")
            kept.append(len(range(start, stop, step)))
        else:
            texts.append(str(_check_bounds(item, axis, shape[axis])))
        axis += 1
    return texts, kept, None in index


def _view(data, texts, kept, reshaped):
    view = data.slice(*texts) if texts else data
    return js("reshape", view, to_js(kept)) if reshaped else view


def _counted(shape) -> ndarray:
    """Return the places of all numbers, in the array's shape."""
    return ndarray(js("arange", 0, math.prod(shape), 1, "int32")).reshape(shape)


def _positions(shape, index) -> ndarray:
    """Return the place of each result's number in the flat array, in the result's shape."""
    places = _counted(shape)
    if None in index:  # New axes first, which become ordinary ones of length 1.
        grown, axis = [], 0
        for item in index:
            taken = 0 if item is None else item.ndim if _is_mask(item) else 1
            grown += shape[axis : axis + taken] if taken else [1]
            axis += taken
        places = reshape(places, [*grown, *shape[axis:]])
        index = [slice(None) if item is None else item for item in index]
    parts: list = []
    for item in index:
        if _is_mask(item):
            axis = len(parts)
            expected = places.shape[axis : axis + item.ndim]
            if item.shape != expected:
                raise IndexError(
                    f"boolean index did not match indexed array: its shape is {item.shape}, and "
                    f"the array's {expected}"
                )
            parts += nonzero(item)
        else:
            parts.append(item)
    now = places.shape
    # Slices thin out their own axis; integers and arrays are advanced indices together.
    for axis, item in enumerate(parts):
        if isinstance(item, slice) and item != slice(None):
            chosen = list(range(*item.indices(now[axis])))
            if not chosen:
                left = [0 if n == axis else size for n, size in enumerate(places.shape)]
                places = zeros(left, "int32")
            elif places.size:
                chosen = to_js(memoryview(_array("i", chosen)))
                places = ndarray(js("take", places, chosen, axis))
    advanced = [axis for axis, item in enumerate(parts) if not isinstance(item, slice)]
    if not advanced:
        return places
    arrays = [asarray(parts[axis]) for axis in advanced]
    for axis, item in zip(advanced, arrays, strict=True):
        if item.size and (item.min() < -now[axis] or item.max() >= now[axis]):
            worst = item.min() if item.min() < -now[axis] else item.max()
            raise IndexError(
                f"index {worst} is out of bounds for axis {axis} with size {now[axis]}"
            )
    common = broadcast_shapes(*(item.shape for item in arrays))
    sizes = [now[axis] for axis in advanced]
    flat = zeros(common, "int32")
    for item, length in zip(arrays, sizes, strict=True):
        item = where(item < 0, item + length, item) if item.size else zeros(common)
        flat = asarray(flat * length + broadcast_to(item, common)).astype("int32")
    others = [axis for axis in range(len(parts)) if axis not in advanced]
    rest = [places.shape[axis] for axis in others]
    if not math.prod(common) or not math.prod(rest):
        places = zeros([*common, *rest], "int32")
    else:
        places = reshape(transpose(places, [*advanced, *others]), [math.prod(sizes), *rest])
        flat = flat.ravel()
        places = reshape(ndarray(js("take", places, flat._js.data, 0)), [*common, *rest])
    if advanced == list(range(advanced[0], advanced[-1] + 1)):  # They stay where they were.
        before = len([axis for axis in others if axis < advanced[0]])
        n = len(common)
        order = [*range(n, n + before), *range(n), *range(n + before, n + len(rest))]
        places = transpose(places, order)
    return places.astype("int32")


def _is_mask(item) -> builtins.bool:
    return isinstance(item, ndarray) and item.dtype == "bool"


def _gather(x: ndarray, places: ndarray) -> ndarray:
    if not places.size:
        return zeros(places.shape, x.dtype)
    flat, chosen = x.ravel(), _whole(places.ravel())
    return ndarray(js("take", flat, chosen._js.data)).reshape(places.shape)


# Operators, by NumPy's rules for types.


def _operands(a, b, comparing=False):
    """Return two arrays of numpy-ts in the type of the result, and its name."""
    weak_a, weak_b = (type(x) in (builtins.bool, int, float) for x in (a, b))
    a = a if weak_a else asarray(a)
    b = b if weak_b else asarray(b)
    if weak_a and weak_b:
        kind = promote(dtype(type(a)).name, dtype(type(b)).name)
    elif weak_a:
        kind = weak_promote(b.dtype.name, a)
    elif weak_b:
        kind = weak_promote(a.dtype.name, b)
    else:
        kind = promote(a.dtype.name, b.dtype.name)
    if comparing and dtype(kind).kind in "iu":
        kind = "float64"
    return _array_of(a, kind, False), _array_of(b, kind, False), kind


def _broadcast(a: ndarray, b: ndarray):
    if a.shape == b.shape:
        return a, b
    try:
        broadcast_shapes(a.shape, b.shape)
    except ValueError:
        raise ValueError(
            f"operands could not be broadcast together with shapes {_tuple(a.shape)} "
            f"{_tuple(b.shape)}"
        ) from None
    return a, b


def _tuple(shape) -> str:
    return str(shape).replace(" ", "")


class ufunc:
    """A function of each number, or of each pair of numbers."""

    def __init__(self, name: str, pairs: builtins.bool, compare=False, floats=False):
        self.__name__, self._pairs, self._compare, self._floats = name, pairs, compare, floats

    def __call__(self, *args, **options):
        if options:
            raise TypeError(NOT_HERE.format(f"numpy.{self.__name__} with {', '.join(options)}="))
        if self._pairs:
            if (made := self._of_numbers(*args)) is not None:
                return made
            a, b, kind = _operands(*args, comparing=self._compare)
            if kind == "bool" and self.__name__ in ("add", "multiply", "subtract"):
                if self.__name__ == "subtract":
                    raise TypeError(
                        "numpy boolean subtract, the `-` operator, is not supported, use ^ instead"
                    )
                name = "logical_or" if self.__name__ == "add" else "logical_and"
                return _wrap(js(name, *_broadcast(a, b)))
            if self._floats and dtype(kind).kind != "f":
                small = dtype(kind).itemsize <= 2 and self.__name__ != "divide"
                a, b = (x.astype("float32" if small else "float64") for x in (a, b))
            return _wrap(self._of_pair(a, b))
        (x,) = args
        x = asarray(x)
        if self._floats and x.dtype.kind != "f":
            x = x.astype("float64")
        if not x.shape and self.__name__ in ONE:
            made = ONE[self.__name__](x._number)
            return bool_(made) if self.__name__ in TRUTH else x.dtype.type.of(made)
        if not x.size:
            return zeros(x.shape, "bool" if self.__name__ in TRUTH else x.dtype)
        return _wrap(js(self.__name__, x))

    def _of_numbers(self, a, b):
        """Return what Python makes of two numbers; None for arrays and what it does not know."""
        name = self.__name__
        for x in (a, b):
            if not isinstance(x, _SCALARS) and not (isinstance(x, ndarray) and not x.shape):
                return None
        if name not in TWO:
            return None
        kinds = [x.dtype.name if hasattr(x, "dtype") else None for x in (a, b)]
        values = [x.item() if hasattr(x, "dtype") else x for x in (a, b)]
        if name in TRUTH:
            return bool_(TWO[name](*values))
        if kinds[0] and kinds[1]:
            kind = promote(*kinds)
        elif kinds[0] or kinds[1]:
            kind = weak_promote(kinds[0] or kinds[1], values[1 if kinds[0] else 0])
        else:
            kind = promote(dtype(type(a)).name, dtype(type(b)).name)
        own = dtype(kind)
        if own.kind == "b":
            if name in ("bitwise_and", "bitwise_or", "bitwise_xor"):
                return bool_(TWO[name](*values))
            return None
        if self._floats and own.kind != "f":
            own = dtype("float64")
        if own.kind in "iu" and name == "power" and values[1] < 0:
            raise ValueError("Integers to negative integer powers are not allowed.")
        return own.type.of(TWO[name](*(own.cast(x) for x in values)))

    def _of_pair(self, a, b):
        name = self.__name__
        if not a.size or not b.size:
            kind = "bool" if name in TRUTH else a.dtype.name
            return zeros(broadcast_shapes(a.shape, b.shape), kind)
        if name == "multiply" and a.dtype.name == "uint32":  # numpy-ts would lose the last bits.
            shape = broadcast_shapes(a.shape, b.shape)
            a, b = (_whole(broadcast_to(x, shape).ravel()) for x in (a, b))
            return ndarray(js("multiplyWords", a, b)).reshape(shape)
        if name == "right_shift" and a.dtype.kind == "u":  # numpy-ts would keep the sign.
            by = broadcast_to(asarray(power(asarray(2, a.dtype), b)), a.shape)
            return js("floor_divide", *_broadcast(a, by))
        if a.dtype.kind == "f" and name in _WITH_NUMBER and a.shape != b.shape:
            # With a number in place of an array without axes, numpy-ts is ten times as fast.
            if not b.shape:
                return js(name, a, b.item())
            if not a.shape and name in _MIRRORED:
                return js(_MIRRORED[name], b, a.item())
            if not a.shape:
                a = ndarray(js("full", to_js(list(b.shape)), a.item(), a.dtype.name))
        if self._floats and name != "divide" and () in (a.shape, b.shape):
            # numpy-ts would read numbers behind the only one.
            shape = broadcast_shapes(a.shape, b.shape)
            a, b = (broadcast_to(x, shape).copy() for x in (a, b))
        return js(name, *_broadcast(a, b))

    def outer(self, a, b):
        """Return the function of each pair that can be made."""
        a, b = asarray(a), asarray(b)
        return self(a.reshape(a.shape + (1,) * b.ndim), b)

    def reduce(self, a, axis=0):
        """Return the function of all numbers along an axis, one after the other."""
        *_, last = self._steps(asarray(a), axis)
        return last

    def accumulate(self, a, axis=0):
        """Return the function of the numbers so far, along an axis."""
        return stack([*self._steps(asarray(a), axis)], axis)

    def _steps(self, a, axis):
        return _accumulate(moveaxis(a, axis, 0), self)

    def at(self, a, indices, values):
        """Apply the function in place, also where an index is named twice."""
        if self.__name__ != "add":
            raise TypeError(NOT_HERE.format(f"numpy.{self.__name__}.at"))
        a[...] = scatter_add(a, indices, values)


def scatter_add(a, index, values) -> ndarray:
    """Return an array with values added at an index, also where it names a place twice."""
    a = asarray(a)
    kind, places = _plan(a.shape, index)
    if kind == "view":
        places = ndarray(_view(_counted(a.shape)._js, *places).copy())
    values = broadcast_to(asarray(values, "float64"), places.shape)
    if not places.size:
        return a.copy()
    added = js("addAt", a.size, places.ravel(), values.ravel())
    return (a + ndarray(added).reshape(a.shape)).astype(a.dtype)


_MIRRORED = {
    **{name: name for name in "add multiply maximum minimum equal not_equal".split()},
    "less": "greater",
    "less_equal": "greater_equal",
    "greater": "less",
    "greater_equal": "less_equal",
}
_WITH_NUMBER = {*_MIRRORED, "subtract", "divide", "power"}

for _kind, _names in {
    "pairs": "add subtract multiply maximum minimum floor_divide remainder power",
    "compare": "equal not_equal less less_equal greater greater_equal",
    "float pairs": "divide hypot nextafter",
    "logic": "logical_and logical_or logical_xor",
    "bits": "bitwise_and bitwise_or bitwise_xor left_shift right_shift",
    "one": "negative absolute sign square invert logical_not isnan isfinite isinf",
    "float one": "exp expm1 log log1p log2 log10 sqrt sin cos tan tanh sinh cosh "
    "arctanh floor ceil rint",
}.items():
    for _each in _names.split():
        globals()[_each] = ufunc(
            _each,
            _kind not in ("one", "float one"),
            compare=_kind == "compare",
            floats="float" in _kind,
        )
add, subtract, multiply, divide = (globals()[n] for n in "add subtract multiply divide".split())
maximum, minimum, power = (globals()[n] for n in "maximum minimum power".split())
absolute, negative, sqrt = (globals()[n] for n in "absolute negative sqrt".split())
abs = absolute
mod = globals()["remainder"]


_OPERANDS = (ndarray, list, tuple, *_SCALARS)


def _operator(function, reflected=False):
    def method(self, other):
        if getattr(other, "__array_priority__", 0) > 0:
            return NotImplemented  # JAX's arrays compute.
        if not isinstance(other, _OPERANDS):
            return NotImplemented
        return function(other, self) if reflected else function(self, other)

    return method


def _in_place(function):
    def method(self, other):
        result = function(self, other)
        if not isinstance(self, ndarray):
            return result
        if result.dtype.kind == "f" and self.dtype.kind != "f":
            raise TypeError(
                f"Cannot cast ufunc '{function.__name__}' output from {result.dtype!r} to "
                f"{self.dtype!r} with casting rule 'same_kind'"
            )
        self[...] = result
        return self

    return method


def matmul(a, b):
    """Return the matrix product."""
    a, b, _ = _operands(a, b)
    if not a.ndim or not b.ndim:
        raise ValueError("matmul: an operand has no axes")
    inner = b.shape[-2] if b.ndim > 1 else b.shape[0]
    if a.shape[-1] != inner:
        raise ValueError(
            f"matmul: Input operand 1 has a mismatch in its core dimension 0 "
            f"(size {inner} is different from {a.shape[-1]})"
        )
    # A vector is a matrix with one row, or one column, that the result does not have.
    left = a.reshape(1, -1) if a.ndim == 1 else a
    right = b.reshape(-1, 1) if b.ndim == 1 else b
    made = ndarray(js("matmul", left, right))
    shape = list(made.shape)
    if a.ndim == 1:
        del shape[-2]
    if b.ndim == 1:
        del shape[-1]
    return _wrap(made.reshape(shape))


_OPERATORS = {
    "add": add,
    "sub": subtract,
    "mul": multiply,
    "truediv": divide,
    "floordiv": globals()["floor_divide"],
    "mod": mod,
    "pow": power,
    "matmul": matmul,
    "and": globals()["bitwise_and"],
    "or": globals()["bitwise_or"],
    "xor": globals()["bitwise_xor"],
    "lshift": globals()["left_shift"],
    "rshift": globals()["right_shift"],
}
_COMPARISONS = {
    "eq": "equal",
    "ne": "not_equal",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
}


def _divmod(a, b):
    return _OPERATORS["floordiv"](a, b), mod(a, b)


for _class in (ndarray, generic):
    for _short, _function in _OPERATORS.items():
        setattr(_class, f"__{_short}__", _operator(_function))
        setattr(_class, f"__r{_short}__", _operator(_function, reflected=True))
        if _class is ndarray:
            setattr(_class, f"__i{_short}__", _in_place(_function))
    for _short, _long in _COMPARISONS.items():
        setattr(_class, f"__{_short}__", _operator(globals()[_long]))
    _class.__divmod__ = _operator(_divmod)
    _class.__neg__ = lambda self: negative(self)
    _class.__pos__ = lambda self: self
    _class.__abs__ = lambda self: absolute(self)
    _class.__invert__ = lambda self: (
        globals()["logical_not"](self) if self.dtype == "bool" else globals()["invert"](self)
    )
    _class.__round__ = lambda self, digits=0: round(self, digits)
for _name_, _value in vars(_Scalar).items():
    if _name_ not in ("__module__", "__doc__", "__dict__", "__weakref__"):
        setattr(generic, _name_, _value)


# Reductions.


def _reduce(name: str, x, axis=None, keepdims=False, *more, wide=True):
    x = asarray(x)
    shape = x.shape
    axes = range(x.ndim) if axis is None else [axis] if not isinstance(axis, tuple) else axis
    if any_wrong := [a for a in axes if not -x.ndim <= a < x.ndim]:
        raise AxisError(f"axis {any_wrong[0]} is out of bounds for array of dimension {x.ndim}")
    axes = sorted({a % x.ndim for a in axes})
    if name in ("max", "min", "argmax", "argmin") and not math.prod(shape[a] for a in axes):
        raise ValueError(f"zero-size array to reduction operation {name} which has no identity")
    kept = [1 if a in axes else size for a, size in enumerate(shape)]
    final = kept if keepdims else [size for a, size in enumerate(shape) if a not in axes]
    length = math.prod(shape[a] for a in axes)
    if not length:  # A sum of nothing is 0, and a mean is not a number.
        with_none = {"sum": 0.0, "prod": 1.0, "any": 0.0, "all": 1.0}.get(name, nan)
        return _wrap(full(final, with_none, "bool" if name in ("any", "all") else "float64"))
    # numpy-ts reduces one axis: if there are several, they come last, as one.
    if len(axes) == x.ndim:
        moved, along = reshape(x, length), 0
    elif len(axes) == 1:
        moved, along = x, axes[0]
    else:
        order = [a for a in range(x.ndim) if a not in axes] + axes
        rows = [shape[a] for a in order if a not in axes]
        moved, along = reshape(transpose(x, order), [*rows, length]), len(rows)
    if not moved.ndim:
        moved = reshape(moved, 1)
    if name in ("sum", "prod", "mean") and x.dtype.kind in "biu":
        moved = moved.astype("float64" if name == "mean" else "int64")
    # Thousands of 32-bit floats lose digits when they are added one after the other.
    narrow = x.dtype.name == "float32" and wide and length > 1000
    moved = moved.astype("float64") if narrow else moved
    # Copy, because numpy-ts overwrites sums of 64-bit integers with its next result.
    made = ndarray(js(name, moved, along, *more, True).copy())
    made = made.astype("float32") if narrow else made
    if name in ("sum", "prod") and x.dtype.kind == "u":
        made = made.astype("uint64")
    return _wrap(reshape(made, final))


_NEUTRAL = {"sum": 0, "prod": 1, "max": -inf, "min": inf}


class AxisError(ValueError, IndexError):
    """An axis that the array does not have."""


def _reduction(name: str, wide=True):
    def function(a, axis=None, dtype=None, keepdims=False, initial=None, where=None):
        a = asarray(a) if dtype is None else asarray(a).astype(dtype)
        if where is not None:
            a = globals()["where"](where, a, _NEUTRAL[name] if initial is None else initial)
        if initial is not None and axis is None:
            a = append(a.ravel(), asarray(initial, a.dtype).reshape(1))
        result = _reduce(name, a, axis, keepdims, wide=wide)
        return result if dtype is None else result.astype(dtype)

    function.__name__ = name
    return function


sum, mean, prod = _reduction("sum"), _reduction("mean"), _reduction("prod")
_any, _all = _reduction("any"), _reduction("all")


def any(a, axis=None, keepdims=False):
    """Return whether any number is not 0."""
    return _any(asarray(a).astype("bool"), axis, keepdims=keepdims)


def all(a, axis=None, keepdims=False):
    """Return whether no number is 0."""
    return _all(asarray(a).astype("bool"), axis, keepdims=keepdims)


max = _reduction("max", wide=False)
min = _reduction("min", wide=False)
_median = _reduction("median")


def median(a, axis=None, keepdims=False):
    """Return the middle number, or the mean of the two in the middle."""
    a = asarray(a)
    if a.dtype.kind != "f":
        a = a.astype("float64")
    return _median(a, axis, keepdims=keepdims)


def var(a, axis=None, ddof=0, keepdims=False):
    """Return the mean squared distance from the mean."""
    a = asarray(a)
    a = a if a.dtype.kind == "f" else a.astype("float64")
    parts = square(a - mean(a, axis, keepdims=True))
    n = a.size if axis is None else a.size // builtins.max(mean(a, axis, keepdims=True).size, 1)
    return sum(parts, axis, keepdims=keepdims) / (n - ddof)


def std(a, axis=None, ddof=0, keepdims=False):
    """Return the standard deviation."""
    return sqrt(var(a, axis, ddof, keepdims))


square = globals()["square"]


def ptp(a, axis=None):
    """Return the largest number minus the smallest."""
    return max(a, axis) - min(a, axis)


def quantile(a, q, axis=None, keepdims=False):
    """Return the number below which a share of all lie."""
    if isinstance(q, list | tuple | ndarray):
        return stack([asarray(quantile(a, float(each), axis, keepdims)) for each in q])
    a = sort(a if axis is not None else asarray(a).ravel(), -1 if axis is None else axis)
    a = a if a.dtype.kind == "f" else a.astype("float64")
    along = -1 if axis is None else axis
    place = float(q) * (a.shape[along] - 1)
    low, high = take(a, math.floor(place), along), take(a, math.ceil(place), along)
    return low + (high - low) * (place - math.floor(place))


def percentile(a, q, axis=None, keepdims=False):
    """Return the number below which so many percent of all lie."""
    return quantile(a, asarray(q) / 100 if isinstance(q, list | tuple | ndarray) else q / 100, axis)


def average(a, axis=None, weights=None):
    """Return the mean, weighted or not."""
    if weights is None:
        return mean(a, axis)
    a, weights = asarray(a), asarray(weights)
    if axis is not None and weights.ndim == 1 and a.ndim > 1:
        weights = weights.reshape([-1 if n == axis % a.ndim else 1 for n in range(a.ndim)])
    return sum(a * weights, axis) / sum(weights * ones_like(a, dtype=weights.dtype), axis)


def _arg(name: str):
    def function(a, axis=None, keepdims=False):
        a = asarray(a)
        if a.dtype == "bool":
            a = a.astype("int32")
        if a.dtype.kind == "f" and isnan(a).any():  # NumPy's answer is the first nan.
            odd = isnan(a)
            a = where(odd, 1.0 if name == "argmax" else -1.0, 0.0)
        return _reduce(name, a, axis, keepdims, wide=False).astype("int64")

    function.__name__ = name
    return function


argmax, argmin = _arg("argmax"), _arg("argmin")
isnan, isfinite = globals()["isnan"], globals()["isfinite"]


def nanargmin(a, axis=None):
    """Return where the smallest number is, leaving out those that are not numbers."""
    return argmin(where(isnan(a), inf, a), axis)


def count_nonzero(a, axis=None):
    """Return how many numbers are not 0."""
    return sum(asarray(a) != 0, axis)


# Making arrays, and giving them another shape.


def _shape(shape) -> list[int]:
    return [int(n) for n in shape] if hasattr(shape, "__iter__") else [int(shape)]


def zeros(shape, dtype="float64"):
    """Return an array of zeros."""
    return ndarray(js("zeros", to_js(_shape(shape)), _name(dtype)))


def ones(shape, dtype="float64"):
    """Return an array of ones."""
    return ndarray(js("ones", to_js(_shape(shape)), _name(dtype)))


empty = zeros


def full(shape, fill_value, dtype=None):
    """Return an array of one number."""
    value = asarray(fill_value, dtype)
    return broadcast_to(value, tuple(_shape(shape))).copy()


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


def eye(N, M=None, k=0, dtype="float64"):  # NumPy's names.
    """Return ones on a diagonal."""
    return ndarray(js("eye", N, N if M is None else M, k, _name(dtype)))


def arange(start, stop=None, step=1, dtype=None):
    """Return numbers at equal steps."""
    if stop is None:
        start, stop = 0, start
    start, stop, step = (x.item() if hasattr(x, "item") else x for x in (start, stop, step))
    kind = "float64" if float in map(type, (start, stop, step)) else "int64"
    wanted = kind if dtype is None else _name(dtype)
    if kind == "int64" and wanted in ("int64", "int32"):
        return ndarray(js("arange", start, stop, step, wanted))
    n = builtins.max(math.ceil((stop - start) / step), 0)
    return _from_flat([start + i * step for i in range(n)], (n,), kind).astype(wanted, copy=False)


def linspace(start, stop, num=50, endpoint=True, dtype=None):
    """Return so many numbers at equal distances."""
    start, stop, parts = float(start), float(stop), num - 1 if endpoint else num
    numbers = [start + (stop - start) * i / parts if parts else start for i in range(num)]
    if endpoint and num > 1:
        numbers[-1] = stop
    return _from_flat(numbers, (num,), "float64").astype(dtype or "float64")


def reshape(a, shape):
    """Return the same numbers in another shape; -1 stands for what is left."""
    a, shape = asarray(a), _shape(shape)
    if -1 in shape:
        known = -math.prod(shape)
        shape = [a.size // known if known and n == -1 else n for n in shape]
    if math.prod(shape) != a.size or -1 in shape:
        raise ValueError(f"cannot reshape array of size {a.size} into shape {_tuple(tuple(shape))}")
    return ndarray(js("reshape", a, to_js(shape)), a._is_view, base=a)


def ravel(a):
    """Return all numbers in one row."""
    return reshape(a, -1)


def transpose(a, axes=None):
    """Return the array with its axes in another order."""
    a = asarray(a)
    axes = list(range(a.ndim))[::-1] if axes is None else [n % a.ndim for n in axes]
    if a.ndim < 2:
        return a
    return ndarray(js("transpose", a, to_js(axes)), is_view=True, base=a)


def moveaxis(a, source, destination):
    """Return the array with one axis elsewhere."""
    a = asarray(a)
    order = [n for n in range(a.ndim) if n != source % a.ndim]
    order.insert(destination % a.ndim, source % a.ndim)
    return transpose(a, order)


def swapaxes(a, axis1, axis2):
    """Return the array with two axes exchanged."""
    order = list(range(asarray(a).ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
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
    gone = range(a.ndim) if axis is None else [axis % a.ndim]
    if axis is not None and a.shape[axis] != 1:
        raise ValueError("cannot select an axis to squeeze out which has size not equal to one")
    return reshape(a, [n for i, n in enumerate(a.shape) if n != 1 or i not in gone])


def atleast_1d(a):
    """Return an array with an axis at least."""
    return asarray(a) if asarray(a).ndim else asarray(a).reshape(1)


def broadcast_shapes(*shapes):
    """Return the shape that arrays of these shapes have together."""
    shapes = [(s,) if isinstance(s, int) else tuple(s) for s in shapes]
    n = builtins.max(map(len, shapes), default=0)
    padded = [(1,) * (n - len(s)) + s for s in shapes]
    result = []
    for sizes in zip(*padded, strict=True):
        wide = {size for size in sizes if size != 1}
        if len(wide) > 1:
            raise ValueError(
                "shape mismatch: objects cannot be broadcast to a single shape. Mismatch is "
                f"between {' and '.join(map(str, shapes))}"
            )
        result.append(wide.pop() if wide else 1)
    return tuple(result)


def broadcast_to(a, shape):
    """Return the array repeated along new axes and axes of length 1."""
    a, shape = asarray(a), tuple(_shape(shape))
    if a.shape == shape:
        return a
    if broadcast_shapes(a.shape, shape) != shape:
        raise ValueError(
            f"could not broadcast input array from shape {_tuple(a.shape)} into shape "
            f"{_tuple(shape)}"
        )
    if not shape or not math.prod(shape):
        return zeros(shape, a.dtype)
    # A copy, because numpy-ts would let the view's memory be freed with the array's.
    return ndarray(js("broadcast_to", a, to_js(list(shape))).copy())


def _together(arrays) -> list[ndarray]:
    arrays = [asarray(x) for x in arrays]
    if not arrays:
        raise ValueError("need at least one array to concatenate")
    kind = arrays[0].dtype.name
    for x in arrays[1:]:
        kind = promote(kind, x.dtype.name)
    return [x.astype(kind, copy=False) for x in arrays]


def concatenate(arrays, axis=0):
    """Return arrays joined along an axis."""
    arrays = _together(arrays)
    if axis is None:
        arrays, axis = [x.ravel() for x in arrays], 0
    if not arrays[0].ndim:
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    arrays = [_whole(x) for x in arrays if x.size] or arrays[:1]
    return ndarray(js("concatenate", to_js([x._js for x in arrays]), axis % arrays[0].ndim))


def stack(arrays, axis=0):
    """Return arrays joined along a new axis."""
    arrays = _together(arrays)
    if len({x.shape for x in arrays}) > 1:
        raise ValueError("all input arrays must have the same shape")
    axis %= arrays[0].ndim + 1
    return concatenate([expand_dims(x, axis) for x in arrays], axis)


def vstack(arrays):
    """Return arrays joined as rows."""
    return concatenate([x if x.ndim > 1 else x.reshape(1, -1) for x in map(asarray, arrays)])


def hstack(arrays):
    """Return arrays joined as columns."""
    arrays = [atleast_1d(x) for x in arrays]
    return concatenate(arrays, 0 if arrays[0].ndim == 1 else 1)


def append(arr, values, axis=None):
    """Return a copy with more at its end."""
    return concatenate([arr, values], axis)


def split(a, parts, axis=0):
    """Return equal parts, or parts that end before given places."""
    a = asarray(a)
    n = a.shape[axis]
    if isinstance(parts, int):
        if n % parts:
            raise ValueError("array split does not result in an equal division")
        parts = [n // parts * i for i in range(1, parts)]
    return _cut(a, parts, axis)


def array_split(a, parts, axis=0):
    """Return parts that are as equal as can be."""
    a = asarray(a)
    if isinstance(parts, int):
        size, more = divmod(a.shape[axis], parts)
        parts = [*_accumulate(size + (i < more) for i in range(parts))][:-1]
    return _cut(a, parts, axis)


def _cut(a, ends, axis):
    ends = [0, *ends, a.shape[axis]]
    before = (slice(None),) * (axis % a.ndim)
    return [a[(*before, slice(*pair))] for pair in pairwise(ends)]


def tile(a, reps):
    """Return the array repeated as a whole."""
    return ndarray(js("tile", asarray(a), to_js(_shape(reps))))


def repeat(a, repeats, axis=None):
    """Return each number, or each row, repeated."""
    a = asarray(a)
    if axis is None:
        a, axis = a.ravel(), 0
    counts = _shape(repeats.tolist() if isinstance(repeats, ndarray) else repeats)
    counts = counts * a.shape[axis] if len(counts) == 1 else counts
    return take(a, [i for i, n in enumerate(counts) for _ in range(n)], axis)


def roll(a, shift, axis=None):
    """Return the array with its numbers moved along, and around at its end."""
    a = asarray(a)
    if axis is None:
        return roll(a.ravel(), shift, 0).reshape(a.shape)
    if isinstance(shift, tuple) or isinstance(axis, tuple):
        axes = axis if isinstance(axis, tuple) else (axis,) * len(shift)
        shifts = shift if isinstance(shift, tuple) else (shift,) * len(axes)
        for by, along in zip(shifts, axes, strict=True):
            a = roll(a, by, along)
        return a
    n = a.shape[axis]
    return take(a, [(i - int(shift)) % n for i in range(n)], axis)


def flip(a, axis=None):
    """Return the array backwards."""
    a = asarray(a)
    axes = range(a.ndim) if axis is None else _shape(axis)
    return a[
        tuple(
            slice(None, None, -1) if n in {x % a.ndim for x in axes} else slice(None)
            for n in range(a.ndim)
        )
    ]


def fliplr(a):
    """Return the array mirrored from left to right."""
    return flip(a, 1)


def flipud(a):
    """Return the array mirrored from top to bottom."""
    return flip(a, 0)


def pad(array, pad_width, mode="constant", constant_values=0):
    """Return the array with a frame."""
    array = asarray(array)
    widths = [_shape(w) for w in pad_width] if hasattr(pad_width, "__iter__") else [[pad_width]]
    if hasattr(pad_width, "__iter__") and all_ints(pad_width):
        widths = [list(pad_width)]
    widths = widths * array.ndim if len(widths) == 1 else widths
    widths = [(w[0], w[-1]) for w in widths]
    if mode == "constant":
        shape = [n + a + b for n, (a, b) in zip(array.shape, widths, strict=True)]
        made = full(shape, constant_values, array.dtype)
        made[tuple(slice(a, a + n) for n, (a, b) in zip(array.shape, widths, strict=True))] = array
        return made
    if mode not in ("edge", "wrap"):
        raise ValueError(NOT_HERE.format(f"numpy.pad with mode={mode!r}"))
    for axis, (a, b) in enumerate(widths):
        n = array.shape[axis]
        places = range(-a, n + b)
        chosen = [
            i % n if mode == "wrap" else builtins.min(builtins.max(i, 0), n - 1) for i in places
        ]
        array = take(array, chosen, axis)
    return array


def all_ints(values) -> builtins.bool:
    return builtins.all(isinstance(value, int) for value in values)


def resize(a, shape):
    """Return as many numbers as a shape has, repeating those that are there."""
    a, shape = asarray(a).ravel(), _shape(shape)
    return take(a, [i % a.size for i in range(math.prod(shape))]).reshape(shape)


def take(a, indices, axis=None):
    """Return the rows, along an axis, that indices name."""
    a = asarray(a)
    if axis is None:
        return a.ravel()[indices if isinstance(indices, int) else asarray(indices)]
    before = (slice(None),) * (axis % a.ndim)
    if isinstance(indices, list | tuple | range):
        indices = asarray(indices, "int64") if len(indices) else zeros(0, "int64")
    return a[(*before, indices)]


def take_along_axis(a, indices, axis):
    """Return the numbers, along an axis, that indices name in each row."""
    a, indices = asarray(a), asarray(indices)
    grid = [
        arange(n).reshape([-1 if i == along else 1 for i in range(a.ndim)])
        for along, n in enumerate(indices.shape)
    ]
    grid[axis % a.ndim] = indices
    return a[tuple(grid)]


def where(condition, x=None, y=None):
    """Return x where a condition holds, and y elsewhere; alone, where it holds."""
    if x is None:
        return nonzero(condition)
    x, y, _ = _operands(x, y)
    condition = asarray(condition).astype("bool", copy=False)
    if not condition.shape and x.shape == y.shape:
        return (x if condition else y).copy()
    shape = broadcast_shapes(condition.shape, x.shape, y.shape)
    if not math.prod(shape):
        return zeros(shape, x.dtype)
    return _array_or_scalar(js("where", condition, x, y), shape)


def _array_or_scalar(data, shape):
    return ndarray(data if shape else js("reshape", data, to_js([])))


def select(conditions, choices, default=0):
    """Return for each number the first choice whose condition holds."""
    result = asarray(default)
    for condition, choice in list(zip(conditions, choices, strict=True))[::-1]:
        result = where(condition, choice, result)
    return result


def clip(a, a_min=None, a_max=None):
    """Return the numbers, none below or above a limit."""
    if a_min is not None:
        a = maximum(a, a_min)
    return minimum(a, a_max) if a_max is not None else a


def round(a, decimals=0):
    """Return the numbers rounded; halves go to the even neighbor."""
    a = asarray(a)
    if a.dtype.kind != "f":
        return _wrap(a)
    scale = 10.0**decimals
    return globals()["rint"](a * scale) / scale


around = round


def nonzero(a):
    """Return where the numbers are not 0: the indices along each axis."""
    a = atleast_1d(a)
    places = [i for i, value in enumerate(_flat(a.astype("bool"))) if value]
    return tuple(unravel_index(_from_flat(places, (len(places),), "int64"), a.shape))


def flatnonzero(a):
    """Return where the numbers are not 0, counted through all."""
    return nonzero(asarray(a).ravel())[0]


def argwhere(a):
    """Return where the numbers are not 0: one row of indices per number."""
    return stack(nonzero(a), axis=1)


def unravel_index(index, shape):
    """Return the indices along each axis of places that are counted through all."""
    index = asarray(index)
    parts, shape = [], _shape(shape)
    for n in shape[::-1]:
        parts.append(_wrap(asarray(index % n)))
        index = asarray(index // n)
    return tuple(parts[::-1])


def sort(a, axis=-1):
    """Return the numbers in order."""
    a = asarray(a)
    return ndarray(js("sort", a.copy(), axis)) if a.size else a


def argsort(a, axis=-1, kind=None, stable=None):
    """Return the indices that put the numbers in order; equal ones stay as they are."""
    a = asarray(a)
    moved = moveaxis(a, axis, -1)
    rows = _nest(_flat(moved), (moved.size // (moved.shape[-1] or 1), moved.shape[-1]))
    # Not a number comes last.
    key = lambda row: lambda i: (row[i] != row[i], row[i])  # noqa: E731
    flat = [i for row in rows for i in sorted(range(len(row)), key=key(row))]
    made = _from_flat(flat, moved.shape, "int64")
    return moveaxis(made, -1, axis % a.ndim)


def unique(a, return_index=False, return_inverse=False, return_counts=False, axis=None):
    """Return the different numbers, or rows, in order, and how often each one stands there."""
    if axis is not None:
        if axis or return_index or return_inverse or return_counts:
            raise TypeError(NOT_HERE.format("numpy.unique with these options"))
        rows = sorted({tuple(_flat(row.ravel())) for row in asarray(a)})
        return asarray(rows, asarray(a).dtype).reshape(len(rows), *asarray(a).shape[1:])
    flat = _flat(asarray(a).ravel())
    kinds = asarray(a).dtype.name
    found = sorted(set(flat))
    made = [_from_flat(found, (len(found),), kinds)]
    if return_index:
        made.append(asarray([flat.index(value) for value in found]))
    if return_inverse:
        made.append(asarray([found.index(value) for value in flat]))
    if return_counts:
        made.append(asarray([flat.count(value) for value in found]))
    return made[0] if len(made) == 1 else tuple(made)


def bincount(x, weights=None, minlength=0):
    """Return how often each integer stands in an array, or the sum of its weights."""
    x = asarray(x)
    if x.dtype.kind == "f":
        raise TypeError("Cannot cast array data from dtype('float64') to dtype('int64')")
    size = builtins.max(int(x.max()) + 1 if x.size else 0, minlength)
    start = zeros(size, "int64" if weights is None else "float64")
    return scatter_add(start, x, 1 if weights is None else weights)


def cumsum(a, axis=None):
    """Return the sums so far."""
    a = asarray(a)
    if axis is None:
        a, axis = a.ravel(), 0
    a = a.astype("int64") if a.dtype.kind in "bi" else a
    return ndarray(js("cumsum", a.copy(), axis % a.ndim)).astype(a.dtype)


def diff(a, n=1, axis=-1):
    """Return each number minus the one before, n times."""
    a = asarray(a)
    before = (slice(None),) * (axis % a.ndim)
    for _ in range(n):
        a = a[(*before, slice(1, None))] - a[(*before, slice(None, -1))]
    return a


def searchsorted(a, v, side="left"):
    """Return where numbers would be put into an ordered array."""
    from bisect import bisect_left, bisect_right

    flat, find = _flat(asarray(a)), bisect_left if side == "left" else bisect_right
    v = asarray(v)
    return _wrap(_from_flat([find(flat, x) for x in _flat(v)], v.shape, "int64"))


def interp(x, xp, fp):
    """Return the height, at x, of straight lines through points."""
    x, xp, fp = asarray(x, "float64"), asarray(xp, "float64"), asarray(fp, "float64")
    return _wrap(js("interp", x, xp, fp))


def polyval(p, x):
    """Return a polynomial's value; the highest power's coefficient comes first."""
    result = zeros(shape(x))
    for coefficient in p:
        result = result * x + coefficient
    return result


def diag(v, k=0):
    """Return a matrix with this diagonal, or the diagonal of a matrix."""
    v = asarray(v)
    if v.ndim == 2:
        return diagonal(v, k)
    n = v.size + builtins.abs(k)
    made = zeros((n, n), v.dtype)
    for i, value in enumerate(_flat(v)):
        made[i + builtins.max(-k, 0), i + builtins.max(k, 0)] = value
    return made


def diagonal(a, offset=0):
    """Return the diagonal of a matrix."""
    a = asarray(a)
    rows, columns = a.shape
    first = (-offset, 0) if offset < 0 else (0, offset)
    n = builtins.max(builtins.min(rows - first[0], columns - first[1]), 0)
    return a[[first[0] + i for i in range(n)], [first[1] + i for i in range(n)]]


class _Joined:
    """np.r_ and np.c_: arrays joined as one row, or as columns."""

    def __init__(self, columns):
        self._columns = columns

    def __getitem__(self, parts):
        parts = [asarray(part) for part in (parts if isinstance(parts, tuple) else (parts,))]
        if not self._columns:
            return concatenate([atleast_1d(part) for part in parts])
        return concatenate([p.reshape(-1, 1) if p.ndim < 2 else p for p in parts], axis=1)


r_, c_ = _Joined(False), _Joined(True)


def fill_diagonal(a, val):
    """Set the diagonal of a matrix."""
    n = builtins.min(a.shape)
    a[list(range(n)), list(range(n))] = val


def trace(a):
    """Return the sum of the diagonal."""
    return sum(diagonal(a))


def triu(m, k=0):
    """Return the matrix with zeros below a diagonal."""
    return ndarray(js("triu", asarray(m).copy(), k))


def tril(m, k=0):
    """Return the matrix with zeros above a diagonal."""
    return ndarray(js("tril", asarray(m).copy(), k))


def outer(a, b):
    """Return the product of each pair of numbers."""
    return multiply.outer(asarray(a).ravel(), asarray(b).ravel())


def dot(a, b):
    """Return the product of matrices or vectors."""
    if not asarray(a).ndim or not asarray(b).ndim:
        return multiply(a, b)
    return matmul(a, b)


def einsum(subscripts, *operands):
    """Return the sum of products that subscripts describe."""
    arrays = [x.copy() for x in _together(operands)]
    made = js("einsum", subscripts, *arrays)
    kind = _together(operands)[0].dtype
    return _wrap(made) if isinstance(made, JsProxy) else kind.type(made)


def meshgrid(x, y, indexing="xy"):
    """Return the coordinates of each point of a grid."""
    x, y = asarray(x), asarray(y)
    shape = (y.size, x.size) if indexing == "xy" else (x.size, y.size)
    across = x.reshape(1, -1) if indexing == "xy" else x.reshape(-1, 1)
    down = y.reshape(-1, 1) if indexing == "xy" else y.reshape(1, -1)
    return [broadcast_to(across, shape).copy(), broadcast_to(down, shape).copy()]


def indices(dimensions):
    """Return each number's index along each axis."""
    n = len(dimensions)
    grid = [
        arange(d).reshape([-1 if i == axis else 1 for i in range(n)])
        for axis, d in enumerate(dimensions)
    ]
    return stack([broadcast_to(part, tuple(dimensions)) for part in grid])


def isclose(a, b, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Return which numbers are nearly equal."""
    a, b = asarray(a, "float64"), asarray(b, "float64")
    both = isfinite(a) & isfinite(b)
    near = absolute(where(both, a, 0.0) - where(both, b, 0.0)) <= atol + rtol * absolute(
        where(both, b, 0.0)
    )
    same = where(both, near, a == b)
    return (same | (isnan(a) & isnan(b))) if equal_nan else same


def allclose(a, b, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Return whether all numbers are nearly equal."""
    return builtins.bool(all(isclose(a, b, rtol, atol, equal_nan)))


def array_equal(a, b):
    """Return whether two arrays have one shape and the same numbers."""
    a, b = asarray(a), asarray(b)
    return a.shape == b.shape and builtins.bool(all(a == b))


def isin(element, test):
    """Return which numbers stand in another array."""
    known = set(_flat(asarray(test)))
    element = asarray(element)
    return _from_flat([x in known for x in _flat(element)], element.shape, "bool")


def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    """Return finite numbers in place of those that are not."""
    x = asarray(x)
    big = finfo(x.dtype).max if x.dtype.kind == "f" else 0
    x = where(isnan(x), nan, x)
    x = where(x == inf, big if posinf is None else posinf, x)
    return where(x == -inf, -big if neginf is None else neginf, x)


def copy(a):
    """Return a copy."""
    return asarray(a).copy()


def shape(a):
    """Return the length of each axis."""
    return a.shape if hasattr(a, "shape") else asarray(a).shape


def ndim(a):
    """Return the number of axes."""
    return len(shape(a))


def size(a):
    """Return how many numbers there are."""
    return math.prod(shape(a))


def result_type(*args):
    """Return the type that a computation with all of these has."""
    names = [
        _name(x.dtype if hasattr(x, "dtype") else type(x) if isinstance(x, _SCALARS) else x)
        for x in args
    ]
    kind = names[0]
    for other in names[1:]:
        kind = promote(kind, other)
    return dtype(kind)


def array2string(a, precision=8, separator=" ", **options):
    """Return an array as text."""
    from numpy._format import to_string

    return to_string(asarray(a), separator, precision=precision)


class errstate(_ContextDecorator):
    """A block in which NumPy would say nothing of infinities; in a page it never does."""

    def __init__(self, **how):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


def _method(name: str):
    def method(self, *args, **options):
        return globals()[name](self, *args, **options)

    method.__name__ = name
    return method


for _class in (ndarray, generic):
    for _each in (
        "sum mean std var prod max min ptp any all argmax argmin argsort clip round dot repeat "
        "cumsum nonzero squeeze take diagonal trace swapaxes"
    ).split():
        setattr(_class, _each, _method(_each))


from numpy import linalg, random  # noqa: E402, F401 # They need what is above.
