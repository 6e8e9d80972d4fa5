"""Pictures in a page, which draws them below what is printed. It has no Matplotlib."""

import sys

import numpy as np
from not_here import NOT_HERE, named

# What the largest and the most negative value look like; 0 is white.
BLACK = (0, 0, 0), (0, 0, 0)
RED_BLUE = (103, 0, 31), (5, 48, 97)


__getattr__ = named("jaxdigits.plots")


def show_image(image, *, title=None, ax=None):
    """Draw an image `[height, width]`, in the grays or the two colors of the package."""
    if ax is not None:
        raise TypeError(NOT_HERE.format("jaxdigits.plots.show_image with ax="))
    _draw([_as_images(image, 2)], [title])


def show_images(images, *, titles=None, columns=8, figure=None):
    """Draw images `[n, height, width]` in rows that are as long as the page is wide."""
    if figure is not None:
        raise TypeError(NOT_HERE.format("jaxdigits.plots.show_images with figure="))
    pixels = _as_images(images, 3)
    if titles is not None and len(titles) != len(pixels):
        raise ValueError(f"titles has {len(titles)} entries, but there are {len(pixels)} images.")
    _draw(pixels, [None] * len(pixels) if titles is None else titles)


def _as_images(value, ndim):
    pixels = np.asarray(value)
    if pixels.ndim != ndim or pixels.size == 0:
        wanted = "one image, [height, width]" if ndim == 2 else "images, [n, height, width]"
        raise ValueError(f"shape is {list(pixels.shape)}, expected {wanted}, with pixels in it.")
    return pixels


def _draw(images, titles):
    # While the lesson's own cells run, nothing is shown: then there is no output.
    show = getattr(sys.stdout, "picture", None)
    for image, title in zip(images, titles, strict=True):
        if not show or not show(*image.shape, _colors(image), title):
            break


def _colors(pixels):
    """Return red, green, blue and opacity of each pixel, as characters from 0 to 255."""
    values = pixels.astype(float)
    largest = float(np.abs(values).max())
    signed = bool(values.min() < 0)
    if not signed and largest <= 1:
        largest = 1
    elif not signed and np.issubdtype(pixels.dtype, np.integer):
        largest = 255
    share = np.abs(values) / largest
    channels = [
        255 + share * (np.where(values < 0, lowest, highest) - 255)
        for highest, lowest in zip(*(RED_BLUE if signed else BLACK), strict=True)
    ]
    colors = np.stack([*channels, np.full(values.shape, 255.0)], axis=-1)
    return np.clip(colors, 0, 255).astype(np.uint8).tobytes().decode("latin-1")
