import atexit
import os
import tempfile
from collections.abc import Iterator

import jax
import pytest

import jaxdigits.data

jax.config.update("jax_numpy_dtype_promotion", "strict")

# TFDS reads this when it is imported: no test, nor a process that it starts, touches the user's.
_tfds_dir = tempfile.TemporaryDirectory(prefix="jaxdigits-tfds-")
os.environ["TFDS_DATA_DIR"] = _tfds_dir.name
atexit.register(_tfds_dir.cleanup)


# These compile as users do. Nothing else runs long enough to win back the time that it takes.
_AS_USERS_DO = {"test_compilation", "test_gpu", "test_mnist", "test_reproducible", "test_training"}


# Not a conftest.py in each folder: pytest takes that for all tests, where none has an __init__.py.
@pytest.fixture(scope="module", autouse=True)
def quick_compilation(request: pytest.FixtureRequest) -> Iterator[None]:
    """Compile without optimizing."""
    jax.config.update("jax_disable_most_optimizations", request.path.stem not in _AS_USERS_DO)
    yield
    jax.config.update("jax_disable_most_optimizations", False)


@pytest.fixture(scope="session")
def mnist(tmp_path_factory: pytest.TempPathFactory) -> jaxdigits.data.Dataset:
    """The real MNIST, prepared once a session from the folder that JAXDIGITS_MNIST_DIR names."""
    if not os.environ.get("JAXDIGITS_MNIST_DIR"):
        pytest.skip("set JAXDIGITS_MNIST_DIR to the folder of the four MNIST files")
    return jaxdigits.data.load("mnist", data_dir=tmp_path_factory.mktemp("mnist"))
