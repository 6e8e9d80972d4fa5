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


def test_importing_stays_light():
    """Heavy libraries are imported by the functions that use them."""
    heavy = {"tensorflow_datasets", "flax", "matplotlib", "sklearn", "tensorflow", "tqdm"}
    command = "import sys, jax, optax; before = set(sys.modules); import jaxdigits; "
    command += "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    imported = subprocess.check_output([sys.executable, "-c", command], text=True).split()
    assert "jaxdigits" in imported
    assert not heavy & set(imported)


@pytest.fixture
def no_traces(monkeypatch, tmp_path):
    """Keep an example's files, and switch off what it switches on for the whole process."""
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


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_are_true(name, no_traces):
    scope = {"jax": jax, "jnp": jnp, **{public: getattr(jd, public) for public in jd.__all__}}
    result = doctest.testmod(
        importlib.import_module(name), extraglobs=scope, optionflags=doctest.ELLIPSIS
    )
    assert result.failed == 0


def test_every_public_function_has_a_docstring_of_its_own():
    for name in jd.__all__:
        documentation = getattr(jd, name).__doc__
        assert documentation and not documentation.startswith(f"{name}("), name


def test_the_public_api_changes_on_purpose():
    """Names, signatures, and what docstrings list: users depend on them."""
    frozen = public_api.FILE.read_text(encoding="utf-8").splitlines()
    change = "\n".join(
        difflib.unified_diff(frozen, public_api.public_api().splitlines(), lineterm="", n=0)
    )
    assert not change, (
        f"The public API differs from {public_api.FILE.name}:\n{change}\nIf that is meant, say so "
        "in CHANGELOG.md, and run: python tests/public_api.py FIRST WORDS OF THAT LINE"
    )


def test_the_api_is_not_rewritten_without_a_word_in_the_changelog(monkeypatch, tmp_path):
    monkeypatch.setattr(public_api, "FILE", tmp_path / "api.txt")
    monkeypatch.setattr(public_api, "CHANGELOG", tmp_path / "CHANGELOG.md")
    public_api.CHANGELOG.write_text(
        "## [Unreleased]\n\n- `fit` stops\n  where it.\n\n## [0.1]\n\n- New plots too.\n"
    )
    for words in [], ["- `fit`"], ["New plots too"], ["Something else altogether"]:
        assert "CHANGELOG.md has no" in str(public_api.main(words))
    assert not public_api.FILE.exists()
    assert public_api.main(["`fit` stops", "where it"]) is None
    assert "jaxdigits.fit(model: Model, params: Params" in public_api.FILE.read_text()
