"""Read what a file refers to, and what in it can be referred to."""

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from markdown import markdown

_ADDRESSES = {"href", "xlink:href", "src", "poster", "data", "cite", "action"}
_PAINT = re.compile(r"url\(#([^)]+)\)")
_STYLE = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)")
_PLACE = re.compile(r"<loc>\s*(.*?)\s*</loc>")
# Python-Markdown's usual ones, with fences that may also stand in lists.
_EXTENSIONS = [
    *("abbr", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc"),
    "pymdownx.superfences",
]


@dataclass
class Markup:
    """What a file says of itself and of others."""

    links: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    from_site: bool = False
    """Whether its links are relative to the site, wherever it lies."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.markup = Markup()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value is None:
                continue
            if name == "id" or (tag == "a" and name == "name"):
                self.markup.ids.add(value)
            elif name in _ADDRESSES:
                self.markup.links.add(value.strip())
            elif name == "srcset":
                self.markup.links |= {part.split()[0] for part in value.split(",")}
            else:
                self.markup.links |= {f"#{target}" for target in _PAINT.findall(value)}


def read(path: Path) -> Markup:
    """Return what a file refers to. Of a file that refers to nothing, nothing is read."""
    kind = path.suffix
    if kind not in (".html", ".svg", ".md", ".txt", ".ipynb", ".css", ".xml", ".json"):
        return Markup()
    text = path.read_text(encoding="utf-8")
    if kind in (".html", ".svg"):
        return _html(text)
    if kind == ".md" or path.name == "llms.txt":
        return _html(markdown(text, extensions=_EXTENSIONS))
    if kind == ".ipynb":
        cells = json.loads(text)["cells"]
        prose = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        return _html(markdown("\n\n".join(prose), extensions=_EXTENSIONS))
    if kind == ".css":
        return Markup(links=set(_STYLE.findall(text)))
    if path.name == "sitemap.xml":
        return Markup(links=set(_PLACE.findall(text)))
    if path.name == "search_index.json":
        places = {entry["location"] for entry in json.loads(text)["docs"]}
        return Markup(links=places, from_site=True)
    return Markup()


def _html(text: str) -> Markup:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.markup
