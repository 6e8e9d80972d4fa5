import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from lessonsite.formulas import FormulaExtension, Formulas
from lessonsite.npm import fetch
from markdown import Markdown
from sites import write_npm

ARITHMATEX = {"pymdownx.arithmatex": {"generic": True}}
TEXT = "# Title $t$\n\nInline $a < b$ text.\n\n$$x^2$$\n\n| $c$ |\n| --- |\n| `$d$` |\n"


def html(formulas: Formulas) -> BeautifulSoup:
    extensions = ["tables", "toc", "pymdownx.arithmatex", FormulaExtension(formulas)]
    md = Markdown(extensions=extensions, extension_configs=ARITHMATEX)
    return BeautifulSoup(md.convert(TEXT), "html.parser")


@pytest.fixture
def formulas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Formulas:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    write_npm(tmp_path / "bin")
    monkeypatch.setattr("lessonsite.npm.program", lambda name: str(tmp_path / "bin/npm"))
    folder, problem = fetch(tmp_path)
    assert problem == ""
    return Formulas(folder)


def test_formulas_are_set_on_the_page(formulas: Formulas):
    assert formulas.can_set
    page = html(formulas)
    assert [found.text for found in page.select("span.arithmatex > .katex")] == [
        "line: t",
        "line: a < b",
        "line: c",
    ]
    assert [found.text for found in page.select("div.arithmatex > .katex")] == ["block: x^2"]
    assert page.select_one("td > code") is not None and "$d$" in page.text
    assert not page.select("p > div")


def test_formulas_without_katex_stay_tex():
    formulas = Formulas(None)
    assert not formulas.can_set
    page = html(formulas)
    shown = [found.text.strip() for found in page.select(".arithmatex")]
    assert shown == [r"\(t\)", r"\(a < b\)", r"\[x^2\]", r"\(c\)"]
    assert formulas.html("a<b") == r'<span class="arithmatex">\(a&lt;b\)</span>'
