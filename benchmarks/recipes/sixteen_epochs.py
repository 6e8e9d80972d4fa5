"""Sixteen epochs of crops, half of them bent, for six convolutions and 224,000 parameters."""

import jax
from flax import nnx
from recipes.parts import AROUND, at_places, cross_entropy, muon, random_crop_or_warp

import jaxdigits as jd
from jaxdigits.convnets.layers import ConvNorm, add_channel, global_max

EPOCHS, BATCH_SIZE = 16, 128
# The features and the stride of each convolution; the first computes at all 24 x 24 pixels.
LAYERS = (16, 1), (40, 2), (40, 1), (80, 2), (80, 1), (160, 2)


class Network(nnx.Module):
    """Like `SmallConvNet`, but with six convolutions, of which every second halves the size."""

    def __init__(self, rngs):
        self.layers, channels = nnx.List(), 1
        for features, stride in LAYERS:
            layer = ConvNorm(channels, features, kernel_size=3, stride=stride, rngs=rngs)
            self.layers.append(layer)
            channels = features
        self.head = nnx.Linear(channels, 10, rngs=rngs)

    def __call__(self, crops):
        """Return logits `[n, 10]` for crops `[n, 24, 24]`."""
        x = add_channel(crops)
        for layer in self.layers:
            x = nnx.relu(layer(x))
        return self.head(global_max(x))


def train(seed, images, labels):
    start_key, fit_key = jax.random.split(jax.random.key(seed))
    model, params, state = jd.convnets.functional(Network(nnx.Rngs(start_key)))
    fitted = jd.fit(
        *(model, params, cross_entropy(0.1)),
        muon(EPOCHS * (len(labels) // BATCH_SIZE)),
        (images, labels),
        state=state,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        key=fit_key,
        augment=random_crop_or_warp,
    )

    def read(crops):
        return jd.predict(model, fitted.params, crops, state=fitted.state)

    return fitted.params, at_places(read, *AROUND)
