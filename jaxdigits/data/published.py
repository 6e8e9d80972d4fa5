"""Find or download the published files of MNIST, Fashion-MNIST and KMNIST.

All three data sets have files with the same names. `sha256.txt` tells them apart.
"""

import gzip
import hashlib
import os
import sys
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from jaxdigits._disk import expanded
from jaxdigits.data.arrays import Splits
from jaxdigits.data.idx import read_idx

TITLES = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST", "kmnist": "KMNIST"}
NAMES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
MIRRORS = {
    "mnist": (
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
    ),
    "fashion_mnist": (
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    "kmnist": (
        "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    ),
}
# Keys are data set and file, such as "mnist/train-images-idx3-ubyte.gz". Without ".gz" the digest
# is that of the unpacked file.
_LINES = Path(__file__).with_name("sha256.txt").read_text("utf-8").splitlines()
SHA256 = {name: digest for digest, name in map(str.split, _LINES)}
SECONDS_TO_ANSWER = 4.0
SECONDS_OF_SILENCE = 20.0
SECONDS_PER_FILE = 600.0


def read_own_files(source: str) -> Splits | None:
    """Return the data set in the folder that `JAXDIGITS_<SOURCE>_DIR` names, if it is set."""
    title, variable = TITLES[source], f"JAXDIGITS_{source.upper()}_DIR"
    if not os.environ.get(variable):
        return None
    folder = expanded(os.environ[variable])
    remedy = (
        f"What to do: copy {title}'s files from {MIRRORS[source][0]} into {folder}, "
        f"or unset {variable} to have them downloaded."
    )
    paths = [folder / name for name in NAMES]
    # Some browsers unpack what they download.
    paths = [path if path.exists() else path.with_suffix("") for path in paths]
    missing = [name for name, path in zip(NAMES, paths, strict=True) if not path.exists()]
    if missing:
        raise FileNotFoundError(
            f"{variable} is {folder}, where {', '.join(missing)} cannot be found. {remedy}"
        )
    for name, path in zip(NAMES, paths, strict=True):
        found, expected = _sha256(path, open), SHA256[f"{source}/{name}"]
        content = SHA256.get(f"{source}/{name.removesuffix('.gz')}")
        if found != expected and content not in (found, _sha256(path, gzip.open)):
            owners = [TITLES[other] for other in TITLES if SHA256[f"{other}/{name}"] == found]
            guess = f"belongs to {owners[0]}" if owners else "is damaged or from another data set"
            raise ValueError(
                f"These are not {title}'s files: {path} has the SHA-256 {found}, expected "
                f"{expected}. The file {guess}. {remedy}"
            )
    return _read(paths)


def download(source: str, folder: Path) -> Splits:
    """Return the data set, after downloading missing files into `folder`."""
    import requests

    problems = []
    for mirror in MIRRORS[source]:
        try:
            _fetch(source, mirror, folder)
            return _read([folder / name for name in NAMES])
        except (requests.RequestException, TimeoutError, ValueError) as error:
            problems.append(f"- {mirror}: {error}")
    raise ConnectionError(
        "\n".join([f"{TITLES[source]} could not be downloaded:", *problems])
        + "\nWhat to do: connect to the network (a proxy or a login page may be in the way), "
        f"or set JAXDIGITS_{source.upper()}_DIR to a folder that holds {', '.join(NAMES)}, "
        "or use load('uci'), which needs neither network nor folder."
    )


def _fetch(source: str, mirror: str, folder: Path) -> None:
    from pooch import HTTPDownloader, retrieve

    for part in folder.glob("tmp*"):  # Left behind if Pooch was killed.
        part.unlink()
    timeouts = (SECONDS_TO_ANSWER, SECONDS_OF_SILENCE)
    get: Any = HTTPDownloader(progressbar=sys.stderr.isatty(), timeout=timeouts)
    if not all((folder / name).exists() for name in NAMES):
        _within(SECONDS_TO_ANSWER, get, mirror + NAMES[0], "", None, check_only=True)
    for name in NAMES:
        known = SHA256[f"{source}/{name}"]
        _within(SECONDS_PER_FILE, retrieve, mirror + name, known, name, folder, downloader=get)


def _within(seconds: float, work: Callable[..., object], *args: Any, **options: Any) -> None:
    """Work in a thread, because nothing else limits a silent name server or a dripping download."""
    done: Future[object] = Future()

    def run() -> None:
        try:
            done.set_result(work(*args, **options))
        except BaseException as error:
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        done.result(seconds)
    except TimeoutError as error:
        raise TimeoutError(str(error) or f"no answer within {seconds:g} seconds") from error


def _read(paths: list[Path]) -> Splits:
    images, labels, test_images, test_labels = map(read_idx, paths)
    return {"train": (images, labels), "test": (test_images, test_labels)}


def _sha256(path: Path, opened: Callable) -> str:
    try:
        with opened(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (gzip.BadGzipFile, EOFError, zlib.error):
        return "none"
