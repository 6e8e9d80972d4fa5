"""Every page as plain Markdown, and the list of them."""

import hashlib
import re
from base64 import b64decode
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin
from xml.etree import ElementTree

import pytest
import yaml
from bs4 import BeautifulSoup
from export import describe
from figures import standalone, svg_figure
from markdown_it import MarkdownIt

from .conftest import ROOT, BuildSite, MakeSite

SITE = "https://jaxdigits.github.io/jaxdigits/"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path {}d="M0 0L1 1"/></svg>'
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="

ONE = f"""# %% [markdown]
# # One
#
# **What *is*
# one?** [Two](02_two.py#more), [below](#an-end), [home](../index.py), [JAX](https://docs.jax.dev),
# [`half`][jaxdigits.halves.half], [data](../assets/a%20b.csv).
#
# ![An arrow.](../assets/diagrams/arrow.svg)
#
# !!! note "Mind"
#     Text with $x^2$.

# %% alt="A [line] | A dot, \\"big\\""
import matplotlib.pyplot as plt
plt.figure(figsize=(1, 1)); plt.plot([1, 2]); plt.xlabel("x");
plt.figure(figsize=(1, 1)); plt.plot([1], "o");

# %% tags=["hide-input"]
print("a <b>\\n```")

# %% alt="A pixel."
import base64
from IPython.display import Image, Markdown
Image(base64.b64decode("{PNG}"))

# %%
Markdown("| a |\\n| --- |\\n| 1 |")

# %%
class File:
    def _repr_html_(self):
        data = "data:application/octet-stream;base64,AAEC"
        return f'<a download="f.bin" href="{{data}}">f.bin</a>, 3 bytes'
File()

# %%
from IPython.display import HTML
HTML('<b>bold</b>\\n\\n<a href="f.bin">f</a> <a href="https://e.org">e</a>')

# %% [markdown]
# ## An end
#
# === "A"
#     Text.
#
# <div class="slider"><noscript>A slider.</noscript></div>

# %% tags=["answer"] alt="Another line."
plt.figure(figsize=(1, 1)); plt.plot([2, 1]);
print(4)
"""
ONE_AS_TEXT = f"""# One

**What *is*
one?** [Two](02_two.md#more), [below](#an-end), [home](../index.md), [JAX](https://docs.jax.dev),
[`half`](../reference.md#jaxdigits.halves.half), [data](../assets/a%20b.csv).

![An arrow.](01_one/arrow.svg)

> **Mind**
>\N{SPACE}
> Text with $x^2$.

```python
import matplotlib.pyplot as plt
plt.figure(figsize=(1, 1)); plt.plot([1, 2]); plt.xlabel("x");
plt.figure(figsize=(1, 1)); plt.plot([1], "o");
```

![A \\[line\\]](01_one/figure-1.svg)

<details markdown="1"><summary>The figure's data</summary>

values by x.

| x | curve |
| ---: | ---: |
| 0 | 1 |
| 1 | 2 |

</details>

![A dot, "big"](01_one/figure-2.svg)

<details markdown="1"><summary>The figure's data</summary>

values by x.

| x | points |
| ---: | ---: |
| 0 | 1 |

</details>

````text
a <b>
```
````

```python
import base64
from IPython.display import Image, Markdown
Image(base64.b64decode("{PNG}"))
```

![A pixel.](01_one/figure-3.png)

```python
Markdown("| a |\\n| --- |\\n| 1 |")
```

| a |
| --- |
| 1 |

```python
class File:
    def _repr_html_(self):
        data = "data:application/octet-stream;base64,AAEC"
        return f'<a download="f.bin" href="{{data}}">f.bin</a>, 3 bytes'
File()
```

[f.bin](01_one/f.bin), 3 bytes

```python
from IPython.display import HTML
HTML('<b>bold</b>\\n\\n<a href="f.bin">f</a> <a href="https://e.org">e</a>')
```

<div class="output"><b>bold</b>
<a href="01_one/f.bin">f</a> <a href="https://e.org">e</a></div>

## An end

**A**

Text.

A slider.

<details markdown="1"><summary>An answer</summary>

```python
plt.figure(figsize=(1, 1)); plt.plot([2, 1]);
print(4)
```

```text
4
```

![Another line.](01_one/figure-4.svg)

<details markdown="1"><summary>The figure's data</summary>

values by x.

| x | curve |
| ---: | ---: |
| 0 | 2 |
| 1 | 1 |

</details>

</details>
"""
HALVES = '''"""Halves. And nothing else.

See [`half`][jaxdigits.halves.half].
"""

import functools


@functools.cache
def half(
    x: float,
    *,
    down: bool = False,
) -> float:
    """Return one half.

    Args:
        x: A number.
            It may be negative.
        down: Whether to round.

    Returns:
        The half.

    Raises:
        ValueError: If there is none.

    Examples:
        As a test:

        >>> half(2.0)
        1.0

    References:
        A [book](https://e.org).
    """
    return x / 2


def _hidden():
    """Not shown."""
'''
REFERENCE_AS_TEXT = """# Reference

Halves. And nothing else.

See [`half`](reference.md#jaxdigits.halves.half).

<a id="jaxdigits.halves.half"></a>

## half

```python
def half(
    x: float,
    *,
    down: bool = False,
) -> float
```

Return one half.

**Parameters:**

- `x`: A number.
  It may be negative.
- `down`: Whether to round.

**Returns:**

- The half.

**Raises:**

- `ValueError`: If there is none.

**Examples:**

As a test:

```pycon
>>> half(2.0)
1.0
```

**References:**

A [book](https://e.org).

The end.
"""
LIST = f"""# jaxdigits

> Learn how a neural network learns, by building a digit classifier in JAX

Each link leads to a page as plain Markdown: text, code, what the code printed when the site was \
built, and links to its figures.

- [Home]({SITE}index.md): For search engines
- [Reference]({SITE}reference.md): Halves.

## Lessons

- [One]({SITE}lessons/01_one.md): What *is* one?
- [Two]({SITE}lessons/02_two.md): One sentence, see One.
- [Words]({SITE}lessons/03_words.md)
"""


