"""Whether an answer's outputs show that it passes its check."""

from typing import Any

import pytest
from lessonsite.exercises import verdict_problem
from lessonsite.lesson import Cell


def answer(source: str, *tags: str) -> Cell:
    return Cell(source, 1, 1, frozenset(tags or ["answer"]), "")


def printed(text: str) -> list[dict[str, Any]]:
    return [{"output_type": "stream", "name": "stdout", "text": text}]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("print(check_add(add))", "right\n"),
        ("print(check_add(add), add(1, 2))", "right 3\n"),
        ("print(check_add(add))\nprint(check_sub(sub))", "right\nfast\nright, and why\n"),
        ("print(squares)", "[1, 4]\n"),
    ],
)
def test_answer_that_passes_its_checks_is_accepted(source: str, text: str):
    assert verdict_problem(answer(source), printed(text)) is None


@pytest.mark.parametrize(
    ("source", "text", "words"),
    [
        ("print(check_add(add))", "Not yet: one more.\n", "Not yet: one more."),
        ("print(check_add(add))\nprint(check_sub(sub))", "right\nNot yet: less.\n", "less"),
        ("check_add(add)", "", "check_add"),
        ("print(check_add(add))", "None\n", "check_add"),
        ("print(check_add(add))\nprint(check_sub(sub))", "right\n", "check_sub"),
    ],
)
def test_answer_without_the_verdict_right_is_a_problem(source: str, text: str, words: str):
    assert words in str(verdict_problem(answer(source), printed(text)))


def test_cell_that_is_not_an_answer_needs_no_verdict():
    assert verdict_problem(answer("print(check_add(add))", "no-data"), []) is None
