"""Distances and their gradients, means, composites, and what is nearest, among many equals."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from oracles.definitions import DISTANCES
from oracles.properties import by_name, compare, few, tame

import jaxdigits as jd


@pytest.mark.parametrize("distance", DISTANCES, **by_name)
@few
@given(st.data())
def test_distances_agree_with_their_definition(distance, data):
    shape = data.draw(st.sampled_from([(1, 1), (3, 4), (2, 3, 4)]))
    scale = data.draw(st.sampled_from([1e-3, 1.0, 255.0, 1e4]))
    a, b = (tame(data.draw, shape, scale) for _ in range(2))
    b = data.draw(st.sampled_from([a, b, b[..., :1, :, :] if b.ndim == 3 else b]))
    compare(distance, DISTANCES[distance], a, b, "float32", scale=0)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
@pytest.mark.parametrize("distance", DISTANCES, **by_name)
@settings(few, max_examples=5)
@given(st.data())
def test_distances_in_other_dtypes_agree_with_their_definition(distance, dtype, data):
    a, b = (tame(data.draw, (2, 3, 4), 1.0) for _ in range(2))
    compare(distance, DISTANCES[distance], a, b, dtype)


@pytest.mark.parametrize("distance", DISTANCES, **by_name)
@few
@given(
    hnp.arrays(np.int8, (6, 2, 2), elements=st.integers(-2, 2)),
    hnp.arrays(np.int8, (3, 2, 2), elements=st.integers(-2, 2)),
)
def test_nearest_and_is_closer_of_equals_agree_with_numpy(distance, images, prototypes):
    """Sums of whole numbers are exact, so that ties are ties."""
    apart = DISTANCES[distance](images[:, None].astype(float), prototypes.astype(float))[0]
    images, prototypes = (jnp.asarray(a, jnp.float32) for a in (images, prototypes))
    expected = apart.argmin(axis=1)
    np.testing.assert_array_equal(jd.nearest(images, prototypes, distance), expected)
    closer = jd.is_closer(images, prototypes[0], prototypes[1], distance)
    np.testing.assert_array_equal(closer, apart[:, 0] < apart[:, 1])


@few
@given(st.data())
def test_mean_images_and_ink_composite_agree_with_numpy(data):
    count = data.draw(st.sampled_from([1, 12]))
    pixels = data.draw(hnp.arrays(np.int8, (count, 2, 3), elements=st.integers(-1, 3)))
    labels = data.draw(hnp.arrays(np.uint8, count, elements=st.integers(0, 2)))
    images = jnp.asarray(pixels, jnp.float32)
    means = jd.mean_images(images, jnp.asarray(labels), num_classes=3)
    for which, mean in enumerate(means):
        members = pixels[labels == which].astype(float)
        expected = members.mean(axis=0) if len(members) else np.full((2, 3), np.nan)
        np.testing.assert_allclose(mean, expected, rtol=1e-6)
    np.testing.assert_array_equal(jd.ink_composite(images), (pixels > 0).any(axis=0))


def test_mean_images_gradient_is_the_share_of_each_image():
    labels, slope = np.array([0, 1, 0, 1, 1]), np.random.default_rng(0).normal(size=(2, 2, 3))
    means = partial(jd.mean_images, labels=jnp.asarray(labels), num_classes=2)
    _, pull_back = jax.vjp(means, jnp.ones((5, 2, 3)))
    (gradient,) = pull_back(jnp.asarray(slope, float))
    expected = slope[labels] / np.bincount(labels)[labels][:, None, None]
    np.testing.assert_allclose(gradient, expected, rtol=1e-6)
