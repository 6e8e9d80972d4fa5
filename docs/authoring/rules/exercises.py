"""An exercise has a check, which says `right` or gives a hint, and an answer that passes it."""

import re
from collections.abc import Iterator
from itertools import count

from course import Course, Finding
from lesson_file import Lesson
from prose import CODE, blank


def problems(lesson: Lesson, course: Course) -> Iterator[Finding]:
    """Find exercises without a check or an answer, and ones that are misnumbered."""
    numbers = count(1)
    for index, cell in enumerate(lesson.cells):
        if cell.code:
            continue
        headings = list(re.finditer(r"^#{1,6} (.*)", blank(cell.source, *CODE), re.MULTILINE))
        for place, heading in enumerate(headings):
            if not re.match(r"Exercise\b", heading[1]):
                continue
            line, number = cell.line_at(heading.start()), next(numbers)
            if not re.fullmatch(rf"### Exercise {number}: \S.*", heading[0]):
                yield Finding(line, f"name it `### Exercise {number}: what it is about`")
            # What belongs to it ends at the next heading, here or in a later cell.
            last = place == len(headings) - 1
            tags = [tag for tag in _following(lesson, index)] if last else []
            if "check" not in tags:
                yield Finding(line, 'the exercise has no check; add a cell `# %% tags=["check"]`')
            elif "answer" not in tags[tags.index("check") :]:
                yield Finding(
                    line,
                    'no answer follows the check; add a cell `# %% tags=["answer"]` that passes it',
                )


def _following(lesson: Lesson, index: int) -> Iterator[str]:
    """Yield the tags of the code cells up to the next heading."""
    for cell in lesson.cells[index + 1 :]:
        if not cell.code and re.search(r"^#{1,6} ", blank(cell.source, *CODE), re.MULTILINE):
            return
        yield from sorted(cell.tags & {"check", "answer"}) if cell.code else ()
