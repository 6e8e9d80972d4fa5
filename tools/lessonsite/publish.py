"""Stage 4, publish: what stands around a lesson, and the files beside it. MkDocs is in hook.py."""

import os
import posixpath
import re
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urljoin

from lessonsite.digits import Digits, DigitsError
from lessonsite.lesson import Lesson
from lessonsite.render import NOTICE, PROVENANCE, without_marks
from lessonsite.run import JSON, LessonError, Run
from lessonsite.text import with_outputs
from lessonsite.times import minutes

# Colab opens notebooks from branches; continuous integration writes this one.
COLAB = "https://colab.research.google.com/github/jaxdigits/jaxdigits/blob/notebooks/"

PATH = "course"
"""The mark of the place where the front page shows all stops."""

HASHES = "hashes-of-inline-scripts"
"""What docs/theme/main.html writes where a page's policy lists scripts that may run."""

# A script that runs and is no file. JSON does not run.
_INLINE = re.compile(r"<script(?![^>]* (?:src|type)=)[^>]*>(.*?)</script>", re.DOTALL)

_BUILT_WITHOUT_MNIST = """<div class="admonition warning" data-search-exclude>
<p class="admonition-title">Built without MNIST</p>
<p>MNIST could not be had when this site was built, so the lessons ran on the embedded set of 1,797
handwritten digits instead: every figure differs from what MNIST gives. To build the site on MNIST,
connect to the network, or set <code>JAXDIGITS_MNIST_DIR</code> to a folder that holds its four
original files.</p>
</div>"""

_LLMS = (
    "Each link leads to a page as plain Markdown: text, code, what the code printed when the site "
    "was built, and links to its figures."
)


class Stop(NamedTuple):
    """A page, as other pages lead to it."""

    uri: str
    url: str
    title: str
    question: str
    """What the page asks first, in bold; empty if it asks nothing."""
    line: str
    """A line about the page, in Markdown."""
    section: str
    exercises: tuple[str, ...]
    """The keys of the exercises that run in the page."""

    @property
    def plain(self) -> str:
        """The line about the page, without marks."""
        return re.sub(r"[`*]", "", self.line)

    @property
    def card(self) -> str:
        """Where the picture lies that other sites show beside a link to the page."""
        return f"assets/social/{posixpath.splitext(self.uri)[0]}.png"

    @property
    def number(self) -> int:
        """The number of the lesson, 0 for other pages."""
        found = re.match(r"lessons/(\d+)_", self.uri)
        return int(found[1]) if found else 0


def question(text: str) -> str:
    """Return what a page asks first, without marks; empty if it asks nothing."""
    found = re.search(r"^\*\*((?:[^*]|\n)+\?)\*\*", text, re.MULTILINE)
    return " ".join(found[1].split()).replace("`", "") if found else ""


def describe(text: str) -> str:
    """Return a line about a page: its question in bold, or its first sentence."""
    prose = (part for part in text.split("\n\n") if part[:1].isalpha() or part.startswith("**"))
    first = re.sub(r"\[([^][]*)\][([][^])]*[])]", r"\1", " ".join(next(prose, "").split()))
    found = re.match(r"\*\*(.+?)\*\*", first) or re.match(r"(.+?[.?!])(?= |$)", first)
    return found[1] if found else first


def tile(number: int) -> str:
    """Return a lesson's picture of 28 x 28 pixels, one of a row; its page says what it shows."""
    return f'<span class="tile" style="--n:{number}"></span>' if number else ""


def course_html(stops: Iterable[Stop], address: Callable[[Stop], str]) -> str:
    """Return all lessons as a list of links, section by section."""
    parts: list[str] = []
    lessons = [each for each in stops if each.number]
    for section, members in groupby(lessons, lambda each: each.section):
        items = "".join(
            f'<li><a class="stop" href="{escape(address(each))}" '
            f'data-exercises="{escape("|".join(each.exercises))}">{tile(each.number)}'
            f"<span><b>{escape(each.title)}</b> <small>{escape(each.question)}</small> "
            f'<span class="done"></span></span></a></li>'
            for each in members
        )
        parts.append(f"<h3>{escape(section)}</h3><ol>{items}</ol>")
    return f'<div class="course" data-search-exclude>{"".join(parts)}</div>'


def text_uri(uri: str) -> str:
    """Return where the text of a page lies in the site."""
    return posixpath.splitext(uri)[0] + ".md"


