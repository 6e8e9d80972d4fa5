"""Write and read images as records of TensorFlow Datasets (TFDS), without TensorFlow.

TFDS's own `mnist` unpacks the published files with TensorFlow. The data sets of this package hold
the same images under other names.
"""

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow_datasets as tfds
from tensorflow_datasets.proto import tf_example_pb2

from jaxdigits.data.arrays import Splits


class Builder(tfds.core.GeneratorBasedBuilder, skip_registration=True):
    """Writes images and labels as records, in their original order."""

    def __init__(self, data_dir: Path, name: str, version: str, splits: Splits):
        self.name = name  # pyright: ignore[reportAttributeAccessIssue]
        self.VERSION, self._arrays = tfds.core.Version(version), splits
        super().__init__(data_dir=data_dir, version=version, file_format="array_record")

    def _info(self):
        image = tfds.features.Tensor(shape=(28, 28), dtype=np.uint8, encoding="bytes")
        label = tfds.features.ClassLabel(num_classes=10)
        features = tfds.features.FeaturesDict({"image": image, "label": label})
        return tfds.core.DatasetInfo(builder=self, features=features, disable_shuffling=True)

    def _split_generators(self, dl_manager):
        return {split: self._generate_examples(*pair) for split, pair in self._arrays.items()}

    def _generate_examples(self, images, labels):
        for index, (image, label) in enumerate(zip(images, labels, strict=True)):
            yield index, {"image": image, "label": label}


def write_records(data_dir: Path, name: str, version: str, splits: Splits) -> Path:
    """Write a new data set under `data_dir`, and return its folder."""
    builder: Any = Builder(data_dir, name, version, splits)
    # By default TFDS would look for the data set in its own store online.
    config = tfds.download.DownloadConfig(try_download_gcs=False)
    builder.download_and_prepare(download_config=config)
    return Path(builder.data_dir)


def read_records(folder: Path) -> Splits:
    """Return the images and labels; raise `ValueError` if, and only if, they are damaged."""
    for path in folder.iterdir():
        path.open("rb").close()  # If this fails, the error says why; that of TFDS would not.
    try:
        builder = tfds.builder_from_directory(folder)
        return {split: _read_split(builder, split) for split in ("train", "test")}
    except MemoryError:
        raise
    except Exception as error:
        # TFDS and ArrayRecord report damage with a dozen kinds of errors.
        raise ValueError(str(error)) from error


def _read_split(builder: Any, split: str) -> tuple[np.ndarray, np.ndarray]:
    raw = tfds.decode.DeserializeMethod.RAW_BYTES
    source = builder.as_data_source(split, deserialize_method=raw)
    # Reading all records at once, undecoded, takes 0.8 s instead of 2.2 s for 70,000 images.
    parse: Any = tf_example_pb2.Example.FromString  # pyright: ignore[reportAttributeAccessIssue]
    examples = [
        parse(record).features.feature for record in source.__getitems__(range(len(source)))
    ]
    pixels = b"".join(example["image"].bytes_list.value[0] for example in examples)
    images = np.frombuffer(pixels, np.uint8).reshape(-1, 28, 28)
    labels = np.array([example["label"].int64_list.value[0] for example in examples], np.uint8)
    return images, labels
