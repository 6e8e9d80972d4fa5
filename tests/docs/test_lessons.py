"""Every lesson runs on both data sets, shows its exact figures on MNIST, and checks exercises."""

import os
import re
from pathlib import Path

import jax
import pytest
from lessonsite.digits import remembered
from lessonsite.run import LessonError
from lessonsite.runner import run_lessons
from lessonsite.store import Entry

from .wrong_answers import WRONG

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
    "06_roller_coaster": [
        "made up: 0.75 (t - 9.50)^2 + 1.00",
        "the best parabola: 2.9 km/h off",
        "after 200 steps: 2.9 km/h off",
    ],
    "07_a_loss_for_digits": [
        "(12396, 28, 28) -> (12396, 784)",
        "28 * 28 = 784",
        "off by 0.1\noff by 0.4\noff by 0.8\nloss 0.4333\nloss 0.2333",
        "0 of 784 slopes are not zero",
        "12396 digits: 48 batches of 256",
    ],
    "18_questions": [
        "always 1: 0.1135",
        "l1_distance    0.6685",
        "rmse_distance  0.8203",
        "loss when undecided 2.3026",
    ],
    "11_ten_averages": [
        "L1  0.8153 0.9982 0.4234 0.6089 0.6680 0.3262 0.7871 0.7646 0.4425 0.7760",
        "MSE 0.8959 0.9621 0.7568 0.8059 0.8259 0.6861 0.8633 0.8327 0.7372 0.8067",
        "L1  mean of classes 0.6610",
        "MSE mean of classes 0.8173",
    ],
    "12_ten_linear_models": ["gap 200.0: naive inf, package 200.0"],
    "14_resnet": [
        "linear layer 784 x 2704 = 2,119,936 weights\nconvolution  36 weights",
        "7 taps, stride 2, padding 3: 28 x 28 -> 14 x 14",
        "in total                 11,175,370",
        "state             9,600",
    ],
    "15_small_and_better": [
        "learn from 10,000, decide by 10,000",
        "one convolution: 874 parameters",
        "136,882 parameters, folded 136,618",
        "  117,600\n  508,032\n  663,552\n1,327,104",
    ],
    "16_what_jax_adds": [
        "float32[100,784], float32[1,784], uint8[100,784]",
        "traced for k = [3, 5]",
        "64 models, accuracies (8, 8)",
        "8 devices differ by",
        "all rows would take 7.8 GB",
        "60,000 records; 10,000 is a 3, (28, 28)",
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
    "12_ten_linear_models": {
        "cross-entropy after one epoch ": 0.84,
        r"cross-entropy after one epoch 0\.\d+, after forty ": 0.915,
    },
    "13_a_small_network": {r"30 epochs: linear 0\.\d+, network ": 0.95},
    "14_resnet": {r"accuracy (?=0\.\d+: )": 0.997},
    "15_small_and_better": {
        "accuracy (?=0\\.\\d+, 136,882)": 0.994,
        "strides: 136,618 parameters, ": 0.87,
        "smoothing: 136,882 parameters, ": 0.97,
    },
    "16_what_jax_adds": {r"accuracy 0\.\d+, then ": 0.96},
    "18_questions": {"epoch 3: accuracy ": 0.97, "new digits ": 0.96},
    "19_from_pytorch": {"accuracy after twenty epochs ": 0.97},
}


@pytest.fixture(scope="module", params=["uci", pytest.param("mnist", marks=pytest.mark.mnist)])
def printed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """What each lesson prints, run as the site runs it, or as the site's store remembers it."""
    if request.param == "mnist" and not os.environ.get("JAXDIGITS_MNIST_DIR"):
        pytest.skip("set JAXDIGITS_MNIST_DIR to the folder of the four MNIST files")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "uci":
            patch.setenv("JAXDIGITS_MNIST_DIR", "a folder without MNIST")
            patch.setenv("TFDS_DATA_DIR", str(tmp_path_factory.mktemp("empty")))
        results = run_lessons(DOCS.parent, PAGES)
        digits = remembered(DOCS.parent)
    failures = [str(error) for error in results.values() if isinstance(error, LessonError)]
    assert not failures, "\n\n".join(failures)
    assert digits is not None and digits.name == request.param
    entries = {path.stem: found for path, found in results.items() if isinstance(found, Entry)}
    warned = {name for name, entry in entries.items() if _stream(entry, "stderr")}
    assert warned == {"09_an_optimizer"}  # which shows a progress bar
    return {name: _stream(entry, "stdout") for name, entry in entries.items()}


def _stream(entry: Entry, name: str) -> str:
    outputs = [output for cell in entry.run for output in cell.outputs]
    return "".join(output["text"] for output in outputs if output.get("name") == name)


@pytest.mark.slow
def test_every_lesson_runs_and_its_answers_are_right(printed: dict[str, str]):
    assert len(printed) == len(PAGES)
    for name, text in printed.items():
        assert "Not yet" not in text, name


@pytest.mark.slow
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


def test_every_term_of_the_jargon_page_is_linked_from_a_lesson():
    jargon = (DOCS / "lessons/17_jargon.md").read_text(encoding="utf-8")
    terms = re.findall(r"^### (.+)$", jargon, re.MULTILINE)
    anchors = {re.sub(r"\W+", "-", term.lower()).strip("-") for term in terms}
    text = "".join(lesson.read_text(encoding="utf-8") for lesson in LESSONS)
    assert anchors == set(re.findall(r"17_jargon\.md#([\w-]+)", text))


def test_all_37_questions_are_there_each_with_an_answer_and_a_link():
    text = (DOCS / "lessons/18_questions.py").read_text(encoding="utf-8")
    _, *questions = re.split(
        r"^# ### (?=\d+\. )", text.split("# ## Project 1")[0], flags=re.MULTILINE
    )
    assert [int(q.partition(".")[0]) for q in questions] == list(range(1, 38))
    for question in questions:
        assert "answer" in question.lower() and re.search(r"\(\d\d_\w+\.(py|md)", question), (
            question
        )
