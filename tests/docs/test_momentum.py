"""The interactive picture of lesson 10, in a browser, against a walk in exact arithmetic."""

from fractions import Fraction
from math import hypot
from typing import Any

import pytest

from .conftest import OpenInteractive

pytestmark = pytest.mark.slow

RATES = [Fraction(n, 1000) for n in range(5, 201, 5)]
MOMENTA = [Fraction(n, 100) for n in range(0, 100, 5)]

AT_ALL_SETTINGS = """
([settings]) => settings.map((values) => {
  const root = document.querySelector(".momentum");
  root.querySelectorAll("input").forEach((slider, i) => {
    slider.value = values[i];
    slider.dispatchEvent(new Event("input"));
  });
  return {
    values: Array.from(root.querySelectorAll("input"), (slider) => slider.value),
    text: root.querySelector("output").textContent,
    path: Array.from(root.querySelectorAll("circle"), (point) => [
      point.cx.baseVal.value / 24,
      -point.cy.baseVal.value / 24,
    ]),
  };
})
"""


@pytest.fixture
def page(open_interactive: OpenInteractive) -> Any:
    return open_interactive("momentum")


def text(page: Any) -> str:
    return page.locator(".momentum output").inner_text()


def walk(rate: Fraction, momentum: Fraction) -> list[tuple[float, float]]:
    """Take thirty steps; x and y do not meet, so each is a walk of its own."""
    coordinates = []
    for place, slope in (Fraction(-9), 1), (Fraction(3, 2), 20):
        velocity, path = Fraction(0), [float(place)]
        for _ in range(30):
            velocity = momentum * velocity + slope * place
            place -= rate * velocity
            path.append(float(place))
        coordinates.append(path)
    return list(zip(*coordinates, strict=True))


def regime(rate: Fraction, momentum: Fraction, path: list[tuple[float, float]]) -> str:
    if 20 * rate > 2 * (1 + momentum):
        return "diverging"
    if 20 * rate == 2 * (1 + momentum):
        return "bouncing"
    if max(x for x, _ in path) > 1:
        return "too heavy"
    distance = hypot(*path[-1])
    return "arrived" if distance < 0.1 else "too slow" if distance > 1 else "close"


def test_every_setting_leads_where_exact_arithmetic_does(page):
    settings = [(rate, momentum) for rate in RATES for momentum in MOMENTA]
    values = [[float(rate), float(momentum)] for rate, momentum in settings]
    seen_regimes = set()
    shown = page.evaluate(AT_ALL_SETTINGS, [values])
    for (rate, momentum), seen in zip(settings, shown, strict=True):
        path = walk(rate, momentum)
        kind = regime(rate, momentum, path)
        seen_regimes.add(kind)
        assert [Fraction(value) for value in seen["values"]] == [rate, momentum]
        assert len(seen["path"]) == 31
        for drawn, (x, y) in zip(seen["path"], path, strict=True):
            expected = [max(-999, min(999, x)), max(-999, min(999, y))]
            assert drawn == pytest.approx(expected, rel=1e-4, abs=1e-4)
        start = f"Learning rate {float(rate):.3f}, momentum {float(momentum):.2f}: {kind}. "
        assert seen["text"].startswith(start)
        distance = hypot(*path[-1])
        if distance > 1000:
            assert "it is more than 1000 away" in seen["text"]
        else:
            told = float(seen["text"].split("steps it is ")[1].split()[0])
            assert told == pytest.approx(distance, abs=6e-4)
    assert len(seen_regimes) == 6


def test_text_says_on_which_side_the_walk_comes_down(page):
    rate = page.get_by_label("Learning rate")
    rate.press("Home")
    assert "comes down on one side" in text(page)
    for _ in range(15):
        rate.press("ArrowRight")
    assert text(page).startswith("Learning rate 0.080, momentum 0.00: ")
    assert "zigzags across the valley" in text(page)


def test_keys_move_both_sliders(page):
    for label in "Learning rate", "Momentum":
        slider = page.get_by_label(label)
        slider.focus()
        before = text(page)
        slider.press("ArrowRight")
        assert text(page) != before
        slider.press("ArrowLeft")
        assert text(page) == before


def test_a_finger_moves_both_sliders(page):
    for label in "Learning rate", "Momentum":
        slider = page.get_by_label(label)
        box = slider.bounding_box()
        assert box["height"] >= 44
        slider.tap(position={"x": box["width"] - 1, "y": box["height"] / 2})
    assert text(page).startswith("Learning rate 0.200, momentum 0.95: ")
