from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxdigits import binary_targets, data, flatten, load, select, to_examples, to_float
from jaxdigits.data import Digits


@pytest.fixture
def digits() -> Digits:
    images = np.random.default_rng(0).integers(0, 256, (6, 28, 28)).astype(np.uint8)
    return Digits(jnp.asarray(images), jnp.array([3, 7, 1, 3, 0, 7], jnp.uint8))


def test_load_uci_returns_jax_arrays_of_bytes():
    uci = load("uci")
    assert uci.name == "uci"
    for digits, n in [(uci.train, 1437), (uci.test, 360)]:
        assert isinstance(digits.images, jax.Array) and isinstance(digits.labels, jax.Array)
        assert digits.images.shape == (n, 28, 28) and digits.images.dtype == jnp.uint8
        assert digits.labels.shape == (n,) and digits.labels.dtype == jnp.uint8


def test_load_unknown_source_raises():
    with pytest.raises(ValueError, match=r"'cifar'.*'mnist', .*'uci' or 'auto'"):
        load("cifar")


@pytest.mark.parametrize(
    "error", [ConnectionError("no network"), OSError("disk full"), ValueError("damaged")]
)
def test_load_auto_without_mnist_warns_and_returns_uci(monkeypatch, error):
    def fail(source, data_dir):
        raise error

    monkeypatch.setattr(data, "load_prepared", fail)
    with pytest.warns(UserWarning, match=f"UCI.*MNIST.*{error}"):
        assert load("auto").name == "uci"
    with pytest.raises(type(error)):
        load("mnist")


def test_select_some_labels_keeps_images_with_their_labels(digits):
    chosen = select(digits, [7, 3])
    assert chosen.labels.tolist() == [3, 7, 3, 7]
    np.testing.assert_array_equal(chosen.images, np.asarray(digits.images)[[0, 1, 3, 5]])
    assert chosen.images.dtype == chosen.labels.dtype == jnp.uint8
    np.testing.assert_array_equal(select(digits, 0).images, digits.images[4:5])
    assert select(digits, range(10)).labels.tolist() == digits.labels.tolist()


@pytest.mark.parametrize("keep", [10, -1, [3, 12], 2.5])
def test_select_invalid_label_raises(digits, keep):
    with pytest.raises(ValueError, match=r"keep is .*, expected labels from 0 to 9"):
        select(digits, keep)


@pytest.mark.parametrize("keep", [5, [5, 6], []])
def test_select_absent_label_raises(digits, keep):
    with pytest.raises(ValueError, match="none of the 6 digits has such a label"):
        select(digits, keep)


def test_to_float_every_byte_is_divided_by_255():
    every = np.arange(256, dtype=np.uint8)
    intensity = to_float(jnp.asarray(every))
    assert intensity.dtype == jnp.float32
    # XLA multiplies by 1 / 255, which differs from a division by one unit in the last place.
    np.testing.assert_array_max_ulp(np.asarray(intensity), every / np.float32(255), maxulp=1)
    assert intensity[0] == 0 and intensity[255] == 1


def test_to_float_under_jit_and_vmap_is_the_same(digits):
    eager = to_float(digits.images)
    np.testing.assert_array_equal(jax.jit(to_float)(digits.images), eager)
    np.testing.assert_array_equal(jax.vmap(to_float)(digits.images), eager)


def test_to_float_of_floats_raises(digits):
    with pytest.raises(TypeError, match="images is float32"):
        to_float(to_float(digits.images))


@pytest.mark.parametrize(
    ("lead", "dtype"), [((), jnp.bool_), ((6,), jnp.float32), ((2, 3), jnp.uint8)]
)
def test_flatten_images_reads_row_by_row(digits, lead, dtype):
    images = digits.images[: max(1, np.prod(lead, dtype=int))].reshape(*lead, 28, 28).astype(dtype)
    rows = flatten(images)
    assert rows.dtype == dtype and rows.shape == (*lead, 784)
    assert rows[..., 28 * 5 + 3].tolist() == images[..., 5, 3].tolist()
    np.testing.assert_array_equal(rows.reshape(images.shape), images)


def test_flatten_other_size_raises():
    with pytest.raises(TypeError, match="flatten: images is float32"):
        flatten(jnp.zeros((5, 32, 32)))


@pytest.mark.parametrize("dtype", [jnp.uint8, jnp.int32])
def test_binary_targets_are_one_for_the_positive_label(digits, dtype):
    targets = binary_targets(digits.labels.astype(dtype), 3)
    assert targets.dtype == jnp.float32
    assert targets.tolist() == [[1], [0], [0], [1], [0], [0]]


def test_binary_targets_of_every_label_are_one_hot(digits):
    columns = [binary_targets(digits.labels, k)[:, 0] for k in range(10)]
    np.testing.assert_array_equal(np.stack(columns, axis=1), np.eye(10)[digits.labels])


def test_binary_targets_under_vmap_are_one_hot(digits):
    columns = jax.vmap(lambda k: binary_targets(digits.labels, k), out_axes=1)(jnp.arange(10))
    np.testing.assert_array_equal(columns[..., 0], np.eye(10)[digits.labels])


@pytest.mark.parametrize("positive", [-1, 10, 255])
def test_binary_targets_invalid_label_raises_and_is_nan_under_jit(digits, positive):
    with pytest.raises(ValueError, match=f"positive is {positive}, but a label must be"):
        binary_targets(digits.labels, positive)
    assert jnp.isnan(jax.jit(binary_targets)(digits.labels, positive)).all()


def test_binary_targets_wrong_labels_raises(digits):
    with pytest.raises(TypeError, match="labels is uint8"):
        binary_targets(digits.labels[:, None], 3)
    with pytest.raises(TypeError, match="labels is float32"):
        binary_targets(digits.labels.astype(jnp.float32), 3)


def test_to_examples_returns_pixels_with_labels_or_targets(digits):
    pixels = np.asarray(digits.images, np.float64).reshape(6, 784) / 255
    x, y = to_examples(digits)
    np.testing.assert_allclose(x, pixels, rtol=1e-6)
    assert y.dtype == jnp.int32 and y.tolist() == [3, 7, 1, 3, 0, 7]
    x, y = to_examples(digits, positive=7)
    np.testing.assert_allclose(x, pixels, rtol=1e-6)
    assert y.dtype == jnp.float32 and y.tolist() == [[0], [1], [0], [0], [0], [1]]
    with pytest.raises(ValueError, match="positive is 10"):
        to_examples(digits, positive=10)


def test_to_float_and_flatten_second_call_does_not_trace(digits):
    others = digits.images[::-1]
    for function in (to_float, flatten):
        function(digits.images)
        with jax.no_tracing():
            function(others)


def test_select_and_to_examples_of_a_whole_dataset_name_its_parts(digits):
    whole: Any = data.Dataset("mine", digits, digits)
    for use in (lambda d: select(d, 3), to_examples):
        with pytest.raises(TypeError, match=r"Pass its part, dataset.train or dataset.test"):
            use(whole)
        use(whole.train)


def test_to_examples_of_a_plain_pair_is_that_of_digits(digits):
    pair: Any = tuple(digits)
    for ours, theirs in zip(to_examples(pair), to_examples(digits), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_flatten_of_many_arrays_says_so_briefly():
    many: Any = [jnp.zeros((28, 28))] * 500
    with pytest.raises(TypeError) as error:
        flatten(many)
    assert len(str(error.value)) < 900
