"""The 1,797 handwritten digits that come with scikit-learn, made to look like MNIST's."""

import numpy as np

from jaxdigits.data.arrays import Arrays

# The first four fifths. All ten classes are about equally frequent in both parts.
NUM_TRAIN = 1437


def load_uci() -> Arrays:
    """Return images and labels of 1,437 digits to learn from, then of 360 others."""
    from sklearn.datasets import load_digits

    pixels, target = load_digits(return_X_y=True)
    images, labels = enlarge(pixels.reshape(-1, 8, 8)), target.astype(np.uint8)
    return [images[:NUM_TRAIN], labels[:NUM_TRAIN], images[NUM_TRAIN:], labels[NUM_TRAIN:]]


def enlarge(images: np.ndarray) -> np.ndarray:
    """Return 8 x 8 images of 0 to 16 as 28 x 28 images of 0 to 255, like MNIST's.

    The digit fills the 20 x 20 box in the middle, as MNIST's digits do. The interpolation is
    bilinear and uses integers, so that every computer gets the same images.
    """
    # Pixel i of 20 has its center at (i + 1/2) * 8/20 - 1/2 = (4 i - 3) / 10 pixels of 8.
    centers = np.clip(4 * np.arange(20) - 3, 0, 70)
    weights = np.maximum(0, 10 - np.abs(centers[:, None] - 10 * np.arange(8)))
    large = weights @ images.astype(np.int64) @ weights.T  # 0 to 16 * 10 * 10
    ink = (large * 255 + 800) // 1600  # rounded
    return np.pad(ink.astype(np.uint8), ((0, 0), (4, 4), (4, 4)))
