import jax.numpy as jnp

EXACT = [
    "stack of images  rank 3  shape (60000, 28, 28)",
    "47,040,000 numbers in one array",
    "sum        [44  4 32]\ndifference [100  16   0]\nproduct    [ 32 196   0]",
    "float32, from 0.0 to 1.0",
    "NumPy 16,777,217\nJAX   16,777,216",
]

WRONG = {
    "check_halved_evens": [
        lambda numbers: [n // 2 for n in numbers],
        lambda numbers: [n for n in numbers if n % 2 == 0],
        lambda numbers: [n // 2 for n in numbers if n // 2 % 2 == 0],
        lambda numbers: (n // 2 for n in numbers if n % 2 == 0),
    ],
    "check_pairs": [
        lambda a, b: [(a[i], b[i]) for i in range(len(a))],
        lambda a, b: [(m, n) for m in a for n in b],
        lambda a, b: [[m, n] for m, n in zip(a, b, strict=False)],
        lambda a, b: [a, b],
    ],
    "check_middle": [
        lambda images: images[4:24, 4:24],
        lambda images: images[:, 4:23, 4:23],
        lambda images: images[:, :20, :20],
    ],
    "check_chessboard": [
        lambda n: jnp.zeros((n, n)),
        lambda n: jnp.zeros((n, n)).at[::2, 1::2].set(1),
        lambda n: jnp.zeros((n, n)).at[::2, ::2].set(1).at[1::2, 1::2].set(1),
        lambda n: jnp.zeros((n, n)).at[:, 1::2].set(1),
    ],
    "check_more_ink": [
        lambda image, amount: image + amount,
        lambda image, amount: jnp.clip(image + amount, 0, 255),
        lambda image, amount: image.astype(jnp.float32) + amount,
        lambda image, amount: jnp.minimum(image.astype(jnp.int32) + amount, 255),
    ],
}
