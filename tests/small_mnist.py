"""Random digits in the format of MNIST, few and quickly made, and a server that has them.

A test, or a program that a test starts, makes them the published ones by `publish`.
"""

import contextlib
import gzip
import hashlib
import http.server
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jaxdigits.data import published

NAMES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
FOLDER = Path("jaxdigits_mnist") / "1.0.0"
NOWHERE = "http://127.0.0.1:9/"


def random_digits(train: int = 30, test: int = 10, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {
        name: rng.integers(0, 256, (n, 28, 28)) if "images" in name else rng.integers(0, 10, n)
        for name, n in zip(NAMES, (train, train, test, test), strict=True)
    }


def write_idx(path: Path, values: np.ndarray) -> None:
    header = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    path.write_bytes(gzip.compress(header + values.astype(np.uint8).tobytes(), mtime=0))


def write_files(folder: Path, arrays: dict[str, np.ndarray]) -> None:
    folder.mkdir(exist_ok=True)
    for name, values in arrays.items():
        write_idx(folder / name, values)


def publish(folder: Path, url: str = NOWHERE) -> None:
    """Make the files in `folder` those that are expected of MNIST, and `url` its only mirror."""
    for name in NAMES:
        packed = (folder / name).read_bytes()
        published.SHA256[f"mnist/{name}"] = hashlib.sha256(packed).hexdigest()
        content = hashlib.sha256(gzip.decompress(packed)).hexdigest()
        published.SHA256[f"mnist/{name.removesuffix('.gz')}"] = content
    published.MIRRORS["mnist"] = (url, url)


def expect(monkeypatch: pytest.MonkeyPatch, folder: Path, url: str = NOWHERE) -> None:
    """Do the same until the end of a test."""
    monkeypatch.setattr(published, "SHA256", dict(published.SHA256))
    monkeypatch.setattr(published, "MIRRORS", dict(published.MIRRORS))
    publish(folder, url)


def assert_holds(data: Any, arrays: dict[str, np.ndarray]) -> None:
    assert data.name == "mnist"
    for split, prefix in (("train", "train"), ("test", "t10k")):
        digits = getattr(data, split)
        np.testing.assert_array_equal(digits.images, arrays[f"{prefix}-images-idx3-ubyte.gz"])
        np.testing.assert_array_equal(digits.labels, arrays[f"{prefix}-labels-idx1-ubyte.gz"])


@contextlib.contextmanager
def server(answer: Callable[[Any], None]) -> Iterator[tuple[str, list[str]]]:
    """A local web server; yields its address and the list of what it was asked."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do(self) -> None:
            asked.append(f"{self.command} {self.path}")
            with contextlib.suppress(ConnectionError):  # Nobody waits for the rest.
                answer(self)

        do_GET = do_HEAD = do_CONNECT = do

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{httpd.server_port}/", asked
        finally:
            httpd.shutdown()


def send(folder: Path, most: int | None = None) -> Callable[[Any], None]:
    """Answer with the files in `folder`, of each no more than `most` bytes."""

    def answer(request: Any) -> None:
        content = (folder / Path(request.path).name).read_bytes()
        request.send_response(200)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        if request.command == "GET":
            request.wfile.write(content[:most])

    return answer


@pytest.fixture
def arrays() -> dict[str, np.ndarray]:
    return random_digits()


@pytest.fixture
def files(tmp_path: Path, arrays: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of random digits in MNIST's format, with no network beside it."""
    folder = tmp_path / "files"
    write_files(folder, arrays)
    expect(monkeypatch, folder)
    for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
        monkeypatch.delenv(proxy.lower(), raising=False)
    monkeypatch.setenv("JAXDIGITS_MNIST_DIR", str(folder))
    return folder


@pytest.fixture
def online(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder of files, so that a download is tried."""
    monkeypatch.delenv("JAXDIGITS_MNIST_DIR")
