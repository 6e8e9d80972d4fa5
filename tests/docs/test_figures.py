import io
import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from bs4 import BeautifulSoup, Tag
from execution import INK
from figures import svg_element, svg_figure
from matplotlib import rc_context
from matplotlib.figure import Figure


@pytest.fixture(scope="module")
def drawn() -> str:
    """Return what matplotlib writes for a curve beside an image."""
    with rc_context({"svg.fonttype": "none", "text.color": INK, "axes.edgecolor": INK}):
        figure = Figure()
        curve, image = figure.subplots(1, 2)
        curve.plot([1, 2, 3], label="a < b & c")
        curve.legend()
        image.imshow(np.eye(3), interpolation="none")
        file = io.StringIO()
        figure.savefig(file, format="svg")
    return file.getvalue()


def root(html: str) -> Tag:
    svg = BeautifulSoup(html, "html.parser").find("svg")
    assert isinstance(svg, Tag)
    return svg


@pytest.mark.parametrize("alt", ["plain", "\"quotes\" & 'more' <script>", "é\n∂"])
def test_it_is_named(drawn: str, alt: str):
    svg = root(svg_figure(drawn, alt, "f-"))
    assert svg["role"] == "img"
    assert svg["aria-label"] == alt
    assert "<script>" not in svg_figure(drawn, alt, "f-")


def test_ink_takes_the_color_of_the_page(drawn: str):
    html = svg_figure(drawn, "alt", "f-")
    assert drawn.count(INK) > 3
    assert html.count("currentColor") == drawn.count(INK)
    assert INK not in html


def test_two_figures_on_a_page_share_no_id_and_every_reference_leads_somewhere(drawn: str):
    pages = [root(svg_figure(drawn, "alt", prefix)) for prefix in ("one-", "two-")]
    ids = [{str(e["id"]) for e in page.find_all(id=True)} for page in pages]
    assert ids[0] and not ids[0] & ids[1]
    for page, own in zip(pages, ids, strict=True):
        found = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', str(page))
        assert found and {a or b for a, b in found} == own


def test_nothing_leaks_and_nothing_dates(drawn: str):
    html = svg_figure(drawn, "alt", "f-")
    assert "<style" in drawn and "<metadata" in drawn
    for left in ("<style", "<metadata", "<!--", "<!DOCTYPE", "<?xml", "ns0:", "w3.org/1999/02"):
        assert left not in html
    assert "data-search-exclude" in html


def test_the_page_chooses_the_font(drawn: str):
    svg = root(svg_figure(drawn, "alt", "f-"))
    assert "DejaVu" in drawn and "DejaVu" not in str(svg)
    assert "rotate(-0" in drawn and "rotate(-0" not in str(svg)
    assert all("font-size" in str(text["style"]) for text in svg.find_all("text"))


def test_text_and_pixels_stay_what_they_are(drawn: str):
    svg = root(svg_figure(drawn, "alt", "f-"))
    assert "a < b & c" in [text.get_text() for text in svg.find_all("text")]
    image = svg.find("image")
    assert isinstance(image, Tag)
    assert str(image["xlink:href"]).startswith("data:image/png;base64,")


def test_only_what_shows_nothing_is_left_out():
    """Shapes and words stay, in their order, with all that the groups around them say."""
    figure = Figure()
    ax = figure.subplots()
    ax.plot([1, 2, 3], [1, 4, 9], marker="o")
    ax.bar([1, 2], [3, 4], hatch="/")
    ax.text(2, 2, "word", rotation=30)
    out = io.StringIO()
    with rc_context({"svg.fonttype": "none"}):
        figure.savefig(out, format="svg")
    svg = re.sub('font-family: [^;"]*|rotate[(]-0 [^)]*[)]', "", out.getvalue())

    def shown(element: Element, around: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
        looks = {name: value for name, value in element.attrib.items() if name != "id" and value}
        looks |= {"text": (element.text or "").strip()}
        own = (element.tag, str(looks))
        if element.tag.endswith(("}metadata", "}style")) or looks.get("style") == "fill: none":
            return []
        if len(element) == 0:
            return [] if element.tag.endswith("}defs") else [(*around, *own)]
        if not element.tag.endswith("}g") or len(looks) > 1:
            around += own
        return [leaf for child in element for leaf in shown(child, around)]

    before = ElementTree.fromstring(svg)
    after = ElementTree.fromstring(svg_element(svg, "alt", ""))
    before.attrib, after.attrib = {}, {}
    assert shown(after) == shown(before)
    assert sum(1 for _ in after.iter()) < 0.7 * sum(1 for _ in before.iter())


@pytest.mark.parametrize(
    ("width", "word", "wide"),
    [(6.4, "word", True), (6.4, "", False), (4.0, "word", False)],
)
def test_wide_figures_with_words_are_told_apart(width: float, word: str, wide: bool):
    figure = Figure(figsize=(width, 1))
    figure.text(0, 0, word)
    out = io.StringIO()
    with rc_context({"svg.fonttype": "none"}):
        figure.savefig(out, format="svg")
    assert ('class="drawn wide"' in svg_figure(out.getvalue(), "alt", "a-")) == wide
