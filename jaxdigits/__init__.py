"""A digit classifier as pure functions in JAX, in the order in which the lessons build it."""

from typing import TYPE_CHECKING, Any

from jaxdigits.augmentation import random_shift
from jaxdigits.compilation import enable_compilation_cache
from jaxdigits.data import (
    Dataset,
    Digits,
    binary_targets,
    flatten,
    load,
    select,
    to_examples,
    to_float,
)
from jaxdigits.downloads import Download, download
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
from jaxdigits.optimizers import SGDState, sgd, sgd_update
from jaxdigits.parameter_files import load_params, save_params
from jaxdigits.pixel_similarity import (
    ink_composite,
    is_closer,
    l1_distance,
    mean_images,
    mse_distance,
    nearest,
    rmse_distance,
)
from jaxdigits.plots import (
    plot_confusion,
    plot_function,
    plot_history,
    show_image,
    show_images,
    show_pixels,
)
from jaxdigits.training import (
    Fit,
    History,
    StatefulFit,
    epoch_batches,
    fit,
    fit_stateful,
    train_epoch,
)

if TYPE_CHECKING:
    from jaxdigits.convnets import ResNet18, SmallConvNet, conv, fold_norms, functional

__version__ = "0.1.0"

__all__ = [
    "Dataset",
    "Digits",
    "Download",
    "Fit",
    "History",
    "Linear",
    "ResNet18",
    "SGDState",
    "SmallConvNet",
    "StatefulFit",
    "accuracy",
    "binary_accuracy",
    "binary_targets",
    "confusion_matrix",
    "conv",
    "cross_entropy_loss",
    "download",
    "enable_compilation_cache",
    "epoch_batches",
    "fit",
    "fit_stateful",
    "flatten",
    "fold_norms",
    "functional",
    "init_linear",
    "init_mlp",
    "ink_composite",
    "is_closer",
    "l1_distance",
    "l1_loss",
    "linear",
    "load",
    "load_params",
    "mean_images",
    "mlp",
    "mnist_loss",
    "mse_distance",
    "mse_loss",
    "nearest",
    "per_class_accuracy",
    "plot_confusion",
    "plot_function",
    "plot_history",
    "random_shift",
    "rmse_distance",
    "rmse_loss",
    "save_params",
    "select",
    "sgd",
    "sgd_update",
    "show_image",
    "show_images",
    "show_pixels",
    "sigmoid_mse_loss",
    "softmax_mse_loss",
    "to_examples",
    "to_float",
    "train_epoch",
]


def __getattr__(name: str) -> Any:
    """Import what needs Flax when it is first asked for: Flax takes longer than all the rest."""
    if name in ("ResNet18", "SmallConvNet", "conv", "fold_norms", "functional"):
        from jaxdigits import convnets

        return getattr(convnets, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
