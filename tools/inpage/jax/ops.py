"""Sums by label."""

from jax import numpy as jnp
from not_here import named


def segment_sum(data, segment_ids, num_segments=None):
    """Return the sum of the rows that share a number."""
    data, ids = jnp.asarray(data), jnp.asarray(segment_ids)
    n = num_segments if num_segments is not None else int(ids.max()) + 1
    return jnp.zeros((n, *data.shape[1:]), data.dtype).at[ids].add(data)


__getattr__ = named("jax.ops")
