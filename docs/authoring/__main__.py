"""Commands for authors of lessons: `python docs/authoring new|check|time`."""

import argparse
import logging
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# "mkdocs serve" watches these folders: bytecode written there would look like an edit.
sys.dont_write_bytecode = True
# The hooks execute and render lessons for the site; the package is the one beside the lessons.
sys.path[:0] = [str(HERE), str(HERE.parent / "hooks"), str(ROOT)]


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return what the shell is told."""
    parser = argparse.ArgumentParser(prog="python docs/authoring", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    new = commands.add_parser("new", help="write the next lesson from a template")
    new.add_argument("title", help="its title, without a number, such as Momentum")
    new.add_argument("--slug", help="its name in addresses, if not the title's words")

    check = commands.add_parser("check", help="say what is to be mended, line by line")
    check.add_argument("files", nargs="*", type=Path, help="lessons; all, if none is given")
    check.add_argument("--run", action="store_true", help="execute first what has changed")

    time = commands.add_parser("time", help="say how long lessons run and are read")
    time.add_argument("files", nargs="*", type=Path, help="lessons; all, if none is given")
    time.add_argument("--again", action="store_true", help="execute each once more, alone")

    options = parser.parse_args(arguments)
    for path in getattr(options, "files", ()):
        if not path.is_file():
            parser.error(f"there is no file {path}")
        if path.resolve().parent != ROOT / "docs/lessons":
            parser.error(f"{path} is no lesson; lessons lie in docs/lessons")

    # What is being executed is said while one waits.
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("mkdocs.hooks.lessons").setLevel(logging.INFO)
    logging.getLogger("mkdocs.hooks.lessons").addFilter(
        lambda record: not record.getMessage().startswith("Unchanged")
    )

    # Each command imports what it needs: JAX takes a second, and `new` does without.
    if options.command == "new":
        from new_lesson import Refused, advice, new_lesson

        try:
            print(advice(new_lesson(options.title, ROOT, options.slug), ROOT))
        except Refused as refusal:
            print(f"No lesson was written: {refusal}", file=sys.stderr)
            return 1
        return 0
    if options.command == "check":
        from linter import check as check_lessons

        return 1 if check_lessons(ROOT, options.files, options.run) else 0
    from timing import print_times

    return print_times(ROOT, [path.resolve() for path in options.files], options.again)


if __name__ == "__main__":
    sys.exit(main())
