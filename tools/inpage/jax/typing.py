"""Names for annotations."""

from jax._core import Array
from not_here import named

ArrayLike = DTypeLike = Array

__getattr__ = named("jax.typing")
