"""Stage 1, read: from a lesson's file to its cells."""

import io
import re
import tokenize
from ast import literal_eval
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from lessonsite.prose import HEADER

TIME_LIMIT = 300.0
"""Seconds that one cell may run, unless the header sets `time_limit`."""


class Tag(NamedTuple):
    """What a cell's tag does to its page."""

    code: bool = True
    """Whether the page shows the code."""
    outputs: bool = True
    """Whether the page shows what the code printed and drew."""
    fold: tuple[str, str] | None = None
    """The kind and the title of the folded block that holds the cell."""
    tables: bool = True
    """Whether the data of the cell's figures stand below them, as tables."""
    may_fail: bool = False
    """Whether the cell is meant to end in an error."""


TAGS = {
    "hide-input": Tag(code=False),
    "remove-cell": Tag(code=False, outputs=False),
    "claim": Tag(code=False, outputs=False),
    "check": Tag(fold=("note", "The check, which contains a solution")),
    "helper": Tag(fold=("note", "Code that you can skip")),
    "try": Tag(),
    "answer": Tag(fold=("success", "An answer")),
    "no-data": Tag(tables=False),
    "raises-exception": Tag(may_fail=True),
}
"""Every tag that a cell can have. The linter refuses others."""


class Cell(NamedTuple):
    """A cell of a lesson, and where it stands in the file."""

    source: str
    line: int
    """The line of the file in which the source begins, from 1."""
    number: int
    """Its number among the code cells, from 1; 0 for text."""
    tags: frozenset[str]
    alt: str
    """The alternative text of its figure; several are separated by ` | `."""

    def line_at(self, offset: int) -> int:
        """Return the line of the file that holds this character of the source."""
        return self.line + self.source.count("\n", 0, offset)

    @property
    def look(self) -> Tag:
        """All its tags together."""
        tags = [TAGS[name] for name in self.tags if name in TAGS]
        return Tag(
            code=all(tag.code for tag in tags),
            outputs=all(tag.outputs for tag in tags),
            fold=next((tag.fold for tag in tags if tag.fold), None),
            tables=all(tag.tables for tag in tags),
            may_fail=any(tag.may_fail for tag in tags),
        )

    @property
    def alts(self) -> list[str]:
        """The alternative texts of its figures, in order."""
        return [alt.strip() for alt in self.alt.split(" | ") if alt.strip()]


class Lesson(NamedTuple):
    """A lesson's cells, as its author wrote them."""

    path: Path
    cells: tuple[Cell, ...]
    header: dict[str, Any]
    """The settings between the two `---` at the top; none if they have a problem."""
    problem: str
    """Why the header cannot be read; empty if it can."""

    @property
    def text(self) -> list[Cell]:
        """The Markdown cells."""
        return [cell for cell in self.cells if not cell.number]

    @property
    def code(self) -> list[Cell]:
        """The code cells."""
        return [cell for cell in self.cells if cell.number]


# `# %% [markdown]` or `# %% tags=["answer"] alt="A three."`, and the lines up to the next one. Text
# above the first one is a cell too, without the header that Jupytext may write.
_CELL = re.compile(
    r"(?m)(?:\A(?:# ---\n(?:#.*\n)*?# ---\n)?|^# ?%%(?P<text> +\[markdown\])?(?P<settings> .*)?\n)"
    r"\n*(?P<source>(?:(?!# ?%%(?: |$)).*\n)*)"
)
_STRING = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*')"""
_SETTING = re.compile(rf"(\w+) *= *({_STRING}|\[(?:[ ,]*{_STRING})*\])")


@lru_cache(maxsize=256)
def parse(path: Path, text: str) -> Lesson:
    """Read a lesson in Jupytext's percent format, in a tenth of its time, or a page of Markdown."""
    page = Cell(text, 1, 0, frozenset(), "")
    cells = [page] if path.suffix == ".md" else _cells(text)
    return Lesson(path, tuple(cells), *_header(cells))


def _cells(text: str) -> list[Cell]:
    cells: list[Cell] = []
    for cell in _CELL.finditer(text + "\n"):
        is_text, settings, source = cell.groups("")
        if source.strip():
            # Text is commented out, and so are commands of IPython, such as `# %run helper.py`.
            comment = "^# ?" if is_text else r"^# ?(?=%%?[a-z]|![a-z])"
            source = re.sub(comment, "", source.rstrip(), flags=re.MULTILINE)
            line = 1 + text.count("\n", 0, cell.start("source"))
            number = 0 if is_text else 1 + sum(each.number > 0 for each in cells)
            found = {name: literal_eval(value) for name, value in _SETTING.findall(settings)}
            tags = frozenset(found.get("tags", []))
            cells.append(Cell(source, line, number, tags, found.get("alt", "")))
    return cells


def _header(cells: Sequence[Cell]) -> tuple[dict[str, Any], str]:
    found = re.match(HEADER, f"{cells[0].source}\n") if cells else None
    try:
        header = (yaml.safe_load(found["yaml"]) if found else None) or {}
    except yaml.YAMLError as error:
        return {}, f"the header is not YAML: {' '.join(str(error).split())}"
    limit = header.get("time_limit", TIME_LIMIT)
    if type(limit) not in (int, float) or limit <= 0:
        return {}, f"time_limit in the header is {limit!r}; give seconds, such as 600"
    return header, ""


def read(path: Path) -> Lesson:
    """Read a lesson's file."""
    return parse(path, path.read_text(encoding="utf-8"))


@lru_cache(maxsize=4096)
def tokens(source: str) -> tuple[str, ...]:
    """Return the tokens that Python reads, without comments; all of a cell that uses IPython."""
    if re.search(r"^ *[%!]", source, re.MULTILINE):
        return (source,)
    try:
        found = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return (source,)
    return tuple(t.string for t in found if t.type not in (tokenize.COMMENT, tokenize.NL))
