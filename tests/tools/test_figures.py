import io
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from bs4 import BeautifulSoup, Tag
from lessonsite.figures import (
    draw_diagrams,
    figure,
    figure_file,
    svg_element,
    tables_html,
    tables_markdown,
)
from lessonsite.run import INK, SVG
from matplotlib import rc_context
from matplotlib.figure import Figure
from sites import write

ARROW = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">
  <marker id="head"><path d="M0 0L1 1" fill="currentColor"/></marker>
  <path d="M0 0L9 9" stroke="currentColor" marker-end="url(#head)"/>
</svg>
"""


def svg_of(figure: Figure) -> str:
    file = io.StringIO()
    with rc_context({"svg.fonttype": "none"}):
        figure.savefig(file, format="svg")
    return file.getvalue()


@pytest.fixture(scope="module")
def drawn() -> str:
    """Return what matplotlib writes for a curve beside an image."""
    with rc_context({"text.color": INK, "axes.edgecolor": INK}):
        figure = Figure()
        curve, image = figure.subplots(1, 2)
        curve.plot([1, 2, 3], label="a < b & c")
        curve.legend()
        image.imshow(np.eye(3), interpolation="none")
        return svg_of(figure)


def root(html: str) -> Tag:
    svg = BeautifulSoup(html, "html.parser").find("svg")
    assert isinstance(svg, Tag)
    return svg


@pytest.mark.parametrize("alt", ["plain", "\"quotes\" & 'more' <script>", "é\n∂"])
def test_figure_is_named(drawn: str, alt: str):
    svg = root(figure({SVG: drawn}, alt, "f-"))
    assert (svg["role"], svg["aria-label"]) == ("img", alt)
    assert "<script>" not in figure({SVG: drawn}, alt, "f-")


def test_figure_takes_color_and_font_of_the_page(drawn: str):
    html = figure({SVG: drawn}, "alt", "f-")
    assert drawn.count(INK) > 3 and INK not in html
    assert html.count("currentColor") == drawn.count(INK)
    assert "DejaVu" in drawn and "DejaVu" not in html
    assert all("font-size" in str(text["style"]) for text in root(html).find_all("text"))


def test_figures_of_a_page_share_no_id_and_every_reference_leads_somewhere(drawn: str):
    pages = [root(figure({SVG: drawn}, "alt", prefix)) for prefix in ("one-", "two-")]
    ids = [{str(e["id"]) for e in page.find_all(id=True)} for page in pages]
    assert ids[0] and not ids[0] & ids[1]
    for page, own in zip(pages, ids, strict=True):
        found = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', str(page))
        assert found and {a or b for a, b in found} <= own


def test_figure_has_no_rules_for_the_page_and_no_date(drawn: str):
    html = figure({SVG: drawn}, "alt", "f-")
    assert "<style" in drawn and "<metadata" in drawn and "data-search-exclude" in html
    for left in ("<style", "<metadata", "<!--", "<!DOCTYPE", "<?xml", "ns0:", "w3.org/1999/02"):
        assert left not in html


def test_figure_loses_nothing_that_is_drawn(drawn: str):
    before, after = (ElementTree.fromstring(svg) for svg in (drawn, svg_element(drawn, "alt", "")))
    kinds = [f"{{http://www.w3.org/2000/svg}}{kind}" for kind in ("path", "use", "text", "image")]
    for kind in kinds:
        shapes = [
            [(e.get("d"), e.get("x"), e.get("transform"), e.text) for e in svg.iter(kind)]
            for svg in (before, after)
        ]
        assert shapes[0] and shapes[0] == shapes[1]


@pytest.mark.parametrize(
    ("width", "word", "wide"),
    [(6.4, "word", True), (6.4, "", False), (4.0, "word", False)],
)
def test_figure_with_words_wider_than_a_phone_is_marked(width: float, word: str, wide: bool):
    drawing = Figure(figsize=(width, 1))
    drawing.text(0, 0, word)
    html = figure({SVG: svg_of(drawing)}, "alt", "a-")
    (shown,) = BeautifulSoup(html, "html.parser").select("figure")
    assert ("wide" in shown["class"]) == ("--least" in shown.attrs.get("style", "")) == wide
    assert shown.has_attr("tabindex") == wide


def test_figure_file_brings_its_ground_and_keeps_other_colors():
    svg = ARROW.replace("currentColor", INK, 1).replace("<path", '<path fill="#c8553d"', 1)
    content, end = figure_file({"image/svg+xml": svg.replace(f' fill="{INK}"', "")}, "a > b")
    file = ElementTree.fromstring(content)
    assert end == "svg" and file.get("aria-label") == "a > b"
    assert file[0].attrib == {"width": "100%", "height": "100%", "fill": "#ffffff"}
    assert file[1][0].get("fill") == "#c8553d" and file[2].get("stroke") == "#1b1b1b"


# Diagrams of a page.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(
        tmp_path,
        {"assets/diagrams/arrow.svg": ARROW, "assets/logo.svg": ARROW, "lessons/one.md": ""},
    )
    return tmp_path / "lessons"


def test_draw_diagrams_replaces_images_by_drawings(folder: Path):
    image = '![a "b"\n& c](../assets/diagrams/arrow.svg)'
    html, problems = draw_diagrams(f"before\n\n{image}\n\n{image}\n\nafter", folder)
    assert problems == [] and html.startswith("before\n\n<figure")
    page = BeautifulSoup(html, "html.parser")
    figures = page.select("figure.drawn.diagram > svg[role=img]")
    assert [figure["aria-label"] for figure in figures] == ['a "b" & c'] * 2
    ids = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(set(ids)) == len(ids) == 2 and all(f"url(#{name})" in html for name in ids)


@pytest.mark.parametrize(
    "markdown",
    [
        "text",
        "![The logo.](../assets/logo.svg)",
        "`![A.](../assets/diagrams/arrow.svg)`",
        "See ![A.](../assets/diagrams/arrow.svg)",
        "![Gone.](../assets/diagrams/gone.svg)",
    ],
)
def test_draw_diagrams_leaves_all_else_alone(folder: Path, markdown: str):
    assert draw_diagrams(markdown, folder) == (markdown, [])


def test_draw_diagrams_without_alternative_text_says_so(folder: Path):
    (said,) = draw_diagrams("![](../assets/diagrams/arrow.svg)", folder)[1]
    assert "diagrams/arrow.svg has no alternative text" in said


# The data of figures.

TABLE = {
    "caption": "a < b by $x^2$",
    "columns": ["$x^2$", "a|b"],
    "rows": [["1", "0.5"], ["*", "2"]],
    "note": "One of 2 rows.",
}


def test_tables_html_is_folded_named_and_scrolled_by_keyboard():
    page = BeautifulSoup(tables_html([TABLE, TABLE]), "html.parser")
    (details,) = page.select("details.figure-data[data-search-exclude]:not([open])")
    first, second = details.select("[tabindex='0'][role=group][aria-label] > table")
    assert first == second and first.caption is not None
    assert first.caption.text == r"a < b by \(x^2\). One of 2 rows." and first.caption.span
    assert [th.text for th in first.select("thead th[scope=col]")] == [r"\(x^2\)", "a|b"]
    assert [th.text for th in first.select("tbody th[scope=row]")] == ["1", "*"]
    assert [td.text for td in first.select("td")] == ["0.5", "2"]


def test_tables_markdown_escapes_all_but_formulas():
    table = "| $x^2$ | a\\|b |\n| ---: | ---: |\n| 1 | 0.5 |\n| \\* | 2 |"
    part = f"a \\< b by $x^2$. One of 2 rows.\n\n{table}\n\n"
    summary = "<summary>The figure's data</summary>"
    assert tables_markdown([TABLE, TABLE]) == (
        f'<details markdown="1">{summary}\n\n{part}{part}</details>'
    )
