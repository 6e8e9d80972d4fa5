"""What the linter of lessons finds, rule by rule, and what it leaves alone."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from anchors import Anchors
from course import Course, read_course
from execution import code_cells
from linter import RULES
from nbformat import NotebookNode
from nbformat.v4 import new_output
from rules import exercises, figures, form, imports, length, links, numbers, terms
from rules.spelling import misspellings

from .conftest import BuildSite, MakeSite

ROOT = Path(__file__).parents[2]

JARGON = """# 17. Jargon

**What does that mean?** Words.

[epoch](#epoch), [mean squared error](#mean-squared-error),
[root mean squared error](#rmse), [step](#step), [weight](#weight)

## Words

### Epoch

### Mean squared error

### RMSE

### Step

### Weight
"""

MakeCourse = Callable[[Mapping[str, str]], Course]


@pytest.fixture
def make_course(tmp_path: Path) -> MakeCourse:
    """Return a function that writes lessons, all of them in the navigation."""

    def make(lessons: Mapping[str, str]) -> Course:
        folder = tmp_path / "docs/lessons"
        folder.mkdir(parents=True)
        for name, text in {**lessons, "17_jargon.md": JARGON}.items():
            (folder / name).write_text(text)
        nav = "".join(f"      - lessons/{name}\n" for name in lessons)
        (tmp_path / "mkdocs.yml").write_text(
            f"nav:\n  - All:\n{nav}      - lessons/17_jargon.md\n"
            "markdown_extensions: [attr_list, toc]\n"
        )
        return read_course(tmp_path)

    return make


def text_cell(markdown: str) -> str:
    return "# %% [markdown]\n" + "\n".join(f"# {line}".rstrip() for line in markdown.split("\n"))


def lesson(*cells: str, number: int = 1) -> str:
    return "\n\n".join([text_cell(f"# {number}. One\n\n**Why?** So."), *cells]) + "\n"


@pytest.fixture
def found(make_course: MakeCourse) -> Callable[..., list[tuple[int, str]]]:
    """Return a function that applies a rule to `01_one.py`, which has these cells."""

    def find(rule: Any, *cells: str) -> list[tuple[int, str]]:
        course = make_course({"01_one.py": lesson(*cells)})
        return [tuple(finding) for finding in rule.problems(course.lessons[0], course)]

    return find


def test_lines_of_cells_are_those_of_the_file():
    for each in read_course(ROOT).lessons:
        lines = each.path.read_text(encoding="utf-8").splitlines()
        for cell in each.cells:
            for number, line in enumerate(cell.source.splitlines(), cell.line):
                assert lines[number - 1] in (line, f"# {line}", "#"), f"{each.path}:{number}"
    assert sum(len(each.code) for each in read_course(ROOT).lessons) > 300


def test_the_lessons_have_nothing_to_mend():
    """As `python docs/authoring check` says; but what was not executed is not judged."""
    course = read_course(ROOT)
    for each in course.lessons:
        assert [f for rule in RULES for f in rule(each, course)] == [], each.path.name
    assert misspellings([each.path for each in course.lessons], ROOT) == {}


@pytest.mark.parametrize(
    ("opening", "line", "words"),
    [
        ("# 2. One\n\n**Why?** So.", 2, "`# 1. Title`"),
        ("# One\n\n**Why?** So.", 2, "`# 1. Title`"),
        ("\n## 1. One\n\n**Why?** So.", 3, "`# 1. Title`"),
        ("# 1. One\n\nWhy? **So.**", 4, "ask in bold"),
        ("# 1. One\n\n**No question.**", 4, "ask in bold"),
        ("# 1. One\n\n**Why?** So.\n\n# Two", 6, "one title"),
        ("---\ntitle: x\n---\n\n# 1. One", 2, "ask in bold"),
    ],
)
def test_a_lesson_opens_with_its_title_and_its_question(
    opening: str, line: int, words: str, make_course: MakeCourse
):
    course = make_course({"01_one.py": text_cell(opening) + "\n"})
    (finding,) = form.problems(course.lessons[0], course)
    assert finding.line == line and words in finding.text


def test_an_opening_may_follow_a_header(make_course: MakeCourse):
    opening = "---\ntime_limit: 9\n---\n\n# 1. One\n\n**How far\nis it? And why?** So."
    course = make_course({"01_one.py": text_cell(opening) + "\n"})
    assert not list(form.problems(course.lessons[0], course))


def test_a_lesson_outside_of_the_navigation_is_found(make_course: MakeCourse):
    course = make_course({"01_one.py": lesson()})
    (stray,) = course.lessons[:1]
    course.lessons = course.lessons[1:]
    assert "mkdocs.yml" in next(form.problems(stray, course)).text


@pytest.mark.parametrize(
    ("lines", "tags", "fine"),
    [
        (15, "", True),
        (16, "", False),
        (16, ' tags=["check"]', True),
        (16, ' tags=["answer"]', False),
    ],
)
def test_cells_are_short(found: Any, lines: int, tags: str, fine: bool):
    code = "import jax\nfrom os import (\n)\n\n" + "x = 1\n" * lines
    findings = found(form, f"# %%{tags}\n{code}")
    assert [line for line, _ in findings] == ([] if fine else [7])
    assert fine or f"{lines} lines" in findings[0][1]


@pytest.mark.parametrize(
    ("code", "draws"),
    [
        ("figure, ax = plt.subplots()", True),
        ("jd.show_image(three)", True),
        ("def draw():\n    jd.show_image(three)", False),
        ("for x in 1, 2:\n    plt.plot(x)", True),
        ("print(jd.load('auto'))", False),
        ("%time plt", False),
    ],
)
def test_before_it_is_executed_one_guesses_which_cells_draw(found: Any, code: str, draws: bool):
    findings = found(figures, f"# %%\n{code}")
    assert bool(findings) == draws and all(line == 7 for line, _ in findings)


@pytest.mark.parametrize("marker", ['alt="A three."', 'tags=["remove-cell"]'])
def test_a_figure_with_a_text_or_out_of_sight_is_fine(found: Any, marker: str):
    assert found(figures, f"# %% {marker}\njd.show_image(three)") == []


def executed(notebook: NotebookNode, drawings: int, seconds: float) -> NotebookNode:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    for cell in code_cells(notebook):
        cell.outputs = [new_output("display_data", {"image/svg+xml": svg})] * drawings
        cell.metadata["seconds"] = seconds
    return notebook


@pytest.mark.parametrize(("drawings", "fine"), [(0, False), (1, False), (2, True)])
def test_there_are_as_many_texts_as_figures(make_course: MakeCourse, drawings: int, fine: bool):
    course = make_course({"01_one.py": lesson('# %% alt="One. | Two."\nplot()')})
    one = course.lessons[0]
    one.outputs = executed(one.notebook, drawings, 1)
    findings = list(figures.problems(one, course))
    assert [finding.line for finding in findings] == ([] if fine else [7])


@pytest.mark.parametrize(
    "prose",
    [
        "accuracy 0.97",
        "It is right in 97 % of cases",
        "some 97 percent",
        "off by 1,234.5 in all",
        "**0.97** <!-- no reason -->",
        "0.97\n\n<!-- typed: in another paragraph -->",
    ],
)
def test_a_typed_figure_is_found(found: Any, prose: str):
    ((line, text),) = found(numbers, text_cell(f"First.\n\n{prose}"))
    assert line == 9 and "typed" in text


@pytest.mark.parametrize(
    "prose",
    [
        "the rate 0.3, a share of 30 %, and 0.30",
        "`0.97` and $0.97$ and ``0.97``",
        "$$\n0.97\n$$",
        "\\(0.97\\)",
        "[paper](https://arxiv.org/abs/1708.07120) <img alt='0.97'>",
        "```\n0.97\n```",
        "accuracy 0.97 <!-- typed: a definition -->",
        "In all\n0.97, as everybody\nknows. <!-- typed: a\ndefinition -->",
        "lesson 3. 28 x 28 digits in 1998, 60,000 of them.",
        "*Sources:* Someone, 1.5 pages,\n0.97.",
    ],
)
def test_a_number_that_code_sets_or_that_has_a_reason_is_fine(found: Any, prose: str):
    assert found(numbers, "# %%\nrate = 0.3  # not 0.97", text_cell(prose)) == []


def test_an_import_is_explained_once_and_not_later(make_course: MakeCourse):
    code = "# %%\nimport os\nimport some_package.part\nfrom sklearn import datasets"
    words = text_cell("Some Package does this, scikit-learn that.")
    course = make_course(
        {"01_one.py": lesson(code), "02_two.py": lesson(words, code), "03_three.py": lesson(code)}
    )
    findings = [list(imports.problems(each, course)) for each in course.lessons[:3]]
    assert [[f.line for f in each] for each in findings] == [[8, 9], [], []]
    assert "some_package" in findings[0][0].text


CHECK, ANSWER = '# %% tags=["check"]\n1', '# %% tags=["answer"]\n1'


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([CHECK, ANSWER], None),
        ([CHECK, text_cell("A hint."), "# %%\n2", ANSWER], None),
        ([ANSWER], "no check"),
        ([CHECK], "no answer"),
        ([ANSWER, CHECK], "no answer"),
        ([text_cell("## Next"), CHECK, ANSWER], "no check"),
    ],
)
def test_an_exercise_has_a_check_and_an_answer(found: Any, cells: list[str], words: str | None):
    findings = found(exercises, text_cell("### Exercise 1: add\n\nAdd."), *cells)
    assert [line for line, _ in findings] == ([7] if words else [])
    assert not words or words in findings[0][1]


@pytest.mark.parametrize("title", ["### Exercise 2: add", "### Exercise 1", "## Exercise 1: add"])
def test_exercises_are_numbered_and_named(found: Any, title: str):
    ((_, text),) = found(exercises, text_cell(title), CHECK, ANSWER)
    assert "### Exercise 1: " in text


@pytest.mark.parametrize(
    "link",
    [
        "[a](02_two.py)",
        "[a](17_jargon.md#weights)",
        "[a](17_jargon.md#mean_squared_error)",
        "[a](#tow)",
        "[a](/lessons/17_jargon/)",
        "[a](17_jargon/)",
        "![a](../assets/a.svg)",
        "[a](../../mkdocs.yml)",
        "[`a`][jaxdigits.fitt]",
        "[`a`][fit]",
        "[a][none]",
        "[jaxdigits.fitt][]",
        "[a][b]\n\n[b]: 02_two.py",
        "![\n a](02_two.py)",
    ],
)
def test_a_link_that_leads_nowhere_is_found(found: Any, link: str):
    ((line, _),) = found(links, text_cell(f"First.\n\n{link}"))
    assert line in (9, 10, 11)


@pytest.mark.parametrize(
    "link",
    [
        "[a](17_jargon.md)",
        "[a](17_jargon.md#mean-squared-error)",
        "[two\nlines](17_jargon.md#epoch)",
        "[a](#two-and-a-half) [a](#mine) [a](#own) [a](#two_1)",
        "[`a`][jaxdigits.fit] [`a`][jaxdigits.convnets.layers] [jaxdigits.fit][]",
        "[a](https://nowhere.invalid) <https://nowhere.invalid> [a](mailto:a@b.invalid)",
        "`[a](b.py)` and `x[0][1]`",
        "```\n[a](b.py)\n```",
        "[a][b]\n\n[b]: 17_jargon.md",
    ],
)
def test_a_link_that_leads_somewhere_is_fine(found: Any, link: str):
    headings = (
        "## Two and a *half*\n\n## Two\n\n## Two\n\n## Own { #own }\n\n<div id='x' id=\"mine\">"
    )
    assert found(links, text_cell(f"{headings}\n\n{link}")) == []


def test_anchors_are_those_of_the_site(make_site: MakeSite, build_site: BuildSite):
    text = "# 1. One\n\n## What's `x_1`, *really*?\n\n## A\n\n## A\n\n## B { .c #g }\n\n### 2 * 3\n"
    root = make_site({"index.md": "# Home\n", "lessons/01_one.py": text_cell(text)})
    assert build_site(root).returncode == 0
    page = (root / "site/lessons/01_one/index.html").read_text()
    anchors = Anchors(read_course(root).config).of(root / "docs/lessons/01_one.py")
    assert len(anchors) == 6
    assert all(f'id="{anchor}"' in page for anchor in anchors)


LINK = "[epoch](17_jargon.md#epoch)"


@pytest.mark.parametrize(
    ("first", "second", "lines"),
    [
        ("An epoch.", f"An {LINK}.", [[7], []]),
        (f"An {LINK}.", "Epochs.", [[], []]),
        (f"Before\nthe epoch, the {LINK}.", "", [[], []]),
        (f"Epochs.\n\nAn {LINK}.", "", [[7], []]),
        ("`epoch`, an [epoch](02_two.py).", "## An epoch\n\nOne epoch more", [[], [9]]),
        (f"*Sources:* The Epoch.\n\n**Next:** epochs.\n\n{LINK}", "An epoch.", [[], []]),
        ("A root mean\nsquared error.", "", [[7], []]),
        ("A step, and many steps. Multi-epoch.", "", [[], []]),
    ],
)
def test_a_term_is_linked_where_it_is_first_used(
    make_course: MakeCourse, first: str, second: str, lines: list[list[int]]
):
    course = make_course(
        {"01_one.py": lesson(text_cell(first)), "02_two.py": lesson(text_cell(second))}
    )
    findings = [list(terms.problems(each, course)) for each in course.lessons[:2]]
    assert [[finding.line for finding in each] for each in findings] == lines


def test_a_misspelled_word_is_found_in_its_line(make_course: MakeCourse):
    course = make_course({"01_one.py": lesson(text_cell("Well.\n\nTeh end."))})
    found = misspellings([each.path for each in course.lessons], course.root)
    ((path, [finding]),) = found.items()
    assert path.name == "01_one.py" and finding.line == 9 and "the" in finding.text.lower()


@pytest.mark.parametrize(
    ("header", "seconds", "words", "complaint"),
    [
        ("", 1, 10, None),
        ("", 31, 10, "31 seconds"),
        ("", 1, 9000, "minutes to read"),
        ("runs_for: 40  # trains", 31, 10, None),
        ("runs_for: 40  # trains", 41, 10, "41 seconds"),
        ("runs_for: 40", 1, 10, "why"),
        ("runs_for: long  # trains", 1, 10, "a number"),
        ("reads_for: 50  # a list", 1, 9000, None),
    ],
)
def test_a_lesson_is_short_or_says_why_not(
    make_course: MakeCourse, header: str, seconds: int, words: int, complaint: str | None
):
    opening = f"---\n{header}\n---\n\n# 1. One\n\n" + "word " * words
    course = make_course({"01_one.py": text_cell(opening) + "\n\n# %%\n1\n"})
    one = course.lessons[0]
    one.outputs = executed(one.notebook, 0, seconds)
    findings = [*length.problems(one, course), *length.too_slow(one)]
    assert bool(findings) == bool(complaint)
    assert all(complaint and complaint in finding.text for finding in findings)
