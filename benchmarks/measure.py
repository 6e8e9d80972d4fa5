"""Let contenders take turns, and compare what each of them took."""

import subprocess
import sys
import time
from collections.abc import Mapping
from math import isnan
from pathlib import Path
from statistics import median
from typing import Any, Protocol

from rows import Row

HERE = Path(__file__).parent
SCALE = {"ms": 1000, "s": 1, "MiB": 1}
# Two contenders that take the same number of the same steps reach about the same accuracy. If
# they are further apart than this, one of them does other work, and the run fails.
TOLERANCE = 0.02


class Contender(Protocol):
    """Anything that can be told to do a task once."""

    def once(self) -> float:
        """Do it; return the seconds, or the MiB, that it took."""
        ...

    def end(self) -> float:
        """Return the accuracy reached, nan if the task has none."""
        ...


class Worker:
    """A contender that waits for its turn in a process of its own, warmed up."""

    def __init__(self, command: tuple[str, str], environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py"), *command],
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A progress bar goes there, too, and its writing must cost what it costs.
            stderr=subprocess.DEVNULL,
        )
        if (line := self._line()) != "ready":
            self.process.communicate()
            raise RuntimeError(f"python benchmarks/worker.py {' '.join(command)} failed: {line}")

    def once(self) -> float:
        """Do the task once, and return the seconds that it took."""
        assert self.process.stdin
        print(file=self.process.stdin, flush=True)
        return float(self._line())

    def end(self) -> float:
        """Return the accuracy reached, nan if the task has none."""
        assert self.process.stdin
        self.process.stdin.close()
        accuracy = float(self._line())
        self.process.wait()
        return accuracy

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()


class Whole:
    """A contender whose every run is a process from its start to the last trained epoch."""

    def __init__(
        self, command: tuple[str, str], environment: Mapping[str, str], memory: bool
    ) -> None:
        who, epochs = command
        self.command = [sys.executable, str(HERE / "contenders/cold.py"), who, epochs]
        self.environment = environment
        self.memory = memory
        self.once()  # From here on, the files that it reads are in the system's cache.

    def once(self) -> float:
        """Run the process, and return its seconds, or the MiB that it took at most."""
        start = time.monotonic()
        done = subprocess.run(self.command, env=self.environment, text=True, capture_output=True)
        if done.returncode:
            raise RuntimeError(f"{self.command} failed: {done.stderr.splitlines()[-1]}")
        # The process looks at the same clock when it has trained, before it measures the accuracy.
        end, peak, self.accuracy = map(float, done.stdout.split())
        return peak if self.memory else end - start

    def end(self) -> float:
        """Return the accuracy of the last run."""
        return self.accuracy


def measure(row: Row, environment: Mapping[str, str], quick: bool) -> dict[str, Any]:
    """Return a row's figures: ours, and for each peer its own and the ratio to it.

    Raises:
        RuntimeError: If a contender fails, or ends at another accuracy than ours.
    """

    def start(command: tuple[str, str]) -> Contender:
        if row.whole:
            return Whole(command, environment, row.unit == "MiB")
        return Worker(command, environment)

    contenders, peers, left_out = [start(row.ours)], [], []
    for peer in row.peers:
        # In a quick run, leave out the peers that no ratio is promised for.
        if quick and peer.bound is None:
            continue
        try:
            contenders.append(start(peer.command))
            peers.append(peer)
        except RuntimeError as error:
            if not peer.optional and "No module named 'torch'" not in str(error):
                raise
            left_out.append(f"{peer.label}: {error}")
    rounds = min(3, row.rounds) if quick else row.rounds
    taken = [
        [contender.once() * SCALE[row.unit] for contender in contenders] for _ in range(rounds)
    ]
    accuracy, *accuracies = [contender.end() for contender in contenders]
    for peer, theirs in zip(peers, accuracies, strict=True):
        # Two tasks without an accuracy have nan. One nan alone is training that diverged.
        if abs(theirs - accuracy) > TOLERANCE or isnan(theirs) != isnan(accuracy):
            raise RuntimeError(f"{row.name}: {peer.label} reached {theirs}, jaxdigits {accuracy}")
    ours, *others = zip(*taken, strict=True)
    return {
        **{"name": row.name, "title": row.title, "unit": row.unit, "limit": row.limit},
        "ours": _summary(ours, accuracy),
        "peers": [
            {
                **{"label": peer.label, "bound": peer.bound},
                "ratio": median(a / (b / peer.per) for a, b in zip(ours, theirs, strict=True)),
                **_summary([each / peer.per for each in theirs], accuracy),
            }
            for peer, theirs, accuracy in zip(peers, others, accuracies, strict=True)
        ],
        "left_out": left_out,
    }


def _summary(taken: Any, accuracy: float) -> dict[str, Any]:
    return {
        "median": median(taken),
        "least": min(taken),
        "most": max(taken),
        "accuracy": None if isnan(accuracy) else accuracy,
    }
