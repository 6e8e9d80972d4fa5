import jax
import jax.numpy as jnp
import numpy as np

EXACT = ["gap -200.0: naive inf, package 200.0"]

REACH = {
    "cross-entropy after one epoch ": 0.84,
    r"cross-entropy after one epoch 0\.\d+, after forty ": 0.915,
}


def _softmax_by_loop(logits):
    rows = []
    for row in np.asarray(logits, float):
        powers = np.exp(row - max(row))
        rows.append(powers / sum(powers))
    return rows


def _gradient_by_jax(logits, label):
    def loss(z):
        return jax.nn.logsumexp(z) - z[label]

    return jax.grad(loss)(jnp.asarray(logits))


def _gradient_by_loop(logits, label):
    gradient = _softmax_by_loop([logits])[0]
    gradient[label] -= 1
    return gradient.tolist()


def _unstable(logits):
    powers = jnp.exp(jnp.asarray(logits))
    return powers / powers.sum(axis=-1, keepdims=True)


def _unstable_in_numpy(logits):
    with np.errstate(all="ignore"):
        powers = np.exp(logits)
        return powers / powers.sum(axis=-1, keepdims=True)


def _overconfidence_by_loop(logits, labels):
    total = 0.0
    for beliefs, label in zip(_softmax_by_loop(logits), labels, strict=True):
        total += max(beliefs) - (np.argmax(beliefs) == label)
    return total / len(labels)


def _truth_overconfidence(logits, labels):
    beliefs = np.array(_softmax_by_loop(logits))
    right = beliefs.argmax(axis=1) == labels
    return beliefs[np.arange(len(labels)), labels].mean() - right.mean()


RIGHT = {
    "check_count_yes": [
        lambda logits: [sum(1 for z in row if z > 0) for row in logits.tolist()],
        lambda logits: jnp.sum(jnp.sign(logits) == 1, axis=-1),
        lambda logits: (logits > 0).astype(float).sum(axis=1),
    ],
    "check_stable_softmax": [
        _softmax_by_loop,
        lambda logits: jax.nn.softmax(jnp.asarray(logits), axis=1),
        lambda logits: jnp.exp(
            jnp.asarray(logits) - jax.nn.logsumexp(jnp.asarray(logits), axis=1)[:, None]
        ),
    ],
    "check_cross_entropy_gradient": [
        _gradient_by_jax,
        _gradient_by_loop,
        lambda z, y: jax.nn.softmax(jnp.asarray(z)).at[y].add(-1),
    ],
    "check_overconfidence": [
        _overconfidence_by_loop,
        lambda logits, labels: float(
            jax.nn.softmax(jnp.asarray(logits)).max(axis=1).mean()
            - jnp.mean(jnp.argmax(jnp.asarray(logits), axis=1) == labels)
        ),
    ],
}

WRONG = {
    "check_count_yes": [
        lambda logits: (logits > 0).sum(axis=0),
        lambda logits: (logits > 0).sum(),
        lambda logits: (logits > 0.5).sum(axis=1),
        lambda logits: (logits < 0).sum(axis=1),
        lambda logits: (logits > 0).mean(axis=1),
        lambda logits: (logits > 0).any(axis=1),
        lambda logits: (jax.nn.softmax(jnp.asarray(logits)) > 0.5).sum(axis=1),
    ],
    "check_stable_softmax": [
        _unstable,
        _unstable_in_numpy,
        lambda logits: _unstable(logits - logits.max()),
        lambda logits: _unstable(logits / abs(logits).max()),
        lambda logits: _unstable(np.clip(logits, -80, 80)),
        lambda logits: jnp.nan_to_num(_unstable(logits)),
        lambda logits: _unstable(logits - logits.min(axis=1, keepdims=True)).T,
        lambda logits: jax.nn.log_softmax(jnp.asarray(logits)),
        lambda logits: jax.nn.softmax(jnp.asarray(logits), axis=0),
    ],
    "check_cross_entropy_gradient": [
        lambda z, y: jax.nn.softmax(jnp.asarray(z))[y] - 1,
        lambda z, y: jax.nn.one_hot(y, len(z)) - jax.nn.softmax(jnp.asarray(z)),
        lambda z, y: jax.nn.softmax(jnp.asarray(z)),
        lambda z, y: jax.nn.sigmoid(jnp.asarray(z)) - jax.nn.one_hot(y, len(z)),
        lambda z, y: _unstable(z) - jax.nn.one_hot(y, len(z)),
        lambda z, y: _unstable_in_numpy(z) - np.eye(len(z))[y],
        lambda z, y: (jax.nn.softmax(jnp.asarray(z)) - jax.nn.one_hot(y, len(z))) / len(z),
    ],
    "check_overconfidence": [
        _truth_overconfidence,
        lambda logits, labels: -_overconfidence_by_loop(logits, labels),
        lambda logits, labels: jax.nn.softmax(jnp.asarray(logits)).max(axis=1).mean(),
        lambda logits, labels: (
            jax.nn.sigmoid(jnp.asarray(logits)).max(axis=1).mean()
            - (logits.argmax(axis=1) == labels).mean()
        ),
        lambda logits, labels: abs(_overconfidence_by_loop(logits, labels)) + 0.1,
        lambda logits, labels: 0.0,
    ],
}
