"""The checks that `fit` makes before it trains, and its message when training diverges."""

import inspect
import sys
import warnings
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from jaxdigits._checks import describe


def check_model(model: Any, params: Any, state: Any) -> None:
    """Check that the model can be called, and that it gets its parameters."""
    nnx = sys.modules.get("flax.nnx")
    if nnx and isinstance(model, nnx.Module):
        raise TypeError(
            f"model is a {type(model).__name__}, an NNX module. Make it a function first: "
            "model, params, state = functional(module)."
        )
    if hasattr(params, "opt_state"):
        raise TypeError("params is the result of fit. Pass its parameters, fitted.params.")
    names = ("params", "x") if state is None else ("params", "state", "x", "training")
    try:
        inspect.signature(model).bind(*names)
    except TypeError as error:
        remedy = "Does it have a state? Pass state=." if state is None else "Leave state out."
        raise TypeError(f"model cannot be called as model({', '.join(names)}). {remedy}") from error


def check_arguments(
    optimizer: Any, key: Any, epochs: int, valid: Any, metric: Any, on_divergence: str
) -> None:
    if not hasattr(optimizer, "update"):
        remedy = "Pass sgd(0.1), optax.adam(1e-3), or another transformation."
        if callable(optimizer):
            remedy = f"Call it: {getattr(optimizer, '__name__', 'it')}(0.1)."
        raise TypeError(f"optimizer is {optimizer!r}, not an Optax transformation. {remedy}")
    if not hasattr(key, "dtype"):
        raise TypeError(f"key is {key!r}. Pass a random key: jax.random.key(0).")
    if not isinstance(epochs, int | np.integer) or epochs < 1:
        raise ValueError(f"epochs is {epochs}: pass a whole number, at least 1.")
    if (valid is None) != (metric is None):
        given, missing = ("metric", "valid") if valid is None else ("valid", "metric")
        raise ValueError(f"{given} is given without {missing}: give both, or neither.")
    if on_divergence not in ("raise", "stop"):
        raise ValueError(f'on_divergence is {on_divergence!r}: choose "raise" or "stop".')


def check_resume(resume: Any, now: Any) -> None:
    if not hasattr(resume, "opt_state"):
        raise TypeError(f"resume is {describe(resume)[:60]}. Pass the result of fit.")
    for name in ("params", "opt_state", "state"):
        # Not the trees themselves: a class of the user's may compare by identity.
        found, wanted = (
            [(path, describe(leaf)) for path, leaf in jax.tree.leaves_with_path(getattr(of, name))]
            for of in (resume, now)
        )
        if found != wanted:
            raise ValueError(
                f"resume has a different {name} from this model and optimizer. Continue with the "
                "model, the optimizer and the shapes that it was trained with."
            )


def is_stream(train: Any, epochs: int) -> bool:
    """Return whether `train` is an iterable of batches; otherwise `to_pair` should take it."""
    if not hasattr(train, "__iter__"):
        raise TypeError(f"train is {describe(train)}. Pass a pair (x, y), or an iterable of pairs.")
    if iter(train) is train and epochs > 1:
        raise ValueError(
            f"train can be read only once, but epochs is {epochs}. Pass a list, or an object whose "
            "__iter__ starts from the beginning, such as a loader."
        )
    is_sequence = isinstance(train, tuple | list)
    is_pair = is_sequence and len(train) == 2 and all(hasattr(part, "shape") for part in train)
    return not is_pair and not hasattr(train, "train")


def to_pair(name: str, pair: Any) -> tuple[jax.Array, jax.Array]:
    """Return a pair as JAX arrays; raise an error if it is not a pair of arrays."""
    if hasattr(pair, "train"):
        raise TypeError(f"{name} is a whole Dataset. Pass to_examples(dataset.train), or of .test.")
    parts = tuple(pair) if isinstance(pair, tuple | list) else (pair,)
    if len(parts) != 2 or not all(getattr(part, "ndim", 0) > 0 for part in parts):
        found = ", ".join(describe(part)[:60] for part in parts[:4])
        raise TypeError(
            f"{name} is ({found}), but must be a pair of arrays (x, y), whose first axes have one "
            "entry per example. Convert lists with numpy.asarray, stack single examples with "
            "numpy.stack, and turn a dictionary into a pair."
        )
    x, y = (p if isinstance(p, jax.Array) else jnp.asarray(np.asarray(p)) for p in parts)
    if len(x) != len(y) or len(x) == 0:
        raise ValueError(
            f"{name} pairs x {describe(x)} with y {describe(y)}: it needs at least one example, "
            "and each example needs one entry in x and one in y."
        )
    return x, y


def check_examples(name: str, x: jax.Array, y: jax.Array, outputs: Any, score: Any) -> None:
    """Check intensities and labels without computing anything.

    `score` is a loss or a metric. It is traced with `outputs`, which have a shape but no values,
    and with the labels, whose values are known, so it checks them.
    """
    warn_of_bytes(name, x, stacklevel=5)
    try:
        number = jax.eval_shape(lambda outputs: score(outputs, y), outputs)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    if getattr(number, "shape", None) != ():
        raise ValueError(
            f"{getattr(score, '__name__', score)} returns {describe(number)} for {name}, but a "
            "loss or metric must return one number. Take the mean."
        )


def warn_of_bytes(name: str, x: Any, stacklevel: int) -> None:
    """Warn if known floats look like bytes that were converted but not scaled."""
    if not isinstance(x, Tracer) and jnp.issubdtype(x.dtype, jnp.floating) and x.size:
        if not getattr(x, "is_fully_replicated", True):
            # Divided among devices, perhaps of other machines: look at a part that is here.
            x = np.asarray(x.addressable_data(0))
        with jax.ensure_compile_time_eval():  # Else jax.jit would make the slice a tracer.
            highest = np.asarray(x[:100]).max()
        if 200 < highest <= 255:
            warnings.warn(
                f"{name} holds intensities up to {highest:g}, and most models learn badly from "
                "those. Pass the bytes themselves, as uint8, or divide by 255.",
                stacklevel=stacklevel,
            )


def all_finite(arrays: Any) -> jax.Array:
    """Return whether every number in a pytree of arrays is finite."""
    return jnp.array([jnp.isfinite(leaf).all() for leaf in jax.tree.leaves(arrays)], bool).all()


def why_diverged(measured: Any, params: Any, train: Any) -> str:
    epoch = len(measured) - 1
    before = f", after {measured[-2].loss:.4g} in the epoch before" if epoch else ""
    reason = (
        "Most often the learning rate is too large: try a tenth of it. If that does not help, "
        "look for a logarithm or a quotient in the model or the loss that meets a zero."
    )
    if train is None:
        reason += " A batch after the first may also hold a label or target that is out of range."
    x, y = train or ((), ())
    for name, arrays in {"params": params, "train's x": x, "train's y": y}.items():
        if not all_finite(arrays):
            reason = f"Before the first step, {name} held numbers that are not finite. Fix them."
    return (
        f"Training diverged in epoch {epoch}, counting from 0: its loss, or a parameter after it, "
        f"is not finite (loss {measured[-1].loss}{before}). {reason} "
        'With on_divergence="stop", fit returns the last finite parameters instead.'
    )
