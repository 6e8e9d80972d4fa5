import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax.test_util import check_grads
from oracles.definitions import CLASSIFICATION, LOSSES, REGRESSION
from scipy.special import expit

import jaxdigits as jd


def example(loss, shape=(5, 3), seed=0):
    rng = np.random.default_rng(seed)
    outputs = rng.normal(size=shape)
    if loss in CLASSIFICATION:
        return outputs, rng.integers(0, shape[1], size=shape[0])
    if loss is jd.mnist_loss:
        return outputs, rng.integers(0, 2, size=shape)
    return outputs, rng.normal(size=shape)


def as_jax(outputs, targets):
    targets = jnp.asarray(targets, jnp.float32 if targets.dtype.kind == "f" else jnp.int32)
    return jnp.asarray(outputs, jnp.float32), targets


@pytest.mark.parametrize("loss", LOSSES, ids=lambda f: f.__name__)
def test_gradient_is_that_of_finite_differences(loss):
    outputs, targets = as_jax(*example(loss))
    check_grads(lambda x: loss(x, targets), (outputs,), order=1, modes=["fwd", "rev"], rtol=2e-2)


def test_closed_form_gradients():
    predictions, targets = jnp.array([3.0, -1.0]), jnp.array([1.0, 1.0])
    np.testing.assert_allclose(jax.grad(jd.l1_loss)(predictions, targets), [0.5, -0.5])
    np.testing.assert_allclose(jax.grad(jd.mse_loss)(predictions, targets), [2.0, -2.0])
    # The derivative of a root, 1 / (2 * 2), times that of the mean square.
    np.testing.assert_allclose(jax.grad(jd.rmse_loss)(predictions, targets), [0.5, -0.5])
    # p (1 - p) is a quarter at a logit of 0; the mean halves it.
    gradient = jax.grad(jd.mnist_loss)(jnp.zeros(2), jnp.array([1, 0]))
    np.testing.assert_allclose(gradient, [-0.125, 0.125])
    # Softmax minus one-hot, over the number of examples.
    gradient = jax.grad(jd.cross_entropy_loss)(jnp.zeros((2, 4)), jnp.array([0, 3]))
    np.testing.assert_allclose(
        gradient, np.array([[-0.75, 0.25, 0.25, 0.25], [0.25, 0.25, 0.25, -0.75]]) / 2
    )


def test_chapter_values_of_mnist_loss():
    """The chapter gives probabilities; the logit undoes the sigmoid of `mnist_loss`."""
    targets = jnp.array([1, 0, 1])
    for probabilities, expected in ([0.9, 0.4, 0.2], 0.43333), ([0.9, 0.4, 0.8], 0.23333):
        p = jnp.array(probabilities)
        np.testing.assert_allclose(jd.mnist_loss(jnp.log(p / (1 - p)), targets), expected, 1e-4)


def test_cross_entropy_agrees_with_optax():
    logits, labels = as_jax(*example(jd.cross_entropy_loss, (32, 10)))
    expected = optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()
    np.testing.assert_allclose(jd.cross_entropy_loss(logits, labels), expected, rtol=1e-6)


@pytest.mark.parametrize("loss", REGRESSION, ids=lambda f: f.__name__)
def test_right_predictions_have_no_loss_and_a_finite_gradient(loss):
    same = jnp.array([0.0, 0.5, 1.0])
    value, gradient = jax.value_and_grad(loss)(same, same)
    assert value == 0
    assert jnp.isfinite(gradient).all()


def test_a_nan_is_not_hidden():
    for loss in REGRESSION:
        assert jnp.isnan(loss(jnp.array([jnp.nan, 0.0]), jnp.zeros(2)))


@pytest.mark.parametrize("scale", [200.0, 1e4, 3e38])
def test_extreme_logits_stay_finite(scale):
    certain, labels = jnp.array([[scale, 0.0]]), jnp.array([0])
    for loss, when_wrong in [
        (jd.cross_entropy_loss, scale),
        (jd.softmax_mse_loss, 1.0),
        (jd.sigmoid_mse_loss, 0.625),
    ]:
        right, gradient = jax.value_and_grad(loss)(certain, labels)
        wrong, wrong_gradient = jax.value_and_grad(loss)(certain, 1 - labels)
        np.testing.assert_allclose(wrong, when_wrong, rtol=1e-6)
        assert right < wrong
        assert jnp.isfinite(gradient).all() and jnp.isfinite(wrong_gradient).all()
    assert jd.mnist_loss(jnp.array([[scale]]), jnp.array([[0]])) == 1
    assert jd.mnist_loss(jnp.array([[-scale]]), jnp.array([[0]])) == 0


def test_mnist_loss_keeps_small_losses():
    np.testing.assert_allclose(
        jd.mnist_loss(jnp.array([30.0]), jnp.array([1])), expit(-30.0), rtol=1e-5
    )


@pytest.mark.parametrize("loss", [*REGRESSION, jd.mnist_loss], ids=lambda f: f.__name__)
def test_a_row_against_a_column_is_refused(loss):
    with pytest.raises(TypeError, match=rf"{loss.__name__}: targets is float32\[4, 1\]"):
        loss(jnp.ones(4), jnp.ones((4, 1)))


@pytest.mark.parametrize("loss", CLASSIFICATION, ids=lambda f: f.__name__)
@pytest.mark.parametrize("shape", [(4, 1), (5,)], ids=str)
def test_labels_of_another_shape_are_refused(loss, shape):
    with pytest.raises(TypeError, match=f"{loss.__name__}: labels is int32"):
        loss(jnp.ones((4, 10)), jnp.ones(shape, int))


@pytest.mark.parametrize("loss", LOSSES, ids=lambda f: f.__name__)
def test_an_empty_batch_is_refused(loss):
    labels = jnp.zeros(0, int) if loss in CLASSIFICATION else jnp.zeros((0, 3))
    with pytest.raises(ValueError, match="is empty"):
        loss(jnp.zeros((0, 3)), labels)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda f: f.__name__)
def test_raw_pixels_are_refused(loss):
    targets = jnp.zeros(2, int) if loss in CLASSIFICATION else jnp.zeros((2, 3))
    with pytest.raises(TypeError, match=r"is uint8.*to_float"):
        loss(jnp.zeros((2, 3), jnp.uint8), targets)


@pytest.mark.parametrize("loss", CLASSIFICATION, ids=lambda f: f.__name__)
@pytest.mark.parametrize("label", [-1, 3])
def test_a_label_out_of_range_is_refused(loss, label):
    with pytest.raises(ValueError, match=f"labels holds {label}, but 3 classes"):
        loss(jnp.zeros((2, 3)), jnp.array([0, label]))


@pytest.mark.parametrize("label", [-1, 3])
def test_compiled_cross_entropy_of_a_label_out_of_range_is_nan(label):
    assert jnp.isnan(jax.jit(jd.cross_entropy_loss)(jnp.zeros((1, 3)), jnp.array([label])))


@pytest.mark.parametrize("loss", CLASSIFICATION, ids=lambda f: f.__name__)
def test_labels_may_be_bytes(loss):
    logits, labels = as_jax(*example(loss))
    assert loss(logits, labels.astype(jnp.uint8)) == loss(logits, labels)


@pytest.mark.parametrize("target", [-1, 2, 7])
def test_binary_targets_out_of_range_are_refused(target):
    with pytest.raises(ValueError, match=f"targets holds {target}, but 2 classes"):
        jd.mnist_loss(jnp.zeros((2, 1)), jnp.array([[0], [target]]))
