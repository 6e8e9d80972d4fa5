from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxdigits as jd


def quadratic(params):
    return jnp.sum(params["w"] ** 2) + 3 * jnp.sum((params["b"] - 1) ** 2)


START = {"w": jnp.array([[1.0, -2.0]]), "b": jnp.array([0.5])}


def descend(optimizer: optax.GradientTransformation, steps: int = 50) -> Any:
    def step(carry, _):
        params, state = carry
        updates, state = optimizer.update(jax.grad(quadratic)(params), state, params)
        return (optax.apply_updates(params, updates), state), None

    @jax.jit
    def descended():
        return jax.lax.scan(step, (START, optimizer.init(START)), length=steps)[0][0]

    return descended()


def test_sgd_update_by_hand_steps_against_the_gradient():
    params = jd.Linear(w=jnp.array([[3.0]]), b=jnp.array([1.0]))
    grads = jd.Linear(w=jnp.array([[6.0]]), b=jnp.array([-2.0]))
    moved = jd.sgd_update(params, grads, 0.25)
    np.testing.assert_allclose(moved.w, [[1.5]])
    np.testing.assert_allclose(moved.b, [1.5])


@pytest.mark.parametrize("rate", [0.1, 1, 1e-40], ids=["usual", "int", "subnormal"])
def test_sgd_of_any_rate_agrees_with_optax(rate):
    ours, theirs = descend(jd.sgd(rate), steps=3), descend(optax.sgd(rate), steps=3)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-6), ours, theirs)


def test_sgd_with_a_schedule_agrees_with_optax():
    schedule = optax.exponential_decay(0.2, transition_steps=5, decay_rate=0.5)
    ours, theirs = descend(jd.sgd(schedule)), descend(optax.sgd(schedule))
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-6), ours, theirs)
    constant = descend(jd.sgd(0.2))
    assert not np.allclose(ours["w"], constant["w"], rtol=1e-3, atol=0)


def test_sgd_on_a_quadratic_reaches_the_minimum():
    found = descend(jd.sgd(0.1), steps=200)
    np.testing.assert_allclose(found["w"], 0, atol=1e-6)
    np.testing.assert_allclose(found["b"], 1, atol=1e-6)


def test_sgd_update_under_vmap_takes_several_rates():
    rates = jnp.array([0.0, 0.1, 0.5])
    moved = jax.vmap(jd.sgd_update, in_axes=(None, None, 0))(jnp.ones(2), jnp.ones(2), rates)
    np.testing.assert_allclose(moved, [[1, 1], [0.9, 0.9], [0.5, 0.5]])


@pytest.mark.parametrize("rate", [float("nan"), float("inf"), -1e-45, jnp.array(jnp.nan)])
def test_sgd_impossible_rate_raises(rate):
    with pytest.raises(ValueError, match=r"learning_rate is .* from 0 to \de\+\d+"):
        jd.sgd(rate)
    with pytest.raises(ValueError, match="learning_rate is"):
        jd.sgd_update(jnp.ones(1), jnp.ones(1), rate)


def test_sgd_update_rate_per_parameter_raises():
    with pytest.raises(TypeError, match=r"sgd_update: learning_rate is float\d\d\[2\]"):
        jd.sgd_update(jnp.ones(2), jnp.ones(2), jnp.ones(2))


def test_sgd_update_largest_float32_rate_works_and_a_larger_one_raises():
    largest = float(jnp.finfo(jnp.float32).max)
    with jax.enable_x64(False):
        assert jd.sgd_update(jnp.ones(1), jnp.zeros(1), largest) == 1
        with pytest.raises(ValueError, match=r"learning_rate is 3.5e\+38, .* from 0 to 3e\+38"):
            jd.sgd(3.5e38)


def test_sgd_update_in_float64_takes_larger_rates():
    with jax.enable_x64(True):
        moved = jd.sgd_update(jnp.ones(1), jnp.array([1e-39]), 1e39)
    np.testing.assert_allclose(moved, [0], atol=1e-15)


def test_sgd_update_under_jit_takes_known_and_traced_rates():
    half, one = jnp.array(0.5), jnp.ones(1)
    assert jax.jit(lambda x: jd.sgd_update(x, x, half))(one) == 0.5
    assert jax.jit(jd.sgd_update)(one, one, half) == 0.5
    for impossible in jnp.nan, -0.5, jnp.inf:
        assert jnp.isnan(jax.jit(jd.sgd_update)(one, one, impossible))


def test_sgd_update_gradients_of_another_structure_raises():
    with pytest.raises(TypeError, match=r"grads is \{'v': .* params is \{'w': "):
        jd.sgd_update({"w": jnp.ones(1)}, {"v": jnp.ones(1)}, 0.1)


def test_sgd_update_gradients_of_another_shape_names_the_leaf():
    with pytest.raises(TypeError, match=r"grads\['w'\] is float\d\d\[784\], but .*\[784, 1\]"):
        jd.sgd_update({"w": jnp.zeros((784, 1))}, {"w": jnp.zeros(784)}, 0.1)


@pytest.mark.parametrize("dtype", [jnp.bfloat16, jnp.float16, jnp.float32])
def test_sgd_parameters_keep_their_type(dtype):
    ones, rate = jnp.ones(2, dtype), jnp.float32(0.5)
    moved = jd.sgd_update(ones, ones, rate)
    assert moved.dtype == dtype and (moved == 0.5).all()
    for optimizer in jd.sgd(rate), jd.sgd(lambda step: rate):
        updates: Any = optimizer.update(ones, optimizer.init(ones))[0]
        assert updates.dtype == dtype and (updates == -0.5).all()
