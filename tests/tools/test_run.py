"""Lessons in real kernels."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lessonsite.lesson import Lesson
from lessonsite.run import LessonError, Run, execute, visible
from lessonsite.runner import run_lessons
from sites import FAKE_PACKAGE, FAKES, write, write_lesson

LESSONS = {
    "good": [
        "import os, warnings; print(os.getcwd(), os.environ['PYTHONHASHSEED'], os.environ['X'])",
        "x = 1\nx + 1",
        "warnings.warn('beware')",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "print([n for n in ('sys', 'figure_data', 'matplotlib') if n in globals()])",
        "from jaxdigits.files import DownloadLink\nDownloadLink('f.bin', b'\\0\\1')",
    ],
    "fails": ["1 + 1", "# first line\ndef f(n):\n    return n / 0\nf(2)", "print('after')"],
    "hidden": ["import matplotlib.pyplot as plt\nplt.title(r'$\\badmath$');"],
    "dies": ["import os\nos._exit(3)"],
    "slow": ["import time", "time.sleep(60)"],
    "meant": ["1 / 0"],
}
HEADERS = {"slow": "# %% [markdown]\n# ---\n# time_limit: 2\n# ---\n\n"}


def test_execute_wrong_time_limit_is_an_error_before_a_kernel(tmp_path: Path):
    lesson = write_lesson(tmp_path, "# %% [markdown]\n# ---\n# time_limit: no\n# ---\n\n# %%\n1\n")
    with pytest.raises(LessonError, match=r"lessons/one.py failed before its first cell:\ntime_"):
        asyncio.run(execute(lesson, tmp_path))


def output(kind: str, **data: str) -> dict[str, Any]:
    return {"output_type": kind, "data": {name.replace("_", "/"): data[name] for name in data}}


def test_visible_figure_that_is_value_and_drawing_is_shown_once():
    # The two differ in small ways, because Matplotlib lays a figure out each time it draws it.
    value = output("execute_result", image_png="1", text_plain="<Figure 1>")
    drawing = output("display_data", image_png="2", text_plain="<Figure 1>")
    assert visible([value, drawing]) == [drawing]
    assert visible([value]) == [value]


@pytest.mark.parametrize(
    "handle",
    ["<Axes: >", "<Figure size 1x1>", "[<matplotlib.lines.L>]", "[None,\n Text(0.5, 0, 'epoch')]"],
)
def test_visible_handles_of_figures_are_left_out(handle: str):
    kept = output("execute_result", text_plain="Array(1.)")
    assert visible([output("execute_result", text_plain=handle), kept]) == [kept]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Run every lesson, all at once: a kernel takes a second to start."""
    root = tmp_path_factory.mktemp("work")
    write(root, FAKES)

    async def outcome(lesson: Lesson) -> Run | str:
        try:
            return await execute(lesson, root, {"X": "added"})
        except LessonError as error:
            return str(error)

    async def all_() -> list[Run | str]:
        lessons: list[Lesson] = []
        for name, sources in LESSONS.items():
            tag = ' tags=["raises-exception"]' if name == "meant" else ""
            cells = "\n\n".join(f"# %%{tag}\n{source}" for source in sources)
            lessons.append(write_lesson(root, HEADERS.get(name, "") + cells, name))
        return await asyncio.gather(*map(outcome, lessons))

    return {"root": root, **dict(zip(LESSONS, asyncio.run(all_()), strict=True))}


@pytest.mark.slow
def test_execute_returns_outputs_times_and_files(results: dict[str, Any]):
    printed, value, warned, drawn, names, file = (ran.outputs for ran in results["good"])
    assert all(ran.seconds > 0 and ran.compiling == ran.programs == 0 for ran in results["good"])
    assert printed[0]["text"] == f"{results['root']} 0 added\n"
    assert value[0]["data"]["text/plain"] == "2"
    assert warned[0]["text"] == "UserWarning: beware\n"  # and no path, which differs every time
    assert drawn[0]["data"]["image/svg+xml"].lstrip().startswith("<?xml")
    (table,) = drawn[0]["data"]["application/json"]
    assert table["rows"] == [["0", "1"], ["1", "2"]]
    assert names[0]["text"] == "[]\n"  # What prepared the kernel left nothing behind.
    assert file[0]["data"]["application/json"] == {"name": "f.bin", "base64": "AAE="}


@pytest.mark.slow
def test_execute_failing_cell_is_named_in_few_lines(results: dict[str, Any]):
    assert results["fails"] == (
        "lessons/fails.py:5: code cell 2 failed. It begins:\n    # first line\n"
        "----> 4 f(2)\n----> 3     return n / 0\nZeroDivisionError: division by zero"
    )


@pytest.mark.slow
def test_execute_figure_that_cannot_be_drawn_fails_the_lesson(results: dict[str, Any]):
    assert "hidden.py:2: code cell 1 failed" in results["hidden"]
    assert "badmath" in results["hidden"] and len(results["hidden"].splitlines()) < 12


@pytest.mark.slow
def test_execute_dead_kernel_and_slow_cell_are_named(results: dict[str, Any]):
    assert "dies.py:2: code cell 1 failed" in results["dies"] and "died" in results["dies"]
    assert "slow.py:10: code cell 2 failed" in results["slow"]
    assert "stopped after 2 seconds" in results["slow"]


@pytest.mark.slow
def test_execute_cell_may_be_meant_to_fail(results: dict[str, Any]):
    ((error,),) = (ran.outputs for ran in results["meant"])
    assert error["ename"] == "ZeroDivisionError"


COUNT = """# %%
import os
import jax
print(os.nice(0), os.environ["JAX_COMPILATION_CACHE_DIR"])

# %%
jax.jit(lambda x: x + 1)(1.0);
"""
CANCEL = """
import asyncio, sys
from pathlib import Path
from lessonsite.lesson import read
from lessonsite.run import execute

async def main():
    task = asyncio.create_task(execute(read(Path("docs/lessons/one.py")), Path.cwd()))
    while not Path("pid").exists():
        assert not task.done(), await task
        await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

asyncio.run(main())
"""


@pytest.mark.slow
def test_run_lessons_counts_what_jax_compiles(tmp_path: Path):
    write(tmp_path, {"jaxdigits/__init__.py": FAKE_PACKAGE})
    lesson = write_lesson(tmp_path, COUNT)
    (found,) = run_lessons(tmp_path, [lesson.path]).values()
    assert not isinstance(found, LessonError), found
    said, compiled = found.run
    assert said.outputs[0]["text"] == f"{os.nice(0)} {tmp_path}/.cache/compiled\n"
    assert said.programs == 0 and compiled.programs > 0
    assert 0 < compiled.compiling < compiled.seconds
    assert list((tmp_path / ".cache/compiled").iterdir())


@pytest.mark.slow
def test_execute_cancelled_leaves_no_kernel_and_says_nothing(tmp_path: Path):
    code = "# %%\nimport os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(60)\n"
    write_lesson(tmp_path, code)
    write(tmp_path, FAKES)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", CANCEL]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
