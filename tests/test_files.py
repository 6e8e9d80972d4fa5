"""Files of parameters: round trips, refused files, and saves that fail."""

import errno
import json
import os
import pickle
import stat
import subprocess
import sys
from base64 import b64decode
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from bs4 import BeautifulSoup
from read_only import read_only
from safetensors.numpy import save, save_file

import jaxdigits as jd


class Line(NamedTuple):
    """A `jd.Linear` that may also hold NumPy arrays."""

    w: Any
    b: Any


LINE = Line(w=np.arange(6, dtype=np.float32).reshape(3, 2), b=np.ones(2, np.float32))


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "line.safetensors"
    jd.save_params(path, LINE)
    return path


def assert_identical(a, b):
    assert jax.tree.structure(a) == jax.tree.structure(b)
    for x, y in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
        assert (type(x), x.dtype, x.shape) == (type(y), y.dtype, y.shape)
        assert np.asarray(x).tobytes() == np.asarray(y).tobytes()


class TestRoundTrip:
    @pytest.mark.parametrize(
        "params",
        [
            LINE,
            jax.tree.map(jnp.asarray, LINE),
            [LINE, {"a": (LINE.w, [LINE.b]), "b": Line(LINE.w.T, None)}],
            {"layers": {i: {"kernel": np.full(i, i, np.float16)} for i in range(12)}},
            jnp.array([np.nan, -0.0, np.inf, 1e-45], jnp.float32),
            np.full((), 1 / 3),
            {"x": jnp.ones(3, jnp.bfloat16), "y": jnp.array([True, False]), "z": np.ones((0, 4))},
            {"ключ": np.arange(3, dtype=np.int64), "with space/slash": np.ones(1, np.uint8)},
        ],
        ids=["NumPy", "JAX", "nested", "twelve", "extremes", "a number", "types", "names"],
    )
    def test_load_params_after_save_returns_the_same_bits(self, tmp_path, params):
        jd.save_params(tmp_path / "some", params)
        template = jax.tree.map(np.zeros_like, params)
        template = jax.tree.map(
            lambda zeros, leaf: jnp.asarray(zeros) if isinstance(leaf, jax.Array) else zeros,
            *(template, params),
        )
        assert_identical(jd.load_params(tmp_path / "some", template), params)

    def test_load_params_template_of_shapes_returns_arrays(self, tmp_path):
        params = jd.init_mlp(jax.random.key(0), (3, 2, 1))
        jd.save_params(tmp_path / "network", params)
        template = jax.eval_shape(lambda key: jd.init_mlp(key, (3, 2, 1)), jax.random.key(0))
        assert_identical(jd.load_params(tmp_path / "network", template), params)

    def test_save_params_of_numbers_returns_arrays(self, tmp_path):
        jd.save_params(tmp_path / "numbers", {"rate": 0.5, "steps": 3})
        loaded = jd.load_params(tmp_path / "numbers", {"rate": 0.0, "steps": 0})
        jd.save_params(tmp_path / "number", np.float64(1 / 3))
        assert jd.load_params(tmp_path / "number", np.float64(0)) == np.float64(1 / 3)
        assert isinstance(loaded["rate"], jax.Array) and loaded == {"rate": 0.5, "steps": 3}

    def test_download_link_has_the_bytes_of_save_params(self, saved):
        assert jd.download_link("line", LINE).content == saved.read_bytes()

    @pytest.mark.parametrize(
        "optimizer",
        [
            optax.sgd(0.1, momentum=0.9),
            optax.chain(optax.clip(1.0), optax.adam(optax.cosine_decay_schedule(0.1, 9))),
            optax.inject_hyperparams(optax.rmsprop)(learning_rate=0.1),
            optax.masked(optax.adamw(0.1), {"w": True, "b": False}),
        ],
        ids=["momentum", "schedule", "hyperparameters", "masked"],
    )
    def test_load_params_of_an_optimizer_state_returns_the_same_bits(self, tmp_path, optimizer):
        params = {"w": jnp.ones((3, 2), jnp.bfloat16), "b": jnp.ones(2, jnp.float32)}
        with jax.numpy_dtype_promotion("standard"):
            _, state = optimizer.update(params, optimizer.init(params), params)
        template = jax.tree.map(jnp.zeros_like, state)
        jd.save_params(tmp_path / "state", state)
        assert_identical(jd.load_params(tmp_path / "state", template), state)

    @pytest.mark.parametrize("shapes_only", [True, False])
    def test_fit_resumed_from_a_file_continues_dropout_bit_for_bit(self, tmp_path, shapes_only):
        """A state that counts, and that holds a random key."""
        x, y = jnp.ones((8, 2), jnp.float32), jnp.arange(8) % 2
        start = jax.tree.map(jnp.float32, jd.init_linear(jax.random.key(0), 2, 2))

        def dropped(params, state, x, training):
            if not training:
                return jd.linear(params, x), state
            key, count = state
            kept = jax.random.bernoulli(jax.random.fold_in(key, count), shape=x.shape)
            return jd.linear(params, jnp.where(kept, x, 0)), (key, count + 1)

        def run(epochs, resume=None):
            state = jax.random.key(1, impl="rbg"), jnp.int32(0)
            settings = {"batch_size": 4, "key": jax.random.key(2), "state": state}
            optimizer = optax.sgd(0.1, momentum=0.9)
            train = dropped, start, jd.cross_entropy_loss, optimizer, (x, y)
            return jd.fit(*train, epochs=epochs, resume=resume, **settings)

        fitted = run(1)
        jd.save_params(tmp_path / "fit", fitted)
        template = jax.eval_shape(lambda: fitted) if shapes_only else fitted
        loaded = jd.load_params(tmp_path / "fit", template)
        whole, continued = (
            fit._replace(state=(jax.random.key_data(fit.state[0]), fit.state[1]))
            for fit in (run(3), run(2, resume=loaded))
        )
        assert_identical(continued, whole)

    def test_save_params_file_holds_header_and_numbers_only(self, saved):
        content = saved.read_bytes()
        length = int.from_bytes(content[:8], "little")
        assert json.loads(content[8 : 8 + length])["__metadata__"] == {"jaxdigits_params": "1"}
        assert len(content) == 8 + length + 8 * 4

    @pytest.mark.slow
    def test_save_params_in_another_process_writes_the_same_bytes(self, saved):
        program = (
            "import sys, numpy as np, jaxdigits as jd; "
            "jd.save_params(sys.argv[1], jd.Linear("
            "w=np.arange(6, dtype=np.float32).reshape(3, 2), b=np.ones(2, np.float32)))"
        )
        other = saved.with_name("other")
        subprocess.run([sys.executable, "-c", program, other], check=True)
        assert other.read_bytes() == saved.read_bytes()


