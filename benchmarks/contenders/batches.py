"""Our models on one device, by batch size; prints JSON.

For each model and batch size: epochs a second, microseconds a step, and the share of the memory
bandwidth that the traffic takes which no step can avoid. Beside them, what a step costs that does
nothing, and the bandwidth itself, measured by copying.
"""

import json
import os
import time
from statistics import median

import jax
import jax.numpy as jnp
from contenders.task import HIDDEN, LEARNING_RATE, read

import jaxdigits as jd

SIZES = (32, 256, 2_048, 16_384, 60_000)
LINEAR_KEY, MLP_KEY, KEY = jax.random.split(jax.random.key(0), 3)


def main() -> None:
    """Measure and print."""
    arrays = read(os.environ["BENCHMARK_NPZ"])
    train = jd.flatten(jnp.asarray(arrays.x_train)), jnp.asarray(arrays.y_train)
    models = {
        "linear": (jd.linear, jd.init_linear(LINEAR_KEY, 784, 10, 0.01)),
        "784-64-10": (jd.mlp, jd.init_mlp(MLP_KEY, (784, HIDDEN, 10))),
    }
    bandwidth = _bandwidth()
    measured = {"bandwidth_GBs": bandwidth / 1e9, "empty_step_us": _empty_step() * 1e6, "rows": []}
    for name, (model, params) in models.items():
        for size in SIZES:
            steps = len(train[0]) // size
            epochs = 20 if size > 32 else 3
            optimizer = jd.sgd(LEARNING_RATE)

            def run(model=model, params=params, size=size, epochs=epochs, optimizer=optimizer):
                fitted = jd.fit(
                    *(model, params, jd.cross_entropy_loss, optimizer, train),
                    epochs=epochs,
                    batch_size=size,
                    key=KEY,
                )
                jax.block_until_ready(fitted)

            step = _seconds(run) / (epochs * steps)
            # Each pixel's byte and each label's once; the weights read and written.
            weights = sum(leaf.nbytes for leaf in jax.tree.leaves(params))
            traffic = size * (784 + 1) + 2 * weights
            measured["rows"].append(
                {
                    "model": name,
                    "batch_size": size,
                    "epochs_a_second": 1 / (step * steps),
                    "step_us": step * 1e6,
                    "bandwidth_share": traffic / step / bandwidth,
                }
            )
    print(json.dumps(measured))


def _seconds(run, rounds: int = 5) -> float:
    """Return the median of several runs, the first one left out: it compiles."""
    run()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return median(taken)


def _bandwidth() -> float:
    """Return the bytes a second of adding 1 to 256 MiB of floats: read once, written once."""
    x = jnp.zeros(2**26)
    add = jax.jit(lambda x: x + 1)
    return 2 * x.nbytes / _seconds(lambda: add(x).block_until_ready())


def _empty_step() -> float:
    """Return the seconds of one iteration of a compiled loop that hardly does anything."""
    steps = 10_000
    loop = jax.jit(lambda x: jax.lax.fori_loop(0, steps, lambda i, x: x * 0.5 + 1, x))
    x = jnp.zeros(8)
    return _seconds(lambda: loop(x).block_until_ready()) / steps


if __name__ == "__main__":
    main()
