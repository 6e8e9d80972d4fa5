import jax
import jax.numpy as jnp
import numpy as np
import optax

import jaxdigits as jd

REACH = {"twenty epochs with plain SGD ": 0.97}


def _pair(rate, decay):
    """Momentum as a plain pair; the sign is in the velocity."""

    def update(grads, velocity, params=None):
        velocity = jax.tree.map(lambda v, g: decay * v - rate * g, velocity, grads)
        return velocity, velocity

    return (lambda params: jax.tree.map(lambda p: 0.0 * p, params)), update


def _bare(rate, decay):
    """Momentum that only handles a bare array."""

    def update(grads, velocity, params):
        velocity = decay * velocity + grads
        return -rate * velocity, velocity

    return jnp.zeros_like, update


def _forgets(rate, decay):
    def update(grads, velocity, params):
        new = jax.tree.map(lambda v, g: decay * v + g, velocity, grads)
        return jax.tree.map(lambda v: -rate * v, new), velocity

    return (lambda params: jax.tree.map(jnp.zeros_like, params)), update


def _optax_adam(gradients, rate):
    adam = optax.adam(rate)
    state, steps = adam.init(jnp.zeros_like(gradients[0])), []
    for gradient in gradients:
        step, state = adam.update(jnp.asarray(gradient), state)
        steps.append(step)
    return steps


def _python_adam(gradients, rate):
    m, s = np.zeros_like(gradients[0]), np.zeros_like(gradients[0])
    steps = np.zeros((len(gradients), *np.shape(gradients[0])))
    for i, g in enumerate(gradients):
        m += 0.1 * (g - m)
        s += 0.001 * (g * g - s)
        steps[i] = -rate * (m / (1 - 0.9 ** (i + 1))) / (s / (1 - 0.999 ** (i + 1))) ** 0.5
    return steps


def _warm_up_by_if(step, length, peak):
    return peak if step > length else step * peak / length


def _smooth(step, length, peak):
    share = min(step / length, 1.0)
    return peak * share**2 * (3 - 2 * share)


RIGHT = {
    "check_best_rate": [
        lambda rates, table: max(
            zip(rates, table, strict=True), key=lambda pair: float(pair[1].sum())
        )[0],
        lambda rates, table: jnp.array(rates)[jnp.asarray(table).mean(axis=1).argmax()],
    ],
    "check_warm_up": [
        _warm_up_by_if,
        lambda step, length, peak: np.minimum(step * peak / length, peak),
        lambda step, length, peak: jnp.clip(step / length, 0, 1) * peak,
        lambda step, length, peak: optax.linear_schedule(0.0, peak, length)(step),
    ],
    "check_momentum_sgd": [
        _pair,
        lambda rate, decay: optax.sgd(rate, momentum=decay),
        lambda rate, decay: optax.chain(optax.trace(decay), optax.scale(-rate)),
    ],
    "check_adam_steps": [_optax_adam, _python_adam],
}

WRONG = {
    "check_best_rate": [
        lambda rates, table: int(table.mean(axis=1).argmax()),
        lambda rates, table: rates[int(table.max(axis=1).argmax())],
        lambda rates, table: rates[int(table[:, 0].argmax())],
        lambda rates, table: rates[int(table[:, -1].argmax())],
        lambda rates, table: rates[int(table.min(axis=1).argmax())],
        lambda rates, table: table.mean(axis=1).max(),
        lambda rates, table: rates[int(np.median(table, axis=1).argmax())],
        lambda rates, table: max(rates),
        lambda rates, table: rates[int(table.mean(axis=0).argmax())],
    ],
    "check_warm_up": [
        lambda step, length, peak: step / length * peak,
        lambda step, length, peak: min(step / length, 1.0),
        lambda step, length, peak: min(step / 100, 1.0) * peak,
        lambda step, length, peak: min(step / length, peak),
        lambda step, length, peak: min((step + 1) / length, 1.0) * peak,
        lambda step, length, peak: peak * max(1 - step / length, 0.0),
        lambda step, length, peak: 0.0 if step > length else step / length * peak,
        _smooth,
    ],
    "check_momentum_sgd": [
        lambda rate, decay: jd.sgd(rate),
        lambda rate, decay: jd.sgd(lambda step: -rate),
        lambda rate, decay: optax.sgd(rate, momentum=decay, nesterov=True),
        lambda rate, decay: optax.sgd(rate * (1 - decay), momentum=decay),
        lambda rate, decay: optax.sgd(rate, momentum=0.9),
        _bare,
        _forgets,
        0.9,
    ],
    "check_adam_steps": [
        lambda gradients, rate: [-rate * np.sign(g) for g in gradients],
        lambda gradients, rate: [-rate * g for g in gradients],
        lambda gradients, rate: [-step for step in _optax_adam(gradients, rate)],
        lambda gradients, rate: _optax_adam(gradients, 0.1),
        lambda gradients, rate: _optax_adam(gradients[::-1], rate)[::-1],
        lambda gradients, rate: _optax_adam(gradients, rate)[-1],
    ],
}
