"""Packages that come from npm, and formulas that one of them sets; scripts stand in for both."""

import os
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from lessonsite.npm import Formulas, fetch, program
from markdown import markdown
from sites import write_npm

ARITHMATEX = {"pymdownx.arithmatex": {"generic": True}}
TEXT = "# Title $t$\n\nInline $a < b$ text.\n\n$$x^2$$\n\n| $c$ |\n| --- |\n| `$d$` |\n"


@pytest.fixture
def bin_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_npm(tmp_path / "bin")
    path = os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]])
    monkeypatch.setenv("PATH", path)
    return tmp_path / "bin"


def test_fetch_installs_once(bin_: Path, tmp_path: Path):
    for _ in range(2):
        folder, problem = fetch(tmp_path)
        assert folder is not None and problem == ""
        assert (folder / "katex/dist/katex.min.css").exists()
        assert (folder.parent / "package-lock.json").exists()
    assert (bin_ / "npm-calls").read_text() == "called\n"


def test_fetch_that_failed_says_why_and_is_tried_again(
    bin_: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as broken:
        broken.setenv("NPM_FAILS", "no network")
        folder, problem = fetch(tmp_path)
        assert folder is None and "no network" in problem
    assert fetch(tmp_path)[1] == ""


def test_fetch_without_npm_says_what_brings_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lessonsite.npm.program", lambda name: None)
    folder, problem = fetch(tmp_path)
    assert folder is None and 'pip install -e ".[docs]"' in problem


def test_program_beside_python_is_found(
    bin_: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert program("npm") == str(bin_ / "npm")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(bin_ / "python"))
    assert program("npm") == str(bin_ / "npm")
    assert program("node") is None


def test_formulas_are_set_on_the_page_and_without_katex_stay_tex(bin_: Path, tmp_path: Path):
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    extensions = ["tables", "toc", "pymdownx.arithmatex"]
    html = markdown(TEXT, extensions=extensions, extension_configs=ARITHMATEX)
    assert Formulas(None).set_in([html]) == [html]
    folder, problem = fetch(tmp_path)
    assert folder is not None and problem == ""
    formulas = Formulas(folder / "katex/dist")
    pages = formulas.set_in([html, "nothing"])
    assert pages[1] == "nothing" and formulas.set_in([html]) == pages[:1]
    page = BeautifulSoup(pages[0], "html.parser")
    found = [formula.text for formula in page.select("span.arithmatex > .katex")]
    assert found == ["line: t", "line: a < b", "line: c"]
    assert [found.text for found in page.select("div.arithmatex > .katex")] == ["block: x^2"]
    assert page.select_one("td > code") is not None and "$d$" in page.text
