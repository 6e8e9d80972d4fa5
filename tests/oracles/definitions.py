"""What the package computes, as its definitions read: in NumPy and SciPy, in float64.

A loss or a distance is given as its value beside its gradient by the first argument, in closed
form. Where no gradient exists it is 0, as in the package; but see `l1`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

import jaxdigits as jd

Array = NDArray[Any]


def l1(a: Array, b: Array, axes: tuple[int, ...] | None = None) -> tuple[Array, Array]:
    """The gradient is one of many where a and b are equal: 0 here and 1 in JAX, over the count."""
    difference = a - b
    value = np.abs(difference).mean(axis=axes, keepdims=True)
    return squeezed(value, axes), np.sign(difference) * value.size / difference.size


def mse(a: Array, b: Array, axes: tuple[int, ...] | None = None) -> tuple[Array, Array]:
    difference = a - b
    value = (difference**2).mean(axis=axes, keepdims=True)
    return squeezed(value, axes), 2 * difference * value.size / difference.size


def rmse(a: Array, b: Array, axes: tuple[int, ...] | None = None) -> tuple[Array, Array]:
    difference = a - b
    root = np.sqrt((difference**2).mean(axis=axes, keepdims=True))
    slope = difference * root.size / difference.size / np.where(root == 0, 1, root)
    return squeezed(root, axes), slope


def squeezed(value: Array, axes: tuple[int, ...] | None) -> Array:
    return value.squeeze(axis=axes)


def mnist(logits: Array, targets: Array) -> tuple[Array, Array]:
    sign = np.where(targets == 1, -1, 1)
    wrong = special.expit(sign * logits)
    return wrong.mean(), sign * wrong * special.expit(-sign * logits) / logits.size


def sigmoid_mse(logits: Array, labels: Array) -> tuple[Array, Array]:
    p = special.expit(logits)
    error = p - one_hot(labels, logits)
    return (error**2).mean(), 2 * error * p * special.expit(-logits) / logits.size


def softmax_mse(logits: Array, labels: Array) -> tuple[Array, Array]:
    p = special.softmax(logits, axis=1)
    error = p - one_hot(labels, logits)
    slope = 2 * p * (error - (error * p).sum(axis=1, keepdims=True)) / logits.size
    return (error**2).mean(), slope


def cross_entropy(logits: Array, labels: Array) -> tuple[Array, Array]:
    chosen = special.log_softmax(logits, axis=1)[np.arange(len(labels)), labels]
    slope = (special.softmax(logits, axis=1) - one_hot(labels, logits)) / len(labels)
    return -chosen.mean(), slope


def one_hot(labels: Array, logits: Array) -> Array:
    return np.eye(logits.shape[1])[labels]


Definition = Callable[..., tuple[Array, Array]]

REGRESSION: dict[Any, Definition] = {jd.l1_loss: l1, jd.mse_loss: mse, jd.rmse_loss: rmse}
CLASSIFICATION: dict[Any, Definition] = {
    jd.sigmoid_mse_loss: sigmoid_mse,
    jd.softmax_mse_loss: softmax_mse,
    jd.cross_entropy_loss: cross_entropy,
}
LOSSES: dict[Any, Definition] = {**REGRESSION, jd.mnist_loss: mnist, **CLASSIFICATION}

DISTANCES: dict[Any, Definition] = {
    jd.l1_distance: lambda a, b: l1(a, b, (-2, -1)),
    jd.mse_distance: lambda a, b: mse(a, b, (-2, -1)),
    jd.rmse_distance: lambda a, b: rmse(a, b, (-2, -1)),
}


def confusion(predicted: ArrayLike, labels: ArrayLike, num_classes: int) -> Array:
    counts = np.zeros((num_classes, num_classes), int)
    for column, row in zip(np.asarray(predicted), np.asarray(labels), strict=True):
        counts[row, column] += 1
    return counts


def mlp(layers: Any, x: Array, slope: Array) -> tuple[Array, list[tuple[Array, Array]], Array]:
    """A ReLU network, and the gradient of `sum(slope * outputs)` by its layers and by x."""
    inputs = [x]
    for w, b in layers[:-1]:
        inputs.append(np.maximum(inputs[-1] @ w + b, 0))
    outputs = inputs[-1] @ layers[-1][0] + layers[-1][1]
    gradients = []
    for (w, _), before in zip(reversed(layers), reversed(inputs), strict=True):
        gradients.insert(0, (before.T @ slope, slope.sum(axis=0)))
        slope = (slope @ w.T) * (before > 0 if before is not x else 1)
    return outputs, gradients, slope
