"""Turn a Flax module into a pure function of its parameters, its state and its inputs."""

from dataclasses import dataclass
from typing import Any

import jax
from flax import nnx

Params = Any
State = Any


@dataclass(frozen=True)
class FunctionalModel:
    """A module without its arrays: a function of parameters, state and inputs.

    Two modules that are built the same way give equal models, so `jax.jit` compiles only once.
    """

    graph: nnx.GraphDef[Any]

    def __call__(
        self, params: Params, state: State, x: jax.Array, training: bool
    ) -> tuple[jax.Array, State]:
        """Return the outputs of the module, and its state, which only training changes."""
        module = nnx.merge(self.graph, params, state)
        if not training:
            module.eval()
            return module(x), state
        module.train()
        outputs = module(x)
        return outputs, nnx.to_pure_dict(nnx.state(module, nnx.Not(nnx.Param)))


def functional(module: nnx.Module) -> tuple[FunctionalModel, Params, State]:
    """Split a Flax NNX module into a pure function, its parameters and its state.

    The function is `model(params, state, x, training) -> (outputs, state)`. The state holds the
    arrays that no gradient changes, such as running statistics. Parameters and state are nested
    dictionaries.

    Examples:
        >>> import jax.numpy as jnp
        >>> model, params, state = functional(nnx.BatchNorm(1, momentum=0.9, rngs=nnx.Rngs(0)))
        >>> _, state = model(params, state, jnp.full((8, 1), 10.0), training=True)
        >>> state["mean"].tolist()
        [1.0]
    """
    graph, params, state = nnx.split(module, nnx.Param, ...)
    return FunctionalModel(graph), nnx.to_pure_dict(params), nnx.to_pure_dict(state)
