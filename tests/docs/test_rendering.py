import base64
from typing import Any

import data_table
import markdown
import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)
from rendering import Rendered, fence, render

EXTENSIONS = ["attr_list", "md_in_html"] + [
    f"pymdownx.{name}" for name in ("details", "highlight", "superfences")
]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M 0 {} L 1 1"/></svg>'


def show(data: dict[str, str], kind: str = "display_data") -> NotebookNode:
    return new_output(kind, data=data)


def svg(y: int) -> NotebookNode:
    return show({"image/svg+xml": SVG.format(y)})


def rendered(*outputs: NotebookNode, source: str = "f()", **metadata: Any) -> Rendered:
    cell = new_code_cell(source, metadata=metadata, outputs=list(outputs))
    return render(new_notebook(cells=[cell]))


def html(lesson: Rendered) -> BeautifulSoup:
    text = lesson.fill(markdown.markdown(lesson.markdown, extensions=EXTENSIONS))
    return BeautifulSoup(text, "html.parser")


def test_a_file_that_is_offered_lies_beside_the_page():
    content = bytes(range(256))
    link = "data:application/octet-stream;base64," + base64.b64encode(content).decode()
    output = show({"text/html": f'<a download="a &amp; b.bin" href="{link}">take</a>, 256 bytes'})
    lesson = rendered(output)
    anchor = html(lesson).select_one(".output a")
    assert anchor is not None and (anchor["href"], anchor.text) == ("a%20%26%20b.bin", "take")
    assert lesson.files == {"a & b.bin": content}


def test_markdown_cells_are_taken_as_they_are():
    cells = [
        new_raw_cell("---\ntitle: T\n---"),
        new_markdown_cell("# Title\n\n!!! note\n    Text $x$"),
        new_code_cell("x = 1"),
    ]
    assert render(new_notebook(cells=cells)).markdown == (
        "---\ntitle: T\n---\n\n# Title\n\n!!! note\n    Text $x$\n\n```python\nx = 1\n```\n"
    )


@pytest.mark.parametrize(
    ("output", "classes", "text"),
    [
        (new_output("stream", name="stdout", text="a <b>\n"), "stdout", "a <b>\n"),
        (new_output("stream", name="stderr", text="\x1b[31mbeware\x1b[0m"), "stderr", "beware\n"),
        (show({"text/plain": "Array(1.)"}, "execute_result"), "value", "Array(1.)\n"),
        (new_output("error", ename="E", evalue="why", traceback=["x"]), "error", "E: why\n"),
    ],
)
def test_text_looks_like_the_output_that_it_is(output: NotebookNode, classes: str, text: str):
    page = html(rendered(output))
    block = page.select_one(f".output.{classes}.no-copy code")
    assert block is not None
    assert block.get_text() == text
    assert len(page.select(".highlight")) == 2  # the code, and its output


@pytest.mark.parametrize("text", ["`x`", "```\nfenced\n```", "a ````` b", "~~~\nx", "# no heading"])
def test_a_fence_is_longer_than_what_it_holds(text: str):
    page = BeautifulSoup(
        markdown.markdown(fence(text, "text"), extensions=EXTENSIONS), "html.parser"
    )
    assert [block.get_text() for block in page.find_all("code")] == [text + "\n"]
    assert page.find("h1") is None


def test_html_reaches_the_page_untouched():
    raw = "<table>\n\n<tr><td>*a* $x$ `b` &amp;\n\n    c</td></tr></table>"
    lesson = rendered(show({"text/html": raw, "text/plain": "t"}))
    assert raw in lesson.fill(markdown.markdown(lesson.markdown, extensions=EXTENSIONS))


def test_markdown_output_is_rendered():
    assert html(rendered(show({"text/markdown": "**bold**"}))).find("strong") is not None


def test_png_gets_its_alternative_text():
    png = base64.b64encode(b"not really").decode() + "\n"
    image = html(rendered(show({"image/png": png}), alt='a "b" < c')).find("img")
    assert image is not None
    assert image["alt"] == 'a "b" < c'
    assert image["src"] == f"data:image/png;base64,{png.strip()}"


@pytest.mark.parametrize("handle", ["<Axes: >", "<Figure size 1x1>", "[<matplotlib.lines.L>]"])
def test_handles_of_figures_are_not_shown(handle: str):
    lesson = rendered(show({"text/plain": handle}, "execute_result"), svg(0), alt="a")
    assert "output value" not in str(html(lesson))


