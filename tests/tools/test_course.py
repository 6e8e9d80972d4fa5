"""What pages say of a lesson: its question, and which exercises run."""

from pathlib import Path

import pytest
from lessonsite.course import Stop, describe, keys, question, tile, to_html
from lessonsite.lesson import parse

TEXT = """# %% [markdown]
# # 5. Down
#
# **Which way
# is `down`?** And **why?**
#
# ### Exercise 1: fall

# %% tags=["check"]
def check_fall(fall):
    return "right"


# %% tags=["answer"]
def fall():
    return 0


print(check_fall(fall))
"""
LESSON = parse(Path("docs/lessons/05_down.py"), TEXT)


def test_question_is_the_first_in_bold_without_marks_of_code():
    text = "# 5. Down\n\n**Not this.**\n\n**Which way\nis `down`?** And **why?**"
    assert question(text) == "Which way is down?"


def test_question_of_a_page_that_asks_nothing_is_empty():
    assert question("# Start\n\nIs this **bold**? No.") == ""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# T\n\n**A question? Two?** An answer.\n", "A question? Two?"),
        ("# T\n\nA sentence: it\ngoes on. More.\n", "A sentence: it goes on."),
        ("# T\n\n![i](i.svg)\n\n- a\n\nSee [`jd.fit`](a.md), [`b`][c.b].", "See `jd.fit`, `b`."),
        ("# T\n\nNo end", "No end"),
        ("# T\n\n```python\nx\n```\n", ""),
    ],
)
def test_describe_is_the_question_or_the_first_sentence(text: str, line: str):
    assert describe(text) == line


def test_keys_are_those_of_exercises_that_check():
    assert keys(LESSON) == ("down check_fall",)


def test_tile_is_there_for_lessons_alone():
    assert (tile(0), "--n:5" in tile(5)) == ("", True)


def test_to_html_groups_lessons_by_section_and_leaves_out_other_pages():
    stops = [
        Stop("index.md", "", "Home", "", "", "", ()),
        Stop("lessons/01_a.py", "lessons/01_a/", "1. A", "How?", "", "One", ("a x", "a y")),
        Stop("lessons/02_b.py", "lessons/02_b/", "2. <B>", "", "", "Two", ()),
    ]
    html = to_html(stops, lambda stop: f"../{stop.url}")
    assert html.count("<li>") == 2 and "Home" not in html
    assert html.index("<h3>One") < html.index("1. A") < html.index("<h3>Two")
    assert 'href="../lessons/01_a/" data-exercises="a x|a y"' in html
    assert "2. &lt;B&gt;" in html
