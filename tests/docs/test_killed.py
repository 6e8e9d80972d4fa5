"""A build that is killed: the next one makes the site as if nothing had happened."""

import os
import subprocess
import sys

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


def test_a_build_that_is_killed_is_made_again(make_site: MakeSite):
    root = make_site(PAGES)
    folders = ROOT / "tests/faults", root
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, folders)),
        "NO_MKDOCS_2_WARNING": "1",
    }
    program = PROGRAM.replace("POINTS", str(POINTS))
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-5000:]
    assert sum(line.startswith("killed:") for line in done.stdout.splitlines()) == POINTS
