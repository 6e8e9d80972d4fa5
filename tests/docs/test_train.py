"""The page that trains: its arithmetic beside JAX's, and the page itself in a browser."""

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from sites import ROOT

import jaxdigits as jd

from .conftest import Visit, go_offline

ASSETS = ROOT / "docs" / "assets" / "train"
# Rates at which the loss falls steadily. At a rate that is too large, each step makes differences
# in rounding larger, in Python as well, so after some dozens of steps no two computers agree.
QUICK = [
    "rate=0.02&batch=64&momentum=0.9",
    "model=sigmoid&units=64&rate=1",
    "loss=softmax_mse&model=relu&units=17&rate=1&digits=300",
]
SLOW = [
    "rate=0.1",
    "model=relu&units=64&rate=0.01&momentum=0.9&decay=0.001",
    "model=tanh&units=20&rate=0.05&wrong=0.2&seed=7",
    "loss=sigmoid_mse&rate=2",
    "loss=mnist&rate=3&seed=4294967295",
    "batch=1&rate=0.01",
    "digits=100&batch=100&model=relu&units=128&rate=0.1",
    "scale=0&model=relu",
    "model=sigmoid&units=1&scale=3",
    "model=convolutional&rate=0.01",
    "model=convolutional&rate=0.01&momentum=0.9&decay=0.001&wrong=0.2&seed=3",
    "model=convolutional&loss=sigmoid_mse&rate=0.2&batch=20&scale=0.7",
]
SETTINGS = [*QUICK, *(pytest.param(setting, marks=pytest.mark.slow) for setting in SLOW)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Any]]:
    """Return a function that gives what JavaScript finds for a setting, on the embedded digits."""
    if not (node := shutil.which("node")):
        pytest.skip("no Node.js is installed")
    folder = tmp_path_factory.mktemp("digits")
    train = jd.load("uci").train
    np.asarray(train.images).tofile(folder / "pixels")
    np.asarray(train.labels).tofile(folder / "labels")
    script = Path(__file__).with_name("train.mjs")

    @cache
    def find(setting: str) -> dict[str, Any]:
        command = [node, str(script), str(ASSETS), str(folder), setting]
        return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)

    return find


@pytest.mark.parametrize("setting", SETTINGS)
def test_training_in_javascript_has_the_losses_of_the_python_shown(
    trained: Callable[[str], dict[str, Any]], setting: str
):
    found = trained(setting)
    names: dict[str, Any] = {}
    exec(found["python"], names)
    np.testing.assert_allclose(found["losses"], names["losses"][:200], rtol=1e-3)


@pytest.mark.parametrize(
    ("setting", "model", "init"),
    [
        (QUICK[0], jd.linear, lambda key: jd.init_linear(key, 784, 10)),
        (QUICK[2], jd.mlp, lambda key: jd.init_mlp(key, (784, 17, 10))),
    ],
    ids=["linear", "network"],
)
def test_saved_parameters_load_in_python(
    trained: Callable[[str], dict[str, Any]], tmp_path: Path, setting: str, model: Any, init: Any
):
    file = tmp_path / "trained.safetensors"
    file.write_bytes(base64.b64decode(trained(setting)["saved"]))
    loaded = jd.load_params(file, init(jax.random.key(0)))
    train = jd.load("uci").train
    outputs = jd.predict(model, loaded, jd.flatten(train.images[:300]))
    assert jd.accuracy(outputs, train.labels[:300]) > 0.9


@pytest.mark.parametrize("setting", SETTINGS)
def test_map_at_start_on_the_way_and_at_the_end_has_the_losses_of_the_model(
    trained: Callable[[str], dict[str, Any]], setting: str
):
    for on_map, of_model in trained(setting)["map"]:
        assert on_map == pytest.approx(of_model, rel=1e-4)


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
def test_convolutional_network_trains_and_shows_its_filters(visit: Visit):
    page = visit("train/?model=convolutional&rate=0.1")
    page.locator(".train .go:enabled").wait_for()
    assert page.get_by_label("Hidden units", exact=True).is_disabled()
    filters = page.get_by_label("The 8 filters of the first layer")
    assert filters.locator("canvas").count() == 8
    pixels = "canvases => canvases.map(canvas => canvas.toDataURL())"
    before = filters.locator("canvas").evaluate_all(pixels)
    page.get_by_role("button", name="One epoch").click()
    page.locator(".train .news", has_text="poch 1.0, step 20.").wait_for()
    page.wait_for_timeout(300)  # The pictures follow within a few frames.
    after = filters.locator("canvas").evaluate_all(pixels)
    assert all(old != new for old, new in zip(before, after, strict=True))


@pytest.mark.slow
def test_map_of_the_convolutional_network_leaves_time_for_pause(visit: Visit):
    page = visit("train/?model=convolutional&rate=0.1")
    page.get_by_role("button", name="Start").click()
    page.locator(".train .news", has_text=re.compile(r"step \d\d")).wait_for()
    page.get_by_role("button", name="Draw the map").click()
    page.get_by_text("The map is being computed.").wait_for()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Start").wait_for()
    assert page.get_by_text("The map is being computed.").is_visible()
    page.get_by_text("Each place on this map is a set of parameters").wait_for(timeout=120_000)


