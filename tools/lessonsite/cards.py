"""Draws the picture that other sites show beside a link to a page."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw
from PIL.ImageFont import FreeTypeFont, Layout, truetype

SIZE = 1200, 630
_MARGIN, _COLUMN, _MIDDLE = 70, 750, 330
# All colors lie between the theme's indigo and white, and sixteen of them do.
_GROUND, _WHITE = (64, 81, 181), (255, 255, 255)
_INK, _SOFT, _HALF = 255, 215, 140
# The logo: a seven of few pixels, of which a plus is half covered.
_SEVEN = ("######", "######", "   +##", "  +## ", "  ##+ ", " +##  ", " ##+  ")
_PIXEL = 42


@cache
def draw(head: str, title: str, text: str) -> bytes:
    """Return a card as a PNG, the same for the same words; what is too long is cut."""
    image = Image.new("L", SIZE)
    pen = ImageDraw.Draw(image)
    for y, row in enumerate(_SEVEN, 1):
        for x, pixel in enumerate(row):
            left, upper = SIZE[0] - _MARGIN - (6 - x) * _PIXEL, _MIDDLE + (2 * y - 9) * _PIXEL // 2
            color = {"#": _INK, "+": _HALF, " ": 0}[pixel]
            pen.rectangle((left + 2, upper + 2, left + _PIXEL - 3, upper + _PIXEL - 3), fill=color)
    font, lines = _fit(head, "", [(34, 1)])
    _write(pen, _MARGIN, font, lines, _SOFT)
    blocks = [_fit(title, "-Bold", [(84, 2), (72, 2), (64, 3)]), _fit(text, "", [(36, 3)])]
    heights = [round(1.22 * font.size) * len(lines) for font, lines in blocks]
    top = _MIDDLE - (sum(heights) + 28) // 2
    for (font, lines), height, color in zip(blocks, heights, (_INK, _SOFT), strict=True):
        _write(pen, top, font, lines, color)
        top += height + 28
    image = image.point([level // 16 for level in range(256)])
    shares = [tone / 15 for tone in range(16)]
    image.putpalette(
        [round(a + s * (b - a)) for s in shares for a, b in zip(_GROUND, _WHITE, strict=True)]
    )
    file = BytesIO()
    image.save(file, "PNG", bits=4)
    return file.getvalue()


def _fit(text: str, style: str, choices: list[tuple[int, int]]) -> tuple[FreeTypeFont, list[str]]:
    """Return the first font in which a text takes no more than so many lines, and the lines."""
    from matplotlib import get_data_path  # Slow, and "mkdocs serve" draws no cards.

    for size, most in choices:
        path = f"{get_data_path()}/fonts/ttf/DejaVuSans{style}.ttf"
        # Another layout engine, where there is one, would set letters a little differently.
        font = truetype(path, size, layout_engine=Layout.BASIC)
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if font.getlength(longer) <= _COLUMN:
                lines[-1] = longer
            else:
                lines.append(word)
        if len(lines) <= most:
            return font, lines
        if size == choices[-1][0]:
            last = lines[most - 1]
            while font.getlength(f"{last}…") > _COLUMN:
                last = last[:-1]
            return font, [*lines[: most - 1], f"{last.rstrip(' ,.;:')}…"]
    raise ValueError("there is no font to choose")


def _write(
    pen: ImageDraw.ImageDraw, top: int, font: FreeTypeFont, lines: list[str], color: int
) -> None:
    for number, line in enumerate(lines):
        pen.text((_MARGIN, top + number * round(1.22 * font.size)), line, fill=color, font=font)
