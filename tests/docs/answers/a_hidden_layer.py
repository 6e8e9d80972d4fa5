import jax
import jax.numpy as jnp
import numpy as np

import jaxdigits as jd


def _layers(w1, b1, w2, b2):
    return jd.Linear(jnp.array(w1), jnp.array(b1)), jd.Linear(jnp.array(w2), jnp.array(b2))


def _tuples():
    return (np.array([[1.0, 2.0]]), np.zeros(2)), (np.array([[-1.0], [1.0]]), np.zeros(1))


def _three_units():
    """The absolute value as -x + 2 max(0, x), where -x comes from two units."""
    return _layers([[1.0, -1.0, 1.0]], [0.0] * 3, [[-1.0], [1.0], [2.0]], [0.0])


def _bump(left, top, right):
    """Hinges that rise to the left."""
    up, down = 1 / (top - left), 1 / (right - top)
    w2 = [[down], [-down - up], [up]]
    return _layers([[-1.0, -1.0, -1.0]], [right, top, left], w2, [0.0])


def _scaled_bump(left, top, right):
    w1 = [[1 / (top - left), 1 / (right - top), 1 / (top - left), 1 / (right - top)]]
    b1 = [-left / (top - left), -top / (right - top), -top / (top - left), -right / (right - top)]
    return _layers(w1, b1, [[1.0], [-1.0], [-1.0], [1.0]], [0.0])


def _two_hinges(left, top, right):
    up, down = 1 / (top - left), 1 / (right - top)
    return _layers([[1.0, 1.0]], [-left, -top], [[up], [-up - down]], [0.0])


def _ramp(left, top, right):
    up = 1 / (top - left)
    return _layers([[1.0, 1.0]], [-left, -top], [[up], [-up]], [0.0])


def _symmetric(left, top, right):
    up = 1 / (top - left)
    b1 = [-left, -top, top - left - top]
    return _layers([[1.0, 1.0, 1.0]], b1, [[up], [-2 * up], [up]], [0.0])


def _unscaled(left, top, right):
    down = (top - left) / (right - top)
    b1 = [-left, -top, -right]
    return _layers([[1.0, 1.0, 1.0]], b1, [[1.0], [-1 - down], [down]], [0.0])


def _sums(first, x):
    return np.asarray(x) @ np.asarray(first.w) + np.asarray(first.b)


def _by_loop(first, x):
    dead = 0
    for unit in range(first.w.shape[1]):
        dead += not any(float(row @ first.w[:, unit] + first.b[unit]) > 0 for row in x)
    return dead


RIGHT = {
    "check_absolute": [
        _three_units,
        lambda: _layers([[-3.0, 0.5]], [0.0, 0.0], [[1 / 3], [2.0]], [0.0]),
        lambda: list(_layers([[1.0, -1.0]], [0.0, 0.0], [[1.0], [1.0]], [0.0])),
    ],
    "check_count_dead": [
        _by_loop,
        lambda first, x: int((jax.nn.relu(jd.linear(first, x)).sum(axis=0) == 0).sum()),
        lambda first, x: first.w.shape[1] - len(np.unique(np.nonzero(_sums(first, x) > 0)[1])),
    ],
    "check_favorites_of": [
        lambda first, x, unit, count: np.argsort(_sums(first, x)[:, unit])[::-1][:count],
        lambda first, x, unit, count: jax.lax.top_k(jd.linear(first, x)[:, unit], count)[1],
        lambda first, x, unit, count: sorted(
            range(len(x)), key=lambda i: -float(x[i] @ first.w[:, unit])
        )[:count],
    ],
    "check_bump": [_bump, _scaled_bump],
}

WRONG = {
    "check_absolute": [
        lambda: jd.init_mlp(jax.random.key(0), [1, 2, 1]),
        _tuples,
        lambda: _layers([[1.0, -1.0]], [0.0, 0.0], [[1.0], [-1.0]], [0.0]),
        lambda: _layers([[1.0]], [0.0], [[1.0]], [0.0]),
        lambda: _layers([[1.0, -1.0]], [0.0, 0.0], [[-1.0], [-1.0]], [0.0]),
        lambda: _layers([[1.0, -1.0]], [1.0, 1.0], [[1.0], [1.0]], [-2.0]),
        lambda: (np.array([[1.0, -1.0]]), np.ones((2, 1))),
        lambda: (
            jd.Linear(jnp.array([1.0, -1.0]), jnp.zeros(2)),
            jd.Linear(jnp.ones(2), jnp.zeros(1)),
        ),
    ],
    "check_count_dead": [
        lambda first, x: int((_sums(first, x) > 0).any(axis=0).sum()),
        lambda first, x: int((_sums(first, x) <= 0).any(axis=0).sum()),
        lambda first, x: int((_sums(first, x) <= 0).sum()),
        lambda first, x: int((_sums(first, x) <= 0).all(axis=1).sum()),
        lambda first, x: int((np.asarray(x) @ first.w <= 0).all(axis=0).sum()),
        lambda first, x: int((_sums(first, x).mean(axis=0) <= 0).sum()),
        lambda first, x: int((_sums(first, x)[0] <= 0).sum()),
        lambda first, x: 0,
    ],
    "check_favorites_of": [
        lambda first, x, unit, count: np.argsort(_sums(first, x)[:, unit])[:count],
        lambda first, x, unit, count: np.argsort(_sums(first, x)[:, unit])[-count:],
        lambda first, x, unit, count: np.argsort(-_sums(first, x)[unit])[:count],
        lambda first, x, unit, count: np.argsort(-_sums(first, x)[:, unit]),
        lambda first, x, unit, count: np.argsort(-_sums(first, x)[:, 0])[:count],
        lambda first, x, unit, count: np.argsort(-abs(_sums(first, x)[:, unit]))[:count],
        lambda first, x, unit, count: -np.sort(-_sums(first, x)[:, unit])[:count],
        lambda first, x, unit, count: x[np.argsort(-_sums(first, x)[:, unit])[:count]],
    ],
    "check_bump": [
        _two_hinges,
        _ramp,
        _symmetric,
        _unscaled,
        lambda left, top, right: _bump(0.0, 1.0, 3.0),
        lambda left, top, right: jd.init_mlp(jax.random.key(0), [1, 3, 1]),
    ],
}
