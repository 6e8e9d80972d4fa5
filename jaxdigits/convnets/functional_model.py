"""A Flax module as a pure function: its parameters and its state go in, and come out again."""

from dataclasses import dataclass
from typing import Any

import jax
from flax import nnx

Params = Any
State = Any


@dataclass(frozen=True)
class FunctionalModel:
    """A module without its arrays: a function of parameters, state and inputs.

    Two of them are equal if their modules are built alike, whatever their parameters. So `jax.jit`
    compiles once for both if the model is a static argument.
    """

    graph: nnx.GraphDef[Any]

    def __call__(
        self, params: Params, state: State, x: jax.Array, training: bool
    ) -> tuple[jax.Array, State]:
        """Return the outputs of the module, and its new state.

        If `training` is true, the batch normalizes itself and moves the running statistics.
        Otherwise they normalize it, and the state is returned unchanged.
        """
        module = nnx.merge(self.graph, params, state)
        if not training:
            module.eval()
            return module(x), state
        module.train()
        outputs = module(x)
        return outputs, nnx.to_pure_dict(nnx.state(module, nnx.Not(nnx.Param)))


def functional(module: nnx.Module) -> tuple[FunctionalModel, Params, State]:
    """Take a Flax NNX module apart, so that it trains as a pure function.

    Returns:
        The model, a function `model(params, state, x, training) -> (outputs, state)`; its
        parameters; and its state, such as the running statistics of batch normalization. The last
        two are nested dictionaries of arrays.

    Examples:
        >>> import jax.numpy as jnp
        >>> model, params, state = functional(nnx.BatchNorm(1, momentum=0.9, rngs=nnx.Rngs(0)))
        >>> _, state = model(params, state, jnp.full((8, 1), 10.0), training=True)
        >>> state["mean"].tolist()
        [1.0]
    """
    graph, params, state = nnx.split(module, nnx.Param, ...)
    return FunctionalModel(graph), nnx.to_pure_dict(params), nnx.to_pure_dict(state)
