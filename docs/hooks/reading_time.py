"""How long a lesson takes to read, from its words and its lines of code."""

import re

from execution import code_cells
from nbformat import NotebookNode

# What adults read silently of English nonfiction, over 190 studies: Brysbaert, "How many words do
# we read per minute?", Journal of Memory and Language 109 (2019).
WORDS_A_MINUTE = 238

# Four seconds a line. Reviewers who look for faults take eight and more; here the prose beside
# the code says what it does.
LINES_A_MINUTE = 15

# What is folded away is not counted: whoever tries an exercise takes minutes or an hour, and
# whoever goes past reads nothing of it. `???+` begins open, and is counted.
_HIDDEN = {"check", "answer", "hide-input", "remove-cell"}
_FOLDED = re.compile(r"^\?\?\? .*\n(?:(?: {4}.*| *)(?:\n|\Z))*", re.MULTILINE)

_HEADER = re.compile(r"\A---\n.*?^---$", re.MULTILINE | re.DOTALL)
_FENCED = re.compile(r"^ *(`{3,}|~{3,}).*\n((?s:.*?))^ *\1[`~]* *$", re.MULTILINE)
# Pictures are seen, and of a link only its text is.
_UNREAD = re.compile(r"!\[[^]]*\]\([^)]*\)|(?<=\])(?:\([^)]*\)|\[[^]]*\])|<!--.*?-->|</?\w[^<>]*>")


def minutes(lesson: NotebookNode) -> int:
    """Return how many minutes a lesson takes, at least one; exercises come on top."""
    code = [
        cell.source
        for cell in code_cells(lesson)
        if _HIDDEN.isdisjoint(cell.metadata.get("tags", []))
    ]
    words = 0
    for cell in lesson.cells:
        if cell.cell_type == "markdown":
            text = _FOLDED.sub("", _HEADER.sub("", cell.source + "\n"))
            code += [block[2] for block in _FENCED.finditer(text)]
            words += _words(_FENCED.sub("", text))
    lines = sum(bool(line.strip()) for part in code for line in part.splitlines())
    return max(1, round(words / WORDS_A_MINUTE + lines / LINES_A_MINUTE))


def _words(markdown: str) -> int:
    """Count words, numbers and parts of formulas; not marks that stand alone, as `-` or `##`."""
    return sum(any(map(str.isalnum, word)) for word in _UNREAD.sub("", markdown).split())
