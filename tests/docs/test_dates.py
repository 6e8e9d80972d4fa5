"""The site's date is that of its commit."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import BuildSite, MakeSite

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


def commit(root: Path, date: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    dated = os.environ | {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    for words in (["init", "--quiet"], ["add", "mkdocs.yml"], [*identity, "commit", "-qm", "A"]):
        subprocess.run(["git", *words], cwd=root, env=dated, check=True)


def test_a_build_is_dated_by_its_commit(
    make_site: MakeSite, build_site: BuildSite, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    root = make_site({"index.md": "# Home\n"})
    commit(root, "2001-02-03T04:05:06+00:00")
    assert build_site(root).returncode == 0
    assert "<lastmod>2001-02-03</lastmod>" in (root / "site/sitemap.xml").read_text()
    packed = (root / "site/sitemap.xml.gz").read_bytes()
    assert int.from_bytes(packed[4:8], "little") == 981158400  # midnight
    # Who sets a date, gets it.
    assert build_site(root, SOURCE_DATE_EPOCH="0").returncode == 0
    assert "<lastmod>1970-01-01</lastmod>" in (root / "site/sitemap.xml").read_text()
