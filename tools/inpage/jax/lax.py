"""Loops over arrays, as Python runs them."""

import numpy as np
from jax import numpy as jnp
from jax import tree
from jax._core import Array, peek
from jax.numpy import stop_gradient_ as _stop
from not_here import named

__getattr__ = named("jax.lax")


def _rows(xs):
    leaves = [jnp.asarray(leaf) for leaf in tree.leaves(xs)]
    for i in range(leaves[0].shape[0]):
        yield tree.map(lambda x, i=i: jnp.asarray(x)[i], xs)


def scan(f, init, xs=None, length=None, reverse=False, unroll=1):
    """Carry a value through a loop over rows, and collect what each step returns."""
    rows = [None] * length if xs is None else [*_rows(xs)]
    made = []
    for row in rows[::-1] if reverse else rows:
        init, out = f(init, row)
        made.append(out)
    made = made[::-1] if reverse else made
    return init, tree.map(lambda *parts: jnp.stack([jnp.asarray(p) for p in parts]), *made)


def map(f, xs, batch_size=None):
    """Return what a function returns for each row."""
    return scan(lambda carry, x: (carry, f(x)), None, xs)[1]


def fori_loop(lower, upper, body_fun, init_val):
    """Carry a value through a loop over numbers."""
    for i in range(int(lower), int(upper)):
        init_val = body_fun(jnp.asarray(i), init_val)
    return init_val


def stop_gradient(x):
    """Return what is given, as if it were a constant."""
    return tree.map(lambda leaf: _stop(jnp.asarray(leaf)), x)


def optimization_barrier(x):
    """Return what is given."""
    return x


def top_k(operand, k):
    """Return the largest numbers along the last axis, and where they are."""
    operand = jnp.asarray(operand)
    order = jnp.argsort(-operand, axis=-1)[..., :k]
    return jnp.take_along_axis(operand, order, -1), order


def cummax(operand, axis=0):
    """Return the largest number so far."""
    operand = jnp.asarray(operand)
    numbers = np.moveaxis(peek(operand), axis, -1)
    first = numbers == np.maximum.accumulate(numbers, -1)
    places = np.maximum.accumulate(np.where(first, np.arange(numbers.shape[-1]), 0), -1)
    return jnp.take_along_axis(operand, Array(np.moveaxis(places, -1, axis)), axis)
