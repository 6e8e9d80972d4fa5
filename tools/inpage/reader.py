"""Run what a reader wrote in a lesson's page, with what the lesson defined before, and check it."""

import ast
import builtins
import contextlib
import importlib
import json
import keyword
import linecache
import re
import symtable
import sys
import traceback
import types

from not_here import NOT_HERE, name_functions, translated

YOURS = "<your code>"
LESSON = "<the lesson>"
IMPORTS = (
    "import jax\nimport jax.numpy as jnp\nimport numpy as np\nimport optax\nimport jaxdigits as jd"
)
LONGEST = 20_000
"""Characters of output that are kept."""
MOST = 24
"""Pictures that are shown."""


class _Output:
    """What is printed and drawn, sent to the page as it comes."""

    def __init__(self, send, draw):
        self._send, self._left = send, LONGEST
        self._draw, self._pictures_left = draw, MOST

    def write(self, text):
        room = self._left
        self._left -= len(text)
        if room > 0:
            self._send(text[:room])
        if room >= 0 > self._left:
            self._send("\n... and more, which is not shown.\n")
        return len(text)

    def flush(self):
        pass

    def picture(self, height, width, colors, title):
        """Show a picture, and return whether there is room for it. `jaxdigits.plots` calls this."""
        self._pictures_left -= 1
        if self._pictures_left >= 0:
            self._draw(height, width, colors, str(title or ""))
        elif self._pictures_left == -1:
            self.write("... and more pictures, which are not shown.\n")
        return self._pictures_left >= 0


def run(lesson: str, code: str, call: str, send, draw) -> str:
    """Run a reader's code and then a call of its check, such as `check_slopes(slopes)`.

    Returns JSON: the `verdict`, or the `error` that the code raised. `send` gets what is printed,
    and `draw` the height, the width, the colors and the title of each picture.
    """
    before = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = _Output(send, draw)
    try:
        return json.dumps(_run(lesson, code, call))
    finally:
        sys.stdout, sys.stderr = before


def _run(lesson: str, code: str, call: str) -> dict:
    try:
        tree = ast.parse(code, YOURS)
    except SyntaxError as error:
        reason = f"{error.msg}{supposed(error)}"
        return {"error": f"Line {error.lineno}: {reason}\n    {(error.text or '').strip()}"}
    linecache.cache[YOURS] = (len(code), None, code.splitlines(keepends=True), YOURS)
    namespace: dict = {"__name__": "__main__"}
    exec(IMPORTS, namespace)
    cells = read(lesson)
    checks = [source for tags, source in cells if "check" in tags]
    checking = ast.parse("\n".join(checks))
    definitions = [s for tags, source in cells if not tags & SKIPPED for s in statements(source)]
    try:
        with contextlib.redirect_stdout(None), contextlib.redirect_stderr(None):
            define(definitions, asked(tree) | needs(checking), namespace)
        exec(compile(checking, LESSON, "exec"), namespace)
    except BaseException as error:
        return {"error": told(error)}
    failed = ""
    try:
        last = tree.body[-1] if tree.body else None
        shown = None
        if isinstance(last, ast.Expr):
            tree.body.pop()
            shown = compile(ast.Expression(last.value), YOURS, "eval")
        exec(compile(tree, YOURS, "exec"), namespace)
        value = eval(shown, namespace) if shown else None
        if value is not None:
            print(repr(value))
    except BaseException as error:
        failed = told(error)
    if not call:
        return {"error": failed} if failed else {}
    try:
        verdict = judge(call, namespace)
    except BaseException as error:
        return {"error": failed or told(error)}
    # What is right stays right if a line after it fails, such as one that draws.
    if failed and verdict != "right":
        return {"error": failed}
    if failed:
        print(failed)
    return {"verdict": verdict}


def judge(call: str, namespace: dict) -> str:
    """Return what a check says, or what it misses."""
    missing = needs(ast.parse(call)) - namespace.keys()
    if missing:
        return f"Nothing to check yet: there is no {' and no '.join(missing)}."
    return translated(str(eval(call, namespace)))


def supposed(error: SyntaxError) -> str:
    """Return what may be meant by a "=" for which Python knows no remedy, as in a comprehension."""
    text, place = error.text or "", (error.offset or 1) - 1
    before = text[:place].split()
    alone = not before or keyword.iskeyword(before[-1])
    if error.msg != "invalid syntax" or alone or not re.match("=(?!=)", text[place:]):
        return ""
    return ". Maybe you meant '==' instead of '='?"


# Cells that a reader's code does not need: what stands in for its answer, and what only the site's
# digits fulfill.
SKIPPED = {"check", "answer", "claim"}


def read(lesson: str) -> list[tuple[set[str], str]]:
    """Return the code cells of a lesson's file, each with its tags."""
    found = []
    for part in re.split(r"^# %%", lesson, flags=re.MULTILINE)[1:]:
        head, _, source = part.partition("\n")
        if "[markdown]" not in head:
            tags = re.search(r"tags=\[(.*?)\]", head)
            found.append((set(re.findall(r'"([^"]+)"', tags[1] if tags else "")), source))
    return found


