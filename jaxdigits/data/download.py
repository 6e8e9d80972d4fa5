"""The published files of MNIST, downloaded: each is whole and the one that is meant, or not kept.

TensorFlow Datasets could download them, but sets no time limit, so that a server that falls silent
holds it for ever.
"""

import hashlib
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import requests
import urllib3
from tqdm import tqdm

from jaxdigits._atomic import remove_unfinished, write_whole

SECONDS_TO_ANSWER = 4.0
SECONDS_OF_SILENCE = 20.0
# Fewer bytes than these in that time are silence, too.
LEAST_BYTES = 2**14
BLOCK = 2**16

# By address: what TensorFlow Datasets reads from `checksums.tsv`, with `filename`, `size` and
# `checksum`, the SHA-256.
Published = Mapping[str, Any]


def missing_files(folder: Path, published: Published) -> Published:
    """Return which of the files are not in the folder as they were published."""
    return {
        url: info
        for url, info in published.items()
        if not (folder / info.filename).is_file()
        or _sha256((folder / info.filename).read_bytes()) != info.checksum
    }


def download_files(folder: Path, published: Published) -> None:
    """Download into the folder, in which no other process writes, the files that are not there.

    Raises:
        requests.RequestException: If a server cannot be reached, refuses, or falls silent.
        ValueError: If it sends something else.
        OSError: If a file cannot be written.
    """
    missing = missing_files(folder, published)
    total = sum(info.size for info in missing.values())
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        remove_unfinished(folder)
        with tqdm(desc="Downloading MNIST", total=total, unit="B", unit_scale=True) as bar:
            for url, info in missing.items():
                write_whole(folder / info.filename, _fetch(url, info, bar))


def check_network(url: str) -> None:
    """Raise an OSError within 5 seconds unless the server answers.

    A thread asks, since nothing else bounds a name server's silence.
    """
    answers: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()

    def ask() -> None:
        try:
            requests.head(url, timeout=SECONDS_TO_ANSWER).raise_for_status()
            answers.put(None)
        except Exception as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        problem = answers.get(timeout=SECONDS_TO_ANSWER)
    except queue.Empty:
        problem = f"no answer within {SECONDS_TO_ANSWER:g} seconds"
    if problem:
        raise ConnectionError(str(problem))


def _fetch(url: str, info: Any, bar: tqdm) -> bytes:
    content = bytearray()
    with requests.get(url, stream=True, timeout=SECONDS_OF_SILENCE) as response:
        response.raise_for_status()
        for block in _arriving(response):
            content += block
            bar.update(len(block))
            if len(content) > info.size:
                break  # Something else, perhaps without end.
    found = _sha256(content)
    if found != info.checksum:
        size = f"{len(content):,}" if len(content) <= info.size else f"more than {info.size:,}"
        raise ValueError(
            f"{url}: expected {int(info.size):,} bytes with the SHA-256 {info.checksum}, "
            f"found {size} with {found}, which begin {bytes(content[:24])!r}. "
            "A proxy or a login page may have answered in the server's place"
        )
    return bytes(content)


def _arriving(response: requests.Response) -> Iterator[bytes]:
    """Yield what arrives when it does: `iter_content` waits for a whole block, however long."""
    start, arrived = time.monotonic(), 0
    try:
        while block := response.raw.read1(BLOCK, decode_content=True):
            yield block
            arrived += len(block)
            seconds = time.monotonic() - start
            if seconds > SECONDS_OF_SILENCE:
                if arrived < LEAST_BYTES:
                    found = f"{arrived:,} bytes in {seconds:.0f} seconds"
                    raise requests.ConnectionError(f"{response.url}: timed out, with {found}")
                start, arrived = time.monotonic(), 0
    except urllib3.exceptions.HTTPError as error:
        raise requests.ConnectionError(error) from error


def _sha256(content: bytes | bytearray) -> str:
    return hashlib.sha256(content).hexdigest()
