from collections.abc import Iterator

import jax
import pytest


# Not for the package: pytest takes that for all tests, where folders have no __init__.py.
@pytest.fixture(scope="module", autouse=True)
def quick_compilation() -> Iterator[None]:
    """Compile without optimizing: nothing here runs long enough to win that time back."""
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)
