"""Two models as pure functions: parameters in, outputs out, and no memory between calls."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from jaxdigits._checks import checked, compiled


class Linear(NamedTuple):
    """The parameters of a linear layer: weights `w`, with one column per output, and biases `b`."""

    w: Float[Array, "n_in n_out"]
    b: Float[Array, " n_out"]


@compiled(static=("n_in", "n_out"))
def init_linear(key: PRNGKeyArray, n_in: int, n_out: int, scale: float = 1.0) -> Linear:
    """Return random weights and zero biases for a linear layer.

    The weights are normally distributed around zero with standard deviation `scale`.

    Examples:
        >>> params = init_linear(jax.random.key(0), 784, 10)
        >>> params.w.shape, params.b.shape
        ((784, 10), (10,))
    """
    for name, size in ("n_in", n_in), ("n_out", n_out):
        if size < 1:
            raise ValueError(f"{name} is {size}, but a layer needs at least one.")
    # These are the numbers of `normal(key, (n_in, n_out))`. Drawing rows of 10 would take four
    # times as long to compile on a CPU: 0.9 s instead of 0.2 s.
    w = jax.random.normal(key, (n_in * n_out,)).reshape(n_in, n_out)
    # Without the barrier, XLA would scale inside `normal` and round some weights differently.
    return Linear(w=scale * jax.lax.optimization_barrier(w), b=jnp.zeros(n_out))


@compiled()
def linear(params: Linear, x: Float[Array, "*batch n_in"]) -> Float[Array, "*batch n_out"]:
    """Return `x @ w + b`: each output is a weighted sum of the inputs plus a bias.

    If outputs are read as logits, 0 means undecided.

    Examples:
        >>> params = Linear(w=jnp.array([[2.0], [3.0]]), b=jnp.array([1.0]))
        >>> linear(params, jnp.array([1.0, 1.0])).tolist()
        [6.0]
    """
    return x @ params.w + params.b


@checked
def init_mlp(key: PRNGKeyArray, sizes: Sequence[int]) -> tuple[Linear, ...]:
    """Return random parameters for a multilayer perceptron, one `Linear` per layer.

    `sizes` gives the number of values at each stage: `(784, 30, 1)` is a network from 784 pixels
    through 30 hidden units to one output. Weights have standard deviation sqrt(2 / n_in), which
    keeps activations about equally large from layer to layer if a ReLU follows each (He et al.,
    "Delving Deep into Rectifiers", 2015, equation 10). Biases are zero.

    Examples:
        >>> [layer.w.shape for layer in init_mlp(jax.random.key(0), (784, 30, 1))]
        [(784, 30), (30, 1)]
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes is {tuple(sizes)}. Give at least inputs and outputs: (784, 10).")
    keys = jax.random.split(key, len(sizes) - 1)
    return tuple(
        init_linear(layer_key, n_in, n_out, scale=(2 / max(n_in, 1)) ** 0.5)
        for layer_key, n_in, n_out in zip(keys, sizes[:-1], sizes[1:], strict=True)
    )


@compiled(static="activation")
def mlp(
    params: Sequence[Linear],
    x: Float[Array, "*batch n_in"],
    activation: Callable[[jax.Array], jax.Array] = jax.nn.relu,
) -> Float[Array, "*batch n_out"]:
    """Return the output of a multilayer perceptron: linear layers with `activation` in between.

    JAX compiles the network again for each activation function, so define your own function once,
    not in every call.

    Examples:
        >>> params = init_mlp(jax.random.key(0), (784, 30, 1))
        >>> mlp(params, jnp.ones((5, 784))).shape
        (5, 1)
    """
    if not params:
        raise ValueError("params is empty. Give one Linear per layer, as init_mlp returns them.")
    *hidden, last = params
    for layer in hidden:
        x = activation(linear(layer, x))
    return linear(last, x)
