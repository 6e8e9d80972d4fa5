"""What `check_answer` tells a reader, for right answers, wrong ones, and answers that crash."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxdigits as jd
from jaxdigits import check_answer


def largest(x):
    return max(abs(number) for number in x)


def row_means(x):
    return x.mean(axis=1)


TWO = [([3.0, 4.0],), ([-7.0, 1.0],)]
GRID = [(np.arange(6.0).reshape(2, 3),), (np.array([[1.0, 5.0], [2.0, -1.0], [0.0, 0.5]]),)]


@pytest.mark.parametrize(
    "answer",
    [
        row_means,
        lambda x: [sum(row) / len(row) for row in x.tolist()],
        lambda x: jnp.asarray(x).mean(axis=1),
        lambda x: x.mean(axis=1) * 1.0005,
    ],
    ids=["itself", "a list", "a JAX array", "within the tolerance"],
)
def test_check_answer_of_another_right_answer_is_right(answer):
    assert check_answer(answer, row_means, GRID) == "right"


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (max, "with x = [-7.0, 1.0] it returns 1.0 and should return 7.0."),
        (lambda x: None, "With x = [3.0, 4.0] it returns None and should return 4.0."),
        (lambda x: np.array(x), "it returns [3., 4.] and should return 4.0."),
        (lambda x: [np.float64(1), 2.5], "it returns [1.0, 2.5] and should return 4.0."),
        (lambda x: [x, [x, x]], "and should return\n4.0."),
        (lambda: 1, "raises TypeError"),
        (4.0, "the answer should be a function, but it is 4.0."),
        (lambda x: "seven", "it returns 'seven' and should return 4.0."),
        (lambda x: np.nan, "it returns nan and should return 4.0."),
    ],
)
def test_check_answer_of_a_wrong_answer_is_a_hint(answer, hint):
    said = check_answer(answer, largest, TWO)
    assert said.startswith("Not yet: ") and hint in said


def test_check_answer_of_a_function_without_return_asks_for_it_first():
    said = check_answer(lambda x: None, largest, TWO)
    assert said.startswith("Not yet: does the function end with return?")


def test_check_answer_of_an_answer_that_raises_says_in_which_lines():
    def inner(x):
        return x[5]

    def answer(x):
        return inner(x) + 1

    first = inner.__code__.co_firstlineno
    assert check_answer(answer, largest, TWO) == (
        "Not yet: with x = [3.0, 4.0] it raises an error.\n"
        f"Line {first + 4}: return inner(x) + 1\n"
        f"Line {first + 1}: return x[5]\n"
        "IndexError: list index out of range."
    )


def test_check_answer_shows_small_arrays_in_rows():
    image = np.array([[0, 9, 255], [0, 0, 30]], np.uint8)
    said = check_answer(lambda image: image[:, :2], lambda image: image, [(image,)])
    rows = "[[  0   9 255]\n [  0   0  30]]"
    assert said == (
        f"Not yet: with\nimage =\n{rows}\nit returns shape (2, 2) instead of (2, 3):\n"
        f"[[0 9]\n [0 0]]\nand should return\n{rows}."
    )


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda n: list(range(n)), "returns [0, 1, 2, 3], 4 elements instead of 5, and should"),
        (lambda n: [0, 1, 2, 4, 4], "returns [0, 1, 2, 4, 4], 4 instead of 3 at [3], and should"),
        (lambda n: list(range(100)), "returns 100 elements instead of 5."),
        (lambda n: [[0, 1], [2, 3]], "returns shape (2, 2) instead of (5,):\n[[0, 1],\n [2, 3]]"),
    ],
    ids=["too short", "one is wrong", "too long to be shown", "rows"],
)
def test_check_answer_of_a_wrong_list_shows_it_and_says_where(answer, hint):
    assert hint in check_answer(answer, lambda n: list(range(n + 1)), [(4,)])


def test_check_answer_of_a_known_slip_is_its_hint():
    slips = {"take the mean of each row": lambda x: x.mean(axis=0)}
    square = [(np.array([[1.0, 2.0], [5.0, 9.0]]),)]
    assert check_answer(lambda x: x.mean(0), row_means, square, slips=slips) == (
        "Not yet: take the mean of each row"
    )
    assert check_answer(row_means, row_means, square, slips=slips) == "right"


def test_check_answer_accepts_what_also_is_right():
    other = [lambda x: -row_means(x)]
    assert check_answer(other[0], row_means, GRID, also=other) == "right"
    assert check_answer(other[0], row_means, GRID) != "right"


def test_check_answer_counts_must_be_exact():
    assert check_answer(lambda n: n + 1, lambda n: n, [(100_000,)]) != "right"
    assert check_answer(lambda n: float(n), lambda n: n, [(100_000,)]) == "right"
    assert check_answer(lambda n: (n / 255) * 255, lambda n: n, [(np.arange(9),)]) == "right"


def test_check_answer_compares_parameters_part_by_part():
    key = [(jax.random.key(0),)]

    def zeros(key):
        return jd.Linear(jnp.zeros((2, 1)), jnp.zeros(1))

    assert check_answer(lambda key: zeros(key), zeros, key) == "right"
    wrong_bias = check_answer(lambda key: jd.Linear(jnp.zeros((2, 1)), jnp.ones(1)), zeros, key)
    assert wrong_bias == "Not yet: with key = a random key it returns [1.] and should return [0.]."
    assert "should return a Linear" in check_answer(lambda key: jnp.zeros(2), zeros, key)


def test_check_answer_compares_tuples_by_position():
    def both(x):
        return min(x), max(x)

    for container in list, np.array, jnp.array:
        assert check_answer(lambda x, c=container: c([min(x), max(x)]), both, TWO) == "right"
    assert check_answer(lambda x: (max(x), min(x)), both, TWO) != "right"
    assert "returns, as value 2 of 2, 3.0 and should return 4.0" in check_answer(
        lambda x: (min(x), min(x)), both, TWO
    )
    assert "should return 2 values" in check_answer(min, both, TWO)


def test_check_answer_expects_none_where_none_is_right():
    def at(x, i):
        return x[i] if i < len(x) else None

    inputs = [([1, 2], 1), ([1, 2], 5)]
    assert check_answer(at, at, inputs) == "right"
    assert "returns 2 and should return None" in check_answer(lambda x, i: x[-1], at, inputs)


def test_check_answer_keeps_its_inputs_from_answers_that_change_them():
    values = np.array([1.0, 2.0])

    def spoil(x):
        x *= 0
        return 3.0

    assert check_answer(spoil, lambda x: x.sum(), [(values,), (values,)]) == "right"
    assert values.tolist() == [1.0, 2.0]


def test_check_answer_does_not_print_a_large_array():
    said = check_answer(lambda x: x, lambda x: x + 1, [(np.zeros((28, 28)),)])
    assert "with x = an array of shape (28, 28)" in said and len(said) < 200
    assert said.endswith("it returns 0 instead of 1 at [0, 0].")
