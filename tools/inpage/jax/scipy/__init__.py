"""What jax.scipy has, as far as lessons need it."""

from jax.scipy import special

__all__ = ["special"]
