"""Values and gradients against definitions in float64, over shapes, dtypes, scales, extremes."""

from contextlib import nullcontext
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from oracles import definitions
from oracles.definitions import CLASSIFICATION, DISTANCES, LOSSES, REGRESSION

import jaxdigits as jd

# The same examples in every run: what fails here fails again.
few = settings(deadline=None, derandomize=True, database=None, max_examples=20)

by_name: Any = {"ids": lambda function: function.__name__}


@cache
def value_and_gradient(function):
    """Compiled once for each shape; the sum makes one number of many distances."""

    def total(*arrays):
        value = function(*arrays)
        return value.sum(), value

    return jax.jit(jax.value_and_grad(total, has_aux=True))


def compare(function, definition, a, b, dtype, scale=1.0):
    """Both get what is left of `a` in this dtype; then they differ by rounding alone."""
    with jax.enable_x64(True) if dtype == "float64" else nullcontext():
        a = jnp.asarray(a, dtype)
        b = jnp.asarray(b, dtype if b.dtype.kind == "f" else b.dtype)
        kind = np.float64 if jnp.issubdtype(b.dtype, jnp.floating) else int
        (_, value), slope = value_and_gradient(function)(a, b)
        assert value.dtype == slope.dtype == a.dtype
        exact = np.asarray(a, np.float64), np.asarray(b, kind)
        with np.errstate(over="ignore"):  # What this dtype cannot hold is infinite in it.
            expected, expected_slope = (
                np.asarray(array, np.asarray(value).dtype).astype(np.float64)
                for array in definition(*exact)
            )
        eps = float(jnp.finfo(a.dtype).eps)
        close = partial(np.testing.assert_allclose, rtol=20 * eps, err_msg=str((a, b)))
        close(np.asarray(value, np.float64), expected, atol=10 * eps * scale)
        if definition in (definitions.l1, DISTANCES[jd.l1_distance]):
            # Where they are equal, any slope between those of both sides is right.
            bound = np.abs(expected_slope).max(initial=0) or 1
            assert np.abs(np.asarray(slope)[exact[0] == exact[1]]).max(initial=0) <= bound
            expected_slope = np.where(exact[0] == exact[1], np.asarray(slope), expected_slope)
        close(np.asarray(slope, np.float64), expected_slope, atol=10 * eps)


def tame(draw, shape, scale):
    """Numbers among which many are equal or zero, which random ones never are."""
    return draw(hnp.arrays(np.int8, shape, elements=st.integers(-8, 8))) * (scale / 8)


def targets_for(loss, draw, shape, scale):
    if loss in REGRESSION:
        return tame(draw, shape, scale)
    if loss in CLASSIFICATION:
        dtype = draw(st.sampled_from([np.int32, np.uint8]))
        return draw(hnp.arrays(dtype, shape[0], elements=st.integers(0, shape[1] - 1)))
    return draw(hnp.arrays(np.int32, shape, elements=st.integers(0, 1)))


# One example, one class, one of each, more examples than classes and fewer.
SHAPES = [(1, 1), (1, 10), (16, 1), (5, 3)]


@pytest.mark.parametrize("loss", LOSSES, **by_name)
@few
@given(st.data())
def test_losses(loss, data):
    shape = data.draw(st.sampled_from(SHAPES))
    scale = data.draw(st.sampled_from([1e-3, 1.0, 30.0, 1e4]))
    outputs = tame(data.draw, shape, scale)
    targets = targets_for(loss, data.draw, shape, scale)
    # Where a logit is large, the result is near 0, 1, or the logit, and rounds as these do.
    compare(loss, LOSSES[loss], outputs, targets, "float32", 0 if loss in REGRESSION else 1)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
@pytest.mark.parametrize("loss", LOSSES, **by_name)
@settings(few, max_examples=5)
@given(st.data())
def test_losses_in_other_dtypes(loss, dtype, data):
    scale = data.draw(st.sampled_from([0.1, 1.0, 30.0]))
    outputs = tame(data.draw, (5, 3), scale)
    compare(loss, LOSSES[loss], outputs, targets_for(loss, data.draw, (5, 3), scale), dtype, scale)


