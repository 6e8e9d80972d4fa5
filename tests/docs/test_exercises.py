"""Exercises in their pages, in a browser: verdicts are Python's, and a reader's work is kept."""

import contextlib
import inspect
import io
import json
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from inpage.beyond import JAXS, KEYWORDS, NUMPYS
from lessonsite.exercises import stub
from lessonsite.lesson import read

from .conftest import Visit, go_offline
from .inpage_cases import CASES, PROGRAM

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
LESSONS = sorted(
    path
    for path in (ROOT / "docs/lessons").glob("[0-9]*.py")
    if 'tags=["check"]' in path.read_text()
)
GRADIENTS = "lessons/05_gradients/"
RIGHT = "def slopes(w, b, m, x):\n    d = w * m + b - x\n    return 2 * d * m, 2 * d\n"

# A check that looks at compiled programs, one on the embedded digits, and answers that need SciPy:
# the page refuses them by name.
NOT_IN_PAGE = {"check_best_so_far", "check_learn", "check_shift RIGHT 2", "check_thicken RIGHT 1"}

REFUSED = "not available in the page"

# Runs code in a worker of its own, and returns what it printed. A worker that dies or falls silent
# ends the test and is replaced, as nothing else would end it.
RUN = """async ([lesson, code]) => {
  const engine = new URL("assets/engine/", window.siteBase).href;
  const address = new URL("assets/exercises/worker.js", window.siteBase);
  const worker = (window.ownWorker ??= new Worker(address, { type: "module" }));
  let printed = "";
  return new Promise((resolve) => {
    const lose = (reason) => {
      worker.terminate();
      window.ownWorker = undefined;
      resolve(`${printed}The worker is lost: ${reason}`);
    };
    const late = setTimeout(() => lose("it said nothing for five minutes"), 300_000);
    const end = (words) => {
      clearTimeout(late);
      resolve(printed + words);
    };
    worker.onerror = ({ message }) => lose(message);
    worker.onmessage = ({ data }) => {
      if (data.kind === "printed") printed += data.text;
      if (data.kind === "done") end(data.error ?? "");
      if (data.kind === "failed") end(data.reason);
    };
    worker.postMessage({ engine, lesson, code, call: "" });
  });
}"""
# In the page: gives each answer to its check, and prints what the check says as JSON.
JUDGE = """
import json
for kind in ("RIGHT", "WRONG"):
    for check, answers in globals().get(kind, {}).items():
        for number, answer in enumerate(answers):
            try:
                said = globals()[check](answer)
            except Exception as error:
                said = f"raises {type(error).__name__}: {error}"
            print("said", json.dumps([f"{check} {kind} {number}", kind == "RIGHT", said[:200]]))
print("judged all")
"""


@pytest.fixture(scope="module")
def python(browser: Any, address: str) -> Any:
    """Return a page, in which one Python runs for all lessons."""
    page = browser.new_page()
    page.goto(address + GRADIENTS)
    page.evaluate(f"window.siteBase = {json.dumps(address)}")
    page.set_default_timeout(600_000)
    yield page
    page.close()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_page_gives_the_verdicts_of_python(lesson: Path, python: Any):
    answers = (ROOT / f"tests/docs/answers/{lesson.stem[3:]}.py").read_text()
    # SciPy is only for some answers; the others are tried without it.
    answers = re.sub(r"^(?:from|import) scipy.*$", "", answers, flags=re.MULTILINE)
    printed = python.evaluate(RUN, [lesson.read_text(), answers + JUDGE])
    verdicts = [json.loads(line[5:]) for line in printed.splitlines() if line.startswith("said ")]
    assert printed.endswith("judged all\n"), printed
    wrong = [
        f"{name}: {said}"
        for name, right, said in verdicts
        if (not said.startswith("right" if right else ("Not yet", "raises")) or REFUSED in said)
        and not {name, name.split()[0]} & NOT_IN_PAGE
    ]
    assert not wrong, "\n".join(wrong)


