"""What is measured while a model trains."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, Integer


class History(NamedTuple):
    """What was measured while a model trained, one entry an epoch.

    Attributes:
        loss: `[epochs]`, the mean loss of the epoch's batches, each measured before its step. It
            is not finite in an epoch that diverged, and nan in those after it, which were left out.
        metric: `[epochs]`, the metric over the whole validation set after the epoch; nan if
            no metric was asked for, and from an epoch that diverged on.
    """

    loss: Float[Array, " epochs"]
    metric: Float[Array, " epochs"]

    @property
    def completed(self) -> Integer[Array, ""]:
        """How many epochs went well: all, or as many as came before the one that diverged.

        Counting from 0, it is thus also the number of the epoch that diverged, if one did.
        """
        return jnp.isfinite(self.loss).sum(axis=-1)
