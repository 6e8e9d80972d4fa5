"""What each rule of the linter finds, and what it leaves alone."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from lessonsite.lesson import Lesson, parse
from lessonsite.lint import RULES, check_lessons, limits, opening, output_problems, terms
from lessonsite.new import TEMPLATE
from lessonsite.run import CellRun, LessonError
from lessonsite.store import Entry

JARGON = """# 17. Jargon

**What does that mean?** Words.

[epoch](#epoch), [mean squared error](#mse), [root mean squared error](#rmse), [step](#step)

## Words
"""


def text(markdown: str) -> str:
    return "# %% [markdown]\n" + "\n".join(f"# {line}".rstrip() for line in markdown.split("\n"))


def lesson(*cells: str, number: int = 1, name: str = "one") -> Lesson:
    """Return a lesson whose second cell begins in line 7."""
    cells = (text(f"# {number}. Title\n\n**Why?** So."), *cells)
    return parse(Path(f"/course/docs/lessons/0{number}_{name}.py"), "\n\n".join(cells) + "\n")


def found(rule: str, *cells: str) -> list[tuple[int, str]]:
    """Return what a rule finds in a lesson with these cells."""
    named = {each.__name__: each for each in RULES}
    return list(named[rule](lesson(*cells)))


@pytest.mark.parametrize(
    "start",
    [
        "# 2. One\n\n**Why?** So.",
        "\n## 1. One\n\n**Why?** So.",
        "# 1. One\n\nWhy? **So.**",
        "# 1. One\n\n**No question.**",
        "---\ntitle: x\n---\n\n# 1. One",
    ],
)
def test_opening_without_title_or_question_is_found(start: str):
    one = parse(Path("/course/docs/lessons/01_one.py"), text(start) + "\n")
    ((line, what),) = opening(one)
    assert line == 1 and "`# 1. Title`" in what and "ask in bold" in what


@pytest.mark.parametrize("source", ["", "x = 1\n"])
def test_opening_without_text_is_found(source: str):
    one = parse(Path("/course/docs/lessons/01_one.py"), source)
    ((line, what),) = opening(one)
    assert line == 1 and "`# 1. Title`" in what


def test_opening_after_a_header_is_accepted():
    start = "---\ntime_limit: 9\n---\n\n# 1. One\n\n**How far\nis it? And why?** So."
    one = parse(Path("/course/docs/lessons/01_one.py"), text(start) + "\n")
    assert not list(opening(one))


def test_unknown_tag_is_found():
    ((line, what),) = found("cells", '# %% tags=["hide-imput", "no-data"]\n1')
    assert line == 7 and "hide-imput" in what and "hide-input" in what


def test_paragraph_of_the_template_is_found():
    theirs = parse(TEMPLATE, TEMPLATE.read_text()).text[1].source.split("\n\n")[1]
    assert theirs.startswith("Explain one idea")
    ((line, what),) = found("leftovers", text(f"## Text\n\n{theirs}\n\nOur own."))
    assert line == 9 and "template" in what
    assert found("leftovers", text("## What you learned\n\n- You can do it.")) == []


@pytest.mark.parametrize(
    ("lines", "tags", "fine"),
    [
        (15, "", True),
        (16, "", False),
        (16, ' tags=["answer"]', False),
        (16, ' tags=["check"]', True),
        (16, ' tags=["helper"]', True),
        (16, ' tags=["hide-input"]', True),
    ],
)
def test_cell_of_more_than_fifteen_lines_is_found(lines: int, tags: str, fine: bool):
    source = "import os\nfrom os import path\n\n" + "x = f(\n)\n" * lines
    findings = found("cells", f"# %%{tags}\n{source}")
    assert [line for line, _ in findings] == ([] if fine else [7])
    assert fine or f"{lines} lines" in findings[0][1]


@pytest.mark.parametrize(
    "prose",
    [
        "accuracy 0.97",
        "It is right in 97 % of cases",
        "some 97 percent",
        "off by 1,234.5 in all",
        "9,209 of 10,000 are right",
        "It finds 87 of the 100 faults",
        "**0.97** <!-- no reason -->",
        "0.97\n\n<!-- typed: in another paragraph -->",
    ],
)
def test_typed_figure_is_found(prose: str):
    ((line, what),) = found("numbers", text(f"First.\n\n{prose}"))
    assert line == 9 and "typed" in what


@pytest.mark.parametrize(
    "prose",
    [
        "the rate 0.3, a share of 30 %, and 0.30; 30 of 100",
        "`0.97` and $0.97$ and ``0.97``",
        "[paper](https://arxiv.org/abs/1708.07120) <img alt='0.97'>",
        "```\n0.97\n```",
        "accuracy 0.97 <!-- typed: a definition -->",
        "In all\n0.97, as everybody\nknows. <!-- typed: a\ndefinition -->",
        "In all <!-- typed: a definition -->\n0.97, as everybody knows.",
        "lesson 3. 28 x 28 digits in 1998, 60,000 of them.",
        "Python 3.11, 3.12 or\n3.13, JAX 0.10, version 2.13.0 and section 3.1",
        "*Sources:* Someone, 1.5 pages,\n0.97.",
    ],
)
def test_number_that_code_sets_or_that_has_a_reason_is_accepted(prose: str):
    assert found("numbers", "# %%\nrate, n = 0.3, 30  # not 0.97", text(prose)) == []


CLAIM = '# %% tags=["claim"]\nassert 0.97 <= accuracy and right == 9209'


def test_typed_figure_that_a_claim_below_asserts_is_accepted():
    prose = text("97 % are right, 9,209 of 10,000.")
    assert found("numbers", prose, CLAIM) == []
    assert [line for line, _ in found("numbers", prose, "# %%\n1", CLAIM)] == [7, 7, 13]
    ((_, what),) = found("numbers", text("98 % are right."), CLAIM)
    assert "`claim`" in what


def test_claim_that_asserts_nothing_or_follows_no_text_is_found():
    nothing = '# %% tags=["claim"]\nprint(accuracy)'
    ((_, what),) = found("numbers", text("Most are right."), nothing)
    assert "asserts" in what
    assert found("numbers", text("Most are right."), CLAIM) == []
    ((_, what),) = found("numbers", "# %%\n1", CLAIM)
    assert "directly above" in what


CHECK = '# %% tags=["check"]\ndef check_add(add):\n    return "right"'
ANSWER = '# %% tags=["answer"]\nadd = sum\nprint(check_add(add))'


@pytest.mark.parametrize(
    ("cells", "line", "words"),
    [
        ([ANSWER], 7, '["check"]'),
        (['# %% tags=["check"]\n1', ANSWER], 7, "defines `check_...`"),
        ([CHECK], 7, '["answer"]'),
        ([text("## Next"), CHECK, ANSWER], 7, '["check"]'),
        ([CHECK, '# %% tags=["answer"]\ncheck_add(sum)'], 16, "print(check_add(...))"),
        ([CHECK, '# %% tags=["answer"]\nprint("right")'], 16, "print(check_add(...))"),
    ],
)
def test_exercise_without_check_answer_or_verdict_is_found(cells: list[str], line: int, words: str):
    ((where, what),) = found("exercises", text("### Exercise 1: add\n\nAdd."), *cells)
    assert where == line and words in what


@pytest.mark.parametrize("between", [[], [text("A hint."), "# %%\n2"]])
def test_exercise_whose_answer_prints_the_verdict_is_accepted(between: list[str]):
    heading = text("### Exercise 1: add\n\nAdd.")
    assert found("exercises", heading, CHECK, *between, f"{ANSWER}\nplot(add)") == []


@pytest.mark.parametrize("title", ["### Exercise 2: add", "### Exercise 1", "## Exercise 1: add"])
def test_exercise_without_its_number_or_name_is_found(title: str):
    ((_, what),) = found("exercises", text(title), CHECK, ANSWER)
    assert "### Exercise 1: " in what


LINK = "[epoch](22_jargon.md#epoch)"


@pytest.mark.parametrize(
    ("first", "second", "lines"),
    [
        ("An epoch.", f"An {LINK}.", [[7], []]),
        (f"An {LINK}.", "Epochs.", [[], []]),
        (f"Before\nthe epoch, the {LINK}.", "", [[], []]),
        (f"Epochs.\n\nAn {LINK}.", "", [[7], []]),
        (f"An epoch:\n$$\nx\n$$\nAn {LINK}.", "", [[], []]),
        ("`epoch`, an [epoch](02_two.py).", "## An epoch\n\nOne epoch more", [[], [9]]),
        (f"*Sources:* The Epoch.\n\n**Next:** epochs.\n\n{LINK}", "An epoch.", [[], []]),
        ("A root mean\nsquared error.", "", [[7], []]),
        ("A step, and many steps. Multi-epoch.", "", [[], []]),
    ],
)
def test_term_without_a_link_at_its_first_use_is_found(
    first: str, second: str, lines: list[list[int]]
):
    lessons = lesson(text(first)), lesson(text(second), number=2)
    jargon = parse(Path("/course/docs/lessons/22_jargon.md"), JARGON)
    findings = terms([*lessons, jargon])
    assert [[line for line, _ in findings[each.path]] for each in lessons] == lines


def entry(one: Lesson, seconds: float = 0.1, programs: int = 1) -> Entry:
    run = tuple(CellRun([], seconds, 0.5, programs) for _ in one.code)
    return Entry({}, [cell.source for cell in one.code], run)


@pytest.mark.parametrize(
    ("header", "seconds", "words", "programs", "complaint"),
    [
        ("", 1, 10, 1, None),
        ("", 31, 10, 1, "31 seconds"),
        ("", 1, 9000, 1, "minutes"),
        ("", 1, 10, 41, "41 programs"),
        ("runs_for: 40  # trains", 31, 10, 1, None),
        ("runs_for: 40  # trains", 41, 10, 1, "41 seconds"),
        ("reads_for: 50  # a list", 1, 9000, 1, None),
        ("programs: 120  # a network of many shapes", 1, 10, 120, None),
        ("runs_for: 40", 1, 10, 1, "a reason"),
        ("runs_for: long  # trains", 1, 10, 1, "a number"),
    ],
)
def test_lesson_over_a_limit_without_a_reason_is_found(
    header: str, seconds: int, words: int, programs: int, complaint: str | None
):
    start = f"---\n{header}\n---\n\n# 1. One\n\n" + "word " * words
    one = parse(Path("/course/docs/lessons/01_one.py"), text(start) + "\n\n# %%\n1\n")
    findings = list(limits(one, entry(one, seconds, programs), timed=True))
    assert len(findings) == bool(complaint)
    assert all(complaint and complaint in what for _, what in findings)


def test_lesson_that_ran_beside_others_is_not_judged_by_its_seconds():
    one = lesson("# %%\n1")
    assert not list(limits(one, entry(one, 99), timed=False))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository of two lessons without a fault."""
    (tmp_path / "docs/lessons").mkdir(parents=True)
    for number, name in (1, "one"), (2, "two"):
        path = tmp_path / f"docs/lessons/0{number}_{name}.py"
        path.write_text(text(f"# {number}. Title\n\n**Why?** So.") + "\n\n# %%\nprint(1)\n")
    return tmp_path


def check(root: Path, runs: Mapping[str, Callable[[Lesson], object]]) -> int:
    """Check both lessons, of which these have run."""
    paths = sorted((root / "docs/lessons").iterdir())

    def ran(root: Path, paths: Sequence[Path]) -> dict:
        every = [parse(path, path.read_text()) for path in paths]
        return {each.path: runs[each.path.stem](each) for each in every if each.path.stem in runs}

    return check_lessons(root, paths, ran, False)


def test_check_of_lessons_without_a_fault_says_so(root: Path, capsys: pytest.CaptureFixture[str]):
    assert check(root, {"01_one": entry, "02_two": entry}) == 0
    assert capsys.readouterr().out == "Nothing to mend. Lessons checked: 2.\n"


def test_check_names_the_lessons_that_did_not_run(root: Path, capsys: pytest.CaptureFixture[str]):
    assert check(root, {"01_one": entry}) == 0
    assert capsys.readouterr().out == "Outputs not judged: 02_two. With --run they are.\n"


def test_check_prints_findings_by_file_and_line(root: Path, capsys: pytest.CaptureFixture[str]):
    (root / "docs/lessons/01_one.py").write_text('# %% alt="A."\nx = [ 1]\n')
    (root / "docs/lessons/02_two.py").write_text("# %%\nx = = 1\n")
    assert check(root, {"01_one": entry, "02_two": entry}) == 4
    first, second, third, *ruff = capsys.readouterr().out.splitlines()
    one, two = "docs/lessons/01_one.py", "docs/lessons/02_two.py"
    places = [line.split(": ")[0] for line in (first, second, third)]
    assert places == [f"{one}:1", f"{one}:2", f"{two}:1"]
    assert one in "\n".join(ruff) and f"{two}:2" in "\n".join(ruff)


def test_check_of_a_lesson_that_fails_names_the_cell(
    root: Path, capsys: pytest.CaptureFixture[str]
):
    fails = {"02_two": lambda one: LessonError(one, one.code[0], "ZeroDivisionError: zero")}
    assert check(root, {"01_one": entry, **fails}) == 1
    assert "docs/lessons/02_two.py:7: " in (out := capsys.readouterr().out)
    assert "ZeroDivisionError: zero" in out


@pytest.mark.parametrize(
    ("header", "words"), [('title: "x', "not YAML"), ("time_limit: soon", "time_limit")]
)
def test_check_of_a_header_that_cannot_be_read_reports_it(
    root: Path, capsys: pytest.CaptureFixture[str], header: str, words: str
):
    path = root / "docs/lessons/01_one.py"
    path.write_text(text(f"---\n{header}\n---\n\n# 1. One\n\n**Why?** So.") + "\n")
    assert check(root, {"02_two": entry}) == 1
    assert "docs/lessons/01_one.py:1: " in (out := capsys.readouterr().out)
    assert words in out


def outputs_of(cell: str, *outputs: dict[str, object]) -> list[tuple[int, str]]:
    """Return what is wrong with what a cell, in line 6, left."""
    one = lesson(cell)
    return list(output_problems(one, (CellRun([*outputs], 1.0, 0.0, 0),)))


def printed(words: str) -> dict[str, object]:
    return {"output_type": "stream", "name": "stdout", "text": words}


@pytest.mark.parametrize(("figures", "alt"), [(1, ""), (2, "one"), (0, "left over")])
def test_figures_without_alternative_texts_are_found(figures: int, alt: str):
    picture = {"output_type": "display_data", "data": {"image/png": ""}}
    ((line, what),) = outputs_of(f'# %% alt="{alt}"\nf()', *[picture] * figures)
    assert line == 7 and what.startswith(f"the cell has figures: {figures}, ")
    hidden = f'# %% tags=["remove-cell"] alt="{alt}"\nf()'
    assert outputs_of(hidden, *[picture] * figures) == []


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("print(check_add(add))", "right\n"),
        ("print(check_add(add), add(1, 2))", "right 3\n"),
        ("print(check_add(add))\nprint(check_sub(sub))", "right\nfast\nright, and why\n"),
        ("print(squares)", "[1, 4]\n"),
    ],
)
def test_answer_that_passes_its_checks_is_accepted(source: str, says: str):
    assert outputs_of(f'# %% tags=["answer"]\n{source}', printed(says)) == []


@pytest.mark.parametrize(
    ("source", "says", "words"),
    [
        ("print(check_add(add))", "Not yet: one more.\n", "Not yet: one more."),
        ("print(check_add(add))\nprint(check_sub(sub))", "right\nNot yet: less.\n", "less"),
        ("check_add(add)", "", "check_add"),
        ("print(check_add(add))", "None\n", "check_add"),
        ("print(check_add(add))\nprint(check_sub(sub))", "right\n", "check_sub"),
    ],
)
def test_answer_without_the_verdict_right_is_a_problem(source: str, says: str, words: str):
    ((line, what),) = outputs_of(f'# %% tags=["answer"]\n{source}', printed(says))
    assert line == 7 and words in what


def test_cell_that_is_not_an_answer_needs_no_verdict():
    assert outputs_of("# %%\nprint(check_add(add))") == []
