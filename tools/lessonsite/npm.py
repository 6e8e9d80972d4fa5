"""What browsers get from npm: fetched once, by version and checksum, into `.cache/npm`."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = Path(__file__).parents[1] / "npm"
"""package.json and a lock file, which name what is fetched by version and integrity."""


def program(name: str) -> str | None:
    """Return where `node` or `npm` is: the machine's own, or what `[docs]` installs."""
    folders = [os.environ.get("PATH", ""), str(Path(sys.executable).parent)]
    return shutil.which(name, path=os.pathsep.join(folders))


def fetch(root: Path) -> tuple[Path | None, str]:
    """Return the folder of the packages, after fetching them if they are missing; or why not."""
    wanted = [PACKAGES / name for name in (".npmrc", "package.json", "package-lock.json")]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in wanted)).hexdigest()[:16]
    folder = root / ".cache/npm" / digest
    if (folder / "complete").exists():
        return folder / "node_modules", ""
    npm = program("npm")
    if npm is None:
        return None, 'there is no npm; pip install -e ".[docs]" brings one'
    command = [npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
    patience = ["--fetch-retries=1", "--fetch-timeout=20000"]
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for path in wanted:
            shutil.copy(path, folder)
        subprocess.run(
            [*command, *patience], cwd=folder, check=True, capture_output=True, timeout=120
        )
        (folder / "complete").touch()
    except subprocess.CalledProcessError as error:
        return None, f"npm failed: {error.stderr.decode().strip().splitlines()[-1:]}"
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, str(error)
    return folder / "node_modules", ""
