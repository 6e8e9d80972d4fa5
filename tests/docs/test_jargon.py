"""Test the glossary, lesson 22, against the lessons whose words it explains."""

import re
from pathlib import Path

import pytest
from lessonsite.lesson import read
from lessonsite.prose import CODE, HEADING, MATH, NEXT, SOURCES, blank
from markdown.extensions.toc import slugify

LESSONS = Path(__file__).parents[2] / "docs/lessons"
PAGE = LESSONS / "22_jargon.md"
LIST, *_ = PAGE.read_text(encoding="utf-8").partition("\n## ")
NAMES = {" ".join(n.split()): a for n, a in re.findall(r"\[([^][]+)\]\(#([\w-]+)\)", LIST)}
"""Each name in the list at the top, and the entry that it leads to."""
ENTRIES = {
    slugify(name, "-"): (name, text)
    for name, text in re.findall(
        r"^### (.+)\n\n((?:(?!#|\*Sources).*\n)+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
}
# `*a term*`; neither `**bold**` nor `a * b`
EMPHASIS = re.compile(r"(?<![*\\\w])\*(?![*\s])([^*]+?)(?<!\s)\*(?![*\w])")


@pytest.mark.parametrize("path", sorted(LESSONS.glob("[0-9]*.py")), ids=lambda path: path.stem)
def test_jargon_emphasized_term_has_an_entry(path: Path):
    listed = {name.lower() for name in NAMES}
    unknown = []
    for cell in read(path).text:
        text = blank(cell.source, *CODE, MATH, HEADING, SOURCES, NEXT)
        for found in EMPHASIS.finditer(text):
            term = " ".join(found[1].split())
            is_label = term[-1] in ":."  # `*You need:*`
            is_linked = re.fullmatch(r"\[.+\]\(22_jargon\.md#[\w-]+\)(?: \w+)?", term)
            is_listed = {term.lower(), term.lower().removesuffix("s")} & listed
            if not (is_label or is_linked or is_listed):
                unknown.append(f"line {cell.line_at(found.start())}: {term}")
    assert not unknown, "add entries to 22_jargon.md; if a word is only stressed, write `_not_`"


def test_jargon_links_from_lessons_lead_to_entries():
    text = "".join(p.read_text(encoding="utf-8") for p in LESSONS.glob("[0-9]*.py"))
    assert not set(re.findall(r"22_jargon\.md#([\w-]+)", text)) - ENTRIES.keys()


def test_jargon_list_names_every_entry_in_alphabetical_order():
    assert set(NAMES.values()) == ENTRIES.keys()
    assert list(NAMES) == sorted(NAMES, key=str.lower)


@pytest.mark.parametrize("anchor", ENTRIES)
def test_jargon_entry_links_to_sections_that_use_the_term(anchor: str):
    heading, text = ENTRIES[anchor]
    links = re.findall(r"\]\((\d\d_\w+\.py)#?([\w-]*)\)", text)
    assert links
    names = {heading, *(name for name, leads_to in NAMES.items() if leads_to == anchor)}
    for lesson, section in links:
        words = _section(LESSONS / lesson, section).lower()
        # The first six letters tell a word in all its forms: predict, prediction.
        assert any(
            all(re.search(rf"\b{word[:6]}", words) for word in re.findall(r"[^\W_]+", name.lower()))
            for name in names
        ), f"{lesson}#{section}"


def _section(path: Path, anchor: str) -> str:
    """Return a lesson from this heading to the next one of its level, or all of it for ""."""
    cells = read(path).cells
    if not anchor:
        return "\n".join(cell.source for cell in cells)
    found, level = [], 0
    for cell in cells:
        # A comment in code is not a heading.
        for line in cell.source.splitlines():
            heading = None if cell.number else re.match(r"(#+) (.*)", line)
            if heading and level and len(heading[1]) <= level:
                level = 0
            if heading and slugify(heading[2], "-") == anchor:
                level = len(heading[1])
            if level:
                found.append(line)
    return "\n".join(found)
