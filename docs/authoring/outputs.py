"""What lessons left when they were executed: now, or as the site's cache remembers it."""

from collections.abc import Sequence
from pathlib import Path

import executed
from execution import LessonError
from lesson_file import Lesson
from nbformat import NotebookNode

Outputs = dict[Path, NotebookNode | LessonError]


def execute_lessons(paths: Sequence[Path], root: Path) -> Outputs:
    """Execute the lessons that have changed; return all of them, or why one has no outputs."""
    _, lessons = executed.executed(_by_name(paths), root, quick=True)
    return {path: lessons[path.name] for path in paths if path.name in lessons}


def execute_again(path: Path, root: Path) -> Outputs:
    """Execute a lesson alone, which other lessons or programs may have slowed down before."""
    _, lessons = executed.executed(_by_name([path]), root, quick=True, again=True)
    return {path: lessons[path.name]}


def remembered(lessons: Sequence[Lesson], root: Path) -> Outputs:
    """Return the lessons whose outputs are current, and execute none."""
    # To ask what is current takes longer than to see that there is nothing.
    if not any((root / ".cache/lessons").glob("*.json")):
        return {}
    files = {lesson.path.name: lesson for lesson in lessons if lesson.path.suffix == ".py"}
    notebooks = {name: lesson.notebook for name, lesson in files.items()}
    known = executed.remembered(notebooks, root)
    return {files[name].path: outputs for name, outputs in known.items()}


def _by_name(paths: Sequence[Path]) -> dict[str, Path]:
    return {path.name: path for path in paths if path.suffix == ".py"}
