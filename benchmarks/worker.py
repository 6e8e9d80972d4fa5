"""One contender at one task, in a process of its own: `python worker.py CONTENDER TASK`.

It prepares and warms up, prints `ready`, and then does the task once for each line that it reads,
printing how many seconds that took. At the end of the lines it prints the accuracy reached.
If it fails to prepare, it prints why in place of `ready`.
"""

import importlib
import os
import sys
import time

from contenders import task


def main(contender: str, name: str) -> None:
    """Prepare, then run when told."""
    arrays = task.read(os.environ["BENCHMARK_NPZ"])
    try:
        run, accuracy = getattr(importlib.import_module(f"contenders.{contender}"), name)(arrays)
        run()
    except Exception as error:
        print(f"{type(error).__name__}: {error}".splitlines()[0], flush=True)
        raise
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        run()
        print(time.perf_counter() - start, flush=True)
    print(accuracy(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
