"""The training loop: shuffle, predict, measure the loss, step against its gradient, repeat.

This file goes from the outside in: `fit`, then one epoch, then one step. A model is any function
`model(params, x) -> outputs`. A model that keeps something besides its parameters, as batch
normalization does, has a state: `model(params, state, x, training) -> (outputs, new_state)`.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Literal, NamedTuple, ParamSpec, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.core import Tracer
from jax.tree_util import Partial
from jaxtyping import Array, Float, Integer, PRNGKeyArray

from jaxdigits import _fit_checks as checks
from jaxdigits._checks import checked
from jaxdigits.data.arrays import to_float
from jaxdigits.shuffle import shuffled

Params = Any
State = Any
OptState = Any
Model = Callable[..., Any]
Loss = Callable[[jax.Array, jax.Array], jax.Array]
Metric = Callable[[jax.Array, jax.Array], jax.Array]
Augment = Callable[[PRNGKeyArray, jax.Array], jax.Array]
Examples = tuple[jax.Array, jax.Array]
P = ParamSpec("P")
R = TypeVar("R")


class History(NamedTuple):
    """What `fit` measured, one entry per epoch.

    Attributes:
        loss: The mean loss of the epoch's batches, each measured before its step. It is not finite
            in an epoch that diverged, and nan in the epochs after it.
        metric: The metric on the validation set after the epoch; nan without a metric.
    """

    loss: Float[Array, " epochs"]
    metric: Float[Array, " epochs"]

    @property
    def completed(self) -> Integer[Array, ""]:
        """The number of epochs that went well; if the next one diverged, this is its index."""
        return jnp.isfinite(self.loss).sum(axis=-1)


class Fit(NamedTuple):
    """The result of [`fit`][jaxdigits.fit], which can continue from it if you pass it as `resume`.

    It holds the `params`, the `history`, with that of the resumed run, the model's `state`, and the
    optimizer's `opt_state`, such as momentum. It is a pytree of arrays, so
    [`save_params`][jaxdigits.save_params] can save all of it.
    """

    params: Params
    history: History
    state: State
    opt_state: OptState


class TrainState(NamedTuple):
    """What a step changes: `params`, `opt_state` (at first `optimizer.init(params)`), `state`."""

    params: Params
    opt_state: OptState
    state: State = None


def fit(
    model: Model,
    params: Params,
    loss: Loss,
    optimizer: optax.GradientTransformation,
    train: Any,
    *,
    epochs: int,
    batch_size: int = 256,
    key: PRNGKeyArray,
    state: State = None,
    valid: Examples | None = None,
    metric: Metric | None = None,
    augment: Augment | None = None,
    progress: bool = False,
    on_divergence: Literal["raise", "stop"] = "raise",
    resume: Fit | None = None,
) -> Fit:
    """Train a model, and return its parameters with the loss and the metric of each epoch.

    The first call compiles the epoch. Later calls with the same functions, the same optimizer
    object and arrays of the same shapes compile nothing, for any number of epochs. With
    [`sgd`][jaxdigits.sgd], you can even change the learning rate.

    Args:
        model: `model(params, x) -> outputs`, or with a `state`
            `model(params, state, x, training) -> (outputs, new_state)`, where `training` is true
            in a step and false when `valid` is measured.
        params: Where to start, any pytree of arrays. With `resume`, only its structure counts.
        loss: `loss(outputs, y) -> scalar`, the mean over a batch.
        train: A pair (x, y), or an iterable of such pairs, one per batch: a list, a PyTorch or
            Grain loader, or an object whose `__iter__` is a generator function. An epoch is one
            pass over it, with only two batches in memory at a time. In both cases uint8 inputs are
            scaled to [0, 1], batch by batch.
        batch_size: The number of examples per step, for a pair. An epoch leaves out the remainder.
        key: A random key. Epoch i, counting from 0, takes its batches from
            `epoch_batches(fold_in(key, i), n, batch_size)`, with or without `augment`.
        valid: Examples (x, y) on which `metric(outputs, y) -> scalar` is measured after each epoch.
        augment: `augment(key, x) -> x` changes the inputs of each batch before its step.
        on_divergence: What to do if a loss or a parameter is not finite after an epoch. "raise"
            raises `FloatingPointError`. "stop" returns the parameters of the epoch before. Under
            `jax.jit` and `jax.vmap`, where no number is known, both do what "stop" does.
        resume: Continue from this result. With the same `key`, five epochs and five more give the
            same parameters as ten, bit for bit.

    Examples:
        >>> from jaxdigits import binary_accuracy, init_linear, linear, mnist_loss, sgd
        >>> x = jnp.array([[-1.0], [1.0]] * 50)
        >>> train, start = (x, (x > 0).astype(float)), init_linear(jax.random.key(0), 1, 1)
        >>> settings = {"batch_size": 10, "valid": train, "metric": binary_accuracy}
        >>> settings["key"] = jax.random.key(1)
        >>> train_linear = partial(fit, linear, start, mnist_loss, sgd(1.0), train, **settings)
        >>> fitted = train_linear(epochs=3)
        >>> fitted = train_linear(epochs=2, resume=fitted)
        >>> fitted.history.metric.shape, float(fitted.history.metric[-1])
        ((5,), 1.0)
    """
    checks.check_model(model, params, state)
    checks.check_arguments(optimizer, key, epochs, valid, metric, on_divergence)
    now = TrainState(params, optimizer.init(params), state)
    measured: list[History] = []
    if resume is not None:
        checks.check_resume(resume, now)
        now = TrainState(resume.params, resume.opt_state, resume.state)
        # In NumPy, because JAX would compile a program for each number of epochs.
        known = zip(*map(np.asarray, resume.history), strict=True)
        measured = [History(*of_epoch) for of_epoch in known if np.isfinite(of_epoch[0])]
    streaming = checks.is_stream(train, epochs)
    if not streaming:
        train = _checked_pair("train", train, model, now, loss)
    if valid is not None:
        valid = _checked_pair("valid", valid, model, now, metric)

    from tqdm import tqdm  # Only when needed, because importing jaxdigits should be quick.

    first, last = len(measured), len(measured) + epochs
    # No epoch has the largest number, so batches are the same with augmentation and without.
    augment_key = jax.random.fold_in(key, jnp.iinfo(jnp.uint32).max)
    fine = jnp.array(True)
    with tqdm(total=epochs, unit="epoch", disable=not progress) as bar:
        for epoch in range(first, last):
            noise = jax.random.fold_in(augment_key, epoch)
            if streaming:
                after, mean_loss = _train_on_stream(
                    model, loss, optimizer, now, train, augment, noise
                )
            else:
                batches = epoch_batches(jax.random.fold_in(key, epoch), len(train[0]), batch_size)
                after, mean_loss = train_epoch(
                    model, loss, optimizer, now, train, batches, augment=augment, key=noise
                )
            fine, of_epoch = _measure(model, metric, after, fine, mean_loss, valid)
            measured.append(of_epoch)
            if progress:
                _show(bar, of_epoch, metric)
            if isinstance(fine, Tracer):
                now = _where(fine, after, now)
            elif fine:
                now = after
            elif on_divergence == "stop":
                break
            else:
                examples = None if streaming else train
                raise FloatingPointError(checks.why_diverged(measured, params, examples))
    return Fit(now.params, _stacked(measured, last), now.state, now.opt_state)


@partial(jax.jit, static_argnames=("n", "batch_size"))
@checked
def epoch_batches(
    key: PRNGKeyArray, n: int, batch_size: int
) -> Integer[Array, "steps {batch_size}"]:
    """Return the batches of one epoch: the numbers 0 to n - 1, shuffled and cut into rows.

    The remainder, fewer than `batch_size` numbers, is left out, because compiled code needs
    batches of equal size. A different key leaves out different examples.

    Examples:
        >>> epoch_batches(jax.random.key(0), n=7, batch_size=3).shape
        (2, 3)
    """
    if not 1 <= batch_size <= n:
        raise ValueError(
            f"batch_size is {batch_size}, but there are {n} examples: choose 1 to {n}."
        )
    steps = n // batch_size
    # This takes a thirtieth of the time of jax.random.permutation.
    return shuffled(key, jnp.arange(steps * batch_size).reshape(steps, batch_size), n)


def _compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile once per model, loss and optimizer; new numbers in the optimizer do not count."""
    program = jax.jit(function)

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        # For `jax.jit`, a function in a Partial is part of the structure.
        args, kwargs = jax.tree.map(lambda x: Partial(x) if callable(x) else x, (args, kwargs))
        return program(*args, **kwargs)

    return run


