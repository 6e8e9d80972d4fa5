"""Offer each lesson as a notebook, clean, executed, or in Colab; as Python file; as Markdown."""

import posixpath
import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

import nbformat
from executed import read
from executed_notebook import with_outputs
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.utils import get_relative_url
from mkdocs.utils.meta import get_data
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from portable import portable
from reading_time import minutes
from text import uri

# Colab opens notebooks from branches; continuous integration writes this one.
COLAB = "https://colab.research.google.com/github/jaxdigits/jaxdigits/blob/notebooks/"

INSTALL = """\
# Where the lessons' package is missing, as in Colab, install it.
try:
    import jaxdigits
except ImportError:
    %pip install -q "jaxdigits @ git+https://github.com/jaxdigits/jaxdigits"
"""


def is_lesson(file: File) -> bool:
    """Return whether a page is a lesson: others may run code too, but teach nothing by it."""
    return file.src_uri.startswith("lessons/") and file.src_uri.endswith(".py")


def add_links(html: str, lesson: File) -> str:
    """Return a lesson's page with a line below its title: its length, and links."""
    notebook = _notebook_uri(lesson)
    offered = notebook, _executed_uri(lesson), lesson.src_uri, uri(lesson)
    here, executed, source, text = (get_relative_url(place, lesson.url) for place in offered)
    line = (
        '<p class="downloads" data-search-exclude>'
        f"<span>{minutes(read(Path(str(lesson.abs_src_path))))} min read</span>"
        f'<a href="{escape(here)}" download>Download notebook</a>'
        f'<a href="{escape(executed)}" download>Executed notebook</a>'
        f'<a href="{COLAB}{quote(notebook)}">Open in Colab</a>'
        f'<a href="{escape(source)}" download>Python file</a>'
        f'<a href="{escape(text)}">Markdown</a></p>'
    )
    return re.sub(r"\A(?s:.*?</h1>)?", lambda title: f"{title[0]}\n{line}", html, count=1)


def to_files(
    lesson: File, executed: object, files: Files, config: MkDocsConfig
) -> dict[str, bytes]:
    """Return what the links of a lesson lead to, by place; `executed` if it did not fail."""
    source = Path(str(lesson.abs_src_path))
    clean = to_notebook(read(source), *_addresses(lesson, files, config))
    notebooks = {_notebook_uri(lesson): clean}
    if isinstance(executed, NotebookNode):
        page = urljoin(config.site_url or "", lesson.url)
        notebooks[_executed_uri(lesson)] = with_outputs(clean, executed, page)
    written = {
        place: f"{nbformat.writes(notebook)}\n".encode() for place, notebook in notebooks.items()
    }
    return written | {lesson.src_uri: source.read_bytes()}


def to_notebook(
    lesson: NotebookNode, absolute: Callable[[str], str], reference: Callable[[str], str | None]
) -> NotebookNode:
    """Return a lesson as a notebook that works anywhere, the same in every build.

    Args:
        lesson: As Jupytext reads it.
        absolute: From the target of a link to its address.
        reference: From the name of an object to its address, or to None if it has none.
    """
    cells: list[NotebookNode] = []
    for cell in lesson.cells:
        if cell.cell_type == "code":
            tags = cell.metadata.get("tags")
            cells.append(_code(cell.source, {"tags": tags} if tags else {}))
        elif cell.cell_type == "markdown":
            # A page may begin with a description of itself, which is for MkDocs.
            source = cell.source if cells else get_data(cell.source + "\n")[0]
            if source.strip():
                source = portable(source, absolute, reference)
                cells.append(_cell(cell_type="markdown", metadata={}, source=source))
    types = [cell.cell_type for cell in cells]
    first = types.index("code") if "code" in types else len(types)
    cells.insert(first, _code(INSTALL.rstrip(), {}))
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(
        cells=cells, metadata={"kernelspec": python, "language_info": {"name": "python"}}
    )


def _code(source: str, metadata: dict[str, Any]) -> NotebookNode:
    return _cell(
        cell_type="code", execution_count=None, metadata=metadata, outputs=[], source=source
    )


def _cell(**fields: Any) -> NotebookNode:
    """Return a cell. nbformat's own functions validate each one, which takes a second in all."""
    return NotebookNode(nbformat.from_dict(fields))


def _notebook_uri(lesson: File) -> str:
    return lesson.src_uri.removesuffix(".py") + ".ipynb"


def _executed_uri(lesson: File) -> str:
    return lesson.src_uri.removesuffix(".py") + ".executed.ipynb"


def _addresses(
    lesson: File, files: Files, config: MkDocsConfig
) -> tuple[Callable[[str], str], Callable[[str], str | None]]:
    """Return what finds the addresses of links' targets, and of objects in the reference."""
    site = config.site_url or ""
    page = urljoin(site, lesson.url)
    autorefs = config.plugins.get("autorefs")

    def absolute(target: str) -> str:
        parts = urlsplit(target)
        path = posixpath.join(posixpath.dirname(lesson.src_uri), unquote(parts.path))
        file = files.get_file_from_path(posixpath.normpath(path))
        if parts.scheme or parts.netloc or file is None:
            return urljoin(page, target)
        return urljoin(site, parts._replace(path=file.url).geturl())

    def reference(name: str) -> str | None:
        try:
            return urljoin(site, autorefs.get_item_url(name)[0]) if autorefs else None
        except KeyError:
            return None  # The page's own rendering warns.

    return absolute, reference