def is_lesson(uri: str) -> bool:
    """Return whether a page is a lesson. Other pages may run code, but teach nothing by it."""
    return uri.startswith("lessons/") and uri.endswith(".py")


def below_title(lesson: Lesson, uri: str, relative: Callable[[str], str]) -> str:
    """Return the line below a lesson's title: how long it takes to read, and its downloads.

    `relative` is from a place in the site to the address that leads there from the page.
    """
    stem = uri.removesuffix(".py")
    links = [
        (relative(f"{stem}.ipynb"), " download", "Download notebook"),
        (f"{COLAB}{quote(stem)}.ipynb", "", "Open in Colab"),
        (relative(uri), " download", "Python file"),
        (relative(text_uri(uri)), "", "Markdown"),
    ]
    shown = "".join(f'<a href="{escape(to)}"{how}>{text}</a>' for to, how, text in links)
    number = re.match(r"lessons/(\d+)_", uri)
    return (
        '<p class="downloads" data-search-exclude>'
        f"{tile(int(number[1])) if number else ''}"
        f"<span>{minutes(lesson)} min read</span>{shown}</p>"
    )


def notice_and_provenance(
    digits: Digits | None, error: LessonError | DigitsError | None, date: str
) -> dict[str, str]:
    """Return what stands at the top and at the foot of a lesson's page."""
    notice = _BUILT_WITHOUT_MNIST if digits and digits.name == "uci" else ""
    if error:
        notice = (
            '<div class="admonition failure"><p class="admonition-title">This lesson did not run'
            f"</p><pre><code>{escape(str(error), quote=False)}</code></pre></div>"
        )
    line = digits.sentence(date) if digits else ""
    foot = f'<p class="provenance" data-search-exclude>{line}</p>' if line else ""
    return {NOTICE: notice, PROVENANCE: foot}


def text_files(text: str, uri: str, lesson: Lesson, run: Run | None, foot: str) -> dict[str, bytes]:
    """Return the text of a page, with outputs if there are any, and its figures, by place."""
    stem = posixpath.splitext(uri)[0]
    figures: dict[str, bytes] = {}
    if run:
        text, figures = with_outputs(text, lesson, run, posixpath.basename(stem))
        text = f"{text.strip()}\n\n*{foot}*"
    files = {f"{stem}/{name}": content for name, content in figures.items()}
    return {text_uri(uri): f"{without_marks(text).strip()}\n".encode(), **files}


def offered_files(run: Run) -> dict[str, bytes]:
    """Return the files that a lesson's code offers to readers, by name."""
    data = (o["data"][JSON] for cell in run for o in cell.outputs if JSON in o.get("data", {}))
    files = [file for file in data if isinstance(file, dict)]
    return {file["name"]: b64decode(file["base64"]) for file in files}


def llms_txt(name: str, about: str, site: str, stops: Iterable[Stop]) -> str:
    """Return the list of all texts (https://llmstxt.org): by section, title, address and line."""
    parts = [f"# {name}", f"> {about}", _LLMS]
    for section, pages in groupby(stops, lambda stop: stop.section):
        parts += [f"## {section}"] if section else []
        links = [(page, urljoin(site, quote(text_uri(page.uri)))) for page in pages]
        lines = [f"- [{page.title}]({to}): {page.line}".removesuffix(": ") for page, to in links]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def script_hashes(pages: Iterable[str]) -> str:
    """Return what a policy needs to let pages run the scripts that are written in them."""
    scripts = {script for page in pages for script in _INLINE.findall(page)}
    hashes = (b64encode(sha256(script.encode()).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{found}'" for found in sorted(hashes))


def source_date(root: Path) -> str:
    """Return the day of the source, as `2026-05-31`, or "" if it is unknown.

    That is `SOURCE_DATE_EPOCH` if it is set (https://reproducible-builds.org), else the last
    commit's, which is set as such for MkDocs. The clock's would differ from build to build.
    """
    command = ["git", "log", "-1", "--format=%ct"]
    if "SOURCE_DATE_EPOCH" not in os.environ:
        with suppress(OSError, subprocess.CalledProcessError):  # No git, or no repository.
            seconds = subprocess.check_output(command, cwd=root, stderr=subprocess.DEVNULL)
            os.environ["SOURCE_DATE_EPOCH"] = seconds.decode().strip()
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d}" if seconds else ""
