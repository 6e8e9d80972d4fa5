"""Models and their gradients against backpropagation written out, over sizes and scales."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from oracles import definitions

import jaxdigits as jd


@pytest.mark.parametrize("sizes", [(1, 1), (7, 3), (4, 6, 5, 2)], ids=str)
@pytest.mark.parametrize("scale", [1e-15, 1.0, 1e4])
def test_models_agree_with_backpropagation_by_hand(sizes, scale):
    """Outputs, and gradients by backpropagation written out."""
    rng = np.random.default_rng(0)
    x = jnp.asarray(rng.normal(size=(5, sizes[0])) * scale, float)
    slope = jnp.asarray(rng.normal(size=(5, sizes[-1])), float)
    params = [
        layer._replace(b=jnp.asarray(rng.normal(size=layer.b.shape) * scale, float))
        for layer in jd.init_mlp(jax.random.key(0), sizes)
    ]
    models: list[Any] = [(jd.mlp, params)]
    if len(sizes) == 2:
        models.append((jd.linear, params[0]))
    layers, *exact = jax.tree.map(lambda a: np.asarray(a, np.float64), (params, x, slope))
    expected, *gradients = definitions.mlp(layers, *exact)
    for model, start in models:
        outputs, actual = jax.jit(partial(pulled_back, model))(start, x, slope)
        assert_same(outputs, expected)
        jax.tree.map(assert_same, jax.tree.leaves(actual), jax.tree.leaves(gradients))


def pulled_back(model, params, x, slope):
    outputs, pull_back = jax.vjp(model, params, x)
    return outputs, pull_back(slope)


def assert_same(actual, expected):
    """Equal except for rounding, relative to the largest entry."""
    np.testing.assert_allclose(actual, expected, rtol=0, atol=2e-6 * np.abs(expected).max())
