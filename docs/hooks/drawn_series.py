"""What is drawn in one plot: its curves, points, and bars, with what names them.

A lesson's kernel imports this file, by way of `figure_data`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryLocator
from matplotlib.collections import PathCollection
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator


@dataclass(frozen=True)
class Series:
    """Values at places: of one curve, of points, or of the bars of one color."""

    name: str
    places: np.ndarray
    values: np.ndarray
    along: Axis
    """The axis on which the places are; the values are on the other one."""
    up: Axis
    names: tuple[str, ...] | None = None
    """What ticks call the places, if each has a tick of its own that was set by hand."""


def series_of(ax: Axes) -> list[Series]:
    """Return what a plot shows, each with a name: its label, or what it is and its number."""
    found = [*_bars(ax), *_lines(ax), *_scatters(ax)]
    unnamed = Counter(one.name[1:] for one in found if one.name.startswith("_"))
    number: Counter[str] = Counter()
    named: list[Series] = []
    for one in found:
        if one.name.startswith("_"):
            kind = one.name[1:]
            number[kind] += 1
            one = replace(one, name=kind if unnamed[kind] == 1 else f"{kind} {number[kind]}")
        named.append(one)
    return named


def levels(ax: Axes) -> dict[str, float]:
    """Return the lines that cross all of a plot, such as a baseline: where they are, by label."""
    found: dict[str, float] = {}
    for line in ax.lines:
        name = _label(line, "")
        x, y = (np.asarray(data, float) for data in line.get_data(orig=False))
        if not _on_data(line, ax) and name != "_" and len(x) == len(y) == 2:
            found[name] = float(y[0] if y[0] == y[1] else x[0])
    return found


def tick_names(axis: Axis, places: np.ndarray, within: float = 1e-9) -> tuple[str, ...] | None:
    """Return what ticks set by hand call the places, or None if one of them has no tick there.

    A tick that is only near, `within` a distance, must be the nearest of one place alone.
    """
    if not isinstance(locator := axis.get_major_locator(), FixedLocator | StrCategoryLocator):
        return None
    ticks = np.asarray(locator(), float)
    if len(ticks) == 0 or len(places) == 0:
        return None
    distance = np.abs(np.asarray(places, float)[:, None] - ticks)
    nearest = distance.argmin(axis=1)
    if not (distance.min(axis=1) <= within).all():
        return None
    if len(set(nearest)) < len(nearest) and distance.min(axis=1).any():
        return None
    names = axis.get_major_formatter().format_ticks(list(ticks))
    return tuple(names[i] for i in nearest) if all(names[i] for i in nearest) else None


def _lines(ax: Axes) -> Iterator[Series]:
    for line in ax.lines:
        if not (line.get_visible() and _on_data(line, ax)):
            continue
        kind = "points" if line.get_linestyle() in ("None", "", " ") else "curve"
        x, y = (np.asarray(data, float) for data in line.get_data(orig=False))
        yield _series(_label(line, kind), x, y, ax)


def _scatters(ax: Axes) -> Iterator[Series]:
    for dots in ax.collections:
        if isinstance(dots, PathCollection) and dots.get_visible():
            x, y = np.ma.filled(np.ma.asarray(dots.get_offsets(), float), np.nan).T
            yield _series(_label(dots, "points"), x, y, ax)


def _series(name: str, x: np.ndarray, y: np.ndarray, ax: Axes) -> Series:
    """Return points by x; or by y, if there they have names."""
    x_names, y_names = tick_names(ax.xaxis, x), tick_names(ax.yaxis, y)
    if y_names and not x_names:
        return Series(name, y, x, ax.yaxis, ax.xaxis, y_names)
    return Series(name, x, y, ax.xaxis, ax.yaxis, x_names)


def _bars(ax: Axes) -> Iterator[Series]:
    for bars in ax.containers:
        if not isinstance(bars, BarContainer):
            continue
        boxes = np.array([(b.get_x(), b.get_y(), b.get_width(), b.get_height()) for b in bars])
        x, y, width, height = boxes.T
        if bars.orientation == "horizontal":
            places, values, along, up = y + height / 2, width, ax.yaxis, ax.xaxis
        else:
            places, values, along, up = x + width / 2, height, ax.xaxis, ax.yaxis
        # Bars of several series stand side by side around the tick that names them.
        names = tick_names(along, places, within=0.49)
        yield Series(_label(bars, "bars"), places, values, along, up, names)


def _on_data(line: Line2D, ax: Axes) -> bool:
    """Return whether a line has places on both axes: `axhline` and the like do not."""
    return line.get_transform() == ax.transData


def _label(drawn: Line2D | PathCollection | BarContainer, kind: str) -> str:
    label = str(drawn.get_label() or "_")
    return f"_{kind}" if label.startswith("_") else label
