"""What the rules read in code cells."""

import ast
import io
import re
import tokenize

from lesson_file import Cell

_NUMBER = re.compile(r"(?<![\w.])(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def statements(cell: Cell) -> list[ast.stmt]:
    """Return a cell's statements; none if it is no Python, of which Ruff tells."""
    source = re.sub(r"^(\s*)[%!].*", r"\1pass", cell.source, flags=re.MULTILINE)
    try:
        return ast.parse(source).body
    except SyntaxError:
        return []


def numbers(cell: Cell) -> set[float]:
    """Return the numbers that a cell's code sets or says; comments are none of it."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(cell.source).readline))
        code = " ".join(t.string for t in tokens if t.type != tokenize.COMMENT)
    except (tokenize.TokenError, SyntaxError):
        code = cell.source
    return {float(number.replace("_", "")) for number in _NUMBER.findall(code)}
