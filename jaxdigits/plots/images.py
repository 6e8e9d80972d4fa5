"""Pictures of digits and of weights, pixel by pixel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jax.typing import ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure


def show_image(image: ArrayLike, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw an image: ink dark on a light ground; or signed values in two colors.

    Args:
        image: `[height, width]`: intensities 0 to 255 if integers, 0 to 1 if floats. If any
            value is negative, as in weights, blue is below zero, white zero, and red above.
        title: Text above the picture.
        ax: Where to draw; by default a new figure.

    Returns:
        The axes drawn on.

    Raises:
        ValueError: If `image` has not two axes.
    """
    pixels = _as_images(image, ndim=2)
    ax = ax or new_axes(figsize=(2, 2))
    _draw(pixels, ax)
    if title is not None:
        ax.set_title(title)
    return ax


def show_images(
    images: ArrayLike,
    *,
    titles: Sequence[str] | None = None,
    columns: int = 8,
    figure: Figure | SubFigure | None = None,
) -> Figure | SubFigure:
    """Draw several images in rows.

    Args:
        images: `[n, height, width]`, each drawn as [`show_image`][jaxdigits.plots.show_image] does.
        titles: Text above each of them.
        columns: How many to a row, at most.
        figure: Where to draw; by default a new figure.

    Returns:
        The figure drawn on.

    Raises:
        ValueError: If `images` has not three axes or is empty, or `titles` are not as many.
    """
    pixels = _as_images(images, ndim=3)
    if titles is not None and len(titles) != len(pixels):
        raise ValueError(f"titles has {len(titles)} entries for {len(pixels)} images.")
    columns = min(columns, len(pixels))
    rows = -(-len(pixels) // columns)
    if figure is None:
        import matplotlib.pyplot as plt

        height = 1.0 if titles is None else 1.25
        figure = plt.figure(figsize=(columns, height * rows), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    for ax in grid.flat[len(pixels) :]:
        ax.set_axis_off()
    for i, (image, ax) in enumerate(zip(pixels, grid.flat, strict=False)):
        _draw(image, ax)
        if titles is not None:
            ax.set_title(titles[i], fontsize="small")
    return figure


def show_pixels(image: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw an image as a table of its numbers, each cell shaded by its value.

    Args:
        image: `[height, width]`, as for [`show_image`][jaxdigits.plots.show_image]. Integers are
            written out, floats to two places.
        ax: Where to draw; by default a new figure.

    Returns:
        The axes drawn on.

    Raises:
        ValueError: If `image` has not two axes.
    """
    pixels = _as_images(image, ndim=2)
    rows, columns = pixels.shape
    ax = ax or new_axes(figsize=(0.36 * columns, 0.3 * rows))
    _draw(pixels, ax)
    ax.set_aspect("auto")
    whole = np.issubdtype(pixels.dtype, np.integer)
    for (row, column), value in np.ndenumerate(pixels):
        dark = abs(value) > (127 if whole else 0.5)
        ax.text(
            column,
            row,
            str(value) if whole else f"{value:.2f}",
            color="white" if dark else "black",
            fontsize=8,
            ha="center",
            va="center",
        )
    return ax


def _as_images(value: ArrayLike, ndim: int) -> np.ndarray[Any, Any]:
    pixels = np.asarray(value)
    if pixels.ndim != ndim or pixels.size == 0:
        what = "one image, [height, width]" if ndim == 2 else "images, [n, height, width]"
        raise ValueError(f"shape is {list(pixels.shape)}: expected {what}, with pixels in it.")
    return pixels


def _draw(pixels: np.ndarray[Any, Any], ax: Axes) -> None:
    if pixels.min() < 0:
        limit = float(np.abs(pixels).max())
        colors = {"cmap": "RdBu_r", "vmin": -limit, "vmax": limit}
    else:
        largest = 255 if np.issubdtype(pixels.dtype, np.integer) else 1
        colors = {"cmap": "Greys", "vmin": 0, "vmax": largest}
    # Without interpolation a figure holds the image's own pixels, and stays sharp when enlarged.
    ax.imshow(pixels, interpolation="none", **colors)
    ax.set(xticks=[], yticks=[])


def new_axes(figsize: tuple[float, float]) -> Axes:
    """Return the only axes of a new figure, of a size in inches."""
    import matplotlib.pyplot as plt

    return plt.figure(figsize=figsize, layout="constrained").add_subplot()
