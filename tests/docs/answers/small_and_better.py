import jax.numpy as jnp

EXACT = [
    "learn from 10,000, decide by 10,000",
    "one convolution: 874 parameters",
    "136,882 parameters, folded 136,618",
    "  117,600\n  508,032\n  663,552\n1,327,104",
]

REACH = {
    "accuracy (?=0\\.\\d+, 136,882)": 0.994,
    "strides: 136,618 parameters, ": 0.87,
    "smoothing: 136,882 parameters, ": 0.97,
}

WRONG = {
    "check_multiplications": [
        lambda size, taps, channels, features, stride: taps**2 * channels * features,
        lambda size, taps, channels, features, stride: size**2 * taps * channels * features,
        lambda size, taps, channels, features, stride: size**2 * taps**2 * channels * features,
        lambda size, taps, channels, features, stride: (
            (size // stride) ** 2 * taps**2 * channels * features
        ),
        lambda size, taps, channels, features, stride: (
            ((size - taps) // stride + 1) ** 2 * taps**2 * channels * features
        ),
        lambda size, taps, channels, features, stride: size**2 * channels * features,
    ],
    "check_shift_image": [
        lambda image, down, right: jnp.roll(image, (down, right), (0, 1)),
        lambda image, down, right: jnp.pad(image, ((down, 0), (right, 0))) if down >= 0 else image,
        lambda image, down, right: (
            jnp.zeros_like(image)
            .at[down:, right:]
            .set(image[: len(image) - down, : image.shape[1] - right])
            if down >= 0
            else image
        ),
        lambda image, down, right: jnp.zeros_like(image),
    ],
    "check_orthogonalize": [
        lambda matrix: matrix,
        lambda matrix: matrix / jnp.linalg.norm(matrix),
        lambda matrix: jnp.linalg.qr(matrix)[0],
        lambda matrix: jnp.linalg.svd(matrix, False)[0] @ jnp.linalg.svd(matrix, False)[2].T,
        lambda matrix: jnp.linalg.svd(matrix, False)[0],
        lambda matrix: jnp.linalg.svd(matrix)[0],
    ],
    "check_is_clear": [
        lambda a, b, n: a - b > 2 * ((a + b) / 2 * (1 - (a + b) / 2) * 2 / n) ** 0.5,
        lambda a, b, n: abs(a - b) > 2 * ((a + b) / 2 * (1 - (a + b) / 2) / n) ** 0.5,
        lambda a, b, n: abs(a - b) > ((a + b) / 2 * (1 - (a + b) / 2) * 2 / n) ** 0.5,
        lambda a, b, n: abs(a - b) > 0.001,
        lambda a, b, n: abs(a - b) > 0.03,
        lambda a, b, n: True,
    ],
}
