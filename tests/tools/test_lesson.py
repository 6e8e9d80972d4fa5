from pathlib import Path

import jupytext
import pytest
from lessonsite.lesson import parse, read, tokens
from sites import ROOT, write_lesson

LESSON = """# %% [markdown]
# ---
# title: T
# ---
#
# # One

# %% tags=["answer", "no-data"] alt="A three. | A seven."

x = 1
y = 2

# %% [markdown]
# More

# %% tags=["hide-input"]
x + 1
"""


def test_read_gives_each_cell_its_number_tags_and_line(tmp_path: Path):
    lesson = write_lesson(tmp_path, LESSON)
    lines = LESSON.splitlines()
    found = [(cell.number, lines[cell.line - 1]) for cell in lesson.cells]
    assert found == [(0, "# ---"), (1, "x = 1"), (0, "# More"), (2, "x + 1")]
    first, second = lesson.code
    assert lines[first.line_at(first.source.index("y")) - 1] == "y = 2"
    assert first.alts == ["A three.", "A seven."] and second.alts == []
    assert (first.tags, second.tags) == ({"answer", "no-data"}, {"hide-input"})
    assert lesson.header == {"title": "T"}


WRITTEN_BY_JUPYTEXT = """# ---
# jupyter:
#   jupytext: {}
# ---

# %% [markdown]
#   Indented
#tight
#
# # One

# %% Named tags=['a', "b"] alt="A \\"line\\" ] here"
# A comment, 100 % of it
# %run helper.py
# !ls


#%%
# %%time
x = 1

# %% tags=[unquoted]
2
"""


@pytest.mark.parametrize(
    "text",
    [WRITTEN_BY_JUPYTEXT, *(path.read_text() for path in sorted(ROOT.glob("docs/lessons/*.py")))],
    ids=lambda text: text.partition("# # ")[2].partition("\n")[0],
)
def test_read_gives_the_cells_that_jupytext_gives(text: str):
    notebook = jupytext.reads(text, fmt="py:percent")
    found = [
        (bool(cell.number), cell.source, {*cell.tags}, cell.alt)
        for cell in parse(Path("a.py"), text).cells
    ]
    assert found == [
        (c.cell_type == "code", c.source, {*c.metadata.get("tags", [])}, c.metadata.get("alt", ""))
        for c in notebook.cells
    ]


def test_read_text_above_the_first_marker_is_a_cell(tmp_path: Path):
    lesson = write_lesson(tmp_path, "x = 1\n\n# %%\nx\n")
    assert [(cell.source, cell.line) for cell in lesson.code] == [("x = 1", 1), ("x", 4)]


def test_read_markdown_page_is_one_text_cell(tmp_path: Path):
    path = tmp_path / "a.md"
    path.write_text("---\ntitle: T\n---\n\n# A\n\n```python\nx\n```\n")
    (cell,) = read(path).cells
    assert cell.source == path.read_text() and cell.number == 0
    assert read(path).header == {"title": "T"}


def test_read_changed_file_gives_the_new_lesson(tmp_path: Path):
    write_lesson(tmp_path, "# %%\n1\n")
    assert write_lesson(tmp_path, "# %%\n2\n").code[0].source == "2"


def test_look_combines_all_tags_of_a_cell(tmp_path: Path):
    tags = '# %% tags=["{}"]\n1\n\n'
    names = ("remove-cell", "check", 'hide-input", "raises-exception", "no-data')
    lesson = write_lesson(tmp_path, "".join(map(tags.format, names)) + "# %%\n1\n")
    removed, check, mixed, plain = (cell.look for cell in lesson.code)
    assert not removed.code and not removed.outputs
    assert check.code and check.fold == ("note", "The check, which contains a solution")
    assert (mixed.code, mixed.outputs, mixed.may_fail, mixed.tables) == (False, True, True, False)
    assert plain == (True, True, None, True, False)


def test_header_that_cannot_be_read_is_a_problem(tmp_path: Path):
    for setting in "time_limit: 2.5", "title: A", "time_limit: no", "time_limit: 0", 'title: "x':
        lesson = write_lesson(tmp_path, f"# %% [markdown]\n# ---\n# {setting}\n# ---\n# # T\n")
        assert bool(lesson.problem) == (setting not in ("time_limit: 2.5", "title: A"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("x = 1", "x  =  1  # why", True),
        ("x = 1", "# why\n\nx = 1", True),
        ("f(\n    1\n)", "f(1)", True),
        ("x = 1", "x = 2", False),
        ("x = '#1'", "x = '#2'", False),
        ("x = 1", "x = 1;", False),
        ("if x:\n    a()\nb()", "if x:\n    a()\n    b()", False),
        ("%time x = 1  # one", "%time x = 1  # two", False),  # Only IPython reads these,
        ("x = (  # one", "x = (  # two", False),  # and nobody these.
    ],
)
def test_tokens_comments_and_spaces_are_free(one: str, other: str, same: bool):
    assert (tokens(one) == tokens(other)) == same