@pytest.mark.slow
def test_one_step_takes_one_step(page: Any):
    page.get_by_role("button", name="One step").click()
    page.locator(".train .news", has_text="step 1.").wait_for()


@pytest.mark.slow
def test_reset_returns_to_the_first_weights(page: Any):
    weights = page.locator(".train .pictures canvas")
    pixels = "canvases => canvases.map(canvas => canvas.toDataURL())"
    page.locator(".train .news", has_text="step 0.").wait_for()
    page.wait_for_timeout(300)
    before = weights.evaluate_all(pixels)
    train_for(page, 1)
    page.wait_for_timeout(300)
    assert weights.evaluate_all(pixels) != before
    page.get_by_role("button", name="Reset").click()
    page.locator(".train .news", has_text="step 0.").wait_for()
    page.wait_for_timeout(300)
    assert weights.evaluate_all(pixels) == before


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
def test_link_in_a_lesson_opens_its_experiment(visit: Visit):
    page = visit("lessons/10_an_optimizer/")
    page.locator("a[href*='train/?']").first.click()
    page.locator(".train .go:enabled").wait_for()
    assert page.get_by_label("Learning rate, second setting").input_value() == "20"


@pytest.mark.slow
def test_reload_without_a_network_trains(page: Any):
    go_offline(page)
    page.reload()
    page.get_by_role("button", name="One step").click()
    page.locator(".train .news", has_text="step 1.").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fits_on_a_phone(visit: Visit, scheme: str):
    page = visit("train/", width=360, has_touch=True, color_scheme=scheme)
    page.locator(".train .go:enabled").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


# Draws lines on a pad as a pen does; `dispatchEvent` is quicker than the mouse.
WRITE = """(pad, lines) => {
  const { left, top, width, height } = pad.getBoundingClientRect();
  pad.setPointerCapture = () => {};
  const tell = (type, [x, y]) => pad.dispatchEvent(new PointerEvent(type, {
    bubbles: true, cancelable: true, pointerId: 1, isPrimary: true, button: 0,
    buttons: type === "pointerup" ? 0 : 1,
    clientX: left + x * width, clientY: top + y * height,
  }));
  for (const line of lines) {
    tell("pointerdown", line[0]);
    for (const place of line) tell("pointermove", place);
    tell("pointerup", line.at(-1));
  }
}"""
# Where the pen goes for each digit, in a square with sides of 100.
STROKES = [
    ["50,10 25,30 25,70 50,90 75,70 75,30 50,10"],
    ["50,10 50,90"],
    ["25,30 40,10 70,15 75,35 25,90 80,90"],
    ["25,15 70,12 72,40 45,50 75,60 70,88 25,88"],
    ["30,10 25,55 80,55", "65,30 62,92"],
    ["75,10 30,10 28,45 65,45 75,70 60,90 25,88"],
    ["65,10 35,40 28,70 45,90 70,80 65,58 32,62"],
    ["22,12 78,12 45,92"],
    ["70,20 40,10 30,30 65,55 70,80 45,92 30,75 65,40 70,20"],
    ["70,35 50,12 30,30 40,50 70,38 68,90"],
]


# How odd hands write: from the center of the pad, x and y become sums of x and y. One slants its
# digits, one leans them backward, and one draws wide ones on a page that is turned.
HANDS = {
    "slanted": ((0.6, -0.55), (0.0, 1.0)),
    "leaning back": ((0.6, 0.6), (0.0, 1.0)),
    "turned": ((0.85, -0.5), (0.4, 0.7)),
}


def strokes_of(digit: int, nth: int, hand: str = "slanted") -> list[list[tuple[float, float]]]:
    """Return the strokes of a hand that writes oddly, and never twice the same."""

    def place(text: str) -> tuple[float, float]:
        x, y = (int(number) / 100 for number in text.split(","))
        x, y = x + 0.02 * np.sin(7 * x + 9 * nth), y + 0.02 * np.cos(5 * y + 7 * nth)
        x, y = 0.5 + np.array(HANDS[hand]) @ (x - 0.5, y - 0.5)
        return float(x), float(y)

    return [[place(text) for text in stroke.split()] for stroke in STROKES[digit]]


