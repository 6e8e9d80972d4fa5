import os
import subprocess
import sys

import pytest

from jaxdigits.compilation import MOST_PROGRAMS, enable_compilation_cache

# In processes of their own: the cache is a setting of the whole process.
PROGRAM = """
import sys, jax, jax.numpy as jnp
import jaxdigits as jd
jnp.ones(3) + 1  # JAX has looked for a cache before, and found none.
print(jd.enable_compilation_cache(*sys.argv[1:]))
events = []
jax.monitoring.register_event_listener(lambda event, **kwargs: events.append(event))
jax.jit(lambda x: jnp.sort(x) * 2)(jnp.arange(9.0)).block_until_ready()
print(sum(event.endswith("/cache_hits") for event in events))
print(sum(event.endswith("/cache_misses") for event in events))
"""


def run(*words, **variables):
    environment = {**os.environ, **variables}
    environment.pop("JAX_COMPILATION_CACHE_DIR", None)
    environment.update(variables)
    command = [sys.executable, "-W", "error", "-c", PROGRAM, *map(str, words)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    folder, hits, misses = done.stdout.splitlines()
    return folder, int(hits), int(misses)


def test_a_second_process_compiles_nothing(tmp_path):
    folder, hits, misses = run(tmp_path / "cache")
    assert folder == str(tmp_path / "cache") and hits == 0 and misses > 0
    assert run(tmp_path / "cache") == (folder, misses, 0)


def test_programs_left_half_written_are_made_anew(tmp_path):
    _, _, misses = run(tmp_path)
    for program in tmp_path.glob("jit__lambda*-cache"):
        program.write_bytes(program.read_bytes()[:100])
        program.with_name(program.name.removesuffix("-cache") + "-atime").unlink()
    assert run(tmp_path)[1:] == (misses - 1, 1)
    assert run(tmp_path)[1:] == (misses, 0)


def test_programs_that_were_not_used_for_long_are_removed(tmp_path):
    """JAX needs as long to add a program as the folder has programs."""
    assert f"the {MOST_PROGRAMS:,} that" in str(enable_compilation_cache.__doc__)
    _, _, programs = run(tmp_path)
    for number in range(MOST_PROGRAMS):
        (tmp_path / f"old{number}-cache").write_bytes(b"")
        (tmp_path / f"old{number}-atime").write_bytes(bytes(8))
        os.utime(tmp_path / f"old{number}-atime", (number, number))
    assert run(tmp_path)[1:] == (programs, 0)
    for kind in "cache", "atime":
        assert len(list(tmp_path.glob(f"*-{kind}"))) == MOST_PROGRAMS
        left = {
            number for number in range(MOST_PROGRAMS) if (tmp_path / f"old{number}-{kind}").exists()
        }
        assert left == set(range(programs, MOST_PROGRAMS))


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"XDG_CACHE_HOME": "{}/xdg"}, "{}/xdg/jaxdigits"),
        ({"HOME": "{}", "XDG_CACHE_HOME": ""}, "{}/.cache/jaxdigits"),
        ({"JAX_COMPILATION_CACHE_DIR": "{}/jax"}, "{}/jax"),
    ],
)
def test_where_programs_are_kept(tmp_path, variables, expected):
    folder, _, _ = run(**{name: value.format(tmp_path) for name, value in variables.items()})
    assert folder == expected.format(tmp_path)
    assert list(os.scandir(folder))


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(
        AssertionError, match=r"folder is .*file/x, where compiled .* Pass one that"
    ):
        run(tmp_path / "file" / "x")
    command = [sys.executable, "-c", PROGRAM]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "file")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and "UserWarning: Compiled programs will not be kept" in done.stderr
    assert done.stdout.splitlines() == ["None", "0", "0"]
