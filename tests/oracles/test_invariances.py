"""What must not matter: the order of examples and classes, how code is run, and precision."""

from functools import cache

import jax
import jax.export
import numpy as np
import pytest
from oracles.cases import CASES, CLASSES, EXAMPLES, assert_same, inputs
from oracles.definitions import CLASSIFICATION, DISTANCES

import jaxdigits as jd

ORDER = np.random.default_rng(1).permutation(EXAMPLES)
CLASS_ORDER = np.array([3, 0, 4, 1, 2])  # None stays where it is.


@cache
def compiled(name):
    return jax.jit(CASES[name][0])


def compute_eagerly(arrays):
    return {name: CASES[name][0](*arrays[name]) for name in CASES}


# All cases are one program, because XLA compiles that sooner than one program for each.
compute = jax.jit(compute_eagerly)


@cache
def every_input(seed=0):
    return {name: inputs(name, seed) for name in CASES}


@cache
def every_result(seed=0):
    return compute(every_input(seed))


@cache
def results_of_reordered_examples():
    return compute(reorder(every_input(), EXAMPLES, ORDER))


@cache
def results_of_renumbered_classes():
    return compute(reorder_classes(every_input()))


@cache
def results_under_vmap():
    vmapped = jax.jit(jax.vmap(compute_eagerly))
    return vmapped(jax.tree.map(stack, *map(every_input, range(3))))


@cache
def results_in_float64():
    with jax.enable_x64(True):
        return compute(jax.tree.map(widened, every_input()))


def reorder(tree, size, order):
    """Take all axes of this size in another order."""

    def take(array):
        array = np.asarray(array)
        for axis, length in enumerate(array.shape):
            if length == size:
                array = np.take(array, order, axis)
        return array

    return jax.tree.map(take, tree)


def reorder_classes(tree):
    """Renumber the classes: on their axes, and where whole numbers on no such axis name them."""
    places = np.argsort(CLASS_ORDER)

    def rename(array):
        names = array.dtype.kind in "iu" and array.shape == (EXAMPLES,)
        return places[np.asarray(array)].astype(array.dtype) if names else array

    return jax.tree.map(rename, reorder(tree, CLASSES, CLASS_ORDER))


@pytest.mark.parametrize("name", CASES)
def test_functions_reordered_examples_reorder_results(name):
    expected = reorder(every_result()[name], EXAMPLES, ORDER)
    assert_same(results_of_reordered_examples()[name], expected)


@pytest.mark.parametrize("name", CASES)
def test_functions_renumbered_classes_renumber_results(name):
    expected = reorder_classes(every_result()[name])
    assert_same(results_of_renumbered_classes()[name], expected)


@pytest.mark.parametrize("name", CASES)
def test_functions_eager_agree_with_compiled(name):
    assert_same(CASES[name][0](*inputs(name)), every_result()[name])


@pytest.mark.parametrize("name", [name for name in CASES if name != "sgd"])
def test_functions_eager_are_one_program(name):
    """Outside of `jax.jit`, too, nothing is computed operation by operation."""
    function = getattr(jd, name)
    static = {
        "nearest": (jd.l1_distance,),
        "is_closer": (jd.l1_distance,),
        "mean_images": (CLASSES,),
        "per_class_accuracy": (CLASSES,),
        "confusion_matrix": (CLASSES,),
    }.get(name, ())
    arrays = inputs(name)
    if name == "linear":
        arrays = arrays[0][0], arrays[1]
    program = jax.make_jaxpr(lambda *arrays: function(*arrays, *static))(*arrays)
    assert len(program.eqns) == 1


@pytest.mark.parametrize("name", CASES)
def test_functions_lower_for_every_platform(name):
    exported = jax.export.export(compiled(name), platforms=["cpu", "cuda", "tpu"])(*inputs(name))
    assert exported.platforms == ("cpu", "cuda", "tpu")


