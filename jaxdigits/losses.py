"""The losses of the lessons: one number that says how wrong outputs are, and changes smoothly.

Losses and metrics take the model's outputs first and the right answers second. A loss is the mean
over a batch. Labels and targets are checked if their values are known. Inside `jax.jit` and other
transformations they are not known, and a wrong one makes the loss nan.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Integer, Real

from jaxdigits._checks import check_not_empty, class_labels, compiled, zero_or_one
from jaxdigits._numerics import safe_sqrt


@compiled()
def l1_loss(
    predictions: Float[Array, "*shape"], targets: Float[Array, "*shape"]
) -> Float[Array, ""]:
    """Return the mean absolute error, in the unit of the predictions.

    Examples:
        >>> float(l1_loss(jnp.array([1.0, 2.0]), jnp.array([1.0, 5.0])))
        1.5
    """
    check_not_empty(predictions=predictions)
    return jnp.abs(predictions - targets).mean()


@compiled()
def mse_loss(
    predictions: Float[Array, "*shape"], targets: Float[Array, "*shape"]
) -> Float[Array, ""]:
    """Return the mean squared error, in the squared unit of the predictions.

    In float32, the square of a difference below 1e-19 may be 0, and above 1.8e19 it is infinite.

    Examples:
        >>> float(mse_loss(jnp.array([1.0, 2.0]), jnp.array([1.0, 5.0])))
        4.5
    """
    check_not_empty(predictions=predictions)
    return ((predictions - targets) ** 2).mean()


@compiled()
def rmse_loss(
    predictions: Float[Array, "*shape"], targets: Float[Array, "*shape"]
) -> Float[Array, ""]:
    """Return the root of the mean squared error, in the unit of the predictions.

    It is never less than [`l1_loss`][jaxdigits.l1_loss]. If every prediction is right, no gradient
    exists, and we use 0. In float32, differences that are all below 1e-19 may count as 0, and one
    above 1.8e19 makes the loss infinite, because they are squared.

    Examples:
        >>> float(rmse_loss(jnp.array([1.0, 2.0]), jnp.array([4.0, 5.0])))
        3.0
    """
    return safe_sqrt(mse_loss(predictions, targets))


@compiled(targets=zero_or_one)
def mnist_loss(logits: Float[Array, "*shape"], targets: Real[Array, "*shape"]) -> Float[Array, ""]:
    """Return how far the sigmoids of the logits are, on average, from targets of 0 and 1.

    The loss is 0 if the model is certain and right, 0.5 if it is undecided, and 1 if it is certain
    and wrong. From Howard and Gugger, *Deep Learning for Coders with fastai and PyTorch* (2020),
    chapter 4.

    Examples:
        >>> float(mnist_loss(jnp.array([[0.0], [100.0]]), jnp.array([[1], [1]])))
        0.25
    """
    check_not_empty(logits=logits)
    # 1 - sigmoid(x) is sigmoid(-x), which keeps its digits when the sigmoid is near 1.
    return jax.nn.sigmoid(jnp.where(targets == 1, -logits, logits)).mean()


@compiled(labels=class_labels)
def sigmoid_mse_loss(
    logits: Float[Array, "batch classes"], labels: Integer[Array, " batch"]
) -> Float[Array, ""]:
    """Return the mean squared error of the logits' sigmoids against one-hot labels.

    The mean is over examples and classes. It is 0 if the model is certain and right about every
    class, 0.25 if it is undecided, and at most 1.

    Examples:
        >>> float(sigmoid_mse_loss(jnp.zeros((1, 10)), jnp.array([3])))
        0.25
    """
    return _one_hot_error(jax.nn.sigmoid, logits, labels)


@compiled(labels=class_labels)
def softmax_mse_loss(
    logits: Float[Array, "batch classes"], labels: Integer[Array, " batch"]
) -> Float[Array, ""]:
    """Return the mean squared error of the logits' softmax against one-hot labels.

    The mean is over examples and classes, so the loss is at most 2 / classes, which it reaches if
    the model is certain and wrong. Multiplied by the number of classes, it is the score of Brier,
    "Verification of Forecasts Expressed in Terms of Probability" (1950).

    Examples:
        >>> float(softmax_mse_loss(jnp.zeros((1, 2)), jnp.array([1])))
        0.25
    """
    return _one_hot_error(jax.nn.softmax, logits, labels)


@compiled(labels=class_labels)
def cross_entropy_loss(
    logits: Float[Array, "batch classes"], labels: Integer[Array, " batch"]
) -> Float[Array, ""]:
    """Return the mean of `-log(p)` in nats, where p is the softmax probability of the right class.

    It is 0 if the model is certain and right, log(classes) if all logits are equal, and it has no
    upper bound. See Goodfellow, Bengio and Courville, *Deep Learning* (2016), section 6.2.2.3.

    Examples:
        >>> float(cross_entropy_loss(jnp.array([[0.0, 1e4]]), jnp.array([0])))
        10000.0
    """
    check_not_empty(logits=logits)
    # The logarithm of a softmax that has underflowed to zero would be infinite.
    log_probabilities = jax.nn.log_softmax(logits)
    # Not by index, because on a CPU the gradient of indexing takes as long as the model's products.
    is_label = jnp.arange(logits.shape[1]) == labels[:, None].astype(int)
    return -jnp.where(is_label, log_probabilities, 0).sum(axis=1).mean()


def _one_hot_error(
    squash: Callable[[jax.Array], jax.Array], logits: jax.Array, labels: jax.Array
) -> jax.Array:
    check_not_empty(logits=logits)
    targets = jax.nn.one_hot(labels, logits.shape[1], dtype=logits.dtype)
    return mse_loss(squash(logits), targets)
