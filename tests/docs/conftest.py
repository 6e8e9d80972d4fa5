"""Small sites, with the real hooks and the real `mkdocs.yml`; interactives in a browser."""

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]

# Stand in for the package and for JAX: what is tested here is the site, and starts faster.
FAKE_PACKAGE = """
import collections, os
import numpy as np

Digits = collections.namedtuple("Digits", "images labels")

def load(source):
    digits = Digits(np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.uint8))
    name = os.environ.get("FAKE_DIGITS", "mnist")
    return collections.namedtuple("Dataset", "name train test")(name, digits, digits)
"""
FAKE_JAX = """
import types
devices = lambda: [types.SimpleNamespace(device_kind="abacus")]
"""

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
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

OpenInteractive = Callable[..., Any]
MakeSite = Callable[..., Path]
BuildSite = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def make_site(tmp_path_factory: pytest.TempPathFactory) -> MakeSite:
    """Return a function that writes a site: `make_site({"index.py": "..."})`."""

    def make(pages: dict[str, str], plugins: Sequence[str] = ()) -> Path:
        root = tmp_path_factory.mktemp("site")
        config: dict[str, Any] = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
        del config["nav"], config["watch"]
        config["hooks"] = [str(ROOT / hook) for hook in config["hooks"]]
        config["theme"]["custom_dir"] = str(ROOT / config["theme"]["custom_dir"])
        config["plugins"] = [p for p in config["plugins"] if "mkdocstrings" not in p]
        config["plugins"] += plugins
        files = {f"docs/{name}": text for name, text in pages.items()}
        files |= {"jaxdigits/__init__.py": FAKE_PACKAGE, "jax.py": FAKE_JAX}
        files |= {"mkdocs.yml": yaml.safe_dump(config)}
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return root

    return make


@pytest.fixture(scope="module")
def build_site() -> BuildSite:
    """Return a function that runs `mkdocs build --strict` on a site."""

    def build(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
        variables = os.environ | {"NO_MKDOCS_2_WARNING": "1"} | environment
        return subprocess.run(command, cwd=root, env=variables, capture_output=True, text=True)

    return build


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    pytest.importorskip("playwright", reason="playwright is not installed")
    api: Any = pytest.importorskip("playwright.sync_api")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("no Chromium is installed")
    args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=args)
        yield browser
        browser.close()


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder as any host of plain files does; give its address."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

    handler = functools.partial(Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def publish(site: Path, root: Path) -> Iterator[str]:
    """Serve a built site below a path, as GitHub Pages does; give its address."""
    folder = root / "jaxdigits"
    folder.mkdir()
    for entry in site.iterdir():
        (folder / entry.name).symlink_to(entry)
    with serve(root) as host:
        address = f"{host}{folder.name}/"
        # Instant navigation goes where the sitemap says, on any host, but at the same port.
        sitemap = folder / "sitemap.xml"
        listed = re.sub("<loc>https://[^/]+/jaxdigits/", f"<loc>{address}", sitemap.read_text())
        sitemap.unlink()
        sitemap.write_text(listed)
        yield address


def watch(page: Any, home: str) -> list[str]:
    """Return a list that fills with what goes wrong in a page, and with requests to elsewhere."""
    complaints: list[str] = []

    def note(request: Any) -> None:
        if not request.url.startswith((home, "data:", "blob:")):
            complaints.append(f"asks elsewhere: {request.url}")

    def judge(response: Any) -> None:
        if response.status >= 400:
            complaints.append(f"{response.status}: {response.url}")

    def fail(request: Any) -> None:
        # Whoever leaves a page no longer needs what it asked for.
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"{request.failure}: {request.url}")

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", fail)
    page.on("request", note)
    page.on("response", judge)
    return complaints


@pytest.fixture(scope="module")
def built_site() -> Path:
    """Return the folder of the real site, which takes minutes to build from nothing."""
    folder = os.environ.get("JAXDIGITS_SITE")
    if not folder:
        pytest.skip("set JAXDIGITS_SITE to the folder of the site, built")
    return Path(folder).resolve(strict=True)


@pytest.fixture(scope="module")
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

    def visit(path: str = "", width: int = 1280, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        page = context.new_page()
        opened.append((context, watch(page, address)))
        page.goto(address + path, wait_until="networkidle")
        return page

    yield visit
    for context, _ in opened:
        context.close()
    assert [complaint for _, complaints in opened for complaint in complaints] == []


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
