"""No computed figure is typed: it would be wrong on other digits, and one day on these."""

import re
from collections.abc import Iterator

from course import Course, Finding
from lesson_file import Lesson
from prose import SOURCES, UNREAD, blank, paragraph

from rules.python import numbers

# With a decimal point, or a share. Whole numbers are mostly named, not computed.
_FIGURE = re.compile(
    r"(?<![\w.,])(?P<number>\d[\d,]*(?:\.\d+)?)(?:\s?%|\s+percent\b)|(?<![\w.,])\d[\d,]*\.\d+(?![\w.]*\d)"
)
_REASON = re.compile(r"<!-- typed: \S.*?-->", re.DOTALL)
_UNSHOWN = {"remove-cell", "hide-input"}


def problems(lesson: Lesson, course: Course) -> Iterator[Finding]:
    """Find figures in the text that no code shows, and that have no reason."""
    shown = {n for cell in lesson.code if _UNSHOWN.isdisjoint(cell.tags) for n in numbers(cell)}
    for cell in lesson.text:
        for figure in _FIGURE.finditer(blank(cell.source, *UNREAD, SOURCES)):
            value = float((figure["number"] or figure[0]).replace(",", ""))
            if value in shown or (figure["number"] and round(value / 100, 12) in shown):
                continue
            start, end = paragraph(cell.source, figure.start())
            if not _REASON.search(cell.source, start, end):
                yield Finding(
                    cell.line_at(figure.start()),
                    f"{figure[0]} is typed, not computed; print it, or say in the same paragraph "
                    "why it may be: <!-- typed: a definition -->",
                )
