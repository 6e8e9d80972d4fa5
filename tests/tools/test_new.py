"""The command `new`, and the template that it copies."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from lessonsite.lesson import TAGS, parse, read
from lessonsite.lint import RULES, limits, output_problems, terms
from lessonsite.new import TEMPLATE, Refused, new_lesson
from lessonsite.run import execute

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


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "docs/lessons").mkdir(parents=True)
    (tmp_path / "mkdocs.yml").write_text(CONFIG)
    for name in "01_pixels.py", "17_jargon.md", "19_last.py":
        (tmp_path / "docs/lessons" / name).write_text("")
    return tmp_path


def files(root: Path) -> dict[str, str]:
    return {str(p.relative_to(root)): p.read_text() for p in root.rglob("*") if p.is_file()}


def test_new_lesson_follows_the_last_one_in_the_navigation(root: Path):
    advice = new_lesson("Momentum", root)
    assert "check --run docs/lessons/20_momentum.py" in advice
    assert "\n# # 20. Momentum\n" in (root / "docs/lessons/20_momentum.py").read_text()
    entry = "      - Named: lessons/19_last.py\n"
    config = CONFIG.replace(entry, f"{entry}      - lessons/20_momentum.py\n")
    assert (root / "mkdocs.yml").read_text() == config
    assert "21_warm_up.py" in new_lesson("Warm-up", root)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Größe & Maß", "grosse_mass"),
        ("Lernen: was 'ist' das?", "lernen_was_ist_das"),
        ("Kaiming\N{RIGHT SINGLE QUOTATION MARK}s start", "kaimings_start"),
        ('"""quotes\\" \\n', "quotes_n"),
        ("  two\nlines ", "two_lines"),
        ("../../etc", "etc"),
        ("50% <b>more</b>", "50_bmoreb"),
    ],
)
def test_new_lesson_of_any_title_is_valid(root: Path, title: str, slug: str):
    new_lesson(title, root)
    path = root / f"docs/lessons/20_{slug}.py"
    assert f"# 20. {' '.join(title.split())}" in read(path).text[0].source.splitlines()
    compile(path.read_text(), path, "exec")


@pytest.mark.parametrize(
    ("title", "slug", "words"),
    [
        (" ", None, "give a title"),
        ("動量", None, "--slug"),
        ("Momentum", "§", "--slug"),
        ("Jargon!", None, "17_jargon.md has this name already"),
        ("Momentum", "pixels", "01_pixels.py has this name already"),
    ],
)
def test_new_lesson_without_a_name_of_its_own_is_refused(
    root: Path, title: str, slug: str | None, words: str
):
    before = files(root)
    with pytest.raises(Refused, match=words):
        new_lesson(title, root, slug)
    assert files(root) == before


def test_new_lesson_takes_its_name_from_the_slug(root: Path):
    assert "20_dong_liang.py" in new_lesson("動量", root, "Dong liang")


@pytest.mark.parametrize(
    "nav", ["", "nav: [lessons/01_pixels.py]\n", "nav:\n  - Home: index.md\n# - lessons/01_a.py\n"]
)
def test_new_lesson_without_room_in_the_navigation_is_refused(root: Path, nav: str):
    (root / "mkdocs.yml").write_text(f"site_name: Course\n{nav}")
    before = files(root)
    with pytest.raises(Refused, match="on a line of its own"):
        new_lesson("Momentum", root)
    assert files(root) == before


def test_template_has_nothing_to_mend_but_its_own_text():
    pages = sorted((ROOT / "docs/lessons").glob("[0-9]*"))
    text = TEMPLATE.read_text(encoding="utf-8").replace("# # 0. Title", "# # 20. Momentum")
    lesson = parse(ROOT / "docs/lessons/20_momentum.py", text)
    findings = [finding for rule in RULES for finding in rule(lesson)]
    assert findings and {what for _, what in findings if "template" not in what} == set()
    assert terms([*map(read, pages), lesson])[lesson.path] == []
    assert list(limits(lesson, None, False)) == []
    ruff = [sys.executable, "-m", "ruff", "format", "--check", f"--stdin-filename={lesson.path}"]
    assert subprocess.run([*ruff, "-"], cwd=ROOT, input=text, text=True).returncode == 0


def test_template_shows_every_kind_of_cell():
    tags = {tag for cell in read(TEMPLATE).code for tag in cell.tags}
    assert tags == TAGS.keys() - {"helper", "no-data"}


@pytest.mark.slow
def test_template_runs_and_its_answer_is_right(tmp_path: Path):
    lesson = read(TEMPLATE)
    digits = {"JAXDIGITS_MNIST_DIR": "a folder without MNIST", "TFDS_DATA_DIR": str(tmp_path)}
    run = asyncio.run(execute(lesson, ROOT, digits))
    assert run[-1].outputs[0]["text"] == "right\n"
    assert list(output_problems(lesson, run)) == []