def statements(source: str) -> list[ast.stmt]:
    """Return the statements of a cell; none if it uses IPython."""
    try:
        return ast.parse(source, LESSON).body
    except SyntaxError:
        return []


def names(node: ast.AST, context: type) -> set[str]:
    """Return the names that a piece of code reads, or sets."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, context)}


def sets(node: ast.stmt) -> set[str]:
    """Return the names that a statement defines or changes."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    parts = {
        n.value.id
        for n in ast.walk(node)
        if isinstance(n, ast.Subscript | ast.Attribute)
        and isinstance(n.ctx, ast.Store)
        and isinstance(n.value, ast.Name)
    }
    return names(node, ast.Store) | parts


def asked(tree: ast.Module) -> set[str]:
    """Return the names that a program needs from the lesson: it reads them but did not set them."""
    own = {name for statement in tree.body for name in sets(statement)}
    return _asked(tree.body, set(), own)


def _asked(body: list[ast.stmt], before: set[str], own: set[str]) -> set[str]:
    """Return what statements read that is not set `before`, to which they add what they set."""
    found: set[str] = set()
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            # It reads its names when it is called, by when all of the program's own are set.
            found |= needs(statement) - own
        elif hasattr(statement, "body"):
            # A loop sets its name before its body reads it, for example.
            parts = [
                statement,
                *getattr(statement, "items", []),
                *getattr(statement, "handlers", []),
            ]
            for part in parts:
                for name in ("iter", "test", "subject", "context_expr", "type"):
                    if head := getattr(part, name, None):
                        found |= needs(ast.Expr(head)) - before
                for name in ("target", "optional_vars"):
                    if target := getattr(part, name, None):
                        before |= names(target, ast.Store)
                before |= {getattr(part, "name", None) or ""}
            for part in [*parts, *getattr(statement, "cases", [])]:
                for name in ("body", "orelse", "finalbody"):
                    found |= _asked(getattr(part, name, []), before, own)
        else:
            found |= needs(statement) - before
        before |= sets(statement)
    return found


def needs(node: ast.AST) -> set[str]:
    """Return the names that a piece of code reads from outside, except Python's own."""
    found: set[str] = set()
    tables = [symtable.symtable(ast.unparse(node), LESSON, "exec")]
    for table in tables:
        tables += table.get_children()
        top = table.get_type() == "module"
        found |= {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_referenced() and (top or symbol.is_global())
        }
    return found - vars(builtins).keys()


def define(definitions: list[ast.stmt], wanted: set[str], namespace: dict) -> None:
    """Run those statements of the lesson on which the wanted names depend."""
    chosen: list[ast.stmt] = []
    wanted = wanted - namespace.keys()
    for statement in reversed(definitions):
        made = sets(statement)
        if made & wanted:
            chosen.append(statement)
            if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
                wanted = wanted - made
            elif isinstance(statement, ast.Assign):  # Others change what was there before.
                wanted = wanted - names(statement, ast.Store)
            wanted |= needs(statement) - namespace.keys()
    for statement in reversed(chosen):
        try:
            exec(compile(ast.Module([statement], []), LESSON, "exec"), namespace)
        except Exception:
            # What the page cannot compute is missing only if the code gets there: the error that
            # Python then raises is of that name, and `told` says why.
            for name in sets(statement):
                namespace.pop(name, None)


def told(error: BaseException) -> str:
    """Return an error as Python shows it, without the lines of what is around the reader's code."""
    if isinstance(error, KeyboardInterrupt):
        return "Stopped."
    frames = [
        f"Line {frame.lineno}: {(frame.line or '').strip()}"
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == YOURS
    ]
    text = translated("".join(traceback.format_exception_only(error)).strip())
    if isinstance(error, ImportError):  # Without advice on how to install what cannot be.
        parts = error.name, getattr(error, "name_from", None)  # Before Python 3.12 there is one.
        missing = ".".join(part for part in parts if part)
        text = "\n".join([text.partition("\n")[0], NOT_HERE.format(missing)])
    if (advice := NOT_HERE.format("")) in text:  # Without another name that Python suggests.
        text = text[: text.index(advice) + len(advice)]
    if isinstance(error, NameError) and not isinstance(error, UnboundLocalError):
        text += (
            "\nDefine it above. If the lesson does, open the notebook in Colab: the page did not "
            "run what makes it."
        )
    return "\n".join([*dict.fromkeys(frames), text])  # A recursion repeats one line.


def start() -> None:
    """Import what lessons import, before anybody waits for it."""
    with _without("unittest", "unittest.mock", "importlib.metadata"):
        import jaxtyping  # noqa: F401
    exec(IMPORTS, {})
    name_functions()


@contextlib.contextmanager
def _without(*modules: str):
    """Let imports find empty modules in place of some.

    jaxtyping asks two parts of Python, which take two seconds in a browser, for what is not needed
    here: how to mend other modules while they are imported, and which version it has.
    """
    stand_in = types.SimpleNamespace(patch=None, version=lambda library: "")
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules |= dict.fromkeys(modules, stand_in)
    importlib.metadata = stand_in
    try:
        yield
    finally:
        del importlib.metadata
        for name, module in before.items():
            sys.modules.pop(name)
            if module:
                sys.modules[name] = module
