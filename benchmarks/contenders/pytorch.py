"""Tuned PyTorch: tensors in memory, batches by index, autograd, `torch.optim`."""

import torch  # pyright: ignore[reportMissingImports]
from contenders.task import BATCH_SIZE, HIDDEN, LEARNING_RATE, SWEEP, Arrays, Task
from torch import nn  # pyright: ignore[reportMissingImports]
from torch.nn import functional  # pyright: ignore[reportMissingImports]


def linear(arrays: Arrays, batch_size: int = BATCH_SIZE) -> Task:
    """One epoch of the linear model."""
    return _training(arrays, nn.Linear(784, 10), batch_size)


def linear_32(arrays: Arrays) -> Task:
    """One epoch of the linear model in batches of 32."""
    return linear(arrays, batch_size=32)


def network(arrays: Arrays) -> Task:
    """One epoch of the network with a hidden layer."""
    model = nn.Sequential(nn.Linear(784, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 10))
    return _training(arrays, model, BATCH_SIZE)


def sweep(arrays: Arrays) -> Task:
    """An epoch of the linear model for each of 32 learning rates, one after the other."""
    x, y, x_test, y_test = tensors(arrays)
    models = []

    def run() -> None:
        models.clear()
        for learning_rate in SWEEP:
            model = nn.Linear(784, 10)
            _epoch(model, torch.optim.SGD(model.parameters(), learning_rate), x, y, BATCH_SIZE)
            models.append(model)

    return Task(run, lambda: max(_accuracy(model, x_test, y_test) for model in models))


def tensors(arrays: Arrays) -> tuple[torch.Tensor, ...]:
    """Return the digits as a model takes them: rows of floats in [0, 1], and labels."""
    x, y, x_test, y_test = map(torch.from_numpy, arrays)
    return x.view(-1, 784).float() / 255, y.long(), x_test.view(-1, 784).float() / 255, y_test


def _training(arrays: Arrays, model: nn.Module, batch_size: int) -> Task:
    x, y, x_test, y_test = tensors(arrays)
    optimizer = torch.optim.SGD(model.parameters(), LEARNING_RATE)
    return Task(
        lambda: _epoch(model, optimizer, x, y, batch_size),
        lambda: _accuracy(model, x_test, y_test),
    )


def _epoch(model, optimizer, x: torch.Tensor, y: torch.Tensor, batch_size: int) -> None:
    order = torch.randperm(len(x))
    for start in range(0, len(x) - batch_size + 1, batch_size):
        batch = order[start : start + batch_size]
        loss = functional.cross_entropy(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@torch.no_grad()
def _accuracy(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    return (model(x).argmax(1) == y).float().mean().item()
