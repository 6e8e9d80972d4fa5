"""All epochs: check what is given, train, show progress if asked, and keep the history."""

from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import PRNGKeyArray

from jaxdigits._checks import check_labels, check_not_empty, describe
from jaxdigits.training.divergence import Run, check_finite
from jaxdigits.training.history import History
from jaxdigits.training.run import outputs_of, run_epochs, run_epochs_in_place
from jaxdigits.training.step import (
    Augment,
    Examples,
    Loss,
    Metric,
    Params,
    Progress,
    State,
    StatefulModel,
)


class StatefulFit(NamedTuple):
    """What [`fit_stateful`][jaxdigits.fit_stateful] returns.

    Attributes:
        params: The trained parameters.
        state: What the model kept, such as the running means of batch normalization.
        history: Loss and metric of each epoch.
    """

    params: Params
    state: State
    history: History


def fit_stateful(
    model: StatefulModel,
    params: Params,
    state: State,
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
) -> StatefulFit:
    """Train a model that keeps a state beside its parameters, as batch normalization does.

    All else is as for [`fit`][jaxdigits.fit], which is this function for a model without a state.

    Args:
        model: `model(params, state, x, training) -> (outputs, new_state)`. `training` is true in
            a step, and false when `valid` is measured, where the new state is ignored.
        params: Where to start, any pytree of arrays; it is not changed.
        state: What the model keeps at the start, any pytree of arrays; it is not changed.
        loss: As for `fit`.
        optimizer: As for `fit`; it changes the parameters, never the state.
        train: As for `fit`.
        epochs: As for `fit`.
        batch_size: As for `fit`.
        key: As for `fit`.
        valid: As for `fit`.
        metric: As for `fit`.
        augment: As for `fit`.
        progress: As for `fit`.
        on_divergence: As for `fit`; with the last finite parameters comes the state beside them.

    Returns:
        The trained parameters, the state that the last step left, and the history.

    Raises:
        FloatingPointError: As for `fit`.
        TypeError: As for `fit`.
        ValueError: As for `fit`.

    Examples:
        >>> from jaxdigits import init_linear, linear, mse_loss, sgd
        >>> def model(params, steps, x, training):  # A linear model that counts its steps.
        ...     return linear(params, x), steps + 1
        >>> examples = jnp.ones((8, 2)), jnp.ones((8, 1))
        >>> fitted = fit_stateful(
        ...     model, init_linear(jax.random.key(0), 2, 1), jnp.array(0), mse_loss, sgd(0.1),
        ...     examples, epochs=3, batch_size=4, key=jax.random.key(1),
        ... )
        >>> int(fitted.state)
        6
    """
    if epochs < 1:
        raise ValueError(f"epochs is {epochs}: train for at least 1.")
    if (valid is None) != (metric is None):
        given, missing = ("metric", "valid") if valid is None else ("valid", "metric")
        raise ValueError(f"{given} is given without {missing}: give both, or neither.")
    if on_divergence not in ("raise", "stop"):
        raise ValueError(f'on_divergence is {on_divergence!r}: choose "raise" or "stop".')
    _check_examples("train", model, params, state, train)
    if valid is not None:
        _check_examples("valid", model, params, state, valid)
    if not 1 <= batch_size <= len(train[0]):
        raise ValueError(
            f"batch_size is {batch_size}, but train has {len(train[0])} examples: "
            f"choose 1 to {len(train[0])}."
        )
    settings = model, loss, optimizer, metric, augment, batch_size
    start = Progress(params, state, optimizer.init(params)), jnp.array(True)
    if progress:
        (reached, _), history = _with_a_bar(settings, start, key, epochs, train, valid)
    else:
        (reached, _), history = run_epochs(*settings, start, key, jnp.arange(epochs), train, valid)
    if on_divergence == "raise":
        check_finite(history, params, train)
    return StatefulFit(reached.params, reached.state, history)


def _with_a_bar(
    settings: tuple[Any, ...],
    start: Run,
    key: PRNGKeyArray,
    epochs: int,
    train: Examples,
    valid: Examples | None,
) -> tuple[Run, History]:
    """Run one epoch a call, and show each one's loss and metric when it is done."""
    from tqdm import tqdm

    # The compiled program overwrites what it is given. The caller's arrays stay whole.
    reached = jax.tree.map(jnp.copy, start)
    histories: list[History] = []
    with tqdm(total=epochs, unit="epoch") as bar:

        def show(history: History) -> bool:
            """Show it, and say whether all went well."""
            measured = {"loss": f"{history.loss.item():.4f}"}
            if valid is not None:
                measured["metric"] = f"{history.metric.item():.4f}"
            bar.set_postfix(measured, refresh=False)
            bar.update()
            return bool(history.completed)

        for epoch in range(epochs):
            reached, history = run_epochs_in_place(
                *settings, reached, key, np.array([epoch]), train, valid
            )
            histories.append(history)
            # JAX returns before it has computed: this epoch runs while the last one is shown.
            if epoch > 0 and not show(histories[-2]):
                break
        else:
            show(histories[-1])
    left_out = epochs - len(histories)
    histories += [jax.tree.map(lambda part: jnp.full_like(part, jnp.nan), histories[0])] * left_out
    return reached, jax.tree.map(lambda *parts: jnp.concatenate(parts), *histories)


def _check_examples(
    name: str, model: StatefulModel, params: Params, state: State, examples: Examples
) -> None:
    x, y = examples
    if len(x) != len(y):
        raise ValueError(
            f"{name} pairs x {describe(x)} with y {describe(y)}: each example needs one of each."
        )
    check_not_empty(**{f"{name}'s x": x})

    outputs = outputs_of.eval_shape(model, params, state, x)
    if y.ndim == 1 and outputs.ndim == 2 and jnp.issubdtype(y.dtype, jnp.integer):
        check_labels(outputs.shape[1], **{f"{name}'s y": y})
