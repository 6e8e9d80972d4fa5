"""Convolutions that are fast on a CPU, too, because they are made of matrix products.

A kernel `[taps, taps, channels, features]` holds one matrix per tap. A convolution is the sum of
`pixels[i, j] @ kernel[i, j]`, where `pixels[i, j]` is the image, shifted by i and j (Goodfellow,
Bengio and Courville, *Deep Learning*, 2016, equation 9.6).
"""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from jaxdigits._checks import checked

Strides = tuple[int, int]
Padding = tuple[tuple[int, int], tuple[int, int]]

# With fewer channels, concatenating windows is faster on two cores for 7 x 7 to 28 x 28 pixels.
FEW_CHANNELS = 16


def conv(
    lhs: jax.Array,
    rhs: jax.Array,
    window_strides: Sequence[int],
    padding: str | Sequence[tuple[int, int]],
    lhs_dilation: Sequence[int] | None = None,
    rhs_dilation: Sequence[int] | None = None,
    dimension_numbers: Any = None,
    precision: jax.lax.PrecisionLike = None,
    **options: Any,
) -> jax.Array:
    """Convolve like `jax.lax.conv_general_dilated`, but several times as fast on a CPU.

    The arguments and the errors are the same. To use it in a Flax module, write
    `nnx.Conv(..., conv_general_dilated=conv)`. On a CPU, it convolves float images `[batch,
    height, width, channels]` without dilation and groups by
    [`shifted_products`][jaxdigits.convnets.shifted_products], or by
    [`concatenated_windows`][jaxdigits.convnets.concatenated_windows] if they have fewer than 16
    channels. Other inputs and other platforms get XLA's own convolution.

    Examples:
        >>> images, kernel = jnp.ones((1, 4, 4, 1)), jnp.ones((3, 3, 1, 1))
        >>> layout = "NHWC", "HWIO", "NHWC"
        >>> conv(images, kernel, (2, 2), "SAME", dimension_numbers=layout)[0, ..., 0].tolist()
        [[9.0, 6.0], [6.0, 4.0]]
    """
    lax_conv = partial(
        jax.lax.conv_general_dilated,
        window_strides=window_strides,
        padding=padding,
        lhs_dilation=lhs_dilation,
        rhs_dilation=rhs_dilation,
        dimension_numbers=dimension_numbers,
        precision=precision,
        **options,
    )
    # If the arguments are wrong, this raises JAX's own error.
    result = jax.eval_shape(lax_conv, lhs, rhs)
    layout_of = partial(jax.lax.conv_dimension_numbers, lhs.shape, rhs.shape)
    usual = (
        {*(lhs_dilation or ()), *(rhs_dilation or ())} <= {1}
        and all(option is None or option == 1 for option in options.values())
        and result.dtype in (jnp.float32, jnp.float64)
        and result.size > 0
        and lhs.ndim == 4
        and layout_of(dimension_numbers) == layout_of(("NHWC", "HWIO", "NHWC"))
    )
    if not usual:
        return lax_conv(lhs, rhs)
    if isinstance(padding, str):
        sizes = lhs.shape[1:3], rhs.shape[:2]
        padding = jax.lax.padtype_to_pads(*sizes, window_strides, padding)
    strides, pads = tuple(window_strides), tuple(map(tuple, padding))
    products = partial(_products, strides=strides, padding=pads, precision=precision)
    # Not jax.default_backend(), because the function may be compiled for another platform.
    return jax.lax.platform_dependent(lhs, rhs, cpu=products, default=lax_conv)


# Compiled on its own so that layers of equal shapes are traced once.
@partial(jax.jit, static_argnames=("strides", "padding", "precision"))
def _products(lhs: jax.Array, rhs: jax.Array, **options: Any) -> jax.Array:
    multiply = concatenated_windows if lhs.shape[-1] < FEW_CHANNELS else shifted_products
    # Moving the axes costs next to nothing, because XLA keeps images in this order between layers.
    images = lhs.transpose(1, 2, 0, 3)
    return multiply(images, rhs, **options).transpose(2, 0, 1, 3)