def test_hints_about_texts_are_those_of_python(python: Any):
    lesson = ROOT / "docs/lessons/20_many_devices.py"
    answers = (ROOT / "tests/docs/answers/many_devices.py").read_text()
    program = (
        answers
        + """
for answer in WRONG["check_must_save"]:
    print(check_must_save(answer))
"""
    )
    checks = [cell.source for cell in read(lesson).code if "check" in cell.tags]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec("\n".join(["import jax, numpy as np, jaxdigits as jd", *checks, program]), {})
    assert "depends on the number of steps" in printed.getvalue()
    assert python.evaluate(RUN, [lesson.read_text(), program]) == printed.getvalue()


SHOWN = [
    pytest.param(path.read_text(), cell.source, id=f"{path.stem}-{cell.number}")
    for path in LESSONS
    for cell in read(path).code
    if "answer" in cell.tags and (call := re.search(r"print\((check_\w+)", cell.source))
    if call[1] not in NOT_IN_PAGE and stub(cell.source)
]


@pytest.mark.parametrize(("lesson", "answer"), SHOWN)
def test_answer_of_the_lesson_is_right_in_its_page(lesson: str, answer: str, python: Any):
    # What the answer draws or prints after the verdict is not what the page is asked for.
    up_to_verdict = re.match(r".*?^print\(check_.*?\)$", answer, re.DOTALL | re.MULTILINE)
    assert up_to_verdict
    printed = python.evaluate(RUN, [lesson, up_to_verdict[0]])
    assert "right\n" in printed, printed


TRIED = [
    pytest.param(path.read_text(), cell.source, id=f"{path.stem}-{cell.number}")
    for path in sorted((ROOT / "docs/lessons").glob("*.py"))
    for cell in read(path).code
    if "try" in cell.tags
]


@pytest.mark.parametrize(("lesson", "code"), TRIED)
def test_cell_to_be_tried_runs_as_it_is(lesson: str, code: str, python: Any):
    printed = python.evaluate(RUN, [lesson, f"{code}\nprint('ran to its end')"])
    assert printed.endswith("\nran to its end\n"), printed


