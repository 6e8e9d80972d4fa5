"""Every page of the real site, opened as readers open it: nothing may go wrong unseen."""

from pathlib import Path
from typing import Any

import pytest

from .conftest import watch

# When scripts have done their work.
SETTLED = """
async () => {
  const waiting = () =>
    document.querySelector(".arithmatex:not(:has(.katex))") ||
    document.querySelector(".interactive:not([data-ready])") ||
    document.querySelector(".playground noscript, .playground-training:empty") ||
    document.querySelector(".models")?.textContent.includes("loading");
  while (waiting()) await new Promise((done) => setTimeout(done, 20));
  await document.fonts.ready;
  return document.scrollingElement.scrollWidth;
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_load_without_a_complaint_and_fit(
    browser: Any, built_site: Path, address: str, width: int, scheme: str
):
    found = sorted(page.relative_to(built_site).as_posix() for page in built_site.rglob("*.html"))
    assert "index.html" in found and "404.html" in found and len(found) > 30
    problems = {}
    size = {"width": width, "height": 800}
    with browser.new_context(viewport=size, color_scheme=scheme) as context:
        context.set_default_timeout(10_000)
        page = context.new_page()
        complaints = watch(page, address)
        for name in found:
            page.goto(address + name.removesuffix("index.html"))
            if page.evaluate(SETTLED) > width:
                complaints.append(f"wider than {width} pixels")
            shown = page.evaluate("document.body.dataset.mdColorScheme")
            if shown != {"light": "default", "dark": "slate"}[scheme]:
                complaints.append(f"shown as {shown}")
            if complaints:
                problems[name] = complaints.copy()
                complaints.clear()
    assert problems == {}
