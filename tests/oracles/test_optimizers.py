"""Steps of learning rates from nothing to the largest."""

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from oracles.properties import few

import jaxdigits as jd

RATES = [0.0, 1e-45, 1e-40, 1e-30, 0.1, 1, 1e30, 3e38]


@few
@given(
    st.sampled_from(RATES),
    hnp.arrays(np.float32, 3, elements=st.sampled_from([0, 1e-8, -0.5, 3, 1e4])),
    hnp.arrays(np.float32, 3, elements=st.sampled_from([0, 1e-8, -0.5, 3, 1e4])),
)
def test_sgd_of_any_learning_rate_agrees_with_numpy(rate, params, grads):
    """Processors and XLA may take a subnormal product for 0."""
    with np.errstate(over="ignore"):
        expected = (params.astype(float) - rate * grads.astype(float)).astype(np.float32)
    pair = {"w": jnp.asarray(params)}, {"w": jnp.asarray(grads)}
    tiny, optimizer = 1e4 * float(jnp.finfo(jnp.float32).tiny), jd.sgd(rate)
    updates, state = optimizer.update(pair[1], optimizer.init(pair[0]))
    assert state == 1
    for moved in (
        jd.sgd_update(*pair, rate)["w"],
        jax.jit(jd.sgd_update)(*pair, rate)["w"],
        pair[0]["w"] + updates["w"],  # pyright: ignore
    ):
        np.testing.assert_allclose(moved, expected, rtol=1e-6, atol=tiny)
