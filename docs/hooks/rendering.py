"""Turn an executed lesson into one Markdown text, which any Markdown site can render."""

import re
from dataclasses import dataclass, field
from textwrap import indent

import data_table
from attachments import detach
from execution import DATA
from figures import png_figure, svg_figure
from nbformat import NotebookNode

# What a call on a figure returns says nothing to a reader; the figure itself is shown.
_HANDLE = re.compile(r"<Axes|<(Sub)?Figure|\[?<matplotlib\.|\[?Text\(")

# Cells that a page folds away until the reader opens them: their kind and their title.
_FOLDED = {"check": ("note", "The check"), "answer": ("success", "An answer")}


@dataclass
class Rendered:
    """A lesson as Markdown, with a comment wherever a block of HTML belongs."""

    markdown: str = ""
    blocks: dict[str, str] = field(default_factory=dict)
    """The HTML, by comment: Markdown would parse it, and half understand it."""
    problems: list[str] = field(default_factory=list)
    """What is wrong with alternative texts."""
    files: dict[str, bytes] = field(default_factory=dict)
    """What the lesson offers to download, by name; belongs beside the page."""

    def fill(self, text: str) -> str:
        """Put the blocks of HTML where their comments are."""
        return re.sub(r"<!--output:\d+-->", lambda match: self.blocks[match[0]], text)


def render(notebook: NotebookNode) -> Rendered:
    """Render an executed notebook.

    Markdown cells are taken over as they are. Tags: `hide-input` leaves out a cell's code,
    `remove-cell` the cell, `no-data` the tables of its figures' data. `alt` is its figure's
    alternative text; several are separated by ` | `.
    """
    rendered = Rendered()
    parts: list[str] = []
    number = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            parts.append(cell.source)
            continue
        number += 1
        tags = cell.metadata.get("tags", [])
        if "remove-cell" in tags:
            continue
        shown = _outputs(cell, number, rendered)
        if "hide-input" not in tags and cell.source.strip():
            shown.insert(0, fence(cell.source, "python"))
        for tag in _FOLDED.keys() & tags:
            shown = [_fold(*_FOLDED[tag], shown)]
        parts += shown
    rendered.markdown = _join(parts) + "\n"
    return rendered


def _join(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part.strip())


def _fold(kind: str, title: str, parts: list[str]) -> str:
    return f'??? {kind} "{title}"\n\n{indent(_join(parts), "    ")}'


def fence(text: str, kind: str) -> str:
    """Return a fenced code block, its fence longer than any run of backticks inside."""
    ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{ticks}{kind}\n{text.rstrip()}\n{ticks}"


def _outputs(cell: NotebookNode, number: int, rendered: Rendered) -> list[str]:
    alts = [alt.strip() for alt in cell.metadata.get("alt", "").split(" | ") if alt.strip()]
    parts: list[str] = []
    figures = 0
    for output in without_repeated_figure(cell.outputs):
        if output.output_type == "stream":
            parts.append(_text(output.text, output.name))
        elif output.output_type == "error":
            parts.append(_text(f"{output.ename}: {output.evalue}", "error"))
        elif _is_picture(output):
            alt = alts[figures] if figures < len(alts) else ""
            figures += 1
            parts.append(_block(_figure(output.data, alt, rendered), rendered))
            data = output.data.get(DATA)
            if data and "no-data" not in cell.metadata.get("tags", []):
                parts.append(_block(data_table.to_html(data), rendered))
        elif "text/markdown" in output.data:
            parts.append(output.data["text/markdown"])
        elif "text/html" in output.data:
            html, files = detach(output.data["text/html"])
            rendered.files |= files
            parts.append(_block(f'<div class="output">{html}</div>', rendered))
        elif not _HANDLE.match(plain := output.data.get("text/plain", "")):
            parts.append(_text(plain, "value"))
    if len(alts) != figures:
        rendered.problems.append(
            f"code cell {number} has figures: {figures}, alternative texts: {len(alts)} (write "
            f'"# %% alt=..."); it begins: {next(iter(cell.source.splitlines()), "")}'
        )
    return parts


def _text(text: str, kind: str) -> str:
    # Terminals' colors mean nothing on a page, and what was overwritten was not meant to stay.
    text = re.sub(r"\x1b\[[\d;]*m|[^\n]*\r(?!\n)", "", text)
    return fence(text, f" {{.text .output .{kind} .no-copy}}") if text.strip() else ""


def _is_picture(output: NotebookNode) -> bool:
    return not {"image/svg+xml", "image/png"}.isdisjoint(output.get("data", {}))


def without_repeated_figure(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Leave out a figure that is a cell's last value, if it also arrives as every drawing does."""
    drawn = [o.data.get("text/plain") for o in outputs if _is_picture(o)]
    return [
        output
        for output in outputs
        if not (
            output.output_type == "execute_result"
            and _is_picture(output)
            and drawn.count(output.data.get("text/plain")) > 1
        )
    ]


def _figure(data: NotebookNode, alt: str, rendered: Rendered) -> str:
    if "image/svg+xml" in data:
        return svg_figure(data["image/svg+xml"], alt, prefix=f"figure{len(rendered.blocks)}-")
    return png_figure(data["image/png"], alt)


def _block(html: str, rendered: Rendered) -> str:
    comment = f"<!--output:{len(rendered.blocks)}-->"
    rendered.blocks[comment] = html
    return comment
