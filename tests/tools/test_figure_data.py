"""The numbers that a figure shows: without a kernel, with matplotlib alone."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
from figure_data import MOST_ROWS, Table, series_of, tables, texts, thin
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


def test_curves_at_the_same_places_are_columns_named_by_their_labels(ax: Axes):
    epochs = range(1, 4)
    ax.plot(epochs, [0.91234, 0.5, np.nan], label="linear")
    ax.plot(epochs, [1, 2, 12345], label="$-\\log p$")
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


def test_what_has_other_places_is_a_table_of_its_own(ax: Axes):
    ax.plot([0, 1, 2], [0, 1, 4])
    ax.plot([2, 0.5], [4, 0.25], "o")
    ax.plot([0, 1, 2], [0, 2, 4])
    ax.scatter([2, 0.5], [3, 1])
    first, second = found(ax)
    assert first["columns"] == ["x", "curve 1", "curve 2"]
    assert first["rows"] == [["0", "0", "0"], ["1", "1", "2"], ["2", "4", "4"]]
    assert second["columns"] == ["x", "points 1", "points 2"]
    assert second["rows"] == [["2", "4", "3"], ["0.5", "0.25", "1"]]  # as drawn, not sorted


def test_bars_are_values_at_what_their_ticks_are_called(ax: Axes):
    for offset, name in (-0.2, "L1"), (0.2, "RMSE"):
        ax.bar(np.arange(3) + offset, [0.1, 0.2, 0.3], width=0.4, label=name)
    ax.set_xticks(range(3), ["zero", "one", "two"])
    (table,) = found(ax)
    assert table["columns"] == ["name", "L1", "RMSE"]
    assert [row[0] for row in table["rows"]] == ["zero", "one", "two"]
    assert [row[1] for row in table["rows"]] == ["0.1", "0.2", "0.3"]


def test_of_bars_on_bars_each_has_its_own_length(ax: Axes):
    ax.barh(["a", "b"], [1, 2], label="memory")
    ax.barh(["a", "b"], [10, -20], left=[1, 2], label="launch")
    ax.set(xlabel="time")
    (table,) = found(ax)
    assert table["caption"] == "time by name"
    assert table["rows"] == [["a", "1", "10"], ["b", "2", "-20"]]


def test_bars_without_ticks_of_their_own_are_at_numbers(ax: Axes):
    ax.bar(range(28), range(28))
    (table,) = found(ax)
    assert [row[0] for row in table["rows"]] == [str(n) for n in range(28)]


def test_points_that_have_names_upward_are_told_by_them(ax: Axes):
    ax.plot([0.02, 0.01], ["first", "second"], "o-")
    ax.set_xlabel("wrong")
    (table,) = found(ax)
    assert table["columns"] == ["name", "curve"]
    assert table["caption"] == "wrong by name"
    assert table["rows"] == [["first", "0.02"], ["second", "0.01"]]


def test_several_points_may_have_the_same_name(ax: Axes):
    ax.plot([0.02, 0.01], ["first", "second"], "o-")
    ax.plot([0.005, 0.015], ["second", "second"])
    first, second = found(ax)
    assert first["columns"] == ["name", "curve 1"]
    assert second["rows"] == [["second", "0.005"], ["second", "0.015"]]


def test_ticks_that_matplotlib_chose_name_nothing(ax: Axes):
    ax.loglog([1, 10, 100], [1e-5, 1e-3, 1e-1])
    (table,) = found(ax)
    assert table["rows"] == [["1", "1.000e-05"], ["10", "0.001"], ["100", "0.1"]]


def test_a_grid_of_colors_with_all_ticks_is_a_table(ax: Axes):
    picture = ax.imshow([[0.5, 0.25], [1, 0]])
    ax.set_xticks(range(2), ["0.01", "0.1"])
    ax.set(yticks=range(2), xlabel="rate", ylabel="seed")
    ax.figure.colorbar(picture, label="accuracy")
    assert found(ax) == [
        {
            "caption": "accuracy by seed (rows) and rate (columns)",
            "columns": ["seed", "0.01", "0.1"],
            "rows": [["0", "0.5", "0.25"], ["1", "1", "0"]],
            "note": "",
        }
    ]


def test_what_is_written_in_a_cell_counts_more_than_its_color(ax: Axes):
    ax.imshow([[0, 7], [3, 0]])
    for i, j, n in (0, 0, 980), (0, 1, 7), (1, 0, 3), (1, 1, 1100):
        ax.text(j, i, str(n))
    ax.set(xticks=range(2), yticks=range(2))
    (table,) = found(ax)
    assert [row[1:] for row in table["rows"]] == [["980", "7"], ["3", "1100"]]


@pytest.mark.parametrize(
    ("shape", "ticks"), [((28, 28), False), ((8, 8), False), ((2, 2, 3), True), ((28, 28), True)]
)
def test_pictures_have_no_data(ax: Axes, shape: tuple[int, ...], ticks: bool):
    ax.imshow(np.zeros(shape))
    places = range(shape[0]) if ticks else []
    ax.set(xticks=places, yticks=places)
    assert found(ax) == []


def test_drawings_have_none_either(ax: Axes):
    ax.plot([0, 1], [0, 1])
    ax.set_axis_off()
    assert found(ax) == []


@pytest.mark.parametrize("n", [1, 2, 59, 60, 61, 100, 119, 120, 300, 401, 1001, 1025, 12345])
def test_long_curves_are_thinned_from_their_first_row_to_their_last(n: int):
    chosen, note = thin(n)
    assert len(chosen) <= MOST_ROWS and len(chosen) >= min(n, MOST_ROWS // 2)
    assert (chosen[0], chosen[-1]) == (0, n - 1)
    steps = set(np.diff(chosen[:-1]))
    assert len(steps) <= 1 and chosen == sorted(set(chosen))
    assert bool(note) == (len(chosen) < n)
    if note:
        assert note.startswith(f"Of {n:,} rows, one in {steps.pop()} ")


def test_a_table_says_that_it_is_thinned(ax: Axes):
    x = np.linspace(-3, 5, 401, dtype=np.float32)
    ax.plot(x, x**2)
    (table,) = found(ax)
    assert table["note"] == "Of 401 rows, one in 8 is shown."
    assert [row[0] for row in table["rows"][:3]] == ["-3", "-2.84", "-2.68"]
    assert len(table["rows"]) == 51


def test_numbers_have_four_digits_and_whole_ones_all():
    numbers = [0.123456, 1234.5678, 98765.4, 2e-5, 12396, 0.5, -0.98516, np.inf, np.nan]
    shown = ["0.1235", "1235", "98770", "2.000e-05", "12396", "0.5", "-0.9852", "inf", ""]
    assert texts(np.array(numbers), "log") == shown


def test_what_is_left_of_a_calculation_is_zero_but_not_on_a_logarithmic_scale():
    numbers = np.array([5.9e-8, 3.0])
    assert texts(numbers) == ["0", "3"]
    assert texts(numbers, "log") == ["5.900e-08", "3"]


def test_what_is_hidden_and_what_crosses_the_plot_is_no_series(ax: Axes):
    ax.plot([1, 2], [1, 2], label="shown")
    ax.plot([1, 2], [2, 1], visible=False)
    ax.axhline(1)
    ax.axline((0, 0), (1, 1))
    assert [one.name for one in series_of(ax)] == ["shown"]