# Nearly nothing; where exponentials become 0 or infinite; the most whose sum float32 holds.
EXTREMES = [0, 1e-45, -2e-38, 17, -17, 88, 89, -104, 1e4, -1e4, 8e37, -8e37]


@pytest.mark.parametrize("loss", [jd.mnist_loss, *CLASSIFICATION], **by_name)
@settings(few, max_examples=60)
@given(st.data())
def test_losses_of_extreme_logits(loss, data):
    shape = data.draw(st.sampled_from([(1, 1), (2, 3)]))
    logits = data.draw(hnp.arrays(np.float32, shape, elements=st.sampled_from(EXTREMES)))
    compare(loss, LOSSES[loss], logits, targets_for(loss, data.draw, shape, 1), "float32")


@pytest.mark.parametrize("loss", REGRESSION, **by_name)
@few
@given(hnp.arrays(np.float32, (2, 3), elements=st.sampled_from([0, 1e-15, -1, 1e5, -1e15])))
def test_losses_of_extreme_differences(loss, predictions):
    compare(loss, LOSSES[loss], predictions, np.zeros((2, 3)), "float32", scale=0)


@pytest.mark.parametrize("loss", REGRESSION, **by_name)
@pytest.mark.parametrize("compiled", [True, False], ids=["jit", "eager"])
def test_gradients_are_finite_whatever_a_difference_that_a_square_can_hold(loss, compiled):
    """Also where the square of a difference is subnormal, or too small to be told from 0."""
    predictions = jnp.asarray(10.0 ** np.arange(-45, 19), jnp.float32)[:, None]
    slopes = jax.vmap(jax.value_and_grad(loss))
    value, slope = (jax.jit(slopes) if compiled else slopes)(predictions, 0 * predictions)
    assert jnp.isfinite(value).all() and jnp.isfinite(slope).all()
    if loss is jd.rmse_loss:
        assert ((slope >= 0) & (slope <= 1.001)).all()


@pytest.mark.parametrize("distance", DISTANCES, **by_name)
@few
@given(st.data())
def test_distances(distance, data):
    shape = data.draw(st.sampled_from([(1, 1), (3, 4), (2, 3, 4)]))
    scale = data.draw(st.sampled_from([1e-3, 1.0, 255.0, 1e4]))
    a, b = (tame(data.draw, shape, scale) for _ in range(2))
    b = data.draw(st.sampled_from([a, b, b[..., :1, :, :] if b.ndim == 3 else b]))
    compare(distance, DISTANCES[distance], a, b, "float32", scale=0)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
@pytest.mark.parametrize("distance", DISTANCES, **by_name)
@settings(few, max_examples=5)
@given(st.data())
def test_distances_in_other_dtypes(distance, dtype, data):
    a, b = (tame(data.draw, (2, 3, 4), 1.0) for _ in range(2))
    compare(distance, DISTANCES[distance], a, b, dtype)


@pytest.mark.parametrize("distance", DISTANCES, **by_name)
@few
@given(
    hnp.arrays(np.int8, (6, 2, 2), elements=st.integers(-2, 2)),
    hnp.arrays(np.int8, (3, 2, 2), elements=st.integers(-2, 2)),
)
def test_nearest_and_closer_with_many_equals(distance, images, prototypes):
    """Whole numbers: sums are exact, so that ties are ties."""
    apart = DISTANCES[distance](images[:, None].astype(float), prototypes.astype(float))[0]
    images, prototypes = (jnp.asarray(a, jnp.float32) for a in (images, prototypes))
    expected = apart.argmin(axis=1)
    np.testing.assert_array_equal(jd.nearest(images, prototypes, distance), expected)
    closer = jd.is_closer(images, prototypes[0], prototypes[1], distance)
    np.testing.assert_array_equal(closer, apart[:, 0] < apart[:, 1])


@few
@given(st.data())
def test_means_and_composites_of_images(data):
    count = data.draw(st.sampled_from([1, 12]))
    pixels = data.draw(hnp.arrays(np.int8, (count, 2, 3), elements=st.integers(-1, 3)))
    labels = data.draw(hnp.arrays(np.uint8, count, elements=st.integers(0, 2)))
    images = jnp.asarray(pixels, jnp.float32)
    means = jd.mean_images(images, jnp.asarray(labels), num_classes=3)
    for which, mean in enumerate(means):
        members = pixels[labels == which].astype(float)
        expected = members.mean(axis=0) if len(members) else np.full((2, 3), np.nan)
        np.testing.assert_allclose(mean, expected, rtol=1e-6)
    np.testing.assert_array_equal(jd.ink_composite(images), (pixels > 0).any(axis=0))


