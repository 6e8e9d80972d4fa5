"""A digit classifier in pure JAX functions, in the order in which the lessons build it."""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

from jaxdigits.augmentation import random_shift
from jaxdigits.compilation import enable_compilation_cache
from jaxdigits.data import load
from jaxdigits.data.arrays import binary_targets, flatten, select, to_examples, to_float
from jaxdigits.data.pictures import load_folder, read_image
from jaxdigits.exercises import check_answer
from jaxdigits.files import download_link, load_params, save_params
from jaxdigits.losses import (
    cross_entropy_loss,
    l1_loss,
    mnist_loss,
    mse_loss,
    rmse_loss,
    sigmoid_mse_loss,
    softmax_mse_loss,
)
from jaxdigits.metrics import accuracy, binary_accuracy, confusion_matrix, per_class_accuracy
from jaxdigits.models import Linear, init_linear, init_mlp, linear, mlp
from jaxdigits.optimizers import sgd, sgd_update
from jaxdigits.pixel_similarity import (
    ink_composite,
    is_closer,
    l1_distance,
    mean_images,
    mse_distance,
    nearest,
    rmse_distance,
)
from jaxdigits.training import (
    Fit,
    TrainState,
    epoch_batches,
    fit,
    predict,
    train_epoch,
    train_step,
)

if TYPE_CHECKING:
    from jaxdigits import convnets, plots

__version__ = "0.1.0"

__all__ = [
    "Fit",
    "Linear",
    "TrainState",
    "accuracy",
    "binary_accuracy",
    "binary_targets",
    "check_answer",
    "confusion_matrix",
    "convnets",
    "cross_entropy_loss",
    "download_link",
    "enable_compilation_cache",
    "epoch_batches",
    "fit",
    "flatten",
    "init_linear",
    "init_mlp",
    "ink_composite",
    "is_closer",
    "l1_distance",
    "l1_loss",
    "linear",
    "load",
    "load_folder",
    "load_params",
    "mean_images",
    "mlp",
    "mnist_loss",
    "mse_distance",
    "mse_loss",
    "nearest",
    "per_class_accuracy",
    "plots",
    "predict",
    "random_shift",
    "read_image",
    "rmse_distance",
    "rmse_loss",
    "save_params",
    "select",
    "sgd",
    "sgd_update",
    "sigmoid_mse_loss",
    "softmax_mse_loss",
    "to_examples",
    "to_float",
    "train_epoch",
    "train_step",
]


def __getattr__(name: str) -> ModuleType:
    """Import `convnets` and `plots` at their first use, because Flax and Matplotlib load slowly."""
    if name in ("convnets", "plots"):
        return importlib.import_module(f"jaxdigits.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
