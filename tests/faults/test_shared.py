"""A data directory that several processes share, as on a cluster."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from small_mnist import FOLDER, assert_holds, random_digits, write_files

from jaxdigits import _alone
from jaxdigits.data import load, mnist

HERE = Path(__file__).parent


@pytest.mark.slow
def test_load_mnist_in_several_processes_at_once_returns_all_digits(tmp_path):
    write_files(tmp_path / "files", random_digits(300, 100))
    folders = HERE, HERE.parent, HERE.parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, folders))}
    command = [sys.executable, "-B", HERE / "at_once.py", tmp_path, tmp_path / "files"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-5000:]
    assert done.stdout.splitlines().count("loaded") == 2


def test_load_mnist_prepared_by_another_process_meanwhile_keeps_its_files(
    files, arrays, tmp_path, monkeypatch
):
    load("mnist", data_dir=tmp_path / "other")
    alone = mnist.alone

    def wait(folder):
        """Wait for the other process, which is done when this one gets the lock."""
        shutil.copytree(tmp_path / "other", tmp_path / "data", dirs_exist_ok=True)
        return alone(folder)

    def refuse(*args):
        raise AssertionError("what was prepared is prepared again")

    monkeypatch.setattr(mnist, "alone", wait)
    monkeypatch.setattr(mnist, "_prepare", refuse)
    assert_holds(load("mnist", data_dir=tmp_path / "data"), arrays)


def test_load_mnist_locked_by_another_process_times_out(files, tmp_path, monkeypatch):
    monkeypatch.setattr(_alone, "SECONDS_TO_WAIT", 0.2)
    with (
        _alone.alone(tmp_path / FOLDER.parent),
        pytest.raises(TimeoutError, match=r"another process has been at work there .*end it"),
    ):
        load("mnist", data_dir=tmp_path)


def test_load_mnist_prepared_files_are_readable_by_others(files, tmp_path):
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    load("mnist", data_dir=tmp_path)
    for path in (tmp_path / FOLDER).iterdir():
        assert path.stat().st_mode & 0o444 == plain.stat().st_mode & 0o444, path


def test_load_mnist_on_a_file_system_without_locks_works(files, arrays, tmp_path, monkeypatch):
    def fail(lock):
        raise NotImplementedError("FileSystem does not appear to support flock")

    monkeypatch.setattr(_alone.FileLock, "__enter__", fail)
    assert_holds(load("mnist", data_dir=tmp_path), arrays)
