"""ResNet-18 in PyTorch: the layers that ours has."""

from functools import partial

import torch  # pyright: ignore[reportMissingImports]
from contenders.task import (
    MOMENTUM,
    RESNET_DIGITS,
    RESNET_EPOCHS,
    RESNET_LEARNING_RATE,
    Arrays,
    Task,
)
from torch import nn  # pyright: ignore[reportMissingImports]
from torch.nn import functional  # pyright: ignore[reportMissingImports]

torch.manual_seed(0)


def resnet_64(
    arrays: Arrays, batch_size: int = 64, layout=torch.contiguous_format, compiled: bool = False
) -> Task:
    """Five epochs on 256 digits, in batches of 64."""
    images = torch.from_numpy(arrays.x_train[:RESNET_DIGITS])
    labels = torch.from_numpy(arrays.y_train[:RESNET_DIGITS])
    x, y = (images[:, None].float() / 255).contiguous(memory_format=layout), labels.long()
    # Pyright knows no `to` that only changes the layout.
    model = network().to(memory_format=layout)  # pyright: ignore

    def loss_of(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(model(x), y)

    step_loss = torch.compile(loss_of) if compiled else loss_of
    losses = []

    def run() -> None:
        # A new one each time, because `fit` starts without momentum, too.
        optimizer = torch.optim.SGD(model.parameters(), RESNET_LEARNING_RATE, MOMENTUM)
        for _ in range(RESNET_EPOCHS):
            losses.clear()
            for batch in torch.randperm(len(x)).split(batch_size):
                loss = step_loss(x[batch], y[batch])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.detach())

    return Task(run, lambda: torch.stack(losses).mean().neg().exp().item())


resnet_64_channels_last = partial(resnet_64, layout=torch.channels_last)
resnet_64_compiled = partial(resnet_64, compiled=True)  # It chooses layouts itself.
resnet_128 = partial(resnet_64, batch_size=128)
resnet_128_channels_last = partial(resnet_128, layout=torch.channels_last)
resnet_128_compiled = partial(resnet_128, compiled=True)


def network() -> nn.Sequential:
    """Return ResNet-18 for images with one channel and ten classes."""
    stem = _conv_norm(1, 64, 7, stride=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, padding=1)
    blocks, channels = [], 64
    for features in 64, 128, 256, 512:
        blocks += [_Block(channels, features), _Block(features, features)]
        channels = features
    head = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10)
    return nn.Sequential(*stem, *blocks, *head)


class _Block(nn.Module):
    def __init__(self, channels: int, features: int) -> None:
        super().__init__()
        stride = 1 if channels == features else 2
        self.first = _conv_norm(channels, features, 3, stride)
        self.second = _conv_norm(features, features, 3)
        self.around = nn.Identity() if stride == 1 else _conv_norm(channels, features, 1, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.second(self.first(x).relu_()).add_(self.around(x)).relu_()


def _conv_norm(channels: int, features: int, taps: int, stride: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(channels, features, taps, stride, padding=taps // 2, bias=False)
    # As ours starts, and torchvision's.
    nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")
    return nn.Sequential(conv, nn.BatchNorm2d(features))