@_compiled
def train_epoch(
    model: Model,
    loss: Loss,
    optimizer: optax.GradientTransformation,
    now: TrainState,
    train: Examples,
    batches: Integer[Array, "steps batch_size"],
    *,
    augment: Augment | None = None,
    key: PRNGKeyArray | None = None,
) -> tuple[TrainState, Float[Array, ""]]:
    """Take one step per batch, in one compiled loop; return the new state and the mean loss.

    `batches` holds the indices of the examples of each step, from
    [`epoch_batches`][jaxdigits.epoch_batches]. `key` is needed only for `augment`. The other
    arguments are as for [`fit`][jaxdigits.fit].

    Examples:
        >>> from jaxdigits import init_linear, linear, mse_loss, sgd
        >>> params, optimizer = init_linear(jax.random.key(0), 2, 1), sgd(0.1)
        >>> now = TrainState(params, optimizer.init(params))
        >>> train = jnp.ones((6, 2)), jnp.ones((6, 1))
        >>> batches = epoch_batches(jax.random.key(1), n=6, batch_size=3)
        >>> now, mean_loss = train_epoch(linear, mse_loss, optimizer, now, train, batches)
    """
    x, y = train
    keys = None if key is None else jax.random.split(key, len(batches))

    def step(now: TrainState, batch_and_key: tuple[jax.Array, PRNGKeyArray | None]) -> Any:
        batch, key = batch_and_key
        return train_step(model, loss, optimizer, now, x[batch], y[batch], augment=augment, key=key)

    now, losses = jax.lax.scan(step, now, (batches, keys))
    return now, losses.mean()


