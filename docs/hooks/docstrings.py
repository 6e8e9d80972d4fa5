"""Write out, in plain Markdown, the docstrings that mkdocstrings shows on a page."""

import re
from textwrap import indent
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

_DIRECTIVE = re.compile(r"^::: *([\w.]+) *(?:\n {4}.*)*", re.MULTILINE)
_HEADING = re.compile(r'<h([1-6]) id="([\w.]+)" class="doc doc-heading">')


def expand(markdown: str, html: str, config: MkDocsConfig) -> str:
    """Replace each `::: name` by what it stands for.

    Args:
        markdown: A page's, as it is written.
        html: The same, rendered: its headings tell which objects are shown, and in which order.
        config: The site's.
    """
    modules = _DIRECTIVE.findall(markdown)
    mkdocstrings = config.plugins.get("mkdocstrings")
    if not (modules and mkdocstrings):
        return markdown
    handler = mkdocstrings.get_handler("python")
    options = handler.get_options({})
    shown: dict[str, list[str]] = {
        module: [_described(handler.collect(module, options))] for module in modules
    }
    for level, path in _HEADING.findall(html):
        owners = [module for module in modules if path.startswith(f"{module}.")]
        if owners:
            heading = f"{'#' * int(level)} {path.rpartition('.')[2]}"
            # Other tools make ids of headings alone; links name the object in full.
            parts = [f'<a id="{path}"></a>', heading, _described(handler.collect(path, options))]
            shown[max(owners, key=len)] += parts
    return _DIRECTIVE.sub(lambda directive: _join(shown[directive[1]]), markdown)


def _described(item: Any) -> str:
    """Return the signature and the docstring of one of griffe's objects."""
    item = item.final_target if item.is_alias else item
    if item.docstring is None:
        return ""
    parts = [] if item.is_module else [_signature(item)]
    return _join(parts + [_section(section) for section in item.docstring.parsed])


def _signature(item: Any) -> str:
    """Return what stands above the docstring: the source is formatted, and fits."""
    lines = item.source.splitlines()[: item.docstring.lineno - item.lineno]
    source = re.sub(r"\A(?:@.*\n)+", "", "\n".join(lines)).rstrip().removesuffix(":")
    return f"```python\n{source}\n```" if source else ""


def _section(section: Any) -> str:
    kind = section.kind.value
    if kind == "text":
        return section.value
    title = f"**{section.title or kind.capitalize()}:**"
    if kind == "admonition":
        return _join([title, section.value.contents])
    if kind == "examples":
        code = [
            text if part.value == "text" else f"```pycon\n{text}\n```"
            for part, text in section.value
        ]
        return _join([title, *code])
    return _join([title, "\n".join(map(_entry, section.value))])


def _entry(item: Any) -> str:
    """Return one of several parameters, results, or errors."""
    # An error has no name but its type; a result needs none.
    name = getattr(item, "name", item.annotation)
    text = f"`{name}`: {item.description}" if name else item.description
    return "- " + indent(text, "  ").lstrip()


def _join(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part)
