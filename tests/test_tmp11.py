import functools
import jax, jax.numpy as jnp, numpy as np, pytest
import jaxdigits as jd
pytestmark = pytest.mark.mnist

SIGMOID_NETWORK = functools.partial(jd.mlp, activation=jax.nn.sigmoid)


@pytest.mark.parametrize("seed", range(4))
def test_ten_linear_models_reach_their_figures(mnist, seed):
    key_params, key_batches = jax.random.split(jax.random.key(seed))
    start = jd.init_linear(key_params, 784, 10, scale=0.3)
    valid = jd.to_examples(mnist.test)
    assert 0.05 <= jd.accuracy(jd.linear(start, valid[0]), valid[1]) <= 0.2
    history = jd.fit(
        jd.linear,
        start,
        jd.cross_entropy_loss,
        jd.sgd(1.0),
        jd.to_examples(mnist.train),
        epochs=40,
        key=key_batches,
        valid=valid,
        metric=jd.accuracy,
    ).history
    assert history.metric[0] >= 0.84
    assert history.metric[-1] >= 0.915
    assert jnp.isfinite(history.loss).all()


@pytest.mark.parametrize("seed", range(4))
def test_the_network_reaches_its_figure(mnist, seed):
    key_params, key_batches = jax.random.split(jax.random.key(seed))
    history = jd.fit(
        SIGMOID_NETWORK,
        jd.init_mlp(key_params, (784, 64, 10)),
        jd.cross_entropy_loss,
        jd.sgd(1.0),
        jd.to_examples(mnist.train),
        epochs=8,
        key=key_batches,
        valid=jd.to_examples(mnist.test),
        metric=jd.accuracy,
    ).history
    assert history.metric[-1] >= 0.95
    assert jnp.isfinite(history.loss).all()
