import json
import time

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import records
from recipes import parts

import jaxdigits as jd


def digits(n, seed=0):
    random = np.random.default_rng(seed)
    images = random.integers(0, 256, (n, 28, 28), dtype=np.uint8)
    return jd.data.Digits(images, np.arange(n) % 10)


# Learns nothing: ten pixels of an image are its logits.
RECIPE = """import jax.numpy as jnp


def train(seed, images, labels):
    return {"w": jnp.zeros(3)}, lambda images: jnp.asarray(images[:, 0, :10], jnp.float32)
"""


@pytest.fixture
def judged(tmp_path, monkeypatch):
    """A folder with one recipe, and a function that judges it on a few digits."""
    monkeypatch.setattr(records, "FOLDER", tmp_path)
    monkeypatch.setattr(records, "RESULTS", tmp_path)
    monkeypatch.setattr(records, "seconds_of_yardstick", lambda train: 2.0)
    monkeypatch.setattr(records, "uncommitted", lambda: "")
    monkeypatch.setattr(records, "facts", lambda environment: {"commit": "1234567"})
    monkeypatch.setattr(jd, "load", lambda name: ("mnist", digits(40), digits(20, seed=1)))
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes/corner.py").write_text(RECIPE)

    def judge(*words):
        monkeypatch.setattr("sys.argv", ["records.py", "corner", *words])
        records.main()
        return json.loads((tmp_path / "records.json").read_text())["corner"]

    return judge


def test_accuracy_is_that_of_the_test_digits(judged):
    test = digits(20, seed=1)
    expected = np.mean(test.images[:, 0, :10].argmax(axis=1) == test.labels)
    run, *_ = judged("--seeds", "1")["runs"]
    assert run["accuracy"] == pytest.approx(expected) and run["parameters"] == 3


def test_judging_goes_on_where_it_stopped(judged):
    first = judged("--seeds", "2")["runs"]
    both = judged("--seeds", "3")["runs"]
    assert both[:2] == first and [run["seed"] for run in both] == [0, 1, 2]


def test_a_recipe_that_has_seen_the_test_digits_cannot_change(judged, capsys):
    judged("--seeds", "1")
    path = records.FOLDER / "recipes/corner.py"
    path.write_text(path.read_text() + "\n# changed\n")
    with pytest.raises(SystemExit):
        judged("--seeds", "2")
    assert "Rename corner" in capsys.readouterr().err


def test_judging_needs_a_seed(judged, capsys):
    with pytest.raises(SystemExit):
        judged("--seeds", "0")
    assert "--seeds is 0" in capsys.readouterr().err


def test_held_out_digits_are_the_last_of_the_training_set(judged, monkeypatch):
    seen = []
    monkeypatch.setattr(records, "runs", lambda *args: seen.append(args) or [])
    monkeypatch.setattr(records, "summary", lambda runs: {})
    monkeypatch.setattr("sys.argv", ["records.py", "corner", "--held-out"])
    monkeypatch.setattr(records, "LEARN_FROM", 30)
    records.main()
    _, seeds, learned, held_out = seen[0]
    everything = digits(40)
    assert list(seeds) == [0, 1]
    np.testing.assert_array_equal(learned.labels, everything.labels[:30])
    np.testing.assert_array_equal(held_out.images, everything.images[30:])


def test_summary_is_that_of_numpy():
    runs = [
        {"accuracy": a, "seconds": s, "compiling": c, "yardstick": 4.0, "parameters": 9}
        for a, s, c in ((0.9, 2.0, 5.0), (0.97, 4.0, 0.0), (0.95, 3.0, 0.1))
    ]
    said = records.summary(runs)
    accuracies = np.array([0.9, 0.97, 0.95])
    assert said["mean"] == pytest.approx(accuracies.mean())
    assert said["deviation"] == pytest.approx(accuracies.std(ddof=1))
    assert (said["least"], said["T"], said["compiling"]) == (0.9, 0.75, 5.0)


def test_stopwatch_counts_compiling_apart():
    with records.Stopwatch() as watch:
        start = time.perf_counter()
        jax.jit(lambda x: jnp.sort(x @ x.T) * 17)(jnp.ones((33, 7))).block_until_ready()
        whole = time.perf_counter() - start
    assert 0 < watch.compiling <= whole + 0.01
    assert watch.seconds + watch.compiling == pytest.approx(whole, abs=0.05)


def test_records_are_those_of_the_recipes():
    recorded = records.read(records.RESULTS / "records.json")
    assert recorded
    for name, record in recorded.items():
        _, text = records.source(name)
        assert record["checksum"] == records.checksum(text), name
        assert record["recipe"] == text
        assert "dirty" not in record["facts"]["commit"]


def test_crops_move_by_at_most_as_far_as_they_say():
    image = jnp.zeros((28, 28)).at[14, 14].set(1.0)
    images = jnp.tile(image, (200, 1, 1))
    for crop, far in ((parts.random_crop, 2), (parts.near_crop, 1)):
        places = jnp.argwhere(crop(jax.random.key(0), images))[:, 1:] - 12
        assert int(places.min()) == -far and int(places.max()) == far
        assert crop(jax.random.key(0), images).shape == (200, 24, 24)


def test_logits_are_the_mean_over_places():
    images = np.asarray(digits(3).images)
    read = parts.at_places(lambda crops: crops[:, 0, :10], (0, 0), (1, 3))
    expected = (images[:, 0, :10] / 255 + images[:, 1, 3:13] / 255) / 2
    np.testing.assert_allclose(read(images), expected, rtol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("name", records.known())
def test_recipes_train(name, monkeypatch):
    """For an epoch on a few digits, as this only asks whether the command can use the recipe."""
    learn = parts.learn
    monkeypatch.setattr(parts, "learn", lambda *a, **k: learn(*a, **{**k, "epochs": 1}))
    recipe, _ = records.source(name)
    with jax.numpy_dtype_promotion("standard"):  # Optax's Muon relies on it.
        run, *_ = records.runs(recipe, [0], digits(300), digits(30, seed=1))
    assert 0 <= run["accuracy"] <= 1 and run["parameters"] < 1_000_000
