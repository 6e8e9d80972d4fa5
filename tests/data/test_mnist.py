"""MNIST and its kin: found, downloaded, prepared once, read quickly, and mended when damaged."""

import gzip
import os
import shutil
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow_datasets as tfds
from filelock import FileLock
from read_only import read_only
from small_mnist import FOLDER, NAMES, assert_holds, expect, send, server
from tensorflow_datasets.core.download import checksums

from jaxdigits import load, select
from jaxdigits.data import prepared, published

RECORDS = "jaxdigits_mnist-train.array_record-00000-of-00001"


def kept(data: Path) -> list[str]:
    """Name the files that a download left, in whole or in part."""
    return sorted(path.name for path in data.rglob("*") if path.is_file() and path.name != ".lock")


class TestPrepared:
    def test_load_mnist_second_time_reads_what_was_prepared(
        self, files, arrays, tmp_path, monkeypatch, capfd
    ):
        assert_holds(load("mnist", data_dir=str(tmp_path / "data")), arrays)
        monkeypatch.delenv("JAXDIGITS_MNIST_DIR")
        shutil.rmtree(files)
        capfd.readouterr()
        assert_holds(load("mnist", data_dir=tmp_path / "data"), arrays)
        assert capfd.readouterr() == ("", ""), "the second load is quiet"

    def test_load_mnist_without_data_dir_uses_that_of_tfds(
        self, files, arrays, tmp_path, monkeypatch
    ):
        monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "default"))
        assert_holds(load("mnist"), arrays)
        assert (tmp_path / "default" / FOLDER / "dataset_info.json").is_file()
        monkeypatch.setenv("HOME", str(tmp_path))
        load("mnist", data_dir="~/at-home")
        assert (tmp_path / "at-home" / FOLDER).is_dir()

    def test_load_mnist_is_a_data_set_that_tfds_reads_without_tensorflow(
        self, files, arrays, tmp_path
    ):
        load("mnist", data_dir=tmp_path)
        builder: Any = tfds.builder_from_directory(tmp_path / FOLDER)
        source = builder.as_data_source("train")
        np.testing.assert_array_equal(source[3]["image"], arrays[NAMES[0]][3])
        assert source[3]["label"] == arrays[NAMES[1]][3]
        assert "tensorflow" not in sys.modules

    @pytest.mark.parametrize("source", ["fashion_mnist", "kmnist"])
    def test_load_other_data_set_reads_its_own_files(
        self, files, arrays, tmp_path, monkeypatch, source
    ):
        others = {name: published.SHA256[f"mnist/{name}"] for name in NAMES}
        for name, digest in others.items():
            monkeypatch.setitem(published.SHA256, f"{source}/{name}", digest)
        monkeypatch.setenv(f"JAXDIGITS_{source.upper()}_DIR", str(files))
        assert_holds(load(source, data_dir=tmp_path)._replace(name="mnist"), arrays)
        assert (tmp_path / f"jaxdigits_{source}" / "1.0.0").is_dir()

    @pytest.mark.parametrize("source", ["mnist", "fashion_mnist", "kmnist"])
    def test_checksums_are_those_of_tfds(self, source):
        file = tfds.core.tfds_path(f"url_checksums/{source}.txt")
        theirs = {
            Path(url).name: info.checksum for url, info in checksums.load_url_infos(file).items()
        }
        assert {name: published.SHA256[f"{source}/{name}"] for name in NAMES} == theirs


