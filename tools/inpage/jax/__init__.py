"""JAX in a page, for the exercises: JAX's names, types, errors and gradients, on NumPy's arrays.

What is missing raises an error that names it. `_core` says how functions are differentiated.
"""

import functools
import inspect
import itertools

import numpy as np
from jax import (  # noqa: F401
    core,
    debug,
    dtypes,
    errors,
    lax,
    nn,
    ops,
    random,
    scipy,
    tree,
    tree_util,
    typing,
)
from jax import numpy as _jnp
from jax._core import Array, Node, Trace, Tracer, peek, pull_back
from not_here import named

__version__ = "0.10"
__all__ = ["Array", "errors", "grad", "jit", "tree", "tree_util", "value_and_grad", "vmap"]

numpy = _jnp


__getattr__ = named("jax")


def _plural(x) -> tuple:
    return tuple(x) if isinstance(x, tuple | list) else (x,)


def value_and_grad(fun, argnums=0, has_aux=False):
    """Return a function that returns the value of another and its gradient."""
    _check_callable(fun, "grad")

    @functools.wraps(fun)
    def both(*args, **kwargs):
        chosen = _plural(argnums)
        if max(chosen) >= len(args):
            raise TypeError(
                f"differentiating with respect to argnums={argnums} requires at least "
                f"{max(chosen) + 1} positional arguments to be passed by the caller, but got only "
                f"{len(args)} positional arguments."
            )
        value, pull, aux = _traced(fun, args, kwargs, chosen, has_aux)
        if getattr(value, "shape", None) != ():
            raise TypeError(
                "Gradient only defined for scalar-output functions. Output "
                + (f"had shape: {value.shape}." if hasattr(value, "shape") else f"was {value}.")
            )
        if value.dtype.kind != "f":
            raise TypeError(
                "grad requires real- or complex-valued outputs (output dtype that is a sub-dtype "
                f"of np.floating), but got {value.dtype}."
            )
        gradients = pull(_jnp.ones((), value.dtype))
        gradient = gradients if isinstance(argnums, tuple | list) else gradients[0]
        return ((value, aux) if has_aux else value), gradient

    return both


def _traced(fun, args, kwargs, chosen, has_aux=False):
    """Call a function with traced arguments: its value, and what pulls gradients back."""
    trace = Trace("Grad")
    leaves_of, args = {}, list(args)
    for i in chosen:
        leaves, structure = tree.flatten(args[i])
        leaves = [_leaf(x) for x in leaves]
        for x in leaves:
            if x.dtype == "key" or x.dtype.kind != "f":
                raise TypeError(
                    "grad requires real- or complex-valued inputs (input dtype that is a sub-dtype "
                    f"of np.inexact), but got {x.dtype}. If you want to use Boolean- or "
                    "integer-valued inputs, use vjp or set allow_int to True."
                )
        tracers = [Tracer(trace, x, Node([])) for x in leaves]
        leaves_of[i] = tracers, structure
        args[i] = tree.unflatten(structure, tracers)
    out = fun(*args, **kwargs)
    aux = None
    if has_aux:
        out, aux = out
        aux = tree.map(lambda x: _ended(x, trace), aux)
    outs, out_structure = tree.flatten(out)
    outs = [_output(x) for x in outs]
    values = [_ended(x, trace) for x in outs]

    def pull(gradient):
        gradients = tree.leaves(gradient)
        total: dict = {}
        for x, g in zip(outs, gradients, strict=True):
            mine = isinstance(x, Tracer) and x._trace is trace
            for tick, part in pull_back(x._node if mine else None, g, _jnp.add).items():
                total[tick] = total[tick] + part if tick in total else part
        found = []
        for tracers, structure in leaves_of.values():
            parts = [total.get(t._node.tick) for t in tracers]
            parts = [
                _jnp.zeros_like(t._inner) if p is None else p
                for t, p in zip(tracers, parts, strict=True)
            ]
            found.append(tree.unflatten(structure, parts))
        return tuple(found)

    return tree.unflatten(out_structure, values), pull, aux


_LEAVES = Array, np.ndarray, np.generic, bool, int, float


