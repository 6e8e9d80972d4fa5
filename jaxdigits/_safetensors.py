"""Parameters as the bytes of a safetensors file, and back."""

import json
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from jaxdigits._checks import describe

# The only entry of the files' metadata: safetensors writes several in random order.
FORMAT_KEY = "jaxdigits_params"
FORMAT = 1

_DTYPES = {
    "BOOL": "bool",
    **{f"{sign}{bits}": f"{name}{bits}" for sign, name in (("I", "int"), ("U", "uint"))
       for bits in (8, 16, 32, 64)},
    "F16": "float16", "BF16": "bfloat16", "F32": "float32", "F64": "float64", "C64": "complex64",
}  # fmt: skip


def to_bytes(params: Any) -> bytes:
    """Return the file. An array is called by its way through the tree: "layers.0.kernel"."""
    from safetensors.numpy import save

    arrays: dict[str, np.ndarray] = {}
    for name, leaf in named_leaves(params).items():
        if str(leaf.dtype) not in _DTYPES.values():
            raise TypeError(
                f"{name} is {describe(leaf)}, which cannot be saved. Convert it to one of "
                f"{', '.join(_DTYPES.values())}; a random key by jax.random.key_data."
            )
        # Not ascontiguousarray, which makes a list of a number.
        arrays[name] = np.asarray(leaf, order="C")
    if not arrays:
        raise ValueError("params holds no arrays: there is nothing to save.")
    return save(arrays, metadata={FORMAT_KEY: str(FORMAT)})


def from_bytes(content: bytes) -> dict[str, np.ndarray]:
    """Return a file's arrays by their names.

    Raises:
        ValueError: With what is wrong, in words that follow the file's name.
    """
    from safetensors import SafetensorError, deserialize

    try:
        entries = deserialize(content)
    except SafetensorError as error:
        raise ValueError(f"is cut short, damaged, or no safetensors file ({error})") from error
    # Whole and well-formed, as we know now: the length of a header, and a header in JSON.
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    version = (header.get("__metadata__") or {}).get(FORMAT_KEY, "")
    if not version.isdecimal():
        raise ValueError("was not written by save_params; read it with safetensors itself")
    if int(version) > FORMAT:
        raise ValueError(
            f"is of format {version}, newer than {FORMAT}, the newest that this version of "
            "jaxdigits reads; upgrade jaxdigits"
        )
    arrays: dict[str, np.ndarray] = {}
    for name, entry in entries:
        if entry["dtype"] not in _DTYPES:
            raise ValueError(f"holds {name} as {entry['dtype']}, which save_params never writes")
        dtype = jnp.dtype(_DTYPES[entry["dtype"]])
        arrays[name] = np.frombuffer(entry["data"], dtype).reshape(entry["shape"])
    return arrays


def named_leaves(params: Any) -> dict[str, Any]:
    """Return each leaf by its name; a Python number as the array that JAX makes of it."""
    leaves: dict[str, Any] = {}
    for path, leaf in jax.tree_util.tree_leaves_with_path(params):
        name = jax.tree_util.keystr(path, simple=True, separator=".")
        if name in leaves or name == "__metadata__":
            raise ValueError(f"{name} would name two arrays, or is the file's own: rename a key.")
        if not hasattr(leaf, "dtype") or not hasattr(leaf, "shape"):
            if not isinstance(leaf, bool | int | float | complex):
                raise TypeError(f"{name} is {leaf!r}, not an array: leave it out.")
            leaf = jnp.asarray(leaf)
        leaves[name] = leaf
    return leaves
