"""The interactive picture of lesson 5, in a browser, against a walk in exact arithmetic."""

import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
api: Any = pytest.importorskip("playwright.sync_api")

ASSETS = Path(__file__).parents[2] / "docs" / "assets"
SLIDER = ".learning-rate input"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# What Material does: it calls back now, and again whenever a page is shown.
PAGE = """
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Lesson 5</title>
<link rel="icon" href="data:,">
<style>:root {{ --md-default-fg-color: rgb(1, 2, 3) }}</style>
<link rel="stylesheet" href="{assets}/learning_rate.css">
<body>
<div class="learning-rate"><noscript>No scripts.</noscript></div>
<script>
  const shown = [];
  const document$ = {{ subscribe(fn) {{ shown.push(fn); fn(); }} }};
</script>
<script src="{assets}/learning_rate.js"></script>
"""

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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("no Chromium is installed")
    args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=args)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """The picture on a narrow phone; whatever the page complains about fails the test."""
    file = tmp_path / "page.html"
    file.write_text(PAGE.format(assets=ASSETS.as_uri()))
    size = {"width": 360, "height": 740}
    page = browser.new_page(viewport=size, has_touch=True)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.goto(file.as_uri())
    yield page
    page.close()
    assert complaints == []


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


def test_changes_are_announced_and_the_picture_is_not(page):
    assert page.locator("output").get_attribute("aria-live") == "polite"
    assert page.locator("svg").get_attribute("aria-hidden") == "true"


def test_fits_on_a_phone_and_nothing_jumps(page):
    slider = page.get_by_label("Learning rate")
    heights = set()
    for key in "Home", "End", "ArrowLeft":
        slider.press(key)
        heights.add(page.evaluate("document.documentElement.scrollHeight"))
        assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert len(heights) == 1


def test_takes_its_color_from_the_page(page):
    for part in ".learning-rate .curve", ".learning-rate .axis":
        stroke = page.locator(part).evaluate("part => getComputedStyle(part).stroke")
        assert stroke == "rgb(1, 2, 3)"


def test_is_built_once_on_each_page(page):
    """Material says again that a page is shown, and after instant navigation it is another one."""
    page.get_by_label("Learning rate").press("End")
    page.evaluate("shown.forEach(fn => fn())")
    assert page.locator(SLIDER).count() == 1
    assert text(page).startswith("Learning rate 1.10")
    page.evaluate("""document.body.innerHTML = '<div class="learning-rate"></div>'""")
    page.evaluate("shown.forEach(fn => fn())")
    page.get_by_label("Learning rate").press("Home")
    assert text(page).startswith("Learning rate 0.01")


def test_a_sentence_stands_in_where_scripts_do_not_run(browser, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(PAGE.format(assets=ASSETS.as_uri()))
    page = browser.new_page(java_script_enabled=False)
    page.goto(file.as_uri())
    assert page.locator(".learning-rate").inner_text() == "No scripts."
    page.close()
