"""Every lesson runs on both data sets, shows its exact figures on MNIST, and checks exercises."""

import os
import re
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import pytest
from executed import executed
from execution import LessonError, code_cells
from provenance import probe

import jaxdigits as jd

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
    "02_arrays": [
        "stack of images  rank 3  shape (60000, 28, 28)",
        "47,040,000 numbers in one array",
        "sum        [44  4 32]\ndifference [100  16   0]\nproduct    [ 32 196   0]",
        "float32, from 0.0 to 1.0",
        "NumPy 16,777,217\nJAX   16,777,216",
    ],
    "05_gradients": [
        "at 3 the slope is 6.0, at -1 it is -2.0",
        "value 125.0, gradient [ 6.  8. 20.]",
        "lowest at weight 1.00",
        "after ten steps x is 1.99\nafter ten steps x is 0.32\nafter ten steps x is 7.78\n",
    ],
    "19_from_pytorch": [
        "value 125.0, gradient [ 6.  8. 20.], and again [ 6.  8. 20.]",
        "a begins with 1, b with 9",
        "2147483647 + 1 = -2147483648",
        "five[10] is 40\nfive[-10] is 0",
        "a [0. 0. 0.], b [1. 1. 1.]",
        "plain subtraction: (5, 5)",
        "  (traced)\n0.1\n0.1",
        "std 0.8165, as in PyTorch 1.0000\nslope of |x| at 0: 1.0",
    ],
}

# What training must reach, after the text that stands before it.
REACH = {
    "08_putting_it_together": {"after twenty epochs ": 0.97, "highest on the way ": 0.9848},
    "09_an_optimizer": {"plain ": 0.97},
    "10_a_nonlinearity": {
        "network      after forty epochs ": 0.982,
        "rate 1.0: highest on the way ": 0.9853,
    },
    "19_from_pytorch": {"accuracy after twenty epochs ": 0.97},
}


@pytest.fixture(scope="module", params=["uci", pytest.param("mnist", marks=pytest.mark.mnist)])
def printed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """What each lesson prints, run as the site runs it, or as the site's cache remembers it."""
    if request.param == "mnist" and not os.environ.get("JAXDIGITS_MNIST_DIR"):
        pytest.skip("set JAXDIGITS_MNIST_DIR to the folder of the four MNIST files")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "uci":
            patch.setenv("JAXDIGITS_MNIST_DIR", "a folder without MNIST")
            patch.setenv("TFDS_DATA_DIR", str(tmp_path_factory.mktemp("empty")))
        probe.cache_clear()
        provenance, lessons = executed({page.stem: page for page in PAGES}, DOCS.parent)
        probe.cache_clear()
    failures = [str(error) for error in lessons.values() if isinstance(error, LessonError)]
    assert not failures, "\n\n".join(failures)
    assert provenance is not None and provenance.digits == request.param
    return {name: _stdout(lesson) for name, lesson in lessons.items()}


def _stdout(lesson: Any) -> str:
    outputs = [output for cell in code_cells(lesson) for output in cell.outputs]
    return "".join(o.text for o in outputs if o.get("name") == "stdout")


def test_every_lesson_runs_and_its_answers_are_right(printed: dict[str, str]):
    assert len(printed) == len(PAGES)
    for name, text in printed.items():
        assert "Not yet" not in text, name


