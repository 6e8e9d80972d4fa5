"""Small sites built with the real hooks and the real `mkdocs.yml`; pages in a browser."""

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
from lessonsite.lesson import Lesson, read

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# Stand in for the package and for JAX: what is tested is the site, and these import at once.
FAKE_PACKAGE = """
import collections, os
import numpy as np

Digits = collections.namedtuple("Digits", "images labels")

def load(source):
    digits = Digits(np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.uint8))
    name = os.environ.get("FAKE_DIGITS", "mnist")
    return collections.namedtuple("Dataset", "name train test")(name, digits, digits)
"""
FAKE_FILES = """
import collections

DownloadLink = collections.namedtuple("DownloadLink", "name content")
"""
FAKE_JAX = """
import types
devices = lambda: [types.SimpleNamespace(device_kind="abacus")]
monitoring = types.SimpleNamespace(register_event_duration_secs_listener=lambda count: None)
"""
FAKES = {
    "jaxdigits/__init__.py": FAKE_PACKAGE,
    "jaxdigits/files.py": FAKE_FILES,
    "jax.py": FAKE_JAX,
    "optax.py": "",
}
# Stands in for npm: what it "installs" sets a formula in angle brackets.
FAKE_NPM = """#!/bin/sh
echo called >> "$(dirname "$0")/npm-calls"
[ -z "$NPM_FAILS" ] || { echo "npm error: $NPM_FAILS" >&2; exit 1; }
mkdir -p node_modules/katex/dist/fonts
cd node_modules/katex/dist
touch katex.min.css fonts/a.woff2
cat > katex.js <<'END'
exports.renderToString = (tex, { displayMode }) =>
  `<span class="katex">${displayMode ? "block" : "line"}: ${tex.replace("<", "&lt;")}</span>`;
END
"""

MakeSite = Callable[..., Path]
BuildSite = Callable[..., subprocess.CompletedProcess[str]]


def write(root: Path, files: dict[str, str]) -> None:
    """Write files below a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def write_lesson(root: Path, text: str, name: str = "one") -> Lesson:
    """Write a lesson where a repository has it, and read it."""
    write(root, {f"docs/lessons/{name}.py": text})
    return read(root / f"docs/lessons/{name}.py")


def write_npm(folder: Path) -> None:
    """Write the program that stands in for npm."""
    write(folder, {"npm": FAKE_NPM})
    (folder / "npm").chmod(0o755)


def variables(root: Path, **more: str) -> dict[str, str]:
    """Return the environment in which the commands for a small site run."""
    path = os.pathsep.join([str(root / "bin"), os.environ["PATH"]])
    return os.environ | {"PATH": path, "NO_MKDOCS_2_WARNING": "1"} | more


@pytest.fixture(scope="session")
def make_site(tmp_path_factory: pytest.TempPathFactory) -> MakeSite:
    """Return a function that writes a site: `make_site({"index.py": "..."})`."""

    def make(pages: dict[str, str], plugins: Sequence[str] = (), **settings: Any) -> Path:
        root = tmp_path_factory.mktemp("site")
        config: dict[str, Any] = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
        del config["nav"]
        config["hooks"] = [str(ROOT / hook) for hook in config["hooks"]]
        config["theme"]["custom_dir"] = str(ROOT / config["theme"]["custom_dir"])
        kept = [p for p in config["plugins"] if {*p} & {*plugins} or "mkdocstrings" not in p]
        config["plugins"] = kept + [p for p in plugins if p != "mkdocstrings"]
        write(root, {f"docs/{name}": text for name, text in pages.items()})
        write(root, {**FAKES, "mkdocs.yml": yaml.safe_dump(config | settings)})
        write_npm(root / "bin")
        (root / "docs/assets").mkdir(exist_ok=True)
        for asset in (ROOT / "docs/assets").iterdir():
            if not (root / "docs/assets" / asset.name).exists():
                (root / "docs/assets" / asset.name).symlink_to(asset)
        return root

    return make


@pytest.fixture(scope="session")
def build_site() -> BuildSite:
    """Return a function that runs `mkdocs build --strict` on a site."""

    def build(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
        env = variables(root, **environment)
        return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True)

    return build


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api: Any = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
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

    class Server(ThreadingHTTPServer):
        # With the usual five, a page that asks for many files waits for seconds, or in vain.
        request_queue_size = 128

    handler = functools.partial(Handler, directory=str(folder))
    with Server(("127.0.0.1", 0), handler) as server:
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
        # A page that is left no longer needs what it asked for.
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"{request.failure}: {request.url}")

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", fail)
    page.on("request", note)
    page.on("response", judge)
    return complaints
