"""Distorted digits for the longest of the recorded trainings."""

from functools import partial

import jax
import jax.numpy as jnp


@partial(jax.jit, static_argnames="bend_std")
def random_warp(
    key: jax.Array,
    images: jax.Array,
    max_angle: float = 0.2,
    max_stretch: float = 0.12,
    bend_std: float = 0.5,
) -> jax.Array:
    """Return each image `[n, height, width]` turned, stretched and bent a little.

    `max_angle` is in radians, to either side. Height and width grow or shrink by shares of their
    own, up to `max_stretch`. Strokes move by `bend_std` pixels (a standard deviation); moves are
    drawn at 5 x 5 places and interpolated smoothly in between. See Simard, Steinkraus and Platt,
    "Best Practices for Convolutional Neural Networks Applied to Visual Document Analysis" (2003),
    section 2.

    Every pixel of the result is taken from a place between pixels of the image, so strokes become
    a little softer. Training on such images alone would miss sharp ones, so mix them.
    """
    n, height, width = images.shape
    turn_key, stretch_key, bend_key = jax.random.split(key, 3)
    angle = jax.random.uniform(turn_key, (n, 1, 1), minval=-max_angle, maxval=max_angle)
    sizes = jax.random.uniform(
        stretch_key, (2, n, 1, 1), minval=1 - max_stretch, maxval=1 + max_stretch
    )
    # Each pixel's place, seen from the middle, and where in the image it is taken from.
    y, x = (jnp.arange(size, dtype=images.dtype) - (size - 1) / 2 for size in (height, width))
    y = y[:, None]
    rows = (jnp.cos(angle) * y - jnp.sin(angle) * x) * sizes[0]
    columns = (jnp.sin(angle) * y + jnp.cos(angle) * x) * sizes[1]
    if bend_std > 0:
        moves = bend_std * jax.random.normal(bend_key, (2, n, 5, 5))
        smooth = jax.image.resize(moves, (2, n, height, width), "cubic")
        rows, columns = rows + smooth[0], columns + smooth[1]

    def taken(image: jax.Array, rows: jax.Array, columns: jax.Array) -> jax.Array:
        places = [rows + (height - 1) / 2, columns + (width - 1) / 2]
        return jax.scipy.ndimage.map_coordinates(image, places, order=1)

    return jax.vmap(taken)(images, rows, columns)
