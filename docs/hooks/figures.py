"""Make a matplotlib SVG part of a page: named, in the page's colors, and alone in its ids.

Or make it a file of its own again, which brings its colors along.
"""

import re
from html import escape
from xml.etree import ElementTree

from execution import INK

WIDE = 390.0
"""Points. On a phone, text of a figure wider than this would shrink to less than two thirds."""

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_REFERENCE = re.compile(r"url\(#([^)]+)\)|^#(.+)")
ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", _XLINK)


def figure(content: str, attributes: str = 'class="drawn"') -> str:
    """Wrap what is drawn; search has nothing to find in it."""
    return f"<figure {attributes} data-search-exclude>{content}</figure>"


def svg_figure(svg: str, alt: str, prefix: str, attributes: str = 'class="drawn"') -> str:
    """Return an SVG as a figure of a page, which has these `attributes`; see `svg_element`."""
    element = svg_element(svg, alt, prefix)
    if attributes == 'class="drawn"' and "<text" in element and _width(element) > WIDE:
        attributes = 'class="drawn wide"'
    return figure(element, attributes)


def svg_element(svg: str, alt: str, prefix: str) -> str:
    """Return an SVG as a part of HTML.

    Args:
        svg: As matplotlib writes it.
        alt: What the figure shows, for those who do not see it.
        prefix: Goes before every id: matplotlib uses the same ones in every figure.
    """
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            # Dates and links in the one; rules for the whole page in the other.
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                parent.remove(child)
    used = {name for e in root.iter() for v in e.attrib.values() for name in _references(v)}
    for element in root.iter():
        # Indentation between elements is a fifth of a figure.
        element.text = element.text if (element.text or "").strip() else None
        element.tail = element.tail if (element.tail or "").strip() else None
        if element.attrib.get("id") not in used:
            element.attrib.pop("id", None)
        # So are a font and no rotation, written out for every word: the page has a font.
        if element.attrib.get("transform", "").startswith("rotate(-0 "):
            del element.attrib["transform"]
        for name, value in element.attrib.items():
            element.attrib[name] = _rewrite(name, value, prefix)
    _flatten(root)
    root.attrib |= {"role": "img", "aria-label": alt, "font-family": "sans-serif"}
    # The part of matplotlib's rules that matters.
    root.attrib |= {"stroke-linejoin": "round", "stroke-linecap": "butt"}
    return ElementTree.tostring(root, encoding="unicode")


def _flatten(parent: ElementTree.Element) -> None:
    """Leave out what shows nothing: half of the elements that matplotlib has browsers style."""
    kept: list[ElementTree.Element] = []
    for child in parent:
        _flatten(child)
        if child.tag == f"{{{_SVG}}}g" and not child.attrib:
            kept += child
        elif child.tag == f"{{{_SVG}}}defs" and not len(child):
            pass
        elif child.attrib.get("style") != "fill: none":  # The ground of a figure, and of a plot.
            kept.append(child)
    parent[:] = kept


def standalone(svg: str) -> str:
    """Return an SVG of a page as a file, which is shown on whatever ground its reader has."""
    root = ElementTree.fromstring(svg)
    # An image takes no color from the page around it, and dark ink needs light behind it.
    ground = {"width": "100%", "height": "100%", "fill": "#ffffff"}
    root.insert(0, ElementTree.Element(f"{{{_SVG}}}rect", ground))
    return ElementTree.tostring(root, encoding="unicode").replace("currentColor", "#1b1b1b") + "\n"


def png_figure(png: str, alt: str) -> str:
    """Return a base64-encoded PNG as HTML."""
    source = "data:image/png;base64," + "".join(png.split())
    return figure(f'<img src="{source}" alt="{escape(alt)}">')


def _width(svg: str) -> float:
    found = re.match(r'<svg [^>]*\bwidth="([\d.]+)pt"', svg)
    return float(found[1]) if found else 0.0


def _references(value: str) -> list[str]:
    return [url or href for url, href in _REFERENCE.findall(value)]


def _rewrite(name: str, value: str, prefix: str) -> str:
    if name == "id":
        return prefix + value
    if name in ("href", f"{{{_XLINK}}}href"):
        return f"#{prefix}{value[1:]}" if value.startswith("#") else value
    value = re.sub("font-family: [^;]*(; |$)", "", value)
    return value.replace("url(#", f"url(#{prefix}").replace(INK, "currentColor")
