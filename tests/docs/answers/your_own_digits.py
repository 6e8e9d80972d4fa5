import jax.numpy as jnp
import numpy as np
from scipy import ndimage

REACH = {"thickened:": 0.86}

CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])


def _shift_by_slices(image, down, right):
    height, width = image.shape
    result = np.zeros((height, width))
    rows = slice(max(down, 0), height + min(down, 0))
    columns = slice(max(right, 0), width + min(right, 0))
    from_rows = slice(max(-down, 0), height + min(-down, 0))
    from_columns = slice(max(-right, 0), width + min(-right, 0))
    result[rows, columns] = image[from_rows, from_columns]
    return result


def _shift_by_roll(image, down, right):
    rolled = np.roll(image, (down, right), (0, 1))
    rows, columns = np.indices(image.shape)
    inside = (rows - down >= 0) & (rows - down < image.shape[0])
    inside &= (columns - right >= 0) & (columns - right < image.shape[1])
    return np.where(inside, rolled, 0)


def _thicken_by_maximum(image):
    result = image.copy()
    result[1:] = np.maximum(result[1:], image[:-1])
    result[:-1] = np.maximum(result[:-1], image[1:])
    result[:, 1:] = np.maximum(result[:, 1:], image[:, :-1])
    result[:, :-1] = np.maximum(result[:, :-1], image[:, 1:])
    return result


def _thicken_in_place(image):
    """Lets ink run on: each line reads what the one before it wrote."""
    image[1:] = np.maximum(image[1:], image[:-1])
    image[:-1] = np.maximum(image[:-1], image[1:])
    image[:, 1:] = np.maximum(image[:, 1:], image[:, :-1])
    image[:, :-1] = np.maximum(image[:, :-1], image[:, 1:])
    return image


def _thicken_by_roll(image):
    rolls = [np.roll(image, step, axis) for step in (-1, 1) for axis in (0, 1)]
    return np.max([image, *rolls], axis=0)


RIGHT = {
    "check_ink_is_light": [
        lambda image: jnp.where(image.mean() > 0.5, 1 - image, image),
        lambda image: abs(float(np.mean(image) > 0.5) - image).tolist(),
    ],
    "check_read_or_reject": [
        lambda confidences, least: [
            int(row.argmax()) if row.max() >= least else -1 for row in confidences
        ],
        lambda confidences, least: jnp.where(
            confidences.max(1) >= least, jnp.argmax(confidences, 1), -1
        ),
    ],
    "check_shift": [
        _shift_by_slices,
        _shift_by_roll,
        lambda image, down, right: ndimage.shift(image, (down, right), order=0),
    ],
    "check_thicken": [
        _thicken_by_maximum,
        lambda image: ndimage.grey_dilation(image, footprint=CROSS, mode="nearest"),
    ],
}

WRONG = {
    "check_ink_is_light": [
        lambda image: 1 - image,
        lambda image: image,
        lambda image: image if image.mean() > 0.5 else 1 - image,
        lambda image: np.where(image > 0.5, 1 - image, image),
        lambda image: 255 - image if image.mean() > 0.5 else image,
        lambda image: 1 - image if np.median(image) > 0.5 else image,
        lambda image: 1 - image if image.max() > 0.5 else image,
        lambda image: 1 - image if image[0, 0] > 0.5 else image,
    ],
    "check_read_or_reject": [
        lambda confidences, least: confidences.argmax(axis=1),
        lambda confidences, least: confidences.argmax(axis=0),
        lambda confidences, least: np.where(
            confidences.max(axis=1) < least, 0, confidences.argmax(axis=1)
        ),
        lambda confidences, least: np.where(
            confidences.max(axis=1) > least, -1, confidences.argmax(axis=1)
        ),
        lambda confidences, least: np.where(
            confidences.max(axis=1) < 0.6, -1, confidences.argmax(axis=1)
        ),
        lambda confidences, least: np.where(
            confidences.max() < least, -1, confidences.argmax(axis=1)
        ),
        lambda confidences, least: confidences.argmax(axis=1)[confidences.max(axis=1) >= least],
    ],
    "check_shift": [
        lambda image, down, right: np.roll(image, (down, right), (0, 1)),
        lambda image, down, right: _shift_by_slices(image, right, down),
        lambda image, down, right: _shift_by_slices(image, -down, -right),
        lambda image, down, right: _shift_by_slices(image, down, 0),
        lambda image, down, right: _shift_by_slices(image, abs(down), abs(right)),
        lambda image, down, right: np.pad(image, ((abs(down), 0), (abs(right), 0))),
        lambda image, down, right: image,
    ],
    "check_thicken": [
        _thicken_by_roll,
        _thicken_in_place,
        lambda image: ndimage.grey_dilation(image, size=(3, 3), mode="nearest"),
        lambda image: ndimage.grey_erosion(image, footprint=CROSS, mode="nearest"),
        lambda image: ndimage.grey_dilation(image, size=(3, 1), mode="nearest"),
        lambda image: ndimage.grey_dilation(image, footprint=CROSS, mode="wrap"),
        lambda image: image,
        lambda image: ndimage.convolve(image, CROSS / 5, mode="constant"),
    ],
}
