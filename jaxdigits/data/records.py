"""Write and read images as records of TensorFlow Datasets (TFDS), without TensorFlow.

TFDS's own `mnist` unpacks the published files with TensorFlow. The data sets of this package hold
the same images under other names.
"""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow_datasets as tfds
from tensorflow_datasets.proto import tf_example_pb2

from jaxdigits.data.arrays import Arrays


class Builder(tfds.core.GeneratorBasedBuilder, skip_registration=True):
    """Writes images and labels as records, in their original order."""

    def __init__(self, data_dir: Path, name: str, version: str, arrays: Arrays):
        self.name = name  # pyright: ignore[reportAttributeAccessIssue]
        self.VERSION, self._arrays = tfds.core.Version(version), arrays
        super().__init__(data_dir=data_dir, version=version, file_format="array_record")

    def _info(self):
        image = tfds.features.Tensor(shape=(28, 28), dtype=np.uint8, encoding="bytes")
        label = tfds.features.ClassLabel(num_classes=10)
        features = tfds.features.FeaturesDict({"image": image, "label": label})
        return tfds.core.DatasetInfo(builder=self, features=features, disable_shuffling=True)

    def _split_generators(self, dl_manager):
        train, test = self._arrays[:2], self._arrays[2:]
        return {"train": self._generate_examples(*train), "test": self._generate_examples(*test)}

    def _generate_examples(self, images, labels):
        for index, (image, label) in enumerate(zip(images, labels, strict=True)):
            yield index, {"image": image, "label": label}


def write_records(folder: Path, arrays: Arrays) -> None:
    """Write a data set beside `folder`, which ends in its name and version, and then replace it."""
    unfinished = folder.with_name("unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)  # A killed process may have left it behind.
    try:
        builder: Any = Builder(unfinished, folder.parent.name, folder.name, arrays)
        # By default TFDS would look for the data set in its own store online.
        config = tfds.download.DownloadConfig(try_download_gcs=False)
        builder.download_and_prepare(download_config=config)
        if folder.exists():
            folder.rename(unfinished / "replaced")
        Path(builder.data_dir).rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def read_records(folder: Path) -> Arrays:
    """Return the arrays of a data set; raise `ValueError` if, and only if, it is damaged."""
    for path in folder.iterdir():
        path.open("rb").close()  # If this fails, the error says why; that of TFDS would not.
    parse: Any = tf_example_pb2.Example.FromString  # pyright: ignore[reportAttributeAccessIssue]
    arrays = []
    try:
        builder: Any = tfds.builder_from_directory(folder)
        for split in ("train", "test"):
            # TFDS takes several seconds to decode 70,000 images, so we do it ourselves.
            raw = tfds.decode.DeserializeMethod.RAW_BYTES
            source = builder.as_data_source(split, deserialize_method=raw)
            records = source.__getitems__(range(len(source)))
            examples = [parse(record).features.feature for record in records]
            pixels = b"".join(example["image"].bytes_list.value[0] for example in examples)
            labels = [example["label"].int64_list.value[0] for example in examples]
            arrays.append(np.frombuffer(pixels, np.uint8).reshape(-1, 28, 28))
            arrays.append(np.array(labels, np.uint8))
    except MemoryError:
        raise
    except Exception as error:
        # TFDS and ArrayRecord report damage with a dozen kinds of errors.
        raise ValueError(str(error)) from error
    return arrays
