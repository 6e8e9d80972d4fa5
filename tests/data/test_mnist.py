import contextlib
import gzip
import hashlib
import os
import shutil
import socket
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds
from read_only import read_only
from small_mnist import FOLDER, NAMES, assert_holds, expect, send, server, write_idx
from tensorflow_datasets.core.download import checksums

from jaxdigits.data import download, load, mnist, select


def test_load_mnist_second_time_reads_what_was_prepared(
    files, arrays, tmp_path, monkeypatch, capfd
):
    assert_holds(load("mnist", data_dir=str(tmp_path / "data")), arrays)
    monkeypatch.delenv("JAXDIGITS_MNIST_DIR")
    shutil.rmtree(files)
    capfd.readouterr()
    assert_holds(load("mnist", data_dir=tmp_path / "data"), arrays)
    assert capfd.readouterr() == ("", ""), "the second load is quiet"


def test_load_mnist_without_data_dir_uses_that_of_tfds(files, arrays, tmp_path, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "default"))
    assert_holds(load("mnist"), arrays)
    assert (tmp_path / "default" / FOLDER / "dataset_info.json").is_file()
    monkeypatch.setenv("HOME", str(tmp_path))
    load("mnist", data_dir="~/at-home")
    assert (tmp_path / "at-home" / FOLDER).is_dir()


def test_load_mnist_beside_the_mnist_of_tfds_leaves_it_alone(files, arrays, tmp_path):
    theirs = tmp_path / "data" / "mnist" / "3.0.1"
    theirs.mkdir(parents=True)
    (theirs / "dataset_info.json").write_text("theirs")
    assert_holds(load("mnist", data_dir=tmp_path / "data"), arrays)
    assert (theirs / "dataset_info.json").read_text() == "theirs"
    assert tfds.builder_cls("jaxdigits_mnist") is mnist.Mnist
    assert "tensorflow" not in sys.modules


def test_mnist_checksums_are_those_of_tfds():
    theirs = checksums.load_url_infos(tfds.core.tfds_path("url_checksums/mnist.txt"))
    assert mnist.Mnist.url_infos == theirs
    assert set(theirs) == {mnist.URL + name for name in NAMES}


def test_load_mnist_missing_file_names_it(files, tmp_path):
    name = NAMES[2]
    (files / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"{files}, where {name} cannot .* Expected train"):
        load("mnist", data_dir=tmp_path / "data")


