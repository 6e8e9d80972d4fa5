"""What the page lacks is named, and readers are told where to go."""

from collections.abc import Callable

NOT_HERE = "{} is not available in the page; open the notebook in Colab"


def named(module: str) -> Callable:
    """Return a module's `__getattr__`, which says so of each name that is missing."""

    def __getattr__(name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError(NOT_HERE.format(f"{module}.{name}"))

    return __getattr__