class TestOwnFiles:
    def test_load_mnist_missing_or_unreadable_file_names_it_and_the_remedy(self, files, tmp_path):
        why = f"{files}, where {NAMES[2]} cannot be read: %s.* What to do: copy"
        with (
            read_only(files / NAMES[2], forbidden=0o444),
            pytest.raises(FileNotFoundError, match=why % "Permission denied"),
        ):
            load("mnist", data_dir=tmp_path / "data")
        (files / NAMES[2]).unlink()
        with pytest.raises(FileNotFoundError, match=why % "No such file"):
            load("mnist", data_dir=tmp_path / "data")

    @pytest.mark.parametrize("way", ["unpacked", "packed anew"])
    def test_load_mnist_right_content_in_another_file_is_accepted(
        self, files, arrays, tmp_path, way
    ):
        content = gzip.decompress((files / NAMES[0]).read_bytes())
        if way == "unpacked":
            (files / NAMES[0]).unlink()
            (files / NAMES[0].removesuffix(".gz")).write_bytes(content)
        else:
            (files / NAMES[0]).write_bytes(gzip.compress(content, 1, mtime=99))
        assert_holds(load("mnist", data_dir=tmp_path / "data"), arrays)

    def test_load_mnist_damaged_file_says_what_to_do(self, files, arrays, tmp_path):
        good = (files / NAMES[1]).read_bytes()
        (files / NAMES[1]).write_bytes(good[:-10])
        with pytest.raises(
            ValueError, match=r"These are not MNIST's files: .*What to do: copy"
        ) as e:
            load("mnist", data_dir=tmp_path / "data")
        assert str(files / NAMES[1]) in str(e.value) and "is damaged" in str(e.value)
        (files / NAMES[1]).write_bytes(good)
        assert_holds(load("mnist", data_dir=tmp_path / "data"), arrays)

    def test_load_mnist_files_of_fashion_mnist_says_whose_they_are(
        self, files, tmp_path, monkeypatch
    ):
        mine = published.SHA256[f"mnist/{NAMES[0]}"]
        monkeypatch.setitem(published.SHA256, f"fashion_mnist/{NAMES[0]}", mine)
        monkeypatch.setitem(published.SHA256, f"mnist/{NAMES[0]}", "0" * 64)
        monkeypatch.setitem(published.SHA256, f"mnist/{NAMES[0].removesuffix('.gz')}", "0" * 64)
        with pytest.raises(ValueError, match=r"not MNIST's files: .*belongs to Fashion-MNIST"):
            load("mnist", data_dir=tmp_path / "data")


class TestDamaged:
    """A flipped bit in what is prepared is noticed, and mended if the files can be had."""

    @staticmethod
    def flip(path, place):
        content = bytearray(path.read_bytes())
        content[place] ^= 1
        path.write_bytes(content)

    def test_load_mnist_damaged_record_is_hidden_by_whole_arrays(self, files, arrays, tmp_path):
        load("mnist", data_dir=tmp_path)
        self.flip(tmp_path / FOLDER / RECORDS, 9_000)
        with warnings.catch_warnings(action="error"):
            assert_holds(load("mnist", data_dir=tmp_path), arrays)

    def test_load_mnist_damaged_arrays_are_read_from_the_records(self, files, arrays, tmp_path):
        load("mnist", data_dir=tmp_path)
        self.flip(tmp_path / FOLDER / "arrays.npz", 10_000)
        with warnings.catch_warnings(action="error"):
            assert_holds(load("mnist", data_dir=tmp_path), arrays)

    @pytest.mark.parametrize(
        ("pattern", "content"),
        [
            ("*train.array_record*", b"\0" * 2**17),
            ("*test.array_record*", None),
            ("dataset_info.json", b""),
            ("*", None),
        ],
    )
    def test_load_mnist_damaged_preparation_warns_and_prepares_again(
        self, files, arrays, tmp_path, pattern, content
    ):
        load("mnist", data_dir=tmp_path)
        (tmp_path / FOLDER / "arrays.npz").unlink()
        for path in list((tmp_path / FOLDER).glob(pattern)):
            path.unlink() if content is None else path.write_bytes(content)
        with pytest.warns(UserWarning, match=f"MNIST data in .*{FOLDER} is damaged and") as said:
            assert_holds(load("mnist", data_dir=tmp_path), arrays)
        assert said[0].filename == __file__
        with warnings.catch_warnings(action="error"):
            assert_holds(load("mnist", data_dir=tmp_path), arrays)

    def test_load_mnist_damaged_offline_removes_nothing(self, files, arrays, tmp_path, monkeypatch):
        load("mnist", data_dir=tmp_path)
        monkeypatch.delenv("JAXDIGITS_MNIST_DIR")
        (tmp_path / FOLDER / "arrays.npz").unlink()
        self.flip(tmp_path / FOLDER / RECORDS, 9_000)
        before = {path: path.read_bytes() for path in (tmp_path / FOLDER).iterdir()}
        with (
            pytest.warns(UserWarning, match="is damaged"),
            pytest.raises(ConnectionError, match="JAXDIGITS_MNIST_DIR"),
        ):
            load("mnist", data_dir=tmp_path)
        assert {path: path.read_bytes() for path in (tmp_path / FOLDER).iterdir()} == before

    def test_load_mnist_unreadable_for_another_reason_is_left_as_it_is(
        self, files, arrays, tmp_path
    ):
        load("mnist", data_dir=tmp_path)
        (tmp_path / FOLDER / "arrays.npz").unlink()
        before = sorted((tmp_path / FOLDER).iterdir())
        with (
            read_only(tmp_path / FOLDER / RECORDS, forbidden=0o444),
            pytest.raises(PermissionError, match="was left as it is"),
        ):
            load("mnist", data_dir=tmp_path)
        assert sorted((tmp_path / FOLDER).iterdir()) == before
        assert_holds(load("mnist", data_dir=tmp_path), arrays)


