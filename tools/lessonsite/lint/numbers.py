"""No result is typed: it would be wrong on other digits, and one day on these, too."""

import re
from collections.abc import Iterator

from lessonsite.lesson import Lesson, tokens
from lessonsite.lint.course import Course, Finding
from lessonsite.prose import SOURCES, UNREAD, blank, paragraph

# A percentage, so many out of others, or a decimal number. Most other numbers are names.
_FIGURE = re.compile(
    r"(?<![\w.,])(?:(?P<share>\d[\d,]*(?:\.\d+)?)(?:\s?%|\s+percent\b)"
    r"|(?P<count>\d[\d,]*)\s+of\s+(?:the\s+|all\s+)?\d[\d,]*|\d[\d,]*\.\d+)(?![\w.]*\d)"
)
_VERSION = (
    r"\b(?:(?i:version|python|jax|jaxlib|numpy|optax|flax|matplotlib|pytorch|tensorflow|cuda"
    r"|chapter|section|figure|table|equation)|CC BY)(?:(?:,| or| and| to)?\s+v?\d+(?:\.\d+)+\+?)+"
)
_REASON = re.compile(r"<!-- typed: \S.*?-->", re.DOTALL)
_NUMBER = re.compile(r"(?<![\w.])(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def problems(lesson: Lesson, course: Course) -> Iterator[Finding]:
    """Find figures in the text that no visible code has and for which no reason is given."""
    visible = [cell.source for cell in lesson.code if cell.look.code and cell.look.outputs]
    numbers = _NUMBER.findall(" ".join(token for source in visible for token in tokens(source)))
    shown = {float(number.replace("_", "")) for number in numbers}
    for cell in lesson.text:
        for figure in _FIGURE.finditer(blank(cell.source, *UNREAD, SOURCES, _VERSION)):
            value = float((figure["share"] or figure["count"] or figure[0]).replace(",", ""))
            if value in shown or (figure["share"] and round(value / 100, 12) in shown):
                continue
            if not _REASON.search(cell.source, *paragraph(cell.source, figure.start())):
                why = "say in the same paragraph why not: <!-- typed: a definition -->"
                text = f"{figure[0]} is typed, not computed; print it, or {why}"
                yield Finding(cell.line_at(figure.start()), text)
