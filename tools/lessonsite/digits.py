"""What lessons run on: which digits, and on which device."""

import asyncio
import json
import platform
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

# In a process of its own, so that "mkdocs serve" does not keep the package as it first was. It also
# prepares MNIST: lessons find it ready.
_PROBE = """
import hashlib, json, sys, traceback, warnings
warnings.simplefilter("ignore")
sys.excepthook = lambda *error: print(*traceback.format_exception(*error), sep="")
# Fonts are listed and the libraries' bytecode is written here, where they are missing: kernels
# write none, for "mkdocs serve" watches the package.
import ipykernel.kernelapp, jax, matplotlib.pyplot, matplotlib_inline.backend_inline, numpy
sys.dont_write_bytecode = True
import jaxdigits
digits = jaxdigits.load("auto")
checksum = hashlib.sha256()
for split in (digits.train, digits.test):
    for array in split:
        checksum.update(numpy.ascontiguousarray(array))
print(json.dumps([digits.name, checksum.hexdigest(), jax.devices()[0].device_kind]))
"""

_NAMES = {"mnist": "MNIST", "uci": "the embedded 1,797 digits"}


class DigitsError(Exception):
    """The package does not import, or its digits do not load."""


class Digits(NamedTuple):
    """What the lessons run on."""

    name: str
    """As `jaxdigits.load` calls it: "mnist" or "uci"."""
    checksum: str
    """SHA-256 of all arrays."""
    device: str

    @property
    def title(self) -> str:
        """The name for people."""
        return _NAMES.get(self.name, self.name)

    @property
    def variables(self) -> dict[str, str]:
        """Variables that keep lessons on these digits: without MNIST, none looks for it."""
        return {"JAXDIGITS_MNIST_DIR": "a folder without MNIST"} if self.name == "uci" else {}

    def sentence(self, date: str) -> str:
        """Say what a page ran on, and on the source of which day."""
        versions = [f"{name} {version(name.lower())}" for name in ("JAX", "Optax", "Flax")]
        source = f", from the source of {date}" if date else ""
        return (
            f"Executed on {self.title} (SHA-256 of the arrays: {self.checksum[:12]}…), on the "
            f"device {self.device}, with {', '.join(versions)} and Python "
            f"{platform.python_version()}{source}."
        )


async def probe(root: Path) -> Digits:
    """Load the digits as lessons will, or raise `DigitsError`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _PROBE),
        cwd=root,
        stdout=asyncio.subprocess.PIPE,
        # What downloads and prepares MNIST draws bars, which only a terminal can show.
        stderr=None if sys.stderr.isatty() else asyncio.subprocess.DEVNULL,
    )
    try:
        output, _ = await process.communicate()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()  # Else Python complains at its end of an open pipe.
        raise
    lines = output.decode().strip().splitlines()
    if process.returncode != 0:
        last = "\n".join(lines[-8:])
        raise DigitsError(f'No lesson can run, because jaxdigits.load("auto") failed:\n{last}')
    return Digits(*json.loads(lines[-1]))
