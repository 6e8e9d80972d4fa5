"""A MkDocs hook: has search read the words of a page, and again only if they have changed.

Every token that colors code is an element, and elements are what reading a page costs.
"""

import re
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cache import prune, recall
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

_READER = version("mkdocs-material")
_contents: dict[str, str] = {}


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """Stand between Material's search and its index, which is another in each build."""
    search: Any = config.plugins["material/search"]
    index = search.search_index
    folder = Path(config.config_file_path).parent / ".cache/search"
    prune(folder)
    index.add_entry_from_context = partial(_add, folder, index, index.add_entry_from_context)
    return nav


def _add(folder: Path, index: Any, add: Any, page: Page) -> None:
    """Add the entries of a page to the index; the folder has those of pages read before."""

    def compute() -> list[dict[str, Any]]:
        start = len(index.entries)
        add(page)
        entries = index.entries[start:]
        del index.entries[start:]
        return entries

    of = _READER, page.url, page.title, dict(page.meta), page.content
    index.entries += recall(folder, of, compute)


@event_priority(50)
def _before(
    context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation
) -> TemplateContext:
    """Leave the words."""
    _contents[page.file.src_uri] = page.content or ""
    page.content = re.sub("</?span[^>]*>", "", page.content or "")
    return context


@event_priority(-50)
def _after(
    context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation
) -> TemplateContext:
    """Bring the page back."""
    page.content = _contents.pop(page.file.src_uri)
    return context


on_page_context = CombinedEvent(_before, _after)
