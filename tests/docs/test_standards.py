"""What the hook mends in Material's pages, on a small site."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from standards import mend

from .conftest import BuildSite, MakeSite


@pytest.fixture(scope="module")
def site(make_site: MakeSite, build_site: BuildSite) -> Path:
    root = make_site(
        {"index.md": "# Home\n", "part/index.md": "# Part\n", "part/page.md": "# A page\n"}
    )
    done = build_site(root)
    assert done.returncode == 0, done.stderr
    return root / "site"


@pytest.mark.parametrize("page", ["index.html", "part/page/index.html", "404.html"])
def test_pages_are_as_the_standard_has_them(site: Path, page: str):
    html = BeautifulSoup((site / page).read_text(), "html.parser")
    assert html.select("label.md-nav__link") and not html.select('[tabindex=""]')
    assert html.select('input[type="checkbox"]')
    assert not html.select('input[type="checkbox"][autocomplete]')
    assert html.select('input[type="text"][autocomplete="off"]')
    (search,) = html.select('[role="dialog"]')
    assert search["aria-label"] == "Search"


def test_a_section_is_named_by_its_own_page(site: Path):
    html = BeautifulSoup((site / "index.html").read_text(), "html.parser")
    (section,) = html.select("nav[aria-labelledby]")
    (label,) = html.select(f"#{section['aria-labelledby']}")
    assert (label.name, label.get_text().strip()) == ("a", "Part")


def test_other_text_is_left_alone():
    text = '<p>autocomplete="off"</p><input type="text" autocomplete="off"><td tabindex="0">'
    assert mend(text) == text
