"""Exercises as the builder finds them, and the archive of Python that pages load."""

import io
import json
from pathlib import Path
from zipfile import ZipFile

from lessonsite.exercises import (
    Exercise,
    editor_files,
    engine_files,
    exercises,
    keys,
    python_zip,
    stub,
    to_html,
    with_digits,
)
from sites import ROOT, write, write_lesson

LESSON = """# %% [markdown]
# ## Exercises
# ### Exercise 1: twice

# %% tags=["check"]
def check_twice(twice):
    return "right" if twice(2) == 4 else "Not yet"

# %% tags=["answer"]
def twice(x):
    return x + x


print(check_twice(twice))

# %% tags=["try"]
print(1 + 1)

# %% tags=["answer"]
print("nothing is checked here")
"""


def test_exercises_have_stub_and_call_above_their_check(tmp_path: Path):
    found = exercises(write_lesson(tmp_path, LESSON, "07_numbers"))
    stub = "def twice(x):\n    ...  # Your code\n"
    assert found == {
        1: Exercise("numbers check_twice", "Exercise 1: twice", stub, "check_twice(twice)"),
        3: Exercise("numbers try 3", "Exercise 1: twice", "print(1 + 1)\n", ""),
    }


def test_keys_are_those_of_exercises_that_check(tmp_path: Path):
    assert keys(write_lesson(tmp_path, LESSON, "07_numbers")) == ("numbers check_twice",)


def test_stub_keeps_what_is_asked_for_and_the_verdict():
    answer = '''
import math

def help(x):
    return x


def twice(x, n=2):
    """Double."""
    return n * help(x)


class Loop:
    def fit(self, x):
        return x


print(check_twice(twice))
print(check_loop(Loop))
print(twice(3))
'''
    assert stub(answer) == (
        "def twice(x, n=2):\n    ...  # Your code\n\n\n"
        "class Loop:\n\n    def fit(self, x):\n        ...  # Your code\n\n\n"
        "print(check_twice(twice))\nprint(check_loop(Loop))"
    )
    assert stub("def learner(): ...") == ""


def test_to_html_holds_what_the_scripts_need():
    exercise = Exercise("a check_b", 'Exercise 1: "x"', "def f():\n\n    ...\n", "check_b(f)")
    html = to_html(exercise, {"lesson": "../a_b.py", "all": "3"})
    assert 'data-stub="def f():\n\n    ...\n"' in html and 'data-call="check_b(f)"' in html
    assert 'data-title="Exercise 1: &quot;x&quot;"' in html and 'data-all="3"' in html


def test_engine_is_left_out_without_npms_packages(tmp_path: Path):
    assert engine_files(ROOT, tmp_path) == {}


def test_engine_has_the_library_as_source_where_it_cannot_be_compiled(tmp_path: Path):
    names = "pyodide.mjs pyodide.asm.mjs pyodide.asm.wasm python_stdlib.zip pyodide-lock.json"
    packages = {f"pyodide/{name}": "no package" for name in names.split()}
    write(tmp_path, {**packages, "numpy-ts/dist/numpy-ts.browser.js": "x"})
    made = engine_files(ROOT, tmp_path)
    assert made["assets/engine/python_stdlib.zip"] == tmp_path / "pyodide/python_stdlib.zip"


def test_engine_tells_the_size_of_each_file_and_the_checksum_of_digits(tmp_path: Path):
    names = "pyodide.mjs pyodide.asm.mjs pyodide.asm.wasm python_stdlib.zip pyodide-lock.json"
    packages = {f"pyodide/{name}": "content" for name in names.split()}
    write(tmp_path, {**packages, "numpy-ts/dist/numpy-ts.browser.js": "x"})
    made = engine_files(ROOT, tmp_path)
    listed = made["assets/engine/files.json"]
    assert isinstance(listed, bytes)
    files = json.loads(listed)
    assert files["pyodide.mjs"] == {"size": 7} and files["python.zip"]["size"] > 0
    with_sum = json.loads(with_digits(listed, b"abc"))
    assert with_sum.keys() == files.keys()
    digits = with_sum["../../train/digits.safetensors"]
    assert digits["size"] == 3 and digits["sha256"].startswith("ba7816bf8f01cfea414140de5dae2223")


def test_editor_files_are_those_of_python_alone(tmp_path: Path):
    wanted = ["index.js", "core-1.js", "layout.css", "extensions/commands/index.js",
              "prism/languages/python.js"]  # fmt: skip
    names = [*wanted, "guides.css", "core-1.js.map", "prism/languages/css.js"]
    write(tmp_path, {f"prism-code-editor/dist/{name}": "" for name in names})
    write(tmp_path, {"prism-code-editor/LICENSE": "MIT"})
    places = {f"assets/editor/{name}" for name in [*wanted, "LICENSE"]}
    assert editor_files(tmp_path).keys() == places
    assert all(path.exists() for path in editor_files(tmp_path).values())


def test_editor_files_without_the_package_is_empty(tmp_path: Path):
    assert editor_files(tmp_path) == {}


def test_python_zip_has_the_package_its_libraries_and_stand_ins_the_same_each_time():
    archive = python_zip(ROOT)
    with ZipFile(io.BytesIO(archive)) as zipped:
        names = set(zipped.namelist())
        stand_in = zipped.read("jaxdigits/data/prepared.py")
    assert {"jaxdigits/losses.py", "jaxtyping/__init__.py", "numpy/__init__.py"} <= names
    assert not any("convnets" in name for name in names)
    assert stand_in == (ROOT / "tools/inpage/jaxdigits/data/prepared.py").read_bytes()
    assert archive == python_zip(ROOT)
