"""Names for annotations."""

from jax._core import Array

ArrayLike = DTypeLike = Array
