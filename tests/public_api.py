"""What `jaxdigits` promises, as text: every public name, its signature, its docstring's sections.

`python tests/public_api.py WORDS` writes it to `public_api.txt`, which a test compares. The words
are those of the line in CHANGELOG.md, among what is unreleased, that tells of the change.

Read from the source and not from the objects, whose annotations each Python prints differently.
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import jaxdigits as jd

FOLDERS = {"convnets", "plots"}
FILE = Path(__file__).with_suffix(".txt")
CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"
SECTION = re.compile(r"^(Args|Attributes|Returns|Raises|Examples|References):$", re.MULTILINE)
# What the sections list: arguments, fields, errors.
ENTRY = re.compile(r"^    (\w+):", re.MULTILINE)


def public_api() -> str:
    """Return a paragraph for each public name."""
    places = [
        ("jaxdigits", jd),
        *((f"jaxdigits.{name}", getattr(jd, name)) for name in sorted(FOLDERS)),
    ]
    return "\n".join(
        "\n".join(_of_name(place, module, name)) + "\n"
        for place, module in places
        for name in _names(module)
    )


def _names(module: ModuleType) -> list[str]:
    """Return what a module lists as public or, where it lists nothing, what it defines."""
    defined = (
        name
        for name, thing in vars(module).items()
        if _is_public(name) and getattr(thing, "__module__", None) == module.__name__
    )
    return sorted(set(getattr(module, "__all__", defined)) - FOLDERS)


def _of_name(place: str, package: ModuleType, name: str) -> Iterator[str]:
    thing = inspect.unwrap(getattr(package, name))
    module = inspect.getmodule(thing)
    assert module is not None, name
    (definition,) = (
        node
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name
    )
    yield f"{place}.{_signature(definition)}"
    yield from _sections(definition)
    if isinstance(definition, ast.ClassDef):
        for member in definition.body:
            if isinstance(member, ast.AnnAssign):
                yield f"    {ast.unparse(member)}"
            elif isinstance(member, ast.FunctionDef) and _is_public(member.name):
                yield from (f"    @{ast.unparse(d)}" for d in member.decorator_list)
                yield f"    {_signature(member)}"
                yield from (f"    {line}" for line in _sections(member))


def _is_public(name: str) -> bool:
    return name in ("__init__", "__call__") or not name.startswith("_")


def _signature(definition: ast.FunctionDef | ast.ClassDef) -> str:
    if isinstance(definition, ast.ClassDef):
        return f"{definition.name}({', '.join(map(ast.unparse, definition.bases))})"
    returns = f" -> {ast.unparse(definition.returns)}" if definition.returns else ""
    return f"{definition.name}({ast.unparse(definition.args)}){returns}"


def _sections(definition: ast.FunctionDef | ast.ClassDef) -> Iterator[str]:
    """Yield each section of the docstring, with what it lists."""
    _, *parts = SECTION.split(ast.get_docstring(definition) or "")
    for section, text in zip(parts[::2], parts[1::2], strict=True):
        listed = ENTRY.findall(text) if section in ("Args", "Attributes", "Raises") else []
        yield f"    {section}: {', '.join(listed)}".rstrip(": ")


def _unreleased() -> str:
    text = CHANGELOG.read_text(encoding="utf-8")
    return " ".join(text.partition("## [Unreleased]")[2].partition("\n## [")[0].split())


def main(words: list[str]) -> str | None:
    """Write the file; refuse, with a reason, if the CHANGELOG tells nothing of the change."""
    told = " ".join(words)
    if len(told.split()) < 3 or told not in _unreleased():
        return (
            f"CHANGELOG.md has no {told!r} among what is unreleased. Write a line there that tells "
            "users what changes, and give its first words, three or more."
        )
    FILE.write_text(public_api(), encoding="utf-8")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
