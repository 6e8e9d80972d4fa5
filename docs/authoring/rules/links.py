"""Every link leads somewhere: to a page, an anchor on it, a file, or an object of the package."""

import importlib
import os
import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from anchors import Anchors
from course import Course, Finding
from lesson_file import Lesson
from prose import CODE, MATH, blank

_INLINE = re.compile(r"\]\(\s*<?(?P<target>[^\s()<>]*(?:\([^\s()]*\))?[^\s()<>]*)>?[^()\n]*\)")
_NAMED = re.compile(r"\[(?P<text>[^][]+)\]\[(?P<name>[^][\n]*)\]")
_DEFINED = re.compile(r"^ {0,3}\[(?P<name>[^]^]+)\]: +<?(?P<target>[^\s>]+)", re.MULTILINE)
_ELSEWHERE = re.compile(r"[a-z][a-z+.-]*:")


def problems(lesson: Lesson, course: Course) -> Iterator[Finding]:
    """Find links that lead nowhere. Other hosts are not asked."""
    anchors = _anchors(course)
    texts = [(cell, blank(cell.source, *CODE, MATH)) for cell in lesson.text]
    defined = {m["name"].lower() for _, text in texts for m in _DEFINED.finditer(text)}
    for cell, text in texts:
        found = [
            (link.start(), _wrong(link["target"], lesson.path, anchors, course.root))
            for kind in (_INLINE, _DEFINED)
            for link in kind.finditer(text)
        ]
        for link in _NAMED.finditer(cell.source):
            # The text may be a code span, which `text` lacks; the rest may not.
            if text[link.start("name") - 1] == "[":
                name = (link["name"] or link["text"]).strip("`")
                if name.lower() not in defined:
                    found.append((link.start(), _no_object(name)))
        for offset, wrong in sorted(found):
            if wrong:
                yield Finding(cell.line_at(offset), wrong)


@cache
def _anchors(course: Course) -> Anchors:
    return Anchors(course.config)


def _wrong(target: str, page: Path, anchors: Anchors, root: Path) -> str | None:
    """Return what is wrong with an address, or None."""
    if _ELSEWHERE.match(target):
        return None
    place, _, anchor = target.partition("#")
    file = Path(os.path.normpath(page.parent / unquote(place))) if place else page
    if place.startswith("/"):
        return f"{target} is an address of one host; link to the file, as in 01_pixels.py"
    if not file.is_file() or not file.is_relative_to(root / "docs"):
        return f"{target} leads to no file; link to one beside {page.name}, as in 01_pixels.py"
    if not anchor or file.suffix not in (".py", ".md"):
        return None
    if anchor in anchors.of(file) or (anchor.startswith("jaxdigits.") and not _no_object(anchor)):
        return None
    near = get_close_matches(anchor, sorted(anchors.of(file)), n=1)
    return f"{file.name} has no heading #{anchor}; " + (
        f"did you mean #{near[0]}?" if near else "take an id from the page's address bar"
    )


@cache
def _no_object(name: str) -> str | None:
    """Return what is wrong with the name of an object of the package, or None."""
    if not re.fullmatch(r"jaxdigits(\.\w+)*", name):
        return f"[...][{name}] leads nowhere; objects have full names, as in [...][jaxdigits.fit]"
    try:
        thing: object = importlib.import_module("jaxdigits")
    except Exception as error:
        return f"[...][{name}] cannot be looked up, since jaxdigits does not import: {error}"
    for part in name.split(".")[1:]:
        if not hasattr(thing, part):
            return f"[...][{name}] leads nowhere: there is no {part}; mind the spelling"
        thing = getattr(thing, part)
    return None
