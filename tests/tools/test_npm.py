"""Packages that come from npm; a script stands in for it."""

import os
from pathlib import Path

import pytest
from lessonsite.npm import fetch, program
from sites import write_npm


@pytest.fixture
def bin_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_npm(tmp_path / "bin")
    path = os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]])
    monkeypatch.setenv("PATH", path)
    return tmp_path / "bin"


def test_fetch_installs_once(bin_: Path, tmp_path: Path):
    for _ in range(2):
        folder, problem = fetch(tmp_path)
        assert folder is not None and problem == ""
        assert (folder / "katex/dist/katex.min.css").exists()
        assert (folder.parent / "package-lock.json").exists()
    assert (bin_ / "npm-calls").read_text() == "called\n"


def test_fetch_that_failed_says_why_and_is_tried_again(
    bin_: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as broken:
        broken.setenv("NPM_FAILS", "no network")
        folder, problem = fetch(tmp_path)
        assert folder is None and "no network" in problem
    assert fetch(tmp_path)[1] == ""


def test_fetch_without_npm_says_what_brings_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lessonsite.npm.program", lambda name: None)
    folder, problem = fetch(tmp_path)
    assert folder is None and 'pip install -e ".[docs]"' in problem


def test_program_beside_python_is_found(
    bin_: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert program("npm") == str(bin_ / "npm")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(bin_ / "python"))
    assert program("npm") == str(bin_ / "npm")
    assert program("node") is None
