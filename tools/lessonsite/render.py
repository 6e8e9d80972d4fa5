"""Stage 3, render: from a lesson and its run to Markdown, and to the HTML of its outputs.

The Markdown holds a mark for each code cell, and depends on the lesson alone. What stands at the
marks is the outputs' HTML: Markdown would parse it and half understand it, and "mkdocs serve" puts
it there only when the lesson has run.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher
from html import escape
from textwrap import indent
from typing import Any, NamedTuple
from urllib.parse import quote

from lessonsite import tables
from lessonsite.exercises import verdict_problem
from lessonsite.figures import png_figure, svg_figure
from lessonsite.lesson import Cell, Lesson
from lessonsite.prose import HEADER, fence
from lessonsite.run import Run
from lessonsite.store import Entry

JSON, SVG, PNG = "application/json", "image/svg+xml", "image/png"

# What a call on a figure returns; the figure itself is shown.
_HANDLE = re.compile(r"<Axes|<(Sub)?Figure|\[?<matplotlib\.|\[?Text\(")
_TITLE = re.compile(r"^# .*$", re.MULTILINE)


class Converters(NamedTuple):
    """What turns parts of outputs into HTML."""

    markdown: Callable[[str], str]
    formula: Callable[[str], str]


def mark(cell: Cell) -> str:
    """Return what stands in a page where the outputs of a cell belong."""
    return f"<!--cell {cell.number}-->"


def fill(page: str, parts: Mapping[str, str]) -> str:
    """Put HTML in the place of each mark."""
    for place, html in parts.items():
        page = page.replace(place, html)
    return page


def to_markdown(lesson: Lesson, below_title: str = "", header: bool = True) -> str:
    """Return a lesson as Markdown with a mark for each code cell.

    Args:
        lesson: What to show. The tags of its cells say how.
        below_title: A line of HTML.
        header: Whether to begin with the lesson's header.
    """
    parts: list[str] = []
    for cell in lesson.cells:
        if not cell.number:
            parts.append(cell.source)
            continue
        look = cell.look
        shown = [fence(cell.source, "python")] if look.code and cell.source.strip() else []
        shown += [mark(cell)] if look.outputs else []
        if shown and look.fold:
            kind, title = look.fold
            shown = [f'??? {kind} "{title}"\n\n{indent(_join(shown), "    ")}']
        parts += shown
    text = _join(parts) + "\n"
    text = text if header else re.sub(HEADER, "", text)
    if not below_title:
        return text
    return _TITLE.sub(lambda title: f"{title[0]}\n\n{below_title}", text, count=1)


def _join(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part.strip())


def to_html(
    lesson: Lesson, entry: Entry | None, tools: Converters, current: bool = True
) -> dict[str, str]:
    """Return what stands at each mark of a lesson's Markdown.

    Args:
        lesson: What to show.
        entry: The run to show. If it is of an older version of the lesson, cells that are alike
            show what they left then.
        tools: What turns parts of outputs into HTML.
        current: Whether the entry is of this version. If not, what is missing is announced.
    """
    ran = dict(enumerate(entry.run, 1)) if entry and current else _aligned(lesson, entry)
    parts: dict[str, str] = {}
    for cell in lesson.code:
        outputs = ran[cell.number].outputs if cell.number in ran else []
        html = "".join(_output(cell, outputs, tools))
        if not current and html:
            html = f'<div class="older" title="From before the last change">{html}</div>'
        elif not current and _may_show(cell):
            html = '<div class="output pending">Not computed yet</div>'
        parts[mark(cell)] = html
    return parts


def _aligned(lesson: Lesson, entry: Entry | None) -> dict[int, Any]:
    """Return what an older version of a lesson left, by the cells of this one that are alike."""
    if entry is None:
        return {}
    new = [cell.source for cell in lesson.code]
    aligned: dict[int, Any] = {}
    for kind, i, i2, j, j2 in SequenceMatcher(None, entry.code, new, False).get_opcodes():
        if kind == "equal" or (kind == "replace" and i2 - i == j2 - j):
            aligned |= {j + n + 1: entry.run[i + n] for n in range(i2 - i)}
    return aligned


def _may_show(cell: Cell) -> bool:
    try:
        tree = ast.parse(cell.source)
    except SyntaxError:
        return True
    return bool(cell.alts) or any(isinstance(node, ast.Expr) for node in tree.body)


def _output(cell: Cell, outputs: list[dict[str, Any]], tools: Converters) -> Iterator[str]:
    """Yield the HTML of each output."""
    alts = iter(cell.alts)
    for n, output in enumerate(visible_outputs(outputs)):
        data = output.get("data", {})
        if output["output_type"] == "stream":
            yield _text(output["text"], output["name"])
        elif output["output_type"] == "error":
            yield _text(f"{output['ename']}: {output['evalue']}", "error")
        elif is_picture(output):
            alt, prefix = next(alts, ""), f"figure{cell.number}-{n}-"
            yield svg_figure(data[SVG], alt, prefix) if SVG in data else png_figure(data[PNG], alt)
            if JSON in data and cell.look.tables:
                yield tables.to_html(data[JSON], tools.formula)
        elif JSON in data:
            name = escape(data[JSON]["name"])
            link = f'<a download="{name}" href="{escape(quote(data[JSON]["name"]))}">{name}</a>'
            yield f'<div class="output">{link}</div>'
        elif "text/markdown" in data:
            yield tools.markdown(data["text/markdown"])
        elif "text/html" in data:
            yield f'<div class="output">{data["text/html"]}</div>'
        else:
            yield _text(data.get("text/plain", ""), "value")


def plain_text(text: str) -> str:
    """Return what a stream left: no colors of a terminal, and nothing that was overwritten."""
    return re.sub(r"\x1b\[[\d;]*m|[^\n]*\r(?!\n)", "", text)


def _text(text: str, kind: str) -> str:
    text = escape(plain_text(text).rstrip(), quote=False)
    block = (
        f'<div class="text output {kind} no-copy highlight"><pre><code>{text}\n</code></pre></div>'
    )
    return block if text else ""


def is_picture(output: dict[str, Any]) -> bool:
    """Return whether an output is a figure."""
    return not {SVG, PNG}.isdisjoint(output.get("data", {}))


def visible_outputs(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what says nothing to a reader.

    That is a figure that is a cell's last value, if it also arrives as every drawing does; and what
    a call on a figure returned.
    """
    drawn = [o["data"].get("text/plain") for o in outputs if is_picture(o)]
    return [
        output
        for output in outputs
        if output["output_type"] != "execute_result"
        or (
            drawn.count(output["data"].get("text/plain")) == 1
            if is_picture(output)
            else output["data"].keys() != {"text/plain"}
            or not _HANDLE.match(output["data"]["text/plain"])
        )
    ]


def offered(run: Run) -> dict[str, dict[str, str]]:
    """Return the files that a lesson offers to its readers, by name, each with its `base64`."""
    data = (o["data"][JSON] for cell in run for o in cell.outputs if JSON in o.get("data", {}))
    return {file["name"]: file for file in data if isinstance(file, dict)}


def problems(lesson: Lesson, run: Run) -> list[tuple[int, str]]:
    """Return what is wrong with a lesson that ran: the line, and what to do."""
    found: list[tuple[int, str]] = []
    for cell, ran in zip(lesson.code, run, strict=True):
        figures = sum(map(is_picture, visible_outputs(ran.outputs)))
        if cell.look.outputs and figures != len(cell.alts):
            text = (
                f"the cell has figures: {figures}, alternative texts: {len(cell.alts)}; write what "
                'is to be seen: `# %% alt="A three."`; the texts of several figures part at ` | `'
            )
            found.append((cell.line, text))
        if problem := verdict_problem(cell, ran.outputs):
            found.append((cell.line, problem))
    return found
