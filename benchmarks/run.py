"""Measure jaxdigits beside its peers.

Contenders are processes of their own and take turns, one run each per round, so that a busy moment
meets all of them. A ratio is ours divided by theirs, the median over the rounds of the ratio
within one round: below 1, we are faster, or take less.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from contenders.task import RECIPE
from measure import measure
from report import facts, table, uncommitted
from rows import ROWS, Row

HERE = Path(__file__).parent
_SAVE = """
import sys, numpy, jaxdigits
_, (x, y), (u, v) = jaxdigits.load("mnist")
numpy.savez_compressed(sys.argv[1], x_train=x, y_train=y, x_test=u, y_test=v)
"""


def main() -> int:
    """Measure, report, and keep the results of a whole run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [*(row.name for row in ROWS), "batches"]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(names)}")
    parser.add_argument("--json", action="store_true", help="print JSON in place of a table")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="few rounds of what takes little time; print the ratios without judging them",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="put the named rows into the results of a whole run on the same machine",
    )
    parser.add_argument(
        "--device",
        choices=["cpu", "gpu"],
        default="cpu",
        help="gpu: our models there, by batch size",
    )
    options = parser.parse_args()
    if unknown := set(options.names) - set(names):
        parser.error(f"no NAME {', '.join(sorted(unknown))}: choose from {', '.join(names)}")

    if options.device == "gpu":
        look = [sys.executable, "-c", "import jax; jax.devices('gpu')"]
        if subprocess.run(look, capture_output=True).returncode != 0:
            parser.error(
                "--device gpu: JAX finds no GPU here. With an NVIDIA one, install "
                '".[cuda13]" and see whether nvidia-smi lists it.'
            )
    record = not options.quick and (options.keep or not options.names)
    if record and (changes := uncommitted()):
        parser.error(changes)

    with tempfile.TemporaryDirectory() as scratch:
        environment = {
            **os.environ,
            "BENCHMARK_NPZ": f"{scratch}/mnist.npz",
            "BENCHMARK_COMPILED": f"{scratch}/compiled",
            "JAX_PLATFORMS": {"cpu": "cpu", "gpu": "cuda"}[options.device],
        }
        save = [sys.executable, "-c", _SAVE, environment["BENCHMARK_NPZ"]]
        subprocess.run(save, check=True, env=environment)
        about = facts(environment) | {"recipe": RECIPE}
        measured: dict[str, Any] = {"facts": about, "rows": [], "batches": None}
        for row in chosen(options.names, options.quick) if options.device == "cpu" else ():
            print(f"{row.title} ...", file=sys.stderr, flush=True)
            measured["rows"].append(measure(row, environment, options.quick))
        if "batches" in options.names or not (options.names or options.quick):
            print("Batch sizes ...", file=sys.stderr, flush=True)
            command = [sys.executable, "-m", "contenders.batches"]
            printed = subprocess.check_output(command, env=environment, cwd=HERE)
            measured["batches"] = json.loads(printed)

    print(json.dumps(measured, indent=1) if options.json else table(measured))
    if record:
        results = HERE / "results" / f"{options.device}.json"
        if options.names:
            measured = merged(json.loads(results.read_text(encoding="utf-8")), measured)
        results.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    missed = [
        f"{row['title']}: {peer['ratio']:.2f} of {peer['label']}, over {peer['bound']}"
        for row in measured["rows"]
        for peer in row["peers"]
        if peer["bound"] and peer["ratio"] > peer["bound"]
    ]
    print(*missed, sep="\n", file=sys.stderr)
    # Ratios differ by processor, so few rounds on an unknown one decide nothing.
    return 1 if missed and not options.quick else 0


def chosen(names: Collection[str], quick: bool) -> list[Row]:
    """Return the rows of these names; where none is given, all that are measured then."""
    return [row for row in ROWS if row.name in names or (not names and (row.quick or not quick))]


def merged(whole: dict[str, Any], some: dict[str, Any]) -> dict[str, Any]:
    """Return the results of a whole run with some rows measured again, each with its date.

    Raises:
        ValueError: If the machine or a version differs from the whole run.
    """
    when = {name: some["facts"][name] for name in ("date", "commit")}
    differ = [
        f"{name} was {whole['facts'].get(name)} and is {fact}"
        for name, fact in some["facts"].items()
        if name not in when and whole["facts"].get(name) != fact
    ]
    if differ:
        raise ValueError(f"Measure all rows again, because {'; '.join(differ)}.")
    rows = {row["name"]: row for row in whole["rows"]}
    rows |= {row["name"]: {**row, "measured": when} for row in some["rows"]}
    batches = some["batches"] or whole["batches"]
    in_order = [rows[row.name] for row in ROWS if row.name in rows]
    return {**whole, "rows": in_order, "batches": batches}


if __name__ == "__main__":
    sys.exit(main())
