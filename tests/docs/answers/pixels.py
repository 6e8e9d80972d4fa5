import jax.numpy as jnp

EXACT = [
    "3s: 6,131 to learn from, 1,010 to check",
    "7s: 6,265 to learn from, 1,028 to check",
    "training image 10000, a 3",
    "[[  0   0   0   0   0   0]\n"
    " [  0   0   0   0   0  29]\n"
    " [  0   0   0  48 166 224]\n"
    " [  0  93 244 249 253 187]\n"
    " [  0 107 253 253 230  48]\n"
    " [  0   3  20  20  15   0]]",
]

WRONG = {
    "check_ink_share": [lambda i: i.mean() / 255, lambda i: (i > 0).sum(), lambda i: 1.0],
    "check_negative": [lambda i: 255.0 - i, lambda i: -i, lambda i: i],
    "check_rarest": [
        lambda y: min(int((y == d).sum()) for d in range(10)),
        lambda y: jnp.bincount(y, length=10).argmin(),
        lambda y: 0,
    ],
}
