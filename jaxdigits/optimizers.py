"""Stochastic gradient descent, by hand: as a function, and as an Optax transformation."""

import functools
from typing import Any, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import optax
from jax.core import Tracer
from jaxtyping import Array, Float, Integer

from jaxdigits._checks import checked

Params = TypeVar("Params")
LearningRate = float | Float[Array, ""]


@checked
def sgd_update(params: Params, grads: Params, learning_rate: float | Float[Array, ""]) -> Params:
    """Return `params - learning_rate * grads`: one step downhill.

    Args:
        params: Parameters, any pytree of arrays.
        grads: The loss's gradient for each parameter, a pytree of the same structure.
        learning_rate: How far to step, 0 or more.

    Returns:
        New parameters, of the structure of `params`.

    Raises:
        ValueError: If the learning rate is negative or not finite, or the structures differ.

    Examples:
        >>> sgd_update(jnp.array([3.0]), jnp.array([6.0]), learning_rate=0.5)
        Array([0.], dtype=float32)
    """
    _check_learning_rate(learning_rate)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)


class SGDState(NamedTuple):
    """What [`sgd`][jaxdigits.sgd] remembers between steps.

    Attributes:
        step: How many steps were taken; a schedule reads the learning rate from it.
    """

    step: Integer[Array, ""]


def sgd(learning_rate: LearningRate | optax.Schedule) -> optax.GradientTransformation:
    """Return stochastic gradient descent as an Optax transformation, as `optax.sgd` does.

    Args:
        learning_rate: How far to step: a number, 0 or more, or a schedule, a function from the
            number of steps taken to the learning rate.

    Returns:
        A pair of pure functions: `init(params)` makes the state, and
        `update(grads, state, params)` turns gradients into updates, which `optax.apply_updates`
        adds to the parameters. Equal numbers give equal pairs, for which `fit` compiles once.

    Raises:
        ValueError: If the learning rate is negative or not finite.

    Examples:
        >>> optimizer = sgd(0.5)
        >>> state = optimizer.init(jnp.array([3.0]))
        >>> updates, state = optimizer.update(jnp.array([6.0]), state)
        >>> updates
        Array([-3.], dtype=float32)
    """
    if not callable(learning_rate):
        _check_learning_rate(learning_rate)
        if isinstance(learning_rate, (int, float)):
            return _constant_sgd(learning_rate)
    return _sgd(learning_rate)


def _sgd(learning_rate: LearningRate | optax.Schedule) -> optax.GradientTransformation:
    def init(params: optax.Params) -> SGDState:
        return SGDState(step=jnp.zeros([], jnp.int32))

    def update(
        updates: optax.Updates, state: Any, params: optax.Params | None = None
    ) -> tuple[optax.Updates, SGDState]:
        rate: Any = learning_rate(state.step) if callable(learning_rate) else learning_rate
        downhill = jax.tree.map(lambda gradient: -rate * gradient, updates)
        return downhill, SGDState(step=state.step + 1)

    return optax.GradientTransformation(init, update)


# `fit` compiles once for each optimizer that it is given, so equal numbers give the same one.
_constant_sgd = functools.lru_cache(typed=True)(_sgd)


def _check_learning_rate(learning_rate: LearningRate) -> None:
    if isinstance(learning_rate, Tracer):  # its value is not known yet
        return
    # JAX computes with float32, unless told otherwise: 1e39 is infinite there.
    largest = float(jnp.finfo(jnp.result_type(float)).max)
    if not 0 <= float(learning_rate) <= largest:
        raise ValueError(
            f"learning_rate is {learning_rate}: it must be a number from 0 to {largest:.0e}. "
            "For digits, try 1.0 with a linear model and 0.1 with a network."
        )
