"""What jax.core has, as far as the package needs it."""

from jax._core import Tracer

__all__ = ["Tracer"]
