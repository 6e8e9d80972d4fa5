"""Cells are Python, formatted, and short; a text names every package that they import."""

import ast
import re
import sys
from collections.abc import Iterator

from lessonsite.lesson import Cell, Lesson
from lessonsite.lint.course import Course, Finding

MOST_LINES = 15

_NAMES = {"sklearn": "scikit-learn", "PIL": "Pillow", "IPython": "IPython|Jupyter"}


def problems(lesson: Lesson, course: Course) -> Iterator[Finding]:
    """Find cells that are not Python, not formatted or long, and packages that no text names."""
    formatted = course.formatted.get(lesson.path, lesson)
    if formatted is not lesson:
        pairs = zip(lesson.cells, formatted.cells, strict=True)
        line = next((cell.line for cell, neat in pairs if cell != neat), 1)
        command = f"ruff format {lesson.path.relative_to(course.root)}"
        yield Finding(line, f"from here on it is not formatted; run `{command}`")
    told = set(sys.stdlib_module_names)
    text = "\n".join(cell.source for each in course.up_to(lesson) for cell in each.text)
    for cell, neat in zip(lesson.code, formatted.code, strict=True):
        if error := _error(cell):
            yield Finding(cell.line + (error.lineno or 1) - 1, f"not Python: {error.msg}")
        # Readers open a check to be judged, not to be taught.
        taught = cell.look.code and cell.look.outputs and "check" not in cell.tags
        if taught and (lines := _lines(neat)) > MOST_LINES:
            why = f"readers can follow {MOST_LINES} (imports and lone brackets do not count)"
            yield Finding(cell.line, f"divide the cell: it has {lines} lines of code, and {why}")
        for found in re.finditer(r"^ *(?:import|from) (\w+)", cell.source, re.MULTILINE):
            package = found[1]
            # People call tensorflow_datasets TensorFlow Datasets.
            name = _NAMES.get(package, package.replace("_", r"[-_\s]"))
            if package not in told and not re.search(rf"(?i)(?<!\w)(?:{name})(?!\w)", text):
                line = cell.line_at(found.start())
                yield Finding(line, f"no text so far names {package}; say what it is for")
            told.add(package)


def _error(cell: Cell) -> SyntaxError | None:
    """Return why a cell is not Python, if it is not. IPython's commands are left out."""
    source = re.sub(r"^(\s*)[%!].*", r"\1pass", cell.source, flags=re.MULTILINE)
    try:
        compile(source, "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        return error
    return None


def _lines(cell: Cell) -> int:
    """Return how many lines say something: not empty, no lone brackets, no import."""
    lines = [line for line in cell.source.splitlines() if re.search(r"\w", line)]
    return sum(not re.match(r" *(import|from [\w.]+ import) ", line) for line in lines)
