"""Runs lessons beside one another until every one that is wanted is in the store."""

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from lessonsite import digits as lessons_digits
from lessonsite.digits import Digits, DigitsError
from lessonsite.lesson import Lesson, read
from lessonsite.run import LessonError, Run, execute
from lessonsite.store import Entry, Store, package_digest

GUESS = 12.0
"""Seconds that a lesson is expected to take if it never ran and its header says nothing."""

NICE = 15
"""How far kernels step back for the server: an edit shows at once while lessons run."""


@dataclass(eq=False)
class Job:
    """A lesson that somebody wants to see, and how far it is."""

    name: str
    lesson: Lesson
    key: str | None
    """None until it is known on which digits the lesson runs."""
    entry: Entry | None
    """What can be shown: the run of this key if it is done, else one of an older version."""
    expected: float
    """How many seconds it should take, by its last run or its header."""
    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    error: LessonError | DigitsError | None = None
    started: float = 0.0
    task: asyncio.Task[None] | None = None


class Runner:
    """Runs lessons in a thread of its own.

    Jobs are shared by that thread and its callers. Their states change only while `_changed` is
    held; all else in a job is written by the thread alone, before the state says that it is there.

    Args:
        root: The repository.
        log: Called with a line when a lesson starts and when it ends.
        ended: Called with each job that finishes or fails, but not with those found in the store.
        serving: Whether readers wait for some lessons more than for others. If not, the longest
            lessons come first, so that no core is idle at the end.
        again: Whether to run also what is in the store.
        cores: How many lessons run at a time.
        execute: Runs one lesson.
        probe: Finds the digits.
    """

    def __init__(
        self,
        root: Path,
        log: Callable[[str], None],
        ended: Callable[[Job], None] = lambda job: None,
        *,
        serving: bool = False,
        again: bool = False,
        cores: int | None = None,
        execute: Callable[..., Awaitable[Run]] = execute,
        probe: Callable[[Path], Awaitable[Digits]] = lessons_digits.probe,
    ) -> None:
        self.root, self.log, self.ended = root, log, ended
        self.serving, self.again = serving, again
        self.cores = cores or _cores()
        self._execute, self._probe = execute, probe
        self.store = Store(root)
        self.digits: Digits | None = None
        self.jobs: dict[str, Job] = {}
        self._probed = ""
        self._opened: list[str] = []
        self._changed = threading.Condition()
        self._stopping = False
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._work, name="lessons", daemon=True)

    def want(self, paths: Mapping[str, Path]) -> None:
        """Say which lessons are wanted, as their files are now.

        A run of an older version of a lesson is ended. What failed runs again once its lesson, the
        package, or a file that it uses has changed.
        """
        if not self._thread.is_alive():
            self._thread.start()
            self._ready.wait()
        with self._changed:
            if self._probed != package_digest(self.root):
                # A build looks again. Readers see at once what was right the last time.
                remember = lessons_digits.remembered if self.serving else lambda root: None
                self.digits = remember(self.root)
            old, self.jobs = self.jobs, {}
            for name, path in paths.items():
                self.jobs[name] = self._job(name, read(path), old.get(name))
            for name, job in old.items():
                if job.task and self.jobs.get(name) is not job:
                    self._loop.call_soon_threadsafe(job.task.cancel)
            self._notify()

    def _job(self, name: str, lesson: Lesson, old: Job | None) -> Job:
        try:
            key = self.store.key(lesson, self.digits) if self.digits else None
            expected = float(lesson.header.get("runs_for", GUESS))
        except (ValueError, TypeError) as error:
            failure = LessonError(lesson, None, str(error))
            return Job(name, lesson, None, None, GUESS, "failed", failure)
        if old and key and old.key == key and (old.state != "failed" or old.lesson == lesson):
            old.lesson = lesson
            return old
        known = self.store.load(lesson, key) if key else None
        if known and not self.again:
            return Job(name, lesson, key, known, known.seconds, "done")
        older = known or self.store.newest(lesson)
        return Job(name, lesson, key, older, older.seconds if older else expected)

    def wait(self, until_all: bool = False) -> None:
        """Wait until all lessons are done.

        Args:
            until_all: Whether to wait for the others when one fails.

        Raises:
            LessonError: If one fails.
            DigitsError: If none can run.
        """
        with self._changed:
            while any(job.state in ("waiting", "running") for job in self.jobs.values()):
                if not until_all and any(job.error for job in self.jobs.values()):
                    break
                if not self._thread.is_alive():
                    raise RuntimeError("lessons are no longer run; the error stands above")
                self._changed.wait(0.2)  # Not endlessly: Ctrl-C comes between two waits.
            for job in self.jobs.values():
                if job.error:
                    raise job.error

    def open(self, name: str) -> None:
        """Say that somebody reads a lesson: it is run next."""
        with self._changed:
            self._opened = [name, *(other for other in self._opened if other != name)]
            self._notify()

    def look_again(self) -> None:
        """Look whether the digits are still those of the last time, which are shown at once."""

        async def look() -> None:
            try:
                await self._find_digits()
            except DigitsError as error:
                self.log(str(error))

        self._loop.call_soon_threadsafe(self._loop.create_task, self._do(look()))

    def left(self) -> tuple[int, float]:
        """Return how many lessons are done, and how many seconds the others should take."""
        with self._changed:
            open_jobs = [job for job in self.jobs.values() if job.state in ("waiting", "running")]
            spent = sum(time.monotonic() - job.started for job in open_jobs if job.started)
            seconds = sum(job.expected for job in open_jobs) - spent
            return len(self.jobs) - len(open_jobs), max(seconds, 1.0) / self.cores

    def stop(self) -> None:
        """End all executions, and wait until their kernels are gone."""
        if not self._thread.is_alive():
            return
        self._stopping = True
        self._loop.call_soon_threadsafe(self._end_tasks)
        self._thread.join()

    def _end_tasks(self) -> None:
        # Each slot waits for its task to end, which takes the kernel along.
        for task in self._tasks:
            task.cancel()
        self._wake.set()

    def _notify(self) -> None:
        self._changed.notify_all()
        self._loop.call_soon_threadsafe(self._wake.set)

    def _work(self) -> None:
        # Not in the main thread, where every nbclient takes over Ctrl-C for its own kernel.
        asyncio.run(self._slots())

    async def _slots(self) -> None:
        self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._probing = asyncio.Lock()
        self._ready.set()
        # One slot more for what somebody opens while the others are busy with long lessons.
        await asyncio.gather(*(self._slot(n) for n in range(self.cores + self.serving)))

    async def _slot(self, number: int) -> None:
        while not self._stopping:
            job = self._next(number)
            if job:
                await self._do(self._run(job), job)
            else:
                await self._wake.wait()
                self._wake.clear()

    async def _do(self, work: Coroutine[Any, Any, Any], job: Job | None = None) -> None:
        """Wait for a task that can be ended from outside. What fails in it, it has told."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        if job:
            job.task = task
        await asyncio.gather(task, return_exceptions=True)
        self._tasks.discard(task)

    def _next(self, slot: int) -> Job | None:
        with self._changed:
            waiting = [job for job in self.jobs.values() if job.state == "waiting"]
            opened = [job for name in self._opened for job in waiting if job.name == name]
            if opened or slot == self.cores or not waiting:  # The extra slot runs nothing else.
                job = opened[0] if opened else None
            elif self.serving and slot == 0:
                job = waiting[0]  # Most readers begin at the beginning.
            else:
                # The longest; of equals, in a build, the later one, because lessons get longer.
                order = waiting if self.serving else waiting[::-1]
                job = max(order, key=lambda job: job.expected)
            if job:
                job.state = "running"
            return job

    async def _run(self, job: Job) -> None:
        """Run a lesson, unless its run is in the store; store it, unless its source has changed."""
        try:
            found = await self._find_digits()
            job.key = key = self.store.key(job.lesson, found)
            facts = self.store.facts(job.lesson, found)
            entry = None if self.again else self.store.load(job.lesson, key)
            if entry is None:
                job.started = time.monotonic()
                self.log(f"Running {job.name}{self._reason(job, facts)}")
                ran = await self._execute(job.lesson, self.root, self._variables(job, found))
                if self._is_over(job):
                    return
                lesson = read(job.lesson.path)
                if self.store.key(lesson, found) != key:  # What it ran is no longer there.
                    job.lesson = lesson
                    self._end(job, "waiting")
                    return
                entry = self.store.save(job.lesson, key, ran, facts)
            job.entry = entry
            self._end(job, "done")
        except (LessonError, DigitsError) as error:
            job.error = error
        except Exception as error:  # Such as a full disk: report it, or `wait` would never end.
            job.error = LessonError(job.lesson, None, f"{type(error).__name__}: {error}")
        if job.error and not self._is_over(job):
            self._end(job, "failed")

    def _reason(self, job: Job, facts: dict[str, str]) -> str:
        """Return what is not as it was when the lesson last ran; nothing if it never did."""
        last = self.store.newest(job.lesson)
        changed = [name for name in facts if last and last.facts.get(name) != facts[name]]
        return f", since this changed: {', '.join(changed)}" if changed else ""

    def _is_over(self, job: Job) -> bool:
        """Return whether a job was ended or replaced: that its kernel died is no error then."""
        return self._stopping or self.jobs.get(job.name) is not job

    def _end(self, job: Job, state: Literal["waiting", "done", "failed"]) -> None:
        with self._changed:
            job.state = state
            self._notify()
            done, total = self.left()[0], len(self.jobs)
        if state == "done" and job.started:
            took = time.monotonic() - job.started
            self.log(f"Finished {job.name} in {took:.1f} s ({done} of {total})")
        if state != "waiting":
            self.ended(job)

    async def _find_digits(self) -> Digits:
        async with self._probing:
            package = package_digest(self.root)
            if self.digits is None or self._probed != package:
                found = await self._probe(self.root)
                self.log(f"Lessons run on {found.title}")
                with self._changed:
                    if self.digits not in (None, found):
                        for job in self.jobs.values():  # Their outputs came from other digits.
                            job.state = "waiting" if job.state == "done" else job.state
                    self.digits, self._probed = found, package
                    self._notify()
            return self.digits

    def _variables(self, job: Job, digits: Digits) -> dict[str, str]:
        return {
            **digits.variables,
            "LESSONSITE_NICE": str(NICE if self.serving else 0),
            "JAX_COMPILATION_CACHE_DIR": str(self.store.compiled(job.lesson)),
        }


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # Only Linux tells which cores this process may use.
        return os.cpu_count() or 1


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
    results: dict[Path, Entry | LessonError] = {}
    for job in runner.jobs.values():
        result = job.error if isinstance(job.error, LessonError) else job.entry
        if result:
            results[job.lesson.path] = result
    return results


def known(root: Path, paths: Sequence[Path]) -> dict[Path, Entry]:
    """Return the runs of these lessons that are in the store; run nothing."""
    found, store = lessons_digits.remembered(root), Store(root)
    if not found:
        return {}
    lessons = {path: read(path) for path in paths}
    entries = {
        path: store.load(lesson, store.key(lesson, found)) for path, lesson in lessons.items()
    }
    return {path: entry for path, entry in entries.items() if entry}
