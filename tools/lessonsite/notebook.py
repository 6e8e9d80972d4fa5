"""A lesson as a notebook, clean or with its outputs, which works anywhere."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urljoin

from nbformat import from_dict, v4

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

    `portable` makes the site's Markdown readable anywhere. Files that the lesson offers lie beside
    its `page`, whose address this is.
    """
    cells: list[Any] = []
    for cell in lesson.cells:
        if cell.number:
            outputs = visible_outputs(run[cell.number - 1].outputs) if run else []
            code = v4.new_code_cell(cell.source, execution_count=cell.number if run else None)
            code.outputs = [from_dict(_portable(each, cell.number, page)) for each in outputs]
            code.metadata |= {"tags": sorted(cell.tags)} if cell.tags else {}
            cells.append(code)
            continue
        source = re.sub(HEADER, "", cell.source + "\n") if not cells else cell.source
        if source.strip():
            cells.append(v4.new_markdown_cell(portable(source.strip("\n"))))
    first = next((n for n, cell in enumerate(cells) if cell.cell_type == "code"), len(cells))
    cells.insert(first, v4.new_code_cell(INSTALL))
    for n, cell in enumerate(cells):
        cell.id = f"cell-{n}"
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": python, "language_info": {"name": "python"}}
    return v4.writes(v4.new_notebook(cells=cells, metadata=metadata)) + "\n"


def _portable(output: dict[str, Any], number: int, page: str) -> dict[str, Any]:
    data = dict(output.get("data", {}))
    count = {"execution_count": number} if output["output_type"] == "execute_result" else {}
    file = data.pop(JSON, None)
    if isinstance(file, dict):  # A model inside would make a notebook several times as large.
        data["text/html"] = f'<a href="{urljoin(page, quote(file["name"]))}">{file["name"]}</a>'
    if PNG in data:  # JupyterLab shows no SVG of a notebook from elsewhere until it is trusted.
        data.pop(SVG, None)
    return output | count | ({"data": data} if data else {})
