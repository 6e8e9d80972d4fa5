"""The reader's code as the page runs it, here with the real NumPy and JAX."""

import ast
import importlib.util
import json
import sys
from types import ModuleType
from typing import Any

import pytest
from sites import ROOT

import jaxdigits as jd


def module(path: str) -> ModuleType:
    """Return a module of tools/inpage, whose folder also has stand-ins that are not wanted here."""
    spec = importlib.util.spec_from_file_location(path, ROOT / "tools/inpage" / path)
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


for name in "beyond", "not_here":  # The others import them.
    sys.modules[name] = module(f"{name}.py")
reader: Any = module("reader.py")


def run(code: str, call: str = "", lesson: str = "") -> dict[str, Any]:
    """Run code; return its verdict or error, what it printed, and what it drew."""
    printed: list[str] = []
    drawn: list[tuple[int, int, str, str]] = []
    result = reader.run(lesson, code, call, printed.append, lambda *told: drawn.append(told))
    return {**json.loads(result), "printed": "".join(printed), "drawn": drawn}


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("n = 4\nif n % 2 = 0:\n    pass", "Line 2: cannot assign to expression here."),
        ("\nn = [m for m in [1] if m % 2 = 0]", "Line 2: invalid syntax. Maybe you meant '=='"),
        ("def = 3", "Line 1: invalid syntax\n"),
        ("x = 3 3", "Line 1: invalid syntax\n"),
    ],
)
def test_run_of_a_wrong_line_says_what_may_be_meant(code: str, reason: str):
    assert run(code)["error"].startswith(reason)


CHECKS_A_SUM = """# %% tags=["check"]
def check_sum(total):
    return jd.check_answer(total, sum, [([1, 2],)])
"""


def test_run_of_an_answer_that_raises_says_in_which_line():
    told = run("def total(numbers):\n    return totl", "check_sum(total)", CHECKS_A_SUM)
    assert "\nLine 2: return totl\nNameError: name 'totl' is not defined" in told["verdict"]


def test_run_of_a_right_answer_before_a_line_that_fails_is_right():
    later = "total = sum\nprint(1 / 0)"
    told = run(later, "check_sum(total)", CHECKS_A_SUM)
    assert told["verdict"] == "right" and "ZeroDivisionError" in told["printed"]
    told = run(later.replace("sum", "max"), "check_sum(total)", CHECKS_A_SUM)
    assert "ZeroDivisionError" in told["error"]


@pytest.fixture
def plots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `jd.plots` be the page's."""
    monkeypatch.setattr(jd, "plots", module("jaxdigits/plots.py"), raising=False)


def reds(colors: str) -> list[int]:
    return [ord(letter) for letter in colors[::4]]


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("np.array([[0, 255, 51]], np.uint8)", [255, 0, 204]),
        ("np.array([[0, 1, 1]])", [255, 0, 0]),
        ("np.array([[0.0, 0.2, 1.0]])", [255, 204, 0]),
        ("jnp.array([[0.0, 2.0, 4.0]])", [255, 127, 0]),
        ("np.array([[0.0, 0.5, -0.5]])", [255, 103, 5]),
        ("[[True, False, True]]", [0, 255, 0]),
    ],
)
def test_show_image_in_the_page_has_the_ranges_of_the_package(image, expected, plots):
    ((height, width, colors, title),) = run(f"jd.plots.show_image({image})")["drawn"]
    assert (height, width, title) == (1, 3, "") and reds(colors) == expected
    assert colors[3] == "\xff" and len(colors) == 12


def test_show_images_in_the_page_has_titles_and_shows_at_most_24(plots):
    told = run("jd.plots.show_images(np.zeros((2, 3, 4)), titles=['a', 2])")
    assert [(picture[:2], picture[3]) for picture in told["drawn"]] == [
        ((3, 4), "a"),
        ((3, 4), "2"),
    ]
    told = run("for n in 20, 10:\n    jd.plots.show_images(np.zeros((n, 3, 4)))")
    assert len(told["drawn"]) == 24 and told["printed"].count("more pictures") == 1


@pytest.mark.parametrize(
    "call",
    [
        "show_image(np.zeros(3))",
        "show_images(np.zeros((0, 3, 3)))",
        "show_images(np.zeros((2, 3, 3)), titles=['a'])",
    ],
)
def test_show_in_the_page_refuses_what_the_package_refuses(call, monkeypatch):
    monkeypatch.setattr(jd, "plots", importlib.import_module("jaxdigits.plots"), raising=False)
    refused = run(f"jd.plots.{call}")["error"]
    monkeypatch.setattr(jd, "plots", module("jaxdigits/plots.py"))
    assert "ValueError" in refused and run(f"jd.plots.{call}")["error"] == refused


def test_lesson_draws_nothing_before_the_readers_code(plots):
    lesson = "# %%\nimage = np.eye(3)\nimage[jd.plots.show_image(image) is None] = 0\n"
    told = run("print(image.sum())", lesson=lesson)
    assert told["printed"] == "0.0\n" and told["drawn"] == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("for i in range(n):\n    print(i, w)\nprint(i)", {"n", "w"}),
        ("total = 0\nfor x in xs:\n    y = x\n    total += y", {"xs"}),
        ("w = w - 1", {"w"}),
        ("while w > 1:\n    w -= 1", {"w"}),
        ("if c:\n    q = 1\nelse:\n    q = z\nprint(q)", {"c", "z"}),
        ("with open(p) as file:\n    file.read()", {"p"}),
        (
            "try:\n    f(a)\nexcept E as error:\n    print(error)\nelse:\n    g",
            {"f", "a", "E", "g"},
        ),
        ("def f():\n    return later + theirs\n\nlater = 1", {"theirs"}),
        ("match v:\n    case 1:\n        print(k)", {"v", "k"}),
    ],
)
def test_asked_is_what_a_program_reads_before_it_sets_it(code: str, expected: set[str]):
    assert reader.asked(ast.parse(code)) == expected