@pytest.fixture(scope="module")
def both(python: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What each case gives in the page, and in Python."""
    program = f"CASES = {CASES!r}\n{PROGRAM}"
    # A few at a time, because the page keeps 20,000 characters of what is printed.
    parts = [CASES[n : n + 20] for n in range(0, len(CASES), 20)]
    in_page = "".join(python.evaluate(RUN, ["", f"CASES = {part!r}\n{PROGRAM}"]) for part in parts)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), jax.numpy_dtype_promotion("standard"):
        exec(program, {})
    page, real = (
        dict(json.loads(line[5:]) for line in text.splitlines() if line.startswith("said "))
        for text in (in_page, printed.getvalue())
    )
    assert len(real) == len(set(CASES)) and page, in_page[-1000:]
    return page, real


@pytest.mark.parametrize("case", dict.fromkeys(CASES))
def test_page_computes_as_python_does(case: str, both: tuple[dict[str, Any], dict[str, Any]]):
    page, real = both
    assert not str(real[case]).startswith("raises"), real[case]
    assert equal(page[case], real[case]), f"{page[case]} and not {real[case]}"


# In the page: the functions of each stand-in.
FUNCTIONS = """
for name in ("np", "np.linalg", "jnp", "jnp.linalg", "jax.nn", "jax.lax", "jax.random", "jax.tree",
             "jax.ops", "jax.scipy.special", "optax"):
    for function, value in vars(eval(name)).items():
        if function[0] != "_" and callable(value) and not isinstance(value, type):
            print(f"{name}.{function}")
"""
# In JAX nothing flows back through these, or they take no arrays.
WITHOUT_GRADIENT = """
jnp.all jnp.allclose jnp.any jnp.argmax jnp.argmin jnp.argsort jnp.array_equal
jnp.bitwise_and jnp.bitwise_or jnp.bitwise_xor jnp.broadcast_shapes jnp.count_nonzero jnp.empty
jnp.equal jnp.eye jnp.full_like jnp.greater jnp.greater_equal jnp.indices jnp.invert jnp.isclose
jnp.isfinite jnp.isinf jnp.isnan jnp.issubdtype jnp.left_shift jnp.less jnp.less_equal jnp.linspace
jnp.logical_and jnp.logical_not jnp.logical_or jnp.logical_xor jnp.nanargmin jnp.ndim
jnp.nextafter jnp.nonzero jnp.not_equal jnp.ones_like jnp.result_type jnp.right_shift
jnp.searchsorted jnp.shape jnp.size jnp.unique jnp.unravel_index jnp.zeros jnp.zeros_like
"""
# The page refuses to differentiate these; the last returns what it is given.
NOT_DIFFERENTIATED = "jnp.linalg.eigh jnp.linalg.qr jnp.linalg.svd jax.lax.optimization_barrier"


def test_each_function_of_the_page_is_compared(python: Any):
    real = {"np": np, "jnp": jnp, "jax": jax, "optax": optax}
    printed = python.evaluate(RUN, ["", FUNCTIONS])
    # What the real ones lack is there for other stand-ins.
    names = {
        n for n in printed.split() if hasattr(eval(n.rpartition(".")[0], real), n.split(".")[-1])
    }
    slopes = [case for case in CASES if case.startswith(("jax.grad(", "steps("))]

    def missing(names: set[str], cases: list[str]) -> set[str]:
        return names - set(re.findall(r"(?<![\w.])[a-z]+(?:\.\w+)+", " ".join(cases)))

    assert len(names) > 300
    assert not missing(names, CASES)
    differentiable = ("jnp.", "jax.nn.", "jax.lax.", "jax.scipy.", "optax.")
    assert missing({name for name in names if name.startswith(differentiable)}, slopes) == {
        *WITHOUT_GRADIENT.split(),
        *NOT_DIFFERENTIATED.split(),
    }


def equal(a: Any, b: Any) -> bool:
    if isinstance(b, list):
        return isinstance(a, list) and len(a) == len(b) and all(map(equal, a, b))
    if isinstance(b, dict):
        return isinstance(a, dict) and a.keys() == b.keys() and all(equal(a[k], b[k]) for k in b)
    if isinstance(b, float):
        return type(a) is float and (a == pytest.approx(b, rel=1e-5, abs=1e-6, nan_ok=True))
    return type(a) is type(b) and a == b


def start(visit: Visit, path: str = GRADIENTS, **options: Any) -> tuple[Any, Any]:
    page = visit(path, **options)
    return page, first(page)


def first(page: Any) -> Any:
    """Return the first exercise of the lesson on gradients."""
    return page.locator('.exercise[data-call="check_slopes(slopes)"]')


def run(page: Any, exercise: Any, code: str) -> str:
    """Put code into an exercise's editor, run it, and return the verdict."""
    exercise.locator("textarea").fill(code)
    exercise.locator("textarea").press("Control+Enter")
    page.wait_for_function(
        "exercise => !exercise.querySelector('[data-do=run]').disabled",
        arg=exercise.element_handle(),
        timeout=120_000,
    )
    return exercise.locator(".exercise-verdict").inner_text()


def colored(exercise: Any) -> Any:
    """Bring an exercise onto the screen, wait for its editor, and return the editor's field."""
    exercise.scroll_into_view_if_needed()
    exercise.locator(".token").first.wait_for(state="attached")
    return exercise.locator("textarea")


def loaded(page: Any) -> str:
    """Return the addresses of all that a page has loaded."""
    return page.evaluate(
        "performance.getEntriesByType('resource').map(({ name }) => name).join('\\n')"
    )


SAVE_DATA = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"


def test_python_of_the_page_need_not_compile_its_library(built_site: Path):
    names = ZipFile(built_site / "assets/engine/python_stdlib.zip").namelist()
    assert {"asyncio/__init__.pyc", "dataclasses.pyc", "re/__init__.pyc"} <= {*names}
    assert "re/__init__.py" not in names and "xml/dom/minidom.py" in names


def pythons(page: Any) -> list[str]:
    """Return the addresses of a page's workers that run Python."""
    return [worker.url for worker in page.workers if "/exercises/worker.js" in worker.url]


def test_page_loads_the_editor_near_an_exercise_and_python_at_the_first_focus(visit: Visit):
    page, exercise = start(visit)
    assert not pythons(page) and "/editor/" not in loaded(page)
    area = colored(exercise)
    assert not pythons(page) and "/editor/" in loaded(page)
    with page.expect_worker():
        area.focus()
    area.blur()
    area.focus()
    assert len(pythons(page)) == 1
    assert run(page, exercise, RIGHT) == "Right!"
    assert len(pythons(page)) == 1


def test_page_that_saves_data_loads_python_at_the_first_run(browser: Any, address: str):
    page = browser.new_page()
    page.add_init_script(SAVE_DATA)
    page.goto(address + GRADIENTS, wait_until="networkidle")
    colored(first(page)).focus()
    page.wait_for_timeout(500)
    assert not pythons(page)
    assert run(page, first(page), RIGHT) == "Right!"
    page.close()


def test_reader_writes_runs_and_finds_the_work_again(visit: Visit):
    """On a phone: a hint, an error with its line, what was printed, the solution, a reload."""
    page, exercise = start(visit, width=360, height=740, has_touch=True)
    assert run(page, exercise, RIGHT.replace("2 * d *", "d *")).startswith("Not yet")
    told = run(page, exercise, "def slopes(w, b, m, x):\n    return w / 0\n\n\nslopes(1, 2, 3, 4)")
    assert told.startswith("Line 5: slopes(1, 2, 3, 4)\nLine 2: return w / 0\nZeroDivisionError")
    assert "return" in run(page, exercise, "def slopes(w, b, m, x):\n    d = 1")
    assert run(page, exercise, "x = [3, 4]\nprint(len(x))").startswith("Nothing to check yet")
    assert exercise.locator(".exercise-printed").inner_text() == "2\n"
    assert run(page, exercise, RIGHT) == "Right!"
    assert exercise.locator(".exercise-solved").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.reload(wait_until="networkidle")
    assert first(page).locator("textarea").input_value() == RIGHT
    assert page.locator(".exercises-done").inner_text().startswith("Solved: 1 of ")


def test_lesson_defines_what_the_code_uses(visit: Visit):
    page, exercise = start(visit)
    run(page, exercise, "print(sum_of_squares(jnp.array([3.0, 4.0])))")
    assert exercise.locator(".exercise-printed").inner_text() == "25.0\n"


def test_pictures_are_drawn_below_what_is_printed(visit: Visit):
    page, exercise = start(visit, width=360, height=740)
    run(page, exercise, "jd.plots.show_image(np.array([[0, 255], [51, 0], [0, 0]], np.uint8))")
    canvas = exercise.get_by_role("img", name="A picture of 3 x 2 numbers")
    reds = "canvas => [...canvas.getContext('2d').getImageData(0, 0, 2, 3).data]"
    assert canvas.evaluate(reds)[::4] == [255, 0, 204, 255, 255, 255]
    box = canvas.bounding_box()
    assert box["height"] == pytest.approx(112, abs=1) and box["width"] == pytest.approx(75, abs=1)
    run(page, exercise, "jd.plots.show_images(np.eye(28).reshape(1, 28, 28), titles=['an eye'])")
    assert exercise.locator("figure").inner_text() == "an eye"
    run(page, exercise, "jd.plots.show_images(np.zeros((30, 5, 5)))")
    assert exercise.locator("canvas").count() == 24
    assert "more pictures" in exercise.locator(".exercise-printed").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("jd.plots.plot_function(abs, 0, 1)", "jaxdigits.plots.plot_function"),
        ("jd.plots.show_image(np.eye(2), ax=1)", "jaxdigits.plots.show_image with ax="),
        ("import matplotlib.pyplot as plt", "matplotlib"),
        ("import scipy.ndimage", "scipy"),
        ("from scipy import ndimage", "scipy"),
        ("import flax", "flax"),
        ("import jax.experimental", "jax.experimental"),
        ("from jax import sharding", "jax.sharding"),
        ("from jax.lax import cond", "jax.lax.cond"),
        ("import numpy.fft", "numpy.fft"),
        ("jax.lax.cond(True, abs, abs, 1)", "jax.lax.cond"),
        ("jax.checkpoint(abs)", "jax.checkpoint"),
        ("jax.nn.celu(1.0)", "jax.nn.celu"),
        ("jax.random.gumbel(jax.random.key(0))", "jax.random.gumbel"),
        ("jax.tree.transpose(1, 2, 3)", "jax.tree.transpose"),
        ("jax.tree_util.tree_transpose(1, 2, 3)", "jax.tree_util.tree_transpose"),
        ("jax.ops.segment_max(1, 2)", "jax.ops.segment_max"),
        ("jax.debug.breakpoint()", "jax.debug.breakpoint"),
        ("jax.core.Jaxpr", "jax.core.Jaxpr"),
        ("jax.dtypes.bfloat16", "jax.dtypes.bfloat16"),
        ("jax.errors.JaxRuntimeError", "jax.errors.JaxRuntimeError"),
        ("jax.scipy.stats.norm", "jax.scipy.stats"),
        ("jax.scipy.special.erf(1.0)", "jax.scipy.special.erf"),
        ("jax.typing.DType", "jax.typing.DType"),
        ("jnp.fft.fft(1)", "jax.numpy.fft"),
        ("jnp.linalg.det(jnp.eye(2))", "jax.numpy.linalg.det"),
        ("np.fft.fft(1)", "numpy.fft"),
        ("np.linalg.det(np.eye(2))", "numpy.linalg.det"),
        ("optax.lion(0.1)", "optax.lion"),
        ("jd.convnets.ResNet18", "jaxdigits.convnets"),
        ("jnp.sum(jnp.ones(2), initial=1.0)", "jax.numpy.sum with initial="),
        ("jnp.ones(2).max(initial=1.0)", "jax.numpy.max with initial="),
        ("np.median(np.ones(2), overwrite_input=True)", "numpy.median with overwrite_input="),
        ("optax.adam(0.1, eps_root=1.0)", "optax.adam with eps_root="),
        ("jnp.ones(2).conj()", "jax.Array.conj"),
        ("jax.jit(lambda x: x.real)(1.0)", "jax.Array.real"),
        ("np.ones(2).cumprod()", "numpy.ndarray.cumprod"),
        ("np.float32(1).view('int32')", "numpy.ndarray.view"),
        (
            "jax.grad(lambda q: jnp.linalg.svd(q)[1].sum())(jnp.eye(2))",
            "jax.numpy.linalg.svd's gradient",
        ),
    ],
)
def test_what_is_not_in_the_page_is_named(code: str, missing: str, python: Any):
    said = python.evaluate(RUN, ["", code])
    assert said.endswith(f"{missing} is not available in the page; open the notebook in Colab")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("jnp.sum(jnp.ones(2), axes=0)", "got an unexpected keyword argument 'axes'"),
        ("def sum(x):\n    pass\n\n\nsum(1, initial=2)", "argument 'initial'"),
        ("jnp.ones(2).summ()", "'Array' object has no attribute 'summ'"),
        ("jnp.ones(2).setflags()", "'Array' object has no attribute 'setflags'"),
        ("np.ones(2).summ()", "'ndarray' object has no attribute 'summ'"),
    ],
)
def test_what_no_library_has_is_told_as_python_does(code: str, said: str, python: Any):
    told = python.evaluate(RUN, ["", code])
    assert said in told and REFUSED not in told


