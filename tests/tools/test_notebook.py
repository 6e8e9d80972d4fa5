import io
import sys
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from lessonsite.lesson import Lesson
from lessonsite.notebook import INSTALL, stub, to_notebook
from lessonsite.run import CellRun
from PIL import Image
from sites import write_lesson

PAGE = "https://e.org/lessons/one/"
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
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path id="a" fill="#010203"/></svg>'


def png() -> str:
    file = io.BytesIO()
    Image.new("RGB", (2, 2)).save(file, "PNG")
    return b64encode(file.getvalue()).decode()


def figure(**more: Any) -> dict[str, Any]:
    data = {"image/svg+xml": SVG, "text/plain": "<Figure>", "application/json": [], **more}
    return {"output_type": "display_data", "metadata": {}, "data": data}


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    return write_lesson(tmp_path, LESSON)


def plain(markdown: str) -> str:
    return markdown.replace("02_two.py", "two")


def read(text: str) -> Any:
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    return notebook


def test_clean_notebook_is_the_lesson_after_the_installation(lesson: Lesson):
    text = to_notebook(lesson, plain, None, PAGE)
    notebook = read(text)
    assert [(cell.cell_type, cell.source) for cell in notebook.cells] == [
        ("markdown", "# One\n\n[Two](two)"),
        ("code", INSTALL),
        *(("code", cell.source) for cell in lesson.code),
    ]
    assert notebook.metadata.kernelspec.name == "python3" and "jupytext" not in notebook.metadata
    assert [cell.metadata for cell in notebook.cells[3:]] == [{}, {"tags": ["answer", "no-data"]}]
    assert all(c.outputs == [] and c.execution_count is None for c in notebook.cells[1:])
    assert to_notebook(lesson, plain, None, PAGE) == text


def test_executed_notebook_is_the_same_with_outputs(lesson: Lesson):
    said = {"output_type": "stream", "name": "stdout", "text": "said\n"}
    file = {"application/json": {"name": "a b.bin", "base64": "AAE="}, "text/plain": "<Download>"}
    value = {"output_type": "execute_result", "metadata": {}, "data": file}
    run = tuple(
        CellRun([output], 1.0, 0.0, 0) for output in (figure(**{"image/png": png()}), said, value)
    )
    notebook = read(to_notebook(lesson, plain, run, PAGE))
    clean = read(to_notebook(lesson, plain, None, PAGE))
    for one, other in zip(notebook.cells, clean.cells, strict=True):
        assert (one.id, one.source, one.metadata) == (other.id, other.source, other.metadata)
    install, drawn, printed, offered = notebook.cells[1:]
    assert [cell.execution_count for cell in notebook.cells[1:]] == [None, 1, 2, 3]
    assert install.outputs == [] and printed.outputs[0].text == "said\n"
    # JupyterLab shows no SVG of a notebook from elsewhere until it is told to trust it.
    assert set(drawn.outputs[0].data) == {"text/plain", "image/png"}
    # A file lies beside the page, and is not in the notebook a second time.
    assert f'href="{PAGE}a%20b.bin"' in offered.outputs[0].data["text/html"]
    assert "AAE=" not in str(notebook) and offered.outputs[0].execution_count == 3


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
    package = '"jaxdigits @ git+https://github.com/jaxdigits/jaxdigits"'
    assert asked == [("pip", f"install -q {package}")]


def test_stub_keeps_what_is_asked_for_and_the_verdict():
    answer = '''
import math

def help(x):
    return x


def twice(x, n=2):
    """Double."""
    return n * help(x)


class Loop:
    def fit(self, x):
        return x


print(check_twice(twice))
print(check_loop(Loop))
print(twice(3))
'''
    assert stub(answer) == (
        "def twice(x, n=2):\n    ...  # Your code\n\n\n"
        "class Loop:\n\n    def fit(self, x):\n        ...  # Your code\n\n\n"
        "print(check_twice(twice))\nprint(check_loop(Loop))"
    )
    assert stub("def learner(): ...") == ""


def test_notebook_folds_answers_below_stubs_hides_checks_and_leaves_claims_out(tmp_path: Path):
    cells = """# %% [markdown]
# # One

# %% tags=["claim"]
assert accuracy > 0.9

# %% tags=["check"]
def check_two(two):
    return "right"

# %% tags=["answer"]
def two():
    return 2


print(check_two(two))
"""
    one = write_lesson(tmp_path, cells)
    notebook = read(to_notebook(one, plain, None, PAGE))
    _, _, check, empty, answer = notebook.cells
    assert "assert accuracy" not in str(notebook)
    assert check.metadata.jupyter.source_hidden and "def check_two" in check.source
    assert empty.source == "def two():\n    ...  # Your code\n\n\nprint(check_two(two))"
    assert answer.cell_type == "markdown" and "return 2" in answer.source
    assert answer.source.startswith("<details><summary>An answer</summary>")
