import socket
import subprocess
import sys
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Float, Integer, UInt8

import jaxdigits as jd
from jaxdigits._checks import checked, compiled, describe


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
    with pytest.raises(TypeError, match=r"subtract: b is float\d\d\[5, 1\].*a float\d\d\[5\]"):
        transform(subtract)(jnp.ones(5), jnp.ones((5, 1)))


@checked
def subtract_bytes(a: UInt8[Array, "..."], b: Integer[Array, "..."]) -> Integer[Array, "..."]:
    return a - b.astype(jnp.uint8)


# What is wrong, what the message says, and its advice followed, which must be accepted.
REMEDIES: dict[str, tuple[Any, str, Any]] = {
    "list": (
        [1, 2, 3],
        r"a is \[1, 2, 3\].*jax.numpy.asarray\(a, float\)",
        lambda a: jnp.asarray(a, float),
    ),
    "number": (
        2.0,
        r"a is 2.0.*jax.numpy.asarray\(a, float\)",
        lambda a: jnp.asarray([a] * 3, float),
    ),
    "bytes": (jnp.ones(3, jnp.uint8), r"uint8\[3\].*with to_float", jd.to_float),
    "NumPy's bytes": (np.ones(3, np.uint8), r"uint8\[3\].*with to_float", jd.to_float),
    "integers": (
        np.ones(3, int),
        r"int\d\d\[3\].*\.astype\('uint8'\) and to_float",
        lambda a: jd.to_float(a.astype("uint8")),
    ),
    "bools": (
        np.ones(3, bool),
        r"bool\[3\].*\.astype\(float\)",
        lambda a: jnp.array(a).astype(float),
    ),
    "fields": (
        Pair(jnp.ones(3), jnp.ones(3)),
        r"Pair\(left=float\d\d\[3\], .*fields: left, right",
        lambda pair: pair.left,
    ),
}


@pytest.mark.parametrize("case", REMEDIES)
def test_checked_other_than_float_array_names_a_remedy_that_works(case):
    wrong, said, follow = REMEDIES[case]
    with pytest.raises(TypeError, match=said):
        subtract(wrong, jnp.ones(3, float))
    assert subtract(follow(wrong), jnp.ones(3, follow(wrong).dtype)).shape == (3,)


def test_checked_other_than_bytes_or_integers_names_a_remedy_that_works():
    ones = jnp.ones(3, jnp.uint8)
    for wrong in jnp.ones(3, int), jnp.ones(3):
        with pytest.raises(TypeError, match=r"a is .*\.astype\('uint8'\)"):
            subtract_bytes(wrong, ones)
        assert (subtract_bytes(wrong.astype("uint8"), ones) == 0).all()
    for wrong in jnp.ones(3), jnp.ones(3, bool):
        with pytest.raises(TypeError, match=r"b is .*\.astype\(int\)"):
            subtract_bytes(ones, wrong)
        assert (subtract_bytes(ones, wrong.astype(int)) == 0).all()


def test_checked_missing_argument_names_the_function():
    call: Any = subtract
    with pytest.raises(TypeError, match="subtract: missing a required argument: 'b'"):
        call(jnp.ones(3))


LARGE: dict[str, Any] = {
    "a list of images": [jnp.ones((28, 28))] * 1000,
    "a list of numbers": list(range(10_000)),
    "a dictionary": {f"layer {i}": jnp.ones(3) for i in range(1000)},
    "text": "many\nlines\n" * 1000,
}


@pytest.mark.parametrize("case", LARGE)
def test_checked_large_argument_message_is_short(case):
    for function in jd.flatten, jd.ink_composite, subtract:
        with pytest.raises(TypeError) as error:
            function(*[LARGE[case]] * (1 + (function is subtract)))
        assert len(str(error.value)) < 2000 and str(error.value).count("\n") < 10


def test_checked_shapes_that_fitted_are_checked_anew_with_others():
    """Comparisons are remembered per combination of types, shapes and containers."""
    assert subtract(jnp.ones(5), jnp.ones(5)).shape == (5,)
    others: list[Any] = [jnp.ones((5, 1)), jnp.ones(4), jnp.ones(5, int), [1.0] * 5]
    for wrong in others:
        for _ in range(2):
            with pytest.raises(TypeError, match="subtract: b is"):
                subtract(jnp.ones(5), wrong)

    @checked
    def repeated(a: Float[Array, " n"], count: int) -> Float[Array, "{count} n"]:
        return jnp.stack([a] * 3)

    assert repeated(jnp.ones(2), 3).shape == (3, 2)
    with pytest.raises(TypeError, match="the result is"):
        repeated(jnp.ones(2), 4)


