"""More digits made of those at hand: a three moved by a pixel is another three."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from jaxdigits._checks import compiled


@compiled(static="max_shift")
def random_shift(
    key: PRNGKeyArray, images: Float[Array, "n height width"], max_shift: int = 1
) -> Float[Array, "n height width"]:
    """Return each image moved by a few pixels, in a direction of its own.

    Every shift from -max_shift to max_shift is equally likely, vertically and horizontally. What
    leaves the picture is lost, and background, which is 0, moves in. As the `augment` of
    [`fit`][jaxdigits.fit] it shows a model the same digit at another place in every epoch. See
    Simard, Steinkraus and Platt, "Best Practices for Convolutional Neural Networks Applied to
    Visual Document Analysis" (2003), section 2.

    Examples:
        >>> random_shift(jax.random.key(0), jnp.ones((5, 28, 28)), max_shift=2).shape
        (5, 28, 28)
    """
    if max_shift < 0:
        raise ValueError(f"max_shift is {max_shift}: move by 0 pixels or more.")
    n, height, width = images.shape
    margin = (max_shift, max_shift)
    wide = jnp.pad(images, ((0, 0), margin, margin))
    corners = jax.random.randint(key, (n, 2), 0, 2 * max_shift + 1)

    def cut(image: jax.Array, corner: jax.Array) -> jax.Array:
        return jax.lax.dynamic_slice(image, corner, (height, width))

    return jax.vmap(cut)(wide, corners)
