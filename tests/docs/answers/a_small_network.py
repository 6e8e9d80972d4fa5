import itertools

import jax.numpy as jnp

REACH = {r"30 epochs: linear 0\.\d+, network ": 0.95}

WRONG = {
    "check_count_parameters": [
        lambda sizes: sum(m * n for m, n in itertools.pairwise(sizes)),
        lambda sizes: sum(m * n for m, n in itertools.pairwise(sizes)) + sum(sizes),
        lambda sizes: sum(sizes),
        lambda sizes: (sizes[0] + 1) * sizes[1] + (sizes[1] + 1) * sizes[2],
    ],
    "check_epochs_needed": [
        lambda metric, goal: int((metric >= goal).argmax()),
        lambda metric, goal: int((metric < goal).sum()) + 2,
        lambda metric, goal: int((metric >= goal).argmax()) + 1,
        lambda metric, goal: int((metric > goal).argmax()) + 1,
    ],
    "check_sigmoid_from_tanh": [
        jnp.tanh,
        lambda x: 1 + jnp.tanh(x / 2),
        lambda x: (1 + jnp.tanh(x)) / 2,
        lambda x: (1 + jnp.tanh(x / 4)) / 2,
    ],
}
