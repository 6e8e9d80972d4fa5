"""Put diagrams into the page itself, where they take its colors and its font."""

import posixpath
import re
from html import unescape
from itertools import count
from urllib.parse import unquote
from xml.etree.ElementTree import ParseError

from figures import svg_figure
from mkdocs.structure.files import File, Files

FOLDER = "assets/diagrams/"

# On a phone a diagram is scrolled, for its text would be too small: by keyboard, too.
ATTRIBUTES = 'class="drawn diagram" tabindex="0"'

# Alone in a paragraph or not: a figure may not stand in one.
_IMAGE = re.compile(r"(?P<open><p>\s*)?<img\b(?P<attributes>[^>]*)>(?P<close>\s*</p>)?")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


def inline(html: str, page: File, files: Files) -> tuple[str, list[str]]:
    """Replace each image of a diagram by the diagram.

    Args:
        html: A page's content.
        page: Where it belongs: what it refers to is relative to this.
        files: The site's files. MkDocs itself reports an image that is not among them.

    Returns:
        The content, and what is wrong with its images.
    """
    problems: list[str] = []
    number = count()

    def replace(match: re.Match[str]) -> str:
        attributes = dict(_ATTRIBUTE.findall(match["attributes"]))
        source, alt = (unescape(attributes.get(name, "")) for name in ("src", "alt"))
        if source.startswith("data:"):
            return match[0]  # An output, whose alternative text its cell gives.
        path = posixpath.join(posixpath.dirname(page.dest_uri), unquote(source))
        path = posixpath.normpath(path)
        if not alt.strip():
            problems.append(f"an image has no alternative text: {path}")
        diagram = files.get_file_from_path(path)
        if diagram is None or not (path.startswith(FOLDER) and path.endswith(".svg")):
            return match[0]
        if not (match["open"] and match["close"]):
            problems.append(f"a diagram needs a paragraph of its own: {path}")
            return match[0]
        try:
            prefix = f"diagram{next(number)}-"
            return svg_figure(diagram.content_string, alt, prefix, ATTRIBUTES)
        except ParseError as error:
            problems.append(f"a diagram cannot be read: {path}: {error}")
            return match[0]

    return _IMAGE.sub(replace, html), problems
