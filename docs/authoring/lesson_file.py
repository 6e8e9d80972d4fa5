"""A lesson as its author sees it: a file with lines."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import jupytext
from mkdocs.utils.meta import get_data
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook


class Cell(NamedTuple):
    """A cell of a lesson, and where it stands in the file."""

    source: str
    line: int
    """The line of the file in which the source begins."""
    code: int
    """Its number among the code cells, from 1; 0 if it is text."""
    tags: frozenset[str]
    alt: str

    def line_at(self, offset: int) -> int:
        """Return the line of the file in which a character of the source stands."""
        return self.line + self.source.count("\n", 0, offset)


@dataclass(eq=False)
class Lesson:
    """A lesson's file."""

    path: Path
    notebook: NotebookNode
    cells: list[Cell]
    outputs: NotebookNode | None = None
    """The same notebook with outputs and seconds, where they are known."""

    @property
    def text(self) -> list[Cell]:
        """The Markdown cells."""
        return [cell for cell in self.cells if not cell.code]

    @property
    def code(self) -> list[Cell]:
        """The code cells."""
        return [cell for cell in self.cells if cell.code]

    @cached_property
    def header(self) -> dict[str, Any]:
        """What the lines between `---` at the top say."""
        return get_data(self.cells[0].source + "\n")[1] if self.cells else {}


def read_lesson(path: Path) -> Lesson:
    """Read a lesson in Jupytext's percent format, or a page of Markdown as a single cell."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        notebook = new_notebook(cells=[new_markdown_cell(text)])
        return Lesson(path, notebook, [Cell(text, 1, 0, frozenset(), "")])
    notebook = jupytext.reads(text, fmt="py:percent")
    lines = text.splitlines()
    # Jupytext does not say where a cell stands. It begins below its marker, at the first line
    # that is not empty; what stands above the first marker is a cell, too.
    marked = [n for n, line in enumerate(lines) if re.match("# ?%%", line)]
    starts = ([-1] if len(notebook.cells) > len(marked) else []) + marked
    cells: list[Cell] = []
    number = 0
    for cell, start in zip(notebook.cells, starts, strict=True):
        first = next((n for n, s in enumerate(lines[start + 1 :], start + 1) if s.strip()), start)
        code = cell.cell_type == "code"
        number += code
        tags = frozenset(cell.metadata.get("tags", []))
        alt = cell.metadata.get("alt", "")
        cells.append(Cell(cell.source, first + 1, number if code else 0, tags, alt))
    return Lesson(path, notebook, cells)
