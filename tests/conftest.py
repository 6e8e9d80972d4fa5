import atexit
import os
import tempfile

import jax
import pytest

import jaxdigits.data

jax.config.update("jax_numpy_dtype_promotion", "strict")

# TFDS reads this when it is imported: no test, nor a process that it starts, touches the user's.
_tfds_dir = tempfile.TemporaryDirectory(prefix="jaxdigits-tfds-")
os.environ["TFDS_DATA_DIR"] = _tfds_dir.name
atexit.register(_tfds_dir.cleanup)


@pytest.fixture(scope="session")
def mnist(tmp_path_factory: pytest.TempPathFactory) -> jaxdigits.data.Dataset:
    """The real MNIST, prepared once a session from the folder that JAXDIGITS_MNIST_DIR names."""
    if not os.environ.get("JAXDIGITS_MNIST_DIR"):
        pytest.skip("set JAXDIGITS_MNIST_DIR to the folder of the four MNIST files")
    return jaxdigits.data.load("mnist", data_dir=tmp_path_factory.mktemp("mnist"))