@pytest.fixture(scope="module")
def root(make_site: MakeSite, build_site: BuildSite) -> Path:
    """Return a folder that holds a site, and as `first` an earlier build of the same."""
    plugins = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["plugins"]
    root = make_site(
        {
            "index.py": "# %% [markdown]\n# ---\n# title: Home\n# description: For search engines\n"
            "# ---\n#\n# # Welcome\n#\n# [One](lessons/01_one.py){ .md-button }\n\n"
            '# %% alt="A line."\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);\n',
            "lessons/01_one.py": ONE,
            "lessons/02_two.py": "# %% [markdown]\n# # Two\n#\n# One sentence, see\n"
            "# [One](01_one.py). More.\n#\n# ## More\n",
            "lessons/03_words.md": "# Words\n\n## A word\n\n- [Two](02_two.py)\n",
            "reference.md": "# Reference\n\n::: jaxdigits.halves\n    options:\n"
            "      heading_level: 2\n\nThe end.\n",
            "assets/diagrams/arrow.svg": SVG.format('stroke="currentColor" '),
            "assets/a b.csv": "1,2\n",
        },
        plugins=[plugin for plugin in plugins if "mkdocstrings" in plugin],
    )
    (root / "jaxdigits/halves.py").write_text(HALVES)
    for kept in "first", "site":
        done = build_site(root)
        assert done.returncode == 0, done.stderr
        (root / "site").rename(root / kept)
    return root


@pytest.fixture(scope="module")
def site(root: Path) -> Path:
    return root / "site"


def texts(site: Path) -> list[str]:
    return sorted(str(path.relative_to(site)) for path in site.rglob("*.md"))


def html(text: str) -> BeautifulSoup:
    """Read Markdown as others do, who know nothing of this site."""
    return BeautifulSoup(MarkdownIt("commonmark").enable("table").render(text), "html.parser")


def test_every_page_has_a_text(site: Path):
    lessons = ("01_one", "02_two", "03_words")
    names = ["index.md", *(f"lessons/{name}.md" for name in lessons), "reference.md"]
    assert texts(site) == names


def test_a_lesson_is_plain_markdown_with_what_it_left(site: Path):
    text, foot = (site / "lessons/01_one.md").read_text().rsplit("\n*", 1)
    assert text == ONE_AS_TEXT
    # All zeros, as in `conftest.py`: images and labels of two digits, twice.
    checksum = hashlib.sha256(bytes(2 * (2 * 28 * 28 + 2))).hexdigest()[:12]
    assert re.fullmatch(
        rf"Executed on MNIST \(SHA-256 of the arrays: {checksum}…\), on the device abacus, "
        r"with JAX [\d.]+, Optax [\d.]+, Flax [\d.]+ and Python .*\.\*\n",
        foot,
    )


