"""Measure how fast the page Train learns, beside NumPy and jaxdigits, all on one core.

`python benchmarks/train_page.py` trains the page's linear model and its 784-64-10 network with the
modules of `docs/assets/train`, which Node runs as a browser of the same engine does. The digits are
as many as the page has, in batches of 64. Contenders take turns, as in `run.py`. In the page itself
a fifth of the time goes to reading the held-out digits.

Prints images per second, writes `results/train_page.json`, and exits with 1 if a model of the page
is slower than it should be. With `--quick` it runs three rounds, and neither writes nor judges.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from measure import measure
from report import facts, uncommitted
from rows import Peer, Row

RESULTS = Path(__file__).parent / "results" / "train_page.json"
DIGITS = 10_000
IMAGES = DIGITS // 64 * 64
"""How many images an epoch has: the last ones do not fill a batch."""

LEAST = {"linear_64": 100_000, "network_64": 30_000}
"""How many images per second the page should learn from at least."""

_SAVE = f"""
import sys, numpy, jaxdigits
_, (x, y), (u, v) = jaxdigits.load("mnist")
numpy.savez(sys.argv[1], x_train=x[:{DIGITS}], y_train=y[:{DIGITS}], x_test=u, y_test=v)
"""


def _row(task: str, title: str) -> Row:
    peers = Peer("NumPy", ("by_numpy", task), None), Peer("jaxdigits", ("ours", task), None)
    return Row(task, title, "ms", ("page", task), peers)


ROWS = _row("linear_64", "Linear model"), _row("network_64", "784-64-10 network")


def main() -> int:
    """Measure, print, and keep the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="three rounds, without a record")
    options = parser.parse_args()
    if not options.quick and (changes := uncommitted()):
        parser.error(changes)
    if hasattr(os, "sched_setaffinity"):
        # The page's worker has one core. What this process starts inherits the choice.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as scratch:
        digits = f"{scratch}/mnist.npz"
        environment = {**os.environ, "BENCHMARK_NPZ": digits, "JAX_PLATFORMS": "cpu"}
        subprocess.run([sys.executable, "-c", _SAVE, digits], check=True, env=environment)
        node = subprocess.check_output(["node", "--version"], text=True).strip()
        about = facts(environment) | {"node": node}
        # Told to be quick, `measure` would leave out peers for which no ratio is promised.
        rows = [row._replace(rounds=3) if options.quick else row for row in ROWS]
        measured = {"facts": about, "rows": [measure(row, environment, False) for row in rows]}
    print(json.dumps(about), *lines(measured["rows"]), sep="\n")
    if options.quick:
        return 0
    RESULTS.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    return 1 if too_slow(measured["rows"]) else 0


def speed(summary: Mapping[str, float], milliseconds: str = "median") -> float:
    """Return images per second."""
    return IMAGES / summary[milliseconds] * 1000


def lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Return the figures as lines for people."""
    for row in rows:
        yield f"\n{row['title']}, images per second, at least {LEAST[row['name']]:,} in the page"
        for label, figure in [
            ("the page", row["ours"]),
            *((peer["label"], peer) for peer in row["peers"]),
        ]:
            low, high = speed(figure, "most"), speed(figure, "least")
            yield (
                f"{label:>12} {speed(figure):9,.0f} ({low:,.0f} to {high:,.0f}),"
                f" reached {figure['accuracy']:.4f}"
            )


def too_slow(rows: list[dict[str, Any]]) -> list[str]:
    """Return the names of the rows in which the page is slower than it should be."""
    return [row["name"] for row in rows if speed(row["ours"]) < LEAST[row["name"]]]


if __name__ == "__main__":
    sys.exit(main())
