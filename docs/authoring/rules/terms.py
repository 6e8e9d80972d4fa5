"""A term of the jargon page leads there when the course first uses it."""

import re
from collections.abc import Iterator
from functools import cache

from course import JARGON, Course, Finding
from lesson_file import Lesson
from prose import ATTRIBUTES, CODE, HEADING, IMAGE, MATH, NEXT, SOURCES, TAG, blank, paragraph

# In a text for people these are mostly no terms, and no rule can tell.
EVERYDAY = {
    "example": "for example",
    "fit": "a number fits into a byte, a curve into a picture",
    "step": "one steps back from a screen, too",
}

_LINK = re.compile(rf"\]\({re.escape(JARGON)}#(?P<anchor>[\w-]+)\)")
# What leads elsewhere explains the term there. Its text is not read, nor are images' texts.
_OTHER = rf"(?<!!)\[[^][]*\]\((?!{re.escape(JARGON)}#)[^()\s]*\)"
_UNREAD = (*CODE, MATH, TAG, HEADING, SOURCES, NEXT, IMAGE, _OTHER, r"\]\([^()\s]*\)", ATTRIBUTES)


def problems(lesson: Lesson, course: Course) -> Iterator[Finding]:
    """Find terms that this lesson uses first, of all, and does not link in time."""
    names = _names(course)
    if lesson.path.name == JARGON or not names:
        return
    *earlier, _ = course.before(lesson)
    met = set().union(*(_uses(each, course).keys() | _links(each).keys() for each in earlier))
    links = _links(lesson)
    for anchor, (name, line, end) in _uses(lesson, course).items():
        # A link is in time in the same paragraph or before.
        if anchor not in met and links.get(anchor, end + 1) > end:
            yield Finding(
                line,
                f"{name} is a term that the course has not used before; lead to it here: "
                f"[{name}]({JARGON}#{anchor})",
            )


@cache
def _names(course: Course) -> dict[str, str]:
    """Return the anchor of every term and synonym, which that page lists from A to Z."""
    page = course.root / "docs/lessons" / JARGON
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    listed = text.partition("\n## ")[0]
    names = {
        " ".join(name.split()).lower(): anchor
        for name, anchor in re.findall(r"\[([^][]+)\]\(#([\w-]+)\)", listed)
    }
    return {name: anchor for name, anchor in names.items() if name not in EVERYDAY}


@cache
def _links(lesson: Lesson) -> dict[str, int]:
    """Return the terms to which a lesson leads, and in which line it first does."""
    first: dict[str, int] = {}
    for cell in lesson.text:
        for link in _LINK.finditer(blank(cell.source, *CODE)):
            first.setdefault(link["anchor"], cell.line_at(link.start()))
    return first


@cache
def _uses(lesson: Lesson, course: Course) -> dict[str, tuple[str, int, int]]:
    """Return, by anchor, the word that a lesson uses first, its line, its paragraph's last."""
    names = _names(course)
    # A longer name wins: a "root mean squared error" is no "mean squared error".
    words = sorted(names, key=len, reverse=True)
    either = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)
    pattern = re.compile(rf"(?<![\w-])({either})(?:s|es)?(?![\w-])", re.IGNORECASE)
    first: dict[str, tuple[str, int, int]] = {}
    for cell in lesson.text:
        for use in pattern.finditer(blank(cell.source, *_UNREAD)):
            name = " ".join(use[1].lower().split())
            end = paragraph(cell.source, use.start())[1]
            lines = cell.line_at(use.start()), cell.line_at(end)
            first.setdefault(names[name], (" ".join(use[0].split()), *lines))
    return first
