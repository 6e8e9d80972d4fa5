"""A lesson's notebook with the outputs of its code, to be read anywhere without running it."""

from copy import deepcopy

from attachments import detach
from execution import DATA, code_cells
from figures import standalone, svg_element
from nbformat import NotebookNode
from rendering import without_repeated_figure


def with_outputs(clean: NotebookNode, lesson: NotebookNode, page: str) -> NotebookNode:
    """Return a lesson's clean notebook with what its code left.

    Args:
        clean: As `downloads.to_notebook` makes it: its first code cell is not the lesson's.
        lesson: The executed lesson.
        page: The address of the lesson's page, beside which lie the files that it offers.
    """
    notebook = deepcopy(clean)
    pairs = zip(code_cells(notebook)[1:], code_cells(lesson), strict=True)
    for number, (cell, executed) in enumerate(pairs, start=1):
        cell.execution_count = number
        shown = without_repeated_figure(executed.outputs)
        cell.outputs = [
            _portable(output, number, f"cell{number}-{i}-", page) for i, output in enumerate(shown)
        ]
    return notebook


def _portable(output: NotebookNode, number: int, prefix: str, page: str) -> NotebookNode:
    output = deepcopy(output)
    if "execution_count" in output:
        output.execution_count = number
    data = output.get("data", {})
    if html := data.get("text/html"):
        # Models inside would make a notebook several times as large.
        data["text/html"], _ = detach(html, page)
    if svg := data.get("image/svg+xml"):
        data.pop(DATA, None)
        # JupyterLab shows no SVG of a notebook from elsewhere until it is told to trust it.
        if "image/png" in data:
            del data["image/svg+xml"]
        else:
            data["image/svg+xml"] = standalone(svg_element(svg, "", prefix))
    return output
