"""A lesson is in the navigation, begins with its title and its question, and has known tags."""

import re
from collections.abc import Iterator

from lessonsite.lesson import TAGS, Lesson, read
from lessonsite.lint.course import Course, Finding
from lessonsite.new import TEMPLATE
from lessonsite.prose import COMMENT, HEADER, blank


def problems(lesson: Lesson, course: Course) -> Iterator[Finding]:
    """Find what readers would not find, would not expect, or are not meant to read."""
    if lesson not in course.lessons:
        yield Finding(1, "no reader will find it; add it to nav in mkdocs.yml")
    number = int(lesson.path.name.partition("_")[0])
    first = lesson.cells[0] if lesson.cells else None
    text = blank(first.source, HEADER, COMMENT) if first and not first.number else ""
    title, question, *_ = [*re.finditer(r"\S.*(?:\n.*\S.*)*", text), None, None]
    if title is None or not re.fullmatch(rf"# {number}\. \S.*", title[0]):
        line = first.line_at(title.start()) if first and title else 1
        yield Finding(line, f"begin with the title, `# {number}. Title`, and an empty line")
    elif question is None or not re.match(r"\*\*[^*]*\?\*\*", question[0]):
        line = first.line_at((question or title).start()) if first else 1
        yield Finding(line, "below the title, ask in bold what the lesson answers: `**Why ...?**`")
    theirs = {part for cell in read(TEMPLATE).text for part in cell.source.split("\n\n")}
    for cell in lesson.cells:
        for tag in sorted(cell.tags - TAGS.keys()):
            yield Finding(cell.line, f"no tag is called {tag}; there are {', '.join(TAGS)}")
        for part in theirs.intersection(cell.source.split("\n\n")):
            if len(part) > 60:  # A shorter one, such as a heading, may stay.
                line = cell.line_at(cell.source.index(part))
                yield Finding(line, "this paragraph is still the template's; write your own")
