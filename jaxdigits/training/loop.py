"""All epochs of a model that is a function of its parameters alone."""

from typing import Literal, NamedTuple

import optax
from jaxtyping import PRNGKeyArray

from jaxdigits.training.history import History
from jaxdigits.training.stateful import fit_stateful
from jaxdigits.training.step import (
    Augment,
    Examples,
    Loss,
    Metric,
    Model,
    Params,
    Stateless,
)


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
    augment: Augment | None = None,
    progress: bool = False,
    on_divergence: Literal["raise", "stop"] = "raise",
) -> Fit:
    """Train a model and return its parameters, with what was measured on the way.

    All epochs run in one compiled call, or with `progress` one call an epoch. Epoch i, counting
    from 0, takes its batches from `epoch_batches(jax.random.fold_in(key, i), n, batch_size)`.
    A second call with the same functions and with arrays of the same shapes compiles nothing.

    Args:
        model: `model(params, x) -> outputs`, such as [`linear`][jaxdigits.linear].
        params: Where to start, any pytree of arrays; it is not changed.
        loss: `loss(outputs, y) -> scalar`, the mean over a batch.
        optimizer: An Optax gradient transformation, such as [`sgd`][jaxdigits.sgd].
        train: The examples to learn from, a pair (x, y) with equal first axes. If `x` is uint8,
            it stays so, at a quarter of the memory, and each batch is scaled to [0, 1] by
            [`to_float`][jaxdigits.to_float].
        epochs: How many times to go through them, at least 1.
        batch_size: How many examples make a step, 1 to all of them.
        key: A random key for the shuffling; the same key gives the same parameters.
        valid: Examples to measure on, a pair (x, y); never learned from.
        metric: `metric(outputs, y) -> scalar`, measured on all of `valid` after each epoch.
        augment: `augment(key, x) -> x`, which changes the inputs of each batch at random before
            the step, such as by shifting images; never those of `valid`.
        progress: Whether to show a progress bar, on standard error.
        on_divergence: What to do when the loss of an epoch, or a parameter at its end, is not
            finite. "raise" says so. "stop" returns the parameters that the epoch before left, and
            `history.completed` says how many epochs went well; so does either while `jax.jit`
            or `jax.vmap` traces, when no number is known. In no case does training go on.

    Returns:
        The trained parameters and the history of loss and metric.

    Raises:
        FloatingPointError: If training diverges, unless `on_divergence` is "stop".
        TypeError: If shapes or types do not fit the model or the loss.
        ValueError: If there are no examples, `x` and `y` differ in number, integer labels are
            out of the range of the model's outputs, `batch_size` or `epochs` is out of range,
            `on_divergence` is neither of its two words, or only one of `valid` and `metric` is
            given.

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

        A learning rate that is too large:

        >>> from jaxdigits import mse_loss
        >>> far, history = fit(
        ...     linear, start, mse_loss, sgd(30.0), (x, y), epochs=5, batch_size=10,
        ...     key=jax.random.key(1), on_divergence="stop",
        ... )
        >>> history.completed, jnp.isfinite(far.w).all()
        (Array(1, dtype=int32), Array(True, dtype=bool))
    """
    params, _, history = fit_stateful(
        Stateless(model),
        params,
        (),
        loss,
        optimizer,
        train,
        epochs=epochs,
        batch_size=batch_size,
        key=key,
        valid=valid,
        metric=metric,
        augment=augment,
        progress=progress,
        on_divergence=on_divergence,
    )
    return Fit(params, history)
