"""Every task as a user of jaxdigits would write it."""

from functools import partial

import jax
import jax.numpy as jnp
import optax
from contenders.task import (
    BATCH_SIZE,
    HIDDEN,
    LEARNING_RATE,
    MOMENTUM,
    RESNET_DIGITS,
    RESNET_EPOCHS,
    RESNET_LEARNING_RATE,
    SWEEP,
    Arrays,
    Task,
)
from flax import nnx

import jaxdigits as jd

# One key for the first parameters, one for the batches: no key is used for both.
START_KEY, KEY = jax.random.split(jax.random.key(0))


def linear(arrays: Arrays, batch_size: int = BATCH_SIZE, epochs: int = 1, **options) -> Task:
    """One epoch of the linear model."""
    return _training(
        arrays, jd.linear, jd.init_linear(START_KEY, 784, 10, 0.01), batch_size, epochs, options
    )


def linear_measured(arrays: Arrays) -> Task:
    """Five epochs of the linear model, and the accuracy after each."""
    return linear(arrays, epochs=5, valid=_examples(arrays)[1], metric=jd.accuracy)


def network(arrays: Arrays, batch_size: int = BATCH_SIZE, epochs: int = 1, **options) -> Task:
    """One epoch of the network with a hidden layer."""
    params = jd.init_mlp(START_KEY, (784, HIDDEN, 10))
    return _training(arrays, jd.mlp, params, batch_size, epochs, options)


def network_measured(arrays: Arrays) -> Task:
    """Five epochs of the network, and the accuracy after each."""
    return network(arrays, epochs=5, valid=_examples(arrays)[1], metric=jd.accuracy)


linear_32 = partial(linear, batch_size=32)
linear_64 = partial(linear, batch_size=64)
network_64 = partial(network, batch_size=64)
quiet = partial(linear, epochs=10)
with_progress = partial(linear, epochs=10, progress=True)


def ten_times(arrays: Arrays) -> Task:
    """One epoch of the linear model on ten times as many rows."""
    return linear(
        arrays._replace(
            x_train=arrays.x_train.repeat(10, axis=0), y_train=arrays.y_train.repeat(10)
        )
    )


def sweep(arrays: Arrays) -> Task:
    """An epoch of the linear model for each of 32 learning rates, all at once."""
    train, test = _examples(arrays)
    start = jd.init_linear(START_KEY, 784, 10, 0.01)

    @jax.jit
    @jax.vmap
    def trained(learning_rate: jax.Array) -> jd.Linear:
        optimizer = jd.sgd(learning_rate)
        return jd.fit(
            jd.linear, start, jd.cross_entropy_loss, optimizer, train, epochs=1, key=KEY
        ).params

    reached = start

    def run() -> None:
        nonlocal reached
        reached = jax.block_until_ready(trained(jnp.array(SWEEP)))

    def accuracy() -> float:
        logits = jax.vmap(jd.linear, (0, None))(reached, jd.to_float(test[0]))
        return float(jax.vmap(jd.accuracy, (0, None))(logits, test[1]).max())

    return Task(run, accuracy)


def resnet_64(arrays: Arrays, batch_size: int = 64) -> Task:
    """Five epochs of ResNet-18 on 256 digits, in batches of 64."""
    x, y = arrays.x_train[:RESNET_DIGITS], arrays.y_train[:RESNET_DIGITS]
    train = jnp.asarray(x), jnp.asarray(y)
    model, params, state = jd.convnets.functional(jd.convnets.ResNet18(rngs=nnx.Rngs(START_KEY)))
    optimizer = optax.sgd(RESNET_LEARNING_RATE, MOMENTUM)
    loss = jnp.array([])
    calls = 0

    def run() -> None:
        nonlocal params, state, loss, calls
        fitted = jd.fit(
            *(model, params, jd.cross_entropy_loss, optimizer, train),
            state=state,
            epochs=RESNET_EPOCHS,
            batch_size=batch_size,
            key=jax.random.fold_in(KEY, calls),
        )
        params, (loss, _), state, _ = jax.block_until_ready(fitted)
        calls += 1

    return Task(run, lambda: float(jnp.exp(-loss[-1])))


resnet_128 = partial(resnet_64, batch_size=128)


def nearest(arrays: Arrays) -> Task:
    """Every test digit's nearest mean image, by both distances."""
    x_train, x_test = jnp.asarray(arrays.x_train), jnp.asarray(arrays.x_test)
    means = jd.mean_images(jd.to_float(x_train), jnp.asarray(arrays.y_train))
    images, labels = jd.to_float(x_test), jnp.asarray(arrays.y_test)
    found = None

    def run() -> None:
        nonlocal found
        for distance in jd.l1_distance, jd.mse_distance:
            found = jax.block_until_ready(jd.nearest(images, means, distance))

    return Task(run, lambda: float((found == labels).mean()))


def reading(arrays: Arrays) -> Task:
    """Read the prepared data set."""
    return Task(lambda: jax.block_until_ready(jd.load("mnist")) and None)


def _examples(arrays: Arrays) -> tuple[tuple[jax.Array, jax.Array], tuple[jax.Array, jax.Array]]:
    x, y, x_test, y_test = map(jnp.asarray, arrays)
    return (jd.flatten(x), y), (jd.flatten(x_test), y_test)


def _training(arrays: Arrays, model, params, batch_size, epochs, options) -> Task:
    train, test = _examples(arrays)
    optimizer = jd.sgd(LEARNING_RATE)
    calls = 0

    def run() -> None:
        nonlocal params, calls
        params = jax.block_until_ready(
            jd.fit(
                model,
                params,
                jd.cross_entropy_loss,
                optimizer,
                train,
                epochs=epochs,
                batch_size=batch_size,
                key=jax.random.fold_in(KEY, calls),
                **options,
            ).params
        )
        calls += 1

    return Task(run, lambda: float(jd.accuracy(model(params, jd.to_float(test[0])), test[1])))