def as_format(number):
    arrays = {"w": np.asarray(LINE.w), "b": np.asarray(LINE.b)}
    return save(arrays, metadata={"jaxdigits_params": number})


class TestRefused:
    @pytest.mark.parametrize("length", [0, 7, 30, -1])
    def test_load_params_truncated_file_raises(self, saved, length):
        saved.write_bytes(saved.read_bytes()[:length])
        with pytest.raises(ValueError, match=rf"{saved} is cut short, damaged"):
            jd.load_params(saved, LINE)

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (pickle.dumps({"w": LINE.w, "b": LINE.b}), "no safetensors file"),
            (b"<!doctype html><title>Proxy</title>" * 9, "no safetensors file"),
            (save(LINE._asdict()), "not written by save_params"),
            (save(LINE._asdict(), metadata={"format": "pt"}), "not written by save_params"),
            (as_format("one"), "not written by save_params"),
            (as_format("2"), "is of format 2, newer than 1; upgrade jaxdigits"),
            (
                save(
                    {**LINE._asdict(), "w": np.asarray(jnp.ones(2, jnp.float8_e5m2))},
                    metadata={"jaxdigits_params": "1"},
                ),
                "a type that save_params never writes .*float8_e5m2",
            ),
        ],
        ids=["pickle", "HTML", "no metadata", "PyTorch's", "no number", "newer", "type"],
    )
    def test_load_params_foreign_file_says_what_it_is(self, saved, content, said):
        saved.write_bytes(content)
        with pytest.raises(ValueError, match=f"{saved} .*{said}"):
            jd.load_params(saved, LINE)

    @pytest.mark.parametrize(
        ("template", "said"),
        [
            (LINE._replace(w=LINE.w.T), r"w is float32\[3, 2\], but float32\[2, 3\] in template"),
            (LINE._replace(b=np.ones(2)), r"b is float32\[2\], but float64\[2\] in template"),
            (LINE._replace(b=np.ones((2, 1), np.float32)), r"b is float32\[2\], but float32\[2, 1"),
            ({**LINE._asdict(), "scale": LINE.b}, "scale is missing"),
            ({"w": LINE.w}, r"b is float32\[2\], but not in template"),
            (
                [LINE],
                r"0.w is missing, .*; 0.b is missing, .*; \S is .* not in template; and 1 more. P",
            ),
        ],
        ids=["shape", "type", "axes", "missing", "extra", "many"],
    )
    def test_load_params_of_another_model_names_differences(self, saved, template, said):
        with pytest.raises(ValueError, match=f"{saved} does not match template.*{said}"):
            jd.load_params(saved, template)

    def test_load_params_missing_file_raises(self, tmp_path):
        with pytest.raises(FileNotFoundError, match="nothing"):
            jd.load_params(tmp_path / "nothing", LINE)

    def test_load_params_of_an_unreadable_file_says_so(self, saved):
        with read_only(saved.parent, 0o444), pytest.raises(PermissionError, match=saved.name):
            jd.load_params(saved, LINE)

    @pytest.mark.parametrize(
        ("params", "error", "said"),
        [
            ({}, ValueError, "params holds no arrays"),
            ({"a.b": np.ones(1), "a": {"b": np.ones(1)}}, ValueError, "a.b would name two arrays"),
            ({"__metadata__": np.ones(1)}, ValueError, "__metadata__ would"),
            ({"z": np.ones(1, complex)}, TypeError, r"z is complex128\[1\], which cannot"),
            ({"o": np.array([{}])}, TypeError, r"o is object\[1\], which cannot"),
            ({"name": "line"}, TypeError, "name is 'line', not an array"),
        ],
        ids=["nothing", "two", "reserved", "complex128", "objects", "text"],
    )
    def test_save_params_unsupported_leaf_keeps_the_old_file(self, saved, params, error, said):
        before = saved.read_bytes()
        with pytest.raises(error, match=said):
            jd.save_params(saved, params)
        assert saved.read_bytes() == before


