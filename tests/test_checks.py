from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Float

from jaxdigits._checks import check_labels, check_not_empty, checked


class Pair(NamedTuple):
    left: Float[Array, " n"]
    right: Float[Array, " n"]


@checked
def dot(pair: Pair, scale: float | Float[Array, ""] = 1.0) -> Float[Array, ""]:
    return scale * pair.left @ pair.right


@checked
def subtract(a: Float[Array, "*shape"], b: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    return a - b


@pytest.mark.parametrize("transform", [lambda f: f, jax.jit], ids=["eager", "jit"])
def test_checked_row_against_column_raises(transform):
    with pytest.raises(TypeError, match=r"subtract: b is float32\[5, 1\].*a float32\[5\]"):
        transform(subtract)(jnp.ones(5), jnp.ones((5, 1)))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([1.0, 2.0], r"a is \[1.0, 2.0\].*jax.numpy.asarray"),
        (jnp.ones(3, jnp.uint8), r"uint8\[3\].*to_float"),
        (np.ones(3, np.uint8), r"uint8\[3\].*to_float"),
        (2.0, r"a is 2.0.*jax.numpy.asarray"),
    ],
    ids=["list", "uint8", "numpy uint8", "number"],
)
def test_checked_other_than_float_array_names_the_remedy(wrong, said):
    with pytest.raises(TypeError, match=said):
        subtract(wrong, jnp.ones(3))


def test_checked_named_tuple_checks_its_fields_together():
    pair = Pair(jnp.array([1.0, 2.0]), jnp.array([3.0, 4.0]))
    assert dot(pair, scale=2) == jax.jit(dot)(pair, scale=2) == 22
    with pytest.raises(TypeError, match=r"pair.right is float32\[3\]"):
        dot(Pair(jnp.ones(2), jnp.ones(3)))


def test_checked_numpy_arrays_become_jax_arrays():
    three: Any = np.array([3.0])
    result = subtract(three, three / 2)
    assert isinstance(result, jax.Array) and result == 1.5
    assert dot(Pair(three, jnp.array([2.0])), three[0]) == 18


def test_checked_wrong_result_raises():
    @checked
    def broken(a: Float[Array, " n"]) -> Float[Array, ""]:
        return a

    with pytest.raises(TypeError, match="broken: the result is"):
        broken(jnp.ones(2))


def test_checked_axis_names_last_for_one_call():
    assert subtract(jnp.ones(2), jnp.ones(2)).shape == (2,)
    assert subtract(jnp.ones((3, 1)), jnp.ones((3, 1))).shape == (3, 1)


@pytest.mark.parametrize(("labels", "found"), [([0, 10], "10"), ([-1, 3], "-1")])
def test_check_labels_out_of_range_names_it(labels, found):
    with pytest.raises(ValueError, match=f"labels holds {found}, but 10 classes"):
        check_labels(10, labels=jnp.array(labels))
    check_labels(11, labels=jnp.array([0, 10]))


def test_check_labels_traced_passes():
    def total(labels):
        check_labels(2, labels=labels)
        return labels.sum()

    assert jax.jit(total)(jnp.array([5, 6])) == 11


def test_check_labels_closed_over_under_jit_are_checked():
    def closing_over(labels):
        return lambda x: check_labels(2, labels=labels) or x

    assert jax.jit(closing_over(jnp.array([0, 1])))(1.0) == 1
    with pytest.raises(ValueError, match="labels holds 2"):
        jax.jit(closing_over(jnp.array([0, 2])))(1.0)


def test_check_not_empty_names_the_array():
    with pytest.raises(ValueError, match=r"images is empty: float32\[0, 28, 28\]"):
        check_not_empty(images=jnp.zeros((0, 28, 28)))
