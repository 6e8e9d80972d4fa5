"""Find links of a site that lead to nothing in it. What lies elsewhere is not asked for."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from site_checks import tree
from site_checks.bounds import Figure, counted
from site_checks.markup import Markup, read

_ANCHORED = (".html", ".md")


def links(site: Path, base: str) -> list[Figure]:
    """Return how many links and how many anchors are broken, over all files that have links.

    Args:
        site: The folder.
        base: Where it is to be published: what begins so lies in the folder, too.
    """
    files = sorted(path for path in site.rglob("*") if path.is_file())
    known = {path: read(path) for path in files}
    broken: dict[str, list[str]] = {}
    lost: dict[str, list[str]] = {}
    for path, markup in known.items():
        if markup.links:
            place = path.relative_to(site).as_posix()
            address = base if markup.from_site else urljoin(base, quote(place))
            broken[place], lost[place] = [], []
            for link, reason in _wrong(site, base, address, markup, known):
                (broken if reason == "file" else lost)[place].append(link)
    return [counted("Broken links", broken), counted("Broken anchors", lost)]


def _wrong(
    site: Path, base: str, address: str, markup: Markup, known: dict[Path, Markup]
) -> Iterator[tuple[str, str]]:
    for link in sorted(markup.links):
        # Browsers find there what tools call by its name.
        url, anchor = urldefrag(urljoin(address.replace("index.html", ""), link))
        if urlsplit(url).scheme not in ("http", "https") or not url.startswith(base):
            continue
        target = tree.file_of(site, urlsplit(url)._replace(query="").geturl().removeprefix(base))
        if target not in known:
            yield link, "file"
        elif anchor and target.suffix in _ANCHORED and unquote(anchor) not in known[target].ids:
            yield link, "anchor"
