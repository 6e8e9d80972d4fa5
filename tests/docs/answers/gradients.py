import jax
import jax.numpy as jnp
import numpy as np

EXACT = [
    "at 3 the slope is 6.0, at -1 it is -2.0",
    "value 125.0, gradient [ 6.  8. 20.]",
    "lowest at weight 1.00",
    "forward:  p = 0.4, d = -0.6, loss = 0.36\nbackward: d -1.20, p -1.20, w -0.96",
    "after ten steps x is 1.99\nafter ten steps x is 0.32\nafter ten steps x is 7.78\n",
]


def difference(w, b, m, x):
    return w * m + b - x


def changes(f, x, nudge):
    return [(f(x.at[i].add(nudge)) - f(x)) for i in range(len(x))]


def steps(rate, least=0.01, most=1000, side=abs):
    x = 3.0
    for n in range(1, most + 1):
        x = x - 2 * rate * x
        if side(x) < least:
            return n
    return None


def bend(f, x):
    return jax.grad(jax.grad(f))(x)


RIGHT = {
    "check_slopes": [
        lambda w, b, m, x: [2 * m * (m * w + b - x), 2 * (m * w + b - x)],
        lambda w, b, m, x: np.array([m, 1]) * 2 * difference(w, b, m, x),
        lambda w, b, m, x: (-2 * m * (x - b - w * m), -2 * (x - b - w * m)),
    ],
    "check_nudge_gradient": [
        lambda f, x, nudge: jnp.stack([(f(x) - f(x.at[i].add(-nudge))) / nudge for i in range(9)])[
            : len(x)
        ],
        lambda f, x, nudge: [
            (f(x.at[i].add(nudge)) - f(x.at[i].add(-nudge))) / (2 * nudge) for i in range(len(x))
        ],
        lambda f, x, nudge: jax.vmap(lambda e: (f(x + nudge * e) - f(x)) / nudge)(jnp.eye(len(x))),
    ],
    "check_steps_needed": [
        lambda rate: next((n for n in range(1001) if abs(3 * (1 - 2 * rate) ** n) < 0.01), None),
        lambda rate: None if rate >= 1 or rate <= 0 else steps(rate),
    ],
    "check_one_step_rate": [
        lambda f, x: float(1 / bend(f, x)),
        lambda f, x: 1 / (jax.grad(f)(x + 1.0) - jax.grad(f)(x)),
        lambda f, x: 0.5 / ((f(x + 2.0) - 2 * f(x + 1.0) + f(x)) / 2),
    ],
}

WRONG = {
    "check_slopes": [
        lambda w, b, m, x: (difference(w, b, m, x) * m, difference(w, b, m, x)),
        lambda w, b, m, x: (2 * difference(w, b, m, x), 2 * difference(w, b, m, x)),
        lambda w, b, m, x: (2 * difference(w, b, m, x), 2 * m * difference(w, b, m, x)),
        lambda w, b, m, x: 2 * m * difference(w, b, m, x),
        lambda w, b, m, x: (-0.8, -1.0),
        lambda w, b, m, x: (2 * m * (w * m - x), 2 * (w * m - x)),
        lambda w, b, m, x: None,
    ],
    "check_nudge_gradient": [
        lambda f, x, nudge: (f(x + nudge) - f(x)) / nudge,
        changes,
        lambda f, x, nudge: [-change / nudge for change in changes(f, x, nudge)],
        lambda f, x, nudge: jnp.full(len(x), (f(x + nudge) - f(x)) / nudge),
        lambda f, x, nudge: [f(x.at[i].set(nudge)) / nudge for i in range(len(x))],
        lambda f, x, nudge: sum(changes(f, x, nudge)) / nudge,
        lambda f, x, nudge: 2 * x,
        lambda f, x, nudge: [change / nudge for change in changes(f, x, nudge)][:3],
        lambda f, x: jax.grad(f)(x),
    ],
    "check_steps_needed": [
        lambda rate: (steps(rate) or 1) - 1,
        lambda rate: (steps(rate) or -1) + 1 or None,
        lambda rate: steps(rate, side=float),
        lambda rate: steps(rate) or 1000,
        lambda rate: steps(rate, least=0.1),
        lambda rate: 1000,
        lambda rate: None,
    ],
    "check_one_step_rate": [
        bend,
        lambda f, x: 1 / jax.grad(f)(x),
        lambda f, x: 0.5,
        lambda f, x: 2 / bend(f, x),
        lambda f, x: x - jax.grad(f)(x) / bend(f, x),
        lambda f, x: 1 / abs(jax.grad(f)(x)),
    ],
}
