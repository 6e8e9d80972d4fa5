"""What other sites are told to show beside a link, and the pictures drawn for it."""

import re
import shutil
from io import BytesIO
from pathlib import Path

import cards
import numpy as np
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from .conftest import BuildSite, MakeSite

SITE = "https://jaxdigits.github.io/jaxdigits/"
LONG = "Which of the ten digits does a network with sixty-four hidden numbers see in a drawing"
PAGES = {
    "index.py": "# %% [markdown]\n# # Welcome\n#\n# **Learn how.** More.\n",
    "lessons/01_first.py": "# %% [markdown]\n# # 1. First\n#\n# **How does `f` see?** So:\n",
    "lessons/02_second.md": '# 2. `a` < b & "quotes"\n\nA sentence. Another.\n',
    "playground.py": "# %% [markdown]\n# ---\n# description: Draw a *digit*\n# ---\n# # Play\n",
    "a b.md": "# No text\n",
}
WORDS = {
    "": ("jaxdigits", "Learn how."),
    "lessons/01_first/": ("1. First", "How does f see?"),
    "lessons/02_second/": ('2. a < b & "quotes"', "A sentence."),
    "playground/": ("Play", "Draw a digit"),
    "a%20b/": (
        "No text",
        "Learn how a neural network learns, by building a digit classifier in JAX",
    ),
}


@pytest.fixture(scope="module")
def site(make_site: MakeSite, build_site: BuildSite) -> Path:
    root = make_site(PAGES)
    done = build_site(root)
    assert done.returncode == 0, done.stderr
    return root / "site"


def tags(site: Path, address: str) -> dict[str, str]:
    html = (site / address.replace("%20", " ") / "index.html").read_text()
    assert html.count("og:title") == 1
    head = BeautifulSoup(html, "html.parser").head
    assert head is not None
    found = head.select('meta[property^="og:"], meta[name^="twitter:"]')
    return {str(tag.get("property") or tag.get("name")): str(tag["content"]) for tag in found}


@pytest.mark.parametrize("address", WORDS)
def test_each_page_says_what_to_show(site: Path, address: str):
    found = tags(site, address)
    assert (found["og:title"], found["og:description"]) == WORDS[address]
    assert found["og:url"] == SITE + address
    assert found["og:type"] == ("article" if address else "website")
    assert found["og:site_name"] == "jaxdigits"
    assert found["twitter:card"] == "summary_large_image"
    assert WORDS[address][0] in found["og:image:alt"]


@pytest.mark.parametrize("address", WORDS)
def test_the_picture_is_where_the_page_says(site: Path, address: str):
    found = tags(site, address)
    assert found["og:image"].startswith(SITE)
    path = site / found["og:image"].removeprefix(SITE).replace("%20", " ")
    with Image.open(path) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert path.stat().st_size < 25_000


def test_two_builds_are_byte_identical(site: Path, build_site: BuildSite):
    folder = site / "assets/social"
    before = {path: path.read_bytes() for path in folder.rglob("*.png")}
    assert len(before) == len(set(before.values())) == len(PAGES)
    shutil.rmtree(folder)
    assert build_site(site.parent).returncode == 0
    assert {path: path.read_bytes() for path in folder.rglob("*.png")} == before


def test_without_an_address_a_site_says_nothing(make_site: MakeSite, build_site: BuildSite):
    root = make_site({"index.md": "# Home\n"})
    config = root / "mkdocs.yml"
    config.write_text(re.sub("(?m)^site_url: .*$", "site_url: ''", config.read_text()))
    done = build_site(root)
    assert done.returncode == 0, done.stderr
    assert "og:" not in (root / "site/index.html").read_text()
    assert not (root / "site/assets/social").exists()


def ink(head: str, title: str, text: str) -> np.ndarray:
    """Return where a card is not its ground."""
    with Image.open(BytesIO(cards.draw(head, title, text))) as picture:
        return np.asarray(picture) > 0  # The palette begins with the ground.


@pytest.mark.parametrize(
    "words",
    [
        ("jaxdigits · Reference", "Data", ""),
        (LONG, LONG, LONG),
        ("x" * 300, "W" * 300, "m" * 1000),
        (" ".join([LONG] * 5), " ".join([LONG] * 5), " ".join([LONG] * 5)),
    ],
)
def test_words_stay_in_their_column(words: tuple[str, str, str]):
    logo = ink("", "", "")
    assert logo.any() and not logo[:, :870].any()
    found = ink(*words)
    np.testing.assert_array_equal(found[:, 830:], logo[:, 830:])
    rows, columns = np.nonzero(found[:, :830])
    assert rows.min() >= 60 and rows.max() < 570 and columns.min() >= 65
    # The head, the title, and the text do not touch: rows without ink are between them.
    written = found[:, :830].any(axis=1)
    starts = np.flatnonzero(np.diff(written.astype(int)) == 1)
    assert len(starts) >= sum(map(bool, words))


def test_titles_wrap_between_words_and_shrink():
    large, lines = cards.fit(LONG, "-Bold", [(84, 9)])
    assert " ".join(lines) == LONG and len(lines) > 3
    assert all(large.getlength(line) <= 750 for line in lines)
    font, lines = cards.fit(LONG, "-Bold", [(84, 3), (40, 3)])
    assert font.size == 40 and " ".join(lines) == LONG
    font, lines = cards.fit(LONG, "-Bold", [(84, 2), (72, 2)])
    assert font.size == 72 and len(lines) == 2 and lines[1].endswith("…")
    assert font.getlength(lines[1]) <= 750


def test_a_word_wider_than_the_column_is_broken():
    font, lines = cards.fit("a " + "W" * 30, "", [(84, 9)])
    assert "".join(lines) == "a" + "W" * 30 and len(lines) > 2
    assert all(font.getlength(line) <= 750 for line in lines)
