"""How long lessons run, compile and are read, and what their pages weigh."""

import gzip
import sys
from collections.abc import Mapping
from pathlib import Path

from lessonsite.lesson import read
from lessonsite.reading import minutes
from lessonsite.run import LessonError
from lessonsite.store import Entry

_HEAD = "lesson", "runs, s", "compiles, s", "programs", "page, KB", "read, min", "slowest cell, s"


def print_times(root: Path, runs: Mapping[Path, Entry | LessonError]) -> int:
    """Print a table of lessons, and why others did not run; return how many did not."""
    ran = {path: entry for path, entry in runs.items() if isinstance(entry, Entry)}
    for row in (_HEAD, *(_row(root, path, entry) for path, entry in ran.items())):
        print("{:32} {:>7} {:>11} {:>8} {:>8} {:>9}  {}".format(*row))
    print(
        "Seconds of the last run, maybe beside others. A page's size is its HTML in site/, gzipped."
    )
    for path in runs.keys() - ran.keys():
        print(runs[path], file=sys.stderr)
    return len(runs) - len(ran)


def _row(root: Path, path: Path, entry: Entry) -> tuple[str, ...]:
    page = root / "site/lessons" / path.stem / "index.html"
    cells = [(cell.seconds, code) for cell, code in zip(entry.run, entry.code, strict=True)]
    seconds, code = max(cells, default=(0.0, ""))
    return (
        path.stem,
        f"{entry.seconds:.1f}",
        f"{sum(cell.compiling for cell in entry.run):.1f}",
        f"{sum(cell.programs for cell in entry.run)}",
        f"{len(gzip.compress(page.read_bytes())) / 1000:.0f}" if page.is_file() else "-",
        f"{minutes(read(path))}",
        f"{seconds:.1f}: {code.partition(chr(10))[0]}",
    )
