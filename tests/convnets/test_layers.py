"""Both maxima, in value and gradient, and whole networks on every platform."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

import jaxdigits as jd
from jaxdigits.convnets.layers import ConvNorm, global_max, max_pool


@pytest.mark.parametrize("size", [1, 8])
def test_max_pool_value_and_gradient_agree_with_lax(size):
    rng = np.random.default_rng(0)
    x = jnp.asarray(rng.normal(size=(2, size, size, 3)), float)
    sides = ((0, 0), (1, 1), (1, 1), (0, 0))

    def expected(x):
        return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 3, 3, 1), (1, 2, 2, 1), sides)

    @jax.jit
    def both(x):
        pulled = [jax.vjp(function, x) for function in (max_pool, expected)]
        cotangent = jnp.asarray(rng.normal(size=pulled[0][0].shape), x.dtype)
        return [(value, *pull_back(cotangent)) for value, pull_back in pulled]

    (value, gradient), (expected_value, expected_gradient) = both(x)
    np.testing.assert_array_equal(value, expected_value)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=1e-6)


def test_global_max_value_and_gradient_agree_with_numpy():
    x = np.random.default_rng(0).normal(size=(2, 4, 3, 5)).astype(np.float32)
    weights = np.arange(10, dtype=np.float32).reshape(2, 5)

    @jax.jit
    def value_and_gradient(x):
        value, pull_back = jax.vjp(global_max, x)
        return value, *pull_back(jnp.asarray(weights))

    value, gradient = value_and_gradient(x)
    np.testing.assert_array_equal(value, x.max((1, 2)))
    largest = x == x.max((1, 2), keepdims=True)
    np.testing.assert_array_equal(gradient, np.where(largest, weights[:, None, None], 0))


def test_global_max_of_equals_has_the_gradient_of_one():
    gradient = jax.grad(lambda x: global_max(x).sum())(jnp.zeros((1, 2, 2, 1)))
    assert sorted(gradient.ravel().tolist()) == [0, 0, 0, 1]


def test_global_max_of_infinities_is_the_maximum():
    x = jnp.array([[-jnp.inf, 1], [-jnp.inf, jnp.inf]]).reshape(1, 2, 1, 2)
    np.testing.assert_array_equal(global_max(x), [[-np.inf, np.inf]])


@pytest.mark.parametrize("maximum", [max_pool, global_max])
def test_maxima_of_images_without_channels_raises(maximum):
    with pytest.raises(TypeError, match=r"x is float\d\d\[2, 4, 4\]"):
        maximum(jnp.ones((2, 4, 4)))


@pytest.mark.parametrize("kernel_size", [1, 3, 5])
def test_conv_norm_by_default_keeps_height_and_width(kernel_size):
    layer = ConvNorm(channels=1, features=2, kernel_size=kernel_size, rngs=nnx.Rngs(0))
    assert layer(jnp.ones((3, 6, 7, 1), jnp.float32)).shape == (3, 6, 7, 2)


@pytest.mark.parametrize("network", [jd.convnets.ResNet18, jd.convnets.SmallConvNet])
def test_networks_for_other_classes_have_as_many_logits(network):
    images = jax.ShapeDtypeStruct((2, 28, 28), jnp.float32)
    logits = nnx.eval_shape(lambda x: network(num_classes=7, rngs=nnx.Rngs(0))(x), images)
    assert logits.shape == (2, 7)


@pytest.fixture(params=["ResNet18", "SmallConvNet"])
def gradient(request):
    """Return a small network's gradient as a function of its parameters, and the parameters."""
    if request.param == "ResNet18":
        module = jd.convnets.ResNet18(widths=(4, 8), stages=(1, 1), rngs=nnx.Rngs(0))
    else:
        module = jd.convnets.SmallConvNet(channels=(4, 8), rngs=nnx.Rngs(0))
    model, params, state = jd.convnets.functional(module)
    images = jnp.ones((2, 28, 28), jnp.float32)
    return jax.grad(lambda params: model(params, state, images, True)[0].sum()), params


def test_networks_lower_for_cpu_gpu_and_tpu(gradient):
    function, params = gradient
    platforms = "cpu", "cuda", "tpu"
    exported = jax.export.export(jax.jit(function), platforms=platforms)(params)
    assert exported.platforms == platforms


def test_networks_broadcast_nothing_implicitly(gradient):
    function, params = gradient
    with jax.numpy_rank_promotion("raise"):
        assert jax.tree.structure(jax.eval_shape(function, params)) == jax.tree.structure(params)
