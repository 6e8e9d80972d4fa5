"""A whole process, from its start to a trained linear model: `python cold.py WHO EPOCHS`.

It prints the accuracy, nan after the one epoch that is timed, and the most memory that it took,
in MiB. Nothing is imported before it is needed.
"""

import os
import resource
import sys
from pathlib import Path


def ours(epochs: int) -> float:
    """Train with jaxdigits, on the prepared data set."""
    import jax

    import jaxdigits as jd

    _, train, test = jd.load("mnist")
    start = jd.init_linear(jax.random.key(0), 784, 10, 0.01)
    params, *_ = jd.fit(
        *(jd.linear, start, jd.cross_entropy_loss, jd.sgd(0.5)),
        (jd.flatten(train.images), train.labels),
        epochs=epochs,
        key=jax.random.key(1),
    )
    jax.block_until_ready(params)
    if epochs == 1:
        return float("nan")
    return float(jd.accuracy(jd.linear(params, jd.to_float(jd.flatten(test.images))), test.labels))


def cached(epochs: int) -> float:
    """Do the same, with what an earlier process compiled."""
    import jaxdigits as jd

    jd.enable_compilation_cache(os.environ["BENCHMARK_COMPILED"])
    return ours(epochs)


def pytorch(epochs: int) -> float:
    """Train with PyTorch on the same digits."""
    from contenders.pytorch import linear
    from contenders.task import read

    run, accuracy = linear(read(os.environ["BENCHMARK_NPZ"]))
    for _ in range(epochs):
        run()
    return float("nan") if epochs == 1 else accuracy()


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])
    who, epochs = sys.argv[1:]
    accuracy = {"ours": ours, "cached": cached, "pytorch": pytorch}[who](int(epochs))
    print(accuracy, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
