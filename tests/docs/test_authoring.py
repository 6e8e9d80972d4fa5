"""The commands for authors of lessons, as authors call them."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest
import rendering
import yaml
from course import read_course
from execution import code_cells, execute
from lesson_file import read_lesson
from linter import RULES
from new_lesson import TEMPLATE, Refused, advice, new_lesson, slugify

ROOT = Path(__file__).parents[2]

CONFIG = """site_name: Course
nav:
  - Home: index.md
  - First:
      - lessons/01_pixels.py  # the first
  - Last:
      # Words, and then this.
      - lessons/17_jargon.md
      - Named: lessons/19_last.py
  - Reference: reference.md
plugins: [search]
"""
LESSON = "# %% [markdown]\n# # 1. Pixels\n#\n# **How?** So.\n\n# %%\nprint(1)\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "docs/lessons"
    folder.mkdir(parents=True)
    (tmp_path / "mkdocs.yml").write_text(CONFIG)
    (folder / "01_pixels.py").write_text(LESSON)
    (folder / "17_jargon.md").write_text("# 17. Jargon\n\n**What?** Words.\n")
    (folder / "19_last.py").write_text(LESSON.replace("1. Pixels", "19. Last"))
    return tmp_path


def files(root: Path) -> dict[str, str]:
    return {str(p.relative_to(root)): p.read_text() for p in root.rglob("*") if p.is_file()}


def test_a_new_lesson_is_the_next_and_the_last_of_the_navigation(root: Path):
    path = new_lesson("Momentum", root)
    assert path == root / "docs/lessons/20_momentum.py"
    assert read_lesson(path).text[0].source.split("---\n")[2].startswith("\n# 20. Momentum\n\n**")
    entry = "      - Named: lessons/19_last.py\n"
    new = CONFIG.replace(entry, f"{entry}      - lessons/20_momentum.py\n")
    assert (root / "mkdocs.yml").read_text() == new
    assert "check --run docs/lessons/20_momentum.py" in advice(path, root)
    assert new_lesson("Warm-up", root).name == "21_warm_up.py"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Größe & Maß", "grosse_mass"),
        ("Lernen: was 'ist' das?", "lernen_was_ist_das"),
        ("Kaiming\N{RIGHT SINGLE QUOTATION MARK}s start", "kaimings_start"),
        ("Ørsted", "orsted"),
        ('"""quotes\\" \\n', "quotes_n"),
        ("  two\nlines ", "two_lines"),
        ("../../etc", "etc"),
        ("What is `jit`?", "what_is_jit"),
        ("50% <b>more</b>", "50_b_more_b"),
    ],
)
def test_any_title_makes_a_valid_lesson(root: Path, title: str, slug: str):
    path = new_lesson(title, root)
    assert path.name == f"20_{slug}.py" and path.parent == root / "docs/lessons"
    first = read_lesson(path).text[0].source.splitlines()
    assert f"# 20. {' '.join(title.split())}" in first
    compile(path.read_text(), path, "exec")
    assert f"lessons/{path.name}" in (root / "mkdocs.yml").read_text()


@pytest.mark.parametrize(
    ("title", "slug", "words"),
    [
        (" ", None, "empty"),
        ("動量", None, "--slug"),
        ("Momentum", "§", "--slug"),
        ("Jargon!", None, "17_jargon.md has this name already"),
        ("Momentum", "pixels", "01_pixels.py has this name already"),
    ],
)
def test_a_title_without_a_place_is_refused(root: Path, title: str, slug: str | None, words: str):
    before = files(root)
    with pytest.raises(Refused, match=words):
        new_lesson(title, root, slug)
    assert files(root) == before


def test_a_title_in_other_letters_can_be_given_a_name(root: Path):
    assert new_lesson("動量", root, "Dong liang").name == "20_dong_liang.py"
    assert slugify("__a--b__") == "a_b"


@pytest.mark.parametrize(
    "nav", ["", "nav: [lessons/01_pixels.py]\n", "nav:\n  - Home: index.md\n# - lessons/01_a.py\n"]
)
def test_without_room_in_the_navigation_nothing_is_written(root: Path, nav: str):
    (root / "mkdocs.yml").write_text(f"site_name: Course\n{nav}")
    before = files(root)
    with pytest.raises(Refused, match="on a line of its own"):
        new_lesson("Momentum", root)
    assert files(root) == before


