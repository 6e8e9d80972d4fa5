import os
import resource
import time
from dataclasses import replace
from pathlib import Path

import cache
import jupytext
import pytest
from executed import _files_named
from execution import Ran
from nbformat.v4 import new_output
from provenance import Provenance, fingerprint, package_digest

LESSON = """# %% [markdown]
# # Prose
#
# Text.

# %% alt="a plot"
x = 1

# %%
x + 1
"""
NOTHING = Ran([], [])
MNIST = Provenance("mnist", "0123", "cpu")


def key(text: str = LESSON, package: str = "p", on: Provenance = MNIST) -> str:
    return cache.key(jupytext.reads(text, fmt="py:percent"), fingerprint(package, on))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Text.", "Other text."),
        ("a plot", "another"),
        ("# # Prose", "# # Title\n#\n# ## More"),
        ("x = 1", "x = 1  # why"),
        ("x = 1", "# why\n\nx = 1"),
    ],
)
def test_prose_is_free(old: str, new: str):
    assert key(LESSON.replace(old, new)) == key()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x = 1", "x = 2"),
        ("x = 1", 'x = "#1"'),
        ("x = 1", "x = 1;"),
        ("x = 1", "x = (  # never closed"),
        ("x = 1", "%time x = 1  # IPython's own"),
        ("# %%\nx + 1", "# %%"),
        ("# %%\nx", '# %% tags=["raises-exception"]\nx'),
        ("# %%\nx + 1", "x + 1"),
    ],
)
def test_code_is_not(old: str, new: str):
    assert key(LESSON.replace(old, new)) != key()


def test_blocks_and_what_only_ipython_reads_are_told_apart():
    texts = [
        "if x:\n    a()\nb()",
        "if x:\n    a()\n    b()",
        "%time x = 1  # one",
        "%time x = 1  # two",
        "x = (  # one",
        "x = (  # two",
    ]
    assert len({key(LESSON.replace("x = 1", text)) for text in texts}) == len(texts)


def test_package_digits_and_device_are_not():
    others = [
        key(package="q"),
        key(on=Provenance("uci", "0123", "cpu")),
        key(on=Provenance("mnist", "4567", "cpu")),
        key(on=Provenance("mnist", "0123", "gpu")),
    ]
    assert len({key(), *others}) == 5


def test_the_day_of_the_source_is_free():
    assert key(on=replace(MNIST, date="2026-05-31")) == key()


@pytest.mark.parametrize("name", ["execution.py", "figure_data.py", "drawn_series.py"])
def test_what_runs_in_the_kernel_is_not(name: str, monkeypatch: pytest.MonkeyPatch):
    before, read = key(), Path.read_text

    def changed(path: Path, encoding: str) -> str:
        return read(path, encoding) + "#" * (path.name == name)

    monkeypatch.setattr(Path, "read_text", changed)
    assert key() != before


@pytest.mark.parametrize("name", ["jax", "numpy", "matplotlib"])
def test_versions_are_not(name: str, monkeypatch: pytest.MonkeyPatch):
    before = key()
    monkeypatch.setattr("provenance.version", lambda asked: "9.9" if asked == name else "1.0")
    one = key()
    monkeypatch.setattr("provenance.version", lambda asked: "1.0")
    assert len({before, one, key()}) == 3


def test_the_package_is_all_of_its_source(tmp_path: Path):
    def write(name: str, text: str) -> str:
        path = tmp_path / "jaxdigits" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return package_digest(tmp_path)

    first = write("__init__.py", "a = 1\n")
    assert write("__init__.py", "a = 2\n") != first
    assert write("__init__.py", "a = 1\n") == first
    assert write("notes.txt", "not source") == first
    assert write("data/deep.py", "") != first


def test_what_is_stored_is_loaded(tmp_path: Path):
    outputs = [[new_output("stream", text="é")], [], [new_output("display_data", {"a/b": "c"})]]
    cache.store(tmp_path / "new", "k", Ran(outputs, [0.5, 0.0, 2.0]))
    loaded = cache.load(tmp_path / "new", "k")
    assert loaded == Ran(outputs, [0.5, 0.0, 2.0])
    assert loaded is not None and loaded.outputs[0][0].text == "é"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["k.json"]
    assert cache.load(tmp_path / "new", "other") is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "null", "\x00", '{"key": "k"}'),
        '{"key": "k", "outputs": []}',
        '{"key": "j", "outputs": [], "seconds": []}',
    ],
)
def test_a_corrupt_entry_is_unknown(tmp_path: Path, text: str):
    (tmp_path / "k.json").write_text(text)
    assert cache.load(tmp_path, "k") is None


