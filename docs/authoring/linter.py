"""Apply the rules to lessons, and say what is to be mended."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from course import Course, Finding, read_course
from execution import LessonError
from lesson_file import Lesson, read_lesson
from outputs import Outputs, execute_again, execute_lessons, remembered
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
    with ThreadPoolExecutor() as pool:
        spelling = pool.submit(misspellings, paths, root)
        course = read_course(root)
        known = {lesson.path: lesson for lesson in course.lessons}
        lessons = [known.get(path) or read_lesson(path) for path in paths]
        outputs = execute_lessons(paths, root) if run else remembered(lessons, root)
        misspelled = spelling.result()
    found = 0
    slow: list[str] = []
    for lesson in lessons:
        place = os.path.relpath(lesson.path, root)
        findings = [*_check(lesson, course, outputs), *misspelled.get(lesson.path, [])]
        if list(length.too_slow(lesson)):
            if run:
                findings += _measured_again(lesson, root)
            else:
                slow.append(lesson.path.stem)
        for line, text in sorted(findings):
            print(f"{place}:{line}: {text}")
        found += len(findings)
    unknown = [p.stem for p in paths if p.suffix == ".py" and p not in outputs]
    _conclude(len(lessons), found, unknown, slow)
    return found


def _measured_again(lesson: Lesson, root: Path) -> list[Finding]:
    """Return whether a lesson is too slow also when nothing else runs."""
    again = execute_again(lesson.path, root)[lesson.path]
    if isinstance(again, LessonError):
        return [_failure(lesson, str(again))]
    lesson.outputs = again
    return list(length.too_slow(lesson))


def _conclude(checked: int, found: int, unknown: Sequence[str], slow: Sequence[str]) -> None:
    notes: list[str] = []
    if unknown:
        notes.append(f"figures and times of {', '.join(unknown)}, not executed as they are now")
    if slow:
        notes.append(f"times of {', '.join(slow)}, too long when last executed, beside other work")
    if notes:
        print(f"Not judged: {'; '.join(notes)}. With --run they are.")
    elif not found:
        print(f"Nothing to mend. Lessons checked: {checked}.")


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
