"""Exercises that run in their page: what stands in the page, and the Python that it loads.

docs/assets/exercises/ has the scripts; tools/inpage/ what Python needs in a browser.
"""

import ast
import hashlib
import io
import json
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.metadata import files as files_of
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lessonsite import precompile
from lessonsite.lesson import Lesson

ENGINE = "assets/engine"
"""Where in the site the interpreter and all that it needs lies."""

EDITOR = "assets/editor"
"""Where in the site the library lies that makes text fields editors."""

INPAGE = Path(__file__).parents[1] / "inpage"
# From npm: the interpreter, Python's own library, and arrays.
_PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip",
            "pyodide-lock.json")  # fmt: skip
_NUMPY = "numpy-ts/dist/numpy-ts.browser.js"
# What colors.js imports from the editor's package, and beside it all that those import.
_EDITOR = "*.js", "extensions/commands/index.js", "prism/languages/python.js", "layout.css"
# From PyPI, as the package itself uses them.
_LIBRARIES = ("jaxtyping", "wadler-lindig")
# What of the package cannot run in a page, or has a stand-in in tools/inpage/jaxdigits.
_LEFT_OUT = ("convnets", "plots", "data/records.py")
DIGITS = "train/digits.safetensors"
"""Where in the site the digits lie that exercises use: those of the page Train."""


class Exercise(NamedTuple):
    """What a page needs to know of an exercise."""

    key: str
    title: str
    stub: str
    call: str
    """How the check is called: `check_slopes(slopes)`; empty for a cell that is to be tried."""


def exercises(lesson: Lesson) -> dict[int, Exercise]:
    """Return the exercises of a lesson, by the number of the cell above which each one stands."""
    found: dict[int, Exercise] = {}
    title, checks = "", {}
    name = re.sub(r"^\d+_", "", lesson.path.stem)
    for cell in lesson.cells:
        if not cell.number:
            titles = re.findall(r"^#+ (.+)$", cell.source, re.MULTILINE)
            title = titles[-1] if titles else title
        elif "check" in cell.tags:
            checks |= dict.fromkeys(re.findall(r"^def (check_\w+)", cell.source, re.M), cell.number)
        elif "try" in cell.tags:
            found[cell.number] = Exercise(
                f"{name} try {cell.number}", title, f"{cell.source.strip()}\n", ""
            )
        elif "answer" in cell.tags and (empty := stub(cell.source)):
            code, _, call = empty.rpartition("\n\n\n")
            called = re.fullmatch(r"print\(((check_\w+)\(.*\))\)", call)
            if called:
                key = f"{name} {called[2]}"
                above = checks.get(called[2], cell.number)
                found[above] = Exercise(key, title, f"{code}\n", called[1])
    return found


def keys(lesson: Lesson) -> tuple[str, ...]:
    """Return the keys under which a browser remembers the lesson's exercises."""
    return tuple(each.key for each in exercises(lesson).values() if each.call)


@cache
def stub(answer: str) -> str:
    """Return an answer with nothing in its functions: what is asked for, and the check.

    What the answer prints beyond the verdict, and functions that only help it, are left out. The
    result is empty where nothing is checked: then the answer itself is to be run.
    """
    kept, asked = [], []
    for item in ast.parse(answer).body:
        found = re.search(r"^print\((check_\w+)\((.*)\)\)$", ast.unparse(item))
        if found:
            kept.append(found[0])
            asked += re.findall(r"\w+", found[2])
    lines = []
    for item in ast.parse(answer).body:
        if isinstance(item, ast.FunctionDef | ast.ClassDef) and item.name in asked:
            methods = [item] if isinstance(item, ast.FunctionDef) else item.body
            for method in methods:
                if isinstance(method, ast.FunctionDef):
                    method.body = [ast.Expr(ast.Constant(...))]
            lines.append(ast.unparse(item).replace("...", "...  # Your code"))
    return "\n\n\n".join([*lines, "\n".join(kept)]) if lines else ""


def to_html(exercise: Exercise, data: Mapping[str, str]) -> str:
    """Return the place in a page where an exercise's editor will be; scripts show it.

    They also need addresses, as `data`: of the `lesson`, and of the `engine` that is loaded; and
    how many exercises there are in `all`.
    """
    every = {**exercise._asdict(), **data}
    attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in every.items())
    return f'<div class="exercise" hidden{attributes}></div>'


def engine_files(root: Path, packages: Path) -> dict[str, Path | bytes]:
    """Return the files of the engine by place in the site; none if npm did not bring them."""
    paths = {name: packages / "pyodide" / name for name in _PYODIDE}
    paths["numpy-ts.browser.js"] = packages / _NUMPY
    if not all(path.exists() for path in paths.values()):
        return {}
    paths["python_stdlib.zip"] = precompile.library(packages / "pyodide")
    python = python_zip(root)
    sizes = {name: path.stat().st_size for name, path in paths.items()}
    # Until the page Train has run, nobody knows how large its digits are: see `with_digits`.
    sizes |= {"python.zip": len(python), f"../../{DIGITS}": 250_000}
    files = {name: {"size": size} for name, size in sizes.items()}
    made = {**paths, "python.zip": python, "files.json": json.dumps(files).encode()}
    made |= {f"numpy-ts-{path.name}": path for path in (packages / "numpy-ts").glob("LICENSE")}
    return {f"{ENGINE}/{name}": content for name, content in made.items()}


def with_digits(files: bytes, digits: bytes) -> bytes:
    """Return the engine's list of files with the size and the checksum of the digits."""
    about = {"size": len(digits), "sha256": hashlib.sha256(digits).hexdigest()}
    return json.dumps({**json.loads(files), f"../../{DIGITS}": about}).encode()


def editor_files(packages: Path) -> dict[str, Path]:
    """Return the files of the editor by place; without them, the page's text fields stay plain."""
    folder = packages / "prism-code-editor/dist"
    paths = [path for pattern in _EDITOR for path in sorted(folder.glob(pattern))]
    made = {f"{EDITOR}/{path.relative_to(folder).as_posix()}": path for path in paths}
    return made | {f"{EDITOR}/LICENSE": path for path in folder.parent.glob("LICENSE")}


def python_zip(root: Path) -> bytes:
    """Return an archive of the Python that the page runs: the package, and what it imports."""
    contents: dict[str, bytes] = {}
    for path in sorted((root / "jaxdigits").rglob("*.*")):
        place = path.relative_to(root / "jaxdigits").as_posix()
        if path.suffix in (".py", ".txt") and not place.startswith(_LEFT_OUT):
            contents[f"jaxdigits/{place}"] = path.read_bytes()
    for path in sorted(INPAGE.rglob("*.py")):
        contents[path.relative_to(INPAGE).as_posix()] = path.read_bytes()
    for library in _LIBRARIES:
        for file in files_of(library) or []:
            if PurePosixPath(file).suffix == ".py" or file.name in ("METADATA", "LICENSE"):
                contents[str(file)] = file.read_binary()
    archive = io.BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as zipped:
        for place, content in sorted(contents.items()):
            zipped.writestr(ZipInfo(place), content, ZIP_DEFLATED)  # The same in every build.
    return archive.getvalue()
