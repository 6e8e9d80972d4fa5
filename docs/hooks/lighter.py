"""Leave out of pages what no reader sees: an eighth of a lesson and half its elements."""

import re
from functools import partial

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page
from unchanged import Unchanged

# What must stay as it is: code by its spaces, scripts and styles by their checksums.
_KEPT = re.compile(r"(<(pre|script|style|textarea)\b.*?</\2>)", re.DOTALL)
_INDENTED = re.compile(r"\n\s+")
# Names, operators, punctuation, spaces: in the color of code, as `contrast.css` has it. The empty
# element is Pygments' own, for Markdown.
_PLAIN = re.compile(r'<span class="(?:n|o|p|w)">([^<]*)</span>|<span></span>')

_lightened: Unchanged[str] = Unchanged()


def lighten(html: str) -> str:
    """Return a page without indentation, and without marks in code that change nothing."""
    # Text, an element that is kept, its name, text, ...
    parts = _KEPT.split(html)
    for i, part in enumerate(parts):
        if i % 3 == 0:
            parts[i] = _INDENTED.sub("\n", part)
        elif i % 3 == 1 and parts[i + 1] == "pre":
            parts[i] = _PLAIN.sub(r"\1", part)
        elif i % 3 == 2:
            parts[i] = ""
    return "".join(parts)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Lighten a page."""
    return _lightened.get(page.file.src_uri, output, partial(lighten, output))


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """Lighten the page of errors, which MkDocs takes for a template."""
    return lighten(output_content) if template_name.endswith(".html") else output_content
