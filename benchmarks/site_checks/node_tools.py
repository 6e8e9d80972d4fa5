"""Install what comes from npm, once, into a folder that git ignores."""

import shutil
import subprocess
from pathlib import Path

_PACKAGES = Path(__file__).with_name("package.json")
_FOLDER = Path(__file__).parents[2] / ".cache" / "node"

# Where in the packages the tools are.
AXE = Path("axe-core/axe.min.js")
LIGHTHOUSE = Path("lighthouse/cli/index.js")
VALIDATOR = Path("vnu-jar/build/dist/vnu.jar")


def installed() -> Path | None:
    """Return the folder of the packages, or None if they are not there in these versions."""
    noted = _FOLDER / "package.json"
    same = noted.is_file() and noted.read_bytes() == _PACKAGES.read_bytes()
    return _FOLDER / "node_modules" if same else None


def install() -> Path | None:
    """Return the folder of the packages, or None without npm.

    Raises:
        subprocess.CalledProcessError: If npm cannot install them.
    """
    if not (shutil.which("npm") and shutil.which("node")):
        return None
    if installed() is None:
        shutil.rmtree(_FOLDER, ignore_errors=True)
        scratch = _FOLDER / "scratch"
        scratch.mkdir(parents=True)
        shutil.copy(_PACKAGES, scratch)
        # No list of where each package came from, and nothing run that a package brings.
        options = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(["npm", "install", "--loglevel=error", *options], cwd=scratch, check=True)
        shutil.move(scratch / "node_modules", _FOLDER)
        # Noted last: an installation that was broken off is begun again.
        shutil.move(scratch / "package.json", _FOLDER)
    return installed()
