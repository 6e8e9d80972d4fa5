"""The commands for authors: `python tools/lessonsite new|check|time`."""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# As "mkdocs serve" has it; this folder itself must not hide modules of Python.
sys.path = [str(HERE.parent), str(ROOT), *(path for path in sys.path if path != str(HERE))]
# Bytecode written into the package would look like an edit to "mkdocs serve".
sys.dont_write_bytecode = True


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python tools/lessonsite", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new", help="write the next lesson from a template")
    new.add_argument("title", help="without a number, such as Momentum")
    new.add_argument("--slug", help="the name in addresses, if not the words of the title")
    check = commands.add_parser("check", help="say line by line what to mend")
    check.add_argument("--run", action="store_true", help="first run the lessons that have changed")
    time = commands.add_parser("time", help="say how long lessons run, compile and are read")
    time.add_argument("--again", action="store_true", help="run each lesson again, by itself")
    for command in check, time:
        command.add_argument("files", nargs="*", type=Path, help="lessons; by default all")
    options = parser.parse_args(arguments)

    # Each command imports what it needs: `new` takes no second.
    if options.command == "new":
        from lessonsite.new import Refused, new_lesson

        try:
            print(new_lesson(options.title, ROOT, options.slug))
        except Refused as refusal:
            parser.exit(1, f"No lesson was written: {refusal}\n")
        return 0
    folder = ROOT / "docs/lessons"
    for path in options.files:
        if not path.is_file() or path.resolve().parent != folder:
            parser.error(f"{path} is not a lesson in docs/lessons")
    files = options.files or [*folder.glob("[0-9]*.py"), *folder.glob("[0-9]*.md")]
    paths = sorted(path.resolve() for path in files)

    from lessonsite.digits import DigitsError
    from lessonsite.lint import check_lessons
    from lessonsite.runner import known, run_lessons
    from lessonsite.times import print_times

    try:
        if options.command == "check":
            runs = run_lessons if options.run else known
            return 1 if check_lessons(ROOT, paths, runs, options.run) else 0
        scripts = [path for path in paths if path.suffix == ".py"]
        return print_times(ROOT, run_lessons(ROOT, scripts, options.again))
    except DigitsError as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    sys.exit(main())
