import jax
import jax.numpy as jnp
import numpy as np
import pytest
from oracles.definitions import CLASSIFICATION, LOSSES, REGRESSION
from oracles.properties import value_and_gradient
from scipy.special import expit, logit

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
    targets = jnp.asarray(targets, float if targets.dtype.kind == "f" else int)
    return jnp.asarray(outputs, float), targets


def gradient(loss, outputs, targets):
    return value_and_gradient(loss)(outputs, targets)[1]


@jax.jit
def slope_along(outputs, targets, direction):
    """Return the slope of each loss along a direction, by forward mode."""
    return [
        jax.jvp(lambda x, f=f, t=t: f(x, t), (outputs,), (direction,))[1]
        for f, t in zip(LOSSES, targets, strict=True)
    ]


def test_losses_forward_mode_agrees_with_reverse_mode():
    targets = [as_jax(*example(loss))[1] for loss in LOSSES]
    outputs, direction = (as_jax(*example(jd.mse_loss, seed=seed))[0] for seed in (1, 2))
    slopes = slope_along(outputs, targets, direction)
    for loss, target, slope in zip(LOSSES, targets, slopes, strict=True):
        expected = (np.asarray(gradient(loss, outputs, target)) * direction).sum()
        np.testing.assert_allclose(slope, expected, rtol=1e-4, err_msg=loss.__name__)


def test_losses_gradients_are_those_by_hand():
    predictions, targets = np.array([3, -1], np.float32), np.array([1, 1], np.float32)
    np.testing.assert_allclose(gradient(jd.l1_loss, predictions, targets), [0.5, -0.5])
    np.testing.assert_allclose(gradient(jd.mse_loss, predictions, targets), [2.0, -2.0])
    # The derivative of a root, 1 / (2 * 2), times that of the mean square.
    np.testing.assert_allclose(gradient(jd.rmse_loss, predictions, targets), [0.5, -0.5])
    # p (1 - p) is a quarter at a logit of 0; the mean halves it.
    slopes = gradient(jd.mnist_loss, np.zeros(2, np.float32), np.array([1, 0]))
    np.testing.assert_allclose(slopes, [-0.125, 0.125])
    # Softmax minus one-hot, over the number of examples.
    slopes = gradient(jd.cross_entropy_loss, np.zeros((2, 4), np.float32), np.array([0, 3]))
    np.testing.assert_allclose(
        slopes, np.array([[-0.75, 0.25, 0.25, 0.25], [0.25, 0.25, 0.25, -0.75]]) / 2
    )


def test_mnist_loss_has_the_values_of_the_book():
    """The book gives probabilities; the logit undoes the sigmoid of `mnist_loss`."""
    targets = jnp.array([1, 0, 1])
    for probabilities, expected in ([0.9, 0.4, 0.2], 0.43333), ([0.9, 0.4, 0.8], 0.23333):
        logits = jnp.asarray(logit(probabilities), float)
        np.testing.assert_allclose(jd.mnist_loss(logits, targets), expected, 1e-4)


@pytest.mark.parametrize("loss", REGRESSION, ids=lambda f: f.__name__)
def test_losses_right_predictions_are_zero_with_a_finite_gradient(loss):
    same = np.array([0, 0.5], np.float32)
    (value, _), slopes = value_and_gradient(loss)(same, same)
    assert value == 0
    assert np.isfinite(slopes).all()


def test_losses_of_nan_are_nan():
    for loss in REGRESSION:
        assert jnp.isnan(loss(jnp.array([jnp.nan, 0.0]), jnp.zeros(2)))


@pytest.mark.parametrize("scale", [200.0, 1e4, 3e38])
def test_losses_extreme_logits_stay_finite(scale):
    certain, labels = np.array([[scale, 0]], np.float32), np.array([0])
    for loss, when_wrong in [
        (jd.cross_entropy_loss, scale),
        (jd.softmax_mse_loss, 1.0),
        (jd.sigmoid_mse_loss, 0.625),
    ]:
        (right, _), slopes = value_and_gradient(loss)(certain, labels)
        (wrong, _), wrong_slopes = value_and_gradient(loss)(certain, 1 - labels)
        np.testing.assert_allclose(wrong, when_wrong, rtol=1e-6)
        assert right < wrong
        assert np.isfinite(slopes).all() and np.isfinite(wrong_slopes).all()
    assert jd.mnist_loss(jnp.float32([[scale]]), jnp.array([[0]])) == 1
    assert jd.mnist_loss(jnp.float32([[-scale]]), jnp.array([[0]])) == 0