def test_checked_named_tuple_checks_its_fields_together():
    pair = Pair(jnp.array([1.0, 2.0]), jnp.array([3.0, 4.0]))
    assert dot(pair, scale=2) == jax.jit(dot)(pair, scale=2) == 22
    with pytest.raises(TypeError, match=r"pair.right is float\d\d\[3\]"):
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


def even(values, _):
    return values % 2 == 0, "it must be even."


@compiled(static="times", number=even)
def multiplied(number: Integer[Array, ""], by: Float[Array, " n"], times: int = 1) -> Any:
    return {"product": number.astype(by.dtype) * by * times, "times": times * number}


def test_compiled_known_value_that_is_wrong_raises():
    by = jnp.ones(2)
    assert (multiplied(jnp.array(2), by, times=3)["product"] == 6).all()
    known: list[Any] = [jnp.array(3), np.array(3)]
    for wrong in known:
        with pytest.raises(ValueError, match="number is 3, but it must be even"):
            multiplied(wrong, by)
        with pytest.raises(ValueError, match="number is 3"):
            jax.eval_shape(lambda by, n=wrong: multiplied(n, by), by)


def test_compiled_unknown_value_that_is_wrong_makes_floats_nan():
    both = jax.jit(jax.vmap(multiplied, in_axes=(0, None)))(jnp.array([2, 3]), jnp.ones(2))
    np.testing.assert_array_equal(both["product"], [[2, 2], [np.nan, np.nan]])
    np.testing.assert_array_equal(both["times"], [2, 3])


def test_compiled_second_call_does_not_trace_again():
    traced = []

    @compiled()
    def double(a: Float[Array, " n"]) -> Float[Array, " n"]:
        traced.append(a)
        return 2 * a

    for n in 3, 3, 4, 3, 4:
        assert (double(jnp.ones(n)) == 2).all()
    assert len(traced) == 2


def test_describe_is_one_line():
    tree = {"w": jnp.ones((2, 3), jnp.int8), "more": (np.ones(2, np.uint8), "text")}
    assert describe(tree) == "{'more': (uint8[2], 'text'), 'w': int8[2, 3]}"
    assert describe(jax.random.key(0)) == "key<fry>[]"
    assert len(describe("a b\n" * 1000)) <= 200 and "\n" not in describe("a b\n" * 1000)


PROCESS = """
import sys
import jax
import numpy as np

jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_cpu_collectives_implementation", "gloo")
jax.distributed.initialize(f"localhost:{sys.argv[1]}", 2, int(sys.argv[2]))
import jaxdigits as jd

mesh = jax.make_mesh((2,), ("examples",), axis_types=(jax.sharding.AxisType.Auto,))
shares = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("examples"))


def shared(part):
    return jax.make_array_from_process_local_data(shares, part)


logits, mine = shared(np.eye(2, 3, dtype=np.float32)), int(sys.argv[2])
right = shared(np.array([0, 1]))
jax.eval_shape(lambda logits: jd.accuracy(logits, right), logits)
print(float(jd.accuracy(logits, right)))
try:
    jd.accuracy(logits, shared(np.array([0, 7 + mine])))
except ValueError as error:
    print(error)
"""


@pytest.mark.slow
def test_compiled_in_two_processes_checks_what_each_holds():
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-c", PROCESS, port]
    started = [
        subprocess.Popen([*command, number], stdout=subprocess.PIPE, text=True) for number in "01"
    ]
    outputs = [process.communicate(timeout=100)[0].splitlines()[-2:] for process in started]
    for number, (right, said) in enumerate(outputs):
        assert right == "1.0"
        assert said.startswith(f"labels holds {7 + number}, but 3 classes")


@pytest.mark.parametrize(
    ("call", "remedy"),
    [
        (lambda: jd.accuracy(jnp.array([1, 2]), jnp.array([1, 2])), r"2 axes, \[batch, classes\]"),  # pyright: ignore
        (
            lambda: jd.cross_entropy_loss(jnp.zeros((2, 3)), jnp.eye(3)[:2]),
            r"1 axis, \[batch\]\. argmax\(axis=1\) turns logits",
        ),
        (
            lambda: jd.mlp(jd.init_mlp(jax.random.key(0), (784, 3)), jnp.zeros((5, 28, 28))),
            r"flatten\(images\)",
        ),
    ],
    ids=["labels as logits", "one-hot labels", "images that are not flat"],
)
def test_wrong_shape_of_a_usual_mistake_names_the_remedy(call, remedy):
    with pytest.raises(TypeError, match=remedy):
        call()
