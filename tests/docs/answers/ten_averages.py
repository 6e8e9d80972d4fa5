import jax.numpy as jnp

EXACT = [
    "L1  0.8153 0.9982 0.4234 0.6089 0.6680 0.3262 0.7871 0.7646 0.4425 0.7760",
    "MSE 0.8959 0.9621 0.7568 0.8059 0.8259 0.6861 0.8633 0.8327 0.7372 0.8067",
    "L1  mean of classes 0.6610",
    "MSE mean of classes 0.8173",
]

WRONG = {
    "check_most_confused": [
        lambda m: jnp.unravel_index(m.argmax(), m.shape),
        lambda m: jnp.unravel_index((m * (1 - jnp.eye(len(m), dtype=int))).T.argmax(), m.shape),
        lambda m: m.max(),
        lambda m: (1, 2),
    ],
    "check_precision": [
        lambda m: jnp.diagonal(m) / m.sum(axis=1),
        lambda m: jnp.diagonal(m) / m.sum(),
        lambda m: jnp.trace(m) / m.sum(),
        lambda m: m[0] / m.sum(axis=0),
    ],
    "check_majority_accuracy": [
        lambda train, test: jnp.bincount(test).max() / len(test),
        lambda train, test: jnp.bincount(train).max() / len(train),
        lambda train, test: 0.1,
    ],
}
