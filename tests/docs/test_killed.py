"""A build that is killed: the next one makes the site as if nothing had happened."""

import os
import subprocess
import sys
from pathlib import Path

from .conftest import ROOT, MakeSite

PAGES = {
    "index.py": "# %% [markdown]\n# # Home\n#\n# To [one](lessons/01_one.py).\n",
    "lessons/01_one.py": "# %% [markdown]\n# # One\n\n# %%\nprint(6 * 7)\n",
}
PROGRAM = """
import shutil
from pathlib import Path
import jupytext, killing, nbclient, mkdocs_jupyter.plugin  # Once, not in every fork.
from mkdocs.__main__ import cli

def build():
    cli(["build", "--strict", "--quiet"], standalone_mode=False)

def site():
    paths = [path for path in Path("site").rglob("*") if path.is_file()]
    # These name the day of the build.
    return {path: path.read_bytes() for path in paths if not path.name.startswith("sitemap")}

changes = killing.finished(killing.fork(build))
whole = site()
assert b"42" in whole[Path("site/lessons/01_one/index.html")]
for at in killing.spread(changes, POINTS):
    shutil.rmtree("site")
    shutil.rmtree(".cache")
    assert killing.killed(killing.fork(build, at=at)), f"not killed: {at} of {changes}"
    killing.finished(killing.fork(build))
    assert site() == whole, f"killed: {at} of {changes}"
    assert list(Path("site").rglob(".unfinished*")) == []
    print("killed:", at, "of", changes, flush=True)
"""
POINTS = 4
CACHE = """
import cache, killing
from pathlib import Path
from execution import Ran

killing.kill_whoever_replaces(
    write=lambda ran: cache.store(Path(), "k", ran),
    read=lambda: cache.load(Path(), "k"),
    old=Ran([], [1.0] * 20_000),
    new=Ran([], [2.0] * 20_000),
    sizes=(1, 10_000, 50_000),
)
"""


def run(program: str, folder: Path) -> list[str]:
    """Run a program in a folder, which must succeed, and return the points where it killed."""
    folders = ROOT / "tests/faults", ROOT / "docs/hooks", folder
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, folders)),
        "NO_MKDOCS_2_WARNING": "1",
    }
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-5000:]
    return [line for line in done.stdout.splitlines() if line.startswith("killed:")]


def test_a_build_that_is_killed_is_made_again(make_site: MakeSite):
    assert len(run(PROGRAM.replace("POINTS", str(POINTS)), make_site(PAGES))) == POINTS


def test_what_is_remembered_is_never_half_of_it(tmp_path: Path):
    assert len(run(CACHE, tmp_path)) >= 5
