"""One step of training: predict a batch, measure the loss, and step against its gradient."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, PRNGKeyArray

from jaxdigits.data.arrays import to_float

Params = Any
State = Any
Model = Callable[[Params, jax.Array], jax.Array]
StatefulModel = Callable[[Params, State, jax.Array, bool], tuple[jax.Array, State]]
Loss = Callable[[jax.Array, jax.Array], jax.Array]
Metric = Callable[[jax.Array, jax.Array], jax.Array]
Augment = Callable[[PRNGKeyArray, jax.Array], jax.Array]
Examples = tuple[jax.Array, jax.Array]


class Progress(NamedTuple):
    """All that changes while a model trains.

    Attributes:
        params: What the optimizer learns.
        state: What the model itself keeps, such as the running means of batch normalization.
        opt_state: What the optimizer keeps, such as momentum.
    """

    params: Params
    state: State
    opt_state: optax.OptState


class Stateless(NamedTuple):
    """A model that keeps nothing, `model(params, x)`, in the form of one that keeps a state."""

    model: Model

    def __call__(
        self, params: Params, state: State, x: jax.Array, training: bool
    ) -> tuple[jax.Array, State]:
        """Return the outputs, and the state as it was."""
        return self.model(params, x), state


def train_step(
    model: StatefulModel,
    loss: Loss,
    optimizer: optax.GradientTransformation,
    progress: Progress,
    x: jax.Array,
    y: jax.Array,
) -> tuple[Progress, Float[Array, ""]]:
    """Take one step on one batch; return where it leads, and the loss before it."""

    def batch_loss(params: Params) -> tuple[jax.Array, State]:
        outputs, state = model(params, progress.state, x, True)
        return loss(outputs, y), state

    (value, state), grads = jax.value_and_grad(batch_loss, has_aux=True)(progress.params)
    updates, opt_state = optimizer.update(grads, progress.opt_state, progress.params)
    return Progress(optax.apply_updates(progress.params, updates), state, opt_state), value


def to_inputs(x: jax.Array) -> jax.Array:
    """Return what a model takes: bytes become intensities in [0, 1], anything else stays."""
    return to_float(x) if x.dtype == jnp.uint8 else x
