"""A module as a pure function: what it computes, what it remembers, how often it compiles."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from jaxdigits.convnets import SmallConvNet, functional
from jaxdigits.losses import cross_entropy_loss
from jaxdigits.optimizers import sgd_update


@partial(jax.jit, static_argnums=(0, 4))
def apply(model, params, state, images, training):
    """Compiled once for all tests, because models of equal modules are equal."""
    return model(params, state, images, training)


@pytest.fixture
def module():
    return SmallConvNet(4, channels=(4, 8), rngs=nnx.Rngs(0))


@pytest.fixture
def images():
    return jnp.asarray(np.random.default_rng(0).uniform(size=(16, 12, 12)), jnp.float32)


def assert_same(a, b, **tolerance):
    jax.tree.map(lambda x, y: np.testing.assert_allclose(x, y, **tolerance), a, b)


def test_functional_parameters_and_state_are_dictionaries_of_arrays(module):
    _, params, state = functional(module)
    assert set(params) == set(state) | {"head"} == {"layers", "head"}
    assert set(params["layers"][0]["norm"]) == {"scale", "bias"}
    assert set(state["layers"][0]["norm"]) == {"mean", "var"}
    assert set(params["layers"][0]["conv"]) == {"kernel"}
    leaves = jax.tree.leaves((params, state))
    assert all(isinstance(leaf, jax.Array) for leaf in leaves)


@pytest.mark.parametrize("training", [True, False])
def test_functional_outputs_and_state_are_those_of_the_module(module, images, training):
    model, params, state = functional(module)
    outputs, new_state = apply(model, params, state, images, training)
    before = nnx.to_pure_dict(nnx.state(module, nnx.BatchStat))
    module.set_attributes(use_running_average=not training)
    expected = nnx.jit(lambda module: module(images))(module)
    np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-5)
    after = nnx.to_pure_dict(nnx.state(module, nnx.BatchStat))
    assert_same(new_state, after, rtol=1e-5, atol=1e-7)
    moved = jax.tree.map(lambda a, b: bool((a != b).all()), before, after)
    assert all(value is training for value in jax.tree.leaves(moved))


def test_functional_evaluating_does_not_mix_examples(module, images):
    model, params, state = functional(module)
    _, state = apply(model, params, state, images, True)
    together, same = apply(model, params, state, images, False)
    alone, _ = apply(model, params, state, images.at[1:].set(0), False)
    np.testing.assert_allclose(together[0], alone[0], rtol=1e-4, atol=1e-5)
    assert_same(same, state, rtol=0)
    crowded, _ = apply(model, params, state, images, True)
    assert np.abs(np.subtract(crowded, together)).max() > 0.1


def test_functional_does_not_change_its_arguments(module, images):
    model, params, state = functional(module)
    before = jax.tree.map(jnp.copy, (params, state, nnx.to_pure_dict(nnx.state(module))))
    apply(model, params, state, images, True)
    assert_same((params, state, nnx.to_pure_dict(nnx.state(module))), before, rtol=0)


def test_functional_ignores_the_mode_of_the_module(module, images):
    model, params, state = functional(module)
    module.eval()
    evaluating, *_ = functional(module)
    for training in (True, False):
        first, second = (apply(m, params, state, images, training) for m in (model, evaluating))
        assert_same(first, second, rtol=0)


def test_functional_gradient_steps_reduce_the_loss(module, images):
    model, params, state = functional(module)
    labels = jnp.arange(16) % 4

    def loss(params, state):
        logits, state = model(params, state, images, training=True)
        return cross_entropy_loss(logits, labels), state

    @jax.jit
    def step(params, state):
        (value, state), grads = jax.value_and_grad(loss, has_aux=True)(params, state)
        return sgd_update(params, grads, 0.1), state, value

    losses = []
    for _ in range(20):
        params, state, value = step(params, state)
        losses.append(value)
    assert losses[-1] < 0.5 * losses[0]
    assert jax.tree.structure(state) == jax.tree.structure(functional(module)[2])


def test_functional_of_equal_modules_compiles_once(images):
    traces = []

    def counted(model, params, state, x):
        traces.append(model)
        return model(params, state, x, training=True)

    compiled = jax.jit(counted, static_argnums=0)
    outputs = []
    for seed in (0, 1):
        net = SmallConvNet(4, channels=(4, 8), rngs=nnx.Rngs(seed))
        outputs.append(compiled(*functional(net), images)[0])
    assert len(traces) == 1
    assert jnp.abs(outputs[0] - outputs[1]).max() > 0.1
    model, other = (
        functional(SmallConvNet(4, channels=channels, rngs=nnx.Rngs(0)))[0]
        for channels in ((4, 8), (4, 9))
    )
    assert model == traces[0] and hash(model) == hash(traces[0])
    assert model != other


def test_functional_of_dropout_keeps_its_key_as_state():
    model, params, state = functional(nnx.Dropout(0.5, rngs=nnx.Rngs(0)))
    assert params == {}
    ones = jnp.ones(1000)
    first, state = model(params, state, ones, training=True)
    second, state = model(params, state, ones, training=True)
    assert 400 < (first == 0).sum() < 600
    assert (first != second).any()
    np.testing.assert_array_equal(model(params, state, ones, training=False)[0], ones)
