import jax
import jax.numpy as jnp
import numpy as np
import pytest
from oracles.definitions import DISTANCES
from oracles.properties import value_and_gradient

import jaxdigits as jd


def random_images(*shape, seed=0):
    return np.random.default_rng(seed).uniform(size=shape)


def test_mean_images_eager_and_compiled_are_the_means_of_each_class():
    images, labels = random_images(20, 4, 5), np.arange(20) % 3
    expected = [images[labels == c].mean(axis=0) for c in range(3)]
    arrays = jnp.asarray(images, jnp.float32), jnp.asarray(labels, jnp.uint8)
    np.testing.assert_allclose(jd.mean_images(*arrays, num_classes=3), expected, rtol=1e-5)
    compiled = jax.jit(jd.mean_images, static_argnames="num_classes")
    np.testing.assert_allclose(compiled(*arrays, num_classes=3), expected, rtol=1e-5)


def test_mean_images_class_without_images_is_nan_and_never_nearest():
    images, labels = jnp.asarray(random_images(6, 4, 4), jnp.float32), jnp.array([0, 2] * 3)
    means = jd.mean_images(images, labels, num_classes=4)
    assert np.isnan(np.asarray(means)[[1, 3]]).all()
    assert np.isfinite(np.asarray(means)[[0, 2]]).all()
    assert set(jd.nearest(images, means, jd.l1_distance).tolist()) <= {0, 2}


def test_mean_images_nan_pixel_spoils_it_in_its_own_class_alone():
    images = random_images(6, 4, 4)
    images[3, 1, 2] = np.nan
    labels = np.array([0, 1, 2] * 2)
    means = jd.mean_images(jnp.asarray(images, jnp.float32), jnp.asarray(labels), num_classes=3)
    expected = [images[labels == c].mean(axis=0) for c in range(3)]
    np.testing.assert_allclose(means, expected, rtol=1e-5)
    assert np.isnan(means).sum() == 1
    # The spoiled mean is never nearest, and the image itself is nearest to none.
    nearest = jd.nearest(jnp.asarray(images, jnp.float32), means, jd.l1_distance)
    np.testing.assert_array_equal(nearest == -1, np.arange(6) == 3)
    assert 0 not in nearest
    assert not jd.is_closer(
        jnp.asarray(images[3:4], jnp.float32), means[1], means[2], jd.l1_distance
    )


@pytest.mark.parametrize("dtype", [jnp.bfloat16, jnp.float16])
def test_mean_images_of_many_in_half_precision_is_exact(dtype):
    means = jd.mean_images(jnp.ones((3000, 1, 1), dtype), jnp.zeros(3000, int), num_classes=1)
    assert means.dtype == dtype and means == 1


@pytest.mark.parametrize("label", [-1, 2])
def test_mean_images_under_jit_label_out_of_range_is_nan(label):
    means = jax.jit(jd.mean_images, static_argnames="num_classes")
    assert jnp.isnan(means(jnp.ones((2, 4, 4)), jnp.array([0, label]), num_classes=2)).all()


def test_ink_composite_is_one_wherever_an_image_has_ink():
    images = jnp.array([[[0.0, 0.2], [0.0, 0.0]], [[0.0, 1.0], [0.01, 0.0]]])
    np.testing.assert_array_equal(jd.ink_composite(images), [[0, 1], [1, 0]])


@pytest.mark.parametrize("distance", DISTANCES, ids=lambda f: f.__name__)
@pytest.mark.parametrize("leading", [((), ()), ((6, 1), (3,))], ids=str)
def test_distances_of_large_images_are_those_of_the_definition(distance, leading):
    a, b = random_images(*leading[0], 28, 28), random_images(*leading[1], 28, 28, seed=1)
    expected, _ = DISTANCES[distance](a, b)
    arrays = jnp.asarray(a, jnp.float32), jnp.asarray(b, jnp.float32)
    np.testing.assert_allclose(distance(*arrays), expected, rtol=1e-5)
    np.testing.assert_allclose(distance(*arrays[::-1]), expected, rtol=1e-5)


