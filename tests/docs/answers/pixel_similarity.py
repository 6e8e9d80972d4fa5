import jax.numpy as jnp

import jaxdigits as jd

EXACT = [
    "to the mean three: L1 0.1114, RMSE 0.2021",
    "to the mean seven: L1 0.1586, RMSE 0.3021",
]

WRONG = {
    "check_max_distance": [lambda a, b: (a - b).max(), jd.l1_distance, jd.rmse_distance],
    "check_median_image": [
        lambda images: images.mean(axis=0),
        jnp.median,
        lambda images: jnp.median(images, axis=(1, 2)),
    ],
    "check_signed_distance": [jd.l1_distance, lambda a, b: (a - b).mean(), lambda a, b: 0.0],
}
