"""What comes from npm: fetched once, by version and checksum, into `.cache/npm`.

One of the packages, KaTeX, sets formulas when the site is built: no page needs a script for them.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from html import unescape
from pathlib import Path

PACKAGES = Path(__file__).parents[1] / "npm"
"""package.json and a lock file, which name what is fetched by version and integrity."""

# What Arithmatex finds in a page: `<span class="arithmatex">\(x^2\)</span>`, or a `div` and `\[`.
_FORMULA = re.compile(r'<(?P<tag>span|div) class="arithmatex">(?P<tex>[^<]*)</(?P=tag)>')

# Reads a list of formulas, and writes a list of HTML.
_SCRIPT = """
const { renderToString } = require(process.argv[1]);
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const set = ([tex, displayMode]) => renderToString(tex, { displayMode, throwOnError: false });
console.log(JSON.stringify(formulas.map(set)));
"""


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
    command += ["--fetch-retries=1", "--fetch-timeout=20000"]
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for path in wanted:
            shutil.copy(path, folder)
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
        (folder / "complete").touch()
    except subprocess.CalledProcessError as error:
        return None, f"npm failed: {error.stderr.decode().strip().splitlines()[-1:]}"
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, str(error)
    return folder / "node_modules", ""


class Formulas:
    """Sets formulas, and remembers what they look like; without KaTeX, leaves them as TeX."""

    def __init__(self, katex: Path | None) -> None:
        self.node, self.katex = program("node"), katex
        self._known: dict[str, str] = {}

    def set_in(self, pages: Sequence[str]) -> list[str]:
        """Return pages of HTML, or parts of them, with all formulas set."""
        if not self.node or not self.katex:
            return list(pages)
        found = {match[0]: match for page in pages for match in _FORMULA.finditer(page)}
        if new := [match for formula, match in found.items() if formula not in self._known]:
            tex = [(unescape(m["tex"]).strip()[2:-2], m["tag"] == "div") for m in new]
            command = [self.node, "-e", _SCRIPT, str(self.katex / "katex.js")]
            answer = subprocess.run(
                command, input=json.dumps(tex), stdout=subprocess.PIPE, encoding="utf-8", check=True
            )
            for match, html in zip(new, json.loads(answer.stdout), strict=True):
                tag = match["tag"]
                self._known[match[0]] = f'<{tag} class="arithmatex">{html}</{tag}>'
        return [_FORMULA.sub(lambda match: self._known[match[0]], page) for page in pages]
