"""The same seed on one machine gives the same bits: again, compiled anew, in a new process."""

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

KEY = jax.random.key(7)
IMAGES = jax.random.bits(KEY, (40, 8, 8), jnp.uint8)
LABELS = jax.random.randint(KEY, (40,), 0, 10)
SETTINGS = {"epochs": 2, "batch_size": 16, "key": KEY}


class Normalized(nnx.Module):
    """What the convolutional networks are made of, once."""

    def __init__(self, rngs: nnx.Rngs):
        self.conv = nnx.Conv(1, 4, (3, 3), strides=2, conv_general_dilated=jd.conv, rngs=rngs)
        self.norm = nnx.BatchNorm(4, rngs=rngs)
        self.linear = nnx.Linear(4, 10, rngs=rngs)

    def __call__(self, x):
        return self.linear(nnx.relu(self.norm(self.conv(x[..., None]))).max((1, 2)))


def fitted(optimizer, **settings):
    def model(params, x):
        return jd.mlp(params, x.reshape(len(x), -1))

    start = jd.init_mlp(KEY, (64, 12, 10))
    train = IMAGES, LABELS
    loss = jd.cross_entropy_loss
    return jd.fit(model, start, loss, optimizer, train, **SETTINGS, **settings)


def fitted_with_state():
    model, params, state = jd.functional(Normalized(nnx.Rngs(0)))
    optimizer, train = optax.sgd(0.1, 0.9), (IMAGES, LABELS)
    settings = {**SETTINGS, "augment": lambda key, images: jd.random_warp(key, images)}
    return jd.fit_stateful(
        model, params, state, jd.cross_entropy_loss, optimizer, train, **settings
    )


def one_epoch():
    params, optimizer = jd.init_linear(KEY, 64, 10), jd.sgd(0.5)
    settings = jd.linear, jd.cross_entropy_loss, optimizer, params, optimizer.init(params)
    batches = jd.epoch_batches(KEY, 40, 16)
    return jd.train_epoch(*settings, (IMAGES.reshape(40, 64), LABELS), batches)


def by_hand():
    params, x = jd.init_linear(KEY, 64, 10), jd.to_float(IMAGES.reshape(40, 64))
    slopes = jax.grad(lambda params: jd.cross_entropy_loss(jd.linear(params, x), LABELS))
    for _ in range(2):
        params = jd.sgd_update(params, slopes(params), 0.5)
    return params


RUNS = {
    "schedule": lambda: fitted(jd.sgd(optax.cosine_decay_schedule(0.5, 4))),
    "adam, shifted, measured": lambda: fitted(
        optax.adam(1e-2),
        augment=jd.random_shift,
        valid=(IMAGES, LABELS),
        metric=jd.accuracy,
    ),
    "momentum, a bar": lambda: fitted(optax.sgd(0.1, 0.9), progress=True),
    "with a state, warped": fitted_with_state,
    "one epoch": one_epoch,
    "steps by hand": by_hand,
}


def digest(name):
    """A checksum of every bit that a run returns, and of the names of its parts."""
    # Adam mixes types, which the tests elsewhere forbid.
    with jax.numpy_dtype_promotion("standard"):
        leaves = jax.tree_util.tree_leaves_with_path(RUNS[name]())
    checksum = hashlib.sha256()
    for path, leaf in leaves:
        checksum.update(f"{path} {leaf.dtype} {leaf.shape} ".encode() + leaf.tobytes())
    return checksum.hexdigest()


@pytest.fixture(scope="module")
def elsewhere():
    """The checksums of another process, in which sets have another order."""
    # Other tests compile without optimizing, and JAX keeps those programs.
    jax.clear_caches()
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    output = subprocess.check_output([sys.executable, __file__], text=True, env=environment)
    return json.loads(output)


@pytest.mark.parametrize("name", RUNS)
def test_every_run_repeats(name, elsewhere):
    first = digest(name)
    # A new optimizer: this compiles anew.
    assert digest(name) == first, "not even in one process"
    assert elsewhere[name] == first, "not in another process"


def test_no_two_runs_are_alike(elsewhere):
    assert len(set(elsewhere.values())) == len(RUNS)


if __name__ == "__main__":
    print(json.dumps({name: digest(name) for name in RUNS}))
