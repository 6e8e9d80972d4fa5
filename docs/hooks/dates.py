"""Date the site by its commit: whenever this is built, the same bytes come out."""

import os
import shutil
import subprocess
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

# What MkDocs reads in place of the clock, as other programs do: https://reproducible-builds.org
_VARIABLE = "SOURCE_DATE_EPOCH"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Set the date of the sitemap, unless somebody else did."""
    if _VARIABLE not in os.environ and (moment := committed(Path(config.config_file_path).parent)):
        os.environ[_VARIABLE] = moment
    return config


def committed(folder: Path) -> str:
    """Return when a folder was last committed, in seconds since 1970; nothing outside of git."""
    if not shutil.which("git"):
        return ""
    command = ["git", "-C", str(folder), "log", "-1", "--format=%ct"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()
