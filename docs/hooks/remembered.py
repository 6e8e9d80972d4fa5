"""Let MkDocs render a page again only when it would come out otherwise, from build to build."""

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cache import write_whole
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, get_toc
from mkdocs.utils import CountHandler

_DISTRIBUTIONS = (
    *("mkdocs", "markdown", "pymdown-extensions", "pygments"),
    *("mkdocstrings", "mkdocstrings-python"),
)


def surroundings(config: MkDocsConfig, files: Files) -> str:
    """Return a checksum over all but its text that decides how a page comes out."""
    facts = [
        [[name, version(name)] for name in _DISTRIBUTIONS],
        # With what it says of plugins.
        Path(config.config_file_path).read_text(encoding="utf-8"),
        # Plugins put extensions there that only their types tell apart.
        [e if isinstance(e, str) else type(e).__qualname__ for e in config.markdown_extensions],
        config.mdx_configs,
        # What links lead to.
        sorted((file.src_uri, file.url) for file in files),
    ]
    text = json.dumps(facts, default=lambda other: type(other).__qualname__, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def render(page: Page, folder: Path, around: str, config: MkDocsConfig, files: Files) -> None:
    """Render a page, or take from the folder what came out before.

    A page that MkDocs warned of is not kept: it must warn again.

    Args:
        page: The page; its Markdown is read.
        folder: Where to remember.
        around: What `surroundings` gave for this build, and what else the page depends on.
        config: The site's.
        files: The site's.
    """
    autorefs: Any = config.plugins.get("autorefs")
    name = hashlib.sha256(json.dumps([page.file.src_uri, page.markdown, around]).encode())
    path = folder / f"{name.hexdigest()}.json"
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        links = [(files.get_file_from_path(to), anchors) for to, anchors in entry["links"].items()]
        page.toc = get_toc(entry["toc"])
        page._title_from_render = entry["title"]
        page.present_anchor_ids = set(entry["anchors"])
        page.links_to_anchors = {file: anchors for file, anchors in links if file}
        page.content = entry["content"]
        for names, options in entry["objects"]:
            autorefs.register_anchor(page, *names, **options)
        os.utime(path)
        return
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        pass  # Unknown, or unreadable.
    warnings = CountHandler()
    warnings.setLevel(logging.WARNING)
    logger = logging.getLogger("mkdocs")
    logger.addHandler(warnings)
    try:
        with _objects(autorefs) as objects:
            Page.render(page, config, files)
    finally:
        logger.removeHandler(warnings)
    if not warnings.get_counts():
        _write(path, page, objects)


@contextmanager
def _objects(autorefs: Any) -> Iterator[list[Any]]:
    """Yield what mkdocstrings, while it renders, tells autorefs of the objects on a page."""
    told: list[Any] = []
    if autorefs is None:
        yield told
        return
    register = autorefs.register_anchor

    def listen(page: Page, *names: Any, **options: Any) -> None:
        told.append([names, options])
        register(page, *names, **options)

    autorefs.register_anchor = listen
    try:
        yield told
    finally:
        del autorefs.register_anchor


def _write(path: Path, page: Page, objects: list[Any]) -> None:
    links = page.links_to_anchors or {}
    entry = {
        "content": page.content,
        "toc": _tokens(page.toc),
        "title": page._title_from_render,
        "anchors": sorted(page.present_anchor_ids or ()),
        "objects": objects,
        "links": {file.src_uri: anchors for file, anchors in links.items()},
    }
    write_whole(path, entry)


def _tokens(links: Iterable[AnchorLink]) -> list[Any]:
    return [
        {
            "name": link.title,
            "id": link.id,
            "level": link.level,
            "children": _tokens(link.children),
        }
        for link in links
    ]
