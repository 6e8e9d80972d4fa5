"""An exercise's answer proves itself: it prints the verdict of the check, which is `right`."""

import re
from collections.abc import Sequence
from typing import Any

from lessonsite.lesson import Cell


def checks_defined(cell: Cell) -> list[str]:
    """Return the names of the checks that a cell defines, such as `check_ink_share`."""
    if "check" not in cell.tags:
        return []
    return re.findall(r"^def (check_\w+)\(", cell.source, re.MULTILINE)


def checks_printed(cell: Cell) -> set[str]:
    """Return the names of the checks whose verdict a cell prints."""
    return set(re.findall(r"^ *print\(\s*(check_\w+)\(", cell.source, re.MULTILINE))


def verdict_problem(cell: Cell, outputs: Sequence[dict[str, Any]]) -> str | None:
    """Return what is wrong with an answer, or None if it passes each check that it calls.

    Args:
        cell: Any code cell.
        outputs: What it left when it ran.
    """
    if "answer" not in cell.tags:
        return None
    asked = set(re.findall(r"\b(?<!def )check_\w+(?=\()", cell.source))
    said = "".join(o["text"] for o in outputs if o.get("name") == "stdout").splitlines()
    for line in said:
        if line.startswith("Not yet"):
            return f"the answer fails its own check, which says: {line}"
    if sum(bool(re.match(r"right\b", line)) for line in said) < len(asked):
        return f"{', '.join(sorted(asked))} should print `right` here; mend the answer or the check"
    return None