@_compiled
def train_step(
    model: Model,
    loss: Loss,
    optimizer: optax.GradientTransformation,
    now: TrainState,
    x: jax.Array,
    y: jax.Array,
    *,
    augment: Augment | None = None,
    key: PRNGKeyArray | None = None,
) -> tuple[TrainState, Float[Array, ""]]:
    """Take one step on one batch; return the new state and the loss before the step.

    The arguments are those of [`train_epoch`][jaxdigits.train_epoch], for one batch.

    Examples:
        >>> from jaxdigits import init_linear, linear, mse_loss, sgd
        >>> params, optimizer = init_linear(jax.random.key(0), 2, 1), sgd(0.1)
        >>> now = TrainState(params, optimizer.init(params))
        >>> x, y = jnp.ones((3, 2)), jnp.ones((3, 1))
        >>> now, loss = train_step(linear, mse_loss, optimizer, now, x, y)
    """
    inputs = _to_inputs(x)
    if augment is not None:
        if key is None:
            raise ValueError("augment is given without key. Pass a random key, too.")
        inputs = augment(key, inputs)

    def batch_loss(params: Params) -> tuple[jax.Array, State]:
        outputs, state = _outputs(model, params, now.state, inputs, training=True)
        return loss(outputs, y), state

    (value, state), grads = jax.value_and_grad(batch_loss, has_aux=True)(now.params)
    # Optimizers that use the loss, such as reduce_on_plateau, take it as `value`.
    update = optax.with_extra_args_support(optimizer).update
    updates, opt_state = update(grads, now.opt_state, now.params, value=value)
    return TrainState(optax.apply_updates(now.params, updates), opt_state, state), value


def predict(
    model: Model,
    params: Params,
    x: Array | np.ndarray,
    *,
    state: State = None,
    batch_size: int = 1000,
) -> Array:
    """Return the outputs of a model for any number of examples, `x`; uint8 is scaled to [0, 1].

    Only `batch_size` of them are computed at a time, because the activations of a deep network for
    10,000 digits at once would take gigabytes. A model with a `state` is called with `training`
    false.

    Examples:
        >>> from jaxdigits import Linear, linear
        >>> line = Linear(w=jnp.array([[2.0]]), b=jnp.array([1.0]))
        >>> predict(linear, line, jnp.arange(2500.0)[:, None]).shape
        (2500, 1)
    """
    checks.check_model(model, params, state)
    if not hasattr(x, "dtype"):
        raise TypeError("x is a list or a tuple. Convert it with numpy.asarray.")
    checks.warn_of_bytes("x", x, stacklevel=3)
    return _predict(model, params, x, state, batch_size)


