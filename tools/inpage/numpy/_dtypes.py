"""The types of numbers, and which one a computation with two of them has."""

import builtins
import math
import struct


class generic:
    """A number with one of NumPy's types."""

    dtype: "dtype"

    def __new__(cls, value=0, *args):
        if getattr(value, "shape", ()) or isinstance(value, list | tuple):
            import numpy as np  # np.float32(array) is the array in that type.

            return np.asarray(value).astype(cls)
        if issubclass(cls, float):
            return float.__new__(cls, value.item() if hasattr(value, "item") else value)
        return object.__new__(cls)

    def __init__(self, value=0):
        self._value = self.dtype.cast(value)

    @classmethod
    def of(cls, number):
        """Return one of Python's numbers, which may be too large, with this type."""
        kind = cls.dtype.kind
        if kind in "iu":
            number = cls.dtype.wrap(int(number), strict=False)
        return cls(number)

    def item(self):
        """Return the number as Python's."""
        return self._value

    tolist = item

    def astype(self, kind, copy=True):
        """Return the number with another type."""
        return dtype(kind).type(dtype(kind).cast(self._value, loose=True))

    def reshape(self, *shape):
        """Return an array of this one number."""
        import numpy as np

        return np.asarray(self).reshape(*shape)

    ravel = flatten = lambda self: self.reshape(1)

    def copy(self):
        """Return the number, which never changes."""
        return self

    def __float__(self):
        return float(self._value)

    def __int__(self):
        return int(self._value)

    def __bool__(self):
        return builtins.bool(self._value)

    def __hash__(self):
        return hash(self._value)

    def __format__(self, spec):
        return format(self._value, spec) if spec else str(self)

    def __str__(self):
        if isinstance(self._value, float):
            from numpy._format import number_text

            return number_text(self._value, self.dtype.name)
        return str(self._value)

    def __repr__(self):
        return f"np.{type(self).__name__.rstrip('_')}({self})"


class number(generic):
    pass


class integer(number):
    def __index__(self):
        return self._value


class signedinteger(integer):
    pass


class unsignedinteger(integer):
    pass


class inexact(number):
    pass


class floating(inexact):
    pass


class bool_(generic):
    def __repr__(self):
        return f"np.{self._value}"


class float64(floating, float):
    pass


class float32(floating):
    pass


class int8(signedinteger):
    pass


class int16(signedinteger):
    pass


class int32(signedinteger):
    pass


class int64(signedinteger):
    pass


class uint8(unsignedinteger):
    pass


class uint16(unsignedinteger):
    pass


class uint32(unsignedinteger):
    pass


class uint64(unsignedinteger):
    pass


_TYPES = {
    cls.__name__.rstrip("_"): cls
    for cls in (
        bool_, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64,
    )
}  # fmt: skip


class dtype:
    """A type of numbers, by its name, a class, or one of Python's types."""

    _known: dict[str, "dtype"] = {}  # noqa: RUF012 # One object per type.

    def __new__(cls, kind="float64"):
        if type(kind) is dtype:
            return kind
        if type(kind) is str and kind in cls._known:
            return cls._known[kind]
        name = _name_of(kind)
        if name not in cls._known:
            self = cls._known[name] = super().__new__(cls)
            self.name, self.type = name, _TYPES[name]
            self.kind = "b" if name == "bool" else name[0]
            bits = name.lstrip("abcdefghijklmnopqrstuvwxyz")
            self.itemsize = int(bits or 8) // 8
        return cls._known[name]

    def wrap(self, value: int, strict: bool = True) -> int:
        """Return an integer as this type holds it."""
        bits = 8 * self.itemsize
        low = -(2 ** (bits - 1)) if self.kind == "i" else 0
        if not low <= value < low + 2**bits:
            if strict:
                raise OverflowError(f"Python integer {value} out of bounds for {self.name}")
            value = (value - low) % 2**bits + low
        return value

    def cast(self, value, loose=False):
        """Return one of Python's numbers as this type holds it; `loose` cuts what is too large."""
        value = value.item() if hasattr(value, "item") else value
        if self.kind == "b":
            return builtins.bool(value)
        if self.kind in "iu":
            if isinstance(value, float) and not math.isfinite(value):
                return 0
            return self.wrap(int(value), strict=isinstance(value, int) and not loose)
        return float(value) if self.name == "float64" else to_float32(float(value))

    def __eq__(self, other):
        if type(other) is dtype:
            return self is other  # There is one object per type.
        try:
            return self.name == _name_of(other)
        except TypeError:
            return False

    def __hash__(self):
        return hash(self.name)

    def __str__(self):
        return self.name

    def __repr__(self):
        return f"dtype('{self.name}')"


_SHORT = {"float": "float64", "int": "int64", "f": "float32", "d": "float64"}


def _name_of(kind) -> str:
    if isinstance(kind, str):
        name = kind if kind in _TYPES else _SHORT.get(kind, kind)
    elif isinstance(kind, dtype):
        return kind.name
    elif isinstance(kind, type) and issubclass(kind, generic):
        name = kind.__name__.rstrip("_")
    elif kind in (builtins.bool, int, float):
        name = {builtins.bool: "bool", int: "int64", float: "float64"}[kind]
    elif hasattr(kind, "dtype"):
        return kind.dtype.name
    else:
        raise TypeError(f"Cannot interpret {kind!r} as a data type")
    if name not in _TYPES:
        raise TypeError(f"data type {name!r} not understood, or not available in the page")
    return name


def to_float32(value: float) -> float:
    """Return the nearest number that 32 bits can hold."""
    if math.isinf(value) or math.isnan(value):
        return value
    try:
        return struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def issubdtype(kind, parent) -> bool:
    """Return whether a type is of a family, such as `floating`."""
    family = parent if isinstance(parent, type) else dtype(parent).type
    return issubclass(
        dtype(kind).type, family if issubclass(family, generic) else dtype(family).type
    )


def promote(a: str, b: str) -> str:
    """Return the type of a computation with two types, by NumPy's table."""
    if a == b:
        return a
    first, second = sorted((dtype(a), dtype(b)), key=lambda t: "buif".index(t.kind))
    if first.kind == "b":
        return second.name
    if first.kind == second.kind:
        return max(first, second, key=lambda t: t.itemsize).name
    if second.kind == "f":
        return second.name if first.itemsize < second.itemsize else "float64"
    if second.itemsize > first.itemsize:
        return second.name
    return {1: "int16", 2: "int32", 4: "int64", 8: "float64"}[first.itemsize]


def weak_promote(kind: str, value) -> str:
    """Return the type of a computation with an array of a type and one of Python's numbers."""
    own = dtype(type(value))
    if "bif".index(own.kind) <= "buif".replace("u", "").index(dtype(kind).kind.replace("u", "i")):
        return kind
    return own.name


class finfo:
    """The limits of a type of floats."""

    def __init__(self, kind):
        name = _name_of(kind)
        self.dtype = dtype(name)
        if name == "float32":
            self.max, self.tiny, self.eps = 3.4028234663852886e38, 1.1754943508222875e-38, 2.0**-23
        else:
            self.max, self.tiny, self.eps = (
                1.7976931348623157e308,
                2.2250738585072014e-308,
                2.0**-52,
            )
        self.min, self.smallest_normal = -self.max, self.tiny


class iinfo:
    """The limits of a type of integers."""

    def __init__(self, kind):
        own = dtype(kind)
        bits = 8 * own.itemsize
        self.min = -(2 ** (bits - 1)) if own.kind == "i" else 0
        self.max = self.min + 2**bits - 1


for _cls in _TYPES.values():
    _cls.dtype = dtype(_cls)
