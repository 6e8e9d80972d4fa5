import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from lessonsite.lesson import Lesson
from lessonsite.render import to_markdown, without_marks
from lessonsite.run import CellRun
from lessonsite.text import INSTALL, portable, to_notebook, with_docstrings, with_outputs
from sites import write, write_lesson

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path stroke="#010203" d="M0 0L1 1"/></svg>'
PNG = "iVBORw0KGgo="
TABLE = {"caption": "a by b", "columns": ["b", "a"], "rows": [["0", "1"]], "note": ""}


def plain(markdown: str) -> str:
    return portable(markdown, "https://e.org/{}".format, {"jaxdigits.fit": "https://f.it"}.get)


FOLDED = '<details markdown="1"{}><summary>{}</summary>\n\n{}\n\n</details>'


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ('a\n\n!!! note "T"\n    b\n\n    c\n\nd', "a\n\n> **T**\n> \n> b\n> \n> c\n\nd"),
        ("!!! warning inline end\n    b", "> **Warning**\n> \n> b"),
        ('!!! note ""\n    b', "> b"),
        ('??? question "T?"\n    b\nd', FOLDED.format("", "T?", "b") + "\n\nd"),
        ("???+ tip\n    b", FOLDED.format(" open", "Tip", "b")),
        (
            '??? tip "A"\n\n    !!! note "B"\n        c\n\n    d',
            FOLDED.format("", "A", "> **B**\n> \n> c\n\nd"),
        ),
        ('=== "A"\n    a\n\n=== "B"\n    b', "**A**\n\na\n\n**B**\n\nb"),
        ("Title\n===\n\ntext", "Title\n===\n\ntext"),
        (
            "!!! note\n    ```\n    [a](b)\n    ```",
            "> **Note**\n> \n> ```\n> [a](b)\n> ```",
        ),
    ],
)
def test_portable_blocks_become_plain_markdown(markdown: str, expected: str):
    assert plain(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        (
            "[`a`](b.py) [![i](c.png)](d)",
            "[`a`](https://e.org/b.py) [![i](https://e.org/c.png)](https://e.org/d)",
        ),
        ("[a][b]\n\n[b]: c.py", "[a][b]\n\n[b]: https://e.org/c.py"),
        ('<a href="b">a</a>', '<a href="https://e.org/b">a</a>'),
        ("[`fit`][jaxdigits.fit] [a][jaxdigits.b]", "[`fit`](https://f.it) a"),
        ("[a](b){ .md-button .x }, c", "[a](https://e.org/b), c"),
        ("## A title { #id }\n\nb", "## A title\n\nb"),
        ("$x_{.5}$ and `f(x){.a}`", "$x_{.5}$ and `f(x){.a}`"),
        (
            '<div class="a"><noscript>See <a href="b">a</a>.</noscript></div>\n\nb',
            'See <a href="https://e.org/b">a</a>.\n\nb',
        ),
        (
            "<div>\n<noscript>a\nb</noscript>\nc</div> <i><noscript>d</noscript></i>",
            "<div>\na\nb\nc</div> d",
        ),
        ("0.5. <!-- typed: by\ndefinition -->\n\nb <!-- c -->", "0.5.\n\nb <!-- c -->"),
    ],
)
def test_portable_rewrites_links_and_leaves_attributes_out(markdown: str, expected: str):
    assert plain(markdown) == expected


@pytest.mark.parametrize(
    "code",
    [
        "`[a](b.py)` and ``[`fit`][jaxdigits.fit]``",
        "`<noscript>a</noscript>` and `<!-- typed: x -->`",
        '```text\n[a](b.py)\n\n!!! note "T"\n    b\n```',
        "~~~\n```\n[a](b.py)\n~~~",
        "- a\n\n    ```python\n    x[0](y)\n    ```",
    ],
)
def test_portable_leaves_code_alone(code: str):
    assert plain(code) == code


def show(**data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {k.replace("_", "/"): data[k] for k in data}}


def test_with_outputs_are_plain_markdown_and_files(tmp_path: Path):
    cells = ('alt="A [line]"', 'tags=["hide-input"]', 'alt="A pixel."', "", "", "", "")
    lesson = write_lesson(tmp_path, "".join(f"# %% {about}\nf()\n\n" for about in cells))
    outputs = [
        {
            "output_type": "display_data",
            "data": {"image/svg+xml": SVG, "application/json": [TABLE]},
        },
        {"output_type": "stream", "name": "stdout", "text": "a <b>\n```\n"},
        show(image_png=PNG),
        show(text_markdown="| a |\n| --- |\n| 1 |"),
        show(application_json={"name": "f.bin", "base64": "AAE="}),
        show(text_html="<b>bold</b>\n\n<i>c</i>"),
        {"output_type": "error", "ename": "E", "evalue": "why"},
    ]
    run = tuple(CellRun([output], 1.0, 0.0, 0) for output in outputs)
    text, figures = with_outputs(to_markdown(lesson), lesson, run, "one")
    text = without_marks(text)
    shown = [part.strip() for part in text.split("```python\nf()\n```\n") if part.strip()]
    assert shown == [
        "![A \\[line\\]](one/figure-1.svg)\n\n"
        '<details markdown="1"><summary>The figure\'s data</summary>\n\n'
        "a by b.\n\n| b | a |\n| ---: | ---: |\n| 0 | 1 |\n\n</details>\n\n"
        "````text\na <b>\n```\n````",
        "![A pixel.](one/figure-2.png)",
        "| a |\n| --- |\n| 1 |",
        "[f.bin](one/f.bin)",
        "<b>bold</b>\n<i>c</i>",
        "```text\nE: why\n```",
    ]
    assert list(figures) == ["figure-1.svg", "figure-2.png"]
    assert figures["figure-2.png"] == b64decode(PNG)
    drawn = ElementTree.fromstring(figures["figure-1.svg"])
    assert drawn.get("aria-label") == "A [line]" and drawn[0].get("fill") == "#ffffff"
    assert drawn[1].get("stroke") == "#1b1b1b"


