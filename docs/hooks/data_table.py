"""Show the data of a figure below it, folded away: as HTML, and as Markdown."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any
from xml.etree import ElementTree

_TITLE = "The figure's data"
_FORMULA = re.compile(r"\$([^$]+)\$")
_OPEN = '<details class="figure-data"'


def to_html(tables: Sequence[Any]) -> str:
    """Return tables, as `figure_data` makes them, as HTML that is XML, too."""
    # On a phone a table is scrolled, by keyboard too. Search has nothing to find in numbers.
    shown = "".join(
        f'<div class="figure-data__table" role="group" tabindex="0" '
        f'aria-label="{escape(table["caption"])}">{_table(table)}</div>'
        for table in tables
    )
    return f'{_OPEN} data-search-exclude=""><summary>{_TITLE}</summary>{shown}</details>'


def _table(table: Any) -> str:
    columns = "".join(f'<th scope="col">{_rich(head)}</th>' for head in table["columns"])
    rows = "".join(
        f'<tr><th scope="row">{_rich(first)}</th>'
        + "".join(f"<td>{_rich(cell)}</td>" for cell in cells)
        + "</tr>"
        for first, *cells in table["rows"]
    )
    caption = f"{table['caption']}. {table['note']}".strip()
    # With a class of its own, Material leaves a table as it is.
    return (
        f'<table class="data"><caption>{_rich(caption)}</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _rich(text: str) -> str:
    """Escape a text; a formula in it is for KaTeX, as in the page's own text."""
    formula = r'<span class="arithmatex">\\(\1\\)</span>'
    return _FORMULA.sub(formula, escape(text, quote=False))


def is_data(html: str) -> bool:
    """Return whether a block of HTML is what `to_html` made."""
    return html.startswith(_OPEN)


def to_markdown(html: str) -> str:
    """Return what `to_html` made as Markdown, still folded away."""
    parts = [f'<details markdown="1"><summary>{_TITLE}</summary>']
    for block in ElementTree.fromstring(html).iter("div"):
        rows = [[_plain(cell) for cell in row] for row in block.iter("tr")]
        rows.insert(1, ["---:"] * len(rows[0]))
        lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        parts += [_plain(block.find("table/caption")), lines]
    return "\n\n".join([*parts, "</details>"])


def _plain(element: ElementTree.Element | None) -> str:
    assert element is not None
    text = "".join(element.itertext())
    # Formulas are Markdown's already, and all else means what it says.
    pieces = re.split(r"\\\((.+?)\\\)", text)
    pieces[::2] = [re.sub(r"([\\`*_<\[\]|])", r"\\\1", piece) for piece in pieces[::2]]
    pieces[1::2] = [f"${piece}$" for piece in pieces[1::2]]
    return "".join(pieces)
