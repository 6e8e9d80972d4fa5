"""What pages say of a lesson: its question, and which exercises run."""

from pathlib import Path

from lessonsite.course import Stop, stop, tile, to_html
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


def test_stop_has_the_first_question_in_bold_without_marks_of_code():
    assert stop("lessons/05_down.py", "5. Down", "", LESSON, False).question == "Which way is down?"


def test_stop_without_a_lesson_asks_nothing():
    assert stop("start.md", "Start", "", None, True) == Stop("start.md", "Start", "", "", ())


def test_stop_has_exercises_only_where_they_run():
    keys = [stop("lessons/05_down.py", "", "", LESSON, runs).exercises for runs in (True, False)]
    assert keys == [("down check_fall",), ()]


def test_tile_is_there_for_lessons_alone():
    assert (tile(0), "--n:5" in tile(5)) == ("", True)


def test_to_html_groups_lessons_by_section_and_leaves_out_other_pages():
    stops = [
        Stop("index.md", "Home", "", "", ()),
        Stop("lessons/01_a.py", "1. A", "How?", "One", ("a x", "a y")),
        Stop("lessons/02_b.py", "2. <B>", "", "Two", ()),
    ]
    html = to_html(stops, lambda uri: f"../{uri}")
    assert html.count("<li>") == 2 and "Home" not in html
    assert html.index("<h3>One") < html.index("1. A") < html.index("<h3>Two")
    assert 'href="../lessons/01_a.py" data-exercises="a x|a y"' in html
    assert "2. &lt;B&gt;" in html
