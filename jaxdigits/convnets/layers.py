"""The layers that both networks use."""

import functools
import math
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx
from jaxtyping import Array, Float

from jaxdigits._checks import checked
from jaxdigits.convnets.convolution import conv


class ConvNorm(nnx.Module):
    """A convolution without a bias, followed by batch normalization, which has a bias.

    `kernel_size` is the height and width of the kernel, an odd number. Padding of half that size
    keeps height and width if the stride is 1. Momentum and epsilon have PyTorch's default values
    (Flax's momentum of 0.9 is PyTorch's 0.1). Kernels are initialized as in He et al., "Delving
    Deep into Rectifiers" (2015), equation 14: a standard deviation of the root of
    2 / (taps * features) keeps gradients in range.
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
        self.conv = nnx.Conv(
            channels,
            features,
            (kernel_size, kernel_size),
            strides=(stride, stride),
            padding=kernel_size // 2,
            use_bias=False,
            kernel_init=_kaiming,
            conv_general_dilated=conv,
            rngs=rngs,
        )
        self.norm = nnx.BatchNorm(
            features, momentum=0.9, epsilon=1e-5, scale_init=scale_init, rngs=rngs
        )

    def __call__(self, x: jax.Array) -> jax.Array:
        """Return `[batch, height, width, features]` for `[batch, height, width, channels]`."""
        return self.norm(self.conv(x))


def _kaiming(key: jax.Array, shape: tuple[int, ...], dtype: Any) -> jax.Array:
    """Draw the same numbers as JAX's `variance_scaling(2.0, "fan_out", "normal")`."""
    taps, features = shape[0] * shape[1], shape[3]
    # Draw one long row, because XLA unrolls short axes, which then take seconds to compile.
    row = jax.random.normal(key, (math.prod(shape),), dtype)
    return (row * jnp.sqrt(jnp.array(2 / (taps * features), dtype))).reshape(shape)


@checked
def add_channel(images: Float[Array, "n height width"]) -> Float[Array, "n height width 1"]:
    """Add the channel axis that convolutions need."""
    return images[..., None]


@checked
def max_pool(
    x: Float[Array, "n height width channels"],
) -> Float[Array, "n half_height half_width channels"]:
    """Return the maximum of every second 3 x 3 window, down and across.

    Windows may stick out by one pixel, so half of an odd height or width is rounded up.

    Examples:
        >>> max_pool(jnp.arange(16.0).reshape(1, 4, 4, 1))[0, ..., 0].tolist()
        [[5.0, 7.0], [13.0, 15.0]]
    """
    # Not nnx.max_pool, whose gradient takes six times as long on a CPU.
    for axis in (1, 2):
        sides = [(1, 1) if axis == other else (0, 0) for other in range(4)]
        padded = jnp.pad(x, sides, constant_values=-jnp.inf)
        span = x.shape[axis]
        taps = [jax.lax.slice_in_dim(padded, tap, tap + span, 2, axis) for tap in range(3)]
        x = functools.reduce(jnp.maximum, taps)
    return x


@checked
def global_max(x: Float[Array, "n height width channels"]) -> Float[Array, "n channels"]:
    """Return the maximum of each channel of each image."""
    # Not x.max((1, 2)), whose gradient goes to the pixels that equal the maximum. If XLA recomputes
    # x there and rounds differently, no pixel equals the maximum, and the gradient is 0 / 0.
    pixels = x.reshape(x.shape[0], -1, x.shape[-1])
    is_largest = jax.nn.one_hot(pixels.argmax(1), pixels.shape[1], dtype=bool, axis=1)
    return jnp.where(is_largest, pixels, 0).sum(1)
