"""A trained network without its batch normalization, to be used and no longer trained."""

from typing import Any

import jax
import jax.numpy as jnp

from jaxdigits.convnets.layers import EPSILON


@jax.jit
def fold_norms(params: Any, state: Any) -> Any:
    """Return parameters that do without batch normalization what these do with it.

    In evaluation, normalization multiplies each channel by a fixed number and adds another one. The
    convolution before it can do that as well, with its kernel and a bias.

    Args:
        params: Parameters of a network of this package, from
            [`functional`][jaxdigits.convnets.functional].
        state: Its running statistics, also from there.

    Returns:
        The same tree, but with `{"kernel": [taps, taps, channels, features], "bias": [features]}`
        in place of every convolution and normalization.

    Examples:
        >>> from flax import nnx
        >>> from jaxdigits.convnets import SmallConvNet, functional
        >>> _, params, state = functional(SmallConvNet(channels=(4,), rngs=nnx.Rngs(0)))
        >>> {name: array.shape for name, array in fold_norms(params, state)["layers"][0].items()}
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
