"""NumPy's random numbers: the same ones from the same seed."""

from itertools import count

from pyodide.ffi import to_js

import numpy as np
from not_here import NOT_HERE

_seeds = count(1)


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(
        NOT_HERE.format(f"numpy.random.{name}") + ", or use np.random.default_rng(0)"
    )


def default_rng(seed=None):
    """Return a generator of random numbers."""
    return Generator(seed if seed is not None else next(_seeds))


class Generator:
    """Draws random numbers, one after the other."""

    def __init__(self, seed):
        self._js = np._ts.random.default_rng(int(seed))

    def _draw(self, name, size, *args):
        shape = [1] if size is None else np._shape(size)
        drawn = np.ndarray(getattr(self._js, name)(*args, to_js(shape)))
        return drawn[0] if size is None else drawn

    def random(self, size=None, dtype="float64"):
        """Return numbers between 0 and 1."""
        return self._draw("random", size).astype(dtype)

    def normal(self, loc=0.0, scale=1.0, size=None):
        """Return numbers around `loc`, as far from it as `scale` says."""
        return self._draw("normal", size, 0.0, 1.0) * scale + loc

    def standard_normal(self, size=None):
        """Return numbers around 0."""
        return self.normal(size=size)

    def uniform(self, low=0.0, high=1.0, size=None):
        """Return numbers between two."""
        return self._draw("random", size) * (np.asarray(high) - low) + low

    def integers(self, low, high=None, size=None, dtype="int64", endpoint=False):
        """Return integers from `low` to before `high`."""
        if high is None:
            low, high = 0, low
        if np.ndim(low) or np.ndim(high):
            shape = size or np.broadcast_shapes(np.shape(low), np.shape(high))
            return low + np.floor(self.random(shape) * (np.asarray(high) + endpoint - low)).astype(
                dtype
            )
        drawn = self._draw("integers", size, int(low), int(high) + endpoint)
        return drawn.astype(dtype)

    def permutation(self, x):
        """Return the numbers up to x, or the rows of x, in random order."""
        if isinstance(x, int | np.integer):
            return np.ndarray(self._js.permutation(int(x)))
        x = np.asarray(x)
        return x[self.permutation(len(x))]

    def shuffle(self, x):
        """Bring the rows of x into random order."""
        x[...] = self.permutation(x)

    def choice(self, a, size=None, replace=True, p=None):
        """Return some of the numbers up to a, or of the rows of a."""
        a = np.arange(a) if isinstance(a, int | np.integer) else np.asarray(a)
        n = np._shape(1 if size is None else size)
        wanted = int(np.prod(n))
        if p is not None:
            edges = np.cumsum(p) / np.sum(p)
            chosen = np.searchsorted(edges, self.random(wanted), "right")
        elif replace:
            chosen = self.integers(0, len(a), wanted)
        else:
            chosen = self.permutation(len(a))[:wanted]
        return a[chosen[0]] if size is None else a[chosen.reshape(n)]
