"""More digits out of those at hand: a three moved by a pixel is another three."""

from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from jaxdigits._checks import checked


@partial(jax.jit, static_argnames="most")
@checked
def random_shift(
    key: PRNGKeyArray, images: Float[Array, "n height width"], most: int = 1
) -> Float[Array, "n height width"]:
    """Return each image moved by a few pixels, in a direction of its own.

    What is moved out of the picture is lost; background moves in. As the `augment` of
    [`fit`][jaxdigits.fit], it shows a model the same digit at another place in every epoch.

    Args:
        key: A random key; the same key gives the same shifts.
        images: Intensities `[n, height, width]`; 0 is background.
        most: By how many pixels an image moves at most, down or up and right or left; every
            number from -most to most is equally likely.

    Returns:
        Images of the same shape.

    Raises:
        ValueError: If `most` is negative.
        TypeError: If the images are not float, or not three axes.

    Examples:
        >>> moved = random_shift(jax.random.key(0), jnp.ones((5, 28, 28)), most=2)
        >>> moved.shape
        (5, 28, 28)

    References:
        Simard, Steinkraus and Platt, "Best Practices for Convolutional Neural Networks Applied to
        Visual Document Analysis" (2003), section 2.
    """
    if most < 0:
        raise ValueError(f"most is {most}: move by 0 pixels or more.")
    n, height, width = images.shape
    wide = jnp.pad(images, ((0, 0), (most, most), (most, most)))
    corners = jax.random.randint(key, (n, 2), 0, 2 * most + 1)

    def cut(image: jax.Array, corner: jax.Array) -> jax.Array:
        return jax.lax.dynamic_slice(image, corner, (height, width))

    return jax.vmap(cut)(wide, corners)


@partial(jax.jit, static_argnames="bend")
@checked
def random_warp(
    key: PRNGKeyArray,
    images: Float[Array, "n height width"],
    turn: float = 0.2,
    stretch: float = 0.12,
    bend: float = 0.5,
) -> Float[Array, "n height width"]:
    """Return each image turned, stretched and bent a little, in a way of its own.

    Every pixel of the result is taken from a place between pixels of the image, so strokes become
    a little softer. Training on such images alone would miss sharp ones; mix them.

    Args:
        key: A random key; the same key gives the same images.
        images: Intensities `[n, height, width]`; 0 is background.
        turn: By which angle, in radians, an image turns at most, to either side.
        stretch: By which share its height and its width grow or shrink at most, each by a share
            of its own.
        bend: How far strokes are bent, in pixels: the standard deviation of random moves that
            are drawn at 5 x 5 places and interpolated smoothly in between.

    Returns:
        Images of the same shape, in the same range.

    Raises:
        ValueError: If `bend` is negative.
        TypeError: If the images are not float, or not three axes.

    Examples:
        >>> warped = random_warp(jax.random.key(0), jnp.ones((5, 28, 28)))
        >>> warped.shape
        (5, 28, 28)

    References:
        Simard, Steinkraus and Platt, "Best Practices for Convolutional Neural Networks Applied to
        Visual Document Analysis" (2003), section 2.
    """
    if bend < 0:
        raise ValueError(f"bend is {bend}: give 0 pixels or more.")
    n, height, width = images.shape
    turn_key, stretch_key, bend_key = jax.random.split(key, 3)
    angle = jax.random.uniform(turn_key, (n, 1, 1), minval=-turn, maxval=turn)
    sizes = jax.random.uniform(stretch_key, (2, n, 1, 1), minval=1 - stretch, maxval=1 + stretch)
    # Each pixel's place, seen from the middle, and where in the image it is taken from.
    y, x = (jnp.arange(size, dtype=images.dtype) - (size - 1) / 2 for size in (height, width))
    y = y[:, None]
    rows = (jnp.cos(angle) * y - jnp.sin(angle) * x) * sizes[0]
    columns = (jnp.sin(angle) * y + jnp.cos(angle) * x) * sizes[1]
    if bend > 0:
        moves = bend * jax.random.normal(bend_key, (2, n, 5, 5))
        smooth = jax.image.resize(moves, (2, n, height, width), "cubic")
        rows, columns = rows + smooth[0], columns + smooth[1]

    def taken(image: jax.Array, rows: jax.Array, columns: jax.Array) -> jax.Array:
        places = [rows + (height - 1) / 2, columns + (width - 1) / 2]
        return jax.scipy.ndimage.map_coordinates(image, places, order=1)

    return jax.vmap(taken)(images, rows, columns)
