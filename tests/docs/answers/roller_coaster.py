import jax

EXACT = [
    "made up: 0.75 (t - 9.50)^2 + 1.00",
    "the best parabola: 2.9 km/h off",
    "after 200 steps: 2.9 km/h off",
]

WRONG = {
    "check_stop_at": [
        lambda losses, least: next(
            (i for i in range(len(losses) - 1) if losses[i] - losses[i + 1] < least), None
        ),
        lambda losses, least: max(
            (i for i in range(1, len(losses)) if losses[i - 1] - losses[i] < least),
            default=None,
        ),
        lambda losses, least: next(
            (i for i in range(1, len(losses)) if abs(losses[i - 1] - losses[i]) < least), None
        ),
        lambda losses, least: next(
            (i for i in range(1, len(losses)) if losses[i - 1] - losses[i] < least), len(losses)
        ),
        lambda losses, least: next((i for i, x in enumerate(losses) if x < least), None),
    ],
    "check_careful_step": [
        lambda f, x, rate: x - rate * jax.grad(f)(x),
        lambda f, x, rate: (x + rate * jax.grad(f)(x), rate),
        lambda f, x, rate: (x - rate * jax.grad(f)(x), rate),
        lambda f, x, rate: (x - rate * jax.grad(f)(x), rate / 2),
        lambda f, x, rate: (x, rate / 2),
        lambda f, x, rate: (min(x, x - rate * jax.grad(f)(x), key=f), rate),
    ],
    "check_cubic": [
        lambda params, t: params[0] + params[1] * t + params[2] * t**2 + params[3] * t**3,
        lambda params, t: params[0] * t**2 + params[2] * t + params[3],
        lambda params, t: (params[0] * t**3 + params[2] * t + params[3]).sum(),
        lambda params, t: params[0] * t**3 + params[3],
    ],
}
