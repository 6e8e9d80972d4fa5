import base64
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from lessonsite.lesson import Lesson
from lessonsite.render import fill, to_html, to_markdown, without_marks
from lessonsite.run import CellRun, Run
from lessonsite.store import Entry
from markdown import markdown
from sites import write_lesson

EXTENSIONS = [f"pymdownx.{name}" for name in ("details", "highlight", "superfences")]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M 0 {} L 1 1"/></svg>'
TABLE = {"caption": "a", "columns": ["x", "y"], "rows": [["1", "$y$"]], "note": ""}


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def show(data: dict[str, Any], kind: str = "display_data") -> dict[str, Any]:
    return {"output_type": kind, "data": data, "metadata": {}}


def svg(y: int = 0) -> dict[str, Any]:
    return show({"image/svg+xml": SVG.format(y)})


def run_of(*outputs: list[dict[str, Any]]) -> Run:
    return tuple(CellRun(found, 1.0, 0.0, 0) for found in outputs)


def page(lesson: Lesson, *outputs: list[dict[str, Any]]) -> BeautifulSoup:
    entry = Entry({}, [cell.source for cell in lesson.code], run_of(*outputs))
    html = markdown(to_markdown(lesson), extensions=EXTENSIONS)
    return BeautifulSoup(fill(html, to_html(lesson, entry, markdown)), "html.parser")


def show_cell(root: Path, *outputs: dict[str, Any], about: str = "") -> BeautifulSoup:
    """Return the page of a lesson of one cell, with options after its marker."""
    return page(write_lesson(root, f"# %% {about}\nf()\n"), [*outputs])


def test_to_markdown_shows_text_and_code_and_marks(tmp_path: Path):
    text = "# %% [markdown]\n# ---\n# title: T\n# ---\n# # One\n#\n# !!! note\n#     $x$\n\n"
    code = "# A comment\nx = 1"
    lesson = write_lesson(tmp_path, f"{text}# %%\n{code}\n\n# %% [markdown]\n# # No title\n")
    start, end = (
        "# One\n\n<!--notice-->\n\n<!--downloads-->\n\n",
        "# No title\n\n<!--provenance-->\n",
    )
    note, block = "!!! note\n    $x$\n\n", f"```python\n{code}\n```\n\n"
    expected = f"{start}{note}{block}<!--cell 1-->\n\n{end}"
    assert to_markdown(lesson) == f"---\ntitle: T\n---\n{expected}"
    assert to_markdown(lesson, header=False) == expected
    assert without_marks(expected) == f"# One\n\n{note}{block}# No title\n\n"


def test_tags_hide_code_or_the_whole_cell(tmp_path: Path):
    removed = show_cell(tmp_path, stream("out"), about='tags=["remove-cell"]')
    assert removed.get_text().strip() == ""
    hidden = show_cell(tmp_path, stream("out"), about='tags=["hide-input"]')
    assert hidden.get_text().strip() == "out"


@pytest.mark.parametrize(
    ("tag", "title"),
    [
        ("answer", "An answer"),
        ("check", "The check, which contains a solution"),
        ("helper", "Code that you can skip"),
    ],
)
def test_tags_fold_code_and_outputs_away(tmp_path: Path, tag: str, title: str):
    about = f'tags=["{tag}"] alt="A line."'
    (details,) = show_cell(tmp_path, stream("right\n"), svg(), about=about).find_all(
        recursive=False
    )
    assert details.name == "details" and not details.has_attr("open")
    assert details.summary is not None and details.summary.text == title
    assert [code.text for code in details.find_all("code")] == ["f()\n", "right\n"]
    assert details.svg is not None and details.svg["aria-label"] == "A line."


def test_to_markdown_exercise_folds_replies_with_answer_above_check(tmp_path: Path):
    lesson = write_lesson(
        tmp_path,
        "# %% [markdown]\n# ### Exercise 1\n\n"
        '# %% tags=["check"]\ndef check_it(it): ...\n\n'
        '# %% tags=["answer"]\ndef it(): ...\n\n\nprint(check_it(it))\n\n'
        '# %% [markdown]\n# Try it:\n\n# %%\nmore()\n\n# %% tags=["claim"]\nassert 1\n\n'
        "# %% [markdown]\n# ~~~\n# # no heading\n# ~~~\n#\n# It works.\n#\n# **Next:** more.\n\n"
        "# %% [markdown]\n# After.\n",
    )
    text = fill(to_markdown(lesson), {"exercise 1": "<i>editor</i>"})
    html = markdown(without_marks(text), extensions=EXTENSIONS)
    heading, editor, answer, check, *after = BeautifulSoup(html, "html.parser").find_all(
        recursive=False
    )
    assert heading.name == "h3" and editor.text == "editor"
    code = [code.text.strip() for code in answer.select("pre")]
    assert code == ["def it(): ...\n\n\nprint(check_it(it))", "more()", "# no heading"]
    assert [text.text for text in answer.select("p")] == ["Try it:", "It works."]
    assert check.select("summary")[0].text.startswith("The check") and "check_it(it)" in check.text
    assert [text.text for text in after] == ["Next: more.", "After."]


