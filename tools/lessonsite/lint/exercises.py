"""An exercise has a check, which says `right` or gives a hint, and an answer that passes it."""

import re
from collections.abc import Iterator
from itertools import count, takewhile

from lessonsite.exercises import checks_defined, checks_printed
from lessonsite.lesson import Cell, Lesson
from lessonsite.lint.course import Course, Finding
from lessonsite.prose import CODE, blank


def problems(lesson: Lesson, course: Course) -> Iterator[Finding]:
    """Find misnumbered exercises, missing checks and answers, and verdicts that nobody prints."""
    numbers = count(1)
    for index, cell in enumerate(lesson.cells):
        for heading in (found for found in _headings(cell) if "Exercise " in found[0]):
            line, number = cell.line_at(heading.start()), next(numbers)
            if not re.fullmatch(rf"### Exercise {number}: \S.*", heading[0]):
                yield Finding(line, f"name it `### Exercise {number}: what it is about`")
            # What belongs to it ends at the next heading, here or in a later cell.
            last = heading.start() == _headings(cell)[-1].start()
            parts = list(takewhile(lambda c: not _headings(c), lesson.cells[index + 1 :] * last))
            checks = [name for part in parts for name in checks_defined(part)]
            if not checks:
                yield Finding(line, 'add a cell `# %% tags=["check"]` that defines `check_...`')
            elif not any("answer" in part.tags for part in parts):
                text = f'add a cell `# %% tags=["answer"]` that ends with `print({checks[0]}(...))`'
                yield Finding(line, text)
        answers = [each for each in lesson.cells[index:] if "answer" in each.tags]
        for name in set(checks_defined(cell)).difference(*map(checks_printed, answers)):
            if answers:
                text = f"the verdict is not printed; end this answer with `print({name}(...))`"
                yield Finding(answers[0].line, text)


def _headings(cell: Cell) -> list[re.Match[str]]:
    text = "" if cell.number else blank(cell.source, *CODE)
    return list(re.finditer(r"^#{1,6} .*", text, re.MULTILINE))
