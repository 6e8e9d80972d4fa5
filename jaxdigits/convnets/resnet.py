"""The residual network with 18 layers, for images with one channel."""

from collections.abc import Sequence

import jax
from flax import nnx

from jaxdigits.convnets.layers import ConvNorm, add_channel, max_pool


class ResNet18(nnx.Module):
    """The residual network of 18 layers, with 11,175,370 parameters for ten classes.

    28 x 28 pixels become 7 x 7 before the first of its four stages, and each later stage halves
    height and width, to 1 x 1 in the last. From He et al., "Deep Residual Learning for Image
    Recognition" (2015), table 1.

    Args:
        stages: The number of blocks in each stage; (3, 4, 6, 3) makes a ResNet-34.
        widths: The number of channels in each stage.
        zero_init_residual: Whether the last scale in each block starts at 0 instead of 1. Each
            block then starts as the identity, which makes the first steps easier (Goyal et al.,
            "Accurate, Large Minibatch SGD", 2017, section 5.1).

    Examples:
        >>> network = ResNet18(stages=(1, 1), widths=(8, 16), rngs=nnx.Rngs(0))
        >>> network(jax.numpy.zeros((5, 28, 28))).shape
        (5, 10)
    """

    def __init__(
        self,
        num_classes: int = 10,
        *,
        stages: Sequence[int] = (2, 2, 2, 2),
        widths: Sequence[int] = (64, 128, 256, 512),
        zero_init_residual: bool = False,
        rngs: nnx.Rngs,
    ) -> None:
        if len(stages) != len(widths) or not stages:
            raise ValueError(
                f"stages is {tuple(stages)} and widths is {tuple(widths)}. "
                "Give each stage a number of blocks and a width."
            )
        channels = widths[0]
        self.stem = ConvNorm(1, channels, kernel_size=7, stride=2, rngs=rngs)
        self.blocks = nnx.List()
        for stage, (num_blocks, width) in enumerate(zip(stages, widths, strict=True)):
            for block in range(num_blocks):
                stride = 2 if stage > 0 and block == 0 else 1
                self.blocks.append(
                    Block(channels, width, stride=stride, zero_init=zero_init_residual, rngs=rngs)
                )
                channels = width
        self.head = nnx.Linear(channels, num_classes, rngs=rngs)

    def __call__(self, images: jax.Array) -> jax.Array:
        """Return logits `[n, num_classes]` for float images `[n, height, width]` in [0, 1]."""
        x = max_pool(nnx.relu(self.stem(add_channel(images))))
        for block in self.blocks:
            x = block(x)
        return self.head(x.mean((1, 2)))


class Block(nnx.Module):
    """Two 3 x 3 convolutions, whose result is added to the block's input.

    If the shape changes, a 1 x 1 convolution adapts the input (option B in the paper).
    """

    def __init__(
        self, channels: int, features: int, *, stride: int, zero_init: bool, rngs: nnx.Rngs
    ) -> None:
        scale_init = jax.nn.initializers.zeros if zero_init else jax.nn.initializers.ones
        self.first = ConvNorm(channels, features, kernel_size=3, stride=stride, rngs=rngs)
        self.second = ConvNorm(features, features, kernel_size=3, scale_init=scale_init, rngs=rngs)
        if stride == 1 and channels == features:
            self.around = nnx.identity
        else:
            self.around = ConvNorm(channels, features, kernel_size=1, stride=stride, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        """Return `[n, height, width, features]` for `[n, height, width, channels]`."""
        return nnx.relu(self.around(x) + self.second(nnx.relu(self.first(x))))
