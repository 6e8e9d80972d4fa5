"""The numbers that a figure shows, as tables: for readers who cannot see it or want to calculate.

Curves, points and bars of one plot that have the same places are columns of one table. An image is
a table if both its axes have a tick, set by hand, for every row and column. A plot without axes is
a drawing, and has no table.
"""

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
    names: list[str] | None = None
    """What the ticks call the places, if each place has a tick that was set by hand."""


def tables(figure: Figure) -> list[Table] | None:
    """Return what a figure shows, or None if it shows only pictures."""
    plots = [ax for ax in figure.axes if ax.axison and ax.get_visible()]
    return [table for ax in plots for table in (*_of_series(ax), *_of_images(ax))] or None


def _of_series(ax: Axes) -> Iterator[Table]:
    series = [*_bars(ax), *_points(ax)]
    for kind in "curve", "points", "bars":
        unnamed = [one for one in series if one.name == kind]
        for number, one in enumerate(unnamed, 1):
            one.name = f"{kind} {number}" if len(unnamed) > 1 else kind
    together: dict[Any, list[Series]] = {}
    for one in series:
        places = one.names or texts(one.places, one.along.get_scale())
        together.setdefault((one.along, *places), []).append(one)
    levels = _levels(ax)  # They belong to the plot, and are said once.
    for (along, *places), group in together.items():
        title = _title(along, "name" if group[0].names else "")
        columns = [places, *(texts(one.values, one.up.get_scale()) for one in group)]
        rows, note = thin(list(zip(*columns, strict=True)))
        yield {
            "caption": _caption(ax, f"{_title(group[0].up, 'values')} by {title}"),
            "columns": [title, *(one.name for one in group)],
            "rows": [list(row) for row in rows],
            "note": " ".join(filter(None, [note, levels])),
        }
        levels = ""


def _points(ax: Axes) -> Iterator[Series]:
    """Yield lines and scattered points, by x; or by y, if there they have names."""
    drawn: list[tuple[Any, str, Any]] = []
    for line in ax.lines:
        if line.get_visible() and line.get_transform() == ax.transData:  # `axhline` is a level.
            kind = "points" if line.get_linestyle() in ("None", "", " ") else "curve"
            drawn.append((line, kind, line.get_data(orig=False)))
    for dots in ax.collections:
        if isinstance(dots, PathCollection) and dots.get_visible():
            offsets = np.ma.filled(np.ma.asarray(dots.get_offsets(), float), np.nan)
            drawn.append((dots, "points", offsets.T))
    for artist, kind, data in drawn:
        x, y = (np.asarray(axis, float) for axis in data)
        name, x_names, y_names = _label(artist, kind), _names(ax.xaxis, x), _names(ax.yaxis, y)
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
        places, values, along, up = x + width / 2, height, ax.xaxis, ax.yaxis
        if bars.orientation == "horizontal":
            places, values, along, up = y + height / 2, width, ax.yaxis, ax.xaxis
        # Bars of several series stand side by side around the tick that names them.
        names = _names(along, places, within=0.49)
        if names and len({*names}) < len(names):
            names = None  # In a histogram, many bars stand around one tick.
        yield Series(_label(bars, "bars"), places, values, along, up, names)


def _levels(ax: Axes) -> str:
    """Say where lines that cross all of a plot are, as in `guessing: 0.1.`, a baseline."""
    found: list[str] = []
    for line in ax.lines:
        x, y = (np.asarray(data, float) for data in line.get_data(orig=False))
        if line.get_transform() != ax.transData and len(y) == 2 and (name := _label(line)):
            (place,) = texts(y[:1] if y[0] == y[1] else x[:1])
            found.append(f"{name}: {place}.")
    return " ".join(found)


def _of_images(ax: Axes) -> Iterator[Table]:
    for image in ax.images:
        cells = np.ma.filled(np.ma.asarray(image.get_array(), float), np.nan)
        if cells.ndim != 2 or max(cells.shape) > MOST_CELLS:
            continue
        rows, columns = (
            _names(axis, range(n))
            for axis, n in zip((ax.yaxis, ax.xaxis), cells.shape, strict=True)
        )
        if not (rows and columns):
            continue
        # Numbers that are written into the cells count more than the colors below them.
        written = {text.get_position()[::-1]: text.get_text() for text in ax.texts}
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


def thin(rows: list[Any]) -> tuple[list[Any], str]:
    """Return `MOST_ROWS` of the rows at most, with both ends, and a sentence if that is not all.

    A step that also leads to the last row is taken where there is one: it keeps round numbers.
    """
    n = len(rows)
    if n <= MOST_ROWS:
        return rows, ""
    least = -(-(n - 1) // (MOST_ROWS - 1))
    step = next((s for s in range(least, 2 * least + 1) if (n - 1) % s == 0), least)
    chosen = sorted({*range(0, n, step), n - 1})
    return [rows[i] for i in chosen], f"Of {n:,} rows, one in {step} is shown."


def texts(values: Any, scale: str = "linear") -> list[str]:
    """Write numbers, to four significant digits unless they are whole.

    On a linear scale, what nobody could tell from zero is the rest of a calculation, and is zero.
    """
    values = np.asarray(values, float)
    nothing = 1e-6 * np.nanmax(np.abs(values), initial=0) if scale == "linear" else 0
    return [_text(0 if abs(value) < nothing < np.inf else value) for value in values]


def _text(value: float) -> str:
    if np.isnan(value):
        return ""
    whole = value == np.round(value) or abs(value) >= 1e4
    return f"{value:.0f}" if whole else f"{value:.4g}"


def _names(axis: Axis, places: Any, within: float = 1e-9) -> list[str] | None:
    """Return what ticks set by hand call the places, or None if one of them has no tick near."""
    if not isinstance(locator := axis.get_major_locator(), FixedLocator | StrCategoryLocator):
        return None
    ticks = list(locator())
    labels = axis.get_major_formatter().format_ticks(ticks)
    near = ([abs(tick - place) <= within for tick in ticks] for place in places)
    names = [labels[found.index(True)] if any(found) else "" for found in near]
    return names if names and all(names) else None


def _caption(ax: Axes, text: str) -> str:
    return f"{ax.get_title()}: {text}" if ax.get_title() else text


def _title(axis: Axis, otherwise: str = "") -> str:
    """Return what an axis is called; without a label, as in mathematics or as the caller says."""
    return axis.get_label_text() or otherwise or ("y" if isinstance(axis, YAxis) else "x")


def _label(artist: Any, kind: str = "") -> str:
    """Return what an author calls a curve; matplotlib's own labels, such as `_child0`, are none."""
    label = str(artist.get_label() or "_")
    return kind if label.startswith("_") else label
