"""Compile Python's library for pages: it comes as source, and compiling that takes them seconds."""

import hashlib
import subprocess
from pathlib import Path

from lessonsite.npm import program

# What the Python of tools/inpage and jaxtyping import. Pyodide imports others when it starts.
_IMPORTED = """ast base64 bisect collections contextlib copyreg dataclasses decimal enum functools
gzip hashlib html importlib.util inspect json keyword linecache pathlib re secrets shutil struct
symtable textwrap threading traceback types typing warnings weakref"""

# Runs in Pyodide under Node. Only modules that are imported in every page are compiled, because the
# others would make the archive larger by two megabytes.
_PROGRAM = """
import importlib, py_compile, sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

for name in imported.split():
    importlib.import_module(name)
origins = [getattr(module.__spec__, "origin", None) or "" for module in sys.modules.values()
           if getattr(module, "__spec__", None)]
used = {origin.partition(".zip/")[2]: origin for origin in origins if ".zip/" in origin}
Path("/library").mkdir()
with ZipFile("/library.zip") as source, ZipFile("/compiled.zip", "w", ZIP_DEFLATED) as made:
    source.extractall("/library")
    for name in sorted(source.namelist()):
        content = source.read(name)
        if name in used:
            # Python does not compare it with the source, which is not there.
            mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
            py_compile.compile(f"/library/{name}", "/module.pyc", used[name], True,
                               invalidation_mode=mode)
            content, name = Path("/module.pyc").read_bytes(), f"{name}c"
        made.writestr(ZipInfo(name), content, ZIP_DEFLATED, compresslevel=9)
"""
_SCRIPT = """
import { readFileSync, writeFileSync } from "fs";
import { pathToFileURL } from "url";
const [folder, program, imported, target] = process.argv.slice(1);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const python = await loadPyodide();
python.FS.writeFile("/library.zip", readFileSync(`${folder}/python_stdlib.zip`));
python.globals.set("imported", imported);
python.runPython(program);
writeFileSync(target, python.FS.readFile("/compiled.zip"));
"""


def library(pyodide: Path) -> Path:
    """Return Pyodide's python_stdlib.zip with compiled modules, or as it is if Node fails.

    It is made once, and kept beside the packages.
    """
    source = pyodide / "python_stdlib.zip"
    made_of = "".join([_PROGRAM, _SCRIPT, _IMPORTED]).encode()
    digest = hashlib.sha256(made_of + source.read_bytes()).hexdigest()[:16]
    target = pyodide.parent.parent / f"python_stdlib-{digest}.zip"
    node = program("node")
    if target.exists() or node is None:
        return target if target.exists() else source
    unfinished = target.with_suffix(".unfinished")
    command = [node, "--input-type=module", "-e", _SCRIPT]
    command += [str(pyodide), _PROGRAM, _IMPORTED, str(unfinished)]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    except (OSError, subprocess.SubprocessError):
        return source
    unfinished.replace(target)
    return target
