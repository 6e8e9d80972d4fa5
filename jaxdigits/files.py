"""Save and load parameters in the safetensors format, which holds numbers and no code.

The name of each array is its path through the tree, with dots between the parts, such as
"layers.0.kernel". The [format](https://github.com/huggingface/safetensors) is a header in JSON,
then the bytes of all arrays.
"""

import contextlib
import os
import secrets
import shutil
from base64 import b64encode
from html import escape
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from jaxdigits._checks import describe
from jaxdigits._disk import expanded

Params = TypeVar("Params")

# The metadata has only this entry, because safetensors writes several entries in random order, and
# equal parameters should give equal files.
_FORMAT_KEY, _FORMAT = "jaxdigits_params", 1
_INTEGERS = "int8, int16, int32, int64, uint8, uint16, uint32, uint64"
_TYPES = f"bool, {_INTEGERS}, float16, bfloat16, float32, float64, complex64"


def save_params(path: str | os.PathLike[str], params: Any) -> None:
    """Save a tree of arrays, such as parameters or a whole `Fit`, to a file.

    If the process is killed or the disk is full, the old file stays as it was. Random keys are
    saved, too. By convention the name of the file ends in `.safetensors`.

    Examples:
        >>> from jaxdigits import init_linear
        >>> save_params("line.safetensors", init_linear(jax.random.key(0), 2, 1))
    """
    _write(expanded(path), _to_bytes(params))


def load_params(path: str | os.PathLike[str], template: Params) -> Params:
    """Load the parameters that [`save_params`][jaxdigits.save_params] saved, bit for bit.

    `template` is a tree with the same names, shapes and types, such as freshly initialized
    parameters, or their shapes from `jax.eval_shape`. Its numbers do not matter. The result holds
    NumPy arrays where the template does, and JAX arrays elsewhere.

    Examples:
        >>> from jaxdigits import init_linear
        >>> line = init_linear(jax.random.key(0), 2, 1)
        >>> save_params("line.safetensors", line)
        >>> template = jax.eval_shape(lambda key: init_linear(key, 2, 1), jax.random.key(0))
        >>> bool((load_params("line.safetensors", template).w == line.w).all())
        True
    """
    path, expected = expanded(path), _named_leaves(template)
    try:
        arrays = _read(path)
        _check_fit(arrays, expected)
    except ValueError as error:
        raise ValueError(f"{path} {error}.") from error
    leaves = [_like(leaf, arrays[name]) for name, leaf in expected.items()]
    return jax.tree.unflatten(jax.tree.structure(template), leaves)


class DownloadLink(NamedTuple):
    """A file that a notebook shows as a download link."""

    name: str
    content: bytes

    def __repr__(self) -> str:
        return f"{self.name}, {len(self.content):,} bytes"

    def _repr_html_(self) -> str:
        link = f"data:application/octet-stream;base64,{b64encode(self.content).decode()}"
        name = escape(self.name)
        return f'<a download="{name}" href="{link}">{name}</a>, {len(self.content):,} bytes'


def download_link(name: str, params: Any) -> DownloadLink:
    """Offer the readers of a notebook the file that `save_params` would write.

    `name` is the name of the file, without folders; `.safetensors` is added.

    Examples:
        >>> import numpy as np
        >>> from jaxdigits import Linear
        >>> download_link("line", Linear(w=np.ones((2, 1)), b=np.zeros(1)))
        line.safetensors, 184 bytes
    """
    if not name or "/" in name or "\\" in name:
        raise ValueError(f"name is {name!r}. Give the name of a file, without folders.")
    return DownloadLink(f"{name}.safetensors", _to_bytes(params))


def _to_bytes(params: Any) -> bytes:
    from safetensors.numpy import save

    arrays: dict[str, np.ndarray] = {}
    for name, leaf in _named_leaves(params).items():
        numbers = jax.random.key_data(leaf) if _is_key(leaf) else leaf
        if str(numbers.dtype) not in _TYPES.split(", "):
            raise TypeError(
                f"{name} is {describe(leaf)}, which cannot be saved. Convert it to one of {_TYPES}."
            )
        # Not ascontiguousarray, which turns a number into an array of one number.
        arrays[name] = np.asarray(numbers, order="C")
    if not arrays:
        raise ValueError("params holds no arrays, so there is nothing to save.")
    return save(arrays, metadata={_FORMAT_KEY: str(_FORMAT)})