# In the page: what functions take, and what arrays have.
TAKEN = """
import inspect
for name in NAMES:
    function, options = eval(name), ()
    if type(function) is type(lambda: 0):
        options = inspect.signature(function).parameters
    print("takes", name, *options)
for made in (np.ones(1), jnp.ones(1)):
    print("has", *dir(made))
"""


def test_list_of_what_libraries_have_beyond_the_page_is_true(python: Any):
    real = {"np": np, "jnp": jnp, "jax": jax, "optax": optax}
    listed: dict[str, set[str]] = {}
    keyword = ""
    for word in KEYWORDS.split():
        if word.endswith(":"):
            keyword = word[:-1]
        else:
            listed.setdefault(word, set()).add(keyword)
    printed = python.evaluate(RUN, ["", f"NAMES = {[*listed]}\n{TAKEN}"]).splitlines()
    taken = {
        name: {*options} for kind, name, *options in map(str.split, printed) if kind == "takes"
    }
    assert taken.keys() == listed.keys()
    for name, keywords in listed.items():
        assert keywords <= {*inspect.signature(eval(name, real)).parameters}, name
        assert not keywords & taken[name], name
    ours = [{*line.split()} for line in printed if line.startswith("has ")]
    for array, attributes, mine in zip(
        (np.ones(1), jnp.ones(1)), (NUMPYS, JAXS), ours, strict=True
    ):
        lacking = {name for name in dir(array) if name[0] != "_"} - mine
        assert lacking == {*attributes.split()}