def test_the_gradient_of_mean_images_is_the_share_of_each():
    labels, slope = np.array([0, 1, 0, 1, 1]), np.random.default_rng(0).normal(size=(2, 2, 3))
    means = partial(jd.mean_images, labels=jnp.asarray(labels), num_classes=2)
    _, pull_back = jax.vjp(means, jnp.ones((5, 2, 3)))
    (gradient,) = pull_back(jnp.asarray(slope, jnp.float32))
    expected = slope[labels] / np.bincount(labels)[labels][:, None, None]
    np.testing.assert_allclose(gradient, expected, rtol=1e-6)


@few
@given(st.data())
def test_metrics(data):
    count, classes = data.draw(st.sampled_from([(1, 1), (30, 3), (30, 200)]))
    dtype = data.draw(st.sampled_from([np.uint8, np.int32]))
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
def test_accuracies_with_many_equals(data):
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


@pytest.mark.parametrize("sizes", [(1, 1), (7, 3), (4, 6, 5, 2)], ids=str)
@pytest.mark.parametrize("scale", [1e-15, 1.0, 1e4])
def test_models(sizes, scale):
    """Outputs, and gradients by backpropagation written out."""
    rng = np.random.default_rng(0)
    x = jnp.asarray(rng.normal(size=(5, sizes[0])) * scale, jnp.float32)
    slope = jnp.asarray(rng.normal(size=(5, sizes[-1])), jnp.float32)
    params = [
        layer._replace(b=jnp.asarray(rng.normal(size=layer.b.shape) * scale, jnp.float32))
        for layer in jd.init_mlp(jax.random.key(0), sizes)
    ]
    models: list[Any] = [(jd.mlp, params)]
    if len(sizes) == 2:
        models.append((jd.linear, params[0]))
    layers, *exact = jax.tree.map(lambda a: np.asarray(a, np.float64), (params, x, slope))
    expected, *gradients = definitions.mlp(layers, *exact)
    for model, start in models:
        outputs, actual = jax.jit(partial(pulled_back, model))(start, x, slope)
        assert_same(outputs, expected)
        jax.tree.map(assert_same, jax.tree.leaves(actual), jax.tree.leaves(gradients))


def pulled_back(model, params, x, slope):
    outputs, pull_back = jax.vjp(model, params, x)
    return outputs, pull_back(slope)


def assert_same(actual, expected):
    """Equal but for rounding, relative to the largest entry."""
    np.testing.assert_allclose(actual, expected, rtol=0, atol=2e-6 * np.abs(expected).max())


RATES = [0.0, 1e-45, 1e-40, 1e-30, 0.1, 1, 1e30, 3e38]


@few
@given(
    st.sampled_from(RATES),
    hnp.arrays(np.float32, 3, elements=st.sampled_from([0, 1e-8, -0.5, 3, 1e4])),
    hnp.arrays(np.float32, 3, elements=st.sampled_from([0, 1e-8, -0.5, 3, 1e4])),
)
def test_steps_of_any_learning_rate(rate, params, grads):
    """A subnormal product may count as nothing: processors and XLA say so."""
    with np.errstate(over="ignore"):
        expected = (params.astype(float) - rate * grads.astype(float)).astype(np.float32)
    pair = {"w": jnp.asarray(params)}, {"w": jnp.asarray(grads)}
    tiny, optimizer = 1e4 * float(jnp.finfo(jnp.float32).tiny), jd.sgd(rate)
    updates, state = optimizer.update(pair[1], optimizer.init(pair[0]))
    assert isinstance(state, jd.SGDState) and state.step == 1
    for moved in (
        jd.sgd_update(*pair, rate)["w"],
        jax.jit(jd.sgd_update)(*pair, rate)["w"],
        pair[0]["w"] + updates["w"],  # pyright: ignore
    ):
        np.testing.assert_allclose(moved, expected, rtol=1e-6, atol=tiny)
