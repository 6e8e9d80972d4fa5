"""Draw the picture that other sites show beside a link to a page."""

import re
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from PIL.ImageFont import FreeTypeFont, Layout, truetype

SIZE = 1200, 630
_MARGIN = 70
_COLUMN = 750  # The text's width; the logo stands beside it.
_PIXEL = 42  # A pixel of the logo.
_MIDDLE = 330  # Of what stands below the head.

# All colors lie between the theme's indigo and white, and sixteen of them do: a file stays small.
_GROUND, _INK = (64, 81, 181), (255, 255, 255)
_TONES = 16
_FULL, _SOFT = 255, 215

_LOGO = Path(__file__).parents[1] / "assets/logo.svg"


@cache
def draw(head: str, title: str, text: str) -> bytes:
    """Return a card as a PNG, the same for the same words.

    Args:
        head: What stands above the title, on one line.
        title: As large as it can be in one, two, or three lines.
        text: Below it. What is too long is cut, with an ellipsis.
    """
    image = Image.new("L", SIZE)
    pen = ImageDraw.Draw(image)
    _logo(pen, SIZE[0] - _MARGIN - 6 * _PIXEL, _MIDDLE - 7 * _PIXEL // 2)
    _write(pen, _MARGIN, fit(head, "", [(34, 1)]), _SOFT)
    block = [fit(title, "-Bold", [(84, 2), (72, 2), (64, 3)]), fit(text, "", [(36, 3)])]
    top = _MIDDLE - (_height(*block[0]) + 28 + _height(*block[1])) // 2
    _write(pen, top, block[0], _FULL)
    _write(pen, top + _height(*block[0]) + 28, block[1], _SOFT)
    return _png(image)


def fit(
    text: str, style: str, choices: Sequence[tuple[int, int]]
) -> tuple[FreeTypeFont, list[str]]:
    """Return the first font in which a text takes no more than so many lines, and the lines.

    Args:
        text: To be set.
        style: As in the name of the font's file.
        choices: Sizes, each with a number of lines. The last one's cut what is too long.
    """
    # Slow to import, and "mkdocs serve", whose author waits, draws no cards.
    from matplotlib import get_data_path

    # Another layout engine, where there is one, would set letters a little differently.
    path = f"{get_data_path()}/fonts/ttf/DejaVuSans{style}.ttf"
    fonts = [(truetype(path, size, layout_engine=Layout.BASIC), most) for size, most in choices]
    for font, most in fonts:
        if len(lines := wrap(text, font)) <= most:
            return font, lines
    font, most = fonts[-1]
    *kept, last = wrap(text, font)[:most]
    while font.getlength(f"{last}…") > _COLUMN:
        last = last[:-1]
    return font, [*kept, f"{last.rstrip(' ,.;:')}…"]


def wrap(text: str, font: FreeTypeFont) -> list[str]:
    """Return lines that are no wider than the column; a word that is wider is broken."""
    lines = [""]
    for word in text.split():
        if font.getlength(f"{lines[-1]} {word}".strip()) <= _COLUMN:
            lines[-1] = f"{lines[-1]} {word}".strip()
            continue
        lines.append("")
        for letter in word:
            if font.getlength(lines[-1] + letter) > _COLUMN:
                lines.append("")
            lines[-1] += letter
    return [line for line in lines if line]


def _height(font: FreeTypeFont, lines: list[str]) -> int:
    return round(1.22 * font.size) * len(lines)


def _write(
    pen: ImageDraw.ImageDraw, top: int, block: tuple[FreeTypeFont, list[str]], tone: int
) -> None:
    font, lines = block
    for number, line in enumerate(lines):
        place = _MARGIN, top + _height(font, lines[:number])
        pen.text(place, line, fill=tone, font=font)


def _logo(pen: ImageDraw.ImageDraw, left: int, top: int) -> None:
    for line, opacity in re.findall(r'<path d="([^"]+)"(?: stroke-opacity="([^"]+)")?', _read()):
        for x, y, end in re.findall(r"M([\d.]+) ([\d.]+)H([\d.]+)", line):
            for column in range(int(float(x)), int(end)):
                x0, y0 = left + column * _PIXEL, top + int(float(y)) * _PIXEL
                corners = x0 + 2, y0 + 2, x0 + _PIXEL - 3, y0 + _PIXEL - 3
                pen.rectangle(corners, fill=round(_FULL * float(opacity or 1)))


@cache
def _read() -> str:
    return _LOGO.read_text(encoding="utf-8")


def _png(image: Image.Image) -> bytes:
    image = image.point([level * _TONES // 256 for level in range(256)])
    palette: list[int] = []
    for tone in range(_TONES):
        share = tone / (_TONES - 1)
        palette += [round(a + share * (b - a)) for a, b in zip(_GROUND, _INK, strict=True)]
    image.putpalette(palette)
    file = BytesIO()
    image.save(file, "PNG", bits=4, optimize=True)
    return file.getvalue()
