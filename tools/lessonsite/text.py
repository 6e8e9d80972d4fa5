"""Pages as plain Markdown: for programs that read text, for notebooks, and as the way to leave.

The text of a page lies beside it, as `lessons/01_pixels.md`, and its figures in the folder of that
name. Links between texts are relative and lead to `.md`, so that a copy works as it is.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import griffe

from lessonsite import tables
from lessonsite.figures import png_bytes, standalone, svg_element
from lessonsite.lesson import Cell, Lesson
from lessonsite.prose import FENCED, SPAN, fence
from lessonsite.render import JSON, PNG, SVG, is_picture, mark, plain_text, visible_outputs
from lessonsite.run import Run

_ATTRIBUTES = r"\{:? *(?:[.#][\w-]|[\w-]+=)[^{}\n]*\}"
_BLOCK = re.compile(
    rf"{FENCED}|"
    r'^(?P<mark>!!!|\?\?\?\+?|===(?= ")) *(?P<kind>[\w -]*?) *(?:"(?P<title>.*)")? *\n'
    r"(?P<body>(?:(?: {4}.*| *)(?:\n|\Z))*)",
    re.MULTILINE,
)
_INLINE = re.compile(
    rf"{FENCED}|{SPAN}|"
    r"(?P<live><(?P<tag>\w+)\b[^<>]*>\s*)?"
    r"<noscript>(?P<still>(?:(?!</noscript>)(?s:.))*)</noscript>(?(live)\s*</(?P=tag)>)|"
    r"\[(?P<text>[^][]+)\]\[(?P<name>jaxdigits[\w.]*)\]|"
    r'(?P<before>\]\(|^ {0,3}\[[^]^]+\]: +|\b(?:src|href)=")(?P<target>[^\s()<>"]+)|'
    # Why an author typed a figure is for those who check lessons.
    r" *(?P<remark><!-- typed: (?s:.*?)-->)|"
    rf"(?P<attributes>(?<=[)\]`]){_ATTRIBUTES}|(?: +|^){_ATTRIBUTES} *$)",
    re.MULTILINE,
)
_SPECIAL, _ESCAPED = re.compile(r"([\\`*_<\[\]])"), r"\\\1"
_DIRECTIVE = re.compile(r"^::: *([\w.]+) *(?:\n {4}.*)*", re.MULTILINE)


def portable(
    markdown: str, address: Callable[[str], str], reference: Callable[[str], str | None]
) -> str:
    """Return Markdown that reads well anywhere.

    Admonitions become quotes, folded blocks `<details>`, tabs titled text; what needs a script
    becomes what its `<noscript>` says; attributes are left out. Code is left alone.

    Args:
        markdown: As the site's pages are written.
        address: From the target of a link or an image to its new address.
        reference: From the full name of an object to its address, or to None if it has none.
    """

    def rewrite(match: re.Match[str]) -> str:
        if target := match["target"]:
            return match["before"] + address(target)
        if name := match["name"]:
            found = reference(name)
            return f"[{match['text']}]({found})" if found else match["text"]
        if still := match["still"]:
            return _INLINE.sub(rewrite, still)
        return "" if match["attributes"] or match["remark"] else match[0]

    return _plain_blocks(_INLINE.sub(rewrite, markdown))


def _plain_blocks(markdown: str) -> str:
    return _BLOCK.sub(_plain_block, markdown + "\n").strip("\n")


def _plain_block(match: re.Match[str]) -> str:
    if match["fence"]:
        return match[0]
    kind, title = match["mark"], match["title"]
    if title is None:
        title = match["kind"].partition(" ")[0].capitalize()
    body = _plain_blocks(dedent(match["body"]))
    if kind.startswith("???"):
        # Python-Markdown reads Markdown there only if it is told.
        start = f'<details markdown="1"{" open" if kind == "???+" else ""}>'
        return f"{start}<summary>{title}</summary>\n\n{body}\n\n</details>\n\n"
    if title:
        body = f"**{title}**\n\n{body}"
    return f"{indent(body, '> ', lambda line: True) if kind == '!!!' else body}\n\n"


def with_outputs(text: str, lesson: Lesson, run: Run, folder: str) -> tuple[str, dict[str, bytes]]:
    """Put outputs into the text of a lesson, as Markdown.

    Args:
        text: As `portable` returns it, with a mark for each code cell.
        lesson: What it is the text of.
        run: What its code left.
        folder: The name of the folder beside the text that holds its figures.

    Returns:
        The text, and the files of its figures by name.
    """
    figures: dict[str, bytes] = {}
    for cell, ran in zip(lesson.code, run, strict=True):
        parts = _output(cell, visible_outputs(ran.outputs), folder, figures)
        shown = "\n\n".join(part for part in parts if part)
        text = text.replace(f"{mark(cell)}\n\n" if not shown else mark(cell), shown)
    return text, figures


def _output(
    cell: Cell, outputs: list[dict[str, Any]], folder: str, figures: dict[str, bytes]
) -> Iterator[str]:
    alts = iter(cell.alts)
    for output in outputs:
        data = output.get("data", {})
        if is_picture(output):
            svg, alt = data.get(SVG), next(alts, "")
            name = f"figure-{len(figures) + 1}.{'svg' if svg else 'png'}"
            drawn = standalone(svg_element(svg, alt, "")).encode() if svg else png_bytes(data[PNG])
            figures[name] = drawn
            yield f"![{_SPECIAL.sub(_ESCAPED, alt)}]({folder}/{name})"
            if JSON in data and cell.look.tables:
                yield tables.to_markdown(data[JSON])
        elif JSON in data:
            yield f"[{data[JSON]['name']}]({folder}/{data[JSON]['name']})"
        elif "text/markdown" in data or "text/html" in data:
            yield data.get("text/markdown") or re.sub(r"\n\s*\n", "\n", data["text/html"])
        else:
            says = output.get("text") or data.get("text/plain") or ""
            if output["output_type"] == "error":
                says = f"{output['ename']}: {output['evalue']}"
            yield fence(says, "text") if (says := plain_text(says).strip("\n")) else ""


def with_docstrings(markdown: str, root: Path) -> str:
    """Replace each `::: module` by what it defines: signatures and docstrings.

    Args:
        markdown: A page of the reference.
        root: The folder that holds the package.
    """

    def describe(directive: re.Match[str]) -> str:
        package, _, place = directive[1].partition(".")
        sources = tuple(path.read_bytes() for path in sorted((root / package).rglob("*.py")))
        module = _load(package, root, sources)
        module = module[place] if place else module
        parts = [module.docstring.value if module.docstring else ""]
        for item in module.members.values():
            if item.is_alias or item.is_module or item.name.startswith("_") or not item.docstring:
                continue
            lines = item.source.splitlines()[: (item.docstring.lineno or 0) - (item.lineno or 0)]
            signature = re.sub(r"\A(?:@.*\n)+", "", "\n".join(lines)).rstrip().removesuffix(":")
            parts += [f'<a id="{item.path}"></a>', f"## {item.name}", fence(signature, "python")]
            parts.append(item.docstring.value)
        return "\n\n".join(filter(None, parts))

    return _DIRECTIVE.sub(describe, markdown)


@lru_cache(maxsize=1)
def _load(package: str, root: Path, sources: tuple[bytes, ...]) -> Any:
    return griffe.load(package, search_paths=[root])


def describe(text: str) -> str:
    """Return a line about a page: its question in bold, or its first sentence."""
    prose = (part for part in text.split("\n\n") if part[:1].isalpha() or part.startswith("**"))
    first = re.sub(r"\[([^][]*)\]\([^)]*\)", r"\1", " ".join(next(prose, "").split()))
    found = re.match(r"\*\*(.+?)\*\*", first) or re.match(r"(.+?[.?!])(?= |$)", first)
    return found[1] if found else first
