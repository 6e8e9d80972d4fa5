"""Optax in a page: what the exercises need of it."""

from typing import Any, NamedTuple

import numpy as np
from jax import nn, tree
from jax import numpy as jnp
from not_here import named

Params = Updates = OptState = Schedule = Any


__getattr__ = named("optax")


class GradientTransformation(NamedTuple):
    """Two functions: one that starts a state, and one that turns gradients into steps."""

    init: Any
    update: Any


class EmptyState(NamedTuple):
    """A state that remembers nothing."""


class TraceState(NamedTuple):
    """The running sum of gradients."""

    trace: Any


class ScaleByScheduleState(NamedTuple):
    """How many steps were made."""

    count: Any


class ScaleByAdamState(NamedTuple):
    """Running means of gradients and of their squares."""

    count: Any
    mu: Any
    nu: Any


def _zeros(params):
    return tree.map(jnp.zeros_like, params)


def with_extra_args_support(transformation):
    """Return a transformation that takes no notice of further arguments."""

    def update(updates, state, params=None, **extra):
        return transformation.update(updates, state, params)

    return GradientTransformation(transformation.init, update)


def identity():
    """Return gradients as they are."""
    return GradientTransformation(lambda p: EmptyState(), lambda u, s, p=None: (u, s))


def scale(step_size):
    """Multiply by a number."""
    return GradientTransformation(
        lambda params: EmptyState(),
        lambda updates, state, params=None: (tree.map(lambda g: step_size * g, updates), state),
    )


def scale_by_schedule(step_size_fn):
    """Multiply by a number that depends on the step."""

    def update(updates, state, params=None):
        by = step_size_fn(state.count)
        return tree.map(lambda g: by * g, updates), ScaleByScheduleState(state.count + 1)

    start = lambda params: ScaleByScheduleState(jnp.zeros([], "int32"))  # noqa: E731
    return GradientTransformation(start, update)


def scale_by_learning_rate(learning_rate):
    """Multiply by a learning rate, downhill."""
    if callable(learning_rate):
        return scale_by_schedule(lambda count: -learning_rate(count))
    return scale(-learning_rate)


def trace(decay, nesterov=False):
    """Add up gradients, of which older ones count less."""

    def update(updates, state, params=None):
        new = tree.map(lambda g, t: g + decay * t, updates, state.trace)
        out = tree.map(lambda g, t: g + decay * t, updates, new) if nesterov else new
        return out, TraceState(new)

    return GradientTransformation(lambda params: TraceState(_zeros(params)), update)


def scale_by_adam(b1=0.9, b2=0.999, eps=1e-8):
    """Divide the mean gradient by the root of the mean square."""

    def update(updates, state, params=None):
        mu = tree.map(lambda g, m: (1 - b1) * g + b1 * m, updates, state.mu)
        nu = tree.map(lambda g, v: (1 - b2) * g * g + b2 * v, updates, state.nu)
        count = state.count + 1
        m_hat = tree.map(lambda m: m / (1 - b1 ** count.astype("float32")), mu)
        v_hat = tree.map(lambda v: v / (1 - b2 ** count.astype("float32")), nu)
        made = tree.map(lambda m, v: m / (jnp.sqrt(v) + eps), m_hat, v_hat)
        return made, ScaleByAdamState(count, mu, nu)

    start = lambda params: ScaleByAdamState(jnp.zeros([], "int32"), _zeros(params), _zeros(params))  # noqa: E731
    return GradientTransformation(start, update)


def add_decayed_weights(weight_decay=0.0):
    """Add a part of the parameters."""

    def update(updates, state, params=None):
        return tree.map(lambda g, p: g + weight_decay * p, updates, params), state

    return GradientTransformation(lambda params: EmptyState(), update)


def chain(*transformations):
    """Do one after the other."""

    def update(updates, state, params=None):
        states = []
        for each, own in zip(transformations, state, strict=True):
            updates, new = each.update(updates, own, params)
            states.append(new)
        return updates, tuple(states)

    return GradientTransformation(
        lambda params: tuple(each.init(params) for each in transformations), update
    )


def sgd(learning_rate, momentum=None, nesterov=False):
    """Return gradient descent, with momentum or without."""
    first = trace(momentum, nesterov) if momentum is not None else identity()
    return chain(first, scale_by_learning_rate(learning_rate))


def adam(learning_rate, b1=0.9, b2=0.999, eps=1e-8):
    """Return Adam."""
    return chain(scale_by_adam(b1, b2, eps), scale_by_learning_rate(learning_rate))


def adamw(learning_rate, b1=0.9, b2=0.999, eps=1e-8, weight_decay=1e-4):
    """Return Adam with decoupled weight decay."""
    return chain(
        scale_by_adam(b1, b2, eps),
        add_decayed_weights(weight_decay),
        scale_by_learning_rate(learning_rate),
    )


def apply_updates(params, updates):
    """Return the parameters after a step."""
    return tree.map(lambda p, u: (p + u).astype(p.dtype), params, updates)


def constant_schedule(value):
    """Return the same rate at each step."""
    return lambda count: value


def linear_schedule(init_value, end_value, transition_steps, transition_begin=0):
    """Return a rate that goes from one to another in a straight line."""

    def schedule(count):
        share = jnp.clip((jnp.asarray(count) - transition_begin) / transition_steps, 0.0, 1.0)
        return init_value + (end_value - init_value) * share

    return schedule


def softmax_cross_entropy(logits, labels):
    """Return minus the logarithm of the confidence in the right class, per example."""
    return -jnp.sum(labels * nn.log_softmax(logits), axis=-1)


def softmax_cross_entropy_with_integer_labels(logits, labels):
    """Return minus the logarithm of the confidence in the right class, per example."""
    rows = nn.log_softmax(logits)
    return -jnp.sum(rows * nn.one_hot(labels, rows.shape[-1]), axis=-1)


def sigmoid_binary_cross_entropy(logits, labels):
    """Return minus the logarithm of the confidence in the right answer, per output."""
    return -labels * nn.log_sigmoid(logits) - (1 - labels) * nn.log_sigmoid(-jnp.asarray(logits))


def squared_error(predictions, targets):
    """Return the squared difference."""
    shapes = np.shape(predictions), np.shape(targets)
    if shapes[0] != shapes[1]:
        raise ValueError(f"Shape mismatch: got {shapes[0]} and {shapes[1]}.")
    return jnp.square(predictions - targets)