OTHER = LINE._replace(b=np.zeros(2, np.float32))


class TestFailedSave:
    @pytest.mark.parametrize("place", ["fsync", "replace"])
    @pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "No space left on device"), Exception])
    def test_save_params_failing_leaves_only_the_old_file(self, saved, monkeypatch, place, fault):
        def fail(*ignored):
            raise fault

        with monkeypatch.context() as patch:
            patch.setattr(os, place, fail)
            with pytest.raises(Exception) as raised:
                jd.save_params(saved, OTHER)
        if fault is not Exception:
            assert isinstance(raised.value, OSError) and raised.value.errno == errno.ENOSPC
            assert str(saved) in str(raised.value) and "No space left" in str(raised.value)
        assert_identical(jd.load_params(saved, LINE), LINE)
        assert list(saved.parent.iterdir()) == [saved]

    def test_save_params_missing_folder_raises(self, tmp_path):
        path = tmp_path / "not there" / "line"
        with pytest.raises(FileNotFoundError, match=f"make its folder first: '{path}'"):
            jd.save_params(path, LINE)
        assert list(tmp_path.iterdir()) == []

    def test_save_params_file_as_folder_raises(self, saved):
        with pytest.raises(NotADirectoryError, match=f"Not written: .*'{saved}/x'"):
            jd.save_params(saved / "x", LINE)

    def test_save_params_over_a_folder_raises(self, tmp_path):
        with pytest.raises(OSError, match=f"Not written: .*'{tmp_path / 'folder'}'"):
            (tmp_path / "folder").mkdir()
            jd.save_params(tmp_path / "folder", LINE)
        assert [path.name for path in tmp_path.iterdir()] == ["folder"]

    def test_save_params_read_only_folder_raises(self, saved):
        with read_only(saved.parent):
            with pytest.raises(PermissionError, match=f"Not written: .*'{saved}'"):
                jd.save_params(saved, OTHER)
            assert_identical(jd.load_params(saved, LINE), LINE)

    def test_save_params_unicode_path_works(self, tmp_path, monkeypatch):
        folder = tmp_path / "meine Gewichte, 重み"
        folder.mkdir()
        monkeypatch.setenv("HOME", str(folder))
        jd.save_params("~/größte Ziffern №1.safetensors", LINE)
        assert_identical(jd.load_params(folder / "größte Ziffern №1.safetensors", LINE), LINE)
        jd.save_params(folder / ("x" * 255), LINE)

    def test_save_params_file_has_the_usual_permissions(self, saved):
        plain = saved.with_name("plain")
        plain.write_bytes(b"")
        assert stat.S_IMODE(saved.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)

    def test_save_params_over_a_private_file_writes_privately(self, saved, monkeypatch):
        sync, modes = os.fsync, []

        def record_mode(descriptor):
            modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
            sync(descriptor)

        saved.chmod(0o600)
        monkeypatch.setattr(os, "fsync", record_mode)
        jd.save_params(saved, OTHER)
        assert [*modes, stat.S_IMODE(saved.stat().st_mode)] == [0o600, 0o600]

    def test_save_params_to_a_link_keeps_the_link(self, saved):
        link = saved.with_name("latest")
        link.symlink_to(saved)
        jd.save_params(link, OTHER)
        assert link.is_symlink()
        assert_identical(jd.load_params(saved, LINE), OTHER)


