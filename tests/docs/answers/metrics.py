import jax.numpy as jnp

EXACT = [
    "threes 0.9168, sevens 0.9854\naverage 0.9511",
    "l1_distance    threes 0.9168  sevens 0.9854  average 0.9511",
    "rmse_distance  threes 0.9584  sevens 0.9737  average 0.9661",
]

WRONG = {
    "check_broadcast_shape": [
        lambda a, b: max(a, b),
        lambda a, b: tuple(max(m, n) for m, n in zip(a, b, strict=False)),
    ],
    "check_all_distances": [
        lambda a, b: jnp.abs(a - b).mean(axis=(-2, -1)),
        lambda a, b: jnp.abs(b[:, None] - a).mean(axis=(-2, -1)),
        lambda a, b: jnp.abs(a[:, None] - b).sum(axis=(-2, -1)),
    ],
    "check_overall_accuracy": [
        lambda a, b: (a.mean() + b.mean()) / 2,
        lambda a, b: a.mean(),
    ],
}
