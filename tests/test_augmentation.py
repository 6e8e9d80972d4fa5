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


@pytest.mark.parametrize(("arguments", "farthest"), [((), 1), ((3,), 3)], ids=["default", "3"])
def test_random_shift_makes_every_move_equally_often(arguments, farthest):
    image = np.random.default_rng(0).random((6, 5)).astype(np.float32)
    moves = range(-farthest, farthest + 1)
    n = 500 * len(moves) ** 2
    images = jnp.asarray(np.stack([image] * n))
    moved = np.asarray(jd.random_shift(jax.random.key(0), images, *arguments))
    counts = [
        (moved == shifted(image, down, right)).all(axis=(1, 2)).sum()
        for down in moves
        for right in moves
    ]
    assert sum(counts) == n
    # 500 expected, with a standard deviation of at most 22.
    assert max(abs(count - 500) for count in counts) < 4 * 22


def test_random_shift_same_key_same_shift():
    images = jax.random.uniform(jax.random.key(1), (20, 28, 28))
    first, again, other = (jd.random_shift(jax.random.key(k), images, 2) for k in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not (first == other).all()
    np.testing.assert_array_equal(jd.random_shift(jax.random.key(0), images, 0), images)


def test_random_shift_gradient_is_one_where_pixels_stay():
    images = jnp.ones((3, 4, 4))

    def shift(images):
        return jd.random_shift(jax.random.key(3), images, max_shift=1)

    grads = np.asarray(jax.jit(jax.grad(lambda x: shift(x).sum()))(images))
    moved = np.asarray(shift(images))
    np.testing.assert_array_equal(grads.sum(axis=(1, 2)), moved.sum(axis=(1, 2)))
    assert set(np.unique(grads)) <= {0, 1}


def test_random_shift_wrong_arguments_raises():
    with pytest.raises(ValueError, match="max_shift is -1"):
        jd.random_shift(jax.random.key(0), jnp.ones((1, 4, 4)), -1)
    with pytest.raises(TypeError, match=r"images is uint8\[1, 4, 4\].*to_float"):
        jd.random_shift(jax.random.key(0), jnp.ones((1, 4, 4), jnp.uint8))
