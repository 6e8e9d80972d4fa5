"""Every lesson runs on both data sets, shows its exact figures on MNIST, and checks exercises."""

import re
import runpy
from pathlib import Path

import jax
import jax.numpy as jnp
import matplotlib
import matplotlib.pyplot as plt
import pytest

import jaxdigits as jd

matplotlib.use("agg")

DOCS = Path(__file__).parents[2] / "docs"
LESSONS = sorted((DOCS / "lessons").glob("[0-9]*.py"))
PAGES = [DOCS / "index.py", *LESSONS]

# What follows from the data alone, as each lesson prints it.
EXACT = {
    "01_pixels": [
        "3s: 6,131 to learn from, 1,010 to check",
        "7s: 6,265 to learn from, 1,028 to check",
        "training image 10000, a 3",
        "[[  0   0   0   0   0   0]\n"
        " [  0   0   0   0   0  29]\n"
        " [  0   0   0  48 166 224]\n"
        " [  0  93 244 249 253 187]\n"
        " [  0 107 253 253 230  48]\n"
        " [  0   3  20  20  15   0]]",
    ],
    "03_pixel_similarity": [
        "to the mean three: L1 0.1114, RMSE 0.2021",
        "to the mean seven: L1 0.1586, RMSE 0.3021",
    ],
    "04_metrics": [
        "threes 0.9168, sevens 0.9854\naverage 0.9511",
        "l1_distance    threes 0.9168  sevens 0.9854  average 0.9511",
        "rmse_distance  threes 0.9584  sevens 0.9737  average 0.9661",
    ],
}

# What training must reach, after the text that stands before it.
REACH = {
    "08_putting_it_together": {"after twenty epochs ": 0.97, "highest on the way ": 0.9848},
    "09_an_optimizer": {"plain ": 0.97},
}


def run(page, dataset, monkeypatch):
    monkeypatch.setattr(jd, "load", lambda source: dataset)
    # Lessons calculate as their readers do, without the strictness of the tests.
    with jax.numpy_dtype_promotion("standard"):
        namespace = runpy.run_path(str(page))
    plt.close("all")
    return namespace


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_runs_on_the_embedded_digits(page, monkeypatch, capsys):
    run(page, jd.load("uci"), monkeypatch)
    assert "Not yet" not in capsys.readouterr().out


@pytest.mark.mnist
@pytest.mark.parametrize("page", LESSONS, ids=lambda page: page.stem)
def test_shows_its_figures_on_mnist(page, mnist, monkeypatch, capsys):
    run(page, mnist, monkeypatch)
    out = capsys.readouterr().out
    assert "Not yet" not in out
    for figure in EXACT.get(page.stem, []):
        assert figure in out
    for text, least in REACH.get(page.stem, {}).items():
        reached = re.search(rf"{text}\s*(0\.\d+)", out)
        assert reached and float(reached[1]) >= least


# For each check, answers that readers might give and that are wrong.
WRONG = {
    "01_pixels": {
        "check_ink_share": [lambda i: i.mean() / 255, lambda i: (i > 0).sum(), lambda i: 1.0],
        "check_negative": [lambda i: 255.0 - i, lambda i: -i, lambda i: i],
        "check_rarest": [
            lambda y: min(int((y == d).sum()) for d in range(10)),
            lambda y: jnp.bincount(y, length=10).argmin(),
            lambda y: 0,
        ],
    },
    "03_pixel_similarity": {
        "check_max_distance": [lambda a, b: (a - b).max(), jd.l1_distance, jd.rmse_distance],
        "check_median_image": [
            lambda images: images.mean(axis=0),
            jnp.median,
            lambda images: jnp.median(images, axis=(1, 2)),
        ],
        "check_signed_distance": [jd.l1_distance, lambda a, b: (a - b).mean(), lambda a, b: 0.0],
    },
    "04_metrics": {
        "check_broadcast_shape": [
            lambda a, b: max(a, b),
            lambda a, b: tuple(max(m, n) for m, n in zip(a, b, strict=False)),
        ],
        "check_all_distances": [
            lambda a, b: jnp.abs(a - b).mean(axis=(-2, -1)),
            lambda a, b: jnp.abs(b[:, None] - a).mean(axis=(-2, -1)),
            lambda a, b: jnp.abs(a[:, None] - b).sum(axis=(-2, -1)),
        ],
        "check_overall_accuracy": [
            lambda a, b: (a.mean() + b.mean()) / 2,
            lambda a, b: a.mean(),
        ],
    },
    "08_putting_it_together": {
        "check_descend": [
            lambda f, start, rate, steps: start + steps * rate * jax.grad(f)(start),
            lambda f, start, rate, steps: start - rate * jnp.sign(jax.grad(f)(start)),
            lambda f, start, rate, steps: start - rate * jax.grad(f)(start),
        ],
        "check_logit_of_blank": [
            lambda params: float(params.w.sum() + params.b[0]),
            lambda params: params.b,
            lambda params: 0.0,
        ],
        "check_final_loss": [lambda rate: jnp.ones(5), lambda rate: 0.5, lambda rate: rate],
    },
    "09_an_optimizer": {
        "check_momentum": [
            lambda rate, decay: jd.sgd(rate),
            lambda rate, decay: jd.sgd(lambda step: -rate),
        ],
        "check_warm_up": [
            lambda count: count / 100,
            lambda count: min(float(count), 100) / 100,
            lambda count: jnp.minimum(count / 50, 1.0),
            lambda count: min(count / 100, 1.0),
        ],
    },
}


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda page: page.stem)
def test_checks_catch_typical_wrong_answers(lesson):
    """The lesson's check cells, run alone."""
    imports = "import jax, jax.numpy as jnp, numpy as np, optax, jaxdigits as jd\n"
    cells = re.findall(
        r'^# %% tags=\["check"\]\n(.*?)(?=^# %%)', lesson.read_text(), re.DOTALL | re.MULTILINE
    )
    namespace = {}
    exec(imports + "\n".join(cells), namespace)
    checks = {name for name in namespace if name.startswith("check_")}
    assert checks == set(WRONG[lesson.stem])
    for check in checks:
        for answer in WRONG[lesson.stem][check]:
            with jax.numpy_dtype_promotion("standard"):
                said = namespace[check](answer)
            assert said.startswith("Not yet"), f"{check} says {said!r}"
