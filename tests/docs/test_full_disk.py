"""A disk that has no room for a site, or lets nobody write there."""

import errno
import re

import disk
import pytest
from full_disk import quota, small_disk
from mkdocs.exceptions import PluginError

from .conftest import BuildSite, MakeSite

PAGES = {
    "index.md": "# Home\n",
    "lessons/a.py": "# %% [markdown]\n# # First\n\n# %%\nprint(3**3)\n",
}


def assert_says_what_to_do(done, what):
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert re.search(f"The site is not complete: .*What to do: {what}, and build", done.stderr)


def test_a_build_that_finds_no_room_says_so_and_the_next_one_is_whole(
    make_site: MakeSite, build_site: BuildSite
):
    root = make_site(PAGES)
    with quota(50_000):
        assert_says_what_to_do(build_site(root), "allow larger files.*")
    done = build_site(root)
    assert done.returncode == 0, done.stderr
    assert "27" in (root / "site/lessons/a/index.html").read_text()


def test_a_full_disk(make_site: MakeSite, build_site: BuildSite):
    root = make_site(PAGES)
    with small_disk(root / "site", "100k"):
        assert_says_what_to_do(build_site(root), "make room on the disk")
    assert build_site(root).returncode == 0


@pytest.mark.parametrize("number", disk.REMEDIES)
def test_each_remedy_follows_the_reason(number):
    with pytest.raises(
        PluginError, match=f"page.html.*What to do: {re.escape(disk.REMEDIES[number])}"
    ):
        disk.on_build_error(OSError(number, "reason", "page.html"))


@pytest.mark.parametrize(
    "error", [OSError("other"), ConnectionError(errno.ENOENT, ""), ValueError()]
)
def test_other_errors_are_left_as_they_are(error):
    disk.on_build_error(error)
