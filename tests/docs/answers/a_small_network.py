import itertools
import math

import jax
import jax.numpy as jnp
import numpy as np

REACH = {r"12 epochs: linear 0\.\d+, network ": 0.95, r"chosen network .* test ": 0.96}


def _while(metric, goal):
    epoch = 0
    while epoch < len(metric):
        if metric[epoch] >= goal:
            return epoch + 1
        epoch += 1


def _best_of_prefixes(losses, patience):
    for stop in range(1, len(losses) + 1):
        best = int(np.argmin(losses[:stop]))
        if stop - 1 - best == patience:
            return best + 1
    return int(np.argmin(losses)) + 1


def _waiting(losses, patience):
    best, waited, answer = math.inf, 0, 0
    for epoch, loss in enumerate(losses):
        waited += 1
        if loss < best:
            best, waited, answer = loss, 0, epoch + 1
        if waited == patience:
            return answer
    return answer


def _rises(losses, patience):
    rises = 0
    for epoch, (before, after) in enumerate(itertools.pairwise(losses), start=2):
        rises = rises + 1 if after >= before else 0
        if rises == patience:
            return epoch - patience
    return int(np.argmin(losses)) + 1


RIGHT = {
    "check_epochs_needed": [
        _while,
        lambda metric, goal: (
            int((np.asarray(metric) >= goal).argmax()) + 1 if max(metric) >= goal else None
        ),
        lambda metric, goal: next((i for i, m in enumerate(metric, 1) if m >= goal), None),
    ],
    "check_sigmoid_from_tanh": [
        lambda x: 0.5 * np.tanh(0.5 * np.asarray(x)) + 0.5,
        jax.nn.sigmoid,
        lambda x: jnp.tanh(x / 2) / 2 + 1 / 2,
    ],
    "check_early_stop": [_best_of_prefixes, _waiting],
    "check_shuffle_weights": [
        lambda w, order: np.take(w, order, axis=0),
        lambda w, order: jnp.array([w[i] for i in order]),
        lambda w, order: np.eye(len(w))[order] @ w,
        lambda w, order: w[order].tolist(),
    ],
}

WRONG = {
    "check_epochs_needed": [
        lambda metric, goal: int((metric >= goal).argmax()),
        lambda metric, goal: int((metric < goal).sum()) + 1,
        lambda metric, goal: int((metric >= goal).argmax()) + 1,
        lambda metric, goal: int((metric > goal).argmax()) + 1,
        lambda metric, goal: int((metric >= goal).argmax()) + 1 if max(metric) >= goal else 0,
        lambda metric, goal: len(metric),
        lambda metric, goal: int(metric.argmax()) + 1,
    ],
    "check_sigmoid_from_tanh": [
        jnp.tanh,
        lambda x: 1 + jnp.tanh(x / 2),
        lambda x: (1 + jnp.tanh(x)) / 2,
        lambda x: (1 + jnp.tanh(x / 4)) / 2,
        lambda x: (1 + jnp.tanh(2 * x)) / 2,
        lambda x: (1 - jnp.tanh(x / 2)) / 2,
    ],
    "check_early_stop": [
        lambda losses, patience: int(np.argmin(losses)) + 1,
        lambda losses, patience: _waiting(losses, patience) - 1,
        lambda losses, patience: _waiting(losses, patience + 1),
        lambda losses, patience: min(_waiting(losses, patience) + patience, len(losses)),
        lambda losses, patience: int(np.argmin(losses[: patience + 1])) + 1,
        _rises,
        lambda losses, patience: patience,
    ],
    "check_shuffle_weights": [
        lambda w, order: w,
        lambda w, order: w[np.argsort(order)],
        lambda w, order: w[::-1],
        lambda w, order: w[:, order],
        lambda w, order: w[order].T,
        lambda w, order: np.sort(w, axis=0),
    ],
}
