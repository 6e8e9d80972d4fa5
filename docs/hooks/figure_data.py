"""The numbers that a figure shows, as tables: for those who cannot see it, or want to calculate.

A lesson's kernel imports this file (see `execution`), so that a figure brings its data along.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from drawn_series import Series, levels, series_of, tick_names
from matplotlib.axes import Axes
from matplotlib.axis import Axis, YAxis
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

MOST_ROWS = 60

MOST_CELLS = 12
"""Rows or columns of an image: what has more is a picture."""

Table = dict[str, Any]
"""A `caption`, headings of the `columns`, `rows` of texts that begin with their own, a `note`."""


def tables(figure: Figure) -> list[Table] | None:
    """Return what a figure shows, or None if it shows pictures alone.

    Curves, points and bars of one plot that have the same places are columns of one table. An
    image is a table if both of its axes have a tick, set by hand, for every row and column. A
    plot without axes is a drawing.
    """
    found: list[Table] = []
    for ax in figure.axes:
        if ax.axison and ax.get_visible():
            found += [*_of_series(ax), *_of_images(ax)]
    return found or None


def thin(n: int) -> tuple[list[int], str]:
    """Return which of `n` rows to show, `MOST_ROWS` at most, and a sentence if that is not all.

    The steps are even up to the end where that is possible: the places then are round numbers
    more often.
    """
    if n <= MOST_ROWS:
        return list(range(n)), ""
    least = -(-(n - 1) // (MOST_ROWS - 1))
    step = next((s for s in range(least, 2 * least + 1) if (n - 1) % s == 0), None)
    if step:
        return list(range(0, n, step)), f"Of {n:,} rows, one of {step} is shown."
    step = -(-n // (MOST_ROWS - 1))  # The last row is one more.
    chosen = [*range(0, n - 1, step), n - 1]
    return chosen, f"Of {n:,} rows, one of {step} and the last are shown."


def texts(values: np.ndarray, scale: str = "linear") -> list[str]:
    """Write numbers, to four significant digits unless they are whole.

    What could not be told from zero on a linear scale is zero: the rest of a calculation.
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
        four = {"precision": 4, "unique": False, "fractional": False, "trim": "-"}
        return np.format_float_positional(value, **four)
    return f"{value:.3e}"


def _of_series(ax: Axes) -> Iterator[Table]:
    together: dict[tuple[Axis, tuple[str, ...] | bytes], list[Series]] = {}
    for one in series_of(ax):
        together.setdefault((one.along, one.names or one.places.tobytes()), []).append(one)
    lines = [f"{name}: {_text(value)}." for name, value in levels(ax).items()]
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
        table = [
            [written.get((i, j), text) for j, text in enumerate(texts(row))]
            for i, row in enumerate(cells)
        ]
        across = f"{_title(ax.yaxis)} (rows) and {_title(ax.xaxis)} (columns)"
        yield {
            "caption": _caption(ax, f"{_measure(image)} by {across}"),
            "columns": [_title(ax.yaxis), *columns],
            "rows": [[name, *row] for name, row in zip(rows, table, strict=True)],
            "note": "",
        }


def _measure(image: AxesImage) -> str:
    bar = image.colorbar
    return (bar.ax.get_ylabel() or bar.ax.get_xlabel() if bar else "") or "value"


def _caption(ax: Axes, text: str) -> str:
    return f"{ax.get_title()}: {text}" if ax.get_title() else text


def _title(axis: Axis, otherwise: str = "") -> str:
    """Return what an axis is called; without a label, as in mathematics or as the caller says."""
    return axis.get_label_text() or otherwise or ("y" if isinstance(axis, YAxis) else "x")