@pytest.mark.parametrize("name", CASES)
def test_functions_work_where_rank_promotion_raises(name):
    with jax.numpy_rank_promotion("raise"):
        assert_same(CASES[name][0](*inputs(name)), every_result()[name])


@pytest.mark.parametrize("name", CASES)
def test_functions_under_vmap_agree_with_a_loop(name):
    looped = jax.tree.map(stack, *(every_result(seed)[name] for seed in range(3)))
    assert_same(results_under_vmap()[name], looped)


def stack(*arrays):
    return np.stack(arrays)


@pytest.mark.parametrize("name", CASES)
def test_functions_in_float32_agree_with_float64(name):
    in_float64 = results_in_float64()[name]
    if not name.endswith("accuracy"):  # Shares of whole numbers are float32 whatever the logits.
        kinds = {leaf.dtype for leaf in jax.tree.leaves(in_float64)}
        assert np.dtype(np.float32) not in kinds
    assert_same(every_result()[name], in_float64)


def widened(array):
    return np.asarray(array, np.float64) if array.dtype == np.float32 else array


@pytest.mark.parametrize("loss", [jd.softmax_mse_loss, jd.cross_entropy_loss])
def test_softmax_losses_logits_plus_a_constant_stay_the_same(loss):
    logits, labels = inputs(loss.__name__)
    expected = compiled(loss.__name__)(logits, labels)
    shifts = np.linspace(-100, 100, EXAMPLES, dtype=np.float32)[:, None]
    assert_same(compiled(loss.__name__)(logits + shifts, labels), expected, tolerance=1e-4)
    # Said of the gradient: a step against it shifts no example's logits as a whole.
    np.testing.assert_allclose(np.sum(expected[1], axis=1), 0, atol=1e-7)


def test_sigmoid_mse_loss_logits_plus_a_constant_changes():
    logits, labels = inputs("sigmoid_mse_loss")
    value, _ = compiled("sigmoid_mse_loss")(logits, labels)
    assert abs(compiled("sigmoid_mse_loss")(logits + 1, labels)[0] - value) > 0.01


@pytest.mark.parametrize("loss", CLASSIFICATION, ids=lambda f: f.__name__)
def test_losses_of_a_batch_twice_is_that_of_the_batch(loss):
    logits, labels = inputs(loss.__name__)
    twice, _ = compiled(loss.__name__)(*(np.concatenate([a, a]) for a in (logits, labels)))
    np.testing.assert_allclose(twice, compiled(loss.__name__)(logits, labels)[0], rtol=1e-6)


@pytest.mark.parametrize("distance", DISTANCES, ids=lambda f: f.__name__)
def test_distances_of_moved_images_stay_the_same(distance):
    a, b = (np.asarray(images) for images in inputs(distance.__name__))
    apart = distance(a, b)
    np.testing.assert_allclose(distance(b, a), apart, rtol=1e-6)
    np.testing.assert_allclose(distance(a + 0.5, b + 0.5), apart, rtol=1e-5)
    np.testing.assert_allclose(distance(1 - a, 1 - b), apart, rtol=1e-5)
    np.testing.assert_allclose(distance(a[:, ::-1], b[:, ::-1]), apart, rtol=1e-6)
    np.testing.assert_allclose(distance(a.mT, b.mT), apart, rtol=1e-6)
    twice = 4 if distance is jd.mse_distance else 2
    np.testing.assert_allclose(distance(2 * a, 2 * b), twice * apart, rtol=1e-6)


def test_mlp_reordered_hidden_units_returns_the_same():
    (first, second), x = jax.tree.map(np.asarray, inputs("mlp"))
    order = np.random.default_rng(0).permutation(len(first.b))
    shuffled = (
        jd.Linear(w=first.w[:, order], b=first.b[order]),
        jd.Linear(w=second.w[order], b=second.b),
    )
    np.testing.assert_allclose(jd.mlp(shuffled, x), jd.mlp((first, second), x), rtol=1e-5)
