"""NumPy, with the gradients worked out by hand; and reading its own file format."""

import os
from functools import partial

import numpy as np
from contenders.task import BATCH_SIZE, HIDDEN, LEARNING_RATE, Arrays, Task, read


def linear(arrays: Arrays, batch_size: int = BATCH_SIZE) -> Task:
    """One epoch of the linear model."""
    w, b = np.zeros((784, 10), np.float32), np.zeros(10, np.float32)

    def step(x: np.ndarray, y: np.ndarray) -> None:
        slope = _softmax_slope(x @ w + b, y)
        w[:] -= LEARNING_RATE * (x.T @ slope)
        b[:] -= LEARNING_RATE * slope.sum(0)

    return _training(arrays, step, lambda x: x @ w + b, batch_size)


def network(arrays: Arrays, batch_size: int = BATCH_SIZE) -> Task:
    """One epoch of the network with a hidden layer."""
    rng = np.random.default_rng(0)
    w1 = rng.normal(0, (2 / 784) ** 0.5, (784, HIDDEN)).astype(np.float32)
    w2 = rng.normal(0, (2 / HIDDEN) ** 0.5, (HIDDEN, 10)).astype(np.float32)
    b1, b2 = np.zeros(HIDDEN, np.float32), np.zeros(10, np.float32)

    def step(x: np.ndarray, y: np.ndarray) -> None:
        hidden = np.maximum(x @ w1 + b1, 0)
        slope = _softmax_slope(hidden @ w2 + b2, y)
        slope_hidden = (slope @ w2.T) * (hidden > 0)
        w2[:] -= LEARNING_RATE * (hidden.T @ slope)
        b2[:] -= LEARNING_RATE * slope.sum(0)
        w1[:] -= LEARNING_RATE * (x.T @ slope_hidden)
        b1[:] -= LEARNING_RATE * slope_hidden.sum(0)

    return _training(arrays, step, lambda x: np.maximum(x @ w1 + b1, 0) @ w2 + b2, batch_size)


linear_64 = partial(linear, batch_size=64)
network_64 = partial(network, batch_size=64)


def reading(arrays: Arrays) -> Task:
    """Read the four arrays from a compressed `.npz` file, as Keras keeps them."""
    return Task(lambda: read(os.environ["BENCHMARK_NPZ"]) and None)


def _softmax_slope(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the gradient of the mean cross-entropy in the logits."""
    slope = np.exp(logits - logits.max(axis=1, keepdims=True))
    slope /= slope.sum(axis=1, keepdims=True)
    slope[np.arange(len(labels)), labels] -= 1
    return slope / np.float32(len(labels))


def _training(arrays: Arrays, step, model, batch_size: int) -> Task:
    x = arrays.x_train.reshape(-1, 784).astype(np.float32) / 255
    x_test = arrays.x_test.reshape(-1, 784).astype(np.float32) / 255
    rng = np.random.default_rng(0)

    def run() -> None:
        order = rng.permutation(len(x))
        for start in range(0, len(x) - batch_size + 1, batch_size):
            batch = order[start : start + batch_size]
            step(x[batch], arrays.y_train[batch])

    return Task(run, lambda: float((model(x_test).argmax(1) == arrays.y_test).mean()))
