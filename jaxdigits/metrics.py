"""Metrics for people: how many answers are right, and which classes are mistaken for which.

Like losses, they take the model's outputs first and the right answers second. Give them a whole
validation set, because the mean of the batches' accuracies is not the accuracy if the last batch is
smaller. Inside `jax.jit`, a class or target that is out of range makes every share nan.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float, Integer, Real

from jaxdigits._checks import check_not_empty, class_labels, compiled, zero_or_one
from jaxdigits._numerics import nan_unless


@compiled(targets=zero_or_one)
def binary_accuracy(
    logits: Float[Array, "*shape"], targets: Real[Array, "*shape"]
) -> Float[Array, ""]:
    """Return the share of logits on the right side of 0, where the sigmoid is one half.

    A logit of exactly 0 predicts 0. If a logit is nan, so is the share.

    Examples:
        >>> float(binary_accuracy(jnp.array([[2.0], [-3.0]]), jnp.array([[1], [1]])))
        0.5
    """
    check_not_empty(logits=logits)
    right = (logits > 0) == (targets == 1)
    return nan_unless(~jnp.isnan(logits), right.mean())


@compiled(labels=class_labels)
def accuracy(
    logits: Float[Array, "batch classes"], labels: Integer[Array, " batch"]
) -> Float[Array, ""]:
    """Return the share of examples in which the right class has the largest logit.

    The first of equal logits counts as the largest. If a logit is nan, so is the share.

    Examples:
        >>> float(accuracy(jnp.array([[0.1, 0.9], [0.8, 0.2]]), jnp.array([1, 1])))
        0.5
    """
    check_not_empty(logits=logits)
    right = logits.argmax(axis=1) == labels.astype(int)
    return nan_unless(~jnp.isnan(logits), right.mean())


@compiled(static="num_classes", predicted=class_labels, labels=class_labels)
def per_class_accuracy(
    predicted: Integer[Array, " n"], labels: Integer[Array, " n"], num_classes: int = 10
) -> Float[Array, "{num_classes}"]:
    """Return for each class the share of its examples that were recognized (its recall).

    The share is nan for a class without examples.

    Examples:
        >>> per_class_accuracy(jnp.array([0, 1, 0]), jnp.array([0, 1, 1]), num_classes=2).tolist()
        [1.0, 0.5]
    """
    counts = confusion_matrix(predicted, labels, num_classes)
    return jnp.diagonal(counts) / counts.sum(axis=1)


@compiled(static="num_classes", predicted=class_labels, labels=class_labels)
def confusion_matrix(
    predicted: Integer[Array, " n"], labels: Integer[Array, " n"], num_classes: int = 10
) -> Integer[Array, "{num_classes} {num_classes}"]:
    """Count how often each class (row) was taken for each class (column).

    The diagonal counts the right answers, and all counts add up to n. Inside `jax.jit`, where
    values are unknown, an example whose label or prediction is not a class is left out, because a
    count cannot be nan.

    Examples:
        >>> confusion_matrix(jnp.array([0, 1, 0]), jnp.array([0, 1, 1]), num_classes=2).tolist()
        [[1, 0], [1, 1]]
    """
    check_not_empty(predicted=predicted)
    counts = jnp.zeros((num_classes, num_classes), int)
    # Otherwise, negative indices would count from the end.
    places = counts.at[labels, predicted]
    return places.add(1, mode="drop", wrap_negative_indices=False)
