"""The first use of a term in the course links to the jargon page."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from lessonsite import prose
from lessonsite.lesson import Lesson
from lessonsite.lint.course import Course, Finding

JARGON = "17_jargon.md"

# Mostly not meant as terms, as in "for example"; no rule can tell.
_EVERYDAY = {"example", "fit", "step"}

_LINK = rf"\]\({re.escape(JARGON)}#([\w-]+)\)"
# A link to another place explains the term there.
_OTHER = rf"(?<!!)\[[^][]*\]\((?!{re.escape(JARGON)}#)[^()\s]*\)"
_UNREAD = (
    *(*prose.CODE, prose.MATH, prose.TAG, prose.HEADING, prose.SOURCES, prose.NEXT, prose.IMAGE),
    *(_OTHER, r"\]\([^()\s]*\)", prose.ATTRIBUTES),
)


def problems(lesson: Lesson, course: Course) -> Iterator[Finding]:
    """Find terms that this lesson is the first to use and does not link in time."""
    everyone = course.lessons if lesson in course.lessons else [*course.lessons, lesson]
    yield from (finding for path, finding in _unlinked(tuple(everyone)) if path == lesson.path)


@cache
def _unlinked(lessons: Sequence[Lesson]) -> list[tuple[Path, Finding]]:
    """Return the terms that are first used without a link in the same paragraph or before."""
    page = next((lesson.cells[0].source for lesson in lessons if lesson.path.name == JARGON), "")
    listed = re.findall(r"\[([^][]+)\]\(#([\w-]+)\)", page.partition("\n## ")[0])
    anchors = {" ".join(name.split()).lower(): anchor for name, anchor in listed}
    # A longer name wins: a "root mean squared error" is not a "mean squared error".
    words = sorted(anchors.keys() - _EVERYDAY, key=len, reverse=True)
    either = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words) or r"(?!)"
    term = re.compile(rf"(?<![\w-])({either})(?:s|es)?(?![\w-])", re.IGNORECASE)
    met: set[str] = set()
    found: list[tuple[Path, Finding]] = []
    for lesson in lessons:
        for cell in lesson.text if lesson.path.name != JARGON else ():
            read, links = (prose.blank(cell.source, *kind) for kind in (_UNREAD, prose.CODE))
            for part in re.finditer(r"(?:.*\S.*\n?)+", cell.source):
                met |= set(re.findall(_LINK, links[slice(*part.span())]))
                for use in term.finditer(read, *part.span()):
                    name = " ".join(use[1].lower().split())
                    if anchors[name] not in met:
                        link = f"[{name}]({JARGON}#{anchors[name]})"
                        text = f"{name} is new to the course; explain it by a link: {link}"
                        found.append((lesson.path, Finding(cell.line_at(use.start()), text)))
                        met.add(anchors[name])
    return found
