from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxdigits as jd


def shifted(image, down, right):
    """Move by hand: roll in NumPy, and erase what came in at the opposite edge."""
    moved = np.roll(image, (down, right), axis=(0, 1))
    moved[:down] = 0 if down > 0 else moved[:down]
    moved[down:] = 0 if down < 0 else moved[down:]
    moved[:, :right] = 0 if right > 0 else moved[:, :right]
    moved[:, right:] = 0 if right < 0 else moved[:, right:]
    return moved


def test_random_shift_makes_every_move_equally_often():
    image = np.random.default_rng(0).random((6, 5)).astype(np.float32)
    n = 4500
    moved = np.asarray(jd.random_shift(jax.random.key(0), jnp.asarray(np.stack([image] * n)), 1))
    counts = {}
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            counts[down, right] = (moved == shifted(image, down, right)).all(axis=(1, 2)).sum()
    assert sum(counts.values()) == n
    # 500 expected, with a standard deviation of 21.
    assert max(abs(count - 500) for count in counts.values()) < 4 * 21


def test_random_shift_same_key_same_shift():
    images = jax.random.uniform(jax.random.key(1), (20, 28, 28))
    first, again, other = (jd.random_shift(jax.random.key(k), images, 2) for k in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not (first == other).all()
    np.testing.assert_array_equal(jd.random_shift(jax.random.key(0), images, 0), images)


def test_random_shift_gradient_is_one_where_pixels_stay():
    images = jnp.ones((3, 4, 4))
    shift = partial(jd.random_shift, jax.random.key(3), most=1)
    grads = np.asarray(jax.jit(jax.grad(lambda x: shift(x).sum()))(images))
    moved = np.asarray(shift(images))
    np.testing.assert_array_equal(grads.sum(axis=(1, 2)), moved.sum(axis=(1, 2)))
    assert set(np.unique(grads)) <= {0, 1}


def test_random_shift_wrong_arguments_raises():
    with pytest.raises(ValueError, match="most is -1"):
        jd.random_shift(jax.random.key(0), jnp.ones((1, 4, 4)), -1)
    with pytest.raises(TypeError, match=r"images is uint8\[1, 4, 4\].*to_float"):
        jd.random_shift(jax.random.key(0), jnp.ones((1, 4, 4), jnp.uint8))


def places(**settings):
    """From which rows and columns the pixels of the middle are taken: `[2, n, 7, 7]`.

    The images are ramps. Between the pixels of a ramp, interpolation is exact.
    """
    ramps = np.indices((29, 29), np.float32) - 14
    key = jax.random.key(0)
    return np.stack(
        [
            np.asarray(jd.random_warp(key, jnp.asarray(np.stack([ramp] * 400)), **settings))
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
    same = jd.random_warp(jax.random.key(0), images, 0.0, 0.0, 0.0)
    np.testing.assert_allclose(same, images, atol=1e-6)


def test_random_warp_turn_rotates_about_the_middle():
    fits, rest = matrices(places(turn=0.3, stretch=0.0, bend=0.0))
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


def test_random_warp_stretch_changes_height_and_width():
    fits, rest = matrices(places(turn=0.0, stretch=0.2, bend=0.0))
    np.testing.assert_allclose(rest, 0, atol=1e-4)
    down, right = fits[:, 0, 0], fits[:, 1, 1]
    np.testing.assert_allclose(fits[:, [0, 1, 2, 2], [1, 0, 0, 1]], 0, atol=1e-4)
    for sizes in (down, right):
        assert 0.8 - 1e-4 <= sizes.min() < 0.82 and 1.18 < sizes.max() <= 1.2 + 1e-4
    assert abs(np.corrcoef(down, right)[0, 1]) < 0.2


def test_random_warp_bend_moves_pixels_smoothly():
    grid = np.indices((7, 7), np.float32)[:, None] - 3
    moves = places(turn=0.0, stretch=0.0, bend=0.5) - grid
    assert abs(moves.mean()) < 0.05
    # Between the places that are drawn, interpolation takes a mean, which varies less.
    assert 0.25 < moves.std() < 0.5
    assert np.abs(np.diff(moves, axis=-1)).std() < 0.1


def test_random_warp_same_key_same_warp():
    images = jax.random.uniform(jax.random.key(1), (20, 28, 28))
    first, again, other = (jd.random_warp(jax.random.key(k), images) for k in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not (first == other).any(axis=(1, 2)).all()
    assert first.min() >= 0 and first.max() <= 1


def test_random_warp_wrong_arguments_raises():
    with pytest.raises(ValueError, match="bend is -1"):
        jd.random_warp(jax.random.key(0), jnp.ones((1, 4, 4)), bend=-1)
    with pytest.raises(TypeError, match=r"images is uint8\[1, 4, 4\].*to_float"):
        jd.random_warp(jax.random.key(0), jnp.ones((1, 4, 4), jnp.uint8))
