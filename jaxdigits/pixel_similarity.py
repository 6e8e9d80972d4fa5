"""Tell digits apart without learning, by their distance to average images."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Integer

from jaxdigits._checks import check_not_empty, class_labels, compiled
from jaxdigits._numerics import safe_sqrt

Distance = Callable[[jax.Array, jax.Array], jax.Array]


@compiled(static="num_classes", labels=class_labels)
def mean_images(
    images: Float[Array, "n height width"],
    labels: Integer[Array, " n"],
    num_classes: int = 10,
) -> Float[Array, "{num_classes} height width"]:
    """Return the average image of each class, in the range of `images`.

    The mean of a class without images is nan in every pixel. If a pixel is nan in one image, it is
    nan in the mean of that image's class only.

    Examples:
        >>> images = jnp.array([[[0.0, 1.0]], [[1.0, 1.0]]])
        >>> mean_images(images, jnp.array([0, 0]), num_classes=1).tolist()
        [[[0.5, 1.0]]]
    """
    check_not_empty(images=images)
    # At least in float32, because 300 ones add up to 256 in bfloat16.
    exact = images.astype(jnp.float32) if images.dtype.itemsize < 4 else images
    counted = jnp.ones(labels.shape, exact.dtype)
    totals = jax.ops.segment_sum(exact, labels, num_classes)
    counts = jax.ops.segment_sum(counted, labels, num_classes)
    return (totals / counts[:, None, None]).astype(images.dtype)


@compiled()
def ink_composite(images: Float[Array, "n height width"]) -> Float[Array, "height width"]:
    """Return a black-and-white image: 1 where any of `images` has ink, 0 where none has.

    Ink is any intensity above 0, the background.

    Examples:
        >>> ink_composite(jnp.array([[[0.0, 0.2, 0.0]], [[0.0, 0.9, 0.1]]])).tolist()
        [[0.0, 1.0, 1.0]]
    """
    return jnp.any(images > 0, axis=0).astype(images.dtype)


@compiled()
def l1_distance(
    a: Float[Array, "*#batch height width"], b: Float[Array, "*#batch height width"]
) -> Float[Array, "*#batch"]:
    """Return the mean absolute difference per pixel of two images (their L1 distance).

    The leading axes of `a` and `b` broadcast. The distance is in units of intensity: at most 1 if
    intensities are from 0 to 1.

    Examples:
        >>> float(l1_distance(jnp.array([[0.0, 1.0]]), jnp.array([[0.5, 0.0]])))
        0.75
    """
    return jnp.abs(a - b).mean(axis=(-2, -1))


@compiled()
def mse_distance(
    a: Float[Array, "*#batch height width"], b: Float[Array, "*#batch height width"]
) -> Float[Array, "*#batch"]:
    """Return the mean squared difference per pixel of two images.

    It ranks images as [`rmse_distance`][jaxdigits.rmse_distance] does, without taking a root. In
    float32, the square of a difference below 1e-19 may be 0, and above 1.8e19 it is infinite.

    Examples:
        >>> float(mse_distance(jnp.array([[0.0, 1.0]]), jnp.array([[0.5, 0.0]])))
        0.625
    """
    return ((a - b) ** 2).mean(axis=(-2, -1))


@compiled()
def rmse_distance(
    a: Float[Array, "*#batch height width"], b: Float[Array, "*#batch height width"]
) -> Float[Array, "*#batch"]:
    """Return the root of the mean squared difference of two images (L2 distance, per pixel).

    It is in units of intensity and never less than [`l1_distance`][jaxdigits.l1_distance]. Between
    equal images no gradient exists, and we use 0. In float32, images whose differences are all
    below 1e-19 may count as equal, and one difference above 1.8e19 makes the distance infinite.

    Examples:
        >>> float(rmse_distance(jnp.array([[0.0, 1.0]]), jnp.array([[1.0, 0.0]])))
        1.0
    """
    return safe_sqrt(mse_distance(a, b))


@compiled(static="distance")
def nearest(
    images: Float[Array, "n height width"],
    prototypes: Float[Array, "classes height width"],
    distance: Distance,
) -> Integer[Array, " n"]:
    """Return for each image the index of the nearest prototype, such as a class's mean image.

    If several prototypes are equally near, the first one counts. A prototype with a nan pixel is
    never the nearest. The result is -1 if the image has a nan pixel, or if every prototype does.

    Examples:
        >>> light, dark = jnp.zeros((1, 2, 2)), jnp.ones((1, 2, 2))
        >>> nearest(0.9 * dark, jnp.concatenate([light, dark]), l1_distance).tolist()
        [1]
    """
    # Some images at a time, so that the differences fit in a CPU's cache.
    distances = jax.lax.map(lambda image: distance(image, prototypes), images, batch_size=1000)
    return jnp.nanargmin(distances, axis=-1)


@compiled(static="distance")
def is_closer(
    images: Float[Array, "n height width"],
    this: Float[Array, "height width"],
    that: Float[Array, "height width"],
    distance: Distance,
) -> Bool[Array, " n"]:
    """Return for each image whether it is closer to `this` than to `that`.

    The answer is false if both are equally far, or if a distance is nan.

    Examples:
        >>> light, dark = jnp.zeros((2, 2)), jnp.ones((2, 2))
        >>> is_closer(0.9 * dark[None], dark, light, l1_distance).tolist()
        [True]
    """
    return distance(images, this) < distance(images, that)
