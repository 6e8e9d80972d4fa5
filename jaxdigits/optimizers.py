"""Stochastic gradient descent by hand: as a function, and as an Optax transformation."""

from collections.abc import Mapping
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import optax
from jax.tree_util import Partial
from jaxtyping import Array, Float

from jaxdigits._checks import check_values, compiled, describe

Params = TypeVar("Params")


def _possible_rate(learning_rate: Any, _: Mapping[str, Any]) -> tuple[Any, str]:
    # By default JAX computes in float32, where 1e39 is infinite.
    kinds = {jnp.result_type(float), learning_rate.dtype}
    largest = min(float(jnp.finfo(k).max) for k in kinds if jnp.issubdtype(k, jnp.floating))
    return (learning_rate >= 0) & (learning_rate <= largest), (
        f"it must be a number from 0 to {largest:.0e}. "
        "For digits, try 1.0 with a linear model and 0.1 with a network."
    )


@compiled(learning_rate=_possible_rate)
def sgd_update(params: Params, grads: Params, learning_rate: float | Float[Array, ""]) -> Params:
    """Return `params - learning_rate * grads`: one step downhill.

    `params` may be any pytree of arrays. Parameters keep their type. Inside `jax.jit`, where the
    learning rate is unknown, an impossible one makes them nan.

    Examples:
        >>> sgd_update(jnp.array([3.0]), jnp.array([6.0]), learning_rate=0.5).tolist()
        [0.0]
    """
    if jax.tree.structure(params) != jax.tree.structure(grads):
        raise TypeError(
            f"sgd_update: grads is {describe(grads)}, but params is {describe(params)}. Give one "
            "gradient per parameter, in the same containers, as jax.grad does."
        )

    def step(path: Any, p: jax.Array, g: jax.Array) -> jax.Array:
        if p.shape != g.shape:
            leaf = jax.tree_util.keystr(path)
            raise TypeError(
                f"sgd_update: grads{leaf} is {describe(g)}, but params{leaf} is {describe(p)}. "
                "Reshape it: nothing is broadcast."
            )
        return p - _scaled(learning_rate, g).astype(p.dtype)

    return jax.tree_util.tree_map_with_path(step, params, grads)


def sgd(learning_rate: float | Float[Array, ""] | optax.Schedule) -> optax.GradientTransformation:
    """Return stochastic gradient descent as an Optax transformation, as `optax.sgd` does.

    The learning rate is a number, 0 or more, or a schedule: a function from the count of steps so
    far, which is the optimizer's only state. `fit` compiles once for all numbers.

    Examples:
        >>> optimizer = sgd(0.5)
        >>> state = optimizer.init(jnp.array([3.0]))
        >>> updates, state = optimizer.update(jnp.array([6.0]), state)
        >>> updates.tolist()
        [-3.0]
    """
    if not callable(learning_rate):
        check_values("learning_rate", learning_rate, _possible_rate, {})
    # In a Partial, unlike in a closure, `fit` finds the number and compiles once for all numbers.
    return optax.GradientTransformation(_init, Partial(_update, learning_rate))


def _init(params: optax.Params) -> jax.Array:
    return jnp.zeros([], jnp.int32)


def _update(learning_rate: Any, updates: Any, state: Any, params: Any = None) -> tuple[Any, Any]:
    rate = learning_rate(state) if callable(learning_rate) else learning_rate
    return jax.tree.map(lambda gradient: -_scaled(rate, gradient), updates), state + 1


def _scaled(rate: Any, gradient: jax.Array) -> jax.Array:
    """Multiply in the gradient's own type, which a float32 rate could otherwise widen."""
    return jnp.asarray(rate, gradient.dtype) * gradient
