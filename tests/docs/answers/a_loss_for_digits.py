import jax
import jax.numpy as jnp

EXACT = [
    "(12396, 28, 28) -> (12396, 784)",
    "28 * 28 = 784",
    "off by 0.1\noff by 0.4\noff by 0.8\nloss 0.4333\nloss 0.2333",
    "0 of 784 slopes are not zero",
    "12396 digits: 48 batches of 256",
]

WRONG = {
    "check_plain_loss": [
        lambda p, targets: (targets - p).mean(),
        lambda p, targets: ((p - targets) ** 2).mean(),
        lambda p, targets: jnp.abs(p - targets).sum(),
        lambda p, targets: jnp.abs(p - targets),
        lambda p, targets: p.mean(),
    ],
    "check_logit": [
        jax.nn.sigmoid,
        jnp.log,
        lambda p: jnp.log((1 - p) / p),
        lambda p: p - 0.5,
        lambda p: jnp.log(p / (1 - p)).mean(),
    ],
    "check_count_steps": [
        lambda n, batch_size, keep_rest: n / batch_size,
        lambda n, batch_size, keep_rest: n // batch_size,
        lambda n, batch_size, keep_rest: n // batch_size + keep_rest,
        lambda n, batch_size, keep_rest: -(-n // batch_size),
    ],
}
