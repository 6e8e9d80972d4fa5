"""When the source of a site was written, which is the same however often it is built."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path


def source_date(root: Path) -> str:
    """Return the day of the source in the folder `root`, as `2026-05-31`, or "" if unknown.

    That is `SOURCE_DATE_EPOCH` if it is set (https://reproducible-builds.org), else the last
    commit's. The clock's would differ from build to build, and what comes from a cache did not
    run today.
    """
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not seconds:
        command = ["git", "log", "-1", "--format=%ct"]
        try:
            run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return ""  # No git, or no repository: a copy of the source alone.
        seconds = run.stdout.strip()
    return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d}" if seconds else ""
