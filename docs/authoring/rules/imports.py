"""No unexplained import: what a lesson imports is named where it or an earlier one can be read."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache

from course import Course, Finding
from lesson_file import Lesson
from prose import COMMENT, HEADER, TAG, blank

from rules.python import statements

_NAMES = {"sklearn": "scikit-learn", "PIL": "Pillow", "IPython": "IPython|Jupyter"}


def problems(lesson: Lesson, course: Course) -> Iterator[Finding]:
    """Find packages that no text has named; the standard library needs no introduction."""
    text = "\n".join(map(_text, course.before(lesson)))
    told: set[str] = set()
    for cell in lesson.code:
        for statement in statements(cell):
            for package in _packages(statement):
                if package in told or package in sys.stdlib_module_names:
                    continue
                told.add(package)
                if not _named(package, text):
                    yield Finding(
                        cell.line + statement.lineno - 1,
                        f"no text up to this lesson names {package}; say what it is for",
                    )


@cache
def _text(lesson: Lesson) -> str:
    return "\n".join(blank(cell.source, HEADER, COMMENT, TAG) for cell in lesson.text)


def _packages(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _named(package: str, text: str) -> bool:
    # tensorflow_datasets is TensorFlow Datasets to people.
    name = _NAMES.get(package, re.sub("_", r"[-_\\s]", package))
    return re.search(rf"(?<!\w)(?:{name})(?!\w)", text, re.IGNORECASE) is not None
