"""Downloads of parameters: what is in the file, and the link that offers it."""

import json
from base64 import b64decode

import jax.numpy as jnp
import numpy as np
import pytest
from bs4 import BeautifulSoup

import jaxdigits as jd


def read(content):
    """Read the safetensors format as its specification says, without the library."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    data = content[8 + length :]
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__" and entry["dtype"] == "F32"
    }


def test_download_holds_every_array_by_its_name():
    weights = jnp.arange(6.0).reshape(2, 3)
    params = {"layers": {0: jd.Linear(w=weights, b=weights[0])}, "scale": weights.T}
    arrays = read(jd.download("some", params).content)
    assert arrays.keys() == {"layers.0.w", "layers.0.b", "scale"}
    np.testing.assert_array_equal(arrays["layers.0.w"], weights)
    np.testing.assert_array_equal(arrays["layers.0.b"], weights[0])
    np.testing.assert_array_equal(arrays["scale"], weights.T)


def test_download_in_a_notebook_shows_a_link():
    offered = jd.download('a "quoted" name', {"w": np.ones(3, np.float32)})
    link = BeautifulSoup(offered._repr_html_(), "html.parser").select("a")[0]
    assert link["download"] == link.text == 'a "quoted" name.safetensors'
    kind, data = str(link["href"]).split(",")
    assert kind == "data:application/octet-stream;base64"
    assert b64decode(data) == offered.content


@pytest.mark.parametrize("name", ["", "folder/file", "folder\\file"])
def test_download_name_with_folders_raises(name):
    with pytest.raises(ValueError, match=r"name is .*without folders"):
        jd.download(name, {"w": np.ones(3)})


def test_download_without_arrays_raises():
    with pytest.raises(ValueError, match="params holds no arrays"):
        jd.download("nothing", {})
