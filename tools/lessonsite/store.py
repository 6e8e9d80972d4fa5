"""The one store: what each lesson's code left, and all that this depends on.

An entry is a file `.cache/runs/<lesson>.<key>.<digits>.json`. Prose, comments and alternative texts
are no part of the key, and neither are docstrings, comments and formatting of the package.
"""

import ast
import hashlib
import json
import os
import platform
import re
import secrets
import time
from contextlib import suppress
from functools import cache, lru_cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from lessonsite.lesson import Lesson, tokens
from lessonsite.run import KERNEL, SOURCE, CellRun, Run

MONTH = 30 * 24 * 3600.0

DISTRIBUTIONS = ("jax", "jaxlib", "optax", "flax", "numpy", "matplotlib", "ipykernel")

Facts = dict[str, str]
"""Checksums of all that a lesson's outputs depend on, by name; together they are the key."""


class Entry(NamedTuple):
    """A run in the store."""

    facts: Facts
    code: list[str]
    """The source of each code cell that ran."""
    run: Run

    @property
    def seconds(self) -> float:
        """How long the code ran."""
        return sum(cell.seconds for cell in self.run)


class Store:
    """What is remembered in the folder `.cache` of a repository."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".cache/runs"
        self.compiled = root / ".cache/compiled"
        """Where JAX keeps the programs of all lessons."""
        self.pages = root / ".cache/pages"
        """Where "mkdocs serve" keeps the HTML of pages, without outputs."""

    def facts(self, lesson: Lesson, digits: Any = None) -> Facts:
        """Return what a lesson's run depends on, which changes whenever the outputs could.

        `digits` says on which digits and on which device; None as long as that is not known.
        """
        helpers: dict[str, str] = {}
        for cell in lesson.code:
            _add_helpers(helpers, cell.source, self.root)
        kernel = (path.read_bytes() for path in sorted(KERNEL.glob("*.py")))
        facts = {
            "cells": [(tokens(cell.source), cell.look.may_fail) for cell in lesson.code],
            "helpers": helpers,
            "package": package_digest(self.root),
            "kernel": [_code(source, ".py") for source in (SOURCE, *kernel)],
            "versions": versions(),
            "digits": digits,
        }
        return {name: digest(fact) for name, fact in facts.items() if fact is not None}

    def load(self, lesson: Lesson, facts: Facts) -> Entry | None:
        """Return the last run of which these facts are true, or of any version without facts."""
        paths = self.folder.glob(file_name(lesson, facts))
        try:
            last = max(paths, key=lambda path: path.stat().st_mtime)
            facts, code, run = json.loads(last.read_text(encoding="utf-8"))
            os.utime(last)
            return Entry(facts, code, tuple(CellRun(*cell) for cell in run))
        except (OSError, ValueError, TypeError):
            return None

    def save(self, lesson: Lesson, facts: Facts, run: Run) -> Entry:
        """Write a run."""
        entry = Entry(facts, [cell.source for cell in lesson.code], run)
        write_whole(self.folder / file_name(lesson, facts), json.dumps(entry).encode())
        return entry

    def prune(self, older_than: float = MONTH) -> None:
        """Delete runs that nobody read, and programs and pages that were written, so long ago."""
        kept = self.folder.glob("*"), self.pages.glob("*"), self.compiled.rglob("*-cache")
        for path in chain.from_iterable(kept):
            with suppress(FileNotFoundError):  # Another build may delete it, too.
                if path.stat().st_mtime < time.time() - older_than:
                    path.unlink()


def file_name(lesson: Lesson, facts: Facts) -> str:
    """Return the name of a run's file, with stars for what is not known."""
    rest = {name: fact for name, fact in facts.items() if name != "digits"}
    key = f"{digest(rest)[:24] if rest else '*'}.{facts.get('digits', '*')[:24]}"
    return f"{lesson.path.parent.name}.{lesson.path.stem}.{key}.json"


def digest(facts: Any) -> str:
    """Return a checksum of anything that JSON can hold."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".unfinished-{secrets.token_hex(8)}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@cache
def versions() -> list[str]:
    """Return the versions on which outputs depend: Python's and the libraries'."""
    return [platform.python_version(), *map(version, DISTRIBUTIONS)]


def package_digest(root: Path) -> str:
    """Return a checksum over what the package in the folder `root` computes."""
    paths = sorted(path for path in (root / "jaxdigits").rglob("*") if path.is_file())
    files = {str(path.relative_to(root)): path for path in paths if path.suffix != ".pyc"}
    return digest({name: _code(path.read_bytes(), path.suffix) for name, path in files.items()})


@lru_cache(maxsize=1024)
def _code(content: bytes, suffix: str) -> str:
    """Return a checksum over what a file computes: of Python, the syntax without docstrings."""
    try:
        tree = ast.parse(content if suffix == ".py" else "?")
    except (SyntaxError, ValueError):
        return hashlib.sha256(content).hexdigest()
    for node in ast.walk(tree):
        match body := getattr(node, "body", None):
            case list([ast.Expr(value=ast.Constant(value=str())), *_]):
                del body[0]
    return digest(ast.dump(tree))


def _add_helpers(helpers: dict[str, str], source: str, root: Path) -> None:
    """Add the repository's files that the code uses, and that those use, with their checksums."""
    for name in _names(source) - helpers.keys():
        path = root / name
        with suppress(OSError, ValueError):  # Too long for a path, or not UTF-8.
            if path.is_file() and path.is_relative_to(root):
                content = path.read_bytes()
                helpers[name] = _code(content, path.suffix)
                if path.suffix == ".py":
                    _add_helpers(helpers, content.decode(), root)


_IMPORT = re.compile(r"^ *(?:from +([\w.]+) +)?import +(\([^)]*\)|.*)", re.MULTILINE)


@lru_cache(maxsize=4096)
def _names(source: str) -> frozenset[str]:
    """Return all words in the code with a dot or a slash, and the paths of what it imports."""
    names = set(re.findall(r"[\w-]*[./][\w./-]+", source))
    for base, members in _IMPORT.findall(source):
        # What comes from a folder may be a module in it.
        modules = [base, *(f"{base}.{each}" for each in re.findall(r"[\w.]+", members))]
        places = [module.strip(".").replace(".", "/") for module in modules]
        names |= {f"{place}{end}" for place in places for end in (".py", "/__init__.py")}
    return frozenset(name for name in names if not name.startswith("jaxdigits/"))
