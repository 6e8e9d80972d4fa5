import jax
import jax.numpy as jnp

EXACT = [
    "at 3 the slope is 6.0, at -1 it is -2.0",
    "value 125.0, gradient [ 6.  8. 20.]",
    "lowest at weight 1.00",
    "after ten steps x is 1.99\nafter ten steps x is 0.32\nafter ten steps x is 7.78\n",
]

WRONG = {
    "check_nudge_gradient": [
        lambda f, x, nudge: (f(x + nudge) - f(x)) / nudge,
        lambda f, x, nudge: jnp.stack([f(x.at[i].add(nudge)) - f(x) for i in range(3)]),
        lambda f, x, nudge: jnp.stack([f(x) - f(x.at[i].add(nudge)) for i in range(3)]) / nudge,
        lambda f, x, nudge: jnp.full(3, (f(x + nudge) - f(x)) / nudge),
        lambda f, x, nudge: jnp.stack([f(x.at[i].set(nudge)) for i in range(3)]) / nudge,
    ],
    "check_steps_needed": [
        lambda rate: next(
            (n for n in range(1000) if abs(3 * (1 - 2 * rate) ** (n + 1)) < 0.01), None
        ),
        lambda rate: next((n for n in range(1, 999) if 3 * (1 - 2 * rate) ** n < 0.01), None),
        lambda rate: 1000,
        lambda rate: None,
    ],
    "check_one_step_rate": [
        lambda f, x: jax.grad(jax.grad(f))(x),
        lambda f, x: 1 / jax.grad(f)(x),
        lambda f, x: 0.5,
        lambda f, x: 2 / jax.grad(jax.grad(f))(x),
    ],
}
