"""What people read: how many are right, and which are taken for which.

Each function counts every example once. Give it a whole validation set, not a batch: the mean of
batches' accuracies is not the accuracy when the last batch is smaller.
Labels are checked where they are known; what is then computed is one compiled program.
"""

from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Integer, Real

from jaxdigits._checks import check_labels, check_not_empty, checked


@checked
def binary_accuracy(
    logits: Float[Array, "*shape"], targets: Real[Array, "*shape"]
) -> Float[Array, ""]:
    """Return the share of logits on the right side of 0, where the sigmoid is one half.

    Args:
        logits: Any real numbers, in any shape; `[n, 1]` for a batch of one output each.
        targets: 0 or 1, in the same shape.

    Returns:
        A scalar in [0, 1]. A logit of exactly 0 counts as a prediction of 0.

    Raises:
        TypeError: If the shapes differ.
        ValueError: If there are no logits, or a target is below 0 or above 1.

    Examples:
        >>> binary_accuracy(jnp.array([[2.0], [-3.0]]), jnp.array([[1], [1]]))
        Array(0.5, dtype=float32)
    """
    check_not_empty(logits=logits)
    check_labels(2, targets=targets)
    return _share_on_right_side(logits, targets)


@jax.jit
def _share_on_right_side(logits: jax.Array, targets: jax.Array) -> jax.Array:
    return ((logits > 0) == (targets == 1)).mean()


@checked
def accuracy(
    logits: Float[Array, "batch classes"], labels: Integer[Array, " batch"]
) -> Float[Array, ""]:
    """Return the share of examples whose largest logit is that of the right class.

    Args:
        logits: `[batch, classes]`, any real numbers.
        labels: `[batch]`, each 0 to `classes - 1`.

    Returns:
        A scalar in [0, 1]; of equal logits, the first counts as the largest.

    Raises:
        TypeError: If the shapes do not fit.
        ValueError: If there are no logits, or a label is out of range.

    Examples:
        >>> accuracy(jnp.array([[0.1, 0.9], [0.8, 0.2]]), jnp.array([1, 1]))
        Array(0.5, dtype=float32)
    """
    check_not_empty(logits=logits)
    check_labels(logits.shape[1], labels=labels)
    return _share_of_largest(logits, labels)


@jax.jit
def _share_of_largest(logits: jax.Array, labels: jax.Array) -> jax.Array:
    return (logits.argmax(axis=1) == labels.astype(int)).mean()


@checked
def per_class_accuracy(
    predicted: Integer[Array, " n"], labels: Integer[Array, " n"], num_classes: int = 10
) -> Float[Array, "{num_classes}"]:
    """Return, for each class, the share of its examples that were recognized (its recall).

    Args:
        predicted: The predicted class of each example, 0 to `num_classes - 1`.
        labels: The true class of each, in the same range.
        num_classes: How many classes there are.

    Returns:
        `[num_classes]`, each in [0, 1]; nan for a class without examples.

    Raises:
        TypeError: If the shapes differ.
        ValueError: If there are no examples, or a class is out of range.

    Examples:
        >>> per_class_accuracy(jnp.array([0, 1, 0]), jnp.array([0, 1, 1]), num_classes=2)
        Array([1. , 0.5], dtype=float32)
    """
    return _diagonal_share(confusion_matrix(predicted, labels, num_classes))


@jax.jit
def _diagonal_share(counts: jax.Array) -> jax.Array:
    return jnp.diagonal(counts) / counts.sum(axis=1)


@checked
def confusion_matrix(
    predicted: Integer[Array, " n"], labels: Integer[Array, " n"], num_classes: int = 10
) -> Integer[Array, "{num_classes} {num_classes}"]:
    """Return how often each class was taken for each: rows are true, columns predicted.

    Args:
        predicted: The predicted class of each example, 0 to `num_classes - 1`.
        labels: The true class of each, in the same range.
        num_classes: How many classes there are.

    Returns:
        Counts `[num_classes, num_classes]` that add up to n; the diagonal holds the right ones.

    Raises:
        TypeError: If the shapes differ.
        ValueError: If there are no examples, or a class is out of range.

    Examples:
        >>> confusion_matrix(jnp.array([0, 1, 0]), jnp.array([0, 1, 1]), num_classes=2)
        Array([[1, 0],
               [1, 1]], dtype=int32)
    """
    check_not_empty(predicted=predicted)
    check_labels(num_classes, predicted=predicted, labels=labels)
    return _counts(predicted, labels, num_classes)


@partial(jax.jit, static_argnames="num_classes")
def _counts(predicted: jax.Array, labels: jax.Array, num_classes: int) -> jax.Array:
    # Signed and wide: num_classes * 255 would wrap around in a label's uint8.
    pairs = labels.astype(int) * num_classes + predicted.astype(int)
    return jnp.bincount(pairs, length=num_classes**2).reshape(num_classes, num_classes)
