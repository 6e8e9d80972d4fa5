"""Draws the picture that other sites show beside a link to a page."""

from io import BytesIO
from textwrap import wrap

from PIL import Image, ImageDraw
from PIL.ImageFont import Layout, truetype

SIZE = 1200, 630
_MARGIN, _COLUMN, _MIDDLE = 70, 750, 330
# The ground of the site's head, white, and two colors between them.
_GROUND, _WHITE, _SOFT, _HALF = (22, 29, 43), (255, 255, 255), (217, 221, 230), (128, 133, 145)
# The logo: a seven of few pixels, of which a plus is half covered.
_SEVEN = ("######", "######", "   +##", "  +## ", "  ##+ ", " +##  ", " ##+  ")
_PIXEL = 42


def draw(head: str, title: str, text: str) -> bytes:
    """Return a card as a PNG, the same for the same words; what is too long is cut."""
    from matplotlib import get_data_path  # Slow, and "mkdocs serve" draws no cards.

    image = Image.new("RGB", SIZE, _GROUND)
    pen = ImageDraw.Draw(image)
    for y, row in enumerate(_SEVEN, 1):
        for x, pixel in enumerate(row):
            left, upper = SIZE[0] - _MARGIN - (6 - x) * _PIXEL, _MIDDLE + (2 * y - 9) * _PIXEL // 2
            color = {"#": _WHITE, "+": _HALF, " ": _GROUND}[pixel]
            pen.rectangle((left + 2, upper + 2, left + _PIXEL - 3, upper + _PIXEL - 3), fill=color)
    top = _MARGIN
    parts = (head, "", 34, 1, 58), (title, "-Bold", 64, 3, 28), (text, "", 36, 3, 0)
    for words, face, size, most, gap in parts:
        # Another layout engine, where there is one, would set letters a little differently.
        file = f"{get_data_path()}/fonts/ttf/DejaVuSans{face}.ttf"
        font = truetype(file, size, layout_engine=Layout.BASIC)
        letters = int(_COLUMN / font.getlength("n"))  # Most letters are about as wide as an n.
        lines = "\n".join(wrap(words, letters, max_lines=most, placeholder="…"))
        pen.text((_MARGIN, top), lines, _WHITE if face else _SOFT, font, spacing=size // 4)
        top += round(1.25 * size) * (lines.count("\n") + 1) + gap
    buffer = BytesIO()
    image.quantize(16).save(buffer, "PNG")
    return buffer.getvalue()
