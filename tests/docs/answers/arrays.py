import jax.numpy as jnp
import numpy as np

EXACT = [
    "stack of images  rank 3  shape (60000, 28, 28)",
    "47,040,000 numbers in one array",
    "sum        [44  4 32]\ndifference [100  16   0]\nproduct    [ 32 196   0]",
    "float32, from 0.0 to 1.0",
]

REACH = {}


def board_by_loops(n):
    board = []
    for row in range(n):
        board.append([(row + column) % 2 for column in range(n)])
    return board


def board_in_jax(n):
    board = jnp.zeros((n, n)).at[::2, 1::2].set(1)
    return board.at[1::2, ::2].set(1)


def capped(image, amount):
    return [[min(int(pixel) + amount, 255) for pixel in row] for row in image]


RIGHT = {
    "check_halved_evens": [
        lambda numbers: [n / 2 for n in numbers if not n % 2],
        lambda numbers: list(map(lambda n: n // 2, filter(lambda n: n % 2 == 0, numbers))),
        lambda numbers: np.array([n for n in numbers if n % 2 == 0]) / 2,
    ],
    "check_middle": [
        lambda images: images[:, 4 : images.shape[1] - 4, 4 : images.shape[2] - 4],
        lambda images: jnp.asarray(images)[:, 4:-4, 4:-4],
        lambda images: [[row[4:-4] for row in image[4:-4]] for image in images],
    ],
    "check_more_ink": [
        capped,
        lambda image, amount: jnp.clip(jnp.asarray(image, float) + amount, 0, 255),
        lambda image, amount: np.where(image > 255 - amount, 255, image + np.uint8(amount)),
        lambda image, amount: image + np.minimum(255 - image, amount),
    ],
    "check_chessboard": [
        board_by_loops,
        board_in_jax,
        lambda n: np.indices((n, n)).sum(axis=0) % 2,
        lambda n: np.add.outer(range(n), range(n)) % 2 == 1,
    ],
    "check_by_ink": [
        lambda images: images[np.argsort(-images.mean(axis=(1, 2)))],
        lambda images: np.array(sorted(images, key=lambda image: -image.astype(int).sum())),
        lambda images: sorted(images, key=np.sum, reverse=True),
        lambda images: jnp.asarray(images)[
            jnp.argsort(-images.sum(axis=2).sum(axis=1).astype(int))
        ],
    ],
}

WRONG = {
    "check_halved_evens": [
        lambda numbers: [n // 2 for n in numbers],
        lambda numbers: [n for n in numbers if n % 2 == 0],
        lambda numbers: [n // 2 for n in numbers if n // 2 % 2 == 0],
        lambda numbers: (n // 2 for n in numbers if n % 2 == 0),
        lambda numbers: {n // 2 for n in numbers if n % 2 == 0},
        lambda numbers: [n // 2 for n in numbers if n % 2 == 1],
        lambda numbers: sorted(n // 2 for n in numbers if n % 2 == 0),
    ],
    "check_middle": [
        lambda images: images[4:24, 4:24],
        lambda images: images[:, 4:23, 4:23],
        lambda images: images[:, :20, :20],
        lambda images: images[:, 4:24, 4:24],
        lambda images: images[:, 4:-4],
        lambda images: images[:, 4:-3, 4:-3],
    ],
    "check_more_ink": [
        lambda image, amount: image + amount,
        lambda image, amount: np.clip(image + amount, 0, 255),
        lambda image, amount: image.astype(np.float32) + amount,
        lambda image, amount: (image.astype(int) + amount) % 255,
        lambda image, amount: np.maximum(image, amount),
        lambda image, amount: np.minimum(image.astype(int) + 100, 255),
    ],
    "check_chessboard": [
        lambda n: np.zeros((n, n)),
        lambda n: np.arange(n * n).reshape(n, n) % 2,
        lambda n: 1 - np.array(board_by_loops(n)),
        lambda n: np.array([np.arange(n) % 2] * n),
        lambda n: np.array(board_by_loops(5)),
        lambda n: np.zeros((n, n))[::2, 1::2],
        lambda n: jnp.zeros((n, n)).at[::2, 1::2].set(1),
    ],
    "check_by_ink": [
        lambda images: images[np.argsort(images.sum(axis=(1, 2)))],
        lambda images: np.argsort(-images.sum(axis=(1, 2)).astype(int)),
        lambda images: np.sort(images, axis=0)[::-1],
        lambda images: images[np.argsort(-images.max(axis=(1, 2)).astype(int))],
        lambda images: images[::-1],
        lambda images: images[np.argsort((images > 0).sum(axis=(1, 2)))][::-1],
        lambda images: images[images.sum(axis=(1, 2)).argmax()],
    ],
}