def test_tags_hide_code_or_the_whole_cell():
    output = new_output("stream", text="out")
    assert rendered(output, tags=["remove-cell"]).markdown.strip() == ""
    page = html(rendered(output, source="hidden", tags=["hide-input"]))
    assert page.get_text().strip() == "out"


@pytest.mark.parametrize(("tag", "title"), [("answer", "An answer"), ("check", "The check")])
def test_a_tag_folds_code_and_all_its_outputs_away(tag: str, title: str):
    text = new_output("stream", name="stdout", text="right\n")
    source = "def f():\n\n    return 1"
    page = html(rendered(text, svg(0), source=source, tags=[tag], alt="A line."))
    (details,) = page.find_all(recursive=False)
    assert details.name == "details" and not details.has_attr("open")
    assert details.summary is not None and details.summary.text == title
    code, output = details.find_all("code")
    assert (code.text, output.text) == (source + "\n", "right\n")
    assert details.svg is not None and details.svg["aria-label"] == "A line."


def test_a_progress_bar_shows_how_it_ended():
    bar = new_output("stream", name="stderr", text="\r 0%|  | 0/2\r 50%|# | 1/2\r100%|##| 2/2\n")
    assert html(rendered(bar)).find_all("code")[-1].text == "100%|##| 2/2\n"


def test_every_figure_has_its_own_alternative_text_and_ids():
    lesson = rendered(svg(0), svg(1), alt="one | two")
    assert [e["aria-label"] for e in html(lesson).find_all("svg")] == ["one", "two"]
    assert lesson.problems == []


def test_a_figure_that_is_value_and_drawing_is_shown_once():
    # The two differ in small ways: each time it is drawn, a figure is laid out anew.
    value, drawing = (
        show({"image/svg+xml": SVG.format(y), "text/plain": "<Figure 1>"}, kind)
        for y, kind in enumerate(("execute_result", "display_data"))
    )
    for outputs in ([value, drawing], [value], [drawing]):
        lesson = rendered(*outputs, alt="a")
        assert len(html(lesson).find_all("svg")) == 1
        assert lesson.problems == []


@pytest.mark.parametrize(
    ("outputs", "alt"), [([svg(0)], ""), ([svg(0), svg(1)], "one"), ([], "left over")]
)
def test_alternative_texts_that_do_not_match_the_figures_are_a_problem(
    outputs: list[NotebookNode], alt: str
):
    (problem,) = rendered(*outputs, source="draw()\nmore()", alt=alt).problems
    assert problem.startswith("code cell 1 has figures: ")
    assert problem.endswith("draw()")


TABLE = {
    "caption": "a < b by $x^2$",
    "columns": ["$x^2$", "a|b"],
    "rows": [["1", "0.5"], ["*", "2"]],
    "note": "One of 2 rows.",
}


def data(*tags: str) -> Rendered:
    picture = {"image/svg+xml": SVG.format(0), "image/png": "not shown"}
    output = new_output("display_data", data={**picture, "application/json": [TABLE, TABLE]})
    return rendered(output, alt="A line.", tags=list(tags))


def test_a_figures_data_follow_it_in_folded_tables():
    page = html(data())
    details = page.select_one("figure.drawn + details.figure-data[data-search-exclude]")
    assert details is not None and not details.has_attr("open")
    first, second = details.select("[tabindex='0'][role=group][aria-label] > table")
    assert first == second and first.caption is not None
    assert first.caption.text == r"a < b by \(x^2\). One of 2 rows."
    assert [th.text for th in first.select("thead th[scope=col]")] == [r"\(x^2\)", "a|b"]
    assert first.select("span.arithmatex")
    assert [th.text for th in first.select("tbody th[scope=row]")] == ["1", "*"]
    assert [td.text for td in first.select("td")] == ["0.5", "2"]
    assert len(page.select("figure")) == 1


def test_data_may_be_left_out():
    assert html(data("no-data")).select("details") == []
    assert html(data("no-data")).select("figure.drawn")


def test_data_are_tables_in_plain_markdown_too():
    (block,) = [block for block in data().blocks.values() if data_table.is_data(block)]
    table = "| $x^2$ | a\\|b |\n| ---: | ---: |\n| 1 | 0.5 |\n| \\* | 2 |"
    part = f"a \\< b by $x^2$. One of 2 rows.\n\n{table}\n\n"
    summary = "<summary>The figure's data</summary>"
    assert data_table.to_markdown(block) == (
        f'<details markdown="1">{summary}\n\n{part}{part}</details>'
    )
