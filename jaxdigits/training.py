"""The training loop: shuffle, predict, measure the loss, step, repeat, all in one compiled call.

A model is any function `model(params, x) -> outputs`, a loss any function
`loss(outputs, y) -> scalar`, an optimizer any Optax gradient transformation.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Integer, PRNGKeyArray

from jaxdigits._checks import check_labels, check_not_empty, checked, describe

Params = Any
Model = Callable[[Params, jax.Array], jax.Array]
Loss = Callable[[jax.Array, jax.Array], jax.Array]
Metric = Callable[[jax.Array, jax.Array], jax.Array]
Examples = tuple[jax.Array, jax.Array]


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
