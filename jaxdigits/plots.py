"""Pictures of digits, of weights, and of how training went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

    from jaxdigits.training import Fit, History


def show_image(image: ArrayLike, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw an image `[height, width]` in dark ink on white, or signed values in two colors.

    White is 0. Black is 1 if no value is larger; otherwise it is 255 for integers, and the largest
    value for floats. If any value is negative, as in weights, then negative values are blue, 0 is
    white, and positive values are red. Without `ax`, the image is drawn in a new figure.
    """
    pixels = _as_images(image, ndim=2)
    ax = ax or _new_figure(2, 2).add_subplot()
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
    figure = figure or _new_figure(columns, rows if titles is None else 1.25 * rows)
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
    ax = ax or _new_figure(0.36 * columns, 0.3 * rows).add_subplot()
    _draw(pixels, ax)
    ax.set_aspect("auto")
    form = "{}" if np.issubdtype(pixels.dtype, np.integer) else "{:.2f}"
    _write_numbers(ax, pixels, np.abs(pixels) > 0.5 * _black(pixels), form)
    return ax


def plot_function(
    f: Callable[[jax.Array], jax.Array],
    low: float,
    high: float,
    *,
    xlabel: str = "x",
    ylabel: str = "f(x)",
    label: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Plot a function of one number from `low` to `high`.

    `f` maps an array element by element, as `jax.nn.relu` does. `label` names the curve in a
    legend. Without `ax`, the curve is drawn in a new figure.
    """
    if not low < high:
        raise ValueError(f"low is {low} and high is {high}, but low must be lower than high.")
    x = jnp.linspace(low, high, 401)
    y = jnp.asarray(f(x))
    if y.shape != x.shape:
        raise ValueError(
            f"f returned shape {list(y.shape)} for shape {list(x.shape)}. Pass a function that "
            "maps an array element by element, such as jax.nn.relu."
        )
    ax = ax or _new_figure(4.5, 3).add_subplot()
    ax.plot(np.asarray(x), np.asarray(y), label=label)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return ax


def plot_confusion(matrix: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw a confusion matrix; the more mistakes a cell counts, the darker it is.

    `matrix` holds the counts from [`confusion_matrix`][jaxdigits.confusion_matrix]: rows are true,
    columns predicted. The diagonal stays white, because it counts the right answers, which are so
    many that all mistakes would look pale beside them.
    """
    counts = np.asarray(matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.size == 0:
        raise ValueError(f"matrix has shape {list(counts.shape)}, expected [classes, classes].")
    mistakes = np.where(np.eye(len(counts), dtype=bool), 0, counts)
    size = 0.46 * len(counts) + 0.8
    ax = ax or _new_figure(size, size).add_subplot()
    most = max(mistakes.max(), 1)
    ax.imshow(mistakes, cmap="Oranges", vmin=0, vmax=most, interpolation="none")
    _write_numbers(ax, counts, mistakes > 0.6 * most)
    classes = range(len(counts))
    ax.set(xticks=classes, yticks=classes, xlabel="predicted", ylabel="true")
    return ax


def plot_history(
    history: History | Fit,
    *,
    metric: str = "metric",
    figure: Figure | SubFigure | None = None,
) -> Figure | SubFigure:
    """Plot the loss and the metric per epoch from [`fit`][jaxdigits.fit], side by side.

    Without a metric, only the loss is plotted. `metric` is the label of the metric's axis.
    """
    measured: Any = getattr(history, "history", history)
    curves = {"training loss": np.asarray(measured.loss)}
    if not np.isnan(measured.metric).all():
        curves[metric] = np.asarray(measured.metric)
    figure = figure or _new_figure(3.6 * len(curves), 2.6)
    panels = figure.subplots(1, len(curves), squeeze=False)[0]
    for ax, (name, curve) in zip(panels, curves.items(), strict=True):
        ax.plot(np.arange(1, len(curve) + 1), curve)
        ax.set(xlabel="epoch", ylabel=name)
    return figure


def _new_figure(width: float, height: float) -> Figure:
    """Return an empty figure, whose size is given in inches."""
    import matplotlib.pyplot as plt

    return plt.figure(figsize=(width, height), layout="constrained")


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


def _write_numbers(ax: Axes, numbers: np.ndarray, dark: np.ndarray, form: str = "{}") -> None:
    """Write each number into its cell, in white where the cell is dark."""
    for (row, column), number in np.ndenumerate(numbers):
        color = "white" if dark[row, column] else "black"
        ax.text(column, row, form.format(number), color=color, fontsize=8, ha="center", va="center")
