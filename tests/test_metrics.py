import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn import metrics as oracle

import jaxdigits as jd


def random_classes(n=200, num_classes=10, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, num_classes, size=n), rng.integers(0, num_classes, size=n)


def test_binary_accuracy_counts_logits_on_the_right_side_of_zero():
    logits = jnp.array([[2.0], [0.1], [-0.1], [-3.0]])
    assert jd.binary_accuracy(logits, jnp.array([[1.0], [0.0], [1.0], [0.0]])) == 0.5
    assert jd.binary_accuracy(logits, jnp.array([[1], [1], [0], [0]])) == 1
    assert jd.binary_accuracy(jnp.zeros((2, 1)), jnp.array([[0], [1]])) == 0.5


def test_accuracy_eager_and_compiled_agrees_with_scikit_learn():
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(size=(333, 10)).astype(np.float32), rng.integers(0, 10, 333)
    expected = oracle.accuracy_score(labels, logits.argmax(axis=1))
    arrays = jnp.asarray(logits), jnp.asarray(labels, jnp.uint8)
    np.testing.assert_allclose(jd.accuracy(*arrays), expected, rtol=1e-6)
    np.testing.assert_allclose(jax.jit(jd.accuracy)(*arrays), expected, rtol=1e-6)


def test_confusion_matrix_eager_and_compiled_agrees_with_scikit_learn():
    predicted, labels = random_classes()
    expected = oracle.confusion_matrix(labels, predicted)
    arrays = jnp.asarray(predicted, jnp.uint8), jnp.asarray(labels, jnp.uint8)
    np.testing.assert_array_equal(jd.confusion_matrix(*arrays), expected)
    np.testing.assert_array_equal(jax.jit(jd.confusion_matrix)(*arrays), expected)


def test_confusion_matrix_of_200_classes_does_not_overflow_bytes():
    labels = jnp.array([0, 100, 199], jnp.uint8)
    counts = jd.confusion_matrix(labels, labels, num_classes=200)
    np.testing.assert_array_equal(np.diagonal(counts)[labels], [1, 1, 1])


def test_per_class_accuracy_agrees_with_recall_of_scikit_learn():
    predicted, labels = random_classes()
    counts = oracle.confusion_matrix(labels, predicted)
    expected = counts.diagonal() / counts.sum(axis=1)
    result = jd.per_class_accuracy(jnp.asarray(predicted), jnp.asarray(labels))
    np.testing.assert_allclose(result, expected, rtol=1e-6)


def test_per_class_accuracy_class_without_examples_is_nan():
    result = jd.per_class_accuracy(jnp.array([0]), jnp.array([0]), num_classes=2)
    np.testing.assert_array_equal(result, [1, np.nan])


def test_metrics_row_against_column_raises():
    with pytest.raises(TypeError, match=r"binary_accuracy: targets is float\d\d\[4, 1\]"):
        jd.binary_accuracy(jnp.ones(4), jnp.ones((4, 1)))
    with pytest.raises(TypeError, match=r"accuracy: labels is int\d\d\[4, 1\]"):
        jd.accuracy(jnp.ones((4, 10)), jnp.ones((4, 1), int))
    with pytest.raises(TypeError, match=r"per_class_accuracy: labels is int\d\d\[4, 1\]"):
        jd.per_class_accuracy(jnp.ones(4, int), jnp.ones((4, 1), int))
    with pytest.raises(TypeError, match=r"confusion_matrix: labels is int\d\d\[4, 1\]"):
        jd.confusion_matrix(jnp.ones(4, int), jnp.ones((4, 1), int))


@pytest.mark.parametrize("label", [-1, 10])
def test_metrics_label_out_of_range_raises(label):
    labels = jnp.array([0, label])
    with pytest.raises(ValueError, match=f"labels holds {label}"):
        jd.accuracy(jnp.zeros((2, 10)), labels)
    with pytest.raises(ValueError, match=f"labels holds {label}"):
        jd.confusion_matrix(jnp.zeros(2, int), labels)
    with pytest.raises(ValueError, match=f"predicted holds {label}"):
        jd.per_class_accuracy(labels, jnp.zeros(2, int))


@pytest.mark.parametrize("target", [-1, 0.5, 2, np.nan])
def test_binary_accuracy_target_other_than_0_or_1_raises_or_is_nan(target):
    logits, targets = jnp.zeros(2), jnp.array([0, target])
    with pytest.raises(ValueError, match=f"targets holds {target}, but .*binary_targets"):
        jd.binary_accuracy(logits, targets)
    assert jnp.isnan(jax.jit(jd.binary_accuracy)(logits, targets))


@pytest.mark.parametrize("wrong", [-1, 3, -2, 250])
def test_metrics_under_jit_class_out_of_range_is_nan_and_not_counted(wrong):
    some, good = jnp.array([0, wrong, 2]), jnp.array([0, 1, 2])
    assert jnp.isnan(jax.jit(jd.accuracy)(jnp.eye(3), some))
    recall = jax.jit(jd.per_class_accuracy, static_argnums=2)
    counted = jax.jit(jd.confusion_matrix, static_argnums=2)
    for pair in (some, good), (good, some):
        assert jnp.isnan(recall(*pair, 3)).all()
        np.testing.assert_array_equal(counted(*pair, 3), np.diag([1, 0, 1]))


def test_accuracies_of_a_nan_logit_are_nan():
    logits = jnp.array([[0.0, 1.0], [jnp.nan, 0.0]])
    assert jnp.isnan(jd.accuracy(logits, jnp.array([1, 0])))
    assert jnp.isnan(jd.binary_accuracy(logits, jnp.array([[0, 1], [1, 1]])))
    infinite = jnp.array([[jnp.inf, -jnp.inf]])
    assert jd.accuracy(infinite, jnp.array([0])) == 1
    assert jd.binary_accuracy(infinite, jnp.array([[1, 0]])) == 1


def test_metrics_empty_set_raises():
    none = jnp.zeros(0, int)
    with pytest.raises(ValueError, match="predicted is empty"):
        jd.confusion_matrix(none, none)
    with pytest.raises(ValueError, match="logits is empty"):
        jd.accuracy(jnp.zeros((0, 10)), none)
    with pytest.raises(ValueError, match="logits is empty"):
        jd.binary_accuracy(jnp.zeros((0, 1)), jnp.zeros((0, 1)))
