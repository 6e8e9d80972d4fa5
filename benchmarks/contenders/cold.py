"""A whole process, from its start to a trained linear model: `python cold.py WHO EPOCHS`.

It prints when it had trained, by a clock that all processes share, the most memory that it had
taken until then, in MiB, and the accuracy. Nothing is imported before it is needed.
"""

import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path


def ours(epochs: int) -> Callable[[], float]:
    """Train with jaxdigits, on the prepared data set."""
    import jax

    import jaxdigits as jd

    _, train, test = jd.load("mnist")
    start_key, fit_key = jax.random.split(jax.random.key(0))
    start = jd.init_linear(start_key, 784, 10, 0.01)
    params, *_ = jd.fit(
        *(jd.linear, start, jd.cross_entropy_loss, jd.sgd(0.5)),
        (jd.flatten(train.images), train.labels),
        epochs=epochs,
        key=fit_key,
    )
    jax.block_until_ready(params)
    x = jd.flatten(test.images)
    return lambda: float(jd.accuracy(jd.linear(params, jd.to_float(x)), test.labels))


def cached(epochs: int) -> Callable[[], float]:
    """Do the same, with what an earlier process compiled."""
    import jaxdigits as jd

    jd.enable_compilation_cache(os.environ["BENCHMARK_COMPILED"])
    return ours(epochs)


def pytorch(epochs: int) -> Callable[[], float]:
    """Train with PyTorch on the same digits."""
    from contenders.pytorch import linear
    from contenders.task import read

    run, accuracy = linear(read(os.environ["BENCHMARK_NPZ"]))
    for _ in range(epochs):
        run()
    return accuracy


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])
    who, epochs = sys.argv[1:]
    accuracy = {"ours": ours, "cached": cached, "pytorch": pytorch}[who](int(epochs))
    trained = time.monotonic()
    print(trained, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, accuracy())
