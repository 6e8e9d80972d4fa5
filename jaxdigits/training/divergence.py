"""Training that diverges: noticed after each epoch, inside the compiled program, and told."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Bool

from jaxdigits.training.history import History
from jaxdigits.training.step import Examples, Params, Progress

Epoch = Callable[[Progress, jax.Array], tuple[Progress, History]]
Run = tuple[Progress, Bool[Array, ""]]


def unless_diverged(epoch: Epoch) -> Callable[[Run, jax.Array], tuple[Run, History]]:
    """Return the same epoch for a run that stops where its loss or a parameter is not finite.

    Beside its progress a run carries whether all went well so far. If not, its epochs do nothing,
    and what they would have measured is nan. Progress is that of the last epoch that went well.
    """
    # Traced once, though it is asked twice: for its program, and for the shapes that it returns.
    epoch = jax.jit(epoch)

    def guarded(run: Run, number: jax.Array) -> tuple[Run, History]:
        def train(progress: Progress) -> tuple[Run, History]:
            reached, history = epoch(progress, number)
            whole = _all_finite(reached.params)
            well = whole & jnp.isfinite(history.loss)
            kept = jax.tree.map(lambda new, old: jnp.where(well, new, old), reached, progress)
            # An infinite loss stays one; a finite one is none if it led to nowhere.
            loss = jnp.where(whole, history.loss, jnp.nan)
            return (kept, well), History(loss, jnp.where(well, history.metric, jnp.nan))

        def skip(progress: Progress) -> tuple[Run, History]:
            _, shapes = jax.eval_shape(epoch, progress, number)
            nothing = jax.tree.map(lambda s: jnp.full(s.shape, jnp.nan, s.dtype), shapes)
            return (progress, jnp.array(False)), nothing

        progress, well = run
        return jax.lax.cond(well, train, skip, progress)

    return guarded


def check_finite(history: History, params: Params, train: Examples) -> None:
    """Raise `FloatingPointError` for a run that diverged, and say what may have been the reason.

    Args:
        history: What the run measured; while JAX traces, it is not known, and passes.
        params: Where the run started.
        train: What it learned from.
    """
    if isinstance(history.loss, Tracer):
        return
    losses = np.asarray(history.loss)
    finite = np.isfinite(losses)
    if finite.all():
        return
    epoch = int(finite.argmin())
    before = f", after {losses[epoch - 1]:.4g} in the epoch before" if epoch else ""
    raise FloatingPointError(
        f"Training diverged in epoch {epoch}, counting from 0: its loss, or a parameter after it, "
        f"is not finite (loss {losses[epoch]}{before}). {_reason(params, train)} "
        'With on_divergence="stop", the last finite parameters are returned instead.'
    )


def _reason(params: Params, train: Examples) -> str:
    given = {"params": params, "train's x": train[0], "train's y": train[1]}
    for name, arrays in given.items():
        if not _all_finite(arrays):
            return f"Before the first step, {name} held numbers that are not finite: mend them."
    return (
        "Most often the learning rate is too large: try a tenth of it. Else look for a logarithm "
        "or a quotient in the model or the loss that meets a zero."
    )


def _all_finite(arrays: Any) -> Bool[Array, ""]:
    leaves = map(jnp.asarray, jax.tree.leaves(arrays))
    floats = [leaf for leaf in leaves if jnp.issubdtype(leaf.dtype, jnp.inexact)]
    return jnp.array([jnp.isfinite(leaf).all() for leaf in floats], bool).all()
