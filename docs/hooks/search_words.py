"""A MkDocs hook: has search read the words of a page, and again only if they have changed.

Every token that colors code is an element, and elements are what reading a page costs.
"""

import re
from functools import partial
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext
from unchanged import Unchanged

_entries: Unchanged[list[dict[str, Any]]] = Unchanged()
_contents: dict[str, str] = {}


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """Stand between Material's search and its index, which is another in each build."""
    search: Any = config.plugins["material/search"]
    index = search.search_index
    index.add_entry_from_context = partial(_add, index, index.add_entry_from_context)
    return nav


def _add(index: Any, add: Any, page: Page) -> None:
    """Add the entries of a page to the index."""
    start = len(index.entries)

    def compute() -> list[dict[str, Any]]:
        add(page)
        return index.entries[start:]

    of = page.url, page.title, dict(page.meta), page.content
    index.entries[start:] = _entries.get(page.file.src_uri, of, compute)


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
