"""What the hook mends in Material's script, in a browser."""

import re
from pathlib import Path
from typing import Any

import pytest
from bundle import combine, mend

from .conftest import ROOT, BuildSite, MakeSite, publish

INDEX = "search/search_index.json"


@pytest.fixture(scope="module")
def site(make_site: MakeSite, build_site: BuildSite) -> Path:
    pages = {"other.md": "# Other\n", "index.md": "# Home\n\nfindable\n\n```python\nx = 1\n```\n"}
    for kind in ("*.css", "*.js", "katex/*.css", "playground/*.js"):
        for path in (ROOT / "docs/assets").glob(kind):
            pages[path.relative_to(ROOT / "docs").as_posix()] = path.read_text()
    root = make_site(pages)
    done = build_site(root)
    assert done.returncode == 0, done.stderr
    return root / "site"


def test_a_page_refers_to_one_style_sheet_and_one_script(site: Path):
    html = (site / "index.html").read_text()
    (style,) = re.findall(r'<link rel="stylesheet" href="(assets/site\.\w{8}\.css)">', html)
    assert html.count('rel="stylesheet"') == 1
    (script,) = re.findall(r'<script src="(assets/site\.\w{8}\.js)" defer></script>', html)
    assert "interactive.define" in (site / script).read_text()
    css = (site / style).read_text()
    assert css.index("--md-primary-fg-color") < css.index("figure.drawn")
    # A page elsewhere has the same ones.
    assert f'href="/jaxdigits/{style}"' in (site / "404.html").read_text()
    assert len(list(site.glob("assets/site.*"))) == 2


def test_a_page_with_a_file_missing_is_left_alone(tmp_path: Path):
    html = '<link rel="stylesheet" href="assets/missing.css">'
    assert combine(html, tmp_path) == html


def test_modules_and_other_hosts_are_left_alone(tmp_path: Path):
    html = (
        '<link rel="stylesheet" href="https://host/assets/a.css">'
        '<script src="assets/a.js" type="module"></script>'
    )
    assert combine(html, tmp_path) == html


def test_a_script_that_is_another_is_noticed():
    known = (
        'x("nav",{class:"md-code__nav"});XMLHttpRequest;"search/search_index.json";'
        'let o=x("meta",{name:"color-scheme"});document.head.appendChild(o);'
        "return o.content=a.colorScheme,1"
    )
    assert mend(known) and '("div",{class:"md-code__nav"})' in str(mend(known))
    for part in ("md-code__nav", "XMLHttpRequest", "search_index", "color-scheme", "colorScheme"):
        assert mend(known.replace(part, "other")) is None


@pytest.mark.parametrize("way", ["keyboard", "pointer", "address"])
def test_the_search_loads_its_index_when_it_is_reached_for(
    site: Path, browser: Any, tmp_path: Path, way: str
):
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    with publish(site, tmp_path) as address:
        page.goto(address + ("?q=findable" if way == "address" else ""), wait_until="networkidle")
        assert any(INDEX in url for url in asked) == (way == "address")
        if way == "keyboard":
            page.keyboard.press("/")
        if way == "pointer":
            page.click("input.md-search__input")
        if way != "address":
            page.keyboard.type("findable")
        page.wait_for_selector(".md-search-result__item mark")
    assert len([url for url in asked if INDEX in url]) == 1
    page.close()


def test_buttons_of_code_are_no_landmark(site: Path, browser: Any, tmp_path: Path):
    page = browser.new_page()
    with publish(site, tmp_path) as address:
        page.goto(address)
        page.wait_for_selector("div.md-code__nav button")
        assert page.query_selector("nav.md-code__nav") is None
    page.close()


@pytest.mark.parametrize(("scheme", "metas"), [("light", 0), ("dark", 1)])
def test_dark_pages_say_so_to_the_browser(
    site: Path, browser: Any, tmp_path: Path, scheme: str, metas: int
):
    page = browser.new_page(color_scheme=scheme)
    with publish(site, tmp_path) as address:
        page.goto(address, wait_until="networkidle")
        assert page.locator("meta[name=color-scheme]").count() == metas
        page.emulate_media(color_scheme="dark")
        page.wait_for_selector("meta[name=color-scheme][content=dark]", state="attached")
        page.emulate_media(color_scheme="light")
        page.wait_for_selector("meta[name=color-scheme][content=light]", state="attached")
    page.close()


def test_addresses_in_a_style_sheet_hold_from_where_it_goes(tmp_path: Path):
    folder = tmp_path / "assets/fonts"
    folder.mkdir(parents=True)
    (folder / "a.css").write_text("@font-face{src:url(a.woff2)}a{background:url(data:image/png,)}")
    html = combine('<link rel="stylesheet" href="../assets/fonts/a.css">', tmp_path)
    (place,) = re.findall(r'href="\.\./(assets/site\.\w{8}\.css)"', html)
    css = (tmp_path / place).read_text()
    assert css == "@font-face{src:url(../assets/fonts/a.woff2)}a{background:url(data:image/png,)}"


def test_the_style_sheet_is_loaded_once_and_stays(site: Path, browser: Any, tmp_path: Path):
    page = browser.new_page()
    page.add_init_script(
        "window.loads = 0; document.addEventListener('load', "
        "e => { if (e.target.rel === 'stylesheet') loads += 1; }, true)"
    )
    with publish(site, tmp_path) as address:
        page.goto(address, wait_until="networkidle")
        page.evaluate("window.first = document.styleSheets[0]")
        page.click(".md-nav--primary a[href$='other/']", force=True)
        page.wait_for_selector("h1:text('Other')")
        assert page.evaluate("document.styleSheets.length") == 1
        assert page.evaluate("document.styleSheets[0] === first")
        assert page.evaluate("loads") == 1
        (link,) = page.query_selector_all("link[rel=stylesheet]")
        assert page.evaluate("link => link.outerHTML", link).startswith(
            f'<link rel="stylesheet" href="{address}assets/site.'
        )
    page.close()


def test_a_page_has_its_classes_before_it_has_elements(site: Path):
    html = (site / "index.html").read_text()
    head = html[: html.index("<body")]
    # Without scripts, a page says so.
    assert '<html lang="en" class="no-js">' in head
    assert 'className = "js js-focus-visible"' in head
