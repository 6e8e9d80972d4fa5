"""What authors should mend, by line: in the text and code of a lesson, and in its outputs.

A rule is a function from a lesson to findings: lines, and what is wrong there.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from lessonsite import prose
from lessonsite.lesson import TAGS, Cell, Lesson, read, tokens
from lessonsite.new import TEMPLATE
from lessonsite.prose import CODE, COMMENT, HEADER, SOURCES, UNREAD, blank
from lessonsite.run import LessonError, Run, is_picture
from lessonsite.store import Entry
from lessonsite.times import minutes

Finding = tuple[int, str]


def opening(lesson: Lesson) -> Iterator[Finding]:
    """A lesson begins with its title and its question."""
    number = int(lesson.path.name.partition("_")[0])
    first = lesson.cells[0].source if lesson.cells else ""
    begin = rf"\s*# {number}\. \S.*\n\s*\n\*\*[^*]*\?\*\*"
    if not re.match(begin, blank(first, HEADER, COMMENT)):
        question = "below it ask in bold what the lesson answers: `**Why ...?**`"
        yield 1, f"begin with the title, `# {number}. Title`, and an empty line; {question}"


def leftovers(lesson: Lesson) -> Iterator[Finding]:
    """No paragraph is the template's; a shorter text, such as a heading, may stay."""
    template = {part for cell in read(TEMPLATE).text for part in cell.source.split("\n\n")}
    for cell in lesson.text:
        for part in template.intersection(cell.source.split("\n\n")):
            if len(part) > 60:
                line = cell.line_at(cell.source.index(part))
                yield line, "this paragraph is still the template's; write your own"


MOST_LINES = 15


def cells(lesson: Lesson) -> Iterator[Finding]:
    """Tags are known, and cells short; but readers open no check or helper to be taught by it."""
    for cell in lesson.code:
        for tag in sorted(cell.tags - TAGS.keys()):
            yield cell.line, f"no tag is called {tag}; there are {', '.join(TAGS)}"
        imports = r" *(import|from [\w.]+ import) "
        lines = [line for line in cell.source.splitlines() if re.search(r"\w", line)]
        count = sum(not re.match(imports, line) for line in lines)
        taught = cell.look.code and cell.look.outputs and not cell.tags & {"check", "helper"}
        if taught and count > MOST_LINES:
            why = f"readers can follow {MOST_LINES} (imports and lone brackets do not count)"
            yield cell.line, f"divide the cell: it has {count} lines of code, and {why}"