@checked
def shifted_products(
    images: Float[Array, "height width batch channels"],
    kernel: Float[Array, "tap_rows tap_columns channels features"],
    strides: Strides = (1, 1),
    padding: Padding = ((0, 0), (0, 0)),
    precision: jax.lax.PrecisionLike = None,
) -> Float[Array, "out_height out_width batch features"]:
    """Convolve by one matrix product per tap of the kernel.

    Images are `[height, width, batch, channels]`, because rows and columns are then whole blocks of
    memory. `strides` says how far the kernel moves, down and to the right. `padding` says by how
    many pixels it may stick out: `((above, below), (left, right))`. A tap is multiplied only where
    it lies inside the image, because the zeros around 2 x 2 pixels would be over half of the work.

    Examples:
        >>> images, kernel = jnp.arange(5.0).reshape(1, 5, 1, 1), jnp.ones((1, 2, 1, 1))
        >>> shifted_products(images, kernel).ravel().tolist()
        [1.0, 3.0, 5.0, 7.0]
    """
    height, width = _output_size(images, kernel, strides, padding)
    total = jnp.zeros((height, width, images.shape[2], kernel.shape[3]), images.dtype)
    for i in range(kernel.shape[0]):
        rows, around_rows = _landing(i - padding[0][0], strides[0], images.shape[0], height)
        for j in range(kernel.shape[1]):
            columns, around_columns = _landing(
                j - padding[1][0], strides[1], images.shape[1], width
            )
            pixels = images[rows, columns]
            if pixels.size > 0:
                product = _product(pixels, kernel[i, j], precision)
                # XLA compiles this faster than `total.at[...].add(product)`, and runs it as fast.
                sides = around_rows, around_columns, (0, 0, 0), (0, 0, 0)
                total += jax.lax.pad(product, jnp.zeros((), product.dtype), sides)
    return total


@checked
def concatenated_windows(
    images: Float[Array, "height width batch channels"],
    kernel: Float[Array, "tap_rows tap_columns channels features"],
    strides: Strides = (1, 1),
    padding: Padding = ((0, 0), (0, 0)),
    precision: jax.lax.PrecisionLike = None,
) -> Float[Array, "out_height out_width batch features"]:
    """Convolve by a single matrix product, also known as im2col.

    For each output, all pixels under the kernel are written as one long row. That copies every
    pixel once per tap, but it is faster if there are few channels, because a product over a single
    channel cannot keep a processor busy. The arguments are those of
    [`shifted_products`][jaxdigits.convnets.shifted_products]. See Chellapilla, Puri and Simard,
    "High Performance Convolutional Neural Networks for Document Processing" (2006).
    """
    outputs = _output_size(images, kernel, strides, padding)
    zero = jnp.zeros((), images.dtype)
    windows = jax.lax.pad(images, zero, [(*sides, 0) for sides in (*padding, (0, 0), (0, 0))])
    # Columns first, then rows, so that a window has the order of the kernel: i, j, channels.
    for axis in (1, 0):
        span = (outputs[axis] - 1) * strides[axis] + 1
        shifted = [
            jax.lax.slice_in_dim(windows, tap, tap + span, strides[axis], axis)
            for tap in range(kernel.shape[axis])
        ]
        windows = jnp.concatenate(shifted, axis=-1)
    return _product(windows, kernel.reshape(-1, kernel.shape[-1]), precision)


def _output_size(
    images: jax.Array, kernel: jax.Array, strides: Strides, padding: Padding
) -> tuple[int, int]:
    if min(strides) < 1:
        raise ValueError(f"strides is {strides}. Move by at least one pixel, down and across.")
    height, width = (images.shape[axis] + sum(padding[axis]) for axis in (0, 1))
    tap_rows, tap_columns, *_ = kernel.shape
    if tap_rows > height or tap_columns > width:
        raise ValueError(
            f"kernel has {tap_rows} x {tap_columns} taps, but images with their padding have "
            f"{height} x {width} pixels. Pad more, or choose a smaller kernel."
        )
    return (height - tap_rows) // strides[0] + 1, (width - tap_columns) // strides[1] + 1


def _landing(offset: int, stride: int, size: int, outputs: int) -> tuple[slice, Any]:
    """Return the pixels on which a tap lands along one axis, and the padding to `outputs`.

    For output o, the tap lands on pixel `o * stride + offset`, if that is in 0 to `size - 1`.
    """
    first = max(0, math.ceil(-offset / stride))
    stop = max(first, min(outputs, math.ceil((size - offset) / stride)))
    pixels = slice(first * stride + offset, stop * stride + offset, stride)
    return pixels, (first, outputs - stop, 0)


def _product(pixels: jax.Array, matrix: jax.Array, precision: jax.lax.PrecisionLike) -> jax.Array:
    # Put all pixels on one axis, because XLA copies the gradient of a product over several axes.
    flat = jnp.matmul(pixels.reshape(-1, pixels.shape[-1]), matrix, precision=precision)
    return flat.reshape(*pixels.shape[:-1], matrix.shape[-1])
