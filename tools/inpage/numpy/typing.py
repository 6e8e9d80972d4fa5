"""Names for annotations."""

from typing import Any

from not_here import named

ArrayLike = DTypeLike = NDArray = Any

__getattr__ = named("numpy.typing")
