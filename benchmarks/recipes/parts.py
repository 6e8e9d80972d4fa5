"""What recipes share: the training loop with Muon, crops, and what is done to images."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import optax.contrib
from flax import nnx
from warp import random_warp

import jaxdigits as jd

CROP = 24  # Digits fill 20 x 20 of the 28 x 28 pixels, around their center of mass.


def learn(
    seed: int,
    images: jax.Array,
    labels: jax.Array,
    *,
    channels: tuple[int, ...],
    epochs: int,
    augment: Callable[..., jax.Array],
    peak: float = 0.05,
    batch_size: int = 128,
    smoothing: float = 0.1,
) -> tuple[Any, Callable[[jax.Array], jax.Array]]:
    """Train a small network; return its parameters, and a function from crops to logits."""
    # Two keys: Flax folds numbers into its key and `fit` into its own, so that one key for both
    # would make the first epoch's batches from the key of the first weights.
    start_key, fit_key = jax.random.split(jax.random.key(seed))
    network = jd.convnets.SmallConvNet(channels=channels, rngs=nnx.Rngs(start_key))
    model, params, state = jd.convnets.functional(network)
    fitted = jd.fit(
        *(model, params, cross_entropy(smoothing)),
        muon(epochs * (len(labels) // batch_size), peak),
        (images, labels),
        state=state,
        epochs=epochs,
        batch_size=batch_size,
        key=fit_key,
        augment=augment,
    )

    def read(crops: jax.Array) -> jax.Array:
        return jd.predict(model, fitted.params, crops, state=fitted.state)

    return fitted.params, read


# Cached, as a new loss, optimizer or augmentation would be compiled for each seed.
@cache
def cross_entropy(smoothing: float) -> Callable[[jax.Array, jax.Array], jax.Array]:
    """Return the cross-entropy with a share of each label spread over all classes."""

    def loss(logits: jax.Array, labels: jax.Array) -> jax.Array:
        targets = optax.smooth_labels(jax.nn.one_hot(labels, 10), smoothing)
        return optax.softmax_cross_entropy(logits, targets).mean()

    return loss


@cache
def triangle(steps: int, peak: float) -> optax.Schedule:
    """Return a learning rate that rises for a fifth of the steps, and then falls to zero."""
    corners = jnp.array([0.0, 0.2, 1.0]) * steps
    return lambda step: jnp.interp(step, corners, jnp.array([0.0, peak, 0.0]))


@cache
def muon(steps: int, peak: float = 0.05) -> optax.GradientTransformation:
    """Return Muon for kernels, and Adam at a fifth of its rate for all else, in one cycle."""

    def kernels(params: Any) -> Any:
        dimensions = optax.contrib.MuonDimensionNumbers((0, 1, 2), (3,))
        return jax.tree.map(lambda leaf: dimensions if leaf.ndim == 4 else None, params)

    return optax.contrib.muon(
        triangle(steps, peak),
        ns_steps=3,
        beta=0.9,
        adam_learning_rate=triangle(steps, peak / 5),
        muon_weight_dimension_numbers=kernels,
    )


def crop(images: jax.Array, corners: jax.Array) -> jax.Array:
    """Return 24 x 24 pixels of each image, whose upper left one is at the given row and column."""
    cut = partial(jax.lax.dynamic_slice, slice_sizes=(CROP, CROP))
    return jax.vmap(cut)(images, corners)


def random_crop(key: jax.Array, images: jax.Array, far: int = 2) -> jax.Array:
    """Return 24 x 24 pixels of each image, up to `far` pixels from its middle: a moved digit."""
    corners = jax.random.randint(key, (len(images), 2), 2 - far, 3 + far)
    return crop(images, corners)


def near_crop(key: jax.Array, images: jax.Array) -> jax.Array:
    """Return 24 x 24 pixels of each image, at most one pixel from its middle."""
    return random_crop(key, images, far=1)


def random_crop_or_warp(key: jax.Array, images: jax.Array) -> jax.Array:
    """Return random crops; the first half of the batch is also turned, stretched and bent."""
    crop_key, warp_key = jax.random.split(key)
    crops = random_crop(crop_key, images)
    half = len(images) // 2
    return jnp.concatenate([random_warp(warp_key, crops[:half]), crops[half:]])


def at_places(
    read: Callable[[jax.Array], jax.Array], *places: tuple[int, int]
) -> Callable[..., jax.Array]:
    """Return a function from images to the mean of the logits of crops at these places."""

    def logits(images: jax.Array | np.ndarray) -> jax.Array:
        images = jd.to_float(jnp.asarray(images))
        at = [read(images[:, i : i + CROP, j : j + CROP]) for i, j in places]
        return jnp.mean(jnp.stack(at), axis=0)

    return logits


MIDDLE = (2, 2)
AROUND = tuple((i, j) for i in (1, 2, 3) for j in (1, 2, 3))
