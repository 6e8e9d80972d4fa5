"""The front page in a browser: what a reader sees first, and the pad that answers."""

import base64
import functools
import hashlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import ROOT

MNIST = bool(os.environ.get("JAXDIGITS_MNIST_DIR"))
PARAMETERS = "**/network.safetensors"
Open = Callable[..., Any]

# Stands in for the playground: a network like its own, after fewer epochs.
PLAYGROUND = """# %% [markdown]
# # Playground

# %%
from functools import partial

import jax
import jaxdigits as jd

train = jd.to_examples(jd.load("auto").train)
jd.download(
    "network",
    jd.fit(
        partial(jd.mlp, activation=jax.nn.sigmoid),
        jd.init_mlp(jax.random.key(0), (784, 64, 10)),
        jd.cross_entropy_loss,
        jd.sgd(1.0),
        train,
        epochs=5,
        batch_size=min(256, len(train[0]) // 40),
        key=jax.random.key(1),
    ).params,
)
"""


@pytest.fixture(scope="module")
def address(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the front page as it is, and around it pages that stand in for those it links to."""
    root = tmp_path_factory.mktemp("front")
    policy = ""

    class Handler(SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    handler = functools.partial(Handler, directory=str(root / "www"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        address = f"http://127.0.0.1:{server.server_port}/jaxdigits/"
        build(root, address)
        html = "".join(page.read_text() for page in root.rglob("www/**/*.html"))
        inline = set(re.findall(r"<script>(.*?)</script>", html, re.DOTALL))  # Material's
        hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in inline]
        policy = " ".join(["script-src 'self'", *(f"'sha256-{checksum}'" for checksum in hashes)])
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield address
        server.shutdown()
        thread.join()


def build(root: Path, address: str) -> None:
    config: dict[str, Any] = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    del config["nav"], config["watch"]
    config["hooks"] = [str(ROOT / hook) for hook in config["hooks"]]
    config["theme"]["custom_dir"] = str(ROOT / config["theme"]["custom_dir"])
    config["plugins"] = [p for p in config["plugins"] if "mkdocstrings" not in p]
    config |= {"site_dir": str(root / "www/jaxdigits"), "site_url": address}
    front = (ROOT / "docs/index.py").read_text()
    pages = {
        name: f"# %% [markdown]\n# # {name}\n" for name in re.findall(r"lessons/\w+\.py", front)
    }
    pages |= {"index.py": front, "playground.py": PLAYGROUND, "reference/index.md": "# Reference\n"}
    for name, text in pages.items():
        (root / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "docs" / name).write_text(text)
    (root / "mkdocs.yml").write_text(yaml.safe_dump(config))
    (ROOT / ".cache").mkdir(exist_ok=True)
    for name in (".cache", "jaxdigits", "docs/assets"):
        (root / name).symlink_to(ROOT / name)
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    if not MNIST:
        environment["JAXDIGITS_MNIST_DIR"] = "a folder without MNIST"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Open]:
    """Return a function that opens a page; none may complain, or ask for what is elsewhere."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def note(request: Any) -> None:
        if not request.url.startswith((address, "data:")):
            complaints.append(request.url)

    def open_(path: str = "", width: int = 1280, height: int = 800, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", note)
        page.goto(address + path)
        if not path and options.get("java_script_enabled", True):
            told(page, "Draw a digit.")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page: Open) -> Any:
    return open_page()


def told(page: Any, text: str) -> None:
    page.locator(".summary", has_text=text).wait_for(timeout=20_000)


def answer(page: Any) -> str:
    return page.locator(".glance .answer").inner_text()


def expect(page: Any, digit: int) -> None:
    """Expect an answer; from the embedded digits, a network learned to read other hands."""
    told(page, f"takes it for a {digit}" if MNIST else "takes it for a ")
    assert answer(page) == (str(digit) if MNIST else answer(page)) != "?"


def draw(page: Any, *places: tuple[float, float]) -> None:
    """Draw with the mouse, in a box from 0 to 1."""
    page.locator(".pad").scroll_into_view_if_needed()
    box = page.locator(".pad canvas").bounding_box()
    for n, (x, y) in enumerate(places):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if n == 0:
            page.mouse.down()
    page.mouse.up()


SEVEN = (0.2, 0.2), (0.75, 0.2), (0.45, 0.85)
ZERO = (0.5, 0.1), (0.25, 0.35), (0.25, 0.65), (0.5, 0.9), (0.75, 0.65), (0.75, 0.35), (0.5, 0.1)


# What a reader sees.


def test_one_screen_says_what_it_is_and_where_to_start(page: Any):
    if not MNIST:
        pytest.skip("a notice on every page takes room")
    shown = page.locator("h1, .start a, .pad, .front figure, .glance .why, .glance .keys").all()
    assert len(shown) == 7
    for part in shown:
        box = part.bounding_box()
        assert box["y"] > 0 and box["y"] + box["height"] <= 800
        assert box["x"] > 0 and box["x"] + box["width"] <= 1280
    first = page.locator("h1 + p strong").inner_text()
    assert first == "Learn how a neural network learns, by building one that reads digits."


def test_its_links_lead_to_the_first_lesson_and_to_the_playground(page: Any, address: str):
    links = [link.evaluate("link => link.href") for link in page.locator(".start a").all()]
    assert links == [f"{address}lessons/01_pixels/", f"{address}playground/"]
    assert page.locator(".glance a").evaluate("link => link.href") == links[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_all_is_there_in_its_order(open_page: Open, scheme: str):
    page = open_page(width=360, height=740, has_touch=True, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    parts = "h1", ".start", ".pad", ".summary", ".front figure", "#the-ladder"
    tops = [page.locator(part).bounding_box()["y"] for part in parts]
    assert tops == sorted(tops)
    assert page.locator(".front figure svg").bounding_box()["width"] > 300
    assert page.locator(".glance button").bounding_box()["height"] >= 44
    # Ink stands out from the ground in both.
    inverted = page.locator(".pad canvas").evaluate("e => getComputedStyle(e).filter")
    assert inverted == ("none" if scheme == "light" else "invert(1)")


def test_a_sentence_stands_in_where_scripts_do_not_run(open_page: Open):
    page = open_page(java_script_enabled=False)
    assert "you need JavaScript" in page.locator(".glance").inner_text()
    assert page.locator(".start a").first.is_visible()


# The pad.


def test_parameters_are_fetched_when_the_pad_is_first_touched_and_once(page: Any):
    page.wait_for_load_state("networkidle")
    assert fetched(page) == []
    draw(page, *SEVEN)
    expect(page, 7)
    draw(page, *ZERO)
    told(page, "takes it for a ")
    assert len(fetched(page)) == 1


def fetched(page: Any) -> list[str]:
    """Return the files of parameters that a page has asked for."""
    asked = "performance.getEntriesByType('resource').map((entry) => entry.name)"
    return [name for name in page.evaluate(asked) if name.endswith(".safetensors")]


def test_says_which_digit_it_takes_a_drawing_for_and_how_sure_it_is(page: Any):
    assert answer(page) == "?" and page.locator(".invitation").is_visible()
    draw(page, *ZERO)
    expect(page, 0)
    assert not page.locator(".invitation").is_visible()
    sure = re.search(r"a (\d), and is (\d+) % sure", page.locator(".summary").inner_text())
    assert sure and sure[1] == answer(page)
    beliefs = page.locator(".bars svg").get_attribute("aria-label")
    found = dict(re.findall(r"(\d): (\d+) %", beliefs))
    assert list(found) == list("0123456789") and found[answer(page)] == sure[2]
    assert max(found.values(), key=int) == sure[2]
    page.locator(".glance").get_by_role("button", name="Clear").click()
    told(page, "Draw a digit.")
    assert answer(page) == "?" and page.locator(".invitation").is_visible()


def test_the_keyboard_draws(page: Any):
    pad = page.get_by_role("application", name="Drawing pad")
    pad.focus()
    pad.press("Space")
    for _ in range(18):
        pad.press("ArrowDown")
    pad.press("Space")
    expect(page, 1)
    assert page.evaluate("scrollY") == 0
    pad.press("Delete")
    told(page, "Draw a digit.")


def test_a_finger_draws_and_the_page_stays(open_page: Open):
    page = open_page(width=360, height=740, has_touch=True, is_mobile=True)
    page.locator(".pad").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    box = page.locator(".pad canvas").bounding_box()
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *places: float) -> None:
        points = [{"x": box["x"] + box["width"] / 2, "y": box["y"] + y} for y in places]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", 40)
    for y in range(60, 241, 20):
        send("touchMove", y)
    send("touchEnd")
    expect(page, 1)
    assert page.evaluate("scrollY") == before


def test_comes_alive_after_instant_navigation_too(open_page: Open):
    page = open_page("lessons/01_pixels/")
    page.wait_for_load_state("networkidle")  # Until then, links load whole pages.
    page.evaluate("window.same = true")
    for _ in range(2):
        page.get_by_role("link", name="Home").first.click()
        told(page, "Draw a digit.")
        draw(page, *SEVEN)
        expect(page, 7)
        page.locator(".start a").first.click()
        page.get_by_role("heading", name="01_pixels").wait_for()
        assert page.locator(".playground").count() == 0
    assert page.evaluate("window.same")


def test_without_parameters_it_says_so_and_tries_again(browser: Any, address: str):
    page = browser.new_page()
    page.route(PARAMETERS, lambda route: route.fulfill(body=b"\0" * 1000))
    page.goto(address)
    told(page, "Draw a digit.")
    draw(page, *SEVEN)
    told(page, "The network could not be loaded.")
    assert answer(page) == "?"
    page.unroute(PARAMETERS)
    draw(page, (0.4, 0.5), (0.6, 0.5))
    told(page, "takes it for a ")
    page.close()
