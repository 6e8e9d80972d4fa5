"""Every loss of the lessons: one number that says how wrong predictions are, smoothly.

Each takes a batch and returns its mean, so a loss does not depend on how large the batch is.
Predictions and targets have equal shapes; none of these functions broadcasts.
Labels are checked where they are known; what is then computed is one compiled program.
"""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Integer, Real

from jaxdigits._checks import check_labels, check_not_empty, checked
from jaxdigits._numerics import safe_sqrt


@checked
@jax.jit
def l1_loss(
    predictions: Float[Array, "*shape"], targets: Float[Array, "*shape"]
) -> Float[Array, ""]:
    """Return the mean absolute error, `mean(|predictions - targets|)`.

    Args:
        predictions: Any shape.
        targets: The same shape.

    Returns:
        A scalar in the unit of the predictions: 0 if all are right, without upper bound.

    Raises:
        TypeError: If the shapes differ.
        ValueError: If there are no predictions.

    Examples:
        >>> l1_loss(jnp.array([1.0, 2.0]), jnp.array([1.0, 5.0]))
        Array(1.5, dtype=float32)
    """
    check_not_empty(predictions=predictions)
    return jnp.abs(predictions - targets).mean()


@checked
@jax.jit
def mse_loss(
    predictions: Float[Array, "*shape"], targets: Float[Array, "*shape"]
) -> Float[Array, ""]:
    """Return the mean squared error, `mean((predictions - targets)^2)`.

    In float32, the square of a difference below 1e-19 may be 0, and that of one above 1.8e19 is
    infinite.

    Args:
        predictions: Any shape.
        targets: The same shape.

    Returns:
        A scalar in the squared unit of the predictions: 0 if all are right, without upper bound.

    Raises:
        TypeError: If the shapes differ.
        ValueError: If there are no predictions.

    Examples:
        >>> mse_loss(jnp.array([1.0, 2.0]), jnp.array([1.0, 5.0]))
        Array(4.5, dtype=float32)
    """
    check_not_empty(predictions=predictions)
    return ((predictions - targets) ** 2).mean()


@checked
@jax.jit
def rmse_loss(
    predictions: Float[Array, "*shape"], targets: Float[Array, "*shape"]
) -> Float[Array, ""]:
    """Return the root of the mean squared error.

    Where every prediction is right no gradient exists; it is 0 there. In float32, that is also so
    where all differences are below 1e-19, and above 1.8e19 the loss is infinite: it squares them.

    Args:
        predictions: Any shape.
        targets: The same shape.

    Returns:
        A scalar in the unit of the predictions: 0 if all are right, without upper bound, and
        never less than [`l1_loss`][jaxdigits.l1_loss].

    Raises:
        TypeError: If the shapes differ.
        ValueError: If there are no predictions.

    Examples:
        >>> rmse_loss(jnp.array([1.0, 2.0]), jnp.array([4.0, 5.0]))
        Array(3., dtype=float32)
    """
    return safe_sqrt(mse_loss(predictions, targets))


@checked
def mnist_loss(logits: Float[Array, "*shape"], targets: Real[Array, "*shape"]) -> Float[Array, ""]:
    """Return how far, on average, the sigmoid of the logits is from targets of 0 and 1.

    With p = sigmoid(logit): `1 - p` where the target is 1, `p` where it is 0.

    Args:
        logits: Any real numbers, in any shape; `[n, 1]` for a batch of one output each.
        targets: 0 or 1, in the same shape.

    Returns:
        A scalar in [0, 1]: 0 for certain and right, 0.5 for undecided, 1 for certain and wrong.

    Raises:
        TypeError: If the shapes differ.
        ValueError: If there are no logits, or a target is below 0 or above 1.

    References:
        Howard and Gugger, *Deep Learning for Coders with fastai and PyTorch* (2020), chapter 4.

    Examples:
        >>> mnist_loss(jnp.array([[0.0], [100.0]]), jnp.array([[1], [1]]))
        Array(0.25, dtype=float32)
    """
    check_not_empty(logits=logits)
    check_labels(2, targets=targets)
    return _mean_distance(logits, targets)


@jax.jit
def _mean_distance(logits: jax.Array, targets: jax.Array) -> jax.Array:
    # 1 - sigmoid(x) is sigmoid(-x), which keeps its digits when the sigmoid is near 1.
    return jax.nn.sigmoid(jnp.where(targets == 1, -logits, logits)).mean()


