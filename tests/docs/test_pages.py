"""Every page of the real site, opened as readers open it: nothing may go wrong unseen."""

from pathlib import Path
from typing import Any

import pytest

from .conftest import watch

# Waits until scripts have done their work; returns what is left to be done, and the page's width.
SETTLED = """
async (scheme) => {
  const waiting = [
    ".arithmatex:not(:has(.katex))",
    ".interactive:not([data-ready])",
    ".playground:not(:has(.models))",
    ".playground-training:not(:has(input))",
    `body:not([data-md-color-scheme="${scheme}"])`,
  ];
  const left = () => waiting.filter((selector) => document.querySelector(selector));
  for (let turn = 0; left().length && turn < 500; turn++) {
    await new Promise((done) => setTimeout(done, 20));
  }
  await document.fonts.ready;
  return [left(), document.scrollingElement.scrollWidth];
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_load_without_a_complaint_and_fit(
    browser: Any, built_site: Path, address: str, width: int, scheme: str
):
    names = sorted(page.relative_to(built_site).as_posix() for page in built_site.rglob("*.html"))
    assert "index.html" in names and "404.html" in names and len(names) > 30
    problems = {}
    size = {"width": width, "height": 800}
    with browser.new_context(viewport=size, color_scheme=scheme) as context:
        context.set_default_timeout(10_000)
        page = context.new_page()
        complaints = watch(page, address)
        for name in names:
            page.goto(address + name.removesuffix("index.html"))
            left, needed = page.evaluate(SETTLED, {"light": "default", "dark": "slate"}[scheme])
            found = [*complaints, *left, *([f"{needed} pixels wide"] if needed > width else [])]
            if found:
                problems[name] = found
            complaints.clear()
    assert problems == {}
