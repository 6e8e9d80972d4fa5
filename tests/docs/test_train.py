"""The page that trains: its arithmetic beside JAX's, and the page itself in a browser."""

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from sites import ROOT

import jaxdigits as jd

from .conftest import Visit

ASSETS = ROOT / "docs" / "assets" / "train"
# Rates at which the loss falls steadily. At a rate that is too large, each step makes differences
# in rounding larger, in Python as well, so after some dozens of steps no two computers agree.
SETTINGS = [
    "rate=0.1",
    "rate=0.02&batch=64&momentum=0.9",
    "model=sigmoid&units=64&rate=1",
    "model=relu&units=64&rate=0.01&momentum=0.9&decay=0.001",
    "model=tanh&units=20&rate=0.05&wrong=0.2&seed=7",
    "loss=sigmoid_mse&rate=2",
    "loss=softmax_mse&model=relu&units=17&rate=1&digits=300",
    "loss=mnist&rate=3&seed=4294967295",
    "batch=1&rate=0.01",
    "digits=100&batch=100&model=relu&units=128&rate=0.1",
    "scale=0&model=relu",
    "model=sigmoid&units=1&scale=3",
]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What JavaScript finds for each setting, on the embedded digits."""
    if not (node := shutil.which("node")):
        pytest.skip("no Node.js is installed")
    folder = tmp_path_factory.mktemp("digits")
    train = jd.load("uci").train
    np.asarray(train.images).tofile(folder / "pixels")
    np.asarray(train.labels).tofile(folder / "labels")
    script = Path(__file__).with_name("train.mjs")
    command = [node, str(script), str(ASSETS), str(folder), json.dumps(SETTINGS)]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return dict(zip(SETTINGS, json.loads(found), strict=True))


@pytest.mark.parametrize("setting", SETTINGS)
def test_training_in_javascript_has_the_losses_of_the_python_shown(
    trained: dict[str, dict[str, Any]], setting: str
):
    names: dict[str, Any] = {}
    exec(trained[setting]["python"], names)
    expected = np.array(names["losses"][:200])
    np.testing.assert_allclose(trained[setting]["losses"], expected, rtol=1e-3)


@pytest.mark.parametrize(
    "setting", ["rate=0.1", "model=relu&units=64&rate=0.01&momentum=0.9&decay=0.001"]
)
def test_saved_parameters_load_in_python(
    trained: dict[str, dict[str, Any]], tmp_path: Path, setting: str
):
    file = tmp_path / "trained.safetensors"
    file.write_bytes(base64.b64decode(trained[setting]["saved"]))
    key = jax.random.key(0)
    is_network = "relu" in setting
    template: Any = jd.init_mlp(key, (784, 64, 10)) if is_network else jd.init_linear(key, 784, 10)
    loaded = jd.load_params(file, template)
    model = jd.mlp if is_network else jd.linear
    train = jd.load("uci").train
    outputs = jd.predict(model, loaded, jd.flatten(train.images[:1000]))
    assert jd.accuracy(outputs, train.labels[:1000]) > 0.9


@pytest.fixture
def page(visit: Visit) -> Any:
    page = visit("train/")
    page.locator(".train .go:enabled").wait_for()
    return page


@pytest.mark.slow
def test_start_trains_until_pause(page: Any):
    page.get_by_role("button", name="Start").click()
    page.locator(".train .news", has_text="epoch 2").or_(
        page.locator(".train .news", has_text="Epoch 2")
    ).wait_for()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Start").wait_for()
    news = page.locator(".train .news").inner_text()
    page.wait_for_timeout(300)
    assert page.locator(".train .news").inner_text() == news


@pytest.mark.slow
def test_one_step_takes_one_step(page: Any):
    page.get_by_role("button", name="One step").click()
    page.locator(".train .news", has_text="step 1.").wait_for()


@pytest.mark.slow
def test_an_address_restores_its_setting(visit: Visit):
    page = visit("train/?model=relu&units=9&race&b.momentum=0.9")
    page.locator(".train .go:enabled").wait_for()
    assert page.get_by_label("Hidden units", exact=True).input_value() == "9"
    assert page.get_by_label("Momentum, second setting").input_value() == "0.9"


@pytest.mark.slow
def test_an_experiment_starts_without_loading_the_page_again(page: Any):
    page.evaluate("window.same = true")
    page.get_by_role("link", name="Overfitting on 100 digits.").click()
    page.get_by_role("button", name="Pause").wait_for()
    assert page.get_by_label("Training digits", exact=True).input_value() == "100"
    assert page.evaluate("window.same") and "digits=100" in page.url


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fits_on_a_phone(visit: Visit, scheme: str):
    page = visit("train/", width=360, has_touch=True, color_scheme=scheme)
    page.locator(".train .go:enabled").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
