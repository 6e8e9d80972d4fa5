import itertools
from typing import Any

import jax
import jax.numpy as jnp

scan: Any = jax.lax.scan


EXACT = [
    "float32[100,784], float32[1,784], uint8[100,784]",
    "traced for k = [3, 5]",
    "64 models, accuracies (8, 8)",
    "8 devices differ by",
    "all rows would take 7.8 GB",
    "60,000 records; 10,000 is a 3, (28, 28)",
    "NumPy 16,777,217\nJAX   16,777,216",
]

REACH = {r"accuracy 0\.\d+, then ": 0.96}

WRONG = {
    "check_count_traces": [
        len,
        lambda calls: len({shape for shape, _ in calls}),
        lambda calls: len({dtype for _, dtype in calls}),
        lambda calls: len(list(itertools.groupby(calls))),
        lambda calls: 1,
        lambda calls: max(len(set(calls)), 1),
    ],
    "check_best_so_far": [
        lambda metric: metric.max(),
        lambda metric: scan(lambda a, b: (jnp.maximum(a, b),) * 2, 0.0, metric)[1],
        lambda metric: scan(lambda a, b: (jnp.maximum(a, b), a), -jnp.inf, metric)[1],
        lambda metric: scan(lambda a, b: (jnp.maximum(a, b),) * 2, -jnp.inf, metric)[0],
        lambda metric: scan(lambda a, b: jnp.maximum(a, b), -jnp.inf, metric)[1],
        jax.lax.cummax,
        lambda metric: jnp.array([max(metric[: i + 1]) for i in range(len(metric))]),
    ],
    "check_gradient_in_parts": [
        lambda loss, w, x, y, parts: jax.vmap(jax.grad(loss), (None, 0, 0))(
            w, x.reshape(parts, -1, 2), y.reshape(parts, -1)
        ),
        lambda loss, w, x, y, parts: jax.vmap(jax.grad(loss), (None, 0, 0))(
            w, x.reshape(parts, -1, 2), y.reshape(parts, -1)
        ).sum(axis=0),
        lambda loss, w, x, y, parts: jax.vmap(jax.grad(loss), (None, 0, 0))(
            w, x.reshape(parts, -1, 2), y.reshape(parts, -1)
        ).mean(),
        lambda loss, w, x, y, parts: jax.grad(loss)(w, x[: len(x) // parts], y[: len(y) // parts]),
        lambda loss, w, x, y, parts: jax.vmap(jax.grad(loss), (None, 0, 0))(
            w, x.reshape(parts, -1, 2), y.reshape(-1, parts).T
        ).mean(axis=0),
    ],
}
