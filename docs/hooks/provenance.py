"""What lessons run on: which digits, which device, which versions."""

import functools
import hashlib
import json
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path

from execution import SOURCES, LessonError

# In a process of its own: "mkdocs serve" would otherwise keep the package as it first was. It
# also prepares MNIST, so that lessons find it ready.
_PROBE = """
import hashlib, json, sys, traceback, warnings
warnings.simplefilter("ignore")
# What goes wrong is for the report; the bars that a download shows are for the terminal.
sys.excepthook = lambda *error: print(*traceback.format_exception(*error), sep="")
import jax, matplotlib.font_manager, numpy  # Fonts are listed once, here: it is told on stderr.
sys.dont_write_bytecode = True  # "mkdocs serve" watches the package.
import jaxdigits
digits = jaxdigits.load("auto")
checksum = hashlib.sha256()
for split in (digits.train, digits.test):
    for array in split:
        checksum.update(numpy.ascontiguousarray(array))
facts = dict(digits=digits.name, checksum=checksum.hexdigest(), device=jax.devices()[0].device_kind)
print(json.dumps(facts))
"""

_NAMES = {"mnist": "MNIST", "uci": "the embedded 1,797 digits"}

_NOTICE = """<div class="admonition warning" data-search-exclude>
<p class="admonition-title">Built without MNIST</p>
<p>MNIST could not be had when this site was built, so it ran on the embedded set of 1,797
handwritten digits instead: every figure differs from what MNIST gives. To build it on MNIST,
connect to the network, or set <code>JAXDIGITS_MNIST_DIR</code> to a folder that holds its four
original files.</p>
</div>
"""


@dataclass(frozen=True)
class Provenance:
    """What the lessons of one build ran on."""

    digits: str
    checksum: str
    device: str
    date: str = ""
    """The day of the source."""

    @property
    def name(self) -> str:
        """Which digits, for people."""
        return _NAMES.get(self.digits, self.digits)

    @functools.cached_property
    def sentence(self) -> str:
        """What the foot of an executed page says."""
        source = f", from the source of {self.date}" if self.date else ""
        versions = [f"{name} {version(name.lower())}" for name in ("JAX", "Optax", "Flax")]
        return (
            f"Executed on {self.name} (SHA-256 of the arrays: {self.checksum[:12]}…), "
            f"on the device {self.device}, with {', '.join(versions)} and Python "
            f"{platform.python_version()}{source}."
        )

    @property
    def line(self) -> str:
        """The sentence, as one small line of a page."""
        return f'<p class="provenance" data-search-exclude>{self.sentence}</p>'

    @property
    def environment(self) -> dict[str, str]:
        """What keeps lessons on these digits: without MNIST, none looks for it in the network."""
        return {"JAXDIGITS_MNIST_DIR": "a folder without MNIST"} if self.digits == "uci" else {}

    @property
    def notice(self) -> str:
        """What every page says if the digits are not MNIST; else nothing."""
        return _NOTICE if self.digits == "uci" else ""


def package_digest(root: Path) -> str:
    """Return a checksum over the source of the package in the folder `root`."""
    digest = hashlib.sha256()
    for path in sorted((root / "jaxdigits").rglob("*.py")):
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


@functools.cache
def probe(root: Path, package: str) -> Provenance:
    """Load the digits as lessons will; once for every state of the `package`.

    Raises:
        LessonError: If the package does not import or the digits do not load.
    """
    command = [sys.executable, "-c", _PROBE]
    run = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True)
    if run.returncode != 0:
        last = "\n".join(run.stdout.strip().splitlines()[-8:])
        raise LessonError(f'No lesson ran, since jaxdigits.load("auto") failed:\n{last}')
    return Provenance(**json.loads(run.stdout.splitlines()[-1]))


def fingerprint(package: str, provenance: Provenance) -> str:
    """Return a checksum over all that decides a lesson's outputs, but for its own code."""
    hooks = Path(__file__).parent
    distributions = ("jax", "jaxlib", "optax", "flax", "numpy", "matplotlib", "ipykernel")
    facts = {
        "package": package,
        "execution": [(hooks / name).read_text(encoding="utf-8") for name in SOURCES],
        "python": platform.python_version(),
        **{name: version(name) for name in distributions},
        # A commit that changes none of these changes no output.
        **asdict(replace(provenance, date="")),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
