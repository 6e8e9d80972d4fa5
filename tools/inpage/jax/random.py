"""JAX's random numbers: the same bits from the same key.

The generator is Threefry-2x32 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011),
counted as JAX counts it. `normal` is computed from `uniform` by the inverse error function.
"""

import math

import numpy as np
from jax import numpy as jnp
from jax._core import Array, peek
from jax.dtypes import KeyType
from not_here import named

_ROTATIONS = (13, 15, 26, 6), (17, 29, 16, 24)


class Key(Array):
    """A random key, or several."""

    dtype = KeyType()
    shape = property(lambda self: self._value.shape[:-1])

    def __getitem__(self, index):
        return Key(np.asarray(self._value[index]))

    def __array__(self, dtype=None):
        raise TypeError("JAX array with PRNGKey dtype cannot be converted to a NumPy array.")


__getattr__ = named("jax.random")


def key(seed):
    """Return a key."""
    seed = int(seed)
    return Key(np.asarray([seed >> 32 & 0xFFFFFFFF, seed & 0xFFFFFFFF], "uint32"))


wrap_key_data = lambda data: Key(peek(data))  # noqa: E731


def key_data(keys):
    """Return the two numbers of which a key is made."""
    return Array(_one(keys, several=True)._value)


def stack_keys(keys):
    """Return several keys as one array."""
    return Key(np.stack([each._value for each in keys]))


def _one(keys, several=False) -> Key:
    if not isinstance(keys, Key):
        raise TypeError(f"unexpected PRNG key type {type(keys)}; make one with jax.random.key(0)")
    if keys.shape and not several:
        raise ValueError(
            f"a single key is needed, but got a key array of shape {keys.shape}. Use jax.vmap for "
            "several."
        )
    return keys


def _rotate(x, by):
    return (x << np.uint32(by)) | (x >> np.uint32(32 - by))


def _threefry(words, high, low):
    """Scramble pairs of 32-bit numbers with the two words of a key."""
    first, second = (int(word) for word in words.tolist())
    third = first ^ second ^ 0x1BD11BDA
    schedule = first, second, third
    x, y = high + np.uint32(first), low + np.uint32(second)
    for i in range(5):
        for by in _ROTATIONS[i % 2]:
            x = x + y
            y = _rotate(y, by) ^ x
        x = x + np.uint32(schedule[(i + 1) % 3])
        y = y + np.uint32((schedule[(i + 2) % 3] + i + 1) % 2**32)
    return x, y


def _counted(keys, n):
    count = np.arange(n).astype("uint32")
    return _threefry(keys._value, np.zeros(n, "uint32"), count)


def split(keys, num=2):
    """Return new keys, each as good as the first."""
    shape = (num,) if isinstance(num, int) else tuple(num)
    pair = _counted(_one(keys), math.prod(shape))
    return Key(np.stack(pair, 1).reshape(*shape, 2))


def fold_in(keys, data):
    """Return a key for a number, such as that of an epoch."""
    data = int(peek(data)) & 0xFFFFFFFF
    x, y = _threefry(_one(keys)._value, np.zeros(1, "uint32"), np.asarray([data], "uint32"))
    return Key(np.concatenate([x, y]))


def bits(keys, shape=(), dtype="uint32"):
    """Return random integers, of which every bit is random."""
    shape = tuple(shape) if hasattr(shape, "__iter__") else (shape,)
    x, y = _counted(_one(keys), math.prod(shape))
    made = (x ^ y).reshape(shape)
    width = np.dtype(dtype).itemsize * 8
    return Array(np.asarray(made if width == 32 else made & np.uint32(2**width - 1)).astype(dtype))


def uniform(keys, shape=(), dtype="float32", minval=0.0, maxval=1.0):
    """Return numbers between two, each equally likely."""
    drawn = bits(keys, shape)._value >> np.uint32(9)
    unit = Array(np.asarray(drawn.astype("float32") * np.float32(2.0**-23)))
    low, high = jnp.asarray(minval, "float32"), jnp.asarray(maxval, "float32")
    return jnp.maximum(low, unit * (high - low) + low)


# The inverse error function: M. Giles, "Approximating the erfinv function" (2010).
_NEAR = (2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
         -0.00125372503, -0.00417768164, 0.246640727, 1.50140941)  # fmt: skip
_FAR = (-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
        -0.0076224613, 0.00943887047, 1.00167406, 2.83297682)  # fmt: skip


def _erf_inv(x):
    w = -np.log1p(-x * x)
    near = w < 5
    scaled = np.where(near, w - np.float32(2.5), np.sqrt(w) - np.float32(3))
    made = np.zeros_like(x)
    for a, b in zip(_NEAR, _FAR, strict=True):
        made = made * scaled + np.where(near, np.float32(a), np.float32(b))
    return made * x


def normal(keys, shape=(), dtype="float32"):
    """Return normally distributed numbers around 0."""
    low = -0.9999999403953552  # The float after -1.
    drawn = np.asarray(uniform(keys, shape, minval=low)._value)
    flat = drawn.reshape(-1)
    return Array((_erf_inv(flat) * np.float32(math.sqrt(2))).reshape(drawn.shape))


def bernoulli(keys, p=0.5, shape=None):
    """Return True with a probability."""
    p = jnp.asarray(p)
    return uniform(keys, p.shape if shape is None else shape) < p


def randint(keys, shape, minval, maxval, dtype="int32"):
    """Return integers from one to before another."""
    first, second = split(keys)
    high, low = bits(first, shape)._value, bits(second, shape)._value
    span = int(maxval) - int(minval)
    if span <= 0:
        return jnp.full(shape, minval, "int32")
    times = pow(2**16 % span, 2, 2**32) % span
    drawn = (high % np.uint32(span) * np.uint32(times) + low % np.uint32(span)) % np.uint32(span)
    return Array(np.asarray(drawn.astype("int32") + np.int32(int(minval))))


def permutation(keys, x, axis=0):
    """Return the numbers up to x, or the rows of x, in random order."""
    n = x if isinstance(x, int) else x.shape[axis]
    places, keys = np.arange(n), _one(keys)
    # JAX sorts by random numbers, and again where two of them might be equal.
    rounds = math.ceil(3 * math.log(max(1, n)) / math.log(2**32 - 1))
    for _ in range(rounds):
        keys, own = split(keys)
        places = places[np.argsort(bits(own, n)._value)]
    order = Array(np.asarray(places).astype("int32"))
    return order if isinstance(x, int) else jnp.take(jnp.asarray(x), order, axis)


def choice(keys, a, shape=(), replace=True):
    """Return some of the numbers up to a, or of the rows of a."""
    n = a if isinstance(a, int) else len(a)
    size = math.prod(shape if hasattr(shape, "__iter__") else (shape,))
    chosen = randint(keys, (size,), 0, n) if replace else permutation(keys, n)[:size]
    chosen = chosen.reshape(shape)
    return chosen if isinstance(a, int) else jnp.asarray(a)[chosen]
