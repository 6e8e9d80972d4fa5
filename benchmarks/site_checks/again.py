"""Build the site twice and compare every byte."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from site_checks import tree
from site_checks.bounds import Figure, counted

ROOT = Path(__file__).parents[2]


def again() -> Figure:
    """Return how many files two builds do not have in common. Lessons come from the cache."""
    with TemporaryDirectory() as scratch:
        sites = [Path(scratch) / name for name in ("one", "other")]
        for seed, site in enumerate(sites):
            # Sets of text are in another order in every process, unless told otherwise.
            environment = os.environ | {"PYTHONHASHSEED": str(seed)}
            command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
            command += ["--site-dir", str(site)]
            subprocess.run(command, cwd=ROOT, env=environment, check=True)
        return counted("Files that differ between two builds", {"": tree.differences(*sites)})
