"""Figures, diagrams and the data of figures as parts of a page, and as files."""

import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from statistics import median_low
from typing import Any

from lessonsite.run import INK, PNG, SVG

LEGIBLE = 9.0
"""How small most letters of a figure should become on a phone, in pixels."""

SCROLLED = 400.0
"""How wide a figure must be at that size to be worth scrolling, in pixels: narrower ones shrink."""

# An image on a line of its own: `![A network.](../assets/diagrams/network.svg)`
_DIAGRAM = re.compile(r"^!\[(?P<alt>[^]]*)\]\((?P<path>[^()\s]+\.svg)\) *$", re.MULTILINE)
_FORMULA = re.compile(r"\$([^$]+)\$")
_TITLE = "The figure's data"


def figure(data: Mapping[str, Any], alt: str, prefix: str) -> str:
    """Return a figure of matplotlib as a part of a page; see `svg_element`."""
    if SVG in data:
        return _wrapped(svg_element(data[SVG], alt, prefix), "drawn")
    png = "".join(data[PNG].split())
    return _wrapped(f'<img src="data:image/png;base64,{png}" alt="{escape(alt)}">', "drawn")


def _wrapped(content: str, kind: str) -> str:
    """Wrap what is drawn; search has nothing to find in it.

    If its letters would be too small on a phone, it is "wide", and `--least` is the width that it
    needs there: the page then lets it scroll.
    """
    least = _least_width(content)
    # What a phone has to scroll needs a place in the order of tabs.
    wide = f' wide" style="--least: {least:.0f}px" tabindex="0' if least > SCROLLED else ""
    return f'<figure class="{kind}{wide}" data-search-exclude>{content}</figure>'


def _least_width(content: str) -> float:
    """Return how many pixels wide an SVG must be, so that its letters are legible."""
    box = re.search(r'\bviewBox="\S+ \S+ ([\d.]+) ', content)
    sizes = [float(size) for size in re.findall(r'font-size(?:: |=")([\d.]+)', content)]
    if not box or not sizes or "<text" not in content:
        return 0.0
    # Not the smallest ones, which are exponents.
    return float(box[1]) * LEGIBLE / median_low(sizes)


@lru_cache(maxsize=512)
def svg_element(svg: str, alt: str, prefix: str) -> str:
    """Return an SVG as a part of HTML: named, in the page's colors and font.

    `prefix` goes before every id, because matplotlib uses the same ids in every figure.
    """
    svg = svg[svg.index("<svg") :]
    # Dates and links; rules for the whole page; and remarks.
    svg = re.sub(r"(?s)<metadata.*?</metadata>|<style.*?</style>|<!--.*?-->", "", svg)
    svg = re.sub(r">\s+<", "><", svg)  # Indentation is a fifth of a figure.
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\1{prefix}", svg)
    svg = re.sub(r"""font-family: [^;"]*(; )?""", "", svg).replace(INK, "currentColor")
    # The part of matplotlib's rules that matters.
    style = "font-family: sans-serif; stroke-linejoin: round; stroke-linecap: butt"
    name = f'<svg role="img" aria-label="{escape(alt)}" style="{style}"'
    return svg.strip().replace("<svg", name, 1)


def figure_file(data: dict[str, Any], alt: str) -> tuple[bytes, str]:
    """Return a figure as a file, and how its name ends; an SVG brings its own ground."""
    if SVG not in data:
        return b64decode(data[PNG]), "png"
    # An image cannot use the colors of the page around it, so dark ink needs a light ground.
    ground = r'\1<rect width="100%" height="100%" fill="#ffffff"/>'
    svg = re.sub("(<svg[^>]*>)", ground, svg_element(data[SVG], alt, ""), count=1)
    return f"{svg.replace('currentColor', '#1b1b1b')}\n".encode(), "svg"


def draw_diagrams(markdown: str, folder: Path) -> tuple[str, list[str]]:
    """Replace the images of a page that are in assets/diagrams; return also what is wrong."""
    problems: list[str] = []
    drawn: list[str] = []

    def draw(match: re.Match[str]) -> str:
        path = (folder / match["path"]).resolve()
        if not path.is_file() or "assets/diagrams/" not in path.as_posix():
            return match[0]  # MkDocs warns of a file that is not there.
        if not match["alt"].strip():
            problems.append(f"the diagram {match['path']} has no alternative text")
        svg, alt = path.read_text(encoding="utf-8"), " ".join(match["alt"].split())
        drawn.append(svg_element(svg, alt, f"diagram{len(drawn)}-"))
        return _wrapped(drawn[-1], "drawn diagram")

    return _DIAGRAM.sub(draw, markdown), problems


def tables_html(tables: Sequence[Any]) -> str:
    """Return a figure's data, as the kernel makes them, as HTML, folded away."""

    def cell(text: str, tag: str = "td", scope: str = "") -> str:
        formula = r'<span class="arithmatex">\\(\1\\)</span>'
        return f"<{tag}{scope}>{_FORMULA.sub(formula, escape(text, quote=False))}</{tag}>"

    shown = ""
    for table in tables:
        heads = "".join(cell(head, "th", ' scope="col"') for head in table["columns"])
        rows = ""
        for first, *cells in table["rows"]:
            name = cell(first, "th", ' scope="row"')
            rows += f"<tr>{name}{''.join(map(cell, cells))}</tr>"
        # On a phone a table is scrolled, by keyboard too. Material leaves one with a class alone.
        shown += (
            f'<div class="figure-data__table" role="group" tabindex="0" '
            f'aria-label="{escape(table["caption"])}"><table class="data">'
            f"{cell(_caption(table), 'caption')}"
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        )
    # Search has nothing to find in numbers.
    return (
        f'<details class="figure-data" data-search-exclude><summary>{_TITLE}</summary>'
        f"{shown}</details>"
    )


def tables_markdown(tables: Sequence[Any]) -> str:
    """Return a figure's data, as the kernel makes them, as Markdown, still folded away."""
    parts = [f'<details markdown="1"><summary>{_TITLE}</summary>']
    for table in tables:
        rows = [[_escaped(cell) for cell in row] for row in [table["columns"], *table["rows"]]]
        rows.insert(1, ["---:"] * len(rows[0]))
        parts += [_escaped(_caption(table)), "\n".join(f"| {' | '.join(row)} |" for row in rows)]
    return "\n\n".join([*parts, "</details>"])


def _caption(table: Any) -> str:
    return f"{table['caption']}. {table['note']}".strip()


def _escaped(text: str) -> str:
    """Escape a text for Markdown; formulas, such as `$x^2$`, are Markdown already."""
    return re.sub(r"(\$[^$]+\$)|([\\`*_<\[\]|])", lambda m: m[1] or f"\\{m[2]}", text)
