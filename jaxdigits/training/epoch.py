"""One epoch: the training examples in shuffled batches, and a step for each of them."""

from functools import partial

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Integer, PRNGKeyArray

from jaxdigits._checks import checked
from jaxdigits.training.shuffle import shuffled
from jaxdigits.training.step import (
    Augment,
    Examples,
    Loss,
    Model,
    Params,
    Progress,
    StatefulModel,
    Stateless,
    to_inputs,
    train_step,
)


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

    References:
        Hoang, Morris and Rogaway, An Enciphering Scheme Based on a Card Shuffle, 2012.
    """
    if not 1 <= batch_size <= n:
        raise ValueError(
            f"batch_size is {batch_size}, but there are {n} examples: choose 1 to {n}."
        )
    steps = n // batch_size
    return shuffled(key, jnp.arange(steps * batch_size).reshape(steps, batch_size), n)


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
        train: All training examples, a pair (x, y) with equal first axes. If `x` is uint8, each
            batch is scaled to [0, 1] by [`to_float`][jaxdigits.to_float].
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
    start = Progress(params, (), opt_state)
    progress, mean_loss = run_epoch(Stateless(model), loss, optimizer, start, train, batches)
    return progress.params, progress.opt_state, mean_loss


def run_epoch(
    model: StatefulModel,
    loss: Loss,
    optimizer: optax.GradientTransformation,
    progress: Progress,
    train: Examples,
    batches: Integer[Array, "steps batch_size"],
    augment: Augment | None = None,
    key: PRNGKeyArray | None = None,
) -> tuple[Progress, Float[Array, ""]]:
    """Do the same for a model with state; before each step, `augment` may change the inputs."""
    x, y = train
    keys = jax.random.split(key, len(batches)) if augment and key is not None else None

    def step(
        progress: Progress, batch_and_key: tuple[jax.Array, PRNGKeyArray | None]
    ) -> tuple[Progress, jax.Array]:
        batch, key = batch_and_key
        inputs = to_inputs(x[batch])
        if augment and key is not None:
            inputs = augment(key, inputs)
        return train_step(model, loss, optimizer, progress, inputs, y[batch])

    progress, losses = jax.lax.scan(step, progress, (batches, keys))
    return progress, losses.mean()
