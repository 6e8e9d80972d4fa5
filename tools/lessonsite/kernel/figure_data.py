"""The numbers that a figure shows, as tables: for readers who cannot see it or want to calculate.

Curves, points and bars of one plot that have the same places are columns of one table. An image is
a table if both its axes have a tick, set by hand, for every row and column. A plot without axes is
a drawing, and has no table.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis, YAxis
from matplotlib.category import StrCategoryLocator
from matplotlib.collections import PathCollection
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator

MOST_ROWS = 60
MOST_CELLS = 12
"""Rows or columns of an image; one that has more is a picture."""

Table = dict[str, Any]
"""A `caption`, headings of the `columns`, `rows` of texts that begin with their own, a `note`."""


@dataclass
class Series:
    """Values at places: of one curve, of points, or of the bars of one color."""

    name: str
    places: np.ndarray
    values: np.ndarray
    along: Axis
    """The axis of the places; the values are on the other one."""
    up: Axis
    names: tuple[str, ...] | None = None
    """What the ticks call the places, if each place has a tick that was set by hand."""


def tables(figure: Figure) -> list[Table] | None:
    """Return what a figure shows, or None if it shows only pictures."""
    found: list[Table] = []
    for ax in figure.axes:
        if ax.axison and ax.get_visible():
            found += [*_of_series(ax), *_of_images(ax)]
    return found or None


def _of_series(ax: Axes) -> Iterator[Table]:
    together: dict[tuple[Axis, tuple[str, ...] | bytes], list[Series]] = {}
    for one in series_of(ax):
        together.setdefault((one.along, one.names or one.places.tobytes()), []).append(one)
    lines = [f"{name}: {_text(value)}." for name, value in _levels(ax)]
    for group in together.values():
        first = group[0]
        chosen, note = thin(len(first.places))
        if not chosen:
            continue
        where = first.names or texts(first.places, first.along.get_scale())
        columns = [where, *(texts(one.values, one.up.get_scale()) for one in group)]
        along = _title(first.along, "name" if first.names else "")
        yield {
            "caption": _caption(ax, f"{_title(first.up, 'values')} by {along}"),
            "columns": [along, *(one.name for one in group)],
            "rows": [[column[i] for column in columns] for i in chosen],
            "note": " ".join([note, *lines]).strip(),
        }
        lines = []  # They belong to the plot, and are said once.


def _of_images(ax: Axes) -> Iterator[Table]:
    for image in ax.images:
        cells = np.ma.filled(np.ma.asarray(image.get_array(), float), np.nan)
        if cells.ndim != 2 or max(cells.shape) > MOST_CELLS:
            continue
        rows, columns = (
            tick_names(axis, np.arange(n))
            for axis, n in zip((ax.yaxis, ax.xaxis), cells.shape, strict=True)
        )
        if not (rows and columns):
            continue
        # Numbers that are written into the cells count more than the colors below them.
        places = [text.get_position() for text in ax.texts]
        written = {(y, x): text.get_text() for (x, y), text in zip(places, ax.texts, strict=True)}
        bar = image.colorbar
        measure = (bar.ax.get_ylabel() or bar.ax.get_xlabel() if bar else "") or "value"
        across = f"{_title(ax.yaxis)} (rows) and {_title(ax.xaxis)} (columns)"
        yield {
            "caption": _caption(ax, f"{measure} by {across}"),
            "columns": [_title(ax.yaxis), *columns],
            "rows": [
                [name, *(written.get((i, j), text) for j, text in enumerate(texts(row)))]
                for i, (name, row) in enumerate(zip(rows, cells, strict=True))
            ],
            "note": "",
        }


def thin(n: int) -> tuple[list[int], str]:
    """Return which of `n` rows to show, `MOST_ROWS` at most, and a sentence if that is not all.

    Where it is possible the steps are even up to the end: then more places are round numbers.
    """
    if n <= MOST_ROWS:
        return list(range(n)), ""
    least = -(-(n - 1) // (MOST_ROWS - 1))
    step = next((s for s in range(least, 2 * least + 1) if (n - 1) % s == 0), None)
    if step:
        return list(range(0, n, step)), f"Of {n:,} rows, one in {step} is shown."
    step = -(-n // (MOST_ROWS - 1))
    return [*range(0, n - 1, step), n - 1], f"Of {n:,} rows, one in {step} and the last are shown."


def texts(values: np.ndarray, scale: str = "linear") -> list[str]:
    """Write numbers, to four significant digits unless they are whole.

    On a linear scale, what nobody could tell from zero is the rest of a calculation, and is zero.
    """
    finite = np.abs(values[np.isfinite(values)])
    nothing = 1e-6 * finite.max(initial=0) if scale == "linear" else 0
    return [_text(0.0 if abs(value) < nothing else value) for value in values.tolist()]


def _text(value: float) -> str:
    if not np.isfinite(value):
        return "" if np.isnan(value) else str(value)
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value)}"
    if 1e-4 <= abs(value) < 1e6:
        return np.format_float_positional(value, 4, unique=False, fractional=False, trim="-")
    return f"{value:.3e}"


def series_of(ax: Axes) -> list[Series]:
    """Return what a plot shows, each with a name: its label, or what it is and its number."""
    found = [*_bars(ax), *_points(ax)]
    unnamed = Counter(one.name[1:] for one in found if one.name.startswith("_"))
    number: Counter[str] = Counter()
    for one in found:
        if one.name.startswith("_"):
            kind = one.name[1:]
            number[kind] += 1
            one.name = kind if unnamed[kind] == 1 else f"{kind} {number[kind]}"
    return found


def _points(ax: Axes) -> Iterator[Series]:
    """Yield lines and scattered points, by x; or by y, if there they have names."""
    drawn: list[tuple[str, Any, Any]] = []
    for line in ax.lines:
        if line.get_visible() and line.get_transform() == ax.transData:  # `axhline` is a level.
            kind = "points" if line.get_linestyle() in ("None", "", " ") else "curve"
            drawn.append((_label(line, kind), *line.get_data(orig=False)))
    for dots in ax.collections:
        if isinstance(dots, PathCollection) and dots.get_visible():
            offsets = np.ma.filled(np.ma.asarray(dots.get_offsets(), float), np.nan)
            drawn.append((_label(dots, "points"), *offsets.T))
    for name, *data in drawn:
        x, y = (np.asarray(axis, float) for axis in data)
        x_names, y_names = tick_names(ax.xaxis, x), tick_names(ax.yaxis, y)
        if y_names and not x_names:
            yield Series(name, y, x, ax.yaxis, ax.xaxis, y_names)
        else:
            yield Series(name, x, y, ax.xaxis, ax.yaxis, x_names)


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


def _levels(ax: Axes) -> Iterator[tuple[str, float]]:
    """Yield the lines that cross all of a plot, such as a baseline: label and place."""
    for line in ax.lines:
        x, y = (np.asarray(data, float) for data in line.get_data(orig=False))
        name = _label(line, "")
        if line.get_transform() != ax.transData and name != "_" and len(x) == len(y) == 2:
            yield name, float(y[0] if y[0] == y[1] else x[0])


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


def _caption(ax: Axes, text: str) -> str:
    return f"{ax.get_title()}: {text}" if ax.get_title() else text


def _title(axis: Axis, otherwise: str = "") -> str:
    """Return what an axis is called; without a label, as in mathematics or as the caller says."""
    return axis.get_label_text() or otherwise or ("y" if isinstance(axis, YAxis) else "x")


def _label(drawn: Line2D | PathCollection | BarContainer, kind: str) -> str:
    label = str(drawn.get_label() or "_")
    return f"_{kind}" if label.startswith("_") else label
