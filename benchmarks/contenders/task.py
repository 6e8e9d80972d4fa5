"""What a contender does: something to time, and the accuracy that shows it did the work."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

# All contenders train with these, and draw from seed 0, so that accuracies can be compared.
LEARNING_RATE = 0.5
BATCH_SIZE = 256
HIDDEN = 64
SWEEP = np.logspace(-3, 0, 32).tolist()
# ResNet-18 takes more than a minute for all digits. So few it soon knows by heart.
RESNET_DIGITS = 256
RESNET_EPOCHS = 5
RESNET_LEARNING_RATE = 0.005
MOMENTUM = 0.9
RECIPE = (
    f"SGD, learning rate {LEARNING_RATE}, {HIDDEN} hidden units, batches of {BATCH_SIZE} where no"
    f" other size is named; sweep: {len(SWEEP)} rates from {SWEEP[0]:g} to {SWEEP[-1]:g};"
    f" ResNet-18: learning rate {RESNET_LEARNING_RATE}, momentum {MOMENTUM}; every seed is 0"
)


class Arrays(NamedTuple):
    """MNIST as NumPy arrays: uint8 images `[n, 28, 28]`, uint8 labels `[n]`."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


class Task(NamedTuple):
    """What is measured, and the accuracy that was reached after some calls of it.

    ResNet-18 learns from so few digits that its accuracy on others varies much. Its tasks return
    exp(-loss) of the last epoch, how probable the right digit was in the geometric mean.
    """

    run: Callable[[], None]
    accuracy: Callable[[], float] = lambda: float("nan")


def read(path: str) -> Arrays:
    """Return the digits in an `.npz` file like that of Keras."""
    with np.load(path) as file:
        return Arrays(**{name: file[name] for name in Arrays._fields})
