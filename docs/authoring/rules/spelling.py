"""Words are spelled as in American English; pyproject.toml says which other ones are fine."""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from course import Finding


def misspellings(paths: Sequence[Path], root: Path) -> dict[Path, list[Finding]]:
    """Ask codespell, which knows common misspellings and nothing else.

    It takes a while to begin, so all lessons are read by one process.
    """
    if not paths:
        return {}
    command = [sys.executable, "-m", "codespell_lib", *map(str, paths)]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True)
    found: dict[Path, list[Finding]] = {}
    for path, line, wrong, right in re.findall(
        r"^(.+?):(\d+): (\S+) ==> (.+)$", run.stdout, re.MULTILINE
    ):
        text = f'"{wrong}" is misspelled; did you mean {right}?'
        found.setdefault(Path(path), []).append(Finding(int(line), text))
    if run.returncode and not found:
        text = f"spelling was not checked, for codespell said: {run.stderr.strip()}"
        found[paths[0]] = [Finding(1, text)]
    return found
