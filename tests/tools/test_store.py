import os
import time
from pathlib import Path
from typing import Any

import pytest
from full_disk import quota
from lessonsite import run, store
from lessonsite.run import CellRun
from lessonsite.store import MONTH, Facts, Store, file_name, package_digest, write_whole
from sites import write, write_lesson

LESSON = """# %% [markdown]
# # Prose
#
# Text.

# %% alt="a plot"
x = 1

# %%
x + 1
"""
RUN = (CellRun([], 0.5, 0.25, 3), CellRun([{"output_type": "stream", "text": "é"}], 1.0, 0, 0))
PACKAGE = '''"""Docstring."""


class A:
    """Docstring."""

    def f(self, x):
        """Docstring."""
        return {"a": x}
'''


A, B, C = ({"cells": name} for name in "abc")


def facts(root: Path, text: str = LESSON, digits: Any = ("mnist", "0123", "cpu")) -> Facts:
    return Store(root).facts(write_lesson(root, text), digits)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("Text.", "Other text.", True),
        ("a plot", "another", True),
        ("# # Prose", "# # Title\n#\n# ## More", True),
        ("x = 1", "# why\n\nx = 1  # because", True),
        ("x = 1", "x = 2", False),
        ("# %%\nx + 1", "# %%", False),
        ("# %%\nx", '# %% tags=["raises-exception"]\nx', False),
        ("# %%\nx + 1", "x + 1", False),
    ],
)
def test_facts_depends_on_code_and_not_on_prose(tmp_path: Path, old: str, new: str, same: bool):
    assert (facts(tmp_path, LESSON.replace(old, new)) == facts(tmp_path)) == same


def test_facts_depends_on_digits_and_device(tmp_path: Path):
    digits = [("mnist", "0123", "cpu"), ("uci", "0123", "cpu"), ("mnist", "4567", "cpu")]
    found = [facts(tmp_path, digits=each) for each in [*digits, ("mnist", "0123", "gpu")]]
    assert len({each["digits"] for each in found}) == 4


@pytest.mark.parametrize("name", ["jax", "numpy", "matplotlib"])
def test_facts_depends_on_versions(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch):
    before = facts(tmp_path)
    known = store.version
    with monkeypatch.context() as newer:
        newer.setattr(store, "version", lambda asked: "9.9" if asked == name else known(asked))
        store.versions.cache_clear()
        assert facts(tmp_path) != before
    store.versions.cache_clear()
    assert facts(tmp_path) == before


def test_facts_depends_on_what_runs_the_lessons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # The code that runs here counts: its file may have been saved since it was imported.
    assert Path(str(run.__file__)).read_bytes() == run.SOURCE
    kernels = {facts(tmp_path)["kernel"]}
    monkeypatch.setattr("lessonsite.store.SOURCE", run.SOURCE + b"x = 1")
    kernels.add(facts(tmp_path)["kernel"])
    sources = {path.name: path.read_text() for path in run.KERNEL.glob("*.py")}
    assert {"figure_data.py", "lesson_kernel.py"} <= set(sources)
    monkeypatch.setattr("lessonsite.store.KERNEL", tmp_path / "kernel")
    for name in sources:
        write(tmp_path / "kernel", sources | {name: sources[name] + "x = 1"})
        kernels.add(facts(tmp_path)["kernel"])
    assert len(kernels) == 2 + len(sources)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("Docstring.", "Other words.", True),
        ('        """Docstring."""\n', "", True),
        ("        return", "        # why\n        return", True),
        ('{"a": x}', "{\n            'a': x,\n        }", True),
        ('{"a": x}', '{"b": x}', False),
        ("return", "x = '''Docstring.'''; return", False),
        ("def f", "def g", False),
        ("return", "return (", False),  # Not yet Python, and still told apart.
    ],
)
def test_package_digest_ignores_docstrings_comments_and_format(
    tmp_path: Path, old: str, new: str, same: bool
):
    write(tmp_path, {"jaxdigits/part/a.py": PACKAGE})
    before = package_digest(tmp_path)
    write(tmp_path, {"jaxdigits/part/a.py": PACKAGE.replace(old, new)})
    assert (package_digest(tmp_path) == before) == same


def test_package_digest_covers_all_files_but_bytecode(tmp_path: Path):
    def digest(name: str, text: str) -> str:
        write(tmp_path, {f"jaxdigits/{name}": text})
        return package_digest(tmp_path)

    first = digest("__init__.py", "a = 1\n")
    assert digest("__pycache__/a.pyc", "bytecode") == first
    data = digest("data/digits.csv", "1,2")
    assert len({first, data, digest("data/digits.csv", "1,3"), digest("new.py", "")}) == 4


