import subprocess
import sys

import jax
import pytest
from jax.experimental.compilation_cache import compilation_cache

from jaxdigits.compilation import enable_compilation_cache


@pytest.fixture(autouse=True)
def restored_settings():
    """Restore the settings of the whole process that keep compiled programs."""
    names = [name for name in jax.config.values if "compilation_cache" in name]
    names += [name for name in jax.config.values if "persistent_cache" in name]
    before = {name: jax.config.values[name] for name in names}
    yield
    for name, value in before.items():
        jax.config.update(name, value)
    compilation_cache.reset_cache()


@pytest.mark.parametrize(
    ("variable", "folder", "expected"),
    [("XDG_CACHE_HOME", "xdg", "xdg/jaxdigits"), ("HOME", "", ".cache/jaxdigits")],
)
def test_enable_compilation_cache_default_is_in_the_users_cache_folder(
    tmp_path, monkeypatch, variable, folder, expected
):
    jax.config.update("jax_compilation_cache_dir", None)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv(variable, str(tmp_path / folder))
    assert enable_compilation_cache() == tmp_path / expected
    assert (tmp_path / expected).is_dir()
    assert jax.config.values["jax_compilation_cache_dir"] == str(tmp_path / expected)


def test_enable_compilation_cache_default_keeps_the_settings_of_jax(tmp_path):
    jax.config.update("jax_compilation_cache_dir", str(tmp_path / "jax"))
    jax.config.update("jax_compilation_cache_max_size", 2**20)
    assert enable_compilation_cache() == tmp_path / "jax"
    assert jax.config.values["jax_compilation_cache_max_size"] == 2**20


def test_enable_compilation_cache_given_an_unwritable_folder_raises(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"folder is .*file/x, where compiled .* Pass a folder that"):
        enable_compilation_cache(tmp_path / "file" / "x")


def test_enable_compilation_cache_unwritable_default_warns(tmp_path, monkeypatch):
    jax.config.update("jax_compilation_cache_dir", None)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.warns(UserWarning, match="Compiled programs will not be saved"):
        assert enable_compilation_cache() is None
    assert jax.config.values["jax_compilation_cache_dir"] is None


PROGRAM = """
import sys, jax, jax.numpy as jnp
import jaxdigits as jd
jnp.ones(3) + 1  # JAX has looked for a cache before, and found none.
jd.enable_compilation_cache(sys.argv[1])
events = []
jax.monitoring.register_event_listener(lambda event, **kwargs: events.append(event))
jax.jit(lambda x: jnp.sort(x) * 2)(jnp.arange(9.0)).block_until_ready()
print(sum(event.endswith("/cache_hits") for event in events))
print(sum(event.endswith("/cache_misses") for event in events))
"""


@pytest.mark.slow
def test_enable_compilation_cache_in_a_second_process_compiles_nothing(tmp_path):
    def run():
        command = [sys.executable, "-W", "error", "-c", PROGRAM, str(tmp_path)]
        return [int(line) for line in subprocess.check_output(command, text=True).split()]

    hits, misses = run()
    assert hits == 0 and misses > 0
    assert run() == [misses, 0]
