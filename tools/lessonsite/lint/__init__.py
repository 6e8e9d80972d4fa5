"""The linter of lessons. A rule is a function `problems` of a module; it yields what to mend."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

from lessonsite.lesson import Lesson, parse, read
from lessonsite.lint import code, exercises, limits, numbers, opening, terms
from lessonsite.lint.course import Course, Finding
from lessonsite.new import lessons_of
from lessonsite.run import LessonError, Run
from lessonsite.store import Entry

RULES = [rule.problems for rule in (opening, code, numbers, exercises, terms, limits)]


def check_lessons(
    root: Path,
    paths: Sequence[Path],
    runs: Callable[[Path, Sequence[Path]], Mapping[Path, Entry | LessonError]],
    problems: Callable[[Lesson, Run], list[tuple[int, str]]],
    timed: bool,
) -> int:
    """Print each finding as `path:line: what is wrong, and what to do`; return how many.

    Args:
        root: The repository.
        paths: The lessons to check.
        runs: Returns the runs of lessons, of which some may be unknown.
        problems: Returns what is wrong with a lesson's outputs, and in which line.
        timed: Whether to judge the runs' times, which depend on what else the machine does.
    """
    findings = {path: _header(path) for path in paths}
    lessons = [read(path) for path in paths if not findings[path]]
    scripts = [lesson.path for lesson in lessons if lesson.path.suffix == ".py"]
    ran = runs(root, scripts)
    entries = {path: entry for path, entry in ran.items() if isinstance(entry, Entry)}
    pages = [root / "docs" / page for page in lessons_of((root / "mkdocs.yml").read_text("utf-8"))]
    every = [read(page) for page in pages if page.is_file()]
    course = Course(root, every, entries, _formatted(scripts, root), timed)
    for lesson in lessons:
        found = findings[lesson.path]
        for rule in RULES:
            found.extend(rule(lesson, course))
        if entry := entries.get(lesson.path):
            found.extend(Finding(*problem) for problem in problems(lesson, entry.run))
        elif isinstance(error := ran.get(lesson.path), LessonError):
            found.append(Finding(error.line, f"the cell fails: {error.problem}"))
    for path, found in findings.items():
        for line, text in sorted(found):
            print(f"{os.path.relpath(path, root)}:{line}: {text}")
    if unknown := [path.stem for path in scripts if path not in ran]:
        print(f"Outputs not judged: {', '.join(unknown)}. With --run they are.")
    elif not any(findings.values()):
        print(f"Nothing to mend. Lessons checked: {len(lessons)}.")
    return sum(map(len, findings.values()))


def _header(path: Path) -> list[Finding]:
    """Find a header that cannot be read; then no rule can be applied."""
    try:
        _ = read(path).header
    except yaml.YAMLError as error:
        return [Finding(1, f"the header is not YAML: {' '.join(str(error).split())}")]
    return []


def _formatted(paths: Sequence[Path], root: Path) -> dict[Path, Lesson]:
    """Return lessons as Ruff formats them, but not those that are not Python."""

    def ruff(path: Path) -> str:
        command = [sys.executable, "-m", "ruff", "format", f"--stdin-filename={path}", "-"]
        text = path.read_text(encoding="utf-8")
        return subprocess.run(command, cwd=root, input=text, capture_output=True, text=True).stdout

    with ThreadPoolExecutor(2) as pool:
        texts = zip(paths, pool.map(ruff, paths), strict=True)
        return {path: parse(path, text) for path, text in texts if text}
