"""The command `new`: write the next lesson from the template and add it to the navigation."""

import re
from pathlib import Path

from markdown.extensions.toc import slugify

from lessonsite.store import write_whole

TEMPLATE = Path(__file__).with_name("template.py")

ADVICE = """\
Wrote {0}, and added it to nav in mkdocs.yml, after the last lesson.
It says how to write lessons. Next:
  1. mkdocs serve                            shows it, again after each save
  2. replace its text and code by your own
  3. python tools/lessonsite check --run {0}
  4. for each exercise, right and wrong answers in tests/docs/answers, for a test of its check
If another section of the navigation fits better, move its line in mkdocs.yml."""


class Refused(Exception):
    """Why no lesson was written, and what to do."""


def new_lesson(title: str, root: Path, slug: str | None = None) -> str:
    """Write a lesson and its entry in `mkdocs.yml`; return what to do next.

    The title is Markdown without a number. Its words are the name in addresses, unless `slug` is.
    If there is no place for the lesson, nothing changes and `Refused` says why.
    """
    title = " ".join(title.split())
    # A name that addresses and modules of Python can have: `warm_up`.
    name = slugify((slug or title).casefold().replace("-", " "), "_").strip("_")
    if not title or not name:
        raise Refused('give a title, as in new "Momentum"; if it is not in Latin letters, --slug')
    folder, config = root / "docs/lessons", root / "mkdocs.yml"
    others = {path.stem.partition("_")[2]: path.name for path in folder.glob("[0-9]*_*.*")}
    if name in others:
        raise Refused(f"{others[name]} has this name already; choose another title or --slug")
    number = 1 + max((int(other.partition("_")[0]) for other in others.values()), default=0)
    lesson = folder / f"{number:02}_{name}.py"
    nav = add_to_nav(config.read_text(encoding="utf-8"), f"lessons/{lesson.name}")
    text = TEMPLATE.read_text(encoding="utf-8").replace("# # 0. Title", f"# # {number}. {title}", 1)
    lesson.write_text(text, encoding="utf-8")
    write_whole(config, nav.encode())
    return ADVICE.format(lesson.relative_to(root))


def add_to_nav(config: str, page: str) -> str:
    """Return the text of `mkdocs.yml` with one page more, after the last lesson."""
    # `      - lessons/01_pixels.py` or `      - Pixels: lessons/01_pixels.py`
    entry = r"^( *- )[^#\n]*\blessons/\S+\.\w+.*\n"
    config = config.rstrip("\n") + "\n"
    nav = re.search(r"^nav:\n(?:[ #-].*\n|\n)*", config, re.MULTILINE)
    entries = nav and [*re.compile(entry, re.MULTILINE).finditer(config, nav.start(), nav.end())]
    if not entries:
        raise Refused("nav in mkdocs.yml needs a lesson on a line of its own: `- lessons/01_a.py`")
    end = entries[-1].end()
    return f"{config[:end]}{entries[-1][1]}{page}\n{config[end:]}"
