"""The type of the site: sizes of small text are declared once, in face.css."""

import re

from sites import ROOT

ASSETS = ROOT / "docs" / "assets"
FONT = re.compile(r"\bfont(?:-size)?:\s*([^;{}]+);")
LENGTH = re.compile(r"([\d.]+)(rem|px)\b")
TEXT = {"rem": 0.8, "px": 16.0}


def test_small_text_has_sizes_declared_in_face():
    found = []
    for sheet in sorted(ASSETS.glob("*.css")):
        for value in FONT.findall(sheet.read_text(encoding="utf-8")):
            # What a page without face.css falls back on.
            outside = re.sub(r"var\(--[^()]*\)", "", value)
            lengths = [(float(number), unit) for number, unit in LENGTH.findall(outside)]
            if any(number < TEXT[unit] for number, unit in lengths):
                found.append(f"{sheet.name}: {value}")
    assert found == []


def test_letters_of_diagrams_have_one_size_and_signs_another():
    sizes = set()
    for diagram in (ASSETS / "diagrams").glob("*.svg"):
        sizes |= {*re.findall(r'font-size="([\d.]+)"', diagram.read_text(encoding="utf-8"))}
    assert sizes == {"15", "24"}