@pytest.mark.parametrize("distance", DISTANCES, ids=lambda f: f.__name__)
def test_distances_of_equal_images_are_zero_with_a_finite_gradient(distance):
    image = jnp.asarray(random_images(4, 4), jnp.float32)
    (value, _), slopes = value_and_gradient(distance)(image, image)
    assert value == 0
    assert np.isfinite(slopes).all()


# It goes through a thousand images at a time.
@pytest.mark.parametrize("count", [0, 40, 1001])
@pytest.mark.parametrize("distance", DISTANCES, ids=lambda f: f.__name__)
def test_nearest_has_the_least_distance(distance, count):
    images, prototypes = random_images(count, 5, 5), random_images(4, 5, 5, seed=1)
    expected = DISTANCES[distance](images[:, None], prototypes)[0].argmin(axis=1)
    arrays = jnp.asarray(images, jnp.float32), jnp.asarray(prototypes, jnp.float32)
    np.testing.assert_array_equal(jd.nearest(*arrays, distance), expected)


def test_nearest_of_equals_is_the_first():
    image = jnp.ones((1, 2, 2))
    assert jd.nearest(image, jnp.zeros((3, 2, 2)), jd.l1_distance) == 0


def test_nearest_with_a_function_of_the_caller_uses_it():
    def brightness(a, b):
        return jnp.abs(a.mean((-2, -1)) - b.mean((-2, -1)))

    images = jnp.array([[[0.9, 0.0]], [[0.0, 0.1]]])
    prototypes = jnp.array([[[0.0, 0.0]], [[0.5, 0.5]]])
    np.testing.assert_array_equal(jd.nearest(images, prototypes, brightness), [1, 0])


def test_is_closer_agrees_with_nearest():
    images = jnp.asarray(random_images(40, 5, 5), jnp.float32)
    this, that = jnp.asarray(random_images(2, 5, 5, seed=1), jnp.float32)
    nearest = jd.nearest(images, jnp.stack([this, that]), jd.rmse_distance)
    result = jd.is_closer(images, this, that, jd.rmse_distance)
    np.testing.assert_array_equal(result, nearest == 0)
    assert not jd.is_closer(images, this, this, jd.rmse_distance).any()


@pytest.mark.parametrize("distance", DISTANCES, ids=lambda f: f.__name__)
def test_distances_wrong_pair_raises(distance):
    with pytest.raises(TypeError, match=rf"^{distance.__name__}: a is uint8.*to_float"):
        distance(jnp.ones((28, 28), jnp.uint8), jnp.ones((28, 28)))
    with pytest.raises(TypeError, match=rf"^{distance.__name__}: b is float\d\d\[28, 27\]"):
        distance(jnp.ones((28, 28)), jnp.ones((28, 27)))
    with pytest.raises(TypeError, match=r"b is float\d\d\[4, 28, 28\]"):
        distance(jnp.ones((5, 28, 28)), jnp.ones((4, 28, 28)))


def test_nearest_and_is_closer_wrong_images_raises():
    images, image = jnp.ones((2, 4, 4)), jnp.ones((4, 4))
    with pytest.raises(TypeError, match=r"ink_composite: images is uint8.*to_float"):
        jd.ink_composite(jnp.ones((2, 4, 4), jnp.uint8))
    with pytest.raises(TypeError, match=r"nearest: prototypes is float\d\d\[3, 4, 5\]"):
        jd.nearest(images, jnp.ones((3, 4, 5)), lambda a, b: jnp.zeros(2))
    with pytest.raises(TypeError, match=r"is_closer: that is float\d\d\[4, 5\]"):
        jd.is_closer(images, image, jnp.ones((4, 5)), lambda a, b: jnp.zeros(2))


def test_mean_images_wrong_labels_raises():
    assert len(jd.mean_images(jnp.ones((2, 4, 4)), jnp.array([0, 9]))) == 10
    with pytest.raises(ValueError, match="labels holds 10"):
        jd.mean_images(jnp.ones((2, 4, 4)), jnp.array([0, 10]))
    with pytest.raises(ValueError, match=r"images is empty: float\d\d\[0, 4, 4\]"):
        jd.mean_images(jnp.ones((0, 4, 4)), jnp.zeros(0, int))
    with pytest.raises(TypeError, match=r"labels is int\d\d\[3\]"):
        jd.mean_images(jnp.ones((2, 4, 4)), jnp.zeros(3, int))
