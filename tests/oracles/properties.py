"""How properties are tested: which examples, and when a result is that of its definition."""

from contextlib import nullcontext
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from oracles import definitions

import jaxdigits as jd

# The same examples in every run: what fails here fails again.
few = settings(deadline=None, derandomize=True, database=None, max_examples=20)

by_name: Any = {"ids": lambda function: function.__name__}


@cache
def value_and_gradient(function):
    """Compiled once for each shape; the sum makes one number of many distances."""

    def total(*arrays):
        value = function(*arrays)
        return value.sum(), value

    return jax.jit(jax.value_and_grad(total, has_aux=True))


def compare(function, definition, a, b, dtype, scale=1.0):
    """Both get what is left of `a` in this dtype; then they differ by rounding alone."""
    with jax.enable_x64(True) if dtype == "float64" else nullcontext():
        a = jnp.asarray(a, dtype)
        b = jnp.asarray(b, dtype if b.dtype.kind == "f" else b.dtype)
        kind = np.float64 if jnp.issubdtype(b.dtype, jnp.floating) else int
        (_, value), slope = value_and_gradient(function)(a, b)
        assert value.dtype == slope.dtype == a.dtype
        exact = np.asarray(a, np.float64), np.asarray(b, kind)
        with np.errstate(over="ignore"):  # What this dtype cannot hold is infinite in it.
            expected, expected_slope = (
                np.asarray(array, np.asarray(value).dtype).astype(np.float64)
                for array in definition(*exact)
            )
        eps = float(jnp.finfo(a.dtype).eps)
        close = partial(np.testing.assert_allclose, rtol=20 * eps, err_msg=str((a, b)))
        close(np.asarray(value, np.float64), expected, atol=10 * eps * scale)
        if definition in (definitions.l1, definitions.DISTANCES[jd.l1_distance]):
            # Where they are equal, any slope between those of both sides is right.
            bound = np.abs(expected_slope).max(initial=0) or 1
            assert np.abs(np.asarray(slope)[exact[0] == exact[1]]).max(initial=0) <= bound
            expected_slope = np.where(exact[0] == exact[1], np.asarray(slope), expected_slope)
        close(np.asarray(slope, np.float64), expected_slope, atol=10 * eps)


def tame(draw, shape, scale):
    """Numbers among which many are equal or zero, which random ones never are."""
    return draw(hnp.arrays(np.int8, shape, elements=st.integers(-8, 8))) * (scale / 8)
