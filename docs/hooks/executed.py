"""All lessons with their outputs: executed now, or as the cache remembers them."""

import contextlib
import hashlib
import logging
import re
import time
from collections.abc import Mapping
from pathlib import Path

import cache
import jupytext
from execution import LessonError, code_cells, execute, in_parallel
from nbformat import NotebookNode
from provenance import Provenance, fingerprint, package_digest, probe

log = logging.getLogger("mkdocs.hooks.lessons")

Lessons = dict[str, NotebookNode | LessonError]


def executed(paths: Mapping[str, Path], root: Path) -> tuple[Provenance | None, Lessons]:
    """Execute what has changed, several lessons at a time.

    Args:
        paths: The lessons' files, by the names that they have in messages.
        root: The repository, whose package the lessons import.

    Returns:
        What the lessons ran on, or None if that cannot be had; and for each name the notebook
            with its outputs, or why there are none.
    """
    try:
        package = package_digest(root)
        provenance = probe(root, package)
    except LessonError as error:
        return None, dict.fromkeys(paths, error)
    log.info(f"Lessons run on {provenance.name}")
    fixed = fingerprint(package, provenance)
    # Later lessons compute longer. Whoever begins with them has no core idle at the end.
    names = list(paths)[::-1]
    work = [_one(name, paths[name], root, fixed, provenance.environment) for name in names]
    done = dict(zip(names, in_parallel(work), strict=True))
    cache.prune(root / ".cache/lessons")
    return provenance, {name: done[name] for name in paths}


async def _one(
    name: str, path: Path, root: Path, fixed: str, variables: dict[str, str]
) -> NotebookNode | LessonError:
    folder = root / ".cache/lessons"
    try:
        notebook = jupytext.read(path)
        entry = cache.key(notebook, fixed + _files_named(notebook, root))
        outputs = cache.load(folder, entry)
        if outputs is None:
            start = time.monotonic()
            outputs = await execute(notebook, root, variables)
            cache.store(folder, entry, outputs)
            log.info(f"Executed {name} in {time.monotonic() - start:.1f} s")
        else:
            log.info(f"Unchanged: {name}")
    except LessonError as error:
        return LessonError(f"{name} {error}")
    for cell, left in zip(code_cells(notebook), outputs, strict=True):
        cell.outputs = left
    return notebook


def _files_named(notebook: NotebookNode, root: Path) -> str:
    """Return a checksum over the repository's files that the code names, for it may read them."""
    code = "\n".join(cell.source for cell in code_cells(notebook))
    paths = (root / name for name in sorted(set(re.findall(r'"([^"\n]+)"', code))))
    digest = hashlib.sha256()
    for path in paths:
        with contextlib.suppress(OSError, ValueError):
            digest.update(path.read_bytes())
    return digest.hexdigest()
