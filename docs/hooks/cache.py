"""Remember what a lesson's code left, for as long as code, package, and digits are the same."""

import contextlib
import functools
import hashlib
import io
import json
import os
import re
import secrets
import time
import tokenize
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from execution import Ran, code_cells, may_fail
from filelock import FileLock
from nbformat import NotebookNode

T = TypeVar("T")

MONTH = 30 * 24 * 3600.0


def key(notebook: NotebookNode, fingerprint: str) -> str:
    """Return a name for what a notebook does: prose, comments, alternative texts are free."""
    code = [(_without_comments(cell.source), may_fail(cell)) for cell in code_cells(notebook)]
    return hashlib.sha256(json.dumps([fingerprint, code]).encode()).hexdigest()


@functools.lru_cache(maxsize=4096)
def _without_comments(source: str) -> list[str]:
    """Return what Python reads; of what only IPython understands, such as `%time`, all."""
    if re.search(r"^ *[%!]", source, re.MULTILINE):
        return [source]
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return [source]
    silent = tokenize.COMMENT, tokenize.NL
    return [token.string for token in tokens if token.type not in silent]


def load(folder: Path, name: str) -> Ran | None:
    """Return what every code cell left, or None if that is unknown or unreadable."""
    path = folder / f"{name}.json"
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        if entry["key"] != name:
            return None
        os.utime(path)
        outputs = [[NotebookNode(output) for output in cell] for cell in entry["outputs"]]
        return Ran(outputs, [float(seconds) for seconds in entry["seconds"]])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def store(folder: Path, name: str, ran: Ran) -> None:
    """Write what the code cells left."""
    write_whole(folder / f"{name}.json", {"key": name, **ran._asdict()})


def write_whole(path: Path, entry: dict[str, Any]) -> None:
    """Write an entry whole or not at all: a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".unfinished-{secrets.token_hex(8)}")
    try:
        unfinished.write_text(json.dumps(entry), encoding="utf-8")
        os.replace(unfinished, path)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise


def recall(folder: Path, of: Any, compute: Callable[[], T]) -> T:
    """Return what `compute` made of the same thing before, or makes of it now: both as JSON has it.

    Args:
        folder: Where that is kept.
        of: All that it depends on, versions of libraries too.
        compute: What makes it.
    """
    name = hashlib.sha256(json.dumps(of, default=str).encode()).hexdigest()
    path = folder / f"{name}.json"
    try:
        known = json.loads(path.read_text(encoding="utf-8"))["known"]
        os.utime(path)
    except (OSError, ValueError, TypeError, KeyError):  # Unknown, or unreadable.
        known = compute()
        write_whole(path, {"known": known})
    return known


def prune(folder: Path, older_than: float = MONTH) -> None:
    """Delete what was neither written nor read for `older_than` seconds."""
    for path in folder.glob("*"):
        with contextlib.suppress(FileNotFoundError):  # Another build is at it, too.
            if path.stat().st_mtime < time.time() - older_than:
                path.unlink()


def forget_unfinished(folder: Path) -> None:
    """Delete programs that a killed kernel had not written whole: JAX would warn of them for ever.

    JAX writes a program to `...-cache`, and when that is whole, the time of its use to
    `...-atime`.
    """
    if not folder.is_dir():
        return
    with contextlib.suppress(OSError), FileLock(folder / ".lockfile", timeout=10):  # JAX's own.
        for program in folder.glob("*-cache"):
            if not program.with_name(program.name.removesuffix("-cache") + "-atime").exists():
                program.unlink()
