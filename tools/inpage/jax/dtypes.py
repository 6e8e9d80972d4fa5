"""The types that JAX adds to NumPy's."""

from not_here import named
from numpy import issubdtype as _issubdtype


class prng_key:
    """The type of random keys."""


class KeyType:
    """How a key's type looks."""

    name, kind, itemsize = "key<fry>", "V", 8
    type = prng_key

    def __eq__(self, other):
        return other is self or other == "key"

    def __hash__(self):
        return hash(self.name)

    def __str__(self):
        return self.name

    __repr__ = __str__


def issubdtype(kind, parent) -> bool:
    """Return whether a type is of a family; keys are of `prng_key` alone."""
    if isinstance(kind, KeyType) or parent is prng_key:
        return isinstance(kind, KeyType) and parent is prng_key
    return _issubdtype(kind, parent)


__getattr__ = named("jax.dtypes")
