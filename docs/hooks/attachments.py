"""Put the files that a lesson offers beside its page, which would otherwise carry them inside."""

import os
import posixpath
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote, unquote, urljoin

_LINK = re.compile(
    r'(<a download="([^"]+)" href=")data:application/octet-stream;base64,([\w+/=]*)"', re.ASCII
)
_OFFER = re.compile(r'<a\b(?=[^>]* href="([^"]*)")(?=[^>]* download="([^"]+)")[^>]*>')


def detach(html: str, page: str = "") -> tuple[str, dict[str, bytes]]:
    """Return HTML whose links lead to files beside the page, and the files by name.

    Args:
        html: An output.
        page: The page's address, if the HTML will be read elsewhere.
    """
    files: dict[str, bytes] = {}

    def beside(link: re.Match[str]) -> str:
        name = unescape(link[2])
        files[name] = b64decode(link[3])
        return f'{link[1]}{escape(urljoin(page, quote(name)))}"'

    return _LINK.sub(beside, html), files


def vouch(html: str, folder: Path, files: Mapping[Path, bytes]) -> tuple[str, list[str]]:
    """Lead links to the files that pages offer, and say what is in them.

    A link `[text](lesson.py){ download=name }` leads to the file of this name that the lesson
    offers. Every link to such a file gets its checksum, for scripts that fetch it.

    Args:
        html: A page's content.
        folder: Where the page is.
        files: What all pages offer, by place.

    Returns:
        The content, and which links lead to nothing.
    """
    problems: list[str] = []

    def seal(link: re.Match[str]) -> str:
        href, name = unescape(link[1]), unescape(link[2])
        address = posixpath.join(posixpath.dirname(href), quote(name))
        content = files.get(Path(os.path.normpath(folder / unquote(address))))
        if content is None:
            problems.append(f"{href} offers no file {name}")
            return link[0]
        checksum = b64encode(sha256(content).digest()).decode()
        tag = link[0].replace(f' href="{link[1]}"', f' href="{escape(address)}"')
        return f'{tag[:-1]} data-integrity="sha256-{checksum}">'

    return _OFFER.sub(seal, html), problems
