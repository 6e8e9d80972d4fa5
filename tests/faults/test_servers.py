"""Servers and proxies that send something else than the files, or only a part of them."""

import threading
import time

import pytest
from small_mnist import (
    FOLDER,
    NAMES,
    assert_holds,
    expect,
    random_digits,
    send,
    server,
    write_files,
)

from jaxdigits.data import download, load

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("online")]
LOGIN = b"<!doctype html><title>Log in</title>" * 10


def html(request):
    """Answer everything with a login page and status 200, as a hotel's network does."""
    request.send_response(200)
    request.send_header("Content-Type", "text/html")
    request.end_headers()
    if request.command == "GET":
        request.wfile.write(LOGIN)


def endless(request):
    request.send_response(200)
    request.end_headers()
    while request.command == "GET":
        request.wfile.write(bytes(2**16))


def kept(data):
    """The names of what a download left, in whole or in part."""
    return sorted(path.name for path in data.rglob("*") if path.is_file() and path.name != ".lock")


def assert_then_loads(files, arrays, data, monkeypatch):
    """What went wrong before does not hinder now."""
    with server(send(files)) as (url, _):
        expect(monkeypatch, files, url)
        assert_holds(load("mnist", data_dir=data), arrays)


@pytest.mark.parametrize(
    ("answer", "found"),
    [(html, r"found 360 with .*begin b'<!doctype html>"), (endless, "found more than")],
    ids=["HTML", "zeros without end"],
)
def test_load_mnist_from_a_server_that_sends_something_else_says_so(
    files, arrays, tmp_path, monkeypatch, answer, found
):
    data = tmp_path / "data"
    with server(answer) as (url, _):
        expect(monkeypatch, files, url)
        with pytest.raises(ValueError, match=found) as error:
            load("mnist", data_dir=data)
        for part in (url + NAMES[0], "a proxy or a login page", "JAXDIGITS_MNIST_DIR", "'uci'"):
            assert part.lower() in str(error.value).lower()
        assert kept(data) == []
        with pytest.warns(UserWarning, match="UCI digits in place of MNIST"):
            assert load("auto", data_dir=data).name == "uci"
    assert_then_loads(files, arrays, data, monkeypatch)


def test_load_mnist_from_a_server_that_hangs_up_raises_and_keeps_nothing(
    files, arrays, tmp_path, monkeypatch
):
    with server(send(files, most=100)) as (url, _):
        expect(monkeypatch, files, url)
        with pytest.raises(ConnectionError, match=r"could not be downloaded: .*What to do"):
            load("mnist", data_dir=tmp_path / "data")
        assert kept(tmp_path / "data") == []
    assert_then_loads(files, arrays, tmp_path / "data", monkeypatch)


def test_load_mnist_from_a_server_that_falls_silent_times_out(files, tmp_path, monkeypatch):
    arrays = random_digits(1500, 10)
    write_files(files, arrays)
    over, sent = threading.Event(), 0

    def stall(request):
        nonlocal sent
        content = (files / request.path[1:]).read_bytes()
        request.send_response(200)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        if request.command == "GET":
            sent += request.wfile.write(content[: 10**6])
            if len(content) > 10**6:
                over.wait(60)

    monkeypatch.setattr(download, "SECONDS_OF_SILENCE", 0.5)
    with server(stall) as (url, _):
        expect(monkeypatch, files, url)
        start = time.monotonic()
        with pytest.raises(ConnectionError, match=r"timed out.*What to do: connect"):
            load("mnist", data_dir=tmp_path / "data")
        over.set()
    assert sent == 10**6 and time.monotonic() - start < 10
    assert kept(tmp_path / "data") == []
    assert_then_loads(files, arrays, tmp_path / "data", monkeypatch)


def test_load_mnist_from_a_server_that_never_finishes_times_out(files, tmp_path, monkeypatch):
    """It sends a byte now and then, so that it is never silent for long."""
    over = threading.Event()

    def drip(request):
        request.send_response(200)
        request.send_header("Content-Length", "1000000")
        request.end_headers()
        while request.command == "GET" and not over.wait(0.05):
            request.wfile.write(b"d")

    monkeypatch.setattr(download, "SECONDS_OF_SILENCE", 2.0)
    with server(drip) as (url, _):
        expect(monkeypatch, files, url)
        start = time.monotonic()
        with pytest.raises(
            ConnectionError, match=r"timed out, with \d+ bytes.*What to do: connect"
        ):
            load("mnist", data_dir=tmp_path / "data")
        over.set()
    assert time.monotonic() - start < 10
    assert kept(tmp_path / "data") == []


def test_load_mnist_from_a_slow_server_waits(files, arrays, tmp_path, monkeypatch):
    """The answer takes several times as long as the longest silence that is allowed."""

    def slowly(request):
        content = (files / request.path[1:]).read_bytes()
        request.send_response(200)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        for start in range(0, len(content) if request.command == "GET" else 0, 2000):
            time.sleep(0.3)
            request.wfile.write(content[start : start + 2000])

    monkeypatch.setattr(download, "SECONDS_OF_SILENCE", 1.0)
    monkeypatch.setattr(download, "LEAST_BYTES", 1000)
    with server(slowly) as (url, _):
        expect(monkeypatch, files, url)
        start = time.monotonic()
        assert_holds(load("mnist", data_dir=tmp_path), arrays)
    assert time.monotonic() - start > 3 * download.SECONDS_OF_SILENCE


def test_load_mnist_after_a_failure_downloads_only_missing_files(
    files, arrays, tmp_path, monkeypatch
):
    def all_but_the_last(request):
        send(files)(request) if NAMES[3] not in request.path else request.send_error(503)

    with server(all_but_the_last) as (url, _):
        expect(monkeypatch, files, url)
        with pytest.raises(ConnectionError, match=f"503.*{NAMES[3]}"):
            load("mnist", data_dir=tmp_path)
    with server(send(files)) as (url, asked):
        expect(monkeypatch, files, url)
        assert_holds(load("mnist", data_dir=tmp_path), arrays)
        assert [request for request in asked if "GET" in request] == [f"GET /{NAMES[3]}"]


def test_load_mnist_damaged_download_is_downloaded_again(files, arrays, tmp_path, monkeypatch):
    assert_then_loads(files, arrays, tmp_path, monkeypatch)
    path = tmp_path / "downloads" / FOLDER.parent / NAMES[0]
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    for folder in (tmp_path / FOLDER).iterdir():
        folder.unlink()
    with pytest.warns(UserWarning, match="cannot be read, and is prepared again"):
        assert_then_loads(files, arrays, tmp_path, monkeypatch)
