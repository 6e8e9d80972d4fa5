"""What NumPy's `linalg` has, as far as lessons need it."""

from typing import NamedTuple

import numpy as np
from not_here import NOT_HERE, named


class SVDResult(NamedTuple):
    U: object
    S: object
    Vh: object


class QRResult(NamedTuple):
    Q: object
    R: object


class EighResult(NamedTuple):
    eigenvalues: object
    eigenvectors: object


__getattr__ = named("numpy.linalg")


def _solve(name: str, a, *args):
    a = np.asarray(a)
    wide = a.astype("float64")
    made = getattr(np._ts.linalg, name)(wide._js, *args)
    kind = "float32" if a.dtype == "float32" else "float64"
    back = lambda x: np.ndarray(x).astype(kind)  # noqa: E731
    return made, back


def norm(x, ord=None, axis=None, keepdims=False):
    """Return the length of vectors: the root of the sum of squares, or the sum of sizes."""
    if ord not in (None, 1, 2, np.inf) or (ord in (1, 2) and axis is None and np.ndim(x) > 1):
        raise AttributeError(NOT_HERE.format(f"numpy.linalg.norm with ord={ord}"))
    size = np.absolute(x)
    if ord == 1:
        return np.sum(size, axis, keepdims=keepdims)
    if ord == np.inf:
        return np.max(size, axis, keepdims=keepdims)
    return np.sqrt(np.sum(np.square(x), axis, keepdims=keepdims))


def svd(a, full_matrices=True, compute_uv=True):
    """Return the singular values of a matrix, with both rotations."""
    made, back = _solve("svd", a, full_matrices, True)
    return SVDResult(back(made.u), back(made.s), back(made.vt)) if compute_uv else back(made.s)


def qr(a):
    """Return a rotation, and a matrix with zeros below its diagonal."""
    made, back = _solve("qr", a)
    return QRResult(back(made.q), back(made.r))


def eigh(a):
    """Return the eigenvalues and eigenvectors of a symmetric matrix."""
    made, back = _solve("eigh", a)
    return EighResult(back(made.w), back(made.v))
