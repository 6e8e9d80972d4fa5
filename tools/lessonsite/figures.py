"""Figures and diagrams as part of a page: named, in the page's colors, with ids of their own."""

import re
from base64 import b64decode
from functools import lru_cache
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from lessonsite.kernel.ink import INK

WIDE = 390.0
"""Points. On a phone, the text of a wider figure would shrink to less than two thirds."""

DIAGRAMS = "assets/diagrams/"

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "http://www.w3.org/1999/xlink"
_REFERENCE = re.compile(r"url\(#([^)]+)\)|^#(.+)")
_DIAGRAM = re.compile(r"^!\[(?P<alt>[^]]*)\]\((?P<path>[^()\s]+\.svg)\) *$", re.MULTILINE)
ElementTree.register_namespace("", _SVG[1:-1])
ElementTree.register_namespace("xlink", _XLINK)


def figure(content: str, kind: str = "drawn") -> str:
    """Wrap what is drawn; search has nothing to find in it."""
    # What a phone has to scroll needs a place in the order of tabs.
    scrolled = ' tabindex="0"' if "diagram" in kind else ""
    return f'<figure class="{kind}"{scrolled} data-search-exclude>{content}</figure>'


def svg_figure(svg: str, alt: str, prefix: str) -> str:
    """Return a matplotlib SVG as a figure of a page; see `svg_element`."""
    element = svg_element(svg, alt, prefix)
    width = re.search(r'\bwidth="([\d.]+)pt"', svg)
    wide = "<text" in element and width and float(width[1]) > WIDE
    return figure(element, "drawn wide" if wide else "drawn")


def png_figure(png: str, alt: str) -> str:
    """Return a base64-encoded PNG as a figure of a page."""
    return figure(f'<img src="data:image/png;base64,{"".join(png.split())}" alt="{escape(alt)}">')


def png_bytes(png: str) -> bytes:
    """Return what a base64-encoded PNG holds."""
    return b64decode("".join(png.split()))


@lru_cache(maxsize=512)
def svg_element(svg: str, alt: str, prefix: str) -> str:
    """Return an SVG as a part of HTML.

    Args:
        svg: The file as matplotlib or another program wrote it.
        alt: What the figure shows, for readers who do not see it.
        prefix: Goes before every id, because matplotlib uses the same ids in every figure.
    """
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            # Dates and links in the one; rules for the whole page in the other.
            if child.tag in (f"{_SVG}metadata", f"{_SVG}style"):
                parent.remove(child)
    values = [value for element in root.iter() for value in element.attrib.values()]
    used = {url or href for value in values for url, href in _REFERENCE.findall(value)}
    for element in root.iter():
        # Indentation between elements is a fifth of a figure.
        element.text = element.text if (element.text or "").strip() else None
        element.tail = element.tail if (element.tail or "").strip() else None
        if element.attrib.get("id") not in used:
            element.attrib.pop("id", None)
        if element.attrib.get("transform", "").startswith("rotate(-0 "):
            del element.attrib["transform"]
        for name, value in element.attrib.items():
            element.attrib[name] = _rewrite(name, value, prefix)
    _flatten(root)
    root.attrib |= {"role": "img", "aria-label": alt, "font-family": "sans-serif"}
    # The part of matplotlib's rules that matters.
    root.attrib |= {"stroke-linejoin": "round", "stroke-linecap": "butt"}
    return ElementTree.tostring(root, encoding="unicode")


def _rewrite(name: str, value: str, prefix: str) -> str:
    if name == "id":
        return prefix + value
    if name in ("href", f"{{{_XLINK}}}href"):
        return f"#{prefix}{value[1:]}" if value.startswith("#") else value
    value = re.sub("font-family: [^;]*(; |$)", "", value)
    return value.replace("url(#", f"url(#{prefix}").replace(INK, "currentColor")


def _flatten(parent: ElementTree.Element) -> None:
    """Leave out what shows nothing: half of the elements that a browser would have to style."""
    kept: list[ElementTree.Element] = []
    for child in parent:
        _flatten(child)
        if child.tag == f"{_SVG}g" and not child.attrib:
            kept += child
        elif child.tag == f"{_SVG}defs" and not len(child):
            pass
        elif child.attrib.get("style") != "fill: none":  # The ground of a figure, and of a plot.
            kept.append(child)
    parent[:] = kept


def standalone(svg: str) -> str:
    """Return an SVG as a file, which is shown on whatever ground its reader has."""
    root = ElementTree.fromstring(svg)
    # An image cannot use the colors of the page around it, so dark ink needs a light ground.
    ground = {"width": "100%", "height": "100%", "fill": "#ffffff"}
    root.insert(0, ElementTree.Element(f"{_SVG}rect", ground))
    return ElementTree.tostring(root, encoding="unicode").replace("currentColor", "#1b1b1b") + "\n"


def draw_diagrams(markdown: str, folder: Path) -> tuple[str, list[str]]:
    """Replace each diagram of a page's Markdown by the drawing, and return what is wrong.

    Args:
        markdown: A diagram is an image on a line of its own, whose file is in assets/diagrams.
        folder: The folder of the page's source.
    """
    problems: list[str] = []
    drawn: list[str] = []

    def draw(match: re.Match[str]) -> str:
        path = (folder / match["path"]).resolve()
        if DIAGRAMS not in path.as_posix():
            return match[0]
        try:
            svg = path.read_text(encoding="utf-8")
            element = svg_element(svg, " ".join(match["alt"].split()), f"diagram{len(drawn)}-")
        except (OSError, ElementTree.ParseError) as error:
            problems.append(f"the diagram {match['path']} cannot be read: {error}")
            return match[0]
        if not match["alt"].strip():
            problems.append(f"the diagram {match['path']} has no alternative text")
        drawn.append(element)
        return figure(element, "drawn diagram")

    return _DIAGRAM.sub(draw, markdown), problems
