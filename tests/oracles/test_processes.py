"""Two processes, each with half of the examples, train what one process trains."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import NamedSharding, PartitionSpec

import jaxdigits as jd

HERE = Path(__file__)
RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 6)).astype(np.float32)
LABELS = RNG.integers(0, 3, 64)


def trained(train):
    """Return every parameter of a network, and what was measured, in one list."""
    fitted = jd.fit(
        jd.mlp,
        jd.init_mlp(jax.random.key(0), (6, 5, 3)),
        jd.cross_entropy_loss,
        jd.sgd(0.5),
        train,
        epochs=3,
        batch_size=16,
        key=jax.random.key(1),
        valid=train,
        metric=jd.accuracy,
    )
    leaves = jax.tree.leaves((fitted.params, fitted.history))
    return np.concatenate([np.asarray(leaf).ravel() for leaf in leaves]).tolist()


def half(process):
    """Train as one of two processes."""
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.distributed.initialize(os.environ["COORDINATOR"], num_processes=2, process_id=process)
    mesh = jax.make_mesh((2,), ("examples",), axis_types=(jax.sharding.AxisType.Auto,))
    sharding = NamedSharding(mesh, PartitionSpec("examples"))
    mine = slice(32 * process, 32 * process + 32)
    train = tuple(
        jax.make_array_from_process_local_data(sharding, part[mine]) for part in (X, LABELS)
    )
    assert not train[0].is_fully_addressable
    print(json.dumps(trained(train)))


@pytest.mark.slow
def test_fit_in_two_processes_agrees_with_one():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        coordinator = f"127.0.0.1:{probe.getsockname()[1]}"
    path = [str(HERE.parents[2]), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    environment = {**os.environ, "COORDINATOR": coordinator, "JAX_PLATFORMS": "cpu"}
    environment |= {"PYTHONPATH": os.pathsep.join(path), "XLA_FLAGS": ""}
    processes = [
        subprocess.Popen(
            [sys.executable, str(HERE), str(process)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for process in range(2)
    ]
    try:
        outputs = [process.communicate(timeout=120)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
    expected = trained((jnp.asarray(X), jnp.asarray(LABELS)))
    for output in outputs:
        np.testing.assert_allclose(json.loads(output.splitlines()[-1]), expected, atol=1e-6)


if __name__ == "__main__":
    half(int(sys.argv[1]))