def train_for(page: Any, epochs: int):
    """Train as fast as possible, by whole epochs."""
    page.locator(".train select.pace").select_option("as fast as possible")
    for epoch in range(1, epochs + 1):
        page.get_by_role("button", name="One epoch").click()
        page.locator(".train .news", has_text=f"poch {epoch}.0,").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "hand"),
    [
        *(("linear", hand) for hand in HANDS),
        ("relu&rate=0.1", "slanted"),
        ("convolutional&rate=0.1", "slanted"),
    ],
)
def test_own_hand_is_read_better_after_practice(visit: Visit, hand: str, model: str):
    page = visit(f"train/?model={model}")
    page.locator(".train .go:enabled").wait_for()
    train_for(page, 5)
    pad = page.get_by_label("Pad for your own digits")
    for nth in range(3):
        for digit in range(10):
            pad.evaluate(WRITE, strokes_of(digit, nth, hand))
            page.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Train the last layer on my digits").click()
    result = page.locator(".train-hand .result", has_text="test digits")
    found = re.search(r"read (\d+) before, and reads (\d+) now", result.inner_text())
    assert found is not None
    before, after = map(int, found.groups())
    assert before < 9 and after > before


# A dark one on white paper, larger than the pad, as a PNG.
PICTURE = """() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 600, height: 800 });
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, 600, 800);
  context.fillStyle = "#223";
  context.fillRect(280, 200, 40, 400);
  return canvas.toDataURL("image/png").split(",")[1];
}"""


@pytest.mark.slow
def test_a_picture_from_a_file_is_kept_and_read(page: Any):
    train_for(page, 5)
    pad = page.get_by_label("Pad for your own digits")
    pad.evaluate(WRITE, strokes_of(0, 0))
    page.get_by_role("button", name="Keep").click()
    file = {
        "name": "one.png",
        "mimeType": "image/png",
        "buffer": base64.b64decode(page.evaluate(PICTURE)),
    }
    page.get_by_label("Choose a picture").set_input_files(file)
    page.get_by_label("Your 1, read correctly").wait_for()


@pytest.mark.slow
def test_an_empty_picture_is_explained(page: Any):
    picture = page.evaluate(PICTURE.replace("#223", "#fff"))
    file = {"name": "none.png", "mimeType": "image/png", "buffer": base64.b64decode(picture)}
    page.get_by_label("Choose a picture").set_input_files(file)
    page.get_by_text("No digit was found in this picture.").wait_for()


@pytest.mark.slow
def test_keyboard_alone_trains_races_and_draws(page: Any):
    def press(*keys: str):
        for key in keys:
            page.keyboard.press(key)

    page.get_by_role("button", name="Start").focus()
    press("Enter")
    page.get_by_role("button", name="Pause").wait_for()
    press("Enter")
    page.get_by_role("button", name="Start").wait_for()
    page.get_by_label("Race a second setting").focus()
    press("Space")
    page.locator(".train .news", has_text="Second setting: epoch 0.0, step 0.").wait_for()
    page.get_by_label("Drawing pad").focus()
    press("ArrowUp", "ArrowUp", "ArrowUp", "Space", *["ArrowDown"] * 6)
    page.get_by_label("Reads a ").first.wait_for()
    page.get_by_label("Pad for your own digits").focus()
    press("Space", *["ArrowDown"] * 6, "Enter")
    page.get_by_text("Write a 1 once").wait_for()


@pytest.mark.slow
def test_back_and_forward_restore_setting_and_training_around_an_experiment(page: Any):
    page.get_by_label("Batch size", exact=True).fill("20")
    page.get_by_label("Batch size", exact=True).press("Enter")
    page.get_by_role("button", name="One step").click()
    page.locator(".train .news", has_text="step 1.").wait_for()
    page.evaluate("window.machine = document.querySelector('.train .machine')")
    page.get_by_role("link", name="Wrong labels.").click()
    page.get_by_role("button", name="Pause").wait_for()
    race = page.get_by_label("Race a second setting")
    page.go_back()
    page.locator(".train .news", has_text="step 1.").wait_for()
    assert page.get_by_label("Batch size", exact=True).input_value() == "20"
    assert not race.is_checked()
    page.go_forward()
    # The race runs on from where it was.
    page.get_by_role("button", name="Pause").wait_for()
    assert race.is_checked() and "wrong=0.4" in page.url
    assert page.evaluate("window.machine.isConnected")


@pytest.mark.slow
def test_back_from_a_heading_keeps_the_training(page: Any):
    page.get_by_role("button", name="One step").click()
    page.locator(".train .news", has_text="step 1.").wait_for()
    page.locator("#the-valley .headerlink").evaluate("link => link.click()")
    page.wait_for_url("**#the-valley")
    page.go_back()
    page.wait_for_timeout(500)
    assert "step 1." in page.locator(".train .news").inner_text()


@pytest.mark.slow
def test_a_page_left_by_instant_navigation_keeps_no_worker(page: Any):
    def trainers() -> list[str]:
        return [worker.url for worker in page.workers if "/train/" in worker.url]

    page.get_by_role("button", name="Start").click()
    assert len(trainers()) == 1
    page.evaluate("window.same = true")
    page.locator(".md-sidebar--primary a[href*='01_pixels']").first.click()
    page.wait_for_url("**/lessons/01_pixels/")
    page.locator(".train").wait_for(state="detached")
    page.wait_for_timeout(500)
    assert trainers() == [] and page.evaluate("window.same")
    page.go_back()
    page.locator(".train .go:enabled").wait_for()
    assert len(trainers()) == 1
