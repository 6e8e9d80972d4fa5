"""What the rules know: all lessons in the order of the navigation, and what their code left."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from lessonsite.lesson import Lesson
from lessonsite.store import Entry


class Finding(NamedTuple):
    """Something to mend."""

    line: int
    text: str
    """What is wrong, and what to do."""


class Course(NamedTuple):
    """The lessons of the navigation, what they left when they ran, and how Ruff formats them."""

    root: Path
    lessons: Sequence[Lesson]
    entries: Mapping[Path, Entry] = {}
    formatted: Mapping[Path, Lesson] = {}
    timed: bool = False

    def up_to(self, lesson: Lesson) -> Sequence[Lesson]:
        """Return the lessons up to this one; one outside of the navigation comes last."""
        if lesson not in self.lessons:
            return [*self.lessons, lesson]
        return self.lessons[: self.lessons.index(lesson) + 1]
