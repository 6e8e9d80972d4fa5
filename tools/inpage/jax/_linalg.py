"""What jax.numpy.linalg has, as far as lessons need it."""

import numpy as np
from jax import numpy as jnp
from jax._core import Array, has_gradient, peek
from not_here import named

__getattr__ = named("jax.numpy.linalg")


def norm(x, ord=None, axis=None, keepdims=False):
    """Return the length of vectors."""
    (x,) = jnp.together("norm", x)
    if ord == 1:
        return jnp.sum(jnp.abs(x), axis, keepdims=keepdims)
    if (ord is not None and ord != 2 and ord != np.inf) or (
        ord == 2 and axis is None and x.ndim > 1
    ):
        return __getattr__(f"norm with ord={ord}")
    if ord == np.inf:
        return jnp.max(jnp.abs(x), axis, keepdims=keepdims)
    return jnp.sqrt(jnp.sum(x * x, axis, keepdims=keepdims))


def _solved(name):
    def function(a, **options):
        """Return parts of a matrix, which have no gradient here."""
        if has_gradient(a):
            __getattr__(f"{name}'s gradient")
        made = getattr(np.linalg, name)(peek(a), **options)
        if not isinstance(made, tuple):
            return Array(np.asarray(made).astype("float32"))
        return type(made)(*(Array(np.asarray(part).astype("float32")) for part in made))

    function.__name__ = name
    return function


svd, qr, eigh = map(_solved, "svd qr eigh".split())
