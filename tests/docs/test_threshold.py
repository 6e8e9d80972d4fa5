"""The interactive picture of lesson 8, in a browser, against counting by hand."""

import math
import re
from fractions import Fraction
from typing import Any

import pytest
from sites import ROOT

from .conftest import OpenInteractive, interactive_of

pytestmark = pytest.mark.slow

SLIDER = ".threshold input"
AT_ALL_THRESHOLDS = """
([slider]) => Array.from({ length: 77 }, (_, i) => {
  slider.value = (i - 38) / 10;
  slider.dispatchEvent(new Event("input"));
  const root = slider.closest(".threshold");
  const all = (selector) => Array.from(root.querySelectorAll(selector));
  const x = (line) => line.x2.baseVal.value / 40;
  return {
    value: slider.value,
    text: root.querySelector("output").textContent,
    border: x(root.querySelector(".border")),
    confidence: [
      x(root.querySelector(".confidence")),
      -root.querySelector(".confidence").y2.baseVal.value / 150,
    ],
    dots: all(".dot").map((dot) => [
      dot.cx.baseVal.value / 40,
      (110 - dot.cy.baseVal.value) / 80,
    ]),
    marks: all(".mark").map((mark) => {
      const { x, y, width, height } = mark.getBBox();
      return [(x + width / 2) / 40, -(y + height / 2) / 150];
    }),
    wrong: all(".mark").map((mark) => mark.matches(".wrong")),
  };
})
"""


def digits(lists: list[tuple[str, str]]) -> list[tuple[Fraction, bool]]:
    """Return logits, and whether they are a three's."""
    assert [name for name, _ in lists] == ["threes", "sevens"]
    return [
        (Fraction(logit), name == "threes")
        for name, logits in lists
        for logit in logits.replace(",", " ").split()
    ]


DIGITS = digits(re.findall(r'data-(\w+)="(.*?)"', interactive_of("threshold")))


def sigmoid(x: Fraction) -> float:
    return (1 + math.tanh(x / 2)) / 2


@pytest.fixture
def page(open_interactive: OpenInteractive) -> Any:
    return open_interactive("threshold")


def text(page: Any) -> str:
    return page.locator(".threshold output").inner_text()


def signed(x: Fraction) -> str:
    return f"{float(x):.1f}".replace("-", "\u2212")


def test_the_digits_are_those_of_the_cell_above():
    lesson = (ROOT / "docs/lessons/08_a_loss_for_digits.py").read_text()
    cells = re.findall(r"^(threes|sevens) = jnp\.array\(\[(.*)\]\)$", lesson, flags=re.M)
    assert digits(cells) == DIGITS
    assert len(DIGITS) == 10


def test_every_threshold_gives_the_verdicts_that_counting_does(page: Any):
    loss = math.fsum(1 - sigmoid(x) if three else sigmoid(x) for x, three in DIGITS) / 10
    seen_accuracies = set()
    for i, seen in enumerate(page.evaluate(AT_ALL_THRESHOLDS, [page.query_selector(SLIDER)])):
        threshold = Fraction(i - 38, 10)
        assert Fraction(seen["value"]) == threshold
        called = sum(x > threshold for x, _ in DIGITS)
        wrong = [(x > threshold) != three for x, three in DIGITS]
        right = 10 - sum(wrong)
        seen_accuracies.add(right)
        assert seen["wrong"] == wrong
        assert seen["text"] == (
            f"Threshold {signed(threshold)}, a score of {sigmoid(threshold):.2f}: "
            f"{called} of 10 called a three, {right} of 10 right. "
            f"Accuracy {right / 10:.2f}; the loss stays {loss:.4f}."
        )
        at = float(threshold)
        assert seen["border"] == pytest.approx(at, abs=1e-5)
        assert seen["confidence"] == pytest.approx([at, sigmoid(threshold)], abs=1e-5)
        assert seen["dots"][0] == pytest.approx([at, right / 10], abs=1e-5)
        assert seen["dots"][1] == pytest.approx([at, loss], abs=1e-5)
        for mark, (x, _) in zip(seen["marks"], DIGITS, strict=True):
            assert mark == pytest.approx([float(x), sigmoid(x)], abs=1e-5)
    assert seen_accuracies == {5, 6, 7, 8, 9}


def test_the_staircase_jumps_at_the_digits_and_is_level_between(page: Any):
    points = page.locator("polyline.accuracy").evaluate(
        "line => Array.from(line.points, ({ x, y }) => [x / 40, (110 - y) / 80])"
    )
    logits = sorted(float(x) for x, _ in DIGITS)
    treads = list(zip(points[::2], points[1::2], strict=True))
    assert [end for _, (end, _) in treads[:-1]] == pytest.approx(logits, abs=1e-5)
    assert [start for (start, _), _ in treads[1:]] == pytest.approx(logits, abs=1e-5)
    for (start, high), (end, still) in treads:
        middle = (start + end) / 2
        right = sum((x > middle) == three for x, three in DIGITS)
        assert high == still == pytest.approx(right / 10, abs=1e-5)


def test_keys_move_the_threshold(page: Any):
    slider = page.get_by_label("Threshold")
    page.keyboard.press("Tab")
    assert slider.evaluate("slider => slider === document.activeElement")
    before = text(page)
    assert before.startswith("Threshold 0.0, a score of 0.50: ")
    slider.press("ArrowRight")
    assert text(page).startswith("Threshold 0.1, ")
    slider.press("ArrowLeft")
    assert text(page) == before
    slider.press("End")
    assert "0 of 10 called a three, 5 of 10 right" in text(page)
    slider.press("Home")
    assert "10 of 10 called a three, 5 of 10 right" in text(page)


def test_a_finger_moves_the_threshold_under_itself(page: Any):
    slider = page.locator(SLIDER)
    box = slider.bounding_box()
    slider.tap(position={"x": box["width"] - 1, "y": box["height"] / 2})
    assert text(page).startswith("Threshold 3.8, ")
    thumb = box["x"] + box["width"] - 8
    border = page.locator(".border").bounding_box()
    assert border["x"] + border["width"] / 2 == pytest.approx(thumb, abs=3)
