import difflib
import doctest
import importlib
import pkgutil
import subprocess
import sys

import jax
import jax.numpy as jnp
import public_api
import pytest
from jax.experimental.compilation_cache import compilation_cache

import jaxdigits as jd

MODULES = [
    module.name
    for module in pkgutil.walk_packages(jd.__path__, "jaxdigits.")
    if not module.name.rpartition(".")[2].startswith("_")
]


def test_import_does_not_import_heavy_libraries():
    """Heavy libraries are imported by the functions that use them."""
    heavy = {"tensorflow_datasets", "flax", "matplotlib", "sklearn", "tensorflow", "tqdm"}
    heavy |= {"requests"}
    command = "import sys, jax, optax; before = set(sys.modules); import jaxdigits.data; "
    command += "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    imported = subprocess.check_output([sys.executable, "-c", command], text=True).split()
    assert "jaxdigits" in imported
    assert not heavy & set(imported)


@pytest.fixture
def no_traces(monkeypatch, tmp_path):
    """Keep an example's files in a folder, and restore the settings of the process after it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    names = [
        name for name in jax.config.values if "compilation_cache" in name or "persistent" in name
    ]
    before = {name: jax.config.values[name] for name in names}
    yield
    for name, value in before.items():
        jax.config.update(name, value)
    compilation_cache.reset_cache()


@pytest.mark.parametrize(
    "name",
    # Examples of convolutional networks compile for seconds.
    [pytest.param(m, marks=[pytest.mark.slow] * ("convnets" in m)) for m in MODULES],
)
def test_docstring_examples_print_what_they_say(name, no_traces):
    scope = {"jax": jax, "jnp": jnp, **{public: getattr(jd, public) for public in jd.__all__}}
    result = doctest.testmod(
        importlib.import_module(name), extraglobs=scope, optionflags=doctest.ELLIPSIS
    )
    assert result.failed == 0


def test_dir_of_the_package_lists_the_public_names_alone():
    assert dir(jd) == sorted([*jd.__all__, "__version__"])
    assert all(getattr(jd, name) is not None for name in dir(jd))


def test_public_names_have_docstrings_of_their_own():
    for name in jd.__all__:
        documentation = getattr(jd, name).__doc__
        assert documentation and not documentation.startswith(f"{name}("), name


def test_public_api_is_that_of_the_file():
    """Names, signatures, and what docstrings list: users depend on them."""
    frozen = public_api.FILE.read_text(encoding="utf-8").splitlines()
    change = "\n".join(
        difflib.unified_diff(frozen, public_api.public_api().splitlines(), lineterm="", n=0)
    )
    assert not change, (
        f"The public API differs from {public_api.FILE.name}:\n{change}\nIf that is meant, say so "
        "in CHANGELOG.md, and run: python tests/public_api.py FIRST WORDS OF THAT LINE"
    )
