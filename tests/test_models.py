from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxdigits as jd


def in_float64(tree):
    return jax.tree.map(lambda array: np.asarray(array, np.float64), tree)


def test_linear_by_hand_is_a_weighted_sum_plus_a_bias():
    params = jd.Linear(w=jnp.array([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]), b=jnp.array([0.5, 0.0]))
    x = jnp.array([[1.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    np.testing.assert_allclose(jd.linear(params, x), [[1.5, 4.0], [6.5, 15.0]])
    np.testing.assert_allclose(jd.linear(params, x[0]), [1.5, 4.0])


def test_init_linear_draws_the_normal_numbers_of_its_key():
    params = jd.init_linear(jax.random.key(3), 7, 10, scale=0.3)
    np.testing.assert_array_equal(params.w, 0.3 * jax.random.normal(jax.random.key(3), (7, 10)))


def test_mlp_of_four_layers_agrees_with_numpy_in_float64():
    params = jd.init_mlp(jax.random.key(0), (784, 30, 20, 1))
    x = jnp.asarray(np.random.default_rng(0).uniform(size=(32, 784)), float)
    hidden = np.asarray(x, np.float64)
    for w, b in in_float64(params)[:-1]:
        hidden = np.maximum(hidden @ w + b, 0)
    w, b = in_float64(params)[-1]
    np.testing.assert_allclose(jd.mlp(params, x), hidden @ w + b, atol=1e-4)


def test_mlp_with_tanh_applies_it_between_layers():
    params = jd.init_mlp(jax.random.key(0), (4, 3, 2))
    x = jnp.arange(4.0)
    (first, _), (second, _) = in_float64(params)
    expected = np.tanh(np.arange(4) @ first) @ second
    np.testing.assert_allclose(jd.mlp(params, x, activation=jnp.tanh), expected, rtol=1e-5)


@pytest.mark.parametrize("apply", ["linear", "mlp"])
def test_models_under_vmap_and_forward_mode_agree_with_the_batch(apply):
    model: Any = {"linear": jd.linear, "mlp": jd.mlp}[apply]
    layers = jd.init_mlp(jax.random.key(0), (4, 3, 2))
    params = layers if apply == "mlp" else layers[0]
    x = jnp.asarray(np.random.default_rng(0).normal(size=(5, 4)), float)

    @jax.jit
    def compute(params, x):
        outputs, pull_back = jax.vjp(lambda params: model(params, x), params)
        _, moved = jax.jvp(lambda params: model(params, x), (params,), (params,))
        (gradient,) = pull_back(jnp.ones_like(outputs))
        slope = sum(
            (p * g).sum() for p, g in zip(*map(jax.tree.leaves, (params, gradient)), strict=True)
        )
        return outputs, jax.vmap(model, in_axes=(None, 0))(params, x), moved.sum(), slope

    outputs, one_by_one, forward, reverse = compute(params, x)
    np.testing.assert_allclose(outputs, model(params, x), rtol=1e-5)
    np.testing.assert_allclose(one_by_one, outputs, rtol=1e-5)
    np.testing.assert_allclose(forward, reverse, rtol=1e-5)


def test_init_linear_weights_have_the_standard_deviation_asked_for():
    params = jd.init_linear(jax.random.key(0), 784, 100, scale=0.5)
    assert params.w.shape == (784, 100)
    # Standard error of a standard deviation over 78,400 draws: 0.0013; of the mean: 0.0018.
    np.testing.assert_allclose(np.std(params.w), 0.5, atol=0.006)
    np.testing.assert_allclose(np.mean(params.w), 0, atol=0.008)
    np.testing.assert_array_equal(params.b, np.zeros(100))


def test_init_mlp_weights_have_the_standard_deviation_of_he():
    params = jd.init_mlp(jax.random.key(0), (784, 300, 300, 10))
    for layer, n_in in zip(params, (784, 300, 300), strict=True):
        np.testing.assert_allclose(np.std(layer.w), np.sqrt(2 / n_in), rtol=0.05)
        np.testing.assert_array_equal(layer.b, 0)


def test_init_same_key_same_weights():
    for init in (
        lambda key: jd.init_linear(key, 5, 3),
        lambda key: jd.init_mlp(key, (5, 3)),
    ):
        first, again, other = (jax.tree.leaves(init(jax.random.key(s))) for s in (0, 0, 1))
        np.testing.assert_array_equal(first[0], again[0])
        assert not (np.asarray(first[0]) == np.asarray(other[0])).any()
    layers = jd.init_mlp(jax.random.key(0), (5, 5, 5))
    assert not (np.asarray(layers[0].w) == np.asarray(layers[1].w)).any()


def test_linear_wrong_inputs_raises():
    params = jd.init_linear(jax.random.key(0), 784, 10)
    with pytest.raises(
        TypeError, match=r"linear: x is float\d\d\[5, 28\].*params.w float\d\d\[784, 10"
    ):
        jd.linear(params, jnp.ones((5, 28)))
    with pytest.raises(TypeError, match=r"linear: x is uint8.*to_float"):
        jd.linear(params, jnp.ones((5, 784), jnp.uint8))
    with pytest.raises(TypeError, match=r"params.b is float\d\d\[5\]"):
        jd.linear(params._replace(b=jnp.ones(5)), jnp.ones((5, 784)))


def test_models_given_the_other_parameters_raises():
    layer, network = (
        jd.init_linear(jax.random.key(0), 4, 3),
        jd.init_mlp(jax.random.key(0), (4, 3)),
    )
    x: Any = jnp.ones((5, 4))
    model: Any = jd.linear
    with pytest.raises(TypeError, match=r"\(Linear\(w=.*expected one Linear.*params\[0\]"):
        model(network, x)
    model = jd.mlp
    with pytest.raises(TypeError, match=r"params is Linear\(w=.*sequence of Linear.*\[params\]"):
        model(layer, x)
    np.testing.assert_array_equal(jd.linear(network[0], x), jd.mlp([network[0]], x))


def test_mlp_without_layers_raises():
    with pytest.raises(ValueError, match="params is empty"):
        jd.mlp([], jnp.ones((5, 4)))


def test_mlp_gradient_flows_through_a_learned_activation():
    params, x = jd.init_mlp(jax.random.key(0), (4, 3, 2)), jnp.ones(4)

    def total(slope):
        return jd.mlp(params, x, activation=lambda z: slope * z).sum()

    np.testing.assert_allclose(jax.grad(total)(2.0), total(1.0) - total(0.0), rtol=1e-5)


@pytest.mark.parametrize("wrong", [0, jax.random.split(jax.random.key(0))], ids=["int", "two"])
def test_init_key_other_than_one_key_raises(wrong):
    calls: list[Any] = [(jd.init_linear, (4, 3)), (jd.init_mlp, ((4, 3),))]
    for init, sizes in calls:
        with pytest.raises(TypeError, match=r"key is .*jax\.random\.key\(0\)"):
            init(wrong, *sizes)


def test_init_impossible_sizes_raises():
    with pytest.raises(ValueError, match="n_out is 0"):
        jd.init_linear(jax.random.key(0), 784, 0)
    with pytest.raises(ValueError, match="n_in is 0"):
        jd.init_mlp(jax.random.key(0), (0, 10))
    with pytest.raises(ValueError, match=r"sizes is \(784,\)"):
        jd.init_mlp(jax.random.key(0), (784,))
