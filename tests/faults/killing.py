"""Run work in forks of this process, and kill them at one point after the other.

A program imports this, once, and what it needs; a fork begins at once, as if it were a process of
its own. It is killed by SIGKILL before its n-th change to a folder, as Python's audit events tell
them, or by SIGXFSZ in the middle of a write, that of a library in C++ too, when a file grows beyond
a limit: neither can be caught or cleaned up after.
"""

import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "step")

_changes: dict[int, int] = {}  # From which pipe each fork's number of changes comes.


def step() -> None:
    """Mark a point that changes no folder, to be killed there too."""
    sys.audit("step")


def fork(work: Callable[[], object], at: int = 0, limit: int = 0) -> int:
    """Start the work in a fork, to be killed at its n-th change, or beyond a size of its files."""
    here, there = os.pipe()
    pid = os.fork()
    if pid:
        os.close(there)
        _changes[pid] = here
        return pid
    counted = 0

    def count(event: str, facts: tuple[object, ...]) -> None:
        nonlocal counted
        if event in CHANGES or (event == "open" and _writes(facts)):
            counted += 1
            if counted == at:
                os.kill(os.getpid(), signal.SIGKILL)

    status = 1
    try:
        sys.addaudithook(count)
        if limit:
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        work()
        os.write(there, str(counted).encode())
        status = 0
    except BaseException:
        traceback.print_exc()
    os._exit(status)


def finished(pid: int) -> int:
    """Wait for a fork, which must not fail, and return how many changes it made."""
    status, changes = _wait(pid)
    assert status == 0, f"a fork ended with {status}"
    return changes


def killed(pid: int) -> bool:
    """Wait for a fork, and return whether it was killed; it must not fail by itself."""
    status, _ = _wait(pid)
    assert status <= 0, "a fork that was to be killed failed"
    return status < 0


def kill_while_replacing(
    write: Callable[[T], object], read: Callable[[], T], old: T, new: T, sizes: tuple[int, ...]
) -> None:
    """Kill the process that writes `new` over `old`, at every point and beyond each size.

    After each kill, `old` can still be read, and the next write succeeds.
    """
    write(old)
    changes = finished(fork(lambda: write(new)))
    points = [{"at": n + 1} for n in range(changes)] + [{"limit": size} for size in sizes]
    for point in points:
        write(old)
        assert killed(fork(lambda: write(new), **point)), f"not killed: {point}"
        assert read() == old, point
        write(new)
        assert read() == new, point
        print("killed:", point, flush=True)


def spread(most: int, points: int = 10) -> list[int]:
    """Return numbers from 1 to `most`, the first and the last among them, evenly spread."""
    return sorted({1 + round(n * (most - 1) / (points - 1)) for n in range(points)})


def _wait(pid: int) -> tuple[int, int]:
    with os.fdopen(_changes.pop(pid), "rb") as pipe:
        changes = int(pipe.read() or 0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), changes


def _writes(facts: tuple[object, ...]) -> bool:
    path, _, flags = facts
    return (
        isinstance(flags, int)
        and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        and isinstance(path, str | bytes | Path)
        and not os.fsdecode(path).startswith(("/dev/", "/proc/"))
    )
