"""A convolution as matrix products: one product per tap of the kernel, or a single product.

A kernel `[taps, taps, channels, features]` holds one matrix per tap. A convolution is the sum of
`pixels[i, j] @ kernel[i, j]`, where `pixels[i, j]` is the image, shifted by i and j (Goodfellow,
Bengio and Courville, *Deep Learning*, 2016, equation 9.6). Images are `[height, width, batch,
channels]` here, because rows and columns are then whole blocks of memory.
"""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from jaxdigits._checks import checked

Strides = tuple[int, int]
Padding = tuple[tuple[int, int], tuple[int, int]]


@checked
def shifted_products(
    images: Float[Array, "height width batch channels"],
    kernel: Float[Array, "tap_rows tap_columns channels features"],
    strides: Strides = (1, 1),
    padding: Padding = ((0, 0), (0, 0)),
    precision: jax.lax.PrecisionLike = None,
) -> Float[Array, "out_height out_width batch features"]:
    """Convolve by one matrix product per tap of the kernel.

    `strides` says how far the kernel moves, down and to the right. `padding` says by how many
    pixels it may stick out: `((above, below), (left, right))`. A tap is multiplied only where it
    lies inside the image, because the zeros around 2 x 2 pixels would be over half of the work.

    Examples:
        >>> images, kernel = jnp.arange(5.0).reshape(1, 5, 1, 1), jnp.ones((1, 2, 1, 1))
        >>> shifted_products(images, kernel).ravel().tolist()
        [1.0, 3.0, 5.0, 7.0]
    """
    outputs = _output_size(images, kernel, strides, padding)
    total = jnp.zeros((*outputs, images.shape[2], kernel.shape[3]), images.dtype)
    for i in range(kernel.shape[0]):
        rows, out_rows = _landing(i - padding[0][0], strides[0], images.shape[0], outputs[0])
        for j in range(kernel.shape[1]):
            columns, out_columns = _landing(
                j - padding[1][0], strides[1], images.shape[1], outputs[1]
            )
            pixels = images[rows, columns]
            if pixels.size > 0:
                product = _product(pixels, kernel[i, j], precision)
                total += _amid_zeros(product, (out_rows, out_columns), outputs)
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
    [`shifted_products`][jaxdigits.convnets.shifted_products].

    References:
        Chellapilla, Puri and Simard, "High Performance Convolutional Neural Networks for Document
        Processing" (2006).
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


def _landing(offset: int, stride: int, size: int, outputs: int) -> tuple[slice, slice]:
    """Return the pixels on which a tap lands along one axis, and the outputs that get them.

    For output o, the tap lands on pixel `o * stride + offset`, if that is in 0 to `size - 1`.
    """
    first = max(0, math.ceil(-offset / stride))
    stop = max(first, min(outputs, math.ceil((size - offset) / stride)))
    return slice(first * stride + offset, stop * stride + offset, stride), slice(first, stop)


def _amid_zeros(product: jax.Array, place: tuple[slice, slice], size: tuple[int, int]) -> jax.Array:
    """Return an image of this height and width that is zero outside the place of the product."""
    # XLA compiles this faster than `total.at[place].add(product)`, and runs it just as fast.
    sides = [(part.start, whole - part.stop, 0) for part, whole in zip(place, size, strict=True)]
    return jax.lax.pad(product, jnp.zeros((), product.dtype), [*sides, (0, 0, 0), (0, 0, 0)])


def _product(pixels: jax.Array, matrix: jax.Array, precision: jax.lax.PrecisionLike) -> jax.Array:
    # Put all pixels on one axis, because XLA copies the gradient of a product over several axes.
    flat = jnp.matmul(pixels.reshape(-1, pixels.shape[-1]), matrix, precision=precision)
    return flat.reshape(*pixels.shape[:-1], matrix.shape[-1])
