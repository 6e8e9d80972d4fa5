"""Write the next lesson from the template, and add it to the navigation: both or neither."""

import os
import re
import unicodedata
from pathlib import Path

from course import FOLDER, lessons_of
from mkdocs.utils.yaml import yaml_load

TEMPLATE = Path(__file__).with_name("template.py")

# Letters that are no letter and an accent to Unicode.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
)


class Refused(Exception):
    """Why no lesson was written, and what to do."""


def new_lesson(title: str, root: Path, slug: str | None = None) -> Path:
    """Write a lesson and its entry in `mkdocs.yml`.

    Args:
        title: As it will stand above the lesson, in Markdown, without a number.
        root: The repository.
        slug: The lesson's name in addresses; by default made of the title.

    Returns:
        The lesson's file.

    Raises:
        Refused: If there is no title, or no room for the lesson. Then nothing is changed.
    """
    title = " ".join(title.split())
    if not title:
        raise Refused('the title is empty; give one, as in new "Momentum"')
    name = slugify(title if slug is None else slug)
    if not name:
        raise Refused(f'no letter of "{slug or title}" can stand in an address; give --slug NAME')
    folder = root / FOLDER
    names = sorted(p.name for p in folder.glob("[0-9]*_*.*") if p.suffix in (".py", ".md"))
    for other in names:
        if other.partition("_")[2].rpartition(".")[0] == name:
            raise Refused(f"{FOLDER / other} has this name already; choose another title or --slug")
    number = 1 + max((int(other.partition("_")[0]) for other in names), default=0)
    lesson = folder / f"{number:02}_{name}.py"
    config = root / "mkdocs.yml"
    nav = add_to_nav(config.read_text(encoding="utf-8"), f"lessons/{lesson.name}")
    template = TEMPLATE.read_text(encoding="utf-8")
    text = template.replace("# # 0. Title\n", f"# # {number}. {title}\n", 1)
    _write_both(lesson, text, config, nav)
    return lesson


def slugify(title: str) -> str:
    """Return a name for files and addresses: small letters, digits, and `_` between words."""
    plain = unicodedata.normalize("NFKD", title.lower().translate(_LETTERS))
    plain = plain.replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    ascii_only = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_")


def add_to_nav(config: str, page: str) -> str:
    """Return the text of `mkdocs.yml` with a page behind the last lesson, and nothing else new.

    Raises:
        Refused: If the navigation has no lesson on a line of its own.
    """
    lines = config.splitlines(keepends=True)
    entry = re.compile(r"( *- +(?:[^#'\"]+: +)?)(['\"]?)lessons/[^'\"\s]+\2 *(?:#.*)?\r?\n?")
    places = [n for n, line in enumerate(lines) if entry.fullmatch(line)]
    before = lessons_of(_nav(config))
    if places:
        indent = re.match(" *", lines[places[-1]])
        end = "\r\n" if lines[places[-1]].endswith("\r\n") else "\n"
        lines[places[-1]] = lines[places[-1]].rstrip("\r\n") + end
        lines.insert(places[-1] + 1, f"{indent[0] if indent else ''}- {page}{end}")
    text = "".join(lines)
    if lessons_of(_nav(text)) != [*before, page]:
        raise Refused(
            f"nav in mkdocs.yml has no lesson on a line of its own, as `- lessons/01_pixels.py`, "
            f"behind which {page} could stand; write it so"
        )
    return text


def _nav(config: str) -> object:
    return (yaml_load(config) or {}).get("nav") or []


def advice(lesson: Path, root: Path) -> str:
    """Return what to do next."""
    place = lesson.relative_to(root)
    return f"""\
Wrote {place}, and added it to nav in mkdocs.yml, behind the last lesson.
It says how lessons are written. Next:
  1. mkdocs serve                            shows it, and again after each save
  2. replace its text and code by your own
  3. python docs/authoring check --run {place}
  4. for each exercise, wrong answers in tests/docs/wrong_answers.py, which its check must catch
If another section of the navigation fits better, move its line in mkdocs.yml."""


def _write_both(lesson: Path, text: str, config: Path, nav: str) -> None:
    """Write two files; if that fails, leave none and the old one."""
    draft = config.with_name(f"{config.name}.new")
    try:
        draft.write_text(nav, encoding="utf-8", newline="")
        # Somebody else's lesson is not overwritten, not even one written this moment.
        with lesson.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        try:
            os.replace(draft, config)
        except BaseException:
            lesson.unlink()
            raise
    except OSError as error:
        raise Refused(f"{error.strerror}: {error.filename}") from error
    finally:
        draft.unlink(missing_ok=True)
