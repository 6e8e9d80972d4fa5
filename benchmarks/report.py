"""What a measurement was made on, and its figures as a table."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_DEVICE = "import jax; print(jax.devices()[0].device_kind)"
_VERSIONS = ("jax", "jaxlib", "optax", "flax", "numpy", "torch")
# What decides a figure, except the results themselves, which a run rewrites.
_DECIDES = (
    *("jaxdigits", "benchmarks", "docs/lessons", "docs/assets/train", "pyproject.toml"),
    ":!benchmarks/results",
)


def uncommitted() -> str:
    """Return why nothing can be recorded now, or an empty string if all is committed."""
    status = _git("status", "--porcelain", "--", *_DECIDES)
    return status and f"A record names its commit, so commit these files first:\n{status}"


def facts(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return date, commit, machine, and versions."""
    kind = subprocess.check_output([sys.executable, "-c", _DEVICE], env=environment, text=True)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _git("rev-parse", "--short", "HEAD") + ("-dirty" if uncommitted() else ""),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "memory_GiB": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30),
        "device": kind.strip(),
        "python": platform.python_version(),
        **{name: _version(name) for name in _VERSIONS},
    }


def table(measured: Mapping[str, Any]) -> str:
    """Return the figures as lines for people."""
    return "\n".join(_lines(measured))


def _lines(measured: Mapping[str, Any]) -> Iterator[str]:
    yield json.dumps(measured["facts"])
    for row in measured["rows"]:
        ours, unit = row["ours"], row["unit"]
        limit = f"  at most {row['limit']:,} {unit}" if row["limit"] else ""
        yield f"\n{row['title']}: {_figure(ours, unit)}{limit}"
        for peer in row["peers"]:
            bound = f"  at most {peer['bound']:.2f}" if peer["bound"] else ""
            yield f"  {peer['ratio']:5.2f} of {peer['label']}, {_figure(peer, unit)}{bound}"
        for label_and_reason in row["left_out"]:
            yield f"        {label_and_reason}"
    if batches := measured["batches"]:
        yield f"\nAn empty step takes {batches['empty_step_us']:.2f} us"
        yield f"Memory moves {batches['bandwidth_GBs']:.1f} GB/s"
        for row in batches["rows"]:
            yield (
                f"{row['model']:>10} in batches of {row['batch_size']:6,}: "
                f"{row['epochs_a_second']:8.2f} epochs/s, {row['step_us']:9.1f} µs per step, "
                f"{row['bandwidth_share']:4.0%} of the bandwidth"
            )


def _figure(summary: Mapping[str, float], unit: str) -> str:
    reached = f", reached {summary['accuracy']:.4f}" if summary["accuracy"] else ""
    spread = f"({summary['least']:.4g} to {summary['most']:.4g})"
    return f"{summary['median']:.4g} {spread} {unit}{reached}"


def _git(*words: str) -> str:
    here = Path(__file__).parents[1]
    run = subprocess.run(["git", *words], cwd=here, capture_output=True, text=True)
    return run.stdout.strip() or ("" if run.returncode == 0 else "unknown")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
