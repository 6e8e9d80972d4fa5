"""Numbers that follow from MNIST alone, and accuracies that training must reach on it."""

import functools

import jax
import jax.numpy as jnp
import pytest

import jaxdigits as jd

pytestmark = [pytest.mark.mnist, pytest.mark.slow]

# A figure that only one seed reaches would be luck.
SEEDS = range(4)

# Made once, so that each kind of run is compiled once for all seeds.
CAREFUL, BOLD = jd.sgd(0.1), jd.sgd(1.0)
SIGMOID_NETWORK = functools.partial(jd.mlp, activation=jax.nn.sigmoid)


@pytest.fixture(scope="module")
def two(mnist):
    """Threes and sevens: the training images' means, and the images to check."""
    means = [jd.to_float(jd.select(mnist.train, d).images).mean(axis=0) for d in (3, 7)]
    return means, [jd.to_float(jd.select(mnist.test, d).images) for d in (3, 7)]


def as_examples(split):
    return jd.to_examples(jd.select(split, [3, 7]), positive=3)


def test_distances_of_image_10000_are_those_of_the_lesson(mnist, two):
    image = jd.to_float(mnist.train.images[10000])
    for mean, l1, rmse in zip(two[0], (0.1114, 0.1586), (0.2021, 0.3021), strict=True):
        assert round(float(jd.l1_distance(image, mean)), 4) == l1
        assert round(float(jd.rmse_distance(image, mean)), 4) == rmse
        assert round(float(jd.l1_loss(image, mean)), 4) == l1
        assert round(float(jd.rmse_loss(image, mean)), 4) == rmse


@pytest.mark.parametrize(
    ("distance", "expected"),
    [
        (jd.l1_distance, (0.9168, 0.9854, 0.9511)),
        (jd.rmse_distance, (0.9584, 0.9737, 0.9661)),
    ],
)
def test_is_closer_threes_and_sevens_reaches_its_accuracy(two, distance, expected):
    (three, seven), (threes, sevens) = two
    on_threes = jd.is_closer(threes, three, seven, distance).mean()
    on_sevens = jd.is_closer(sevens, seven, three, distance).mean()
    measured = on_threes, on_sevens, (on_threes + on_sevens) / 2
    assert tuple(round(float(value), 4) for value in measured) == expected


@pytest.mark.parametrize(
    ("distance", "classes", "mean"),
    [
        (
            jd.l1_distance,
            [0.8153, 0.9982, 0.4234, 0.6089, 0.6680, 0.3262, 0.7871, 0.7646, 0.4425, 0.7760],
            0.6610,
        ),
        (
            jd.mse_distance,
            [0.8959, 0.9621, 0.7568, 0.8059, 0.8259, 0.6861, 0.8633, 0.8327, 0.7372, 0.8067],
            0.8173,
        ),
    ],
)
def test_nearest_of_ten_means_reaches_its_accuracy(mnist, distance, classes, mean):
    means = jd.mean_images(jd.to_float(mnist.train.images), mnist.train.labels)
    predicted = jd.nearest(jd.to_float(mnist.test.images), means, distance)
    measured = jd.per_class_accuracy(predicted, mnist.test.labels)
    assert [round(float(share), 4) for share in measured] == classes
    assert round(float(measured.mean()), 4) == mean


@pytest.mark.parametrize("seed", SEEDS)
def test_fit_linear_model_reaches_its_accuracy(mnist, seed):
    key_params, key_batches = jax.random.split(jax.random.key(seed))
    history = jd.fit(
        jd.linear,
        jd.init_linear(key_params, 784, 1, scale=0.3),
        jd.mnist_loss,
        BOLD,
        as_examples(mnist.train),
        epochs=300,
        key=key_batches,
        valid=as_examples(mnist.test),
        metric=jd.binary_accuracy,
    ).history
    assert history.metric[19] >= 0.97
    assert round(float(history.metric.max()), 4) >= 0.9848
    assert history.metric[-1] >= 0.98
    assert jnp.isfinite(history.loss).all()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("optimizer", "epochs", "least"), [(CAREFUL, 40, 0.982), (BOLD, 60, 0.98528)]
)
def test_fit_network_reaches_its_accuracy(mnist, optimizer, epochs, least, seed):
    key_params, key_batches = jax.random.split(jax.random.key(seed))
    history = jd.fit(
        jd.mlp,
        jd.init_mlp(key_params, (784, 30, 1)),
        jd.mnist_loss,
        optimizer,
        as_examples(mnist.train),
        epochs=epochs,
        key=key_batches,
        valid=as_examples(mnist.test),
        metric=jd.binary_accuracy,
    ).history
    assert history.metric[-1] >= 0.982
    # 0.98528 is 2008 of 2038, which float32 may round down.
    assert history.metric.max() >= least - 1e-6
    assert jnp.isfinite(history.loss).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_fit_linear_model_of_ten_digits_reaches_its_accuracy(mnist, seed):
    key_params, key_batches = jax.random.split(jax.random.key(seed))
    start = jd.init_linear(key_params, 784, 10, scale=0.3)
    valid = jd.to_examples(mnist.test)
    assert 0.05 <= jd.accuracy(jd.linear(start, valid[0]), valid[1]) <= 0.2
    history = jd.fit(
        jd.linear,
        start,
        jd.cross_entropy_loss,
        BOLD,
        jd.to_examples(mnist.train),
        epochs=40,
        key=key_batches,
        valid=valid,
        metric=jd.accuracy,
    ).history
    assert history.metric[0] >= 0.84
    assert history.metric[-1] >= 0.915
    assert jnp.isfinite(history.loss).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_fit_network_of_ten_digits_reaches_its_accuracy(mnist, seed):
    key_params, key_batches = jax.random.split(jax.random.key(seed))
    history = jd.fit(
        SIGMOID_NETWORK,
        jd.init_mlp(key_params, (784, 64, 10)),
        jd.cross_entropy_loss,
        BOLD,
        jd.to_examples(mnist.train),
        epochs=8,
        key=key_batches,
        valid=jd.to_examples(mnist.test),
        metric=jd.accuracy,
    ).history
    assert history.metric[-1] >= 0.95
    assert jnp.isfinite(history.loss).all()
