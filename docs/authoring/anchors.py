"""The anchors of a page, made as the site makes them."""

import re
from pathlib import Path
from typing import Any

from lesson_file import read_lesson
from markdown import Markdown
from prose import CODE, COMMENT, FENCED, HEADER, HEADING, blank


class Anchors:
    """Finds the anchors of pages, each page once."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.extensions: dict[str, dict[str, Any]] = {}
        for entry in config.get("markdown_extensions") or []:
            name, options = next(iter(entry.items())) if isinstance(entry, dict) else (entry, None)
            # Of the site's extensions these decide about ids; the others would take their time.
            if name in ("toc", "attr_list"):
                self.extensions[name] = options or {}
        self.extensions.setdefault("toc", {})
        self.known: dict[Path, set[str]] = {}

    def of(self, page: Path) -> set[str]:
        """Return the ids of a page's headings, and those that its HTML sets."""
        if page not in self.known:
            self.known[page] = self._read(page)
        return self.known[page]

    def _read(self, page: Path) -> set[str]:
        text = "\n\n".join(cell.source for cell in read_lesson(page).text)
        headings = re.findall(HEADING, blank(text, HEADER, COMMENT, FENCED), re.MULTILINE)
        markdown = Markdown(extensions=[*self.extensions], extension_configs=self.extensions)
        markdown.convert("\n\n".join(headings))
        ids = {token["id"] for token in _all(getattr(markdown, "toc_tokens", []))}
        return ids | set(re.findall(r'<[^<>]*\bid="([^"]+)"', blank(text, *CODE)))


def _all(tokens: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for token in tokens for each in [token, *_all(token["children"])]]
