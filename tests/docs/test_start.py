"""The first exercise on the page "Start here" says what its check says."""

import re
from textwrap import dedent
from typing import Any

import pytest
from sites import ROOT


def test_first_exercise_prints_what_the_page_shows(capsys: pytest.CaptureFixture[str]):
    text = (ROOT / "docs/start.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```(python|text)\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    scope: dict[str, Any] = {}
    shown = ""
    for kind, block in blocks:
        source = dedent(block)
        if kind == "text":
            shown += source
        elif "plt.show" not in source:
            exec(source, scope)
    assert capsys.readouterr().out == shown
    assert shown.startswith("Not yet") and shown.endswith("right\n")
