import jax
import numpy as np

EXACT = [
    "made up: 0.75 (t - 9.50)^2 + 1.00",
    "the best parabola: 2.9 km/h off",
    "after 200 steps: 2.9 km/h off",
]


def new(f, x, rate):
    return x - rate * float(jax.grad(f)(x))


def falls(losses):
    return [losses[n - 1] - losses[n] for n in range(1, len(losses))]


def end(f, x, rate, steps):
    for _ in range(steps):
        x = new(f, x, rate)
    return x


RIGHT = {
    "check_cubic": [
        lambda params, t: np.polyval(params, t),
        lambda params, t: ((params[0] * t + params[1]) * t + params[2]) * t + params[3],
        lambda params, t: [
            params[0] * x**3 + params[1] * x**2 + params[2] * x + params[3] for x in t
        ],
    ],
    "check_stop_at": [
        lambda losses, least: next((n for n, d in enumerate(falls(losses), 1) if d < least), None),
        lambda losses, least: (
            None
            if min(falls(losses)) >= least
            else 1 + int(np.argmax(np.array(falls(losses)) < least))
        ),
    ],
    "check_careful_step": [
        lambda f, x, rate: (
            [new(f, x, rate), rate] if f(new(f, x, rate)) < f(x) else [x, 0.5 * rate]
        ),
        lambda f, x, rate: (
            (x, rate / 2) if not f(new(f, x, rate)) < f(x) else (new(f, x, rate), rate)
        ),
    ],
    "check_best_end": [
        lambda f, starts, rate, steps: min(f(end(f, x, rate, steps)) for x in starts),
        lambda f, starts, rate, steps: sorted(f(end(f, x, rate, steps)) for x in starts)[0],
    ],
}

WRONG = {
    "check_cubic": [
        lambda params, t: np.polyval(params[::-1], t),
        lambda params, t: params[0] * t**3 + params[2] * t + params[3],
        lambda params, t: np.polyval(params, t).sum(),
        lambda params, t: params[0] * t**3 + params[3],
        lambda params, t: params[0] * t**2 + params[1] * t + params[2],
        lambda params, t: np.zeros(len(t)) + params[3],
    ],
    "check_stop_at": [
        lambda losses, least: next((n for n, d in enumerate(falls(losses)) if d < least), None),
        lambda losses, least: max(
            (n for n, d in enumerate(falls(losses), 1) if d < least), default=None
        ),
        lambda losses, least: next(
            (n for n, d in enumerate(falls(losses), 1) if abs(d) < least), None
        ),
        lambda losses, least: next(
            (n for n, d in enumerate(falls(losses), 1) if d < least), len(losses)
        ),
        lambda losses, least: next((n for n, x in enumerate(losses) if x < least), None),
        lambda losses, least: 3,
    ],
    "check_careful_step": [
        lambda f, x, rate: new(f, x, rate),
        lambda f, x, rate: (new(f, x, -rate), rate),
        lambda f, x, rate: (new(f, x, rate), rate),
        lambda f, x, rate: (new(f, x, rate), rate / 2),
        lambda f, x, rate: (x, rate / 2),
        lambda f, x, rate: (min(x, new(f, x, rate), key=f), rate),
        lambda f, x, rate: (new(f, x, rate), rate) if f(new(f, x, rate)) <= f(x) else (x, rate / 2),
        lambda f, x, rate: (x, rate) if x == new(f, x, rate) else None,
    ],
    "check_best_end": [
        lambda f, starts, rate, steps: f(end(f, starts[0], rate, steps)),
        lambda f, starts, rate, steps: min((end(f, x, rate, steps) for x in starts), key=f),
        lambda f, starts, rate, steps: max(f(end(f, x, rate, steps)) for x in starts),
        lambda f, starts, rate, steps: min(f(end(f, x, rate, steps + 1)) for x in starts),
        lambda f, starts, rate, steps: min(f(x) for x in starts),
        lambda f, starts, rate, steps: f(end(f, min(starts), rate, steps)),
    ],
}
