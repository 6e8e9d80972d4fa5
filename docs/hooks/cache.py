"""Remember what a lesson's code left, for as long as code, package, and digits are the same."""

import hashlib
import json
import os
import tempfile
import time
from pathlib import Path

from execution import code_cells, may_fail
from nbformat import NotebookNode

MONTH = 30 * 24 * 3600.0


def key(notebook: NotebookNode, fingerprint: str) -> str:
    """Return a name for what a notebook does: prose, alternative texts, and the like are free."""
    code = [(cell.source, may_fail(cell)) for cell in code_cells(notebook)]
    return hashlib.sha256(json.dumps([fingerprint, code]).encode()).hexdigest()


def load(folder: Path, name: str) -> list[list[NotebookNode]] | None:
    """Return the outputs of every code cell, or None if they are unknown or unreadable."""
    path = folder / f"{name}.json"
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        if entry["key"] != name:
            return None
        os.utime(path)
        return [[NotebookNode(output) for output in outputs] for outputs in entry["outputs"]]
    except (OSError, ValueError, TypeError, KeyError):
        return None


def store(folder: Path, name: str, outputs: list[list[NotebookNode]]) -> None:
    """Write the outputs whole or not at all: a reader never sees half a file."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, delete=False) as file:
        json.dump({"key": name, "outputs": outputs}, file)
    os.replace(file.name, folder / f"{name}.json")


def prune(folder: Path, older_than: float = MONTH) -> None:
    """Delete what was neither written nor read for `older_than` seconds."""
    for path in folder.glob("*"):
        if path.stat().st_mtime < time.time() - older_than:
            path.unlink(missing_ok=True)
