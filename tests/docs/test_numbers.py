"""Lesson 1's pad in a browser: what is drawn becomes numbers."""

from typing import Any

import pytest

from .conftest import Visit

pytestmark = pytest.mark.slow


@pytest.fixture
def page(visit: Visit) -> Any:
    page = visit("lessons/01_pixels/", width=360)
    page.locator(".numbers canvas").wait_for()
    return page


def numbers(page: Any) -> list[int]:
    return [int(text) for text in page.locator(".numbers .table text").all_text_contents()]


def told(page: Any, text: str) -> str:
    summary = page.locator(".numbers .summary", has_text=text)
    summary.wait_for(timeout=5000)
    return summary.inner_text()


def test_a_stroke_becomes_numbers_and_clear_removes_them(page: Any):
    assert numbers(page) == [0] * 784
    told(page, "all of them are 0")
    page.locator(".numbers canvas").scroll_into_view_if_needed()
    box = page.locator(".numbers canvas").bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    page.mouse.up()
    words = told(page, "are not 0")
    found = numbers(page)
    rows = [row for row in range(28) if any(found[28 * row : 28 * (row + 1)])]
    assert max(found) == 255 and len(rows) == 20  # scaled as in MNIST
    assert words.startswith(f"{sum(number > 0 for number in found)} of 784 ")
    page.locator(".numbers .clear").click()
    told(page, "all of them are 0")
    assert numbers(page) == [0] * 784


def test_the_keyboard_draws_and_says_so(page: Any):
    page.locator(".numbers canvas").focus()
    for key in "Space", "ArrowDown", "ArrowDown":
        page.keyboard.press(key)
    assert page.locator(".numbers .keys span").inner_text() == "Pen down."
    told(page, "are not 0")
    assert max(numbers(page)) == 255


def test_a_sentence_stands_in_where_scripts_do_not_run(visit: Visit):
    page = visit("lessons/01_pixels/", java_script_enabled=False)
    assert "needs JavaScript" in page.locator(".numbers").inner_text()
