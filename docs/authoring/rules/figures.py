"""Every figure has an alternative text."""

import ast
import re
from collections.abc import Iterator

import rendering
from course import Course, Finding
from lesson_file import Cell, Lesson

from rules.python import statements

_WRITE = 'write what is to be seen: `# %% alt="A three."`; several figures\' texts part at ` | `'


def problems(lesson: Lesson, course: Course) -> Iterator[Finding]:
    """Compare figures and texts; before a lesson is executed, guess which cells draw."""
    if lesson.outputs is None:
        for cell in lesson.code:
            if _draws(cell) and not cell.alt.strip() and "remove-cell" not in cell.tags:
                yield Finding(cell.line, f"the cell seems to draw, and has no alt; {_WRITE}")
        return
    for problem in rendering.render(lesson.outputs).problems:
        number = int((re.match(r"code cell (\d+)", problem) or [0, 1])[1])
        # The rest is for those who do not see the line.
        yield Finding(lesson.code[number - 1].line, f"{problem.partition(' (')[0]}; {_WRITE}")


def _draws(cell: Cell) -> bool:
    """Return whether a cell, not just a function that it defines, calls what makes a figure."""
    return any(
        re.fullmatch(r"plt\.(figure|subplots?|imshow|plot|hist|bar|scatter)|jd\.(show|plot)_\w+", c)
        for statement in statements(cell)
        if not isinstance(statement, ast.FunctionDef | ast.ClassDef)
        for c in _called(statement)
    )


def _called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)
