"""A small site of its own for each test, with the real hooks and the real `mkdocs.yml`."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]

# Stand in for the package and for JAX: what is tested here is the site, and starts faster.
FAKE_PACKAGE = """
import collections, os
import numpy as np

Digits = collections.namedtuple("Digits", "images labels")

def load(source):
    digits = Digits(np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.uint8))
    name = os.environ.get("FAKE_DIGITS", "mnist")
    return collections.namedtuple("Dataset", "name train test")(name, digits, digits)
"""
FAKE_JAX = """
import types
devices = lambda: [types.SimpleNamespace(device_kind="abacus")]
"""

MakeSite = Callable[..., Path]
BuildSite = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def make_site(tmp_path_factory: pytest.TempPathFactory) -> MakeSite:
    """Return a function that writes a site: `make_site({"index.py": "..."})`."""

    def make(pages: dict[str, str], plugins: Sequence[str] = ()) -> Path:
        root = tmp_path_factory.mktemp("site")
        config: dict[str, Any] = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
        del config["nav"], config["watch"]
        config["hooks"] = [str(ROOT / hook) for hook in config["hooks"]]
        config["plugins"] = [p for p in config["plugins"] if "mkdocstrings" not in p]
        config["plugins"] += plugins
        files = {f"docs/{name}": text for name, text in pages.items()}
        files |= {"jaxdigits/__init__.py": FAKE_PACKAGE, "jax.py": FAKE_JAX}
        files |= {"mkdocs.yml": yaml.safe_dump(config)}
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return root

    return make


@pytest.fixture(scope="module")
def build_site() -> BuildSite:
    """Return a function that runs `mkdocs build --strict` on a site."""

    def build(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
        variables = os.environ | {"NO_MKDOCS_2_WARNING": "1"} | environment
        return subprocess.run(command, cwd=root, env=variables, capture_output=True, text=True)

    return build
