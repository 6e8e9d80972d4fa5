"""The training loop: shuffle, predict, measure the loss, step, repeat, all in one compiled call.

A model is any function `model(params, x) -> outputs`, a loss any function
`loss(outputs, y) -> scalar`, an optimizer any Optax gradient transformation.
"""

from jaxdigits.training.epoch import epoch_batches, train_epoch
from jaxdigits.training.loop import Fit, History, fit

__all__ = ["Fit", "History", "epoch_batches", "fit", "train_epoch"]
