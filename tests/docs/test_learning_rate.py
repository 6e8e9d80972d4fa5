"""The interactive picture of lesson 5, in a browser, against a walk in exact arithmetic."""

from fractions import Fraction
from typing import Any

import pytest

from .conftest import OpenInteractive

pytestmark = pytest.mark.slow

SLIDER = ".learning-rate input"

AT_ALL_RATES = """
([slider]) => Array.from({ length: 110 }, (_, i) => {
  slider.value = (i + 1) / 100;
  slider.dispatchEvent(new Event("input"));
  const root = slider.closest(".learning-rate");
  const points = Array.from(root.querySelectorAll("circle"));
  return {
    value: slider.value,
    text: root.querySelector("output").textContent,
    path: points.map((point) => point.cx.baseVal.value / 40),
    heights: points.map((point) => -point.cy.baseVal.value / 10),
  };
})
"""


@pytest.fixture
def page(open_interactive: OpenInteractive) -> Any:
    return open_interactive("learning-rate")


def text(page: Any) -> str:
    return page.locator(".learning-rate output").inner_text()


def walk(rate: Fraction) -> list[Fraction]:
    path = [Fraction(3)]
    for _ in range(10):
        path.append(path[-1] - rate * 2 * path[-1])
    return path


def regime(rate: Fraction) -> str:
    if rate > 1:
        return "diverging"
    if rate > Fraction(1, 2):
        return "bouncing"
    return "too small" if walk(rate)[-1] > Fraction(3, 10) else "right"


def test_every_rate_leads_where_exact_arithmetic_does(page):
    for i, seen in enumerate(page.evaluate(AT_ALL_RATES, [page.query_selector(SLIDER)])):
        rate = Fraction(i + 1, 100)
        path = walk(rate)
        assert Fraction(seen["value"]) == rate
        assert seen["path"] == pytest.approx([float(x) for x in path], rel=1e-4, abs=1e-6)
        assert seen["heights"] == pytest.approx([float(x * x) for x in path], rel=1e-4, abs=1e-6)
        assert seen["text"].startswith(f"Learning rate {float(rate):.2f}: {regime(rate)}. ")
        end = f"{float(path[-1]) + 0:.2f}".replace("-0.00", "0.00").replace("-", "\u2212")
        assert seen["text"].endswith(f" After 10 steps x is {end}.")
        # The special cases, and only they, are told as such.
        assert ("first step lands" in seen["text"]) == (rate == Fraction(1, 2))
        assert ("exactly as high" in seen["text"]) == (rate == 1)
        left = [n for n, x in enumerate(path) if abs(x) > Fraction(46, 10)]
        assert ("leaves the picture" in seen["text"]) == bool(left)
        assert not left or f"step {left[0]} leaves" in seen["text"]


def test_keys_move_the_slider(page):
    slider = page.get_by_label("Learning rate")
    slider.focus()
    before = text(page)
    slider.press("ArrowRight")
    assert text(page) != before
    slider.press("ArrowLeft")
    assert text(page) == before
    slider.press("End")
    assert text(page).startswith("Learning rate 1.10: diverging. ")
    slider.press("Home")
    assert text(page).startswith("Learning rate 0.01: too small. ")


def test_a_finger_moves_the_slider(page):
    slider = page.locator(SLIDER)
    box = slider.bounding_box()
    assert box["height"] >= 44
    slider.tap(position={"x": box["width"] - 1, "y": box["height"] / 2})
    assert text(page).startswith("Learning rate 1.10: diverging. ")
