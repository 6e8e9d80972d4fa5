"""Rewrite the site's Markdown for readers that know only plain Markdown, such as notebooks."""

import re
from collections.abc import Callable
from textwrap import dedent, indent

_FENCED = r"^ *(?P<fence>`{3,}|~{3,})(?s:.*?)^ *(?P=fence)[`~]* *$"
_SPAN = r"(?P<ticks>`+)(?!`)(?:[^\n]|\n(?!\n))+?(?<!`)(?P=ticks)(?!`)"
_ATTRIBUTES = r"\{:? *(?:[.#][\w-]|[\w-]+=)[^{}\n]*\}"

_BLOCK = re.compile(
    rf"{_FENCED}|"
    r'^(?P<mark>!!!|\?\?\?\+?|===(?= ")) *(?P<kind>[\w -]*?) *(?:"(?P<title>.*)")? *\n'
    r"(?P<body>(?:(?: {4}.*| *)(?:\n|\Z))*)",
    re.MULTILINE,
)
_INLINE = re.compile(
    rf"{_FENCED}|{_SPAN}|"
    r"(?P<live><(?P<tag>\w+)\b[^<>]*>\s*)?"
    r"<noscript>(?P<still>(?:(?!</noscript>)(?s:.))*)</noscript>(?(live)\s*</(?P=tag)>)|"
    r"\[(?P<text>[^][]+)\]\[(?P<name>jaxdigits[\w.]*)\]|"
    r'(?P<before>\]\(|^ {0,3}\[[^]^]+\]: +|\b(?:src|href)=")(?P<target>[^\s()<>"]+)|'
    # Why an author typed a figure is for those who check lessons.
    r" *(?P<remark><!-- typed: (?s:.*?)-->)|"
    rf"(?P<attributes>(?<=[)\]`]){_ATTRIBUTES}|(?: +|^){_ATTRIBUTES} *$)",
    re.MULTILINE,
)


def portable(
    markdown: str, absolute: Callable[[str], str], reference: Callable[[str], str | None]
) -> str:
    """Return Markdown that reads well anywhere.

    Admonitions become quotes, folded blocks `<details>`, tabs titled text; what needs a script
    becomes what its `<noscript>` says; attributes are left out, links lead to the site. Code is
    left alone.

    Args:
        markdown: As the site's pages are written.
        absolute: From the target of a link or an image to its address.
        reference: From the full name of an object to its address, or to None if it has none.
    """

    def rewrite(match: re.Match[str]) -> str:
        if target := match["target"]:
            return match["before"] + absolute(target)
        if name := match["name"]:
            address = reference(name)
            return f"[{match['text']}]({address})" if address else match["text"]
        if still := match["still"]:
            return _INLINE.sub(rewrite, still)
        return "" if match["attributes"] or match["remark"] else match[0]

    return _plain_blocks(_INLINE.sub(rewrite, markdown))


def _plain_blocks(markdown: str) -> str:
    return _BLOCK.sub(_plain_block, markdown + "\n").strip("\n")


def _plain_block(match: re.Match[str]) -> str:
    if match["fence"]:
        return match[0]
    mark, title = match["mark"], match["title"]
    if title is None:
        title = match["kind"].partition(" ")[0].capitalize()
    body = _plain_blocks(dedent(match["body"]))
    if mark.startswith("???"):
        start = "<details open>" if mark == "???+" else "<details>"
        return f"{start}<summary>{title}</summary>\n\n{body}\n\n</details>\n\n"
    if title:
        body = f"**{title}**\n\n{body}"
    if mark == "!!!":
        body = indent(body, "> ", lambda line: True)
    return f"{body}\n\n"
