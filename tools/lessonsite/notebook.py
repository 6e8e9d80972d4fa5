"""A lesson as a notebook, clean or with its outputs, which works anywhere."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urljoin

from lessonsite.figures import standalone, svg_element
from lessonsite.lesson import Lesson
from lessonsite.prose import HEADER
from lessonsite.render import JSON, PNG, SVG, visible_outputs
from lessonsite.run import Run

INSTALL = """\
# Where the lessons' package is missing, as in Colab, install it.
try:
    import jaxdigits
except ImportError:
    %pip install -q "jaxdigits @ git+https://github.com/jaxdigits/jaxdigits\""""


def to_notebook(lesson: Lesson, portable: Callable[[str], str], run: Run | None, page: str) -> str:
    """Return a lesson as the text of a notebook, the same in every build.

    Args:
        lesson: What the notebook holds.
        portable: Makes the Markdown of the site readable anywhere.
        run: What its code left, if the notebook is to show that.
        page: The address of the lesson's page, beside which lie the files that it offers.
    """
    cells: list[dict[str, Any]] = []
    for cell in lesson.cells:
        if cell.number:
            tags = {"tags": sorted(cell.tags)} if cell.tags else {}
            outputs = run[cell.number - 1].outputs if run else []
            shown = visible_outputs(outputs)
            cells.append(
                _code(cell.source, tags)
                | {"execution_count": cell.number if run else None}
                | {"outputs": [_portable(o, cell.number, n, page) for n, o in enumerate(shown)]}
            )
        else:
            source = cell.source
            if cell is lesson.cells[0]:
                source = re.sub(HEADER, "", source + "\n").strip("\n")
            if source.strip():
                cells.append({"cell_type": "markdown", "metadata": {}, "source": portable(source)})
    first = next((n for n, cell in enumerate(cells) if cell["cell_type"] == "code"), len(cells))
    cells.insert(first, _code(INSTALL, {}))
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": [{"id": f"cell-{n}", **cell} for n, cell in enumerate(cells)],
        "metadata": {"kernelspec": python, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _code(source: str, metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }


def _portable(output: dict[str, Any], number: int, n: int, page: str) -> dict[str, Any]:
    output = dict(output)
    if output["output_type"] == "execute_result":
        output["execution_count"] = number
    if "data" in output:
        data = dict(output["data"])
        file = data.pop(JSON, None)
        if isinstance(file, dict):  # A model inside would make a notebook several times as large.
            address = urljoin(page, quote(file["name"]))
            data["text/html"] = f'<a href="{address}">{file["name"]}</a>'
        if SVG in data:
            # JupyterLab shows no SVG of a notebook from elsewhere until it is told to trust it.
            svg = data.pop(SVG)
            if PNG not in data:
                data[SVG] = standalone(svg_element(svg, "", f"cell{number}-{n}-"))
        output["data"] = data
    return output