HALVES = '''"""Halves. And nothing else.

See [`half`][halves.half].
"""

import functools
from math import floor


@functools.cache
def half(
    x: float,
    *,
    down: bool = False,
) -> float:
    """Return one half.

    Args:
        x: A number.
    """
    return x / 2


def _hidden():
    """Not shown."""
'''


def test_with_docstrings_writes_a_module_out(tmp_path: Path):
    write(tmp_path, {"halves/__init__.py": HALVES, "halves/part.py": '"""Another page has it."""'})
    page = "# Halves\n\n::: halves\n    options:\n      heading_level: 2\n\nThe end.\n"
    signature = "def half(\n    x: float,\n    *,\n    down: bool = False,\n) -> float"
    assert with_docstrings(page, tmp_path) == (
        "# Halves\n\nHalves. And nothing else.\n\nSee [`half`][halves.half].\n\n"
        f'<a id="halves.half"></a>\n\n## half\n\n```python\n{signature}\n```\n\n'
        "Return one half.\n\nArgs:\n    x: A number.\n\nThe end.\n"
    )


def test_with_docstrings_writes_one_name_or_the_module_alone(tmp_path: Path):
    write(tmp_path, {"halves.py": HALVES + '\n\ndef third():\n    """Return a third."""\n'})
    alone = "::: halves\n    options:\n      members: []\n"
    assert with_docstrings(alone, tmp_path).startswith("Halves. And nothing else.")
    assert "def half" not in with_docstrings(alone, tmp_path)
    one = with_docstrings("::: halves.third\n", tmp_path)
    assert one.startswith('<a id="halves.third"></a>') and "Return a third." in one
    assert "half(" not in one and "Halves." not in one


# Notebooks.

LESSON = """# %% [markdown]
# ---
# description: For search engines
# ---
#
# # One
#
# [Two](02_two.py)

# %% alt="A line."
plot()

# %%
print("said")

# %% tags=["answer", "no-data"]
2 + 2
"""


def shorten(markdown: str) -> str:
    return markdown.replace("02_two.py", "two")


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    return write_lesson(tmp_path, LESSON)


def read(text: str) -> Any:
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    return notebook


def test_clean_notebook_is_the_lesson_after_the_installation(lesson: Lesson):
    text = to_notebook(lesson, shorten)
    notebook = read(text)
    assert [(cell.cell_type, cell.source) for cell in notebook.cells] == [
        ("markdown", "# One\n\n[Two](two)"),
        ("code", INSTALL),
        *(("code", cell.source) for cell in lesson.code),
    ]
    assert notebook.metadata.kernelspec.name == "python3" and "jupytext" not in notebook.metadata
    assert [cell.metadata for cell in notebook.cells[3:]] == [{}, {"tags": ["answer", "no-data"]}]
    assert all(c.outputs == [] and c.execution_count is None for c in notebook.cells[1:])
    assert to_notebook(lesson, shorten) == text


def test_installation_installs_only_what_is_missing(monkeypatch: pytest.MonkeyPatch):
    asked: list[tuple[str, str]] = []

    class Shell:
        def run_line_magic(self, name: str, line: str) -> None:
            asked.append((name, line))

    code = TransformerManager().transform_cell(INSTALL)
    names: dict[str, Callable[[], Shell]] = {"get_ipython": Shell}
    exec(code, names)
    assert asked == []
    monkeypatch.setitem(sys.modules, "jaxdigits", None)  # Now importing it fails.
    exec(code, names)
    package = '"jaxdigits[lessons] @ git+https://github.com/jaxdigits/jaxdigits"'
    assert asked == [("pip", f"install -q {package}")]


def test_notebook_folds_answers_hides_checks_and_helpers_and_leaves_claims_out(tmp_path: Path):
    cells = """# %% [markdown]
# # One

# %% tags=["claim"]
assert accuracy > 0.9

# %% tags=["helper"]
start = 1

# %% tags=["check"]
def check_two(two):
    return "right"

# %% tags=["answer"]
def two():
    return 2


print(check_two(two))
"""
    one = write_lesson(tmp_path, cells)
    notebook = read(to_notebook(one, shorten))
    _, _, helper, check, empty, answer = notebook.cells
    assert "assert accuracy" not in str(notebook)
    assert helper.metadata.jupyter.source_hidden and helper.source == "start = 1"
    assert check.metadata.jupyter.source_hidden and "def check_two" in check.source
    assert empty.source == "def two():\n    ...  # Your code\n\n\nprint(check_two(two))"
    assert answer.cell_type == "markdown" and "return 2" in answer.source
    assert answer.source.startswith("<details><summary>An answer</summary>")
