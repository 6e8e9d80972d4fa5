"""The numbers that a figure shows: without a kernel, with matplotlib alone."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
from figure_data import MOST_ROWS, Table, tables, texts, thin
from matplotlib.axes import Axes


@pytest.fixture
def ax() -> Iterator[Axes]:
    with plt.rc_context({"backend": "agg"}):
        figure, ax = plt.subplots()
        yield ax
        plt.close(figure)


def found(ax: Axes) -> list[Table]:
    figure = ax.get_figure(root=True)
    assert figure is not None
    return tables(figure) or []


def test_curves_at_the_same_places_are_columns(ax: Axes):
    epochs = range(1, 4)
    ax.plot(epochs, [0.91234, 0.5, np.nan], label="linear")
    ax.plot(epochs, [1, 2, 12345], label="$-\\log p$")
    ax.plot(epochs, [1, 2, 3], visible=False)
    ax.axhline(0.1, label="guessing")
    ax.axvline(2)
    ax.set(xlabel="epoch", ylabel="accuracy", title="Training")
    assert found(ax) == [
        {
            "caption": "Training: accuracy by epoch",
            "columns": ["epoch", "linear", "$-\\log p$"],
            "rows": [["1", "0.9123", "1"], ["2", "0.5", "2"], ["3", "", "12345"]],
            "note": "guessing: 0.1.",
        }
    ]


def test_points_at_other_places_are_a_table_of_their_own(ax: Axes):
    ax.plot([0, 1, 2], [0, 1, 4])
    ax.plot([2, 0.5], [4, 0.25], "o")
    ax.plot([0, 1, 2], [0, 2, 4])
    ax.scatter([2, 0.5], [3, 1])
    first, second = found(ax)
    assert first["columns"] == ["x", "curve 1", "curve 2"]
    assert first["rows"] == [["0", "0", "0"], ["1", "1", "2"], ["2", "4", "4"]]
    assert second["columns"] == ["x", "points 1", "points 2"]
    assert second["rows"] == [["2", "4", "3"], ["0.5", "0.25", "1"]]  # as drawn, not sorted


def test_bars_are_named_by_their_ticks(ax: Axes):
    for offset, name in (-0.2, "L1"), (0.2, "RMSE"):
        ax.bar(np.arange(3) + offset, [0.1, 0.2, 0.3], width=0.4, label=name)
    ax.set_xticks(range(3), ["zero", "one", "two"])
    (table,) = found(ax)
    assert table["columns"] == ["name", "L1", "RMSE"]
    names = ["zero", "one", "two"]
    assert [row[:2] for row in table["rows"]] == [
        [name, value] for name, value in zip(names, ["0.1", "0.2", "0.3"], strict=True)
    ]


def test_bars_of_a_histogram_are_told_by_their_middles(ax: Axes):
    ax.hist([0.01, 0.01, 0.05], bins=[0, 0.02, 0.04, 0.06])
    ax.set_xticks([0, 0.05, 0.1])
    (table,) = found(ax)
    assert table["rows"] == [["0.01", "2"], ["0.03", "0"], ["0.05", "1"]]


def test_bars_on_bars_have_their_own_lengths(ax: Axes):
    ax.barh(["a", "b"], [1, 2], label="memory")
    ax.barh(["a", "b"], [10, -20], left=[1, 2], label="launch")
    ax.set(xlabel="time")
    (table,) = found(ax)
    assert table["caption"] == "time by name"
    assert table["rows"] == [["a", "1", "10"], ["b", "2", "-20"]]


def test_points_named_on_the_vertical_axis_may_share_a_name(ax: Axes):
    ax.plot([0.02, 0.01], ["first", "second"], "o-")
    ax.plot([0.005, 0.015], ["second", "second"])
    first, second = found(ax)
    assert first["rows"] == [["first", "0.02"], ["second", "0.01"]]
    assert second["rows"] == [["second", "0.005"], ["second", "0.015"]]


def test_ticks_that_matplotlib_chose_name_nothing(ax: Axes):
    ax.loglog([1, 10, 100], [1e-5, 1e-3, 1e-1])
    (table,) = found(ax)
    assert table["rows"] == [["1", "1e-05"], ["10", "0.001"], ["100", "0.1"]]


def test_image_with_a_tick_for_each_cell_is_a_table(ax: Axes):
    picture = ax.imshow([[0.5, 0.25], [1, 0]])
    ax.set_xticks(range(2), ["0.01", "0.1"])
    ax.set(yticks=range(2), xlabel="rate", ylabel="seed")
    ax.figure.colorbar(picture, label="accuracy")
    ax.text(1, 0, "written")  # ... which counts more than the color.
    assert found(ax) == [
        {
            "caption": "accuracy by seed (rows) and rate (columns)",
            "columns": ["seed", "0.01", "0.1"],
            "rows": [["0", "0.5", "written"], ["1", "1", "0"]],
            "note": "",
        }
    ]


@pytest.mark.parametrize(
    ("shape", "ticks"), [((28, 28), False), ((8, 8), False), ((2, 2, 3), True), ((28, 28), True)]
)
def test_picture_has_no_data(ax: Axes, shape: tuple[int, ...], ticks: bool):
    ax.imshow(np.zeros(shape))
    places = range(shape[0]) if ticks else []
    ax.set(xticks=places, yticks=places)
    assert found(ax) == []


def test_drawing_without_axes_has_no_data(ax: Axes):
    ax.plot([0, 1], [0, 1])
    ax.set_axis_off()
    assert found(ax) == []


@pytest.mark.parametrize("n", [1, 59, 60, 61, 100, 119, 401, 1025, 12345])
def test_thin_keeps_the_first_row_and_the_last(n: int):
    chosen, note = thin(list(range(n)))
    assert min(n, MOST_ROWS // 2) <= len(chosen) <= MOST_ROWS
    assert (chosen[0], chosen[-1]) == (0, n - 1)
    steps = set(np.diff(chosen[:-1]))
    assert len(steps) <= 1 and chosen == sorted(set(chosen))
    assert note == (f"Of {n:,} rows, one in {steps.pop()} is shown." if len(chosen) < n else "")


def test_texts_have_four_digits_unless_numbers_are_whole_or_large():
    numbers = [0.123456, 1234.5678, 98765.4, 2e-5, 12396, 0.5, -0.98516, np.inf, np.nan]
    shown = ["0.1235", "1235", "98765", "2e-05", "12396", "0.5", "-0.9852", "inf", ""]
    assert texts(numbers, "log") == shown


def test_texts_show_what_a_calculation_left_as_zero_but_not_on_a_log_scale():
    numbers = [5.94e-8, np.nan, 3.0]
    assert texts(numbers) == ["0", "", "3"]
    assert texts(numbers, "log") == ["5.94e-08", "", "3"]
