"""How long a lesson takes to read."""

from pathlib import Path

import pytest
from lessonsite.lesson import parse
from lessonsite.reading import LINES_PER_MINUTE, WORDS_PER_MINUTE, minutes

WORDS = "word " * WORDS_PER_MINUTE
LINES = "x = 1\n\n" * LINES_PER_MINUTE


def text(prose: str) -> str:
    return "# %% [markdown]\n" + "".join(f"# {line}\n" for line in prose.splitlines()) + "\n"


def code(lines: str = LINES, *tags: str) -> str:
    return f"# %% tags={list(tags)}\n".replace("'", '"') + lines + "\n"


@pytest.mark.parametrize(
    ("lesson", "expected"),
    [
        (text("Hello."), 1),
        (text(f"{WORDS}\n\n" * 3), 3),
        (code(LINES * 4), 4),
        (text(f"{WORDS}\n\n" * 2) + code(LINES), 3),
        (text(f"{WORDS}\n\n" + "```python\n" + "x\n" * LINES_PER_MINUTE * 2 + "```"), 3),
        (text(WORDS) + text("word " * (WORDS_PER_MINUTE // 2 - 9)), 1),
        (text(WORDS) + text("word " * (WORDS_PER_MINUTE // 2 + 9)), 2),
    ],
)
def test_minutes_adds_words_and_lines_of_code(lesson: str, expected: int):
    assert minutes(parse(Path("01_one.py"), lesson)) == expected


@pytest.mark.parametrize(
    "unread",
    [
        text("---\ndescription: " + WORDS * 5 + "\n---\n\nText."),
        text(f'??? tip "Folded"\n    {WORDS * 5}\n\n    {WORDS * 5}\n\nText.'),
        text("- [a](" + "b/" * 5000 + ") <div data-a='" + WORDS * 5 + "'>c</div>"),
        text(f"![{WORDS * 5}](a.svg)"),
        text("## - | " * 5000),
        *(code(LINES * 5, tag) for tag in ("answer", "check", "hide-input", "remove-cell")),
    ],
)
def test_minutes_leaves_out_what_is_folded_or_hidden(unread: str):
    lesson = text(f"{WORDS}\n\n" * 2)
    assert minutes(parse(Path("01_one.py"), lesson + unread)) == 2


def test_minutes_counts_blocks_that_begin_open():
    lesson = text(f'???+ tip "Open"\n    {WORDS}\n\n    {WORDS}\n\n!!! note\n    {WORDS}')
    assert minutes(parse(Path("01_one.py"), lesson)) == 3
