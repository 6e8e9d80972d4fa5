"""What a set of digits is, and the check that each set passes before anyone sees it."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Array, UInt8

Splits = dict[str, tuple[np.ndarray, np.ndarray]]


class Digits(NamedTuple):
    """Images of handwritten digits and what each of them shows.

    Attributes:
        images: `[n, 28, 28]`, uint8: 0 is background, 255 is ink.
        labels: `[n]`, uint8: 0 to 9, or the number of the class.
    """

    images: UInt8[Array, "n 28 28"]
    labels: UInt8[Array, " n"]


class Dataset(NamedTuple):
    """Digits to learn from, and digits that no training has seen.

    Attributes:
        name: Where the digits come from, such as `"mnist"` or `"uci"`.
        train: Digits to learn from.
        test: Digits to be judged on.
    """

    name: str
    train: Digits
    test: Digits


def check_digits(images: np.ndarray, labels: np.ndarray, origin: str) -> None:
    """Raise a ValueError that names `origin` unless these are images and their labels."""
    if images.shape[1:] != (28, 28) or images.dtype != np.uint8:
        found = f"{images.dtype}{list(images.shape)}"
        raise ValueError(f"{origin}: images are {found}, expected uint8[n, 28, 28]")
    if labels.shape != images.shape[:1] or labels.dtype != np.uint8:
        found = f"{labels.dtype}{list(labels.shape)}"
        raise ValueError(f"{origin}: labels are {found}, expected uint8[{len(images)}]")
    if len(labels) == 0:
        raise ValueError(f"{origin}: no images, expected at least one")
    if labels.max() > 9:
        raise ValueError(f"{origin}: labels go up to {labels.max()}, expected 0 to 9")
