"""Compute again only what has changed since it was last computed in this process.

For `mkdocs serve`, which builds the whole site at every save. A build has nothing to gain.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Unchanged(Generic[T]):
    """The last results, by name, and what each was computed from."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[object, T]] = {}

    def get(self, name: str, of: object, compute: Callable[[], T]) -> T:
        """Return what `compute` returned last for this name, if it was computed from the same."""
        if name not in self._known or self._known[name][0] != of:
            self._known[name] = of, compute()
        return self._known[name][1]
