"""What holds for every interactive of the lessons, in a browser."""

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import OpenInteractive, interactive_of

pytestmark = pytest.mark.slow

# By what a reader could change most: for each, how to get from one extreme to the other.
CHANGES: dict[str, list[Callable[[Any], Any]]] = {
    "learning-rate": [
        lambda page, key=key: page.get_by_label("Learning rate").press(key)
        for key in ("Home", "End", "ArrowLeft")
    ],
    "shifted-three": [
        lambda page, key=key: page.get_by_label("Shift").press(key)
        for key in ("Home", "End", "ArrowLeft")
    ],
    "roller-coaster": [
        lambda page, key=key: page.get_by_label("b, how it leans").press(key)
        for key in ("Home", "End", "ArrowLeft")
    ],
    "momentum": [
        lambda page, label=label, key=key: page.get_by_label(label).press(key)
        for label, key in (("Momentum", "End"), ("Learning rate", "End"), ("Momentum", "Home"))
    ],
    "threshold": [
        lambda page, key=key: page.get_by_label("Threshold").press(key)
        for key in ("Home", "End", "ArrowLeft")
    ],
    "broadcasting": [
        lambda page, n=n: page.get_by_role("button").nth(n).press("Enter") for n in (2, 0, 1)
    ],
}


@pytest.fixture(params=CHANGES)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def page(open_interactive: OpenInteractive, kind: str) -> Any:
    return open_interactive(kind)


def words(page: Any) -> str:
    return page.locator("output").inner_text()


def test_changes_are_announced_and_pictures_are_not(page: Any):
    assert page.locator("output").get_attribute("aria-live") == "polite"
    for svg in page.locator("svg").all():
        assert svg.get_attribute("aria-hidden") == "true"


def test_fits_on_a_phone_and_nothing_jumps(page: Any, kind: str):
    heights, told = set(), set()
    for change in CHANGES[kind]:
        change(page)
        told.add(words(page))
        heights.add(page.locator(".interactive").bounding_box()["height"])
        assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert len(heights) == 1 and len(told) == len(CHANGES[kind])


def test_controls_are_named_and_high_enough_for_a_finger(page: Any):
    controls = page.locator("input, select, button").all()
    assert controls
    for control in controls:
        assert control.bounding_box()["height"] >= 44
        assert control.evaluate(
            "c => c.ariaLabel || c.labels?.[0]?.innerText || c.innerText"
        ).strip()


def test_takes_its_color_from_the_page(page: Any):
    color = page.locator("output").evaluate("part => getComputedStyle(part).color")
    assert color == "rgb(1, 2, 3)"
    for line in page.locator("svg .curve, svg .axis").all():
        assert line.evaluate("part => getComputedStyle(part).stroke") == color


def test_is_built_once_on_each_page(page: Any, kind: str):
    """Material says again that a page is shown, and after instant navigation it is another one."""
    first = words(page)
    CHANGES[kind][0](page)
    changed = words(page)
    assert changed != first
    page.evaluate("shown.forEach(fn => fn())")
    assert page.locator("output").count() == 1
    assert words(page) == changed
    page.evaluate("html => (document.body.innerHTML = html)", interactive_of(kind))
    page.evaluate("shown.forEach(fn => fn())")
    assert words(page) == first
    CHANGES[kind][0](page)
    assert words(page) == changed


def test_a_sentence_stands_in_where_scripts_do_not_run(
    open_interactive: OpenInteractive, kind: str
):
    page = open_interactive(kind, java_script_enabled=False)
    assert " JavaScript. Without it, " in page.locator(".interactive").inner_text()