def test_to_markdown_answer_without_check_leaves_text_unfolded(tmp_path: Path):
    text = "# %% [markdown]\n# On we go.\n"
    lesson = write_lesson(tmp_path, f'# %% tags=["answer"]\nf()\n\n{text}')
    text = without_marks(to_markdown(lesson))
    html = BeautifulSoup(markdown(text, extensions=EXTENSIONS), "html.parser")
    assert [part.name for part in html.find_all(recursive=False)] == ["details", "p"]


@pytest.mark.parametrize(
    ("output", "kind", "text"),
    [
        (stream("a <b>\n"), "stdout", "a <b>\n"),
        (stream("\x1b[31mbeware\x1b[0m", "stderr"), "stderr", "beware\n"),
        (stream("\r 0%| | 0/2\r100%|#| 2/2\n", "stderr"), "stderr", "100%|#| 2/2\n"),
        (show({"text/plain": "Array(1.)"}, "execute_result"), "value", "Array(1.)\n"),
        ({"output_type": "error", "ename": "E", "evalue": "why"}, "error", "E: why\n"),
    ],
)
def test_text_looks_like_the_output_that_it_is(
    tmp_path: Path, output: dict[str, Any], kind: str, text: str
):
    html = show_cell(tmp_path, output)
    (block,) = html.select(f"div.text.output.{kind}.no-copy.highlight > pre > code")
    assert block.get_text() == text


def test_markdown_is_rendered_and_html_untouched(tmp_path: Path):
    raw = "<table>\n\n<tr><td>*a* $x$ `b`\n\n    c</td></tr></table>"
    both = show({"text/markdown": "**bold**"}), show({"text/html": raw, "text/plain": "t"})
    lesson = write_lesson(tmp_path, "# %%\nf()\n")
    entry = Entry({}, ["f()"], run_of([*both]))
    (html,) = to_html(lesson, entry, markdown).values()
    assert "<strong>bold</strong>" in html and raw in html


def test_figures_have_their_own_alternative_texts_and_ids(tmp_path: Path):
    line = '<svg xmlns="http://www.w3.org/2000/svg"><g id="a"/><use href="#a"/></svg>'
    png = base64.b64encode(b"not really").decode() + "\n"
    outputs = [show({"image/svg+xml": line}), show({"image/svg+xml": line})]
    html = show_cell(tmp_path, *outputs, show({"image/png": png}), about='alt="one | two | <3>"')
    assert [found["aria-label"] for found in html.select("figure.drawn > svg")] == ["one", "two"]
    ids = [found["id"] for found in html.find_all(id=True)]
    assert len(set(ids)) == len(ids) == 2
    (image,) = html.select("figure.drawn > img")
    assert image["alt"] == "<3>" and image["src"] == f"data:image/png;base64,{png.strip()}"


def test_figure_data_follow_in_folded_tables_unless_left_out(tmp_path: Path):
    picture = show({"image/svg+xml": SVG.format(0), "application/json": [TABLE]})
    html = show_cell(tmp_path, picture, about='alt="A."')
    (table,) = html.select("figure.drawn + details.figure-data[data-search-exclude] table")
    assert [cell.decode_contents() for cell in table.select("td")] == [
        '<span class="arithmatex">\\(y\\)</span>'
    ]
    without = show_cell(tmp_path, picture, about='tags=["no-data"] alt="A."')
    assert without.select("figure.drawn") and not without.select("details")


def test_offered_file_is_a_link(tmp_path: Path):
    file = {"name": "a & b.bin", "base64": "AAE="}
    (link,) = show_cell(tmp_path, show({"application/json": file})).select(".output a")
    assert (link["href"], link["download"], link.text) == ("a%20%26%20b.bin", *["a & b.bin"] * 2)


def test_older_outputs_are_shown_by_cell_and_marked(tmp_path: Path):
    old = Entry({}, ["a()", "b()", "c()"], run_of([stream("A")], [stream("B")], [stream("C")]))
    lesson = write_lesson(
        tmp_path, "# %%\nnew()\n\n# %%\na()\n\n# %%\nb(2)\n\n# %%\nx = 1\n\n# %%\nc()\n"
    )
    parts = to_html(lesson, old, markdown, current=False).values()
    shown = [BeautifulSoup(html, "html.parser") for html in parts]
    pending = "Not computed yet"
    assert [html.get_text().strip() for html in shown] == [pending, "A", pending, pending, "C"]
    assert [bool(html.select(".older")) for html in shown] == [False, True, False, False, True]


def test_older_outputs_of_edited_cells_are_shown_in_their_places(tmp_path: Path):
    old = Entry({}, ["a()", "b()"], run_of([stream("A")], [stream("B")]))
    lesson = write_lesson(tmp_path, "# %%\na(2)\n\n# %%\nb()\n")
    parts = to_html(lesson, old, markdown, current=False).values()
    shown = [BeautifulSoup(html, "html.parser").select_one(".older") for html in parts]
    assert [html and html.get_text().strip() for html in shown] == ["A", "B"]


def test_outputs_that_never_were_are_announced(tmp_path: Path):
    lesson = write_lesson(tmp_path, '# %%\nf(x)\n\n# %% alt="A."\ny = plot()\n')
    parts = list(to_html(lesson, None, markdown, current=False).values())
    assert ["pending" in html for html in parts] == [True, True]
