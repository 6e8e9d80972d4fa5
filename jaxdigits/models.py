"""Two models as pure functions: parameters in, outputs out, nothing remembered between calls."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from jaxdigits._checks import checked


class Linear(NamedTuple):
    """The parameters of a linear layer.

    Attributes:
        w: Weights `[n_in, n_out]`: column j holds what output j makes of each input.
        b: Biases `[n_out]`: the outputs for an input of all zeros.
    """

    w: Float[Array, "n_in n_out"]
    b: Float[Array, " n_out"]


@checked
def init_linear(key: PRNGKeyArray, n_in: int, n_out: int, scale: float = 1.0) -> Linear:
    """Return random weights and zero biases for a linear layer.

    Args:
        key: A random key; the same key gives the same weights.
        n_in: How many numbers go in; 784 for an image of 28 x 28 pixels.
        n_out: How many numbers come out.
        scale: The standard deviation of the weights.

    Returns:
        Weights from a normal distribution around zero, `[n_in, n_out]`, and biases of zero.

    Raises:
        ValueError: If `n_in` or `n_out` is less than 1.

    Examples:
        >>> params = init_linear(jax.random.key(0), 784, 10)
        >>> params.w.shape, params.b.shape
        ((784, 10), (10,))
    """
    for name, size in ("n_in", n_in), ("n_out", n_out):
        if size < 1:
            raise ValueError(f"{name} is {size}: a layer needs at least one.")
    return Linear(w=scale * _normal(key, n_in, n_out), b=jnp.zeros(n_out))


@partial(jax.jit, static_argnames=("n_in", "n_out"))
def _normal(key: PRNGKeyArray, n_in: int, n_out: int) -> Float[Array, "n_in n_out"]:
    # The numbers of `normal(key, (n_in, n_out))`. Drawn as rows of 10, on a CPU, they would take
    # four times as long to compile: 0.9 s in place of 0.2 s.
    return jax.random.normal(key, (n_in * n_out,)).reshape(n_in, n_out)


@checked
@jax.jit
def linear(params: Linear, x: Float[Array, "*batch n_in"]) -> Float[Array, "*batch n_out"]:
    """Return `x @ w + b`: for each output, a weighted sum of the inputs plus a bias.

    Args:
        params: Weights `[n_in, n_out]` and biases `[n_out]`.
        x: Inputs `[..., n_in]`, such as flattened images.

    Returns:
        `[..., n_out]`, any real number. Read as logits, 0 means undecided.

    Examples:
        >>> linear(Linear(w=jnp.array([[2.0], [3.0]]), b=jnp.array([1.0])), jnp.array([1.0, 1.0]))
        Array([6.], dtype=float32)
    """
    return x @ params.w + params.b


def init_mlp(key: PRNGKeyArray, sizes: Sequence[int]) -> tuple[Linear, ...]:
    """Return random parameters for a multilayer perceptron.

    Each layer's weights have a standard deviation of the root of 2 / n_in, which keeps the size
    of activations about equal from layer to layer behind a ReLU (He et al., "Delving Deep into
    Rectifiers", 2015, equation 10). Biases are zero.

    Args:
        key: A random key; the same key gives the same weights.
        sizes: How many numbers there are at each stage: `(784, 30, 1)` is a network from 784
            pixels over 30 hidden units to one output.

    Returns:
        One [`Linear`][jaxdigits.Linear] for each step from a size to the next.

    Raises:
        ValueError: If `sizes` has fewer than two entries, or one is less than 1.

    Examples:
        >>> [layer.w.shape for layer in init_mlp(jax.random.key(0), (784, 30, 1))]
        [(784, 30), (30, 1)]
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes is {tuple(sizes)}: give at least inputs and outputs, (784, 10).")
    keys = jax.random.split(key, len(sizes) - 1)
    return tuple(
        init_linear(layer_key, n_in, n_out, scale=(2 / max(n_in, 1)) ** 0.5)
        for layer_key, n_in, n_out in zip(keys, sizes[:-1], sizes[1:], strict=True)
    )


@checked
def mlp(
    params: Sequence[Linear],
    x: Float[Array, "*batch n_in"],
    activation: Callable[[jax.Array], jax.Array] = jax.nn.relu,
) -> Float[Array, "*batch n_out"]:
    """Return the output of a multilayer perceptron: linear layers with a nonlinearity between.

    Args:
        params: One [`Linear`][jaxdigits.Linear] a layer.
        x: Inputs `[..., n_in]`.
        activation: The nonlinearity, applied to each number after every layer but the last.

    Returns:
        `[..., n_out]`, any real number.

    Examples:
        >>> params = init_mlp(jax.random.key(0), (784, 30, 1))
        >>> mlp(params, jnp.ones((5, 784))).shape
        (5, 1)
    """
    *hidden, last = params
    for layer in hidden:
        x = activation(linear(layer, x))
    return linear(last, x)
