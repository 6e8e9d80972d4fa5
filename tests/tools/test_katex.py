"""The formulas that KaTeX sets; a script stands in for npm, and for KaTeX."""

import os
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from lessonsite.katex import Formulas
from lessonsite.npm import fetch
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