@pytest.mark.parametrize(
    ("name", "damage"),
    [(NAMES[0], "truncated"), (NAMES[1], "flipped"), (NAMES[3], "wrong magic")],
)
def test_load_mnist_damaged_file_names_both_checksums(files, arrays, tmp_path, name, damage):
    good = (files / name).read_bytes()
    expected = hashlib.sha256(good).hexdigest()
    bad = bytearray(good)
    if damage == "truncated":
        bad = bad[:-10]
    elif damage == "flipped":
        bad[len(bad) // 2] ^= 1
    else:
        bad = bytearray(gzip.compress(b"\0\0\x0d" + gzip.decompress(good)[3:]))
    (files / name).write_bytes(bad)
    found = hashlib.sha256(bad).hexdigest()
    with pytest.raises(ValueError) as error:
        load("mnist", data_dir=tmp_path / "data")
    for part in (str(files / name), expected, found, mnist.URL):
        assert part in str(error.value)
    (files / name).write_bytes(good)
    assert_holds(load("mnist", data_dir=tmp_path / "data"), arrays)


@pytest.mark.parametrize(
    ("name", "values", "problem"),
    [
        ("train-images-idx3-ubyte.gz", np.zeros(30), r"images are \[30\]"),
        ("train-images-idx3-ubyte.gz", np.zeros((30, 28, 29)), r"\[30, 28, 29\], expected"),
        ("t10k-labels-idx1-ubyte.gz", np.zeros(11), r"labels are \[11\], expected \[10\]"),
        ("t10k-labels-idx1-ubyte.gz", np.full(10, 10), "labels are 10 to 10, expected 0 to 9"),
    ],
)
def test_load_mnist_files_without_digits_raises(
    files, tmp_path, monkeypatch, name, values, problem
):
    write_idx(files / name, values)
    expect(monkeypatch, files)
    with pytest.raises(ValueError, match=f"{name}.*{problem}"):
        load("mnist", data_dir=tmp_path / "data")


def test_load_mnist_empty_files_raises(files, tmp_path, monkeypatch):
    write_idx(files / NAMES[0], np.zeros((0, 28, 28)))
    write_idx(files / NAMES[1], np.zeros(0))
    expect(monkeypatch, files)
    with pytest.raises(ValueError, match="no images, expected at least one"):
        load("mnist", data_dir=tmp_path / "data")


@pytest.mark.parametrize(
    ("pattern", "content"),
    [
        ("*train.array_record*", b"\0" * 2**17),
        ("*test.array_record*", None),
        ("dataset_info.json", b""),
        ("*", None),
    ],
)
def test_load_mnist_damaged_preparation_prepares_again(files, arrays, tmp_path, pattern, content):
    load("mnist", data_dir=tmp_path / "data")
    (tmp_path / "data" / FOLDER / "arrays.npz").unlink()  # With it, the rest is not read.
    for path in list((tmp_path / "data" / FOLDER).glob(pattern)):
        path.unlink() if content is None else path.write_bytes(content)
    with pytest.warns(UserWarning, match=f"MNIST in .*{FOLDER} cannot be read, and is prepared"):
        assert_holds(load("mnist", data_dir=tmp_path / "data"), arrays)
    assert_holds(load("mnist", data_dir=tmp_path / "data"), arrays)


def test_load_mnist_overtaken_by_another_process_works(files, arrays, tmp_path, monkeypatch):
    load("mnist", data_dir=tmp_path / "other")
    generate = mnist.Mnist._generate_examples

    def be_overtaken(self, *paths):
        shutil.copytree(tmp_path / "other", tmp_path / "data", dirs_exist_ok=True)
        yield from generate(self, *paths)

    monkeypatch.setattr(mnist.Mnist, "_generate_examples", be_overtaken)
    assert_holds(load("mnist", data_dir=tmp_path / "data"), arrays)


@pytest.mark.parametrize("damaged", [False, True])
def test_load_mnist_unprepared_read_only_data_dir_raises(files, tmp_path, damaged):
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    if damaged:
        load("mnist", data_dir=data_dir)
        (data_dir / FOLDER / "dataset_info.json").unlink()
        (data_dir / FOLDER / "arrays.npz").unlink()
    says_so = pytest.warns(UserWarning, match=f"{data_dir}/{FOLDER} cannot be read")
    with (
        says_so if damaged else contextlib.nullcontext(),
        read_only(data_dir),
        pytest.raises(PermissionError, match=f"cannot be prepared in {data_dir}: .*data_dir="),
    ):
        load("mnist", data_dir=data_dir)


def test_load_mnist_without_name_server_says_what_to_do(online, tmp_path, monkeypatch):
    def fail(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert_says_what_to_do_in_time(tmp_path, "Name or service not known")


@pytest.mark.slow
def test_load_mnist_silent_name_server_times_out(online, tmp_path, monkeypatch):
    over = threading.Event()

    def hang(*args, **kwargs):
        over.wait(60)
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    assert_says_what_to_do_in_time(tmp_path, "no answer within 4 seconds")
    over.set()


@pytest.mark.slow
def test_load_mnist_silent_proxy_times_out(online, tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setattr(download, "SECONDS_TO_ANSWER", 1.0)
        assert_says_what_to_do_in_time(tmp_path, "timed out|no answer within 1 seconds")


def test_load_mnist_with_a_proxy_asks_it(online, tmp_path, monkeypatch):
    with server(lambda request: request.send_error(502)) as (url, asked):
        monkeypatch.setenv("HTTPS_PROXY", url)
        assert_says_what_to_do_in_time(tmp_path, "502")
    assert asked == ["CONNECT storage.googleapis.com:443"]


def assert_says_what_to_do_in_time(tmp_path: Path, problem: str) -> None:
    start = time.monotonic()
    with pytest.raises(ConnectionError, match=problem) as error:
        load("mnist", data_dir=tmp_path / "data")
    assert time.monotonic() - start < 5
    for way in ("connect to the network", "JAXDIGITS_MNIST_DIR", "load('uci')", *NAMES):
        assert way in str(error.value)
    assert not (tmp_path / "data").exists()


def test_load_mnist_online_downloads_once(files, arrays, online, tmp_path, monkeypatch):
    with server(send(files)) as (url, asked):
        expect(monkeypatch, files, url)
        assert_holds(load("mnist", data_dir=tmp_path / "data"), arrays)
        assert sorted(asked) == sorted([f"HEAD /{NAMES[0]}", *(f"GET /{name}" for name in NAMES)])
    # The server is gone. What it sent is still there, should the preparation be damaged.
    shutil.rmtree(tmp_path / "data" / FOLDER)
    assert_holds(load("mnist", data_dir=tmp_path / "data"), arrays)


def test_load_mnist_download_of_other_content_raises(files, online, tmp_path, monkeypatch):
    with server(send(files)) as (url, _):
        expect(monkeypatch, files, url)
        expected = hashlib.sha256((files / NAMES[2]).read_bytes()).hexdigest()
        write_idx(files / NAMES[2], np.ones((10, 28, 28)))
        found = hashlib.sha256((files / NAMES[2]).read_bytes()).hexdigest()
        with pytest.raises(ValueError, match=rf"(?s){url}{NAMES[2]}.*{expected}.*{found}"):
            load("mnist", data_dir=tmp_path / "data")


def test_load_mnist_failed_download_says_what_to_do(files, online, tmp_path, monkeypatch):
    def answer(request):
        request.send_response(200 if request.command == "HEAD" else 404)
        request.end_headers()

    with server(answer) as (url, _):
        expect(monkeypatch, files, url)
        with pytest.raises(ConnectionError, match=r"404.*JAXDIGITS_MNIST_DIR"):
            load("mnist", data_dir=tmp_path / "data")


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
