"""The layers that both networks are made of."""

import jax
import jax.numpy as jnp
from flax import nnx
from jaxtyping import Array, Float

from jaxdigits._checks import checked
from jaxdigits.convnets.convolution import conv

# What batch normalization adds to a variance, lest it divide by zero; PyTorch's default.
EPSILON = 1e-5


class ConvNorm(nnx.Module):
    """A convolution without bias, then batch normalization.

    The normalization subtracts the mean, and a bias with it; it has a bias of its own. Its
    momentum and epsilon are PyTorch's defaults, whose momentum of 0.1 is Flax's of 0.9.

    The kernel starts with a standard deviation of the root of 2 / (taps * features), so that
    gradients keep their size from layer to layer on their way back.

    Args:
        channels: How many channels come in.
        features: How many come out.
        kernel_size: How many taps the kernel has, down and across. An odd number; it may stick
            out by half of them, so that a stride of 1 keeps height and width.
        stride: How far the kernel moves from one output to the next.
        scale_init: What the normalization's scale starts from, by default ones.
        rngs: Where random numbers come from.

    References:
        Ioffe and Szegedy, "Batch Normalization" (2015), algorithm 1; He et al., "Delving Deep
        into Rectifiers" (2015), equation 14.

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
    """Return images as convolutions take them: with an axis of channels, here a single one.

    Args:
        images: `[n, height, width]`.

    Returns:
        `[n, height, width, 1]`.

    Raises:
        TypeError: If the images are not float, or not three axes.

    Examples:
        >>> add_channel(jnp.ones((5, 28, 28))).shape
        (5, 28, 28, 1)
    """
    return images[..., None]


@checked
def max_pool(
    x: Float[Array, "n height width channels"],
) -> Float[Array, "n half_height half_width channels"]:
    """Return the largest number in each 3 x 3 window, at every second place.

    Args:
        x: `[n, height, width, channels]`.

    Returns:
        Half the height and width, rounded up. Windows may stick out by one pixel.

    Examples:
        >>> max_pool(jnp.arange(16.0).reshape(1, 4, 4, 1))[0, ..., 0]
        Array([[ 5.,  7.],
               [13., 15.]], dtype=float32)
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

    Args:
        x: `[n, height, width, channels]`.

    Returns:
        `[n, channels]`.

    Examples:
        >>> global_max(jnp.arange(8.0).reshape(1, 2, 2, 2))
        Array([[6., 7.]], dtype=float32)
    """
    # Not x.max((1, 2)): its gradient is shared out among the pixels that equal the maximum. If
    # XLA computes x anew for that, and rounds otherwise, there are none of them: 0 / 0.
    pixels = x.reshape(x.shape[0], -1, x.shape[-1])
    largest = jax.nn.one_hot(pixels.argmax(1), pixels.shape[1], dtype=x.dtype, axis=1)
    return (pixels * largest).sum(1)
