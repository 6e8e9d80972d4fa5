"""Tuned PyTorch: tensors in memory, batches by index, autograd, `torch.optim`.

Names that end in `_compiled` do the same with `torch.compile`.
"""

from collections.abc import Callable
from functools import partial

import torch  # pyright: ignore[reportMissingImports]
from contenders.task import BATCH_SIZE, HIDDEN, LEARNING_RATE, SWEEP, Arrays, Task
from torch import nn  # pyright: ignore[reportMissingImports]
from torch.nn import functional  # pyright: ignore[reportMissingImports]

torch.manual_seed(0)


def linear(arrays: Arrays, batch_size: int = BATCH_SIZE, compiled: bool = False) -> Task:
    """One epoch of the linear model."""
    return _training(arrays, nn.Linear(784, 10), batch_size, compiled)


def network(arrays: Arrays, compiled: bool = False) -> Task:
    """One epoch of the network with a hidden layer."""
    model = nn.Sequential(nn.Linear(784, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 10))
    return _training(arrays, model, BATCH_SIZE, compiled)


linear_32 = partial(linear, batch_size=32)
linear_compiled = partial(linear, compiled=True)
linear_32_compiled = partial(linear, batch_size=32, compiled=True)
network_compiled = partial(network, compiled=True)


def sweep(arrays: Arrays) -> Task:
    """An epoch of the linear model for each of 32 learning rates, one after the other."""
    x, y, x_test, y_test = tensors(arrays)
    models = []

    def run() -> None:
        models.clear()
        for learning_rate in SWEEP:
            model = nn.Linear(784, 10)
            optimizer = torch.optim.SGD(model.parameters(), learning_rate)
            _epoch(_loss(model), optimizer, x, y, BATCH_SIZE)
            models.append(model)

    return Task(run, lambda: max(_accuracy(model, x_test, y_test) for model in models))


def sweep_vmap(arrays: Arrays) -> Task:
    """The same for all rates at once, by `torch.func`."""
    x, y, x_test, y_test = tensors(arrays)
    rates = torch.tensor(SWEEP)
    models = w, b = torch.empty(len(SWEEP), 10, 784), torch.empty(len(SWEEP), 10)

    def loss(w: torch.Tensor, b: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(functional.linear(x, w, b), y)

    gradients = torch.func.vmap(torch.func.grad(loss, (0, 1)), (0, 0, None, None))

    def run() -> None:
        layer = nn.Linear(784, 10)
        w[:], b[:] = layer.weight.detach(), layer.bias.detach()
        for batch in _batches(len(x), BATCH_SIZE):
            w_slopes, b_slopes = gradients(w, b, x[batch], y[batch])
            w.addcmul_(rates[:, None, None], w_slopes, value=-1)
            b.addcmul_(rates[:, None], b_slopes, value=-1)

    def accuracy() -> float:
        logits = torch.func.vmap(functional.linear, (None, 0, 0))(x_test, *models)
        return (logits.argmax(-1) == y_test).float().mean(1).max().item()

    return Task(run, accuracy)


def tensors(arrays: Arrays) -> tuple[torch.Tensor, ...]:
    """Return the digits as a model takes them: rows of floats in [0, 1], and labels."""
    x, y, x_test, y_test = map(torch.from_numpy, arrays)
    return x.view(-1, 784).float() / 255, y.long(), x_test.view(-1, 784).float() / 255, y_test


def _training(arrays: Arrays, model: nn.Module, batch_size: int, compiled: bool) -> Task:
    x, y, x_test, y_test = tensors(arrays)
    optimizer = torch.optim.SGD(model.parameters(), LEARNING_RATE)
    loss = torch.compile(_loss(model)) if compiled else _loss(model)
    return Task(
        lambda: _epoch(loss, optimizer, x, y, batch_size),
        lambda: _accuracy(model, x_test, y_test),
    )


def _batches(n: int, batch_size: int) -> list[torch.Tensor]:
    whole = n // batch_size * batch_size
    return list(torch.randperm(n)[:whole].split(batch_size))


def _loss(model: nn.Module) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    return lambda x, y: functional.cross_entropy(model(x), y)


def _epoch(loss, optimizer, x: torch.Tensor, y: torch.Tensor, batch_size: int) -> None:
    for batch in _batches(len(x), batch_size):
        value = loss(x[batch], y[batch])
        optimizer.zero_grad()
        value.backward()
        optimizer.step()


@torch.no_grad()
def _accuracy(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    return (model(x).argmax(1) == y).float().mean().item()
