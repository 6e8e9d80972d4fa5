import jax.numpy as jnp
import numpy as np

EXACT = [
    "learn from 10,000, decide by 10,000",
    "one convolution: 874 parameters",
    "136,882 parameters, folded 136,618",
    "  117,600\n  508,032\n  663,552\n1,327,104",
]

REACH = {
    "accuracy (?=0\\.\\d+, 136,882)": 0.994,
    "stack: 136,618 parameters, ": 0.87,
    "smoothing: 136,882 parameters, ": 0.97,
}


def _count_products(size, taps, channels, features, stride):
    places = len(range(0, size, stride))
    return places * places * taps * taps * channels * features


def _by_size(size, taps, channels, features, stride):
    pad = taps // 2
    side = (size + 2 * pad - taps) // stride + 1
    return float(side * side) * taps * taps * channels * features


def _roll_and_clear(image, down, right):
    moved = np.roll(image, (down, right), (0, 1))
    rows, columns = np.arange(image.shape[0]) - down, np.arange(image.shape[1]) - right
    inside = ((rows >= 0) & (rows < len(rows)))[:, None]
    return moved * (inside & (columns >= 0) & (columns < len(columns)))


def _by_lists(image, down, right):
    height, width = len(image), len(image[0])
    return [
        [
            float(image[i - down][j - right])
            if 0 <= i - down < height and 0 <= j - right < width
            else 0
            for j in range(width)
        ]
        for i in range(height)
    ]


def _by_roots(matrix):
    """The polar factor by eigenvalues of the smaller square."""
    matrix = np.asarray(matrix, "float64")
    if matrix.shape[0] < matrix.shape[1]:
        return _by_roots(matrix.T).T
    values, vectors = np.linalg.eigh(matrix.T @ matrix)
    return matrix @ vectors @ np.diag(values**-0.5) @ vectors.T


def _newton(matrix):
    x = np.asarray(matrix, "float64") / np.linalg.norm(matrix)
    for _ in range(60):
        x = 1.5 * x - 0.5 * x @ x.T @ x
    return x


def _clear_by_variances(a, b, n):
    p = 0.5 * (a + b)
    return (a - b) ** 2 > 8 * p * (1 - p) / n


def _pooled(a, b, n):
    p = np.mean([a, b])
    return bool(abs(a - b) / np.sqrt(p * (1 - p) * (1 / n + 1 / n)) > 2)


def _same_by_loop(a_right, b_right):
    only_a = only_b = 0
    for a, b in zip(a_right, b_right, strict=True):
        only_a += bool(a and not b)
        only_b += bool(b and not a)
    return (only_a - only_b) ** 2 > 4 * (only_a + only_b)


def _same_by_difference(a_right, b_right):
    difference = np.asarray(a_right, int) - np.asarray(b_right, int)
    return abs(difference.sum()) > 2 * np.sqrt((difference != 0).sum())


RIGHT = {
    "check_multiplications": [_count_products, _by_size],
    "check_shift_image": [_roll_and_clear, _by_lists],
    "check_orthogonalize": [_by_roots, _newton],
    "check_is_clear": [_clear_by_variances, _pooled],
    "check_is_clear_on_same": [_same_by_loop, _same_by_difference],
}

WRONG = {
    "check_multiplications": [
        lambda size, taps, channels, features, stride: taps**2 * channels * features,
        lambda size, taps, channels, features, stride: size**2 * taps * channels * features,
        lambda size, taps, channels, features, stride: size**2 * taps**2 * channels * features,
        lambda size, taps, channels, features, stride: (
            (size // stride) ** 2 * taps**2 * channels * features
        ),
        lambda size, taps, channels, features, stride: (
            ((size - taps) // stride + 1) ** 2 * taps**2 * channels * features
        ),
        lambda size, taps, channels, features, stride: size**2 * channels * features,
        lambda size, taps, channels, features, stride: (
            (size / stride) ** 2 * taps**2 * channels * features
        ),
    ],
    "check_shift_image": [
        lambda image, down, right: jnp.roll(image, (down, right), (0, 1)),
        lambda image, down, right: jnp.pad(image, ((down, 0), (right, 0))) if down >= 0 else image,
        lambda image, down, right: (
            jnp.zeros_like(image)
            .at[down:, right:]
            .set(image[: len(image) - down, : image.shape[1] - right])
            if down >= 0
            else image
        ),
        lambda image, down, right: jnp.zeros_like(image),
        lambda image, down, right: _roll_and_clear(image, right, down),
        lambda image, down, right: _roll_and_clear(image, -down, -right),
        lambda image, down, right: _roll_and_clear(image, down, 0),
    ],
    "check_orthogonalize": [
        lambda matrix: matrix,
        lambda matrix: matrix / jnp.linalg.norm(matrix),
        lambda matrix: jnp.linalg.qr(matrix)[0],
        lambda matrix: jnp.linalg.svd(matrix, False)[0] @ jnp.linalg.svd(matrix, False)[2].T,
        lambda matrix: jnp.linalg.svd(matrix, False)[0],
        lambda matrix: jnp.linalg.svd(matrix)[0],
        lambda matrix: matrix / jnp.linalg.norm(matrix, axis=0),
    ],
    "check_is_clear": [
        lambda a, b, n: a - b > 2 * ((a + b) / 2 * (1 - (a + b) / 2) * 2 / n) ** 0.5,
        lambda a, b, n: abs(a - b) > 2 * ((a + b) / 2 * (1 - (a + b) / 2) / n) ** 0.5,
        lambda a, b, n: abs(a - b) > ((a + b) / 2 * (1 - (a + b) / 2) * 2 / n) ** 0.5,
        lambda a, b, n: abs(a - b) > 0.001,
        lambda a, b, n: abs(a - b) > 0.03,
        lambda a, b, n: True,
        lambda a, b, n: False,
    ],
    "check_is_clear_on_same": [
        lambda a, b: _same_by_difference(a, b) and a.sum() > b.sum(),
        lambda a, b: _clear_by_variances(a.mean(), b.mean(), len(a)),
        lambda a, b: abs(a.sum() - b.sum()) > 2 * np.sqrt(len(a)),
        lambda a, b: abs(a.sum() - b.sum()) > np.sqrt((a != b).sum()),
        lambda a, b: (a != b).any(),
        lambda a, b: a.mean() != b.mean(),
    ],
}
