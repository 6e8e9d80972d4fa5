"""Stage 3, render: from a lesson and its run to Markdown, and to the HTML of its outputs.

The Markdown holds marks, for outputs and for what else the builder adds, and depends on the lesson
alone. What stands at the marks is HTML: Markdown would parse it and half understand it, and "mkdocs
serve" puts outputs there only when the lesson has run.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from textwrap import indent
from typing import Any, NamedTuple
from urllib.parse import quote

from lessonsite.exercises import exercises
from lessonsite.figures import figure, tables_html
from lessonsite.lesson import TAGS, Cell, Lesson
from lessonsite.prose import FENCED, HEADER, HEADING, NEXT, SOURCES, blank, fence
from lessonsite.run import JSON, is_picture
from lessonsite.store import Entry

NOTICE, DOWNLOADS, PROVENANCE = "notice", "downloads", "provenance"
"""The parts below the title and at the foot of a lesson's page."""

_TITLE = re.compile(r"^# .*$", re.MULTILINE)
_MARK = re.compile(r"(?m)^ *<!--(?:notice|downloads|provenance|(?:cell|exercise) \d+)-->\n*")


def mark(part: str) -> str:
    """Return what stands in a page where one of its parts belongs."""
    return f"<!--{part}-->"


def fill(page: str, parts: Mapping[str, str]) -> str:
    """Put the HTML of each part in the place of its mark."""
    for part, html in parts.items():
        page = page.replace(mark(part), html)
    return page


def without_marks(text: str) -> str:
    """Return the text of a page without the marks that nothing has replaced."""
    return _MARK.sub("", text)


def to_markdown(lesson: Lesson, header: bool = True) -> str:
    """Return a lesson as Markdown with marks; the tags of cells say how.

    An exercise's mark stands above its check, or below a cell that is to be tried. The check stands
    below the answer, because it contains a solution; and what follows the answer up to the next
    section is folded away with it, because it talks about it.
    """
    parts: list[str] = []
    checks: list[str] = []
    answer: list[str] = []

    def end_exercise() -> None:
        if answer:
            parts.append(_folded(answer, TAGS["answer"].fold))
        parts.extend(checks)
        answer.clear()
        checks.clear()

    editors = exercises(lesson)
    for cell in lesson.cells:
        shown = _shown(cell)
        beside = mark(f"exercise {cell.number}") if cell.number in editors else ""
        if not cell.number:
            reply, rest = _split_reply(cell.source) if answer else ("", cell.source)
            answer += [reply] if reply else []
            if rest:
                end_exercise()
                parts.append(rest)
        elif "check" in cell.tags:
            end_exercise()
            parts.append(beside)
            checks.append(_folded(shown, cell.look.fold))
        elif (answer and "try" not in cell.tags) or (checks and "answer" in cell.tags):
            parts.append(beside)
            answer += shown
        elif shown or beside:
            end_exercise()
            folded = _folded(shown, cell.look.fold)
            parts += [folded, beside] if "try" in cell.tags else [beside, folded]
    end_exercise()
    text = _join([*parts, mark(PROVENANCE)]) + "\n"
    head = f"{mark(NOTICE)}\n\n{mark(DOWNLOADS)}"
    text = _TITLE.sub(lambda title: f"{title[0]}\n\n{head}", text, count=1)
    return text if header else re.sub(HEADER, "", text)


def _shown(cell: Cell) -> list[str]:
    """Return what a page shows of a code cell: its code, and the mark for what it left."""
    code = [fence(cell.source, "python")] if cell.look.code and cell.source.strip() else []
    return code + ([mark(f"cell {cell.number}")] if cell.look.outputs else [])


def _folded(shown: list[str], fold: tuple[str, str] | None) -> str:
    body = _join(shown)
    return f'??? {fold[0]} "{fold[1]}"\n\n{indent(body, "    ")}' if body and fold else body


def _split_reply(source: str) -> tuple[str, str]:
    """Split text after an answer into what belongs to the answer, and what comes after."""
    code_is_blank = blank(source, FENCED)
    ends = re.search(f"(?m){HEADING}|{NEXT}|{SOURCES}", code_is_blank)
    at = ends.start() if ends else len(source)
    return source[:at].strip("\n"), source[at:]


def _join(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part.strip())


def to_html(
    lesson: Lesson, entry: Entry | None, markdown: Callable[[str], str], current: bool = True
) -> dict[str, str]:
    """Return what stands at the mark of each code cell in a lesson's Markdown.

    If the entry is not `current`, a cell shows what it left then: the cell of the same code, or if
    there are as many cells as then, the one in its place. What is missing is announced. `markdown`
    turns Markdown that code has made into HTML.
    """
    older = dict(zip(entry.code, entry.run, strict=True)) if entry else {}
    in_place = entry is not None and (current or len(entry.run) == len(lesson.code))
    parts: dict[str, str] = {}
    for cell in lesson.code:
        ran = entry.run[cell.number - 1] if entry and in_place else older.get(cell.source)
        found = shown_parts(cell, ran.outputs) if ran else ()
        html = "".join(_html(part, cell, markdown) for part in found)
        if not ran:
            html = '<div class="output pending">Not computed yet</div>'
        elif html and not current:
            html = f'<div class="older" title="From before the last change">{html}</div>'
        parts[f"cell {cell.number}"] = html
    return parts


class Part(NamedTuple):
    """A part of what a cell left, as readers see it."""

    kind: str
    """"figure", "file", "markdown", "html", or what text it is: "stdout", "error", "value"..."""
    text: str
    """The text; of a figure, its alternative text; of a file, its name."""
    data: dict[str, Any]
    """Every form of the output that Jupyter sent, by MIME type."""
    name: str
    """Another one for each part of a page."""


def shown_parts(cell: Cell, outputs: list[dict[str, Any]]) -> Iterator[Part]:
    """Yield the parts of what a cell left."""
    alts = iter(cell.alts)
    for n, output in enumerate(outputs):
        data, name = output.get("data", {}), f"part{cell.number}-{n}-"
        if is_picture(output):
            yield Part("figure", next(alts, ""), data, name)
        elif JSON in data:
            yield Part("file", data[JSON]["name"], data, name)
        elif "text/markdown" in data:
            yield Part("markdown", data["text/markdown"], data, name)
        elif "text/html" in data:
            yield Part("html", data["text/html"], data, name)
        else:
            kind, text = output.get("name", "value"), output.get("text", data.get("text/plain", ""))
            if output["output_type"] == "error":
                kind, text = "error", f"{output['ename']}: {output['evalue']}"
            # No colors of a terminal, and nothing that a progress bar has overwritten.
            text = re.sub(r"\x1b\[[\d;]*m|[^\n]*\r(?!\n)", "", text).rstrip()
            if text:
                yield Part(kind, text, data, name)


def _html(part: Part, cell: Cell, markdown: Callable[[str], str]) -> str:
    text, data = escape(part.text, quote=False), part.data
    match part.kind:
        case "figure":
            tables = data.get(JSON) if cell.look.tables else None
            return figure(data, part.text, part.name) + (tables_html(tables) if tables else "")
        case "file":
            link = f'<a download="{escape(part.text)}" href="{quote(part.text)}">{text}</a>'
            return f'<div class="output">{link}</div>'
        case "markdown":
            return markdown(part.text)
        case "html":
            return f'<div class="output">{part.text}</div>'
        case kind:
            block = f"<pre><code>{text}\n</code></pre>"
            return f'<div class="text output {kind} no-copy highlight">{block}</div>'
