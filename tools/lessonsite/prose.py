"""The one lexer of Markdown: tells code, comments, formulas and addresses from words."""

import re

HEADER = r"\A---\n(?P<yaml>(?s:.*?))(?m:^---$)\n?"
FENCED = r"^ *(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)\n(?P<code>(?s:.*?))^ *(?P=fence)[`~]* *$"
SPAN = r"(?P<ticks>`+)(?!`)(?:[^\n]|\n(?!\s*\n))+?(?<!`)(?P=ticks)(?!`)"
COMMENT = r"<!--(?s:.*?)-->"
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
FOLDED = r"^\?\?\? .*\n(?:(?: {4}.*| *)(?:\n|\Z))*"
SOURCES = r"^\*Sources?:?\*:?(?:.|\n(?!\s*\n))*"
NEXT = r"^\*\*Next:?\*\*:?(?:.|\n(?!\s*\n))*"
IMAGE = r"!\[[^]]*\]\([^()]*\)"

CODE = (HEADER, COMMENT, FENCED, SPAN)
"""What is not prose: code, comments, and the header of a page."""

UNREAD = (*CODE, MATH, TAG, ADDRESS, DEFINITION, BARE, ATTRIBUTES)
"""What is not words: also formulas, addresses, and attributes."""


def blank(markdown: str, *kinds: str) -> str:
    """Replace all matches by spaces, so that every other character keeps its place.

    Earlier patterns win: nothing inside a code span is taken for a link.
    """
    for kind in kinds:
        markdown = re.sub(kind, lambda m: re.sub(r"[^\n]", " ", m[0]), markdown, flags=re.MULTILINE)
    return markdown


def fence(text: str, kind: str) -> str:
    """Return a fenced code block whose fence is longer than any run of backticks inside."""
    ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{ticks}{kind}\n{text.rstrip()}\n{ticks}"
