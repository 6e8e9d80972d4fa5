import asyncio
import base64
import io
import re
from pathlib import Path

import jupytext
import matplotlib.pyplot as plt
import nbformat
import pytest
from bs4 import BeautifulSoup
from downloads import COLAB, INSTALL
from executed_notebook import with_outputs
from execution import code_cells, execute
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output
from portable import portable

from .conftest import BuildSite, MakeSite

SITE = "https://jaxdigits.github.io/jaxdigits/"

LESSON = """# %% [markdown]
# ---
# description: For search engines
# ---
#
# # One
#
# [Two](02_two.py#more), [below](#end), [home](../index.md), [JAX](https://docs.jax.dev),
# [`fit`][jaxdigits.fit].
#
# ![An arrow.](../assets/diagrams/arrow.svg)
#
# !!! note "Mind"
#     Text.

# %% alt="A line."
import matplotlib.pyplot as plt
plt.figure(figsize=(1, 1)); plt.plot([1, 2]);

# %%
import jaxdigits as jd
print(jd.load("auto").name)

# %%
class File:
    def _repr_html_(self):
        return '<a download="f.bin" href="data:application/octet-stream;base64,AAEC">f.bin</a>'
File()

# %% tags=["check"]
def check(f):
    return "right" if f(2) == 4 else "Not yet"

# %% [markdown]
# ## End

# %% tags=["answer"]
print(check(lambda x: 2 * x))
"""


@pytest.fixture(scope="module")
def root(make_site: MakeSite, build_site: BuildSite) -> Path:
    root = make_site(
        {
            "index.md": "# Home\n\n[One](lessons/01_one.py)\n",
            "lessons/01_one.py": LESSON,
            "lessons/02_two.py": "# %% [markdown]\n# # Two\n#\n# ## More\n",
            "reference.md": "# Reference\n\n## fit { #jaxdigits.fit }\n",
            "assets/diagrams/arrow.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
        },
        plugins=["autorefs"],
    )
    for kept in "first", "site":
        done = build_site(root)
        assert done.returncode == 0, done.stderr
        (root / "site").rename(root / kept)
    return root


@pytest.fixture(scope="module")
def notebook(root: Path) -> NotebookNode:
    return nbformat.read(root / "site/lessons/01_one.ipynb", as_version=4)


def test_it_is_valid_and_clean(notebook: NotebookNode):
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "jupytext" not in notebook.metadata
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None


def test_its_code_is_the_lessons_after_the_installation(notebook: NotebookNode):
    lesson = jupytext.reads(LESSON, fmt="py:percent")
    own, found = (
        [(cell.source, cell.metadata.get("tags")) for cell in code_cells(book)]
        for book in (lesson, notebook)
    )
    assert found == [(INSTALL.rstrip(), None), *own]
    assert notebook.cells[0].source.startswith("# One\n")


def test_every_build_writes_the_same(root: Path):
    for name in ("01_one.ipynb", "01_one.executed.ipynb", "02_two.ipynb", "01_one.py"):
        assert (root / "first/lessons" / name).read_bytes() == (
            root / "site/lessons" / name
        ).read_bytes()


def test_its_links_lead_to_the_site(notebook: NotebookNode):
    assert re.findall(r"\]\((.*?)\)", notebook.cells[0].source) == [
        f"{SITE}lessons/02_two/#more",
        f"{SITE}lessons/01_one/#end",
        SITE,
        "https://docs.jax.dev",
        f"{SITE}reference/#jaxdigits.fit",
        f"{SITE}assets/diagrams/arrow.svg",
    ]


def test_it_runs_and_installs_only_what_is_missing(root: Path, notebook: NotebookNode):
    missing = """
import sys
sys.modules["jaxdigits"] = None  # Now importing it fails.
get_ipython().register_magic_function(lambda line: print("pip", line), magic_name="pip")
"""
    # What follows the lesson plays its first cell again, where the package is missing.
    cells = [*notebook.cells, new_code_cell(missing), new_code_cell(INSTALL)]
    install, figure, name, _, check, answer, _, again = asyncio.run(
        execute(nbformat.v4.new_notebook(cells=cells), root)
    ).outputs
    assert install == check == []
    assert "image/svg+xml" in figure[0].data
    assert (name[0].text, answer[0].text) == ("mnist\n", "right\n")
    package = '"jaxdigits @ git+https://github.com/jaxdigits/jaxdigits"'
    assert again[0].text == f"pip install -q {package}\n"


def test_the_executed_one_is_the_same_with_outputs(root: Path, notebook: NotebookNode):
    executed = nbformat.read(root / "site/lessons/01_one.executed.ipynb", as_version=4)
    nbformat.validate(executed)
    same = ("id", "cell_type", "source", "metadata")
    assert [[cell[name] for name in same] for cell in executed.cells] == [
        [cell[name] for name in same] for cell in notebook.cells
    ]
    install, figure, name, file, check, answer = code_cells(executed)
    assert install.outputs == check.outputs == [] and install.execution_count is None
    assert [cell.execution_count for cell in (figure, name, answer)] == [1, 2, 5]
    assert (name.outputs[0].text, answer.outputs[0].text) == ("mnist\n", "right\n")
    # A file lies beside the page, and is not in the notebook a second time.
    assert f'href="{SITE}lessons/01_one/f.bin"' in file.outputs[0].data["text/html"]
    assert file.outputs[0].execution_count == file.execution_count == 3


