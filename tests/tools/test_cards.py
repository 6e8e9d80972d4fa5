from io import BytesIO

import numpy as np
import pytest
from lessonsite.cards import draw
from PIL import Image

LONG = "Which of the ten digits does a network with sixty-four hidden numbers see in a drawing"


def ink(head: str, title: str, text: str) -> np.ndarray:
    """Return where a card is not its ground."""
    with Image.open(BytesIO(draw(head, title, text))) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
        pixels = np.asarray(picture)
        return pixels != pixels[0, 0]


@pytest.mark.parametrize(
    "words",
    [
        ("jaxdigits · Reference", "Data", ""),
        (LONG, LONG, LONG),
        (" ".join([LONG] * 5), " ".join([LONG] * 5), " ".join([LONG] * 5)),
    ],
)
def test_draw_keeps_words_in_their_column(words: tuple[str, str, str]):
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


def test_draw_is_small_and_the_same_for_the_same_words():
    card = draw("jaxdigits", "One", LONG)
    assert draw("jaxdigits", "One", LONG) == card != draw("jaxdigits", "Two", LONG)
    assert len(card) < 25_000
