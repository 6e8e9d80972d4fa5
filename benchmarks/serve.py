"""Time what somebody waits for who runs `mkdocs serve`: the first page, outputs, and edits.

`python benchmarks/serve.py` copies the repository to a folder of its own, with nothing remembered,
adds a lesson that computes for a second, serves the site there, and asks for pages as a browser
does, until they show what they should. With `--all` it also waits until every lesson has run, then
starts again and edits the lesson. Exits with 1 where a bound is passed.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("jaxdigits", "docs", "benchmarks", "tools", "mkdocs.yml")
FIRST, LESSON = "lessons/01_pixels.py", "lessons/99_trial.py"
TEXT = """# %% [markdown]
# # 99. A trial
#
# **How long does an author wait?** The word is zebra.

# %%
import time

time.sleep(1)
print("computed", 1)
"""
BOUNDS = {
    "first page": 6.0,
    "lesson 1 with its outputs": 20.0,
    "everything": 180.0,
    "restart": 4.0,
    "text changed": 2.0,
    "code changed": 5.0,
}
PATIENCE = 900.0


def main() -> None:
    """Measure, print, and fail where a bound is passed."""
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        root = Path(name) / "site"
        copy(root)
        os.environ["TFDS_DATA_DIR"] = str(Path(name) / "digits")  # MNIST is prepared, too.
        start = time.perf_counter()
        with served(root) as address:
            seconds["first page"] = time.perf_counter() - start
            until(
                lambda: "Executed on" in (text := parts(address, FIRST)) and "pending" not in text
            )
            seconds["lesson 1 with its outputs"] = time.perf_counter() - start
            if "--all" in sys.argv:
                until(lambda: not left(address))
                seconds["everything"] = time.perf_counter() - start
            until(lambda: "computed 1" in parts(address, LESSON))
        start = time.perf_counter()
        with served(root) as address:
            seconds["restart"] = time.perf_counter() - start
            if "--all" in sys.argv:
                trial = f"{address}{LESSON.removesuffix('.py')}/"
                edit(root / "docs" / LESSON, "zebra", "giraffe")
                seconds["text changed"] = until(lambda: "giraffe" in page(trial))
                assert not left(address), "A change of the text made a lesson run."
                edit(root / "docs" / LESSON, " 1)", " 2)")
                seconds["code changed"] = until(lambda: "computed 2" in parts(address, LESSON))
    for what, took in seconds.items():
        print(f"{what:26} {took:5.1f} s, at most {BOUNDS[what]:g} s")
    sys.exit(any(took > BOUNDS[what] for what, took in seconds.items()))


def copy(root: Path) -> None:
    """Copy what a build reads, and add the trial lesson."""
    root.mkdir()
    for name in COPIED:
        source, target = ROOT / name, root / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    (root / "docs" / LESSON).write_text(TEXT, encoding="utf-8")
    config = root / "mkdocs.yml"
    text = config.read_text(encoding="utf-8")
    last = "  - Reference:\n"
    assert last in text, "The navigation has another form."
    config.write_text(text.replace(last, f"  - {LESSON}\n{last}"), encoding="utf-8")


@contextmanager
def served(root: Path) -> Iterator[str]:
    """Serve the site until its first page arrives; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
    with (root.parent / "log.txt").open("w") as file:
        process = subprocess.Popen(
            command, cwd=root, stdout=file, stderr=file, env=os.environ | {"PYTHONPATH": str(root)}
        )
    address = f"http://127.0.0.1:{port}/jaxdigits/"
    try:
        until(lambda: process.poll() is not None or "</html>" in page(address))
        if process.poll() is not None:
            sys.exit((root.parent / "log.txt").read_text(encoding="utf-8"))
        yield address
    finally:
        process.send_signal(signal.SIGINT)  # As Ctrl-C does: kernels end, too.
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def page(address: str) -> str:
    """Return what a browser gets; nothing where nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return answer.read().decode()
    except (urllib.error.URLError, ConnectionError):
        return ""


def parts(address: str, lesson: str) -> str:
    """Return the outputs of a lesson, as an open page asks for them."""
    return page(f"{address}.lessons?page={lesson}")


def left(address: str) -> int:
    """Return how many lessons are still to run."""
    status = json.loads(page(f"{address}.lessons"))
    return status["total"] - status["done"]


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text in a file, as an editor saves it."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def until(done: Callable[[], bool]) -> float:
    """Ask until it is so, and return the seconds that this took."""
    start = time.perf_counter()
    while time.perf_counter() - start < PATIENCE:
        if done():
            return time.perf_counter() - start
        time.sleep(0.05)
    sys.exit(f"Nothing came within {PATIENCE:g} s.")


if __name__ == "__main__":
    main()