def test_mnist_loss_small_loss_keeps_its_digits():
    np.testing.assert_allclose(
        jd.mnist_loss(jnp.array([30.0]), jnp.array([1])), expit(-30.0), rtol=1e-5
    )


@pytest.mark.parametrize("loss", [*REGRESSION, jd.mnist_loss], ids=lambda f: f.__name__)
def test_losses_row_against_column_raises(loss):
    with pytest.raises(TypeError, match=rf"{loss.__name__}: targets is float\d\d\[4, 1\]"):
        loss(jnp.ones(4), jnp.ones((4, 1)))


@pytest.mark.parametrize("loss", CLASSIFICATION, ids=lambda f: f.__name__)
@pytest.mark.parametrize("shape", [(4, 1), (5,)], ids=str)
def test_losses_labels_of_another_shape_raises(loss, shape):
    with pytest.raises(TypeError, match=f"{loss.__name__}: labels is int"):
        loss(jnp.ones((4, 10)), jnp.ones(shape, int))


@pytest.mark.parametrize("loss", LOSSES, ids=lambda f: f.__name__)
def test_losses_empty_batch_raises(loss):
    labels = jnp.zeros(0, int) if loss in CLASSIFICATION else jnp.zeros((0, 3))
    with pytest.raises(ValueError, match="is empty"):
        loss(jnp.zeros((0, 3)), labels)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda f: f.__name__)
def test_losses_of_bytes_raises(loss):
    targets = jnp.zeros(2, int) if loss in CLASSIFICATION else jnp.zeros((2, 3))
    with pytest.raises(TypeError, match=r"is uint8.*to_float"):
        loss(jnp.zeros((2, 3), jnp.uint8), targets)


@pytest.mark.parametrize("loss", CLASSIFICATION, ids=lambda f: f.__name__)
@pytest.mark.parametrize("label", [-1, 3])
def test_losses_label_out_of_range_raises(loss, label):
    with pytest.raises(ValueError, match=f"labels holds {label}, but 3 classes"):
        loss(jnp.zeros((2, 3)), jnp.array([0, label]))


@pytest.mark.parametrize("target", [-1, 0.5, 1.5, 2, 7, np.nan])
def test_mnist_loss_target_other_than_0_or_1_raises(target):
    with pytest.raises(ValueError, match=f"targets holds {target}, but .*binary_targets"):
        jd.mnist_loss(jnp.zeros((2, 1)), jnp.array([[0], [target]]))


@pytest.mark.parametrize("loss", CLASSIFICATION, ids=lambda f: f.__name__)
@pytest.mark.parametrize("label", [-1, 3])
def test_losses_under_jit_label_out_of_range_is_nan_with_its_gradient(loss, label):
    (value, _), slopes = value_and_gradient(loss)(np.zeros((2, 3)), np.array([0, label]))
    assert np.isnan(value) and np.isnan(slopes[0]).all()


@pytest.mark.parametrize("target", [-1, 0.5, 2, np.nan])
def test_mnist_loss_under_jit_target_other_than_0_or_1_is_nan_with_its_gradient(target):
    (value, _), slopes = value_and_gradient(jd.mnist_loss)(np.zeros(2), np.array([0, target]))
    assert np.isnan(value) and np.isnan(slopes).all()


@pytest.mark.parametrize("convert", [np.asarray, jnp.asarray])
def test_losses_of_unknown_outputs_check_known_labels(convert):
    """So training can check labels once, before it compiles."""
    outputs = jax.ShapeDtypeStruct((1, 3), jnp.result_type(float))
    wrong = {loss: convert([3]) for loss in CLASSIFICATION} | {jd.mnist_loss: convert([[0, 1, 3]])}
    for loss, labels in wrong.items():
        with pytest.raises(ValueError, match="holds 3"):
            jax.eval_shape(lambda outputs, f=loss, y=labels: f(outputs, y), outputs)
