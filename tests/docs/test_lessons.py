"""Every lesson runs on both data sets, shows its exact figures on MNIST, and checks exercises."""

import asyncio
import importlib
import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jax
import pytest
from lessonsite.digits import probe
from lessonsite.run import LessonError
from lessonsite.runner import run_lessons
from lessonsite.store import Entry

DOCS = Path(__file__).parents[2] / "docs"
LESSONS = sorted((DOCS / "lessons").glob("[0-9]*.py"))
PAGES = [DOCS / "index.py", *LESSONS]


def answers(lesson: str, part: str) -> Any:
    """Return a part of the module on a lesson in `answers`, such as EXACT; empty if it has none."""
    name = f"{__package__}.answers.{lesson[3:]}"
    return getattr(importlib.import_module(name), part, {}) if find_spec(name) else {}


@pytest.fixture(scope="module", params=["uci", pytest.param("mnist", marks=pytest.mark.mnist)])
def printed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """What each lesson prints, run as the site runs it, or as the site's store remembers it."""
    if request.param == "mnist" and not os.environ.get("JAXDIGITS_MNIST_DIR"):
        pytest.skip("set JAXDIGITS_MNIST_DIR to the folder of the four MNIST files")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "uci":
            patch.setenv("JAXDIGITS_MNIST_DIR", "a folder without MNIST")
            patch.setenv("TFDS_DATA_DIR", str(tmp_path_factory.mktemp("empty")))
        results = run_lessons(DOCS.parent, PAGES)
        digits = asyncio.run(probe(DOCS.parent))
    failures = [str(error) for error in results.values() if isinstance(error, LessonError)]
    assert not failures, "\n\n".join(failures)
    assert digits.name == request.param
    entries = {path.stem: found for path, found in results.items() if isinstance(found, Entry)}
    warned = {name for name, entry in entries.items() if _stream(entry, "stderr")}
    assert warned == {"10_an_optimizer"}  # which shows a progress bar
    return {name: _stream(entry, "stdout") for name, entry in entries.items()}


def _stream(entry: Entry, name: str) -> str:
    outputs = [output for cell in entry.run for output in cell.outputs]
    return "".join(output["text"] for output in outputs if output.get("name") == name)


@pytest.mark.slow
def test_every_lesson_runs_and_its_answers_are_right(printed: dict[str, str]):
    assert len(printed) == len(PAGES)
    for name, text in printed.items():
        assert "Not yet" not in text, name


@pytest.mark.slow
@pytest.mark.mnist
@pytest.mark.parametrize("printed", ["mnist"], indirect=True)
@pytest.mark.parametrize("lesson", [page.stem for page in LESSONS])
def test_shows_its_figures_on_mnist(lesson: str, printed: dict[str, str]):
    out = printed[lesson]
    for figure in answers(lesson, "EXACT"):
        assert figure in out
    for text, least in dict(answers(lesson, "REACH")).items():
        reached = re.search(rf"{text}\s*(0\.\d+)", out)
        assert reached and float(reached[1]) >= least, text


@pytest.mark.slow  # Together they compile thousands of small programs.
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda page: page.stem)
def test_checks_tell_right_answers_from_wrong_ones(lesson: Path):
    """The lesson's check cells, run alone."""
    imports = "import jax, jax.numpy as jnp, numpy as np, optax, jaxdigits as jd\n"
    cells = re.findall(
        r'^# %% tags=\["check"\]\n(.*?)(?=^# %%)', lesson.read_text(), re.DOTALL | re.MULTILINE
    )
    namespace = {}
    exec(imports + "\n".join(cells), namespace)
    checks = {name for name in namespace if name.startswith("check_")}
    right, wrong = (answers(lesson.stem, part) for part in ("RIGHT", "WRONG"))
    assert checks == set(wrong) and set(right) <= checks
    for check in checks:
        if right:
            assert len(right[check]) >= 2 and len(wrong[check]) >= 4, check
        for answer in right.get(check, []):
            with jax.numpy_dtype_promotion("standard"):
                assert namespace[check](answer) == "right", check
        for number, answer in enumerate(wrong[check]):
            with jax.numpy_dtype_promotion("standard"):
                said = namespace[check](answer)
            assert said.startswith("Not yet"), f"{check} says {said!r} to wrong answer {number}"
    # No other lesson runs these programs, and all of them together take gigabytes.
    jax.clear_caches()


def test_questions_are_numbered_each_with_an_answer_and_a_link():
    text = (DOCS / "lessons/23_questions.py").read_text(encoding="utf-8")
    _, *questions = re.split(
        r"^# ### (?=\d+\. )", text.split("# ## Project 1")[0], flags=re.MULTILINE
    )
    assert [int(q.partition(".")[0]) for q in questions] == list(
        range(1, 48)
    )  # 37 of the chapter, 10 on JAX
    for question in questions:
        assert "answer" in question.lower() and re.search(r"\(\d\d_\w+\.(py|md)", question), (
            question
        )
