"""How a page differentiates: arrays, the operations that know their derivatives, and traces.

An operation computes with NumPy's arrays. If one of its arguments is traced, it computes with what
the trace holds and notes how the result came about (`Grad`), or only that the value must not be
looked at (`Opaque`, for `jit` and `vmap`). Derivatives are written with operations again, so they
can be differentiated too. The design is that of Autograd (Maclaurin, Duvenaud and Adams, 2015).
"""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from jax import errors

_levels = itertools.count()
_ticks = itertools.count()


class Array:
    """An array that never changes; its operators are those of jax.numpy."""

    __array_priority__ = 100
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: np.ndarray):
        self._value = value

    shape = property(lambda self: self._value.shape)
    dtype = property(lambda self: self._value.dtype)
    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: self._value.size)
    itemsize = property(lambda self: self.dtype.itemsize)
    nbytes = property(lambda self: self.size * self.itemsize)
    is_fully_addressable = True

    def __array__(self, dtype=None):
        return self._value if dtype is None else self._value.astype(dtype)

    def _known(self, error: type[Exception]) -> np.ndarray:
        """Return the numbers, where they may be looked at."""
        return self._value

    def __bool__(self):
        return bool(self._known(errors.TracerBoolConversionError))

    def __float__(self):
        return float(self._known(errors.ConcretizationTypeError))

    def __int__(self):
        return int(self._known(errors.ConcretizationTypeError))

    def __index__(self):
        return self._known(errors.TracerIntegerConversionError).__index__()

    def __len__(self):
        if not self.shape:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __iter__(self):
        if not self.shape:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    def __setitem__(self, index, value):
        raise TypeError(
            "JAX arrays are immutable and do not support in-place item assignment. Instead of "
            "x[idx] = y, use x = x.at[idx].set(y)"
        )

    def item(self, *index):
        """Return one number as Python's."""
        return self._known(errors.ConcretizationTypeError).item(*index)

    def tolist(self):
        """Return nested lists of Python's numbers."""
        return self._known(errors.ConcretizationTypeError).tolist()

    def block_until_ready(self):
        """Return the array: in a page, nothing is computed later."""
        return self

    def __format__(self, spec):
        return format(self._known(errors.ConcretizationTypeError), spec) if spec else str(self)

    def __str__(self):
        return str(self._value)

    def __repr__(self):
        from numpy._format import _texts, to_string

        if self.dtype == "key":
            return f"Array({self.shape}, dtype=key<fry>)"
        value = self._value
        text = (
            to_string(value, ", ", "Array(")
            if value.ndim
            else _texts([value.item()], value.dtype, 8)[0]
        )
        return f"Array({text}, dtype={self.dtype})"


class Tracer(Array):
    """A stand-in for an array while a function is differentiated, compiled or mapped."""

    def __init__(self, trace: "Trace", inner: Array, node: "Node | None" = None):
        self._trace, self._inner, self._node = trace, inner, node

    _value = property(lambda self: peek(self))
    shape = property(lambda self: self._inner.shape)
    dtype = property(lambda self: self._inner.dtype)

    def __array__(self, dtype=None):
        raise errors.TracerArrayConversionError(self)

    def _known(self, error):
        if not self._trace.transparent:
            raise error(self)
        return self._inner._known(error)

    def __float__(self):
        raise errors.ConcretizationTypeError(self)  # As in JAX, also where __int__ is possible.

    tolist = __float__

    def __str__(self):
        return f"{self._trace.kind}Tracer({self.dtype}{list(self.shape)})".replace(" ", "")

    __repr__ = __str__


def peek(x: Any) -> np.ndarray:
    """Return the numbers behind any trace: for shapes, indices and branches of our own."""
    while isinstance(x, Tracer):
        x = x._inner
    return x._value if isinstance(x, Array) else np.asarray(x)


def has_gradient(x: Any) -> bool:
    """Return whether a gradient would have to flow back through what is computed of x."""
    while isinstance(x, Tracer):
        if x._node:
            return True
        x = x._inner
    return False


class Trace:
    """One call of `grad`, `jit` or `vmap` that is under way."""

    def __init__(self, kind: str):
        self.kind, self.level = kind, next(_levels)
        self.transparent = kind == "Grad"


class Node:
    """How a traced value came about."""

    def __init__(self, parents: "list[tuple[Node, Callable]]"):
        self.parents, self.tick = parents, next(_ticks)


class Operation:
    """A function of arrays, with its derivatives.

    `slopes[i]` takes the gradient of the result, the result and all arguments, and returns the
    gradient of argument `i`. Without slopes, nothing flows back.
    """

    def __init__(self, function: Callable, *slopes: Callable | None, many: Callable | None = None):
        self.function, self.slopes, self.many = function, slopes, many

    def __call__(self, *args, **static) -> Array:
        traces = [x._trace for x in args if type(x) is Tracer]
        if not traces:
            value = self.function(*(x._value for x in args), **static)
            return Array(np.asarray(value))
        trace = max(traces, key=lambda each: each.level)
        mine = [type(x) is Tracer and x._trace is trace for x in args]
        inner = [x._inner if own else x for x, own in zip(args, mine, strict=True)]
        result = self(*inner, **static)
        node = None
        if trace.transparent:
            parents = []
            for i, (x, own) in enumerate(zip(args, mine, strict=True)):
                slope = self.many if self.many else self.slopes[i] if self.slopes else None
                if own and x._node and slope:
                    parents.append((x._node, self._backward(slope, i, result, inner, static)))
            node = Node(parents) if parents else None
        return Tracer(trace, result, node)

    def _backward(self, slope, i, result, inner, static):
        if self.many:
            return lambda g: slope(g, i, result, *inner, **static)
        return lambda g: slope(g, result, *inner, **static)


def pull_back(start: Node | None, gradient: Array, add: Callable) -> dict[int, Array]:
    """Return the gradient of each node that leads to `start`, by its tick."""
    if start is None:
        return {}
    waiting, gradients, done = {start.tick: start}, {start.tick: gradient}, {}
    while waiting:
        node = waiting.pop(max(waiting))
        g = done[node.tick] = gradients.pop(node.tick)
        for parent, backward in node.parents:
            part = backward(g)
            known = gradients.get(parent.tick)
            gradients[parent.tick] = part if known is None else add(known, part)
            waiting[parent.tick] = parent
    return done
