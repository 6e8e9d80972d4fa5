import pytest
from lessonsite.prose import CODE, UNREAD, blank, fence
from markdown import markdown

PROSE = """---
title: hidden
---
Words `code` and $x_{hidden}$, [link](hidden.md), <b class="hidden">bold</b>.
<!-- hidden -->

```python
hidden = 1
```
End https://hidden.org/a ## { #hidden }
"""


def test_blank_leaves_words_where_they_were():
    read = blank(PROSE, *UNREAD)
    assert len(read) == len(PROSE) and read.count("\n") == PROSE.count("\n")
    assert "hidden" not in read and "code" not in read
    for word in ("Words", "link", "bold", "End"):
        assert read.index(word) == PROSE.index(word)


def test_blank_code_inside_which_is_other_markup_wins():
    assert "link" in blank("`[a](b)` [link](c)", *CODE)
    assert "(c)" in blank("`[a](b)` [link](c)", *CODE)
    assert blank("``a ` b`` c", *CODE).split() == ["c"]


@pytest.mark.parametrize("text", ["`x`", "```\nfenced\n```", "a ````` b", "~~~\nx", "# no heading"])
def test_fence_is_longer_than_what_it_holds(text: str):
    html = markdown(fence(text, "text"), extensions=["pymdownx.superfences"])
    assert html.count("<code") == 1 and "<h1" not in html
    for line in text.splitlines():
        assert line in html
