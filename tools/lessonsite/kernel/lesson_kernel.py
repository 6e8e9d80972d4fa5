"""What a lesson's kernel does beside the lesson: it prepares figures, and counts compilations.

Figures become small SVG whose text stays text, and tables of what is drawn.
"""

import os
import warnings
from base64 import b64encode
from typing import Any

import jax
import matplotlib as mpl
from cycler import cycler
from figure_data import tables
from IPython.display import JSON, display
from matplotlib.figure import Figure

# The blue and the red of the weights first. Each has a contrast of 3 to 1 with white and with the
# ground of dark pages.
_COLORS = ["#3f6fb5", "#c8553d", "#4f8a3c", "#8c63b8", "#a9761a", "#2b8c8c"]

_compiled: list[list[float]] = []


def prepare(shell: Any, ink: str) -> None:
    """Set up a kernel before the first cell of a lesson; text and axes get the color `ink`."""
    os.nice(int(os.environ.get("LESSONSITE_NICE", "0")))
    shell.run_line_magic("matplotlib", "inline")
    shell.run_line_magic("config", 'InlineBackend.figure_formats = ["svg"]')
    formats = shell.display_formatter.formatters
    # The tables come after the SVG: a figure has all its ticks only when it is drawn.
    formats["application/json"].for_type(Figure, tables)
    # A file that a lesson offers is data, not HTML that holds it.
    formats["application/json"].for_type_by_name("jaxdigits.files", "DownloadLink", _offered)
    inked = ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color")
    mpl.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "jaxdigits",
            "image.interpolation": "none",
            "font.sans-serif": ["DejaVu Sans"],
            "figure.facecolor": "none",
            "axes.facecolor": "none",
            "legend.framealpha": 0,
            "axes.prop_cycle": cycler(color=_COLORS),
            "axes.linewidth": 0.6,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "lines.linewidth": 1.8,
            "axes.titlesize": "medium",
            "legend.fontsize": "small",
            **dict.fromkeys(inked, ink),
        }
    )
    # The page says on which digits it ran; the lesson need not.
    warnings.filterwarnings("ignore", "Using the 1,797 UCI digits", UserWarning)
    # JAX compiles again what another kernel is writing, or left unfinished when it was ended.
    warnings.filterwarnings("ignore", "Error reading persistent compilation cache", UserWarning)
    # The file that a warning names is this kernel's own, and another in every build.
    warnings.formatwarning = lambda message, kind, *place: f"{kind.__name__}: {message}\n"
    jax.monitoring.register_event_duration_secs_listener(_count)
    shell.events.register("pre_run_cell", lambda info: _compiled.append([0.0, 0]))


def _offered(file: Any) -> dict[str, str]:
    return {"name": file.name, "base64": b64encode(file.content).decode()}


def _count(event: str, duration_secs: float, **kwargs: Any) -> None:
    if event == "/jax/core/compile/backend_compile_duration" and _compiled:
        _compiled[-1][0] += duration_secs
        _compiled[-1][1] += 1


def report() -> None:
    """Show, for every cell so far, the seconds that JAX compiled and how many programs."""
    display(JSON(_compiled[:-1]))  # The last one is this cell.
