"""One process at a time."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

SECONDS_TO_WAIT = 600


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one process at a time work in a folder; one that is killed keeps none waiting.

    Raises:
        TimeoutError: If another does not come to an end.
        OSError: If the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # Whoever may write in the folder may also lock it.
    lock = FileLock(folder / ".lock", timeout=SECONDS_TO_WAIT, mode=0o666)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(lock)
        except Timeout as error:
            raise TimeoutError(
                f"another process has been at work there for {SECONDS_TO_WAIT} seconds; "
                "end it first"
            ) from error
        except NotImplementedError:
            pass  # This file system knows no locks.
        yield
