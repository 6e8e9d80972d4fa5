"""Metrics against counting in Python, for labels of several types and logits with many equals."""

import jax.numpy as jnp
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from oracles import definitions
from oracles.properties import few

import jaxdigits as jd


@few
@given(st.data())
def test_confusion_and_per_class_accuracy_agree_with_counting(data):
    sizes = [(1, 1, np.int32), (30, 3, np.int32), (30, 200, np.uint8)]
    count, classes, dtype = data.draw(st.sampled_from(sizes))
    some = hnp.arrays(dtype, count, elements=st.integers(0, classes - 1))
    predicted, labels = data.draw(some), data.draw(some)
    arrays = jnp.asarray(predicted), jnp.asarray(labels)
    counts = definitions.confusion(predicted, labels, classes)
    np.testing.assert_array_equal(jd.confusion_matrix(*arrays, classes), counts)
    with np.errstate(invalid="ignore"):
        recall = counts.diagonal() / counts.sum(axis=1)
    np.testing.assert_allclose(jd.per_class_accuracy(*arrays, classes), recall, rtol=1e-6)


@few
@given(st.data())
def test_accuracies_of_equal_logits_agree_with_counting(data):
    shape = data.draw(st.sampled_from([(1, 1), (1, 3), (20, 3)]))
    extremes = st.sampled_from([0, 2e-38, -2e-38, 1, -1, 1e4, -3e38])
    logits = data.draw(hnp.arrays(np.float32, shape, elements=extremes))
    labels = data.draw(hnp.arrays(np.uint8, shape[0], elements=st.integers(0, shape[1] - 1)))
    targets = data.draw(hnp.arrays(np.int32, shape, elements=st.integers(0, 1)))
    right = [max(range(shape[1]), key=row.__getitem__) for row in logits.tolist()] == labels
    result = jd.accuracy(jnp.asarray(logits), jnp.asarray(labels))
    np.testing.assert_allclose(result, right.mean(), rtol=1e-6)
    right = (logits > 0) == targets.astype(bool)
    result = jd.binary_accuracy(jnp.asarray(logits), jnp.asarray(targets))
    np.testing.assert_allclose(result, right.mean(), rtol=1e-6)
