"""Stage 2, run: from a lesson to what its code cells print and draw, in a kernel of its own."""

import asyncio
import itertools
import os
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

from lessonsite.lesson import TIME_LIMIT, Cell, Lesson

KERNEL = Path(__file__).parent / "kernel"
"""What a kernel imports beside a lesson."""

SOURCE = Path(__file__).read_bytes()
"""The code that runs here, which may be older than the file."""

INK = "#010203"
"""The color of text and axes in figures: one that nobody picks, so that pages can replace it."""

# Colors, warnings and figures are prepared before the first cell; the last cell says how much of
# each cell's time went into compiling.
_FIRST = f"""
import sys
sys.path.insert(0, {str(KERNEL)!r})
import lesson_kernel
del sys.path[0], sys
lesson_kernel.prepare(get_ipython(), {INK!r})
"""
_LAST = "lesson_kernel.report()"
_START_LIMIT = 300.0

_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "0",
    # Bytecode written into the package would look like an edit to "mkdocs serve".
    "PYTHONDONTWRITEBYTECODE": "1",
    # JAX keeps the compiled programs, so that the next run of a lesson is quicker.
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}


JSON, SVG, PNG = "application/json", "image/svg+xml", "image/png"

# What a call on a figure returns; the figure itself is shown: `[<matplotlib.lines.Line2D ...`, or
# from `ax.set`: `[None, Text(0.5, 0, 'epoch')]`
_HANDLE = re.compile(r"<Axes|<(Sub)?Figure|\[?<matplotlib\.|Text\(|\[(?s:.*,\s+)?Text\(")


class CellRun(NamedTuple):
    """What one code cell left."""

    outputs: list[dict[str, Any]]
    """As Jupyter's notebook format has them, without those that say nothing to a reader."""
    seconds: float
    compiling: float
    """Those of the seconds in which JAX compiled."""
    programs: int
    """How many programs JAX compiled."""


Run = tuple[CellRun, ...]


class LessonError(Exception):
    """A lesson did not run. The message says where in which file, and ends with the error."""

    def __init__(self, lesson: Lesson, cell: Cell | None, problem: str) -> None:
        self.line = cell.line if cell else 1
        self.problem = problem
        place = f"{lesson.path.parent.name}/{lesson.path.name}"
        if cell is None:
            head = f"{place} failed before its first cell:"
        else:
            first = next(iter(cell.source.splitlines()), "")
            head = f"{place}:{cell.line}: code cell {cell.number} failed. It begins:\n    {first}"
        super().__init__(f"{head}\n{problem}")


async def execute(lesson: Lesson, folder: Path, variables: Mapping[str, str] | None = None) -> Run:
    """Run the code cells of a lesson in a fresh kernel, which works in this folder.

    The site's folder is the root of the repository, so that lessons import the package beside them
    even where it is not installed. Raises `LessonError` if a cell fails, takes too long, or shows
    an error that it did not raise.
    """
    if lesson.problem:
        raise LessonError(lesson, None, lesson.problem)
    code, limit = lesson.code, lesson.header.get("time_limit", TIME_LIMIT)
    may_fail = {"tags": ["raises-exception"]}
    cells = [new_code_cell(c.source, metadata=may_fail if c.look.may_fail else {}) for c in code]
    notebook = new_notebook(cells=[new_code_cell(_FIRST), *cells, new_code_cell(_LAST)])
    starts: list[float] = []
    # nbclient ends a kernel of its own, but complains about that when Python ends.
    kernel = AsyncKernelManager(kernel_name="python3")
    client = NotebookClient(
        notebook,
        km=kernel,
        timeout_func=lambda cell: _START_LIMIT if len(starts) <= 1 else limit,
        coalesce_streams=True,
        record_timing=False,
        store_widget_state=False,
        extra_arguments=["--log-level=ERROR"],  # Else each kernel warns about local sockets.
        on_cell_start=lambda cell, cell_index: starts.append(time.monotonic()),
    )
    problem = ""
    try:
        environment = {**os.environ, **_ENVIRONMENT, **(variables or {})}
        await client.async_execute(cwd=str(folder), env=environment)
    except CellExecutionError as error:
        problem = "" if len(starts) > 1 else str(error)  # Else its outputs tell, below.
    except CellTimeoutError:
        problem = f"It was stopped after {limit:g} seconds. More need `time_limit` in the header."
    except (DeadKernelError, RuntimeError) as error:
        problem = f"The kernel died: {error}"
    finally:
        client.km = kernel  # nbclient forgets it if it did not start.
        if client.kc:
            # A heartbeat that is stopped while its thread begins would go on, and open sockets.
            heart, end = client.kc.hb_channel, time.monotonic() + 1
            while heart.is_alive() and not heart.is_beating() and time.monotonic() < end:
                await asyncio.sleep(0.01)
            client.kc.stop_channels()
        if kernel.has_kernel:
            await kernel.shutdown_kernel(now=True)
    if problem:
        failed = code[len(starts) - 2] if 1 < len(starts) < len(code) + 2 else None
        raise LessonError(lesson, failed, problem)
    # An error in drawing a figure raises nothing: it only leaves an output.
    for cell, ran in zip(code, cells, strict=True):
        for output in ran.outputs:
            if output.output_type == "error" and not cell.look.may_fail:
                raise LessonError(lesson, cell, _last_lines(output))
    compiled = notebook.cells[-1].outputs[0]["data"]["application/json"]
    seconds = [end - start for start, end in itertools.pairwise(starts[1:])]
    return tuple(
        CellRun(visible([_plain(output) for output in ran.outputs]), took, *spent)
        for ran, took, spent in zip(cells, seconds, compiled, strict=True)
    )


def _plain(output: Any) -> dict[str, Any]:
    """Return an output without nbformat's classes, and without what differs from run to run."""
    plain = {name: value for name, value in output.items() if name != "execution_count"}
    if "data" in plain:
        plain["data"] = dict(plain["data"])
    return plain


def is_picture(output: dict[str, Any]) -> bool:
    """Return whether an output is a figure."""
    return not {SVG, PNG}.isdisjoint(output.get("data", {}))


def visible(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what a call on a figure returned, and a figure that arrives a second time."""
    values = [each for each in outputs if each["output_type"] == "execute_result"]
    drawn = [o["data"].get("text/plain") for o in outputs if is_picture(o) and o not in values]

    def says_nothing(value: dict[str, Any]) -> bool:
        data, plain = value["data"], value["data"].get("text/plain", "")
        if is_picture(value):  # A cell's last value, which matplotlib also shows.
            return plain in drawn
        return data.keys() == {"text/plain"} and bool(_HANDLE.match(plain))

    return [each for each in outputs if each not in values or not says_nothing(each)]


def _last_lines(error: Any, most: int = 8) -> str:
    """Return the lines of the cell that led to an error, and what the error says."""
    trace = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error.traceback))
    frames = re.split(r"^(?=File |Cell In)", trace, flags=re.MULTILINE)
    own = "".join(frame for frame in frames if frame.startswith("Cell In"))
    arrows = re.findall(r"^-+> *\d.*", own, flags=re.MULTILINE)
    says = f"{error.ename}: {error.evalue}".splitlines()
    return "\n".join([*arrows[-2:], *says[-most:]])
