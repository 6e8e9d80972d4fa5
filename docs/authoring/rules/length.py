"""A lesson can be read in one sitting, and runs while one waits; its header may allow more."""

import re
from collections.abc import Iterator

from course import Course, Finding
from execution import code_cells
from lesson_file import Lesson
from nbformat import NotebookNode
from reading_time import minutes

READS, RUNS = "reads_for", "runs_for"
MOST = {READS: 25, RUNS: 30}
_UNITS = {READS: "minutes to read", RUNS: "seconds to run"}


def problems(lesson: Lesson, course: Course) -> Iterator[Finding]:
    """Find lessons that take long to read, and headers that give no reason for more."""
    if lesson.path.suffix != ".py":
        return
    for key in lesson.header.keys() & MOST.keys():
        said = re.search(rf"^{key}: *\d+ +# *\S", lesson.cells[0].source, re.MULTILINE)
        if not said:
            text = f"write a number and, behind it, why: `{key}: {MOST[key] * 2}  # ...`"
            yield Finding(_line(lesson, key), text)
    yield from _over(lesson, READS, minutes(lesson.notebook))


def too_slow(lesson: Lesson) -> Iterator[Finding]:
    """Find a lesson that takes long to run. It depends on what else the machine had to do."""
    if lesson.outputs is not None:
        yield from _over(lesson, RUNS, run_time(lesson.outputs))


def run_time(outputs: NotebookNode) -> float:
    """Return the seconds that the cells of an executed lesson took."""
    return sum(cell.metadata["seconds"] for cell in code_cells(outputs))


def _over(lesson: Lesson, key: str, amount: float) -> Iterator[Finding]:
    allowed = lesson.header.get(key, MOST[key])
    if not isinstance(allowed, int) or amount <= allowed:
        return  # Of a header without a number, `problems` tells.
    yield Finding(
        _line(lesson, key),
        f"it takes {amount:.0f} {_UNITS[key]}, and {allowed} is the most; shorten it, or say in "
        f"its header why it may: `{key}: {10 * (1 + amount // 10):.0f}  # ...`",
    )


def _line(lesson: Lesson, key: str) -> int:
    cell = lesson.cells[0]
    found = re.search(rf"^{key}:", cell.source, re.MULTILINE) if key in lesson.header else None
    return cell.line_at(found.start()) if found else 1
