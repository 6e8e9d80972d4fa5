"""The linter of lessons. A rule is a function `problems` of a module; it yields what to mend."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

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

    Times depend on what else the machine does, and are judged only if `timed`. `runs` returns the
    runs that are known, `problems` what is wrong with the outputs of one of them.
    """
    findings: dict[Path, list[Finding]] = {path: [] for path in paths}
    lessons: list[Lesson] = []
    for lesson in map(read, paths):
        try:
            _ = lesson.time_limit
            lessons.append(lesson)
        except ValueError as error:  # The header cannot be read, so no rule can be applied.
            findings[lesson.path].append(Finding(1, str(error)))
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


def _formatted(paths: Sequence[Path], root: Path) -> dict[Path, Lesson]:
    """Return the lessons that Ruff formats otherwise, as it does; not those with other faults."""
    formatted: dict[Path, Lesson] = {}
    for path in paths:
        text = path.read_text(encoding="utf-8")
        command = [sys.executable, "-m", "ruff", "format", f"--stdin-filename={path}", "-"]
        ran = subprocess.run(command, cwd=root, input=text, capture_output=True, text=True)
        if ran.returncode == 0 and ran.stdout != text:
            formatted[path] = parse(path, ran.stdout)
    return formatted