def test_code_that_does_not_end_is_stopped_and_python_is_back(visit: Visit):
    page, exercise = start(visit)
    assert run(page, exercise, RIGHT) == "Right!"
    exercise.locator("textarea").fill("while True:\n    pass")
    exercise.locator("[data-do=run]").click()
    exercise.locator("[data-do=stop]").click()
    assert exercise.locator(".exercise-verdict").inner_text() == "Stopped."
    assert run(page, exercise, "while True:\n    pass").startswith("Stopped after 20 seconds")
    assert run(page, exercise, RIGHT) == "Right!"


def test_start_over_can_be_undone(visit: Visit):
    _, exercise = start(visit)
    area, button = exercise.locator("textarea"), exercise.locator("[data-do=reset]")
    stub = area.input_value()
    area.fill("mine = 1")
    button.click()
    assert (area.input_value(), button.inner_text()) == (stub, "Undo")
    button.click()
    assert (area.input_value(), button.inner_text()) == ("mine = 1", "Start over")
    button.click()
    area.fill("other = 2")
    assert button.inner_text() == "Start over"


def test_code_that_prints_without_end_leaves_the_page_alive(visit: Visit):
    page, exercise = start(visit)
    assert run(page, exercise, RIGHT) == "Right!"
    exercise.locator("textarea").fill('print("first")\nwhile True:\n    print(1)')
    exercise.locator("[data-do=run]").click()
    printed = exercise.locator(".exercise-printed", has_text="not shown")
    printed.wait_for()
    exercise.locator("[data-do=stop]").click()
    assert exercise.locator(".exercise-verdict").inner_text() == "Stopped."
    assert printed.inner_text().startswith("first\n1\n1\n")


