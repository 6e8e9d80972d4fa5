"""Turn a page into plain Markdown: for those who read text, and as the way out of MkDocs.

The text of a page lies beside it, as `lessons/01_pixels.md`, and its figures in the folder of that
name. Links between texts are relative and lead to `.md`, so that a copy works as it is: as the
source of a site by other tools, on a disk, or for a program that follows its links.
"""

import posixpath
import re
from base64 import b64decode
from collections.abc import Mapping
from html import unescape
from itertools import count
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import data_table
import diagrams
import docstrings
from figures import standalone
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from portable import portable

_OUTPUT = re.compile(r"^( *`{3,}) \{\.text [^}\n]*\}$", re.MULTILINE)
_FOLDED = re.compile("^<details(?=( open)?><summary>)", re.MULTILINE)
_SVG = re.compile(r"<figure\b[^>]*>(<svg\b.*</svg>)</figure>", re.DOTALL)
_PNG = re.compile(
    r'<figure\b[^>]*><img src="data:image/png;base64,([^"]*)" alt="([^"]*)"></figure>'
)
_OFFER = re.compile(r'<div class="output"><a [^<>]*\bhref="([^"]*)">([^<>]*)</a>([^<>]*)</div>')
_RELATIVE = re.compile(r'\b(href|src)="(?![/#"]|[a-z][a-z+.-]*:)')


def uri(file: File) -> str:
    """Return where the text of a page lies in the site."""
    return posixpath.splitext(file.src_uri)[0] + ".md"


def to_text(
    page: Page, blocks: Mapping[str, str], files: Files, config: MkDocsConfig
) -> tuple[str, dict[str, bytes]]:
    """Return a page as plain Markdown, and what it shows.

    Args:
        page: A page that is rendered.
        blocks: The HTML of its outputs, by the comments that stand for them.
        files: The site's files.
        config: The site's.

    Returns:
        The Markdown, and the files of its figures, by their places in the site.
    """
    text = _Text(page, blocks, files, config)
    markdown = docstrings.expand(page.markdown or "", page.content or "", config)
    markdown = _OUTPUT.sub(r"\1text", markdown)
    markdown = portable(markdown, text.address, text.reference)
    # For Python-Markdown, as in MkDocs and Zensical; others read Markdown there without being told.
    markdown = _FOLDED.sub('<details markdown="1"', markdown)
    return re.sub("<!--output:[0-9]+-->", text.output, markdown) + "\n", text.shown


class _Text:
    """What is known of a page while it becomes text."""

    def __init__(
        self, page: Page, blocks: Mapping[str, str], files: Files, config: MkDocsConfig
    ) -> None:
        self.file, self.blocks, self.files, self.config = page.file, blocks, files, config
        self.uri = uri(page.file)
        self.shown: dict[str, bytes] = {}
        self.numbers = count(1)

    def address(self, target: str) -> str:
        """Return where a link or an image of the page leads to."""
        parts = urlsplit(target)
        path = posixpath.join(posixpath.dirname(self.file.src_uri), unquote(parts.path))
        file = self.files.get_file_from_path(posixpath.normpath(path))
        if parts.scheme or parts.netloc or not parts.path or file is None:
            return target
        if file.is_documentation_page():
            address = self._beside(uri(file))
        elif file.src_uri.startswith(diagrams.FOLDER) and file.src_uri.endswith(".svg"):
            svg = standalone(file.content_string)
            address = self._show(posixpath.basename(file.src_uri), svg.encode())
        else:
            address = self._beside(file.dest_uri)
        return parts._replace(path=address).geturl()

    def reference(self, name: str) -> str | None:
        """Return where an object is described, or None if it is nowhere."""
        autorefs = self.config.plugins.get("autorefs")
        try:
            url, anchor = urldefrag(autorefs.get_item_url(name)[0] if autorefs else "")
        except KeyError:
            return None  # The page's own rendering warns.
        for file in self.files.documentation_pages():
            if file.url == url:
                return f"{self._beside(uri(file))}#{anchor}"
        return urljoin(self.config.site_url or "", f"{url}#{anchor}") if url else None

    def output(self, comment: re.Match[str]) -> str:
        """Return what stands for an output."""
        html = self.blocks.get(comment[0], comment[0])
        if data_table.is_data(html):
            return data_table.to_markdown(html)
        if figure := _SVG.fullmatch(html):
            alt = ElementTree.fromstring(figure[1]).get("aria-label", "")
            content, kind = standalone(figure[1]).encode(), "svg"
        elif figure := _PNG.fullmatch(html):
            alt, content, kind = unescape(figure[2]), b64decode(figure[1]), "png"
        else:
            # What it offers lies beside the page. In Markdown, HTML ends at an empty line.
            folder = posixpath.relpath(posixpath.dirname(self.file.dest_uri) or ".", self._folder)
            html = re.sub(r"\n\s*\n", "\n", _RELATIVE.sub(rf'\1="{quote(folder)}/', html))
            return unescape(_OFFER.sub(r"[\2](\1)\3", html)) if _OFFER.fullmatch(html) else html
        alt = re.sub(r"([\\`*_<\[\]])", r"\\\1", " ".join(alt.split()))
        return f"![{alt}]({self._show(f'figure-{next(self.numbers)}.{kind}', content)})"

    @property
    def _folder(self) -> str:
        return posixpath.dirname(self.uri) or "."

    def _beside(self, place: str) -> str:
        return quote(posixpath.relpath(place, self._folder))

    def _show(self, name: str, content: bytes) -> str:
        place = f"{self.uri.removesuffix('.md')}/{name}"
        self.shown[place] = content
        return self._beside(place)