def _leaf(x) -> Array:
    if not isinstance(x, _LEAVES):
        raise TypeError(f"Argument '{x}' of type {type(x)} is not a valid JAX type.")
    return _jnp.asarray(x)


def _output(x) -> Array:
    try:
        return _leaf(x)
    except TypeError:
        raise TypeError(
            f"the function returned a value of type {type(x)} that is not a valid JAX type"
        ) from None


def _ended(x, trace):
    return x._inner if isinstance(x, Tracer) and x._trace is trace else x


def grad(fun, argnums=0, has_aux=False):
    """Return a function that returns the gradient of another."""
    both = value_and_grad(fun, argnums, has_aux)

    @functools.wraps(fun)
    def gradient_of(*args, **kwargs):
        value, gradient = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return gradient_of


def _check_callable(fun, name):
    if not callable(fun):
        raise TypeError(f"Expected a callable value, got {fun}. {name} transforms functions.")


def vjp(fun, *primals, has_aux=False):
    """Return the value of a function, and a function that pulls gradients back."""
    value, pull, aux = _traced(fun, primals, {}, tuple(range(len(primals))), has_aux)
    return (value, pull, aux) if has_aux else (value, pull)


def jacrev(fun, argnums=0):
    """Return a function that returns the gradient of each output."""

    def jacobian_of(*args):
        value, pull, _ = _traced(fun, args, {}, (argnums,))
        rows = []
        for i in range(value.size):
            one = _jnp.zeros(value.size).at[i].set(1.0)
            rows.append(pull(one.reshape(value.shape))[0])
        return tree.map(
            lambda *parts: _jnp.stack(parts).reshape(value.shape + parts[0].shape), *rows
        )

    return jacobian_of


jacfwd = jacobian = jacrev


def hessian(fun, argnums=0):
    """Return a function that returns the gradient of the gradient."""
    return jacrev(jacrev(fun, argnums), argnums)


def jit(fun=None, *, static_argnums=(), static_argnames=(), **options):
    """Return a function that must work without knowing its arguments' values.

    In a page nothing is compiled: the function runs at each call.
    """
    if fun is None:
        return functools.partial(
            jit, static_argnums=static_argnums, static_argnames=static_argnames, **options
        )
    _check_callable(fun, "jit")
    numbers = {static_argnums} if isinstance(static_argnums, int) else {*static_argnums}
    names = {static_argnames} if isinstance(static_argnames, str) else {*static_argnames}
    try:
        parameters = list(inspect.signature(fun).parameters)
    except (TypeError, ValueError):
        parameters = []
    numbers |= {parameters.index(name) for name in names if name in parameters}
    names |= {parameters[i] for i in numbers if i < len(parameters)}

    @functools.wraps(fun)
    def compiled(*args, **kwargs):
        trace = Trace("Jit")
        args = [x if i in numbers else _opaque(x, trace) for i, x in enumerate(args)]
        kwargs = {k: x if k in names else _opaque(x, trace) for k, x in kwargs.items()}
        out = fun(*args, **kwargs)
        return tree.map(lambda x: _ended(_output(x), trace), out)

    compiled.lower = lambda *args: __getattr__("jit(f).lower")
    return compiled


def _opaque(x, trace):
    def one(leaf):
        if not isinstance(leaf, _LEAVES):
            raise TypeError(
                f"Cannot interpret value of type {type(leaf)} as an abstract array; it does not "
                "have a dtype attribute. If it is a setting, name it in static_argnames."
            )
        # A random key shows nothing that its user could look at, and nor does what is traced so.
        hidden = isinstance(leaf, Tracer) and not leaf._trace.transparent
        return leaf if hidden or isinstance(leaf, random.Key) else Tracer(trace, _jnp.asarray(leaf))

    return tree.map(one, x)


