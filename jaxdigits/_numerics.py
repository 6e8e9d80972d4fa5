"""Arithmetic that needs care where a result or a gradient is not finite."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float


def safe_sqrt(x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """Return the square root, with gradient 0 at 0, where the derivative is infinite.

    Otherwise, infinity times the gradient 0 of a square would be nan, and would spread to every
    parameter. One `jnp.where` is not enough, because JAX differentiates both of its branches, so
    the inner one keeps zero out of the square root.
    """
    zero = x == 0
    return jnp.where(zero, 0.0, jnp.sqrt(jnp.where(zero, 1.0, x)))


def nan_unless(valid: Bool[Array, "..."], x: jax.Array) -> jax.Array:
    """Return `x`, but nan if any of `valid` is false and `x` is floating-point.

    The factor makes the gradient nan, too; `jnp.where` alone would make it 0, as if nothing were
    wrong. The factor alone is not enough, because XLA turns it into 0 if `x` is a converted bool.
    """
    if not jnp.issubdtype(x.dtype, jnp.inexact):
        return x
    fine = valid.all()
    return jnp.where(fine, x * jnp.where(fine, 1.0, jnp.nan), jnp.nan)