def _write(path: Path, content: bytes) -> None:
    """Write a file completely or not at all: beside the old one, and then in its place.

    A process that is killed leaves a file called `.unfinished-` and digits, which may be deleted.
    """
    path = path.resolve()  # A link stays a link.
    # Not derived from the file's own name, which may already be as long as names can be.
    unfinished = path.with_name(f".unfinished-{secrets.token_hex(8)}")
    try:
        # Not `tempfile`, because only the owner may read its files.
        with open(unfinished, "xb") as file:
            # Before the first byte, because a private file must not be readable for a moment.
            with contextlib.suppress(FileNotFoundError):
                shutil.copymode(path, unfinished)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        if not isinstance(error, OSError):
            raise
        remedy = "; make its folder first" if isinstance(error, FileNotFoundError) else ""
        # Given the error number, OSError chooses the right subclass.
        raise OSError(error.errno, f"Not written: {error.strerror}{remedy}", str(path)) from error


def _read(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays in a file by name; the caller puts the path before the error messages."""
    from safetensors import SafetensorError, safe_open

    path.open("rb").close()  # If this fails, the error says why; that of safe_open would not.
    try:
        with safe_open(path, framework="numpy") as file:
            version = (file.metadata() or {}).get(_FORMAT_KEY, "")
            if not version.isdecimal():
                raise ValueError("was not written by save_params; read it with safetensors itself")
            if int(version) > _FORMAT:
                raise ValueError(f"is of format {version}, newer than {_FORMAT}; upgrade jaxdigits")
            return {name: file.get_tensor(name) for name in file.offset_keys()}
    except AttributeError as error:  # NumPy has no float8, for example.
        raise ValueError(f"holds a type that save_params never writes ({error})") from error
    except SafetensorError as error:
        raise ValueError(f"is cut short, damaged, or no safetensors file ({error})") from error


def _named_leaves(params: Any) -> dict[str, Any]:
    """Return the leaves by name; a Python number becomes the array that JAX makes of it."""
    leaves: dict[str, Any] = {}
    for path, leaf in jax.tree_util.tree_leaves_with_path(params):
        name = jax.tree_util.keystr(path, simple=True, separator=".")
        if name in leaves or name == "__metadata__":
            raise ValueError(f"{name} would name two arrays, or is reserved. Rename a key.")
        if type(leaf) in (bool, int, float, complex):
            leaf = jnp.asarray(leaf)
        if not hasattr(leaf, "dtype"):
            raise TypeError(f"{name or 'params'} is {describe(leaf)}, not an array. Leave it out.")
        leaves[name] = leaf
    return leaves


def _is_key(leaf: Any) -> bool:
    return jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def _like(leaf: Any, array: np.ndarray) -> Any:
    """Convert an array from a file to the kind that the template has in its place."""
    if isinstance(leaf, np.ndarray | np.generic):
        return array
    if _is_key(leaf):
        impl = jax.random.key_impl(jnp.empty((), leaf.dtype))
        return jax.random.wrap_key_data(jnp.asarray(array), impl=impl)
    return jnp.asarray(array, leaf.dtype)


def _check_fit(arrays: dict[str, np.ndarray], expected: dict[str, Any]) -> None:
    found = {name: describe(array) for name, array in arrays.items()}
    wanted = {
        name: describe(jax.eval_shape(jax.random.key_data, leaf) if _is_key(leaf) else leaf)
        for name, leaf in expected.items()
    }
    wrong = [
        f"{name or 'the array'} is {found.get(name, 'missing')}, "
        f"but {wanted.get(name, 'not')} in template"
        for name in wanted | found
        if found.get(name) != wanted.get(name)
    ]
    if wrong:
        more = f"; and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise ValueError(
            f"does not match template: {'; '.join(wrong[:3])}{more}. Pass a template of the model "
            "that was saved; a Fit also needs the same number of epochs"
        )
