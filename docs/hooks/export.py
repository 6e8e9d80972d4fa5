"""Write every page's text into the site, and `llms.txt`, which lists them (https://llmstxt.org)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, urljoin

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url, write_file
from rendering import Rendered
from text import to_text, uri

_INTRODUCTION = (
    "Each link leads to a page as plain Markdown: text, code, what the code printed when the site "
    "was built, and links to its figures."
)


def write(
    nav: Navigation, lessons: Mapping[str, Rendered], ran: str, files: Files, config: MkDocsConfig
) -> dict[str, str]:
    """Write the texts of all pages, their figures, and the list of them.

    Args:
        nav: Which pages are listed, and in which order.
        lessons: The pages that were executed, by their source.
        ran: What they ran on.
        files: The site's files. By now every page's address and anchors are known.
        config: The site's.

    Returns:
        A line about each page, by the place of its text.
    """
    site = Path(config.site_dir)
    about: dict[str, str] = {}
    for file in files.documentation_pages():
        if file.page is None:
            continue
        lesson = lessons.get(file.src_uri)
        text, shown = to_text(file.page, lesson.blocks if lesson else {}, files, config)
        about[uri(file)] = describe(file.page, text)
        if lesson:
            text += f"\n*{ran}*\n"
        for place, content in {uri(file): text.encode(), **shown}.items():
            write_file(content, str(site / place))
    write_file(_list(nav, about, config).encode(), str(site / "llms.txt"))
    return about


def add_link(html: str, page: Page) -> str:
    """Say in a page's head where its text is, for programs that would rather read that."""
    address = quote(get_relative_url(uri(page.file), page.file.url))
    # The space keeps Material from taking the text for another language of the site.
    link = f'<link rel="alternate " type="text/markdown" href="{address}">'
    return html.replace("</head>", f"{link}</head>", 1)


def describe(page: Page, text: str) -> str:
    """Return a line about a page: its description, its question in bold, or its first sentence."""
    if description := page.meta.get("description"):
        return str(description)
    prose = (part for part in text.split("\n\n") if part[:1].isalpha() or part.startswith("**"))
    first = re.sub(r"\[([^][]*)\]\([^)]*\)", r"\1", " ".join(next(prose, "").split()))
    found = re.match(r"\*\*(.+?)\*\*", first) or re.match(r"(.+?[.?!])(?= |$)", first)
    return found[1] if found else first


def _list(nav: Navigation, about: Mapping[str, str], config: MkDocsConfig) -> str:
    def line(page: Page) -> str:
        place = uri(page.file)
        link = f"- [{page.title}]({urljoin(config.site_url or '', quote(place))})"
        return f"{link}: {about[place]}" if about.get(place) else link

    parts = [f"# {config.site_name}"]
    if config.site_description:
        parts.append(f"> {config.site_description}")
    parts.append(_INTRODUCTION)
    alone = [line(item) for item in nav.items if isinstance(item, Page)]
    if alone:
        parts.append("\n".join(alone))
    for item in nav.items:
        if isinstance(item, Section):
            lines = [line(page) for page in _pages(item.children)]
            parts += [f"## {item.title}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _pages(items: Iterable[StructureItem]) -> Iterator[Page]:
    """Yield the pages of a section and of the sections within, in order."""
    for item in items:
        if isinstance(item, Section):
            yield from _pages(item.children)
        elif isinstance(item, Page):
            yield item
