"""Pictures of digits and of weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jax.typing import ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure


def show_image(image: ArrayLike, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw an image `[height, width]` in dark ink on white, or signed values in two colors.

    White is 0. Black is 1 if no value is larger; otherwise it is 255 for integers, and the largest
    value for floats. If any value is negative, as in weights, then negative values are blue, 0 is
    white, and positive values are red. Without `ax`, the image is drawn in a new figure.
    """
    pixels = _as_images(image, ndim=2)
    ax = ax or new_figure(2, 2).add_subplot()
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
    """Draw images `[n, height, width]` in rows of at most `columns`.

    Each image is drawn as by [`show_image`][jaxdigits.plots.show_image], with its own range.
    """
    pixels = _as_images(images, ndim=3)
    if titles is not None and len(titles) != len(pixels):
        raise ValueError(f"titles has {len(titles)} entries, but there are {len(pixels)} images.")
    columns = min(columns, len(pixels))
    rows = -(-len(pixels) // columns)
    figure = figure or new_figure(columns, rows if titles is None else 1.25 * rows)
    grid = figure.subplots(rows, columns, squeeze=False)
    for ax in grid.flat[len(pixels) :]:
        ax.set_axis_off()
    for i, (image, ax) in enumerate(zip(pixels, grid.flat, strict=False)):
        _draw(image, ax)
        if titles is not None:
            ax.set_title(titles[i], fontsize="small")
    return figure


def show_pixels(image: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw an image `[height, width]` as a table of its numbers, each cell shaded by its value.

    Integers are written in full, floats with two decimals.
    """
    pixels = _as_images(image, ndim=2)
    rows, columns = pixels.shape
    ax = ax or new_figure(0.36 * columns, 0.3 * rows).add_subplot()
    _draw(pixels, ax)
    ax.set_aspect("auto")
    form = "{}" if np.issubdtype(pixels.dtype, np.integer) else "{:.2f}"
    write_numbers(ax, pixels, np.abs(pixels) > 0.5 * _black(pixels), form)
    return ax


def _as_images(value: ArrayLike, ndim: int) -> np.ndarray[Any, Any]:
    pixels = np.asarray(value)
    if pixels.ndim != ndim or pixels.size == 0:
        wanted = "one image, [height, width]" if ndim == 2 else "images, [n, height, width]"
        raise ValueError(f"shape is {list(pixels.shape)}, expected {wanted}, with pixels in it.")
    if np.issubdtype(pixels.dtype, np.integer):
        return pixels
    # Matplotlib cannot draw bfloat16, or write booleans as numbers.
    return pixels.astype(int if pixels.dtype == bool else float)


def _black(pixels: np.ndarray[Any, Any]) -> float:
    largest = float(np.abs(pixels).max())
    if largest <= 1:
        return 1
    return 255 if np.issubdtype(pixels.dtype, np.integer) else largest


def _draw(pixels: np.ndarray[Any, Any], ax: Axes) -> None:
    if pixels.min() < 0:
        limit = float(np.abs(pixels).max())
        colors = {"cmap": "RdBu_r", "vmin": -limit, "vmax": limit}
    else:
        colors = {"cmap": "Greys", "vmin": 0, "vmax": _black(pixels)}
    # Without interpolation, the figure keeps the image's own pixels and stays sharp when enlarged.
    ax.imshow(pixels, interpolation="none", **colors)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(True)  # A style may leave out two; a white ground needs four.


def write_numbers(ax: Axes, numbers: np.ndarray, dark: np.ndarray, form: str = "{}") -> None:
    """Write each number into its cell, in white where the cell is dark."""
    for (row, column), number in np.ndenumerate(numbers):
        color = "white" if dark[row, column] else "black"
        ax.text(column, row, form.format(number), color=color, fontsize=8, ha="center", va="center")


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure, whose size is given in inches."""
    import matplotlib.pyplot as plt

    return plt.figure(figsize=(width, height), layout="constrained")
