"""The interactive picture of lesson 6, in a browser, against NumPy."""

import itertools
import re
from typing import Any

import numpy as np
import pytest

from .conftest import OpenInteractive

pytestmark = pytest.mark.slow

LABELS = "a, how strongly it bends", "b, how it leans", "c, the speed at time 0"

AT = """
(params) => {
  const root = document.querySelector(".roller-coaster");
  root.querySelectorAll("input").forEach((input, i) => {
    input.value = params[i];
    input.dispatchEvent(new Event("input"));
  });
  const points = root.querySelector(".fit").points;
  return {
    text: root.querySelector("output").textContent,
    speeds: root.dataset.speeds,
    curve: Array.from(points, (point) => [point.x / 17, -point.y / 2]),
  };
}
"""


@pytest.fixture
def page(open_interactive: OpenInteractive) -> Any:
    return open_interactive("roller-coaster")


def test_curve_and_loss_are_those_of_the_sliders(page):
    lowest = np.inf
    # The sliders move one after the other, and what lies between counts as tried.
    for params in itertools.product([0.0, 0.75, 1.5], [-25.0, -14.0, 5.0], [0, 68, 100]):
        seen = page.evaluate(AT, list(params))
        speeds = np.array(seen["speeds"].split(), float)
        loss = np.mean((np.polyval(params, np.arange(20)) - speeds) ** 2)
        now, best = map(float, re.findall(r"(?:loss|so far is) ([\d.]+\d)", seen["text"]))
        assert now == pytest.approx(loss, abs=0.051)
        assert 0 < best <= min(lowest, now)
        lowest = best
        t, v = np.array(seen["curve"]).T
        np.testing.assert_allclose(v, np.clip(np.polyval(params, t), -500, 500), atol=1e-3)


def test_every_slider_moves_by_keys(page):
    for label in LABELS:
        slider = page.get_by_label(label)
        before = page.locator(".roller-coaster output").inner_text()
        slider.press("ArrowRight")
        assert page.locator(".roller-coaster output").inner_text() != before
