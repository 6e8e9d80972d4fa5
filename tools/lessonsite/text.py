"""Pages as plain Markdown: for programs that read text, for notebooks, and as the way to leave.

The text of a page lies beside it, as `lessons/01_pixels.md`, and its figures in the folder of that
name. Links between texts are relative and lead to `.md`, so that a copy works as it is.
"""

import ast
import re
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from nbformat import v4

from lessonsite.exercises import stub
from lessonsite.figures import figure_file, tables_markdown
from lessonsite.lesson import Lesson
from lessonsite.prose import ATTRIBUTES, FENCED, HEADER, SPAN, fence
from lessonsite.render import mark, shown_parts
from lessonsite.run import JSON, Run

Address = Callable[[str], str]
"""From the target of a link to its address."""

Reference = Callable[[str], str | None]
"""From the full name of an object to its address; None if it is described nowhere."""

INSTALL = """\
# Where the lessons' package is missing, as in Colab, install it.
try:
    import jaxdigits
except ImportError:
    %pip install -q "jaxdigits[lessons] @ git+https://github.com/jaxdigits/jaxdigits\""""

# `!!! note "Title"`, `??? tip`, `=== "Tab"`, and the indented lines below.
_BLOCK = re.compile(
    rf"{FENCED}|"
    r'^(?P<mark>!!!|\?\?\?\+?|===(?= ")) *(?P<kind>[\w -]*?) *(?:"(?P<title>.*)")? *\n'
    r"(?P<body>(?:(?: {4}.*| *)(?:\n|\Z))*)",
    re.MULTILINE,
)
_INLINE = re.compile(
    rf"{FENCED}|{SPAN}|"
    # <div class="interactive"><noscript>What it would show.</noscript></div>
    r"(?P<live><(?P<tag>\w+)\b[^<>]*>\s*)?"
    r"<noscript>(?P<still>(?:(?!</noscript>)(?s:.))*)</noscript>(?(live)\s*</(?P=tag)>)|"
    # [`fit`][jaxdigits.fit]
    r"\[(?P<text>[^][]+)\]\[(?P<name>jaxdigits[\w.]*)\]|"
    # `](target`, `[1]: target`, `src="target`
    r'(?P<before>\]\(|^ {0,3}\[[^]^]+\]: +|\b(?:src|href)=")(?P<target>[^\s()<>"]+)|'
    # Why an author typed a figure is for those who check lessons.
    r" *(?P<remark><!-- typed: (?s:.*?)-->)|"
    rf"(?P<attributes>(?<=[)\]`]){ATTRIBUTES}|(?: +|^){ATTRIBUTES} *$)",
    re.MULTILINE,
)
# ::: jaxdigits.losses
_DIRECTIVE = re.compile(r"^::: *([\w.]+) *(?:\n {4}.*)*", re.MULTILINE)


def portable(markdown: str, address: Address, reference: Reference) -> str:
    """Return Markdown that reads well anywhere.

    Admonitions become quotes, folded blocks `<details>`, tabs titled text; what needs a script
    becomes what its `<noscript>` says; attributes are left out. Code is left alone.
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
    """Put outputs at the marks in the text of a lesson; return also its figures, by name.

    The figures belong into a folder of this name beside the text.
    """
    figures: dict[str, bytes] = {}
    for cell, ran in zip(lesson.code, run, strict=True):
        shown: list[str] = []
        for part in shown_parts(cell, ran.outputs):
            match part.kind:
                case "figure":
                    content, end = figure_file(part.data, part.text)
                    name = f"figure-{len(figures) + 1}.{end}"
                    figures[name] = content
                    alt = re.sub(r"([\\`*_<\[\]])", r"\\\1", part.text)
                    shown.append(f"![{alt}]({folder}/{name})")
                    if JSON in part.data and cell.look.tables:
                        shown.append(tables_markdown(part.data[JSON]))
                case "file":
                    shown.append(f"[{part.text}]({folder}/{part.text})")
                case "markdown":
                    shown.append(part.text)
                case "html":
                    shown.append(re.sub(r"\n\s*\n", "\n", part.text))
                case _:
                    shown.append(fence(part.text.strip("\n"), "text"))
        if shown:
            text = text.replace(mark(f"cell {cell.number}"), "\n\n".join(shown))
    return text, figures


def with_docstrings(markdown: str, root: Path) -> str:
    """Replace each `::: module` or `::: module.name` by signatures and docstrings.

    With `members: []` among its options, a module's own docstring stands alone.
    """

    def file_of(module: str) -> Path:
        # Not by its folder, which Git leaves behind if Python has cached code in it.
        package = root / module.replace(".", "/") / "__init__.py"
        return package if package.exists() else package.parent.with_suffix(".py")

    def write_out(directive: re.Match[str]) -> str:
        module, wanted = directive[1], None
        path = file_of(module)
        if not path.exists():
            module, _, wanted = module.rpartition(".")
            path = file_of(module)
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        parts = [] if wanted else [ast.get_docstring(tree) or ""]
        items = [] if "members: []" in directive[0] else tree.body
        for item in items:
            if not isinstance(item, ast.FunctionDef | ast.ClassDef) or item.name.startswith("_"):
                continue
            if wanted not in (None, item.name):
                continue
            if docstring := ast.get_docstring(item):
                lines = source.splitlines()[item.lineno - 1 : item.body[0].lineno - 1]
                signature = "\n".join(lines).rstrip().removesuffix(":")
                anchor = f'<a id="{module}.{item.name}"></a>'
                parts += [anchor, f"## {item.name}", fence(signature, "python"), docstring]
        return "\n\n".join(filter(None, parts))

    return _DIRECTIVE.sub(write_out, markdown)


def to_notebook(lesson: Lesson, portable: Callable[[str], str]) -> str:
    """Return a lesson as the text of a notebook, the same in every build.

    `portable` makes the site's Markdown readable anywhere. Readers write their answers into stubs:
    ours are folded below and do not run, so that "Run all" keeps what was written. Claims hold for
    the digits and the machine of the site, and are left out.
    """
    cells: list[Any] = []
    for cell in lesson.cells:
        if "claim" in cell.tags:
            continue
        if "answer" in cell.tags and (empty := stub(cell.source)):
            cells.append(v4.new_code_cell(empty))
            folded = f"<summary>An answer</summary>\n\n{fence(cell.source, 'python')}"
            cells.append(v4.new_markdown_cell(f"<details>{folded}\n\n</details>"))
        elif cell.number:
            code = v4.new_code_cell(cell.source)
            code.metadata |= {"tags": sorted(cell.tags)} if cell.tags else {}
            # JupyterLab and Colab hide helpers, and checks, which hold a right answer.
            if cell.tags & {"check", "helper"}:
                code.metadata |= {"jupyter": {"source_hidden": True}, "cellView": "form"}
            cells.append(code)
        elif source := re.sub(HEADER, "", cell.source + "\n").strip("\n"):
            cells.append(v4.new_markdown_cell(portable(source)))
    first = next((n for n, cell in enumerate(cells) if cell.cell_type == "code"), len(cells))
    cells.insert(first, v4.new_code_cell(INSTALL))
    for n, cell in enumerate(cells):
        cell.id = f"cell-{n}"
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": python, "language_info": {"name": "python"}}
    return v4.writes(v4.new_notebook(cells=cells, metadata=metadata)) + "\n"
