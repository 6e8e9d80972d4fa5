"""What a site was built and judged by."""

import json
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from report import when_and_where

from site_checks.browser import BROWSERS

_PACKAGES = Path(__file__).with_name("package.json")


def facts() -> dict[str, Any]:
    """Return date, commit, machine, and versions."""
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    return {
        **when_and_where("docs", "jaxdigits", "mkdocs.yml", "benchmarks/site_checks"),
        **{name: version(name) for name in ("mkdocs", "mkdocs-material", "mkdocs-jupyter")},
        **json.loads(_PACKAGES.read_text(encoding="utf-8"))["dependencies"],
        "chromium": chromium
        and subprocess.check_output([chromium, "--version"], text=True).strip(),
    }
