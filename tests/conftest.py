import atexit
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# JAX takes seconds to import, and is not needed by the process that only hands tests to workers.
if TYPE_CHECKING:
    from jaxdigits.data import Dataset

# TFDS reads this when it is imported. No test, and no process that a test starts, may touch the
# user's own digits.
_tfds_dir = tempfile.TemporaryDirectory(prefix="jaxdigits-tfds-")
os.environ["TFDS_DATA_DIR"] = _tfds_dir.name
atexit.register(_tfds_dir.cleanup)


# A shell that starts the tests in the background makes them, and all that they start, deaf to
# Ctrl-C; some tests interrupt what they start.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Run the tests of one file in this process: starting workers takes longer than most files."""
    files = {argument.partition("::")[0] for argument in config.args}
    return 0 if len(files) == 1 and Path(*files).is_file() else None


# These compile with all optimizations, as users do, because they run what they compile for long or
# compare results bit by bit.
_OPTIMIZED = {"test_gpu", "test_mnist", "test_reproducible"}


# Not in a conftest.py in each folder: pytest applies that to all tests where no __init__.py is.
@pytest.fixture(scope="module", autouse=True)
def strict_and_quickly_compiled(request: pytest.FixtureRequest) -> Iterator[None]:
    """Refuse implicit promotion of types, and compile without most optimizations.

    In 64 bits, tests mix the 32 bits that they write with the 64 that JAX then makes.
    """
    import jax

    strict = not jax.config.read("jax_enable_x64")
    jax.config.update("jax_numpy_dtype_promotion", "strict" if strict else "standard")
    jax.config.update("jax_disable_most_optimizations", request.path.stem not in _OPTIMIZED)
    yield
    jax.config.update("jax_disable_most_optimizations", False)


@pytest.fixture(scope="session")
def mnist(tmp_path_factory: pytest.TempPathFactory) -> "Dataset":
    """The real MNIST, prepared once a session from the folder that JAXDIGITS_MNIST_DIR names."""
    if not os.environ.get("JAXDIGITS_MNIST_DIR"):
        pytest.skip("set JAXDIGITS_MNIST_DIR to the folder of the four MNIST files")
    from jaxdigits.data import load

    return load("mnist", data_dir=tmp_path_factory.mktemp("mnist"))
