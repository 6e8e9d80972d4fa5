"""Kill processes that download and prepare MNIST; then load it. Started by `test_killed.py`."""

import os
import shutil
import sys
from pathlib import Path

import killing
import numpy as np
from small_mnist import FOLDER, published
from tqdm import tqdm

from jaxdigits.data import download, mnist, prepared
from jaxdigits.data.idx import read_idx

root, files, url = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
data = root / "data"


class Bar(tqdm):
    """Moves whenever a part of a file has come."""

    def update(self, n: float | None = 1) -> bool | None:
        killing.step()
        return super().update(n)


examples = mnist.Mnist._generate_examples


def generate(self, images_path, labels_path):
    for number, example in enumerate(examples(self, images_path, labels_path)):
        if number % 100 == 50:
            killing.step()
        yield example


mnist.Mnist.url_infos = published(files, url)
mnist.Mnist._generate_examples = generate
mnist.URL = url
download.tqdm = Bar
for variable in ("JAXDIGITS_MNIST_DIR", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
    os.environ.pop(variable, None)


def work() -> None:
    mnist.load_mnist(data)


def check() -> None:
    """Assert that what was left loads as the right digits, and that no partial output remains."""
    kept = prepared.load_arrays(data / FOLDER)  # What `load` tries first.
    if kept is not None:
        assert_right(kept)
    assert_right(mnist.load_mnist(data))
    assert_right(prepared.load_arrays(data / FOLDER))
    assert [path for path in data.rglob("*") if "unfinished" in path.name] == []
    assert list(data.rglob("incomplete.*")) == []


def assert_right(splits: prepared.Splits | None) -> None:
    assert splits is not None
    for split, prefix in mnist.PREFIXES.items():
        for found, part in zip(splits[split], ("images-idx3", "labels-idx1"), strict=True):
            right = read_idx(files / f"{prefix}-{part}-ubyte.gz")
            np.testing.assert_array_equal(found, right)


changes = killing.finished(killing.fork(work))
killing.finished(killing.fork(check))
shutil.copytree(data, root / "damaged")
for record in (root / "damaged").rglob("*.array_record*"):
    record.write_bytes(b"damaged")

# A download may come in fewer parts the next time: the last changes may not happen.
points = [{"at": n} for n in killing.spread(changes * 4 // 5, 5)] + [{"limit": 100_000}]
# Damaged data is removed first, and then prepared again.
damaged = [{"at": n} for n in (2, 8)]
for number, point in enumerate(points + damaged):
    shutil.rmtree(data, ignore_errors=True)
    if number >= len(points):
        shutil.copytree(root / "damaged", data)
    assert killing.killed(killing.fork(work, **point)), f"not killed: {point}"
    killing.finished(killing.fork(check))
    print("killed:", point, "of", changes, flush=True)
