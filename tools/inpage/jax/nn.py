"""Functions of neural networks."""

import math

import numpy as np
from jax import numpy as jnp
from jax._core import Array, Operation, peek
from jax.numpy import logistic as _logistic
from not_here import named

__getattr__ = named("jax.nn")


_relu = Operation(
    lambda x: np.maximum(x, 0),
    lambda g, y, x: jnp.where(x > 0, g, jnp.zeros_like(g)),
)


def _float(name, x):
    (x,) = jnp.together(name, x)
    return x if x.dtype.kind == "f" else x.astype("float32")


def relu(x):
    """Return the numbers above 0, and 0 for the others; the slope at 0 is 0."""
    return _relu(*jnp.together("relu", x))


def sigmoid(x):
    """Return numbers between 0 and 1."""
    return _logistic(_float("sigmoid", x))


def softplus(x):
    """Return the logarithm of 1 + exp(x)."""
    return jnp.logaddexp(x, 0.0)


def log_sigmoid(x):
    """Return the logarithm of the sigmoid."""
    return -softplus(-jnp.asarray(x))


def silu(x):
    """Return x times its sigmoid."""
    return x * sigmoid(x)


def leaky_relu(x, negative_slope=0.01):
    """Return the numbers above 0, and a small part of the others."""
    x = _float("leaky_relu", x)
    return jnp.where(x >= 0, x, negative_slope * x)


def elu(x, alpha=1.0):
    """Return the numbers above 0, and alpha * (exp(x) - 1) for the others."""
    x = _float("elu", x)
    return jnp.where(x > 0, x, alpha * jnp.expm1(jnp.where(x > 0, 0.0, x)))


def gelu(x):
    """Return x times the share of a normal distribution below it, approximately."""
    x = _float("gelu", x)
    return x * 0.5 * (1 + jnp.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def logsumexp(a, axis=None, keepdims=False):
    """Return the logarithm of the sum of exponentials, without overflow."""
    a = _float("logsumexp", a)
    most = peek(jnp.max(a, axis, keepdims=True))
    most = Array(np.where(np.isfinite(most), most, 0.0).astype("float32"))
    made = jnp.log(jnp.sum(jnp.exp(a - most), axis, keepdims=True)) + most
    if keepdims:
        return made
    return made.reshape(()) if axis is None else jnp.squeeze(made, axis)


def softmax(x, axis=-1):
    """Return confidences: positive numbers that add up to 1 along an axis."""
    x = _float("softmax", x)
    most = Array(peek(jnp.max(x, axis, keepdims=True)))
    powers = jnp.exp(x - most)
    return powers / jnp.sum(powers, axis, keepdims=True)


def log_softmax(x, axis=-1):
    """Return the logarithm of softmax, without underflow."""
    x = _float("log_softmax", x)
    most = Array(peek(jnp.max(x, axis, keepdims=True)))
    shifted = x - most
    return shifted - jnp.log(jnp.sum(jnp.exp(shifted), axis, keepdims=True))


def one_hot(x, num_classes, dtype="float32"):
    """Return a 1 at each label's place, among zeros."""
    x = jnp.asarray(x)
    return (x.reshape(*x.shape, 1) == jnp.arange(num_classes)).astype(dtype)
