"""Missing and read-only home folders, and odd names of folders."""

import pwd
import shutil
import warnings

import jax
import numpy as np
import pytest
from read_only import read_only
from small_mnist import FOLDER, assert_holds

import jaxdigits as jd
from jaxdigits.data import load

LINE = np.ones(3, np.float32)
ODD = "meine Ziffern, 数字 é [0:3] {x} %s #1 @2 *"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home, in which no variable names other places."""
    for variable in "TFDS_DATA_DIR", "XDG_CACHE_HOME", "JAX_COMPILATION_CACHE_DIR":
        monkeypatch.delenv(variable, raising=False)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def homeless(home, monkeypatch):
    """No home: no variable, and no entry for the user, as in a container with a user's number."""

    def fail(uid):
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", fail)
    monkeypatch.delenv("HOME")


@pytest.mark.usefixtures("homeless")
class TestNoHome:
    def test_load_mnist_without_home_asks_for_data_dir(self, files, arrays, tmp_path):
        with pytest.raises(
            FileNotFoundError, match=r"~/tensorflow_datasets .* no home .*data_dir=.*TFDS_DATA_DIR"
        ):
            load("mnist")
        assert_holds(load("mnist", data_dir=tmp_path / "data"), arrays)

    def test_load_mnist_files_in_a_missing_home_raises(self, tmp_path, monkeypatch):
        monkeypatch.setenv("JAXDIGITS_MNIST_DIR", "~/files")
        with pytest.raises(FileNotFoundError, match=r"~/files .* no home"):
            load("mnist", data_dir=tmp_path)

    def test_save_and_load_params_in_a_missing_home_raises(self, tmp_path):
        for use in (
            lambda path: jd.save_params(path, LINE),
            lambda path: jd.load_params(path, LINE),
        ):
            with pytest.raises(FileNotFoundError, match=r"~/line .* no home .*without ~"):
                use("~/line")
        jd.save_params(tmp_path / "line", LINE)

    def test_enable_compilation_cache_without_home_warns(self):
        before = jax.config.values["jax_compilation_cache_dir"]
        with pytest.warns(UserWarning, match="will not be saved, .* no home"):
            assert jd.enable_compilation_cache() is None
        with pytest.raises(FileNotFoundError, match=r"folder is ~/programs, .* no home"):
            jd.enable_compilation_cache("~/programs")
        assert jax.config.values["jax_compilation_cache_dir"] == before


class TestReadOnlyHome:
    def test_load_mnist_read_only_home_asks_for_data_dir(self, home, files, arrays, tmp_path):
        with read_only(home):
            advice = f"prepared in {home}/tensorflow_datasets: .*data_dir=.*TFDS_DATA_DIR"
            with pytest.raises(PermissionError, match=advice):
                load("mnist")
            with pytest.warns(UserWarning, match=f"UCI digits .*{advice}"):
                assert load("auto").name == "uci"
            assert_holds(load("mnist", data_dir=tmp_path / "elsewhere"), arrays)
            assert (tmp_path / "elsewhere" / FOLDER / "arrays.npz").is_file()

    def test_load_mnist_prepared_in_a_read_only_home_works(self, home, files, arrays):
        load("mnist")
        before = sorted(home.rglob("*"))
        with read_only(home), warnings.catch_warnings(action="error"):
            for _ in range(2):
                assert_holds(load("mnist"), arrays)
        assert sorted(home.rglob("*")) == before
        (home / "tensorflow_datasets" / FOLDER / "arrays.npz").unlink()
        with read_only(home):
            assert_holds(load("mnist"), arrays)

    def test_cache_and_save_params_in_a_read_only_home_say_so(self, home):
        with read_only(home):
            with pytest.warns(UserWarning, match="will not be saved, .*Permission denied"):
                assert jd.enable_compilation_cache() is None
            with pytest.raises(PermissionError, match=f"Not written: .*'{home}/line'"):
                jd.save_params("~/line", LINE)


def test_load_mnist_and_save_params_in_odd_folders_work(files, arrays, tmp_path, monkeypatch):
    folder = tmp_path / ODD
    folder.mkdir()
    monkeypatch.setenv("JAXDIGITS_MNIST_DIR", str(shutil.move(files, folder / "files")))
    assert_holds(load("mnist", data_dir=folder / "data"), arrays)
    with warnings.catch_warnings(action="error"):
        assert_holds(load("mnist", data_dir=str(folder / "data")), arrays)
        (folder / "data" / FOLDER / "arrays.npz").unlink()
        assert_holds(load("mnist", data_dir=str(folder / "data")), arrays)
    monkeypatch.setenv("TFDS_DATA_DIR", str(folder / "another"))
    assert_holds(load("mnist"), arrays)
    jd.save_params(folder / ODD, LINE)
    np.testing.assert_array_equal(jd.load_params(folder / ODD, LINE), LINE)
