"""How long a lesson takes to read; and the table of times, a line for each lesson that ran."""

from pathlib import Path

import pytest
from lessonsite.lesson import parse, read
from lessonsite.run import CellRun, LessonError
from lessonsite.store import Entry
from lessonsite.times import LINES_PER_MINUTE, WORDS_PER_MINUTE, minutes, print_times

WORDS = "word " * WORDS_PER_MINUTE
LINES = "x = 1\n\n" * LINES_PER_MINUTE


def test_print_times_shows_each_lesson_and_reports_failures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    paths = [tmp_path / "01_one.py", tmp_path / "02_two.py", tmp_path / "03_three.py"]
    for path in paths:
        path.write_text("# %% [markdown]\n# # 1. One\n\n# %%\nprint(1)\n")
    page = tmp_path / "site/lessons/01_one/index.html"
    page.parent.mkdir(parents=True)
    page.write_bytes(bytes(range(256)) * 20)
    run = CellRun([], 0.25, 0.125, 3), CellRun([], 5.0, 2.0, 40)
    failed = LessonError(read(paths[1]), None, "the kernel died")
    runs = {
        paths[0]: Entry({}, ["first = 1", "second = 2\nlong()"], run),
        paths[1]: failed,
        paths[2]: Entry({}, [], ()),
    }
    assert print_times(tmp_path, runs) == 1
    printed = capsys.readouterr()
    head, one, three, _ = printed.out.splitlines()
    assert head.split()[0] == "lesson"
    assert one.split()[:4] == ["01_one", "5.2", "2.1", "43"]
    assert one.split()[4] != "-" and one.endswith("1  5.0: second = 2")
    assert three.split()[:5] == ["03_three", "0.0", "0.0", "0", "-"]
    assert "the kernel died" in printed.err


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
