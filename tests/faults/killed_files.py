"""Kill whoever writes one file over another; then read it. Started by `test_killed.py`."""

import sys
from pathlib import Path

import cache
import killing
import numpy as np
from execution import Ran

import jaxdigits as jd

root = Path(sys.argv[1])
OLD, NEW = (np.full(20_000, number, np.float32) for number in (1, 2))


def save(numbers: np.ndarray) -> None:
    jd.save_params(root / "saved", numbers)


def saved() -> np.ndarray:
    return jd.load_params(root / "saved", OLD)


def remember(numbers: np.ndarray) -> None:
    cache.store(root, "remembered", Ran([], numbers.tolist()))


def remembered() -> np.ndarray:
    ran = cache.load(root, "remembered")
    assert ran is not None
    return np.asarray(ran.seconds, np.float32)


for write, read in (save, saved), (remember, remembered):
    write(OLD)
    changes = killing.finished(killing.fork(lambda write=write: write(NEW)))
    points = [{"at": n + 1} for n in range(changes)]
    points += [{"limit": size} for size in (1, 10_000, 50_000)]
    for point in points:
        write(OLD)
        assert killing.killed(killing.fork(lambda write=write: write(NEW), **point)), point
        np.testing.assert_array_equal(read(), OLD)
        write(NEW)
        np.testing.assert_array_equal(read(), NEW)
        print("killed:", write.__name__, point, flush=True)
