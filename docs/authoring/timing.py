"""How long lessons run, what their pages weigh, and how long they are read."""

import gzip
import sys
from collections.abc import Sequence
from pathlib import Path

from execution import LessonError, code_cells
from lesson_file import read_lesson
from linter import all_lessons
from nbformat import NotebookNode
from outputs import execute_again, execute_lessons
from reading_time import minutes

_HEAD = ("lesson", "runs, s", "slowest cell", "s", "page, KB", "read, min", "the cell begins")


def print_times(root: Path, paths: Sequence[Path] = (), again: bool = False) -> int:
    """Print a table of lessons, after executing what has changed; all of them, if none is given.

    Args:
        root: The repository.
        paths: The lessons.
        again: Whether to execute all, one after the other; the quicker time is kept.

    Returns:
        How many did not run.
    """
    paths = [path for path in paths or all_lessons(root) if path.suffix == ".py"]
    outputs = execute_lessons(paths, root)
    if again:
        for path in paths:
            outputs |= execute_again(path, root)
    failed = [str(ran) for ran in outputs.values() if isinstance(ran, LessonError)]
    rows = [_HEAD] + [
        _row(path, ran, root) for path, ran in outputs.items() if isinstance(ran, NotebookNode)
    ]
    if len(rows) > 1:
        _print(rows)
        print("Seconds: when executed, maybe beside others. Page: HTML in site/, as gzip sends it.")
    for failure in failed:
        print(failure, file=sys.stderr)
    return len(failed)


def _row(path: Path, ran: NotebookNode, root: Path) -> tuple[str, ...]:
    cells = code_cells(ran)
    seconds = [cell.metadata["seconds"] for cell in cells]
    slowest = seconds.index(max(seconds)) if seconds else None
    begins = cells[slowest].source.splitlines()[:1] if slowest is not None else []
    page = root / "site/lessons" / path.stem / "index.html"
    weight = f"{len(gzip.compress(page.read_bytes())) / 1000:.0f}" if page.is_file() else "-"
    return (
        path.stem,
        f"{sum(seconds):.1f}",
        "-" if slowest is None else f"{slowest + 1}",
        "-" if slowest is None else f"{seconds[slowest]:.1f}",
        weight,
        f"{minutes(read_lesson(path).notebook):.0f}",
        "".join(begins),
    )


def _print(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        texts = [
            text.ljust(width) if column in (0, len(row) - 1) else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(texts).rstrip())