class TestOnline:
    def test_load_mnist_online_downloads_once(self, files, arrays, online, tmp_path, monkeypatch):
        with server(send(files)) as (url, asked):
            expect(monkeypatch, files, url)
            assert_holds(load("mnist", data_dir=tmp_path), arrays)
            assert sorted(a for a in asked if "GET" in a) == sorted(f"GET /{n}" for n in NAMES)
        # The server is gone. What it sent is still there if the preparation is lost.
        shutil.rmtree(tmp_path / FOLDER)
        assert_holds(load("mnist", data_dir=tmp_path), arrays)

    def test_load_mnist_from_the_second_mirror_works(
        self, files, arrays, online, tmp_path, monkeypatch
    ):
        with server(send(files)) as (url, _):
            expect(monkeypatch, files, url)
            monkeypatch.setitem(published.MIRRORS, "mnist", ("http://127.0.0.1:9/", url))
            assert_holds(load("mnist", data_dir=tmp_path), arrays)

    def test_load_mnist_offline_says_what_to_do_and_auto_takes_uci(self, online, tmp_path):
        start = time.monotonic()
        with pytest.raises(ConnectionError, match="could not be downloaded") as error:
            load("mnist", data_dir=tmp_path / "data")
        assert time.monotonic() - start < 10
        for way in ("connect to the network", "JAXDIGITS_MNIST_DIR", "load('uci')", *NAMES):
            assert way in str(error.value)
        with pytest.warns(UserWarning, match="UCI digits instead of MNIST") as said:
            assert load("auto", data_dir=tmp_path / "data").name == "uci"
        assert said[0].filename == __file__

    @pytest.mark.slow
    @pytest.mark.parametrize("content", [b"<!doctype html><title>Log in</title>", b""])
    def test_load_mnist_from_a_server_that_sends_something_else_keeps_nothing(
        self, files, arrays, online, tmp_path, monkeypatch, content
    ):
        def answer(request):
            request.send_response(200)
            request.send_header("Content-Length", str(len(content)))
            request.end_headers()
            if request.command == "GET":
                request.wfile.write(content)

        with server(answer) as (url, _):
            expect(monkeypatch, files, url)
            with pytest.raises(ConnectionError, match="a proxy or a login page"):
                load("mnist", data_dir=tmp_path / "data")
        assert kept(tmp_path / "data") == []
        with server(send(files)) as (url, _):
            expect(monkeypatch, files, url)
            assert_holds(load("mnist", data_dir=tmp_path / "data"), arrays)

    @pytest.mark.slow
    def test_load_mnist_from_a_server_that_falls_silent_times_out(
        self, files, online, tmp_path, monkeypatch
    ):
        over = threading.Event()

        def stall(request):
            request.send_response(200)
            request.send_header("Content-Length", "100000")
            request.end_headers()
            if request.command == "GET":
                request.wfile.write(b"some")
                over.wait(60)

        monkeypatch.setattr(published, "SECONDS_OF_SILENCE", 0.5)
        with server(stall) as (url, _):
            expect(monkeypatch, files, url)
            start = time.monotonic()
            with pytest.raises(ConnectionError, match="What to do: connect"):
                load("mnist", data_dir=tmp_path / "data")
            over.set()
        assert time.monotonic() - start < 20 and kept(tmp_path / "data") == []

    @pytest.mark.slow
    def test_load_mnist_from_a_server_that_never_finishes_times_out(
        self, files, online, tmp_path, monkeypatch
    ):
        """It sends a byte now and then, so that it is never silent for long."""
        over = threading.Event()

        def drip(request):
            request.send_response(200)
            request.send_header("Content-Length", "1000000")
            request.end_headers()
            while request.command == "GET" and not over.wait(0.05):
                request.wfile.write(b"d")

        monkeypatch.setattr(published, "SECONDS_PER_FILE", 1.0)
        with server(drip) as (url, _):
            expect(monkeypatch, files, url)
            with pytest.raises(ConnectionError, match="no answer within 1 seconds"):
                load("mnist", data_dir=tmp_path)
            over.set()