def test_if_one_file_cannot_be_written_neither_is(root: Path, monkeypatch: pytest.MonkeyPatch):
    def fails(*paths: object) -> None:
        raise PermissionError(13, "Permission denied", "mkdocs.yml")

    before = files(root)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fails)
        with pytest.raises(Refused, match="Permission denied: mkdocs"):
            new_lesson("Momentum", root)
    assert files(root) == before
    # What somebody else has begun is kept.
    (root / "docs/lessons/20_momentum.txt").write_text("mine")
    assert new_lesson("Momentum", root).exists()


@pytest.mark.parametrize("windows", [False, True])
def test_the_last_line_may_be_a_lesson(root: Path, windows: bool):
    config = "nav:\n  - lessons/19_last.py"
    (root / "mkdocs.yml").write_bytes(config.replace("\n", "\r\n" if windows else "\n").encode())
    new_lesson("Momentum", root)
    nav = yaml.safe_load((root / "mkdocs.yml").read_text())["nav"]
    assert nav == ["lessons/19_last.py", "lessons/20_momentum.py"]


def copy_of_the_course(folder: Path) -> Path:
    shutil.copytree(ROOT / "docs/lessons", folder / "docs/lessons")
    for name in ("docs/reference", "docs/assets", "docs/speed"):
        (folder / name).symlink_to(ROOT / name)
    for name in ("docs/index.py", "docs/playground.py", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    return folder


def test_the_template_has_nothing_to_mend(tmp_path: Path):
    root = copy_of_the_course(tmp_path)
    path = new_lesson("Momentum", root)
    course = read_course(root)
    lesson = next(each for each in course.lessons if each.path == path)
    assert lesson is course.lessons[-1]
    assert [finding for rule in RULES for finding in rule(lesson, course)] == []
    for command in ["check"], ["format", "--check"]:
        ruff = [
            sys.executable,
            "-m",
            "ruff",
            *command,
            "--stdin-filename",
            f"docs/lessons/{path.name}",
        ]
        with path.open() as text:
            run = subprocess.run(ruff, cwd=ROOT, stdin=text, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr


def test_the_template_shows_every_kind_of_cell():
    tags = {tag for cell in read_lesson(TEMPLATE).code for tag in cell.tags}
    assert tags == {"check", "answer", "hide-input", "remove-cell", "raises-exception"}
    assert len(TEMPLATE.read_text().splitlines()) < 140


@pytest.mark.parametrize("digits", ["uci", pytest.param("mnist", marks=pytest.mark.mnist)])
def test_the_template_runs(digits: str, tmp_path: Path):
    variables = {"JAXDIGITS_MNIST_DIR": "a folder without MNIST", "TFDS_DATA_DIR": str(tmp_path)}
    if digits == "mnist" and not os.environ.get("JAXDIGITS_MNIST_DIR"):
        pytest.skip("set JAXDIGITS_MNIST_DIR to the folder of the four MNIST files")
    notebook = jupytext.read(TEMPLATE)
    ran = asyncio.run(execute(notebook, ROOT, variables if digits == "uci" else {}))
    for cell, outputs in zip(code_cells(notebook), ran.outputs, strict=True):
        cell.outputs = outputs
    assert f"{digits}: " in ran.outputs[0][0].text  # TFDS may tell that it prepares them.
    assert ran.outputs[-1][0].text == "right\n"
    assert rendering.render(notebook).problems == []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose lessons are quick, and whose digits are the embedded ones."""
    root = tmp_path_factory.mktemp("repository")
    for name in ("docs/authoring", "docs/hooks", "jaxdigits"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    (root / "mkdocs.yml").write_text("nav:\n  - lessons/01_one.py\n  - lessons/02_two.py\n")
    (root / "docs/lessons").mkdir()
    (root / "docs/lessons/01_one.py").write_text(LESSON.replace("Pixels", "One"))
    (root / "docs/lessons/02_two.py").write_text(
        "# %% [markdown]\n# # 2. Two\n#\n# **Why?** With Matplotlib.\n\n# %%\nimport time\n\n"
        'time.sleep(0.2)\n\n# %% alt="A line."\nfrom matplotlib import pyplot\n\n'
        "pyplot.plot([1, 2])\npyplot.show()\npyplot.plot([2, 1])\n"
    )
    return root


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "docs/authoring", *arguments]
    digits = {"JAXDIGITS_MNIST_DIR": "nothing", "TFDS_DATA_DIR": str(root / "none")}
    variables = os.environ | digits
    variables.pop("PYTHONPATH", None)
    return subprocess.run(command, cwd=root, env=variables, capture_output=True, text=True)


def test_an_author_creates_checks_and_times_a_lesson(site: Path):
    unjudged = run(site, "check")
    assert unjudged.returncode == 0, unjudged.stdout + unjudged.stderr
    assert unjudged.stdout.startswith("Not judged: figures and times of 01_one, 02_two")
    assert len(unjudged.stdout.splitlines()) == 1
    assert not (site / ".cache/lessons").exists()  # Nothing was executed.

    judged = run(site, "check", "--run")
    assert judged.returncode == 1
    (line,) = judged.stdout.splitlines()
    assert line.startswith("docs/lessons/02_two.py:12: ")
    assert "figures: 2, alternative texts: 1" in line and "# %% alt=" in line

    # Now outputs are known, and nothing need be executed.
    assert run(site, "check").stdout == judged.stdout
    clean = run(site, "check", "docs/lessons/01_one.py")
    assert (clean.returncode, clean.stdout) == (0, "Nothing to mend. Lessons checked: 1.\n")

    times = run(site, "time")
    assert times.returncode == 0, times.stderr
    head, one, two, note = times.stdout.splitlines()
    assert head.split()[0] == "lesson" and "gzip" in note
    assert one.split()[0] == "01_one" and one.endswith("print(1)")
    assert two.split()[0] == "02_two" and float(two.split()[1]) >= 0.2
    assert two.split()[4] == "-"  # The site is not built.

    # An execution beside other work took too long; another one, alone, does not.
    for entry in (site / ".cache/lessons").glob("*.json"):
        known = json.loads(entry.read_text())
        entry.write_text(json.dumps(known | {"seconds": [99.0 for _ in known["seconds"]]}))
    slow = run(site, "check", "docs/lessons/01_one.py")
    assert slow.returncode == 0 and "times of 01_one, too long" in slow.stdout
    alone = run(site, "check", "--run", "docs/lessons/01_one.py")
    assert (alone.returncode, alone.stdout) == (0, "Nothing to mend. Lessons checked: 1.\n")
    assert "02_two" in run(site, "check").stdout.splitlines()[-1]
    assert "99.0" not in run(site, "time", "--again", "docs/lessons/02_two.py").stdout

    made = run(site, "new", "Momentum")
    assert made.returncode == 0 and "docs/lessons/03_momentum.py" in made.stdout
    again = run(site, "new", "Momentum")
    assert again.returncode == 1 and "already" in again.stderr
    assert not list(site.rglob("docs/**/__pycache__"))  # It would wake "mkdocs serve".


def test_a_failing_lesson_is_a_finding(site: Path):
    (site / "docs/lessons/04_four.py").write_text(
        "# %% [markdown]\n# # 4. Four\n#\n# **Why?** So.\n\n# %%\n1 / 0\n"
    )
    checked, timed = run(site, "check", "--run", "docs/lessons/04_four.py"), run(site, "time")
    assert checked.returncode == timed.returncode == 1
    assert "docs/lessons/04_four.py:7: " in checked.stdout
    assert "ZeroDivisionError" in checked.stdout and "ZeroDivisionError" in timed.stderr
    (site / "docs/lessons/04_four.py").unlink()


@pytest.mark.parametrize("file", ["none.py", "mkdocs.yml"])
def test_what_is_no_lesson_is_refused(site: Path, file: str):
    refused = run(site, "check", file)
    assert refused.returncode == 2 and file in refused.stderr