@checked
def sigmoid_mse_loss(
    logits: Float[Array, "batch classes"], labels: Integer[Array, " batch"]
) -> Float[Array, ""]:
    """Return the mean squared error of the logits' sigmoids against one-hot labels.

    The mean is over examples and classes alike.

    Args:
        logits: `[batch, classes]`, any real numbers.
        labels: `[batch]`, each 0 to `classes - 1`.

    Returns:
        A scalar in [0, 1]: 0 for certain and right about every class, 0.25 if undecided.

    Raises:
        TypeError: If the shapes do not fit.
        ValueError: If there are no logits, or a label is out of range.

    Examples:
        >>> sigmoid_mse_loss(jnp.zeros((1, 10)), jnp.array([3]))
        Array(0.25, dtype=float32)
    """
    check_labels(logits.shape[1], labels=labels)
    return _squared_error(jax.nn.sigmoid, logits, labels)


@checked
def softmax_mse_loss(
    logits: Float[Array, "batch classes"], labels: Integer[Array, " batch"]
) -> Float[Array, ""]:
    """Return the mean squared error of the logits' softmax against one-hot labels.

    The mean is over examples and classes alike. Times the number of classes it is the score of
    Brier, "Verification of Forecasts Expressed in Terms of Probability" (1950).

    Args:
        logits: `[batch, classes]`, any real numbers.
        labels: `[batch]`, each 0 to `classes - 1`.

    Returns:
        A scalar in [0, 2 / classes]: 0 for certain and right, the most for certain and wrong.

    Raises:
        TypeError: If the shapes do not fit.
        ValueError: If there are no logits, or a label is out of range.

    Examples:
        >>> softmax_mse_loss(jnp.zeros((1, 2)), jnp.array([1]))
        Array(0.25, dtype=float32)
    """
    check_labels(logits.shape[1], labels=labels)
    return _squared_error(jax.nn.softmax, logits, labels)


@checked
def cross_entropy_loss(
    logits: Float[Array, "batch classes"], labels: Integer[Array, " batch"]
) -> Float[Array, ""]:
    """Return the mean of `-log(p)`, p being the softmax probability of the right class.

    It is computed by log-softmax, from differences of logits: the logarithm of a softmax that has
    underflowed to zero would be infinite.

    Args:
        logits: `[batch, classes]`, any real numbers.
        labels: `[batch]`, each 0 to `classes - 1`.

    Returns:
        A scalar in nats: 0 for certain and right, log(classes) if all logits are equal, without
        upper bound for certain and wrong. Inside `jax.jit`, where values cannot be checked, a
        label that is out of range gives nan.

    Raises:
        TypeError: If the shapes do not fit.
        ValueError: If there are no logits, or a label is out of range.

    References:
        Goodfellow, Bengio and Courville, *Deep Learning* (2016), section 6.2.2.3.

    Examples:
        >>> cross_entropy_loss(jnp.array([[0.0, 1e4]]), jnp.array([0]))
        Array(10000., dtype=float32)
    """
    check_not_empty(logits=logits)
    check_labels(logits.shape[1], labels=labels)
    return _minus_log_probability(logits, labels)


@jax.jit
def _minus_log_probability(logits: jax.Array, labels: jax.Array) -> jax.Array:
    _, num_classes = logits.shape
    log_probabilities = jax.nn.log_softmax(logits)
    # Not by index: on a CPU, the gradient of that takes as long as the model's products.
    is_label = jnp.arange(num_classes) == labels[:, None].astype(int)
    chosen = jnp.where(is_label, log_probabilities, 0).sum(axis=1)
    # Where labels are traced and cannot be checked, one out of range makes the loss nan.
    chosen = jnp.where(is_label.any(axis=1), chosen, jnp.nan)
    return -chosen.mean()


@partial(jax.jit, static_argnames="squash")
def _squared_error(
    squash: Callable[[jax.Array], jax.Array], logits: jax.Array, labels: jax.Array
) -> jax.Array:
    _, num_classes = logits.shape
    targets = jax.nn.one_hot(labels, num_classes, dtype=logits.dtype)
    return mse_loss(squash(logits), targets)