class TestShared:
    def test_load_mnist_locked_by_another_process_times_out(self, files, tmp_path, monkeypatch):
        monkeypatch.setattr(prepared, "SECONDS_TO_WAIT", 0.2)
        (tmp_path / FOLDER.parent).mkdir()
        with (
            FileLock(tmp_path / FOLDER.parent / ".lock"),
            pytest.raises(TimeoutError, match="another process has been preparing"),
        ):
            load("mnist", data_dir=tmp_path)

    def test_load_mnist_prepared_files_are_readable_by_others(self, files, tmp_path):
        plain = tmp_path / "plain"
        plain.write_bytes(b"")
        load("mnist", data_dir=tmp_path)
        for path in (tmp_path / FOLDER).iterdir():
            assert path.stat().st_mode & 0o444 == plain.stat().st_mode & 0o444, path

    def test_load_mnist_unprepared_read_only_data_dir_names_the_remedy(
        self, files, arrays, tmp_path
    ):
        (tmp_path / "data").mkdir()
        with (
            read_only(tmp_path / "data"),
            pytest.raises(PermissionError, match=r"cannot be read or prepared in .*: .*data_dir="),
        ):
            load("mnist", data_dir=tmp_path / "data")
        assert_holds(load("mnist", data_dir=tmp_path / "other"), arrays)

    @pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a place where none can write")
    def test_load_mnist_where_no_folder_can_be_made_names_the_remedy(self, files):
        with pytest.raises(
            OSError, match=r"cannot be read or prepared in /proc/nothing: .*data_dir="
        ):
            load("mnist", data_dir="/proc/nothing")


@pytest.mark.mnist
def test_load_mnist_has_the_published_counts(mnist):
    assert mnist.train.images.shape == (60_000, 28, 28)
    assert mnist.test.images.shape == (10_000, 28, 28)
    for digit, train, test in ((3, 6_131, 1_010), (7, 6_265, 1_028)):
        assert len(select(mnist.train, digit).labels) == train
        assert len(select(mnist.test, digit).labels) == test


@pytest.mark.mnist
def test_load_mnist_is_in_file_order(mnist):
    assert mnist.train.labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert mnist.train.labels[10_000] == 3
    assert mnist.train.images[10_000, 4:10, 4:10].tolist() == [
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 29],
        [0, 0, 0, 48, 166, 224],
        [0, 93, 244, 249, 253, 187],
        [0, 107, 253, 253, 230, 48],
        [0, 3, 20, 20, 15, 0],
    ]


@pytest.mark.mnist
def test_load_mnist_has_the_bytes_of_the_files(mnist):
    folder = Path(os.environ["JAXDIGITS_MNIST_DIR"])
    for split, prefix in (("train", "train"), ("test", "t10k")):
        digits = getattr(mnist, split)
        pixels = gzip.decompress((folder / f"{prefix}-images-idx3-ubyte.gz").read_bytes())[16:]
        labels = gzip.decompress((folder / f"{prefix}-labels-idx1-ubyte.gz").read_bytes())[8:]
        assert np.asarray(digits.images).tobytes() == pixels
        assert np.asarray(digits.labels).tobytes() == labels
