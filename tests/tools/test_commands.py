"""The commands as authors call them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository of one lesson."""
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=skip)
    (tmp_path / "mkdocs.yml").write_text("nav:\n  - lessons/01_one.py\n")
    (tmp_path / "docs/lessons").mkdir(parents=True)
    (tmp_path / "docs/lessons/01_one.py").write_text("1\n")
    return tmp_path


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "tools/lessonsite", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True)


def test_command_new_writes_a_lesson_and_says_what_is_next(root: Path):
    done = run(root, "new", "Momentum")
    assert done.returncode == 0 and "docs/lessons/02_momentum.py" in done.stdout
    assert (root / "docs/lessons/02_momentum.py").is_file()
    assert not list(
        (root / "docs").rglob("__pycache__")
    )  # "mkdocs serve" would take them for edits.


def test_command_new_with_a_taken_name_fails(root: Path):
    done = run(root, "new", "One")
    assert done.returncode == 1 and "01_one.py has this name already" in done.stderr


@pytest.mark.parametrize("command", ["check", "time"])
@pytest.mark.parametrize("file", ["docs/lessons/none.py", "mkdocs.yml"])
def test_command_for_a_file_that_is_not_a_lesson_fails(root: Path, command: str, file: str):
    done = run(root, command, file)
    assert done.returncode == 2 and file in done.stderr
