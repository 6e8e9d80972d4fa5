"""What jax.scipy has, as far as lessons need it."""

from jax.scipy import special
from not_here import named

__all__ = ["special"]

__getattr__ = named("jax.scipy")