# A percentage, so many out of others, or a decimal number: `97 %`, `87 of the 100`, `0.97`. Most
# other numbers are names.
_FIGURE = re.compile(
    r"(?<![\w.,])(?:(?P<share>\d[\d,]*(?:\.\d+)?)(?:\s?%|\s+percent\b)"
    r"|(?P<count>\d[\d,]*)\s+of\s+(?:the\s+|all\s+)?\d[\d,]*|\d[\d,]*\.\d+)(?![\w.]*\d)"
)
# `Python 3.11, 3.12 or 3.13`, `section 3.1`, `CC BY 4.0`
_VERSION = (
    r"\b(?:(?i:version|python|jax|jaxlib|numpy|optax|flax|matplotlib|pytorch|tensorflow|cuda"
    r"|chapter|section|figure|table|equation)|CC BY)(?:(?:,| or| and| to)?\s+v?\d+(?:\.\d+)+\+?)+"
)
# A paragraph that gives a reason: `<!-- typed: arithmetic -->`
_REASONED = r"(?:^(?!\s*$).+\n)*^.*<!-- typed: \S(?s:.*?)-->.*\n?(?:.*\S.*\n?)*"
# `0.97`, `60_000`, `1e-3`
_NUMBER = re.compile(r"(?<![\w.])(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def numbers(lesson: Lesson) -> Iterator[Finding]:
    """A typed result is asserted by the claim below the text; what code sets may be repeated."""
    visible = [cell.source for cell in lesson.code if cell.look.code and cell.look.outputs]
    set_ = _numbers(visible)
    none = Cell("", 1, 0, frozenset(), "")
    for cell, below in pairwise([none, *lesson.cells, none]):
        is_claim = "claim" in below.tags
        if is_claim and (cell is none or cell.number or "assert " not in below.source):
            yield below.line, "a claim asserts what the text directly above it says"
        if cell.number:
            continue
        values = set_ | (_numbers([below.source]) if is_claim else set())
        text = blank(cell.source, _REASONED, *UNREAD, SOURCES, _VERSION)
        for figure in _FIGURE.finditer(text):
            value = float((figure["share"] or figure["count"] or figure[0]).replace(",", ""))
            same = {value, round(value / 100, 12)} if figure["share"] else {value}
            if values.isdisjoint(same):
                why = "say in the same paragraph why not: <!-- typed: a definition -->"
                how = "assert it in a cell tagged `claim` below"
                what = f"{figure[0]} is typed, not computed; print it, {how}, or {why}"
                yield cell.line_at(figure.start()), what


def _numbers(sources: Sequence[str]) -> set[float]:
    found = _NUMBER.findall(" ".join(token for source in sources for token in tokens(source)))
    return {float(number.replace("_", "")) for number in found}


def exercises(lesson: Lesson) -> Iterator[Finding]:
    """An exercise has its number and name, a check, and an answer that prints the verdict."""
    found = (section for section in _sections(lesson) if "Exercise " in section[1])
    for number, (line, heading, cells) in enumerate(found, 1):
        if not re.fullmatch(rf"### Exercise {number}: \S.*", heading):
            yield line, f"name it `### Exercise {number}: what it is about`"
        code = "\n".join(cell.source for cell in cells if "check" in cell.tags)
        checks = re.findall(r"^def (check_\w+)\(", code, re.MULTILINE)
        answers = [cell for cell in cells if "answer" in cell.tags]
        if not checks:
            yield line, 'add a cell `# %% tags=["check"]` that defines `check_...`'
        elif not answers:
            how = f"ends with `print({checks[0]}(...))`"
            yield line, f'add a cell `# %% tags=["answer"]` that {how}'
        for name in checks if answers else ():
            printed = rf"^ *print\(\s*{name}\("
            if not any(re.search(printed, answer.source, re.MULTILINE) for answer in answers):
                how = f"end this answer with `print({name}(...))`"
                yield answers[0].line, f"the verdict is not printed; {how}"


def _sections(lesson: Lesson) -> list[tuple[int, str, list[Cell]]]:
    """Return each heading with its line, and the code cells up to the next one."""
    found: list[tuple[int, str, list[Cell]]] = []
    for cell in lesson.cells:
        if cell.number and found:
            found[-1][2].append(cell)
        text = "" if cell.number else blank(cell.source, *CODE)
        for heading in re.finditer(prose.HEADING, text, re.MULTILINE):
            found.append((cell.line_at(heading.start()), heading[0], []))
    return found


JARGON = "22_jargon.md"
# Mostly not meant as terms, as in "for example"; no rule can tell.
_EVERYDAY = {"example", "fit", "step"}
# `](22_jargon.md#epoch)`, and a link to another place, which explains the term there.
_LINK = rf"\]\({re.escape(JARGON)}#([\w-]+)\)"
_OTHER = rf"(?<!!)\[[^][]*\]\((?!{re.escape(JARGON)}#)[^()\s]*\)"
_NO_TERMS = (
    *(*CODE, prose.MATH, prose.TAG, prose.HEADING, SOURCES, prose.NEXT, prose.IMAGE),
    *(_OTHER, r"\]\([^()\s]*\)", prose.ATTRIBUTES),
)


def terms(lessons: Sequence[Lesson]) -> dict[Path, list[Finding]]:
    """Find, by lesson, terms that the course uses first without a link to the jargon page."""
    page = next((lesson.cells[0].source for lesson in lessons if lesson.path.name == JARGON), "")
    listed = re.findall(r"\[([^][]+)\]\(#([\w-]+)\)", page.partition("\n## ")[0])
    anchors = {" ".join(name.split()).lower(): anchor for name, anchor in listed}
    # A longer name wins: a "root mean squared error" is not a "mean squared error".
    words = sorted(anchors.keys() - _EVERYDAY, key=len, reverse=True)
    either = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words) or r"(?!)"
    term = re.compile(rf"(?<![\w-])({either})(?:s|es)?(?![\w-])", re.IGNORECASE)
    met: set[str] = set()
    found: dict[Path, list[Finding]] = {lesson.path: [] for lesson in lessons}
    for lesson in lessons:
        for cell in lesson.text if lesson.path.name != JARGON else ():
            text, links = (blank(cell.source, *kinds) for kinds in (_NO_TERMS, CODE))
            for part in re.finditer(r"(?:.*\S.*\n?)+", cell.source):
                met |= set(re.findall(_LINK, links[slice(*part.span())]))
                for use in term.finditer(text, *part.span()):
                    name = " ".join(use[1].lower().split())
                    if (anchor := anchors[name]) not in met:
                        how = f"explain it by a link: [{name}]({JARGON}#{anchor})"
                        line = cell.line_at(use.start())
                        found[lesson.path].append((line, f"{name} is new to the course; {how}"))
                        met.add(anchor)
    return found


MOST = {"reads_for": 25, "runs_for": 30, "programs": 40}
"""Minutes to read a lesson, seconds to run it, programs that JAX compiles for one cell."""

_UNITS = {
    "reads_for": "minutes to read",
    "runs_for": "seconds to run (by itself: `time --again`)",
}


