"""A trained network without its batch normalization, for whoever only wants its answers."""

from typing import Any

import jax
import jax.numpy as jnp

from jaxdigits.convnets.layers import EPSILON


@jax.jit
def fold_norms(params: Any, state: Any) -> Any:
    """Return parameters that do without batch normalization what these do with it.

    In evaluation the running statistics are fixed. Then normalization multiplies each channel by a
    number and adds another one, which the convolution before it can do as well, with its kernel
    and a bias.

    Args:
        params: Parameters of a network of this package, as
            [`functional`][jaxdigits.convnets.functional] returns them.
        state: Its running statistics, likewise.

    Returns:
        Parameters nested like the given ones, but with a kernel and a bias in the place of every
        convolution and normalization: `{"kernel": [taps, taps, channels, features], "bias":
        [features]}`. All else stays as it is.

    Examples:
        >>> from flax import nnx
        >>> from jaxdigits import SmallConvNet, functional
        >>> _, params, state = functional(SmallConvNet(channels=(4,), rngs=nnx.Rngs(0)))
        >>> folded = fold_norms(params, state)
        >>> {name: array.shape for name, array in folded["layers"][0].items()}
        {'bias': (4,), 'kernel': (5, 5, 1, 4)}
    """
    return _folded(params, state)


def _folded(params: Any, state: Any) -> Any:
    if not isinstance(params, dict):
        return params
    if params.keys() == {"conv", "norm"}:
        norm, kept = params["norm"], state["norm"]
        factor = norm["scale"] / jnp.sqrt(kept["var"] + EPSILON)
        kernel = params["conv"]["kernel"] * factor
        return {"kernel": kernel, "bias": norm["bias"] - kept["mean"] * factor}
    return {name: _folded(part, state.get(name, {})) for name, part in params.items()}
