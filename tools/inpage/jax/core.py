"""What jax.core has, as far as the package needs it."""

from jax._core import Tracer
from not_here import named

__all__ = ["Tracer"]

__getattr__ = named("jax.core")
