"""The layers that both networks are made of."""

import jax
import jax.numpy as jnp
from flax import nnx
from jaxtyping import Array, Float

from jaxdigits._checks import checked
from jaxdigits.convnets.convolution import conv

# Batch normalization adds it to a variance, so that nothing is divided by zero; as in PyTorch.
EPSILON = 1e-5


class ConvNorm(nnx.Module):
    """A convolution without a bias, then batch normalization, which has one.

    Momentum and epsilon are the defaults of PyTorch, whose momentum of 0.1 is 0.9 in Flax. The
    kernel starts with a standard deviation of the root of 2 / (taps * features), which keeps the
    size of gradients from layer to layer (He et al., "Delving Deep into Rectifiers",
    2015, equation 14).

    Args:
        kernel_size: The number of taps, down and across; odd. The kernel may stick out by half of
            them, so that a stride of 1 keeps height and width.
        scale_init: Where the scale of the normalization starts, by default at ones.

    Examples:
        >>> layer = ConvNorm(1, 8, kernel_size=3, stride=2, rngs=nnx.Rngs(0))
        >>> layer(jnp.ones((5, 28, 28, 1))).shape
        (5, 14, 14, 8)
    """

    def __init__(
        self,
        channels: int,
        features: int,
        *,
        kernel_size: int,
        stride: int = 1,
        scale_init: jax.nn.initializers.Initializer = jax.nn.initializers.ones,
        rngs: nnx.Rngs,
    ) -> None:
        before = kernel_size // 2
        self.conv = nnx.Conv(
            channels,
            features,
            (kernel_size, kernel_size),
            strides=(stride, stride),
            padding=((before, before), (before, before)),
            use_bias=False,
            kernel_init=jax.nn.initializers.variance_scaling(2.0, "fan_out", "normal"),
            conv_general_dilated=conv,
            rngs=rngs,
        )
        self.norm = nnx.BatchNorm(
            features, momentum=0.9, epsilon=EPSILON, scale_init=scale_init, rngs=rngs
        )

    def __call__(self, x: jax.Array) -> jax.Array:
        """Return `[batch, height, width, features]` for `[batch, height, width, channels]`."""
        return self.norm(self.conv(x))


@checked
def add_channel(images: Float[Array, "n height width"]) -> Float[Array, "n height width 1"]:
    """Return images with the axis of channels that convolutions need."""
    return images[..., None]


@checked
def max_pool(
    x: Float[Array, "n height width channels"],
) -> Float[Array, "n half_height half_width channels"]:
    """Return the largest number in each 3 x 3 window, at every second place.

    Windows may stick out by one pixel, so half of an odd height is rounded up.

    Examples:
        >>> max_pool(jnp.arange(16.0).reshape(1, 4, 4, 1))[0, ..., 0].tolist()
        [[5.0, 7.0], [13.0, 15.0]]
    """
    # Not nnx.max_pool: on a CPU its gradient takes six times as long as that of maximum.
    for axis in (1, 2):
        sides = [(1, 1) if axis == other else (0, 0) for other in range(4)]
        padded = jnp.pad(x, sides, constant_values=-jnp.inf)
        span = x.shape[axis]
        first, second, third = (
            jax.lax.slice_in_dim(padded, tap, tap + span, 2, axis) for tap in range(3)
        )
        x = jnp.maximum(jnp.maximum(first, second), third)
    return x


@checked
def global_max(x: Float[Array, "n height width channels"]) -> Float[Array, "n channels"]:
    """Return the largest number in each channel of each image.

    Examples:
        >>> global_max(jnp.arange(8.0).reshape(1, 2, 2, 2)).tolist()
        [[6.0, 7.0]]
    """
    # Not x.max((1, 2)), whose gradient is shared among the pixels that equal the maximum. If XLA
    # computes x anew for that and rounds differently, no pixel equals it, and 0 / 0 is nan.
    pixels = x.reshape(x.shape[0], -1, x.shape[-1])
    is_largest = jax.nn.one_hot(pixels.argmax(1), pixels.shape[1], dtype=bool, axis=1)
    return jnp.where(is_largest, pixels, 0).sum(1)
