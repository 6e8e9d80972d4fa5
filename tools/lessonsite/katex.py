"""Formulas are set when the site is built, by KaTeX: no page needs a script for them."""

import json
import re
import subprocess
from collections.abc import Sequence
from html import unescape
from pathlib import Path

from lessonsite.npm import program

# What Arithmatex finds in a page: `<span class="arithmatex">\(x^2\)</span>`, or a `div` and `\[`.
_FORMULA = re.compile(r'<(?P<tag>span|div) class="arithmatex">(?P<tex>[^<]*)</(?P=tag)>')

# Reads a list of formulas, and writes a list of HTML.
_SCRIPT = """
const { renderToString } = require(process.argv[1]);
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const set = ([tex, displayMode]) => renderToString(tex, { displayMode, throwOnError: false });
console.log(JSON.stringify(formulas.map(set)));
"""


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