def test_docstrings_are_written_out(site: Path):
    assert (site / "reference.md").read_text() == REFERENCE_AS_TEXT


def test_a_page_that_runs_no_code_does_not_say_on_what_it_ran(site: Path):
    words = (site / "lessons/03_words.md").read_text()
    assert words == "# Words\n\n## A word\n\n- [Two](02_two.md)\n"
    assert (site / "index.md").read_text().startswith("# Welcome\n\n[One](lessons/01_one.md)\n")


def test_all_links_and_images_lead_somewhere(site: Path):
    found = 0
    for name in texts(site):
        page = html((site / name).read_text())
        addresses = [str(tag["href"]) for tag in page.find_all(href=True)]
        addresses += [str(tag["src"]) for tag in page.find_all(src=True)]
        for address in addresses:
            if re.match(r"https?:", address):
                continue
            place, anchor = urldefrag(unquote(urljoin(name, address)))
            assert (site / place).is_file(), (name, address)
            if anchor:
                target = html((site / place).read_text())
                headings = [tag.get_text() for tag in target.find_all(re.compile("h[1-6]"))]
                anchors = [heading.lower().replace(" ", "-") for heading in headings]
                anchors += [str(tag["id"]) for tag in target.find_all(id=True)]
                assert anchor in anchors, (name, address)
            found += 1
    assert found > 12


def test_figures_are_files_with_colors_of_their_own(site: Path):
    drawn = [path for path in site.glob("lessons/*/*.svg")]
    drawn.append(site / "index/figure-1.svg")
    assert len(drawn) == 5
    for path in drawn:
        root = ElementTree.parse(path).getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root[0].tag.endswith("rect") and root[0].get("fill") == "#ffffff"
        assert "currentColor" not in path.read_text()
        assert "#1b1b1b" in path.read_text()
    assert (site / "lessons/01_one/figure-3.png").read_bytes() == b64decode(PNG)
    first = ElementTree.parse(site / "lessons/01_one/figure-1.svg").getroot()
    assert first.get("aria-label") == "A [line]"


def test_the_list_names_every_page_in_the_order_of_the_site(site: Path):
    assert (site / "llms.txt").read_text() == LIST


def test_pages_say_where_their_text_is(site: Path):
    for page, text in (
        ("index.html", "index.md"),
        ("lessons/01_one/index.html", "lessons/01_one.md"),
        ("reference/index.html", "reference.md"),
    ):
        head = BeautifulSoup((site / page).read_text(), "html.parser").head
        assert head is not None
        (link,) = head.select('link[rel="alternate"][type="text/markdown"]')
        assert (site / page).parent.joinpath(str(link["href"])).resolve() == site / text


def test_every_build_writes_the_same(root: Path):
    def contents(site: Path) -> dict[str, bytes]:
        kinds = {".md", ".svg", ".png", ".txt"}
        paths = (path for path in site.rglob("*") if path.suffix in kinds)
        return {str(path.relative_to(site)): path.read_bytes() for path in paths}

    first, second = (contents(root / name) for name in ("first", "site"))
    assert "llms.txt" in first and "lessons/01_one/figure-1.svg" in first
    assert first == second


def test_a_figure_keeps_its_other_colors():
    figure = svg_figure(SVG.format('stroke="#010203" fill="#c8553d" '), 'a "b" & <c>', "p-")
    assert "currentColor" in figure
    root = ElementTree.fromstring(standalone(re.sub("</?figure[^>]*>", "", figure)))
    assert root.get("aria-label") == 'a "b" & <c>'
    ground, path = root
    assert ground.attrib == {"width": "100%", "height": "100%", "fill": "#ffffff"}
    assert (path.get("stroke"), path.get("fill")) == ("#1b1b1b", "#c8553d")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# T\n\n**A question? Two?** An answer.\n", "A question? Two?"),
        ("# T\n\nA sentence: it\ngoes on. More.\n", "A sentence: it goes on."),
        ("# T\n\n![i](i.svg)\n\n- a\n\nSee [`jd.fit`](a.md).", "See `jd.fit`."),
        ("# T\n\nNo end", "No end"),
        ("# T\n\n```python\nx\n```\n", ""),
    ],
)
def test_a_page_is_described_by_its_question_or_its_first_sentence(text: str, line: str):
    page: Any = SimpleNamespace(meta={})
    assert describe(page, text) == line
    page.meta["description"] = "Said"
    assert describe(page, text) == "Said"
