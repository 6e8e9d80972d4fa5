"""How much of a page and of the search a reader has to load."""

import re
from pathlib import Path

from site_checks import tree
from site_checks.bounds import Figure
from site_checks.serve import squeeze

# What a figure shows, as a drawing, as an image, and as a table.
_FIGURE = re.compile(r"(<figure\b[^>]*>.*?</figure>)", re.DOTALL)
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_IMAGE = re.compile(r'(<img\b[^>]*\bsrc=)"data:[^"]*"')
_TABLE = re.compile(r'<details\b[^>]*\bclass="[^"]*\bfigure-data\b[^"]*"[^>]*>.*?</details>', re.S)


def without_figures(html: str) -> str:
    """Return a page without what its figures show; icons and the like stay."""
    html = _IMAGE.sub(r'\1""', _TABLE.sub("", html))
    return _FIGURE.sub(lambda figure: _DRAWING.sub("", figure[0]), html)


def html_weight(site: Path) -> Figure:
    """Return what the HTML of each lesson weighs, without its figures' data."""
    texts = {
        page: tree.file_of(site, page).read_text(encoding="utf-8")
        for page in filter(tree.is_lesson, tree.pages(site))
    }
    weights = {page: kilobytes(squeeze(without_figures(t).encode())) for page, t in texts.items()}
    return Figure("HTML of a lesson without figures, gzip", 25, weights, "KB")


def index_weight(site: Path) -> Figure:
    """Return what the search index weighs; a site without a search has none."""
    index = "search/search_index.json"
    weights = {index: kilobytes(squeeze((site / index).read_bytes()))}
    return Figure("Search index, gzip", 300, weights, "KB")


def kilobytes(content: bytes) -> float:
    """Return a size in thousands of bytes."""
    return round(len(content) / 1000, 1)
