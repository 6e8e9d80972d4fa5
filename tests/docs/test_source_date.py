import subprocess
from pathlib import Path

import pytest
from provenance import Provenance
from source_date import source_date


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


def test_it_is_the_last_commits_whatever_the_clock_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in "GIT_AUTHOR", "GIT_COMMITTER":
        monkeypatch.setenv(f"{name}_NAME", "A")
        monkeypatch.setenv(f"{name}_EMAIL", "a@example.org")
        # In UTC already the next day.
        monkeypatch.setenv(f"{name}_DATE", "2020-02-03T23:30:00-0200")
    for command in ["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "m"]:
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    assert source_date(tmp_path) == "2020-02-04"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert source_date(tmp_path) == "1970-01-01"


def test_without_a_repository_or_without_git_it_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert source_date(tmp_path) == ""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert source_date(tmp_path) == ""


def test_the_foot_of_a_page_says_it_if_it_is_known():
    assert Provenance("mnist", "", "cpu", "2020-02-04").sentence.endswith(
        ", from the source of 2020-02-04."
    )
    assert "source" not in Provenance("mnist", "", "cpu").sentence
