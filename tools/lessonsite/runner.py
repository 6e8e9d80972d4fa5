"""Runs lessons beside one another until every one that is wanted is in the store."""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lessonsite.digits import Digits, DigitsError, probe
from lessonsite.lesson import Lesson, read
from lessonsite.run import LessonError, execute
from lessonsite.store import Entry, Facts, Store, digest, package_digest

GUESS = 12.0
"""Seconds that a lesson is expected to take if it never ran and its header says nothing."""

NICE = 15
"""How far kernels step back for the server: an edit shows at once while lessons run."""


@dataclass(eq=False)
class Job:
    """A lesson that somebody wants to see, and how far it is."""

    name: str
    lesson: Lesson
    facts: Facts
    entry: Entry | None = None
    """What can be shown: the run with these facts if it is done, else one of an older version."""
    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    error: LessonError | DigitsError | None = None
    opened: float = 0.0
    """When somebody last read it."""
    task: asyncio.Task[None] | None = None

    @property
    def expected(self) -> float:
        """How many seconds it should take, by its last run or its header."""
        told = self.lesson.header.get("runs_for")
        return self.entry.seconds if self.entry else told if isinstance(told, int) else GUESS


class Runner:
    """Runs lessons in a thread of its own, which alone changes how far jobs are.

    It calls `ended` with each job that finishes or fails, but not with those found in the store.
    When `serving`, what somebody reads comes first, then the first lesson; else the longest, so
    that no core is idle at the end. With `again`, what is in the store runs, too.
    """

    _found: asyncio.Task[Digits]

    def __init__(
        self,
        root: Path,
        log: Callable[[str], None],
        ended: Callable[[Job], None] = lambda job: None,
        *,
        serving: bool = False,
        again: bool = False,
        cores: int | None = None,
    ) -> None:
        self.root, self.log, self.ended = root, log, ended
        self.serving, self.again = serving, again
        self.cores = cores or _cores()
        self.store = Store(root)
        self.digits: Digits | None = None
        self.jobs: dict[str, Job] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._package = ""
        self._loop, self._stop = asyncio.new_event_loop(), asyncio.Event()
        self._thread = threading.Thread(target=self._work, name="lessons", daemon=True)

    def want(self, paths: Mapping[str, Path]) -> None:
        """Say which lessons are wanted, as their files are now.

        A run of an older version of a lesson is ended. What failed runs again once its lesson, the
        package, or a file that it uses has changed.
        """
        if not self._thread.is_alive():
            self._thread.start()
        asyncio.run_coroutine_threadsafe(self._want(paths), self._loop).result()

    def wait(self, until_all: bool = False) -> None:
        """Wait until all lessons are done, or one has failed and not `until_all`; raise why."""
        while self.left()[0] < len(self.jobs):
            if not until_all and any(job.error for job in self.jobs.values()):
                break
            if not self._thread.is_alive():
                raise RuntimeError("lessons are no longer run; the error stands above")
            time.sleep(0.05)
        for job in self.jobs.values():
            if job.error:
                raise job.error

    def open(self, name: str) -> None:
        """Say that somebody reads a lesson: it is run next."""
        self.jobs[name].opened = time.monotonic()
        self._loop.call_soon_threadsafe(self._start_jobs)

    def left(self) -> tuple[int, float]:
        """Return how many lessons are done, and how many seconds the others should take."""
        todo = [job for job in self.jobs.values() if job.state in ("waiting", "running")]
        return len(self.jobs) - len(todo), sum(job.expected for job in todo) / self.cores

    def stop(self) -> None:
        """End all executions, and wait until their kernels are gone."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def _work(self) -> None:
        # Not in the main thread, where every nbclient takes over Ctrl-C for its own kernel. In the
        # end this cancels all tasks, and waits until they have ended and taken kernels along.
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._stop.wait())

    async def _want(self, paths: Mapping[str, Path]) -> None:
        if self._package != (package := package_digest(self.root)):
            self._package, self.digits = package, None
            self._found = asyncio.create_task(self._find_digits())
            # Lessons that wait for the digits say why there are none; asyncio need not.
            asyncio.gather(self._found, return_exceptions=True)
        old = self.jobs
        self.jobs = {name: self._job(name, path, old.get(name)) for name, path in paths.items()}
        for name, job in old.items():
            if job.task and self.jobs.get(name) is not job:
                job.task.cancel()
        self._start_jobs()

    def _job(self, name: str, path: Path, old: Job | None) -> Job:
        lesson = read(path)
        facts = self.store.facts(lesson, self.digits)
        job = Job(name, lesson, facts, opened=old.opened if old else 0.0)
        if lesson.problem:
            job.state, job.error = "failed", LessonError(lesson, None, lesson.problem)
            return job
        same = old and old.facts == job.facts
        if old and same and (old.state != "failed" or old.lesson == lesson):
            old.lesson = lesson
            return old
        known = self.store.load(lesson, job.facts)
        job.entry = known or self.store.load(lesson, {})
        # A build waits for the digits. Readers see at once what was right the last time.
        if known and not self.again and (self.digits or self.serving):
            job.state = "done"
        return job

    async def _find_digits(self) -> Digits:
        found = await probe(self.root)
        self.log(f"Lessons run on {found.title}")
        self.digits = found
        for job in self.jobs.values():
            job.facts = job.facts | {"digits": digest(found)}  # The entry keeps its own.
            if job.state == "done" and job.entry and job.entry.facts != job.facts:
                job.state = "waiting"  # Its outputs came from other digits.
        self._start_jobs()
        return found

    def _start_jobs(self) -> None:
        def order(job: Job) -> tuple[float, float]:
            return -job.opened, 0 if self.serving else -job.expected

        waiting = [job for job in self.jobs.values() if job.state == "waiting"]
        for job in sorted(waiting, key=order):
            # One more than cores, for what is opened while all others are busy with long lessons.
            if self._stop.is_set() or len(self._running) >= self.cores + (job.opened > 0):
                break
            job.state = "running"
            job.task = self._loop.create_task(self._run(job))
            self._running.add(job.task)
            job.task.add_done_callback(self._free)

    def _free(self, task: asyncio.Task[None]) -> None:
        self._running.remove(task)
        self._start_jobs()

    async def _run(self, job: Job) -> None:
        """Run a lesson, unless its run is in the store; store it, unless its source has changed."""
        try:
            digits = await asyncio.shield(self._found)
            job.facts = self.store.facts(job.lesson, digits)
            entry = None if self.again else self.store.load(job.lesson, job.facts)
            if entry is None:
                started = time.monotonic()
                self.log(f"Running {job.name}{self._reason(job)}")
                variables = digits.variables | {
                    "LESSONSITE_NICE": str(NICE if self.serving else 0),
                    "JAX_COMPILATION_CACHE_DIR": str(self.store.compiled),
                }
                ran = await execute(job.lesson, self.root, variables)
                if self._is_over(job):
                    return
                lesson = read(job.lesson.path)
                if self.store.facts(lesson, digits) != job.facts:  # What it ran is gone.
                    job.lesson, job.state = lesson, "waiting"
                    return
                entry = self.store.save(job.lesson, job.facts, ran)
                took, done = time.monotonic() - started, self.left()[0] + 1
                self.log(f"Finished {job.name} in {took:.1f} s ({done} of {len(self.jobs)})")
            job.entry, job.state = entry, "done"
            self.ended(job)
        except Exception as error:  # Also a full disk is reported, or `wait` would never end.
            if not self._is_over(job):
                told = isinstance(error, LessonError | DigitsError)
                problem = f"{type(error).__name__}: {error}"
                job.error = error if told else LessonError(job.lesson, None, problem)
                job.state = "failed"
                self.ended(job)

    def _reason(self, job: Job) -> str:
        """Return what is not as it was when the lesson last ran; nothing if it never did."""
        last = self.store.load(job.lesson, {})
        changed = [name for name in job.facts if last and last.facts.get(name) != job.facts[name]]
        return f", since this changed: {', '.join(changed)}" if changed else ""

    def _is_over(self, job: Job) -> bool:
        """Return whether a job was ended or replaced: that its kernel died is no error then."""
        return self._stop.is_set() or self.jobs.get(job.name) is not job


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)  # Only Linux has it.
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def run_lessons(
    root: Path, paths: Sequence[Path], again: bool = False
) -> dict[Path, Entry | LessonError]:
    """Run the lessons that are not in the store; or all of them again, one after the other."""
    runner = Runner(root, print, again=again, cores=1 if again else None)
    runner.want({path.relative_to(root / "docs").as_posix(): path for path in paths})
    try:
        with suppress(LessonError):
            runner.wait(until_all=True)
    finally:
        runner.stop()
    results = {job.lesson.path: job.error or job.entry for job in runner.jobs.values()}
    return {path: each for path, each in results.items() if isinstance(each, Entry | LessonError)}


def known(root: Path, paths: Sequence[Path]) -> dict[Path, Entry]:
    """Return the last runs of these lessons as they are now, on any digits; run nothing."""
    store = Store(root)
    entries = {path: store.load(read(path), store.facts(read(path))) for path in paths}
    return {path: entry for path, entry in entries.items() if entry}
