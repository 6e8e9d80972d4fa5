"""The table of times has a line for each lesson that ran."""

from pathlib import Path

import pytest
from lessonsite.lesson import read
from lessonsite.run import CellRun, LessonError
from lessonsite.store import Entry
from lessonsite.times import print_times


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
