"""Time what an author waits for: from saving a lesson to the page that `mkdocs serve` shows.

`python benchmarks/serve.py` copies the repository, with its cache, to a folder of its own, adds a
lesson that computes for a second, serves the site there, edits files, and asks for pages as a
browser does, until the edit shows. Build the site once before, or all lessons execute first. Exits
with 1 where a bound is passed.
"""

import os
import re
import shutil
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
COPIED = ("jaxdigits", "docs", "benchmarks", "mkdocs.yml", ".cache/lessons", ".cache/pages")
LESSON = "lessons/20_trial.py"
TEXT = """# %% [markdown]
# # 20. A trial
#
# **How long does an author wait?** The word is zebra.

# %%
import time

time.sleep(1)
print("computed", 1)
"""
BOUNDS = {"start, nothing changed": 4.0, "text changed": 2.0, "code changed": 6.0}
PATIENCE = 900.0


def main() -> None:
    """Measure, print, and fail where a bound is passed."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "site"
        copy(root)
        with served(root):  # The trial lesson, too, has run once.
            pass
        seconds: dict[str, float] = {}
        start = time.perf_counter()
        with served(root) as (address, log):
            seconds["start, nothing changed"] = time.perf_counter() - start
            lesson = root / "docs" / LESSON
            page = f"{address}lessons/20_trial/"
            seconds["text changed"] = until(page, "giraffe", edit(lesson, "zebra", "giraffe"))
            assert "Executed" not in log.read_text(encoding="utf-8"), "A text was executed."
            seconds["code changed"] = until(page, "computed 2", edit(lesson, " 1)", " 2)"))
            executed = re.findall(r"Executed (\S+)", log.read_text(encoding="utf-8"))
            assert executed == [LESSON], executed
    for what, took in seconds.items():
        print(f"{what:24} {took:5.1f} s, at most {BOUNDS[what]:g} s")
    sys.exit(any(took > BOUNDS[what] for what, took in seconds.items()))


def copy(root: Path) -> None:
    """Copy what a build reads, and add the trial lesson."""
    for name in COPIED:
        source, target = ROOT / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, target)
    (root / "docs" / LESSON).write_text(TEXT, encoding="utf-8")
    config = root / "mkdocs.yml"
    last = "      - lessons/19_from_pytorch.py\n"
    text = config.read_text(encoding="utf-8")
    assert last in text, "The last lesson of the navigation is another."
    config.write_text(text.replace(last, f"{last}      - {LESSON}\n"), encoding="utf-8")


@contextmanager
def served(root: Path) -> Iterator[tuple[str, Path]]:
    """Serve the site until its first page arrives; yield its address and its log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = root.parent / "log.txt"
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
    with log.open("w") as file:
        process = subprocess.Popen(
            command, cwd=root, stdout=file, stderr=file, env=os.environ | {"PYTHONPATH": str(root)}
        )
    address = f"http://127.0.0.1:{port}/jaxdigits/"
    try:
        until(address, "</html>", lambda: None, process)
        yield address, log
    finally:
        process.terminate()
        process.wait()


def edit(file: Path, old: str, new: str) -> Callable[[], None]:
    """Return how to replace a text in a file, as an editor saves it."""

    def save() -> None:
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    return save


def until(
    address: str, text: str, act: Callable[[], None], process: subprocess.Popen[bytes] | None = None
) -> float:
    """Act, ask for a page until it holds a text, and return the seconds that this took."""
    start = time.perf_counter()
    act()
    while time.perf_counter() - start < PATIENCE:
        if process and process.poll() is not None:
            sys.exit(f"mkdocs serve ended with {process.returncode}.")
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                if text in answer.read().decode():
                    return time.perf_counter() - start
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.02)
    sys.exit(f"{address} did not show {text!r} within {PATIENCE:g} s.")


if __name__ == "__main__":
    main()