def limits(lesson: Lesson, entry: Entry | None, timed: bool) -> Iterator[Finding]:
    """A lesson is read in one sitting and runs while one waits; its header may allow more."""
    most = dict(MOST)
    for key in lesson.header.keys() & MOST.keys():
        if found := re.search(rf"^{key}: *(\d+) +# *\S", lesson.cells[0].source, re.MULTILINE):
            most[key] = int(found[1])
        else:
            yield 1, f"write a number and a reason: `{key}: {MOST[key] * 2}  # ...`"
    takes = {"reads_for": minutes(lesson) if lesson.code else 0}
    if entry and timed:
        takes["runs_for"] = round(entry.seconds)
    for key, amount in takes.items():
        if amount > most[key]:
            text = f"it takes {amount} {_UNITS[key]}, more than {most[key]}; shorten it"
            why = f"`{key}: {10 * (1 + amount // 10)}  # ...`"
            yield 1, f"{text}, or give a reason in the header: {why}"
    for cell, ran in zip(lesson.code, entry.run if entry else (), strict=bool(entry)):
        if ran.programs > most["programs"]:
            what = f"JAX compiles {ran.programs} programs for this cell ({ran.compiling:.1f} s)"
            how = "use one `jax.jit` for what belongs together; print, plot and index NumPy arrays"
            yield cell.line, f"{what}; {how}"


RULES = opening, leftovers, cells, numbers, exercises


def output_problems(lesson: Lesson, run: Run) -> Iterator[Finding]:
    """Find figures without alternative texts, and answers that do not pass their checks."""
    for cell, ran in zip(lesson.code, run, strict=True):
        figures = sum(map(is_picture, ran.outputs))
        if cell.look.outputs and figures != len(cell.alts):
            text = (
                f"the cell has figures: {figures}, alternative texts: {len(cell.alts)}; write what "
                'is to be seen: `# %% alt="A three."`; the texts of several figures part at ` | `'
            )
            yield cell.line, text
        if "answer" in cell.tags:
            # A check that passes returns `right`, and the answer prints that.
            asked = set(re.findall(r"\b(?<!def )check_\w+(?=\()", cell.source))
            printed = "".join(o["text"] for o in ran.outputs if o.get("name") == "stdout")
            lines = printed.splitlines()
            if wrong := next((line for line in lines if line.startswith("Not yet")), None):
                yield cell.line, f"the answer fails its own check, which says: {wrong}"
            elif sum(bool(re.match(r"right\b", line)) for line in lines) < len(asked):
                names = ", ".join(sorted(asked))
                yield cell.line, f"{names} should print `right` here; mend the answer or the check"


def check_lessons(
    root: Path,
    paths: Sequence[Path],
    runs: Callable[[Path, Sequence[Path]], Mapping[Path, Entry | LessonError]],
    timed: bool,
) -> int:
    """Print each finding as `path:line: what is wrong, and what to do`; return how many.

    `runs` returns the runs that are known. Times are judged only if `timed`.
    """
    lessons = [read(path) for path in paths]
    scripts = [lesson.path for lesson in lessons if lesson.path.suffix == ".py"]
    ran = runs(root, scripts)
    entries = {path: entry for path, entry in ran.items() if isinstance(entry, Entry)}
    folder = root / "docs/lessons"
    every = [read(path) for path in sorted([*folder.glob("[0-9]*.py"), *folder.glob("[0-9]*.md")])]
    unlinked = terms(every)
    findings: list[Finding] = []
    for lesson in lessons:
        entry = entries.get(lesson.path)
        found = [finding for rule in RULES for finding in rule(lesson)]
        found += [*limits(lesson, entry, timed), *unlinked.get(lesson.path, ())]
        if lesson.problem:
            found.append((1, lesson.problem))
        elif entry:
            found.extend(output_problems(lesson, entry.run))
        elif isinstance(error := ran.get(lesson.path), LessonError):
            found.append((error.line, f"the cell fails: {error.problem}"))
        for line, text in sorted(found):
            print(f"{os.path.relpath(lesson.path, root)}:{line}: {text}")
        findings += found
    count = len(findings) + _unformatted(root, scripts)
    if unknown := [path.stem for path in scripts if path not in ran]:
        print(f"Outputs not judged: {', '.join(unknown)}. With --run they are.")
    elif not count:
        print(f"Nothing to mend. Lessons checked: {len(lessons)}.")
    return count


def _unformatted(root: Path, paths: Sequence[Path]) -> bool:
    """Let Ruff say which lessons it would format otherwise, or cannot read."""
    if not paths:
        return False
    command = [sys.executable, "-m", "ruff", "format", "--check", *map(str, paths)]
    ran = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if ran.returncode:
        print(f"{ran.stdout}{ran.stderr}Run `ruff format`.")
    return ran.returncode != 0
