"""Let processes that share a data directory prepare MNIST at once. Started by `test_killed.py`."""

import os
import sys
import warnings
from pathlib import Path

import killing
import numpy as np
from small_mnist import FOLDER, publish

from jaxdigits.data import load
from jaxdigits.data.published import read_idx

root, files = Path(sys.argv[1]), Path(sys.argv[2])
publish(files)
os.environ["JAXDIGITS_MNIST_DIR"] = str(files)
warnings.simplefilter("ignore", UserWarning)  # Where it is damaged, all say so.


def check(data: Path) -> None:
    digits = load("mnist", data)
    for (images, labels), prefix in ((digits.train, "train"), (digits.test, "t10k")):
        np.testing.assert_array_equal(images, read_idx(files / f"{prefix}-images-idx3-ubyte.gz"))
        np.testing.assert_array_equal(labels, read_idx(files / f"{prefix}-labels-idx1-ubyte.gz"))


for attempt in range(2):
    data = root / str(attempt)
    if attempt == 1:  # There is something, but it is damaged.
        killing.finished(killing.fork(lambda data=data: check(data)))
        for path in (data / FOLDER).iterdir():
            path.write_bytes(b"damaged")
    for fork in [killing.fork(lambda data=data: check(data)) for _ in range(3)]:
        killing.finished(fork)
    assert not [path for path in data.rglob("*") if "unfinished" in path.name]
    print("loaded", flush=True)
