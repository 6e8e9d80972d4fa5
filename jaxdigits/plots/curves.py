"""Plots of functions, of training histories and of confusion matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from jaxdigits.plots.images import new_figure, write_numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

    from jaxdigits.training import Fit, History


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
    ax = ax or new_figure(4.5, 3).add_subplot()
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
    ax = ax or new_figure(size, size).add_subplot()
    most = max(mistakes.max(), 1)
    ax.imshow(mistakes, cmap="Oranges", vmin=0, vmax=most, interpolation="none")
    write_numbers(ax, counts, mistakes > 0.6 * most)
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
    figure = figure or new_figure(3.6 * len(curves), 2.6)
    panels = figure.subplots(1, len(curves), squeeze=False)[0]
    for ax, (name, curve) in zip(panels, curves.items(), strict=True):
        ax.plot(np.arange(1, len(curve) + 1), curve)
        ax.set(xlabel="epoch", ylabel=name)
    return figure
