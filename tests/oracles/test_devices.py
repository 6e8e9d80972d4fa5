"""Eight simulated devices, each with a share of the examples, compute what one device does."""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import jax
import numpy as np
import pytest
from jax.sharding import AxisType, NamedSharding, PartitionSpec
from oracles.cases import CASES, EXAMPLES, assert_same, inputs

import jaxdigits as jd

HERE = Path(__file__)


def on_all_devices(tree, axis_type=AxisType.Auto, examples: int | None = EXAMPLES):
    """Share the examples out among the devices, and copy everything else to each."""
    mesh = jax.make_mesh((8,), ("examples",), axis_types=(axis_type,))

    def place(array):
        axes = ["examples" if array.ndim and len(array) == examples else None]
        return jax.device_put(array, NamedSharding(mesh, PartitionSpec(*axes[: array.ndim])))

    return jax.tree.map(place, tree)


def fitted(params, x, labels):
    """Two epochs of a network, whose batches are gathered from all devices."""
    result = jd.fit(
        jd.mlp,
        params,
        jd.cross_entropy_loss,
        jd.sgd(0.5),
        (x, labels),
        epochs=2,
        batch_size=8,
        key=jax.random.key(0),
        valid=(x, labels),
        metric=jd.accuracy,
    )
    return result.params, tuple(result.history)


def fitted_on_a_stream(params, x, labels):
    """An epoch of three batches that arrive one by one, each on all devices."""
    batches = [(x, labels)] * 3
    return jd.fit(
        jd.mlp,
        params,
        jd.cross_entropy_loss,
        jd.sgd(0.5),
        batches,
        epochs=1,
        key=jax.random.key(0),
    ).params


def inside_mesh(function):
    """Return `function`, called inside `jax.set_mesh`."""

    def run(*arrays):
        with jax.set_mesh(jax.make_mesh((8,), ("examples",))):
            return function(*arrays)

    return run


FITS = {
    "fit": fitted,
    "fit on copies inside a mesh": inside_mesh(fitted),
    "fit on a stream": fitted_on_a_stream,
    "fit on a stream inside a mesh": inside_mesh(fitted_on_a_stream),
}


def verdict(name):
    """Return "" if eight devices compute what one does, else how they differ."""
    place = on_all_devices
    if name in FITS:
        function, arrays = FITS[name], (*inputs("mlp"), inputs("accuracy")[1])
        if name != "fit":
            # The checks of fit look at 100 rows. With explicit axes, JAX refuses to take them from
            # 960 divided rows, as 8 does not divide 100, and inside a mesh also from the 120 rows
            # of one device.
            params, *data = arrays
            arrays = params, *(np.resize(array, (960, *array.shape[1:])) for array in data)
            examples = None if "copies" in name else 960
            place = partial(on_all_devices, axis_type=AxisType.Explicit, examples=examples)
    else:
        function, arrays = jax.jit(CASES[name][0]), inputs(name)
    alone, together = function(*arrays), function(*place(arrays))
    if len(jax.tree.leaves(together)[0].sharding.device_set) != 8:
        return "it ran on fewer than eight devices"
    try:
        assert_same(together, alone)
    except AssertionError as error:
        return str(error)
    return ""


@pytest.mark.slow
def test_functions_on_eight_devices_agree_with_one():
    """In a process of its own, because the number of devices is fixed when JAX starts."""
    flags = os.environ.get("XLA_FLAGS", "") + " --xla_force_host_platform_device_count=8"
    path = [str(HERE.parents[1]), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    environment = {**os.environ, "XLA_FLAGS": flags, "PYTHONPATH": os.pathsep.join(path)}
    environment |= {"JAX_PLATFORMS": "cpu", "JAX_DISABLE_MOST_OPTIMIZATIONS": "true"}
    command = [sys.executable, str(HERE)]
    verdicts = json.loads(subprocess.check_output(command, text=True, env=environment))
    assert verdicts == {name: "" for name in [*CASES, *FITS]}


if __name__ == "__main__":
    assert jax.device_count() == 8
    print(json.dumps({name: verdict(name) for name in [*CASES, *FITS]}))
