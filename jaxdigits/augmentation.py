"""Make more digits from those at hand: a three that moves by a pixel is still a three."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from jaxdigits._checks import compiled


@compiled(static="max_shift")
def random_shift(
    key: PRNGKeyArray, images: Float[Array, "n height width"], max_shift: int = 1
) -> Float[Array, "n height width"]:
    """Return each image moved by a few pixels, in its own random direction.

    Every shift from -max_shift to max_shift is equally likely, vertically and horizontally. Pixels
    that leave the image are lost, and background, which is 0, moves in. Pass this function to
    [`fit`][jaxdigits.fit] as `augment`, and every epoch shows each digit in a different place. See
    Simard, Steinkraus and Platt, "Best Practices for Convolutional Neural Networks Applied to
    Visual Document Analysis" (2003), section 2.

    Examples:
        >>> random_shift(jax.random.key(0), jnp.ones((5, 28, 28)), max_shift=2).shape
        (5, 28, 28)
    """
    if max_shift < 0:
        raise ValueError(f"max_shift is {max_shift}, but it must be 0 or more pixels.")
    n, height, width = images.shape
    margin = (max_shift, max_shift)
    wide = jnp.pad(images, ((0, 0), margin, margin))
    corners = jax.random.randint(key, (n, 2), 0, 2 * max_shift + 1)

    def cut(image: jax.Array, corner: jax.Array) -> jax.Array:
        return jax.lax.dynamic_slice(image, corner, (height, width))

    return jax.vmap(cut)(wide, corners)
