"""Every page of the real site, opened as readers open it: nothing may go wrong unseen."""

from pathlib import Path
from typing import Any

import pytest
from sites import watch

pytestmark = pytest.mark.slow

# Waits until scripts have done their work and nothing moves; returns what is still amiss.
AMISS = """
async (scheme) => {
  const unfinished = [
    ".arithmatex:not(:has(.katex))",
    ".interactive:not([data-ready])",
    ".playground:not(:has(.models, canvas))",
    ".playground-training:not(:has(input))",
    `body:not([data-md-color-scheme="${scheme}"])`,
  ];
  // Code and outputs that are cut off, but which the keyboard does not reach.
  const unreachable = (code) =>
    code.tabIndex < 0 &&
    !code.closest("details:not([open])") &&
    (code.scrollWidth > code.clientWidth || code.scrollHeight > code.clientHeight + 1);
  const amiss = () => {
    const found = unfinished.filter((selector) => document.querySelector(selector));
    const { scrollWidth } = document.scrollingElement;
    if (scrollWidth > innerWidth) found.push(`${scrollWidth} pixels wide`);
    const cut = [...document.querySelectorAll("pre > code")].find(unreachable);
    if (cut) found.push(`not scrolled by keyboard: ${cut.textContent.slice(0, 80)}`);
    return found;
  };
  const late = new Promise((done) => setTimeout(done, 10_000));
  await Promise.race([document.fonts.ready, late]);
  for (let turn = 0; amiss().length && turn < 250; turn++) {
    await new Promise((done) => setTimeout(done, 20));
  }
  return amiss();
}
"""


def visit(page: Any, address: str) -> bool:
    """Open a page; return whether it never ended loading, and had to be opened once more."""
    from playwright.sync_api import TimeoutError

    try:
        page.goto(address)
    except TimeoutError:
        page.goto(address)
        return True
    return False


# Each page is loaded twice, and seen four times.
@pytest.mark.parametrize(
    ("scheme", "shown", "widths"),
    [("light", "default", (1280, 360)), ("dark", "slate", (360, 1280))],
)
def test_pages_load_without_a_complaint_and_fit(
    browser: Any, built_site: Path, address: str, scheme: str, shown: str, widths: tuple[int, int]
):
    names = sorted(page.relative_to(built_site).as_posix() for page in built_site.rglob("*.html"))
    assert "index.html" in names and "404.html" in names and len(names) > 30
    problems, stalled = {}, 0
    with browser.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        complaints = watch(page, address)
        for name in names:
            page.set_viewport_size({"width": widths[0], "height": 800})
            stalled += visit(page, address + name.removesuffix("index.html"))
            for width in widths:
                page.set_viewport_size({"width": width, "height": 800})
                complaints += page.evaluate(AMISS, shown)
            if complaints:
                problems[name] = complaints.copy()
            complaints.clear()
    assert problems == {}
    # A busy machine has been seen to stall once among all pages; a fault of ours would do so often.
    assert stalled <= 1


def test_wide_output_without_a_mouse_is_scrolled_by_keyboard(browser: Any, address: str):
    touch = {"is_mobile": True, "has_touch": True, "viewport": {"width": 1280, "height": 800}}
    with browser.new_context(**touch) as context:
        page = context.new_page()
        page.goto(address + "speed/records/")
        output = page.locator("pre > code").first
        output.scroll_into_view_if_needed()
        page.locator("pre[id] > code").first.wait_for()  # Material has seen it.
        page.wait_for_timeout(200)
        assert output.evaluate("code => code.scrollWidth > code.clientWidth")
        assert output.evaluate("code => code.tabIndex") == 0
