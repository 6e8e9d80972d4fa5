"""All epochs: train, measure, and keep the history."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Integer, PRNGKeyArray

from jaxdigits._checks import check_labels, check_not_empty, describe
from jaxdigits.training.epoch import (
    Examples,
    Loss,
    Model,
    Params,
    epoch_batches,
    train_epoch,
)

Metric = Callable[[jax.Array, jax.Array], jax.Array]


class History(NamedTuple):
    """What was measured while a model trained, one entry an epoch.

    Attributes:
        loss: `[epochs]`, the mean loss of the epoch's batches, each measured before its step.
        metric: `[epochs]`, the metric over the whole validation set after the epoch; nan if
            no metric was asked for.
    """

    loss: Float[Array, " epochs"]
    metric: Float[Array, " epochs"]


class Fit(NamedTuple):
    """What [`fit`][jaxdigits.fit] returns.

    Attributes:
        params: The trained parameters.
        history: Loss and metric of each epoch.
    """

    params: Params
    history: History


def fit(
    model: Model,
    params: Params,
    loss: Loss,
    optimizer: optax.GradientTransformation,
    train: Examples,
    *,
    epochs: int,
    batch_size: int = 256,
    key: PRNGKeyArray,
    valid: Examples | None = None,
    metric: Metric | None = None,
    progress: bool = False,
) -> Fit:
    """Train a model and return its parameters, with what was measured on the way.

    All epochs run in one compiled call, or with `progress` one call an epoch. Epoch i, counting
    from 0, takes its batches from `epoch_batches(jax.random.fold_in(key, i), n, batch_size)`.

    Args:
        model: `model(params, x) -> outputs`, such as [`linear`][jaxdigits.linear].
        params: Where to start, any pytree of arrays; it is not changed.
        loss: `loss(outputs, y) -> scalar`, the mean over a batch.
        optimizer: An Optax gradient transformation, such as [`sgd`][jaxdigits.sgd].
        train: The examples to learn from, a pair (x, y) with equal first axes.
        epochs: How many times to go through them, at least 1.
        batch_size: How many examples make a step, 1 to all of them.
        key: A random key for the shuffling; the same key gives the same parameters.
        valid: Examples to measure on, a pair (x, y); never learned from.
        metric: `metric(outputs, y) -> scalar`, measured on all of `valid` after each epoch.
        progress: Whether to show a progress bar, on standard error.

    Returns:
        The trained parameters and the history of loss and metric.

    Raises:
        TypeError: If shapes or types do not fit the model or the loss.
        ValueError: If there are no examples, `x` and `y` differ in number, integer labels are
            out of the range of the model's outputs, `batch_size` or `epochs` is out of range,
            or only one of `valid` and `metric` is given.

    Examples:
        >>> from jaxdigits import binary_accuracy, init_linear, linear, mnist_loss, sgd
        >>> x = jnp.array([[-1.0], [1.0]] * 50)
        >>> y = (x > 0).astype(float)
        >>> start = init_linear(jax.random.key(0), 1, 1)
        >>> params, history = fit(
        ...     linear, start, mnist_loss, sgd(1.0), (x, y), epochs=5, batch_size=10,
        ...     key=jax.random.key(1), valid=(x, y), metric=binary_accuracy,
        ... )
        >>> history.metric[-1]
        Array(1., dtype=float32)
    """
    if epochs < 1:
        raise ValueError(f"epochs is {epochs}: train for at least 1.")
    if (valid is None) != (metric is None):
        given, missing = ("metric", "valid") if valid is None else ("valid", "metric")
        raise ValueError(f"{given} is given without {missing}: give both, or neither.")
    _check_examples("train", model, params, train)
    if valid is not None:
        _check_examples("valid", model, params, valid)
    if not 1 <= batch_size <= len(train[0]):
        raise ValueError(
            f"batch_size is {batch_size}, but train has {len(train[0])} examples: "
            f"choose 1 to {len(train[0])}."
        )
    run = partial(_run, model, loss, optimizer, metric, batch_size)
    state = params, optimizer.init(params)
    if not progress:
        (params, _), history = run(state, key, jnp.arange(epochs), train, valid)
        return Fit(params, history)

    from tqdm import tqdm

    histories = []
    with tqdm(range(epochs), unit="epoch") as bar:
        for epoch in bar:
            state, history = run(state, key, jnp.array([epoch]), train, valid)
            histories.append(history)
            measured = {"loss": f"{history.loss[0]:.4f}"}
            if metric is not None:
                measured["metric"] = f"{history.metric[0]:.4f}"
            bar.set_postfix(measured)
    return Fit(state[0], jax.tree.map(lambda *parts: jnp.concatenate(parts), *histories))


@partial(jax.jit, static_argnames=("model", "loss", "optimizer", "metric", "batch_size"))
def _run(
    model: Model,
    loss: Loss,
    optimizer: optax.GradientTransformation,
    metric: Metric | None,
    batch_size: int,
    state: tuple[Params, optax.OptState],
    key: PRNGKeyArray,
    epochs: Integer[Array, " epochs"],
    train: Examples,
    valid: Examples | None,
) -> tuple[tuple[Params, optax.OptState], History]:
    """Train for the epochs of these numbers.

    The data are arguments: arrays that a function closes over are compiled into the program.
    """

    def one_epoch(
        state: tuple[Params, optax.OptState], epoch: jax.Array
    ) -> tuple[tuple[Params, optax.OptState], History]:
        batches = epoch_batches(jax.random.fold_in(key, epoch), len(train[0]), batch_size)
        params, opt_state, mean_loss = train_epoch(model, loss, optimizer, *state, train, batches)
        measured = jnp.full_like(mean_loss, jnp.nan)
        if metric is not None and valid is not None:
            measured = metric(model(params, valid[0]), valid[1])
        return (params, opt_state), History(mean_loss, measured)

    return jax.lax.scan(one_epoch, state, epochs)


def _check_examples(name: str, model: Model, params: Params, examples: Examples) -> None:
    x, y = examples
    if len(x) != len(y):
        raise ValueError(
            f"{name} pairs x {describe(x)} with y {describe(y)}: each example needs one of each."
        )
    check_not_empty(**{f"{name}'s x": x})
    outputs = jax.eval_shape(model, params, x)
    if y.ndim == 1 and outputs.ndim == 2 and jnp.issubdtype(y.dtype, jnp.integer):
        check_labels(outputs.shape[1], **{f"{name}'s y": y})