@pytest.mark.parametrize(
    ("code", "file"),
    [
        ("import helper", "helper.py"),
        ("if True:\n    from parts.helper import f", "parts/helper.py"),
        ("from parts import other, helper", "parts/helper.py"),
        ("from parts import (\n    other as o,\n    helper,\n)", "parts/helper.py"),
        ("import first as f, helper", "helper.py"),
        ("import parts", "parts/__init__.py"),
        ("%run docs/helper.py", "docs/helper.py"),
        ('open("docs/helper.json")', "docs/helper.json"),
        ("import first", "helper.py"),  # ... which that one imports
    ],
)
def test_facts_depends_on_files_that_the_code_uses(tmp_path: Path, code: str, file: str):
    write(tmp_path, {"first.py": "import helper\n", "unused.py": "1", "parts/other.py": ""})
    helpers = set()
    for content in "1", "2", "2  # a comment, which counts in data alone":
        write(tmp_path, {file: content})
        helpers.add(facts(tmp_path, f"# %%\n{code}\n")["helpers"])
    assert len(helpers) == (3 if file.endswith("json") else 2)
    before = facts(tmp_path, f"# %%\n{code}\n")
    write(tmp_path, {"unused.py": "2"})
    assert facts(tmp_path, f"# %%\n{code}\n") == before


def test_save_then_load_gives_the_same_run(tmp_path: Path):
    known, lesson = Store(tmp_path), write_lesson(tmp_path, LESSON)
    known.save(lesson, A, RUN)
    entry = Store(tmp_path).load(lesson, A)
    assert entry == (A, ["x = 1", "x + 1"], RUN)
    assert entry is not None and entry.seconds == 1.5
    assert known.load(lesson, B) is None
    known.save(lesson, B | {"digits": "mnist"}, RUN)
    assert known.load(lesson, B) and not known.load(lesson, B | {"digits": "uci"})
    assert [path.match("lessons.one.*.json") for path in known.folder.iterdir()] == [True] * 2


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00", '{"key": "k"}'])
def test_load_corrupt_entry_is_none(tmp_path: Path, text: str):
    known, lesson = Store(tmp_path), write_lesson(tmp_path, LESSON)
    known.save(lesson, A, RUN)
    (entry,) = known.folder.iterdir()
    entry.write_text(text)
    assert known.load(lesson, A) is None


def test_load_without_facts_is_the_last_run_of_that_lesson(tmp_path: Path):
    known, lesson = Store(tmp_path), write_lesson(tmp_path, LESSON)
    assert known.load(lesson, {}) is None
    for age, facts in enumerate([C, B, A]):
        known.save(lesson, facts, RUN)
        saved = time.time() - age
        os.utime(known.folder / file_name(lesson, facts), (saved, saved))
    known.save(write_lesson(tmp_path, LESSON, "one_more"), A, RUN)
    entry = known.load(lesson, {})
    assert entry is not None and entry.facts == C


def test_prune_deletes_what_was_unused_for_a_month(tmp_path: Path):
    known, lesson = Store(tmp_path), write_lesson(tmp_path, LESSON)
    long_ago = time.time() - MONTH - 10
    for folder in known.compiled, known.pages:
        write(folder, {"old-cache": "", "new-cache": ""})
        os.utime(folder / "old-cache", (long_ago, long_ago))
    for facts in A, B:
        known.save(lesson, facts, RUN)
        os.utime(known.folder / file_name(lesson, facts), (long_ago, long_ago))
    known.save(lesson, C, RUN)
    known.load(lesson, B)
    known.prune()
    left = [known.load(lesson, facts) is not None for facts in (A, B, C)]
    others = [path.name for folder in (known.compiled, known.pages) for path in folder.iterdir()]
    assert left == [False, True, True] and others == ["new-cache", "new-cache"]


def test_write_whole_without_room_keeps_the_old_file(tmp_path: Path):
    folder = tmp_path / "a folder, ключ [0:3] {x} %s"
    write_whole(folder / "k", b"old")
    with quota(100_000), pytest.raises(OSError, match="File too large"):
        write_whole(folder / "k", b"new" * 50_000)
    assert [path.name for path in folder.iterdir()] == ["k"]
    assert (folder / "k").read_text() == "old"
