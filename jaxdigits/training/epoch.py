"""One epoch: the training examples in shuffled batches, and a step for each of them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import optax
from jaxtyping import Array, Float, Integer, PRNGKeyArray

from jaxdigits._checks import checked

Params = Any
Model = Callable[[Params, jax.Array], jax.Array]
Loss = Callable[[jax.Array, jax.Array], jax.Array]
Examples = tuple[jax.Array, jax.Array]


@partial(jax.jit, static_argnames=("n", "batch_size"))
@checked
def epoch_batches(
    key: PRNGKeyArray, n: int, batch_size: int
) -> Integer[Array, "steps {batch_size}"]:
    """Return an epoch's batches: the numbers 0 to n - 1, shuffled and cut into rows.

    The remainder, fewer than `batch_size` examples, is left out: compiled code needs batches of
    one size. Every epoch shuffles anew, so that each example has its turn.

    Args:
        key: A random key; the same key gives the same order.
        n: How many examples there are.
        batch_size: How many of them a batch holds, 1 to `n`.

    Returns:
        Indices `[n // batch_size, batch_size]`, none of them twice.

    Raises:
        ValueError: If `batch_size` is less than 1 or more than `n`.

    Examples:
        >>> epoch_batches(jax.random.key(0), n=7, batch_size=3).shape
        (2, 3)
    """
    if not 1 <= batch_size <= n:
        raise ValueError(
            f"batch_size is {batch_size}, but there are {n} examples: choose 1 to {n}."
        )
    steps = n // batch_size
    return jax.random.permutation(key, n)[: steps * batch_size].reshape(steps, batch_size)


@partial(jax.jit, static_argnames=("model", "loss", "optimizer"))
def train_epoch(
    model: Model,
    loss: Loss,
    optimizer: optax.GradientTransformation,
    params: Params,
    opt_state: optax.OptState,
    train: Examples,
    batches: Integer[Array, "steps batch_size"],
) -> tuple[Params, optax.OptState, Float[Array, ""]]:
    """Take one optimizer step for each batch, as one compiled loop.

    Args:
        model: `model(params, x) -> outputs`.
        loss: `loss(outputs, y) -> scalar`.
        optimizer: An Optax gradient transformation.
        params: Parameters, any pytree of arrays.
        opt_state: The optimizer's state, at first `optimizer.init(params)`.
        train: All training examples, a pair (x, y) with equal first axes.
        batches: For each step the indices of its examples, from
            [`epoch_batches`][jaxdigits.epoch_batches].

    Returns:
        New parameters, new optimizer state, and the mean loss of the batches, each measured
        before its step.

    Examples:
        >>> from jaxdigits import init_linear, linear, mse_loss, sgd
        >>> params, optimizer = init_linear(jax.random.key(0), 2, 1), sgd(0.1)
        >>> train = jnp.ones((6, 2)), jnp.ones((6, 1))
        >>> batches = epoch_batches(jax.random.key(1), n=6, batch_size=3)
        >>> params, _, loss = train_epoch(
        ...     linear, mse_loss, optimizer, params, optimizer.init(params), train, batches
        ... )
    """
    x, y = train

    def step(
        carry: tuple[Params, optax.OptState], batch: jax.Array
    ) -> tuple[tuple[Params, optax.OptState], jax.Array]:
        params, opt_state = carry
        value, grads = jax.value_and_grad(lambda p: loss(model(p, x[batch]), y[batch]))(params)
        updates, opt_state = optimizer.update(grads, opt_state, params)
        return (optax.apply_updates(params, updates), opt_state), value

    (params, opt_state), losses = jax.lax.scan(step, (params, opt_state), batches)
    return params, opt_state, losses.mean()
