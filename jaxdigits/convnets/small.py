"""A small convolutional network that reads digits nearly as well as a large one."""

from collections.abc import Sequence

import jax
from flax import nnx

from jaxdigits.convnets.layers import ConvNorm, add_channel, global_max


class SmallConvNet(nnx.Module):
    """A few convolutions, then the maximum of each channel and a linear layer.

    The first kernel is 5 x 5, the others are 3 x 3. The first three convolutions have a stride of
    2, so 28 x 28 pixels become 14 x 14, 7 x 7 and 4 x 4. Batch normalization and ReLU follow each
    convolution. `channels` says how many channels each convolution has. By default, the network has
    136,882 parameters; with (24, 48, 64), it has 39,538. See LeCun et al., "Gradient-Based Learning
    Applied to Document Recognition" (1998), section II.

    Examples:
        >>> network = SmallConvNet(rngs=nnx.Rngs(0))
        >>> network(jax.numpy.zeros((5, 28, 28))).shape
        (5, 10)
    """

    def __init__(
        self,
        num_classes: int = 10,
        *,
        channels: Sequence[int] = (24, 48, 96, 96),
        rngs: nnx.Rngs,
    ) -> None:
        if not channels:
            raise ValueError("channels is empty. Give the channels of at least one convolution.")
        self.layers = nnx.List()
        for layer, (before, after) in enumerate(zip((1, *channels), channels, strict=False)):
            size = 5 if layer == 0 else 3
            stride = 2 if layer < 3 else 1
            self.layers.append(ConvNorm(before, after, kernel_size=size, stride=stride, rngs=rngs))
        self.head = nnx.Linear(channels[-1], num_classes, rngs=rngs)

    def __call__(self, images: jax.Array) -> jax.Array:
        """Return logits `[n, num_classes]` for float images `[n, height, width]` in [0, 1]."""
        x = add_channel(images)
        for layer in self.layers:
            x = nnx.relu(layer(x))
        return self.head(global_max(x))
