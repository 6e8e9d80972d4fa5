import jax
import numpy as np
import pytest

from jaxdigits.data import load
from jaxdigits.data.uci import enlarge, load_uci


@pytest.fixture(scope="module")
def stored():
    from sklearn.datasets import load_digits

    return load_digits(return_X_y=True)


def test_load_uci_splits_together_are_the_stored_digits_in_order(stored):
    images, labels, test_images, test_labels = load_uci()
    np.testing.assert_array_equal(np.concatenate([labels, test_labels]), stored[1])
    images = np.concatenate([images, test_images])
    np.testing.assert_array_equal(images, enlarge(stored[0].reshape(-1, 8, 8)))


def test_load_uci_splits_each_class_about_four_to_one(stored):
    test = load("uci").test
    share = np.bincount(test.labels, minlength=10) / np.bincount(stored[1])
    assert np.all((share > 0.18) & (share < 0.22))


def test_enlarge_digits_agrees_with_jax_image_resize(stored):
    pixels = stored[0].reshape(-1, 8, 8).astype(np.float32)
    images = enlarge(pixels)
    assert images.dtype == np.uint8 and images.shape == (1797, 28, 28)
    oracle = jax.image.resize(pixels * (255 / 16), (1797, 20, 20), "linear")
    np.testing.assert_allclose(images[:, 4:24, 4:24], oracle, atol=0.501)


def test_enlarge_extremes_keeps_them_and_leaves_a_margin():
    white = enlarge(np.full((1, 8, 8), 16))[0]
    assert np.all(white[4:24, 4:24] == 255)
    white[4:24, 4:24] = 0
    assert not white.any()
    assert not enlarge(np.zeros((1, 8, 8))).any()


def test_enlarge_one_column_interpolates_as_by_hand():
    # One bright column: its neighbors' centers lie 0.3, 0.7, ... of a pixel from it.
    image = np.zeros((1, 8, 8))
    image[0, :, 0] = 16
    weights = np.array([1, 0.9, 0.5, 0.1, 0])  # Columns at -0.3 (held at 0), 0.1, 0.5, 0.9, 1.3.
    np.testing.assert_array_equal(
        enlarge(image)[0, 10, 4:9], np.floor(weights * 255 + 0.5).astype(int)
    )
    np.testing.assert_array_equal(enlarge(image.transpose(0, 2, 1)), enlarge(image).swapaxes(1, 2))
