"""The interactive table of lesson 4, in a browser, against NumPy."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from .conftest import OpenInteractive

pytestmark = pytest.mark.slow

Shape = tuple[int, ...]
SIZES = (1, 2, 28)
SHAPES: list[Shape] = [shape for rank in range(4) for shape in product(SIZES, repeat=rank)]

FOR_EACH_PAIR = """
(pairs) => {
  const root = document.querySelector(".broadcasting");
  const selects = Array.from(root.querySelectorAll("select"));
  const texts = (row) => Array.from(root.querySelectorAll(`.${row} td`), (td) => td.textContent);
  return pairs.map((pair) => {
    pair.flat().forEach((size, i) => (selects[i].value = size));
    [selects[2], selects[5]].forEach((last) => last.dispatchEvent(new Event("change")));
    return {
      text: root.querySelector("output").textContent,
      values: selects.map((select) => select.value),
      repeated: selects.map((select) => select.matches(".repeated")),
      match: texts("match"),
      result: texts("result"),
    };
  });
}
"""


@pytest.fixture
def page(open_interactive: OpenInteractive) -> Any:
    return open_interactive("broadcasting")


def text(page: Any) -> str:
    return page.locator(".broadcasting output").inner_text()


def shape(page: Any, name: str) -> list[str]:
    selects = page.locator(f".broadcasting tr.{name} select")
    return selects.evaluate_all("selects => selects.map((select) => select.value)")


def aligned(shape: Shape) -> list[str]:
    return ["none"] * (3 - len(shape)) + [str(size) for size in shape]


def broadcast(*shapes: Shape) -> Shape | None:
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        return None


def size(shape: Shape, axis: int) -> int:
    return shape[axis] if len(shape) >= -axis else 1


def test_every_pair_does_what_numpy_does(page: Any):
    pairs = list(product(SHAPES, repeat=2))
    seen_pairs = page.evaluate(FOR_EACH_PAIR, [[aligned(a), aligned(b)] for a, b in pairs])
    for (a, b), seen in zip(pairs, seen_pairs, strict=True):
        assert seen["values"] == aligned(a) + aligned(b)
        result = broadcast(a, b)
        if result is None:
            assert seen["text"].startswith(f"{a} with {b} is an error. ")
        else:
            assert seen["text"].startswith(f"{a} with {b} gives {result}. ")
            rows = [text.replace("none", "") for text in aligned(result)]
            assert seen["result"] == rows
        for i, axis in enumerate((-3, -2, -1)):
            m, n = size(a, axis), size(b, axis)
            one = broadcast((m,), (n,))
            assert (seen["result"][i] == "error") == (one is None)
            assert (seen["match"][i] == "no") == (one is None)
            reason = f"Axis \u2212{-axis}: {m} and {n} differ, and neither is 1."
            assert (reason in seen["text"]) == (one is None)
            for j, own in enumerate((m, n)):
                repeated = one not in (None, (own,))
                assert seen["repeated"][3 * j + i] == repeated
                assert (seen["match"][i] == f"{'ab'[j]} repeated") == repeated
                if repeated and result is not None:
                    assert f"is repeated {result[axis]} times." in seen["text"]
        trap = {a, b} == {(2,), (2, 1)} or {a, b} == {(28,), (28, 1)}
        assert ("the trap" in seen["text"]) == trap


def test_examples_fit_fail_and_deceive(page: Any):
    fits, fails, deceives = page.get_by_role("button").all()
    assert text(page).startswith("(5, 28, 28) with (28, 28) gives (5, 28, 28). ")
    fails.focus()
    fails.press("Enter")
    assert text(page) == (
        "(5, 28, 28) with (5,) is an error. Axis \u22121: 28 and 5 differ, and neither is 1."
    )
    deceives.press("Space")
    assert text(page) == (
        "(5,) with (5, 1) gives (5, 5). Axis \u22121: b is repeated 5 times. "
        "Axis \u22122: a has no such axis and is repeated 5 times. "
        "If you meant 5 pairs, this is the trap: here are 25."
    )
    assert shape(page, "a") == ["none", "none", "5"]
    fits.tap()
    assert shape(page, "b") == ["none", "28", "28"]


def test_keys_choose_an_axis(page: Any):
    select = page.get_by_label("b, axis \u22121")
    page.get_by_label("b, axis \u22122").focus()
    page.keyboard.press("Tab")
    assert select.evaluate("select => select === document.activeElement")
    page.keyboard.press("ArrowUp")
    assert shape(page, "b") == ["none", "28", "5"]
    assert text(page).startswith("(5, 28, 28) with (28, 5) is an error. ")
    page.keyboard.press("Home")
    assert shape(page, "b") == ["none", "none", "none"]
    assert text(page).startswith("(5, 28, 28) with () gives (5, 28, 28). ")


def test_a_shape_has_no_gaps(page: Any):
    page.get_by_label("a, axis \u22121").select_option("none")
    assert shape(page, "a") == ["none", "none", "none"]
    page.get_by_label("a, axis \u22123").select_option("4")
    assert shape(page, "a") == ["4", "1", "1"]
    page.get_by_label("a, axis \u22122").select_option("none")
    assert shape(page, "a") == ["none", "none", "1"]
    assert text(page).startswith("(1,) with (28, 28) gives (28, 28). ")