def test_exercise_works_after_instant_navigation_and_offline(visit: Visit):
    page, _ = start(visit, "lessons/04_metrics/")
    page.locator('a[href*="05_gradients"]').first.click()
    page.wait_for_selector("#exercise-1-backward-by-hand")
    exercise = first(page)
    colored(exercise)
    assert run(page, exercise, RIGHT) == "Right!"
    go_offline(page)
    page.reload()
    colored(first(page))
    assert run(page, first(page), RIGHT) == "Right!"


def test_editor_by_keyboard_indents_and_lets_go(visit: Visit):
    page, exercise = start(visit)
    area = colored(exercise)
    described = page.locator(f"#{area.get_attribute('aria-describedby')}")
    assert "press Esc and then Tab" in described.inner_text()
    area.fill("")
    area.press_sequentially("def f(x):\nif x:")
    area.press("Enter")
    area.press_sequentially("return 1")
    assert area.input_value() == "def f(x):\n    if x:\n        return 1"
    area.press("Shift+Tab")
    assert area.input_value().endswith("\n    return 1")
    area.press("Tab")
    assert area.input_value().endswith("return 1    ")
    area.press("Control+z")
    assert area.input_value().endswith("\n    return 1")
    area.press("Enter")
    assert area.input_value().endswith("return 1\n    ")
    area.press("Backspace")
    assert area.input_value().endswith("return 1\n")
    area.press("Escape")
    area.press("Tab")
    assert page.evaluate("document.activeElement.dataset.do") == "run"
    area.press("Tab")
    assert area.input_value().endswith("return 1\n    ")


