import jax.numpy as jnp
import numpy as np

import jaxdigits as jd

EXACT = [
    "to the mean three: L1 0.1114, RMSE 0.2021",
    "to the mean seven: L1 0.1586, RMSE 0.3021",
    "of 1,010 threes, 467 are called threes\nof 1,028 sevens, 5 are called threes",
]

REACH = {}


def median_by_sorting(images):
    values = np.sort(images, axis=0)
    return (values[len(values) // 2] + values[(len(values) - 1) // 2]) / 2


def shifted(image, shift):
    return jnp.abs(jnp.roll(image[0], shift, axis=1) - image[1]).mean()


RIGHT = {
    "check_max_distance": [
        lambda a, b: np.linalg.norm((a - b).ravel(), ord=np.inf),
        lambda a, b: max(abs(x - y) for x, y in zip(a.ravel(), b.ravel(), strict=True)),
        lambda a, b: max((a - b).max(), (b - a).max()),
        lambda a, b: jnp.sqrt(((a - b) ** 2).max()),
    ],
    "check_signed_distance": [
        lambda a, b: abs(a.mean() - b.mean()),
        lambda a, b: abs(jnp.sum(jnp.asarray(b - a))) / a.size,
        lambda a, b: max((a - b).mean(), (b - a).mean()),
    ],
    "check_both_errors": [
        lambda a, b, limit: [int(np.sum(a <= limit)), len(b) - int(np.sum(b <= limit))],
        lambda a, b, limit: np.array([np.count_nonzero(a <= limit), np.count_nonzero(b > limit)]),
        lambda a, b, limit: (len([x for x in a if x <= limit]), sum(x > limit for x in b)),
    ],
    "check_median_image": [
        lambda images: jnp.median(images, axis=0),
        lambda images: np.quantile(images, 0.5, axis=0).tolist(),
        median_by_sorting,
    ],
    "check_forgiving_distance": [
        lambda a, b, most: min(shifted((a, b), s) for s in range(-most, most + 1)),
        lambda a, b, most: min(shifted((b, a), s) for s in range(-most, most + 1)),
        lambda a, b, most: (
            np.abs(np.stack([np.roll(a, s, axis=-1) for s in range(-most, most + 1)]) - b)
            .mean(axis=(1, 2))
            .min()
        ),
    ],
}

WRONG = {
    "check_max_distance": [
        lambda a, b: (a - b).max(),
        lambda a, b: abs(a.max() - b.max()),
        lambda a, b: abs((a - b).max()),
        lambda a, b: max(a.max(), b.max()),
        lambda a, b: np.abs(a - b).max(axis=0),
        jd.l1_distance,
        jd.rmse_distance,
        lambda a, b: print(abs(a - b).max()),
    ],
    "check_signed_distance": [
        jd.l1_distance,
        lambda a, b: (a - b).mean(),
        lambda a, b: (b - a).mean(),
        lambda a, b: 0.0,
        lambda a, b: abs((a - b).sum()),
        lambda a, b: abs(a.mean()) - abs(b.mean()),
        lambda a, b: abs(a.max() - b.max()),
    ],
    "check_both_errors": [
        lambda a, b, limit: (np.sum(b > limit), np.sum(a <= limit)),
        lambda a, b, limit: (np.sum(a > limit), np.sum(b <= limit)),
        lambda a, b, limit: (np.mean(a <= limit), np.mean(b > limit)),
        lambda a, b, limit: (np.sum(a < limit), np.sum(b > limit)),
        lambda a, b, limit: (np.sum(a <= limit), np.sum(b >= limit)),
        lambda a, b, limit: np.sum(a <= limit) + np.sum(b > limit),
        lambda a, b, limit: (1, 0),
    ],
    "check_median_image": [
        lambda images: images.mean(axis=0),
        lambda images: images[len(images) // 2],
        lambda images: np.sort(images, axis=0)[len(images) // 2],
        lambda images: (images.max(axis=0) + images.min(axis=0)) / 2,
        jnp.median,
        lambda images: jnp.median(images, axis=(1, 2)),
    ],
    "check_forgiving_distance": [
        lambda a, b, most: jd.l1_distance(a, b),
        lambda a, b, most: min(shifted((a, b), s) for s in range(most + 1)),
        lambda a, b, most: min(shifted((a, b), s) for s in range(-most, most)),
        lambda a, b, most: min(shifted((a, b), s) for s in (-most, most)),
        lambda a, b, most: min(shifted((a, b), s) for s in range(-9, 10)),
        lambda a, b, most: min(shifted((a.T, b.T), s) for s in range(-most, most + 1)),
        lambda a, b, most: min(jd.rmse_distance(np.roll(a, s, 1), b) for s in (-2, 0, 2)),
        lambda a, b, most: [shifted((a, b), s) for s in range(-most, most + 1)],
    ],
}
