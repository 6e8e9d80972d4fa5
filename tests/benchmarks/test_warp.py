import jax
import jax.numpy as jnp
import numpy as np
from warp import random_warp


def places(**settings):
    """From which rows and columns the pixels of the middle are taken: `[2, n, 7, 7]`.

    The images are ramps. Between the pixels of a ramp, interpolation is exact.
    """
    ramps = np.indices((29, 29), np.float32) - 14
    key = jax.random.key(0)
    return np.stack(
        [
            np.asarray(random_warp(key, jnp.asarray(np.stack([ramp] * 400)), **settings))
            for ramp in ramps
        ]
    )[:, :, 11:18, 11:18]


def matrices(taken):
    """The best linear map from a pixel's place to the place that it is taken from, and the rest."""
    grid = np.indices((7, 7)).reshape(2, -1).T - 3.0
    design = np.column_stack([grid, np.ones(len(grid))])
    targets = taken.reshape(2, taken.shape[1], -1).transpose(1, 2, 0)
    fits = [np.linalg.lstsq(design, target, rcond=None)[0] for target in targets]
    rest = [target - design @ fit for target, fit in zip(targets, fits, strict=True)]
    return np.array(fits), np.array(rest)


def test_random_warp_of_nothing_returns_the_images():
    images = jax.random.uniform(jax.random.key(1), (5, 28, 28))
    same = random_warp(jax.random.key(0), images, 0.0, 0.0, 0.0)
    np.testing.assert_allclose(same, images, atol=1e-6)


def test_random_warp_max_angle_rotates_about_the_middle():
    fits, rest = matrices(places(max_angle=0.3, max_stretch=0.0, bend_std=0.0))
    maps, middle = fits[:, :2], fits[:, 2]
    np.testing.assert_allclose(rest, 0, atol=1e-4)
    np.testing.assert_allclose(middle, 0, atol=1e-4)
    np.testing.assert_allclose(
        maps @ maps.transpose(0, 2, 1), np.broadcast_to(np.eye(2), maps.shape), atol=1e-4
    )
    angles = np.arctan2(maps[:, 0, 1], maps[:, 0, 0])
    assert np.abs(angles).max() <= 0.3 + 1e-4
    # Uniform: a standard deviation of 0.3 / sqrt(3), known to 4 % from 400 angles.
    np.testing.assert_allclose(angles.std(), 0.3 / 3**0.5, rtol=0.12)


def test_random_warp_max_stretch_changes_height_and_width():
    fits, rest = matrices(places(max_angle=0.0, max_stretch=0.2, bend_std=0.0))
    np.testing.assert_allclose(rest, 0, atol=1e-4)
    down, right = fits[:, 0, 0], fits[:, 1, 1]
    np.testing.assert_allclose(fits[:, [0, 1, 2, 2], [1, 0, 0, 1]], 0, atol=1e-4)
    for sizes in (down, right):
        assert 0.8 - 1e-4 <= sizes.min() < 0.82 and 1.18 < sizes.max() <= 1.2 + 1e-4
    assert abs(np.corrcoef(down, right)[0, 1]) < 0.2


def test_random_warp_bend_std_moves_pixels_smoothly():
    grid = np.indices((7, 7), np.float32)[:, None] - 3
    moves = places(max_angle=0.0, max_stretch=0.0, bend_std=0.5) - grid
    assert abs(moves.mean()) < 0.05
    # Between the places that are drawn, interpolation takes a mean, which varies less.
    assert 0.25 < moves.std() < 0.5
    assert np.abs(np.diff(moves, axis=-1)).std() < 0.1


def test_random_warp_same_key_same_warp():
    images = jax.random.uniform(jax.random.key(1), (20, 28, 28))
    first, again, other = (random_warp(jax.random.key(k), images) for k in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not (first == other).any(axis=(1, 2)).all()
    assert first.min() >= 0 and first.max() <= 1
