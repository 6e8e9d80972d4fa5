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
