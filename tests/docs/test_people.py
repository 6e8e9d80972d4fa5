"""The real site as people use it: they draw, search, copy, fold open, walk around."""

import re
from pathlib import Path
from typing import Any

import pytest

from .conftest import Visit

pytestmark = pytest.mark.slow

DARK, LIGHT = "slate", "default"


def expect_scheme(page: Any, name: str) -> None:
    page.locator(f'body[data-md-color-scheme="{name}"]').wait_for()


def in_view(locator: Any) -> bool:
    return locator.evaluate(
        "e => { const { top } = e.getBoundingClientRect(); return top >= 0 && top < innerHeight; }"
    )


def draw_a_one(page: Any) -> None:
    pad = page.locator(".pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(middle, box["y"] + 230, steps=5)
    page.mouse.up()


def expect_an_answer(page: Any) -> None:
    page.locator(".models", has_not_text="loading").wait_for()
    draw_a_one(page)
    page.locator(".summary", has_text=re.compile("say 1|: 1")).wait_for()
    given = [answer.inner_text() for answer in page.locator(".model strong").all()]
    assert "1" in given and "?" not in given


# One page.


def test_the_playground_answers_to_a_drawing(visit: Visit):
    page = visit("playground/")
    page.locator(".summary", has_text="A test digit, labeled 3.").wait_for()
    expect_an_answer(page)
    page.locator(".playground").get_by_role("button", name="Clear").click()
    page.locator(".summary", has_text="Draw a digit.").wait_for()


def test_a_slider_moves_by_keyboard(visit: Visit):
    page = visit("lessons/05_gradients/")
    slider = page.get_by_role("slider", name="Learning rate")
    told = page.locator(".interactive output")
    slider.focus()
    found = set()
    for key in "Home", "ArrowRight", "End":
        page.keyboard.press(key)
        found.add(told.inner_text())
    assert len(found) == 3


def test_an_answer_folds_open(visit: Visit):
    page = visit("lessons/04_metrics/")
    answer = page.locator("details.success").first
    inside = answer.locator(".highlight").first
    assert not inside.is_visible()
    answer.locator("summary").focus()
    page.keyboard.press("Enter")
    inside.wait_for(state="visible")
    page.keyboard.press("Enter")
    inside.wait_for(state="hidden")


def test_code_is_copied_as_it_stands(visit: Visit):
    page = visit("lessons/01_pixels/", permissions=["clipboard-read", "clipboard-write"])
    block = page.locator(".highlight:not(.output)").first
    block.hover()
    block.get_by_role("button", name="Copy to clipboard").click()
    page.get_by_text("Copied to clipboard").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == block.locator("code").text_content().rstrip() != ""
    compile(copied, "the first cell", "exec")


# Around the site.


@pytest.mark.parametrize("width", [1280, 360])
def test_search_leads_to_the_section(visit: Visit, width: int):
    page = visit("lessons/01_pixels/", width=width)
    if width < 1000:
        page.locator("label[for=__search].md-header__button").click()
    else:
        page.get_by_role("textbox", name="Search").click()
    page.keyboard.type("broadcasting")
    result = page.locator(".md-search-result__link").first
    result.wait_for()
    result.click()
    page.wait_for_url(re.compile("lessons/04_metrics/"))
    title = page.get_by_role("heading", name=re.compile("Metrics by broadcasting"))
    title.wait_for()
    assert in_view(title)


def test_search_leads_into_a_page(visit: Visit):
    page = visit()
    page.get_by_role("textbox", name="Search").click()
    page.keyboard.type("the bug it hides")
    page.locator(".md-search-result__link").first.wait_for()
    page.locator('.md-search-result__link[href*="#the-bug-it-hides"]').first.click()
    page.wait_for_url(re.compile("lessons/04_metrics/.*#the-bug-it-hides"))
    heading = page.locator("h2#the-bug-it-hides")
    heading.wait_for()
    page.wait_for_function("scrollY > 0")
    assert in_view(heading)


def expect_formulas(page: Any) -> None:
    assert page.locator(".arithmatex > .katex, .arithmatex > .katex-display").count() > 0
    assert page.locator(".arithmatex:not(:has(.katex))").count() == 0


def test_walking_around_loads_no_page_anew_and_keeps_all_alive(visit: Visit):
    page = visit("lessons/01_pixels/")
    page.evaluate("window.same = true")
    sidebar = page.locator(".md-sidebar--primary")
    for _ in range(2):
        sidebar.get_by_role("link", name="5. Gradients and stepping").click()
        told = page.locator(".interactive output")
        page.get_by_role("slider", name="Learning rate").press("Home")
        before = told.inner_text()
        page.get_by_role("slider", name="Learning rate").press("End")
        assert told.inner_text() != before
        expect_formulas(page)
        sidebar.get_by_role("link", name="Playground").click()
        expect_an_answer(page)
    page.go_back()
    page.get_by_role("slider", name="Learning rate").wait_for()
    expect_formulas(page)
    assert page.evaluate("window.same")


def test_formulas_need_no_script(browser: Any, address: str):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}lessons/05_gradients/")
        expect_formulas(page)
        assert page.locator(".katex-html").first.is_visible()


def test_the_menu_opens_on_a_phone(visit: Visit):
    page = visit("lessons/01_pixels/", width=360, has_touch=True, is_mobile=True)
    page.locator("label[for=__drawer].md-header__button").tap()
    page.locator(".md-sidebar--primary").get_by_role("link", name="2. Arrays").tap()
    page.wait_for_url(re.compile("lessons/02_arrays/$"))
    page.get_by_role("heading", level=1, name=re.compile("Arrays")).wait_for()


def test_light_and_dark_are_chosen_and_stay(visit: Visit):
    page = visit("lessons/01_pixels/", color_scheme="dark")
    expect_scheme(page, DARK)  # as the system is
    toggle = page.locator(".md-header__option label:visible")
    toggle.click()
    expect_scheme(page, LIGHT)
    page.get_by_role("link", name="Playground").first.click()
    page.locator(".pad").wait_for()
    expect_scheme(page, LIGHT)
    page.reload()
    expect_scheme(page, LIGHT)
    toggle.click()
    page.reload()
    expect_scheme(page, DARK)
    toggle.click()
    page.emulate_media(color_scheme="light")
    page.reload()
    expect_scheme(page, LIGHT)  # as the system now is


def test_a_dead_link_leads_to_a_page_that_leads_on(browser: Any, address: str, built_site: Path):
    """Which is deep in the site or not: hosts show it at whatever address was asked for."""
    with browser.new_context() as context:
        page = context.new_page()
        served = (built_site / "404.html").read_text()
        lost = f"{address}no/such/page/"
        page.route(lost, lambda route: route.fulfill(status=404, body=served))
        page.goto(lost, wait_until="networkidle")
        page.get_by_role("heading", name="404").wait_for()
        page.get_by_role("link", name="Playground").first.click()
        page.locator(".pad").wait_for()


# Without a host.


def test_pages_are_readable_from_a_disk(browser: Any, built_site: Path):
    """Styles, formulas, and sliders; what needs a host (search, the playground) says nothing."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((built_site / "lessons/05_gradients/index.html").as_uri())
        page.get_by_role("slider", name="Learning rate").press("Home")
        page.locator(".katex").first.wait_for()
        assert page.locator(".interactive output").inner_text()
        assert page.locator("figure.drawn svg").first.is_visible()
        assert page.locator(".md-header").evaluate("e => getComputedStyle(e).position") == "sticky"
