"""Parameters kept in a file, in the safetensors format: numbers, and nothing that could run."""

import os
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from jaxdigits._atomic import write_whole
from jaxdigits._checks import describe
from jaxdigits._paths import expanded
from jaxdigits._safetensors import from_bytes, named_leaves, to_bytes

Params = TypeVar("Params")

MOST_NAMED = 3


def save_params(path: str | os.PathLike[str], params: Any) -> None:
    """Save parameters to a file: whole, or not at all.

    A process that is killed on the way, or a disk that is full, leaves the file that was there.
    [`download`][jaxdigits.download] offers the same file in a notebook.

    Args:
        path: Where to; by custom its name ends in `.safetensors`. A file there is replaced.
        params: Any pytree of arrays, such as tuples, dictionaries and lists, nested at will. An
            array is called by its way through the tree, with dots: "layers.0.kernel".

    Raises:
        OSError: If the file cannot be written, with its name and the reason.
        ValueError: If there are no arrays, or two would have one name.
        TypeError: If something is not an array, or of a type that the format does not know.

    Examples:
        >>> from jaxdigits import init_linear
        >>> save_params("line.safetensors", init_linear(jax.random.key(0), 2, 1))

    References:
        The [format](https://github.com/huggingface/safetensors): the length of a header, a header
        in JSON that says where each array begins, and the arrays' bytes.
    """
    write_whole(expanded(path), to_bytes(params))


def load_params(path: str | os.PathLike[str], like: Params) -> Params:
    """Load parameters that [`save_params`][jaxdigits.save_params] saved, bit for bit.

    Nothing is converted and nothing left out: the file holds exactly the arrays of `like`.

    Args:
        path: The file.
        like: Parameters of the same structure, names, shapes and types, whose numbers do not
            matter: those that a model starts with, or, so that none are made, their shapes alone,
            `jax.eval_shape(init, ...)`.

    Returns:
        The file's parameters in the structure of `like`: JAX arrays, or NumPy's where those of
        `like` are.

    Raises:
        OSError: If the file cannot be read.
        ValueError: If the file is damaged, was not written by `save_params`, or by that of a newer
            jaxdigits, or if names, shapes or types differ from those of `like`; with the file's
            name and what is wrong.

    Examples:
        >>> from jaxdigits import init_linear
        >>> line = init_linear(jax.random.key(0), 2, 1)
        >>> save_params("line.safetensors", line)
        >>> load_params("line.safetensors", like=line).w == line.w
        Array([[ True],
               [ True]], dtype=bool)
    """
    path, expected = expanded(path), named_leaves(like)
    try:
        arrays = from_bytes(path.read_bytes())
        _check_fit(arrays, expected)
    except ValueError as error:
        raise ValueError(f"{path} {error}.") from error
    leaves = [
        arrays[name]
        if isinstance(leaf, np.ndarray | np.generic)
        else jnp.asarray(arrays[name], leaf.dtype)
        for name, leaf in expected.items()
    ]
    return jax.tree.unflatten(jax.tree.structure(like), leaves)


def _check_fit(arrays: dict[str, np.ndarray], expected: dict[str, Any]) -> None:
    wrong = [f"{name} is missing" for name in expected if name not in arrays]
    wrong += [f"{name} is not in like" for name in arrays if name not in expected]
    wrong += [
        f"{name or 'the array'} is {describe(arrays[name])}, but {describe(leaf)} in like"
        for name, leaf in expected.items()
        if name in arrays and describe(arrays[name]) != describe(leaf)
    ]
    if wrong:
        more = f"; and {len(wrong) - MOST_NAMED} more" if len(wrong) > MOST_NAMED else ""
        raise ValueError(
            f"holds other parameters than those of like: {'; '.join(wrong[:MOST_NAMED])}{more}. "
            "Give the model that it was saved from"
        )
