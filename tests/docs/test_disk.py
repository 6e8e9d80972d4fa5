"""A small site without a host, opened from a disk: `mkdocs build --no-directory-urls`."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import ROOT, BuildSite, MakeSite, interactive_of

LESSON = """# %% [markdown]
# # First
#
# Math $x^2$, and [home](../index.md).
#
{interactive}

# %%
print("it ran")
"""


@pytest.fixture(scope="module")
def site(make_site: MakeSite, build_site: BuildSite) -> Path:
    interactive = interactive_of("learning-rate")
    lesson = LESSON.format(interactive="\n".join(f"# {i}" for i in interactive.splitlines()))
    root = make_site({"index.md": "# Home\n\n[A lesson](lessons/a.py)\n", "lessons/a.py": lesson})
    (root / "docs/assets").symlink_to(ROOT / "docs/assets")
    config = yaml.safe_load((root / "mkdocs.yml").read_text())
    (root / "mkdocs.yml").write_text(yaml.safe_dump(config | {"use_directory_urls": False}))
    done = build_site(root)
    assert done.returncode == 0, done.stderr
    return root / "site"


def test_pages_are_readable_and_links_lead_to_them(browser: Any, site: Path):
    errors: list[str] = []
    with browser.new_context() as context:
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto((site / "index.html").as_uri())
        page.get_by_role("link", name="A lesson").click()
        page.get_by_text("it ran", exact=True).wait_for()
        assert page.url == (site / "lessons/a.html").as_uri()
        told = page.locator(".interactive output")
        before = told.inner_text()
        page.get_by_label("Learning rate").press("End")
        assert told.inner_text() != before
        page.locator(".katex").wait_for()
        page.get_by_role("link", name="home").last.click()
        page.get_by_role("heading", level=1, name="Home").wait_for()
    assert errors == []


@pytest.mark.parametrize("offered", ["a.ipynb", "a.py", "a.md"])
def test_downloads_lie_where_the_page_says(browser: Any, site: Path, offered: str):
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((site / "lessons/a.html").as_uri())
        links = [link.get_attribute("href") for link in page.locator(".downloads a").all()]
    assert offered in links and (site / "lessons" / offered).is_file()