@pytest.mark.mnist
@pytest.mark.parametrize("printed", ["mnist"], indirect=True)
@pytest.mark.parametrize("lesson", sorted(EXACT | REACH))
def test_shows_its_figures_on_mnist(lesson: str, printed: dict[str, str]):
    out = printed[lesson]
    for figure in EXACT.get(lesson, []):
        assert figure in out
    for text, least in REACH.get(lesson, {}).items():
        reached = re.search(rf"{text}\s*(0\.\d+)", out)
        assert reached and float(reached[1]) >= least, text


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
    "02_arrays": {
        "check_halved_evens": [
            lambda numbers: [n // 2 for n in numbers],
            lambda numbers: [n for n in numbers if n % 2 == 0],
            lambda numbers: [n // 2 for n in numbers if n // 2 % 2 == 0],
            lambda numbers: (n // 2 for n in numbers if n % 2 == 0),
        ],
        "check_pairs": [
            lambda a, b: [(a[i], b[i]) for i in range(len(a))],
            lambda a, b: [(m, n) for m in a for n in b],
            lambda a, b: [[m, n] for m, n in zip(a, b, strict=False)],
            lambda a, b: [a, b],
        ],
        "check_middle": [
            lambda images: images[4:24, 4:24],
            lambda images: images[:, 4:23, 4:23],
            lambda images: images[:, :20, :20],
        ],
        "check_chessboard": [
            lambda n: jnp.zeros((n, n)),
            lambda n: jnp.zeros((n, n)).at[::2, 1::2].set(1),
            lambda n: jnp.zeros((n, n)).at[::2, ::2].set(1).at[1::2, 1::2].set(1),
            lambda n: jnp.zeros((n, n)).at[:, 1::2].set(1),
        ],
        "check_more_ink": [
            lambda image, amount: image + amount,
            lambda image, amount: jnp.clip(image + amount, 0, 255),
            lambda image, amount: image.astype(jnp.float32) + amount,
            lambda image, amount: jnp.minimum(image.astype(jnp.int32) + amount, 255),
        ],
    },
    "05_gradients": {
        "check_nudge_gradient": [
            lambda f, x, nudge: (f(x + nudge) - f(x)) / nudge,
            lambda f, x, nudge: jnp.stack([f(x.at[i].add(nudge)) - f(x) for i in range(3)]),
            lambda f, x, nudge: jnp.stack([f(x) - f(x.at[i].add(nudge)) for i in range(3)]) / nudge,
            lambda f, x, nudge: jnp.full(3, (f(x + nudge) - f(x)) / nudge),
            lambda f, x, nudge: jnp.stack([f(x.at[i].set(nudge)) for i in range(3)]) / nudge,
        ],
        "check_steps_needed": [
            lambda rate: next(
                (n for n in range(1000) if abs(3 * (1 - 2 * rate) ** (n + 1)) < 0.01), None
            ),
            lambda rate: next((n for n in range(1, 999) if 3 * (1 - 2 * rate) ** n < 0.01), None),
            lambda rate: 1000,
            lambda rate: None,
        ],
        "check_one_step_rate": [
            lambda f, x: jax.grad(jax.grad(f))(x),
            lambda f, x: 1 / jax.grad(f)(x),
            lambda f, x: 0.5,
            lambda f, x: 2 / jax.grad(jax.grad(f))(x),
        ],
    },
    "10_a_nonlinearity": {
        "check_merge": [
            lambda first, second: jd.Linear(first.w @ second.w, second.b),
            lambda first, second: jd.Linear(first.w @ second.w, first.b + second.b),
            lambda first, second: jd.Linear(second.w @ first.w, second.b),
            lambda first, second: first,
            lambda first, second: first.w @ second.w,
        ],
        "check_count_parameters": [
            lambda sizes: sum(sizes[i] * sizes[i + 1] for i in range(len(sizes) - 1)),
            lambda sizes: sum(sizes[i] * sizes[i + 1] for i in range(len(sizes) - 1)) + sum(sizes),
            lambda sizes: sum(sizes[1:]),
            lambda sizes: sizes[0] * sizes[-1],
        ],
        "check_absolute": [
            lambda: jd.init_mlp(jax.random.key(0), [1, 2, 1]),
            lambda: (
                jd.Linear(jnp.array([[1.0, -1.0]]), jnp.zeros(2)),
                jd.Linear(jnp.array([[1.0], [-1.0]]), jnp.zeros(1)),
            ),
            lambda: (jd.Linear(jnp.ones((1, 1)), jnp.zeros(1)),) * 2,
            lambda: (jnp.array([[1.0, -1.0]]), jnp.ones((2, 1))),
            lambda: (
                jd.Linear(jnp.array([1.0, -1.0]), jnp.zeros(2)),
                jd.Linear(jnp.ones(2), jnp.zeros(1)),
            ),
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
    assert checks == set(WRONG.get(lesson.stem, {}))
    for check in checks:
        for answer in WRONG[lesson.stem][check]:
            with jax.numpy_dtype_promotion("standard"):
                said = namespace[check](answer)
            assert said.startswith("Not yet"), f"{check} says {said!r}"
