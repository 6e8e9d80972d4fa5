"""The same seed on one machine gives the same bits, even if another process compiles again."""

import hashlib
import json
import os
import subprocess
import sys

import jax
import jax.numpy as jnp
import optax
import pytest
from flax import nnx

import jaxdigits as jd

pytestmark = pytest.mark.slow


def key():
    return jax.random.key(7)


IMAGES = jax.random.bits(key(), (40, 8, 8), jnp.uint8)
LABELS = jax.random.randint(key(), (40,), 0, 10)
SETTINGS = {"epochs": 2, "batch_size": 16, "key": key()}


class Normalized(nnx.Module):
    """One of each layer that the convolutional networks are made of."""

    def __init__(self, rngs: nnx.Rngs):
        self.conv = nnx.Conv(
            1, 4, (3, 3), strides=2, conv_general_dilated=jd.convnets.conv, rngs=rngs
        )
        self.norm = nnx.BatchNorm(4, rngs=rngs)
        self.linear = nnx.Linear(4, 10, rngs=rngs)

    def __call__(self, x):
        return self.linear(nnx.relu(self.norm(self.conv(x[..., None]))).max((1, 2)))


def fitted(optimizer, **settings):
    def model(params, x):
        return jd.mlp(params, x.reshape(len(x), -1))

    start = jd.init_mlp(key(), (64, 12, 10))
    train = IMAGES, LABELS
    loss = jd.cross_entropy_loss
    return jd.fit(model, start, loss, optimizer, train, **SETTINGS, **settings)


def fitted_with_state():
    model, params, state = jd.convnets.functional(Normalized(nnx.Rngs(0)))
    optimizer, train = optax.sgd(0.1, 0.9), (IMAGES, LABELS)
    settings = {**SETTINGS, "augment": lambda key, images: jd.random_shift(key, images, 2)}
    return jd.fit(model, params, jd.cross_entropy_loss, optimizer, train, state=state, **settings)


RUNS = {
    "schedule, a bar": lambda: fitted(jd.sgd(optax.cosine_decay_schedule(0.5, 4)), progress=True),
    "adam, shifted, measured": lambda: fitted(
        optax.adam(1e-2),
        augment=jd.random_shift,
        valid=(IMAGES, LABELS),
        metric=jd.accuracy,
    ),
    "with a state, shifted": fitted_with_state,
}


def digest(name):
    """Return a checksum of every bit that a run returns, and of the names of its parts."""
    # Adam mixes types, which the tests elsewhere forbid.
    with jax.numpy_dtype_promotion("standard"):
        leaves = jax.tree_util.tree_leaves_with_path(RUNS[name]())
    checksum = hashlib.sha256()
    for path, leaf in leaves:
        checksum.update(f"{path} {leaf.dtype} {leaf.shape} ".encode() + leaf.tobytes())
    return checksum.hexdigest()


def test_fit_in_another_process_returns_the_same_bits():
    """Sets have another order there, because of another hash seed."""
    # Other tests compile without optimizing, and JAX keeps those programs.
    jax.clear_caches()
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    output = subprocess.check_output([sys.executable, __file__], text=True, env=environment)
    elsewhere = json.loads(output)
    assert elsewhere == {name: digest(name) for name in RUNS}
    assert len(set(elsewhere.values())) == len(RUNS), "digests do not tell runs apart"


if __name__ == "__main__":
    print(json.dumps({name: digest(name) for name in RUNS}))
