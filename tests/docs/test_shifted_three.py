"""The interactive picture of lesson 3, in a browser, against NumPy."""

import base64
import re
from typing import Any

import numpy as np
import pytest
from sites import ROOT

import jaxdigits as jd

from .conftest import OpenInteractive

pytestmark = pytest.mark.slow

SHIFTS = range(-5, 8)

AT_ALL_SHIFTS = """
(shifts) => shifts.map((shift) => {
  const root = document.querySelector(".shifted-three");
  const slider = root.querySelector("input");
  slider.value = shift;
  slider.dispatchEvent(new Event("input"));
  return {
    value: slider.value,
    text: root.querySelector("output").textContent,
    bars: Array.from(root.querySelectorAll(".bar"), (bar) => bar.width.baseVal.value / 820),
    nearest: Array.from(root.querySelectorAll(".bar"), (bar) => bar.matches(".nearest")),
    ink: Array.from(root.querySelectorAll(".ink"), (path) => path.getBBox().x / 4),
  };
})
"""


def images() -> list[Any]:
    """Return the three, the mean three and the mean seven of the script, in bytes."""
    script = (ROOT / "docs/assets/shifted_three.js").read_text()
    texts = re.findall(r"= read\(`([^`]+)`", script)
    return [
        np.frombuffer(base64.b64decode(text), np.uint8).reshape(28, 28).astype(float)
        for text in texts
    ]


@pytest.fixture
def page(open_interactive: OpenInteractive) -> Any:
    return open_interactive("shifted-three")


def text(page: Any) -> str:
    return page.locator(".shifted-three output").inner_text()


@pytest.mark.mnist
def test_images_are_those_of_mnist():
    train = jd.load("mnist").train
    three, mean_three, mean_seven = images()
    assert (three == np.asarray(train.images[10000])).all()
    for mean, digit in (mean_three, 3), (mean_seven, 7):
        exact = np.asarray(jd.select(train, digit).images).mean(axis=0)
        np.testing.assert_allclose(mean, exact, rtol=0, atol=0.51)


def test_every_shift_has_the_distances_that_numpy_computes(page: Any):
    three, *means = (image / 255 for image in images())
    first, last = np.flatnonzero(three.any(axis=0))[[0, -1]]
    # No ink leaves the image, and the slider's ends are where it would.
    assert (-first, 27 - last) == (SHIFTS[0], SHIFTS[-1])
    for shift, seen in zip(SHIFTS, page.evaluate(AT_ALL_SHIFTS, list(SHIFTS)), strict=True):
        moved = np.roll(three, shift, axis=1)
        distances = [float(np.abs(moved - mean).mean()) for mean in means]
        assert int(seen["value"]) == shift
        assert seen["bars"] == pytest.approx(distances, abs=1e-5)
        told = re.findall(r"\d\.\d+", seen["text"])
        assert [float(each) for each in told] == pytest.approx(distances, abs=0.00051)
        is_three = distances[0] < distances[1]
        assert seen["nearest"] == [is_three, not is_three]
        assert seen["text"].endswith(f"Verdict: a {'three' if is_three else 'seven'}.")
        assert round(min(seen["ink"])) == first + shift


def test_verdict_flips_where_the_lesson_says(page: Any):
    seen = page.evaluate(AT_ALL_SHIFTS, list(SHIFTS))
    sevens = [s for s, each in zip(SHIFTS, seen, strict=True) if "a seven" in each["text"]]
    assert sevens == [-5, -4, -3, 5, 6, 7]


def test_keys_move_the_digit(page: Any):
    slider = page.get_by_label("Shift")
    assert text(page).startswith("Not shifted: ")
    slider.press("ArrowRight")
    assert text(page).startswith("Shifted 1 pixel to the right: ")
    slider.press("Home")
    assert text(page).startswith("Shifted 5 pixels to the left: ")
    slider.press("End")
    assert text(page).startswith("Shifted 7 pixels to the right: ")


def test_digit_follows_the_mouse(page: Any):
    box = page.locator(".shifted-three svg").bounding_box()
    pixel = 4 * box["width"] / 368
    x, y = box["x"] + 60, box["y"] + 60
    page.mouse.move(x, y)
    assert text(page).startswith("Not shifted: ")
    page.mouse.down()
    page.mouse.move(x - 3 * pixel, y)
    assert text(page).startswith("Shifted 3 pixels to the left: ")
    page.mouse.move(x + 300, y)
    assert text(page).startswith("Shifted 7 pixels to the right: ")
    page.mouse.up()
    page.mouse.move(x, y)
    assert text(page).startswith("Shifted 7 pixels to the right: ")
