"""MNIST as a TensorFlow Datasets builder that needs no TensorFlow.

TensorFlow Datasets (TFDS) takes the four official files, compares their SHA-256 with those in
`checksums.tsv`, and keeps the digits prepared. Its own `mnist` unpacks the files with TensorFlow;
this one reads them with `read_idx`, and lives beside the other under a name of its own.
"""

import contextlib
import errno
import os
import shutil
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import requests
import tensorflow_datasets as tfds
from tensorflow_datasets.core.download import download_manager
from tensorflow_datasets.proto import tf_example_pb2

from jaxdigits._alone import alone
from jaxdigits._paths import expanded
from jaxdigits.data._digits import check_digits
from jaxdigits.data.download import check_network, download_files, missing_files
from jaxdigits.data.idx import read_idx
from jaxdigits.data.prepared import (
    NAME,
    SPLITS,
    VERSION,
    Splits,
    prepared_folder,
    store_arrays,
)

URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
PREFIXES = dict(zip(SPLITS, ("train", "t10k"), strict=True))
ROOM = "100 MB"
OTHER_WAYS = (
    "connect to the network, or set JAXDIGITS_MNIST_DIR to a folder that holds "
    f"{', '.join(FILES)}, or use load('uci'), which needs neither"
)


class Mnist(tfds.core.GeneratorBasedBuilder):
    """The MNIST database of handwritten digits, in the order of its files."""

    name = NAME
    VERSION = tfds.core.Version(VERSION)

    def _info(self):
        return tfds.core.DatasetInfo(
            builder=self,
            features=tfds.features.FeaturesDict(
                {
                    "image": tfds.features.Tensor(shape=(28, 28), dtype=np.uint8, encoding="bytes"),
                    "label": tfds.features.ClassLabel(num_classes=10),
                }
            ),
            disable_shuffling=True,
        )

    def _split_generators(self, dl_manager):
        paths = dl_manager.download({name: URL + name for name in FILES})
        return {
            split: self._generate_examples(
                paths[f"{prefix}-images-idx3-ubyte.gz"], paths[f"{prefix}-labels-idx1-ubyte.gz"]
            )
            for split, prefix in PREFIXES.items()
        }

    def _generate_examples(self, images_path, labels_path):
        images, labels = read_idx(images_path), read_idx(labels_path)
        check_digits(images, labels, f"{images_path} and {labels_path}")
        for index, (image, label) in enumerate(zip(images, labels, strict=True)):
            yield index, {"image": image, "label": label}


def load_mnist(data_dir: str | os.PathLike[str] | None = None) -> Splits:
    """Return the images and labels of the splits `"train"` and `"test"`, prepared if need be.

    What is damaged is prepared again, with a warning that names it.

    Sources: Y. LeCun, C. Cortes and C. Burges, The MNIST database of handwritten digits.
    """
    folder = prepared_folder(data_dir)
    there = folder.exists()
    # Whatever is wrong with the prepared data, that it is not there or that it is damaged (which
    # TFDS and ArrayRecord tell by a dozen kinds of error), the remedy is to prepare it.
    try:
        splits = _read(folder)
    except Exception as error:
        if there:
            warnings.warn(
                f"The MNIST in {folder} cannot be read, and is prepared again: {error}",
                stacklevel=3,
            )
        splits = None
    if splits is None:
        splits = _prepared(folder)
    # Where nothing can be written, all works as well, only more slowly.
    with contextlib.suppress(OSError), alone(folder.parent):
        store_arrays(folder, splits)
    return splits


def _read(folder: Path) -> Splits:
    builder = Mnist(data_dir=folder.parent.parent, file_format="array_record")
    return {split: _read_split(builder, split) for split in PREFIXES}


def _read_split(builder: Any, split: str) -> tuple[np.ndarray, np.ndarray]:
    raw = tfds.decode.DeserializeMethod.RAW_BYTES
    source = builder.as_data_source(split, deserialize_method=raw)
    # All records at once, and no decoding one by one: 0.8 s rather than 2.2 s for 70,000 digits.
    parse: Any = tf_example_pb2.Example.FromString  # pyright: ignore[reportAttributeAccessIssue]
    examples = [
        parse(record).features.feature for record in source.__getitems__(range(len(source)))
    ]
    pixels = b"".join(example["image"].bytes_list.value[0] for example in examples)
    images = np.frombuffer(pixels, np.uint8).reshape(-1, 28, 28)
    labels = np.array([example["label"].int64_list.value[0] for example in examples], np.uint8)
    check_digits(images, labels, f"{builder.data_dir}, {split}")
    return images, labels


def _prepared(folder: Path) -> Splits:
    data_dir = folder.parent.parent
    published: Any = Mnist.url_infos
    manual_dir = os.environ.get("JAXDIGITS_MNIST_DIR")
    files = expanded(manual_dir) if manual_dir else data_dir / "downloads" / NAME
    if manual_dir:
        _check_files(files)
    try:
        if not manual_dir and missing_files(files, published):
            check_network(URL + FILES[0])
        with alone(folder.parent):
            with contextlib.suppress(Exception):
                return _read(folder)  # Another process prepared it meanwhile.
            if not manual_dir:
                download_files(files, published)
            _prepare(folder, files)
    except (requests.RequestException, ConnectionError) as error:
        raise ConnectionError(
            f"MNIST could not be downloaded: {error}. What to do: {OTHER_WAYS}"
        ) from error
    except (download_manager.NonMatchingChecksumError, ValueError) as error:
        remedy = f"Remove it, and get it again from {URL}" if manual_dir else OTHER_WAYS
        raise ValueError(f"a file of MNIST is damaged: {error}\nWhat to do: {remedy}") from error
    # RuntimeError: how ArrayRecord tells that a disk is full.
    except (OSError, RuntimeError) as error:
        raise (type(error) if isinstance(error, OSError) else OSError)(
            f"MNIST cannot be prepared in {data_dir}: {error}. "
            f"Pass data_dir=, a folder that can be written and has room for {ROOM}, "
            "or set TFDS_DATA_DIR to one",
        ) from error
    return _read(folder)


def _prepare(folder: Path, files: Path) -> None:
    # Of it, nothing can be used, nor of what a killed process had not finished.
    for useless in [folder, *folder.parent.glob("incomplete.*")]:
        if useless.exists():
            shutil.rmtree(useless)
    config = tfds.download.DownloadConfig(
        manual_dir=files, force_checksums_validation=True, try_download_gcs=False
    )
    builder: Any = Mnist(data_dir=folder.parent.parent, file_format="array_record")
    try:
        builder.download_and_prepare(download_config=config)
    except OSError as error:
        if not (isinstance(error, FileExistsError) or error.errno == errno.ENOTEMPTY):
            raise
        # Another process prepared it at the same time, without a lock, and was first.


def _check_files(folder: Path) -> None:
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise FileNotFoundError(
            f"JAXDIGITS_MNIST_DIR is {folder}, where {', '.join(missing)} cannot be found. "
            f"Expected {', '.join(FILES)}, as published at {URL}"
        )
