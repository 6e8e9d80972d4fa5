import jax.numpy as jnp
import numpy as np

EXACT = [
    "threes 0.9168, sevens 0.9854\naverage 0.9511",
    "l1_distance    threes 0.9168  sevens 0.9854  average 0.9511",
    "rmse_distance  threes 0.9584  sevens 0.9737  average 0.9661",
]

REACH = {}


def shape_by_ones(a, b):
    result = []
    for axis in range(-max(len(a), len(b)), 0):
        m = a[axis] if -axis <= len(a) else 1
        n = b[axis] if -axis <= len(b) else 1
        if m != n and 1 not in (m, n):
            return None
        result.append(max(m, n))
    return tuple(result)


def shape_by_arrays(a, b):
    try:
        return (np.zeros(a, bool) & np.zeros(b, bool)).shape
    except ValueError:
        return None


def last_axis_only(a, b):
    if a and b and a[-1] != b[-1] and 1 not in (a[-1], b[-1]):
        return None
    longer, shorter = sorted([a, b], key=len, reverse=True)
    ones = (1,) * (len(longer) - len(shorter))
    return tuple(max(m, n) for m, n in zip(longer, ones + shorter, strict=True))


def border_by_loop(a, b, borders):
    best, highest = None, -1.0
    for border in borders:
        score = np.mean(a > border) + np.mean(b < border)
        if score > highest:
            best, highest = border, score
    return best


RIGHT = {
    "check_overall_accuracy": [
        lambda a, b: (a.sum() + b.sum()) / (len(a) + len(b)),
        lambda a, b: np.mean([*a, *b]),
        lambda a, b: jnp.average(
            jnp.array([a.mean(), b.mean()]), weights=jnp.array([len(a), len(b)])
        ),
    ],
    "check_all_distances": [
        lambda a, b: jnp.abs(b[None] - a[:, None]).mean((2, 3)),
        lambda a, b: [[float(np.abs(x - y).mean()) for y in b] for x in a],
        lambda a, b: np.abs(a.reshape(len(a), 1, -1) - b.reshape(len(b), -1)).mean(axis=-1),
        lambda a, b: np.abs(a - b[:, None]).mean(axis=(-2, -1)).T,
    ],
    "check_broadcast_shape": [
        shape_by_ones,
        shape_by_arrays,
        lambda a, b: shape_by_ones(a, b) and list(shape_by_ones(a, b) or ()),
    ],
    "check_best_border": [
        border_by_loop,
        lambda a, b, borders: max(borders, key=lambda x: np.mean(a > x) - np.mean(b > x)),
        lambda a, b, borders: borders[
            np.argmax((a > borders[:, None]).mean(axis=1) + (b <= borders[:, None]).mean(axis=1))
        ],
    ],
}

WRONG = {
    "check_overall_accuracy": [
        lambda a, b: (a.mean() + b.mean()) / 2,
        lambda a, b: a.mean(),
        lambda a, b: a.sum() + b.sum(),
        lambda a, b: 1 - (a.sum() + b.sum()) / (len(a) + len(b)),
        lambda a, b: (a.sum() + b.sum()) / (2 * max(len(a), len(b))),
        lambda a, b: 0.5,
    ],
    "check_all_distances": [
        lambda a, b: jnp.abs(a - b).mean(axis=(-2, -1)),
        lambda a, b: jnp.abs(b[:, None] - a).mean(axis=(-2, -1)),
        lambda a, b: jnp.abs(a[:, None] - b).sum(axis=(-2, -1)),
        lambda a, b: (a[:, None] - b).mean(axis=(-2, -1)),
        lambda a, b: jnp.abs(a[:, None] - b).mean(),
        lambda a, b: ((a[:, None] - b) ** 2).mean(axis=(-2, -1)) ** 0.5,
        lambda a, b: np.abs(a.mean(axis=(1, 2))[:, None] - b.mean(axis=(1, 2))),
    ],
    "check_broadcast_shape": [
        lambda a, b: max(a, b),
        lambda a, b: tuple(max(m, n) for m, n in zip(a, b, strict=False)),
        last_axis_only,
        lambda a, b: a if len(a) > len(b) else b,
        lambda a, b: None,
        lambda a, b: shape_by_ones(a[::-1], b[::-1]),
        lambda a, b: shape_by_ones(a, b) or "an error",
    ],
    "check_best_border": [
        lambda a, b, borders: 0.0,
        lambda a, b, borders: (a.mean() + b.mean()) / 2,
        lambda a, b, borders: max(np.mean(a > x) + np.mean(b <= x) for x in borders) / 2,
        lambda a, b, borders: max(borders, key=lambda x: np.sum(a > x) + np.sum(b <= x)),
        lambda a, b, borders: min(borders, key=lambda x: np.mean(a > x) + np.mean(b <= x)),
        lambda a, b, borders: min(borders, key=lambda x: abs(np.mean(a > x) - np.mean(b <= x))),
        lambda a, b, borders: int(np.argmax([np.mean(a > x) + np.mean(b <= x) for x in borders])),
    ],
}
