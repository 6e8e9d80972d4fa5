import os
import subprocess
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from lessonsite.digits import Digits, DigitsError
from lessonsite.publish import (
    COLAB,
    Stop,
    below_title,
    course_html,
    describe,
    notice_and_provenance,
    offered_files,
    question,
    source_date,
    tile,
)
from lessonsite.render import NOTICE, PROVENANCE
from lessonsite.run import CellRun
from sites import write_lesson

LESSON = "# %% [markdown]\n# # One\n#\n# [Two](two.py)\n\n# %%\n1 + 1\n"
FILE = {"name": "a b.bin", "base64": "AAE="}
RUN = (
    CellRun([{"output_type": "display_data", "metadata": {}, "data": {"application/json": FILE}}],
            1.0, 0.0, 0),
)  # fmt: skip


def test_below_title_stand_length_and_downloads(tmp_path: Path):
    lesson = write_lesson(tmp_path, LESSON)
    html = below_title(lesson, "lessons/a b.py", lambda place: f"../{place}?a&b")
    page = BeautifulSoup(html, "html.parser")
    (length,) = page.select("p.downloads[data-search-exclude] > span")
    assert length.text == "1 min read"
    links = {link.text: (str(link["href"]), link.has_attr("download")) for link in page.select("a")}
    assert links == {
        "Download notebook": ("../lessons/a b.ipynb?a&b", True),
        "Open in Colab": (f"{COLAB}lessons/a%20b.ipynb", False),
        "Python file": ("../lessons/a b.py?a&b", True),
        "Markdown": ("../lessons/a b.md?a&b", False),
    }


def test_around_says_what_a_page_ran_on_and_what_is_wrong():
    mnist, uci = Digits("mnist", "0123", "cpu"), Digits("uci", "0123", "cpu")
    good = notice_and_provenance(mnist, None, "2020-02-04")
    assert good[NOTICE] == "" and "from the source of 2020-02-04." in good[PROVENANCE]
    assert "Built without MNIST" in notice_and_provenance(uci, None, "")[NOTICE]
    failed = notice_and_provenance(mnist, DigitsError("why <b>"), "")[NOTICE]
    assert "did not run" in failed and "why &lt;b&gt;" in failed
    assert notice_and_provenance(None, None, "") == {NOTICE: "", PROVENANCE: ""}


def test_offered_files_are_what_a_lessons_code_shows():
    assert offered_files(RUN) == {"a b.bin": b"\0\1"}


def test_source_date_is_the_last_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert source_date(tmp_path) == ""
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    # In UTC already the next day.
    dates = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "2020-02-03T23:30:00-0200")
    for words in ["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "m"]:
        command = ["git", *identity, *words]
        subprocess.run(command, cwd=tmp_path, env=os.environ | dates, check=True)
    assert source_date(tmp_path) == "2020-02-04"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert source_date(tmp_path) == "1970-01-01"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    monkeypatch.setenv("PATH", str(tmp_path))  # without git
    assert source_date(tmp_path) == ""


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


def test_tile_is_there_for_lessons_alone():
    assert (tile(0), "--n:5" in tile(5)) == ("", True)


def test_course_groups_lessons_by_section_and_leaves_out_other_pages():
    stops = [
        Stop("index.md", "", "Home", "", "", "", ()),
        Stop("lessons/01_a.py", "lessons/01_a/", "1. A", "How?", "", "One", ("a x", "a y")),
        Stop("lessons/02_b.py", "lessons/02_b/", "2. <B>", "", "", "Two", ()),
    ]
    html = course_html(stops, lambda stop: f"../{stop.url}")
    assert html.count("<li>") == 2 and "Home" not in html
    assert html.index("<h3>One") < html.index("1. A") < html.index("<h3>Two")
    assert 'href="../lessons/01_a/" data-exercises="a x|a y"' in html
    assert "2. &lt;B&gt;" in html
