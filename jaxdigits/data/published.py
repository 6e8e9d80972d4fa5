"""Find or download the published files of MNIST, Fashion-MNIST and KMNIST, and read them.

All three data sets have files with the same names. `sha256.txt` tells them apart.
"""

import gzip
import hashlib
import os
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from jaxdigits._disk import expanded
from jaxdigits.data.arrays import Arrays

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


def read_own_files(source: str) -> Arrays | None:
    """Return the data set in the folder that `JAXDIGITS_<SOURCE>_DIR` names, if it is set."""
    title, variable = TITLES[source], f"JAXDIGITS_{source.upper()}_DIR"
    if not os.environ.get(variable):
        return None
    folder, arrays = expanded(os.environ[variable]), []
    remedy = (
        f"What to do: copy {title}'s files from {MIRRORS[source][0]} into {folder}, "
        f"or unset {variable} to have them downloaded."
    )
    for name in NAMES:
        path = folder / name
        try:
            if not path.exists():
                path = path.with_suffix("")  # Some browsers unpack what they download.
            found = _sha256(path, open)
        except OSError as error:
            raise FileNotFoundError(
                f"{variable} is {folder}, where {name} cannot be read: {error.strerror}. {remedy}"
            ) from error
        expected, content = SHA256[f"{source}/{name}"], SHA256.get(f"{source}/{path.stem}")
        if found != expected and content not in (found, _sha256(path, gzip.open)):
            owners = [TITLES[other] for other in TITLES if SHA256[f"{other}/{name}"] == found]
            guess = f"belongs to {owners[0]}" if owners else "is damaged or from another data set"
            raise ValueError(
                f"These are not {title}'s files: {path} has the SHA-256 {found}, expected "
                f"{expected}. The file {guess}. {remedy}"
            )
        arrays.append(read_idx(path))
    return arrays


def download(source: str, folder: Path) -> Arrays:
    """Return the data set, after downloading missing files into `folder`."""
    from pooch import HTTPDownloader, retrieve
    from requests import RequestException

    timeouts = (SECONDS_TO_ANSWER, SECONDS_OF_SILENCE)
    get: Any = HTTPDownloader(progressbar=sys.stderr.isatty(), timeout=timeouts)
    problems = []
    for mirror in MIRRORS[source]:
        for part in folder.glob("tmp*"):  # Left behind where Pooch was killed or given up.
            part.unlink()
        try:
            if not all((folder / name).exists() for name in NAMES):
                _within(SECONDS_TO_ANSWER, get, mirror + NAMES[0], "", None, check_only=True)
            for name in NAMES:
                file = mirror + name, SHA256[f"{source}/{name}"], name, folder
                _within(SECONDS_PER_FILE, retrieve, *file, downloader=get)
            return [read_idx(folder / name) for name in NAMES]
        except (RequestException, TimeoutError, ValueError) as error:
            problems.append(f"- {mirror}: {error}")
    raise ConnectionError(
        "\n".join([f"{TITLES[source]} could not be downloaded:", *problems])
        + "\nWhat to do: connect to the network (a proxy or a login page may be in the way), "
        f"or set JAXDIGITS_{source.upper()}_DIR to a folder that holds {', '.join(NAMES)}, "
        "or use load('uci'), which needs neither network nor folder."
    )


def read_idx(path: str | os.PathLike[str]) -> np.ndarray:
    """Return the read-only array in an IDX file of unsigned bytes, compressed with gzip or not.

    Such a file starts with two zero bytes, a type (8: unsigned bytes) and the number of dimensions.
    Then comes the size of each dimension, 4 bytes each, most significant first; then the values.

    If a file is damaged or is not an IDX file, a `ValueError` says so.

    Examples:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "two-labels-idx1-ubyte"
        >>> _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 2, 5, 0]))
        >>> read_idx(path)
        array([5, 0], dtype=uint8)

    References:
        LeCun, Cortes and Burges, The MNIST database of handwritten digits, 1998.
    """
    content = Path(path).read_bytes()
    try:
        if content.startswith(b"\x1f\x8b"):
            content = gzip.decompress(content)
        if content[:3] != b"\0\0\x08" or len(content) < 4:
            found = content[:4].hex(" ") or "an empty file"
            raise ValueError(f"expected 00 00 08 and the number of dimensions, found {found}")
        end = 4 + 4 * content[3]
        shape = np.frombuffer(content[4:end], ">u4").tolist()
        return np.frombuffer(content[end:], np.uint8).reshape(shape)
    except (EOFError, gzip.BadGzipFile, ValueError, zlib.error) as error:
        raise ValueError(f"{path} is no intact IDX file of unsigned bytes: {error}") from error


def _within(seconds: float, work: Callable[..., Any], *args: Any, **options: Any) -> None:
    """Work in a thread, because nothing else limits a silent name server or a dripping download."""
    import multiprocessing.pool

    with multiprocessing.pool.ThreadPool(1) as pool:
        try:
            pool.apply_async(work, args, options).get(seconds)
        except multiprocessing.TimeoutError as error:
            raise TimeoutError(f"no answer within {seconds:g} seconds") from error


def _sha256(path: Path, opened: Callable) -> str:
    try:
        with opened(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (gzip.BadGzipFile, EOFError, zlib.error):
        return "none"
