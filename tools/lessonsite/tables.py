"""The data of a figure, folded away below it: as HTML, and as Markdown."""

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

_TITLE = "The figure's data"
_FORMULA = re.compile(r"\$([^$]+)\$")


def to_html(tables: Sequence[Any], formula: Callable[[str], str]) -> str:
    """Return tables, as the kernel makes them, as HTML; `formula` turns TeX into HTML."""

    def rich(text: str) -> str:
        pieces = _FORMULA.split(text)
        pieces[::2] = [escape(piece, quote=False) for piece in pieces[::2]]
        pieces[1::2] = [formula(piece) for piece in pieces[1::2]]
        return "".join(pieces)

    shown = ""
    for table in tables:
        columns = "".join(f'<th scope="col">{rich(head)}</th>' for head in table["columns"])
        rows = "".join(
            f'<tr><th scope="row">{rich(first)}</th>'
            + "".join(f"<td>{rich(cell)}</td>" for cell in cells)
            + "</tr>"
            for first, *cells in table["rows"]
        )
        # On a phone a table is scrolled, by keyboard too. Material leaves one with a class alone.
        shown += (
            f'<div class="figure-data__table" role="group" tabindex="0" '
            f'aria-label="{escape(table["caption"])}"><table class="data">'
            f"<caption>{rich(_caption(table))}</caption>"
            f"<thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table></div>"
        )
    # Search has nothing to find in numbers.
    return (
        f'<details class="figure-data" data-search-exclude><summary>{_TITLE}</summary>'
        f"{shown}</details>"
    )


def to_markdown(tables: Sequence[Any]) -> str:
    """Return tables, as the kernel makes them, as Markdown, still folded away."""
    parts = [f'<details markdown="1"><summary>{_TITLE}</summary>']
    for table in tables:
        rows = [[_plain(cell) for cell in row] for row in [table["columns"], *table["rows"]]]
        rows.insert(1, ["---:"] * len(rows[0]))
        parts += [_plain(_caption(table)), "\n".join(f"| {' | '.join(row)} |" for row in rows)]
    return "\n\n".join([*parts, "</details>"])


def _caption(table: Any) -> str:
    return f"{table['caption']}. {table['note']}".strip()


def _plain(text: str) -> str:
    """Escape a text; formulas are Markdown already."""
    pieces = _FORMULA.split(text)
    pieces[::2] = [re.sub(r"([\\`*_<\[\]|])", r"\\\1", piece) for piece in pieces[::2]]
    pieces[1::2] = [f"${piece}$" for piece in pieces[1::2]]
    return "".join(pieces)
