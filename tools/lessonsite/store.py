"""The one store: what each lesson's code left, under a key of all that it depends on.

An entry is a file `.cache/runs/<lesson>.<key>.json`. Prose, comments and alternative texts are no
part of the key, and neither are docstrings, comments and formatting of the package.
"""

import ast
import contextlib
import hashlib
import json
import os
import platform
import re
import secrets
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from lessonsite.lesson import Lesson, tokens
from lessonsite.run import KERNEL, SOURCE, CellRun, Run

MONTH = 30 * 24 * 3600.0

DISTRIBUTIONS = ("jax", "jaxlib", "optax", "flax", "numpy", "matplotlib", "ipykernel")

# A path of a file that the code may read, or run, as in `%run helper.py`.
_NAMED = re.compile(r'"([^"\n]*)"|^%run\s+(\S+)', re.MULTILINE)

_IMPORT = re.compile(
    r"^\s*(?:from +(?P<base>[\w.]+) +)?import +(?P<names>\([^)]*\)|[^\n]*)", re.MULTILINE
)


class Entry(NamedTuple):
    """A run in the store."""

    key: str
    code: list[str]
    """The source of each code cell that ran."""
    run: Run
    facts: Mapping[str, str] = MappingProxyType({})
    """Checksums of all that the key depends on, by name."""

    @property
    def seconds(self) -> float:
        """How long the code ran."""
        return sum(cell.seconds for cell in self.run)


class Store:
    """The runs that are remembered in the folder `.cache/runs` of a repository."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".cache/runs"

    def key(self, lesson: Lesson, digits: Any) -> str:
        """Return the key of a lesson's run, which changes whenever the outputs could."""
        return _digest(self.facts(lesson, digits))

    def facts(self, lesson: Lesson, digits: Any) -> dict[str, str]:
        """Return checksums of all that a lesson's outputs depend on, by name.

        Args:
            lesson: The lesson.
            digits: On which digits and on which device it runs.
        """
        facts = {
            "cells": [(tokens(cell.source), cell.look.may_fail) for cell in lesson.code],
            "limit": lesson.header.get("time_limit"),
            "helpers": dict(_helpers([cell.source for cell in lesson.code], self.root, set())),
            "package": package_digest(self.root),
            "kernel": [
                SOURCE,
                *(p.read_text("utf-8") for p in sorted(KERNEL.glob("*.py"))),
            ],
            "versions": versions(),
            "digits": digits,
        }
        return {name: _digest(fact) for name, fact in facts.items()}

    def load(self, lesson: Lesson, key: str) -> Entry | None:
        """Return the run of this key, or None if it is unknown or unreadable."""
        return self._read(self._path(lesson, key))

    def newest(self, lesson: Lesson) -> Entry | None:
        """Return the last run of any version of a lesson."""
        paths = self.folder.glob(f"{_name(lesson)}.*.json")
        newest = max(paths, key=lambda path: path.stat().st_mtime, default=None)
        return self._read(newest) if newest else None

    def save(
        self, lesson: Lesson, key: str, ran: Run, facts: dict[str, str] | None = None
    ) -> Entry:
        """Write a run, with the facts that its key was made of."""
        entry = Entry(key, [cell.source for cell in lesson.code], ran, facts or {})
        write_whole(self._path(lesson, key), json.dumps(entry._asdict()))
        return entry

    def compiled(self, lesson: Lesson) -> Path:
        """Return the folder of the programs that JAX compiled for a lesson.

        Each lesson has its own, since JAX reads the whole folder to add a program. It writes a
        program to `...-cache` and then its time of use to `...-atime`; what a kernel that was
        ended left without one would bring a warning to every page.
        """
        folder = self.root / ".cache/compiled" / _name(lesson)
        for program in folder.glob("*-cache"):
            if not program.with_name(f"{program.name.removesuffix('-cache')}-atime").exists():
                program.unlink(missing_ok=True)
        return folder

    def prune(self, older_than: float = MONTH) -> None:
        """Delete the runs and programs that were neither written nor read for so many seconds."""
        for path in [*self.folder.glob("*"), *(self.root / ".cache/compiled").glob("*/*")]:
            with contextlib.suppress(FileNotFoundError):  # Another build may delete it, too.
                if path.stat().st_mtime < time.time() - older_than:
                    path.unlink()

    def _path(self, lesson: Lesson, key: str) -> Path:
        return self.folder / f"{_name(lesson)}.{key}.json"

    def _read(self, path: Path) -> Entry | None:
        try:
            entry = json.loads(path.read_text(encoding="utf-8"))
            os.utime(path)
            run = tuple(CellRun(*cell) for cell in entry["run"])
            return Entry(entry["key"], entry["code"], run, entry.get("facts", {}))
        except (OSError, ValueError, TypeError, KeyError):
            return None


def _name(lesson: Lesson) -> str:
    return f"{lesson.path.parent.name}.{lesson.path.stem}"


def _digest(facts: Any) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all: a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".unfinished-{secrets.token_hex(8)}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        os.replace(unfinished, path)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise


@cache
def versions() -> list[str]:
    """Return the versions on which outputs depend: Python's and the libraries'."""
    return [platform.python_version(), *map(version, DISTRIBUTIONS)]


def package_digest(root: Path) -> str:
    """Return a checksum over what the package in the folder `root` computes."""
    files = sorted(path for path in (root / "jaxdigits").rglob("*") if path.is_file())
    return _digest(
        {
            path.relative_to(root).as_posix(): _code(path.read_bytes(), path.suffix)
            for path in files
            if path.suffix != ".pyc"
        }
    )


@lru_cache(maxsize=1024)
def _code(content: bytes, suffix: str) -> str:
    """Return a checksum over what a file computes: of Python, the syntax without docstrings."""
    try:
        tree = ast.parse(content if suffix == ".py" else "?")
    except (SyntaxError, ValueError):
        return hashlib.sha256(content).hexdigest()
    for node in ast.walk(tree):
        match node:
            case (
                ast.Module(body=body)
                | ast.ClassDef(body=body)
                | ast.FunctionDef(body=body)
                | ast.AsyncFunctionDef(body=body)
            ):
                if body and isinstance(body[0], ast.Expr) and _is_text(body[0].value):
                    del body[0]
    return _digest(ast.dump(tree))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _helpers(sources: Iterable[str], root: Path, seen: set[Path]) -> Iterator[tuple[str, str]]:
    """Yield the repository's files that the code names, runs or imports, and what is in them."""
    for source in sources:
        named = [quoted or ran for quoted, ran in _NAMED.findall(source)]
        for path in [*(root / name for name in named), *_imported(source, root)]:
            with contextlib.suppress(OSError, ValueError):
                if path in seen or not path.is_file() or not path.is_relative_to(root):
                    continue
                seen.add(path)
                content = path.read_bytes()
                yield path.relative_to(root).as_posix(), _code(content, path.suffix)
                if path.suffix == ".py":
                    yield from _helpers([content.decode()], root, seen)


def _imported(source: str, root: Path) -> Iterator[Path]:
    """Yield the files of the repository that a piece of code imports; the package has its own."""
    for found in _IMPORT.finditer(source):
        items = re.findall(r"(?:^|,)[\s(]*([\w.]+)", found["names"])
        # What comes from a folder may be a module in it.
        names = [found["base"], *(f"{found['base']}.{item}" for item in items)]
        for name in names if found["base"] else items:
            place = root.joinpath(*name.split("."))
            if name.partition(".")[0] not in {"jaxdigits", *sys.stdlib_module_names}:
                yield from (place.with_suffix(".py"), place / "__init__.py")
