import jax
import jax.numpy as jnp

import jaxdigits as jd

REACH = {
    "network      after forty epochs ": 0.982,
    "rate 1.0: highest on the way ": 0.9853,
}

WRONG = {
    "check_merge": [
        lambda first, second: jd.Linear(first.w @ second.w, second.b),
        lambda first, second: jd.Linear(first.w @ second.w, first.b + second.b),
        lambda first, second: jd.Linear(second.w @ first.w, second.b),
        lambda first, second: first,
        lambda first, second: first.w @ second.w,
    ],
    "check_count_parameters": [
        lambda sizes: sum(sizes[i] * sizes[i + 1] for i in range(len(sizes) - 1)),
        lambda sizes: sum(sizes[i] * sizes[i + 1] for i in range(len(sizes) - 1)) + sum(sizes),
        lambda sizes: sum(sizes[1:]),
        lambda sizes: sizes[0] * sizes[-1],
    ],
    "check_absolute": [
        lambda: jd.init_mlp(jax.random.key(0), [1, 2, 1]),
        lambda: (
            jd.Linear(jnp.array([[1.0, -1.0]]), jnp.zeros(2)),
            jd.Linear(jnp.array([[1.0], [-1.0]]), jnp.zeros(1)),
        ),
        lambda: (jd.Linear(jnp.ones((1, 1)), jnp.zeros(1)),) * 2,
        lambda: (jnp.array([[1.0, -1.0]]), jnp.ones((2, 1))),
        lambda: (
            jd.Linear(jnp.array([1.0, -1.0]), jnp.zeros(2)),
            jd.Linear(jnp.ones(2), jnp.zeros(1)),
        ),
    ],
}
