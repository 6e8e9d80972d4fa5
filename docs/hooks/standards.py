"""Mend what in Material's pages is not HTML by the standard, or bars somebody's way.

A second MkDocs hook, since the page of errors (404.html) is no page to MkDocs, but a template.
"""

import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

# What Material 9.8 writes, and what it should have.
_MENDED = (
    # A section that cannot be folded has no place in the order of tabs, not an empty one.
    (re.compile(r' tabindex=""'), ""),
    # A checkbox has no text to complete. It kept Firefox from opening the menu of a page that is
    # loaded again, but Material itself closes it.
    (re.compile(r'(<input\b[^>]*\btype="checkbox"[^>]*?) autocomplete="off"'), r"\1"),
    # The search is announced as a dialog, but not as which.
    (re.compile(r'(<div class="md-search" data-md-component="search") (role="dialog")'),
     r'\1 aria-label="Search" \2'),
    # A section with a page of its own is named by its link, not by the arrow beside it.
    (
        re.compile(
            r'(<div class="md-nav__link md-nav__container">\s*<a )((?:(?!</div>).)*?'
            r'<label\b[^>]*?) id="(__nav_[\d_]+_label)"',
            re.DOTALL,
        ),
        r'\1id="\3" \2',
    ),
)  # fmt: skip


def mend(html: str) -> str:
    """Return a page as it should be."""
    for wrong, right in _MENDED:
        html = wrong.sub(right, html)
    return html


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Mend a page."""
    return mend(output)


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """Mend what the theme writes beside pages."""
    return mend(output_content) if template_name.endswith(".html") else output_content
