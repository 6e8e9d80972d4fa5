"""Arithmetic whose gradient needs care."""

import jax.numpy as jnp
from jaxtyping import Array, Float


def safe_sqrt(x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """Return the square root, with gradient 0 at 0, where the derivative is infinite.

    Infinity times the gradient 0 of a square is nan, and it would spread to every parameter.
    `jnp.where` alone does not help, since both its branches are differentiated: the inner one
    keeps zero out of the square root.
    """
    zero = x == 0
    return jnp.where(zero, 0.0, jnp.sqrt(jnp.where(zero, 1.0, x)))
