"""All lessons, in the order of the navigation, and what is said of one of them."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from lesson_file import Lesson, read_lesson
from mkdocs.utils.yaml import yaml_load

FOLDER = Path("docs/lessons")
JARGON = "17_jargon.md"


class Finding(NamedTuple):
    """Something to mend: where, what is wrong, and what to do."""

    line: int
    text: str


@dataclass(eq=False)
class Course:
    """All lessons of the navigation, in its order, whose first words come first."""

    root: Path
    lessons: list[Lesson] = field(default_factory=list)

    def before(self, lesson: Lesson) -> list[Lesson]:
        """Return the lessons up to this one and with it; all, if it is in no navigation."""
        if lesson not in self.lessons:
            return [*self.lessons, lesson]
        return self.lessons[: self.lessons.index(lesson) + 1]

    @cached_property
    def config(self) -> dict[str, Any]:
        """The site's configuration, as it is written."""
        with (self.root / "mkdocs.yml").open(encoding="utf-8") as file:
            return yaml_load(file) or {}


def read_course(root: Path) -> Course:
    """Read every lesson of the navigation in `root/mkdocs.yml` that is there."""
    course = Course(root)
    paths = [root / "docs" / page for page in lessons_of(course.config.get("nav") or [])]
    course.lessons = [read_lesson(path) for path in paths if path.is_file()]
    return course


def lessons_of(nav: object) -> list[str]:
    """Return the lessons' files of a navigation, in order, relative to `docs`."""
    if isinstance(nav, str):
        return [nav] if nav.startswith("lessons/") else []
    children = nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else []
    return [page for child in children for page in lessons_of(child)]
