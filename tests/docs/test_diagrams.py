from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from diagrams import inline
from mkdocs.structure.files import File, Files

from .conftest import BuildSite, MakeSite

ARROW = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">
  <marker id="head"><path d="M0 0L1 1" fill="currentColor"/></marker>
  <path d="M0 0L9 9" stroke="currentColor" marker-end="url(#head)"/>
</svg>
"""
IMAGE = '<img alt="An arrow." src="../../assets/diagrams/arrow.svg" />'

Draw = Callable[[str], tuple[str, list[str]]]


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    """Return a function that puts diagrams into the content of `lessons/one/index.html`."""

    def new(uri: str, text: str = "") -> File:
        path = tmp_path / uri
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return File(uri, str(tmp_path), str(tmp_path / "site"), use_directory_urls=True)

    page = new("lessons/one.md")
    drawn = {"assets/diagrams/arrow.svg": ARROW, "assets/diagrams/broken.svg": "<svg"}
    files = Files([page, new("assets/logo.svg", ARROW), *(new(*pair) for pair in drawn.items())])
    return lambda html: inline(html, page, files)


def test_a_diagram_replaces_its_paragraph(draw: Draw):
    html, problems = draw(f"<p>before</p>\n<p>{IMAGE}</p>\n<p>after</p>")
    assert problems == []
    page = BeautifulSoup(html, "html.parser")
    assert [tag.name for tag in page.find_all(recursive=False)] == ["p", "figure", "p"]
    svg = page.select_one("figure.drawn > svg")
    assert svg is not None and (svg["role"], svg["aria-label"]) == ("img", "An arrow.")
    assert "currentColor" in html and "<img" not in html


def test_its_alternative_text_is_what_the_author_wrote(
    draw: Draw,
):
    html, _ = draw(f"<p>{IMAGE.replace('An arrow.', 'a &lt; &quot;b&quot; &amp; c')}</p>")
    svg = BeautifulSoup(html, "html.parser").svg
    assert svg is not None and svg["aria-label"] == 'a < "b" & c'


def test_a_diagram_twice_on_a_page_shares_no_id(draw: Draw):
    html, _ = draw(f"<p>{IMAGE}</p>" * 2)
    ids = [str(tag["id"]) for tag in BeautifulSoup(html, "html.parser").find_all(id=True)]
    assert len(set(ids)) == len(ids) == 2
    assert all(f"url(#{name})" in html for name in ids)


@pytest.mark.parametrize(
    "html",
    [
        "<p>text</p>",
        '<p><img alt="The logo." src="../../assets/logo.svg" /></p>',
        '<p><img alt="Missing." src="../../assets/diagrams/none.svg" /></p>',
        '<figure><img src="data:image/png;base64,abc" alt=""></figure>',
        "<pre><code>&lt;img src=&quot;../../assets/diagrams/arrow.svg&quot;&gt;</code></pre>",
    ],
)
def test_all_else_is_left_alone(draw: Draw, html: str):
    assert draw(html) == (html, [])


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        (f"<p>{IMAGE.replace('An arrow.', ' ')}</p>", "an image has no alternative text"),
        ('<img src="../../assets/logo.svg">', "an image has no alternative text"),
        (f"<p>See {IMAGE}</p>", "a diagram needs a paragraph of its own"),
        (f"<p>{IMAGE} {IMAGE}</p>", "a diagram needs a paragraph of its own"),
        (f"<p>{IMAGE.replace('arrow', 'broken')}</p>", "a diagram cannot be read"),
    ],
)
def test_what_is_wrong_is_said(draw: Draw, html: str, problem: str):
    problems = draw(html)[1]
    assert problems and all(said.startswith(f"{problem}: assets/") for said in problems)


LESSON = """# %% [markdown]
# # A lesson
#
# ![From a lesson.](../assets/diagrams/arrow.svg)
#
# !!! note
#     ![From a note.](../assets/diagrams/arrow.svg)
"""
LABELS = ["From a lesson.", "From a note."]


def test_a_site_shows_its_diagrams_and_a_strict_build_fails_without_one(
    make_site: MakeSite, build_site: BuildSite
):
    root = make_site(
        {
            "index.md": "# Home\n\n![From home.](assets/diagrams/arrow.svg)\n",
            "bad.md": "# Bad\n\n![Gone.](assets/diagrams/gone.svg)\n\n![](assets/arrow.svg)\n",
            "lessons/one.py": LESSON,
            "assets/arrow.svg": ARROW,
            "assets/diagrams/arrow.svg": ARROW,
        }
    )
    done = build_site(root)
    for page, labels in ("index.html", ["From home."]), ("lessons/one/index.html", LABELS):
        html = BeautifulSoup((root / "site" / page).read_text(), "html.parser")
        assert [svg["aria-label"] for svg in html.select("figure.drawn > svg")] == labels
    assert done.returncode == 1
    warnings = [line for line in done.stderr.splitlines() if "WARNING" in line]
    assert len(warnings) == 2, done.stderr
    assert "'assets/diagrams/gone.svg'" in warnings[0]
    assert "bad.md: an image has no alternative text: assets/arrow.svg" in warnings[1]
