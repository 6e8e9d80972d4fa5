"""Formulas are set when the site is built, by KaTeX: no page needs a script for them."""

import atexit
import json
import subprocess
from functools import cache
from html import escape
from pathlib import Path
from threading import Lock
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from lessonsite.npm import program

# Reads one formula a line, and answers with one line of HTML.
_SCRIPT = """
const katex = require(process.argv[1]);
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [tex, displayMode] = JSON.parse(line);
  console.log(JSON.stringify(katex.renderToString(tex, { displayMode, throwOnError: false })));
});
"""


class Formulas:
    """Sets formulas; where there is no KaTeX, leaves them as TeX."""

    def __init__(self, packages: Path | None) -> None:
        """Find KaTeX in npm's folder of packages."""
        self.html = cache(self._html)
        self._node: subprocess.Popen[str] | None = None
        self._lock = Lock()
        node = program("node")
        self._command = [node or "", "-e", _SCRIPT, f"{packages}/katex/dist/katex.js"]
        self.can_set = bool(node and packages)

    def _html(self, tex: str, display: bool = False) -> str:
        """Return a formula as HTML; `display` sets it on a line of its own."""
        tag = "div" if display else "span"
        if not self.can_set:
            shown = escape(rf"\[{tex}\]" if display else rf"\({tex}\)")
            return f'<{tag} class="arithmatex">{shown}</{tag}>'
        with self._lock:
            if self._node is None:
                self._node = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    encoding="utf-8",
                )
                atexit.register(self._node.kill)
            assert self._node.stdin and self._node.stdout
            self._node.stdin.write(json.dumps([tex, display]) + "\n")
            self._node.stdin.flush()
            return f'<{tag} class="arithmatex">{json.loads(self._node.stdout.readline())}</{tag}>'


class FormulaExtension(Extension):
    """Sets what Arithmatex found in a page."""

    def __init__(self, formulas: Formulas) -> None:
        super().__init__()
        self.formulas = formulas

    def extendMarkdown(self, md: Markdown) -> None:
        """Come after the table of contents, which shows TeX, and all that finds formulas."""
        md.treeprocessors.register(_Setter(md, self.formulas), "formulas", 1)


class _Setter(Treeprocessor):
    def __init__(self, md: Markdown, formulas: Formulas) -> None:
        super().__init__(md)
        self.formulas = formulas

    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            for index, child in enumerate(parent):
                if child.get("class") == "arithmatex" and child.text:
                    tex, display = child.text.strip()[2:-2], child.tag == "div"
                    set_ = self.md.htmlStash.store(self.formulas.html(tex, display))
                    # A paragraph that is nothing but a stashed block is replaced by the block.
                    place = Element("p" if display else "span")
                    place.text, place.tail = set_, child.tail
                    parent[index] = place
