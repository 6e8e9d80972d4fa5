"""What the page lacks is named, and readers are told where to go."""

import re
import sys
from collections.abc import Callable
from types import FunctionType

from beyond import JAXS, KEYWORDS, NUMPYS

NOT_HERE = "{} is not available in the page; open the notebook in Colab"


def named(module: str) -> Callable:
    """Return a module's `__getattr__`, which says so of each name that is missing."""

    def __getattr__(name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError(NOT_HERE.format(f"{module}.{name}"))

    return __getattr__


_LIBRARIES = "numpy", "jax", "optax"
_SHORT = {"jax.numpy.": "jnp.", "numpy.": "np."}


def name_functions() -> None:
    """Let errors of Python call each function of the stand-ins by its full name."""
    for place, module in list(sys.modules.items()):
        name = place.replace("jax._linalg", "jax.numpy.linalg")
        if name.partition(".")[0] not in _LIBRARIES or "._" in name:
            continue
        for key, value in list(vars(module).items()):
            if isinstance(value, FunctionType) and value.__module__ == place and key[0] != "_":
                value.__qualname__ = f"{name}.{key}"


def translated(text: str) -> str:
    """Return an error as Python shows it, or where only the page lacks something, say that."""
    text = re.sub(r"([\w.]+)\(\) got an unexpected keyword argument '(\w+)'.*", _keyword, text)
    kinds = r"Array|Tracer|ndarray|float\d+|u?int\d+|bool"
    return re.sub(rf"'({kinds})' object has no attribute '(\w+)'.*", _attribute, text)


def _keyword(found: re.Match) -> str:
    function, keyword = found[1], found[2]
    for long, short in _SHORT.items():
        if function.startswith(long):
            function = short + function.removeprefix(long)
    (takers,) = re.findall(rf"(?m)^{keyword}:((?:\s+[\w.]+\b(?!:))+)", KEYWORDS) or [""]
    return (
        NOT_HERE.format(f"{found[1]} with {keyword}=") if function in takers.split() else found[0]
    )


def _attribute(found: re.Match) -> str:
    ours, owner = (
        (JAXS, "jax.Array") if found[1] in ("Array", "Tracer") else (NUMPYS, "numpy.ndarray")
    )
    return NOT_HERE.format(f"{owner}.{found[2]}") if found[2] in ours.split() else found[0]
