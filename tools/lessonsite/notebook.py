"""A lesson as a notebook, clean or with its outputs, which works anywhere."""

import ast
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urljoin

from nbformat import from_dict, v4

from lessonsite.lesson import Lesson
from lessonsite.prose import HEADER, fence
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
    its `page`, whose address this is. Readers write their answers into stubs: ours are folded below
    and do not run, so that "Run all" keeps what was written. Claims hold for the digits and the
    machine of the site, and are left out.
    """
    cells: list[Any] = []
    for cell in lesson.cells:
        if "claim" in cell.tags:
            continue
        if "answer" in cell.tags and (empty := stub(cell.source)):
            cells.append(v4.new_code_cell(empty))
            cells.append(v4.new_markdown_cell(_folded("An answer", fence(cell.source, "python"))))
            continue
        if cell.number:
            outputs = visible_outputs(run[cell.number - 1].outputs) if run else []
            code = v4.new_code_cell(cell.source, execution_count=cell.number if run else None)
            code.outputs = [from_dict(_portable(each, cell.number, page)) for each in outputs]
            code.metadata |= {"tags": sorted(cell.tags)} if cell.tags else {}
            if "check" in cell.tags:  # It holds a right answer: JupyterLab and Colab hide it.
                code.metadata |= {"jupyter": {"source_hidden": True}, "cellView": "form"}
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


def stub(answer: str) -> str:
    """Return an answer with nothing in its functions: what is asked for, and the check.

    What the answer prints beyond the verdict, and functions that only help it, are left out. The
    result is empty where nothing is checked: then the answer itself is to be run.
    """
    kept, asked = [], []
    for item in ast.parse(answer).body:
        found = re.search(r"^print\((check_\w+)\((.*)\)\)$", ast.unparse(item))
        if found:
            kept.append(found[0])
            asked += re.findall(r"\w+", found[2])
    lines = []
    for item in ast.parse(answer).body:
        if isinstance(item, ast.FunctionDef | ast.ClassDef) and item.name in asked:
            methods = [item] if isinstance(item, ast.FunctionDef) else item.body
            for method in methods:
                if isinstance(method, ast.FunctionDef):
                    method.body = [ast.Expr(ast.Constant(...))]
            lines.append(ast.unparse(item).replace("...", "...  # Your code"))
    return "\n\n\n".join([*lines, "\n".join(kept)]) if lines else ""


def _folded(title: str, markdown: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{markdown}\n\n</details>"


def _portable(output: dict[str, Any], number: int, page: str) -> dict[str, Any]:
    data = dict(output.get("data", {}))
    count = {"execution_count": number} if output["output_type"] == "execute_result" else {}
    file = data.pop(JSON, None)
    if isinstance(file, dict):  # A model inside would make a notebook several times as large.
        data["text/html"] = f'<a href="{urljoin(page, quote(file["name"]))}">{file["name"]}</a>'
    if PNG in data:  # JupyterLab shows no SVG of a notebook from elsewhere until it is trusted.
        data.pop(SVG, None)
    return output | count | ({"data": data} if data else {})
