"""The real site, and the lessons' interactives alone, in a browser."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sites import ROOT, browser, build_site, make_site, publish, watch

__all__ = ["browser", "build_site", "make_site"]

# What Material does: it calls back now, and again whenever a page is shown.
MATERIAL = "const shown = [], document$ = { subscribe({ next }) { shown.push(next); next(); } };"
PAGE = """
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="script-src file:">
<title>A lesson</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="material.css">
<link rel="stylesheet" href="{assets}/interactive.css">
<body>
{interactive}
<script src="material.js"></script>
<script src="{assets}/interactive.js"></script>
<script src="{assets}/{script}.js"></script>
"""

OpenInteractive = Callable[..., Any]
Visit = Callable[..., Any]


@pytest.fixture(scope="session")
def built_site() -> Path:
    """Return the folder of the real site, which takes minutes to build from nothing."""
    folder = os.environ.get("JAXDIGITS_SITE")
    if not folder:
        pytest.skip("set JAXDIGITS_SITE to the folder of the site, built")
    return Path(folder).resolve(strict=True)


@pytest.fixture(scope="session")
def on_mnist(built_site: Path) -> bool:
    """Return whether the real site's lessons ran on MNIST."""
    return "Built without MNIST" not in (built_site / "index.html").read_text()


@pytest.fixture(scope="session")
def address(built_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the real site; return its address."""
    with publish(built_site, tmp_path_factory.mktemp("www")) as address:
        yield address


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a page of the real site: `visit("playground/", width=360)`.

    Whatever the page complains about fails the test.
    """
    opened: list[tuple[Any, list[str]]] = []

    def visit(path: str = "", width: int = 1280, height: int = 900, **options: Any) -> Any:
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, **options)
        page = context.new_page()
        opened.append((context, watch(page, address)))
        page.goto(address + path, wait_until="networkidle")
        return page

    yield visit
    for context, _ in opened:
        context.close()
    assert [complaint for _, complaints in opened for complaint in complaints] == []


def go_offline(page: Any):
    """Take away the network, after the page has kept what it had loaded."""
    page.wait_for_timeout(5000)
    assert page.evaluate("navigator.serviceWorker.controller !== null")
    # The browser's own cache would hide what is missing.
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.context.set_offline(True)


def interactive_of(kind: str) -> str:
    """Return an interactive as its lesson has it."""
    lessons = "".join(path.read_text() for path in ROOT.glob("docs/lessons/*.py"))
    (found,) = re.findall(f'<div class="interactive {kind}".*</div>', lessons)
    return found


@pytest.fixture
def open_interactive(browser: Any, tmp_path: Path) -> Iterator[OpenInteractive]:
    """Return a function that opens a lesson's interactive, alone, on a narrow phone.

    Whatever the page complains about fails the test.
    """
    complaints: list[str] = []
    pages = []

    def open_(kind: str, **options: Any) -> Any:
        (tmp_path / "material.js").write_text(MATERIAL)
        (tmp_path / "material.css").write_text(":root { --md-default-fg-color: rgb(1, 2, 3) }")
        file = tmp_path / "page.html"
        script = kind.replace("-", "_")
        assets = (ROOT / "docs" / "assets").as_uri()
        interactive = interactive_of(kind)
        file.write_text(PAGE.format(assets=assets, script=script, interactive=interactive))
        size = {"width": 360, "height": 740}
        page = browser.new_page(viewport=size, has_touch=True, **options)
        pages.append(page)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_
    for page in pages:
        page.close()
    assert complaints == []
