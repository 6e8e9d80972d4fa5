"""The runner, with pretended kernels: which lesson runs when, and what is kept."""

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lessonsite import runner as runner_module
from lessonsite.digits import Digits, DigitsError
from lessonsite.lesson import Lesson
from lessonsite.run import CellRun, LessonError, Run
from lessonsite.runner import Job, Runner
from lessonsite.store import Store
from sites import write

DIGITS = Digits("mnist", "0123", "cpu")
LIMIT = 20.0


def until(condition: Callable[[], Any]) -> None:
    """Wait for something that is about to happen."""
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


class Kernels:
    """Pretend to run lessons: a lesson is done, or fails, when the test says so."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.started: list[str] = []
        self.ended: list[str] = []
        self.canceled: list[str] = []
        self.variables: list[dict[str, str]] = []
        self.results: dict[str, Any] = {}
        self.hold = False
        self.on_cancel: Callable[[Lesson], Run] | None = None
        self.digits = DIGITS
        self.problem: DigitsError | None = None
        self.told: list[str] = []
        self.reported: list[Job] = []
        self.runners: list[Runner] = []

    async def execute(self, lesson: Lesson, folder: Path, variables: dict[str, str]) -> Run:
        name = lesson.path.stem
        assert folder == self.root
        self.variables.append(variables)
        self.started.append(name)
        try:
            while self.hold and name not in self.results:
                await asyncio.sleep(0.002)
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.canceled.append(name)
            if self.on_cancel:
                return self.on_cancel(lesson)
            raise
        finally:
            self.ended.append(name)
        result = self.results.pop(name, None)
        if isinstance(result, Callable):
            result = result()
        if isinstance(result, str):
            raise LessonError(lesson, lesson.code[0], result)
        text = lesson.code[0].source
        return (CellRun([{"output_type": "stream", "text": text}], result or 1.0, 0.0, 0),)

    async def probe(self, root: Path) -> Digits:
        if self.problem:
            raise self.problem
        return self.digits

    def runner(self, **options: Any) -> Runner:
        options = {"cores": 1} | options
        made = Runner(self.root, self.told.append, self.reported.append, **options)
        self.runners.append(made)
        return made

    def paths(self, **codes: str) -> dict[str, Path]:
        """Write lessons: `paths(one="1 + 1")`; a header may stand above the code."""
        write(self.root, {f"docs/lessons/{name}.py": code for name, code in codes.items()})
        return {name: self.root / f"docs/lessons/{name}.py" for name in codes}

    def stored(self, name: str) -> list[str]:
        """Return which outputs are in the store."""
        store = Store(self.root)
        runs = sorted(store.folder.glob(f"lessons.{name}.*"), key=lambda path: path.stat().st_mtime)
        entries = [json.loads(path.read_text()) for path in runs]
        return [outputs[0]["text"] for _, _, ((outputs, *_), *_) in entries]


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernels]:
    write(tmp_path, {"jaxdigits/__init__.py": "a = 1\n"})
    made = Kernels(tmp_path)
    monkeypatch.setattr(runner_module, "execute", made.execute)
    monkeypatch.setattr(runner_module, "probe", made.probe)
    yield made
    for runner in made.runners:
        runner.stop()


# What is kept, and what is run again.


def test_runner_runs_once_and_remembers(kernels: Kernels):
    paths = kernels.paths(one="# %%\n1\n", two="# %%\n2\n")
    for runner in kernels.runner(), kernels.runner():
        runner.want(paths)
        runner.wait()
        texts = [job.entry and job.entry.run[0].outputs[0]["text"] for job in runner.jobs.values()]
        assert texts == ["1", "2"]
    assert sorted(kernels.started) == ["one", "two"]
    assert {(job.name, job.state) for job in kernels.reported} == {("one", "done"), ("two", "done")}
    assert [line.rpartition(" (")[2] for line in kernels.told if line.startswith("Fin")] == [
        "1 of 2)",
        "2 of 2)",
    ]


def test_runner_again_runs_what_is_remembered(kernels: Kernels):
    paths = kernels.paths(one="# %%\n1\n")
    for again in False, True:
        runner = kernels.runner(again=again)
        runner.want(paths)
        runner.wait()
    assert kernels.started == ["one", "one"]


@pytest.mark.parametrize("file", ["jaxdigits/__init__.py", "helper.py", "docs/lessons/one.py"])
def test_runner_source_saved_during_a_run_is_run_again(kernels: Kernels, file: str):
    paths = kernels.paths(one="# %%\nimport helper\n")
    write(kernels.root, {"helper.py": "a = 1\n"})
    old = Store(kernels.root).facts(runner_module.read(paths["one"]), DIGITS)

    def save() -> float:
        write(kernels.root, {file: "# %%\nimport helper, math\n"})
        return 1.0

    kernels.hold, kernels.results = True, {"one": save}
    runner = kernels.runner()
    runner.want(paths)
    until(lambda: len(kernels.started) == 2)
    assert kernels.stored("one") == []
    kernels.results = {"one": 2.0}
    runner.wait()
    assert len(kernels.stored("one")) == 1
    lesson = runner.jobs["one"].lesson
    assert runner.store.load(lesson, old) is None
    entry = runner.store.load(lesson, runner.store.facts(lesson, DIGITS))
    assert entry is not None and entry.code == [lesson.code[0].source]


def test_runner_save_ends_only_the_execution_of_what_was_saved(kernels: Kernels):
    paths = kernels.paths(one="# %%\n1\n", two="# %%\n2\n")
    kernels.hold = True
    runner = kernels.runner(serving=True, cores=2)
    runner.want(paths)
    until(lambda: sorted(kernels.started) == ["one", "two"])
    runner.want(kernels.paths(one="# %%\n11\n", two="# %% [markdown]\n# Prose\n\n# %%\n2\n"))
    until(lambda: kernels.started[2:] == ["one"])
    assert kernels.canceled == ["one"]
    kernels.results = {"one": 1.0, "two": 1.0}
    runner.wait()
    assert kernels.stored("one") == ["11"] and kernels.stored("two") == ["2"]
    assert len(runner.jobs["two"].lesson.cells) == 2


@pytest.mark.parametrize("dies", [False, True])
def test_runner_canceled_run_is_never_stored(kernels: Kernels, dies: bool):
    def on_cancel(lesson: Lesson) -> Run:
        if dies:  # Some libraries take the end of a kernel for its death.
            raise LessonError(lesson, None, "The kernel died")
        return (CellRun([{"output_type": "stream", "text": "half of it"}], 0.0, 0.0, 0),)

    kernels.hold, kernels.on_cancel = True, on_cancel
    runner = kernels.runner(serving=True)
    runner.want(kernels.paths(one="# %%\n1\n", two="# %%\n2\n"))
    until(lambda: kernels.started == ["one"])
    runner.want(kernels.paths(two="# %%\n2\n"))
    until(lambda: kernels.started == ["one", "two"])
    runner.stop()
    assert kernels.canceled == ["one", "two"]
    assert kernels.stored("one") == kernels.stored("two") == []
    assert not any(job.error for job in kernels.reported)


def test_runner_shows_outputs_of_an_older_version_meanwhile(kernels: Kernels):
    first = kernels.runner()
    first.want(kernels.paths(one="# %%\n1\n"))
    first.wait()
    kernels.hold = True
    runner = kernels.runner(serving=True)
    runner.want(kernels.paths(one="# %%\n2\n"))
    until(lambda: len(kernels.started) == 2)
    job = runner.jobs["one"]
    assert job.state == "running" and job.entry is not None and job.entry.code == ["1"]
    kernels.results = {"one": 1.0}
    runner.wait()
    assert runner.jobs["one"].entry is not None and runner.jobs["one"].entry.code == ["2"]


def test_runner_serving_runs_again_what_ran_on_other_digits(kernels: Kernels):
    first = kernels.runner()
    first.want(kernels.paths(one="# %%\n1\n"))
    first.wait()
    kernels.hold, kernels.digits = True, Digits("uci", "4567", "cpu")
    runner = kernels.runner(serving=True)
    runner.want(kernels.paths(one="# %%\n1\n"))
    assert runner.jobs["one"].entry is not None
    until(lambda: len(kernels.started) == 2)
    assert runner.digits == kernels.digits


# What fails.


def test_runner_wait_raises_while_others_still_run(kernels: Kernels):
    kernels.hold, kernels.results = True, {"two": "Why"}
    runner = kernels.runner(cores=2)
    runner.want(kernels.paths(one="# %%\n1\n", two="# %%\n2\n"))
    with pytest.raises(LessonError, match=r"two.py:2: code cell 1 .*\n    2\nWhy"):
        runner.wait()
    assert runner.jobs["one"].state == "running"


def test_runner_serving_reports_a_failure_at_once_and_goes_on(kernels: Kernels):
    kernels.hold, kernels.results = True, {"two": "Why"}
    runner = kernels.runner(serving=True, cores=2)
    runner.want(kernels.paths(one="# %%\n1\n", two="# %%\n2\n", three="# %%\n3\n"))
    until(lambda: kernels.reported)
    (job,) = kernels.reported
    assert (job.name, job.state) == ("two", "failed") and "Why" in str(job.error)
    assert runner.jobs["one"].state == "running"
    kernels.results = {"one": 1.0, "three": 1.0}
    until(lambda: runner.left()[0] == 3)
    assert kernels.stored("two") == [] and kernels.stored("three") == ["3"]


def test_runner_failed_lesson_waits_for_a_change(kernels: Kernels):
    code = "# %%\nimport helper\n"
    kernels.results = {"one": "Why"}
    runner = kernels.runner(serving=True)
    runner.want(kernels.paths(one=code))
    until(lambda: kernels.reported)
    runner.want(kernels.paths(one=code))
    assert runner.jobs["one"].state == "failed"
    write(kernels.root, {"helper.py": "a = 1\n"})
    runner.want(kernels.paths(one=code))
    runner.wait()
    assert kernels.started == ["one", "one"]


def test_runner_without_digits_runs_nothing(kernels: Kernels):
    kernels.problem = DigitsError("no package")
    runner = kernels.runner()
    runner.want(kernels.paths(one="# %%\n1\n"))
    with pytest.raises(DigitsError, match="no package"):
        runner.wait()
    kernels.problem = None
    write(kernels.root, {"jaxdigits/__init__.py": "a = 2\n"})
    runner.want(kernels.paths(one="# %%\n1\n"))
    runner.wait()
    assert kernels.started == ["one"]


def test_runner_store_without_room_fails_the_lesson(kernels: Kernels):
    write(kernels.root, {".cache/runs": "a file where the folder belongs"})
    runner = kernels.runner()
    runner.want(kernels.paths(one="# %%\n1\n"))
    with pytest.raises(LessonError, match=r"one.py failed before its first cell"):
        runner.wait()


# Which comes next.


def test_runner_building_takes_the_longest_first(kernels: Kernels):
    told = "# %% [markdown]\n# ---\n# runs_for: 100\n# ---\n\n# %%\n1\n"
    names = {"short": 3.0, "long": 50.0, "middle": 20.0}
    codes = {name: f"# %%\n'{name}'\n" for name in names}
    kernels.results = dict(names)
    before = kernels.runner()
    before.want(kernels.paths(**codes))
    before.wait()
    kernels.started.clear()
    runner = kernels.runner()
    changed = {name: f"{code}1\n" for name, code in codes.items()}
    runner.want(kernels.paths(**changed, unknown="# %%\n1\n", told=told))
    runner.wait()
    assert kernels.started == ["told", "long", "middle", "unknown", "short"]


def test_runner_serving_begins_at_the_beginning_and_opened_is_next(kernels: Kernels):
    kernels.hold = True
    runner = kernels.runner(serving=True)
    runner.want(kernels.paths(**{name: f"# %%\n'{name}'\n" for name in ("a", "b", "c", "d")}))
    until(lambda: kernels.started == ["a"])
    runner.open("c")  # ... while the only core is busy
    until(lambda: kernels.started == ["a", "c"])
    runner.open("d")
    kernels.results = {"c": 1.0}
    until(lambda: kernels.started == ["a", "c", "d"])
    kernels.results = {"a": 1.0, "d": 1.0}
    until(lambda: kernels.started == ["a", "c", "d", "b"])


def test_runner_serving_opened_stays_next_when_it_is_saved(kernels: Kernels):
    kernels.hold = True
    runner = kernels.runner(serving=True)
    runner.want(kernels.paths(**{name: f"# %%\n'{name}'\n" for name in ("a", "b", "c")}))
    until(lambda: kernels.started == ["a"])
    runner.open("c")
    until(lambda: kernels.started == ["a", "c"])
    runner.want(kernels.paths(**{name: f"# %%\n'new {name}'\n" for name in ("a", "b", "c")}))
    until(lambda: kernels.started[2:] == ["c"])


def test_runner_respects_affinity(kernels: Kernels, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {3, 5, 7}, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    kernels.hold = True
    runner = kernels.runner(cores=None)
    runner.want(kernels.paths(**{f"n{n}": f"# %%\n{n}\n" for n in range(6)}))
    until(lambda: len(kernels.started) == 3)
    kernels.results = {f"n{n}": 1.0 for n in range(6)}
    runner.wait()
    assert runner.cores == 3 and len(kernels.started) == 6


def test_runner_left_counts_what_is_done(kernels: Kernels):
    kernels.hold, kernels.results = True, {"one": 1.0}
    told = "# %% [markdown]\n# ---\n# runs_for: 1000\n# ---\n\n# %%\n1\n"
    runner = kernels.runner(serving=True)
    runner.want(kernels.paths(one="# %%\n1\n", two=told))
    until(lambda: runner.left()[0] == 1)
    assert 900 < runner.left()[1] <= 1000
    kernels.results = {"two": 1.0}
    runner.wait()
    assert runner.left()[0] == 2


# How it ends.


@pytest.mark.parametrize("serving", [False, True])
def test_runner_stop_ends_all_within_two_seconds(kernels: Kernels, serving: bool):
    kernels.hold = True
    runner = kernels.runner(serving=serving, cores=2)
    runner.want(kernels.paths(one="# %%\n1\n", two="# %%\n2\n", three="# %%\n3\n"))
    until(lambda: len(kernels.started) == 2)
    begin = time.monotonic()
    runner.stop()
    assert time.monotonic() - begin < 2
    assert sorted(kernels.canceled) == sorted(kernels.ended) == sorted(kernels.started)
    assert len(kernels.started) == 2
    runner.stop()  # A second time there is nothing to do.


def test_runner_kernels_step_back_for_the_server_alone(kernels: Kernels):
    for name, serving in {"one": True, "two": False}.items():
        runner = kernels.runner(serving=serving)
        runner.want(kernels.paths(**{name: "# %%\n1\n"}))
        runner.wait()
    serving, building = (int(found["LESSONSITE_NICE"]) for found in kernels.variables)
    assert serving > building == 0
