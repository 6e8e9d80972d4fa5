"""What a reader reads in a Markdown text: the rest is blanked out, so that places stay the same."""

import re

FENCED = r"^ *(?P<fence>`{3,}|~{3,})(?s:.*?)^ *(?P=fence)[`~]* *$"
SPAN = r"(?P<ticks>`+)(?!`)(?:[^\n]|\n(?!\s*\n))+?(?<!`)(?P=ticks)(?!`)"
COMMENT = r"<!--(?s:.*?)-->"
HEADER = r"\A---\n(?s:.*?)^---$"
MATH = (
    r"\$\$(?s:.+?)\$\$|(?<![\\$])\$(?=\S)(?:[^\n$]|\n(?!\s*\n))+?(?<=\S)\$(?!\d)"
    r"|\\\((?s:.+?)\\\)|\\\[(?s:.+?)\\\]|\\begin\{(?P<math>\w+\*?)\}(?s:.*?)\\end\{(?P=math)\}"
)
TAG = r"</?\w[^<>]*>"
ADDRESS = r"(?<=\])(?:\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)|\[[^]\n]*\])"
DEFINITION = r"^ {0,3}\[[^]^]+\]: .*$"
BARE = r"<?https?://[^\s<>)]+>?"
ATTRIBUTES = r"\{:? *(?:[.#][\w-]|[\w-]+ *=)[^{}\n]*\}"
HEADING = r"^#{1,6} .*$"
SOURCES = r"^\*Sources?:?\*:?(?:.|\n(?!\s*\n))*"
NEXT = r"^\*\*Next:?\*\*:?(?:.|\n(?!\s*\n))*"
IMAGE = r"!\[[^]]*\]\([^()]*\)"

CODE = (HEADER, COMMENT, FENCED, SPAN)
"""What is no text: code, comments, and a page's header."""

UNREAD = (*CODE, MATH, TAG, ADDRESS, DEFINITION, BARE, ATTRIBUTES)
"""What is no words: also formulas, addresses, and attributes."""


def blank(markdown: str, *kinds: str) -> str:
    """Put spaces in the place of all matches, and keep the ends of lines.

    Args:
        markdown: A text.
        kinds: Patterns. An earlier one wins: in a code span nothing is a link.
    """
    for kind in kinds:
        markdown = re.sub(kind, lambda m: re.sub(r"[^\n]", " ", m[0]), markdown, flags=re.MULTILINE)
    return markdown


def paragraph(markdown: str, offset: int) -> tuple[int, int]:
    """Return where the paragraph begins and ends in which a character stands."""
    starts = [m.end() for m in re.finditer(r"\n[ \t]*\n", markdown) if m.end() <= offset]
    end = re.compile(r"\n[ \t]*\n").search(markdown, offset)
    return starts[-1] if starts else 0, end.start() if end else len(markdown)
