"""Tell other sites what to show beside a link to a page: its title, a line about it, a picture.

Material's own plugin would draw such pictures, too, but with fonts from Google and with Cairo.
"""

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from urllib.parse import quote, urljoin

from cards import SIZE, draw
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import write_file
from text import uri


def write(about: Mapping[str, str], files: Files, config: MkDocsConfig) -> None:
    """Write the pictures of all pages.

    Args:
        about: A line about each page, by the place of its text.
        files: The site's files.
        config: The site's. Without the site's address, nobody could find the pictures.
    """
    for file in files.documentation_pages():
        if file.page and config.site_url:
            title, line = _words(file.page, about, config)
            head = [config.site_name if title != config.site_name else ""]
            head += [section.title or "" for section in list(file.page.ancestors)[::-1]]
            card = draw(" · ".join(filter(None, head)), title, line)
            write_file(card, str(Path(config.site_dir) / _place(file)))


def add_tags(html: str, page: Page, about: Mapping[str, str], config: MkDocsConfig) -> str:
    """Say it in a page's head, by the Open Graph protocol (https://ogp.me)."""
    if not config.site_url:
        return html
    title, line = _words(page, about, config)
    tags = {
        "og:site_name": config.site_name,
        "og:type": "website" if page.is_homepage else "article",
        "og:title": title,
        "og:description": line,
        "og:url": page.canonical_url or "",
        "og:image": urljoin(config.site_url, quote(_place(page.file))),
        "og:image:type": "image/png",
        "og:image:width": str(SIZE[0]),
        "og:image:height": str(SIZE[1]),
        "og:image:alt": f"{title}: {line}" if line else title,
    }
    head = [
        f'<meta property="{name}" content="{escape(content)}">' for name, content in tags.items()
    ]
    # Without it, some show the picture as a small square.
    head.append('<meta name="twitter:card" content="summary_large_image">')
    return html.replace("</head>", f"{''.join(head)}</head>", 1)


def _words(page: Page, about: Mapping[str, str], config: MkDocsConfig) -> tuple[str, str]:
    """Return a page's title and the line about it, without marks."""
    title = config.site_name if page.is_homepage else Markup(page.title).striptags()
    line = about.get(uri(page.file)) or config.site_description or ""
    return title, re.sub(r"[`*]", "", line)


def _place(file: File) -> str:
    return f"assets/social/{uri(file).removesuffix('.md')}.png"
