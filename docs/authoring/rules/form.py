"""A lesson begins with its title and its question; cells are short."""

import re
from collections.abc import Iterator

from course import Course, Finding
from lesson_file import Cell, Lesson
from prose import CODE, COMMENT, HEADER, blank

MOST_LINES = 15

# The reader opens a check to be judged, not to be taught.
_LONG_IS_FINE = {"check", "remove-cell", "hide-input"}


def problems(lesson: Lesson, course: Course) -> Iterator[Finding]:
    """Find a lesson that is not in the navigation, begins otherwise, or has long cells."""
    if lesson not in course.lessons:
        yield Finding(
            1, "it is not in the navigation, so nobody finds it; add it to nav in mkdocs.yml"
        )
    yield from _opening(lesson)
    for cell in lesson.code:
        lines = _lines(cell)
        if lines > MOST_LINES and _LONG_IS_FINE.isdisjoint(cell.tags):
            yield Finding(
                cell.line,
                f"the cell has {lines} lines of code; divide it, for readers follow {MOST_LINES} "
                "at most (imports, empty lines and lone brackets do not count)",
            )


def _opening(lesson: Lesson) -> Iterator[Finding]:
    number = int(lesson.path.name.partition("_")[0])
    if not lesson.cells or lesson.cells[0].code:
        yield Finding(1, f"begin with a cell of text, whose first line is `# {number}. Title`")
        return
    cell = lesson.cells[0]
    text = blank(cell.source, HEADER, COMMENT)
    title, question, *_ = [m for m in re.finditer(r"\S.*(?:\n.*\S.*)*", text)] + [None, None]
    if title is None or not re.fullmatch(rf"# {number}\. \S.*", title[0]):
        line = cell.line_at(title.start()) if title else cell.line
        yield Finding(line, f"begin with the title, `# {number}. Title`, and an empty line")
    if question is None or not re.match(r"\*\*[^*]*\?\*\*", question[0]):
        line = cell.line_at(question.start()) if question else cell.line
        yield Finding(line, "below the title, ask in bold what the lesson answers: `**Why ...?**`")
    for other in lesson.text:
        for heading in re.finditer(r"^# .*", blank(other.source, *CODE), re.MULTILINE):
            if not (other is cell and title and heading.start() == title.start()):
                line = other.line_at(heading.start())
                yield Finding(line, "a lesson has one title; make this a section: `## ...`")


def _lines(cell: Cell) -> int:
    """Return how many lines say something: not empty, no lone brackets, no import."""
    lines = [line.strip() for line in cell.source.splitlines()]
    return sum(
        bool(re.search(r"\w", line)) and not re.match(r"import |from [\w.]+ import ", line)
        for line in lines
    )
