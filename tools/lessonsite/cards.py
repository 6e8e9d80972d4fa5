"""Draws the picture that other sites show beside a link to a page."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw
from PIL.ImageFont import Layout, truetype

SIZE = 1200, 630
_MARGIN, _COLUMN, _MIDDLE = 70, 750, 330
# The theme's indigo and white, and two colors between them.
_GROUND, _WHITE, _SOFT, _HALF = (64, 81, 181), (255, 255, 255), (225, 228, 244), (170, 178, 222)
# The logo: a seven of few pixels, of which a plus is half covered.
_SEVEN = ("######", "######", "   +##", "  +## ", "  ##+ ", " +##  ", " ##+  ")
_PIXEL = 42


@cache
def draw(head: str, title: str, text: str) -> bytes:
    """Return a card as a PNG, the same for the same words; what is too long is cut."""
    image = Image.new("RGB", SIZE, _GROUND)
    pen = ImageDraw.Draw(image)
    for y, row in enumerate(_SEVEN, 1):
        for x, pixel in enumerate(row):
            left, upper = SIZE[0] - _MARGIN - (6 - x) * _PIXEL, _MIDDLE + (2 * y - 9) * _PIXEL // 2
            color = {"#": _WHITE, "+": _HALF, " ": _GROUND}[pixel]
            pen.rectangle((left + 2, upper + 2, left + _PIXEL - 3, upper + _PIXEL - 3), fill=color)
    _write(pen, _MARGIN, head, 34, 1, _SOFT)
    below = _write(pen, 170, title, 64, 3, _WHITE)
    _write(pen, below + 28, text, 36, 3, _SOFT)
    file = BytesIO()
    image.quantize(16).save(file, "PNG")
    return file.getvalue()


def _write(
    pen: ImageDraw.ImageDraw, top: int, text: str, size: int, most: int, color: tuple[int, int, int]
) -> int:
    """Write a text in so many lines at most, the first of which begins at `top`; return its end."""
    from matplotlib import get_data_path  # Slow, and "mkdocs serve" draws no cards.

    path = f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if color == _WHITE else ''}.ttf"
    # Another layout engine, where there is one, would set letters a little differently.
    font = truetype(path, size, layout_engine=Layout.BASIC)
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= _COLUMN:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        last = lines[most - 1]
        while font.getlength(f"{last}…") > _COLUMN:
            last = last[:-1]
        lines[most - 1 :] = [f"{last.rstrip(' ,.;:')}…"]
    height = round(1.22 * size)
    for number, line in enumerate(lines):
        pen.text((_MARGIN, top + number * height), line, fill=color, font=font)
    return top + len(lines) * height
