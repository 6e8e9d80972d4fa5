"""Functions that take a key: for every platform, and with a key that is used only once."""

import jax
import jax.export
import jax.numpy as jnp
import pytest

import jaxdigits as jd

RANDOM = {
    "init_linear": lambda key: jd.init_linear(key, 4, 3, 0.5),
    "init_mlp": lambda key: jd.init_mlp(key, (4, 3, 2)),
    "random_shift": lambda key: jd.random_shift(key, jnp.ones((5, 4, 3)), 1),
}


@pytest.mark.parametrize("name", RANDOM)
def test_random_functions_lower_for_every_platform(name):
    exported = jax.export.export(jax.jit(RANDOM[name]), platforms=["cpu", "cuda", "tpu"])
    assert exported(jax.random.key(0)).platforms == ("cpu", "cuda", "tpu")


@pytest.mark.parametrize("name", RANDOM)
def test_random_functions_use_a_key_once(name):
    with jax.debug_key_reuse(True):
        key = jax.random.key(0)
        RANDOM[name](key)
        with pytest.raises(jax.errors.KeyReuseError):
            RANDOM[name](key)
        jax.jit(RANDOM[name])(jax.random.key(0))
