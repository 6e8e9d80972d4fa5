"""The compiled run behind `fit`: every epoch's shuffling, steps, and measuring in one program."""

from functools import partial

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Integer, PRNGKeyArray

from jaxdigits.training.divergence import Run, unless_diverged
from jaxdigits.training.epoch import epoch_batches, run_epoch
from jaxdigits.training.history import History
from jaxdigits.training.step import (
    Augment,
    Examples,
    Loss,
    Metric,
    Params,
    Progress,
    State,
    StatefulModel,
    to_inputs,
)

# How many examples are measured at a time: a deep network's activations for all of them at once
# would take gigabytes.
MEASURED_AT_ONCE = 1000


def _run_epochs(
    model: StatefulModel,
    loss: Loss,
    optimizer: optax.GradientTransformation,
    metric: Metric | None,
    augment: Augment | None,
    batch_size: int,
    run: Run,
    key: PRNGKeyArray,
    epochs: Integer[Array, " epochs"],
    train: Examples,
    valid: Examples | None,
) -> tuple[Run, History]:
    """Train for the epochs of these numbers, or until one diverges.

    The data are arguments: arrays that a function closes over are compiled into the program.
    """

    def one_epoch(progress: Progress, epoch: jax.Array) -> tuple[Progress, History]:
        epoch_key = jax.random.fold_in(key, epoch)
        batches = epoch_batches(epoch_key, len(train[0]), batch_size)
        augment_key = jax.random.fold_in(epoch_key, 0)  # Not the shuffle's own.
        progress, mean_loss = run_epoch(
            model, loss, optimizer, progress, train, batches, augment, augment_key
        )
        measured = jnp.full_like(mean_loss, jnp.nan)
        if metric is not None and valid is not None:
            outputs = outputs_of(model, progress.params, progress.state, valid[0])
            measured = jnp.asarray(metric(outputs, valid[1]))
            if not jnp.issubdtype(measured.dtype, jnp.inexact):  # A count cannot be nan.
                measured = measured.astype(mean_loss.dtype)
        return progress, History(mean_loss, measured)

    return jax.lax.scan(unless_diverged(one_epoch), run, epochs)


_SETTINGS = ("model", "loss", "optimizer", "metric", "augment", "batch_size")
run_epochs = jax.jit(_run_epochs, static_argnames=_SETTINGS)
# For a call an epoch: each overwrites what the last one left, and copies nothing.
run_epochs_in_place = jax.jit(_run_epochs, static_argnames=_SETTINGS, donate_argnames="run")


@partial(jax.jit, static_argnames="model")
def outputs_of(model: StatefulModel, params: Params, state: State, x: jax.Array) -> jax.Array:
    """Return the model's outputs for all of `x`, computed part by part."""

    def part(x: jax.Array) -> jax.Array:
        return model(params, state, to_inputs(x), False)[0]

    parts, rest = divmod(len(x), MEASURED_AT_ONCE)
    if parts == 0:
        return part(x)
    whole = x[: len(x) - rest].reshape(parts, MEASURED_AT_ONCE, *x.shape[1:])
    outputs = jax.lax.map(part, whole)
    outputs = outputs.reshape(-1, *outputs.shape[2:])
    return jnp.concatenate([outputs, part(x[len(x) - rest :])]) if rest else outputs
