"""A lesson on paper: as a browser prints it, from a dark page too."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sites import BuildSite, MakeSite

pytestmark = pytest.mark.slow

LESSON = """# %% [markdown]
# # One
#
# Text, [a link](02_two.md).
#
# ??? tip "Folded"
#     What was folded away.
#
# <div class="interactive"><button>Move</button> <output>It stands here.</output></div>
#
# <div class="playground"><canvas class="ink" width="9" height="9"></canvas></div>

# %% alt="A line."
import matplotlib.pyplot as plt
plt.figure(figsize=(9, 1)); plt.plot([1, 2]);

# %%
print("long " * 60)
print("\\n" * 99)
"""


@pytest.fixture(scope="module")
def site(make_site: MakeSite, build_site: BuildSite) -> Path:
    root = make_site({"lessons/01_one.py": LESSON, "lessons/02_two.md": "# Two\n"})
    done = build_site(root)
    assert done.returncode == 0, done.stderr
    return root / "site/lessons/01_one/index.html"


@pytest.fixture(scope="module", params=["dark, without scripts", "light", "dark"])
def paper(request: pytest.FixtureRequest, browser: Any, site: Path) -> Iterator[Any]:
    """The lesson as it is printed on A4, 180 mm between margins."""
    context = browser.new_context(
        viewport={"width": 680, "height": 960},
        color_scheme=request.param.partition(",")[0],
        java_script_enabled="without" not in request.param,
    )
    page = context.new_page()
    page.goto(site.as_uri())
    page.emulate_media(media="print")
    yield page
    context.close()


def test_what_asks_to_be_clicked_is_left_out(paper: Any):
    for selector in (
        ".md-header",
        ".md-sidebar--primary",
        ".md-sidebar--secondary",
        ".md-footer",
        ".downloads a",
        ".headerlink",
        ".md-content__button",
        ".figure-data",
        ".between",
        ".interactive button",
    ):
        assert paper.locator(selector).count(), selector
        assert not paper.locator(selector).first.is_visible(), selector
    assert not paper.get_by_role("button").first.is_visible()


def test_text_length_and_what_it_ran_on_are_printed(paper: Any):
    for text in (
        "Text, ",
        "1 min read",
        "Executed on MNIST",
        "What was folded away.",
        "It stands here.",
    ):
        assert paper.get_by_text(text).first.is_visible(), text


def test_nothing_is_cut_off(paper: Any):
    for code in paper.locator("pre > code").all():
        width, shown, height, seen = code.evaluate(
            "e => [e.scrollWidth, e.clientWidth, e.scrollHeight, e.clientHeight]"
        )
        assert width <= shown and height <= seen
    box, content = (paper.locator(s).bounding_box() for s in ("figure.drawn svg", ".md-content"))
    assert box["x"] + box["width"] <= content["x"] + content["width"]


def test_ink_is_dark_on_white(paper: Any):
    light = "e => getComputedStyle(e).color.match(/[\\d.]+/g).slice(0, 3).map(Number)"
    for selector in "p", "figure.drawn", "pre > code", ".provenance":
        color = paper.locator(f".md-content {selector}").last.evaluate(light)
        # Either three numbers up to 255, or, of a mixture, up to 1.
        assert max(color) < (0.5 if max(color) <= 1 else 128), (selector, color)
    # What is drawn is black on nothing, which dark pages show inverted.
    assert paper.locator(".ink").evaluate("e => getComputedStyle(e).filter") == "none"
    ground = paper.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    assert ground in ("rgb(255, 255, 255)", "rgba(255, 255, 255, 1)", "rgba(0, 0, 0, 0)")