@partial(jax.jit, static_argnames=("model", "batch_size"))
def _predict(model: Model, params: Params, x: jax.Array, state: State, batch_size: int) -> Any:
    def part(x: jax.Array) -> jax.Array:
        return _outputs(model, params, state, _to_inputs(x), training=False)[0]

    whole = len(x) // batch_size * batch_size
    outputs = []
    if whole:
        parts = x[:whole].reshape(-1, batch_size, *x.shape[1:])
        outputs.append(jax.lax.collapse(jax.lax.map(part, parts), 0, 2))
    if not whole or whole < len(x):
        outputs.append(part(x[whole:]))
    return jnp.concatenate(outputs)


def _outputs(model: Model, params: Params, state: State, x: Any, training: bool) -> Any:
    if state is None:
        return model(params, x), None
    return model(params, state, x, training)


def _checked_pair(name: str, pair: Any, model: Model, now: TrainState, score: Any) -> Examples:
    x, y = checks.to_pair(name, pair)
    outputs = jax.eval_shape(partial(predict, model), now.params, x, state=now.state)
    checks.check_examples(name, x, y, outputs, score)
    return x, y


def _to_inputs(x: jax.Array) -> jax.Array:
    return to_float(x) if x.dtype == jnp.uint8 else x


def _train_on_stream(
    model: Model, loss: Loss, optimizer: Any, now: TrainState, train: Any, augment: Any, key: Any
) -> tuple[TrainState, jax.Array]:
    """Do the same as `train_epoch`, with batches that arrive one by one."""
    total, steps = jnp.zeros(()), 0
    value = total
    for steps, batch in enumerate(train, start=1):
        if steps == 1:
            x, y = _checked_pair("the first batch of train", batch, model, now, loss)
        else:
            x, y = checks.to_pair("a batch of train", batch)
        # JAX computes in the background. By waiting for the previous step only, we fetch one batch
        # while another is computed, and batches never pile up in memory.
        value.block_until_ready()
        step_key = jax.random.fold_in(key, steps) if augment else None
        now, value = train_step(model, loss, optimizer, now, x, y, augment=augment, key=step_key)
        total += value
    if steps == 0:
        raise ValueError("train holds no batches. If it is a loader, look at its batch size.")
    return now, total / steps


@partial(jax.jit, static_argnames=("model", "metric"))
def _measure(
    model: Model, metric: Any, after: TrainState, fine: Any, mean_loss: Any, valid: Any
) -> tuple[jax.Array, History]:
    """Measure the metric after an epoch; return whether all epochs went well, and the history."""
    measured = jnp.full_like(mean_loss, jnp.nan)
    if metric is not None:
        measured = metric(predict(model, after.params, valid[0], state=after.state), valid[1])
        if not jnp.issubdtype(measured.dtype, jnp.inexact):  # A count cannot be nan.
            measured = measured.astype(mean_loss.dtype)
    finite = checks.all_finite(after.params)
    # Show an infinite loss as it is. Replace a finite loss by nan if the parameters diverged.
    loss = jnp.where(fine & finite, mean_loss, jnp.nan)
    fine = fine & jnp.isfinite(loss)
    return fine, History(loss, jnp.where(fine, measured, jnp.nan))


def _where(fine: jax.Array, after: TrainState, before: TrainState) -> TrainState:
    def choose(new: Any, old: Any) -> Any:
        # The epoch has used the old key, and no key may be used twice.
        is_key = jnp.issubdtype(jnp.result_type(old), jax.dtypes.prng_key)
        return new if is_key else jnp.where(fine, new, old)

    return jax.tree.map(choose, after, before)


def _show(bar: Any, measured: History, metric: Metric | None) -> None:
    if isinstance(measured.loss, Tracer):
        raise ValueError(
            "progress is True, but under jax.jit and jax.vmap nothing is known until all epochs "
            "have run. Leave progress out."
        )
    shown = {"loss": measured.loss} | ({"metric": measured.metric} if metric else {})
    bar.set_postfix({name: f"{value:.4f}" for name, value in shown.items()})
    bar.update()


def _stacked(measured: list[History], epochs: int) -> History:
    """Return the history as arrays, with nan for the epochs after one that diverged."""

    def stack(*values: Any) -> jax.Array:
        unknown = [jnp.full_like(values[0], jnp.nan)] * (epochs - len(values))
        if any(isinstance(value, Tracer) for value in values):
            return jnp.stack([*values, *unknown])
        # NumPy compiles nothing, however many epochs there are.
        return jnp.asarray(np.stack([*values, *unknown]))

    return jax.tree.map(stack, *measured)
