"""The digits that a page has: some hundred of those with which the site was built."""

import gzip
import json
from pathlib import Path

import numpy as np

FILE = Path("/python/digits.safetensors")


def load_prepared(name, data_dir=None):
    """Return 1,000 digits to learn from and 500 others; both are of MNIST's training set."""
    if name != "mnist" or not FILE.exists():
        raise FileNotFoundError(f"{name} is not available in the page; open the notebook in Colab")
    data = FILE.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    parts = {
        key: body[slice(*about["data_offsets"])]
        for key, about in header.items()
        if key != "__metadata__"
    }
    images = np.frombuffer(gzip.decompress(parts["images"]), "uint8").reshape(-1, 28, 28)
    labels = np.frombuffer(parts["labels"], "uint8")
    held_out = int(np.frombuffer(parts["held_out"], "float32")[0])
    n = len(images) - held_out
    return [images[:n], labels[:n], images[n:], labels[n:]]
