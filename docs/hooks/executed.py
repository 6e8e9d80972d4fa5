"""All lessons with their outputs: executed now, or as the cache remembers them."""

import contextlib
import functools
import hashlib
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import cast

import cache
import jupytext
from cache import recall
from execution import COMPILED, TIME_LIMIT, LessonError, Ran, code_cells, execute, in_parallel
from last_probe import probed
from mkdocs.utils.meta import get_data
from nbformat import NotebookNode, from_dict
from provenance import Provenance, fingerprint, package_digest, probe
from source_date import source_date

# Lessons as notebooks, which Jupytext takes long to read: "mkdocs serve" starts with all of them.
_PARSED = ".cache/parsed"
_READERS = version("jupytext"), version("nbformat")

log = logging.getLogger("mkdocs.hooks.lessons")

Lessons = dict[str, NotebookNode | LessonError]


def executed(
    paths: Mapping[str, Path], root: Path, quick: bool = False, again: bool = False
) -> tuple[Provenance | None, Lessons]:
    """Execute what has changed, several lessons at a time.

    Args:
        paths: The lessons' files, by the names that they have in messages.
        root: The repository, whose package the lessons import.
        quick: Whether not to load digits whose files are as they were.
        again: Whether to execute also what has not changed, to see whether it is quicker this time.

    Returns:
        What the lessons ran on, or None if that cannot be had; and for each name the notebook
            with its outputs and each code cell's seconds, or why there are none.
    """
    try:
        package = package_digest(root)
        on = (probed if quick else probe)(root, package)
        provenance = replace(on, date=source_date(root))
    except LessonError as error:
        return None, dict.fromkeys(paths, error)
    log.info(f"Lessons run on {provenance.name}")
    fixed = fingerprint(package, provenance)
    # Later lessons compute longer. Whoever begins with them has no core idle at the end.
    names = list(paths)[::-1]
    variables = provenance.environment
    work = [_one(name, paths[name], root, fixed, variables, again) for name in names]
    done = dict(zip(names, in_parallel(work), strict=True))
    cache.prune(root / ".cache/lessons")
    cache.prune(root / ".cache/probes")
    cache.prune(root / _PARSED)
    return provenance, {name: done[name] for name in paths}


def remembered(notebooks: Mapping[str, NotebookNode], root: Path) -> dict[str, NotebookNode]:
    """Return, completed by their outputs, the lessons that the cache knows as they are now."""
    try:
        package = package_digest(root)
        fixed = fingerprint(package, probed(root, package))
    except LessonError:
        return {}
    lessons: dict[str, NotebookNode] = {}
    for name, notebook in notebooks.items():
        ran = cache.load(root / ".cache/lessons", _entry(notebook, root, fixed))
        if ran is not None:
            lessons[name] = _completed(notebook, ran)
    return lessons


def read(path: Path) -> NotebookNode:
    """Return a lesson as a notebook, which is not to be changed: others get the same."""
    roots = (folder for folder in path.resolve().parents if (folder / "mkdocs.yml").is_file())
    return _parsed(path.read_text(encoding="utf-8"), next(roots, None))


@functools.lru_cache(maxsize=256)
def _parsed(text: str, root: Path | None) -> NotebookNode:
    def parse() -> NotebookNode:
        return jupytext.reads(text, fmt="py")

    if root is None:
        return parse()
    return cast(NotebookNode, from_dict(recall(root / _PARSED, [_READERS, text], parse)))


async def _one(
    name: str, path: Path, root: Path, fixed: str, variables: dict[str, str], again: bool
) -> NotebookNode | LessonError:
    folder = root / ".cache/lessons"
    try:
        notebook = read(path)
        entry = _entry(notebook, root, fixed)
        ran = known = cache.load(folder, entry)
        if ran is None or again:
            start = time.monotonic()
            # JAX reads a whole folder whenever it adds a program: each lesson has one of its own.
            compiled = COMPILED / path.stem
            cache.forget_unfinished(compiled)
            own = {**variables, "JAX_COMPILATION_CACHE_DIR": str(compiled)}
            ran = await execute(notebook, root, own, _time_limit(notebook))
            # Other work slows a lesson down, and nothing makes it quicker than it is.
            if known is None or sum(ran.seconds) < sum(known.seconds):
                cache.store(folder, entry, ran)
            else:
                ran = known
            log.info(f"Executed {name} in {time.monotonic() - start:.1f} s")
        else:
            log.info(f"Unchanged: {name}")
    except LessonError as error:
        return LessonError(f"{name} {error}")
    return _completed(notebook, ran)


def _entry(notebook: NotebookNode, root: Path, fixed: str) -> str:
    """Return what the cache calls a notebook's outputs."""
    return cache.key(notebook, fixed + _files_named(notebook, root))


def _completed(notebook: NotebookNode, ran: Ran) -> NotebookNode:
    """Return a notebook with what executing it left."""
    done = NotebookNode(notebook, cells=[NotebookNode(cell) for cell in notebook.cells])
    for cell, outputs, seconds in zip(code_cells(done), *ran, strict=True):
        cell.outputs = outputs
        cell.metadata = NotebookNode(cell.metadata, seconds=seconds)
    return done


def _time_limit(notebook: NotebookNode) -> float:
    """Return how long a cell may take, which the lesson's header may say: `time_limit: 600`."""
    header = get_data(notebook.cells[0].source + "\n")[1] if notebook.cells else {}
    limit = header.get("time_limit", TIME_LIMIT)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit > 0:
        raise LessonError(f"has time_limit: {limit!r} in its header; give seconds, such as 600")
    return float(limit)


def _files_named(notebook: NotebookNode, root: Path) -> str:
    """Return a checksum over the repository's files that the code names, for it may read them."""
    code = "\n".join(cell.source for cell in code_cells(notebook))
    paths = (root / name for name in sorted(set(re.findall(r'"([^"\n]+)"', code))))
    digest = hashlib.sha256()
    for path in paths:
        with contextlib.suppress(OSError, ValueError):
            digest.update(path.read_bytes())
    return digest.hexdigest()
