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

    Two of them are equal if their modules are built alike, whatever their parameters; so
    `jax.jit` compiles once for all of them where the model is a static argument.

    Attributes:
        graph: How the module is built.
    """

    graph: nnx.GraphDef[Any]

    def __call__(
        self, params: Params, state: State, x: jax.Array, training: bool
    ) -> tuple[jax.Array, State]:
        """Return the module's outputs, and its new state.

        Args:
            params: Parameters, as [`functional`][jaxdigits.convnets.functional] returns them.
            state: Everything else that the module keeps, likewise; neither is changed.
            x: The module's inputs.
            training: Whether the batch normalizes itself and moves the running statistics. If
                not, these normalize it and the state is returned as it came.

        Returns:
            Outputs, and state in the structure in which it was given.
        """
        module = nnx.merge(self.graph, params, state)
        if not training:
            module.eval()
            return module(x), state
        module.train()
        outputs = module(x)
        return outputs, nnx.to_pure_dict(nnx.state(module, nnx.Not(nnx.Param)))


def functional(module: nnx.Module) -> tuple[FunctionalModel, Params, State]:
    """Take a Flax module apart, so that it trains as a pure function.

    Args:
        module: Any Flax NNX module that is called with one array; it is not changed.

    Returns:
        The model, a function `model(params, state, x, training) -> (outputs, state)`; its
        parameters; its state, such as the running statistics of batch normalization. The last
        two are nested dictionaries of arrays.

    Examples:
        >>> import jax.numpy as jnp
        >>> model, params, state = functional(nnx.BatchNorm(1, momentum=0.9, rngs=nnx.Rngs(0)))
        >>> _, state = model(params, state, jnp.full((8, 1), 10.0), training=True)
        >>> state["mean"]
        Array([1.], dtype=float32)
    """
    graph, params, state = nnx.split(module, nnx.Param, ...)
    return FunctionalModel(graph), nnx.to_pure_dict(params), nnx.to_pure_dict(state)
