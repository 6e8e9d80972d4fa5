"""A lesson can be read in one sitting, and runs while one waits; its header may allow more."""

import re
from collections.abc import Iterator

from course import Course, Finding
from execution import code_cells
from lesson_file import Lesson
from reading_time import minutes

MOST_MINUTES = 25
MOST_SECONDS = 30


def problems(lesson: Lesson, course: Course) -> Iterator[Finding]:
    """Find lessons that take longer to read or, where that is known, to run."""
    if lesson.path.suffix != ".py":
        return
    taken = [("reads_for", "minutes to read", minutes(lesson.notebook), MOST_MINUTES)]
    if lesson.outputs is not None:
        seconds = sum(cell.metadata["seconds"] for cell in code_cells(lesson.outputs))
        taken.append(("runs_for", "seconds to run", seconds, MOST_SECONDS))
    for key, what, amount, most in taken:
        allowed = lesson.header.get(key, most)
        if not isinstance(allowed, int | float) or not _reason(lesson, key):
            yield Finding(
                _line(lesson, key),
                f"write a number and, behind it, why: `{key}: {most * 2}  # ...`",
            )
        elif amount > allowed:
            yield Finding(
                _line(lesson, key),
                f"it takes {amount:.0f} {what}, not {allowed} at most; shorten it, or say in its "
                f"header why it may: `{key}: {10 * (1 + amount // 10):.0f}  # ...`",
            )


def _line(lesson: Lesson, key: str) -> int:
    cell = lesson.cells[0]
    found = re.search(rf"^{key}:", cell.source, re.MULTILINE) if key in lesson.header else None
    return cell.line_at(found.start()) if found else 1


def _reason(lesson: Lesson, key: str) -> bool:
    if key not in lesson.header:
        return True
    return bool(re.search(rf"^{key}:[^#\n]*#\s*\S", lesson.cells[0].source, re.MULTILINE))