def test_its_figures_are_shown_without_trust_on_any_ground(root: Path):
    executed = nbformat.read(root / "site/lessons/01_one.executed.ipynb", as_version=4)
    (output,) = code_cells(executed)[1].outputs
    assert set(output.data) == {"text/plain", "image/png"}
    pixels = plt.imread(io.BytesIO(base64.b64decode(output.data["image/png"])))
    assert pixels.shape[1] == 2 * output.metadata["image/png"]["width"]
    assert (pixels[0, 0] == 1).all()  # white, and not transparent
    assert pixels.min(axis=(0, 1))[:3].max() < 0.1  # with dark ink


def test_an_svg_that_came_alone_brings_its_ground_along():
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><path id="a" fill="#010203"/></svg>'
    clean = new_notebook(cells=[new_code_cell(), new_code_cell("draw()")])
    lesson = new_notebook(cells=[new_code_cell("draw()")])
    lesson.cells[0].outputs = [new_output("display_data", {"image/svg+xml": svg})]
    ((output,),) = (cell.outputs for cell in with_outputs(clean, lesson, SITE).cells[1:])
    drawn = output.data["image/svg+xml"]
    assert 'fill="#ffffff"' in drawn and 'fill="#1b1b1b"' in drawn and "#010203" not in drawn
    assert lesson.cells[0].outputs[0].data["image/svg+xml"] == svg


def test_a_file_that_a_cell_offers_is_written_beside_the_page(root: Path):
    page = root / "site/lessons/01_one/index.html"
    links = BeautifulSoup(page.read_text(), "html.parser").select(".output a")
    assert [(link["href"], link["download"]) for link in links] == [("f.bin", "f.bin")]
    assert (page.parent / "f.bin").read_bytes() == b"\x00\x01\x02"


def test_a_lessons_page_offers_it_below_the_title(root: Path):
    page = BeautifulSoup((root / "site/lessons/01_one/index.html").read_text(), "html.parser")
    length = page.select_one("h1 + p.downloads > span")
    assert length is not None and length.text == "1 min read"
    here, executed, colab, source, text = page.select("h1 + p.downloads a")
    assert [a.get_text() for a in (here, executed, colab, source, text)] == [
        "Download notebook",
        "Executed notebook",
        "Open in Colab",
        "Python file",
        "Markdown",
    ]
    folder = root / "site/lessons/01_one"
    assert (folder / str(here["href"])).resolve() == root / "site/lessons/01_one.ipynb"
    assert (folder / str(executed["href"])).resolve().name == "01_one.executed.ipynb"
    assert (folder / str(source["href"])).read_text() == LESSON
    assert colab["href"] == f"{COLAB}lessons/01_one.ipynb"
    assert (folder / str(text["href"])).read_text().startswith("# One\n")
    assert "Download notebook" not in (root / "site/index.html").read_text()
    assert "Download notebook" not in (root / "site/search/search_index.json").read_text()


def plain(markdown: str) -> str:
    return portable(markdown, "https://e.org/{}".format, {"jaxdigits.fit": "https://f.it"}.get)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ('a\n\n!!! note "T"\n    b\n\n    c\n\nd', "a\n\n> **T**\n> \n> b\n> \n> c\n\nd"),
        ("!!! warning inline end\n    b", "> **Warning**\n> \n> b"),
        ('!!! note ""\n    b', "> b"),
        ('??? question "T?"\n    b\nd', "<details><summary>T?</summary>\n\nb\n\n</details>\n\nd"),
        ("???+ tip\n    b", "<details open><summary>Tip</summary>\n\nb\n\n</details>"),
        (
            '??? tip "A"\n\n    !!! note "B"\n        c\n\n    d',
            "<details><summary>A</summary>\n\n> **B**\n> \n> c\n\nd\n\n</details>",
        ),
        ('=== "A"\n    a\n\n=== "B"\n    b', "**A**\n\na\n\n**B**\n\nb"),
        ("Title\n===\n\ntext", "Title\n===\n\ntext"),
    ],
)
def test_blocks_degrade_to_plain_markdown(markdown: str, expected: str):
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
        ("`<noscript>a</noscript>`", "`<noscript>a</noscript>`"),
        ("0.5. <!-- typed: by\ndefinition -->\n\nb <!-- c -->", "0.5.\n\nb <!-- c -->"),
        ("`<!-- typed: x -->`", "`<!-- typed: x -->`"),
    ],
)
def test_links_are_made_absolute_and_attributes_left_out(markdown: str, expected: str):
    assert plain(markdown) == expected


@pytest.mark.parametrize(
    "code",
    [
        "`[a](b.py)` and ``[`fit`][jaxdigits.fit]``",
        '```text\n[a](b.py)\n\n!!! note "T"\n    b\n```',
        "~~~\n```\n[a](b.py)\n~~~",
        "- a\n\n    ```python\n    x[0](y)\n    ```",
    ],
)
def test_code_is_left_alone(code: str):
    assert plain(code) == code


def test_code_in_a_block_is_left_alone():
    assert plain("!!! note\n    ```\n    [a](b)\n    ```") == (
        "> **Note**\n> \n> ```\n> [a](b)\n> ```"
    )
