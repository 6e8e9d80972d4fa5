"""JAX as one writes it at first: floats, a jitted step, and a Python loop over batches."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
from contenders.task import BATCH_SIZE, HIDDEN, LEARNING_RATE, Arrays, Task


def linear(arrays: Arrays) -> Task:
    """One epoch of the linear model."""
    params = [jnp.zeros((784, 10)), jnp.zeros(10)]
    return _training(arrays, lambda p, x: x @ p[0] + p[1], params)


def network(arrays: Arrays) -> Task:
    """One epoch of the network with a hidden layer."""
    rng = np.random.default_rng(0)
    w1 = rng.normal(0, (2 / 784) ** 0.5, (784, HIDDEN)).astype(np.float32)
    w2 = rng.normal(0, (2 / HIDDEN) ** 0.5, (HIDDEN, 10)).astype(np.float32)
    params = [jnp.asarray(w1), jnp.zeros(HIDDEN), jnp.asarray(w2), jnp.zeros(10)]
    return _training(arrays, lambda p, x: jax.nn.relu(x @ p[0] + p[1]) @ p[2] + p[3], params)


def _training(arrays: Arrays, model, params) -> Task:
    x = jnp.asarray(arrays.x_train).reshape(-1, 784).astype(jnp.float32) / 255
    y = jnp.asarray(arrays.y_train).astype(jnp.int32)
    x_test = jnp.asarray(arrays.x_test).reshape(-1, 784).astype(jnp.float32) / 255
    optimizer = optax.sgd(LEARNING_RATE)
    state = optimizer.init(params)
    key = jax.random.key(0)

    def loss(params, x, y):
        return optax.softmax_cross_entropy_with_integer_labels(model(params, x), y).mean()

    @jax.jit
    def step(params, state, x, y):
        grads = jax.grad(loss)(params, x, y)
        updates, state = optimizer.update(grads, state)
        return optax.apply_updates(params, updates), state

    def run() -> None:
        nonlocal params, state, key
        key, epoch_key = jax.random.split(key)
        order = jax.random.permutation(epoch_key, len(x))
        for start in range(0, len(x) - BATCH_SIZE + 1, BATCH_SIZE):
            batch = order[start : start + BATCH_SIZE]
            params, state = step(params, state, x[batch], y[batch])
        jax.block_until_ready(params)

    return Task(run, lambda: float((model(params, x_test).argmax(1) == arrays.y_test).mean()))
