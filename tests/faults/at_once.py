"""Let processes that share a data directory prepare MNIST at once. Started by `test_shared.py`."""

import os
import sys
import warnings
from pathlib import Path

import killing
import numpy as np
from small_mnist import FOLDER, published

from jaxdigits.data import mnist
from jaxdigits.data.idx import read_idx

root, files = Path(sys.argv[1]), Path(sys.argv[2])
mnist.Mnist.url_infos = published(files)
os.environ["JAXDIGITS_MNIST_DIR"] = str(files)
warnings.simplefilter("ignore", UserWarning)  # Where it is damaged, all say so.


def load(data: Path) -> None:
    splits = mnist.load_mnist(data)
    for split, prefix in mnist.PREFIXES.items():
        images, labels = splits[split]
        np.testing.assert_array_equal(images, read_idx(files / f"{prefix}-images-idx3-ubyte.gz"))
        np.testing.assert_array_equal(labels, read_idx(files / f"{prefix}-labels-idx1-ubyte.gz"))


for attempt in range(2):
    data = root / str(attempt)
    if attempt == 1:  # There is something, but it is damaged.
        killing.finished(killing.fork(lambda data=data: load(data)))
        for path in (data / FOLDER).iterdir():
            path.write_bytes(b"damaged")
    for fork in [killing.fork(lambda data=data: load(data)) for _ in range(3)]:
        killing.finished(fork)
    assert list(data.rglob("incomplete.*")) == []
    print("loaded", flush=True)
