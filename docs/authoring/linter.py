"""Apply the rules to lessons, and say what is to be mended."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from course import Course, Finding, read_course
from execution import LessonError
from lesson_file import Lesson, read_lesson
from outputs import Outputs, execute_lessons, remembered
from rules import exercises, figures, form, imports, length, links, numbers, terms
from rules.spelling import misspellings

Rule = Callable[[Lesson, Course], Iterator[Finding]]

RULES: tuple[Rule, ...] = tuple(
    rule.problems for rule in (form, figures, numbers, imports, exercises, links, terms, length)
)


def check(root: Path, paths: Sequence[Path] = (), run: bool = False) -> int:
    """Print each finding as `path:line: what is wrong, and what to do`.

    Args:
        root: The repository.
        paths: The lessons to check; if there are none, all.
        run: Whether to execute what has changed, so that figures and times are judged, too.

    Returns:
        How many findings there are.
    """
    paths = [path.resolve() for path in paths] or all_lessons(root)
    # Finding out which outputs are current means loading the digits, in a process beside this.
    with ThreadPoolExecutor() as pool:
        knowing = pool.submit(execute_lessons if run else remembered, paths, root)
        spelling = pool.submit(misspellings, paths, root)
        course = read_course(root)
        known = {lesson.path: lesson for lesson in course.lessons}
        lessons = [known.get(path) or read_lesson(path) for path in paths]
        outputs, misspelled = knowing.result(), spelling.result()
    found = 0
    for lesson in lessons:
        place = os.path.relpath(lesson.path, root)
        findings = [*_check(lesson, course, outputs), *misspelled.get(lesson.path, [])]
        for line, text in sorted(findings):
            print(f"{place}:{line}: {text}")
        found += len(findings)
    unknown = [p.stem for p in paths if p.suffix == ".py" and p not in outputs]
    if unknown:
        print(
            f"Figures and times were not judged, for these were not executed as they are now: "
            f"{', '.join(unknown)}. Do so with --run."
        )
    elif not found:
        print(f"Nothing to mend. Lessons checked: {len(lessons)}.")
    return found


def all_lessons(root: Path) -> list[Path]:
    """Return the files of all lessons, whether the navigation has them or not."""
    return sorted(
        p for p in (root / "docs/lessons").glob("[0-9]*_*.*") if p.suffix in (".py", ".md")
    )


def _check(lesson: Lesson, course: Course, outputs: Outputs) -> list[Finding]:
    findings: list[Finding] = []
    known = outputs.get(lesson.path)
    if isinstance(known, LessonError):
        findings.append(_failure(lesson, str(known)))
    else:
        lesson.outputs = known
    for rule in RULES:
        findings += rule(lesson, course)
    return findings


def _failure(lesson: Lesson, report: str) -> Finding:
    """Return why a lesson did not run, at the cell that failed."""
    number = int((re.search(r"failed in code cell (\d+)", report) or [0, 0])[1])
    line = next((cell.line for cell in lesson.code if cell.code == number), 1)
    return Finding(line, f"{report}\nMend it; all other rules were applied to the text.")
