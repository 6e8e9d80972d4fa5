import itertools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

EXACT = [
    "[[100, 100, 100], [3, 4, 5]]",
    "NumPy 16,777,217\nJAX   16,777,216",
    "23,581 parameters",
    "float32[100,784], float32[1,784], uint8[100,784]",
    "traced for k = [3, 5]",
    "64 models, accuracies (8, 8)",
    "bytes, for cpu, cuda, tpu",
]

scan: Any = jax.lax.scan


def framed(image, sides):
    for side in sides:
        image = image.at[side].set(1)
    return image


SIDES = (0, -1, (slice(None), 0), (slice(None), -1))

RIGHT = {
    "check_count_traces": [
        lambda calls: len(dict.fromkeys(calls)),
        lambda calls: sum(call not in calls[:i] for i, call in enumerate(calls)),
    ],
    "check_best_so_far": [
        lambda metric: scan(lambda a, b: (max_ := jnp.maximum(a, b), max_), -jnp.inf, metric)[1],
        lambda metric: scan(lambda a, b: (jnp.maximum(a, b),) * 2, metric[0], metric)[1],
    ],
    "check_draw_frame": [
        lambda image: framed(image, SIDES),
        lambda image: jnp.pad(image[1:-1, 1:-1], 1, constant_values=1),
        lambda image: jnp.ones(image.shape).at[1:-1, 1:-1].set(image[1:-1, 1:-1]),
    ],
    "check_all_nudges": [
        lambda f, ws, nudges: jax.vmap(lambda w: jax.vmap(lambda n: f(w, n))(nudges))(ws),
        lambda f, ws, nudges: jax.vmap(jax.vmap(f, (0, None)), (None, 0))(ws, nudges).T,
    ],
}

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
    "check_draw_frame": [
        lambda image: image,
        lambda image: framed(image, SIDES[:1]),
        lambda image: framed(image, SIDES[:2]),
        lambda image: jnp.pad(image, 1, constant_values=1),
        lambda image: jnp.ones(image.shape),
    ],
    "check_all_nudges": [
        lambda f, ws, nudges: jax.vmap(jax.vmap(f, (0, None)), (None, 0))(ws, nudges),
        lambda f, ws, nudges: jax.vmap(lambda w: f(w, nudges[0]))(ws),
        lambda f, ws, nudges: np.zeros((len(ws), len(nudges))),
        lambda f, ws, nudges: jax.vmap(f)(ws, nudges),
        lambda f, ws, nudges: [[f(w, n) for n in nudges] for w in ws],
        lambda f, ws, nudges: [jax.vmap(f, (None, 0))(w, nudges) for w in ws],
    ],
}
