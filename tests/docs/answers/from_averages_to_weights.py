import numpy as np

EXACT = [
    "(12396, 28, 28) -> (12396, 784)",
    "28 * 28 = 784",
    "threes 0.9584, sevens 0.9737, average 0.9661",
    "[[ 4]\n [-2]]",
]


def linear(a, b, factor=2.0, sign=1.0):
    w = factor * (a - b)[:, None]
    return w, sign * np.array([(b**2).sum() - (a**2).sum()])


def with_ones(x, w, b, pixel=1.0):
    ones = pixel * np.ones((len(x), 1))
    return np.concatenate([x, ones], axis=1), np.concatenate([w, b[None]])


RIGHT = {
    "check_extremes": [
        lambda w, b: (float(b[0]), float(sum(w[:, 0])) + b[0]),
        lambda w, b: [
            (np.zeros((1, len(w))) @ w + b).item(),
            (np.ones((1, len(w))) @ w + b).item(),
        ],
        lambda w, b: np.array([b[0], b[0] + np.sum(w)]),
    ],
    "check_product": [
        lambda x, w: np.einsum("ij,jk", x, w),
        lambda x, w: [
            [sum(a * b for a, b in zip(row, column, strict=True)) for column in w.T] for row in x
        ],
        lambda x, w: (x[:, :, None] * w).sum(axis=1),
    ],
    "check_nearest_as_linear": [
        lambda a, b: (np.stack([2 * a - 2 * b], axis=1), [np.dot(b, b) - np.dot(a, a)]),
        lambda a, b: (2 * (a - b)[:, None], np.array([((b - a) * (b + a)).sum()])),
    ],
    "check_absorb": [
        lambda x, w, b: (np.c_[x, np.ones(len(x))], np.r_[w, b[None]]),
        lambda x, w, b: [np.pad(x, ((0, 0), (0, 1)), constant_values=1), np.vstack([w, b])],
    ],
}

WRONG = {
    "check_extremes": [
        lambda w, b: (0.0, w.sum()),
        lambda w, b: (b[0], w.sum()),
        lambda w, b: (w.sum() + b[0], b[0]),
        lambda w, b: (b, w.sum() + b),
        lambda w, b: (b[0], w.mean() + b[0]),
        lambda w, b: (b[0], len(w) + b[0]),
        lambda w, b: w.sum() + b[0],
    ],
    "check_product": [
        lambda x, w: x * w.T,
        lambda x, w: (x @ w).T,
        lambda x, w: (x @ w)[:, 0],
        lambda x, w: x @ w[:, :1],
        lambda x, w: x[:, :-1] @ w[:-1],
        lambda x, w: [[4], [-2]],
        lambda x, w: None,
    ],
    "check_nearest_as_linear": [
        lambda a, b: linear(b, a),
        lambda a, b: linear(a, b, factor=1.0),
        lambda a, b: linear(a, b, sign=-1.0),
        lambda a, b: linear(a, b, sign=0.0),
        lambda a, b: (2 * (a - b), linear(a, b)[1]),
        lambda a, b: (linear(a, b)[0], (b**2).sum() - (a**2).sum()),
        lambda a, b: (linear(a, b)[0], np.array([b.sum() ** 2 - a.sum() ** 2])),
        lambda a, b: (linear(a, b)[0], b**2 - a**2),
    ],
    "check_absorb": [
        lambda x, w, b: with_ones(x, w, b, pixel=0.0),
        lambda x, w, b: (x, w),
        lambda x, w, b: (x, w + b),
        lambda x, w, b: (with_ones(x, w, b)[0], np.concatenate([w, w[:1]])),
        lambda x, w, b: with_ones(x, w, b)[0] @ with_ones(x, w, b)[1],
        lambda x, w, b: (x @ w + b, np.eye(w.shape[1])),
        lambda x, w, b: (np.roll(with_ones(x, w, b)[0], 1, axis=1), with_ones(x, w, b)[1]),
    ],
}
