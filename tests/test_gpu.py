"""A GPU computes what the CPU does; skipped where there is none."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxdigits as jd

try:
    GPU = jax.devices("gpu")[0]
except RuntimeError:
    GPU = None
CPU = jax.devices("cpu")[0]

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(GPU is None, reason="JAX finds no GPU here")]


def on_both(function):
    """Compute on each device, matrix products in full precision, and compare."""
    results = []
    for device in CPU, GPU:
        with jax.default_device(device), jax.default_matmul_precision("highest"):
            results.append(function())
    return results


def assert_close(results):
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5), *results)


def test_epoch_batches_on_gpu_are_the_same():
    first, second = on_both(lambda: jd.epoch_batches(jax.random.key(0), 60_000, 256))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("sizes", [(784, 10), (784, 64, 10)])
def test_fit_on_gpu_ends_at_the_same_parameters(sizes):
    digits = jd.load("uci")

    def trained():
        train, test = (
            (
                jd.flatten(jnp.asarray(np.asarray(split.images))),
                jnp.asarray(np.asarray(split.labels)),
            )
            for split in (digits.train, digits.test)
        )
        return jd.fit(
            jd.mlp,
            jd.init_mlp(jax.random.key(0), sizes),
            jd.cross_entropy_loss,
            jd.sgd(0.1),
            train,
            epochs=3,
            batch_size=64,
            key=jax.random.key(1),
            valid=test,
            metric=jd.accuracy,
        )

    assert_close(on_both(trained))


def test_nearest_on_gpu_is_the_same():
    digits = jd.load("uci").train

    def nearest():
        images = jd.to_float(jnp.asarray(np.asarray(digits.images)))
        means = jd.mean_images(images, jnp.asarray(np.asarray(digits.labels)))
        return jd.nearest(images, means, jd.l1_distance)

    first, second = on_both(nearest)
    assert (first == second).mean() > 0.999


def test_small_network_on_gpu_has_the_same_gradient():
    from flax import nnx

    model, params, state = jd.convnets.functional(
        jd.convnets.SmallConvNet(channels=(8, 8), rngs=nnx.Rngs(0))
    )
    images = np.random.default_rng(0).random((16, 28, 28)).astype(np.float32)

    def loss_and_gradient():
        def loss(params):
            return jnp.square(model(params, state, jnp.asarray(images), True)[0]).mean()

        return jax.value_and_grad(loss)(jax.tree.map(lambda p: jnp.asarray(np.asarray(p)), params))

    assert_close(on_both(loss_and_gradient))
