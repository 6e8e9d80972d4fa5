import jax
import jax.numpy as jnp

import jaxdigits as jd

EXACT = ["gap 200.0: naive inf, package 200.0"]

REACH = {
    "cross-entropy after one epoch ": 0.84,
    r"cross-entropy after one epoch 0\.\d+, after forty ": 0.915,
}

WRONG = {
    "check_cross_entropy_gradient": [
        lambda logits, label: jax.nn.softmax(logits)[label] - 1,
        lambda logits, label: jax.nn.one_hot(label, 10) - jax.nn.softmax(logits),
        lambda logits, label: jax.nn.softmax(logits),
        lambda logits, label: jax.nn.sigmoid(logits) - jax.nn.one_hot(label, 10),
    ],
    "check_count_yes": [
        lambda logits: (logits > 0).sum(axis=0),
        lambda logits: (logits > 0).sum(),
        lambda logits: (logits > 0.5).sum(axis=1),
        lambda logits: (logits < 0).sum(axis=1),
    ],
    "check_start_at_zero": [
        lambda n_in, n_out: jnp.zeros((n_in, n_out)),
        lambda n_in, n_out: jd.Linear(jnp.zeros((n_out, n_in)), jnp.zeros(n_out)),
        lambda n_in, n_out: jd.Linear(jnp.zeros((n_in, n_out)), jnp.zeros(1)),
        lambda n_in, n_out: jd.init_linear(jax.random.key(0), n_in, n_out),
    ],
}
