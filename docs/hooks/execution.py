"""Run a lesson: its code cells, in a fresh kernel, to the outputs that they leave."""

import asyncio
import contextlib
import os
import re
import time
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

T = TypeVar("T")

TIME_LIMIT = 300.0
"""Seconds that a cell may take, where its lesson does not say otherwise."""

INK = "#010203"
"""The color of text and axes in figures: one that nobody picks, so that it can be replaced."""

DATA = "application/json"
"""The type of the data that comes with a figure, beside its SVG."""

# What runs in a kernel beside a lesson: its outputs depend on these files.
SOURCES = ("execution.py", "figure_data.py", "drawn_series.py")

# Runs before a lesson's first cell. Figures become small SVG whose text stays text, PNG on white
# for notebooks (Jupyter shows no SVG of a notebook that it does not trust), and tables.
_SETUP = f"""
import sys
# "mkdocs serve" watches the package: bytecode written there would look like an edit.
sys.dont_write_bytecode = True
%matplotlib inline
%config InlineBackend.figure_formats = ["svg"]
import matplotlib, matplotlib.figure
sys.path.insert(0, {str(Path(__file__).parent)!r})
import figure_data
del sys.path[0]
def _offer(formats=get_ipython().display_formatter.formatters, kind=matplotlib.figure.Figure):
    from IPython.core.pylabtools import retina_figure
    # The table after the SVG: only what is drawn has all its ticks.
    formats["{DATA}"].for_type(kind, figure_data.tables)
    draw = lambda figure: retina_figure(figure, base64=True, facecolor="white")
    formats["image/png"].for_type(kind, draw)
_offer()
matplotlib.rcParams.update({{
    "svg.fonttype": "none", "svg.hashsalt": "jaxdigits", "image.interpolation": "none",
    "font.sans-serif": ["DejaVu Sans"],
    "figure.facecolor": "none", "axes.facecolor": "none", "legend.framealpha": 0,
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor",
                     "xtick.color", "ytick.color"), "{INK}"),
}})
import warnings
# The page says on which digits it ran; a lesson need not.
warnings.filterwarnings("ignore", "Using the 1,797 UCI digits", UserWarning)
# The place that a warning names is a file of this kernel's own, another in every build.
warnings.formatwarning = lambda message, kind, *place: f"{{kind.__name__}}: {{message}}\\n"
del _offer, figure_data, matplotlib, sys, warnings
"""

COMPILED = Path(__file__).parents[2] / ".cache" / "compiled"
"""What one build compiled, the next need not, whether a lesson asks for that or not."""

_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "0",
    "JAX_COMPILATION_CACHE_DIR": str(COMPILED),
    "JAX_COMPILATION_CACHE_MAX_SIZE": str(2**26),
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}


class LessonError(Exception):
    """A lesson that did not run; the message names the cell and ends with the error."""


class Ran(NamedTuple):
    """What executing a notebook left, for each of its code cells."""

    outputs: list[list[NotebookNode]]
    seconds: list[float]


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return a notebook's code cells; the first is number 1 in messages."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def may_fail(cell: NotebookNode) -> bool:
    """Return whether a cell is tagged as one that shows an error."""
    return "raises-exception" in cell.metadata.get("tags", [])


async def execute(
    notebook: NotebookNode,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    time_limit: float = TIME_LIMIT,
) -> Ran:
    """Execute a notebook in a kernel of its own, leaving it unchanged.

    Args:
        notebook: What to run.
        folder: The kernel's working directory. The site's own is the repository's root, so that
            lessons import the package beside them even where it is not installed.
        environment: Variables to add to the build's own.
        time_limit: Seconds that one cell may take.

    Returns:
        The outputs of every code cell, and the seconds that it took.

    Raises:
        LessonError: If a cell fails, takes too long, or shows an error that it did not raise.
    """
    cells = [new_code_cell(cell.source, metadata=cell.metadata) for cell in code_cells(notebook)]
    number = 0
    starts: list[float] = []

    def note_start(cell: NotebookNode, cell_index: int) -> None:
        nonlocal number
        number = cell_index  # The setup is cell 0, so this counts from 1.
        starts.append(time.monotonic())

    client = NotebookClient(
        new_notebook(cells=[new_code_cell(_SETUP), *cells]),
        kernel_name="python3",
        # The setup, which imports and lists fonts, is not the lesson's.
        timeout_func=lambda cell: TIME_LIMIT if cell.source == _SETUP else time_limit,
        coalesce_streams=True,
        record_timing=False,
        store_widget_state=False,
        shutdown_kernel="immediate",
        extra_arguments=["--log-level=ERROR"],  # Else a warning about local sockets each time.
        on_cell_start=note_start,
        on_notebook_complete=lambda notebook: starts.append(time.monotonic()),
    )
    variables = {**os.environ, **_ENVIRONMENT, **(environment or {})}
    problem = None
    try:
        await client.async_execute(cwd=str(folder), env=variables)
    except CellExecutionError as error:
        problem = str(error) if number == 0 else None  # Else its outputs tell, below.
    except CellTimeoutError:
        problem = f"It was stopped after {time_limit:g} seconds."
    except (DeadKernelError, RuntimeError) as error:
        problem = f"The kernel died: {error}"
    if problem is not None:
        raise LessonError(_report(number, cells[number - 1] if number else None, problem))
    # A figure that fails while it is drawn raises nothing: it only leaves an error behind.
    for number, cell in enumerate(cells, start=1):
        for output in cell.outputs:
            if output.output_type == "error" and not may_fail(cell):
                raise LessonError(_report(number, cell, _last_lines(output)))
    seconds = [end - start for start, end in pairwise(starts)]
    return Ran([cell.outputs for cell in cells], seconds[1:])  # The setup's are nobody's.


def in_parallel(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """Run coroutines, as many at a time as there are cores; on Ctrl-C, end them all first."""
    runner = asyncio.Runner()
    loop = runner.get_loop()

    async def run_all() -> list[T]:
        cores = asyncio.Semaphore(os.cpu_count() or 1)

        async def run_one(one: Coroutine[Any, Any, T]) -> T:
            async with cores:
                return await one

        return await asyncio.gather(*(run_one(one) for one in work))

    def cancel() -> None:
        for task in asyncio.all_tasks(loop):
            task.cancel()

    # Not in the main thread, where each nbclient takes over Ctrl-C for its own kernel alone.
    # Leaving the pool waits for the thread, which ends only when every kernel is shut down.
    with contextlib.closing(runner), ThreadPoolExecutor(1) as thread:
        done = thread.submit(runner.run, run_all())
        try:
            return done.result()
        except BaseException:
            if not done.done():
                loop.call_soon_threadsafe(cancel)
            raise


def _report(number: int, cell: NotebookNode | None, problem: str) -> str:
    if cell is None:
        return f"failed before its first cell:\n{problem}"
    first = next(iter(cell.source.splitlines()), "")
    return f"failed in code cell {number}, which begins\n    {first}\n{problem}"


def _last_lines(error: NotebookNode, most: int = 8) -> str:
    """Return the cell's lines on the way to an error, as IPython marks them, and what it says."""
    trace = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error.traceback))
    frames = re.split(r"^(?=File |Cell In)", trace, flags=re.MULTILINE)
    own = "".join(frame for frame in frames if frame.startswith("Cell In"))
    arrows = re.findall(r"^-+> *\d.*", own, flags=re.MULTILINE)
    says = f"{error.ename}: {error.evalue}".splitlines()
    return "\n".join([*arrows[-2:], *says[-most:]])
