"""Functions of statistics."""

from jax import numpy as jnp
from jax.nn import logsumexp, sigmoid
from not_here import named

__all__ = ["expit", "logit", "logsumexp", "xlogy"]

expit = sigmoid


def logit(x):
    """Return the number whose sigmoid is x."""
    return jnp.log(jnp.asarray(x)) - jnp.log1p(-jnp.asarray(x))


def xlogy(x, y):
    """Return x times the logarithm of y, and 0 where x is 0."""
    return jnp.where(x == 0, 0.0, x * jnp.log(jnp.where(x == 0, 1.0, y)))


__getattr__ = named("jax.scipy.special")
