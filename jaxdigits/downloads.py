"""Trained parameters as a file to take along, offered as a link where a notebook shows it."""

from base64 import b64encode
from html import escape
from typing import Any, NamedTuple

from jaxdigits._safetensors import to_bytes


class Download(NamedTuple):
    """A file that a notebook offers to its reader.

    Attributes:
        name: What it is called.
        content: What it holds.
    """

    name: str
    content: bytes

    def __repr__(self) -> str:
        return f"{self.name}, {len(self.content):,} bytes"

    def _repr_html_(self) -> str:
        link = f"data:application/octet-stream;base64,{b64encode(self.content).decode()}"
        name = escape(self.name)
        return f'<a download="{name}" href="{link}">{name}</a>, {len(self.content):,} bytes'


def download(name: str, params: Any) -> Download:
    """Offer parameters as a file in the safetensors format, which holds numbers and nothing else.

    It is the file that [`save_params`][jaxdigits.save_params] writes.

    Args:
        name: What the file is called; `.safetensors` is added.
        params: Any pytree of arrays. An array is called by its way through the tree, with dots:
            "layers.0.kernel".

    Returns:
        The file; in a notebook, a link to it.

    Raises:
        ValueError: If there are no arrays, two would have one name, or a name is empty or holds a
            slash.
        TypeError: If something is not an array, or of a type that the format does not know.

    Examples:
        >>> import numpy as np
        >>> from jaxdigits import Linear
        >>> download("line", Linear(w=np.ones((2, 1)), b=np.zeros(1)))
        line.safetensors, 184 bytes

    References:
        The [format](https://github.com/huggingface/safetensors): the length of a header, a header
        in JSON that says where each array begins, and the arrays' bytes.
    """
    if not name or "/" in name or "\\" in name:
        raise ValueError(f"name is {name!r}: give the name of a file, without folders.")
    return Download(f"{name}.safetensors", to_bytes(params))
