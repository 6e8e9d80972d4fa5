"""Kill processes that download and prepare MNIST; then load it. Started by `test_killed.py`."""

import os
import shutil
import sys
from pathlib import Path

import killing
import numpy as np
from small_mnist import NAMES, publish

from jaxdigits.data import prepared
from jaxdigits.data.published import read_idx
from jaxdigits.data.records import Builder

root, files, url = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
data = root / "data"


examples = Builder._generate_examples


def generate(self, images, labels):
    for number, example in enumerate(examples(self, images, labels)):
        if number % 100 == 50:
            killing.step()
        yield example


publish(files, url)
Builder._generate_examples = generate
for variable in ("JAXDIGITS_MNIST_DIR", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
    os.environ.pop(variable, None)


def work() -> None:
    prepared.load_prepared("mnist", data)


def check() -> None:
    """Assert that what was left loads as the right digits, and that no partial output remains."""
    assert_right(prepared.load_prepared("mnist", data))
    # From here on nothing is needed but what is prepared.
    publish(files, "http://127.0.0.1:9/")
    shutil.rmtree(data / "downloads", ignore_errors=True)
    assert_right(prepared.load_prepared("mnist", data))


def assert_right(arrays: list[np.ndarray]) -> None:
    for found, name in zip(arrays, NAMES, strict=True):
        np.testing.assert_array_equal(found, read_idx(files / name))


changes = killing.finished(killing.fork(work))
killing.finished(killing.fork(check))
shutil.copytree(data, root / "damaged")
for record in (root / "damaged").rglob("*.array_record*"):
    record.write_bytes(b"damaged")
    record.with_name("arrays.npz").unlink(missing_ok=True)

# A download may come in fewer parts the next time: the last changes may not happen.
points = [{"at": n} for n in killing.spread(changes * 4 // 5, 5)] + [{"limit": 100_000}]
# Damaged data is prepared again beside the old, which then goes.
damaged = [{"at": n} for n in (2, 8)]
for number, point in enumerate(points + damaged):
    shutil.rmtree(data, ignore_errors=True)
    if number >= len(points):
        shutil.copytree(root / "damaged", data)
    assert killing.killed(killing.fork(work, **point)), f"not killed: {point}"
    killing.finished(killing.fork(check))
    print("killed:", point, "of", changes, flush=True)
