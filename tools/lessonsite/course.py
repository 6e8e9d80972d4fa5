"""The lessons as stops on a path: what the front page, the head and the foot of a page show."""

import posixpath
import re
from collections.abc import Callable, Iterable
from html import escape
from itertools import groupby
from typing import NamedTuple

from lessonsite.exercises import exercises
from lessonsite.lesson import Lesson

PATH = "course"
"""The mark of the place where the front page shows all stops."""


class Stop(NamedTuple):
    """A page, as other pages lead to it."""

    uri: str
    url: str
    title: str
    question: str
    """What the page asks first, in bold; empty if it asks nothing."""
    line: str
    """A line about the page, in Markdown."""
    section: str
    exercises: tuple[str, ...]
    """The keys of the exercises that run in the page."""

    @property
    def plain(self) -> str:
        """The line about the page, without marks."""
        return re.sub(r"[`*]", "", self.line)

    @property
    def card(self) -> str:
        """Where the picture lies that other sites show beside a link to the page."""
        return f"assets/social/{posixpath.splitext(self.uri)[0]}.png"

    @property
    def number(self) -> int:
        """The number of the lesson, 0 for other pages."""
        found = re.match(r"lessons/(\d+)_", self.uri)
        return int(found[1]) if found else 0


def question(text: str) -> str:
    """Return what a page asks first, without marks; empty if it asks nothing."""
    found = re.search(r"^\*\*((?:[^*]|\n)+\?)\*\*", text, re.MULTILINE)
    return " ".join(found[1].split()).replace("`", "") if found else ""


def describe(text: str) -> str:
    """Return a line about a page: its question in bold, or its first sentence."""
    prose = (part for part in text.split("\n\n") if part[:1].isalpha() or part.startswith("**"))
    first = re.sub(r"\[([^][]*)\][([][^])]*[])]", r"\1", " ".join(next(prose, "").split()))
    found = re.match(r"\*\*(.+?)\*\*", first) or re.match(r"(.+?[.?!])(?= |$)", first)
    return found[1] if found else first


def keys(lesson: Lesson) -> tuple[str, ...]:
    """Return the keys under which a browser remembers the lesson's exercises."""
    return tuple(each.key for each in exercises(lesson).values() if each.call)


def tile(number: int) -> str:
    """Return a lesson's picture of 28 x 28 pixels, one of a row; its page says what it shows."""
    return f'<span class="tile" style="--n:{number}"></span>' if number else ""


def to_html(stops: Iterable[Stop], address: Callable[[Stop], str]) -> str:
    """Return all lessons as a list of links, section by section."""
    parts: list[str] = []
    lessons = [each for each in stops if each.number]
    for section, members in groupby(lessons, lambda each: each.section):
        items = "".join(
            f'<li><a class="stop" href="{escape(address(each))}" '
            f'data-exercises="{escape("|".join(each.exercises))}">{tile(each.number)}'
            f"<span><b>{escape(each.title)}</b> <small>{escape(each.question)}</small> "
            f'<span class="done"></span></span></a></li>'
            for each in members
        )
        parts.append(f"<h3>{escape(section)}</h3><ol>{items}</ol>")
    return f'<div class="course" data-search-exclude>{"".join(parts)}</div>'
