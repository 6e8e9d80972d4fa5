"""What a set of digits is, and the one check that each passes before anyone sees it."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Array, UInt8


class Digits(NamedTuple):
    """Images of handwritten digits and what each of them shows.

    Attributes:
        images: `[n, 28, 28]`, uint8: 0 is background, 255 is ink.
        labels: `[n]`, uint8: 0 to 9.
    """

    images: UInt8[Array, "n 28 28"]
    labels: UInt8[Array, " n"]


class Dataset(NamedTuple):
    """Digits to learn from, and digits to be judged on.

    Attributes:
        name: Where the digits come from, `"mnist"` or `"uci"`.
        train: Digits to learn from.
        test: Digits that no training has seen.
    """

    name: str
    train: Digits
    test: Digits


def check_digits(images: np.ndarray, labels: np.ndarray, origin: str) -> None:
    """Raise a ValueError that names `origin` unless these are digits and their labels."""
    if images.shape[1:] != (28, 28):
        raise ValueError(f"{origin}: images are {list(images.shape)}, expected [n, 28, 28]")
    if labels.shape != images.shape[:1]:
        raise ValueError(
            f"{origin}: labels are {list(labels.shape)}, expected [{len(images)}], one an image"
        )
    if len(labels) == 0:
        raise ValueError(f"{origin}: no images, expected at least one")
    if labels.min() < 0 or labels.max() > 9:
        found = f"{labels.min()} to {labels.max()}"
        raise ValueError(f"{origin}: labels are {found}, expected 0 to 9")