def test_what_was_made_of_the_same_is_recalled(tmp_path: Path):
    made: list[object] = []

    def recalled(of: object) -> object:
        def compute() -> dict[str, object]:
            made.append(of)
            return {"made of": of}

        return cache.recall(tmp_path / "known", of, compute)

    for _ in range(2):
        assert recalled(["a", "b"]) == {"made of": ["a", "b"]}
        assert recalled(["a", {"b": 1}]) == {"made of": ["a", {"b": 1}]}
    assert made == [["a", "b"], ["a", {"b": 1}]]
    for damage in "", "{", "[1]", "{}":
        for path in (tmp_path / "known").iterdir():
            path.write_text(damage)
        made.clear()
        assert recalled(["a", "b"]) == {"made of": ["a", "b"]} and made == [["a", "b"]]


def test_only_what_nobody_used_for_long_is_pruned(tmp_path: Path):
    long_ago = time.time() - cache.MONTH - 10
    for name in ("unused", "read"):
        cache.store(tmp_path, name, NOTHING)
        os.utime(tmp_path / f"{name}.json", (long_ago, long_ago))
    cache.store(tmp_path, "new", NOTHING)
    cache.load(tmp_path, "read")
    cache.prune(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.json", "read.json"]


def test_a_full_disk_leaves_the_old_entry_and_no_part_of_the_new(
    tmp_path: Path,
):
    folder = tmp_path / "a folder, ключ [0:3] {x} %s"
    cache.store(folder, "k", NOTHING)
    # A quota of 100 kB for each file.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            cache.store(folder, "k", Ran([], [2.0] * 50_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert cache.load(folder, "k") == NOTHING
    assert [path.name for path in folder.iterdir()] == ["k.json"]


def test_a_clock_set_back_makes_nothing_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cache.store(tmp_path, "k", NOTHING)
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: 0.0)
        cache.prune(tmp_path)
        assert cache.load(tmp_path, "k") == NOTHING
    os.utime(tmp_path / "k.json", (2**33, 2**33))  # Written before the clock was set back.
    cache.prune(tmp_path)
    assert cache.load(tmp_path, "k") == NOTHING
    assert abs((tmp_path / "k.json").stat().st_mtime - time.time()) < 1000


def test_two_builds_may_prune_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in "ab":
        cache.store(tmp_path, name, NOTHING)
        os.utime(tmp_path / f"{name}.json", (0, 0))
    paths = sorted(tmp_path.iterdir())
    paths[0].unlink()  # The other build was here since the folder was listed.
    monkeypatch.setattr(Path, "glob", lambda folder, pattern: iter(paths))
    cache.prune(tmp_path)
    assert not any(path.exists() for path in paths)


def test_of_compiled_programs_only_those_are_forgotten_that_are_not_whole(tmp_path: Path):
    cache.forget_unfinished(tmp_path / "not there")
    for name in ("whole-cache", "whole-atime", "part-cache", "else"):
        (tmp_path / name).write_bytes(b"")
    cache.forget_unfinished(tmp_path)
    left = {path.name for path in tmp_path.iterdir()} - {".lockfile"}
    assert left == {"whole-cache", "whole-atime", "else"}


def test_files_that_the_code_names_count_and_no_others(tmp_path):
    lesson = '# %% [markdown]\n# "prose.json"\n\n# %%\nopen("sub/data.json"), "no.json"\n'
    notebook = jupytext.reads(lesson, fmt="py:percent")
    (tmp_path / "sub").mkdir()
    before = _files_named(notebook, tmp_path)
    (tmp_path / "prose.json").write_text("1")
    assert _files_named(notebook, tmp_path) == before
    (tmp_path / "sub" / "data.json").write_text("1")
    with_file = _files_named(notebook, tmp_path)
    (tmp_path / "sub" / "data.json").write_text("2")
    assert len({before, with_file, _files_named(notebook, tmp_path)}) == 3
