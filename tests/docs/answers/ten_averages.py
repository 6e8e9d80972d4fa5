from collections import Counter

import jax.numpy as jnp
import numpy as np

EXACT = [
    "L1  0.8153 0.9982 0.4234 0.6089 0.6680 0.3262 0.7871 0.7646 0.4425 0.7760",
    "MSE 0.8959 0.9621 0.7568 0.8059 0.8259 0.6861 0.8633 0.8327 0.7372 0.8067",
    "L1  mean of classes 0.6610",
    "MSE mean of classes 0.8173",
]


def _most_confused_by_loop(matrix):
    best = -1, (0, 0)
    for true, row in enumerate(matrix.tolist()):
        for guess, count in enumerate(row):
            if true != guess and count > best[0]:
                best = count, (true, guess)
    return best[1]


def _most_confused_jax(matrix):
    mistakes = jnp.asarray(matrix) * (1 - jnp.eye(len(matrix), dtype=int))
    return jnp.unravel_index(mistakes.argmax(), mistakes.shape)


def _precision_by_loop(matrix):
    return [matrix[c][c] / sum(row[c] for row in matrix) for c in range(len(matrix))]


def _prototypes_by_sorting(images, labels, classes):
    found = []
    for c in range(classes):
        ordered = np.sort(images[labels == c], axis=0)
        found.append(ordered[len(ordered) // 2])
    return found


RIGHT = {
    "check_most_confused": [
        _most_confused_by_loop,
        _most_confused_jax,
        lambda m: list(_most_confused_by_loop(m)),
    ],
    "check_precision": [
        _precision_by_loop,
        lambda m: jnp.diag(m) / jnp.asarray(m).T.sum(axis=1),
    ],
    "check_majority_accuracy": [
        lambda train, test: float(
            np.mean([label == Counter(train.tolist()).most_common(1)[0][0] for label in test])
        ),
        lambda train, test: jnp.mean(
            jnp.asarray(test) == jnp.bincount(jnp.asarray(train)).argmax()
        ),
    ],
    "check_prototypes": [
        _prototypes_by_sorting,
        lambda images, labels, n: [jnp.median(images[labels == c], axis=0) for c in range(n)],
    ],
}

WRONG = {
    "check_most_confused": [
        lambda m: np.unravel_index(m.argmax(), m.shape),
        lambda m: _most_confused_by_loop(m.T),
        lambda m: m.max(),
        lambda m: (1, 2),
        lambda m: _most_confused_by_loop(m / m.sum(axis=1, keepdims=True)),
        lambda m: _most_confused_by_loop(m + m.T),
        lambda m: _most_confused_by_loop(np.triu(m)),
        lambda m: None,
    ],
    "check_precision": [
        lambda m: np.diagonal(m) / m.sum(axis=1),
        lambda m: np.diagonal(m) / m.sum(),
        lambda m: np.trace(m) / m.sum(),
        lambda m: m[0] / m.sum(axis=0),
        lambda m: m / m.sum(axis=0),
        lambda m: np.diagonal(m),
    ],
    "check_majority_accuracy": [
        lambda train, test: np.bincount(test).max() / len(test),
        lambda train, test: np.bincount(train).max() / len(train),
        lambda train, test: (test == train.max()).mean(),
        lambda train, test: (test == train[0]).mean(),
        lambda train, test: (test == np.median(train)).mean(),
        lambda train, test: (test == np.bincount(train).argmax()).sum(),
        lambda train, test: 0.1,
    ],
    "check_prototypes": [
        lambda images, labels, n: np.stack([images[labels == c].mean(axis=0) for c in range(n)]),
        lambda images, labels, n: np.median(images, axis=0),
        lambda images, labels, n: np.array([np.median(images[labels == c]) for c in range(n)]),
        lambda images, labels, n: np.stack([images[labels == c][0] for c in range(n)]),
        lambda images, labels, n: np.stack([images[labels == c].min(axis=0) for c in range(n)]),
        lambda images, labels, n: np.stack(
            [(images[labels == c] > 0.5).mean(axis=0) > 0.5 for c in range(n)]
        ),
    ],
}
