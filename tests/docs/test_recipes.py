"""The recipes of "How do I …" run as they stand."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest

import jaxdigits as jd

PAGE = Path(__file__).parents[2] / "docs/reference/how_do_i.md"
FIRST, *SECTIONS = PAGE.read_text(encoding="utf-8").split("\n## ")
BLOCK = re.compile(r"^```python[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
HEADINGS = [section.partition("\n")[0] for section in SECTIONS]


@pytest.fixture(autouse=True)
def as_a_reader(tmp_path, monkeypatch):
    """Work in an empty folder, without what the tests elsewhere forbid."""
    monkeypatch.chdir(tmp_path)
    with jax.numpy_dtype_promotion("standard"):
        yield


@pytest.fixture(scope="module")
def names():
    """What a reader has after the page's first lines."""
    found = {}
    with jax.numpy_dtype_promotion("standard"):
        exec(BLOCK.findall(FIRST)[0], found)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("section", SECTIONS[1:], ids=HEADINGS[1:])
def test_recipe_runs(section, names, capsys):
    names = dict(names)
    for code in BLOCK.findall(section):
        if "sys.argv" not in code:
            exec(code, names)


def test_recipe_early_stopping_stops(names, capsys):
    names = dict(names)
    exec(BLOCK.findall(SECTIONS[0])[0], names)
    assert re.match(r"\d+ epochs, the best reached 0\.8", capsys.readouterr().out)
    assert len(names["accuracies"]) < 50


@pytest.mark.slow
def test_recipe_in_two_processes_agrees(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = BLOCK.findall(SECTIONS[-1])[-1].replace("localhost:12345", f"localhost:{port}")
    (tmp_path / "half.py").write_text(code, encoding="utf-8")
    path = [str(PAGE.parents[2]), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "JAX_PLATFORMS": "cpu"}
    processes = [
        subprocess.Popen(
            [sys.executable, "half.py", str(i)],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for i in range(2)
    ]
    try:
        printed = [process.communicate(timeout=120)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
    # JAX's transport may print lines of its own.
    said = [re.findall(r"process (\d): (.*loss.*)", text) for text in printed]
    ((first, loss_0),), ((second, loss_1),) = said
    assert (first, second) == ("0", "1") and loss_0 == loss_1
    assert float(loss_0.split()[-1]) == pytest.approx(loss_in_one_process(), abs=1e-4)


def loss_in_one_process():
    """Train on the batches of both processes together, by hand."""
    x, y = (np.asarray(part)[:1400] for part in jd.to_examples(jd.load("uci").train))
    step = jax.jit(jax.value_and_grad(lambda p, x, y: jd.cross_entropy_loss(jd.linear(p, x), y)))
    params, losses = jd.init_linear(jax.random.key(0), 784, 10, 0.01), []
    for epoch in range(3):
        key = jax.random.fold_in(jax.random.key(1), epoch)
        losses.clear()
        for chosen in np.asarray(jd.epoch_batches(key, 700, 32)):
            both = np.concatenate([chosen, 700 + chosen])
            loss, grads = step(params, x[both], y[both])
            params = jd.sgd_update(params, grads, 0.1)
            losses.append(loss)
    return np.mean(losses)
