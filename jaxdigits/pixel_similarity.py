"""Telling digits apart without learning: average images, and the distance to them."""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Integer

from jaxdigits._checks import check_labels, check_not_empty, checked
from jaxdigits._numerics import safe_sqrt

Distance = Callable[[jax.Array, jax.Array], jax.Array]


@checked
def mean_images(
    images: Float[Array, "n height width"],
    labels: Integer[Array, " n"],
    num_classes: int = 10,
) -> Float[Array, "{num_classes} height width"]:
    """Return the average image of each class.

    Args:
        images: Pixel intensities `[n, height, width]`, in [0, 1].
        labels: The class of each image, 0 to `num_classes - 1`.
        num_classes: How many classes there are.

    Returns:
        One image a class, `[num_classes, height, width]`, in the range of `images`. The mean of
        a class without images is nan in every pixel; [`nearest`][jaxdigits.nearest] never
        chooses it.

    Raises:
        ValueError: If there are no images, or a label is out of range.

    Examples:
        >>> images = jnp.array([[[0.0, 1.0]], [[1.0, 1.0]]])
        >>> mean_images(images, jnp.array([0, 0]), num_classes=1)
        Array([[[0.5, 1. ]]], dtype=float32)
    """
    check_not_empty(images=images)
    check_labels(num_classes, labels=labels)
    return _means(images, labels, num_classes)


@partial(jax.jit, static_argnames="num_classes")
def _means(images: jax.Array, labels: jax.Array, num_classes: int) -> jax.Array:
    belongs = jax.nn.one_hot(labels, num_classes, dtype=images.dtype)
    # Full precision: by default a GPU would multiply with 10 bits of mantissa.
    totals = jnp.einsum("nc,nhw->chw", belongs, images, precision=jax.lax.Precision.HIGHEST)
    return totals / belongs.sum(axis=0)[:, None, None]


@jax.jit
@checked
def ink_composite(images: Float[Array, "n height width"]) -> Float[Array, "height width"]:
    """Return a black-and-white image: 1 where any of `images` has ink, 0 where none has.

    Args:
        images: Pixel intensities `[n, height, width]`, 0 for background.

    Returns:
        `[height, width]` of 0 and 1.

    Examples:
        >>> ink_composite(jnp.array([[[0.0, 0.2, 0.0]], [[0.0, 0.9, 0.1]]]))
        Array([[0., 1., 1.]], dtype=float32)
    """
    return jnp.any(images > 0, axis=0).astype(images.dtype)


@jax.jit
@checked
def l1_distance(
    a: Float[Array, "*#batch height width"], b: Float[Array, "*#batch height width"]
) -> Float[Array, "*#batch"]:
    """Return the mean absolute difference of two images (the L1 distance, per pixel).

    Args:
        a: Images `[..., height, width]`.
        b: Images `[..., height, width]`; the leading axes of `a` and `b` broadcast.

    Returns:
        `[...]`, in units of pixel intensity: 0 if the images are equal, at most 1 for
        intensities in [0, 1].

    Examples:
        >>> l1_distance(jnp.array([[0.0, 1.0]]), jnp.array([[0.5, 0.0]]))
        Array(0.75, dtype=float32)
    """
    return jnp.abs(a - b).mean(axis=(-2, -1))


@jax.jit
@checked
def mse_distance(
    a: Float[Array, "*#batch height width"], b: Float[Array, "*#batch height width"]
) -> Float[Array, "*#batch"]:
    """Return the mean squared difference of two images.

    It orders images as [`rmse_distance`][jaxdigits.rmse_distance] does, and costs no root. In
    float32, the square of a difference below 1e-19 may be 0, and of one above 1.8e19 is infinite.

    Args:
        a: Images `[..., height, width]`.
        b: Images `[..., height, width]`; the leading axes of `a` and `b` broadcast.

    Returns:
        `[...]`, in squared units of pixel intensity: 0 if the images are equal, at most 1 for
        intensities in [0, 1].

    Examples:
        >>> mse_distance(jnp.array([[0.0, 1.0]]), jnp.array([[0.5, 0.0]]))
        Array(0.625, dtype=float32)
    """
    return ((a - b) ** 2).mean(axis=(-2, -1))


@jax.jit
@checked
def rmse_distance(
    a: Float[Array, "*#batch height width"], b: Float[Array, "*#batch height width"]
) -> Float[Array, "*#batch"]:
    """Return the root of the mean squared difference of two images (L2 distance, per pixel).

    Between equal images, where no gradient exists, the gradient is 0. In float32, images whose
    differences are all below 1e-19 may count as equal, and the distance is infinite where one is
    above 1.8e19: it squares them.

    Args:
        a: Images `[..., height, width]`.
        b: Images `[..., height, width]`; the leading axes of `a` and `b` broadcast.

    Returns:
        `[...]`, in units of pixel intensity: 0 if the images are equal, at most 1 for
        intensities in [0, 1], and never less than [`l1_distance`][jaxdigits.l1_distance].

    Examples:
        >>> rmse_distance(jnp.array([[0.0, 1.0]]), jnp.array([[1.0, 0.0]]))
        Array(1., dtype=float32)
    """
    return safe_sqrt(mse_distance(a, b))


@partial(jax.jit, static_argnames="distance")
@checked
def nearest(
    images: Float[Array, "n height width"],
    prototypes: Float[Array, "classes height width"],
    distance: Distance,
) -> Integer[Array, " n"]:
    """Return, for each image, the index of the prototype nearest to it.

    Args:
        images: `[n, height, width]`.
        prototypes: `[classes, height, width]`, such as the [`mean_images`][jaxdigits.mean_images]
            of each class. A prototype with a nan is never nearest.
        distance: What near means: [`l1_distance`][jaxdigits.l1_distance] or another function
            of two images.

    Returns:
        `[n]`, each 0 to `classes - 1`; the first of equals.

    Examples:
        >>> light, dark = jnp.zeros((1, 2, 2)), jnp.ones((1, 2, 2))
        >>> nearest(0.9 * dark, jnp.concatenate([light, dark]), l1_distance)
        Array([1], dtype=int32)
    """
    # One prototype at a time: a CPU sums the differences as they arise, and keeps none of them.
    distances = jax.lax.map(lambda prototype: distance(images, prototype), prototypes)
    return jnp.nanargmin(distances, axis=0)


@partial(jax.jit, static_argnames="distance")
@checked
def is_closer(
    images: Float[Array, "n height width"],
    this: Float[Array, "height width"],
    that: Float[Array, "height width"],
    distance: Distance,
) -> Bool[Array, " n"]:
    """Return, for each image, whether it is nearer to `this` than to `that`.

    Args:
        images: `[n, height, width]`.
        this: One image, `[height, width]`.
        that: Another, `[height, width]`.
        distance: What near means, as for [`nearest`][jaxdigits.nearest].

    Returns:
        `[n]` of booleans; false where both are equally near.

    Examples:
        >>> light, dark = jnp.zeros((2, 2)), jnp.ones((2, 2))
        >>> is_closer(0.9 * dark[None], dark, light, l1_distance)
        Array([ True], dtype=bool)
    """
    return distance(images, this) < distance(images, that)
