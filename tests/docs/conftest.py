"""Small sites, with the real hooks and the real `mkdocs.yml`; interactives in a browser."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
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
MATERIAL = "const shown = [], document$ = { subscribe(fn) { shown.push(fn); fn(); } };"
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
