import jax
import jax.numpy as jnp
import numpy as np

import jaxdigits as jd

REACH = {
    r"network at rate 0\.1, after forty epochs ": 0.982,
    r"network at rate 3, after forty epochs ": 0.9853,
}


def _by_jax(inputs, target, w1, b1, w2, b2):
    def loss(w1, b1, w2, b2):
        return (jax.nn.sigmoid(inputs @ w1 + b1) @ w2 + b2 - target) ** 2

    return jax.grad(loss, argnums=(0, 1, 2, 3))(w1, b1, w2, b2)


def _backward(inputs, target, w1, b1, w2, b2):
    hidden = 1 / (1 + np.exp(-(w1.T @ inputs + b1)))
    error = 2 * (np.dot(w2, hidden) + b2 - target)
    back = error * w2 * (hidden - hidden**2)
    return [inputs[:, None] * back[None, :], back, error * hidden, error]


def _without_slope(inputs, target, w1, b1, w2, b2):
    hidden = jax.nn.sigmoid(inputs @ w1 + b1)
    error = 2 * (hidden @ w2 + b2 - target)
    return np.outer(inputs, w2 * error), w2 * error, hidden * error, error


def _slope_of_the_sum(inputs, target, w1, b1, w2, b2):
    sums = inputs @ w1 + b1
    hidden = jax.nn.sigmoid(sums)
    error = 2 * (hidden @ w2 + b2 - target)
    back = w2 * error * sums * (1 - sums)
    return np.outer(inputs, back), back, hidden * error, error


def _turned(inputs, target, w1, b1, w2, b2):
    slope_w1, *rest = _backward(inputs, target, w1, b1, w2, b2)
    return slope_w1.T, *rest


def _layers(w1, b1, w2, b2):
    return jd.Linear(jnp.array(w1), jnp.array(b1)), jd.Linear(jnp.array(w2), jnp.array(b2))


def _corridor(n):
    """A unit for each number of switches, rising on both sides of it."""
    centers = np.repeat(np.arange(1.0, n + 1, 2), 3) + np.tile([-1.0, 0.0, 1.0], (n + 1) // 2)
    turns = np.tile([1.0, -2.0, 1.0], (n + 1) // 2)
    return _layers(np.ones((n, len(centers))), -centers, turns[:, None], [0.0])


def _for_two(n):
    w1 = np.zeros((n, 2))
    w1[:2] = 1
    return _layers(w1, [0.0, -1.0], [[1.0], [-2.0]], [0.0])


def _all(n):
    return _layers(np.ones((n, 2)), [0.0, -1.0], [[1.0], [-2.0]], [0.0])


def _any(n):
    return _layers(np.ones((n, 2)), [0.0, -1.0], [[1.0], [-1.0]], [0.0])


def _flipped(n):
    first, second = _corridor(n)
    return first, jd.Linear(-second.w, second.b + 1)


RIGHT = {
    "check_leaky_relu": [
        lambda x, slope: np.maximum(x, 0) + slope * np.minimum(x, 0),
        lambda x, slope: jax.nn.leaky_relu(jnp.asarray(x), slope),
        lambda x, slope: x * np.where(x < 0, slope, 1.0),
    ],
    "check_merge": [
        lambda first, second: jd.Linear(first.w @ second.w, jd.linear(second, first.b)),
        lambda first, second: (
            np.einsum("ij,jk->ik", first.w, second.w),
            (first.b[None] @ second.w)[0] + second.b,
        ),
    ],
    "check_sigmoid_backward": [_by_jax, _backward],
    "check_corridor": [_corridor, lambda n: list(_corridor(n))],
}

WRONG = {
    "check_leaky_relu": [
        lambda x, slope: np.maximum(x, 0),
        lambda x, slope: np.maximum(x, slope * x),
        lambda x, slope: np.where(x > 0, slope * x, x),
        lambda x, slope: np.where(x > 0, x, slope),
        lambda x, slope: np.where(x > 0, x, 0.01 * x),
        lambda x, slope: np.where(x > 0, x, -slope * x),
        lambda x, slope: slope * x,
        lambda x, slope: max(x, slope * x),
    ],
    "check_merge": [
        lambda first, second: jd.Linear(first.w @ second.w, second.b),
        lambda first, second: jd.Linear(first.w @ second.w, first.b.sum() + second.b),
        lambda first, second: jd.Linear(first.w @ second.w, first.b + second.b),
        lambda first, second: jd.Linear(second.w @ first.w, second.b),
        lambda first, second: first,
        lambda first, second: first.w @ second.w,
        lambda first, second: jd.Linear(first.w @ second.w, first.b @ second.w),
    ],
    "check_sigmoid_backward": [
        _without_slope,
        _slope_of_the_sum,
        _turned,
        lambda *given: _backward(*given)[::-1],
        lambda *given: [0.5 * slope for slope in _backward(*given)],
        lambda *given: [-slope for slope in _backward(*given)],
        lambda *given: _backward(*given)[:2],
    ],
    "check_corridor": [
        _for_two,
        _all,
        _any,
        _flipped,
        lambda n: jd.init_mlp(jax.random.key(0), [n, n, 1]),
        lambda n: None,
    ],
}
