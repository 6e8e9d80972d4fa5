import jax
import jax.numpy as jnp
import numpy as np

EXACT = [
    "off by 0.1\noff by 0.4\noff by 0.8\nloss 0.4333\nloss 0.2333",
    "0 of 784 slopes are not zero",
    "12396 digits: 48 batches of 256",
    "threshold -1.0: accuracy 0.90",
]


def mean_loss(loss, share, p):
    return share * loss(p, 1) + (1 - share) * loss(p, 0)


TRIED = np.linspace(0.01, 0.99, 99)

RIGHT = {
    "check_plain_loss": [
        lambda p, targets: jnp.abs(targets - p).mean(),
        lambda p, targets: (targets * (1 - p) + (1 - targets) * p).mean(),
        lambda p, targets: float(np.mean(np.sqrt((p - targets) ** 2))),
        lambda p, targets: (p + targets - 2 * p * targets).mean(),
    ],
    "check_logit": [
        lambda p: -jnp.log(1 / p - 1),
        lambda p: np.log(p) - np.log1p(-p),
        jax.scipy.special.logit,
        lambda p: 2 * np.arctanh(2 * p - 1),
    ],
    "check_count_steps": [
        lambda n, size, keep: -(-n // size) if keep else n // size,
        lambda n, size, keep: len(range(0, n, size)) if keep else n // size,
        lambda n, size, keep: int(np.ceil(n / size)) if keep else int(n / size),
    ],
    "check_best_score": [
        lambda loss, share: min(TRIED, key=lambda p: mean_loss(loss, share, p)),
        lambda loss, share: min(
            (i / 100 for i in range(1, 100)), key=lambda p: mean_loss(loss, share, p)
        ),
    ],
}

WRONG = {
    "check_plain_loss": [
        lambda p, targets: (targets - p).mean(),
        lambda p, targets: abs((targets - p).mean()),
        lambda p, targets: ((p - targets) ** 2).mean(),
        lambda p, targets: jnp.abs(p - targets).sum(),
        lambda p, targets: jnp.abs(p - targets),
        lambda p, targets: p.mean(),
        lambda p, targets: 1 - jnp.abs(p - targets).mean(),
        lambda p, targets: 1.3 / 3,
    ],
    "check_logit": [
        jax.nn.sigmoid,
        jnp.log,
        lambda p: jnp.log((1 - p) / p),
        lambda p: p - 0.5,
        lambda p: jnp.log(p / (1 - p)).mean(),
        lambda p: jnp.log10(p / (1 - p)),
        lambda p: p / (1 - p),
    ],
    "check_count_steps": [
        lambda n, batch_size, keep_rest: n / batch_size,
        lambda n, batch_size, keep_rest: n // batch_size,
        lambda n, batch_size, keep_rest: n // batch_size + keep_rest,
        lambda n, batch_size, keep_rest: -(-n // batch_size),
        lambda n, batch_size, keep_rest: round(n / batch_size) + keep_rest,
        lambda n, batch_size, keep_rest: 5 if keep_rest else 4,
    ],
    "check_best_score": [
        lambda loss, share: share,
        lambda loss, share: 0.99,
        lambda loss, share: 0.99 if share > 0.5 else 0.01,
        lambda loss, share: max(TRIED, key=lambda p: mean_loss(loss, share, p)),
        lambda loss, share: min(TRIED, key=lambda p: mean_loss(loss, 1 - share, p)),
        lambda loss, share: min(mean_loss(loss, share, p) for p in TRIED),
        lambda loss, share: min(TRIED, key=lambda p: loss(p, 1)),
        lambda loss, share: int(np.argmin([mean_loss(loss, share, p) for p in TRIED])),
    ],
}
