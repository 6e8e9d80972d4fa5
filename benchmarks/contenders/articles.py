"""PyTorch as the articles on the chapter use it: loaders over pairs, and steps by hand.

After each epoch they print the accuracy, the mean of that of the batches of a second loader.
"""

import torch  # pyright: ignore[reportMissingImports]
from contenders.pytorch import tensors
from contenders.task import BATCH_SIZE, HIDDEN, LEARNING_RATE, Arrays, Task
from torch.nn import functional  # pyright: ignore[reportMissingImports]
from torch.utils.data import DataLoader  # pyright: ignore[reportMissingImports]


def linear_measured(arrays: Arrays) -> Task:
    """Five epochs of the linear model, and the accuracy after each."""
    w, b = _layer(784, 10)
    return _training(arrays, lambda x: x @ w + b, (w, b))


def network_measured(arrays: Arrays) -> Task:
    """Five epochs of the network with a hidden layer, and the accuracy after each."""
    w1, b1 = _layer(784, HIDDEN)
    w2, b2 = _layer(HIDDEN, 10)
    return _training(arrays, lambda x: (x @ w1 + b1).relu() @ w2 + b2, (w1, b1, w2, b2))


def nearest(arrays: Arrays) -> Task:
    """Every test digit's nearest mean image, one digit and one distance at a time."""
    stacks = [torch.from_numpy(arrays.x_train[arrays.y_train == d]) / 255 for d in range(10)]
    means = [stack.mean(0) for stack in stacks]
    tests = [torch.from_numpy(arrays.x_test[arrays.y_test == d]) / 255 for d in range(10)]
    right = 0

    def run() -> None:
        nonlocal right
        for distance in _l1, _mse:
            right = 0
            for digit, images in enumerate(tests):
                distances = torch.stack([distance(images, mean) for mean in means])
                right += (distances.argmin(0) == digit).sum().item()

    return Task(run, lambda: right / len(arrays.x_test))


def _l1(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return (a - b).abs().mean((-1, -2))


def _mse(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return ((a - b) ** 2).mean((-1, -2))


def _layer(n_in: int, n_out: int) -> tuple[torch.Tensor, torch.Tensor]:
    w = torch.randn(n_in, n_out) / n_in**0.5
    return w.requires_grad_(), torch.zeros(n_out, requires_grad=True)


def _training(arrays: Arrays, model, params: tuple[torch.Tensor, ...]) -> Task:
    x, y, x_test, y_test = tensors(arrays)
    loader = DataLoader(list(zip(x, y, strict=True)), BATCH_SIZE, shuffle=True)  # pyright: ignore
    test_loader = DataLoader(list(zip(x_test, y_test, strict=True)), BATCH_SIZE)  # pyright: ignore
    accuracy = 0.0

    def run() -> None:
        for _ in range(5):
            train_epoch()
            validate_epoch()

    def train_epoch() -> None:
        for batch, labels in loader:
            functional.cross_entropy(model(batch), labels).backward()
            for param in params:
                assert param.grad is not None
                param.data -= LEARNING_RATE * param.grad
                param.grad.zero_()

    def validate_epoch() -> None:
        nonlocal accuracy
        right = [(model(batch).argmax(1) == labels).float().mean() for batch, labels in test_loader]
        accuracy = torch.stack(right).mean().item()

    return Task(run, lambda: accuracy)
