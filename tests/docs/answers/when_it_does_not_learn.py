import jax
import jax.numpy as jnp
import numpy as np
import optax

import jaxdigits as jd


def loss(params, x, y):
    return ((jax.nn.sigmoid(jd.linear(params, x)) - y) ** 2).mean()


def moved(params, x, y, rate):
    grads = jax.grad(loss)(params, x, y)
    return jax.tree.map(lambda p, g: p - rate * g, params, grads)


def network(key, scale=0.1):
    keys = jax.random.split(key)
    layers = zip(keys, [(784, 30), (30, 1)], strict=True)
    return tuple(jd.init_linear(k, m, n, scale=scale) for k, (m, n) in layers)


def alike(key, first=0.1, second=0.1):
    return jd.Linear(jnp.full((784, 30), first), jnp.zeros(30)), jd.Linear(
        jnp.full((30, 1), second), jnp.zeros(1)
    )


def picked(logits, labels):
    return logits[jnp.arange(len(labels)), labels]


RIGHT = {
    "check_targets": [
        lambda labels: [[1.0] if label == 3 else [0.0] for label in labels],
        lambda labels: (7 - np.asarray(labels)[:, None]) / 4,
    ],
    "check_prepare": [
        lambda images: jd.flatten(jd.to_float(images)),
        lambda images: np.asarray(images, "float32").reshape(len(images), 784) * (1 / 255),
    ],
    "check_pale_loss": [
        lambda params, x, y: jnp.square(y - jax.nn.sigmoid(jd.linear(params, x))).mean(),
        lambda params, x, y: ((jax.nn.sigmoid(jd.linear(params, x))[:, 0] - y[:, 0]) ** 2).mean(),
        loss,
    ],
    "check_brave_step": [
        moved,
        lambda params, x, y, rate: jd.sgd_update(params, jax.grad(loss)(params, x, y), rate),
    ],
    "check_optax_step": [
        lambda params, state, x, y: (moved(params, x, y, 1.0), state),
        lambda params, state, x, y: [moved(params, x, y, 1.0), optax.sgd(1.0).init(params)],
    ],
    "check_init": [
        network,
        lambda key: (
            jd.Linear(jax.random.uniform(key, (784, 30)), jnp.zeros(30)),
            jd.Linear(jnp.ones((30, 1)), jnp.zeros(1)),
        ),
    ],
    "check_order": [
        lambda key, labels: jax.random.permutation(key, jnp.arange(len(labels))),
        lambda key, labels: jnp.argsort(jax.random.uniform(key, (len(labels),))),
        lambda key, labels: jax.random.permutation(key, len(labels)).tolist(),
    ],
    "check_slow_loss": [
        lambda logits, labels: optax.softmax_cross_entropy_with_integer_labels(
            logits, labels
        ).mean(),
        lambda logits, labels: -picked(jax.nn.log_softmax(logits), labels).mean(),
        lambda logits, labels: jd.cross_entropy_loss(jax.nn.log_softmax(logits), labels),
    ],
    "check_root": [
        lambda x: jnp.where(x <= 0, 0.0, jnp.sqrt(jnp.where(x <= 0, 4.0, x))),
        lambda x: jnp.sqrt(jnp.where(x > 0, x, 1.0)) * (x > 0),
    ],
    "check_deaf_step": [
        moved,
        jax.jit(moved),
    ],
}

WRONG = {
    "check_targets": [
        lambda labels: np.asarray(labels)[:, None].astype(float),
        lambda labels: (np.asarray(labels) == 3).astype(float),
        lambda labels: (np.asarray(labels)[:, None] == 7).astype(float),
        lambda labels: np.asarray(labels)[:, None] / 7,
    ],
    "check_prepare": [
        lambda images: jd.flatten(images).astype(float),
        lambda images: jd.flatten(images) // 255,
        lambda images: jd.flatten(images) / jnp.max(jd.flatten(images)),
        lambda images: jd.to_float(images),
        lambda images: jd.flatten(images) / 128 - 1,
    ],
    "check_pale_loss": [
        lambda params, x, y: ((jax.nn.sigmoid(jd.linear(params, x)) - y[:, 0]) ** 2).mean(),
        lambda params, x, y: ((jax.nn.sigmoid(jd.linear(params, x)) - y) ** 2).sum(),
        lambda params, x, y: ((jd.linear(params, x) - y) ** 2).mean(),
        lambda params, x, y: jnp.abs(jax.nn.sigmoid(jd.linear(params, x)) - y).mean(),
        lambda params, x, y: 0.25,
    ],
    "check_brave_step": [
        lambda params, x, y, rate: moved(params, x, y, -rate),
        lambda params, x, y, rate: moved(params, x, y, 1.0),
        lambda params, x, y, rate: params,
        lambda params, x, y, rate: jax.grad(loss)(params, x, y),
    ],
    "check_optax_step": [
        lambda params, state, x, y: (params, state),
        lambda params, state, x, y: moved(params, x, y, 1.0),
        lambda params, state, x, y: (moved(params, x, y, -1.0), state),
        lambda params, state, x, y: (jax.grad(loss)(params, x, y), state),
    ],
    "check_init": [
        lambda key: alike(key, 0.0, 0.0),
        alike,
        lambda key: (network(key)[0], jd.Linear(jnp.zeros((30, 1)), jnp.zeros(1))),
        lambda key: network(key, scale=100.0),
        lambda key: (alike(key)[0], network(key)[1]),
        lambda key: network(key)[0],
    ],
    "check_order": [
        lambda key, labels: jnp.argsort(labels),
        lambda key, labels: jnp.arange(len(labels)),
        lambda key, labels: jax.random.permutation(jax.random.key(0), len(labels)),
        lambda key, labels: jax.random.permutation(key, labels),
        lambda key, labels: jax.random.randint(key, (len(labels),), 0, len(labels)),
    ],
    "check_slow_loss": [
        lambda logits, labels: jd.cross_entropy_loss(jax.nn.softmax(logits), labels),
        lambda logits, labels: -jnp.log(picked(jax.nn.softmax(logits), labels)).mean(),
        lambda logits, labels: -picked(logits, labels).mean(),
        lambda logits, labels: 1 - picked(jax.nn.softmax(logits), labels).mean(),
        lambda logits, labels: -jax.nn.log_softmax(logits).mean(),
    ],
    "check_root": [
        lambda x: jnp.where(x > 0, jnp.sqrt(x), 0.0),
        jnp.sqrt,
        lambda x: jnp.sqrt(jnp.abs(x)),
        lambda x: jnp.sqrt(jnp.maximum(x, 0)),
        lambda x: jnp.nan_to_num(jnp.sqrt(x)),
    ],
    "check_deaf_step": [
        lambda params, x, y, rate: moved(params, x, y, 0.5),
        lambda params, x, y, rate: moved(params, x, y, -rate),
        lambda params, x, y: moved(params, x, y, 1.0),
        lambda params, x, y, rate: params,
    ],
}
