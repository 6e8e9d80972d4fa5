"""A built site as a folder: its pages, its address, and whether another is the same."""

import re
from pathlib import Path
from urllib.parse import quote, unquote

_CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)"')


def pages(site: Path) -> list[str]:
    """Return the site's pages by their addresses, relative to the site's: the first is ""."""
    places = (path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    return sorted(quote(re.sub(r"(^|/)index\.html$", r"\1", place)) for place in places)


def file_of(site: Path, address: str) -> Path:
    """Return the file that a server sends for an address."""
    place = unquote(address)
    return site / (f"{place}index.html" if place.endswith("/") or not place else place)


def is_lesson(page: str) -> bool:
    """Return whether a page is a lesson."""
    return page.startswith("lessons/")


def size(site: Path, page: str) -> int:
    """Return how many bytes a page's HTML has."""
    return file_of(site, page).stat().st_size


def base(site: Path) -> str:
    """Return where the site is to be published, as its front page says.

    Raises:
        SystemExit: If there is no front page that says it.
    """
    front = site / "index.html"
    text = front.read_text(encoding="utf-8") if front.is_file() else ""
    if not (found := _CANONICAL.search(text)):
        raise SystemExit(f"{site} is no built site: run mkdocs build.")
    return found[1]


def differences(one: Path, other: Path) -> list[str]:
    """Return the files that are not in both folders, or not the same there."""
    trees = [
        {path.relative_to(top).as_posix(): path.read_bytes() for path in _files(top)}
        for top in (one, other)
    ]
    places = sorted(trees[0].keys() | trees[1].keys())
    return [place for place in places if trees[0].get(place) != trees[1].get(place)]


def _files(top: Path) -> list[Path]:
    return [path for path in top.rglob("*") if path.is_file()]
