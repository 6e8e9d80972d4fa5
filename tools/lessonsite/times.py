"""How long lessons are read, run and compiled, and what their pages weigh."""

import gzip
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from lessonsite.lesson import Lesson, read
from lessonsite.prose import ADDRESS, COMMENT, FENCED, FOLDED, HEADER, IMAGE, TAG, blank
from lessonsite.run import LessonError
from lessonsite.store import Entry

# How fast adults read English nonfiction silently, from 190 studies: Brysbaert, "How many words do
# we read per minute?", Journal of Memory and Language 109 (2019).
WORDS_PER_MINUTE = 238

# Four seconds per line. Reviewers who look for faults take eight or more; here the prose says
# what the code does.
LINES_PER_MINUTE = 15

_HEAD = "lesson", "runs, s", "compiles, s", "programs", "page, KB", "read, min", "slowest cell, s"


def minutes(lesson: Lesson) -> int:
    """Return how many minutes a lesson takes, at least one, without its exercises.

    What the page folds away or hides is not counted.
    """
    shown = [cell for cell in lesson.code if cell.look.code and not cell.look.fold]
    code = [cell.source for cell in shown]
    words = 0
    for cell in lesson.text:
        text = blank(cell.source + "\n", HEADER, FOLDED)
        code += [block["code"] for block in re.finditer(FENCED, text, re.MULTILINE)]
        # Marks that stand alone, such as `-` and `##`, are no words. Parts of formulas are.
        spoken = blank(text, FENCED, IMAGE, ADDRESS, COMMENT, TAG).split()
        words += sum(any(map(str.isalnum, word)) for word in spoken)
    lines = sum(bool(line.strip()) for part in code for line in part.splitlines())
    return max(1, round(words / WORDS_PER_MINUTE + lines / LINES_PER_MINUTE))


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
