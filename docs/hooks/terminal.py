"""Show on a terminal where a lesson failed, and by which error, at a glance."""

import sys

import click


def shown(report: str) -> str:
    """Return a lesson's report in colors if messages go to a terminal; else as it is."""
    if not sys.stderr.isatty():
        return report
    first, *lines = report.splitlines()
    cell, error = lines[:1], lines[1:]
    return "\n".join([click.style(first, bold=True), *cell, *(_red(line) for line in error)])


def _red(line: str) -> str:
    return click.style(line, fg="red")
