"""A lesson is read in one sitting and runs while one waits. Its header may allow more."""

import re
from collections.abc import Iterator

from lessonsite.lesson import Lesson
from lessonsite.lint.course import Course, Finding
from lessonsite.reading import minutes

MOST = {"reads_for": 25, "runs_for": 30, "programs": 40}
"""Minutes to read a lesson, seconds to run it, programs that JAX compiles for one cell."""


def problems(lesson: Lesson, course: Course) -> Iterator[Finding]:
    """Find what is over a limit, and limits in the header without a number or a reason."""
    limits = dict(MOST)
    for key in lesson.header.keys() & MOST.keys():
        if found := re.search(rf"^{key}: *(\d+) +# *\S", lesson.cells[0].source, re.MULTILINE):
            limits[key] = int(found[1])
        else:
            yield Finding(1, f"write a number and a reason: `{key}: {MOST[key] * 2}  # ...`")
    entry = course.entries.get(lesson.path)
    reads = minutes(lesson) if lesson.code else 0
    runs = round(entry.seconds) if entry and course.timed else 0
    units = (
        ("reads_for", "minutes to read", reads),
        ("runs_for", "seconds to run (by itself: `time --again`)", runs),
    )
    for key, unit, amount in units:
        if amount > limits[key]:
            text = f"it takes {amount} {unit}, more than {limits[key]}; shorten it"
            why = f"`{key}: {10 * (1 + amount // 10)}  # ...`"
            yield Finding(1, f"{text}, or give a reason in the header: {why}")
    for cell, ran in zip(lesson.code, entry.run if entry else (), strict=bool(entry)):
        if ran.programs > limits["programs"]:
            what = f"JAX compiles {ran.programs} programs for this cell ({ran.compiling:.1f} s)"
            how = "use one `jax.jit` for what belongs together; print, plot and index NumPy arrays"
            yield Finding(cell.line, f"{what}; {how}")