def test_load_params_file_of_the_safetensors_library_works(saved, tmp_path):
    from safetensors.numpy import load_file

    arrays = load_file(saved)
    assert_identical(Line(**arrays), LINE)
    save_file(arrays, tmp_path / "theirs", metadata={"jaxdigits_params": "1"})
    assert_identical(jd.load_params(tmp_path / "theirs", LINE), LINE)


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


def test_download_link_holds_every_array_by_its_name():
    weights = jnp.arange(6, dtype=jnp.float32).reshape(2, 3)
    params = {"layers": {0: jd.Linear(w=weights, b=weights[0])}, "scale": weights.T}
    arrays = read(jd.download_link("some", params).content)
    assert arrays.keys() == {"layers.0.w", "layers.0.b", "scale"}
    np.testing.assert_array_equal(arrays["layers.0.w"], weights)
    np.testing.assert_array_equal(arrays["layers.0.b"], weights[0])
    np.testing.assert_array_equal(arrays["scale"], weights.T)


def test_download_link_in_a_notebook_shows_a_link():
    offered = jd.download_link('a "quoted" name', {"w": np.ones(3, np.float32)})
    link = BeautifulSoup(offered._repr_html_(), "html.parser").select("a")[0]
    assert link["download"] == link.text == 'a "quoted" name.safetensors'
    kind, data = str(link["href"]).split(",")
    assert kind == "data:application/octet-stream;base64"
    assert b64decode(data) == offered.content


@pytest.mark.parametrize("name", ["", "folder/file", "folder\\file"])
def test_download_link_name_with_folders_raises(name):
    with pytest.raises(ValueError, match=r"name is .*without folders"):
        jd.download_link(name, {"w": np.ones(3)})


def test_download_link_without_arrays_raises():
    with pytest.raises(ValueError, match="params holds no arrays"):
        jd.download_link("nothing", {})