def test_editor_has_the_colors_and_letters_of_the_sites_code(visit: Visit):
    page, exercise = start(visit)
    area = colored(exercise)
    area.fill(f"def f(x):  # A comment\n    return {'x + ' * 100} 2\n\n\n\n\n\n")

    def look(element: Any, *names: str) -> list[str]:
        return element.first.evaluate(
            "(element, names) => names.map((name) => getComputedStyle(element)[name])", names
        )

    for theirs, ours in {"keyword": "k", "function": "nf", "comment": "c1", "number": "mi"}.items():
        code, editor = page.locator(f".highlight .{ours}"), exercise.locator(f".token.{theirs}")
        assert look(editor, "color") == look(code, "color")
    letters = "fontFamily", "fontSize", "lineHeight"
    block = page.locator(".md-content__inner > .highlight code")
    assert look(exercise.locator(".token"), *letters) == look(block, *letters)
    editor = exercise.locator(".prism-code-editor")
    assert editor.evaluate("editor => editor.scrollHeight === editor.clientHeight")


def test_text_typed_while_the_editor_is_loaded_is_kept(visit: Visit):
    page, exercise = start(visit)
    held: list[Any] = []  # Requests for the editor, until there is text.
    hold = True
    page.route(
        "**/assets/editor/**", lambda route: held.append(route) if hold else route.continue_()
    )
    area = exercise.locator("textarea")
    area.fill("x = 1\n")
    area.press_sequentially("y = ")
    area.press("ArrowUp")
    height = exercise.bounding_box()["height"]
    hold = False
    for route in held:
        route.continue_()
    exercise.locator(".token").first.wait_for(state="attached")
    page.keyboard.type("0")
    assert area.input_value() == "x = 01\ny = "
    assert exercise.bounding_box()["height"] == height
    assert area.get_attribute("aria-label") == "Your code for Exercise 1: backward by hand"
    # The field's own letters and background would lie upon the colored code.
    for name in "color", "backgroundColor":
        drawn = area.evaluate("(area, name) => getComputedStyle(area)[name]", name)
        assert drawn == "rgba(0, 0, 0, 0)"


def test_exercise_without_the_editors_library_is_a_plain_field(browser: Any, address: str):
    page = browser.new_page()
    page.route("**/assets/editor/**", lambda route: route.abort())
    page.goto(address + GRADIENTS, wait_until="networkidle")
    exercise = first(page)
    assert run(page, exercise, RIGHT) == "Right!"
    assert exercise.locator(".token").count() == 0
    exercise.locator("textarea").press("Tab")
    assert page.evaluate("document.activeElement.dataset.do") == "run"
    page.close()


def test_python_that_cannot_be_loaded_is_loaded_at_the_next_run(browser: Any, address: str):
    page = browser.new_page()
    page.route("**/exercises/worker.js", lambda route: route.abort())
    page.goto(address + GRADIENTS, wait_until="networkidle")
    exercise = first(page)
    assert run(page, exercise, RIGHT).startswith("Python cannot be loaded here.")
    page.unroute("**/exercises/worker.js")
    assert run(page, exercise, RIGHT) == "Right!"
    page.close()


def test_digits_that_arrive_damaged_are_named_and_loaded_again(browser: Any, address: str):
    page = browser.new_page()
    digits = "**/train/digits.safetensors"
    page.route(digits, lambda route: route.fulfill(body=b"damaged"))
    page.goto(address + GRADIENTS, wait_until="networkidle")
    told = run(page, first(page), RIGHT)
    assert told.endswith("The digits of the exercises arrived damaged; reload the page.")
    page.unroute(digits)
    page.reload(wait_until="networkidle")
    assert run(page, first(page), RIGHT) == "Right!"
    page.close()


def test_run_is_stopped_before_the_lessons_text_is_there(visit: Visit):
    page, exercise = start(visit)
    held: list[Any] = []
    hold = True
    page.route(
        "**/05_gradients.py", lambda route: held.append(route) if hold else route.continue_()
    )
    exercise.locator("[data-do=run]").click()
    exercise.locator("[data-do=stop]").click()
    assert exercise.locator(".exercise-verdict").inner_text() == "Stopped."
    hold = False
    for route in held:
        route.continue_()
    assert run(page, exercise, RIGHT) == "Right!"
