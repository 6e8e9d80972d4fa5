import asyncio
import os
import time
from pathlib import Path

import jupytext
import pytest
from executed import _time_limit
from execution import TIME_LIMIT, LessonError, execute, in_parallel
from nbformat.v4 import new_code_cell, new_notebook

LESSONS = {
    "good": [
        "import os, warnings; print(os.getcwd(), os.environ['PYTHONHASHSEED'], os.environ['X'])",
        "x = 1\nx + 1",
        "warnings.warn('beware')",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "print([n for n in ('sys', 'figure_data', 'matplotlib', '_offer') if n in globals()])",
    ],
    "fails": ["1 + 1", "# first line\ndef f(n):\n    return n / 0\nf(2)", "print('after')"],
    "hidden": ["import matplotlib.pyplot as plt\nplt.title(r'$\\badmath$');"],
    "dies": ["import os\nos._exit(3)"],
    "slow": ["import time", "time.sleep(60)"],
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Execute every lesson, all at once: kernels take a second to start."""
    folder = tmp_path_factory.mktemp("work")

    async def outcome(name: str) -> object:
        cells = [new_code_cell(source) for source in LESSONS[name]]
        limit = 2 if name == "slow" else 300
        try:
            return await execute(new_notebook(cells=cells), folder, {"X": "added"}, limit)
        except LessonError as error:
            return str(error)

    outcomes = in_parallel([outcome(name) for name in LESSONS])
    return {"folder": folder, **dict(zip(LESSONS, outcomes, strict=True))}


def test_outputs_of_every_cell(results: dict[str, object]):
    outputs, seconds = results["good"]  # type: ignore[misc]
    printed, value, warned, drawn, names = outputs
    assert len(seconds) == 5 and all(took > 0 for took in seconds)
    assert printed[0].text == f"{results['folder']} 0 added\n"
    assert value[0].data["text/plain"] == "2"
    assert warned[0].text == "UserWarning: beware\n"  # and no path, which differs every time
    assert drawn[0].data["image/svg+xml"].lstrip().startswith("<?xml")
    (table,) = drawn[0].data["application/json"]
    assert table["rows"] == [["0", "1"], ["1", "2"]]
    assert names[0].text == "[]\n"  # left behind by what prepared the kernel


def test_a_failing_cell_is_named_in_few_lines(results: dict[str, object]):
    assert results["fails"] == (
        "failed in code cell 2, which begins\n    # first line\n"
        "----> 4 f(2)\n----> 3     return n / 0\nZeroDivisionError: division by zero"
    )


def test_a_figure_that_fails_when_drawn_fails_the_lesson(results: dict[str, object]):
    message = str(results["hidden"])
    assert message.startswith("failed in code cell 1, which begins\n    import matplotlib")
    assert "badmath" in message
    assert len(message.splitlines()) < 12


def test_a_kernel_that_dies_and_a_cell_that_takes_too_long_are_named(results: dict[str, object]):
    assert "failed in code cell 1" in str(results["dies"]) and "died" in str(results["dies"])
    assert "failed in code cell 2" in str(results["slow"])
    assert "stopped after 2 seconds" in str(results["slow"])


def test_a_cell_may_be_meant_to_fail(tmp_path: Path):
    cell = new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]})
    ((error,),) = asyncio.run(execute(new_notebook(cells=[cell]), tmp_path)).outputs
    assert error.ename == "ZeroDivisionError"


def test_a_header_says_how_long_a_cell_may_take():
    def limit(header: str) -> float:
        return _time_limit(jupytext.reads(f"{header}# %%\n1\n", fmt="py:percent"))

    assert limit("") == TIME_LIMIT
    assert limit("# ---\n# title: A\n# ---\n\n") == TIME_LIMIT
    assert limit("# ---\n# time_limit: 2.5\n# ---\n\n") == 2.5
    for wrong in "no", "0", "-1", "true":
        with pytest.raises(LessonError, match=r"has time_limit: .*; give seconds"):
            limit(f"# ---\n# time_limit: {wrong}\n# ---\n\n")


def test_in_parallel_keeps_order_and_bounds_how_many_run(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    running = most = 0

    async def work(n: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02 / (n + 1))
        running -= 1
        return n

    assert in_parallel([work(n) for n in range(6)]) == list(range(6))
    assert most == 2


def test_an_interrupt_ends_all_work_first(monkeypatch: pytest.MonkeyPatch):
    ended: list[str] = []

    async def kernel() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("shut down")

    def interrupt(self: object) -> None:
        time.sleep(0.2)
        raise KeyboardInterrupt

    monkeypatch.setattr("concurrent.futures.Future.result", interrupt)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    with pytest.raises(KeyboardInterrupt):
        in_parallel([kernel(), kernel()])
    assert ended == ["shut down"] * 2
