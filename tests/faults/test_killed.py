"""Killed processes: what they leave behind is never taken for more than it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_mnist import random_digits, send, server, write_files

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent


def run(program: str, *words: object) -> list[str]:
    """Run a program of this folder, which must succeed, and return the lines that it printed."""
    folders = HERE, HERE.parent, HERE.parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, folders))}
    command = [sys.executable, "-B", HERE / program, *map(str, words)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-5000:]
    return [line for line in done.stdout.splitlines() if line.startswith("killed:")]


def test_load_mnist_after_a_killed_preparation_holds_the_right_digits(tmp_path):
    files = tmp_path / "files"
    write_files(files, random_digits(300, 100))
    with server(send(files)) as (url, _):
        assert len(run("killed_data.py", tmp_path, files, url)) == 8


def test_load_mnist_in_several_processes_at_once_returns_all_digits(tmp_path):
    write_files(tmp_path / "files", random_digits(300, 100))
    folders = HERE, HERE.parent, HERE.parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, folders))}
    command = [sys.executable, "-B", HERE / "at_once.py", tmp_path, tmp_path / "files"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-5000:]
    assert done.stdout.splitlines().count("loaded") == 2


def test_load_params_after_a_killed_save_returns_the_old_parameters(tmp_path):
    assert len(run("killed_parameters.py", tmp_path)) >= 3
