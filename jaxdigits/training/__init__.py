"""The training loop: shuffle, predict, measure the loss, step, repeat, all in one compiled call.

A model is any function `model(params, x) -> outputs`, a loss any function
`loss(outputs, y) -> scalar`, an optimizer any Optax gradient transformation.
"""

from jaxdigits.training.epoch import epoch_batches, train_epoch
from jaxdigits.training.history import History
from jaxdigits.training.loop import Fit, fit
from jaxdigits.training.stateful import StatefulFit, fit_stateful

__all__ = [
    "Fit",
    "History",
    "StatefulFit",
    "epoch_batches",
    "fit",
    "fit_stateful",
    "train_epoch",
]
