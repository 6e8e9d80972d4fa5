"""Losses and their gradients, over shapes, dtypes, scales and extremes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from oracles.definitions import CLASSIFICATION, LOSSES, REGRESSION
from oracles.properties import by_name, compare, few, tame

import jaxdigits as jd


def targets_for(loss, draw, shape, scale):
    if loss in REGRESSION:
        return tame(draw, shape, scale)
    if loss in CLASSIFICATION:
        # Each type with some shapes only, because each pair is a program to compile.
        dtype = np.uint8 if shape == (5, 3) else np.int32
        return draw(hnp.arrays(dtype, shape[0], elements=st.integers(0, shape[1] - 1)))
    return draw(hnp.arrays(np.int32, shape, elements=st.integers(0, 1)))


# One example, one class, one of each, more examples than classes and fewer.
SHAPES = [(1, 1), (1, 10), (16, 1), (5, 3)]


@pytest.mark.parametrize("loss", LOSSES, **by_name)
@few
@given(st.data())
def test_losses_agree_with_their_definition(loss, data):
    shape = data.draw(st.sampled_from(SHAPES))
    scale = data.draw(st.sampled_from([1e-3, 1.0, 30.0, 1e4]))
    outputs = tame(data.draw, shape, scale)
    targets = targets_for(loss, data.draw, shape, scale)
    # Where a logit is large, the result is near 0, 1, or the logit, and rounds as these do.
    compare(loss, LOSSES[loss], outputs, targets, "float32", 0 if loss in REGRESSION else 1)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
@pytest.mark.parametrize("loss", LOSSES, **by_name)
@settings(few, max_examples=5)
@given(st.data())
def test_losses_in_other_dtypes_agree_with_their_definition(loss, dtype, data):
    scale = data.draw(st.sampled_from([0.1, 1.0, 30.0]))
    outputs = tame(data.draw, (5, 3), scale)
    compare(loss, LOSSES[loss], outputs, targets_for(loss, data.draw, (5, 3), scale), dtype, scale)


# Nearly nothing; where exponentials become 0 or infinite; the most whose sum float32 holds.
EXTREMES = [0, 1e-45, -2e-38, 17, -17, 88, 89, -104, 1e4, -1e4, 8e37, -8e37]


@pytest.mark.parametrize("loss", [jd.mnist_loss, *CLASSIFICATION], **by_name)
@settings(few, max_examples=60)
@given(st.data())
def test_losses_of_extreme_logits_agree_with_their_definition(loss, data):
    shape = data.draw(st.sampled_from([(1, 1), (2, 3)]))
    logits = data.draw(hnp.arrays(np.float32, shape, elements=st.sampled_from(EXTREMES)))
    compare(loss, LOSSES[loss], logits, targets_for(loss, data.draw, shape, 1), "float32")


@pytest.mark.parametrize("loss", REGRESSION, **by_name)
@few
@given(hnp.arrays(np.float32, (2, 3), elements=st.sampled_from([0, 1e-15, -1, 1e5, -1e15])))
def test_losses_of_extreme_differences_agree_with_their_definition(loss, predictions):
    compare(loss, LOSSES[loss], predictions, np.zeros((2, 3)), "float32", scale=0)


@pytest.mark.parametrize("loss", REGRESSION, **by_name)
@pytest.mark.parametrize("compiled", [True, False], ids=["jit", "eager"])
def test_losses_of_any_difference_with_a_finite_square_have_finite_gradients(loss, compiled):
    """Also where the square of a difference is subnormal or becomes 0."""
    predictions = jnp.asarray(10.0 ** np.arange(-45, 19), jnp.float32)[:, None]
    slopes = jax.vmap(jax.value_and_grad(loss))
    value, slope = (jax.jit(slopes) if compiled else slopes)(predictions, 0 * predictions)
    assert jnp.isfinite(value).all() and jnp.isfinite(slope).all()
    if loss is jd.rmse_loss:
        assert ((slope >= 0) & (slope <= 1.001)).all()


@pytest.mark.parametrize(
    "square", [jd.mse_loss, jd.rmse_loss, jd.mse_distance, jd.rmse_distance], **by_name
)
def test_squares_at_the_limits_of_the_docstring_are_exact(square):
    """Beyond the limits they are 0 or infinite, as the docstring says."""
    zero, power = jnp.zeros((1, 1), jnp.float32), 1 if "rmse" in square.__name__ else 2
    for right in 1.1e-19, 1.8e19:
        np.testing.assert_allclose(square(zero + right, zero), right**power, rtol=1e-6)
    assert square(zero + 1e-23, zero) == 0
    assert square(zero + 1.9e19, zero) == jnp.inf
    for side in "1e-19", "1.8e19":
        assert side in square.__doc__
