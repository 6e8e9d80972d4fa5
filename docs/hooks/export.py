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


def to_files(
    page: Page, lesson: Rendered | None, ran: str, files: Files, config: MkDocsConfig
) -> tuple[str, dict[str, bytes]]:
    """Return a line about a page; and its text and figures, by their places in the site.

    Args:
        page: Rendered: every page's address and anchors are known.
        lesson: What was executed for it, if anything was.
        ran: What it ran on.
        files: The site's files.
        config: The site's.
    """
    text, shown = to_text(page, lesson.blocks if lesson else {}, files, config)
    about = describe(page, text)
    if lesson:
        text += f"\n*{ran}*\n"
    return about, {uri(page.file): text.encode(), **shown}


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


def write_list(nav: Navigation, about: Mapping[str, str], config: MkDocsConfig) -> None:
    """Write `llms.txt`, in the order of the navigation; `about` has a line a page, by its text."""

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
    write_file(("\n\n".join(parts) + "\n").encode(), str(Path(config.site_dir) / "llms.txt"))


def _pages(items: Iterable[StructureItem]) -> Iterator[Page]:
    """Yield the pages of a section and of the sections within, in order."""
    for item in items:
        if isinstance(item, Section):
            yield from _pages(item.children)
        elif isinstance(item, Page):
            yield item