def vmap(fun, in_axes=0, out_axes=0):
    """Return a function that does for each row what another does for one."""
    _check_callable(fun, "vmap")

    @functools.wraps(fun)
    def mapped(*args, **kwargs):
        axes = in_axes if isinstance(in_axes, tuple | list) else (in_axes,) * len(args)
        if len(axes) != len(args):
            raise ValueError(
                "vmap in_axes must be an int, None, or a tuple of entries corresponding to the "
                f"positional arguments passed to the function, but got len(in_axes)={len(axes)}, "
                f"len(args)={len(args)}"
            )
        full = [_axes_of(x, axis) for x, axis in zip(args, axes, strict=True)]
        sizes = {
            leaf.shape[axis]
            for leaves, axes, _ in full
            for leaf, axis in zip(leaves, axes, strict=True)
            if axis is not None
        }
        if len(sizes) != 1:
            raise ValueError(
                f"vmap got inconsistent sizes for array axes to be mapped: {sorted(sizes)}"
                if sizes
                else "vmap must have at least one non-None value in in_axes"
            )
        (n,) = sizes
        named = [_axes_of(x, 0) for x in kwargs.values()]
        results = []
        for i in range(n):
            trace = Trace("Vmap")
            row = [_row(part, i, trace) for part in full]
            options = dict(zip(kwargs, (_row(part, i, trace) for part in named), strict=True))
            out = fun(*row, **options)
            results.append(tree.map(lambda x, t=trace: _ended(_output(x), t), out))
        out_axis = out_axes if isinstance(out_axes, int) else 0
        return tree.map(lambda *parts: _stack(parts, out_axis), *results)

    return mapped


def _axes_of(x, axis):
    leaves, structure = tree.flatten(x)
    leaves = [_jnp.asarray(leaf) for leaf in leaves]
    axes = (
        [axis] * len(leaves)
        if axis is None or isinstance(axis, int)
        else tree.leaves(axis, is_leaf=lambda a: a is None)
    )
    for leaf, each in zip(leaves, axes, strict=True):
        if each is not None and not leaf.ndim:
            raise ValueError(
                "vmap was requested to map its argument along axis 0, which implies that its rank "
                "should be at least 1, but is only 0"
            )
    return leaves, axes, structure


def _row(part, i, trace):
    leaves, axes, structure = part
    rows = [
        leaf
        if axis is None
        else Tracer(trace, leaf[(slice(None),) * (axis % leaf.ndim) + (i,)])
        if leaf.dtype != "key"
        else leaf[i]
        for leaf, axis in zip(leaves, axes, strict=True)
    ]
    return tree.unflatten(structure, rows)


def _stack(parts, axis):
    return random.stack_keys(parts) if parts[0].dtype == "key" else _jnp.stack(parts, axis)


class ShapeDtypeStruct:
    """A shape and a type, without numbers."""

    def __init__(self, shape, dtype):
        self.shape, self.dtype = tuple(shape), np.dtype(dtype)
        self.ndim, self.size = len(self.shape), int(np.prod(self.shape))

    def __repr__(self):
        return f"ShapeDtypeStruct(shape={self.shape}, dtype={self.dtype})"


def eval_shape(fun, *args, **kwargs):
    """Return the shapes and types that a function returns."""
    make = lambda x: _jnp.zeros(x.shape, x.dtype) if isinstance(x, ShapeDtypeStruct) else x  # noqa: E731
    out = jit(fun)(*tree.map(make, args), **tree.map(make, kwargs))
    return tree.map(lambda x: ShapeDtypeStruct(x.shape, x.dtype), out)


def typeof(x):
    """Return the type of an array, as JAX writes it."""
    return f"{_jnp.asarray(x).dtype}{list(np.shape(x))}".replace(" ", "")


def block_until_ready(x):
    """Return what is given: in a page, nothing is computed later."""
    return x


def device_get(x):
    """Return NumPy's arrays in place of JAX's."""
    return tree.map(np.asarray, x)


def device_put(x, device=None):
    """Return JAX's arrays."""
    return tree.map(_jnp.asarray, x)


def default_backend():
    """Return on what JAX computes."""
    return "cpu"


def devices():
    """Return the devices that there are."""
    return ["the page"]


device_count = local_device_count = lambda: 1


class _Setting:
    """A block in which JAX would compute otherwise; a page has no such setting."""

    def __init__(self, *args, **kwargs):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


ensure_compile_time_eval = numpy_rank_promotion = numpy_dtype_promotion = _Setting
default_matmul_precision = named_scope = checking_leaks = debug_nans = _Setting


class _Config:
    def update(self, name, value):
        """Accept a setting, which has no meaning here."""


config = _Config()
_unused = itertools, peek
